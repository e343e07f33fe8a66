//! Why the articles are cut as they are.

use std::collections::HashMap;

use pipeline::{Article, Kind, Page, Passage, Permille, Person, Span};

use crate::detect_articles::Read;
use crate::detect_articles::confidence::Doubts;
use crate::layout::grammar::Fixed;
use crate::layout::roles::Role;
use crate::layout::width::is_han;

use super::places::PARTS;
use super::report::{ArticleReport, HeadlineReport, NextBest, PartReport, PersonReport, Piece, TermReport, TopicReport};
use super::watch::Seen;

/// What is needed to speak about the articles of a page.
pub(super) struct Context<'a> {
    pub(super) page: &'a Page,
    pub(super) read: &'a Read,
    pub(super) seen: &'a Seen,
    /// The articles of other pages that parts were stitched onto, by the id of the part.
    pub(super) wholes: &'a HashMap<String, PartReport>,
    /// What leaves the articles less sure.
    pub(super) doubts: Vec<Doubts>,
    /// For each article the lines of its headline and of its body, as indices into `page.lines`, in the order of the lines.
    pub(super) heads: Vec<Vec<usize>>,
    pub(super) bodies: Vec<Vec<usize>>,
    /// All lines of each article.
    pub(super) lines: Vec<Vec<usize>>,
    /// The printed number of each line.
    pub(super) printed: &'a [usize],
    /// The lines in the order in which they are printed, each with its number.
    pub(super) places: Vec<(Span, usize)>,
    /// The number of each article; `None` for furniture.
    pub(super) numbers: &'a [Option<usize>],
}

/// The numbers of articles in reports: furniture has none.
pub(super) fn numbers(articles: &[Article]) -> Vec<Option<usize>> {
    let mut count = 0;
    let number = |article: &Article| {
        (article.kind != Kind::Furniture).then(|| {
            count += 1;
            count
        })
    };
    articles.iter().map(number).collect()
}

