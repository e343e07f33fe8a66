//! An explanation for a terminal of 100 columns, in colour where colour is wanted.

use std::fmt::Write;

use anstream::{AutoStream, ColorChoice};
use anstyle::{Ansi256Color, AnsiColor, Style};
use stages::explain::{ArticleReport, LineReport, PageReport, PartReport, StageReport};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

const COLUMNS: usize = 100;

/// Colours that colour-blind people can tell apart (Okabe and Ito), as near as a terminal has them.
const COLOURS: [u8; 7] = [208, 39, 36, 220, 33, 166, 175];

/// Less sure than this is marked.
const SURE: u16 = 600;

/// Whether stdout wants colours: it is a terminal, and neither `NO_COLOR` nor the terminal's kind says otherwise.
pub(super) fn takes_colours() -> bool {
    AutoStream::choice(&std::io::stdout()) != ColorChoice::Never
}

pub(super) fn render(reports: &[PageReport], colours: bool) -> String {
    let mut pen = Pen { out: String::new(), colours };
    for (at, report) in reports.iter().enumerate() {
        if at > 0 {
            pen.line("");
        }
        page(&mut pen, report);
    }
    pen.out
}

/// Writes text with styles, or without any.
struct Pen {
    out: String,
    colours: bool,
}

impl Pen {
    fn styled(&self, style: Style, text: &str) -> String {
        if self.colours && !text.is_empty() { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    fn line(&mut self, text: &str) {
        writeln!(self.out, "{}", text.trim_end()).expect("a String takes all that is written to it");
    }

    /// Text folded at the last column, every line set in by `indent`.
    fn folded(&mut self, style: Style, indent: usize, text: &str) {
        for row in fold(text, COLUMNS - indent) {
            let row = self.styled(style, &row);
            self.line(&format!("{:indent$}{row}", ""));
        }
    }
}

fn bold() -> Style {
    Style::new().bold()
}

fn dim() -> Style {
    Style::new().dimmed()
}

fn warning() -> Style {
    Style::new().bold().fg_color(Some(AnsiColor::Yellow.into()))
}

fn colour_of(article: Option<usize>) -> Style {
    article.map_or_else(dim, |number| Style::new().fg_color(Some(Ansi256Color(COLOURS[(number - 1) % COLOURS.len()]).into())))
}

fn page(pen: &mut Pen, report: &PageReport) {
    let title = pen.styled(bold(), &plain(&report.page_id));
    let pieces = report.articles.iter().filter(|article| article.number.is_some()).count();
    let blanks = match report.blanks {
        "mark_edges" => "blank lines mark edges",
        "between_blocks" => "blank lines between blocks",
        _ => "no blank lines",
    };
    let counts = format!("page {}, {}, {} lines, {pieces} articles, {blanks}", report.page_no, report.encoding, report.lines.len());
    pen.line(&format!("{title}  {counts}"));
    for stage in &report.stages {
        pen.line(&format!("  {:<18}{}", stage.stage, did(stage)));
    }
    for code in &report.warnings {
        let code = pen.styled(warning(), code);
        pen.line(&format!("  {code}"));
    }
    for piece in report.articles.iter().filter(|article| article.number.is_some()) {
        pen.line("");
        article(pen, piece);
    }
    pen.line("");
    let head = format!("{:>5} {:>3} {:<9} {:<9} {}", "line", "art", "part", "role", "as read");
    let head = pen.styled(bold(), &head);
    pen.line(&head);
    for entry in &report.lines {
        line(pen, entry);
    }
}

fn did(stage: &StageReport) -> String {
    let mut done: Vec<String> = stage.repairs.iter().map(|repair| format!("{} {}", repair.count, repair.why)).collect();
    if stage.joined > 0 {
        done.push(format!("{} line ends joined", stage.joined));
    }
    if stage.moved > 0 {
        done.push(format!("{} lines moved", stage.moved));
    }
    if done.is_empty() { "changed nothing".to_owned() } else { done.join(", ") }
}

fn article(pen: &mut Pen, article: &ArticleReport) {
    let number = article.number.map_or_else(String::new, |number| number.to_string());
    let badge = pen.styled(colour_of(article.number).bold(), &format!("{number:>3} ┃"));
    let title = article.title.as_deref().map_or_else(|| "(no headline)".to_owned(), plain);
    let title = pen.styled(bold(), &cut(&title, COLUMNS - 17));
    pen.line(&format!("{badge} {:<11}{title}", article.kind.name()));
    let confidence =
        [("boundary", article.confidence.boundary), ("title", article.confidence.title), ("byline", article.confidence.byline)];
    let confidence = confidence.map(|(of, sure)| {
        let said = format!("{of} {}.{:03}", sure.get() / 1000, sure.get() % 1000);
        if sure.get() < SURE { pen.styled(warning(), &format!("{said} ?")) } else { said }
    });
    let lines: Vec<String> = article.lines.iter().map(|[first, last]| range(*first, *last)).collect();
    pen.line(&format!("      {}", confidence.join(", ")));
    pen.folded(Style::new(), 6, &format!("lines {}", lines.join(", ")));
    let names: Vec<String> = article.byline.iter().map(|person| plain(&person.name)).collect();
    if !names.is_empty() {
        pen.folded(Style::new(), 6, &format!("byline {}", names.join("、")));
    }
    for topic in &article.topics {
        let terms: Vec<String> = topic.evidence.iter().map(|term| times(&term.term, term.count)).collect();
        let score = topic.score.get();
        pen.folded(Style::new(), 6, &plain(&format!("topic {} {}.{:03}: {}", topic.label, score / 1000, score % 1000, terms.join(" "))));
    }
    for reason in &article.reasons {
        pen.folded(dim(), 6, &plain(reason));
    }
    if let Some(whole) = &article.part_of {
        pen.folded(Style::new(), 6, &plain(&format!("stitched onto {}", part(whole))));
    } else if !article.comes_out {
        pen.folded(warning(), 6, "does not leave the chain: a later stage filters it");
    }
    for own in &article.continuations {
        pen.folded(Style::new(), 6, &plain(&format!("goes on with {}", part(own))));
    }
    if !article.warnings.is_empty() {
        pen.folded(warning(), 6, &article.warnings.join(", "));
    }
}

fn part(part: &PartReport) -> String {
    let sure = part.confidence.get();
    format!(
        "{} of page {} ({}.{:03})",
        part.title.as_deref().unwrap_or("a part without a headline"),
        part.page_id,
        sure / 1000,
        sure % 1000
    )
}

fn times(term: &str, count: usize) -> String {
    if count == 1 { term.to_owned() } else { format!("{term}×{count}") }
}

fn range(first: usize, last: usize) -> String {
    if first == last { first.to_string() } else { format!("{first}–{last}") }
}

fn line(pen: &mut Pen, line: &LineReport) {
    if line.blanks_before > 0 {
        pen.line("");
    }
    let style = colour_of(line.article);
    let number = line.article.map_or_else(|| "·".to_owned(), |number| number.to_string());
    let parts = line.parts.join("+");
    let role = line.wording.unwrap_or(line.role);
    let role = if line.doubtful { pen.styled(warning(), &format!("{:<9}", format!("{role}?"))) } else { format!("{role:<9}") };
    let badge = pen.styled(style.bold(), &format!("{number:>3}"));
    let part = pen.styled(style, &format!("{parts:<9}"));
    let text = cut(&plain(&line.text), COLUMNS - 30);
    let strong = line.parts.iter().any(|part| matches!(*part, "kicker" | "title" | "subtitle"));
    let text = if line.article.is_none() {
        pen.styled(dim(), &text)
    } else if strong {
        pen.styled(bold(), &text)
    } else {
        text
    };
    pen.line(&format!("{:>5} {badge} {part} {role} {text}", line.line));
    let width = line.width.map_or_else(|| "no line of print".to_owned(), |[least, most]| ems(least, most));
    let mut why = vec![format!("{width} in a measure of {}", line.measure)];
    why.extend(line.reasons.iter().cloned());
    for repair in &line.repairs {
        let read = if repair.read_as.is_empty() { "left out".to_owned() } else { format!("read as {}", repair.read_as) };
        why.push(format!("{}: {} “{}” {read}", repair.stage, repair.why, repair.printed));
    }
    pen.folded(dim(), 10, &plain(&why.join(" · ")));
}

fn ems(least: f64, most: f64) -> String {
    if (most - least).abs() < 0.005 { format!("{least} em") } else { format!("{least}–{most} em") }
}

/// Text that cannot command a terminal: controls and marks that turn the direction of text are shown as �.
fn plain(text: &str) -> String {
    let harmless = |c: char| !c.is_control() && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}');
    text.chars().map(|c| if harmless(c) { c } else { '\u{fffd}' }).collect()
}

/// `text`, cut to `columns` with an ellipsis.
fn cut(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > columns {
            break;
        }
        out.push(c);
    }
    out + "…"
}

