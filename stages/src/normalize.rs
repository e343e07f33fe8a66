//! `normalize`: repairs code points, doubled runs and control characters
//!
//! ```yaml
//! - normalize:
//!     radicals: true
//!     vertical_forms: true
//!     full_width: fold_alphanumeric   # or keep
//!     controls: true
//!     doubled_runs: true
//! ```
//!
//! What a PDF shows and what its text layer says are often different characters. This stage reads:
//!
//! | printed | read as | option | named in `repairs` |
//! |---|---|---|---|
//! | `⼈⺠` (Kangxi radicals, radicals supplement, strokes) | `人民` | `radicals` | `radical` |
//! | `︽︾︒` (vertical presentation forms) | `《》。` | `vertical_forms` | `vertical_form` |
//! | `５Ｇ` | `5G` | `full_width` | `width` |
//! | NUL and other control characters, U+200B, U+2060, U+FEFF | nothing | `controls` | `control` |
//! | a soft hyphen inside a line | nothing | `controls` | `hyphen` |
//! | `振奋精神振奋精神““开门红开门红””` (drawn twice to look bold) | `振奋精神“开门红”` | `doubled_runs` | `duplicate_run` |
//!
//! Letters and digits are folded by default because whoever searches for 5G wants `５Ｇ` too; the tables come from Unicode.
//!
//! A line counts as drawn twice only when all of it divides into repeated units, it has 8 characters or more, and the units are
//! too long for ordinary speech: one of 4 characters, one of 3 with 6 in all, or one of 2 beside doubled quotes or brackets; or 7
//! of them are single characters. A weaker line (`平湖平湖`) is repaired only within three lines of such a line. 人人, 高高兴兴 and
//! 研究研究 stay as they are.
//!
//! Left alone: punctuation is never folded (`，：！？（）％`), and NFKC is never used, because it turns `…` into three dots and `Ⅰ`
//! into a letter; joiners U+200C and U+200D and direction marks, which carry meaning; private-use characters; soft hyphens at line
//! ends, which are `dehyphenate`'s; lines longer than 200 characters, which are no headlines; whole lines that are printed a second
//! time below themselves.

mod doubled;
mod fold;

use pipeline::def::each;
use pipeline::{Each, Edit, Flow, Line, Page, Repair, Span, StageDef, StageError};
use schemars::JsonSchema;
use serde::Deserialize;

use doubled::{Proof, Unit};

/// The row of the table.
pub(crate) const DEF: StageDef = StageDef {
    name: "normalize",
    about: "repairs code points, doubled runs and control characters",
    source: include_str!("normalize.rs"),
    takes: Flow::Pages,
    gives: Flow::Pages,
    schema: || schemars::schema_for!(Config),
    build: |options, _| Ok(each(Stage { config: options.read()? })),
};

/// What is done with full-width letters and digits.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FullWidth {
    /// They stay.
    Keep,
    /// `５Ｇ` is read as `5G`; marks stay full-width.
    FoldAlphanumeric,
}

/// Options.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[expect(clippy::struct_excessive_bools, reason = "each switches one repair off and none depends on another")]
pub(crate) struct Config {
    /// Read Kangxi radicals, the radicals supplement and strokes as the ideographs they stand for.
    radicals: bool,
    /// Read vertical presentation forms of marks as the marks.
    vertical_forms: bool,
    /// What to do with full-width letters and digits.
    full_width: FullWidth,
    /// Leave out control characters, zero-width spaces, byte order marks and soft hyphens inside lines.
    controls: bool,
    /// Leave out the further copies of lines that were drawn more than once.
    doubled_runs: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self { radicals: true, vertical_forms: true, full_width: FullWidth::FoldAlphanumeric, controls: true, doubled_runs: true }
    }
}

/// How many lines away a proven line still supports a weaker one.
const NEIGHBOURHOOD: usize = 3;

struct Stage {
    config: Config,
}

impl Each for Stage {
    type In = Page;
    type Out = Page;

    fn apply(&self, mut page: Page, out: &mut Vec<Page>) -> Result<(), StageError> {
        let is_plain = |line: &&Line| line.span.slice(page.text()).chars().all(is_read_as_it_is);
        let edits = page.lines.iter().filter(|line| !is_plain(line)).flat_map(|line| self.fold_line(&page, *line)).collect();
        page.add_edits(edits);
        if self.config.doubled_runs {
            fold_doubled_blocks(&mut page);
            // A copy may be doubled in itself; each round at least halves what is left of such a line.
            loop {
                let edits = duplicates(&page);
                if edits.is_empty() {
                    break;
                }
                page.add_edits(edits);
            }
        }
        out.push(page);
        Ok(())
    }
}

