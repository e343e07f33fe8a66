//! The floor: the straight-line program that jianbao is held against.
//!
//! It does what nobody who wants words out of pages can do without: reads the files, joins their lines, cuts words with jieba,
//! looks for ten terms, writes a line of JSON for each page. It knows no articles, headlines, names, encodings, spans or failures,
//! and one core does it all. `benches/compare.py` runs both programs over the same files.
//!
//! ```sh
//! cargo run --release --example floor -- [--pos] FILES…
//! ```

use std::io::{self, BufWriter, Write};

use daachorse::CharwiseDoubleArrayAhoCorasick;
use jieba_rs::Jieba;
use serde::Serialize;

const TERMS: [&str; 10] = ["复工复产", "疫情防控", "共同富裕", "乡村振兴", "营商环境", "数字化改革", "安全生产", "项目", "经济", "企业"];

#[derive(Serialize)]
struct Record<'a> {
    id: String,
    text: &'a str,
    words: Vec<&'a str>,
    pos: Vec<&'a str>,
    hits: Vec<Hit>,
}

#[derive(Serialize)]
struct Hit {
    term: &'static str,
    start: usize,
    end: usize,
}

fn main() -> io::Result<()> {
    let (options, files): (Vec<String>, Vec<String>) = std::env::args().skip(1).partition(|argument| argument.starts_with("--"));
    let pos = options.iter().any(|option| option == "--pos");
    let jieba = Jieba::new();
    let terms = CharwiseDoubleArrayAhoCorasick::<u32>::new(TERMS).expect("ten words make an automaton");
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    for file in &files {
        let content = std::fs::read_to_string(file)?;
        for (number, page) in content.split('\u{c}').enumerate().filter(|(_, page)| !page.trim().is_empty()) {
            let text = joined(page);
            let (words, pos) = if pos {
                let visible = jieba.tag(&text, true).into_iter().filter(|tag| !tag.word.trim().is_empty());
                visible.map(|tag| (tag.word, tag.tag)).unzip()
            } else {
                let visible = jieba.cut(&text, true).into_iter().filter(|token| !token.word.trim().is_empty());
                (visible.map(|token| token.word).collect(), Vec::new())
            };
            let hits = terms.find_iter(&text);
            let hits = hits.map(|hit| Hit { term: TERMS[hit.value() as usize], start: hit.start(), end: hit.end() }).collect();
            serde_json::to_writer(&mut out, &Record { id: format!("{file}:{number}"), text: &text, words, pos, hits })?;
            out.write_all(b"\n")?;
        }
    }
    out.flush()
}

/// Lines of a paragraph run on; an empty line ends it.
fn joined(page: &str) -> String {
    let mut text = String::with_capacity(page.len());
    for line in page.lines().map(str::trim) {
        text.push_str(if line.is_empty() { "\n" } else { line });
    }
    text
}
