//! Issue dates as file names, options and pages write them, checked against the calendar.

/// `2022-03-28`, `20220328` or `2022年3月28日` as `2022-03-28`; `None` when it is no day of the calendar.
pub(crate) fn normalise(text: &str) -> Option<String> {
    let text = text.trim();
    let parts: Vec<&str> = if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        vec![text.get(..4)?, text.get(4..6)?, text.get(6..)?]
    } else if let Some(text) = text.strip_suffix('日') {
        let (year, rest) = text.split_once('年')?;
        let (month, day) = rest.split_once('月')?;
        vec![year, month, day]
    } else {
        text.split('-').collect()
    };
    let &[year, month, day] = parts.as_slice() else { return None };
    let number = |part: &str, longest: usize| {
        let plain = !part.is_empty() && part.len() <= longest && part.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| part.parse::<i16>().ok()).flatten()
    };
    if year.len() != 4 {
        return None;
    }
    let day = jiff::civil::Date::new(number(year, 4)?, number(month, 2)? as i8, number(day, 2)? as i8).ok()?;
    Some(day.to_string())
}

/// Whether `text` is a day of the calendar written `YYYY-MM-DD`, as pages that come as JSON must write it.
pub(crate) fn is_plain(text: &str) -> bool {
    normalise(text).is_some_and(|day| day == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_calendar() {
        for text in ["20220328", "2022-03-28", "2022-3-28", "2022年3月28日", "2022年03月28日"] {
            assert_eq!(normalise(text).as_deref(), Some("2022-03-28"), "{text}");
        }
        for text in ["20220230", "2022-13-01", "2022-03", "202203288", "22-03-28", "2022年3月", "", "+022-03-28", "2022-03-2８"] {
            assert_eq!(normalise(text), None, "{text}");
        }
        assert_eq!(normalise("2024-02-29").as_deref(), Some("2024-02-29"));
        assert!(is_plain("2022-03-28") && !is_plain("2022-3-28") && !is_plain("20220328"));
    }
}
