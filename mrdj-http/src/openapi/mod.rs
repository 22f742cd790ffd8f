//! The OpenAPI document of every route, and a page that shows it.
//!
//! Handlers describe what they take and give; [`document`] adds what holds for all of them: who may call, what the
//! layers around them answer, and the headers they add. So an answer is in the document wherever a layer can give it.

mod answers;
mod document;
mod page;
mod pages;

pub use document::document;
pub(crate) use pages::Pages;
