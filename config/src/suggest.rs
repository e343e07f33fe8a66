//! Which of the known words was probably meant.

/// The nearest of `known`, if it is near enough to be worth saying.
pub(crate) fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |word: &str| word.trim().to_lowercase().replace(['-', ' '], "_");
    let written = plain(written);
    let length = written.chars().count();
    known
        .into_iter()
        .filter_map(|word| {
            let target = plain(word);
            let distance = strsim::damerau_levenshtein(&written, &target);
            let longest = length.max(target.chars().count());
            let near = distance <= (longest / 3).max(1) && distance < length;
            // `tag` for `tag_topics`, `letter` for `dead_letter`: a whole part of the name.
            let part = length >= 3 && target.split('_').any(|part| part == written);
            let begun = length >= 4 && (target.starts_with(&written) || written.starts_with(&target));
            (near || part || begun).then_some((distance, word))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_slips_and_parts_but_invents_nothing() {
        let known = ["normalize", "dehyphenate", "detect_articles", "segment", "tag_topics", "emit_ndjson"];
        for (written, meant) in [
            ("segmnt", "segment"),
            ("Segment", "segment"),
            ("normalise", "normalize"),
            ("detect-articles", "detect_articles"),
            ("tag_topic", "tag_topics"),
            ("tag", "tag_topics"),
            ("emit", "emit_ndjson"),
            ("ndjson", "emit_ndjson"),
            ("dehyphen", "dehyphenate"),
        ] {
            assert_eq!(nearest(written, known), Some(meant), "{written}");
        }
        for written in ["", "x", "kafka", "晚报"] {
            assert_eq!(nearest(written, known), None, "{written}");
        }
        assert_eq!(nearest("al", ["all"]), Some("all"));
        assert_eq!(nearest("q", ["p"]), None);
    }

    #[test]
    fn one_slip_of_the_finger_is_understood() {
        let groups: [&[&str]; 4] = [
            &["version", "source", "stages", "errors", "checkpoint", "runtime"],
            &["normalize", "dehyphenate", "detect_articles", "stitch_jumps", "segment", "tag_topics", "emit_ndjson"],
            &["paths", "glob", "recursive", "format", "encodings", "key", "paper", "issue_date", "max_page", "max_replaced"],
            &["workers", "memory", "queue", "on_error", "dead_letter", "stop", "skip", "auto"],
        ];
        for known in groups {
            for word in known {
                let characters: Vec<char> = word.chars().collect();
                for at in 0..characters.len() {
                    let [mut left_out, mut doubled, mut swapped, mut wrong] = std::array::from_fn(|_| characters.clone());
                    left_out.remove(at);
                    doubled.insert(at, characters[at]);
                    swapped.swap(at, (at + 1).min(characters.len() - 1));
                    wrong[at] = 'x';
                    for slip in [left_out, doubled, swapped, wrong] {
                        let slip: String = slip.into_iter().collect();
                        assert_eq!(nearest(&slip, known.iter().copied()), Some(*word), "{slip}");
                    }
                }
            }
        }
    }
}
