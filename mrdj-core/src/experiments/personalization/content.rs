//! The content, read and compiled.

use super::builder::Builder;
use super::index::Index;
use super::reading::Reading;
use super::{Clues, InvalidContent, Page};

/// Every variant and every city, compiled so that one look-up costs about a microsecond.
///
/// ```
/// use mrdj_core::experiments::personalization::{Personalization, Source};
///
/// let content = Personalization::sample();
/// let mut clues = content.clues();
/// clues.add(Source::Keyword, "DJ Eindhoven");
/// let choice = clues.choose();
/// assert_eq!((choice.page.id(), choice.match_type().name()), ("city_eindhoven", "city"));
/// ```
#[derive(Debug)]
pub struct Personalization {
    pages: Vec<Page>,
    default: usize,
    pub(super) index: Index,
}

impl Personalization {
    /// The file of the variants.
    pub const VARIANTS_FILE: &'static str = "variants.json";
    /// The file of the cities.
    pub const CITIES_FILE: &'static str = "cities.json";
    /// The files of the [sample](Self::sample), each with its name.
    pub const SAMPLE_FILES: [(&'static str, &'static str); 2] = [
        (Self::VARIANTS_FILE, include_str!("../../../content/personalization/variants.json")),
        (Self::CITIES_FILE, include_str!("../../../content/personalization/cities.json")),
    ];

    /// Reads what the two files hold, or tells everything that is wrong with them.
    pub fn parse(variants: &str, cities: &str) -> Result<Self, InvalidContent> {
        let (mut of_variants, mut of_cities) = (Reading::new(Self::VARIANTS_FILE), Reading::new(Self::CITIES_FILE));
        let mut builder = Builder::default();
        let variants = of_variants.json(variants);
        let frame = variants.as_ref().and_then(|json| builder.variants(&mut of_variants, json));
        let cities = of_cities.json(cities);
        cities.iter().for_each(|json| builder.cities(&mut of_cities, json, frame.as_ref()));
        let faults = [of_variants.faults, of_cities.faults].concat();
        match frame {
            Some(frame) if faults.is_empty() => {
                Ok(Self { pages: builder.pages, default: frame.default, index: builder.index })
            }
            _ => Err(InvalidContent(faults)),
        }
    }

    /// Five variants and seventeen cities of Brabant, to begin with.
    pub fn sample() -> Self {
        let [(_, variants), (_, cities)] = Self::SAMPLE_FILES;
        Self::parse(variants, cities).expect("a test reads the sample")
    }

    /// Begins to listen to a visit.
    pub fn clues(&self) -> Clues<'_> {
        Clues::new(self)
    }

    /// Every page: the variants in their order, then the cities in theirs.
    pub fn pages(&self) -> &[Page] {
        &self.pages
    }

    /// What is shown when nothing fits.
    pub fn default_page(&self) -> &Page {
        &self.pages[self.default]
    }

    pub(super) fn page(&self, place: usize) -> &Page {
        &self.pages[place]
    }
}
