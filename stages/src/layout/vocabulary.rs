//! What the texts of a page speak of: pairs of neighbouring Chinese characters and whole Latin words.
//!
//! An article says its own names and matters again and again, and other articles of the page seldom do: two lines of print are
//! enough to find the article they are from. Here it is only measured how much two texts have in common; what follows from it is
//! decided elsewhere.

use std::ops::Range;
use std::sync::LazyLock;

use pipeline::Page;

use super::facts::Facts;
use super::numbers::Numbers;
use super::width;

/// What a stretch of lines is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Body,
    Headline,
    /// Its words are not read.
    Other,
}

/// The words of stretches of lines.
pub(crate) struct Vocabulary {
    /// For each stretch the words that another body has too, or a headline, each once, ascending.
    shared: Lists,
    /// For each stretch how many words no other one has.
    alone: Vec<u32>,
    /// For each word of `shared` how many bodies have it.
    bodies_with: Vec<u32>,
    /// How many words all bodies have.
    total: u32,
}

/// Lists of numbers, one behind the other.
struct Lists {
    numbers: Vec<u32>,
    /// Where each list ends.
    ends: Vec<u32>,
}

impl Lists {
    fn get(&self, list: usize) -> &[u32] {
        let start = list.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.numbers.get(start as usize..self.ends[list] as usize).unwrap_or_default()
    }

    /// For each number below `count` the lists that it is in, ascending.
    fn turned(&self, count: usize) -> Self {
        let mut ends = vec![0; count];
        for number in &self.numbers {
            ends[*number as usize] += 1;
        }
        let mut sum = 0;
        // Until it is filled, a list ends where it starts.
        for end in &mut ends {
            sum += std::mem::replace(end, sum);
        }
        let mut numbers = vec![0; self.numbers.len()];
        for list in 0..self.ends.len() {
            for number in self.get(list) {
                let end = &mut ends[*number as usize];
                numbers[*end as usize] = list as u32;
                *end += 1;
            }
        }
        Self { numbers, ends }
    }
}

/// A word while the page is read.
#[derive(Clone, Copy)]
struct Known {
    /// The last stretch that has it.
    last: u32,
    /// How many bodies have it.
    bodies: u32,
    in_headline: bool,
}

/// How words are said again in the rest of a text, in ten-thousandths.
#[derive(Clone, Copy)]
pub(crate) struct Manner {
    /// The chance that a word is said in a text without end that it belongs to.
    again: u64,
    /// How many words a text has where the chance is half of it.
    half: u64,
    /// The stretch is counted among the bodies of the page.
    is_body: bool,
}

/// A stretch of body and the rest of its article; measured on random stretches of 30 and 70 characters of news.
pub(crate) const BODY: Manner = Manner { again: 3500, half: 400, is_body: true };
/// A headline and its article.
pub(crate) const HEADLINE: Manner = Manner { again: 5500, half: 120, is_body: false };

/// Texts that have more in common than this are certainly one, in thousandths of a nat.
pub(crate) const SURE: i32 = 8000;
/// Sums beyond this, in thousandths of a nat, say no more.
const CERTAIN: i64 = 1_000_000;
/// Words that room is made for before they are read.
const MANY: usize = 1 << 13;
/// Words of one headline that are looked up; a headline has no more.
const MOST: usize = 64;
/// Nearly every word is in fewer other bodies than that.
const FEW: usize = 8;
/// The least chance that a text has a word of another, in ten-thousandths.
const LEAST_CHANCE: u64 = 50;
/// So many words of unknown text stand beside those of the page.
const BEYOND_THE_PAGE: u64 = 300;

