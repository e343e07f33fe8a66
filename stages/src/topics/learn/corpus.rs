//! Labelled articles as the learner sees them: the phrases of each, how often they count, and what that adds to a score.

use crate::segment;
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
    /// For each of these what its weight costs: the more, the more texts of any kind it stands in.
    pub(super) costs: Vec<f64>,
}

/// Words of a text of usual length.
const USUAL_WORDS: f64 = 300.0;

/// How telling a phrase must be, in nats, to cost no more than others.
const TELLING: f64 = 3.0;

/// What a weight costs whose phrase stands among the words of any text with this frequency. What is common everywhere is dear: in a
/// few articles it goes with a topic by chance.
fn cost(frequency: f64) -> f64 {
    let in_a_text = 1.0 - (-frequency * USUAL_WORDS).exp();
    let telling = -in_a_text.max(f64::MIN_POSITIVE).ln();
    (TELLING / telling.clamp(0.5, TELLING)).powi(2)
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
        let (names, columns): (Vec<String>, _) = kept.into_iter().unzip();
        let costs = names.iter().map(|name| cost(segment::frequency(name))).collect();
        Self { pieces: pieces.to_vec(), names, columns, costs }
    }

    pub(super) fn zones(&self, row: u32) -> Zones<'a> {
        self.pieces[row as usize].zones()
    }
}
