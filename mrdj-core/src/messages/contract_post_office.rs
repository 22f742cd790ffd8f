//! The proof of [`PostOffice`](super::PostOffice).

use futures_util::future::join_all;
use jiff::SignedDuration;

use super::{Postage, PostageRule, Purse, Suppression};
use crate::contract::given::{address, seconds};
use crate::contract::{Case, House, Outcome};
use crate::delivery::DeliveryId;
use crate::error::PortError;
use crate::id::Id;

/// Every promise of the post office.
pub const CASES: &[Case<House>] = crate::cases![
    one_confirmation_per_mailbox,
    each_purse_is_spent_for_itself,
    paid_stays_paid,
    an_hour_has_a_ceiling,
    suppressed_mailboxes_get_nothing,
    suppression_is_told,
    sweep_takes_old_postage_alone,
];

const DAY: SignedDuration = SignedDuration::from_hours(24);
const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// Spellings of one mailbox.
const SPELLINGS: [&str; 5] =
    ["jan@gmail.com", "JAN@gmail.com", "j.a.n@gmail.com", "jan+dj@googlemail.com", "J.An+a+b@GoogleMail.com"];

async fn one_confirmation_per_mailbox(house: House) -> Outcome {
    let payers: Vec<_> = (0..50).map(|n| (SPELLINGS[n % SPELLINGS.len()], a_delivery(&house))).collect();
    let answers = join_all(payers.iter().map(|(to, delivery)| pay(&house, to, *delivery, 200))).await;
    let answers = answers.into_iter().collect::<Result<Vec<_>, _>>()?;
    let paid = answers.iter().filter(|answer| **answer == Postage::Paid).count();
    let spent = answers.iter().filter(|answer| **answer == Postage::MailboxSpent).count();
    assert_eq!((paid, spent), (1, 49), "{answers:?}");

    let other = pay(&house, "jan@example.com", a_delivery(&house), 200).await?;
    assert_eq!(other, Postage::Paid, "another mailbox has a budget of its own");
    house.pass(DAY - seconds(1));
    assert_eq!(pay(&house, SPELLINGS[1], a_delivery(&house), 200).await?, Postage::MailboxSpent);
    house.pass(seconds(2));
    assert_eq!(pay(&house, SPELLINGS[2], a_delivery(&house), 200).await?, Postage::Paid, "the day is over");
    assert_eq!(pay(&house, SPELLINGS[0], a_delivery(&house), 200).await?, Postage::MailboxSpent, "a new day");
    Ok(())
}

async fn each_purse_is_spent_for_itself(house: House) -> Outcome {
    let from = async |to: &str, purse| {
        let rule = PostageRule { per_mailbox: DAY, hourly: 3, purse };
        house.ports.post_office.pay(&address(to), a_delivery(&house), rule, house.now()).await
    };
    for purse in [Purse::Enquiries, Purse::Bookings] {
        assert_eq!(from(SPELLINGS[0], purse).await?, Postage::Paid, "{purse:?}");
        assert_eq!(from(SPELLINGS[1], purse).await?, Postage::MailboxSpent, "{purse:?}");
    }
    assert_eq!(from("jan@example.com", Purse::Bookings).await?, Postage::Paid);
    let full = from("piet@example.com", Purse::Enquiries).await?;
    assert!(matches!(full, Postage::HourSpent { .. }), "the hour is one for both: {full:?}");
    house.ports.post_office.suppress(&address("piet@example.com"), Suppression::HardBounce, house.now()).await?;
    let suppressed = from("piet@example.com", Purse::Bookings).await?;
    assert_eq!(suppressed, Postage::Suppressed(Suppression::HardBounce), "and so is the list");
    Ok(())
}