impl Stage {
    /// Reads through earlier repairs, so that a second pass finds nothing left to do.
    fn fold_line(&self, page: &Page, line: Line) -> Vec<Edit> {
        let mut edits = Vec::new();
        // A soft hyphen is inside the line only when something visible follows it.
        let mut soft_hyphens = Vec::new();
        for (start, c) in page.chars(line.span) {
            let edit = |with, why| Edit { span: Span::new(start, start + c.len_utf8() as u32), with, why };
            if c == '\u{ad}' && self.config.controls {
                soft_hyphens.push(edit(None, Repair::Hyphen));
            } else if let Some((with, why)) = self.reading(c) {
                edits.push(edit(with, why));
                if with.is_some() {
                    edits.append(&mut soft_hyphens);
                }
            } else if !soft_hyphens.is_empty() {
                edits.append(&mut soft_hyphens);
            }
        }
        edits
    }

    fn reading(&self, c: char) -> Option<(Option<char>, Repair)> {
        if is_read_as_it_is(c) {
            return None;
        }
        let Config { radicals, vertical_forms, full_width, controls, .. } = &self.config;
        if *controls && fold::is_control(c) {
            return Some((None, Repair::Control));
        }
        let folded = |wanted: bool, table: fn(char) -> Option<char>, why| wanted.then(|| table(c)).flatten().map(|with| (Some(with), why));
        folded(*radicals, fold::radical, Repair::Radical)
            .or_else(|| folded(*vertical_forms, fold::vertical_form, Repair::VerticalForm))
            .or_else(|| folded(*full_width == FullWidth::FoldAlphanumeric, fold::full_width_alphanumeric, Repair::Width))
    }
}

/// What `c` is read as unless options say otherwise (`None` for nothing) and why, when it is not read as it is. Full-width letters and
/// digits are told by nothing here, because whoever asks takes them for the same.
pub(crate) fn read_otherwise(c: char) -> Option<(Option<char>, Repair)> {
    let stage = Stage { config: Config { full_width: FullWidth::Keep, ..Config::default() } };
    if c == '\u{ad}' { Some((None, Repair::Hyphen)) } else { stage.reading(c) }
}

/// Whether `c` is one of those that nearly all characters are and that are never read as another.
fn is_read_as_it_is(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | ' '..='~')
        || matches!(c, '，' | '。' | '、' | '；' | '：' | '？' | '！' | '“' | '”' | '（' | '）' | '《' | '》' | '—' | '…' | '·')
}

/// A line that divides into repeated units.
struct Doubled {
    index: usize,
    proof: Proof,
    edits: Vec<Edit>,
}

fn duplicates(page: &Page) -> Vec<Edit> {
    let found: Vec<Doubled> = page.lines.iter().enumerate().filter_map(|(index, line)| doubled_line(page, index, *line)).collect();
    let sure: Vec<usize> = found.iter().filter(|line| line.proof == Proof::Sure).map(|line| line.index).collect();
    let beside_sure = |index: usize| {
        let next = sure.partition_point(|sure| sure + NEIGHBOURHOOD < index);
        sure.get(next).is_some_and(|sure| *sure <= index + NEIGHBOURHOOD)
    };
    // Short lines of one headline prove each other: nobody writes two in a row.
    let in_a_row = |index: usize| found.iter().any(|other| other.proof != Proof::None && other.index.abs_diff(index) == 1);
    let wanted: Vec<bool> = found
        .iter()
        .map(|line| line.proof == Proof::Sure || line.proof == Proof::BesideSure && (beside_sure(line.index) || in_a_row(line.index)))
        .collect();
    found.into_iter().zip(wanted).filter(|(_, wanted)| *wanted).flat_map(|(line, _)| line.edits).collect()
}

/// Most lines of a headline and its copies.
const MOST_LINES: usize = 8;