impl Vocabulary {
    /// Reads the words of `stretches`, each a range of `lines`, those of `page`.
    pub(crate) fn of(page: &Page, lines: &[Facts], stretches: &[(Range<usize>, Part)]) -> Self {
        // Hardly a word in two is new.
        let room = (page.text().len() / 6).min(MANY);
        let mut numbers = Numbers::with_capacity(room);
        let mut known: Vec<Known> = Vec::with_capacity(room);
        let mut words = Lists { numbers: Vec::with_capacity(2 * room), ends: Vec::with_capacity(stretches.len()) };
        let mut spoken: Vec<u64> = Vec::new();
        let mut total = 0;
        for (index, (range, part)) in stretches.iter().enumerate() {
            let is_body = *part == Part::Body;
            let start = words.numbers.len();
            spoken.clear();
            if *part != Part::Other {
                speak(page, lines.get(range.clone()).unwrap_or_default(), &mut spoken);
            }
            for word in &spoken {
                if !is_body && words.numbers.len() - start == MOST {
                    break;
                }
                let number = numbers.of(*word);
                if number == known.len() {
                    known.push(Known { last: u32::MAX, bodies: 0, in_headline: false });
                }
                let known = &mut known[number];
                if known.last != index as u32 {
                    known.last = index as u32;
                    known.bodies += u32::from(is_body);
                    known.in_headline |= !is_body;
                    words.numbers.push(number as u32);
                }
            }
            if is_body {
                total += (words.numbers.len() - start) as u32;
            }
            words.ends.push(words.numbers.len() as u32);
        }
        let is_shared = |word: &u32| {
            let known = known[*word as usize];
            known.bodies + u32::from(known.in_headline) > 1
        };
        let mut shared = Lists { numbers: Vec::with_capacity(words.numbers.len()), ends: Vec::with_capacity(stretches.len()) };
        let mut alone = Vec::with_capacity(stretches.len());
        for stretch in 0..stretches.len() {
            let (all, start) = (words.get(stretch), shared.numbers.len());
            shared.numbers.extend(all.iter().copied().filter(is_shared));
            shared.ends.push(shared.numbers.len() as u32);
            alone.push((all.len() - (shared.numbers.len() - start)) as u32);
        }
        let bodies_with = known.iter().map(|known| known.bodies).collect();
        // Turned twice, each list is in order.
        let shared = shared.turned(known.len()).turned(stretches.len());
        Self { shared, alone, bodies_with, total }
    }

    /// How much speaks for `own` being of the same text as `said`, in thousandths of a nat. No stretch is in both.
    pub(crate) fn kinship(&self, own: &Said, said: &Said, manner: Manner) -> i32 {
        let rest = self.total.saturating_sub(said.length + own.length);
        let mut said_again = said.in_order();
        let words = own.words.iter().map(|(word, own_bodies)| {
            let with = said_again.bodies_with(*word);
            let own_bodies = if manner.is_body { *own_bodies } else { 0 };
            (with, self.bodies_with[*word as usize].saturating_sub(with + own_bodies))
        });
        Chances::new(manner, said.length, rest).weigh(own.alone, words)
    }

    /// How much speaks for the body `own` being of the same text as the rest of `said`, which it may be a part of.
    pub(crate) fn kinship_with_rest(&self, own: usize, is_part: bool, said: &Said) -> i32 {
        let taken = if is_part { self.shared.get(own).len() as u32 + self.alone[own] } else { 0 };
        let length = said.length - taken;
        let mut said_again = said.in_order();
        let words = self.shared.get(own).iter().map(|word| {
            let with = said_again.bodies_with(*word).saturating_sub(u32::from(is_part));
            (with, self.bodies_with[*word as usize].saturating_sub(with + 1))
        });
        Chances::new(BODY, length, self.total.saturating_sub(length)).weigh(self.alone[own], words)
    }

    /// In thousandths: how much of the headline that says `own` is found in the text that says `said`, each word the less the
    /// more bodies have it.
    pub(crate) fn share(&self, own: &Said, said: &Said) -> i32 {
        let (mut found, mut all) = (0, 1000 * i64::from(own.alone));
        let mut said_again = said.in_order();
        for (word, _) in &own.words {
            let weight = 1000 / i64::from(self.bodies_with[*word as usize].clamp(1, 10));
            all += weight;
            found += if said_again.bodies_with(*word) > 0 { weight } else { 0 };
        }
        i32::try_from((found * 1000).checked_div(all).unwrap_or(0)).unwrap_or(1000)
    }
}

/// The words of some stretches.
pub(crate) struct Said {
    /// Each word once, ascending, with the number of bodies among the stretches that have it.
    words: Vec<(u32, u32)>,
    /// How many words no other body of the page has.
    alone: u32,
    /// How many words the stretches have, those of each counted by itself.
    length: u32,
}

/// Looks for words in ascending order.
struct InOrder<'a> {
    /// Those that are no less than the last one that was looked for.
    rest: &'a [(u32, u32)],
}