impl Context<'_> {
    /// The reports on all articles, furniture last.
    pub(super) fn reports(&self) -> Vec<ArticleReport> {
        let positions: Vec<Option<&'static str>> = (0..self.seen.articles.len()).map(|article| self.position(article)).collect();
        let mut reports: Vec<ArticleReport> = (0..positions.len()).map(|article| self.report(article, &positions)).collect();
        reports.sort_by_key(|report| report.number.is_none());
        reports
    }

    fn report(&self, index: usize, positions: &[Option<&'static str>]) -> ArticleReport {
        let article = &self.seen.articles[index];
        let id = article.id();
        let out = self.seen.out.get(&id);
        let mut warnings = article.warnings.clone();
        warnings.extend(out.into_iter().flat_map(|out| &out.warnings).filter(|code| !article.warnings.contains(code)));
        let text = |passage: &Passage| (!passage.is_empty()).then(|| passage.text().to_owned());
        let headline = positions[index].map(|position| self.headline(index, position, positions));
        ArticleReport {
            number: self.numbers[index],
            kind: article.kind,
            kicker: text(&article.kicker),
            title: text(&article.title),
            subtitle: text(&article.subtitle),
            dateline: article.dateline.map(|span| span.slice(article.text.text()).to_owned()),
            byline: article.byline.iter().map(|person| self.person(person)).collect(),
            text: article.text.text().to_owned(),
            jump_to: article.jump_to.clone(),
            jump_from: article.jump_from.clone(),
            complete: article.complete,
            confidence: article.confidence,
            topics: out.map_or_else(Vec::new, |out| out.topics.iter().map(topic).collect()),
            warnings,
            comes_out: out.is_some(),
            part_of: self.wholes.get(&id).cloned(),
            continuations: out.map_or_else(Vec::new, |out| out.continuations.clone()),
            lines: ranges(&self.lines[index], self.printed),
            reasons: self.reasons(index, headline.as_ref()),
            headline,
            pieces: self.pieces(article),
            id,
        }
    }

    /// Where the headline of an article stands to its text.
    fn position(&self, article: usize) -> Option<&'static str> {
        let (first_head, last_head) = self.heads[article].first().zip(self.heads[article].last())?;
        let (first, last) = self.bodies[article].first().zip(self.bodies[article].last())?;
        let others = |from: usize, to: usize| {
            (from..to).any(|line| self.bodies.iter().enumerate().any(|(other, body)| other != article && body.binary_search(&line).is_ok()))
        };
        Some(if last_head < first {
            if others(*last_head, *first) { "apart" } else { "above" }
        } else if first_head > last {
            if others(*last, *first_head) { "apart" } else { "below" }
        } else {
            "inside"
        })
    }

    fn headline(&self, index: usize, position: &'static str, positions: &[Option<&'static str>]) -> HeadlineReport {
        let share = |other: usize| {
            let bodies: Vec<usize> = self.bodies[other].clone();
            Permille::new(self.read.share(&self.heads[index], &bodies).clamp(0, 1000) as u16)
        };
        let rivals = (0..positions.len()).filter(|other| *other != index && !self.bodies[*other].is_empty());
        let next_best = rivals.filter_map(|other| self.numbers[other].map(|article| NextBest { article, share: share(other) }));
        let article = &self.seen.articles[index];
        let count = |wanted: &str| positions.iter().filter(|position| **position == Some(wanted)).count();
        HeadlineReport {
            position,
            share: share(index),
            shared: shared(article.title.text(), article.text.text()),
            next_best: next_best.max_by_key(|next| (next.share, std::cmp::Reverse(next.article))).filter(|next| next.share.get() > 0),
            above: count("above"),
            below: count("below"),
        }
    }

    fn reasons(&self, index: usize, headline: Option<&HeadlineReport>) -> Vec<String> {
        let article = &self.seen.articles[index];
        let mut out = Vec::new();
        if matches!(article.kind, Kind::Furniture | Kind::Notice) {
            out.push(match article.kind {
                Kind::Notice => "a notice: it begins with the heading of one (stages/data/notices.txt)".to_owned(),
                _ => "belongs to the page and not to an article, or fits nowhere".to_owned(),
            });
            return out;
        }
        if let Some(headline) = headline {
            let place = match headline.position {
                "above" => "directly above the text",
                "below" => "directly below the text",
                "inside" => "between parts of the text",
                _ => "apart from the text, other articles between",
            };
            let said = if headline.shared.is_empty() {
                "none of its words stand in the text".to_owned()
            } else {
                format!("{} of it said again in the text ({})", percent(headline.share), headline.shared.join("、"))
            };
            out.push(format!("headline: {place}; {said}"));
            if let Some(next) = headline.next_best {
                out.push(format!("headline: the next best text for it is article {} with {}", next.article, percent(next.share)));
            }
            out.push(format!("habit of the page: headlines above their text {}, below {}", headline.above, headline.below));
        } else if article.text.is_empty() {
            out.push("a headline that fits no text of the page".to_owned());
        } else if article.warnings.contains(&"headline_uncertain") {
            out.push("headline: one was found but is less sure than `min_confidence`, so it is left out".to_owned());
        } else {
            out.push("headline: none of the page fits this text better than another".to_owned());
        }
        self.boundaries(index, &mut out);
        self.apart(index, &mut out);
        // Drafts of stories come first, in their order.
        if let Some((boundary, title)) = self.doubts.get(index) {
            out.extend(unsure("boundary", boundary));
            out.extend(unsure("title", title).filter(|_| headline.is_some()));
        }
        out
    }

    /// Where its byline and its jump lines stand.
    fn apart(&self, index: usize, out: &mut Vec<String>) {
        let article = &self.seen.articles[index];
        let own = &self.lines[index];
        let fixed = |line: usize| self.read.layout.lines[line].fixed;
        let bylines: Vec<usize> = own.iter().copied().filter(|line| fixed(*line) == Some(Fixed::Byline)).collect();
        for line in &bylines {
            // A byline of several lines is spoken of once.
            if line.checked_sub(1).is_some_and(|above| bylines.contains(&above)) {
                continue;
            }
            let above = line.checked_sub(1).filter(|above| own.binary_search(above).is_ok());
            let place = if above.is_some_and(|above| self.heads[index].contains(&above)) {
                "directly behind the headline".to_owned()
            } else if above.is_some_and(|above| self.bodies[index].contains(&above)) {
                "directly behind the text".to_owned()
            } else if self.bodies[index].contains(&(line + 1)) {
                "directly before the text".to_owned()
            } else {
                let rest = own.iter().filter(|other| !bylines.contains(other));
                let far = rest.map(|other| other.abs_diff(*line)).min().unwrap_or(0);
                format!("{far} lines away from the rest of the article")
            };
            out.push(format!("byline: line {}, {place}", self.printed[*line]));
        }
        if bylines.is_empty() && !article.byline.is_empty() {
            out.push("byline: named in the text itself".to_owned());
        }
        for line in own.iter().filter(|line| matches!(fixed(**line), Some(Fixed::JumpTo | Fixed::JumpFrom))) {
            let to = fixed(*line) == Some(Fixed::JumpTo);
            let label = if to { &article.jump_to } else { &article.jump_from };
            let way = if to { "goes on on" } else { "comes from" };
            out.push(format!("{way} page {}: line {} says so", label.as_deref().unwrap_or("?"), self.printed[*line]));
        }
    }

    /// Why the text begins, goes on elsewhere and ends where it does.
    fn boundaries(&self, index: usize, out: &mut Vec<String>) {
        let body = &self.bodies[index];
        let Some((first, last)) = body.first().zip(body.last()) else { return };
        let layout = &self.read.layout;
        let why = if self.read.parted.contains(first) {
            "no line shows it; the headlines speak of what stands above and below it apart".to_owned()
        } else {
            format!("{:+.1} nats for an opening there", f64::from(layout.opening[*first]) / 1000.0)
        };
        out.push(format!("begins at line {} ({}): {why}", self.printed[*first], layout.roles[*first].name()));
        for pair in body.windows(2) {
            let [a, b] = pair else { continue };
            // Lines of its own headline and byline do not part a text.
            if (a + 1..*b).all(|line| self.lines[index].binary_search(&line).is_ok()) {
                continue;
            }
            let why = match layout.roles[*b] {
                Role::Flow | Role::Resume if !layout.lines[*a].stops() => "the first breaks off in mid-sentence and the second goes on",
                Role::Flow | Role::Resume => "the second goes on with a sentence",
                _ => "no other article opens there",
            };
            out.push(format!("goes on from line {} to line {}: {why}", self.printed[*a], self.printed[*b]));
        }
        if !layout.lines[*last].stops() {
            out.push(format!("ends at line {} in mid-sentence", self.printed[*last]));
        }
    }

    fn person(&self, person: &Person) -> PersonReport {
        let line = person.spans.first().and_then(|span| self.line_at(span.start));
        PersonReport { name: person.name.clone(), role: person.role.clone(), org: person.org.clone(), line }
    }

    /// The number of the line that byte `raw` stands on.
    fn line_at(&self, raw: u32) -> Option<usize> {
        let at = self.places.partition_point(|(span, _)| span.end <= raw);
        self.places.get(at).map(|(_, line)| *line)
    }

    /// The clean text of an article, a piece for each stretch of a line.
    fn pieces(&self, article: &Article) -> Vec<Piece> {
        let mut out: Vec<Piece> = Vec::new();
        for (part, zone) in PARTS {
            let passage = article.passage(zone);
            let starts = passage.runs().iter().map(|run| run.clean).skip(1).chain([passage.text().len() as u32]);
            for (run, end) in passage.runs().iter().zip(starts) {
                let Some(line) = self.line_at(run.raw) else { continue };
                let text = Span::new(run.clean, end).slice(passage.text());
                match out.last_mut().filter(|last| last.part == part && last.line == line) {
                    Some(last) => last.text.push_str(text),
                    None => out.push(Piece { part, line, text: text.to_owned() }),
                }
            }
        }
        out
    }
}