/// Takes together the lines of headlines whose copies were printed as lines of their own: A A B B, or A AB B.
fn fold_doubled_blocks(page: &mut Page) {
    let mut lines: Vec<Line> = Vec::with_capacity(page.lines.len());
    let mut all_edits = Vec::new();
    let mut at = 0;
    while let Some(first) = page.lines.get(at) {
        let block = page.lines.get(at..page.lines.len().min(at + MOST_LINES)).unwrap_or_default();
        if let Some((count, edits)) = doubled_block(page, block) {
            for line in block.iter().take(count) {
                let copied = edits.iter().any(|edit| edit.span.covers(Span::new(line.span.start, line.span.start)));
                match lines.last_mut() {
                    Some(last) if copied => last.span.end = line.span.end,
                    _ => lines.push(*line),
                }
            }
            all_edits.extend(edits);
            at += count;
        } else {
            lines.push(*first);
            at += 1;
        }
    }
    page.lines = lines;
    page.add_edits(all_edits);
}

/// How many lines from the first on are a headline and its copies, and what is left out of them.
fn doubled_block(page: &Page, lines: &[Line]) -> Option<(usize, Vec<Edit>)> {
    let text = |line: &Line| (line.span.len() <= doubled::LONGEST_BYTES / 4).then(|| page.clean(line.span));
    let [first, second, ..] = lines else { return None };
    if page.chars(first.span).next().map(|(_, c)| c) != page.chars(second.span).next().map(|(_, c)| c) {
        return None;
    }
    let (a, b) = (text(first)?, text(second)?);
    // Body that is repeated on purpose has its marks; a headline has none at its line ends.
    if !b.starts_with(a.as_ref()) || a.chars().count() < 2 || a.ends_with(['。', '，', '；', '、', '！', '？', '.', ',']) {
        return None;
    }
    (2..=lines.len()).find_map(|count| {
        let last = lines.get(count - 1)?;
        let whole = Line { span: Span::new(first.span.start, last.span.end), ..*first };
        let doubled = doubled_line(page, 0, whole).filter(|doubled| doubled.proof == Proof::Sure)?;
        Some((count, doubled.edits))
    })
}

/// Characters of a line that are looked for again before all are.
const FIRST: usize = 3;

