//! Tells input that is no text at all: a PDF, a picture, a program. It is refused once, and not page by page, since its form feeds
//! are by chance.
//!
//! A page of text with some bad bytes or control characters in it is `decode`'s and `normalize`'s business.

/// Fewer strange bytes than this prove nothing.
const LEAST: usize = 8;
/// One byte in so many is strange in binary input; by chance it would be one in nine.
const SHARE: usize = 20;

/// Why the page that an input begins with cannot be text; `None` when it may be.
pub(super) fn why_no_text(bytes: &[u8]) -> Option<String> {
    if bytes.starts_with(b"%PDF-") {
        return Some("this is a PDF; get its text out first, as with `pdftotext page.pdf - | jianbao run`".to_owned());
    }
    let zeros: usize = bytes.iter().map(|byte| usize::from(*byte == 0)).sum();
    let controls = bytes.iter().filter(|byte| matches!(byte, 0..=8 | 0xe..=0x1f)).count();
    let many = |count: usize| count >= LEAST && count * SHARE >= bytes.len();
    // UTF-8 without many zeros is text, if only what is left of one in a font that nobody could read.
    let binary = many(zeros) || (many(controls) && std::str::from_utf8(bytes).is_err());
    binary.then(|| format!("this is no text but binary: {controls} of the first {} bytes are control characters", bytes.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_binary_from_damaged_text() {
        let noise: Vec<u8> = (0_u32..900).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        let padded = [b"\x7fELF".as_slice(), &[0; 12], b"some strings"].concat();
        for bytes in [noise.as_slice(), &padded, b"%PDF-1.7\n1 0 obj"] {
            assert!(why_no_text(bytes).is_some(), "{bytes:?}");
        }
        let gb18030 = encoding_rs::GB18030.encode("今天上午，全市召开疫情防控工作会议，部署复工复产。").0.into_owned();
        let unmapped = "\u{1}\u{2}\u{3}\u{4}\u{5}\u{6}\u{7}\u{8}\u{e} 3 ".repeat(20).into_bytes();
        let damaged = [&b"\0\x01\xff"[..], "今天上午，全市召开会议。".repeat(9).as_bytes()].concat();
        for bytes in [gb18030.as_slice(), &unmapped, &damaged, b"", b"\0\0\0", b"see %PDF-"] {
            assert_eq!(why_no_text(bytes), None, "{bytes:?}");
        }
    }
}
