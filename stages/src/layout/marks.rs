//! Lines whose form leaves no doubt about the part they play: drop caps, headlines that run downwards, begin with the name of their
//! series or are said again on another page, items behind a mark, speakers, salutations, lists of names, captions with their credit.
//! They bind [`super::roles`].

use std::collections::HashMap;

use super::captions;
use super::facts::Facts;
use super::family_names::{is_full_name, is_likely_name, is_word};
use super::glance::Marks;
use super::grammar::{self, Fixed};
use super::languages;
use super::notices;
use super::pairs;
use super::people::{self, LONGEST_NAME};
use super::roles::Role;
use super::whole_paragraphs;
use super::width::is_han;

/// What a line must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Must {
    /// Body.
    Text,
    /// The first line of a paragraph.
    Begin,
    /// The first line of another paragraph.
    Start,
    /// The first line of an article.
    Open,
    /// It goes on with a sentence that was broken off.
    Resume,
    /// It goes on with the line above.
    GoOn,
    /// A headline.
    Display,
    /// A heading inside an article.
    Subhead,
    /// Anything that does not go on with the line above.
    NotGoOn,
    /// No part of the text right above.
    Another,
    /// Anything but a heading inside an article.
    NotSubhead,
}

impl Must {
    /// Whether a line that must be this may be `role`.
    pub(crate) fn allows(self, role: Role) -> bool {
        match self {
            Self::Text => role.is_text(),
            Self::Begin => matches!(role, Role::Opening | Role::Start),
            Self::Start => role == Role::Start,
            Self::Open => role == Role::Opening,
            Self::Resume => role == Role::Resume,
            Self::GoOn => role == Role::Flow,
            Self::Display => role == Role::Display,
            Self::Subhead => role == Role::Subhead,
            Self::NotGoOn => !role.goes_on(),
            Self::Another => matches!(role, Role::Opening | Role::Display | Role::Resume),
            Self::NotSubhead => role != Role::Subhead,
        }
    }
}

/// Fewest lines of one character that are a headline running downwards.
const DOWNWARDS: usize = 4;
/// Most characters of the name of a speaker.
const SPEAKER: usize = 8;

/// Finds what the lines of a page must be.
pub(super) fn find(lines: &mut [Facts]) {
    notices::free_headlines(lines);
    downwards(lines);
    drop_caps(lines);
    narrow_text(lines);
    said_again(lines);
    labelled_headlines(lines);
    let speaking = speaking(lines);
    let whole_paragraphs = whole_paragraphs::are_set(lines);
    for index in 0..lines.len() {
        if lines[index].must.is_some() || lines[index].fixed.is_some() {
            continue;
        }
        let above = index.checked_sub(1).map(|before| &lines[before]);
        let stopped = above.is_none_or(|above| above.full_stop);
        let line = &lines[index];
        // A caption ends with its credit.
        let behind_credit = line.dateline && above.is_some_and(|above| above.credit);
        let item = matches!(line.first, '▲' | '◆' | '●' | '★' | '◇' | '△' | '·' | '•');
        let speaks = speaking.binary_search(&index).is_ok();
        let is_answered = || speaking.binary_search(&(index + 1)).is_ok();
        lines[index].must = if is_salutation(line) || behind_credit {
            Some(Must::Open)
        } else if speaks && line.full_stop && (stopped || above.is_some_and(|above| above.fixed.is_some()) && is_answered()) {
            // A question or an answer on one line is no headline; what somebody says in one is answered by nobody.
            Some(Must::Begin)
        } else if stopped && (item || speaks) {
            Some(Must::NotGoOn)
        } else if !whole_paragraphs && line.credit && line.names.is_some_and(|at| at > 0) {
            Some(if stopped && captions::is_wider(lines, index) { Must::Open } else { Must::Text })
        } else if line.lists_names() {
            Some(Must::Text)
        } else {
            None
        };
    }
    // A credit or a name in brackets at the end of a paragraph parts nothing where each paragraph ends a line.
    if !whole_paragraphs {
        captions::find(lines);
    }
    languages::part(lines);
    above_datelines(lines);
    if !whole_paragraphs {
        behind_names(lines);
    }
    behind_dirt(lines);
}

/// A text ends with the names of its authors in brackets: …喜获丰收。（王强）
fn behind_names(lines: &mut [Facts]) {
    for index in 1..lines.len() {
        let [above, line] = &mut lines[index - 1..=index] else { continue };
        let before = above.names.and_then(|at| above.text.get(..at)).and_then(|text| text.trim_end().chars().next_back());
        let signed = before.is_some_and(|c| matches!(c, '。' | '！' | '？' | '”')) && matches!(above.last, '）' | ')');
        if signed && is_free(line) {
            line.must = Some(Must::Another);
        }
    }
}

