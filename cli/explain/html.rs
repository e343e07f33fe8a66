//! An explanation as one HTML file that needs nothing else: the page at the left, its articles at the right.
//!
//! All that is read is written here, so the file says the same printed and without a script; `page.js` only lights up what
//! belongs together and shows the reasons of the line that is pointed at, from the report embedded as JSON.

use std::fmt::Write;

use stages::explain::{ArticleReport, LineReport, PageReport, PartReport, PersonReport};

const TEMPLATE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Less sure than this is marked, in thousandths.
const SURE: u16 = 600;

/// Colours there are; further articles have them again with another edge.
const COLOURS: usize = 7;

pub(super) fn render(reports: &[PageReport]) -> String {
    let title = reports.first().map_or("", |report| report.page_id.as_str());
    let pages: String = reports.iter().enumerate().map(|(at, report)| page(at, report)).collect();
    let lines: Vec<&Vec<LineReport>> = reports.iter().map(|report| &report.lines).collect();
    let data = serde_json::to_string(&lines).expect("a report has string keys only");
    // Inside a script element only `</` could end it, and `<!--` change how it is read.
    let data = data.replace('<', "\\u003c");
    let mut out = String::with_capacity(TEMPLATE.len() + STYLE.len() + SCRIPT.len() + pages.len() + data.len());
    // The template is cut at its marks once, so that nothing that is put in is looked at again.
    for piece in TEMPLATE.split("{{") {
        match piece.split_once("}}") {
            Some((mark, rest)) => {
                match mark {
                    "title" => out.push_str(&escape(title)),
                    "style" => out.push_str(STYLE),
                    "tabs" => out.push_str(&tabs(reports)),
                    "pages" => out.push_str(&pages),
                    "data" => out.push_str(&data),
                    "script" => out.push_str(SCRIPT),
                    other => unreachable!("page.html has no mark {other}"),
                }
                out.push_str(rest);
            }
            None => out.push_str(piece),
        }
    }
    out
}

/// Text as HTML, inside elements and quoted attributes. Control characters, which HTML does not allow, are shown as �.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(c),
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("a String takes all that is written to it");
}

fn tabs(reports: &[PageReport]) -> String {
    if reports.len() < 2 {
        return String::new();
    }
    let tab = |(at, report): (usize, &PageReport)| {
        format!("<button type=\"button\" data-tab=\"{at}\" aria-pressed=\"{}\">{}</button>", at == 0, escape(&report.page_id))
    };
    format!("<nav class=\"tabs\" aria-label=\"pages\">{}</nav>", reports.iter().enumerate().map(tab).collect::<String>())
}

fn page(at: usize, report: &PageReport) -> String {
    let mut out = String::new();
    let (pieces, furniture): (Vec<_>, Vec<_>) = report.articles.iter().partition(|article| article.number.is_some());
    let blanks = match report.blanks {
        "mark_edges" => "blank lines mark edges",
        "between_blocks" => "blank lines between blocks",
        _ => "no blank lines",
    };
    put(&mut out, format_args!("<section class=\"page\" data-page=\"{at}\" aria-label=\"{}\">\n", escape(&report.page_id)));
    put(
        &mut out,
        format_args!(
            "<header class=\"about\"><h1>{}</h1><p>page {}, {}, {} lines, {} articles, {blanks}</p>",
            escape(&report.page_id),
            report.page_no,
            escape(report.encoding),
            report.lines.len(),
            pieces.len()
        ),
    );
    put(&mut out, format_args!("<p class=\"stages\">{}</p>", report.stages.iter().map(stage).collect::<String>()));
    for code in &report.warnings {
        put(&mut out, format_args!("<p class=\"warning\">{code}</p>"));
    }
    out.push_str("</header>\n<div class=\"map\" aria-hidden=\"true\">");
    for line in &report.lines {
        put(&mut out, format_args!("<i{}></i>", colour(line.article)));
    }
    out.push_str("</div>\n<ol class=\"lines\" aria-label=\"the page, line by line\">\n");
    for (index, entry) in report.lines.iter().enumerate() {
        line(&mut out, index, entry);
    }
    out.push_str("</ol>\n<div class=\"articles\">\n");
    for piece in &pieces {
        article(&mut out, piece);
    }
    if !furniture.is_empty() {
        put(&mut out, format_args!("<details class=\"furniture\"><summary>furniture of the page ({})</summary>\n", furniture.len()));
        for piece in furniture {
            put(&mut out, format_args!("<p>{}</p>\n", body(piece, "body")));
        }
        out.push_str("</details>\n");
    }
    out.push_str("</div>\n</section>\n");
    out
}

