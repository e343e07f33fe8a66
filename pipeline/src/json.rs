//! JSON as the record promises it: one line, floats with three decimals, line separators escaped, no NUL.
//!
//! The rules come from loading samples into twelve tools; `U+2028`, `U+2029` and `U+0085` split lines in some readers, NUL stops
//! PostgreSQL.

use std::io::{self, Write};

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde::Serialize;
use serde_json::ser::{CharEscape, CompactFormatter, Formatter, Serializer};

struct Record;

impl Formatter for Record {
    fn write_f32<W: ?Sized + Write>(&mut self, writer: &mut W, value: f32) -> io::Result<()> {
        self.write_f64(writer, f64::from(value))
    }

    fn write_f64<W: ?Sized + Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        write!(writer, "{value:.3}")
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let bytes = fragment.as_bytes();
        // A word or a tag is read sooner than a search begins.
        if bytes.len() < SHORT && !bytes.iter().any(|byte| matches!(byte, 0xc2 | 0xe2)) {
            return writer.write_all(bytes);
        }
        let mut written = 0;
        for at in memchr::memchr2_iter(0xc2, 0xe2, bytes) {
            let Some((separator, escape)) = SEPARATORS.iter().find(|(separator, _)| bytes[at..].starts_with(separator)) else { continue };
            writer.write_all(&bytes[written..at])?;
            writer.write_all(escape)?;
            written = at + separator.len();
        }
        writer.write_all(&bytes[written..])
    }

    fn write_char_escape<W: ?Sized + Write>(&mut self, writer: &mut W, escape: CharEscape) -> io::Result<()> {
        match escape {
            CharEscape::AsciiControl(0) => writer.write_all("\u{fffd}".as_bytes()),
            other => CompactFormatter.write_char_escape(writer, other),
        }
    }
}

/// In bytes.
const SHORT: usize = 16;

/// What splits lines in some readers, in UTF-8, and how it is written.
const SEPARATORS: [(&[u8], &[u8]); 3] =
    [("\u{85}".as_bytes(), b"\\u0085"), ("\u{2028}".as_bytes(), b"\\u2028"), ("\u{2029}".as_bytes(), b"\\u2029")];

/// Appends `value` and `\n` to `line`.
///
/// # Errors
/// When `value` refuses to be serialised; the record types of this crate never do.
pub fn write_line<T: Serialize>(line: &mut Vec<u8>, value: &T) -> serde_json::Result<()> {
    value.serialize(&mut Serializer::with_formatter(&mut *line, Record))?;
    line.push(b'\n');
    Ok(())
}

/// The JSON Schema of what is written as a `T`: every key is required, because every key is written.
pub(crate) fn schema_of<T: JsonSchema>() -> Schema {
    SchemaSettings::default().for_serialize().into_generator().into_root_schema_for::<T>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_linear_time_over_separators() {
        let begun = std::time::Instant::now();
        let mut line = Vec::new();
        write_line(&mut line, &"\u{2028}".repeat(1 << 20)).unwrap();
        assert_eq!(line.len(), 3 + (6 << 20));
        assert!(begun.elapsed().as_secs() < 20, "this takes hours when it is quadratic");
    }

    #[test]
    fn writes_what_every_reader_can_read() {
        let mut line = Vec::new();
        write_line(&mut line, &serde_json::json!({"a": "x\u{2028}y\u{85}z\0“”é", "b": 1.0, "c": 0.25, "d": 3, "e": "\u{2029}\u{2028}"}))
            .unwrap();
        assert_eq!(
            String::from_utf8(line).unwrap(),
            "{\"a\":\"x\\u2028y\\u0085z\u{fffd}“”é\",\"b\":1.000,\"c\":0.250,\"d\":3,\"e\":\"\\u2029\\u2028\"}\n"
        );
    }
}
