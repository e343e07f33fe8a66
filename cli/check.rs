//! `jianbao check`: all mistakes of a configuration, before a page is read.

use std::io::IsTerminal;

use config::{Diagnostics, Origin, Overrides, PRESETS, Preset};

use crate::arguments::{CheckOptions, LogFormat};
use crate::exit::{Exit, print, tell};

pub(crate) fn run(options: &CheckOptions) -> Exit {
    let mut exit = Exit::Fine;
    let mut all = Vec::new();
    for file in &options.files {
        match config::load(&Origin::File(file.clone()), &Overrides::default(), &|name| std::env::var(name).ok()) {
            Ok(_) => {
                if options.format == LogFormat::Text {
                    tell(&format!("{}: ok", file.display()));
                }
            }
            Err(mistakes) if options.format == LogFormat::Text => exit = report(&mistakes),
            Err(mistakes) => {
                exit = Exit::Configuration;
                all.extend(mistakes.to_json().as_array().cloned().unwrap_or_default());
            }
        }
    }
    if options.format == LogFormat::Json {
        let printed = print(format!("{:#}\n", serde_json::Value::Array(all)).as_bytes());
        if printed != Exit::Fine {
            return printed;
        }
    }
    exit
}

/// Prints mistakes for people.
pub(crate) fn report(mistakes: &Diagnostics) -> Exit {
    tell(&mistakes.render(std::io::stderr().is_terminal()));
    if mistakes.are_of_command_line() { Exit::Usage } else { Exit::Configuration }
}

/// Finds a preset by name, or says which there are.
pub(crate) fn preset(name: &str) -> Result<&'static Preset, Exit> {
    PRESETS.iter().find(|preset| preset.name == name).ok_or_else(|| {
        let names: Vec<&str> = PRESETS.iter().map(|preset| preset.name).collect();
        tell(&format!("error: no preset `{name}`; there are {}", names.join(", ")));
        Exit::Usage
    })
}
