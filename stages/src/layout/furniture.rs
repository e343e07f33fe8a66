//! Lines that are on every page and belong to no article: mastheads, days, folios, editors, telephone numbers, the weather.
//!
//! They are known by what they are made of, which `stages/data/furniture-parts.txt` says.

use std::borrow::Cow;

use super::family_names::{is_foreign, is_full_name};
use super::furniture_parts::{self, MadeOf, SECTION};
use super::glance::{Glance, Marks};
use super::width::{is_han, is_plain_ideograph};

/// How sure it is that a line is furniture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Furniture {
    Sure,
    /// Beside other furniture.
    Perhaps,
    /// One thing that a box with the weather says: furniture beside another.
    Weather,
}

/// What the line `text` is, which is `tight` without its white space and looks like `glance`, if it may be furniture.
pub(super) fn read(text: &str, tight: &str, glance: &Glance) -> Option<Furniture> {
    if !may_be_parts(tight, glance) {
        return None;
    }
    of_parts(tight).or_else(|| if glance.marks.has(Marks::SPACE) { of_parts(&parted(text)) } else { None })
}

/// Whether `tight`, without white space, is furniture whatever stands beside it.
pub(super) fn is_sure(tight: &str) -> bool {
    of_parts(tight) == Some(Furniture::Sure)
}

/// A figure of any script; no ideograph is one.
pub(super) fn is_figure(c: char) -> bool {
    !is_plain_ideograph(c) && c.is_numeric()
}

/// Whether a line that looks so may be made of parts. No part has a full stop or one of the little words of sentences in it, few have
/// a comma, and all but the shortest have a figure, a mark, a letter or one of a few characters.
fn may_be_parts(tight: &str, glance: &Glance) -> bool {
    let marks = glance.marks;
    if marks.has(Marks::FULL_STOP) || matches!(glance.last, '，' | '、' | '；') {
        return false;
    }
    let is_known = glance.visible <= SECTION || marks.has(Marks::NUMERAL | Marks::COLON | Marks::LETTER | Marks::SPACE | Marks::FURNITURE);
    is_known
        && !tight.contains(['的', '是', '也', '们', '們', '他', '她', '这', '這'])
        && (!marks.has(Marks::CLAUSE) || tight.contains(is_beside_comma))
}

/// Whether `c` is one of the characters of which a part has one that has no figure and no mark.
pub(super) fn is_of_parts(c: char) -> bool {
    matches!(c, '风' | '風' | '雨' | '雪' | '晴' | '云' | '雲' | '阴' | '陰' | '雾' | '霧' | '霾' | '气' | '氣' | '年' | '印' | '扫' | '掃')
        || matches!(c, '费' | '費' | '资' | '資' | '编' | '編' | '责' | '責' | '校' | '/' | '／' | '|' | '｜')
        || matches!(c, '主' | '版' | '端' | '号' | '博' | '报' | '報' | '刊' | '闻')
}

/// Whether `c` is one of the characters of which a line of parts has one that has a comma in it.
fn is_beside_comma(c: char) -> bool {
    matches!(c, '风' | '風' | '雨' | '雪' | '晴' | '云' | '雲' | '阴' | '陰' | '雾' | '霧' | '霾' | '气' | '氣' | '℃' | '度' | '扫' | '掃')
        || matches!(
            c,
            '星' | '周'
                | '週'
                | '年'
                | '编'
                | '編'
                | '责'
                | '責'
                | '校'
                | '版'
                | '内'
                | '內'
                | '话'
                | '話'
                | '线'
                | '線'
                | '传'
                | '傳'
        )
}

fn of_parts(line: &str) -> Option<Furniture> {
    let line = &*with_plain_letters(line);
    let made_of = furniture_parts::made_of(line)?;
    let editors = editors(line)?;
    if editors > 0 || made_of == MadeOf::Sure {
        return Some(Furniture::Sure);
    }
    Some(match furniture_parts::of_weather(line) {
        0 => Furniture::Perhaps,
        1 => Furniture::Weather,
        _ => Furniture::Sure,
    })
}

