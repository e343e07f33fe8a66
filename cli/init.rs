//! `jianbao init`: a commented configuration to start from.

use std::fs::File;
use std::io::{ErrorKind, Write};

use config::PRESETS;

use crate::arguments::InitOptions;
use crate::check;
use crate::exit::{Exit, complain, print, tell};

pub(crate) fn run(options: &InitOptions) -> Exit {
    if options.list {
        let list: Vec<String> = PRESETS.iter().map(|preset| format!("{:<16} {}\n", preset.name, preset.about)).collect();
        return print(list.concat().as_bytes());
    }
    let preset = match check::preset(&options.preset) {
        Ok(preset) => preset,
        Err(exit) => return exit,
    };
    if options.path == "-" {
        return print(preset.text.as_bytes());
    }
    let file = if options.force { File::create(&options.path) } else { File::create_new(&options.path) };
    match file.and_then(|mut file| file.write_all(preset.text.as_bytes())) {
        Ok(()) => {
            tell(&format!("wrote {0}; run it with `jianbao run -c {0}`", options.path));
            Exit::Fine
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            complain("file_exists", &format!("{} is there already; `--force` replaces it", options.path));
            Exit::Usage
        }
        Err(error) => {
            complain("write_failed", &format!("failed to write {}: {error}", options.path));
            Exit::Io
        }
    }
}
