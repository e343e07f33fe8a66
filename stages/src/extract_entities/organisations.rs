//! Organisations: those that are known, offices by what they are for, and open names by their endings, with a grammar for where
//! they begin.

use super::chars::{Chars, Table, is_all_words, is_ordinary, is_word};
use super::lists::ORGANISATION;
use super::places::Place;

/// An organisation, in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Organisation {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Of a company, its own name: without the place before it and the ending. Empty for others.
    pub(super) own: (usize, usize),
    /// 市委 and the like, which are also parts of titles.
    pub(super) body: bool,
}

impl Organisation {
    fn new(start: usize, end: usize) -> Self {
        Self { start, end, own: (end, end), body: false }
    }
}

/// How far before its ending a name may begin.
const LONGEST: usize = 24;
/// How much may stand between a name and the ending of a part of it: 浙江大学|医学院.
const LONGEST_PART: usize = 8;

/// What is known of a text when organisations are looked for in it.
struct Search<'a> {
    chars: &'a Chars<'a>,
    /// For each character the place that begins there, and the one that ends before it.
    starts: Vec<Option<u32>>,
    ends: Vec<Option<u32>>,
    places: &'a [Place],
}

/// All organisations of `chars`, in order, without overlap.
pub(super) fn find(chars: &Chars<'_>, places: &[Place]) -> Vec<Organisation> {
    let mut search = Search { chars, starts: vec![None; chars.len() + 1], ends: vec![None; chars.len() + 1], places };
    for (index, place) in places.iter().enumerate() {
        search.starts[place.start] = Some(index as u32);
        search.ends[place.end] = Some(index as u32);
    }
    let mut found: Vec<Organisation> = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let after = found.last().map_or(0, |organisation| organisation.end);
        let Some(organisation) = search.at(at, after, found.last()) else {
            at += 1;
            continue;
        };
        at = organisation.end;
        if found.last().is_some_and(|last| last.end > organisation.start) {
            found.pop();
        }
        found.push(organisation);
    }
    found
}

