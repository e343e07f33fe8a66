//! Tests of `dehyphenate`.

use super::*;
use pipeline::{Fragment, Passage, laws};

const SAMPLE: &str = include_str!("../../../examples/pinghu-2022-03-28.txt");

fn joined(text: &str) -> String {
    let mut out = Vec::new();
    Stage { config: Config::default() }.apply(laws::page(text), &mut out).unwrap();
    let page = out.remove(0);
    let fragments: Vec<_> = page.lines.iter().map(|line| Fragment { span: line.span, glue: line.glue }).collect();
    Passage::copy(&page, &fragments).text().to_owned()
}

#[test]
fn keeps_the_laws() {
    laws::check(&DEF, serde_json::json!({}), &laws::NoFiles, &[SAMPLE, "", "，。", "■记者 王 强", "well-\nknown"]);
}

/// Ten characters wide, indented by two, no blank line anywhere.
const COLUMN: &str = "小河边的老榆树又发\n了新芽，村里的孩子们放\n学后都跑到树下来玩耍，\n笑声传得很远。\n李老汉坐在门口晒太\n阳，手里编着一只竹篮子\n他说今年的春天来得早，\n地里的活也要早些做。";

#[test]
fn finds_paragraphs_by_the_measure_alone() {
    let text = joined(COLUMN);
    assert_eq!(text.lines().count(), 2, "{text}");
    assert!(text.lines().nth(1).unwrap().starts_with("李老汉坐在门口晒太阳"), "{text}");
}

#[test]
fn a_blank_in_mid_sentence_is_a_column_break() {
    let text = joined(&COLUMN.replace("放\n学后", "放\n\n学后"));
    assert!(text.contains("孩子们放学后"), "{text}");
}

#[test]
fn sample_paragraphs_survive_columns_and_quotes() {
    let text = joined(SAMPLE);
    for whole in
        ["全力冲刺“开门红”。", "走过千山万水，仍需跋山涉水。", "我市本轮疫情得到了有效控制", "单位和个人“四方责任”", "既是一次大战"]
    {
        assert!(text.contains(whole), "{whole} must be in one paragraph");
    }
    assert!(text.contains("铜墙铁壁。\n抓好疫情防控是硬任务"), "a paragraph begins without a blank line");
}

#[test]
fn spaces_nobody_typed_go() {
    let text = joined(SAMPLE);
    assert!(text.contains("本报讯 3月26日上午，市委书记仲旭东"), "the gap behind the dateline stays");
    assert!(joined("我 国 专 精 特 新 企 业").contains("我国专精特新企业"));
    assert!(joined("■记 者 王 强 李小明").contains("■记者 王强 李小明"));
    assert!(joined("The new Type Cover works").contains("Type Cover"));
}

#[test]
fn dashes_and_quotation_marks_in_latin_lines_keep_their_spaces() {
    let whole = "QINGXI — “We asked for it,” said Zhang San, ‘for twenty years’ — and more … than that.";
    assert_eq!(joined(whole), whole);
    for cut in ["QINGXI —", "QINGXI", "for it,”", "said Zhang San,", "and more …", "“We"] {
        let page = whole.replace(&format!("{cut} "), &format!("{cut}\n"));
        assert_eq!(joined(&page), whole, "{page}");
    }
    assert_eq!(joined("She keeps a shop—\nat the landing."), "She keeps a shop—at the landing.");
    assert_eq!(joined("12,000 mu — Maize: 3,400 mu — Rape: “ 20 ”"), "12,000 mu — Maize: 3,400 mu — Rape: “20”");
    assert_eq!(joined("介绍 ，“ 东芝（Toshiba Memory）”"), "介绍，“东芝（Toshiba Memory）”");
    assert_eq!(joined("会上 “ 四方责任 ” 写进 了 COVID “清单”"), "会上“四方责任”写进了COVID“清单”");
}

#[test]
fn latin_lines_keep_their_words() {
    let text = joined(
        "The council met on Monday to hear the state-\nment of the mayor, a well-known woman and a well-\nknown \
         speaker, on the plan for 2018-\n2020 and on the bridges that will be built over the river this year.",
    );
    assert!(text.contains("the statement of"), "{text}");
    assert!(text.contains("well-known speaker") || text.contains("well-known\nspeaker"), "{text}");
    assert!(text.contains("2018-2020"), "{text}");
}

#[test]
fn soft_hyphens_go() {
    let text = joined("The long report of the com\u{ad}\nmittee was read aloud and then it was put away.");
    assert!(text.contains("committee"), "{text}");
}

