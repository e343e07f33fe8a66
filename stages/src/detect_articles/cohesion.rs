//! How much of a headline is said again in a body: pairs of Chinese characters and whole Latin words, weighed by how few bodies
//! of the page have them.

use pipeline::Page;

use crate::layout::width::is_han;

use super::units::{Kind, Unit};

/// Where the pieces of all headlines of the page occur.
pub(super) struct Cohesion {
    places: Places,
    /// The pieces of each unit that is a headline.
    pieces: Vec<Vec<u64>>,
}

/// Pieces of one headline that are looked up; a headline has no more.
const MOST: usize = 64;

impl Cohesion {
    /// Reads the page once.
    pub(super) fn of(page: &Page, units: &[Unit]) -> Self {
        let mut pieces = vec![Vec::new(); units.len()];
        for (list, unit) in pieces.iter_mut().zip(units).filter(|(_, unit)| unit.kind == Kind::Display) {
            each_piece(page, unit, |piece| {
                if list.len() < MOST {
                    list.push(piece);
                }
            });
        }
        let mut places = Places::new(pieces.iter().flatten().copied().collect());
        for (index, unit) in units.iter().enumerate().filter(|(_, unit)| unit.kind == Kind::Body) {
            each_piece(page, unit, |piece| {
                if let Some(list) = places.get_mut(piece)
                    && list.last() != Some(&(index as u32))
                {
                    list.push(index as u32);
                }
            });
        }
        Self { places, pieces }
    }

    /// In thousandths: how much of the headline units `heads` is found in any of the body units `bodies`.
    pub(super) fn share(&self, heads: &[usize], bodies: &[usize]) -> i32 {
        let (mut found, mut all) = (0_i32, 0_i32);
        for piece in heads.iter().flat_map(|head| &self.pieces[*head]) {
            let places = self.places.get(*piece);
            let weight = 1000 / i32::try_from(places.len().clamp(1, 10)).unwrap_or(10);
            all += weight;
            if bodies.iter().any(|body| places.binary_search(&(*body as u32)).is_ok()) {
                found += weight;
            }
        }
        (found * 1000).checked_div(all).unwrap_or(0)
    }
}

/// For each piece of a headline the bodies that have it, in order.
struct Places {
    /// Sorted by piece.
    lists: Vec<(u64, Vec<u32>)>,
    /// A bit for each digest of a piece: most pieces of a body are in no headline.
    known: [u64; 64],
}

impl Places {
    fn new(mut pieces: Vec<u64>) -> Self {
        pieces.sort_unstable();
        pieces.dedup();
        let mut known = [0; 64];
        for piece in &pieces {
            let (word, bit) = digest(*piece);
            known[word] |= bit;
        }
        Self { lists: pieces.into_iter().map(|piece| (piece, Vec::new())).collect(), known }
    }

    fn find(&self, piece: u64) -> Option<usize> {
        let (word, bit) = digest(piece);
        let maybe = self.known[word] & bit != 0;
        maybe.then(|| self.lists.binary_search_by_key(&piece, |(piece, _)| *piece).ok()).flatten()
    }

    fn get(&self, piece: u64) -> &[u32] {
        self.find(piece).map_or(&[], |at| &self.lists[at].1)
    }

    fn get_mut(&mut self, piece: u64) -> Option<&mut Vec<u32>> {
        self.find(piece).map(|at| &mut self.lists[at].1)
    }
}

/// One of 4096 bits, as a word and a bit in it.
fn digest(piece: u64) -> (usize, u64) {
    let mixed = piece.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 52;
    ((mixed >> 6) as usize, 1 << (mixed & 63))
}

fn each_piece(page: &Page, unit: &Unit, mut take: impl FnMut(u64)) {
    let mut last = '\0';
    let mut word = 0_u64;
    for line in page.lines.get(unit.lines.clone()).unwrap_or_default() {
        for c in page.clean(line.span).chars() {
            let han = is_han(c);
            if !han && c.is_ascii_alphanumeric() {
                word = word.wrapping_mul(0x100_0000_01b3) ^ u64::from(c.to_ascii_lowercase() as u32) | 1 << 63;
                continue;
            }
            if word != 0 {
                take(word);
                word = 0;
            }
            if !han && c.is_whitespace() {
                continue;
            }
            if han && last != '\0' {
                take(u64::from(last as u32) << 32 | u64::from(c as u32));
            }
            last = if han { c } else { '\0' };
        }
        if word != 0 {
            take(word);
            word = 0;
        }
    }
}
