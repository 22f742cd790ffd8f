//! What a test, or a person at a terminal, turns.

use std::future::pending;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::extract::rejection::JsonRejection;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};

use super::{Line, Mode, Order};

/// The behaviour of a stand-in; clones turn the same one.
#[derive(Clone, Debug, Default)]
pub struct Knobs(Arc<Mutex<Order>>);

impl Knobs {
    /// Behaves so until told otherwise.
    pub fn set(&self, mode: Mode) {
        self.order(Order { mode, times: None });
    }

    /// Behaves so for the next `times` requests, and healthily after them.
    pub fn set_for(&self, mode: Mode, times: u32) {
        self.order(Order { mode, times: Some(times) });
    }

    /// How it behaves now, for routes that are not misbehaving themselves, e.g. a health check.
    pub fn mode(&self) -> Mode {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).mode.clone()
    }

    /// Lays the behaviour over `partner`'s routes; a handler finds the mode of its request as `Extension<Mode>`.
    pub fn over(&self, partner: Router) -> Router {
        partner.layer(from_fn_with_state(self.clone(), behave))
    }

    /// `GET /mode` and `POST /mode`.
    pub fn routes(&self) -> Router {
        Router::new().route("/mode", get(show).post(turn)).with_state(self.clone())
    }

    fn order(&self, order: Order) {
        let order = if order.times == Some(0) { Order::default() } else { order };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = order;
    }

    /// The mode of one request, which is thereby counted.
    fn take(&self) -> Mode {
        let mut order = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mode = order.mode.clone();
        match order.times {
            Some(times) if times > 1 => order.times = Some(times - 1),
            Some(_) => *order = Order::default(),
            None => {}
        }
        mode
    }
}

async fn show(State(knobs): State<Knobs>) -> Json<Order> {
    Json(knobs.0.lock().unwrap_or_else(PoisonError::into_inner).clone())
}

async fn turn(State(knobs): State<Knobs>, order: Result<Json<Order>, JsonRejection>) -> Response {
    match order {
        Ok(Json(order)) => {
            knobs.order(order);
            StatusCode::NO_CONTENT.into_response()
        }
        Err(fault) => fault.into_response(),
    }
}

async fn behave(
    State(knobs): State<Knobs>,
    ConnectInfo(line): ConnectInfo<Line>,
    mut request: Request,
    next: Next,
) -> Response {
    let mode = knobs.take();
    request.extensions_mut().insert(mode.clone());
    match mode {
        Mode::Answer { status, retry_after_s, body } => answer(status, retry_after_s, body),
        Mode::Stall => pending().await,
        Mode::CutBeforeAccepting => {
            line.cut();
            StatusCode::NO_CONTENT.into_response()
        }
        Mode::CutAfterAccepting => {
            let answer = next.run(request).await;
            line.cut();
            answer
        }
        Mode::Slow { ms } => {
            let answer = next.run(request).await;
            tokio::time::sleep(Duration::from_millis(ms)).await;
            answer
        }
        Mode::AnswerTwice => {
            let answer = next.run(request).await;
            line.answer_twice();
            answer
        }
        Mode::Healthy | Mode::DatabaseDown => next.run(request).await,
    }
}

fn answer(status: u16, retry_after_s: Option<u64>, body: Option<String>) -> Response {
    let body = body.unwrap_or_default();
    let is_json = serde_json::from_str::<serde::de::IgnoredAny>(&body).is_ok();
    let kind = if is_json { "application/json" } else { "text/plain; charset=utf-8" };
    let mut answer = Response::new(Body::from(body));
    *answer.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Some(wait_s) = retry_after_s {
        answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait_s));
    }
    answer
}
