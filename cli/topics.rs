//! `jianbao topics`: topic files checked, tested, measured, learned and explained.

mod check;
mod explain;
mod learn;
mod stats;
mod suggest;
mod table;
mod test;

use std::io::Read;
use std::path::Path;

use pipeline::Permille;
use serde_json::Value;
use stages::topics::pieces::{self, Piece};
use stages::topics::{Tagger, Topics};

use crate::arguments::{TopicsOptions, TopicsRead, TopicsTask};
use crate::check as configuration;
use crate::exit::{Exit, complain, print};

pub(crate) fn run(options: &TopicsOptions) -> Exit {
    let done = match &options.task {
        TopicsTask::Check(options) => Ok(check::run(options)),
        TopicsTask::Test(options) => test::run(options),
        TopicsTask::Stats(options) => stats::run(options),
        TopicsTask::Learn(options) => learn::run(options),
        TopicsTask::Explain(options) => explain::run(options),
        TopicsTask::Suggest(options) => suggest::run(options),
    };
    done.unwrap_or_else(|exit| exit)
}

fn least(options: &TopicsRead) -> Permille {
    Permille::from_share(options.min_score)
}

/// The topics of the files, ready to tag.
fn tagger(options: &TopicsRead) -> Result<Tagger, Exit> {
    let topics: Topics = config::topics(&options.files).map_err(|mistakes| configuration::report(&mistakes))?;
    Tagger::new(&topics, least(options), usize::MAX).map_err(|message| {
        complain("too_many_terms", &message);
        Exit::Configuration
    })
}

/// The articles of a file, or of stdin.
fn articles(path: &Path) -> Result<Vec<Piece>, Exit> {
    let name = path.display();
    let mut bytes = Vec::new();
    let read = if path.as_os_str() == "-" {
        std::io::stdin().lock().read_to_end(&mut bytes).map(|_| ())
    } else {
        std::fs::read(path).map(|read| bytes = read)
    };
    if let Err(error) = read {
        complain("unreadable_articles", &format!("{name} cannot be read: {}", error.to_string().to_lowercase()));
        return Err(Exit::Missing);
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let line = error.as_bytes().iter().take(good).filter(|byte| **byte == b'\n').count() + 1;
        complain("not_utf8", &format!("{name}:{line}: this is not UTF-8; save the file as UTF-8"));
        Exit::Data
    })?;
    pieces::read(&text).map_err(|bad| {
        for bad in &bad {
            complain("bad_article", &format!("{name}:{}:{}: {}", bad.line, bad.column, bad.message));
        }
        Exit::Data
    })
}

/// The full id of the topic that somebody named.
fn named<'a>(tagger: &'a Tagger, name: &str) -> Result<&'a str, Exit> {
    let ids = || tagger.topics().iter().map(|topic| &*topic.id);
    let names = stages::topics::measure::Names::new(ids());
    names.find(name).map(|index| &*tagger.topics()[index].id).ok_or_else(|| {
        let known: Vec<&str> = ids().collect();
        complain("no_such_topic", &format!("no topic `{name}`; there are {}", known.join(", ")));
        Exit::Usage
    })
}

fn print_json(value: &Value) -> Exit {
    print(format!("{value:#}\n").as_bytes())
}
