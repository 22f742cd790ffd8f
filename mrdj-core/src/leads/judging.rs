//! Whether a form is believed.

use std::net::IpAddr;

use jiff::Timestamp;
use jiff::civil::Date;

use super::{Enquiry, HumanCheck, JunkRule, Mark, Standing, score};

/// What came with a form beside what it says.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Signs<'a> {
    /// Whether the field that people do not see was filled in.
    pub(crate) honeypot: bool,
    /// The token of the human check.
    pub(crate) token: Option<&'a str>,
    /// From where it came.
    pub(crate) address: Option<IpAddr>,
}

/// What was made of a form.
pub(crate) struct Judgement {
    pub(crate) standing: Standing,
    pub(crate) score: u8,
    pub(crate) marks: Vec<Mark>,
}

/// Judges `enquiry` by what it says and by the human check, where one is set up.
pub(crate) async fn judge(
    enquiry: &Enquiry,
    signs: Signs<'_>,
    human: Option<&dyn HumanCheck>,
    rule: JunkRule,
    today: Date,
    now: Timestamp,
) -> Judgement {
    let verdict = match (human, signs.token) {
        (Some(check), Some(token)) => Some(check.check(token.to_owned(), signs.address, now).await),
        _ => None,
    };
    let rule = JunkRule { human_check: human.is_some(), ..rule };
    let (score, marks) = score(enquiry, signs.honeypot, verdict, rule, today);
    let standing = if score >= rule.threshold { Standing::Suspicious } else { Standing::Clear };
    Judgement { standing, score, marks }
}