/// A sentence goes on behind a speck that was read as a line.
fn behind_dirt(lines: &mut [Facts]) {
    for index in 2..lines.len() {
        let [before, speck, next] = &mut lines[index - 2..=index] else { continue };
        let is_dirt = speck.fixed == Some(Fixed::Furniture) && grammar::is_only_dirt(&speck.text, speck.chars);
        if is_dirt && is_free(next) && before.fixed.is_none() && !before.stops() && pairs::strength(before.last, next.first) > 0 {
            next.must = Some(Must::Resume);
        }
    }
}

/// A report opens an article: a short block right above one, behind a finished text, is its headline and no heading inside of that text.
fn above_datelines(lines: &mut [Facts]) {
    for index in 1..lines.len() {
        if !lines[index].dateline || lines[index].blank {
            continue;
        }
        let Some(first) = (index.saturating_sub(HEADLINE)..index).rev().find(|first| lines[*first].blank) else { continue };
        let is_headline = |line: &Facts| is_free(line) && !line.stops_or_closes() && !belongs_to_text(line);
        let finished = first.checked_sub(1).is_some_and(|before| lines[before].full_stop && lines[before].fixed.is_none());
        if finished && lines[first..index].iter().all(is_headline) {
            lines[first..index].iter_mut().for_each(|line| line.must = Some(Must::NotSubhead));
        }
    }
}

/// Most lines of a headline that stands right above its text.
const HEADLINE: usize = 4;

/// Whether a short line above a report may be of its text, or end what stands above: 核心阅读, ■青溪县博物馆, 来源 青溪晚报, 2022年3月28日.
fn belongs_to_text(line: &Facts) -> bool {
    const WORDS: [&str; 6] = ["核心阅读", "开栏的话", "来源", "数据来源", "作者", "原标题"];
    let text = line.text.trim_start();
    let is_day = line.last == '日' && grammar::is_numeral(line.first);
    is_day || people::is_bullet(line.first) || line.first == '【' || WORDS.iter().any(|word| text.starts_with(word))
}

fn is_single(line: &Facts) -> bool {
    line.chars == 1 && (line.fixed.is_none() || people::is_bullet(line.first))
}

fn downwards(lines: &mut [Facts]) {
    let mut start = 0;
    while start < lines.len() {
        let count = lines.iter().skip(start).take_while(|line| is_single(line)).count();
        if count > 1 {
            let stopped = start.checked_sub(1).is_none_or(|before| lines[before].full_stop);
            names_downwards(&mut lines[start..start + count], stopped);
        }
        let run = lines.get_mut(start..start + count).unwrap_or_default();
        if count >= DOWNWARDS && run.iter().filter(|line| is_han(line.first)).count() * 2 > count {
            run.iter_mut().filter(|line| line.fixed.is_none()).for_each(|line| line.must = Some(Must::Display));
        }
        start += count.max(1);
    }
}

/// Who wrote what has a headline that runs downwards is named so, too: behind the headline or, where the text above has `stopped`, before
/// it. `run` are the lines of one character, in blocks.
fn names_downwards(run: &mut [Facts], stopped: bool) {
    let mut blocks: Vec<&mut [Facts]> = run.chunk_by_mut(|_, below| !below.blank).collect();
    let last = blocks.len().saturating_sub(1);
    for (place, block) in blocks.iter_mut().enumerate().filter(|(_, block)| (2..=1 + LONGEST_NAME).contains(&block.len())) {
        let marked = people::is_bullet(block[0].first);
        let name: String = block.iter().skip(usize::from(marked)).map(|line| line.first).collect();
        let is_name = if marked {
            is_full_name(&name)
        } else {
            block.len() < LONGEST_NAME && is_likely_name(&name) && !is_word(&name) && (place == last && last > 0 || place == 0 && stopped)
        };
        if is_name {
            block.iter_mut().for_each(|line| line.fixed = Some(Fixed::Byline));
        }
    }
}

/// A character that is drawn over several lines stands alone before the text that goes on beside it.
fn drop_caps(lines: &mut [Facts]) {
    for index in 0..lines.len().saturating_sub(1) {
        let stopped = index.checked_sub(1).map(|before| &lines[before]).is_none_or(|before| before.fixed.is_some() || before.stops());
        let next = &lines[index + 1];
        let goes_on = next.chars >= 6 && next.fixed.is_none() && !next.dateline;
        let sentence = || next.marks.has(Marks::CLAUSE) && next.text.contains(['，', '。', '、']);
        let single = is_single(&lines[index]) && lines[index].must.is_none() && is_han(lines[index].first);
        if single && goes_on && (stopped || stands_beside_text(lines, index)) && sentence() {
            lines[index].must = Some(Must::Begin);
            lines[index + 1].must = Some(Must::GoOn);
        }
    }
}