fn stage(stage: &stages::explain::StageReport) -> String {
    let repairs = stage.repairs.iter().map(|repair| format!("{} {}", repair.count, repair.why));
    let joined = (stage.joined > 0).then(|| format!("{} line ends joined", stage.joined));
    let moved = (stage.moved > 0).then(|| format!("{} lines moved", stage.moved));
    let done: Vec<String> = repairs.chain(joined).chain(moved).collect();
    let done = if done.is_empty() { "changed nothing".to_owned() } else { done.join(", ") };
    format!("<span><b>{}</b> {done}</span>", escape(stage.stage))
}

/// The attributes that give an element the colour of its article.
fn colour(article: Option<usize>) -> String {
    article.map_or_else(String::new, |number| {
        let round = (number - 1) / COLOURS % 3;
        format!(" data-a=\"{number}\" class=\"c{} r{round}\"", (number - 1) % COLOURS)
    })
}

fn line(out: &mut String, index: usize, line: &LineReport) {
    let mut classes = vec![format!("role-{}", line.role)];
    classes.extend(line.parts.iter().map(|part| format!("part-{part}")));
    if let Some(number) = line.article {
        classes.push(format!("c{} r{}", (number - 1) % COLOURS, (number - 1) / COLOURS % 3));
    }
    let marks =
        [(line.blanks_before > 0, "blank"), (line.doubtful, "doubtful"), (!line.repairs.is_empty(), "repaired"), (line.moved, "moved")];
    classes.extend(marks.iter().filter(|(holds, _)| *holds).map(|(_, name)| (*name).to_owned()));
    let number = line.article.map_or_else(|| "·".to_owned(), |number| number.to_string());
    let data = line.article.map_or_else(String::new, |number| format!(" data-a=\"{number}\""));
    put(
        out,
        format_args!(
            "<li class=\"{}\"{data} data-i=\"{index}\" data-l=\"{}\" tabindex=\"{}\">",
            classes.join(" "),
            line.line,
            if index == 0 { 0 } else { -1 }
        ),
    );
    put(out, format_args!("<span class=\"no\">{}</span><span class=\"badge\">{number}</span>", line.line));
    let glue = if line.glue == "break" { "<i>¶</i>" } else { "" };
    put(out, format_args!("<span><span class=\"text\">{}</span>{glue}</span>", escape(&line.text)));
    let part = match line.parts.as_slice() {
        ["body"] => "",
        [] => "dropped",
        parts => &parts.join(" + "),
    };
    let role = line.wording.unwrap_or(line.role).replace('_', " ");
    let said = if part.is_empty() || role == part || role.starts_with(part) { role } else { format!("{part} · {role}") };
    let doubt = if line.doubtful { " ?" } else { "" };
    put(out, format_args!("<span class=\"role\">{}{doubt}</span></li>\n", if said == "flow" && !line.doubtful { "" } else { &said }));
}

