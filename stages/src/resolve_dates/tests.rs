//! Tests of `resolve_dates`. The issue is of Monday, 28 March 2022.

use super::*;
use pipeline::laws::{self, NoFiles};
use serde_json::json;

fn read(text: &str, issue: Option<&str>) -> Vec<(String, String, String, String)> {
    let config = Config { issue_date: issue.map(str::to_owned) };
    let stage = Stage::new(&config).unwrap();
    let mut out = Vec::new();
    stage.apply(laws::article(text), &mut out).unwrap();
    let article = out.remove(0);
    let name = |value: serde_json::Value| value.as_str().unwrap().to_owned();
    let row = |date: &DateMention| {
        let value = match (&date.value, &date.end_value) {
            (Some(value), Some(end)) => format!("{value}/{end}"),
            (Some(value), None) => value.clone(),
            _ => "?".to_owned(),
        };
        let text = date.at.span.slice(article.zone(date.at.zone)).to_owned();
        (text, value, name(json!(date.grain)), name(json!(date.basis)))
    };
    article.dates.iter().map(row).collect()
}

/// `text value grain basis`, as the issue of 28 March 2022 has it.
fn seen(text: &str) -> Vec<String> {
    read(text, Some("2022-03-28")).into_iter().map(|(text, value, grain, basis)| format!("{text} {value} {grain} {basis}")).collect()
}

#[test]
fn keeps_the_laws() {
    let sample = include_str!("../../../examples/pinghu-2022-03-28.txt");
    laws::check(&DEF, json!({}), &NoFiles, &[sample, "昨日，3月26日上午，近日"]);
    laws::check(&DEF, json!({"issue_date": "2022-03-28"}), &NoFiles, &[sample, "去年底，3月26日至28日"]);
}

#[test]
fn reads_every_form() {
    for (text, expected) in [
        ("3月26日上午，书记来了", "3月26日上午 2022-03-26 part_of_day issue_date"),
        ("3月26日至28日", "3月26日至28日 2022-03-26/2022-03-28 day issue_date"),
        ("3月26-28日", "3月26-28日 2022-03-26/2022-03-28 day issue_date"),
        ("12月30日至1月2日", "12月30日至1月2日 2021-12-30/2022-01-02 day issue_date"),
        ("2021年5月6日下午", "2021年5月6日下午 2021-05-06 part_of_day explicit"),
        ("二〇二一年五月六日", "二〇二一年五月六日 2021-05-06 day explicit"),
        ("２０２１年５月６日", "２０２１年５月６日 2021-05-06 day explicit"),
        ("2021-05-06发布", "2021-05-06 2021-05-06 day explicit"),
        ("去年5月6日", "去年5月6日 2021-05-06 day issue_date"),
        ("5月6日", "5月6日 2021-05-06 day issue_date"),
        ("3月28日", "3月28日 2022-03-28 day issue_date"),
        ("将于4月1日开幕", "4月1日 2022-04-01 day issue_date"),
        ("4月1日起施行", "4月1日 2022-04-01 day issue_date"),
        ("预计到4月初，产能恢复", "4月初 2022-04 month issue_date"),
        ("预计到3月底恢复", "3月底 2022-03 month issue_date"),
        ("昨日", "昨日 2022-03-27 day issue_date"),
        ("昨天上午", "昨天上午 2022-03-27 part_of_day issue_date"),
        ("今晨", "今晨 2022-03-28 part_of_day issue_date"),
        ("近日", "近日 ? day none"),
        ("去年底", "去年底 2021-12 month issue_date"),
        ("去年年底", "去年年底 2021-12 month issue_date"),
        ("今年前两个月", "今年前两个月 2022-01/2022-02 month issue_date"),
        ("今年1至2月", "今年1至2月 2022-01/2022-02 month issue_date"),
        ("2021年前三季度", "2021年前三季度 2021-01/2021-09 quarter explicit"),
        ("一季度", "一季度 2022-01/2022-03 quarter issue_date"),
        ("四季度", "四季度 2021-10/2021-12 quarter issue_date"),
        ("去年上半年", "去年上半年 2021-01/2021-06 month issue_date"),
        ("上周五", "上周五 2022-03-25 day issue_date"),
        ("上周", "上周 2022-03-21/2022-03-27 week issue_date"),
        ("下周一上午", "下周一上午 2022-04-04 part_of_day issue_date"),
        ("本周末", "本周末 2022-04-02/2022-04-03 day issue_date"),
        ("本月", "本月 2022-03 month issue_date"),
        ("上月底", "上月底 2022-02 month issue_date"),
        ("本月26日", "本月26日 2022-03-26 day issue_date"),
        ("3月中旬", "3月中旬 2022-03-11/2022-03-20 day issue_date"),
        ("2月下旬", "2月下旬 2022-02-21/2022-02-28 day issue_date"),
        ("春节期间", "春节期间 ? day none"),
        ("元旦", "元旦 2022-01-01 day issue_date"),
        ("国庆节", "国庆节 2021-10-01 day issue_date"),
        ("2021年", "2021年 2021 year explicit"),
        ("2016年至2020年", "2016年至2020年 2016/2020 year explicit"),
        ("去年", "去年 2021 year issue_date"),
        ("“十四五”规划", "十四五 2021/2025 year explicit"),
        ("“十三五”期间", "十三五 2016/2020 year explicit"),
        ("上世纪80年代", "上世纪80年代 1980/1989 year explicit"),
        ("26日，大家", "26日 2022-03-26 day issue_date"),
        ("30日，大家", "30日 2022-03-30 day issue_date"),
        ("年底前完成", "年底 2022-12 month issue_date"),
        ("周五上午", "周五上午 ? part_of_day none"),
    ] {
        assert_eq!(seen(text), [expected], "{text}");
    }
}