fn topic(topic: &pipeline::Topic) -> TopicReport {
    let mut evidence: Vec<TermReport> = Vec::new();
    for hit in &topic.evidence {
        match evidence.iter_mut().find(|term| *term.term == *hit.term) {
            Some(term) => term.count += 1,
            None => evidence.push(TermReport { term: hit.term.to_string(), count: 1 }),
        }
    }
    TopicReport { id: topic.id.to_string(), label: topic.label.to_string(), score: topic.score, evidence }
}

/// The doubts that weigh most, at most three.
fn unsure(of: &str, doubts: &[(&'static str, i32)]) -> Option<String> {
    const SMALL: i32 = 200;
    let mut doubts: Vec<(&str, i32)> = doubts.iter().copied().filter(|(name, nats)| *name != "base" && *nats >= SMALL).collect();
    doubts.sort_by_key(|(_, nats)| std::cmp::Reverse(*nats));
    let named: Vec<String> = doubts.iter().take(3).map(|(name, nats)| format!("{name} −{:.1}", f64::from(*nats) / 1000.0)).collect();
    (!named.is_empty()).then(|| format!("{of}: less sure by its signs {} nats (stages/data/confidence.txt)", named.join(", ")))
}

fn percent(share: Permille) -> String {
    format!("{} %", (u32::from(share.get()) + 5) / 10)
}

/// The longest stretches of `title`, of two Chinese characters or one Latin word at least, that stand in `text`.
fn shared(title: &str, text: &str) -> Vec<String> {
    let chars: Vec<char> = title.chars().collect();
    let mut out: Vec<String> = Vec::new();
    let mut start = 0;
    while start < chars.len() {
        let mut found = 0;
        let mut piece = String::new();
        for (length, c) in chars[start..].iter().enumerate() {
            if !is_han(*c) && !c.is_ascii_alphanumeric() {
                break;
            }
            piece.push(*c);
            if !text.contains(&piece) {
                piece.pop();
                break;
            }
            found = length + 1;
        }
        let word = piece.chars().all(|c| c.is_ascii_alphanumeric());
        if found >= if word { 3 } else { 2 } {
            if !out.contains(&piece) {
                out.push(piece);
            }
            start += found;
        } else {
            start += 1;
        }
    }
    out
}

/// First and last printed number of lines that are read one after the other.
fn ranges(lines: &[usize], printed: &[usize]) -> Vec<[usize; 2]> {
    let mut out: Vec<[usize; 2]> = Vec::new();
    let mut before = None;
    for line in lines {
        match out.last_mut() {
            Some([_, last]) if before == Some(*line) => *last = printed[*line],
            _ => out.push([printed[*line]; 2]),
        }
        before = Some(line + 1);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_headline_are_as_long_as_they_can_be() {
        assert_eq!(shared("十年护河一条河清到底", "东港镇的护河队十年没有断过，一条河清了"), ["十年", "护河", "一条河清"]);
        assert_eq!(shared("5G进村", "村里有了5G"), Vec::<String>::new());
        assert_eq!(shared("Apple opens", "an Apple a day"), ["Apple"]);
    }
}
