//! `jianbao stages`: what a pipeline can be made of.

use std::fmt::Write;

use stages::{SOURCES, STAGES};

use crate::arguments::StagesOptions;
use crate::exit::{Exit, complain, print};

pub(crate) fn run(options: &StagesOptions) -> Exit {
    let Some(name) = options.name.as_deref() else { return print(list().as_bytes()) };
    let manuals = STAGES.iter().map(|def| (def.name, def.manual())).chain(SOURCES.iter().map(|def| (def.name, def.manual())));
    if let Some((_, manual)) = manuals.into_iter().find(|(known, _)| *known == name) {
        return print(format!("{manual}\n").as_bytes());
    }
    complain("unknown_stage", &format!("no source or stage `{name}`; `jianbao stages` lists them"));
    Exit::Usage
}

fn list() -> String {
    let mut text = String::from("sources\n");
    for def in SOURCES {
        row(&mut text, def.name, "", def.about);
    }
    text.push_str("stages\n");
    for def in STAGES {
        row(&mut text, def.name, &format!("{} -> {}", def.takes.name(), def.gives.name()), def.about);
    }
    text
}

fn row(text: &mut String, name: &str, flow: &str, about: &str) {
    writeln!(text, "  {name:<16} {flow:<22} {about}").expect("a String takes all that is written to it");
}
