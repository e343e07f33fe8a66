//! Tables of text in columns, Chinese counted as wide as terminals show it.

use unicode_width::UnicodeWidthStr;

/// Rows under a head. The first `left` columns are flush left, the others flush right.
pub(super) fn table(head: &[&str], rows: &[Vec<String>], left: usize) -> String {
    let mut widths: Vec<usize> = head.iter().map(|cell| cell.width()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.width());
        }
    }
    let line = |cells: &mut dyn Iterator<Item = &str>| -> String {
        let cells = cells.zip(&widths).enumerate().map(|(at, (cell, width))| {
            let padding = " ".repeat(width - cell.width());
            if at < left { format!("{cell}{padding}") } else { format!("{padding}{cell}") }
        });
        let cells: Vec<String> = cells.collect();
        format!("{}\n", cells.join("  ").trim_end())
    };
    let mut out = line(&mut head.iter().copied());
    for row in rows {
        out.push_str(&line(&mut row.iter().map(String::as_str)));
    }
    out
}

/// A share with three decimals, or a dash.
pub(super) fn share(share: Option<f64>) -> String {
    share.map_or_else(|| "-".to_owned(), |share| format!("{share:.3}"))
}