fn article(out: &mut String, article: &ArticleReport) {
    let number = article.number.unwrap_or_default();
    let (colour, round) = ((number.max(1) - 1) % COLOURS, (number.max(1) - 1) / COLOURS % 3);
    put(
        out,
        format_args!(
            "<article class=\"c{colour} r{round}\" data-a=\"{number}\" tabindex=\"0\">\n<div class=\"facts\"><span class=\"badge\">{number}</span><span class=\"kind\">{}</span>",
            article.kind.name()
        ),
    );
    let sure = &article.confidence;
    let wanted = [
        ("boundary", sure.boundary, true),
        ("title", sure.title, article.title.is_some()),
        ("byline", sure.byline, !article.byline.is_empty()),
    ];
    for (of, sure, _) in wanted.into_iter().filter(|(_, _, there)| *there) {
        let low = if sure.get() < SURE { " low" } else { "" };
        let mark = if low.is_empty() { "" } else { "⚠ " };
        put(
            out,
            format_args!(
                "<span class=\"sure{low}\" style=\"--sure:{}%\">{mark}{of} {}.{:03}</span>",
                sure.get() / 10,
                sure.get() / 1000,
                sure.get() % 1000
            ),
        );
    }
    out.push_str("</div>\n");
    for (part, element) in [("kicker", "p"), ("title", "h2"), ("subtitle", "p")] {
        if article.pieces.iter().any(|piece| piece.part == part) {
            put(out, format_args!("<{element} class=\"{part}\">{}</{element}>\n", body(article, part)));
        }
    }
    if article.title.is_none() {
        out.push_str("<h2 class=\"title none\">no headline</h2>\n");
    }
    let people: Vec<String> = article.byline.iter().map(person).collect();
    if !people.is_empty() {
        put(out, format_args!("<p class=\"byline\">{}</p>\n", people.join("  ")));
    }
    if !article.topics.is_empty() {
        out.push_str("<ul class=\"topics\">");
        for topic in &article.topics {
            let terms: Vec<String> = topic
                .evidence
                .iter()
                .map(|term| if term.count == 1 { term.term.clone() } else { format!("{}×{}", term.term, term.count) })
                .collect();
            let score = topic.score.get();
            put(
                out,
                format_args!(
                    "<li title=\"{}\">{} <small>{}.{:03}</small></li>",
                    escape(&terms.join("、")),
                    escape(&topic.label),
                    score / 1000,
                    score % 1000
                ),
            );
        }
        out.push_str("</ul>\n");
    }
    out.push_str("<details class=\"why\"><summary>why so</summary><ul>");
    for reason in &article.reasons {
        put(out, format_args!("<li>{}</li>", escape(reason)));
    }
    out.push_str("</ul></details>\n");
    let gone = (!article.comes_out && article.part_of.is_none()).then_some("left out by a later stage");
    let warnings: Vec<String> = article.warnings.iter().copied().chain(gone).map(|code| escape(&code.replace('_', " "))).collect();
    if !warnings.is_empty() {
        put(out, format_args!("<p class=\"warning\">⚠ {}</p>\n", warnings.join(", ")));
    }
    if let Some(whole) = &article.part_of {
        put(out, format_args!("<p class=\"jump\">⇠ stitched onto {}</p>\n", part(whole)));
    } else if let Some(page) = &article.jump_from {
        put(out, format_args!("<p class=\"jump\">⇠ from page {}</p>\n", escape(page)));
    }
    put(out, format_args!("<div class=\"body\"><p>{}</p></div>\n", body(article, "body")));
    for own in &article.continuations {
        put(out, format_args!("<p class=\"jump\">goes on with {} ⇢</p>\n", part(own)));
    }
    if let Some(page) = article.jump_to.as_ref().filter(|_| article.continuations.is_empty()) {
        put(out, format_args!("<p class=\"jump\">goes on on page {} ⇢</p>\n", escape(page)));
    }
    out.push_str("</article>\n");
}

fn part(part: &PartReport) -> String {
    let low = if part.confidence.get() < SURE { " ⚠" } else { "" };
    let title = part.title.as_deref().unwrap_or("a part without a headline");
    let sure = part.confidence.get();
    format!("<b>{}</b> of page {}{low} <small>{}.{:03}</small>", escape(title), escape(&part.page_id), sure / 1000, sure % 1000)
}

fn person(person: &PersonReport) -> String {
    let role: Vec<String> = [&person.org, &person.role].into_iter().flatten().map(|word| escape(word)).collect();
    let role = if role.is_empty() { String::new() } else { format!("<small>{}</small> ", role.join(" ")) };
    let line = person.line.map_or_else(String::new, |line| format!(" data-l=\"{line}\""));
    format!("<span{line}>{role}{}</span>", escape(&person.name))
}

/// One part of the clean text, each stretch with the line it comes from.
fn body(article: &ArticleReport, part: &str) -> String {
    let mut out = String::new();
    for piece in article.pieces.iter().filter(|piece| piece.part == part) {
        for (at, text) in piece.text.split('\n').enumerate() {
            if at > 0 {
                out.push_str(if part == "body" { "</p><p>" } else { "<br>" });
            }
            if !text.is_empty() {
                put(&mut out, format_args!("<span data-l=\"{}\">{}</span>", piece.line, escape(text)));
            }
        }
    }
    out.replace("<p></p>", "")
}
