//! Where clauses and sentences end, as far as rules of topics ask.

use pipeline::Span;

/// Whether `c` ends a clause. 、 does not: 没有疫情、停工 denies both.
fn ends_clause(c: char) -> bool {
    matches!(c, '，' | '。' | '；' | '：' | '！' | '？' | ',' | ';' | ':' | '!' | '?' | '\n')
}

/// Whether `c` ends a sentence.
fn ends_sentence(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '!' | '?' | '\n')
}

/// The first byte of the clause around byte `at`, no further than `reach` bytes away.
pub(super) fn clause_start(text: &str, at: u32, reach: u32) -> u32 {
    let before = text.get(..at as usize).unwrap_or_default();
    let mut start = at;
    for (index, c) in before.char_indices().rev() {
        if ends_clause(c) || at - index as u32 > reach {
            break;
        }
        start = index as u32;
    }
    start
}

/// Where the `count` characters before byte `at` begin, or its clause if that is shorter.
pub(super) fn left_of(text: &str, at: u32, count: u32) -> u32 {
    let before = text.get(..at as usize).unwrap_or_default();
    let left = before.char_indices().rev().take(count as usize).take_while(|(_, c)| !ends_clause(*c));
    left.last().map_or(at, |(index, _)| index as u32)
}

/// Where the clause around byte `at` ends, no further than `reach` bytes away; at 、, too, when `also_lists` says so.
pub(super) fn clause_end(text: &str, at: u32, reach: u32, also_lists: bool) -> u32 {
    let behind = text.get(at as usize..).unwrap_or_default();
    let mut end = at;
    for c in behind.chars() {
        if ends_clause(c) || (also_lists && c == '、') || end + c.len_utf8() as u32 > at + reach {
            break;
        }
        end += c.len_utf8() as u32;
    }
    end
}

/// The sentences of a text, to be asked for places in rising order or not.
pub(super) struct Sentences {
    /// Where each ends, behind its mark.
    ends: Vec<u32>,
}

impl Sentences {
    pub(super) fn new(text: &str) -> Self {
        let mut ends: Vec<u32> = text.char_indices().filter(|(_, c)| ends_sentence(*c)).map(|(at, c)| (at + c.len_utf8()) as u32).collect();
        if ends.last() != Some(&(text.len() as u32)) {
            ends.push(text.len() as u32);
        }
        Self { ends }
    }

    /// The sentence that holds byte `at`.
    pub(super) fn around(&self, at: u32) -> Span {
        let index = self.ends.partition_point(|end| *end <= at).min(self.ends.len() - 1);
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        Span::new(start, self.ends[index].max(start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_end_at_commas_and_sentences_at_full_stops() {
        let text = "今天，企业复工、复产了。明天呢？";
        let at = text.find('工').unwrap() as u32;
        let clause = Span::new(clause_start(text, at, 300), clause_end(text, at, 300, false));
        assert_eq!(clause.slice(text), "企业复工、复产了");
        assert_eq!(Span::new(at, clause_end(text, at, 300, true)).slice(text), "工");
        assert_eq!(Span::new(left_of(text, at, 2), at).slice(text), "业复");
        assert_eq!(Span::new(left_of(text, at, 9), at).slice(text), "企业复");
        let sentences = Sentences::new(text);
        assert_eq!(sentences.around(at).slice(text), "今天，企业复工、复产了。");
        assert_eq!(sentences.around(text.len() as u32 - 1).slice(text), "明天呢？");
        assert_eq!(Sentences::new("").around(0), Span::new(0, 0));
    }
}
