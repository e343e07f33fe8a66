//! Tests of `extract_entities`.

use super::*;
use pipeline::laws::NoFiles;
use pipeline::{Draft, Fragment, assemble, laws};
use serde_json::json;

const SAMPLE: &str = include_str!("../../../examples/pinghu-2022-03-28.txt");

/// An article whose first line is the title.
fn article(text: &str) -> Article {
    let page = laws::page(text);
    let mut draft = Draft::new(Kind::Article);
    let mut fragments = page.lines.iter().map(|line| Fragment { span: line.span, glue: line.glue });
    draft.title = fragments.next().into_iter().collect();
    draft.body = fragments.collect();
    assemble(&page, vec![draft]).unwrap().remove(0)
}

fn entities(text: &str) -> Vec<Entity> {
    let stage = Stage::new(Config::default(), &NoFiles).unwrap_or_else(|errors| panic!("{errors:?}"));
    let mut out = Vec::new();
    stage.apply(article(&format!("无题\n{text}")), &mut out).unwrap();
    out.remove(0).entities
}

/// The names of `kind`, in the order in which they stand.
fn of_kind(kind: EntityKind, text: &str) -> Vec<String> {
    let mut found = entities(text);
    found.sort_by_key(|entity| entity.mentions[0]);
    found.into_iter().filter(|entity| entity.kind == kind).map(|entity| entity.name).collect()
}

/// `name title org`.
fn people(text: &str) -> Vec<String> {
    let mut found = entities(text);
    found.sort_by_key(|entity| entity.mentions[0]);
    let people = found.into_iter().filter(|entity| entity.kind == EntityKind::Person);
    people.map(|p| format!("{} {} {}", p.name, p.title.unwrap_or("-".to_owned()), p.org.unwrap_or("-".to_owned()))).collect()
}

#[test]
fn keeps_the_laws() {
    laws::check(&DEF, json!({}), &NoFiles, &[SAMPLE, "市委书记谢文柏来到青溪市实验小学"]);
    laws::check(&DEF, json!({"kinds": ["place"]}), &NoFiles, &[SAMPLE]);
}

#[test]
fn people_stand_behind_titles() {
    for (text, expected) in [
        ("市委书记谢文柏主持会议。", vec!["谢文柏 市委书记 -"]),
        ("习近平总书记强调，", vec!["习近平 总书记 -"]),
        ("市委常委、常务副市长毛亚萍参加调研。", vec!["毛亚萍 市委常委、常务副市长 -"]),
        ("市委副书记、市长洪波先后来到三家企业。", vec!["洪波 市委副书记、市长 -"]),
        ("市领导谢文柏、洪波、毛亚萍等出席。", vec!["谢文柏 市领导 -", "洪波 市领导 -", "毛亚萍 市领导 -"]),
        ("浙江青溪包装科技有限公司行政部主管毛亚萍说，", vec!["毛亚萍 行政部主管 浙江青溪包装科技有限公司"]),
        ("“没有问题。”市教育局局长谢文柏表示。", vec!["谢文柏 局长 市教育局"]),
        ("记者 谢文柏 通讯员 洪波", vec!["谢文柏 记者 -", "洪波 通讯员 -"]),
        ("省委书记、省人大常委会主任谢文柏致辞。", vec!["谢文柏 省委书记、省人大常委会主任 -"]),
    ] {
        assert_eq!(people(text), expected, "{text}");
    }
}

#[test]
fn people_stand_before_titles_and_words_of_speaking() {
    assert_eq!(people("会上，谢文柏书记讲了三点。"), ["谢文柏 书记 -"]);
    assert_eq!(people("“水草最难清。”谢文柏说，他每周出工三次。"), ["谢文柏 - -"]);
    assert_eq!(people("清溪大学教授说，"), Vec::<String>::new());
}

#[test]
fn who_is_only_named_inside_an_organisation_is_not_meant_elsewhere() {
    assert_eq!(people("市委书记谢文柏宁波é浙江碧螺春华科技有限公司\n谢书记"), Vec::<String>::new());
}

#[test]
fn later_mentions_count() {
    let found = entities("镇党委书记谢文柏来到河边。谢文柏说，河要清。谢书记又去了村里，洪书记没有去。");
    let person = found.iter().find(|entity| entity.kind == EntityKind::Person).unwrap();
    assert_eq!((person.name.as_str(), person.title.as_deref(), person.mentions.len()), ("谢文柏", Some("镇党委书记"), 3));
    assert_eq!(found.iter().filter(|entity| entity.kind == EntityKind::Person).count(), 1);
}

