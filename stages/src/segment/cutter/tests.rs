//! Our words beside those of jieba-rs, which they must be equal to.

use std::sync::LazyLock;

use jieba_rs::Jieba;
use proptest::prelude::*;

use super::*;

static JIEBA: LazyLock<Jieba> = LazyLock::new(Jieba::new);
static DEFAULT: LazyLock<Vocabulary> = LazyLock::new(Vocabulary::new);
/// Words of the dictionary, every 350th.
static WORDS: LazyLock<Vec<String>> = LazyLock::new(|| entries().into_iter().step_by(350).map(|(word, ..)| word).collect());

const SAMPLE: &str = include_str!("../../../../examples/pinghu-2022-03-28.txt");

/// What the dictionary says of its words.
fn entries() -> Vec<(String, u64, String)> {
    let packed = include_bytes!("../../../data/jieba-dict.txt.gz");
    let text = std::io::read_to_string(flate2::read::GzDecoder::new(&packed[..])).unwrap();
    let line = |line: &str| {
        let fields: Vec<&str> = line.split(' ').collect();
        (fields[0].to_owned(), fields[1].parse().unwrap(), fields[2].to_owned())
    };
    text.lines().map(line).collect()
}

type Added = (String, Option<u64>, Option<String>);

/// Both dictionaries with the same words added.
fn with(added: &[Added]) -> (Jieba, Vocabulary) {
    let (mut jieba, mut ours) = (JIEBA.clone(), Vocabulary::new());
    for (word, count, tag) in added {
        jieba.add_word(word, count.map(|count| count as usize), tag.as_deref());
        ours.add(word, *count, tag.as_deref());
    }
    (jieba, ours)
}

fn compare(jieba: &Jieba, ours: &Vocabulary, text: &str) {
    for joins in [true, false] {
        let theirs: Vec<_> = jieba.cut(text, joins).into_iter().map(|token| (token.byte_start, token.byte_end)).collect();
        let mut pieces = Vec::new();
        cut(ours, How { joins, tags: false }, text, |piece| pieces.push((piece.start as usize, piece.end as usize)));
        assert_eq!(pieces, theirs, "{text:?}, joins: {joins}");

        let theirs: Vec<_> = jieba.tag(text, joins).into_iter().filter(|tag| !tag.word.trim().is_empty()).collect();
        let theirs: Vec<_> = theirs.iter().map(|tag| (tag.word, pos_of(tag.tag))).collect();
        let mut pieces = Vec::new();
        cut(ours, How { joins, tags: true }, text, |piece| {
            if !piece.blank {
                pieces.push((piece.span().slice(text), piece.pos));
            }
        });
        assert_eq!(pieces, theirs, "{text:?}, joins: {joins}");
    }
}

#[test]
fn the_sample_and_odd_texts_are_cut_alike() {
    for text in [
        SAMPLE,
        "",
        " \n\t\u{3000}",
        "3月26日上午，GDP增长5.5%\nstate-of-the-art C2版 iPhone13 v1.2.3- a..b %5 100%%",
        "我们\r\n\r\n开会  了\r\r\n\n",
        "臺灣省𠀀𪚥é\u{feff}\u{0}鿿鿕鿖㐀㐀b豈",
        "龘龘龘龘龘龘龘龘张尧龘齉",
        "γ射线β粒子α",
    ] {
        compare(&JIEBA, &DEFAULT, text);
    }
    // A run without a mark, and one character over and over.
    let solid: String = SAMPLE.chars().filter(|c| prepared::is_han(*c)).collect();
    compare(&JIEBA, &DEFAULT, &solid);
    compare(&JIEBA, &DEFAULT, &"中".repeat(10_000));
    compare(&JIEBA, &DEFAULT, &"龘".repeat(10_000));
}

#[test]
fn every_word_is_there_with_its_count_and_its_tag() {
    for (word, count, tag) in entries() {
        let found = DEFAULT.find(word.chars().map(|character| Letter::new(0, character)));
        assert_ne!(found, Word::NONE, "{word}");
        assert_eq!((prepared::count(found), DEFAULT.tag(found)), (count, pos_of(&tag)), "{word}");
    }
    for word in ["不存在的词", "", "a", "中国中国", "\u{10FFFF}"] {
        assert_eq!(DEFAULT.has(word), JIEBA.has_word(word), "{word}");
    }
}

