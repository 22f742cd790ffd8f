//! What stands in the address, and forms with files.

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Multipart, Request};

use crate::app::Shared;
use crate::problem::{Kind, Problem};

/// The parts of the path.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Problem))]
pub(crate) struct Path<T>(pub(crate) T);

/// What stands behind the question mark.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(Problem))]
pub(crate) struct Query<T>(pub(crate) T);

/// A form that may bring files.
pub(crate) struct Parts(pub(crate) Multipart);

impl FromRequest<Shared> for Parts {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &Shared) -> Result<Self, Problem> {
        let wrong = |_| Problem::new(Kind::WrongMediaType, "send multipart/form-data with its boundary");
        Multipart::from_request(request, app).await.map(Self).map_err(wrong)
    }
}

impl From<PathRejection> for Problem {
    fn from(_: PathRejection) -> Self {
        Self::new(Kind::Unreadable, "the path cannot be read")
    }
}

impl From<QueryRejection> for Problem {
    fn from(_: QueryRejection) -> Self {
        Self::new(Kind::Unreadable, "the query cannot be read: a value has another form than the document says")
    }
}
