//! Reads user dictionaries in jieba's format, `word [freq] [tag]`, and says what is wrong with which line.
//!
//! What the words do to the segmentation is the segmenter's matter.

use pipeline::{BuildResult, OptionError, Pos, Resources};

/// Frequencies above it would let the sum over a dictionary overflow; the commonest word has 883,634.
const HIGHEST_FREQ: u64 = 1_000_000_000;
/// A file that is no dictionary at all has mistakes in every line; these are enough to see that.
const REPORTED_LINES: usize = 20;

/// One line of a dictionary.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) word: String,
    /// `None` asks for just enough to keep the word whole.
    pub(super) freq: Option<u64>,
    pub(super) tag: Option<String>,
}

/// Reads the dictionary `file`, which stands at `path` among the options.
///
/// # Errors
/// `unreadable_file`, or one `bad_dictionary_line` for each of the first bad lines.
pub(super) fn read(path: &str, file: &str, resources: &dyn Resources) -> BuildResult<Vec<Entry>> {
    let text = resources.text_at(path, file).map_err(|mistake| vec![mistake])?;
    let mut entries = Vec::new();
    let mut mistakes = Vec::new();
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match parse(line) {
            Ok(entry) => entries.push(entry),
            Err(message) => mistakes.push(
                OptionError::new(path, "bad_dictionary_line", format!("{file}, line {}: {message}", index + 1))
                    .with_help("a line is `word [freq] [tag]`, divided by spaces"),
            ),
        }
    }
    mistakes.truncate(REPORTED_LINES);
    if mistakes.is_empty() { Ok(entries) } else { Err(mistakes) }
}

fn parse(line: &str) -> Result<Entry, String> {
    if line.contains('\0') {
        return Err("the line holds a NUL character".to_owned());
    }
    if line.starts_with(char::is_whitespace) && line.trim_start().starts_with(|c: char| c.is_ascii_digit()) {
        return Err("the word is missing".to_owned());
    }
    let fields: Vec<&str> = line.split_whitespace().collect();
    let (word, freq, tag) = match *fields.as_slice() {
        [word] => (word, None, None),
        [word, tag] if tag.bytes().all(|byte| byte.is_ascii_lowercase()) => (word, None, Some(tag)),
        [word, freq] => (word, Some(freq), None),
        [word, freq, tag] => (word, Some(freq), Some(tag)),
        _ => return Err(format!("{} fields are too many", fields.len())),
    };
    let freq = freq.map(|freq| match freq.parse() {
        Ok(number) if number <= HIGHEST_FREQ => Ok(number),
        _ => Err(format!("the frequency `{freq}` is not a number from 0 to {HIGHEST_FREQ}")),
    });
    if let Some(tag) = tag.filter(|tag| Pos::new(tag).is_none()) {
        return Err(format!("the tag `{tag}` is longer than 7 bytes"));
    }
    Ok(Entry { word: word.to_owned(), freq: freq.transpose()?, tag: tag.map(str::to_owned) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_form_of_a_line() {
        let entry = |word: &str, freq, tag: Option<&str>| Ok(Entry { word: word.to_owned(), freq, tag: tag.map(str::to_owned) });
        assert_eq!(parse("云计算"), entry("云计算", None, None));
        assert_eq!(parse("云计算 5"), entry("云计算", Some(5), None));
        assert_eq!(parse("云计算\t5  n "), entry("云计算", Some(5), Some("n")));
        assert_eq!(parse("平湖 ns"), entry("平湖", None, Some("ns")));
    }

    #[test]
    fn says_what_is_wrong() {
        let cases = [
            ("云计算 五 n", "the frequency `五` is not a number"),
            ("云计算 -1", "the frequency `-1` is not a number"),
            ("云计算 99999999999", "is not a number from 0 to 1000000000"),
            ("云计算 3 longlong", "the tag `longlong` is longer than 7 bytes"),
            ("云计算 3 n n", "4 fields are too many"),
            ("云\0计算", "NUL"),
            (" 3 n", "the word is missing"),
        ];
        for (line, message) in cases {
            let error = parse(line).unwrap_err();
            assert!(error.contains(message), "{line}: {error}");
        }
    }
}
