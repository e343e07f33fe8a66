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

fn case(text: &str) -> u8 {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() >= 4);
    let (all, capital) = words.fold((0, 0), |(all, capital), word| (all + 1, capital + usize::from(word.starts_with(char::is_uppercase))));
    if capital >= 2 && capital == all { 2 } else { 1 }
}
