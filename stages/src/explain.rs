//! What each stage decided for every line of a page, and why: the report behind `jianbao explain`.
//!
//! [`watch`] looks over the shoulder of a built chain, and the reports are made from what it saw. Nothing is decided here, and
//! nothing is shown: colours, terminals and HTML are the command line's.

mod articles;
mod lines;
mod places;
mod report;
mod roles;
mod watch;
mod words;

use std::collections::HashMap;

use crate::detect_articles::Read;
use crate::layout::blanks::Blanks;

use articles::{Context, numbers};
use places::Places;
pub use report::{
    ArticleReport, HeadlineReport, LineRepair, LineReport, NextBest, PageReport, PartReport, PersonReport, Piece, RepairCount, RivalReport,
    SCHEMA, SignReport, StageReport, TermReport, TopicReport,
};
use watch::Seen;
pub use watch::{Watch, watch};

/// The JSON Schema of the report.
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(PageReport)
}

/// The report on a page that was seen on its way; `None` when not even its text was seen.
fn report_on(seen: &Seen, wholes: &HashMap<String, PartReport>) -> Option<PageReport> {
    let page = &seen.snapshots.last()?.page;
    let read = Read::of(page);
    let layout = &read.layout;
    let view = layout.view();
    let printed = lines::printed_numbers(page);
    let numbers = numbers(&seen.articles);
    let places = Places::of(&seen.articles);
    let went: Vec<_> = (0..page.lines.len()).map(|line| places.of_line(page, line)).collect();
    let of_article = |wanted: &dyn Fn(&str) -> bool| {
        let mut out = vec![Vec::new(); seen.articles.len()];
        for (line, (article, parts)) in went.iter().enumerate().filter_map(|(line, went)| Some((line, went.as_ref()?))) {
            if parts.iter().any(|part| wanted(part.unwrap_or_default())) {
                out[*article].push(line);
            }
        }
        out
    };
    let heads = of_article(&|part| matches!(part, "kicker" | "title" | "subtitle"));
    let bodies = of_article(&|part| part == "body");
    let all = of_article(&|_| true);
    let mut in_print: Vec<_> = page.lines.iter().map(|line| line.span).zip(printed.iter().copied()).collect();
    in_print.sort_unstable();
    let context = Context {
        page,
        read: &read,
        seen,
        wholes,
        doubts: read.why_unsure(),
        heads,
        bodies,
        lines: all,
        printed: &printed,
        places: in_print,
        numbers: &numbers,
    };
    let articles = context.reports();
    let lines = lines::reports(seen, &context, &articles, roles::why(&view, &layout.roles), &went);
    let identity = &page.sheet.identity;
    Some(PageReport {
        schema: SCHEMA,
        doc_id: identity.doc_id.to_string(),
        page_id: identity.page_id.to_string(),
        page_no: identity.page_no,
        encoding: page.sheet.encoding,
        blanks: match view.blanks {
            Blanks::MarkEdges => "mark_edges",
            Blanks::BetweenBlocks => "between_blocks",
            Blanks::Absent => "absent",
        },
        stages: lines::stages(seen),
        lines,
        articles,
        warnings: page.warnings.clone(),
    })
}