/// Whether line `index` stands behind a blank and right above two lines that are as long as each other and shorter than one farther
/// below: so text gives way to a drop cap, while the last character of a headline stands apart from what follows.
fn stands_beside_text(lines: &[Facts], index: usize) -> bool {
    let Some([cap, first, second, rest @ ..]) = lines.get(index..) else { return false };
    let width = |line: &Facts| line.width.lo;
    let beside = !first.blank && !second.blank && width(first).abs_diff(width(second)) <= EVEN;
    cap.blank && beside && rest.iter().take(AROUND).any(|line| width(line) > width(first) + EVEN)
}

/// Lines of one width with clauses that run on over their ends are text, however narrow beside others: text is set around pictures.
fn narrow_text(lines: &mut [Facts]) {
    let goes_on = |above: &Facts, line: &Facts| !line.blank && is_free(line) && above.width.lo.abs_diff(line.width.lo) <= EVEN;
    let mut start = 0;
    while start < lines.len() {
        let mut end = start + 1;
        while end < lines.len() && is_free(&lines[start]) && goes_on(&lines[start], &lines[end]) {
            end += 1;
        }
        let around = lines[start.saturating_sub(AROUND)..start].iter().chain(lines[end..].iter().take(AROUND));
        let is_narrow = around.map(|line| line.width.lo).max().is_some_and(|widest| lines[start].width.hi * 5 <= widest * 4);
        // A headline may be as wide, and without a blank line between.
        let run = &mut lines[start..end];
        let clause = |line: &Facts| line.marks.has(Marks::CLAUSE);
        if let Some((first, last)) = run.iter().position(clause).zip(run.iter().rposition(clause))
            && is_narrow
            && last - first + 1 >= NARROW
        {
            run[first..=last].iter_mut().filter(|line| clause(line)).for_each(|line| line.must = Some(Must::Text));
        }
        start = end;
    }
}

/// Lines differ by no more, in hundredths of an em, that are set in one measure.
const EVEN: u32 = 100;
/// So many lines before and behind show how wide the column is.
const AROUND: usize = 8;
/// Fewest of them that are no headline.
const NARROW: usize = 4;

/// The headline of an article that comes from another page may be said again between 上接1版 and the rest of its text. A short block right
/// behind such a line, above which furniture or a finished text stands, is no heading inside of the text.
fn said_again(lines: &mut [Facts]) {
    for index in 0..lines.len() {
        if lines[index].fixed != Some(Fixed::JumpFrom) {
            continue;
        }
        let headless = index.checked_sub(1).map(|before| &lines[before]).is_none_or(|above| match above.fixed {
            Some(fixed) => matches!(fixed, Fixed::Furniture | Fixed::JumpTo),
            None => above.last == '。',
        });
        let behind = &mut lines[index + 1..];
        let count = 1 + behind.iter().skip(1).take_while(|line| !line.blank).count();
        if headless && count <= HEADLINE && count < behind.len() && behind[..count].iter().all(is_heading) {
            behind[..count].iter_mut().for_each(|line| line.must = Some(Must::NotSubhead));
        }
    }
}

/// A headline over several lines may begin with the name of its series: 【在希望的田野上】夏粮旺季 / 收购结束秋粮收购陆续展开.
fn labelled_headlines(lines: &mut [Facts]) {
    for block in lines.chunk_by_mut(|_, below| !below.blank) {
        let [first, rest @ ..] = &*block else { continue };
        if first.first != '【' || !(1..HEADLINE).contains(&rest.len()) || !block.iter().all(is_heading) {
            continue;
        }
        let label = first.text.split_once('】').filter(|(label, _)| !label.ends_with(['讯', '訊', '电', '電']));
        let is_labelled = label.is_some_and(|(_, words)| words.chars().any(is_han));
        if is_labelled && !rest.iter().any(|line| line.text.contains('【')) {
            for line in block {
                line.must = Some(Must::Display);
            }
        }
    }
}

/// Whether `line` has neither clauses nor a full stop nor a dateline, and is not settled yet.
fn is_heading(line: &Facts) -> bool {
    is_free(line) && !line.marks.has(Marks::CLAUSE) && !line.full_stop && !line.dateline
}

pub(super) fn is_free(line: &Facts) -> bool {
    line.must.is_none() && line.fixed.is_none()
}