/// `line` with figures and letters of usual width.
fn with_plain_letters(line: &str) -> Cow<'_, str> {
    let is_full = |c: char| matches!(c, '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '．' | '＠' | '－' | '～');
    if !line.contains(is_full) {
        return line.into();
    }
    let plain = |c: char| char::from_u32(c as u32 - 0xfee0).unwrap_or(c);
    line.chars().map(|c| if is_full(c) { plain(c) } else { c }).collect()
}

/// How many roles of editors are on `line`, if behind each stand names and not what somebody says.
fn editors(line: &str) -> Option<usize> {
    let mut count = 0;
    let mut ends = furniture_parts::roles(line).into_iter().peekable();
    while let Some((start, end)) = ends.next() {
        let until = ends.peek().map_or(line.len(), |(start, _)| *start);
        let behind = line.get(end..until).unwrap_or_default();
        let first = behind.split(|c: char| !is_han(c) && c != '·').find(|piece| !piece.is_empty()).unwrap_or_default();
        let names = CONTACT.iter().find_map(|word| first.strip_suffix(word)).unwrap_or(first);
        // Nobody says anything behind 责任编辑 and a mark.
        let role = line.get(start..end).unwrap_or_default();
        let is_named = role.contains(['责', '責', '版']) && !role.ends_with(is_han) && (2..=3).contains(&names.chars().count());
        if !is_named && !are_names(names) {
            return None;
        }
        count += 1;
    }
    Some(count)
}

/// How an editor is reached, behind the name.
const CONTACT: [&str; 6] = ["电话", "電話", "邮箱", "信箱", "热线", "熱線"];

/// Whether `piece` is a full name, or up to three that run together.
fn are_names(piece: &str) -> bool {
    let count = piece.chars().count();
    if is_foreign(piece) || is_full_name(piece) {
        return true;
    }
    let parts = |len: usize| piece.split_at_checked(piece.char_indices().nth(len)?.0);
    (4..=9).contains(&count) && [3, 2].into_iter().any(|len| parts(len).is_some_and(|(name, rest)| is_full_name(name) && are_names(rest)))
}

