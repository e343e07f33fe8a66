//! The order of the stages: what each takes and gives, where the sink stands, what stands there twice.

use pipeline::{Flow, StageDef};

use crate::diagnostics::Mistake;
use crate::options::Named;
use crate::text::Source;

/// A stage as written, and its row when the name is known.
pub(crate) struct Link<'a> {
    pub(crate) named: Named<'a>,
    pub(crate) def: Option<&'static StageDef>,
}

/// Reports everything that is wrong with the order of `links`, each thing once.
pub(crate) fn check(links: &[Link<'_>], table: &'static [StageDef], source: &Source, mistakes: &mut Vec<Mistake>) {
    // `None` behind a stage that nobody knows: nothing can be said about what it gives.
    let mut flow = Some(Flow::Pages);
    for (index, link) in links.iter().enumerate() {
        let Some(def) = link.def else {
            flow = None;
            continue;
        };
        let before = &links[..index];
        let is_sink = def.gives == Flow::Nothing;
        if let Some(twin) = before.iter().find(|link| link.named.name == def.name && !is_sink) {
            let line = source.position(twin.named.name_span.start).line;
            let message = format!("`{}` stands here a second time; the first is on line {line}", def.name);
            mistakes.push(Mistake::at(&link.named.name_span, "duplicate_stage", message).help("remove one of them"));
            continue;
        }
        if let Some(gets) = flow.filter(|gets| *gets != def.takes) {
            let missing = table.iter().find(|other| other.takes == gets && other.gives == def.takes);
            mistakes.push(mismatch(link, def, gets, missing, before));
            if missing.is_none() && !is_sink {
                // It stands in the wrong place: for those behind it, it is not there.
                continue;
            }
        }
        if is_sink && index + 1 < links.len() {
            let message = format!("`{}` writes the records, so nothing can come after it", def.name);
            mistakes.push(Mistake::at(&link.named.name_span, "sink_not_last", message).help("move it to the end"));
        }
        flow = Some(if is_sink { def.takes } else { def.gives });
    }
    check_for_sink(links, table, mistakes);
}

/// A sink in the wrong place was reported already, and an unknown stage may be meant as one.
fn check_for_sink(links: &[Link<'_>], table: &[StageDef], mistakes: &mut Vec<Mistake>) {
    let is_sink = |def: &StageDef| def.gives == Flow::Nothing;
    let Some((last, def)) = links.last().and_then(|last| Some((last, last.def?))) else { return };
    if links.iter().any(|link| link.def.is_some_and(is_sink)) {
        return;
    }
    let sinks = table.iter().filter(|def| is_sink(def)).map(|def| format!("`- {}: {{}}`", def.name));
    let message = format!("nothing writes what `{}` gives", def.name);
    let help = format!("add {} at the end", sinks.collect::<Vec<_>>().join(" or "));
    mistakes.push(Mistake::at(&last.named.name_span, "no_sink", message).help(help));
}

fn mismatch(link: &Link<'_>, def: &StageDef, gets: Flow, missing: Option<&StageDef>, before: &[Link<'_>]) -> Mistake {
    let message = format!("`{}` takes {} but gets {}", def.name, def.takes.name(), gets.name());
    let mistake = Mistake::at(&link.named.name_span, "kind_mismatch", message);
    // Either something that turns one into the other is missing before it, or it stands behind what already has.
    if let Some(missing) = missing {
        return mistake.help(format!("put `{}` before it", missing.name));
    }
    let known = || before.iter().filter_map(|link| link.def);
    let turns = known().find(|other| other.takes == def.takes && other.gives == gets);
    match turns.or_else(|| known().find(|other| other.takes == gets)) {
        Some(other) => mistake.help(format!("move it before `{}`", other.name)),
        None => mistake,
    }
}