/// The length in bytes of the name of who speaks on a line: 问：…, 记者：…
pub(super) fn speaker(text: &str) -> Option<u8> {
    let text = text.trim_start();
    // Most lines begin with more characters than a name has.
    let end = text.char_indices().take(SPEAKER + 1).find(|(_, c)| !is_han(*c)).map(|(at, _)| at)?;
    let (name, rest) = text.split_at(end);
    let rest = rest.strip_prefix(['：', ':'])?;
    (!name.is_empty() && !rest.trim().is_empty()).then_some(name.len() as u8)
}

/// The name of who speaks on `line`.
fn name(line: &Facts) -> Option<&str> {
    let length = line.speaker?;
    line.text.trim_start().get(..usize::from(length))
}

/// The lines on which somebody speaks who speaks on another one, too; ascending.
fn speaking(lines: &[Facts]) -> Vec<usize> {
    let named: Vec<(usize, &str)> = lines.iter().enumerate().filter_map(|(at, line)| Some((at, name(line)?))).collect();
    let mut count: HashMap<&str, usize> = HashMap::new();
    for (_, name) in &named {
        *count.entry(name).or_default() += 1;
    }
    named.iter().filter(|(_, name)| count[name] >= 2).map(|(at, _)| *at).collect()
}

/// 编辑同志：
fn is_salutation(line: &Facts) -> bool {
    if !matches!(line.last, '：' | ':') {
        return false;
    }
    let text = line.text.trim();
    let called =
        ["编辑同志", "編輯先生", "编辑先生", "编辑部", "编者按", "尊敬的", "敬爱的", "亲爱的"].iter().any(|begin| text.starts_with(begin));
    called && text.chars().count() <= 14
}

#[cfg(test)]
mod tests {
    use pipeline::laws;

    use super::super::Layout;
    use super::*;

    /// What the lines of `page` must be that hold `words`.
    fn must(page: &str, words: &str) -> Vec<Option<Must>> {
        let layout = Layout::of(&laws::page(page));
        layout.lines.iter().filter(|line| line.text.contains(words)).map(|line| line.must).collect()
    }

    #[test]
    fn the_first_question_under_a_byline_begins_a_paragraph() {
        let talk = "问：办理居住证要带什么材料？\n答：请带上身份证。\n问：多久可以拿到？\n答：十五个工作日。\n";
        assert_eq!(must(&format!("怎样办理居住证\n■记者 田佩芝\n\n{talk}"), "问：办理"), [Some(Must::Begin)]);
        assert_eq!(must(&format!("市民在窗口最常提出疑\n\n{talk}"), "问：办理"), [None], "a word that is divided");
        let said = "02版 人物 2024年5月6日 星期一\n\n王强：种田也能种出花样！\n\n■记者 田佩芝\n\n王强今年种了水稻。\n王强：好。\n";
        assert_eq!(must(said, "花样"), [None], "a headline");
    }

    #[test]
    fn under_a_jump_line_a_headline_may_be_said_again() {
        let rest = "上接1版\n池塘里又有了蛙声\n\n清淤队的老程说，三年来挖出淤泥两万方。\n";
        assert_eq!(must(rest, "蛙声"), [Some(Must::NotSubhead)]);
        assert_eq!(must(&format!("青石塘清出硬底子\n{rest}"), "蛙声"), [None], "below its headline");
        let text = "上接1版\n白鹭也跟着回来了。\n\n清淤队的老程说，三年来挖出淤泥两万方。\n";
        assert_eq!(must(text, "白鹭"), [None]);
        let signed = format!("青石塘清出硬底子！\n{rest}");
        assert_eq!(must(&signed, "蛙声"), [None], "below a headline with a mark");
        assert_eq!(must(&format!("青石塘清出硬底子\n■记者 田佩芝\n{rest}"), "蛙声"), [None], "below a byline");
    }

    #[test]
    fn a_headline_of_two_lines_may_begin_with_the_name_of_its_series() {
        let page = |block: &str| format!("河边种下了柳树。\n\n{block}\n\n孩子们放着风筝。\n");
        assert_eq!(must(&page("【希望的田埂】早稻旺季\n收割结束晚稻移栽"), "稻"), [Some(Must::Display); 2]);
        for text in [
            "【希望的田埂】早稻旺季\n收割结束，晚稻移栽",
            "【希望的田埂】早稻旺季",
            "【早稻】【晚稻】\n【中稻】",
            "【本报讯】早稻旺季\n收割结束",
        ] {
            assert_eq!(must(&page(text), "早稻"), [None], "{text}");
        }
    }
}
