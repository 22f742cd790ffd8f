//! What can be bought.

use axum::Json;
use axum::extract::State;
use mrdj_core::bookings::Package;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::Shared;

/// What can be bought.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Packages {
    /// Each package, the smallest first.
    packages: Vec<PackageView>,
}

/// One package.
#[derive(Debug, Serialize, ToSchema)]
struct PackageView {
    /// What a form calls it.
    #[schema(example = "silver")]
    id: String,
    /// What people call it.
    #[schema(example = "Zilver")]
    name: String,
    /// What it costs, in euro.
    #[schema(example = 995.0)]
    price: f64,
    /// How long the music plays, in whole hours and minutes.
    #[schema(example = "5 uur")]
    duration: String,
    /// What it holds, in a sentence.
    description: String,
    /// What it holds, point by point.
    features: Vec<String>,
    /// Whether it is the one that most people take.
    popular: bool,
}

impl From<&Package> for PackageView {
    fn from(package: &Package) -> Self {
        let (hours, minutes) = (package.duration_min / 60, package.duration_min % 60);
        Self {
            id: package.id.clone(),
            name: package.name.clone(),
            price: f64::from(package.price_cents) / 100.0,
            duration: if minutes == 0 { format!("{hours} uur") } else { format!("{hours} uur {minutes} min") },
            description: package.description.clone(),
            features: package.features.clone(),
            popular: package.popular,
        }
    }
}

/// List what can be bought.
#[utoipa::path(
    get, path = "/packages", tag = "bookings", operation_id = "listPackages",
    responses((status = 200, description = "Every package", body = Packages)),
)]
pub(crate) async fn list_packages(State(app): State<Shared>) -> Json<Packages> {
    Json(Packages { packages: app.bookings.rules.packages.iter().map(Into::into).collect() })
}
