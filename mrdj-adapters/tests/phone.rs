//! The numbering plans keep the promises of `PhoneNormalizer`.
#![cfg(feature = "phone")]

use std::sync::Arc;

use mrdj_adapters::phone::{NumberingPlans, UnknownRegion};
use mrdj_core::contacts::PhoneNormalizer;
use mrdj_core::contacts::contract_phone::PHONE_CASES;

#[tokio::test]
async fn every_promise_of_the_port_is_kept() {
    for case in PHONE_CASES {
        println!("phone::contacts::{}", case.name);
        (case.run)(Arc::new(NumberingPlans::default())).await.expect("no error");
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
