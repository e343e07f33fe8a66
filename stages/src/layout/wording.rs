//! What the words of a line are like: how slowly it reads, its little words, its letters and capitals.
//!
//! What that is worth stands in the table of [`super::signs`].

use super::glance::Glance;
use super::signs;

/// What the words of a line are like, as numbers of the values of its signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wording {
    /// What it has inside, its last character left out: the slower, the less it is a headline.
    pub(super) pace: u8,
    /// How many of the little words of sentences it has, which headlines leave out.
    pub(super) small_words: u8,
    pub(super) latin: bool,
    /// Whether a Latin line has the capitals of a headline: every word of four letters or more, and two of them at least.
    pub(super) case: u8,
}

impl Wording {
    /// The wording of `text`, which looks like `glance`.
    pub(super) fn of(text: &str, glance: &Glance) -> Self {
        let latin = glance.letters * 2 > glance.visible;
        let case = if latin { case(text) } else { 0 };
        Self { pace: glance.pace, small_words: glance.small_words.min(3) as u8, latin, case }
    }

    /// The wording of `text` below a line with the wording `above` that ends in a hyphen: the rest of the divided word has no capital
    /// in a headline, either.
    pub(super) fn behind_hyphen(self, above: Self, text: &str) -> Self {
        let rest = text.trim_start().trim_start_matches(char::is_alphanumeric);
        let goes_on = above.case == TITLE && self.latin && are_capitals(rest);
        Self { case: if goes_on { TITLE } else { self.case }, ..self }
    }
}

/// The pace of what is read fastest.
pub(super) const FASTEST: u8 = signs::PACE.len() as u8 - 1;

/// How a line with `c` inside is read.
pub(super) fn pace(c: char) -> u8 {
    match c {
        '。' | '；' => 0,
        '，' | '、' => 1,
        '：' | ':' | '“' | '—' | '《' | '（' | '？' | '！' => 2,
        c if c.is_whitespace() => 3,
        _ => FASTEST,
    }
}

/// The little words of sentences.
pub(super) fn is_small_word(c: char) -> bool {
    matches!(
        c,
        '的' | '了'
            | '在'
            | '是'
            | '和'
            | '也'
            | '就'
            | '都'
            | '而'
            | '与'
            | '着'
            | '他'
            | '她'
            | '我'
            | '这'
            | '那'
            | '们'
            | '到'
            | '将'
            | '被'
            | '为'
            | '對'
            | '這'
            | '個'
            | '與'
            | '們'
            | '將'
            | '為'
            | '說'
            | '说'
            | '其'
            | '于'
            | '於'
            | '等'
            | '还'
            | '還'
            | '对'
            | '从'
            | '從'
            | '把'
            | '并'
            | '並'
    )
}

/// The capitals of a headline, and those of a sentence.
const TITLE: u8 = 2;
const SENTENCE: u8 = 1;

fn case(text: &str) -> u8 {
    if are_capitals(text) && long_words(text).count() >= 2 { TITLE } else { SENTENCE }
}

/// Whether all words that have a capital in headlines have one.
fn are_capitals(text: &str) -> bool {
    long_words(text).all(|word| word.starts_with(char::is_uppercase))
}

/// Words that have a capital in headlines, whatever they are.
fn long_words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() >= 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wording(text: &str) -> Wording {
        Wording::of(text, &Glance::at(text))
    }

    #[test]
    fn the_rest_of_a_divided_word_has_no_capital_in_a_headline() {
        let (title, sentence) = (wording("Council Approves New Com-"), wording("The council approved a new com-"));
        assert_eq!((title.case, sentence.case), (TITLE, SENTENCE));
        let below = |above, text: &str| wording(text).behind_hyphen(above, text).case;
        assert_eq!(below(title, "mittee on Schools"), TITLE);
        assert_eq!(below(title, "mittee on schools"), SENTENCE);
        assert_eq!(below(sentence, "mittee on Schools"), SENTENCE);
    }
}
