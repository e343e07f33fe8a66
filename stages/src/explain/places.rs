//! Where every stretch of a page went: the way from a line to its article and the parts it plays there.

use pipeline::{Article, Page, Span, Zone};

/// Where a stretch of the sheet went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    span: Span,
    article: usize,
    /// `None`: it belongs to the article without being in its clean text.
    part: Option<&'static str>,
}

/// Where everything on a page went.
pub(super) struct Places {
    /// What was copied, in the order of the sheet.
    copied: Vec<Place>,
    /// What belongs to an article, in the order of the sheet.
    owned: Vec<Place>,
}

/// The parts of an article that have clean text.
pub(super) const PARTS: [(&str, Zone); 4] =
    [("kicker", Zone::Kicker), ("title", Zone::Title), ("subtitle", Zone::Subtitle), ("body", Zone::Text)];

impl Places {
    pub(super) fn of(articles: &[Article]) -> Self {
        let (mut copied, mut owned) = (Vec::new(), Vec::new());
        for (index, article) in articles.iter().enumerate() {
            for (part, zone) in PARTS {
                let runs = article.passage(zone).runs().iter();
                copied.extend(runs.map(|run| Place { span: Span::new(run.raw, run.raw + run.raw_len), article: index, part: Some(part) }));
            }
            owned.extend(article.spans.iter().map(|span| Place { span: *span, article: index, part: None }));
        }
        copied.sort_unstable_by_key(|place| place.span);
        owned.sort_unstable_by_key(|place| place.span);
        Self { copied, owned }
    }

    /// The article that has byte `raw`, and the part of it the byte was copied to.
    fn at(&self, raw: u32) -> Option<(usize, Option<&'static str>)> {
        let find = |places: &[Place]| {
            let next = places.partition_point(|place| place.span.end <= raw);
            places.get(next).filter(|place| place.span.start <= raw).copied()
        };
        find(&self.copied).or_else(|| find(&self.owned)).map(|place| (place.article, place.part))
    }

    /// The article of a line, and for each stretch of it the part it plays there, in the order of the line.
    pub(super) fn of_line(&self, page: &Page, line: usize) -> Option<(usize, Vec<Option<&'static str>>)> {
        let span = page.lines[line].span;
        let mut parts: Vec<Option<&'static str>> = Vec::new();
        let mut owner = None;
        for (at, _) in page.chars(span).filter(|(_, c)| !c.is_whitespace()) {
            let Some((article, part)) = self.at(at) else { continue };
            owner.get_or_insert(article);
            if !parts.contains(&part) {
                parts.push(part);
            }
        }
        // Of a line that is left out as a whole nothing was copied.
        owner.or_else(|| self.at(span.start).map(|(article, _)| article)).map(|owner| (owner, parts))
    }
}
