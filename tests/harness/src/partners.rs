//! The partners: stand-ins that live in the test, and therefore outlive the server.

use std::collections::BTreeMap;

use mrdj_adapters::sandbox::Mode;
use mrdj_adapters::{postmark, rentguy};

/// A CRM and a mail provider on loopback.
pub struct Partners {
    /// The CRM.
    pub rentguy: rentguy::Sandbox,
    /// The mail provider.
    pub postmark: postmark::Sandbox,
}

impl Partners {
    /// Starts both.
    pub async fn start() -> Self {
        let rentguy = rentguy::Sandbox::start().await.expect("a free port");
        let postmark = postmark::Sandbox::start().await.expect("a free port");
        Self { rentguy, postmark }
    }

    /// What the server is told of them.
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        vec![
            ("RENTGUY_API_BASE_URL", format!("{}/v1", self.rentguy.url())),
            ("RENTGUY_API_KEY", "stand-in-key".to_owned()),
            ("MAIL_API_BASE_URL", self.postmark.url()),
            ("MAIL_API_KEY", postmark::Sandbox::TOKEN.to_owned()),
            ("MAIL_FROM_ADDRESS", "info@example.com".to_owned()),
            ("MAIL_INBOX_ADDRESS", "inbox@example.com".to_owned()),
        ]
    }

    /// Lets both behave so.
    pub fn both(&self, mode: &Mode) {
        self.rentguy.knobs().set(mode.clone());
        self.postmark.knobs().set(mode.clone());
    }

    /// How many mails called `tag` were taken for each reference.
    pub fn mails(&self, tag: &str) -> BTreeMap<String, usize> {
        let mut mails = BTreeMap::new();
        for mail in self.postmark.sent().iter().filter(|mail| mail.tag.as_deref() == Some(tag)) {
            let reference = mail.metadata.get("reference").cloned().unwrap_or_default();
            *mails.entry(reference).or_default() += 1;
        }
        mails
    }

    /// How many cards there are for each reference.
    pub fn cards(&self) -> BTreeMap<String, usize> {
        let mut cards = BTreeMap::new();
        for card in self.rentguy.cards() {
            *cards.entry(card.external_id).or_default() += 1;
        }
        cards
    }
}
