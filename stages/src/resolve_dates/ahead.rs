//! Whether a sentence looks ahead to a date.

use pipeline::Span;

/// How far before a date, and behind it, in bytes.
const BEFORE: usize = 60;
const BEHIND: usize = 45;

/// Words before a date, in its clause or the one before.
const AHEAD: [&str; 17] = [
    "确保", "即将", "即將", "将于", "將於", "拟于", "定于", "定於", "预计", "預計", "预定", "计划", "力争", "有望", "届时", "报名", "截止",
];
/// Words right behind it.
const FROM_THEN: [&str; 14] = ["前", "之前", "起", "开始", "开幕", "截止", "将", "將", "即将", "正式", "届时", "以前", "止", "完成"];
const NEWS_TO_COME: [&str; 10] = ["施行", "实施", "执行", "启用", "开通", "报名", "举行", "开幕", "完成", "截止"];

/// Whether what stands around `span` says that it lies ahead: 将于3月30日, 4月1日起施行.
pub(super) fn looks_ahead(text: &str, span: Span) -> bool {
    let before = text.get(..span.start as usize).unwrap_or_default();
    let mut from = before.len().saturating_sub(BEFORE);
    while !before.is_char_boundary(from) {
        from += 1;
    }
    let near = before.get(from..).unwrap_or_default();
    let near = near.rsplit(['。', '！', '？', '；', '\n']).next().unwrap_or_default();
    if AHEAD.iter().any(|word| near.contains(word)) || near.ends_with(['将', '將', '拟']) {
        return true;
    }
    let behind = text.get(span.end as usize..).unwrap_or_default();
    let mut to = behind.len().min(BEHIND);
    while !behind.is_char_boundary(to) {
        to -= 1;
    }
    let behind = behind.get(..to).unwrap_or_default();
    let behind = behind.split(['。', '！', '？', '；', '\n']).next().unwrap_or_default();
    let Some(word) = FROM_THEN.iter().filter(|word| behind.starts_with(**word)).max_by_key(|word| word.len()) else { return false };
    match *word {
        // 3月26日前 alone may be over; 起 and 开始 say what begins.
        "前" | "之前" | "以前" | "止" | "截止" | "届时" | "将" | "將" | "即将" => {
            !behind.contains('已') && !behind.contains('了')
        }
        _ => NEWS_TO_COME.iter().any(|word| behind.contains(word)) && !behind.contains('已') && !behind.contains('了'),
    }
}
