//! Regular expressions of topics: checked when a file is read, and looked at only where something that they need stands.

use pipeline::Span;
use regex::{Regex, RegexBuilder};
use regex_syntax::hir::{Hir, HirKind, literal::Extractor};

/// How large one may become when it is compiled, in bytes.
const LARGEST: usize = 1 << 20;
/// Of how many strings one may need one, to be looked for by them.
const MOST_NEEDED: usize = 64;

/// Compiles `pattern`.
///
/// # Errors
/// Why it is none, in one line.
pub(super) fn compile(pattern: &str) -> Result<Regex, String> {
    let regex = RegexBuilder::new(pattern).size_limit(LARGEST).build().map_err(|error| match error {
        regex::Error::Syntax(report) => {
            let reason = report.lines().last().unwrap_or_default().trim_start_matches("error: ");
            format!("no regular expression: {reason}")
        }
        _ => format!("the pattern becomes larger than {} KiB; repeat less often", LARGEST >> 10),
    })?;
    if regex.is_match("") { Err("the pattern matches where nothing stands".to_owned()) } else { Ok(regex) }
}

/// Strings of which one stands in every match of `pattern`; `None` when there are none to name.
pub(super) fn needed(pattern: &str) -> Option<Vec<String>> {
    strings_in(&regex_syntax::parse(pattern).ok()?)
}

fn strings_in(hir: &Hir) -> Option<Vec<String>> {
    let sets: Vec<Vec<String>> = match hir.kind() {
        HirKind::Concat(parts) => parts.iter().filter_map(strings_in).chain(whole(hir)).collect(),
        HirKind::Capture(capture) => strings_in(&capture.sub).into_iter().collect(),
        HirKind::Repetition(repetition) if repetition.min > 0 => strings_in(&repetition.sub).into_iter().collect(),
        HirKind::Alternation(parts) => {
            let all: Option<Vec<Vec<String>>> = parts.iter().map(strings_in).collect();
            all.map(|sets| sets.concat()).into_iter().collect()
        }
        _ => whole(hir).into_iter().collect(),
    };
    let rarest = |set: &Vec<String>| {
        let shortest = set.iter().map(|string| string.chars().count()).min().unwrap_or(0);
        (std::cmp::Reverse(shortest), set.len())
    };
    sets.into_iter().filter(|set| set.len() <= MOST_NEEDED).min_by_key(rarest)
}

/// The strings that matches begin with.
fn whole(hir: &Hir) -> Option<Vec<String>> {
    let mut seq = Extractor::new().extract(hir);
    seq.dedup();
    let strings: Option<Vec<String>> = seq.literals()?.iter().map(|literal| String::from_utf8(literal.as_bytes().to_vec()).ok()).collect();
    strings.filter(|strings| !strings.is_empty() && strings.iter().all(|string| !string.is_empty()))
}

/// All matches in `text` that do not overlap.
pub(super) fn matches<'a>(regex: &'a Regex, text: &'a str) -> impl Iterator<Item = Span> + 'a {
    regex.find_iter(text).map(|found| Span::new(found.start() as u32, found.end() as u32)).filter(|span| !span.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_what_a_pattern_needs() {
        for (pattern, expected) in [
            (r"产能(利用率)?(恢复|达到)\d+(\.\d+)?[%％]", Some(vec!["产能利用率恢复", "产能利用率达到", "产能恢复", "产能达到"])),
            (r"\d+(家|户)企业", Some(vec!["企业"])),
            (r"(?:复工|复产)率", Some(vec!["复产率", "复工率"])),
            (r"\d+例", Some(vec!["例"])),
            (r"\d+", None),
            (r"第[一二三]", Some(vec!["第一", "第三", "第二"])),
        ] {
            let mut found = needed(pattern);
            if let Some(strings) = &mut found {
                strings.sort();
            }
            let expected = expected.map(|strings| strings.into_iter().map(str::to_owned).collect::<Vec<_>>());
            assert_eq!(found, expected, "{pattern}");
        }
    }

    #[test]
    fn says_what_is_wrong_with_a_pattern() {
        assert!(compile("产能").is_ok());
        assert_eq!(compile("产能(").unwrap_err(), "no regular expression: unclosed group");
        assert_eq!(compile("(产能)?").unwrap_err(), "the pattern matches where nothing stands");
        assert!(compile(r"(\w{1000}){1000}").unwrap_err().contains("repeat less often"));
    }
}
