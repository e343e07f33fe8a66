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