/// Every pair of neighbours in the dictionary, so that every word is cut once, and many that the model must join.
#[test]
fn every_word_is_cut_alike() {
    let all = entries();
    for words in all.chunks(16) {
        let text: String = words.iter().flat_map(|(word, ..)| [word.as_str(), "，", word.as_str()]).collect();
        compare(&JIEBA, &DEFAULT, &text);
    }
}

#[test]
fn added_words_weigh_alike() {
    let known = [("出示嘉行码", None, None), ("独山港镇", None, Some("ns")), ("嘉行码", Some(1000), Some("n"))];
    let changed = [("中国", Some(3), Some("x")), ("的", Some(0), None), ("是", None, None), ("上", Some(1_000_000_000), None)];
    let odd = [("℃", Some(5), Some("q")), ("\r\n", Some(5), None), ("GDP", None, Some("eng")), ("𠀀𪚥", None, None), ("", None, None)];
    let again = [("嘉行码", Some(2), Some("v")), ("嘉行码进入独山港镇", None, Some("i"))];
    let added: Vec<Added> = [&known[..], &changed, &odd, &again]
        .concat()
        .into_iter()
        .map(|(word, count, tag)| (word.to_owned(), count, tag.map(str::to_owned)))
        .collect();
    let (jieba, ours) = with(&added);
    for text in [SAMPLE, "出示嘉行码后进入独山港镇，中国是上海的，20℃GDP𠀀𪚥\r\n嘉行码进入独山港镇"] {
        compare(&jieba, &ours, text);
    }
    for phrase in added.iter().map(|(word, ..)| word.as_str()).chain(["人民日报社", "复工复产", "", " ", "x y"]) {
        assert_eq!(ours.suggested_count(phrase), jieba.suggest_freq(phrase) as u64, "{phrase:?}");
        assert_eq!(ours.has(phrase), jieba.has_word(phrase), "{phrase:?}");
        assert_eq!(DEFAULT.suggested_count(phrase), JIEBA.suggest_freq(phrase) as u64, "{phrase:?}");
    }
}

/// Text as it may come: words, Chinese characters common and rare, letters, digits, marks, white space.
fn text() -> impl Strategy<Value = String> {
    let words = any::<prop::sample::Index>().prop_map(|index| index.get(&WORDS).clone());
    let part = prop_oneof![
        4 => words,
        2 => "[\u{4E00}-\u{9FFF}]{1,4}",
        3 => "[一二三十年月日人大中国上下的了在是有和王张李小明市县省区学会]{1,6}",
        1 => "[\u{3400}-\u{4DBF}\u{F900}-\u{FAFF}\u{20000}-\u{2A6DF}\u{2CEB0}-\u{323AF}]{1,2}",
        2 => "[a-zA-Z0-9+#&._%-]{1,6}",
        1 => "[，。、：；“”《》（）！？·…—\u{3000}]",
        1 => "[ \t\r\n]{1,3}",
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(part, 0..24).prop_map(|parts| parts.concat())
}

fn added() -> impl Strategy<Value = Added> {
    let word = prop_oneof![
        any::<prop::sample::Index>().prop_map(|index| index.get(&WORDS).clone()),
        "[一二三十年月日人大中国上下的了在是有和王张李小明市县省区学会]{1,4}",
        "[a-z0-9℃·\u{4E00}-\u{9FFF}𠀀-𠀐]{1,3}",
    ];
    (word, prop::option::of(0_u64..3_000_000), prop::option::of("[a-z]{1,4}"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_cut_alike(text in text()) {
        compare(&JIEBA, &DEFAULT, &text);
        prop_assert_eq!(DEFAULT.suggested_count(&text), JIEBA.suggest_freq(&text) as u64);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn any_added_words_weigh_alike(added in prop::collection::vec(added(), 1..40), texts in prop::collection::vec(text(), 8)) {
        let (jieba, ours) = with(&added);
        let words: String = added.iter().map(|(word, ..)| word.as_str()).collect();
        for text in texts.iter().chain([&words]) {
            compare(&jieba, &ours, text);
            compare(&jieba, &ours, &format!("{text}{words}"));
        }
    }
}
