//! UTF-16 input, found by its byte order mark or its zero bytes, is turned into UTF-8 before anything looks for form feeds.
//!
//! What the decision is depends on the bytes alone and never on how they are cut into chunks: it is tried behind every line feed
//! and form feed, and made at the latest after [`SAMPLE`] bytes. All other encodings pass through as they are: in UTF-8, GB18030
//! and Big5 a form feed is never part of another character.

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_16BE, UTF_16LE};

/// After so many bytes it is decided.
const SAMPLE: usize = 4096;

/// The first layer of every input.
pub(super) struct Widener {
    state: State,
}

enum State {
    Undecided { head: Vec<u8>, tried: usize },
    Bytes,
    Wide { encoding: &'static Encoding, decoder: Decoder },
}

/// What the head of an input says.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Unclear,
    Bytes { skip: usize },
    Wide { encoding: &'static Encoding, skip: usize },
}

impl Widener {
    /// At the beginning of an input.
    pub(super) fn new() -> Self {
        Self { state: State::Undecided { head: Vec::new(), tried: 0 } }
    }

    /// The encoding, when the input is UTF-16.
    pub(super) fn encoding(&self) -> Option<&'static Encoding> {
        if let State::Wide { encoding, .. } = self.state { Some(encoding) } else { None }
    }

    /// Takes a chunk and appends what can be said of it to `out`; gives the number of bytes of a mark that was left out.
    pub(super) fn push(&mut self, chunk: &[u8], out: &mut Vec<u8>) -> u64 {
        match &mut self.state {
            State::Bytes => out.extend_from_slice(chunk),
            State::Wide { decoder, .. } => decode(decoder, chunk, out, false),
            State::Undecided { head, tried } => {
                head.extend_from_slice(chunk);
                let mut verdict = Verdict::Unclear;
                while verdict == Verdict::Unclear && *tried < head.len().min(SAMPLE) {
                    *tried += 1;
                    let checkpoint = *tried == 3 || *tried == SAMPLE || matches!(head[*tried - 1], b'\n' | 0xc);
                    if checkpoint {
                        verdict = judge(&head[..*tried], *tried == SAMPLE);
                    }
                }
                return self.decide(&verdict, out);
            }
        }
        0
    }

    /// The input is over; gives the number of bytes of a mark that was left out.
    pub(super) fn finish(&mut self, out: &mut Vec<u8>) -> u64 {
        match &mut self.state {
            State::Bytes => 0,
            State::Wide { decoder, .. } => {
                decode(decoder, &[], out, true);
                0
            }
            State::Undecided { head, .. } => {
                let verdict = judge(head, true);
                let skipped = self.decide(&verdict, out);
                if let State::Wide { decoder, .. } = &mut self.state {
                    decode(decoder, &[], out, true);
                }
                skipped
            }
        }
    }

    fn decide(&mut self, verdict: &Verdict, out: &mut Vec<u8>) -> u64 {
        let (next, skip) = match *verdict {
            Verdict::Unclear => return 0,
            Verdict::Bytes { skip } => (State::Bytes, skip),
            Verdict::Wide { encoding, skip } => (State::Wide { encoding, decoder: encoding.new_decoder_without_bom_handling() }, skip),
        };
        let State::Undecided { head, .. } = std::mem::replace(&mut self.state, next) else { return 0 };
        self.push(&head[skip..], out);
        skip as u64
    }
}

/// Malformed units become U+FFFD.
fn decode(decoder: &mut Decoder, mut bytes: &[u8], out: &mut Vec<u8>, last: bool) {
    loop {
        let start = out.len();
        out.resize(start + bytes.len() * 2 + 16, 0);
        let (result, read, written, _) = decoder.decode_to_utf8(bytes, &mut out[start..], last);
        out.truncate(start + written);
        bytes = &bytes[read..];
        if result == CoderResult::InputEmpty {
            return;
        }
    }
}

fn judge(head: &[u8], final_word: bool) -> Verdict {
    match head {
        [0xff, 0xfe, ..] => return Verdict::Wide { encoding: UTF_16LE, skip: 2 },
        [0xfe, 0xff, ..] => return Verdict::Wide { encoding: UTF_16BE, skip: 2 },
        [0xef, 0xbb, 0xbf, ..] => return Verdict::Bytes { skip: 3 },
        _ => {}
    }
    if !final_word {
        let plain = head.len() > 3 && !head.contains(&0) && narrow(head);
        return if plain { Verdict::Bytes { skip: 0 } } else { Verdict::Unclear };
    }
    zeros_say(head).map_or(Verdict::Bytes { skip: 0 }, |encoding| Verdict::Wide { encoding, skip: 0 })
}