/// `text` with one space where words were set apart, and none where single characters were: 责 任 编 辑 is one word.
fn parted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut single = false;
    for word in text.split_whitespace() {
        let mut chars = word.chars().rev();
        let ends_single = chars.next().is_some_and(is_han) && chars.next().is_none_or(|c| !is_han(c));
        let mut chars = word.chars();
        let begins_single = chars.next().is_some_and(is_han) && chars.next().is_none_or(|c| !is_han(c));
        if !(out.is_empty() || single && begins_single) {
            out.push(' ');
        }
        out.push_str(word);
        single = ends_single;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::grammar::squeezed;
    use super::*;

    fn kind(text: &str) -> Option<Furniture> {
        read(text, &squeezed(text), &Glance::at(text))
    }

    #[test]
    fn whole_lines_are_furniture() {
        let lines = [
            "2031年5月6日 星期二 多云",
            "星期二 2031年5月6日",
            "周二 2031年5月6日",
            "週二 2031年5月6日",
            "星期二",
            "周二",
            "农历四月初五",
            "農曆四月初五",
            "夏历四月初五",
            "第8807期 今日4版",
            "8807期",
            "今日8版",
            "本期共8版",
            "总第512期",
            "国内统一刊号：CN33-0001",
            "國內統一刊号：CN33-0001",
            "国内统一连续出版物号 CN 33-0001",
            "邮发代号 31-1",
            "郵發代號 31-1",
            "刊号 CN33-0001",
            "ISSN 1000-0001",
            "CN33-0001",
            "中共青溪县委宣传部主管",
            "青溪县文联主办",
            "主管主办：青溪市融媒体中心",
            "青溪县文联主管主办 青溪报业集团出版",
            "青溪日报社出版",
            "责任编辑：谢文柏",
            "責任編輯：謝文柏",
            "责编：谢文柏",
            "責編：謝文柏",
            "本版编辑：谢文柏",
            "本版主编：谢文柏",
            "值班编辑：谢文柏",
            "值班主任：谢文柏",
            "版式：谢文柏",
            "组版：谢文柏",
            "校对：谢文柏",
            "审读：谢文柏",
            "一审：谢文柏 二审：洪波",
            "美编：谢文柏",
            "视觉：谢文柏",
            "本报制图：谢文柏",
            "制图：谢文柏",
            "绘图：谢文柏",
            "图表：谢文柏",
            "插图：谢文柏",
            "製圖：謝文柏",
            "繪圖：謝文柏",
            "本版图片 谢文柏",
            "A3 要闻",
            "03版 民生",
            "第A3版要闻",
            "第三版",
            "三版要闻",
            "今青溪客户端",
            "新青溪App",
            "青溪发布微信公众号",
            "青溪发布抖音号",
            "青溪发布微博",
            "扫码关注青溪发布",
            "扫一扫 看视频",
            "扫描二维码下载",
            "青溪日报",
            "青溪晚報",
            "青溪周刊",
            "新闻热线 85000000",
            "热线电话：85000000",
            "广告热线 85000000",
            "投稿邮箱 qx@example.com",
            "邮箱：qx@example.com",
            "电子邮箱：qx@example.com",
            "网址：www.example.com",
            "零售价 1.00元",
            "定价 1.00元",
            "社址 青溪县人民路1号",
            "地址：青溪县人民路1号",
            "邮编 310000",
            "https://example.com",
            "www.example.com",
        ];
        for line in lines {
            assert_eq!(kind(line), Some(Furniture::Sure), "{line}");
        }
    }

    #[test]
    fn lines_made_of_parts_are_furniture() {
        for text in [
            "2019年3月7日 星期四 己亥年二月初一",
            "二〇一八年十二月二十日 星期四 农历戊戌年十一月十四",
            "中華民國一○八年三月七日 星期四",
            "FRIDAY, MARCH 8, 2019",
            "癸卯年腊月廿三 第25711号 今日二十版",
            "1949年创刊 第25711号 今日二十版",
            "内部资料 免费交流",
            "代号 31-5 零售价：1.50元",
            "东港快讯报 2031年5月6日 辛亥年四月初五 总第512期 网址：www.example.com 本版责编：谢文柏 版式：洪波",
            "DONGGANG DAILY",
            "A08‖民生新闻",
            "07 理论·实践",
            "2 纵深 | 2031/5/6",
            "第四版 2031年5月6日 星期二 国际",
            "A4 地方‧綜合",
            "責任編輯／謝文柏",
            "编辑/谢文柏 美编/洪波 校对/周明",
            "责任编辑谢文柏 电话85000000",
            "值班编委：谢文柏 本版编辑 周明 版式设计 洪波",
            "责 任 编 辑：谢文柏",
            "□责任编辑 谢文柏 □版面设计 洪波",
            "讀者熱線：2990 8388 傳真：2565 8888",
            "Tel:0551-85000000 E-mail:qx@example.com",
            "本报社址：青溪市滨江路36号 邮政编码：325000",
            "今天多云 13℃～19℃",
            "最高气温１９℃ 最低气温１２℃",
            "今日：小雨转阴，东北风3-4级，12℃—18℃",
            "空气质量：良 AQI：68 首要污染物：PM2.5",
            "天氣：大致多雲 氣溫：22-27℃ 濕度：70%-95%",
        ] {
            assert_eq!(kind(text), Some(Furniture::Sure), "{text}");
        }
        for text in ["偏东风二到三级", "今天白天到夜里多云转小雨", "最高气温19℃"] {
            assert_eq!(kind(text), Some(Furniture::Weather), "{text}");
        }
        for text in ["2031年5月6日", "2031-05-06", "体育新闻", "癸卯年", "民生新闻", "A3", "大雪"] {
            assert_eq!(kind(text), Some(Furniture::Perhaps), "{text}");
        }
    }

    #[test]
    fn what_is_said_in_sentences_is_no_furniture() {
        for text in [
            "责任编辑是怎样炼成的",
            "編輯：高手在民間",
            "主编谈创作",
            "主任：我们每天都来",
            "热线电话响了一整夜",
            "地址也将随之发生变动。",
            "视觉及自主研发的设备",
            "邮箱账号和密码，希望看到",
            "最高气温突破40℃",
            "气温骤降10℃",
            "第十二版图书展开幕",
            "100余支队伍",
            "3000万人次",
            "08分发射两个",
            "次全体会议公报",
            "今天白天，多云转晴，最高气温19℃，",
            "县气象台说，今天白天到夜里多云转小雨",
            "5版教材下月启用",
            "今日头条背后的故事",
        ] {
            assert_eq!(kind(text), None, "{text}");
        }
    }
}