impl Search<'_> {
    /// The organisation whose ending, or fixed name, begins at `at`.
    fn at(&self, at: usize, after: usize, last: Option<&Organisation>) -> Option<Organisation> {
        let candidates = [self.open(at, after, last), self.fixed(at), self.office(at, after), self.body(at, after)];
        candidates.into_iter().flatten().filter(|found| found.end > at).max_by_key(|found| found.end)
    }

    fn place_at(&self, at: usize) -> Option<&Place> {
        self.places.get(self.starts.get(at).copied().flatten()? as usize)
    }

    fn place_before(&self, end: usize) -> Option<&Place> {
        self.places.get(self.ends.get(end).copied().flatten()? as usize)
    }

    fn fixed(&self, at: usize) -> Option<Organisation> {
        let lists = &*ORGANISATION;
        let end = at + lists.fixed.at_start(self.chars, at)?;
        (!self.chars.get(end).is_some_and(|c| lists.behind_fixed.contains(&c))).then(|| Organisation::new(at, end))
    }

    /// 平湖市|教育|局
    fn office(&self, at: usize, after: usize) -> Option<Organisation> {
        let lists = &*ORGANISATION;
        let desk = at + lists.domain.at_start(self.chars, at)?;
        let end = desk + lists.desk.at_start(self.chars, desk)?;
        if self.chars.get(end).is_some_and(|c| lists.behind_office.contains(&c)) {
            return None;
        }
        let start = self.seat(at, after)?;
        (start < at).then(|| Organisation::new(start, end))
    }

    /// 市|委, 平湖市|人民政府
    fn body(&self, at: usize, after: usize) -> Option<Organisation> {
        let lists = &*ORGANISATION;
        let end = at + lists.body.at_start(self.chars, at)?;
        if self.chars.get(end).is_some_and(|c| lists.behind_body.contains(&c)) {
            return None;
        }
        let start = self.seat(at, after)?;
        (start < at && end - start > 1).then(|| Organisation { body: true, ..Organisation::new(start, end) })
    }

    /// Where the place before `at` begins, or the 省, 市, 县 that stands alone for it.
    fn seat(&self, at: usize, after: usize) -> Option<usize> {
        let chain = |mut start: usize| {
            while let Some(place) = self.place_before(start).filter(|place| place.start >= after && !place.far) {
                start = place.start;
            }
            start
        };
        if let Some(place) = self.place_before(at).filter(|place| place.start >= after) {
            return Some(chain(place.start));
        }
        let level = at.checked_sub(if self.chars.range(at.saturating_sub(2), at) == ['街', '道'] { 2 } else { 1 })?;
        let is_level =
            level + 2 == at || matches!(self.chars.get(level), Some('省' | '市' | '县' | '縣' | '区' | '區' | '镇' | '鎮' | '乡' | '州'));
        if !is_level || level < after {
            return None;
        }
        if let Some(place) = self.place_before(level).filter(|place| place.start >= after) {
            return Some(chain(place.start));
        }
        (self.is_bound(level) || self.chars.before(level) == Some('我')).then_some(level)
    }

    /// Whether a name may begin at `at`: nothing that could be of it stands before.
    fn is_bound(&self, at: usize) -> bool {
        at == 0 || !is_name_char(self.chars.get(at - 1)) || ORGANISATION.leads.at_end(self.chars, at).is_some()
    }

    /// 浙江大洪包装科技|有限公司, 青溪市实验|小学
    fn open(&self, at: usize, after: usize, last: Option<&Organisation>) -> Option<Organisation> {
        let lists = &*ORGANISATION;
        let longest = |table: &Table| table.at_start(self.chars, at);
        let (company, public, branch) = (longest(&lists.company), longest(&lists.public), longest(&lists.branch));
        let end = at + company.max(public).max(branch)?;
        let is_company = company >= public.max(branch);
        if !is_company && self.chars.get(end).is_some_and(|c| lists.behind_open.contains(&c)) {
            return None;
        }
        let (bound, kind) = self.bound(at, after);
        // A part of the organisation named right before.
        if let Some(last) = last.filter(|last| bound == after && last.end == after && at - after <= LONGEST_PART && at > 0 && !last.body) {
            let part = self.chars.range(after, at);
            let (start, own) = (last.start, last.own);
            return is_plain(part).then_some(Organisation { start, end, own, body: false });
        }
        // 传动系统（宁波）有限公司 does not begin with 宁波.
        let place = (bound..at).filter(|at| self.chars.before(*at) != Some('（')).find_map(|at| self.place_at(at));
        let start = place.map_or(bound, |place| place.start);
        let named = place.filter(|place| place.start == start).map_or(start, |place| self.behind_places(place.end, at));
        let own = self.chars.range(named, at);
        let cut = place.is_some_and(|place| place.start > bound);
        let good = if branch.is_some() && !is_company && branch >= public {
            !cut && kind != Bound::Weak
                && at - start >= 2
                && is_plain(own)
                && !starts_with_word(own, Bound::Weak)
                && place.is_none_or(|place| place.end < at || self.chars.range(at, end) == ['海', '关'])
        } else if is_company {
            let cooperative = self.chars.before(end) == Some('社') && (is_all_words(own) || !is_plain(own));
            own.len() >= 2 && !cooperative && !is_generic(own) && (place.is_some() || kind != Bound::None && !starts_with_word(own, kind))
        } else if place.is_some() {
            self.is_public_name(place, own, at, end)
        } else {
            let level = matches!(own.first(), Some('省' | '市' | '县' | '区' | '镇')) && kind != Bound::None;
            let proper = kind == Bound::Hard || kind == Bound::Word;
            level && own.len() > 1 && !is_generic(&own[1..])
                || level && self.chars.range(at, end).len() > 3
                || proper
                    && (2..=6).contains(&own.len())
                    && !is_generic(own)
                    && !is_all_words(own)
                    && !starts_with_word(own, Bound::Weak)
                    && is_plain(own)
        };
        // 集中学习 is no 中学.
        let straddled = !is_company && place.is_none() && at > 0 && is_ordinary(self.chars.range(at - 1, at + 1));
        let balanced = own.iter().filter(|c| **c == '（').count() == own.iter().filter(|c| **c == '）').count();
        if !good || straddled || !balanced || end - start < 4 || end - start > LONGEST + 10 {
            return None;
        }
        Some(Organisation { start, end, own: if is_company { (named, at) } else { (end, end) }, body: false })
    }

    fn is_public_name(&self, place: Option<&Place>, own: &[char], at: usize, end: usize) -> bool {
        if own.is_empty() {
            // 浙江大学 is one, 浙江医院 may be any.
            let one = [
                "大学",
                "大學",
                "学院",
                "中学",
                "图书馆",
                "博物馆",
                "美术馆",
                "体育馆",
                "大剧院",
                "海关",
                "管委会",
                "公安局",
                "人民法院",
                "人民检察院",
            ];
            let ending: String = self.chars.range(at, end).iter().collect();
            return place.is_some_and(|place| !place.far) && (one.contains(&ending.as_str()) || ending.chars().count() > 3);
        }
        // 武汉两大医院
        let counted = own.first().is_some_and(|c| "一二两三四五六七八九十几多数".contains(*c));
        own.len() <= 12 && !is_generic(own) && is_plain(own) && !counted
    }

    /// Behind the places that follow each other from `at` on.
    fn behind_places(&self, mut at: usize, end: usize) -> usize {
        while let Some(place) = self.place_at(at).filter(|place| place.end <= end) {
            at = place.end;
        }
        at
    }

    /// Where, going back from `at`, a name must begin at the latest, and why.
    fn bound(&self, at: usize, after: usize) -> (usize, Bound) {
        let mut open_brackets = 0_u32;
        let mut start = at;
        while start > after && at - start < LONGEST {
            let c = self.chars.get(start - 1);
            match c {
                Some('）') => open_brackets += 1,
                Some('（') if open_brackets == 0 => return (start, Bound::Hard),
                Some('（') => open_brackets -= 1,
                c if !is_name_char(c) => return (start, Bound::Hard),
                _ => {}
            }
            let lead = if open_brackets == 0 { ORGANISATION.leads.at_end(self.chars, start) } else { None };
            if let Some(len) = lead {
                // 和 in 和平, 为 in 华为 are no words by themselves.
                let seam = len == 1 && is_word(self.chars.range(start - 1, start + 1)) && self.place_at(start).is_none();
                // 同 in 大同 is no word either, 在 in 正在 is.
                let before = self.chars.range(start.saturating_sub(2), start);
                let in_name = len == 1 && is_word(before) && !is_ordinary(before);
                let in_place = len == 1 && self.inside_place(start);
                if !seam && !in_place && !in_name {
                    return (start, if len > 1 { Bound::Word } else { Bound::Weak });
                }
            }
            start -= 1;
        }
        (start, if start == 0 || start == after { Bound::Hard } else { Bound::None })
    }

    fn inside_place(&self, at: usize) -> bool {
        (at.saturating_sub(5)..at).any(|start| self.place_at(start).is_some_and(|place| place.end >= at))
    }
}

/// What stands where a name must begin at the latest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bound {
    /// A mark, or the beginning of the text.
    Hard,
    /// A word that names stand behind: 来到.
    Word,
    /// One character that is such a word, or part of a name.
    Weak,
    /// Nothing: the name is too long.
    None,
}

/// Whether `own` only says what kind of organisation it is.
fn is_generic(own: &[char]) -> bool {
    ORGANISATION.generic.contains(own)
}

/// Whether nothing in `own` is of a sentence: little words, figures.
fn is_plain(own: &[char]) -> bool {
    !own.iter().any(|c| c.is_numeric() || "的了在和与與及等是有为為到给給被把从從向对對不无無也都将將让讓所这這那各全该該本某".contains(*c))
}

/// Whether a name would begin with a word of the language, where it is not sure that it begins there.
fn starts_with_word(own: &[char], kind: Bound) -> bool {
    kind == Bound::Weak && own.get(..2).is_some_and(is_word)
}

fn is_name_char(c: Option<char>) -> bool {
    c.is_some_and(|c| crate::layout::width::is_han(c) || c.is_alphanumeric() || matches!(c, '（' | '）' | '·' | '&' | '-'))
}