/// `text` in rows of at most `columns`, broken at spaces where there are some.
fn fold(text: &str, columns: usize) -> Vec<String> {
    let mut rows = Vec::new();
    let mut row = String::new();
    for word in text.split(' ') {
        if !row.is_empty() && row.width() + 1 + word.width() > columns {
            rows.push(std::mem::take(&mut row));
        }
        if !row.is_empty() {
            row.push(' ');
        }
        for c in word.chars() {
            if row.width() + c.width().unwrap_or(0) > columns {
                rows.push(std::mem::take(&mut row));
            }
            row.push(c);
        }
    }
    rows.push(row);
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_fit_their_columns() {
        let text = "short words and 一行很长很长没有空格的中文文字放不下 end";
        let rows = fold(text, 20);
        assert!(rows.iter().all(|row| row.width() <= 20), "{rows:?}");
        assert_eq!(rows.concat().replace(' ', ""), text.replace(' ', ""));
        assert_eq!(cut("会议强调会议", 9), "会议强调…");
        assert_eq!(cut("会议强调", 8), "会议强调");
    }

    #[test]
    fn a_page_cannot_command_the_terminal() {
        assert_eq!(plain("\u{1b}[31m红\u{202e}"), "\u{fffd}[31m红\u{fffd}");
    }
}
