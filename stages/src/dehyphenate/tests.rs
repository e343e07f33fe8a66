use super::*;
use pipeline::{Fragment, Passage, laws};

fn joined(text: &str) -> String {
    let mut out = Vec::new();
    Stage { config: Config::default() }.apply(laws::page(text), &mut out).unwrap();
    let page = out.remove(0);
    let fragments: Vec<_> = page.lines.iter().map(|line| Fragment { span: line.span, glue: line.glue }).collect();
    Passage::copy(&page, &fragments).text().to_owned()
}

#[test]
fn keeps_the_laws() {
    laws::check(&DEF, serde_json::json!({}), &laws::NoFiles, &[include_str!("../../../examples/pinghu-2022-03-28.txt"), "", "，。"]);
}
