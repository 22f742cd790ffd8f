//! Rebuilds when a migration is added; `sqlx::migrate!` reads them when the crate is built.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
