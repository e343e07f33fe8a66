//! Regular expressions for what newspapers print.

use regex::Regex;

/// Makes an automaton of one of our own patterns. `\d` is a figure of usual or of full width and `\p{Han}` an ideograph of the
/// characters in use: with those of every script, and those that no newspaper has, automata are several times as large and as slow
/// to make, and making them is most of the time that a single page takes.
pub(crate) fn pattern(text: &str) -> Regex {
    let text = text.replace(r"\d", "[0-9０-９]").replace(r"\p{Han}", "[㐀-䶿一-鿿〇]");
    Regex::new(&text).expect("our own patterns are valid")
}
