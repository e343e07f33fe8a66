//! Labelled articles as the learner sees them: the phrases of each, how often they count, and what that adds to a score.

use crate::tag_topics::score::Measure;
use crate::tag_topics::tagger::Zones;
use crate::topics::grams::Vocabulary;
use crate::topics::pieces::Piece;

/// The articles.
pub(super) struct Corpus<'a> {
    pub(super) pieces: Vec<&'a Piece>,
    /// The phrases that stand in at least two articles, in the order of the alphabet.
    pub(super) names: Vec<String>,
    /// For each of these its articles, with what it adds to the score there at weight 1.
    pub(super) columns: Vec<Vec<(u32, f64)>>,
}

/// What a term that counts `times` adds to the score at weight 1.
pub(super) fn worth(measure: Measure, times: u64) -> f64 {
    measure.points(100, times) as f64 / 100.0
}

impl<'a> Corpus<'a> {
    pub(super) fn new(pieces: &[&'a Piece]) -> Self {
        let mut vocabulary = Vocabulary::default();
        let counts: Vec<Vec<(u32, u32)>> = pieces.iter().map(|piece| vocabulary.count(&piece.zones())).collect();
        let all = vocabulary.names();
        let mut columns: Vec<Vec<(u32, f64)>> = vec![Vec::new(); all.len()];
        for (row, (piece, counts)) in pieces.iter().zip(&counts).enumerate() {
            let measure = Measure::new(&piece.text);
            for (number, times) in counts {
                columns[*number as usize].push((row as u32, worth(measure, u64::from(*times))));
            }
        }
        let mut kept: Vec<(String, Vec<(u32, f64)>)> =
            all.iter().zip(columns).filter(|(_, column)| column.len() >= 2).map(|(name, column)| ((*name).to_owned(), column)).collect();
        kept.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        let (names, columns) = kept.into_iter().unzip();
        Self { pieces: pieces.to_vec(), names, columns }
    }

    pub(super) fn zones(&self, row: u32) -> Zones<'a> {
        self.pieces[row as usize].zones()
    }
}