async fn paid_stays_paid(house: House) -> Outcome {
    let delivery = a_delivery(&house);
    let asks = (0..10).map(|_| pay(&house, "jan@example.com", delivery, 2));
    for answer in join_all(asks).await {
        assert_eq!(answer?, Postage::Paid);
    }
    let second = pay(&house, "piet@example.com", a_delivery(&house), 2).await?;
    assert_eq!(second, Postage::Paid, "asking again spends nothing");
    let third = pay(&house, "klaas@example.com", a_delivery(&house), 2).await?;
    assert!(matches!(third, Postage::HourSpent { .. }), "{third:?}");
    assert_eq!(pay(&house, "jan@example.com", delivery, 2).await?, Postage::Paid, "also when the hour is full");

    house.pass(DAY + seconds(1));
    let next = pay(&house, "jan@example.com", a_delivery(&house), 2).await?;
    assert_eq!(next, Postage::Paid, "asking again does not begin the day again");
    assert_eq!(pay(&house, "jan@example.com", delivery, 2).await?, Postage::Paid, "however late");
    Ok(())
}

async fn an_hour_has_a_ceiling(house: House) -> Outcome {
    let start = house.now();
    assert_eq!(pay(&house, "a@example.com", a_delivery(&house), 2).await?, Postage::Paid);
    house.pass(SignedDuration::from_mins(10));
    assert_eq!(pay(&house, "b@example.com", a_delivery(&house), 2).await?, Postage::Paid);
    house.pass(SignedDuration::from_mins(10));
    let late = a_delivery(&house);
    let spent = Postage::HourSpent { until: start + HOUR };
    assert_eq!(pay(&house, "c@example.com", late, 2).await?, spent);
    house.pass(SignedDuration::from_mins(40) - seconds(1));
    assert_eq!(pay(&house, "c@example.com", late, 2).await?, spent, "being refused does not move it");
    assert_eq!(pay(&house, "d@example.com", a_delivery(&house), 0).await?, Postage::Paid, "0 switches it off");

    house.pass(seconds(1));
    let third = pay(&house, "c@example.com", a_delivery(&house), 3).await?;
    assert_eq!(third, Postage::Paid, "there is room at the named moment, and the mailbox was not spent");
    let until = start + SignedDuration::from_mins(70);
    assert_eq!(pay(&house, "e@example.com", a_delivery(&house), 3).await?, Postage::HourSpent { until });

    house.pass(HOUR);
    let crowd: Vec<_> = (0..40).map(|n| (format!("person-{n}@example.com"), a_delivery(&house))).collect();
    let answers = join_all(crowd.iter().map(|(to, delivery)| pay(&house, to, *delivery, 7))).await;
    let answers = answers.into_iter().collect::<Result<Vec<_>, _>>()?;
    let paid = answers.iter().filter(|answer| **answer == Postage::Paid).count();
    assert_eq!(paid, 7, "of many at once, exactly as many as the hour has room for: {answers:?}");
    let until = house.now() + HOUR;
    assert!(answers.iter().all(|answer| matches!(answer, Postage::Paid) || *answer == Postage::HourSpent { until }));
    Ok(())
}

async fn suppressed_mailboxes_get_nothing(house: House) -> Outcome {
    let paid_before = a_delivery(&house);
    assert_eq!(pay(&house, "complaint@example.com", paid_before, 200).await?, Postage::Paid);
    let every = [
        ("bounce@example.com", Suppression::HardBounce),
        ("complaint@example.com", Suppression::Complaint),
        (SPELLINGS[3], Suppression::Inactive),
    ];
    for (mailbox, why) in every {
        house.ports.post_office.suppress(&address(mailbox), why, house.now()).await?;
        house.ports.post_office.suppress(&address(mailbox), why, house.now()).await?;
        assert_eq!(pay(&house, mailbox, a_delivery(&house), 200).await?, Postage::Suppressed(why));
    }
    let before = pay(&house, "complaint@example.com", paid_before, 200).await?;
    assert_eq!(before, Postage::Suppressed(Suppression::Complaint), "a complaint ends what was paid for, too");
    let spelled = a_delivery(&house);
    assert_eq!(pay(&house, SPELLINGS[4], spelled, 200).await?, Postage::Suppressed(Suppression::Inactive));
    house.pass(DAY * 30);
    assert_eq!(pay(&house, SPELLINGS[2], spelled, 200).await?, Postage::Suppressed(Suppression::Inactive));

    house.ports.post_office.lift(&address(SPELLINGS[1])).await?;
    assert_eq!(pay(&house, SPELLINGS[4], spelled, 1).await?, Postage::Paid, "and nothing was spent meanwhile");
    let still = pay(&house, "bounce@example.com", a_delivery(&house), 200).await?;
    assert_eq!(still, Postage::Suppressed(Suppression::HardBounce), "others stay on the list");
    house.ports.post_office.lift(&address("stranger@example.com")).await?;
    Ok(())
}

