//! The laws of the half of a sink that renders. The half that writes is left to the tests of each sink: it reaches outside.

use super::article;
use crate::def::BuiltSink;
use crate::sink::Rendered;

pub(super) fn check(name: &str, sink: &BuiltSink, texts: impl Iterator<Item = String>) {
    for text in texts.filter(|text| !text.trim().is_empty()) {
        let render = |before: &[u8]| {
            let mut line = before.to_vec();
            let rendered = sink.render.render(&article(&text), &mut line);
            let rendered = rendered.unwrap_or_else(|error| panic!("{name}: failed on {text:?}: {error}"));
            let own = line.strip_prefix(before).unwrap_or_else(|| panic!("{name}: changed the records before {text:?}"));
            assert_eq!(rendered == Rendered::Line, !own.is_empty(), "{name}: {rendered:?} of {} bytes for {text:?}", own.len());
            own.to_vec()
        };
        let first = render(b"");
        assert_eq!(first, render(b""), "{name}: the same article must give the same bytes twice");
        assert_eq!(first, render(b"before\n"), "{name}: a record must not depend on those before it");
    }
}
