//! Bookings in the CRM RentGuy: both dialects on the contract, and what is particular to each.
#![cfg(all(feature = "rentguy", feature = "sandbox"))]

mod far;
#[path = "../rentguy_house/moods.rs"]
mod moods;
mod posted;
mod projects;
mod recorded;

use jiff::Timestamp;

/// Noon of 21 November 2026, UTC.
const NOW: Timestamp = Timestamp::constant(1_795_262_400, 0);

/// The cases of the contract, each a test of its own.
macro_rules! prove {
    ($cases:ident on $bench:ident: $($name:ident),* $(,)?) => {
        $(
            #[tokio::test]
            async fn $name() {
                let case = $cases.iter().find(|case| case.name == stringify!($name)).expect("a case of the contract");
                (case.run)($bench().await).await.expect("the far side behaves");
            }
        )*

        #[test]
        fn no_case_is_left_out() {
            assert_eq!($cases.iter().map(|case| case.name).collect::<Vec<_>>(), [$(stringify!($name)),*]);
        }
    };
}

/// Bookings as projects.
mod projects_contract {
    use mrdj_core::partners::contract_bookings::BOOKING_CASES;

    use crate::far::projects_bench;

    prove![BOOKING_CASES on projects_bench:
        booking_arrives_as_written,
        booking_twice_is_one,
        changed_booking_is_updated_and_keeps_its_notes,
        cancelled_booking_says_so,
        refused_booking_is_given_up,
        wrong_setting_takes_no_booking,
        busy_crm_takes_the_booking_later,
        cut_line_leaves_one_booking,
    ];
}

/// What projects say of bookings.
mod projects_watch_contract {
    use mrdj_core::partners::contract_bookings::WATCH_CASES;

    use crate::far::watch_bench;

    prove![WATCH_CASES on watch_bench: booking_states_come_back_by_our_id, crm_that_is_away_tells_no_states];
}

/// Bookings as such.
mod posted_contract {
    use mrdj_core::partners::contract_bookings::BOOKING_CASES;

    use crate::far::posted_bench;

    prove![BOOKING_CASES on posted_bench:
        booking_arrives_as_written,
        booking_twice_is_one,
        changed_booking_is_updated_and_keeps_its_notes,
        cancelled_booking_says_so,
        refused_booking_is_given_up,
        wrong_setting_takes_no_booking,
        busy_crm_takes_the_booking_later,
        cut_line_leaves_one_booking,
    ];
}
