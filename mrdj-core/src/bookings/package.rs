//! What can be bought.

use serde::{Deserialize, Serialize};

/// One package of the business.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Package {
    /// What it is called by, e.g. `silver`; at most 100 characters.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What it costs, in euro cents.
    pub price_cents: u32,
    /// How long the music plays, in minutes.
    pub duration_min: u16,
    /// What it holds, in a sentence.
    pub description: String,
    /// What it holds, point by point.
    pub features: Vec<String>,
    /// Whether it is the one that most people take.
    #[serde(default)]
    pub popular: bool,
}

/// The packages cannot be so.
#[derive(Debug, thiserror::Error)]
pub enum InvalidPackages {
    /// The text is no list of packages.
    #[error("it is no list of packages: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// One of them crosses a bound.
    #[error("package {nr} ({id}): {what}")]
    Bound {
        /// Which, counted from 1.
        nr: usize,
        /// What it is called by.
        id: String,
        /// What is wrong with it.
        what: &'static str,
    },
    /// There is none.
    #[error("it holds no package")]
    None,
}

impl Package {
    /// Reads a JSON list of packages, each with `id`, `name`, `priceCents`, `durationMin`, `description`, `features` and
    /// perhaps `popular`.
    pub fn parse_list(json: &str) -> Result<Vec<Self>, InvalidPackages> {
        let packages: Vec<Self> = serde_json::from_str(json)?;
        if packages.is_empty() {
            return Err(InvalidPackages::None);
        }
        for (at, package) in packages.iter().enumerate() {
            let within = |text: &str| (1..=100).contains(&text.trim().chars().count());
            let twice = packages[..at].iter().any(|other| other.id == package.id);
            let rules = [
                (within(&package.id), "the id has 1 to 100 characters"),
                (within(&package.name), "the name has 1 to 100 characters"),
                (!twice, "another has the same id"),
                (package.price_cents > 0, "the price is more than nothing"),
                (package.duration_min > 0, "the duration is more than nothing"),
            ];
            if let Some((_, what)) = rules.into_iter().find(|(holds, _)| !holds) {
                return Err(InvalidPackages::Bound { nr: at + 1, id: package.id.clone(), what });
            }
        }
        Ok(packages)
    }

    /// The price in euro, as a person reads it: `795` or `795,50`.
    pub fn price(&self) -> String {
        let (euro, cents) = (self.price_cents / 100, self.price_cents % 100);
        if cents == 0 { euro.to_string() } else { format!("{euro},{cents:02}") }
    }

    /// The three packages that a business may begin with: 795, 995 and 1,295 euro for four, five and six hours.
    pub fn samples() -> Vec<Self> {
        let package = |id: &str, name: &str, euro: u32, hours: u16, description: &str, features: &[&str]| Self {
            id: id.to_owned(),
            name: name.to_owned(),
            price_cents: euro * 100,
            duration_min: hours * 60,
            description: description.to_owned(),
            features: features.iter().map(|feature| (*feature).to_owned()).collect(),
            popular: id == "silver",
        };
        let bronze =
            ["DJ van begin tot eind", "Geluid tot 80 gasten", "Basislicht", "Intake per telefoon", "Verzoeknummers"];
        let silver = [&bronze[..], &["Geluid tot 150 gasten", "Lichtshow"]].concat();
        let gold = [&silver[..], &["Draadloze microfoon", "Openingsdans op maat"]].concat();
        vec![
            package("bronze", "Brons", 795, 4, "Een avond muziek voor een kleiner gezelschap.", &bronze),
            package("silver", "Zilver", 995, 5, "Wat de meeste bruidsparen kiezen.", &silver),
            package("gold", "Goud", 1_295, 6, "De hele avond, met alles erop en eraan.", &gold),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_samples_cost_what_they_always_did() {
        let prices: Vec<_> =
            Package::samples().iter().map(|package| (package.price(), package.duration_min / 60)).collect();
        assert_eq!(prices, [("795".to_owned(), 4), ("995".to_owned(), 5), ("1295".to_owned(), 6)]);
        let features: Vec<_> = Package::samples().iter().map(|package| package.features.len()).collect();
        assert_eq!(features, [5, 7, 9]);
        assert_eq!(Package { price_cents: 79_505, ..Package::samples()[0].clone() }.price(), "795,05");
    }
}
