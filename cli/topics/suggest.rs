//! `jianbao topics suggest`: terms that go with a topic and are not in it.

use serde_json::to_value;
use stages::topics::suggest::{Suggestion, suggest};

use super::table::table;
use super::{articles, named, print_json, tagger};
use crate::arguments::{LogFormat, TopicsSuggest};
use crate::exit::{Exit, print};

pub(super) fn run(options: &TopicsSuggest) -> Result<Exit, Exit> {
    let tagger = tagger(&options.topics)?;
    let id = named(&tagger, &options.topic)?;
    let pieces = articles(&options.corpus)?;
    let found = suggest(&tagger, id, &pieces, options.count).expect("the topic is one of the tagger's");
    if options.topics.format == LogFormat::Json {
        return Ok(print_json(&to_value(&found).expect("suggestions have string keys only")));
    }
    let row = |Suggestion { term, with_topic, without, strength, example }: &Suggestion| {
        vec![term.clone(), example.clone(), with_topic.to_string(), without.to_string(), format!("{strength:.2}")]
    };
    let rows: Vec<Vec<String>> = found.terms.iter().map(row).collect();
    let head = format!("{id}: {} articles with it, {} without\n\n", found.with_topic, found.without);
    let terms = if rows.is_empty() {
        "no term goes with the topic and is not in it\n".to_owned()
    } else {
        table(&["term", "for example", "with it", "without", "strength"], &rows, 2)
    };
    Ok(print((head + &terms).as_bytes()))
}