impl InOrder<'_> {
    /// How many bodies have `word`.
    fn bodies_with(&mut self, word: u32) -> u32 {
        let mut near = 1;
        while self.rest.get(near - 1).is_some_and(|(other, _)| *other < word) {
            near *= 2;
        }
        let (less, more) = (near / 2, near.min(self.rest.len()));
        let between = self.rest.get(less..more).unwrap_or_default();
        self.rest = self.rest.get(less + between.partition_point(|(other, _)| *other < word)..).unwrap_or_default();
        self.rest.first().filter(|(other, _)| *other == word).map_or(0, |(_, bodies)| *bodies)
    }
}

impl Said {
    fn in_order(&self) -> InOrder<'_> {
        InOrder { rest: &self.words }
    }

    #[expect(clippy::stable_sort_primitive, reason = "the stable sort knows how to merge what is in order already")]
    pub(crate) fn by(vocabulary: &Vocabulary, stretches: &[usize]) -> Self {
        let alone = stretches.iter().map(|stretch| vocabulary.alone[*stretch]).sum();
        if let [stretch] = stretches {
            let words: Vec<(u32, u32)> = vocabulary.shared.get(*stretch).iter().map(|word| (*word, 1)).collect();
            return Self { length: words.len() as u32 + alone, words, alone };
        }
        let mut words: Vec<u32> = Vec::with_capacity(stretches.iter().map(|stretch| vocabulary.shared.get(*stretch).len()).sum());
        for stretch in stretches {
            words.extend_from_slice(vocabulary.shared.get(*stretch));
        }
        words.sort();
        let length = words.len() as u32 + alone;
        let mut counted: Vec<(u32, u32)> = Vec::with_capacity(words.len());
        for word in words {
            match counted.last_mut() {
                Some((last, bodies)) if *last == word => *bodies += 1,
                _ => counted.push((word, 1)),
            }
        }
        Self { words: counted, alone, length }
    }
}

/// How likely a text has a word, if it is of it and if not.
struct Chances {
    /// If it is, in ten-thousandths.
    again: u64,
    /// Words of the text.
    length: u64,
    /// Words of all other texts.
    rest: u64,
}

impl Chances {
    /// Those of a text of `length` words on a page where others have `rest`.
    fn new(manner: Manner, length: u32, rest: u32) -> Self {
        let length = u64::from(length);
        Self { again: manner.again * length / (length + manner.half), length, rest: u64::from(rest) + BEYOND_THE_PAGE }
    }

    /// What all words of a stretch say: those it has `alone`, and of each other one how many bodies of the text have it, and how
    /// many elsewhere.
    fn weigh(&self, alone: u32, words: impl Iterator<Item = (u32, u32)>) -> i32 {
        // Most words are like others: they are counted and weighed together.
        let (mut found, mut lost) = ([0_i64; FEW], [0_i64; FEW]);
        lost[0] = i64::from(alone);
        let mut sum = 0;
        for (with, elsewhere) in words {
            let alike = if with > 0 { &mut found } else { &mut lost };
            match alike.get_mut(elsewhere as usize) {
                Some(count) => *count += 1,
                None => sum += i64::from(if with > 0 { self.found(u64::from(elsewhere)) } else { self.lost(u64::from(elsewhere)) }),
            }
        }
        for (elsewhere, (found, lost)) in (0..).zip(found.into_iter().zip(lost)) {
            if found != 0 {
                sum += found * i64::from(self.found(elsewhere));
            }
            if lost != 0 {
                sum += lost * i64::from(self.lost(elsewhere));
            }
        }
        sum.clamp(-CERTAIN, CERTAIN) as i32
    }

    /// The chance that the text has a word that `elsewhere` other bodies have, if it is none of its own.
    fn by_chance(&self, elsewhere: u64) -> u64 {
        let often = (10 * elsewhere + 1) * self.length;
        (often * 10_000 / (often + 10 * self.rest)).max(LEAST_CHANCE)
    }

    /// What a word says that the text has, in thousandths of a nat.
    fn found(&self, elsewhere: u64) -> i32 {
        let chance = self.by_chance(elsewhere);
        nats(self.again.max(chance)) - nats(chance)
    }

    /// What a word says that the text has not.
    fn lost(&self, elsewhere: u64) -> i32 {
        let chance = self.by_chance(elsewhere);
        nats(10_000 - self.again.max(chance)) - nats(10_000 - chance)
    }
}

