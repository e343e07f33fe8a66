//! Where each row stands in the file, and rows that are not read further than their keys.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::hash::{BuildHasher, RandomState};

use rustc_hash::FxHashMap;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// Where rows are.
#[derive(Debug, Default)]
pub(super) struct Index {
    places: FxHashMap<Hashed, Place>,
    /// Of each row in the file, in order, whether it holds: a row that has been set anew or forgotten does not, and neither does one
    /// that forgets.
    holds: Vec<bool>,
    /// By the kind of row, their keys, so that a few are found among many of other kinds; `None` when there were more than
    /// [`FEW_KEYS`].
    few: FxHashMap<String, Option<BTreeSet<String>>>,
    hashers: [RandomState; 2],
}

/// 128 bits in place of a key. They differ from start to start, so that nobody can choose names of files that have the same.
type Hashed = [u64; 2];

/// The newest row of a key.
#[derive(Debug)]
struct Place {
    /// Where its transaction stands in the file.
    at: u64,
    /// How many rows stand before it in the file.
    nth: usize,
}

/// More keys than this are not kept: to read the whole file is quicker then.
const FEW_KEYS: usize = 1000;

impl Index {
    /// Notes the rows of the next record of the file, which begins at `at`.
    ///
    /// # Errors
    /// When `rows` are no rows.
    pub(super) fn note_all(&mut self, at: u64, rows: &[u8]) -> serde_json::Result<()> {
        let Rows(rows) = serde_json::from_slice(rows)?;
        for (key, row) in &rows {
            self.note(at, key, row.is_some());
        }
        Ok(())
    }

    /// Notes the next row of the file: that the record at `at` sets `key`, or forgets it.
    pub(super) fn note(&mut self, at: u64, key: &str, holds: bool) {
        let hash = self.hash(key);
        let place = Place { at, nth: self.holds.len() };
        let before = if holds { self.places.insert(hash, place) } else { self.places.remove(&hash) };
        if let Some(before) = before {
            self.holds[before.nth] = false;
        }
        self.holds.push(holds);
        let kind = kind_of(key);
        let few = match self.few.get_mut(kind) {
            Some(few) => few,
            None => self.few.entry(kind.to_owned()).or_insert_with(|| Some(BTreeSet::new())),
        };
        let Some(keys) = few else { return };
        if holds {
            keys.insert(key.to_owned());
        } else {
            keys.remove(key);
        }
        if keys.len() > FEW_KEYS {
            *few = None;
        }
    }

    /// How many rows hold.
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// How many rows there are in the file, those that do not hold too.
    pub(super) fn written(&self) -> usize {
        self.holds.len()
    }

    /// Whether the row holds before which `nth` others stand in the file.
    pub(super) fn holds(&self, nth: usize) -> bool {
        self.holds.get(nth).copied().unwrap_or(false)
    }

    /// Where the record with the row of `key` begins.
    pub(super) fn place(&self, key: &str) -> Option<u64> {
        self.places.get(&self.hash(key)).map(|place| place.at)
    }

    /// The places of the rows whose keys begin with `prefix`, in the order in which they were set, when they are few.
    pub(super) fn few(&self, prefix: &str) -> Option<Vec<(u64, &str)>> {
        if !prefix.contains('/') {
            return None;
        }
        let Some(few) = self.few.get(kind_of(prefix)) else { return Some(Vec::new()) };
        let begin = few.as_ref()?.iter().filter(|key| key.starts_with(prefix));
        let mut found: Vec<(&Place, &str)> = begin.filter_map(|key| Some((self.places.get(&self.hash(key))?, key.as_str()))).collect();
        found.sort_unstable_by_key(|(place, _)| place.nth);
        Some(found.into_iter().map(|(place, key)| (place.at, key)).collect())
    }

    fn hash(&self, key: &str) -> Hashed {
        self.hashers.each_ref().map(|hasher| hasher.hash_one(key))
    }
}

fn kind_of(key: &str) -> &str {
    key.split_once('/').map_or(key, |(kind, _)| kind)
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

/// Rows as one JSON object, in the order in which they were set.
pub(super) struct InOrder<'a>(pub(super) &'a [(String, Box<RawValue>)]);

impl Serialize for InOrder<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, row)| (key, row)))
    }
}
