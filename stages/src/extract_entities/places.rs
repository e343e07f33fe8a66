//! Places: those of the gazetteer, and names that end as places do, with a grammar for where they begin.

use super::chars::{Chars, Table, is_ordinary, is_word};
use super::lists::{ORGANISATION, PLACE};

/// A place, in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Where the name ends without 省, 市, 县; by it 平湖 and 平湖市 are one.
    pub(super) core: usize,
    /// A country or a part of the world.
    pub(super) far: bool,
}

/// Most characters of a name before its ending.
const LONGEST_CORE: usize = 5;

/// All places of `chars`, in order, without overlap.
pub(super) fn find(chars: &Chars<'_>, gazetteer: &Table) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let known = gazetteer.at_start(chars, at).filter(|len| !is_straddled(chars, at, at + len));
        if let Some(len) = PLACE.hidden.at_start(chars, at).filter(|len| known.is_none_or(|known| known < *len)) {
            at += len;
            continue;
        }
        let after = places.last().map_or(0, |place| place.end);
        let found =
            known.map(|len| with_ending(chars, at, at + len)).or_else(|| perhaps(chars, at)).or_else(|| by_ending(chars, at, after));
        match found {
            Some(place) => {
                at = place.end;
                places.push(place);
            }
            None => at += 1,
        }
    }
    places
}

/// Whether both ends of a name are inside words: 福安 in 幸福安康.
fn is_straddled(chars: &Chars<'_>, start: usize, end: usize) -> bool {
    start > 0 && end - start == 2 && is_ordinary(chars.range(start - 1, start + 1)) && is_word(chars.range(end - 1, end + 1))
}

/// A name of the gazetteer, with 省, 市 or 县 where that belongs to it.
fn with_ending(chars: &Chars<'_>, start: usize, core: usize) -> Place {
    let far = PLACE.countries.contains(chars.range(start, core));
    Place { start, end: if far { core } else { core + ending_of(chars, core) }, core, far }
}

/// How many characters of `chars` from `at` on are what a place is.
fn ending_of(chars: &Chars<'_>, at: usize) -> usize {
    // 市民, 市委, 市区 are words of their own.
    let other = |c: char| "民场場区區委政值长長级級内內外里裡容郊属屬直辖轄领領".contains(c);
    match chars.get(at) {
        Some('省' | '市' | '县' | '縣') if !chars.get(at + 1).is_some_and(other) => 1,
        Some('自') => PLACE.ending.at_start(chars, at).unwrap_or(0),
        _ => 0,
    }
}

/// A name that is a word, too: only with what it is.
fn perhaps(chars: &Chars<'_>, at: usize) -> Option<Place> {
    let core = at + PLACE.perhaps.at_start(chars, at)?;
    let end = core + ending_of(chars, core);
    (end > core).then_some(Place { start: at, end, core, far: false })
}

/// A place whose ending begins at `at`; its name begins behind the byte `after`.
fn by_ending(chars: &Chars<'_>, at: usize, after: usize) -> Option<Place> {
    let len = PLACE.ending.at_start(chars, at)?;
    let end = at + len;
    let no = PLACE.no.at_end(chars, end).filter(|no| *no > len);
    if is_other_word(chars, at, len) {
        return None;
    }
    for core in 2..=LONGEST_CORE {
        let start = at.checked_sub(core).filter(|start| *start >= after)?;
        if !(start..at.min(start + 2)).all(|at| chars.is_han(at)) {
            return None;
        }
        let chain = after > 0 && start == after;
        let hard = start == 0 || !chars.is_han(start - 1);
        let led = ORGANISATION.leads.at_end(chars, start).is_some_and(|len| len > 1 || !is_ordinary(chars.range(start - 1, start + 1)));
        if no.is_some_and(|no| !chain || end - no <= start) {
            return None;
        }
        if chain || hard || led {
            return is_name(chars, start, at, len, chain).then_some(Place { start, end, core: end, far: false });
        }
    }
    None
}

/// Whether the ending is one of what it may be no ending of: 村民, 区域, 镇上 are read on.
fn is_other_word(chars: &Chars<'_>, at: usize, len: usize) -> bool {
    let last = at + len - 1;
    match chars.get(at) {
        Some('村') => chars.get(at + 1).is_some_and(|c| "民里级級干部官子庄组組口落企医医小改居".contains(c)),
        Some('镇') => chars.get(at + 1).is_some_and(|c| "静定压痛守村痛".contains(c)),
        Some('乡' | '市' | '省' | '县' | '区') if len == 1 => {
            chars.get(last + 1).is_some_and(|c| "民村镇场長长级域间委政内外里情愁亲土下值".contains(c))
        }
        _ => false,
    }
}

fn is_name(chars: &Chars<'_>, start: usize, at: usize, len: usize, chain: bool) -> bool {
    let core = chars.range(start, at);
    if PLACE.core.contains(core) || core.iter().any(|c| "的了在和与及或等各全该本这那每某个不是有一两几多为被把到从们零".contains(*c))
    {
        return false;
    }
    let words = is_ordinary(core) || chars.longest_word(start) >= 2 || core.len() > 2 && is_ordinary(&core[core.len() - 2..]);
    match chars.get(at) {
        // Districts are named behind their town; cities are in the gazetteer.
        Some('区' | '區') if len == 1 => chain && !is_ordinary(core),
        Some('省') => false,
        Some('市') => !words && core.len() <= 4,
        _ if chain => core.len() <= 3 || !words,
        _ => !words && core.len() <= 4,
    }
}
