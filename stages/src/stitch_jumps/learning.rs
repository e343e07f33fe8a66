//! What the tool that learns weights sees of the parts of an issue; no part of the program.

use std::sync::Arc;

use pipeline::{Article, Size};

pub(crate) use super::evidence::LINK;
use super::{Config, Part, Stitch, links};

/// Parts of an issue and what speaks for their links.
pub(crate) struct Jumps {
    /// Page and text of each part.
    pub(crate) parts: Vec<(Arc<str>, String)>,
    /// Head, tail, signs.
    pub(crate) links: Vec<(usize, usize, Vec<i32>)>,
}

/// All that might be linked among the articles of an issue.
pub(crate) fn jumps(articles: Vec<Article>) -> Jumps {
    let mut stage = Stitch::new(Config { max_parts: usize::MAX, max_bytes: Size(u64::MAX), ..Config::default() });
    let mut ready = Vec::new();
    for article in articles {
        stage.turn_page(&article, &mut ready);
        stage.take(article, &mut ready);
    }
    stage.name_page();
    let links = links::signs(&stage.parts);
    let part = |part: &Part| (Arc::clone(&part.article.sheet.identity.page_id), part.article.text.text().to_owned());
    Jumps { parts: stage.parts.iter().map(part).collect(), links }
}
