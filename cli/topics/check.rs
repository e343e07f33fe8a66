//! `jianbao topics check`: mistakes and oddities of topic files, each at its place.

use std::io::IsTerminal;

use config::Diagnostic;
use serde_json::{Value, json};

use super::least;
use crate::arguments::{LogFormat, TopicsCheck};
use crate::check::{report, warn};
use crate::exit::{Exit, Manner, print, show, tell};

pub(super) fn run(options: &TopicsCheck) -> Exit {
    let json = options.topics.format == LogFormat::Json;
    let files = &options.topics.files;
    match config::linted_topics(files, least(&options.topics)) {
        Ok((topics, warnings)) => {
            let strict = options.strict && !warnings.is_empty();
            if json {
                let printed = print_all("warning", warnings.iter());
                if printed != Exit::Fine {
                    return printed;
                }
            } else if strict && !Manner::current().is_json() {
                for warning in &warnings {
                    show(&warning.render(std::io::stderr().is_terminal()));
                }
            } else {
                warn(&warnings);
            }
            if !json {
                let (count, odd) = (topics.topics.len(), warnings.len());
                let odd = if odd == 0 { String::new() } else { format!(", {odd} {}", plural(odd, "warning")) };
                tell(&format!("{}: {count} {}{odd}", files.join(", "), plural(count, "topic")));
            }
            if strict { Exit::Configuration } else { Exit::Fine }
        }
        Err(mistakes) if json => {
            let printed = print_all("error", mistakes.iter());
            if printed == Exit::Fine { Exit::Configuration } else { printed }
        }
        Err(mistakes) => {
            report(&mistakes);
            Exit::Configuration
        }
    }
}

fn plural(count: usize, noun: &str) -> String {
    if count == 1 { noun.to_owned() } else { format!("{noun}s") }
}

fn print_all<'a>(severity: &str, diagnostics: impl Iterator<Item = &'a Diagnostic>) -> Exit {
    let all = diagnostics.map(|diagnostic| {
        let mut object = json!({ "severity": severity });
        if let (Value::Object(object), Value::Object(rest)) = (&mut object, diagnostic.to_json()) {
            object.extend(rest);
        }
        object
    });
    print(format!("{:#}\n", Value::Array(all.collect())).as_bytes())
}
