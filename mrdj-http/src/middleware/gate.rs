//! The gate before every operator route.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use tracing::warn;

use crate::app::Shared;
use crate::extract::{Client, Credentials, Operator};
use crate::operators::Lodge;
use crate::problem::{Kind, Problem};

/// Lets operators through and nobody else, and hands on who they are ([`Operator`]).
///
/// A password that was right a moment ago is let through before tries are counted, so that a guesser behind the same
/// address cannot lock an operator out. When tries cannot be counted, nobody gets in.
pub(crate) async fn operators_only(
    State(app): State<Shared>,
    client: Client,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let Some(lodge) = app.operators.lodge() else {
        return Err(Problem::not_found("thing"));
    };
    if !lodge.admits(&client) {
        return Err(Problem::new(Kind::Forbidden, "operators come from other addresses"));
    }
    let Some(credentials) = Credentials::of(request.headers()) else {
        return Err(Problem::new(Kind::LoginNeeded, "send the operator's name and password"));
    };
    request.extensions_mut().insert(Operator(credentials.user.clone()));
    let now = app.clock.now();
    if !lodge.remembers(&credentials, now) {
        let key = client.limit_key().unwrap_or_else(|| "unknown".to_owned());
        let ruling = app.limiter.take(&format!("login:{key}"), lodge.tries, now).await?;
        if !ruling.allowed {
            let wait = ruling.reset_at.duration_since(now).as_secs().max(1).unsigned_abs();
            return Err(Problem::new(Kind::TooMany, "too many passwords were tried").retry_after(wait));
        }
        try_password(lodge, credentials, now).await?;
    }
    Ok(next.run(request).await)
}

async fn try_password(lodge: &Arc<Lodge>, credentials: Credentials, now: jiff::Timestamp) -> Result<(), Problem> {
    if Arc::clone(lodge).knows(credentials, now).await {
        return Ok(());
    }
    warn!("a wrong operator's password was tried");
    tokio::time::sleep(lodge.pause).await;
    Err(Problem::new(Kind::LoginNeeded, "name or password is wrong"))
}
