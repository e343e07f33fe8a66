//! Pages whose paragraphs stand on one line each: a program has set the text anew and taken out the ends of its lines.
//!
//! Such a page has no measure, and its articles stand one behind the other. What its lines show of their parts is worth something
//! else than in print: see [`super::weights`].

use super::facts::Facts;

/// Hardly a line of print is as wide, in hundredths of an em: a magazine of one column has some 4,000.
const WIDER_THAN_PRINT: u32 = 4500;

/// Whether more than half of the characters, at most some 240 of a line counted, stand on lines wider than those of print, and at
/// least half of these end with full stops or names behind them, as those that columns were put on side by side do not. One such line
/// alone must be nearly all of the page.
pub(super) fn are_set(lines: &[Facts]) -> bool {
    let (mut all, mut on_wide, mut wide, mut finished) = (0, 0, 0, 0);
    for line in lines.iter().filter(|line| line.fixed.is_none()) {
        all += line.chars;
        if line.width.lo / 2 + line.width.hi / 2 > WIDER_THAN_PRINT {
            on_wide += line.chars;
            wide += 1;
            finished += usize::from(line.full_stop || line.names.is_some());
        }
    }
    on_wide * 2 > all && finished * 2 >= wide && (wide > 1 || on_wide * 4 >= all * 3)
}

#[cfg(test)]
mod tests {
    use pipeline::laws;

    use super::super::Layout;

    const HEADLINE: &str = "早稻开镰";
    /// Fifty characters wide.
    const PARAGRAPH: &str = "五月九日一早下湾村的三台收割机下了田，今年早稻比往年早熟十天，烘干机日夜不停，粮站当天收购、当天付款。";

    fn is_whole(lines: &[&str]) -> bool {
        Layout::of(&laws::page(&lines.join("\n"))).whole_paragraphs
    }

    #[test]
    fn a_page_is_known_by_lines_that_are_wider_than_print_and_end_with_full_stops() {
        assert!(is_whole(&[HEADLINE, PARAGRAPH, PARAGRAPH]));
        assert!(!is_whole(&[HEADLINE]));
        assert!(is_whole(&[PARAGRAPH, &format!("{PARAGRAPH}（王建强）"), &PARAGRAPH.replace('。', "：")]));
        assert!(
            !is_whole(&[HEADLINE, "下湾村的农民在收割早稻见第3版", "晚稻移栽怎么安排见第4版", PARAGRAPH]),
            "one paragraph of a front page"
        );
        let columns = PARAGRAPH.trim_end_matches('。');
        assert!(!is_whole(&[HEADLINE, columns, columns, PARAGRAPH]), "columns side by side");
        let print: Vec<&str> = ["五月九日一早下湾村的三台收割机", "下了田，今年早稻比往年早熟十天。"].repeat(3);
        assert!(!is_whole(&[&print[..], &[PARAGRAPH]].concat()), "one long line of many");
        assert!(!is_whole(&["Farmers in the lower town have begun to cut early rice, ten days sooner than last year."]), "a magazine");
        assert!(is_whole(&["Farmers in the lower town have begun to cut early rice, ten days sooner than last year, and to dry it."]));
    }
}