async fn suppression_is_told(house: House) -> Outcome {
    let office = house.ports.post_office.clone();
    for why in [Suppression::HardBounce, Suppression::Complaint, Suppression::Inactive] {
        assert_eq!(office.suppression(&address(SPELLINGS[0])).await?, None);
        office.suppress(&address(SPELLINGS[3]), why, house.now()).await?;
        for spelling in SPELLINGS {
            assert_eq!(office.suppression(&address(spelling)).await?, Some(why), "{spelling}");
        }
        assert_eq!(office.suppression(&address("jan@example.com")).await?, None, "another mailbox");
        office.lift(&address(SPELLINGS[1])).await?;
    }
    let first = pay(&house, SPELLINGS[2], a_delivery(&house), 1).await?;
    assert_eq!(first, Postage::Paid, "asking spent neither the mailbox nor the hour");
    Ok(())
}

async fn sweep_takes_old_postage_alone(house: House) -> Outcome {
    let deliveries: Vec<_> = (0..5).map(|_| a_delivery(&house)).collect();
    let mailbox = |n: usize| format!("person-{n}@example.com");
    for (n, delivery) in deliveries.iter().enumerate() {
        assert_eq!(pay(&house, &mailbox(n), *delivery, 200).await?, Postage::Paid);
        house.pass(SignedDuration::from_mins(10));
    }
    house.ports.post_office.suppress(&address("bounce@example.com"), Suppression::HardBounce, house.now()).await?;
    let before = house.then(SignedDuration::from_mins(-20));
    assert_eq!(house.ports.post_office.sweep_postage(before, 0).await?, 0);
    assert_eq!(house.ports.post_office.sweep_postage(before, 2).await?, 2);
    assert_eq!(house.ports.post_office.sweep_postage(before, 2).await?, 1, "paid at that moment is not paid before it");
    assert_eq!(house.ports.post_office.sweep_postage(before, 2).await?, 0);

    assert_eq!(pay(&house, &mailbox(2), a_delivery(&house), 200).await?, Postage::Paid, "it is as if nothing was paid");
    assert_eq!(pay(&house, &mailbox(3), a_delivery(&house), 200).await?, Postage::MailboxSpent);
    assert_eq!(pay(&house, &mailbox(3), deliveries[3], 200).await?, Postage::Paid, "what was paid later stays paid");
    let full = pay(&house, &mailbox(6), a_delivery(&house), 3).await?;
    assert!(matches!(full, Postage::HourSpent { .. }), "and counts in its hour: {full:?}");
    let bounced = pay(&house, "bounce@example.com", a_delivery(&house), 200).await?;
    assert_eq!(bounced, Postage::Suppressed(Suppression::HardBounce));
    Ok(())
}

fn a_delivery(house: &House) -> DeliveryId {
    Id::new(house.now(), &house.chance)
}

/// Asks for postage by a rule of one per day and `hourly`.
async fn pay(house: &House, to: &str, delivery: DeliveryId, hourly: u32) -> Result<Postage, PortError> {
    let rule = PostageRule { per_mailbox: DAY, hourly, purse: Purse::Enquiries };
    house.ports.post_office.pay(&address(to), delivery, rule, house.now()).await
}