#[test]
fn options_turn_repairs_off() {
    let config = Config { synthetic_spaces: false, ..Config::default() };
    let mut out = Vec::new();
    Stage { config }.apply(laws::page("会议于3月 26日召开。"), &mut out).unwrap();
    assert!(out[0].edits().is_empty());
}

#[test]
fn blank_lines_inside_sentences_are_no_paragraphs() {
    let text = "会议指出，要慎终如始，打好严防\n严控持久战。要坚决做好外防输入工作，\n用好边界防疫智慧系统，从严从细抓好\n\n交通管控、人员出入审核等各项工作，\n要严格落实常态措施，推广使用新办法。\n\n会议强调，要开足马力，打好复工\n复产经济恢复攻坚战。要疏通工业企业\n堵点痛点，全市上下要勇于担当向前。\n";
    let paragraphs: Vec<String> = joined(text).lines().map(str::to_owned).collect();
    assert_eq!(paragraphs.len(), 2, "{paragraphs:#?}");
    assert!(paragraphs[0].contains("抓好交通管控"));
}

#[test]
fn a_paragraph_begins_where_the_indent_was() {
    let text = "走街串巷的志愿者们把一袋袋蔬菜送到\n家家户户的门口，不少居民在群里连声\n道谢，说这是春天里最暖心的一件礼物。\n抓好生产是硬任务，抓好生活也是\n硬道理。统筹做好这两件事情，既是一\n次大战，也是一次大考，需要坚持下去。\n";
    assert_eq!(joined(text).lines().count(), 2, "{}", joined(text));
}

#[test]
fn latin_words_are_put_together_by_the_rules_of_hyphens() {
    assert_eq!(
        joined("the state-\nment said a well-\nknown fact of 2018-\n2020 was\nright"),
        "the statement said a well-known fact of 2018-2020 was right"
    );
    assert_eq!(joined("a soft\u{ad}\nware"), "a software");
}

#[test]
fn mixed_lines_are_joined_without_spaces() {
    assert_eq!(joined("企业使用的新型AI\n测温系统已经上线运行多日，效果很好"), "企业使用的新型AI测温系统已经上线运行多日，效果很好");
}

#[test]
fn spaces_that_nobody_wrote_are_left_out() {
    assert_eq!(joined("3月 26日上午，王 强来到工厂"), "3月26日上午，王强来到工厂");
    assert_eq!(joined("我 国 专 精 特 新 创 新 指 数 为"), "我国专精特新创新指数为");
    assert_eq!(joined("本报讯 会议召开"), "本报讯 会议召开");
    assert_eq!(joined("今天 hello world 开会"), "今天hello world开会");
    assert_eq!(joined("오늘 회의가 열렸다"), "오늘 회의가 열렸다");
}

#[test]
fn what_a_list_names_stays_apart() {
    let list = "昨天，青溪县表彰先进个人，名单如下：\n王建强 李明 张丽 赵军\n洪 波 毛 毅 张 敏 李 娜\n希望大家再接再厉。";
    let text = joined(list);
    assert!(text.contains("王建强 李明 张丽 赵军 洪波 毛毅 张敏 李娜"), "{text}");
    assert!(joined("王 强　李 明　张 丽").contains("王强　李明　张丽"));
    assert!(joined("受表彰的有县教育局　县公安局　县卫生健康局等").contains("县教育局　县公安局　县卫生健康局"));
    assert_eq!(joined("今　天的会议，　大家都来"), "今天的会议，大家都来");
    assert_eq!(joined("高兴 时间 安排 方便"), "高兴时间安排方便");
}

#[test]
fn a_hyphen_is_found_behind_what_was_left_out() {
    // As normalize leaves them: the control is repaired away and stands behind the hyphen.
    for hyphen in ["-", "\u{ad}"] {
        let mut page = laws::page(&format!("The report of the com{hyphen}\u{7}\nmittee was read aloud and then put away."));
        let at = page.text().find('\u{7}').unwrap() as u32;
        page.add_edits(vec![Edit { span: Span::new(at, at + 1), with: None, why: Repair::Control }]);
        let mut out = Vec::new();
        Stage { config: Config::default() }.apply(page, &mut out).unwrap();
        assert!(out[0].edits().iter().any(|edit| edit.why == Repair::Hyphen && edit.span.end == at), "{:?}", out[0].edits());
        let fragments: Vec<_> = out[0].lines.iter().map(|line| Fragment { span: line.span, glue: line.glue }).collect();
        assert_eq!(Passage::copy(&out[0], &fragments).text(), "The report of the committee was read aloud and then put away.");
    }
}
