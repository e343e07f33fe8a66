//! The names of output files: the option `path` with the fields that `split_by` and `rotate` put into it, filled in for each article.
//! To look for files that have such names is for `divided`.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use pipeline::{Article, OptionError};

use super::divided::Divided;
use super::part::KEPT;
use super::{By, Rotate, SplitBy};

/// What may stand in braces in a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Topic,
    Paper,
    IssueDate,
    Document,
    Day,
    Number,
}

const FIELDS: &[(&str, Field)] = &[
    ("topic", Field::Topic),
    ("paper", Field::Paper),
    ("issue_date", Field::IssueDate),
    ("doc", Field::Document),
    ("day", Field::Day),
    ("n", Field::Number),
];

/// Stand in a route for what only the writer knows. No value has them in it.
pub(super) const DAY: &str = "\u{1}";
pub(super) const NUMBER: &str = "\u{2}";
/// What they become, as patterns.
pub(super) const A_DAY: &str = "[0-9]{4}-[0-9]{2}-[0-9]{2}";
pub(super) const A_NUMBER: &str = "[0-9]{6,}";
/// What other fields become: nothing that begins with a dot, see `plain`.
const A_VALUE: &str = "[^/.][^/]*";
/// The longest name of a file, in bytes: most file systems allow 255, and while it is written a file is called
/// `.NAME.partial-4194304`.
const NAME: usize = 255 - ".".len() - KEPT.len() - "-4194304".len();
/// The longest value in a name, in bytes.
const VALUE: usize = 120;
/// The shortest that values are cut to, in bytes.
const LEAST: usize = 16;
/// What takes the place of a field that an article has no value for.
const NONE: &str = "none";

/// A path with fields, or without.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Names {
    real: PathBuf,
    pieces: Vec<Piece>,
    /// So many bytes of a value stand in a name; of a longer one its beginning and a digest.
    room: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Field(Field),
}

impl Names {
    /// Reads `path`, which the process opens as `real`, its folder before it, and puts in what the other options ask for and it does not say.
    ///
    /// # Errors
    /// `unknown_field`, `field_without_size`, `invalid_option`.
    pub(super) fn new(path: &str, real: &Path, split_by: Option<SplitBy>, rotate: &Rotate) -> Result<Self, OptionError> {
        let split = split_by.map(|by| match by {
            SplitBy::Topic => Field::Topic,
            SplitBy::Paper => Field::Paper,
            SplitBy::IssueDate => Field::IssueDate,
        });
        let by = rotate.by.map(|by| match by {
            By::Day => Field::Day,
            By::Issue => Field::Document,
        });
        let number = rotate.size.map(|_| Field::Number);
        let wanted: Vec<Field> = [split, by, number].into_iter().flatten().collect();
        let written = pieces(path)?;
        if written.contains(&Piece::Field(Field::Number)) && number.is_none() {
            let error = OptionError::new("path", "field_without_size", "{n} numbers files, but nothing says when the next one begins");
            return Err(error.with_help("add `rotate: { size: 256MiB }`"));
        }
        if wanted.is_empty() && written.iter().all(|piece| matches!(piece, Piece::Text(_))) {
            return Ok(Self { real: real.to_owned(), pieces: Vec::new(), room: 0 });
        }
        let Some(real_text) = real.to_str() else {
            return Err(OptionError::new("path", "invalid_option", "a path with fields in it must be UTF-8"));
        };
        // What stands before the path as it is written is the name of a folder, whatever is in it.
        let before = real_text.strip_suffix(path).unwrap_or_default();
        let mut pieces = written;
        match pieces.first_mut() {
            Some(Piece::Text(text)) => text.insert_str(0, before),
            _ if before.is_empty() => {}
            _ => pieces.insert(0, Piece::Text(before.to_owned())),
        }
        for field in wanted {
            if !pieces.contains(&Piece::Field(field)) {
                insert(&mut pieces, field);
            }
        }
        Ok(Self { real: real.to_owned(), room: room(&pieces), pieces })
    }

    /// Whether all records go to one file for ever.
    pub(super) fn is_one(&self) -> bool {
        self.pieces.is_empty()
    }

    /// The one file, or the path as it is written.
    pub(super) fn real(&self) -> &Path {
        &self.real
    }

