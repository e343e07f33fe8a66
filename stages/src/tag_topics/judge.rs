//! What was found of one topic, judged: which hits count, what they are worth, and whether the topic is given.

use pipeline::{Permille, Span, Zone};

use super::clause::{self, Sentences};
use super::combine::{self, Part};
use super::compile::CompiledTopic;
use super::find::{Context, Cue, Found, Role, Slot};
use super::score::{Measure, score};
use super::topics::Topic;
use super::{parallel, patterns};

/// What becomes of a hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Counts,
    /// Its rule looks elsewhere.
    Elsewhere,
    /// A phrase hides it.
    Excluded(Span),
    /// A word before it denies it.
    Suppressed(Span),
}

/// A hit of one of the topic's rules.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hit {
    /// Index among the topic's rules.
    pub(super) rule: u32,
    /// Of that rule, in hundredths.
    pub(super) weight: u16,
    /// Index of the zone.
    pub(super) zone: u8,
    pub(super) span: Span,
    pub(super) fate: Fate,
}

/// Why a topic is not given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Lack {
    /// Of `all`, the one with this index is nowhere.
    All(u32),
    /// None of `any` is anywhere.
    Any,
    /// Of `none`, the one with this index is there, and none of `unless`.
    None(u32),
    /// Too few different rules, and none in the title.
    Evidence,
    /// Too small a score.
    Score,
}

/// What a rule adds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Share {
    pub(super) rule: u32,
    /// In hundredths.
    pub(super) weight: u16,
    /// How many times its hits count in all.
    pub(super) times: u64,
    /// In hundredths.
    pub(super) points: u64,
}

/// A topic, judged.
#[derive(Debug)]
pub(super) struct Verdict {
    /// By zone and place.
    pub(super) hits: Vec<Hit>,
    /// Of the rules with hits that count, by their index.
    pub(super) shares: Vec<Share>,
    pub(super) score: Permille,
    pub(super) lacks: Vec<Lack>,
}

/// One article, as all topics see it.
pub(super) struct Case<'a> {
    pub(super) texts: [&'a str; 4],
    pub(super) contexts: [Context; 4],
    pub(super) measure: Measure,
    stretches: [Option<Vec<Span>>; 4],
    sentences: [Option<Sentences>; 4],
}

