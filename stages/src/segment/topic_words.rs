//! Which words of topics a segmenter should know. How they are weighted is `segment`'s.

use std::sync::Arc;

use pipeline::{OptionError, Resources};

use crate::layout::width::is_han;
use crate::topics::{Origin, load};

/// Terms that count less are hints, most of them everyday phrases, which are better cut. In hundredths.
const LEAST_WEIGHT: u32 = 50;

/// The words of the topic files `references` and of their lexicons, in the order of the files.
pub(super) fn read(references: &[String], resources: &dyn Resources) -> Result<Vec<Arc<str>>, Vec<OptionError>> {
    let topics = load(references, "topic_words", resources)?;
    // What is learned from examples are strings that tell topics apart, often no words.
    let by_hand = topics.topics.iter().filter(|topic| topic.origin == Origin::Hand);
    let terms = by_hand.flat_map(|topic| &topic.terms).filter(|term| term.weight >= LEAST_WEIGHT).map(|term| &term.text);
    Ok(terms.chain(&topics.words).filter(|word| is_word(word)).cloned().collect())
}

/// Whether `string` may be a word: two to six Chinese characters. Longer ones are phrases.
fn is_word(string: &str) -> bool {
    (2..=6).contains(&string.chars().count()) && string.chars().all(is_han)
}
