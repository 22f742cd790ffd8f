//! Pages, made from what the files hold.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::city::{city_texts, fill_in, lay_over};
use super::index::{Index, TermKind};
use super::page::Written;
use super::reading::{Reading, member};
use super::shape::{VARIANT, localize, names};
use super::{City, Page};

/// A page has a bit for each of its terms, of which it has two lists.
const MAX_TERMS: usize = 32;

/// What the id of a city's page begins with; its slug follows.
const CITY_ID: &str = "city_";

/// What a city's page is made of.
pub(super) struct Frame {
    pub(super) default: usize,
    experiment_id: Option<String>,
    page: [Value; 2],
}

/// Pages in the making.
#[derive(Default)]
pub(super) struct Builder {
    pub(super) pages: Vec<Page>,
    pub(super) index: Index,
    ids: BTreeSet<String>,
}

impl Builder {
    /// Adds every variant of a file, and tells what the pages of cities begin with.
    pub(super) fn variants(&mut self, reading: &mut Reading, json: &Value) -> Option<Frame> {
        let members = reading.object(json, "", &["defaultVariantId", "city", "variants"])?;
        let default_id = reading.required(members, "", "defaultVariantId").cloned();
        let default_id = default_id.and_then(|id| reading.word(&id, "defaultVariantId"));
        let city = reading.required(members, "", "city").and_then(|json| city_texts(reading, json));
        let list = reading.required(members, "", "variants")?;
        let mut default = None;
        for (path, json) in reading.list(list, "variants", (1, 100))? {
            let Some((page, texts)) = self.variant(reading, json, &path, default_id.as_deref()) else { continue };
            if Some(&page.id) == default_id.as_ref() {
                default = Some((page.place, page.experiment_id.clone(), texts));
            }
            self.pages.push(page);
        }
        if default.is_none() && default_id.is_some() {
            reading.fault("defaultVariantId", "is the id of no variant");
        }
        let (default, experiment_id, mut page) = default?;
        let city = city?;
        page.iter_mut().zip(&city).for_each(|(page, texts)| lay_over(page, texts));
        Some(Frame { default, experiment_id, page })
    }

    fn variant(
        &mut self,
        reading: &mut Reading,
        json: &Value,
        path: &str,
        default_id: Option<&str>,
    ) -> Option<(Page, [Value; 2])> {
        let known = [&["id", "experimentId", "keywords", "intentTags"][..], &names(VARIANT)].concat();
        let members = reading.object(json, path, &known)?;
        let id = self.id(reading, members, path, "id");
        if id.as_ref().is_some_and(|id| id.starts_with(CITY_ID)) {
            reading.fault(&member(path, "id"), format!("begins with {CITY_ID}, as the pages of cities do"));
        }
        let experiment_id = match members.get("experimentId") {
            None | Some(Value::Null) => None,
            Some(name) => reading.word(name, &member(path, "experimentId")),
        };
        let place = self.pages.len();
        let terms = self.terms(reading, members, path, place);
        if terms.is_empty() && id.as_deref() != default_id {
            reading.fault(path, "no word leads to it: give it keywords or intentTags");
        }
        let mut texts = localize(reading, members, path, VARIANT);
        let id = id?;
        for page in &mut texts {
            page["id"] = json!(id);
        }
        let written = Written::of(&texts);
        Some((Page { id, experiment_id, terms, city: None, written, place }, texts))
    }

    fn id(&mut self, reading: &mut Reading, members: &Map<String, Value>, path: &str, name: &str) -> Option<String> {
        let value = reading.required(members, path, name)?;
        let path = member(path, name);
        let id = reading.word(value, &path)?;
        reading.unique(&mut self.ids, &id, &path);
        Some(id)
    }

    fn terms(&mut self, reading: &mut Reading, members: &Map<String, Value>, path: &str, page: usize) -> Vec<String> {
        let (mut known, mut terms) = (BTreeSet::new(), Vec::new());
        for (name, kind) in [("keywords", TermKind::Keyword), ("intentTags", TermKind::IntentTag)] {
            let Some(value) = members.get(name).filter(|list| !list.is_null()) else { continue };
            for term in reading.terms(value, &member(path, name), MAX_TERMS, &mut known) {
                self.lead(term, kind, page, &mut terms);
            }
        }
        terms
    }

    /// Lets `term` lead to `page`.
    fn lead(&mut self, term: String, kind: TermKind, page: usize, terms: &mut Vec<String>) {
        let nr = u8::try_from(terms.len()).expect("a page has at most twice MAX_TERMS terms");
        self.index.add(&term, kind, page, nr);
        terms.push(term);
    }

    /// Adds the page of every city of a file.
    pub(super) fn cities(&mut self, reading: &mut Reading, json: &Value, frame: Option<&Frame>) {
        // Ids of variants and slugs of cities never meet.
        self.ids.clear();
        for (path, json) in reading.list(json, "", (0, 5_000)).unwrap_or_default() {
            let page = self.city(reading, json, &path, frame);
            self.pages.extend(page);
        }
    }

    fn city(&mut self, reading: &mut Reading, json: &Value, path: &str, frame: Option<&Frame>) -> Option<Page> {
        let members = reading.object(json, path, &["slug", "name", "aliases", "intro"])?;
        let slug = self.id(reading, members, path, "slug");
        let (mut known, mut terms, place) = (BTreeSet::new(), Vec::new(), self.pages.len());
        let name = reading.required(members, path, "name");
        let name = name.and_then(|name| reading.term(name, &member(path, "name"), &mut known));
        let aliases = members.get("aliases").filter(|aliases| !aliases.is_null());
        let aliases = aliases.map(|list| reading.terms(list, &member(path, "aliases"), MAX_TERMS, &mut known));
        let intro = reading.required(members, path, "intro");
        let intro = intro.and_then(|texts| reading.texts(texts, &member(path, "intro"), 300));
        let (slug, name, intro, frame) = (slug?, name?, intro?, frame?);
        for term in [name.clone()].into_iter().chain(aliases.into_iter().flatten()) {
            self.lead(term, TermKind::CityName, place, &mut terms);
        }
        let id = format!("{CITY_ID}{slug}");
        let mut texts = frame.page.clone();
        for (page, intro) in texts.iter_mut().zip(&intro) {
            fill_in(page, &name);
            page["id"] = json!(id);
            page["hero"]["subtitle"] = json!(intro);
        }
        let facts = intro.map(|intro| json!({ "slug": slug, "name": name, "intro": intro }));
        let city = Some(City::new(slug, name, Written::of(&facts)));
        let (experiment_id, written) = (frame.experiment_id.clone(), Written::of(&texts));
        Some(Page { id, experiment_id, terms, city, written, place })
    }
}
