//! Names that go over the end of a line: bylines on two lines, credits that end on the next.

use super::facts::Facts;
use super::family_names::is_full_name;
use super::glance::Marks;
use super::grammar::{self, Fixed};
use super::people::{self, Credits};

/// Whether the byline above ends within a name or a role that line `index` completes, or has more names on it.
pub(super) fn goes_on(lines: &[Facts], index: usize) -> bool {
    let Some(before) = index.checked_sub(1).map(|before| &lines[before]) else { return false };
    let line = &lines[index];
    if before.fixed != Some(Fixed::Byline) || line.chars > 24 || line.dateline {
        return false;
    }
    let read = |text: &str| people::read(&grammar::placed(text));
    let above = read(&before.text);
    let begins_inside = line.text.trim_start().chars().nth(1).is_some_and(char::is_whitespace);
    let names_writers = || read(&line.text).is_some_and(|credits| credits.goes_on());
    let cut = begins_inside || above.as_ref().is_some_and(|credits| credits.open) || names_writers();
    // Names set close, without a space between them, are names only where nothing but a byline can stand.
    let is_short = lines.get(index + 1).is_none_or(|next| next.blank || next.dateline || next.chars > line.chars);
    let stacked = || !line.blank && line.chars <= STACKED && is_short;
    if !cut && !stacked() {
        return false;
    }
    let both = read(&format!("{}\n{}", before.text, line.text)).filter(Credits::is_byline_line);
    both.is_some_and(|both| cut || both.goes_on_from(above.map_or(0, |above| above.people.len())))
}

/// Most characters on the second line of a byline: two long names or three.
const STACKED: usize = 9;

/// Where in line `index` a credit begins that ends with the next line.
pub(super) fn runs_over(lines: &[Facts], index: usize) -> Option<usize> {
    let (line, next) = (&lines[index], lines.get(index + 1)?);
    if line.fixed.is_some() {
        return None;
    }
    if line.credit {
        return line.names.filter(|at| completes_credit(lines, index, *at));
    }
    // Nobody took a picture: there is no need to put the two together.
    if line.chars > 80 || next.chars > 12 || !(line.marks | next.marks).has(Marks::CREDIT) {
        return None;
    }
    grammar::credit(&format!("{} {}", line.text, next.text)).filter(|at| *at < line.text.len())
}

/// Whether the line below `index` is the last character of a name in the credit that begins at byte `at`: ■摄影 谢雨, and 桐 alone.
fn completes_credit(lines: &[Facts], index: usize, at: usize) -> bool {
    let (names, next) = (lines[index].text.get(at..).unwrap_or_default(), &lines[index + 1]);
    if next.chars != 1 || next.blank || next.fixed.is_some() || lines.get(index + 2).is_some_and(|behind| !behind.blank) {
        return false;
    }
    let credits = |text: &str| people::read(&grammar::placed(text)).map(|credits| credits.people);
    // The same people, the last of whom has one character more.
    credits(names).zip(credits(&format!("{names}\n{}", next.text))).is_some_and(|(short, whole)| {
        let last = short.last().map(|person| person.name.chars().count());
        last == Some(2) && whole.len() == short.len() && whole.last().is_some_and(|person| is_full_name(&person.name))
    })
}
