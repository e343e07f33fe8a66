//! Why a text has a topic, or lacks it: every hit with what became of it, what each rule adds, and what was asked for.

use pipeline::{Permille, Rule, Span, Topic as Tagged, Zone};
use serde::Serialize;

use super::judge::{Fate, Lack, Verdict};
use super::tagger::{Tagger, Zones, slice};

/// All that speaks for and against a topic.
#[derive(Clone, Debug, Serialize)]
pub struct Explanation {
    /// `namespace:id`.
    pub id: String,
    /// What people call it.
    pub label: String,
    /// Whether the text gets the topic.
    pub given: bool,
    /// By its own rules. When it is given because another topic implies it, the score it is given with may be another.
    pub score: Permille,
    /// The least score that it needs.
    pub min_score: Permille,
    /// Ids of the topics that imply it, when it is given for that reason alone.
    pub implied_by: Vec<String>,
    /// Every hit, by zone and place; of hits inside each other only the one that counts for both.
    pub hits: Vec<ExplainedHit>,
    /// What each rule adds, the greatest first.
    pub shares: Vec<ExplainedShare>,
    /// What it lacks. Empty when it is given by its own rules.
    pub lacks: Vec<ExplainedLack>,
}

/// A hit.
#[derive(Clone, Debug, Serialize)]
pub struct ExplainedHit {
    /// What kind of rule.
    pub rule: Rule,
    /// The rule, as evidence names it.
    pub term: String,
    /// Where it stands.
    pub zone: Zone,
    /// In bytes of that zone.
    pub span: Span,
    /// What stands there.
    pub found: String,
    /// How many times it counts: 3 in the title, 2 in kicker, subtitle and lead, 1 elsewhere; 0 when it does not.
    pub times: u64,
    /// Why it does not count; `None` when it does.
    pub refused: Option<Refused>,
}

/// Why a hit does not count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "why")]
pub enum Refused {
    /// Its rule looks at another zone.
    Elsewhere,
    /// It lies inside a phrase of `exclude`.
    Excluded {
        /// What stands there.
        phrase: String,
        /// In bytes of the zone.
        span: Span,
    },
    /// A word of `suppress` stands before it in the same clause.
    Suppressed {
        /// What stands there.
        word: String,
        /// In bytes of the zone.
        span: Span,
    },
}

/// What a rule adds to the score.
#[derive(Clone, Debug, Serialize)]
pub struct ExplainedShare {
    /// What kind of rule.
    pub rule: Rule,
    /// The rule, as evidence names it.
    pub term: String,
    /// Its weight.
    pub weight: f64,
    /// How many times its hits count, all together.
    pub times: u64,
    /// What it adds to the sum.
    pub points: f64,
}

/// Something that a topic needs and does not have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "lack")]
pub enum ExplainedLack {
    /// A phrase of `all` is nowhere.
    All {
        /// The phrase.
        phrase: String,
    },
    /// None of `any` is anywhere.
    Any,
    /// A phrase of `none` is there, and none of `unless`.
    None {
        /// The phrase.
        phrase: String,
    },
    /// There are fewer different rules than `min_evidence`, and none in the title.
    Evidence {
        /// How many there are.
        rules: usize,
        /// How many are needed.
        needed: usize,
    },
    /// The score is below the least.
    Score,
}

impl Tagger {
    pub(super) fn explanation(&self, index: u32, verdict: &Verdict, given: Option<&Tagged>, zones: &Zones<'_>) -> Explanation {
        let topic = &self.topics[index as usize];
        let texts = zones.texts();
        let measure = super::score::Measure::new(zones.text);
        let compiled = &self.compiled[index as usize];
        let hits = verdict.hits.iter().map(|hit| {
            let text = texts[hit.zone as usize];
            let refused = match hit.fate {
                Fate::Counts => None,
                Fate::Elsewhere => Some(Refused::Elsewhere),
                Fate::Excluded(span) => Some(Refused::Excluded { phrase: slice(text, span), span }),
                Fate::Suppressed(span) => Some(Refused::Suppressed { word: slice(text, span), span }),
            };
            let zone = Zone::ALL[hit.zone as usize];
            let times = if refused.is_none() { measure.factor(zone, hit.span) } else { 0 };
            ExplainedHit {
                rule: compiled.kind(hit.rule),
                term: compiled.names.get(hit.rule).to_owned(),
                zone,
                span: hit.span,
                found: slice(text, hit.span),
                times,
                refused,
            }
        });
        let mut shares: Vec<ExplainedShare> = verdict
            .shares
            .iter()
            .map(|share| {
                let [weight, points] = [u64::from(share.weight), share.points].map(|hundredths| hundredths as f64 / 100.0);
                let (rule, term) = (compiled.kind(share.rule), compiled.names.get(share.rule).to_owned());
                ExplainedShare { rule, term, weight, times: share.times, points }
            })
            .collect();
        shares.sort_by(|a, b| b.points.total_cmp(&a.points));
        let lacks = verdict.lacks.iter().map(|lack| match *lack {
            Lack::All(nth) => ExplainedLack::All { phrase: topic.all[nth as usize].to_string() },
            Lack::Any => ExplainedLack::Any,
            Lack::None(nth) => ExplainedLack::None { phrase: topic.none[nth as usize].to_string() },
            Lack::Evidence => ExplainedLack::Evidence { rules: verdict.shares.len(), needed: topic.min_evidence },
            Lack::Score => ExplainedLack::Score,
        });
        let implied = given.into_iter().flat_map(|given| &given.evidence).filter(|hit| hit.rule == Rule::Implies);
        Explanation {
            id: topic.id.to_string(),
            label: topic.label.to_string(),
            given: given.is_some(),
            score: verdict.score,
            min_score: topic.min_score.unwrap_or(self.min_score),
            implied_by: implied.map(|hit| hit.term.to_string()).collect(),
            hits: hits.collect(),
            shares,
            lacks: lacks.collect(),
        }
    }
}
