//! Lines that say where an article goes on, or where it comes from: 下转C2版, （上接第一版）, ▶▶2版, Continued on page 4.

use std::sync::LazyLock;

use regex::Regex;

use super::page_label::{self, Label};
use super::patterns::pattern;

static JUMP: LazyLock<Regex> = LazyLock::new(|| {
    let to = "(?:全文)?下文[转轉]|(?:全文)?下[转轉接]|(?:[紧緊文]|全文)?[转轉](?:至|到|入)?|[详詳续續]?[见見]|▶+|►+|→+|▷+|➤+|☞+|>{1,3}|[›»]+|》{2,3}";
    let from = "上文接|(?:全文)?上[接承续續]|[紧緊]接|文?[承接]|[续續]|◀+|◄+|←+|◁+|<{1,3}|[‹«]+|《{2,3}";
    // In capitals and without spaces. The word by which the article is known may stand before or in between: SEE FLOOD, PAGE 2.
    let english_to = "CONT(?:INUED|'?D)?\\.?ON|(?:PLEASE)?(?:TURNTO|SEE)(?:[A-Z]{2,15},)?";
    let english_from = "CONT(?:INUED|'?D)?\\.?FROM|FROM";
    let label = "(?:[A-Z]{0,2}\\d{1,3}|[一二三四五六七八九十]{1,3})";
    // Of several pages the first: 2、3版.
    let page = format!("(?P<page>{label})(?:[、,和至~·—–-]第?{label}){{0,3}}");
    let behind = "(?:(?P<word>[版页頁])(?:[A-Z]|[·・:/|]?\\p{Han}{1,4})?)?";
    let mark = "[()\\[\\]【】〔〕▶►◀◄→←■●▲◆◇□★☆▷◁➤☞>›»<‹«》《…·—-]*";
    let number = "[①-⑳❶-❿]?";
    let chinese = format!("(?:(?P<to>{to})|(?P<from>{from}))(?:今日|今天|本[报報])?(?:第|P(?P<word_before>AGE)?)?");
    let english =
        format!("(?:[A-Z]{{2,15}}:)?(?:(?P<english_to>{english_to})|(?P<english_from>{english_from}))(?P<english_word>PAGE|P\\.?)?");
    pattern(&format!("^{mark}{number}(?:{chinese}|{english}){page}{behind}{number}{mark}$"))
});

/// Whether a jump line may begin with `c`: a bracket, a mark, the first character of a direction, or a letter.
pub(super) fn begins_jump(c: char) -> bool {
    is_mark(c)
        || c.is_ascii_alphabetic()
        || matches!(c, '（' | '）' | '(' | ')' | '［' | '］' | '[' | ']' | '【' | '】' | '〔' | '〕')
        || matches!(c, '下' | '文' | '转' | '轉' | '紧' | '緊' | '详' | '詳' | '见' | '見' | '上' | '承' | '接' | '全' | '续' | '續')
        || matches!(c, '①'..='⑳' | '❶'..='❿')
}

fn is_mark(c: char) -> bool {
    matches!(c, '▶' | '►' | '◀' | '◄' | '→' | '←' | '■' | '●' | '▲' | '◆' | '◇' | '□' | '★' | '☆' | '▷' | '◁' | '➤' | '☞')
        || matches!(c, '>' | '＞' | '›' | '»' | '<' | '＜' | '‹' | '«' | '》' | '《' | '…' | '·' | '—' | '-')
}

/// A jump line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Jump {
    /// To another page, not from one.
    pub(crate) forward: bool,
    /// The other page: `2`, `C2`.
    pub(crate) page: String,
}

