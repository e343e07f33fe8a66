//! People: names behind titles, before titles and before words of speaking.

use rustc_hash::FxHashMap;

use super::chars::Chars;
use super::lists::{NAME, ORGANISATION, TITLE};
use super::names;
use super::organisations::Organisation;
use super::places::Place;

/// A title, in characters: 市委常委、常务副市长.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Title {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Where the last office of it begins: 市长.
    head: usize,
    /// The organisation before it.
    pub(super) org: Option<(usize, usize)>,
}

/// Somebody named with what shows that it is somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) title: Option<Title>,
}

/// A family name and an office: 王书记.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Called {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Where the office begins.
    pub(super) head: usize,
}

/// What a text says of people.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) named: Vec<Named>,
    /// All titles, also those with nobody clear behind them.
    pub(super) titles: Vec<Title>,
    pub(super) called: Vec<Called>,
}

/// How many words may be put before an office.
const MOST_WORDS: usize = 8;
/// How many people may stand behind one title.
const MOST_NAMES: usize = 40;
/// How much of a title may name a part of an organisation: 行政部, 感染科.
const LONGEST_PART: usize = 8;

/// Everybody that `chars` names with a title or as speaking.
pub(super) fn find(chars: &Chars<'_>, organisations: &[Organisation], places: &[Place]) -> Found {
    let ends: FxHashMap<usize, usize> = organisations.iter().map(|organisation| (organisation.end, organisation.start)).collect();
    let seats: FxHashMap<usize, usize> = places.iter().map(|place| (place.end, place.start)).collect();
    let mut found = Found::default();
    let mut last: Option<Title> = None;
    let mut at = 0;
    while at < chars.len() {
        // 常委会 is no 常委.
        let title = TITLE
            .all
            .at_start(chars, at)
            .filter(|len| chars.get(at + len) != Some('会') || !matches!(chars.before(at + len), Some('委' | '员')));
        let Some(len) = title else {
            if let Some(speaker) = speaker(chars, at) {
                found.named.push(speaker);
            }
            at += 1;
            continue;
        };
        let title = title_at(chars, at, at + len, last, &ends, &seats);
        last = Some(title);
        found.titles.push(title);
        let before = found.named.len();
        names_behind(chars, title, &mut found.named);
        at = found.named.get(before..).and_then(<[_]>::last).map_or(at + len, |named| named.end);
        if found.named.len() == before {
            name_before(chars, title, &mut found);
        }
    }
    found
}

/// The title whose last office stands at `head`, with what goes before it.
fn title_at(
    chars: &Chars<'_>,
    head: usize,
    end: usize,
    last: Option<Title>,
    organisations: &FxHashMap<usize, usize>,
    places: &FxHashMap<usize, usize>,
) -> Title {
    let mut start = head;
    for _ in 0..MOST_WORDS {
        if ends_here(organisations, start, chars) {
            break;
        }
        if let Some(level) = TITLE.level.at_end(chars, start).map(|len| start - len)
            && (level == 0 || !chars.is_han(level - 1) || ORGANISATION.leads.at_end(chars, level).is_some())
        {
            start = level;
            break;
        }
        let words = [&TITLE.before, &TITLE.body].into_iter().filter_map(|table| table.at_end(chars, start));
        match words.max() {
            Some(len) => start -= len,
            None => break,
        }
    }
    let goes_on = |start: usize| last.filter(|last| last.end + 1 == start && matches!(chars.before(start), Some('、' | '兼')));
    if let Some(last) = goes_on(start) {
        return Title { start: last.start, end, head, org: last.org };
    }
    let mut title = Title { start, end, head, org: None };
    if let Some(from) = organisations.get(&start) {
        title.org = Some((*from, start));
    } else if let Some((from, until)) = organisation_before(chars, start, organisations) {
        (title.start, title.org) = (until, Some((from, until)));
    } else if let Some(from) = places.get(&start) {
        title.start = *from;
    }
    match title.org.and_then(|(from, _)| goes_on(from)) {
        Some(last) => Title { start: last.start, org: last.org.or(title.org), ..title },
        None => title,
    }
}

/// Whether an organisation ends at `at` that is more than a part of a title.
fn ends_here(organisations: &FxHashMap<usize, usize>, at: usize, chars: &Chars<'_>) -> bool {
    organisations.get(&at).is_some_and(|from| TITLE.body.at_end(chars, at).is_none_or(|len| len < at - from))
}

/// The organisation of which a part stands before `start`: 有限公司|行政部.
fn organisation_before(chars: &Chars<'_>, start: usize, organisations: &FxHashMap<usize, usize>) -> Option<(usize, usize)> {
    let is_part = matches!(
        chars.before(start),
        Some('部' | '科' | '处' | '室' | '办' | '所' | '队' | '组' | '站' | '院' | '系' | '间' | '心' | '会')
    );
    if !is_part {
        return None;
    }
    let least = start.saturating_sub(LONGEST_PART);
    let until = (least..start).rev().take_while(|at| chars.is_han(*at)).find(|at| organisations.contains_key(at))?;
    Some((organisations[&until], until))
}

/// The people right behind `title`: one, or several in a list.
fn names_behind(chars: &Chars<'_>, title: Title, named: &mut Vec<Named>) {
    let mut at = title.end;
    // 记者 王强; 通讯员：李明.
    if matches!(chars.get(at), Some(' ' | '\u{3000}' | '：' | ':')) {
        at += 1;
    }
    let spaced = at > title.end;
    for _ in 0..MOST_NAMES {
        let Some(end) = names::end_of(chars, at) else { return };
        named.push(Named { start: at, end, title: Some(title) });
        let next = match chars.get(end) {
            Some('、' | '和' | '与' | '及') => end + 1,
            Some(' ' | '\u{3000}') if spaced => end + 1,
            _ => return,
        };
        // What follows may be the title of the next.
        if TITLE.all.at_start(chars, next).is_some() || TITLE.body.at_start(chars, next).is_some() {
            return;
        }
        at = next;
    }
}

/// 仲旭东书记, or 王书记 of somebody who is named elsewhere.
fn name_before(chars: &Chars<'_>, title: Title, found: &mut Found) {
    let plain = title.start == title.head;
    if !plain || TITLE.both.at_start(chars, title.head) != Some(title.end - title.head) || chars.is_han(title.end) && goes_on(chars, title)
    {
        return;
    }
    if let Some(start) = names::start_of(chars, title.head) {
        let title = Title { org: None, ..title };
        found.named.push(Named { start, end: title.head, title: Some(title) });
    } else if title.head > 0 {
        found.called.push(Called { start: title.head - 1, end: title.end, head: title.head });
    }
}

/// Whether the office goes on as another word: 书记处, 主任医师.
fn goes_on(chars: &Chars<'_>, title: Title) -> bool {
    let last = title.end - 1;
    let longer = chars.longest_word(title.head) > title.end - title.head;
    longer || chars.longest_word(last) >= 2 && NAME.follows.at_start(chars, title.end).is_none()
}

/// Somebody who says something at the beginning of a clause: 。许长婷说.
fn speaker(chars: &Chars<'_>, at: usize) -> Option<Named> {
    NAME.speaks.at_start(chars, at)?;
    let start = names::start_of(chars, at)?;
    // 公司的许长婷说
    let clause = start == 0 || !chars.is_han(start - 1) || at - start > 2 && chars.before(start) == Some('的');
    clause.then_some(Named { start, end: at, title: None })
}
