//! The sources, and what they share: decompression, decoding and framing.

pub(crate) mod files;
pub(crate) mod size;
pub(crate) mod stdin;

mod date;
mod decode;
mod document;
mod frame;
mod guess;
mod key;
mod list;
mod open;
mod page_json;
mod reader;
mod wide;
