//! Who sees which variant: features, flags and experiments by GrowthBook's published rules.
//!
//! A [`Catalogue`] is compiled from a payload as GrowthBook sends it to a site's own SDK. It answers for a [`Visitor`]
//! what that SDK would: the same hash over UTF-16 units, the same buckets, the same conditions compared as JavaScript
//! compares, the same order of steps. The rules are those of the JavaScript SDK 1.8.0 (specification 0.8); thousands of
//! generated questions were put to both, and some hundreds of them with its answers are kept with the tests.
//!
//! ```text
//! payload ──Catalogue::load──▶ Catalogue + warnings        Attributes, PageUrl, sticky documents ──▶ Visitor
//!                                  │                                                                   │
//!                                  └────────────── feature(id, visitor) ◀──────────────────────────────┘
//!                                                        │
//!               FeatureResult: value, source, rule, ExperimentResult, exposures to record, documents to store
//! ```
//!
//! Asking is pure: nothing is recorded or stored here. Who asks records the [`Exposures`] and stores the
//! [`StickyDocument`]s that come with an answer. For a visitor without sticky buckets it takes no memory, either, except
//! where a list or an object is compared as text.
//!
//! # Flags
//!
//! A flag is a feature whose value is yes or no; a percentage is a rule with `force` and `coverage`. A flag that nobody
//! knows is off.
//!
//! ```
//! use mrdj_core::experiments::assignment::{Attributes, Catalogue, Source, Visitor};
//!
//! let payload = r#"{ "features": { "callback": {
//!     "defaultValue": false,
//!     "rules": [{ "force": true, "coverage": 0.2, "hashVersion": 2 }]
//! } } }"#;
//! let catalogue = Catalogue::load(payload)?.catalogue;
//! let on = (0..1_000).filter(|nr| {
//!     let attributes = Attributes::new().with("id", format!("visitor-{nr}"));
//!     catalogue.feature("callback", &Visitor::new(&attributes)).on()
//! });
//! assert_eq!(on.count(), 193);
//!
//! let attributes = Attributes::new();
//! let unknown = catalogue.feature("nobody-made-it", &Visitor::new(&attributes));
//! assert!(unknown.off() && unknown.source == Source::UnknownFeature);
//! # Ok::<(), mrdj_core::experiments::assignment::InvalidPayload>(())
//! ```
//!
//! # Where it differs
//!
//! - A pattern that looks around or back matches nothing; see the warnings of the load.
//! - A condition on which JavaScript throws holds for nobody; there, nothing comes of the whole evaluation.
//! - More than 64 features or groups one behind the other count as a cycle, as do more than 4,096 looks in one question.
//! - What every JavaScript object inherits, `constructor` for example, is no attribute.
//! - Callbacks (`include`) are code, and not part of a payload.

mod attributes;
mod bandit;
mod bucket;
mod catalogue;
mod condition;
mod cycles;
mod decrypt;
mod experiment;
mod exposure;
mod feature;
mod fields;
mod hash;
mod json;
mod loading;
mod number;
mod outcome;
mod page;
mod pattern;
mod payload;
mod prerequisite;
mod question;
mod running;
mod sticky;
mod targets;
mod value;
mod visitor;

pub use attributes::{Attributes, InvalidAttributes};
pub use bandit::Leaf;
pub use catalogue::Catalogue;
pub use experiment::{Experiment, Variation};
pub use exposure::{Exposure, Exposures};
pub use hash::hash;
pub use loading::Warning;
pub use outcome::{ExperimentResult, ExperimentRun, FeatureResult, Source};
pub use page::PageUrl;
pub use payload::{InvalidPayload, LoadOptions, Loaded};
pub use sticky::StickyDocument;
pub use value::Value;
pub use visitor::Visitor;
