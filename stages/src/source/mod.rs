//! The sources, and what they share: decoding, decompression and framing.

pub(crate) mod files;
pub(crate) mod stdin;