    /// The folder below which all files are.
    pub(super) fn folder(&self) -> PathBuf {
        let path = match self.pieces.first() {
            Some(Piece::Text(before)) => Path::new(before.rsplit_once('/').map_or("", |(folder, _)| folder)),
            Some(Piece::Field(_)) => Path::new(""),
            None => self.real.parent().unwrap_or(Path::new("")),
        };
        if path.as_os_str().is_empty() { PathBuf::from(".") } else { path.to_owned() }
    }

    /// Whether an article's own fields say where it goes.
    fn splits(&self) -> bool {
        self.pieces.iter().any(|piece| matches!(piece, Piece::Field(field) if !matches!(field, Field::Day | Field::Number)))
    }

    /// Where `article` goes; nothing when all go the same way.
    pub(super) fn routes(&self, article: &Article) -> Vec<Arc<str>> {
        if !self.splits() {
            return Vec::new();
        }
        let by_topic = self.pieces.contains(&Piece::Field(Field::Topic));
        let mut topics: Vec<&str> = if by_topic { article.topics.iter().map(|topic| &*topic.id).collect() } else { vec![NONE] };
        if topics.is_empty() {
            topics.push(NONE);
        }
        let identity = &article.sheet.identity;
        let routes = topics.into_iter().map(|topic| {
            self.route(&|field| match field {
                Field::Topic => plain(topic, self.room),
                Field::Paper => plain(identity.paper.as_deref().unwrap_or(NONE), self.room),
                Field::IssueDate => plain(identity.issue_date.as_deref().unwrap_or(NONE), self.room),
                Field::Document => plain(&identity.doc_id, self.room),
                Field::Day => DAY.to_owned(),
                Field::Number => NUMBER.to_owned(),
            })
        });
        routes.collect()
    }

    /// The way that all articles go.
    pub(super) fn one_route(&self) -> Arc<str> {
        self.route(&|field| if field == Field::Number { NUMBER.to_owned() } else { DAY.to_owned() })
    }

    fn route(&self, value: &dyn Fn(Field) -> String) -> Arc<str> {
        let parts = self.pieces.iter().map(|piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Field(field) => value(*field),
        });
        parts.collect::<String>().into()
    }

    /// The file that a route leads to on `day`, the `number`th of its kind.
    pub(super) fn file(&self, route: &str, day: &str, number: u32) -> PathBuf {
        if self.is_one() {
            return self.real.clone();
        }
        route.replace(DAY, day).replace(NUMBER, &format!("{number:06}")).into()
    }

    /// Tells whether some article may go to a path on some day.
    pub(super) fn given(&self) -> impl Fn(&Path) -> bool + use<> {
        let (real, is_one, pattern) = (self.real.clone(), self.is_one(), self.pattern());
        move |path: &Path| if is_one { path == real } else { path.to_str().is_some_and(|path| pattern.is_match(path)) }
    }

    /// What the paths look like that articles go to.
    fn pattern(&self) -> regex::Regex {
        pattern_of(self.pieces.iter().cloned())
    }

    /// The same of the last name in them.
    fn last_pattern(&self) -> regex::Regex {
        let mut last = Vec::new();
        for piece in self.pieces.iter().rev() {
            if let Piece::Text(text) = piece
                && let Some((_, name)) = text.rsplit_once('/')
            {
                last.push(Piece::Text(name.to_owned()));
                break;
            }
            last.push(piece.clone());
        }
        pattern_of(last.into_iter().rev())
    }

    /// The files among which articles are divided; nothing when all go to one.
    pub(super) fn divided(&self) -> Option<Divided> {
        if self.is_one() {
            return None;
        }
        let folder = self.folder();
        let depth = self.real.components().count() - folder.components().filter(|part| *part != Component::CurDir).count();
        Some(Divided { folder, depth, pattern: self.pattern(), last: self.last_pattern() })
    }

    /// Whether a route changes with the day.
    pub(super) fn by_day(&self) -> bool {
        self.pieces.contains(&Piece::Field(Field::Day))
    }
}

