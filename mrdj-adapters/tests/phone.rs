//! The numbering plans keep the promises of `PhoneNormalizer`.
#![cfg(feature = "phone")]

use std::sync::Arc;

use mrdj_adapters::phone::{NumberingPlans, UnknownRegion};
use mrdj_core::contacts::PhoneNormalizer;
use mrdj_core::contacts::contract_phone::PHONE_CASES;

/// The cases of the contract, each a test of its own.
mod contacts {
    use super::*;

    macro_rules! prove {
        ($($name:ident),* $(,)?) => {
            const PROVEN: &[&str] = &[$(stringify!($name)),*];
            $(
                #[tokio::test]
                async fn $name() {
                    run(stringify!($name)).await;
                }
            )*
        };
    }

    prove![
        dutch_spellings_are_one_number,
        foreign_numbers_are_known,
        strange_numbers_are_kept_unchecked,
        other_text_is_refused,
    ];

    async fn run(name: &str) {
        let case = PHONE_CASES.iter().find(|case| case.name == name).expect("a case of the contract");
        (case.run)(Arc::new(NumberingPlans::default())).await.expect("no error");
    }

    #[test]
    fn no_case_is_left_out() {
        assert_eq!(PHONE_CASES.iter().map(|case| case.name).collect::<Vec<_>>(), PROVEN);
    }
}

#[test]
fn a_number_is_read_as_dialled_in_the_country_of_the_business() {
    let belgium = NumberingPlans::of(" be ").expect("a country");
    let number = belgium.normalize("0470 12 34 56").expect("a number");
    assert_eq!((number.as_str(), number.is_checked()), ("+32470123456", true));
}

#[test]
fn what_is_no_country_is_refused() {
    for text in ["", "N", "NLD", "ZZ", "QQ", "31"] {
        assert_eq!(NumberingPlans::of(text).map(|_| ()), Err(UnknownRegion), "{text}");
    }
}

#[test]
fn a_number_in_its_one_form_stays_as_it_is() {
    let plans = NumberingPlans::default();
    for text in ["0612345678", "+32470123456", "020 123 4567", "123456", "+9991234567"] {
        let once = plans.normalize(text).expect("a number");
        assert_eq!(plans.normalize(once.as_str()), Ok(once.clone()), "{text}");
    }
}
