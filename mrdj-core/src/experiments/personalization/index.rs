//! Every term of the content, found by its first word.

use std::collections::HashMap;

use super::fold::fold;

/// What a term is to its page, in points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TermKind {
    Keyword,
    IntentTag,
    CityName,
}

impl TermKind {
    /// A keyword or a city's name is meant; an intent is guessed.
    const fn points(self) -> u16 {
        match self {
            Self::Keyword | Self::CityName => 25,
            Self::IntentTag => 20,
        }
    }
}

/// So many points more, when nothing stands beside the term.
const ALONE: u16 = 15;

/// One or more words that lead to a page.
#[derive(Debug)]
pub(super) struct Term {
    folded: Box<str>,
    /// The page.
    pub(super) page: usize,
    /// Which of the page's terms.
    pub(super) nr: u8,
    kind: TermKind,
}

/// A term that stands in a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found<'i> {
    /// The term.
    pub(super) term: &'i Term,
    /// What it is worth there.
    pub(super) points: u16,
}

/// Every term, found by its first word.
#[derive(Debug, Default)]
pub(super) struct Index(HashMap<Box<str>, Vec<Term>>);

impl Index {
    /// Adds term number `nr` of `page`, which holds a word.
    pub(super) fn add(&mut self, text: &str, kind: TermKind, page: usize, nr: u8) {
        let mut folded = String::new();
        fold(text, &mut folded);
        let first = folded.split(' ').next().unwrap_or_default();
        let terms = self.0.entry(first.into()).or_default();
        terms.push(Term { folded: folded.into(), page, nr, kind });
    }

    /// Every term that stands, word by word, in the folded text `words`.
    pub(super) fn find<'i>(&'i self, words: &'i str) -> impl Iterator<Item = Found<'i>> {
        let begins = [0].into_iter().chain(words.match_indices(' ').map(|(at, _)| at + 1));
        begins.flat_map(move |at| {
            let rest = &words[at..];
            let word = rest.split_once(' ').map_or(rest, |(word, _)| word);
            let terms = self.0.get(word).map(Vec::as_slice).unwrap_or_default();
            terms.iter().filter_map(move |term| {
                let after = rest.strip_prefix(&*term.folded)?;
                let is_alone = at == 0 && after.is_empty();
                let points = term.kind.points() + if is_alone { ALONE } else { 0 };
                (after.is_empty() || after.starts_with(' ')).then_some(Found { term, points })
            })
        })
    }
}