/// Whether bytes without zeros are surely not the beginning of UTF-16: an ASCII or Chinese UTF-8 beginning, or so much text
/// that UTF-16 would have shown a line end, a digit or a space by now.
fn narrow(head: &[u8]) -> bool {
    let printable = head.iter().filter(|byte| byte.is_ascii_graphic()).count();
    match std::str::from_utf8(head) {
        Ok(text) => text.chars().any(|c| c.len_utf8() > 2) || printable >= 8,
        Err(_) => head.len() >= 64,
    }
}

/// The UTF-16 whose high bytes are zero where this has zeros. Low bytes are zero too in 一 and 开, only not as often as in line
/// ends, spaces and digits together.
fn zeros_say(head: &[u8]) -> Option<&'static Encoding> {
    let units = head.len() / 2;
    let (even, odd) =
        head.chunks_exact(2).fold((0, 0), |(even, odd), unit| (even + usize::from(unit[0] == 0), odd + usize::from(unit[1] == 0)));
    let (encoding, zeros, others) = if odd > even { (UTF_16LE, odd, even) } else { (UTF_16BE, even, odd) };
    let enough = zeros * 50 >= units && zeros > others * 2;
    let unlike_utf8 = (zeros >= 4 && zeros * 3 >= units) || std::str::from_utf8(head).is_err_and(|error| error.error_len().is_some());
    let whole = encoding.decode_without_bom_handling(&head[..units * 2]);
    let broken = whole.0.chars().filter(|c| *c == '\u{fffd}').count();
    (units > 0 && enough && unlike_utf8 && broken <= 1).then_some(encoding)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, little: bool) -> Vec<u8> {
        text.encode_utf16().flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
    }

    fn through(bytes: &[u8], chunk: usize) -> (Option<&'static str>, Vec<u8>) {
        let (mut widener, mut out) = (Widener::new(), Vec::new());
        for part in bytes.chunks(chunk) {
            widener.push(part, &mut out);
        }
        widener.finish(&mut out);
        (widener.encoding().map(Encoding::name), out)
    }

    #[test]
    fn finds_utf_16_with_and_without_a_mark() {
        let text = "上海不下雨\n今天上午，全市召开会议，𠀀部署工作。\n共 12 人\u{c}第二页";
        for (mark, little, name) in
            [("\u{feff}", true, "UTF-16LE"), ("\u{feff}", false, "UTF-16BE"), ("", true, "UTF-16LE"), ("", false, "UTF-16BE")]
        {
            let bytes = utf16(&format!("{mark}{text}"), little);
            for chunk in [1, 2, 3, 7, 4096] {
                let (encoding, out) = through(&bytes, chunk);
                assert_eq!((encoding, String::from_utf8_lossy(&out).as_ref()), (Some(name), text), "mark {mark:?}, chunks of {chunk}");
            }
        }
    }

    #[test]
    fn leaves_everything_else_alone() {
        let long = "平湖市".repeat(3000);
        for bytes in [
            "页\u{c}".as_bytes(),
            b"a\0b\n",
            b"",
            b"\n",
            &[0xd6, 0xd0, 0xb9, 0xfa, b'\n'],
            b"\0\0\0\0",
            long.as_bytes(),
            b"{\"text\":\"x\"}\n",
        ] {
            for chunk in [1, 5, 1 << 20] {
                assert_eq!(through(bytes, chunk), (None, bytes.to_vec()), "{bytes:?}");
            }
        }
        assert_eq!(through("\u{feff}页".as_bytes(), 1), (None, "页".as_bytes().to_vec()));
    }

    #[test]
    fn does_not_hold_back_a_finished_page() {
        for page in
            ["页\u{c}".as_bytes(), "First page\u{c}".as_bytes(), b"{\"text\":\"x\"}\n", &[[0xd6, 0xd0].repeat(40), vec![0xc]].concat()]
        {
            let mut out = Vec::new();
            Widener::new().push(page, &mut out);
            assert_eq!(out, page);
        }
    }

    #[test]
    fn an_odd_last_byte_is_one_replacement() {
        let mut bytes = utf16("\u{feff}页", true);
        bytes.push(0x41);
        assert_eq!(through(&bytes, 1).1, "页\u{fffd}".as_bytes());
    }
}