/// Reads a line without white space as a jump line.
pub(crate) fn jump(tight: &str) -> Option<Jump> {
    if tight.len() > 60 {
        return None;
    }
    if !tight.starts_with(begins_jump) {
        return None;
    }
    let folded = page_label::tight(tight);
    let found = JUMP.captures(&folded)?;
    let is_there = |name: &str| found.name(name).is_some();
    let page = Label::read(found.name("page")?.as_str())?.to_string();
    if let Some(direction) = found.name("english_to").or(found.name("english_from")) {
        // From A1 to A9, from 3 and see 3 are ordinary text.
        let sure = direction.as_str().starts_with("CONT") || is_there("english_word");
        return sure.then_some(Jump { forward: is_there("english_to"), page });
    }
    let direction = found.name("to").or(found.name("from"))?.as_str();
    // 接 or 见 alone before a number is ordinary text unless the word for page follows, and a small mark may be a list's or a sum's.
    let sure = direction.chars().count() > 1 || direction.starts_with(['▶', '►', '→', '◀', '◄', '←', '▷', '◁', '➤', '☞', '转', '轉']);
    let marked = direction.starts_with(['>', '<', '›', '»', '‹', '«', '》', '《']) || direction.ends_with(['至', '到', '入']);
    if (!sure || marked) && !is_there("word") && !is_there("word_before") {
        return None;
    }
    Some(Jump { forward: is_there("to"), page })
}

#[cfg(test)]
mod tests {
    use super::super::grammar::squeezed;
    use super::*;

    #[test]
    fn reads_jump_lines() {
        let read = |text: &str| jump(&squeezed(text)).map(|jump| (jump.forward, jump.page));
        for (text, page) in [
            ("下转C2版", "C2"),
            ("（下转第四版）", "4"),
            ("▶▶2版", "2"),
            ("▶▶下转2版", "2"),
            ("文轉第A03版", "A3"),
            ("下文转第5版", "5"),
            ("轉A2", "A2"),
            ("下接3版", "3"),
            ("见今日第3版", "3"),
            ("下转2版·要闻", "2"),
            ("下转2版要闻", "2"),
            ("【下转第二版】", "2"),
            ("■下转c2版", "C2"),
            ("（下转第Ａ２版）", "A2"),
            ("下转第2版→", "2"),
            ("下转第5版①", "5"),
            ("（下转第四版②）", "4"),
            (">>2版", "2"),
            ("＞＞下转2版", "2"),
            ("›› 下转A04版", "A4"),
            ("»3版", "3"),
            ("☞3版", "3"),
            ("▷3版", "3"),
            ("下转2、3版", "2"),
            ("（下转第二、三版）", "2"),
            ("（全文转第四版）", "4"),
            ("下转第4版A", "4"),
            ("……下转第4版", "4"),
            ("续见第二版", "2"),
            ("Continued on page 4", "4"),
            ("(Continued on Page A04)", "A4"),
            ("CONTINUED ON A2", "A2"),
            ("Cont'd on page 3", "3"),
            ("Turn to page 3", "3"),
            ("» See Page 4", "4"),
            ("See FLOOD, page 2", "2"),
            (">> PAGE 4", "4"),
        ] {
            assert_eq!(read(text), Some((true, page.to_owned())), "{text}");
        }
        for (text, page) in [
            ("上接1版", "1"),
            ("（上接第十二版）", "12"),
            ("（文承第1版）", "1"),
            ("紧接第一版", "1"),
            ("（紧接1版）", "1"),
            ("◀◀上接1版", "1"),
            ("◀◀1版", "1"),
            ("上承第一版", "1"),
            ("（上文接A1）", "A1"),
            ("上接01版·要闻", "1"),
            ("《《上接1版", "1"),
            ("<<上接1版", "1"),
            ("◆上接第一版", "1"),
            ("（上接第一版①）", "1"),
            ("（续第一版）", "1"),
            ("Continued from A1", "A1"),
            ("(Continued from page 1)", "1"),
            ("From page 1", "1"),
            ("FLOOD: From page 1", "1"),
            ("<< FROM PAGE 1", "1"),
        ] {
            assert_eq!(read(text), Some((false, page.to_owned())), "{text}");
        }
        for text in ["转3人", "转2万多元", "见面3次", "承1", "→2", "下转"] {
            let is_arrow = text.starts_with('→');
            assert_eq!(read(text).is_some(), is_arrow, "{text}");
        }
        assert_eq!(read("接3"), None);
        assert_eq!(read("转身之间"), None);
        for text in ["See 3", "From 2019", "From A1", "Page 4", "Turn to 3", "Seen on page 3", "Read page 4"] {
            assert_eq!(read(text), None, "{text}");
        }
        for text in ["> 3", "《2025》", "①3", "续3", "转到3", "—2—", "见证30年", "未完待续", "-3-"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
