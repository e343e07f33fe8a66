//! The sources, and what they share: decompression, decoding and framing.

pub(crate) mod dead_letters;
pub(crate) mod files;
pub(crate) mod stdin;
pub(crate) mod watch;

mod binary;
mod date;
mod decode;
mod document;
pub(crate) mod file_id;
mod frame;
mod guess;
mod key;
mod list;
mod naming;
mod numbering;
mod open;
mod page_json;
mod reader;
mod wide;
