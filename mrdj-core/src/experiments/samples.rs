//! Experiments to begin with.

use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use super::{Definition, Experiment};
use crate::id::Id;

/// What a site of an event business may try, the first first.
const SAMPLES: &str = include_str!("samples.json");

impl Experiment {
    /// What a site of an event business may try: six flags that its pages read, and six larger tests. All are drafts.
    pub fn samples() -> Vec<Self> {
        let forms: Vec<Value> = serde_json::from_str(SAMPLES).expect("a test reads it");
        let draft = |(nr, form): (u128, &Value)| {
            let (key, definition) = Definition::read(form).expect("a test reads it");
            Self::draft(Id::from_uuid(Uuid::from_u128(nr)), key, definition, "sample", Timestamp::UNIX_EPOCH)
        };
        (1..).zip(&forms).map(draft).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiments::Status;

    #[test]
    fn the_samples_are_drafts_that_can_be_started() {
        let samples = Experiment::samples();
        let keys: Vec<_> = samples.iter().map(|sample| sample.key.as_str()).collect();
        let expected = [
            "hero_cta_variant",
            "package_badge_variant",
            "testimonial_format",
            "booking_cta_variant",
            "price_display_variant",
            "whatsapp_prominence",
            "social_proof_volume",
            "video_testimonials",
            "guarantee_prominence",
            "pricing_display_format",
            "cta_button_text",
            "faq_positioning",
        ];
        assert_eq!(keys, expected);
        assert!(samples.iter().all(|sample| sample.status == Status::Draft));
        for sample in &samples[..6] {
            let keys: Vec<_> = sample.definition.variations.iter().map(|one| one.key.as_str()).collect();
            assert_eq!(keys, ["control", "variant_a", "variant_b"], "{}", sample.key);
        }
    }
}
