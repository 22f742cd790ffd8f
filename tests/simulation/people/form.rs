//! What visitors write.

use mrdj_core::contacts::{InvalidPhone, Phone, PhoneNormalizer};
use mrdj_core::leads::{EnquiryForm, LeadKind, Loose};

/// A wish of one person; its words name it, so that a lead can be traced back to whoever asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Wish {
    /// Whose.
    pub(crate) person: usize,
    /// The how-manieth.
    pub(crate) number: usize,
}

impl Wish {
    /// How it stands in the form.
    pub(crate) fn package(self) -> String {
        format!("wish {} of visitor {}", self.number, self.person)
    }
}

/// One filled-in form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sheet {
    pub(crate) wish: Wish,
    pub(crate) kind: LeadKind,
    /// The address, in one of its spellings.
    pub(crate) spelling: usize,
    /// What is written besides.
    pub(crate) message: Option<usize>,
    /// Filled in by a program.
    pub(crate) junk: bool,
    /// Filled in wrongly.
    pub(crate) faulty: bool,
}

/// The spellings of one mailbox: the second is the same person, the third another person with the same mailbox.
const SPELLINGS: usize = 3;

impl Sheet {
    /// The plain form of a wish.
    pub(crate) fn of(wish: Wish) -> Self {
        Self { wish, kind: LeadKind::Contact, spelling: 0, message: None, junk: false, faulty: false }
    }

    /// The address in it.
    pub(crate) fn address(&self) -> String {
        // Every other wish comes from the mailbox of the one before.
        let Wish { person, number } = Wish { number: self.wish.number / 2, ..self.wish };
        match self.spelling % SPELLINGS {
            0 => format!("visitor{person}.{number}@example.com"),
            1 => format!("Visitor{person}.{number}@EXAMPLE.com"),
            _ => format!("visitor{person}.{number}+party@example.com"),
        }
    }

    /// It as the body of a request, for fingerprints.
    pub(crate) fn body(&self) -> String {
        format!("{self:?}")
    }

    /// It as the form that is sent.
    pub(crate) fn form(&self) -> EnquiryForm {
        let email = if self.faulty { "nobody".to_owned() } else { self.address() };
        let phone = if self.faulty { "call me".to_owned() } else { format!("06123456{:02}", self.wish.person) };
        EnquiryForm {
            name: text(if self.wish.person.is_multiple_of(2) { "Jan Jansen" } else { "Marie de Vries" }),
            email: if self.kind == LeadKind::Contact { text(&email) } else { Loose::Absent },
            phone: text(&phone),
            event_type: text("Feest"),
            package_id: text(&self.wish.package()),
            message: self.message.map_or(Loose::Absent, |number| text(&format!("message {number}"))),
            website: if self.junk { text("https://spam.example") } else { Loose::Absent },
            ..EnquiryForm::default()
        }
    }
}

fn text(text: &str) -> Loose {
    Loose::from(text)
}

/// Knows every number that can be dialled; the true plans cost more than all the rest of a run.
pub(crate) struct EveryNumber;

impl PhoneNormalizer for EveryNumber {
    fn normalize(&self, text: &str) -> Result<Phone, InvalidPhone> {
        Phone::dialled(text).map(Phone::known)
    }
}
