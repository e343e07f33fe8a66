//! The files that options name: relative to the configuration file, or shipped as `builtin:NAME`.

use std::path::{Path, PathBuf};

use pipeline::Resources;
use serde_json::Value;

use crate::diagnostics::Diagnostics;
use crate::tree;

/// Topic files that are part of the program.
const BUILTIN: &[(&str, &str)] = &[("builtin:gov-cn", include_str!("../topics/gov-cn.yaml"))];

/// Files below a folder.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Resources for Folder {
    fn text(&self, path: &str) -> Result<String, String> {
        let resolved = self.resolve(path);
        let bytes = std::fs::read(&resolved).map_err(|error| format!("cannot read {}: {error}", resolved.display()))?;
        String::from_utf8(bytes)
            .map_err(|error| format!("{} is not UTF-8 from byte {} on", resolved.display(), error.utf8_error().valid_up_to()))
    }

    fn document(&self, reference: &str) -> Result<Value, String> {
        if let Some((name, text)) = BUILTIN.iter().find(|(name, _)| *name == reference) {
            return structured(name, text);
        }
        if reference.starts_with("builtin:") {
            let names: Vec<&str> = BUILTIN.iter().map(|(name, _)| *name).collect();
            return Err(format!("nothing is shipped under {reference}; there is {}", names.join(", ")));
        }
        structured(&self.resolve(reference).display().to_string(), &self.text(reference)?)
    }

    fn resolve(&self, path: &str) -> PathBuf {
        if self.0.as_os_str().is_empty() || Path::new(path).is_absolute() { path.into() } else { self.0.join(path) }
    }
}

fn structured(name: &str, text: &str) -> Result<Value, String> {
    let mut mistakes = Vec::new();
    let node = tree::read(text, &|_| None, &mut mistakes);
    match node {
        Some(node) if mistakes.is_empty() => Ok(node.value()),
        None if mistakes.is_empty() => Err(format!("{name} is empty")),
        _ => Err(Diagnostics::new(name.to_owned(), text.to_owned(), mistakes).brief()),
    }
}
