//! What a visit says about itself, weighed.

use super::fold::fold;
use super::index::Found;
use super::{Choice, Personalization, Reason, Source};

/// So many pages can be meant at once; who names more of them means none.
const MAX_MEANT: usize = 32;
/// So many texts are read of one visit.
const MAX_TEXTS: usize = 32;

/// A page that is meant, and why.
#[derive(Clone, Copy)]
struct Meant {
    page: usize,
    points: u16,
    source: Source,
    term: u8,
    /// One bit for each of the page's terms that was found.
    found: u64,
}

impl Meant {
    fn of(found: Found<'_>, source: Source) -> Self {
        let Found { term, points } = found;
        Self { page: term.page, points: points * source.weight(), source, term: term.nr, found: 1 << term.nr }
    }

    /// The strongest reason first; the rest only keeps the order in which texts come from mattering.
    fn is_better_than(&self, other: &Self) -> bool {
        (self.points, other.term, other.source) > (other.points, self.term, self.source)
    }

    /// What the best reason is worth, and one for each further term.
    fn score(&self) -> u32 {
        u32::from(self.points) + self.found.count_ones() - 1
    }
}

/// What a visit says about itself: texts of strangers, of which only whole words that the content knows are taken in.
///
/// The order in which texts are added does not matter. Nothing of them is kept: a [`Choice`] holds our own words alone.
pub struct Clues<'c> {
    content: &'c Personalization,
    words: String,
    texts: usize,
    meant: [Option<Meant>; MAX_MEANT],
}

impl<'c> Clues<'c> {
    pub(super) fn new(content: &'c Personalization) -> Self {
        Self { content, words: String::with_capacity(256), texts: 0, meant: [None; MAX_MEANT] }
    }

    /// Takes in `text`, of which the first 200 characters are read; commas part one wish from the next.
    pub fn add(&mut self, source: Source, text: &str) {
        let text = if source == Source::Landing { path_of(text) } else { text };
        for wish in text.split(',') {
            self.texts += 1;
            if self.texts > MAX_TEXTS {
                return;
            }
            fold(wish, &mut self.words);
            for found in self.content.index.find(&self.words) {
                note(&mut self.meant, Meant::of(found, source));
            }
        }
    }

    /// The page that fits best; of equals, the one that stands first in the content. The default when nothing fits.
    pub fn choose(&self) -> Choice<'c> {
        let content = self.content;
        let city = best(self.meant(), |meant| content.page(meant.page).city().is_some());
        let city = city.map(|meant| content.page(meant.page));
        match best(self.meant(), |_| true) {
            None => Choice { page: content.default_page(), city, found: 0, reason: None },
            Some(meant) => {
                let page = content.page(meant.page);
                let term_nr = usize::from(meant.term);
                let term = page.terms()[term_nr].as_str();
                let reason = Reason { source: meant.source, term, term_nr, score: meant.score() };
                Choice { page, city, found: meant.found, reason: Some(reason) }
            }
        }
    }

    fn meant(&self) -> impl Iterator<Item = &Meant> {
        self.meant.iter().map_while(Option::as_ref)
    }
}

/// Without scheme and host: the name of our own site says nothing about a visit.
fn path_of(address: &str) -> &str {
    let Some((_, rest)) = address.split_once("://") else { return address };
    rest.find(['/', '?', '#']).map_or("", |at| &rest[at..])
}

fn note(all: &mut [Option<Meant>; MAX_MEANT], new: Meant) {
    for place in all {
        match place {
            None => {
                *place = Some(new);
                return;
            }
            Some(known) if known.page == new.page => {
                let found = known.found | new.found;
                let better = if new.is_better_than(known) { new } else { *known };
                *known = Meant { found, ..better };
                return;
            }
            Some(_) => {}
        }
    }
}

fn best<'m>(meant: impl Iterator<Item = &'m Meant>, fits: impl Fn(&Meant) -> bool) -> Option<&'m Meant> {
    let rank = |meant: &&Meant| (meant.score(), std::cmp::Reverse(meant.page));
    meant.filter(|meant| fits(meant)).max_by_key(rank)
}