impl<'a> Case<'a> {
    pub(super) fn new(texts: [&'a str; 4], contexts: [Context; 4]) -> Self {
        let measure = Measure::new(texts[3]);
        Self { texts, contexts, measure, stretches: Default::default(), sentences: Default::default() }
    }

    fn stretches(&mut self, zone: usize) -> &[Span] {
        let Self { stretches, texts, contexts, .. } = self;
        stretches[zone].get_or_insert_with(|| parallel::stretches(texts[zone], &contexts[zone].openings))
    }

    /// Judges `topic` by all that was `found` of it, in order.
    pub(super) fn judge(
        &mut self,
        topic: &Topic,
        compiled: &CompiledTopic,
        suppress: Option<u32>,
        least: Permille,
        found: &[Found],
    ) -> Verdict {
        let Gathered { mut hits, parts, mut lacks } = self.gather(topic, compiled, found);
        let within = topic.suppress.within;
        hits.iter_mut().filter(|hit| hit.rule < compiled.first_parallel).for_each(|hit| self.deny(suppress, within, hit));
        if !parts.is_empty() {
            self.combinations(topic, compiled, suppress, parts, &mut hits);
        }
        hits.sort_unstable_by_key(|hit| (hit.zone, hit.span, hit.rule));
        let shares = self.shares(&hits);
        let score = score(shares.iter().map(|share| share.points).sum());
        let in_title = hits.iter().any(|hit| hit.zone == 0 && hit.fate == Fate::Counts);
        if shares.is_empty() || (shares.len() < topic.min_evidence && !in_title) {
            lacks.push(Lack::Evidence);
        }
        if score < topic.min_score.unwrap_or(least) {
            lacks.push(Lack::Score);
        }
        Verdict { hits, shares, score, lacks }
    }

    /// Terms, patterns and parallel words, of which those that overlap are one: a parallel word before others, then the earlier,
    /// then the longer.
    fn gather(&mut self, topic: &Topic, compiled: &CompiledTopic, found: &[Found]) -> Gathered {
        let mut gathered = Gathered::default();
        let (mut candidates, mut parallels): (Vec<Hit>, Vec<Hit>) = (Vec::with_capacity(found.len()), Vec::new());
        let mut excluded: Vec<(u8, Span)> = Vec::new();
        let mut needed: Vec<u32> = compiled.patterns.iter().filter(|pattern| pattern.always).map(|pattern| pattern.rule).collect();
        let mut all_seen = vec![false; topic.all.len()];
        let mut any_seen = topic.any.is_empty();
        let (mut forbidden, mut excused): (Vec<Lack>, bool) = (Vec::new(), false);
        for found in found {
            let (zone, span) = (found.zone, found.span());
            let hider = excluded.last().filter(|(there, phrase)| *there == zone && phrase.end >= span.end).map(|(_, phrase)| *phrase);
            let hit = |rule: u32, fate: Fate| Hit { rule, weight: found.weight, zone, span, fate };
            match found.role {
                Role::Exclude if hider.is_none() => excluded.push((zone, span)),
                Role::Exclude => {}
                Role::Term(rule) => {
                    let allowed = self.measure.allows(found.wanted, Zone::ALL[zone as usize], span);
                    match hider {
                        Some(phrase) => gathered.hits.push(hit(rule, Fate::Excluded(phrase))),
                        None if allowed => candidates.push(hit(rule, Fate::Counts)),
                        None => gathered.hits.push(hit(rule, Fate::Elsewhere)),
                    }
                }
                Role::Parallel(rule) => {
                    if hider.is_none() && before(self.stretches(zone as usize), span).is_some_and(|stretch| stretch.covers(span)) {
                        parallels.push(hit(rule, Fate::Counts));
                    }
                }
                Role::Part(nth) => {
                    if hider.is_none() {
                        let (rule, slot) = compiled.parts[nth as usize];
                        gathered.parts.push((zone, Part { rule, span, slot }));
                    }
                }
                Role::Needed(rule) => needed.push(rule),
                Role::All(nth) => all_seen[nth as usize] |= hider.is_none(),
                Role::Any => any_seen |= hider.is_none(),
                Role::None(nth) => forbidden.push(Lack::None(nth)),
                Role::Unless => excused = true,
            }
        }
        if !excused {
            gathered.lacks.append(&mut forbidden);
        }
        gathered.lacks.sort_unstable();
        gathered.lacks.dedup();
        gathered.lacks.extend(all_seen.iter().enumerate().filter(|(_, seen)| !**seen).map(|(nth, _)| Lack::All(nth as u32)));
        gathered.lacks.extend((!any_seen).then_some(Lack::Any));
        if !needed.is_empty() {
            needed.sort_unstable();
            needed.dedup();
            self.patterns(compiled, &needed, &excluded, &mut candidates, &mut gathered.hits);
            candidates.sort_by_key(|hit| (hit.zone, hit.span.start, std::cmp::Reverse(hit.span.end)));
        }
        keep_apart(&mut parallels);
        candidates.retain(|hit| {
            let next = parallels.partition_point(|taken| (taken.zone, taken.span.end) <= (hit.zone, hit.span.start));
            !parallels.get(next).is_some_and(|taken| taken.zone == hit.zone && taken.span.meets(hit.span))
        });
        keep_apart(&mut candidates);
        candidates.append(&mut parallels);
        candidates.append(&mut gathered.hits);
        gathered.hits = candidates;
        gathered
    }

    fn patterns(&self, compiled: &CompiledTopic, rules: &[u32], excluded: &[(u8, Span)], candidates: &mut Vec<Hit>, hits: &mut Vec<Hit>) {
        for pattern in compiled.patterns.iter().filter(|pattern| rules.binary_search(&pattern.rule).is_ok()) {
            for (zone, text) in self.texts.iter().enumerate() {
                for span in patterns::matches(&pattern.regex, text) {
                    let hit = |fate: Fate| Hit { rule: pattern.rule, weight: pattern.worth.weight, zone: zone as u8, span, fate };
                    let next = excluded.partition_point(|(there, phrase)| (*there, phrase.start) <= (zone as u8, span.start));
                    let hider = next.checked_sub(1).map(|last| excluded[last]);
                    if let Some((_, phrase)) = hider.filter(|(there, phrase)| *there as usize == zone && phrase.covers(span)) {
                        hits.push(hit(Fate::Excluded(phrase)));
                    } else if self.measure.allows(pattern.worth.zone, Zone::ALL[zone], span) {
                        candidates.push(hit(Fate::Counts));
                    } else {
                        hits.push(hit(Fate::Elsewhere));
                    }
                }
            }
        }
    }

    /// Of each sentence the closest stretch that nothing denies, or the closest.
    fn combinations(
        &mut self,
        topic: &Topic,
        compiled: &CompiledTopic,
        suppress: Option<u32>,
        mut parts: Vec<(u8, Part)>,
        hits: &mut Vec<Hit>,
    ) {
        parts.sort_unstable_by_key(|(zone, part)| (part.rule, *zone, *part));
        for same in parts.chunk_by(|(a_zone, a), (b_zone, b)| a.rule == b.rule && a_zone == b_zone) {
            let (zone, rule) = (same[0].0, same[0].1.rule);
            if same.len() < 2 || same.iter().all(|(_, part)| part.slot == Slot::None) {
                continue;
            }
            let text = self.texts[zone as usize];
            let sentences = self.sentences[zone as usize].get_or_insert_with(|| Sentences::new(text));
            let combination = &topic.combinations[(rule - compiled.first_combination) as usize];
            let same: Vec<Part> = same.iter().map(|(_, part)| *part).collect();
            for stretches in combine::stretches(text, sentences, combination, &same) {
                let mut of_sentence = stretches.into_iter().map(|span| {
                    let allowed = self.measure.allows(combination.zone, Zone::ALL[zone as usize], span);
                    let fate = if allowed { Fate::Counts } else { Fate::Elsewhere };
                    let mut hit = Hit { rule, weight: combination.weight as u16, zone, span, fate };
                    self.deny(suppress, topic.suppress.within, &mut hit);
                    hit
                });
                let counts = |hit: &Hit| hit.fate == Fate::Counts;
                let closest = of_sentence.next();
                hits.extend(closest.filter(counts).or_else(|| of_sentence.find(counts)).or(closest));
            }
        }
    }

    /// Sees whether `hit`, if it counts, is denied by a word of `suppress` before it.
    fn deny(&self, suppress: Option<u32>, within: u32, hit: &mut Hit) {
        let Some(suppress) = suppress.filter(|_| hit.fate == Fate::Counts) else { return };
        let cues = &self.contexts[hit.zone as usize].cues;
        // A character has at most four bytes.
        let furthest = hit.span.start.saturating_sub(within * 4);
        let before = cues.partition_point(|cue| cue.span.end <= hit.span.start);
        let mut window = None;
        for (index, cue) in cues.iter().enumerate().take(before).rev().take_while(|(_, cue)| cue.span.end > furthest) {
            if cue.suppress != suppress || cue.excuses {
                continue;
            }
            let start = *window.get_or_insert_with(|| clause::left_of(self.texts[hit.zone as usize], hit.span.start, within));
            if cue.span.start >= start && !excused(cues, index) {
                hit.fate = Fate::Suppressed(cue.span);
                return;
            }
        }
    }

    fn shares(&self, hits: &[Hit]) -> Vec<Share> {
        let mut shares: Vec<Share> = Vec::with_capacity(hits.len());
        for hit in hits.iter().filter(|hit| hit.fate == Fate::Counts) {
            shares.push(Share {
                rule: hit.rule,
                weight: hit.weight,
                times: self.measure.factor(Zone::ALL[hit.zone as usize], hit.span),
                points: 0,
            });
        }
        shares.sort_unstable_by_key(|share| share.rule);
        shares.dedup_by(|next, share| {
            let same = next.rule == share.rule;
            share.times += if same { next.times } else { 0 };
            same
        });
        for share in &mut shares {
            share.points = self.measure.points(share.weight, share.times);
        }
        shares
    }
}

/// The last of `spans`, which do not overlap, that begins before `span` or with it.
fn before(spans: &[Span], span: Span) -> Option<Span> {
    spans.partition_point(|other| other.start <= span.start).checked_sub(1).map(|last| spans[last])
}

/// Whether a phrase that means nothing by it holds the cue with the index `index`.
fn excused(cues: &[Cue], index: usize) -> bool {
    /// The longest phrase, in bytes.
    const LONGEST: u32 = 240;
    let cue = cues[index];
    // The phrase ends where the cue ends or later, but not so much later that it could not hold it.
    let from = cues.partition_point(|other| other.span.end < cue.span.end);
    let near = cues.iter().skip(from).take_while(|other| other.span.end <= cue.span.start + LONGEST);
    near.into_iter().any(|other| other.excuses && other.suppress == cue.suppress && other.span.covers(cue.span))
}

#[derive(Default)]
struct Gathered {
    hits: Vec<Hit>,
    parts: Vec<(u8, Part)>,
    lacks: Vec<Lack>,
}

/// Keeps, of hits by place, the longer first, those that do not overlap an earlier one.
fn keep_apart(hits: &mut Vec<Hit>) {
    let mut taken = (0, 0);
    hits.retain(|hit| {
        let free = hit.zone != taken.0 || hit.span.start >= taken.1;
        if free {
            taken = (hit.zone, hit.span.end);
        }
        free
    });
}
