//! A number of bytes as people write it: `8388608`, `8MiB`, `512 KiB`, `1.5GB`.
//!
//! Options of stages and sections of the configuration read it alike; what is too small or too large is theirs to say.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserializer, Error, Visitor};

/// Bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size(pub u64);

/// In small letters; capitals mean the same.
const UNITS: &[(&str, u64)] =
    &[("", 1), ("b", 1), ("kib", 1 << 10), ("mib", 1 << 20), ("gib", 1 << 30), ("kb", 1_000), ("mb", 1_000_000), ("gb", 1_000_000_000)];

impl Size {
    /// Exact, and a broken byte at the end is left out.
    fn parse(text: &str) -> Option<Self> {
        amount(text, &|unit| {
            let unit = unit.to_ascii_lowercase();
            UNITS.iter().find(|(name, _)| *name == unit).map(|(_, factor)| *factor)
        })
        .map(Self)
    }
}

/// A number with an optional decimal part and a unit, times what the unit stands for; exact, and a broken part at the end is left
/// out. `None` when it is no such thing, or too much.
pub(crate) fn amount(text: &str, factor_of: &dyn Fn(&str) -> Option<u64>) -> Option<u64> {
    let text = text.trim();
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len()));
    let factor = factor_of(unit.trim())?;
    let (whole, decimals) = number.split_once('.').unwrap_or((number, "0"));
    let decimal: u128 = 10_u128.checked_pow(u32::try_from(decimals.len()).ok()?)?;
    let (whole, decimals): (u64, u64) = (whole.parse().ok()?, decimals.parse().ok()?);
    let parts = u128::from(whole).checked_mul(decimal)?.checked_add(u128::from(decimals))?;
    u64::try_from(parts.checked_mul(u128::from(factor))? / decimal).ok()
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            n if n >= 1 << 20 && n.is_multiple_of(1 << 20) => write!(f, "{} MiB", n >> 20),
            n if n >= 1 << 10 && n.is_multiple_of(1 << 10) => write!(f, "{} KiB", n >> 10),
            n => write!(f, "{n} bytes"),
        }
    }
}

impl<'de> serde::Deserialize<'de> for Size {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl Visitor<'_> for Either {
            type Value = Size;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number of bytes such as 8388608 or 8MiB")
            }
            fn visit_u64<E: Error>(self, bytes: u64) -> Result<Size, E> {
                Ok(Size(bytes))
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Size, E> {
                Size::parse(text).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(text), &self))
            }
        }
        deserializer.deserialize_any(Either)
    }
}

impl JsonSchema for Size {
    fn schema_name() -> Cow<'static, str> {
        "Size".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [
            { "type": "integer", "minimum": 0 },
            { "type": "string", "pattern": "^ *[0-9]+(\\.[0-9]+)? *(([KkMmGg][Ii]?)?[Bb])? *$" }
        ] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_write() {
        for (text, bytes) in [
            ("8MiB", 8 << 20),
            ("512 KiB", 512 << 10),
            (" 1 gib ", 1 << 30),
            ("10mb", 10_000_000),
            ("2kB", 2000),
            ("17", 17),
            ("77B", 77),
            ("1.5GB", 1_500_000_000),
            ("1.5MiB", 3 << 19),
            ("0.0001KB", 0),
            ("18446744073709551615", u64::MAX),
        ] {
            assert_eq!(Size::parse(text), Some(Size(bytes)), "{text}");
        }
        for text in [
            "",
            "MiB",
            ".5MiB",
            "1.MiB",
            "1.2.3MiB",
            "-1MiB",
            "+1MiB",
            "5TiB",
            "1e3MiB",
            "1 potato",
            "五MiB",
            "99999999999GiB",
            "18446744073709551616",
            "0.00000000000000000000000000000000000000001GiB",
        ] {
            assert_eq!(Size::parse(text), None, "{text}");
        }
        let error = serde_json::from_str::<Size>("true").unwrap_err().to_string();
        assert!(error.contains("expected a number of bytes such as 8388608 or 8MiB"), "{error}");
    }
}
