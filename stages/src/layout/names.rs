//! Which of the pieces between the spaces of a byline make up one name.
//!
//! Names of two characters are set over three columns (王 强), names are divided at the end of a line, and scanners put spaces
//! where there are none. Roles and organisations are left to [`super::people`].

use super::family_names::is_surname;
use super::people::{Credits, LONGEST_NAME, person};

/// What stands before a piece.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Space {
    /// Nothing, or the end of a line.
    #[default]
    LineEnd,
    /// One space.
    Narrow,
    /// A wider one, or several.
    Wide,
    /// A mark.
    Mark,
}

#[derive(Debug)]
struct Token {
    chars: Vec<(u32, char)>,
    before: Space,
    behind_stroke: bool,
}

/// The pieces since the last role.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    tokens: Vec<Token>,
    before: Space,
}

impl Tokens {
    pub(super) fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// A separator stands here.
    pub(super) fn part(&mut self, c: char) {
        self.before = match (c, self.before) {
            ('\n', before) => before,
            (' ' | '\u{a0}', Space::LineEnd) => Space::Narrow,
            (' ' | '\u{a0}' | '\u{3000}', before) if before != Space::Mark => Space::Wide,
            _ => Space::Mark,
        };
    }

    /// Whether a separator stood last.
    pub(super) fn is_parted(&self) -> bool {
        self.before != Space::LineEnd
    }

    /// Whether a line ended last, so that a name may go on.
    pub(super) fn goes_on(&self) -> bool {
        !self.tokens.is_empty() && self.before == Space::LineEnd
    }

    pub(super) fn push(&mut self, chars: &[(u32, char)], behind_stroke: bool) {
        self.tokens.push(Token { chars: chars.to_vec(), before: std::mem::take(&mut self.before), behind_stroke });
    }

    /// The last piece is the place in 張強／台北 報導.
    pub(super) fn drop_place(&mut self) {
        self.tokens.pop_if(|last| last.behind_stroke);
    }

    /// Turns the pieces into people and says how many; `None` when they are no names. Only the `last` piece of all may be half a name.
    pub(super) fn take(&mut self, role: Option<&str>, org: Option<&str>, out: &mut Credits, last: bool) -> Option<usize> {
        self.before = Space::LineEnd;
        let tokens = std::mem::take(&mut self.tokens);
        let count = out.people.len();
        let mut rest = tokens.as_slice();
        out.open = false;
        while let [first, ..] = rest {
            let len = pieces(&tokens, rest);
            let (name, tail) = rest.split_at(len);
            let characters: Vec<(u32, char)> = name.iter().flat_map(|token| token.chars.iter().copied()).collect();
            let dotted = first.chars.iter().any(|(_, c)| matches!(c, '·' | '•'));
            let divided = if !dotted && characters.len() >= 4 && (role.is_some() || !last) { divided(&characters) } else { None };
            if let Some(names) = divided {
                let mut characters = characters.as_slice();
                for len in names {
                    let (name, behind) = characters.split_at(len);
                    out.people.push(person(name, role, org));
                    characters = behind;
                }
                rest = tail;
                continue;
            }
            if characters.len() > if dotted { 14 } else { LONGEST_NAME } {
                return None;
            }
            if characters.len() == 1 {
                if !tail.is_empty() || !last {
                    return None;
                }
                out.open = true;
            }
            out.people.push(person(&characters, role, org));
            rest = tail;
        }
        Some(out.people.len() - count)
    }
}

/// How many pieces at the start of `rest` are one name; `all` are those of the whole byline, which show how it is set.
fn pieces(all: &[Token], rest: &[Token]) -> usize {
    let len = |at: usize| rest.get(at).map_or(0, |token: &Token| token.chars.len());
    let surname = |at: usize| rest.get(at).is_some_and(|token| is_surname(token.chars.iter().map(|(_, c)| *c)));
    // The first character of a role that goes on in the next line.
    let begins_role = |at: usize| {
        rest.get(at).is_some_and(|token| matches!(token.chars.as_slice(), [(_, '记' | '記' | '通' | '摄' | '攝' | '图' | '文')]))
    };
    let begins_name = |at: usize| rest.get(at).and_then(|token| token.chars.first()).is_some_and(|(_, c)| is_surname([*c]));
    let singles = |from: usize| rest.iter().skip(from).take_while(|token| token.chars.len() == 1).count();
    match len(0) {
        1 => {
            // Elsewhere a name of two characters is set apart, so that two that are not are no whole name.
            let apart = all.iter().filter(|token| token.chars.len() == 1).count() > singles(0);
            let singles = singles(0);
            let letters = letters_of_name(&rest[..singles]);
            let even = all.iter().any(|token| token.chars.len() == 3);
            match letters {
                1 if len(1) == 2 && rest[1].before != Space::Mark => 2,
                1 => 1,
                // 温 振 李, and 建广 on the next line: each name begins with a family name.
                3 if surname(2) && len(3) == 2 && rest[3].before == Space::LineEnd && (apart || !begins_name(3)) => 2,
                3 if (!even || letters < singles) && !begins_role(2) => 3,
                _ => 2,
            }
        }
        2 if surname(0) && (len(1) == 1 || len(1) == 2 && !begins_name(1)) => 2,
        // 谢文, and 柏 洪 波 on the next line: names of two characters are set apart.
        2 if len(1) == 1 && rest[1].before == Space::LineEnd && begins_name(0) && singles(2) % 2 == 0 => 2,
        2 if len(1) == 1 && len(2) != 1 && (rest[1].before == Space::LineEnd || !surname(1) && !begins_role(1)) => 2,
        _ => 1,
    }
}

/// How many of the `letters`, set apart one by one, are one name as far as their spaces tell: names are parted by wider spaces than
/// their letters (谢 文 柏　毛 亚 萍), or by narrower ones (毛　毅 洪　波).
fn letters_of_name(letters: &[Token]) -> usize {
    let parted_by = |space: Space| {
        let mut names = letters.chunk_by(|_, below| below.before != space).map(<[Token]>::len);
        let first = names.next().filter(|first| *first > 1)?;
        (first < letters.len() && names.all(|name| name > 1)).then_some(first)
    };
    [Space::Mark, Space::Wide, Space::Narrow].into_iter().find_map(parted_by).unwrap_or(letters.len())
}

/// Most characters of names that run together.
pub(super) const LONGEST_RUN: usize = 12;

/// The lengths of the names that run together in `chars`, when each begins with a family name: 严龙黄娴. As few as possible.
fn divided(chars: &[(u32, char)]) -> Option<Vec<usize>> {
    if chars.len() > LONGEST_RUN {
        return None;
    }
    let begins = |at: usize, len: usize| is_surname(chars.get(at..at + len).unwrap_or_default().iter().map(|(_, c)| *c));
    // The fewest names from each place on to the end, with the length of the first.
    let mut best: [Option<(usize, usize)>; LONGEST_RUN + 1] = [None; LONGEST_RUN + 1];
    best[chars.len()] = Some((0, 0));
    for at in (0..chars.len()).rev() {
        let long = begins(at, 2);
        let fits = |len: &usize| at + len <= chars.len() && (begins(at, 1) && *len < 4 || long && *len >= 3);
        best[at] = [4, 3, 2]
            .into_iter()
            .filter(fits)
            .filter_map(|len| best[at + len].map(|(count, _)| (count + 1, len)))
            .min_by_key(|(count, _)| *count);
    }
    let mut lens = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let (_, len) = best[at]?;
        lens.push(len);
        at += len;
    }
    Some(lens)
}
