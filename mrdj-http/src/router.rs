//! The router, put together.

use std::sync::Arc;

use axum::middleware::from_fn_with_state;
use axum::routing::get;
use axum::{Extension, Router};

use crate::app::{App, Shared};
use crate::middleware::{Counted, attend, catch_panics, cors, count, limit_time, operators_only, same_site_only};
use crate::openapi::Pages;
use crate::problem::{Kind, Problem};
use crate::routes;

/// Every route of `app`, with and without the prefix `/api`.
///
/// What no route answers is a problem document too, so an app that merges this router has no fallback of its own; an
/// app that has one nests it.
pub fn router(app: App) -> Router {
    let pages = Arc::new(Pages::below(app.rules.mounted_at.clone()));
    let app: Shared = Arc::new(app);
    let docs = Router::from(routes::docs()).layer(Extension(pages));
    let routes = all(&app).merge(docs).method_not_allowed_fallback(wrong_method);
    // A nested front page answers to `/api` alone; with the slash it is the same page.
    let both = Router::new().merge(routes.clone()).nest("/api", routes).route("/api/", get(routes::show_index));
    around(both.fallback(nothing_here), &app).with_state(app)
}

fn all(app: &Shared) -> Router<Shared> {
    let counting = |counted| from_fn_with_state((Arc::clone(app), counted), count);
    let contact = Router::from(routes::contact_form()).route_layer(counting(Counted::ContactForm));
    let call_back = Router::from(routes::call_back_form()).route_layer(counting(Counted::Form));
    let bookings = Router::from(routes::booking_forms()).route_layer(counting(Counted::Form));
    let client = Router::from(routes::client_forms()).route_layer(counting(Counted::Form));
    let visitor = Router::from(routes::visitor_forms()).route_layer(counting(Counted::Page));
    let operator = Router::from(routes::operator())
        .merge(Router::from(routes::uploads()))
        .route_layer(from_fn_with_state(Arc::clone(app), operators_only))
        .route_layer(same_site_only());
    let personalization = Router::from(routes::personalization()).merge(Router::from(routes::variants()));
    let views = Router::from(routes::views()).route_layer(counting(Counted::View));
    let pages =
        Router::from(routes::public()).merge(Router::from(routes::client_pages())).merge(personalization).merge(views);
    pages.merge(contact).merge(call_back).merge(bookings).merge(client).merge(visitor).merge(operator)
}

/// The layers around every route; the last is the outermost.
fn around(routes: Router<Shared>, app: &Shared) -> Router<Shared> {
    let state = || Arc::clone(app);
    let timed = routes.layer(from_fn_with_state(state(), limit_time)).layer(catch_panics());
    let shared = match cors(&app.rules.cors_origins) {
        Some(cors) => timed.layer(cors),
        None => timed,
    };
    shared.layer(from_fn_with_state(state(), attend))
}

async fn nothing_here() -> Problem {
    Problem::not_found("route")
}

async fn wrong_method() -> Problem {
    Problem::new(Kind::MethodNotAllowed, "the header Allow names the methods that are")
}
