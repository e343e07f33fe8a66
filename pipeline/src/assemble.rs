//! Layout decisions to articles: copies the text once and proves that nothing was lost and nothing used twice.
//!
//! What belongs to which article is decided by a stage; this file only carries it out.

use std::sync::Arc;

use crate::article::{Article, Confidence, Kind, Person, Reading};
use crate::failure::StageError;
use crate::page::Page;
use crate::passage::{Fragment, Passage};
use crate::span::{Span, melt};

/// What an article is made of, in spans of the page. All spans of all drafts of a page must be disjoint and cover every
/// non-blank character of it.
#[derive(Clone, Debug)]
pub struct Draft {
    /// What it is.
    pub kind: Kind,
    /// The line above the title.
    pub kicker: Vec<Fragment>,
    /// The headline.
    pub title: Vec<Fragment>,
    /// The line below the title.
    pub subtitle: Vec<Fragment>,
    /// The body, dateline included.
    pub body: Vec<Fragment>,
    /// Part of `body` that is a dateline.
    pub dateline: Option<Span>,
    /// What belongs to the article without being in its title or text: byline lines, credits, jump lines.
    pub apart: Vec<Span>,
    /// Names found in `apart` or in the body.
    pub byline: Vec<Person>,
    /// Label of the page it goes on.
    pub jump_to: Option<String>,
    /// Label of the page it comes from.
    pub jump_from: Option<String>,
    /// Whether both ends are here.
    pub complete: bool,
    /// How sure it is.
    pub confidence: Confidence,
    /// Codes of what is doubtful.
    pub warnings: Vec<&'static str>,
}

impl Draft {
    /// An empty draft of `kind`, complete, with no confidence in anything.
    pub fn new(kind: Kind) -> Self {
        Self {
            kind,
            kicker: Vec::new(),
            title: Vec::new(),
            subtitle: Vec::new(),
            body: Vec::new(),
            dateline: None,
            apart: Vec::new(),
            byline: Vec::new(),
            jump_to: None,
            jump_from: None,
            complete: true,
            confidence: Confidence::default(),
            warnings: Vec::new(),
        }
    }

    fn spans(&self) -> impl Iterator<Item = Span> + '_ {
        let fragments = self.kicker.iter().chain(&self.title).chain(&self.subtitle).chain(&self.body);
        fragments.map(|fragment| fragment.span).chain(self.apart.iter().copied())
    }
}

/// Makes the articles of a page, in the order of `drafts`.
///
/// # Errors
/// `lost_text` when a non-blank character of the page is in no draft, `text_used_twice` when it is in two: both are bugs of the
/// stage that made the drafts, and the page becomes a dead letter instead of wrong articles.
pub fn assemble(page: &Page, drafts: Vec<Draft>) -> Result<Vec<Article>, StageError> {
    prove(page, &drafts)?;
    let articles = drafts.into_iter().enumerate().map(|(ordinal, draft)| {
        let spans = melt_over_blanks(page.text(), draft.spans().collect());
        let text = Passage::copy(page, &draft.body);
        let dateline = draft.dateline.and_then(|raw| {
            let last = page.text().get(..raw.end as usize)?.char_indices().next_back()?.0 as u32;
            let end = text.to_clean(last)?;
            let width = text.text().get(end as usize..)?.chars().next()?.len_utf8() as u32;
            let start = text.to_clean(raw.start)?;
            (start <= end).then(|| Span::new(start, end + width))
        });
        let mut article = Article {
            sheet: Arc::clone(&page.sheet),
            begin: spans.first().map_or(0, |span| span.start),
            ordinal: ordinal as u32,
            rev: 0,
            kind: draft.kind,
            kicker: Passage::copy(page, &draft.kicker),
            title: Passage::copy(page, &draft.title),
            subtitle: Passage::copy(page, &draft.subtitle),
            dateline,
            text,
            byline: draft.byline,
            tokens: Vec::new(),
            topics: Vec::new(),
            keywords: Vec::new(),
            entities: Vec::new(),
            dates: Vec::new(),
            jump_to: draft.jump_to,
            jump_from: draft.jump_from,
            complete: draft.complete,
            confidence: draft.confidence,
            repairs: readings(page, &spans),
            spans,
            continuations: Vec::new(),
            part_of: None,
            warnings: page.warnings.clone(),
            lease: page.lease.clone(),
        };
        for code in draft.warnings {
            article.warn(code);
        }
        article
    });
    Ok(articles.collect())
}

