//! How many forms one visitor may send.

use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use jiff::{SignedDuration, Timestamp};
use mrdj_core::limits::{Limit, Ruling};
use tracing::warn;

use crate::app::{App, Shared};
use crate::extract::Client;
use crate::problem::{Kind, Problem};

/// Which limits a route counts towards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counted {
    /// All forms together.
    Form,
    /// All forms together, and the contact form by itself.
    ContactForm,
    /// The pages of a form, which are nobody's enquiry yet and lock nobody out of one.
    Page,
    /// What a page asks and tells with every view.
    View,
}

/// Counts one more form of a visitor, refuses it when it is one too many, and tells the tightest limit's figures.
///
/// A visitor whose address is unknown is not counted: one count for all of them would let the first lock out the rest.
pub(crate) async fn count(
    State((app, counted)): State<(Shared, Counted)>,
    client: Client,
    request: Request,
    next: Next,
) -> Response {
    let now = app.clock.now();
    let Some(ruling) = rule(&app, counted, &client, now).await else {
        return next.run(request).await;
    };
    let reset_s = seconds(ruling.reset_at.duration_since(now));
    let mut response = if ruling.allowed {
        next.run(request).await
    } else {
        let what = if counted == Counted::View { "page views may be told" } else { "forms may be sent" };
        let detail = format!("at most {} {what} for now", ruling.max);
        Problem::new(Kind::TooMany, detail).retry_after(reset_s.max(1)).into_response()
    };
    let headers = response.headers_mut();
    headers.insert("x-ratelimit-limit", HeaderValue::from(ruling.max));
    headers.insert("x-ratelimit-remaining", HeaderValue::from(ruling.remaining));
    headers.insert("x-ratelimit-reset", HeaderValue::from(reset_s));
    response
}

/// The ruling that leaves the visitor the least; `None` when nothing is counted.
async fn rule(app: &App, counted: Counted, client: &Client, now: Timestamp) -> Option<Ruling> {
    let key = client.limit_key()?;
    if counted == Counted::Page {
        return take(app, format!("page:{key}"), app.rules.general, now).await;
    }
    if counted == Counted::View {
        return take(app, format!("view:{key}"), app.rules.views, now).await;
    }
    let general = take(app, format!("form:{key}"), app.rules.general, now).await;
    if counted == Counted::Form || general.is_some_and(|ruling| !ruling.allowed) {
        return general;
    }
    let contact = take(app, format!("contact:{key}"), app.rules.contact, now).await;
    [general, contact].into_iter().flatten().min_by_key(|ruling| (ruling.allowed, ruling.remaining))
}

async fn take(app: &App, key: String, limit: Limit, now: Timestamp) -> Option<Ruling> {
    if limit.max == 0 {
        return None;
    }
    // A limiter that is away costs nobody an enquiry.
    let taken = app.limiter.take(&key, limit, now).await;
    taken.inspect_err(|error| warn!(%error, "a form could not be counted")).ok()
}

/// Whole seconds, rounded up so that who waits them out is not early.
fn seconds(span: SignedDuration) -> u64 {
    let rounded = span.as_secs() + i64::from(span.subsec_nanos() > 0);
    u64::try_from(rounded).unwrap_or(0)
}