/// What pieces look like, one behind the other.
fn pattern_of(pieces: impl Iterator<Item = Piece>) -> regex::Regex {
    let pattern = pieces.map(|piece| match piece {
        Piece::Text(text) => regex::escape(&text),
        Piece::Field(Field::Day) => A_DAY.to_owned(),
        Piece::Field(Field::Number) => A_NUMBER.to_owned(),
        Piece::Field(Field::IssueDate) => format!("(?:{A_DAY}|{NONE})"),
        Piece::Field(_) => A_VALUE.to_owned(),
    });
    regex::Regex::new(&format!("^(?:{})$", pattern.collect::<String>())).expect("what is written is escaped")
}

fn pieces(path: &str) -> Result<Vec<Piece>, OptionError> {
    let mut pieces = Vec::new();
    let mut rest = path;
    while let Some((before, (name, after))) = rest.split_once('{').and_then(|(before, from)| Some((before, from.split_once('}')?))) {
        let Some((_, field)) = FIELDS.iter().find(|(known, _)| *known == name) else {
            let known = FIELDS.iter().map(|(known, _)| format!("{{{known}}}")).collect::<Vec<_>>().join(", ");
            return Err(
                OptionError::new("path", "unknown_field", format!("nothing is called {{{name}}}")).with_help(format!("there is {known}"))
            );
        };
        if !before.is_empty() {
            pieces.push(Piece::Text(before.to_owned()));
        }
        pieces.push(Piece::Field(*field));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    Ok(pieces)
}

/// Puts `.{field}` before the first ending of the file's name.
fn insert(pieces: &mut Vec<Piece>, field: Field) {
    let last_text = pieces.iter().rposition(|piece| matches!(piece, Piece::Text(_)));
    let Some((at, text)) = last_text.and_then(|at| if let Piece::Text(text) = &pieces[at] { Some((at, text.clone())) } else { None })
    else {
        return pieces.push(Piece::Field(field));
    };
    let name = text.rfind('/').map(|slash| slash + 1);
    // A hidden file's first dot is no ending. Where a field stands before the text, the name has begun there.
    let begins = name.is_some() || at == 0;
    let name = name.unwrap_or(0);
    let skipped = name + usize::from(begins && text.get(name..).is_some_and(|name| name.starts_with('.')));
    let cut = text.get(skipped..).and_then(|name| name.find('.')).map_or(text.len(), |dot| skipped + dot);
    let (before, after) = text.split_at(cut);
    let parts = [Piece::Text(format!("{before}.")), Piece::Field(field), Piece::Text(after.to_owned())];
    pieces.splice(at..=at, parts.into_iter().filter(|piece| *piece != Piece::Text(String::new())));
}

/// How many bytes a value may have, so that no name in the path gets longer than [`NAME`], unless what is written in it is too long.
fn room(pieces: &[Piece]) -> usize {
    let mut room = VALUE;
    let (mut taken, mut values) = (0_usize, 0);
    let mut end_name = |taken: &mut usize, values: &mut usize| {
        if let Some(each) = NAME.saturating_sub(*taken).checked_div(*values) {
            room = room.min(each);
        }
        (*taken, *values) = (0, 0);
    };
    for piece in pieces {
        match piece {
            Piece::Text(text) => {
                let mut names = text.split('/');
                taken += names.next().unwrap_or_default().len();
                for name in names {
                    end_name(&mut taken, &mut values);
                    taken = name.len();
                }
            }
            Piece::Field(Field::Day | Field::Number) => taken += "2022-03-28".len(),
            Piece::Field(_) => values += 1,
        }
    }
    end_name(&mut taken, &mut values);
    room.max(LEAST)
}

/// A value as part of a file's name, in `room` bytes: nothing in it leads into another folder or hides the file.
fn plain(value: &str, room: usize) -> String {
    let value = value.trim();
    let safe = |c: char| if c == '/' || c == '\\' || c.is_control() { '_' } else { c };
    let hidden = if value.starts_with('.') { "_" } else { "" };
    let plain: String = hidden.chars().chain(value.chars().map(safe)).collect();
    if plain.is_empty() {
        return NONE.to_owned();
    }
    if plain.len() <= room {
        return plain;
    }
    let digest = format!("~{:.8}", blake3::hash(value.as_bytes()).to_hex());
    let end = (0..=room.saturating_sub(digest.len())).rev().find(|end| plain.is_char_boundary(*end)).unwrap_or(0);
    format!("{}{digest}", plain.get(..end).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use pipeline::{Size, laws};

    use super::*;

    fn names(path: &str, split_by: Option<SplitBy>, rotate: &Rotate) -> Names {
        Names::new(path, &Path::new("/base").join(path), split_by, rotate).unwrap()
    }

    fn files(names: &Names, article: &Article) -> Vec<String> {
        let routes = names.routes(article);
        let routes = if routes.is_empty() { vec![names.one_route()] } else { routes };
        routes.iter().map(|route| names.file(route, "2022-03-28", 7).display().to_string()).collect()
    }

    #[test]
    fn fields_are_put_where_they_are_wanted() {
        let mut article = laws::article("正文");
        let none = Rotate::default();
        let by_size = Rotate { size: Some(Size(1)), by: None };
        assert_eq!(files(&names("o/a.ndjson.gz", None, &none), &article), ["/base/o/a.ndjson.gz"]);
        assert_eq!(files(&names("o/a.ndjson.gz", None, &by_size), &article), ["/base/o/a.000007.ndjson.gz"]);
        assert_eq!(files(&names("a", None, &Rotate { size: None, by: Some(By::Day) }), &article), ["/base/a.2022-03-28"]);
        let paper = names("o/.a.ndjson", Some(SplitBy::Paper), &by_size);
        assert_eq!(files(&paper, &article), ["/base/o/.a.none.000007.ndjson"]);
        let topics = names("o/{topic}/{issue_date}.ndjson", Some(SplitBy::Topic), &none);
        assert_eq!(files(&topics, &article), ["/base/o/none/none.ndjson"]);
        assert_eq!(topics.folder(), Path::new("/base/o"));
        for (path, file) in [("o/{doc}", "/a{n}/{topic}/o/test"), ("{doc}", "/a{n}/{topic}/test")] {
            let below = Names::new(path, &Path::new("/a{n}/{topic}").join(path), None, &none).unwrap();
            assert_eq!(files(&below, &article), [file]);
            assert_eq!(below.folder(), Path::new(file).parent().unwrap());
        }
        let topic = |id: &str| pipeline::Topic {
            id: id.into(),
            label: id.into(),
            score: pipeline::Permille::ONE,
            broader: None,
            evidence: Vec::new(),
        };
        article.topics = vec![topic("work"), topic("../../etc/x")];
        assert_eq!(files(&topics, &article), ["/base/o/work/none.ndjson", "/base/o/_.._.._etc_x/none.ndjson"]);
    }

    #[test]
    fn long_values_keep_to_what_a_name_may_have() {
        let mut article = laws::article("正文");
        let sheet = Arc::make_mut(&mut article.sheet);
        sheet.identity.paper = Some("报".repeat(100).into());
        let by_size = Rotate { size: Some(Size(1)), by: None };
        for path in ["{paper}", "o/{paper}.{doc}.{issue_date}.{day}.ndjson.gz", "{paper}/{paper}{paper}{paper}/{doc}", "a/{doc}"] {
            let names = names(path, None, &by_size);
            let files = ["长".repeat(100), format!("{}短", "长".repeat(99)), "短".to_owned()].map(|doc| {
                let sheet = Arc::make_mut(&mut article.sheet);
                sheet.identity.doc_id = doc.as_str().into();
                sheet.identity.issue_date = Some("2022-03-28".into());
                let [file] = files(&names, &article).try_into().unwrap();
                let longest = Path::new(&file).components().map(|name| name.as_os_str().len()).max().unwrap();
                assert!(longest <= NAME && names.given()(Path::new(&file)), "{longest} {file}");
                file
            });
            assert_eq!(files[0] != files[1], path.contains("doc"), "{files:?}");
            assert!(files[2].contains('短') || !path.contains("doc"), "short values stay as they are: {files:?}");
        }
    }

    #[test]
    fn refuses_what_it_does_not_know() {
        let code = |path: &str| Names::new(path, Path::new(path), None, &Rotate::default()).unwrap_err().code;
        assert_eq!(code("{date}.ndjson"), "unknown_field");
        assert_eq!(code("a.{n}.ndjson"), "field_without_size");
        assert!(Names::new("a{b.ndjson", Path::new("a{b.ndjson"), None, &Rotate::default()).unwrap().is_one());
    }
}
