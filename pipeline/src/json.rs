//! JSON as the record promises it: one line, floats with three decimals, line separators escaped, no NUL.
//!
//! The rules come from loading samples into twelve tools; `U+2028`, `U+2029` and `U+0085` split lines in some readers, NUL stops
//! PostgreSQL.

use std::io::{self, Write};

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
        let mut rest = fragment;
        while let Some((before, c, after)) = split_at_separator(rest) {
            writer.write_all(before.as_bytes())?;
            write!(writer, "\\u{:04x}", u32::from(c))?;
            rest = after;
        }
        writer.write_all(rest.as_bytes())
    }

    fn write_char_escape<W: ?Sized + Write>(&mut self, writer: &mut W, escape: CharEscape) -> io::Result<()> {
        match escape {
            CharEscape::AsciiControl(0) => writer.write_all("\u{fffd}".as_bytes()),
            other => CompactFormatter.write_char_escape(writer, other),
        }
    }
}

/// Splits at the first of U+0085, U+2028, U+2029, looking only at the bytes that can begin one of them.
fn split_at_separator(text: &str) -> Option<(&str, char, &str)> {
    let bytes = text.as_bytes();
    if !bytes.contains(&0xc2) && !bytes.windows(2).any(|pair| pair == [0xe2, 0x80]) {
        return None;
    }
    let (at, c) = text.char_indices().find(|(_, c)| matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}'))?;
    let (before, rest) = text.split_at(at);
    let mut characters = rest.chars();
    characters.next();
    Some((before, c, characters.as_str()))
}

/// Appends `value` and `\n` to `line`.
///
/// # Errors
/// When `value` refuses to be serialised; the record types of this crate never do.
pub fn write_line<T: Serialize>(line: &mut Vec<u8>, value: &T) -> serde_json::Result<()> {
    value.serialize(&mut Serializer::with_formatter(&mut *line, Record))?;
    line.push(b'\n');
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_what_every_reader_can_read() {
        let mut line = Vec::new();
        write_line(&mut line, &serde_json::json!({"a": "x\u{2028}y\u{85}z\0“”é", "b": 1.0, "c": 0.25, "d": 3})).unwrap();
        assert_eq!(String::from_utf8(line).unwrap(), "{\"a\":\"x\\u2028y\\u0085z\u{fffd}“”é\",\"b\":1.000,\"c\":0.250,\"d\":3}\n");
    }
}
