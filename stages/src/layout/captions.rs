//! Captions: what a picture shows, with who took it. Such a text opens a piece of its own, whatever it stands in.
//!
//! What else lines must be by their form, [`super::marks`] says.

use super::facts::Facts;
use super::grammar::{Fixed, placed};
use super::marks::{Must, is_free};
use super::people;

/// Most lines of a caption right over its credit.
const CAPTION: usize = 3;
/// Most lines of a caption that is known by its words or its measure, too.
const OVER_CREDIT: usize = 8;
/// Most lines of a caption whose credit ends its text.
const LONG_CAPTION: usize = 6;
/// So many lines above show how wide the column is.
const COLUMN: usize = 4;
/// The first line of a paragraph is by no more characters shorter than the next one.
const SET_IN: usize = 3;

/// Finds the first lines of captions.
pub(super) fn find(lines: &mut [Facts]) {
    for credit in 1..lines.len() {
        let is_credit = lines[credit].fixed == Some(Fixed::Byline) && lines[credit - 1].full_stop;
        if is_credit && credits_a_picture(&lines[credit].text) {
            right_over_credit(lines, credit);
            over_credit(lines, credit);
        }
    }
    ending_in_credits(lines);
}

/// A short paragraph right over the credit of a photographer is a caption.
fn right_over_credit(lines: &mut [Facts], credit: usize) {
    if lines[credit].blank {
        return;
    }
    let first = (credit.saturating_sub(CAPTION)..credit).rev().find(|index| lines[*index].blank);
    let Some(first) = first.filter(|first| lines[*first..credit].iter().all(|line| line.fixed.is_none())) else { return };
    if is_finished(lines, first) && lines[first].must.is_none() {
        lines[first].must = Some(Must::Open);
    }
}

/// A longer paragraph with the credit of a photographer below it is a caption if it says what the picture shows, or is not set in the
/// measure of the text above.
fn over_credit(lines: &mut [Facts], credit: usize) {
    let mut above = (credit.saturating_sub(OVER_CREDIT)..credit).rev().take_while(|line| lines[*line].fixed.is_none());
    let Some(first) = above.find(|line| begins_over_credit(lines, *line)) else { return };
    let text = lines.get(first..credit).unwrap_or_default();
    let is_free = matches!(lines[first].must, None | Some(Must::Text | Must::Another));
    let says_so = || text.iter().any(|line| line.text.contains("图为") || line.text.contains("圖為"));
    if is_free && (is_in_other_measure(lines, first, text) || says_so()) {
        lines[first].must = Some(Must::Open);
    }
}

/// Whether no sentence is left open before line `first`.
fn is_finished(lines: &[Facts], first: usize) -> bool {
    first.checked_sub(1).is_none_or(|last| lines[last].full_stop || lines[last].fixed.is_some())
}

/// The lines above line `index` that show how wide its column is.
fn column(lines: &[Facts], index: usize) -> &[Facts] {
    lines.get(index.saturating_sub(COLUMN)..index).unwrap_or_default()
}

/// Whether `own` characters are clearly more than the `column` has on a line.
fn exceeds(own: usize, column: usize) -> bool {
    own * 5 >= column * 6
}

/// Whether line `index` is clearly longer than those above it, behind a blank: it is not set in their column.
pub(super) fn is_wider(lines: &[Facts], index: usize) -> bool {
    let above = column(lines, index).iter().map(|line| line.chars).max();
    lines[index].blank && above.is_some_and(|above| exceeds(lines[index].chars, above))
}

/// Whether a caption may begin on line `first`: behind a finished text, wider than the text above, or below a title.
fn begins_over_credit(lines: &[Facts], first: usize) -> bool {
    let chars = |line: usize| lines.get(line).map_or(0, |line| line.chars);
    let Some(above) = first.checked_sub(1) else { return true };
    // The first line of a paragraph is set in, and a title is shorter still.
    let below_short = is_free(&lines[above]) && lines[above].chars + SET_IN < chars(first + 1) && !lines[above].text.contains('，');
    if lines[first].blank {
        is_finished(lines, first) || is_wider(lines, first) || below_short
    } else {
        below_short && lines[above].blank && !lines[above].stops_or_closes() && is_finished(lines, above)
    }
}

/// Whether `text`, which begins on line `first`, is set clearly wider or narrower than the text above it and above its title.
fn is_in_other_measure(lines: &[Facts], first: usize, text: &[Facts]) -> bool {
    let widest = |lines: &[Facts]| lines.iter().filter(|line| line.fixed.is_none()).map(|line| line.chars).max();
    let above = if lines[first].blank { first } else { first.saturating_sub(1) };
    let (Some(usual), Some(own)) = (widest(column(lines, above)), widest(text)) else { return true };
    exceeds(own, usual) || own * 6 <= usual * 5 && text.len() >= CAPTION
}

