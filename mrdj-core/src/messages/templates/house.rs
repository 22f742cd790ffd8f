//! Who writes, and what a letter is.

use askama::Template;

use crate::contacts::EmailAddress;
use crate::leads::Reference;

/// The business, as mails name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct House {
    /// Its name.
    pub name: String,
    /// Its phone, as it is printed.
    pub phone: Option<String>,
    /// Who in the business hears of a new enquiry (`MAIL_INBOX_ADDRESS`).
    pub inbox: Option<EmailAddress>,
    /// Where its site and its operator pages stand, for links (`PUBLIC_BASE_URL`).
    pub base_url: Option<String>,
}

impl House {
    /// The operator's page of an enquiry: the only link in any letter, and ours from end to end.
    pub(super) fn page_of(&self, reference: &Reference) -> Option<String> {
        let base = self.base_url.as_deref()?.trim_end_matches('/');
        let web = base.starts_with("https://") || base.starts_with("http://");
        // A reference that a person typed in is none of ours, and could lead elsewhere.
        let ours = reference.as_str().chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        (web && ours).then(|| format!("{base}/leads/{reference}"))
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

/// Brings what we put together to one line, so that no part can add a header.
pub(super) fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}