fn prove(page: &Page, drafts: &[Draft]) -> Result<(), StageError> {
    let mut used: Vec<Span> = drafts.iter().flat_map(Draft::spans).filter(|span| !span.is_empty()).collect();
    // The lines of a draft are in order mostly, and this sort makes use of that.
    used.sort();
    if let Some(pair) = used.windows(2).find(|pair| matches!(pair, [a, b] if a.meets(*b))) {
        return Err(StageError::new("text_used_twice", "two articles claim the same text; please report this page as a bug").at(pair[1]));
    }
    let text = page.text();
    let mut at = 0;
    let ends = used.iter().map(|span| (span.start, span.end)).chain([(text.len() as u32, text.len() as u32)]);
    for (start, end) in ends {
        let gap = Span::new(at, start);
        if !gap.is_blank(text) {
            let message = "text that no article and no furniture claims; please report this page as a bug";
            return Err(StageError::new("lost_text", message).at(gap.trimmed(text)));
        }
        at = end;
    }
    Ok(())
}

/// Melts spans that only white space divides, so that an article set in one column has one span.
fn melt_over_blanks(text: &str, spans: Vec<Span>) -> Vec<Span> {
    let mut out: Vec<Span> = Vec::new();
    for span in melt(spans) {
        match out.last_mut() {
            Some(last) if Span::new(last.end, span.start).is_blank(text) => last.end = span.end,
            _ => out.push(span),
        }
    }
    out
}

/// The repairs of non-blank characters inside `spans`.
fn readings(page: &Page, spans: &[Span]) -> Vec<Reading> {
    let edits = spans.iter().flat_map(|span| page.edits_in(*span));
    edits
        .filter(|edit| edit.with.is_some() || !edit.span.is_blank(page.text()))
        .map(|edit| Reading { span: edit.span, with: edit.with, why: edit.why })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws;
    use crate::page::Glue;

    fn fragment(page: &Page, line: usize) -> Fragment {
        Fragment { span: page.lines[line].span, glue: Glue::Join }
    }

    #[test]
    fn builds_an_article() {
        let page = laws::page("标题\n\n本报讯 会议\n召开。\n■记者 王强");
        let mut draft = Draft::new(Kind::Article);
        draft.title = vec![fragment(&page, 0)];
        draft.body = vec![fragment(&page, 1), fragment(&page, 2)];
        draft.apart = vec![page.lines[3].span];
        let start = page.lines[1].span.start;
        draft.dateline = Some(Span::new(start, start + "本报讯".len() as u32));
        let articles = assemble(&page, vec![draft]).unwrap();
        let article = &articles[0];
        assert_eq!((article.title.text(), article.text.text()), ("标题", "本报讯 会议召开。"));
        assert_eq!(article.dateline.unwrap().slice(article.text.text()), "本报讯");
        assert_eq!(article.spans, vec![Span::new(0, page.text().len() as u32)]);
        assert!(article.id().starts_with('a'));
    }

    #[test]
    fn refuses_to_lose_or_repeat_text() {
        let page = laws::page("甲\n乙");
        let mut draft = Draft::new(Kind::Article);
        draft.body = vec![fragment(&page, 0)];
        assert_eq!(assemble(&page, vec![draft.clone()]).unwrap_err().code, "lost_text");
        draft.body.push(fragment(&page, 1));
        assert!(assemble(&page, vec![draft.clone()]).is_ok());
        draft.apart.push(page.lines[1].span);
        assert_eq!(assemble(&page, vec![draft]).unwrap_err().code, "text_used_twice");
    }
}