fn doubled_line(page: &Page, index: usize, line: Line) -> Option<Doubled> {
    if line.span.len() > doubled::LONGEST_BYTES {
        return None;
    }
    let text = page.clean(line.span);
    let is_said_again = |c: char| text.chars().filter(|other| *other == c).nth(1).is_some();
    if !text.chars().filter(|c| !c.is_whitespace()).take(FIRST).all(is_said_again) {
        return None;
    }
    let visible: Vec<(u32, char)> = page.chars(line.span).filter(|(_, c)| !c.is_whitespace()).collect();
    let characters: Vec<char> = visible.iter().map(|(_, c)| *c).collect();
    let units = doubled::units(&characters)?;
    let text = page.text();
    let end_of = |at: usize| {
        let start = visible[at].0;
        let printed = Span::new(start, line.span.end).slice(text).chars().next();
        start + printed.map_or(0, char::len_utf8) as u32
    };
    let spaced = |at: usize| at > 0 && Span::new(end_of(at - 1), visible[at].0).slice(text).contains(char::is_whitespace);
    let proof = doubled::proof(&characters, &units, spaced);
    let further_copies = |unit: &Unit| {
        // White space between the copies goes with them; what stands between two units is left to later stages.
        let start = end_of(unit.start + unit.length - 1);
        let end = end_of(unit.start + unit.length * unit.copies - 1);
        Edit { span: Span::new(start, end), with: None, why: Repair::DuplicateRun }
    };
    Some(Doubled { index, proof, edits: units.iter().map(further_copies).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use pipeline::laws;

    fn normalize(config: Config, mut page: Page) -> Page {
        let mut out = Vec::new();
        page.warnings.clear();
        Stage { config }.apply(page, &mut out).unwrap();
        out.remove(0)
    }

    fn lines(text: &str) -> Vec<String> {
        let page = normalize(Config::default(), laws::page(text));
        (0..page.lines.len()).map(|index| page.line_text(index).into_owned()).collect()
    }

    #[test]
    fn keeps_the_laws() {
        let sample = include_str!("../../examples/pinghu-2022-03-28.txt");
        laws::check(&DEF, serde_json::json!({}), &laws::NoFiles, &[sample, "⼈⺠\u{0}５Ｇ，︽经济经济︾"]);
    }

    #[test]
    fn twice_is_the_same_as_once() {
        let texts = [
            include_str!("../../examples/pinghu-2022-03-28.txt"),
            "全力冲刺平湖经济全力冲刺平湖经济““开门红开门红””\n平湖平湖\n⼈⺠５Ｇ\u{ad}\u{feff}\n\u{ad}a\u{ad}b\u{ad}",
            "一二三四一二三四五六五六一二三四一二三四五六五六\n平湖平湖平湖平湖\n甲甲乙乙",
        ];
        for text in texts {
            let once = normalize(Config::default(), laws::page(text));
            let twice = normalize(Config::default(), once.clone());
            assert_eq!(once.edits(), twice.edits());
            assert!(once.edits().iter().all(|edit| edit.with.is_none() || edit.span.len() <= 4));
        }
    }

    #[test]
    fn folds_characters_and_names_the_repair() {
        assert_eq!(lines("⼈⺠︽５Ｇ时代︾：Ⅰ级……，①㎡"), ["人民《5G时代》：Ⅰ级……，①㎡"]);
        let page = normalize(Config::default(), laws::page("⼈︒Ａ\u{7}"));
        let why: Vec<_> = page.edits().iter().map(|edit| (edit.with, edit.why)).collect();
        let expected =
            [(Some('人'), Repair::Radical), (Some('。'), Repair::VerticalForm), (Some('A'), Repair::Width), (None, Repair::Control)];
        assert_eq!(why, expected);
    }

    #[test]
    fn drops_controls_but_not_joiners_tabs_and_soft_hyphens_at_line_ends() {
        assert_eq!(lines("平\u{0}湖\u{200b}\u{feff}\u{2060}市"), ["平湖市"]);
        assert_eq!(lines("a\tb\u{200d}c\u{200f}"), ["a\tb\u{200d}c\u{200f}"]);
        assert_eq!(lines("com\u{ad}mon soft\u{ad}\nware"), ["common soft\u{ad}", "ware"]);
        assert_eq!(lines("soft\u{ad}\u{200b}\nware"), ["soft\u{ad}", "ware"]);
    }

    #[test]
    fn every_repair_can_be_switched_off() {
        let text = "⼈︒Ａ\u{7}\u{ad}乙\n振奋精神振奋精神";
        let off = Config { radicals: false, vertical_forms: false, full_width: FullWidth::Keep, controls: false, doubled_runs: false };
        assert_eq!(normalize(off, laws::page(text)).edits(), []);
    }

    #[test]
    fn reads_the_sample_headline_once() {
        let seen = lines(include_str!("../../examples/pinghu-2022-03-28.txt"));
        assert!(seen.iter().any(|line| line == "振奋精神乘势而上开足马力"));
        assert!(seen.iter().any(|line| line == "全力冲刺平湖经济“开门红”"));
    }

    #[test]
    fn repairs_weak_lines_only_beside_sure_ones() {
        assert_eq!(lines("稻田养虾稻田养虾\n平湖平湖\n人人"), ["稻田养虾", "平湖", "人人"]);
        assert_eq!(lines("平湖平湖\n人人\n稻田养虾好"), ["平湖平湖", "人人", "稻田养虾好"]);
        assert_eq!(lines("稻田养虾稻田养虾\n甲\n乙\n丙\n平湖平湖")[4], "平湖平湖");
    }

    #[test]
    fn short_doubled_lines_in_a_row_prove_each_other() {
        assert_eq!(lines("河长制河长制\n见成效见成效\n常态"), ["河长制", "见成效", "常态"]);
        assert_eq!(lines("河长制河长制\n人人都来"), ["河长制河长制", "人人都来"]);
    }

    #[test]
    fn copies_may_be_lines_of_their_own() {
        assert_eq!(lines("前文。\n河长制让小河\n河长制让小河变清水变清水\n后文"), ["前文。", "河长制让小河变清水", "后文"]);
        assert_eq!(lines("河长制让小河\n河长制让小河\n变得清清爽爽\n变得清清爽爽\n后文"), ["河长制让小河", "变得清清爽爽", "后文"]);
        assert_eq!(lines("河长制让小河\n河长制让小河变\n变\n后文"), ["河长制让小河变", "后文"]);
        assert_eq!(lines("清水，\n清水，\n流过村庄"), ["清水，", "清水，", "流过村庄"]);
    }

    #[test]
    fn white_space_between_copies_goes_with_them() {
        assert_eq!(lines("稻田养虾 稻田养虾 ““富民富民””"), ["稻田养虾 “富民”"]);
    }

    #[test]
    fn copies_that_differ_in_code_point_only_are_copies() {
        assert_eq!(lines("人民至上⼈⺠至上"), ["人民至上"]);
    }
}
