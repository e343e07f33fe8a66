//! `jianbao check`: all mistakes of a configuration, before a page is read.

use std::io::IsTerminal;
use std::path::Path;

use config::{Diagnostic, Diagnostics, Origin, Overrides, PRESETS, Preset};

use crate::arguments::{CheckOptions, LogFormat};
use crate::exit::{Exit, Manner, complain, print, show, tell};
use crate::logging;

pub(crate) fn run(options: &CheckOptions) -> Exit {
    let mut exit = Exit::Fine;
    let mut all = Vec::new();
    for file in &options.files {
        match config::load(&Origin::File(file.clone()), &Overrides::default(), &|name| std::env::var(name).ok()) {
            Ok(loaded) => {
                warn(&loaded.warnings);
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

/// Where the configuration comes from: a file, a preset by name, or the default one.
pub(crate) fn origin(file: Option<&Path>, preset_name: Option<&str>) -> Result<Origin, Exit> {
    match (file, preset_name) {
        (Some(path), _) => Ok(Origin::File(path.to_owned())),
        (None, Some(name)) => preset(name).map(|preset| Origin::Preset(preset.name)),
        (None, None) => Ok(Origin::Preset("default")),
    }
}

/// Says what the mistakes are, with excerpts for people, a log line each for machines.
pub(crate) fn report(mistakes: &Diagnostics) -> Exit {
    if Manner::current().is_json() {
        for mistake in mistakes {
            let (line, column) = mistake.place.map(|(start, _)| (start.line, start.column)).unzip();
            let (help, suggestion) = (mistake.help.as_deref(), mistake.suggestion.as_deref());
            tracing::error!(target: logging::SAID, code = mistake.code, file = mistake.file(), line, column, help, suggestion, "{}", mistake.message);
        }
    } else {
        show(&mistakes.render(std::io::stderr().is_terminal()));
    }
    if mistakes.are_of_command_line() { Exit::Usage } else { Exit::Configuration }
}

/// Says what is odd in a configuration.
pub(crate) fn warn(warnings: &[Diagnostic]) {
    for warning in warnings {
        if Manner::current().is_json() {
            let (line, column) = warning.place.map(|(start, _)| (start.line, start.column)).unzip();
            tracing::warn!(target: logging::SAID, code = warning.code, file = warning.file(), line, column, "{}", warning.message);
        } else {
            tell(&warning.render(std::io::stderr().is_terminal()));
        }
    }
}

/// Finds a preset by name, or says which there are.
pub(crate) fn preset(name: &str) -> Result<&'static Preset, Exit> {
    PRESETS.iter().find(|preset| preset.name == name).ok_or_else(|| {
        let names: Vec<&str> = PRESETS.iter().map(|preset| preset.name).collect();
        complain("unknown_preset", &format!("no preset `{name}`; there are {}", names.join(", ")));
        Exit::Usage
    })
}