/// The natural logarithm of a chance in ten-thousandths, in thousandths.
fn nats(chance: u64) -> i32 {
    /// One table for all, so that every machine gives the same sums.
    static NATS: LazyLock<Vec<i32>> =
        LazyLock::new(|| (0..=10_000).map(|chance| ((f64::from(chance.max(1)) / 10_000.0).ln() * 1000.0).round() as i32).collect());
    NATS[chance.min(10_000) as usize]
}

/// Adds every word of `lines`, in order: pairs of ideographs, as numbers of their two halves, and whole Latin words.
fn speak(page: &Page, lines: &[Facts], words: &mut Vec<u64>) {
    let mut last = '\0';
    for line in lines {
        let mut word = 0_u64;
        let mut see = |c: char| {
            if width::is_han(c) {
                if word != 0 {
                    words.push(std::mem::take(&mut word));
                }
                if last != '\0' {
                    words.push(u64::from(last as u32) << 32 | u64::from(c as u32));
                }
                last = c;
            } else if c.is_ascii_alphanumeric() {
                word = word.wrapping_mul(0x100_0000_01b3) ^ u64::from(c.to_ascii_lowercase() as u32) | 1 << 63;
                last = '\0';
            } else {
                if word != 0 {
                    words.push(std::mem::take(&mut word));
                }
                if !c.is_whitespace() {
                    last = '\0';
                }
            }
        };
        if line.is_whole() {
            for c in line.text.chars() {
                see(c);
            }
        } else {
            page.chars(line.span).for_each(|(_, c)| see(c));
        }
        if word != 0 {
            words.push(word);
        }
    }
}

#[cfg(test)]
mod tests {
    use pipeline::laws;

    use super::*;
    use crate::layout::noted::facts;

    const PAGE: &str = "东港渔船满载而归\n东港镇的渔船昨天回到港口，船上满是带鱼。\n今年带鱼比去年多，渔民说渔船还要出海。\n\
                        学校食堂换了新灶台\n教育部门给学校食堂换灶台，学生吃上热饭。\n食堂师傅说新灶台省时，热饭也多了。";

    fn vocabulary() -> Vocabulary {
        let parts = [Part::Headline, Part::Body, Part::Body, Part::Headline, Part::Body, Part::Body];
        let stretches: Vec<(Range<usize>, Part)> = parts.into_iter().enumerate().map(|(line, part)| (line..line + 1, part)).collect();
        let page = laws::page(PAGE);
        Vocabulary::of(&page, &facts(&page), &stretches)
    }

    #[test]
    fn a_headline_speaks_of_what_its_text_speaks_of() {
        let words = vocabulary();
        let kinship = |head: usize, bodies: &[usize]| words.kinship(&Said::by(&words, &[head]), &Said::by(&words, bodies), HEADLINE);
        assert!(kinship(0, &[1, 2]) > 2000 && kinship(3, &[4, 5]) > 2000);
        assert!(kinship(0, &[4, 5]) < 0 && kinship(3, &[1, 2]) < 0);
        let share = |head: usize, bodies: &[usize]| words.share(&Said::by(&words, &[head]), &Said::by(&words, bodies));
        assert!(share(0, &[1, 2]) > 150);
        assert_eq!(share(0, &[4, 5]), 0);
    }

    #[test]
    fn a_line_goes_with_the_rest_of_its_text() {
        let words = vocabulary();
        let said = Said::by(&words, &[1, 2]);
        let of = |line: usize| words.kinship_with_rest(line, line == 2, &said);
        assert!(of(2) > of(4), "{} {}", of(2), of(4));
        assert!(of(2) > of(5), "{} {}", of(2), of(5));
        // With the line itself taken out, it is as if the rest had been gathered alone.
        let rest = Said::by(&words, &[1]);
        assert_eq!(words.kinship_with_rest(2, true, &said), words.kinship_with_rest(2, false, &rest));
    }

    #[test]
    fn words_are_pairs_of_characters_and_whole_latin_words() {
        let page = laws::page("5G 网络，网上\n");
        let mut words = Vec::new();
        speak(&page, &facts(&page), &mut words);
        // 5G, 网络, 络网, 网上: marks are no parts of words and end none here.
        assert_eq!(words.len(), 3);
    }
}
