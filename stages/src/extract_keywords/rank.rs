//! The method `text_rank`: the rank of words in the graph of those that stand near each other.
//!
//! The graph and the figures are those of jieba; which words take part is decided in `extract_keywords`.

use rustc_hash::FxHashMap;

/// How many tokens a word looks ahead.
const WINDOW: usize = 5;
const DAMPING: f64 = 0.85;
const ROUNDS: usize = 20;
/// Ranks are whole numbers from here on, so that equal ones are equal.
const SCALE: f64 = 1_000_000_000.0;

/// The rank of each of `words` words; `places` has the number of the word at each token, where one takes part.
pub(super) fn ranks(places: &[Option<u32>], words: usize) -> Vec<u64> {
    let mut edges: FxHashMap<(u32, u32), f64> = FxHashMap::default();
    // Sums of floats depend on the order, so the edges keep that of the text.
    let mut order: Vec<(u32, u32)> = Vec::new();
    for (at, word) in places.iter().enumerate() {
        let Some(word) = *word else { continue };
        for other in places.iter().skip(at + 1).take(WINDOW - 1).filter_map(|other| *other) {
            let weight = edges.entry((word, other)).or_insert_with(|| {
                order.push((word, other));
                0.0
            });
            *weight += 1.0;
        }
    }
    let mut neighbours: Vec<Vec<(u32, f64)>> = vec![Vec::new(); words];
    let mut given = vec![0.0; words];
    for (a, b) in order {
        let weight = edges[&(a, b)];
        for (from, to) in [(a, b), (b, a)] {
            neighbours[from as usize].push((to, weight));
            given[from as usize] += weight;
        }
    }
    let mut ranks = vec![1.0 / words.max(1) as f64; words];
    for _ in 0..ROUNDS {
        for word in 0..words {
            let received: f64 = neighbours[word].iter().map(|(from, weight)| weight / given[*from as usize] * ranks[*from as usize]).sum();
            ranks[word] = (1.0 - DAMPING) + DAMPING * received;
        }
    }
    ranks.into_iter().map(|rank| (rank * SCALE).round() as u64).collect()
}