#[test]
fn titles_without_names_name_nobody() {
    for text in [
        "书记高度重视这项工作。",
        "主任时间很紧。",
        "记者从会上了解到，",
        "市长和大家一起。",
        "教师任务重。",
        "医生都说好。",
        "总经理应邀参加。",
        "记者在现场看到，金黄的稻田。",
        "队长和平时一样。",
    ] {
        assert_eq!(people(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn organisations_begin_where_they_are_named() {
    for (text, expected) in [
        ("记者走进浙江大青溪包装科技有限公司的车间。", vec!["浙江大青溪包装科技有限公司"]),
        ("近日，碧螺传动系统（宁波）有限公司开工。", vec!["碧螺传动系统（宁波）有限公司"]),
        ("先后来到碧螺汽车股份有限公司宁波分公司、浙江碧螺能源有限公司，", vec!["碧螺汽车股份有限公司宁波分公司", "浙江碧螺能源有限公司"]),
        ("市教育局和宁波市卫生健康委员会发文。", vec!["市教育局", "宁波市卫生健康委员会"]),
        ("他毕业于浙江大学医学院附属第一医院。", vec!["浙江大学医学院附属第一医院"]),
        ("宁波市第一人民医院开诊。", vec!["宁波市第一人民医院"]),
        ("财政部、国家发展改革委发文。", vec!["财政部", "国家发展改革委"]),
    ] {
        assert_eq!(of_kind(EntityKind::Organisation, text), expected, "{text}");
    }
}

#[test]
fn ordinary_words_are_no_organisations() {
    for text in [
        "教育部门要求，",
        "物流公司开工。",
        "民办学校开学。",
        "该医院开诊。",
        "新华社区里，",
        "城市委托他们。",
        "几家有限公司开工。",
        "定点医院收治。",
        "市委托专家。",
    ] {
        assert_eq!(of_kind(EntityKind::Organisation, text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn companies_are_known_by_a_part_of_their_name() {
    let found = entities("浙江碧螺春华科技有限公司开工。碧螺春华第一时间响应。公司很忙。");
    let company = found.iter().find(|entity| entity.kind == EntityKind::Organisation).unwrap();
    assert_eq!((company.name.as_str(), company.mentions.len()), ("浙江碧螺春华科技有限公司", 2));
}

#[test]
fn places_are_known_or_end_as_places_do() {
    for (text, expected) in [
        ("在宁波市和杭州，", vec!["宁波市", "杭州"]),
        ("来到青溪镇竹筠村，", vec!["青溪镇", "竹筠村"]),
        ("美国、俄罗斯和印度尼西亚", vec!["美国", "俄罗斯", "印度尼西亚"]),
        ("今日本报讯，发展中国家", vec![]),
        ("各镇街道、农村、全市、小区、古镇", vec![]),
        ("长治久安，幸福安康，长治市", vec!["长治市"]),
        ("杭州市民，宁波市委", vec!["杭州"]),
    ] {
        assert_eq!(of_kind(EntityKind::Place, text), expected, "{text}");
    }
    let found = entities("宁波市很大，宁波很美。");
    assert_eq!((found.len(), found[0].name.as_str(), found[0].mentions.len()), (1, "宁波市", 2));
}

#[test]
fn furniture_has_none_and_mistakes_are_reported() {
    let mut furniture = article("无题\n市委书记谢文柏");
    furniture.kind = Kind::Furniture;
    let stage = Stage::new(Config::default(), &NoFiles).unwrap_or_else(|errors| panic!("{errors:?}"));
    let mut out = Vec::new();
    stage.apply(furniture, &mut out).unwrap();
    assert!(out[0].entities.is_empty());
    let config = Config { kinds: Vec::new(), places: vec!["none.txt".to_owned()] };
    let Err(errors) = Stage::new(config, &NoFiles) else { panic!("must be refused") };
    let seen: Vec<_> = errors.iter().map(|error| (error.path.as_str(), error.code)).collect();
    assert_eq!(seen, [("kinds", "invalid_option"), ("places[0]", "unreadable_file")]);
}
