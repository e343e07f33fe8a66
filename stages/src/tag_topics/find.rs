//! Finds all strings of all topics in one pass, with what each string means to whom.
//!
//! How they are found is `grams.rs`'s work; which hits count is decided in `judge.rs`.

use std::cmp::Ordering;
use std::sync::Arc;

use pipeline::Span;
use rustc_hash::FxHashMap;

use super::file::Where;
use super::fold::folded;
use super::grams::{Grams, Row};
use super::parallel::{self, Opening};
use super::topics::{Suppress, Topic};

/// What a string means to one topic. In the order in which hits at the same place are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Role {
    /// Hides what is found inside it.
    Exclude,
    /// The rule with this index among the topic's.
    Term(u32),
    /// A word of the rule with this index, where it stands in 一手抓….
    Parallel(u32),
    /// The part of a combination with this index among the topic's.
    Part(u32),
    /// Of the topic's `all`, the one with this index.
    All(u32),
    /// One of the topic's `any`.
    Any,
    /// One of the topic's `none`.
    None(u32),
    /// One of its `unless`.
    Unless,
    /// Something without which the rule with this index, a pattern, cannot match.
    Needed(u32),
}

/// Which part of a combination a string is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Slot {
    All(u32),
    Any,
    None,
}

/// What a hit needs to know of its rule, so that it need not be looked up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Worth {
    /// In hundredths; 0 of what is no rule.
    pub(super) weight: u16,
    pub(super) zone: Where,
}

/// What a string means. In the order in which hits at the same place are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Meaning {
    /// Something to the topic.
    Topic(Role),
    /// Of the `suppress` with this index: a word that makes a hit not count.
    Before(u32),
    /// Of the `suppress` with this index: a phrase that means nothing by the word in it.
    Unless(u32),
    Opening(Opening),
}

/// One of the things that a string means. There are hundreds of thousands, looked at in no order: four to a line of the cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Use {
    /// Nothing where it is no topic's.
    topic: u32,
    meaning: Meaning,
    weight: u16,
    zone: Where,
    /// Whether the next one is of the same string.
    more: bool,
}

impl Use {
    fn of(topic: u32, meaning: Meaning, worth: Worth) -> Self {
        Self { topic, meaning, weight: worth.weight, zone: worth.zone, more: false }
    }
}

/// A string of a topic, found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) topic: u32,
    /// Index of the zone.
    pub(super) zone: u8,
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) role: Role,
    /// Of its rule, in hundredths; 0 of what is no rule.
    pub(super) weight: u16,
    /// Where its rule counts.
    pub(super) wanted: Where,
}

impl Found {
    pub(super) fn span(&self) -> Span {
        Span::new(self.start, self.end)
    }

    /// By topics, zones and places, of those that begin together the longer first.
    pub(super) fn order(&self, other: &Self) -> Ordering {
        let key = |found: &Self| u64::from(found.topic) << 34 | u64::from(found.zone) << 32 | u64::from(found.start);
        key(self).cmp(&key(other)).then_with(|| other.end.cmp(&self.end)).then_with(|| self.role.cmp(&other.role))
    }
}

/// Of one of the `suppress`: a word, or a phrase that excuses one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cue {
    pub(super) suppress: u32,
    pub(super) excuses: bool,
    pub(super) span: Span,
}

/// What was found in one zone that is no topic's alone.
#[derive(Debug, Default)]
pub(super) struct Context {
    /// By their ends.
    pub(super) cues: Vec<Cue>,
    /// 一手抓 and the like, by their ends.
    pub(super) openings: Vec<(Opening, Span)>,
}

/// The strings of all topics.
pub(super) struct Finder {
    grams: Grams,
    /// Of all strings, those of the same one behind the other.
    uses: Vec<Use>,
    /// Of each topic, the index of its `suppress`; `None` when it has none.
    pub(super) suppress_of: Vec<Option<u32>>,
}

impl Finder {
    /// `strings` are those of the topics with their roles, as written.
    ///
    /// # Errors
    /// The reason why they cannot be found: far too many.
    pub(super) fn new<'a>(topics: &[Topic], strings: impl Iterator<Item = (u32, Role, Worth, &'a str)>) -> Result<Self, String> {
        let mut uses_of: FxHashMap<String, Vec<Use>> = FxHashMap::default();
        for (topic, role, worth, string) in strings {
            uses_of.entry(folded(string)).or_default().push(Use::of(topic, Meaning::Topic(role), worth));
        }
        let mut suppress: Vec<Arc<Suppress>> = Vec::new();
        let mut suppress_of = Vec::new();
        for topic in topics {
            if topic.suppress.before.is_empty() {
                suppress_of.push(None);
                continue;
            }
            let known = suppress.iter().position(|known| **known == *topic.suppress);
            let index = known.unwrap_or(suppress.len());
            if known.is_none() {
                suppress.push(Arc::clone(&topic.suppress));
            }
            suppress_of.push(Some(index as u32));
        }
        for (index, suppress) in suppress.iter().enumerate() {
            let words = suppress.before.iter().map(|word| (word, Meaning::Before(index as u32)));
            for (word, meaning) in words.chain(suppress.unless.iter().map(|phrase| (phrase, Meaning::Unless(index as u32)))) {
                uses_of.entry(folded(word)).or_default().push(Use::of(0, meaning, Worth::default()));
            }
        }
        if topics.iter().any(|topic| !topic.parallel.is_empty()) {
            for (string, opening) in parallel::openings() {
                uses_of.entry(folded(string)).or_default().push(Use::of(0, Meaning::Opening(opening), Worth::default()));
            }
        }
        let (mut strings, mut uses) = (Vec::with_capacity(uses_of.len()), Vec::with_capacity(uses_of.len()));
        for (string, mut of) in uses_of {
            of.sort_unstable();
            of.dedup();
            strings.push((string, uses.len() as u32));
            let last = of.len() - 1;
            uses.extend(of.into_iter().enumerate().map(|(nth, use_)| Use { more: nth < last, ..use_ }));
        }
        Ok(Self { grams: Grams::new(&strings)?, uses, suppress_of })
    }

    /// Appends all that is found in `text`, the zone with the index `zone`, to `found`; the rest is given back.
    pub(super) fn find(&self, text: &str, zone: u8, row: &mut Row, found: &mut Vec<Found>) -> Context {
        let mut context = Context::default();
        self.grams.find(text, row, |first, span| {
            for use_ in self.uses.iter().skip(first as usize) {
                match use_.meaning {
                    Meaning::Topic(role) => {
                        let Use { topic, weight, zone: wanted, .. } = *use_;
                        found.push(Found { topic, zone, start: span.start, end: span.end, role, weight, wanted });
                    }
                    Meaning::Before(suppress) => context.cues.push(Cue { suppress, excuses: false, span }),
                    Meaning::Unless(suppress) => context.cues.push(Cue { suppress, excuses: true, span }),
                    Meaning::Opening(opening) => context.openings.push((opening, span)),
                }
                if !use_.more {
                    break;
                }
            }
        });
        context.cues.sort_unstable_by_key(|cue| (cue.span.end, cue.span.start));
        context
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_looked_up_for_each_hit_is_small() {
        assert_eq!((size_of::<Use>(), size_of::<Found>()), (16, 24));
    }
}
