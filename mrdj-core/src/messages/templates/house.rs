//! Who writes, and what a letter is.

use askama::Template;
use jiff::tz::TimeZone;

use crate::contacts::EmailAddress;

/// The business, as mails name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct House {
    /// Its name.
    pub name: String,
    /// Its phone, as it is printed.
    pub phone: Option<String>,
    /// Who in the business hears of a new enquiry (`MAIL_INBOX_ADDRESS`).
    pub inbox: Option<EmailAddress>,
    /// Whose the events of calendar files are: the mailbox that answers to our mails go to.
    pub mailbox: Option<EmailAddress>,
    /// Where its site and its operator pages stand, for links (`PUBLIC_BASE_URL`).
    pub base_url: Option<String>,
    /// Its civil time.
    pub zone: TimeZone,
}

impl House {
    /// The operator's page of an enquiry or a booking, below `room`: ours from end to end.
    pub(super) fn page_of(&self, room: &'static str, reference: &str) -> Option<String> {
        let base = self.base_url.as_deref()?.trim_end_matches('/');
        // A reference that a person typed in is none of ours, and could lead elsewhere.
        let ours = reference.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        (is_web(base) && ours).then(|| format!("{base}/{room}/{reference}"))
    }
}

/// A letter, ready to be addressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// One line.
    pub subject: String,
    /// The plain form.
    pub text: String,
    /// The HTML form, escaped.
    pub html: String,
}

impl Letter {
    /// Writes both forms.
    pub(super) fn write(subject: &str, text: &impl Template, html: &impl Template) -> Self {
        Self { subject: subject.to_owned(), text: render(text), html: render(html) }
    }
}

fn render(template: &impl Template) -> String {
    template.render().expect("our templates hold strings only, and writing a string into a string cannot fail")
}

/// Whether `address` leads to a page.
pub(super) fn is_web(address: &str) -> bool {
    address.starts_with("https://") || address.starts_with("http://")
}

/// Brings what we put together to one line, so that no part can add a header.
pub(super) fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}