/// Lines that a credit ends and that are clearly longer than the text above them are a caption, which is set below its picture and
/// not in a column. So are such lines behind a long text that say what a picture shows.
fn ending_in_credits(lines: &mut [Facts]) {
    for credit in 1..lines.len() {
        if !lines[credit].credit || lines[credit].names == Some(0) && lines[credit].blank {
            continue;
        }
        let mut above = (credit.saturating_sub(LONG_CAPTION - 1)..=credit).rev();
        let first = above.find(|first| lines[*first].blank || begins_caption(lines, *first, credit));
        let is_caption =
            |first: &usize| begins_caption(lines, *first, credit) && lines[*first..=credit].iter().all(|line| line.fixed.is_none());
        let Some(first) = first.filter(is_caption) else { continue };
        if !matches!(lines[first].must, Some(Must::Display | Must::Subhead)) {
            lines[first].must = Some(Must::Open);
        }
    }
}

fn begins_caption(lines: &[Facts], first: usize, credit: usize) -> bool {
    let ends = first.checked_sub(1).is_some_and(|before| lines[before].full_stop && lines[before].fixed.is_none());
    if !ends {
        return false;
    }
    let above = column(lines, first).iter().map(|line| line.chars).max().unwrap_or(0);
    let wider = |line: &Facts| exceeds(line.chars, above);
    let text = lines.get(first..=credit).unwrap_or_default();
    let full = text.get(..text.len().max(2) - 1).unwrap_or_default();
    // A first line that is short is its title. Without a blank line before it a caption has more than one line.
    full.iter().all(wider) && (lines[first].blank || text.len() >= 2) || shows(&lines[first].text) && is_behind_long_text(lines, first)
}

/// Says what a picture shows: 图为消防员在检查。
fn shows(text: &str) -> bool {
    let mut chars = text.trim_start().chars();
    matches!((chars.next(), chars.next()), (Some('图' | '圖'), Some('为' | '為')) | (Some('上' | '下' | '左' | '右'), Some('图' | '圖')))
}

/// Whether the text that ends before line `index` is longer than what is printed with a picture, which may end so, too.
fn is_behind_long_text(lines: &[Facts], index: usize) -> bool {
    let above = lines.get(index.saturating_sub(LONG_TEXT)..index).unwrap_or_default();
    let longest = above.iter().map(|line| line.chars).max().unwrap_or(0);
    // A short line that ends without a full stop is a headline.
    let is_text = |line: &Facts| line.fixed.is_none() && (line.full_stop || line.chars * 5 >= longest * 4);
    above.len() == LONG_TEXT && above.iter().all(is_text)
}

/// So many lines are not printed with a picture.
const LONG_TEXT: usize = 12;

/// Whether the byline `text` names only who took a picture.
pub(super) fn credits_a_picture(text: &str) -> bool {
    let writes = |role: &str| role.contains(['文', '写', '寫']);
    let credits = people::read(&placed(text)).filter(people::Credits::is_photo);
    credits.is_some_and(|credits| !credits.people.iter().filter_map(|person| person.role.as_deref()).any(writes))
}

#[cfg(test)]
mod tests {
    use crate::layout::Layout;
    use crate::layout::marks::Must;
    use pipeline::laws;

    /// The lines of `page` that open an article by their form.
    fn open(page: &str) -> Vec<String> {
        let layout = Layout::of(&laws::page(page));
        layout.lines.iter().filter(|line| line.must == Some(Must::Open)).map(|line| line.text.to_string()).collect()
    }

    const COLUMN: &str = "县里的桥修好了，两岸居民\n来往方便，孩子上学不再绕\n远路，老人买菜也近了。\n";

    #[test]
    fn a_sentence_over_a_credit_is_a_caption() {
        assert_eq!(open("大桥通车\n■记者 周明\n\n两岸居民在桥头合影留念。\n（谢文柏 摄）\n"), ["两岸居民在桥头合影留念。"]);
    }

    #[test]
    fn a_paragraph_in_another_measure_over_a_credit_is_a_caption() {
        let caption =
            "江堤上的油菜花这几天开得正好，不少市民带着孩子来看花\n、放风筝，远处是正在加固的新闸门和刚刚修好的石阶，一直\n通到江边。\n";
        let first = "江堤上的油菜花这几天开得正好，不少市民带着孩子来看花";
        assert_eq!(open(&format!("{COLUMN}\n{caption}\n谢文柏 摄影报道\n")), [first]);
        assert_eq!(open(&format!("{COLUMN}\n江堤花海\n{caption}\n谢文柏 摄影报道\n")), [first], "with a title");
        assert_eq!(open(&format!("{COLUMN}\n{caption}\n")), [""; 0], "without a credit");
    }

    #[test]
    fn in_the_measure_of_the_column_it_must_say_what_is_shown() {
        let text = |shown: &str| {
            format!("{COLUMN}\n江堤上的油菜花开得正好，\n市民带着孩子来看花，{shown}\n江上的船也挂起彩旗，一只\n接着一只。\n谢文柏 摄\n")
        };
        assert_eq!(open(&text("图为")), ["江堤上的油菜花开得正好，"]);
        assert_eq!(open(&text("还有")), [""; 0]);
    }
}
