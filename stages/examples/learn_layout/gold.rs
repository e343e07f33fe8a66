//! The part of every line according to the answers.

use std::collections::HashMap;

use serde_json::Value;

fn tight(text: &str) -> Vec<char> {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn field(value: &Value, key: &str) -> Vec<char> {
    tight(value[key].as_str().unwrap_or_default())
}

fn list(value: &Value, key: &str) -> Vec<Vec<char>> {
    value[key].as_array().into_iter().flatten().filter_map(Value::as_str).map(tight).filter(|text| !text.is_empty()).collect()
}

fn holds(text: &[char], part: &[char]) -> bool {
    !part.is_empty() && text.windows(part.len()).any(|window| window == part)
}

struct Story {
    text: Vec<char>,
    starts: Vec<usize>,
    heads: Vec<Vec<char>>,
    subheads: Vec<Vec<char>>,
    others: Vec<Vec<char>>,
}

const SHINGLE: usize = 5;

/// The names of the parts each line may play; `None` when the answers do not tell.
pub(crate) fn parts(answers: &Value, lines: &[String]) -> Vec<Option<(&'static str, usize, usize, usize)>> {
    let furniture = list(answers, "furniture");
    let stories: Vec<Story> = answers["articles"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|article| {
            let mut story = Story {
                text: Vec::new(),
                starts: Vec::new(),
                heads: ["kicker", "title", "subtitle"].map(|key| field(article, key)).into_iter().filter(|h| !h.is_empty()).collect(),
                subheads: list(article, "subheads"),
                others: ["byline_raw", "credit_text", "jump_text", "jump_back_text"].map(|key| field(article, key)).to_vec(),
            };
            for paragraph in list(article, "paragraphs") {
                story.starts.push(story.text.len());
                story.text.extend(paragraph);
            }
            story
        })
        .collect();
    let mut index: HashMap<&[char], Vec<(usize, usize)>> = HashMap::new();
    for (number, story) in stories.iter().enumerate() {
        for (at, shingle) in story.text.windows(SHINGLE).enumerate() {
            index.entry(shingle).or_default().push((number, at));
        }
    }
    // Where each story goes on, and the line above with the place it reached.
    let mut reached: HashMap<usize, usize> = HashMap::new();
    let mut above: Option<(usize, usize)> = None;
    let mut out = Vec::with_capacity(lines.len());
    for line in lines {
        let line = tight(line);
        if furniture.contains(&line) {
            above = None;
            out.push(None);
            continue;
        }
        let common = |(story, at): (usize, usize)| stories[story].text[at..].iter().zip(&line).take_while(|(a, b)| a == b).count();
        let mut places: Vec<(usize, usize)> = if line.len() >= SHINGLE {
            index.get(&line[..SHINGLE]).cloned().unwrap_or_default()
        } else {
            reached.iter().map(|(story, at)| (*story, *at)).collect()
        };
        places.sort_unstable();
        let longest = places.iter().map(|place| common(*place)).max().unwrap_or(0);
        places.retain(|place| common(*place) == longest);
        if longest < line.len() && (longest < SHINGLE || longest * 2 < line.len()) {
            places.clear();
        }
        let next = places.iter().copied().find(|(story, at)| reached.get(story) == Some(at));
        let head = line.len() >= 2 && stories.iter().any(|story| story.heads.iter().any(|head| holds(head, &line)));
        if let Some((story, at)) = next.or_else(|| places.first().copied().filter(|_| !head)) {
            let own = &stories[story];
            let subhead = own.subheads.iter().any(|subhead| *subhead == line || (line.len() >= 4 && holds(subhead, &line)));
            let part = if subhead {
                "subhead"
            } else if at == 0 {
                "opening"
            } else if own.starts.contains(&at) {
                "start"
            } else if above == Some((story, at)) {
                "flow"
            } else {
                "resume"
            };
            out.push(Some((part, story, at, at + longest)));
            reached.insert(story, at + longest);
            above = Some((story, at + longest));
            continue;
        }
        above = None;
        let told = |texts: fn(&Story) -> &Vec<Vec<char>>| {
            if line.len() < 2 { None } else { stories.iter().position(|story| texts(story).iter().any(|text| holds(text, &line))) }
        };
        out.push(match (told(|story| &story.heads), told(|story| &story.others)) {
            (Some(story), None) => Some(("display", story, 0, 0)),
            (None, Some(story)) => Some(("byline", story, 0, 0)),
            _ => None,
        });
    }
    out
}
