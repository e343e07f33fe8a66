//! Where each row stands in the file, and rows that are not read further than their keys.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::hash::BuildHasherDefault;

use rustc_hash::FxHasher;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// Where rows are.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// Where the newest transaction with a row stands in the file, by 128 bits of the key's BLAKE3 hash.
    places: HashMap<[u8; 16], u64, BuildHasherDefault<FxHasher>>,
    kinds: HashMap<String, Kind>,
}

/// Rows whose keys begin alike.
#[derive(Debug)]
struct Kind {
    /// So that a few rows are found among many of other kinds; `None` when there were more than [`FEW_KEYS`].
    few: Option<BTreeSet<String>>,
    /// Rows that hold.
    hold: u64,
    /// Rows in the file, those that are out of date or forget another too.
    written: u64,
}

impl Default for Kind {
    fn default() -> Self {
        Self { few: Some(BTreeSet::new()), hold: 0, written: 0 }
    }
}

/// More keys than this are not kept: to read the whole file is quicker then.
const FEW_KEYS: usize = 1000;

impl Index {
    /// Notes that the record at `at` sets `key`, or forgets it.
    pub(super) fn note(&mut self, at: u64, key: &str, holds: bool) {
        let held = if holds { self.places.insert(hash(key), at) } else { self.places.remove(&hash(key)) };
        let name = kind_of(key);
        let kind = match self.kinds.get_mut(name) {
            Some(kind) => kind,
            None => self.kinds.entry(name.to_owned()).or_default(),
        };
        kind.written += 1;
        kind.hold = kind.hold + u64::from(holds) - u64::from(held.is_some());
        let Some(few) = &mut kind.few else { return };
        if holds {
            few.insert(key.to_owned());
        } else {
            few.remove(key);
        }
        if few.len() > FEW_KEYS {
            kind.few = None;
        }
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// Where the record with the row of `key` begins.
    pub(super) fn place(&self, key: &str) -> Option<u64> {
        self.places.get(&hash(key)).copied()
    }

    /// Whether there is no row in the file, among those whose keys begin with `prefix`, that is out of date. Says no when that is
    /// not known.
    pub(super) fn all_hold(&self, prefix: &str) -> bool {
        let mut kinds = self.kinds.iter().filter(|(name, _)| !prefix.contains('/') || *name == kind_of(prefix));
        kinds.all(|(_, kind)| kind.hold == kind.written)
    }

    /// The places of the rows whose keys begin with `prefix`, when they are few.
    pub(super) fn few(&self, prefix: &str) -> Option<BTreeSet<(u64, &str)>> {
        if !prefix.contains('/') {
            return None;
        }
        let Some(kind) = self.kinds.get(kind_of(prefix)) else { return Some(BTreeSet::new()) };
        let begin = kind.few.as_ref()?.iter().filter(|key| key.starts_with(prefix));
        Some(begin.filter_map(|key| Some((self.place(key)?, key.as_str()))).collect())
    }
}

fn kind_of(key: &str) -> &str {
    key.split_once('/').map_or(key, |(kind, _)| kind)
}

fn hash(key: &str) -> [u8; 16] {
    *blake3::hash(key.as_bytes()).as_bytes().first_chunk().expect("a BLAKE3 hash has 32 bytes")
}

/// The rows of a transaction, not read any further; `None` is a row that is forgotten.
pub(super) struct Rows<'a>(pub(super) Vec<(Cow<'a, str>, Option<&'a RawValue>)>);

impl<'de> Deserialize<'de> for Rows<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ByKey;
        impl<'de> Visitor<'de> for ByKey {
            type Value = Rows<'de>;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("rows by key")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut rows = Vec::new();
                while let Some((Key(key), row)) = map.next_entry::<Key<'de>, &RawValue>()? {
                    rows.push((key, (row.get() != "null").then_some(row)));
                }
                Ok(Rows(rows))
            }
        }
        deserializer.deserialize_map(ByKey)
    }
}

/// A key, borrowed where nothing in it is escaped.
#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);
