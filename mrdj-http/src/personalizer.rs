//! Chooses what a visitor is shown, with answers that are written as far as they can be.

use std::fmt::{self, Write};
use std::hash::Hasher;
use std::sync::Arc;

use mrdj_core::experiments::personalization::{Choice, City, Clues, Page, Personalization};
use mrdj_core::messages::Language;
use serde_json::json;
use sha2::{Digest, Sha256};

/// Chooses what a visitor is shown; clones share what it chooses from.
#[derive(Clone)]
pub struct Personalizer(Arc<Written>);

struct Written {
    content: Personalization,
    pages: Vec<WrittenPage>,
}

/// What every answer with a page has in common.
struct WrittenPage {
    /// What it begins with, by language.
    heads: [String; 2],
    /// Names the content of each head.
    digests: [String; 2],
    /// The page's terms as JSON.
    terms: Vec<String>,
}

/// An answer.
pub(crate) struct Answer {
    /// A JSON object.
    pub(crate) body: String,
    /// Its entity tag (RFC 9110), quotes included.
    pub(crate) tag: String,
}

impl Personalizer {
    /// Chooses from `content`.
    pub fn new(content: Personalization) -> Self {
        let pages = content.pages().iter().map(WrittenPage::of).collect();
        Self(Arc::new(Written { content, pages }))
    }

    /// What it chooses from.
    pub fn content(&self) -> &Personalization {
        &self.0.content
    }

    /// Begins to listen to a visit.
    pub(crate) fn clues(&self) -> Clues<'_> {
        self.0.content.clues()
    }

    /// Writes the answer that names `choice`; every word of it is the content's.
    pub(crate) fn answer(&self, choice: &Choice<'_>, language: Language) -> Answer {
        let page = &self.0.pages[choice.page.place()];
        let (head, digest) = (&page.heads[language as usize], &page.digests[language as usize]);
        let mut body = String::with_capacity(head.len() + 1_024);
        body.push_str(head);
        page.write_rest(&mut body, choice, language);
        let tag = format!("\"{digest}{:016x}\"", hash(&body[head.len()..]));
        Answer { body, tag }
    }
}

impl WrittenPage {
    fn of(page: &Page) -> Self {
        let heads = Language::ALL.map(|language| {
            let (id, experiment_id, tag) = (json!(page.id()), json!(page.experiment_id()), json!(language.tag()));
            let variant = page.json(language);
            format!(
                r#"{{"variant":{variant},"meta":{{"variantId":{id},"experimentId":{experiment_id},"language":{tag},"#
            )
        });
        let digests = heads.each_ref().map(|head| hex(&Sha256::digest(head)[..8]));
        let terms = page.terms().iter().map(|term| json!(term).to_string()).collect();
        Self { heads, digests, terms }
    }

    /// Writes what a head leaves open.
    fn write_rest(&self, body: &mut String, choice: &Choice<'_>, language: Language) {
        const NEVER: &str = "a string takes everything";
        write!(body, r#""matchType":"{}","matchedKeywords":["#, choice.match_type().name()).expect(NEVER);
        for (n, term) in choice.found_terms().enumerate() {
            body.push_str(if n == 0 { "" } else { "," });
            body.push_str(&self.terms[term]);
        }
        match &choice.reason {
            None => body.push_str(r#"],"reason":null"#),
            Some(reason) => {
                let (source, term, score) = (reason.source.name(), &self.terms[reason.term_nr], reason.score);
                write!(body, r#"],"reason":{{"source":"{source}","term":{term},"score":{score}}}"#).expect(NEVER);
            }
        }
        body.push_str(r#","city":"#);
        body.push_str(choice.city().map_or("null", |city| City::json(city, language)));
        body.push_str("}}");
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The same in every process of one build.
fn hash(text: &str) -> u64 {
    let mut hasher = std::hash::DefaultHasher::new();
    hasher.write(text.as_bytes());
    hasher.finish()
}

impl fmt::Debug for Personalizer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Personalizer").field("pages", &self.0.pages.len()).finish_non_exhaustive()
    }
}
