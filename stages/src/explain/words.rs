//! The names of signs in words: `fit short stop no` is `short of the measure, ends with a full stop`.
//!
//! What blank lines mean on the page is part of many signs; it is the same for all its lines and said once for the page.
//! A family that is not known here keeps its name, so a new sign is shown before it has words.

/// What `sign`, seen at `place`, says.
pub(super) fn says(sign: &str, place: &str) -> String {
    let mut parts = sign.split_whitespace();
    let family = parts.next().unwrap_or_default();
    let values: Vec<&str> = parts.collect();
    // Of the seam behind a line the first of its two lines is the line itself.
    let (upper, lower) = if place == "after" { ("it", "the next line") } else { ("the line before", "it") };
    let said = match (family, values.as_slice()) {
        ("length", [length, _]) => format!("{length} characters long"),
        ("fit", [fit, end, blank]) => {
            format!("{}, ends with {}{}", width(fit), mark(end), if *blank == "yes" { ", behind a blank" } else { "" })
        }
        ("fit-where", [fit, _]) => width(fit).to_owned(),
        ("inside", [marks, length]) => format!("{length} characters with {} inside", inside(marks)),
        ("start", [start]) => format!("begins with {}", mark(start)),
        ("small-words", [count, length]) => format!("{count} small words (的 了 在 …) in {length} characters"),
        ("next", [_, blank, kind]) => format!("before {}{}", line(kind), behind(blank)),
        ("next-start", [start, blank]) => format!("the next line begins with {}{}", mark(start), behind(blank)),
        ("next-fit", [fit, next]) => format!("{}, the next line {}", width(fit), width(next)),
        ("latin", [yes, length]) => format!("{} letters, {length} characters", if *yes == "yes" { "Latin" } else { "no Latin" }),
        ("case", [case, length]) => match *case {
            "title" => format!("capitals of a headline, {length} characters"),
            "sentence" => format!("letters as in a sentence, {length} characters"),
            _ => format!("no Latin letters, {length} characters"),
        },
        ("end-fit", [end, fit]) => format!("{upper} ends with {}, {}", mark(end), width(fit)),
        ("end-start", [end, start]) => format!("{upper} ends with {}, {lower} begins with {}", mark(end), mark(start)),
        ("blanks", [_, a, b, c]) => {
            let there = |blank: &str| if blank == "blank" { "a blank" } else { "none" };
            format!("before {upper} {}, before {lower} {}, behind it {}", there(a), there(b), there(c))
        }
        ("blank-fit", [_, blank, fit]) => format!("{upper} is {}, {} behind it", width(fit), gap(blank)),
        ("blank-start", [_, blank, start]) => format!("{lower} begins with {}, {} before it", mark(start), gap(blank)),
        ("end-where", [_, end, blank]) => format!("{upper} ends with {}, {} behind it", mark(end), gap(blank)),
        ("box", [change, _, blank]) => format!("{lower} stands in {}, {} before it", column(change), gap(blank)),
        ("fits", [a, b]) => format!("{upper} is {}, {lower} {}", width(a), width(b)),
        ("kinds", [a, b]) => format!("{} and then {}", line(a), line(b)),
        ("run", [run, blank]) => format!("{lower} is {} {upper}, {} between", longer(run), gap(blank)),
        ("pair", [strength, end]) => {
            let open = if *end == "open" { ", in mid-sentence" } else { ", behind a stop" };
            format!("the characters that meet {}{open}", pair(strength))
        }
        _ => sign.to_owned(),
    };
    match (family, place) {
        ("kinds" | "pair", "after") => format!("below: {said}"),
        ("kinds" | "pair", "before") => format!("above: {said}"),
        _ => said,
    }
}

fn gap(blank: &str) -> &str {
    if blank == "blank" { "a blank" } else { "no blank" }
}

fn behind(blank: &str) -> &str {
    if blank == "blank" { " behind a blank" } else { "" }
}

fn width(fit: &str) -> &str {
    match fit {
        "far-beyond" => "far wider than the measure",
        "beyond" => "wider than the measure",
        "full" => "as wide as the measure",
        "full-or-indented" => "full or indented",
        "indented" => "indented and full",
        "deep-indented" => "deeply indented and full",
        "between" => "a little short of the measure",
        "short" => "short of the measure",
        "half" => "under half the measure",
        "tiny" => "under a quarter of the measure",
        "edge" => "at the edge of the page",
        _ => fit,
    }
}

fn mark(name: &str) -> &str {
    match name {
        "stop" => "a full stop",
        "quoted-stop" => "a full stop in quotes",
        "quote" => "a closing quote",
        "half-stop" => "a colon or semicolon",
        "comma" => "a comma",
        "list-comma" => "a list comma",
        "dash" => "a dash",
        "hanzi" => "a Chinese character",
        "letter" => "a letter",
        "small-letter" => "a small letter",
        "digit" => "a digit",
        "hyphen" => "a hyphen",
        "opening" => "an opening mark",
        "closing" => "a closing mark",
        "credit" => "a credit",
        "bullet" => "a bullet",
        "dateline" => "a dateline",
        "mark" => "another mark",
        "edge" => "the edge of the page",
        _ => name,
    }
}

fn inside(pace: &str) -> &str {
    match pace {
        "stop" => "a full stop",
        "comma" => "a comma",
        "colon" => "a colon or quotes",
        "space" => "a space",
        "bare" => "no mark",
        _ => pace,
    }
}

fn line(kind: &str) -> &str {
    match kind {
        "text" => "text",
        "byline" => "a byline",
        "jump-to" => "a jump line to another page",
        "jump-from" => "a jump line from another page",
        "furniture" => "furniture",
        "label" => "a section label",
        "notice" => "the heading of a notice",
        "edge" => "the edge of the page",
        _ => kind,
    }
}

fn column(change: &str) -> &str {
    match change {
        "same" => "the same measure",
        "near" => "nearly the same measure",
        "wider" => "a wider box",
        "narrower" => "a narrower box",
        _ => change,
    }
}

fn longer(run: &str) -> &str {
    match run {
        "much-shorter" => "much shorter than",
        "shorter" => "shorter than",
        "as-long" => "as long as",
        "longer" => "longer than",
        "much-longer" => "much longer than",
        _ => run,
    }
}

fn pair(strength: &str) -> &str {
    match strength {
        "strange" => "never follow each other",
        "seen" => "may follow each other",
        "usual" => "often follow each other",
        "none" => "are not both Chinese",
        _ => strength,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::signs;

    #[test]
    fn every_sign_has_words() {
        for name in signs::names(signs::LINE) {
            assert_ne!(says(&name, "line"), name);
        }
        for name in signs::names(signs::SEAM) {
            assert_ne!(says(&name, "before"), name);
            assert_ne!(says(&name, "before"), says(&name, "after"), "the two seams of a line are told apart");
        }
    }

    #[test]
    fn a_sign_without_words_keeps_its_name() {
        assert_eq!(says("moon full", "line"), "moon full");
        assert_eq!(says("fit short stop no", "line"), "short of the measure, ends with a full stop");
    }
}
