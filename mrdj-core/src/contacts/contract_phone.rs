//! The proof of the promises of this room: numbering plans.

use std::sync::Arc;

use super::{InvalidPhone, Phone, PhoneNormalizer};
use crate::cases;
use crate::contract::{Case, Outcome};

/// Every promise of [`PhoneNormalizer`], by one that reads numbers as dialled in the Netherlands.
pub const PHONE_CASES: &[Case<Arc<dyn PhoneNormalizer>>] = cases![
    dutch_spellings_are_one_number,
    foreign_numbers_are_known,
    strange_numbers_are_kept_unchecked,
    other_text_is_refused,
];

async fn dutch_spellings_are_one_number(phones: Arc<dyn PhoneNormalizer>) -> Outcome {
    let one = Phone::known("+31612345678".to_owned());
    let spellings = [
        "0612345678",
        "+31612345678",
        "0031 6 1234 5678",
        " 06-12 34 56 78 ",
        "06.1234.5678",
        "(06) 12345678",
        "+31 (0)6 12345678",
        "06\u{a0}12345678",
    ];
    for text in spellings {
        assert_eq!(phones.normalize(text), Ok(one.clone()), "{text}");
    }
    Ok(())
}

async fn foreign_numbers_are_known(phones: Arc<dyn PhoneNormalizer>) -> Outcome {
    let numbers = [
        ("+32 470 12 34 56", "+32470123456"),
        ("0032 (0)470 12 34 56", "+32470123456"),
        ("+49 30 1234567", "+49301234567"),
        ("0049 151 23456789", "+4915123456789"),
        ("+352 621 123 456", "+352621123456"),
        ("+33 1 42 76 49 78", "+33142764978"),
        ("+44 20 7946 0958", "+442079460958"),
    ];
    for (text, e164) in numbers {
        assert_eq!(phones.normalize(text), Ok(Phone::known(e164.to_owned())), "{text}");
    }
    Ok(())
}

async fn strange_numbers_are_kept_unchecked(phones: Arc<dyn PhoneNormalizer>) -> Outcome {
    for (text, kept) in [("123456", "123456"), ("0000 000 000", "+00000000"), ("+999 1234567", "+9991234567")] {
        assert_eq!(phones.normalize(text), Ok(Phone::unknown(kept.to_owned())), "{text}");
    }
    Ok(())
}

async fn other_text_is_refused(phones: Arc<dyn PhoneNormalizer>) -> Outcome {
    let texts = [
        "",
        "12345",
        "123456789012345678901",
        "0612345678 bel mij",
        "0800-FLOWERS",
        "٠٦١٢٣٤٥٦٧٨",
        "０６１２３４５６７８",
        "+31612345678;ext=1",
        "tel:+31612345678",
        "06123\n45678",
        "++31612345678",
    ];
    for text in texts {
        assert_eq!(phones.normalize(text), Err(InvalidPhone), "{text:?}");
    }
    Ok(())
}
