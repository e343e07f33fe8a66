//! A stretch of time as people write it: `10s`, `500ms`, `1.5h`; a number alone is seconds.
//!
//! Options of stages and sections of the configuration read it alike; what is too short or too long is theirs to say.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserializer, Error, Visitor};

use crate::size::amount;

/// How long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period(pub Duration);

const SECOND: u64 = 1_000_000_000;

/// In nanoseconds.
const UNITS: &[(&str, u64)] = &[
    ("", SECOND),
    ("ms", SECOND / 1000),
    ("s", SECOND),
    ("m", 60 * SECOND),
    ("min", 60 * SECOND),
    ("h", 3600 * SECOND),
    ("d", 24 * 3600 * SECOND),
];

impl Period {
    /// So many seconds.
    pub const fn seconds(seconds: u64) -> Self {
        Self(Duration::from_secs(seconds))
    }

    /// Exact, and a broken nanosecond at the end is left out.
    fn parse(text: &str) -> Option<Self> {
        let factor_of = |unit: &str| UNITS.iter().find(|(name, _)| *name == unit).map(|(_, factor)| *factor);
        amount(text, &factor_of).map(|nanoseconds| Self(Duration::from_nanos(nanoseconds)))
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanoseconds = self.0.as_nanos();
        let units = [("d", 24 * 3600 * SECOND), ("h", 3600 * SECOND), ("m", 60 * SECOND), ("s", SECOND)];
        match units.iter().find(|(_, factor)| nanoseconds > 0 && nanoseconds.is_multiple_of(u128::from(*factor))) {
            Some((unit, factor)) => write!(f, "{}{unit}", nanoseconds / u128::from(*factor)),
            None if nanoseconds.is_multiple_of(1_000_000) => write!(f, "{}ms", nanoseconds / 1_000_000),
            None => write!(f, "{}s", self.0.as_secs_f64()),
        }
    }
}

impl serde::Serialize for Period {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl Visitor<'_> for Either {
            type Value = Period;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a stretch of time such as 10s or 500ms")
            }
            fn visit_u64<E: Error>(self, seconds: u64) -> Result<Period, E> {
                Ok(Period::seconds(seconds))
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Period, E> {
                Period::parse(text).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(text), &self))
            }
        }
        deserializer.deserialize_any(Either)
    }
}

impl JsonSchema for Period {
    fn schema_name() -> Cow<'static, str> {
        "Period".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [
            { "type": "integer", "minimum": 0 },
            { "type": "string", "pattern": "^ *[0-9]+(\\.[0-9]+)? *(ms|s|m|min|h|d)? *$" }
        ] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_write_and_writes_it_so() {
        for (text, milliseconds, written) in [
            ("10s", 10_000, "10s"),
            ("500ms", 500, "500ms"),
            (" 2 min ", 120_000, "2m"),
            ("90s", 90_000, "90s"),
            ("1.5h", 5_400_000, "90m"),
            ("3d", 259_200_000, "3d"),
            ("7", 7000, "7s"),
            ("0", 0, "0ms"),
            ("0.25s", 250, "250ms"),
        ] {
            let period = Period::parse(text).unwrap();
            assert_eq!((period.0.as_millis(), period.to_string().as_str()), (milliseconds, written), "{text}");
            assert_eq!(Period::parse(written), Some(period));
        }
        for text in ["", "s", ".5s", "1.s", "1.2.3s", "-1s", "+1s", "1w", "1e3s", "五s", "10S", "1 s 5 ms", "999999999999d"] {
            assert_eq!(Period::parse(text), None, "{text}");
        }
        assert_eq!(serde_json::from_str::<Period>("10").unwrap(), Period::seconds(10));
        let error = serde_json::from_str::<Period>("true").unwrap_err().to_string();
        assert!(error.contains("expected a stretch of time such as 10s or 500ms"), "{error}");
    }
}