#[test]
fn other_dates_give_context() {
    let value = |text: &str| seen(text).into_iter().map(|row| row.split(' ').skip(1).collect::<Vec<_>>().join(" ")).collect::<Vec<_>>();
    assert_eq!(
        value("3月25日开工，当天下午检查，次日又来，26日完工"),
        ["2022-03-25 day issue_date", "2022-03-25 part_of_day context", "2022-03-26 day context", "2022-03-26 day context",]
    );
    assert_eq!(
        value("2019年5月动工，8月15日落成。10月开张"),
        ["2019-05 month explicit", "2019-08-15 day context", "2021-10 month issue_date"]
    );
}

#[test]
fn years_are_counted_from_the_one_named_last() {
    for (text, expected) in [
        ("1921年7月，大会召开。同年8月，他离沪。次年5月返乡。", vec!["1921-07", "1921-08", "1922-05"]),
        ("2020年2月29日动工，次年3月落成", vec!["2020-02-29", "2021-03"]),
        ("1949年5月7日解放。当年10月庆祝。第二年春天，他三十岁", vec!["1949-05-07", "1949-10"]),
        ("去年9月动工，同年12月5日完工", vec!["2021-09", "2021-12-05"]),
        ("同年8月，他离沪", vec!["?"]),
    ] {
        let values: Vec<String> = read(text, Some("2022-03-28")).into_iter().map(|row| row.1).collect();
        assert_eq!(values, expected, "{text}");
    }
}

#[test]
fn what_is_just_ahead_is_not_of_last_year() {
    for (text, expected) in [
        ("3月31日晚，4月1日零时起，全城静态管理", vec!["2022-03-31", "2022-04-01"]),
        ("4月1日至7日，全市停水", vec!["2022-04-01/2022-04-07"]),
        ("4月28日", vec!["2022-04-28"]),
        ("4月29日", vec!["2021-04-29"]),
        ("确保6月30日投用", vec!["2022-06-30"]),
        ("30日上午，发布会举行", vec!["2022-03-30"]),
    ] {
        let values: Vec<String> = read(text, Some("2022-03-28")).into_iter().map(|row| row.1).collect();
        assert_eq!(values, expected, "{text}");
    }
}

#[test]
fn without_an_issue_only_what_is_explicit_is_known() {
    let rows = read("昨日，3月26日，2021年，去年，上周五", None);
    let values: Vec<_> = rows.iter().map(|row| (row.1.as_str(), row.3.as_str())).collect();
    assert_eq!(values, [("?", "none"), ("?", "none"), ("2021", "explicit"), ("?", "none"), ("?", "none")]);
}

#[test]
fn what_is_no_date_is_none() {
    for text in [
        "停产3个月",
        "民国三十六年",
        "10日内办结",
        "第3日",
        "每周五",
        "2.5月",
        "2月30日",
        "烟花三月",
        "今日头条",
        "提前天数",
        "24小时",
        "每年年底",
        "3年",
        "十四五个人",
        "四周一片绿",
        "基本周全",
        "编号12022年",
        "日本",
        "20日游",
        "大年初一",
        "同日方会谈",
        "2000年前的墓",
    ] {
        assert_eq!(seen(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn a_day_that_is_none_is_refused_as_an_option() {
    let Err(errors) = Stage::new(&Config { issue_date: Some("2022-02-30".to_owned()) }) else { panic!("must be refused") };
    assert_eq!((errors[0].path.as_str(), errors[0].code), ("issue_date", "invalid_option"));
}
