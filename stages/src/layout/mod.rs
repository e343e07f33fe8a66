//! What the lines of a page look like: widths, measures, first and last marks. Shared by the stages that join lines and cut pages.
//!
//! Decides nothing itself.

pub(crate) mod byline;
pub(crate) mod patterns;
mod row;
mod width;

pub(crate) use row::{Row, rows};
pub(crate) use width::is_han;
