//! Numbers as dates write them: 26, ２６, 二十六, 二〇二二.

/// The digit that `c` is, in any of the three scripts.
fn digit(c: char) -> Option<i16> {
    let number = match c {
        '0'..='9' => u32::from(c) - u32::from('0'),
        '０'..='９' => u32::from(c) - u32::from('０'),
        '〇' | '○' | '零' => 0,
        '一' | '元' => 1,
        '二' | '两' | '兩' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    };
    i16::try_from(number).ok()
}

/// The number that `text` writes, below ten thousand.
pub(super) fn number(text: &str) -> Option<i16> {
    let text = text.trim();
    if let Some((tens, ones)) = text.split_once('十') {
        let tens = if tens.is_empty() { 1 } else { number(tens)? };
        let ones = if ones.is_empty() { 0 } else { number(ones)? };
        return (tens < 10 && ones < 10).then_some(tens * 10 + ones);
    }
    if text.is_empty() || text.chars().count() > 4 {
        return None;
    }
    text.chars().try_fold(0, |number, c| Some(number * 10 + digit(c)?))
}

/// A number below 100 that counts days or months.
pub(super) fn small(text: &str) -> Option<i8> {
    i8::try_from(number(text)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_three_scripts() {
        for (text, value) in
            [("26", 26), ("０３", 3), ("二十六", 26), ("十", 10), ("十二", 12), ("三十", 30), ("二〇二二", 2022), ("两", 2)]
        {
            assert_eq!(number(text), Some(value), "{text}");
        }
        for text in ["", "十十", "百", "20222", "二十六十"] {
            assert_eq!(number(text), None, "{text}");
        }
    }
}
