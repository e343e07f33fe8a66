//! Tests of `detect_articles` on whole pages.

use super::*;
use pipeline::laws::{self, NoFiles};
use serde_json::json;

fn articles(text: &str) -> Vec<Article> {
    let mut pages = vec![laws::page(text)];
    for def in crate::STAGES.iter().take(2) {
        let Ok(pipeline::Built::Each(stage)) = (def.build)(pipeline::Options::default(), &NoFiles) else {
            panic!("a stage without memory")
        };
        pages = pages
            .into_iter()
            .flat_map(|page| stage.apply_body(pipeline::Payload::into_body(page)).unwrap())
            .filter_map(pipeline::Payload::from_body)
            .collect();
    }
    let mut out = Vec::new();
    for page in pages {
        DetectArticles(Config::default()).apply(page, &mut out).unwrap();
    }
    out
}

fn names(article: &Article) -> Vec<&str> {
    article.byline.iter().map(|person| person.name.as_str()).collect()
}

#[test]
fn keeps_the_laws() {
    laws::check(&DEF, json!({}), &NoFiles, &[include_str!("../../../examples/pinghu-2022-03-28.txt"), "下转2版\n■记者\n"]);
}

#[test]
fn the_sample_page_comes_out_as_seven_articles() {
    let all = articles(include_str!("../../../examples/pinghu-2022-03-28.txt"));
    let pieces: Vec<&Article> = all.iter().filter(|article| article.kind != pipeline::Kind::Furniture).collect();
    let titles: Vec<&str> = pieces.iter().map(|article| article.title.text()).collect();
    assert_eq!(pieces.len(), 7, "{titles:#?}");
    let of = |title: &str| {
        *pieces.iter().find(|article| article.title.text().contains(title)).unwrap_or_else(|| panic!("no {title} in {titles:#?}"))
    };
    assert_eq!(names(of("独山港规上企业")), ["杨昊玥", "张其良", "张丹燕"]);
    assert_eq!(names(of("振奋精神乘势而上")), ["胡佳英", "李雨婷", "华婷婷", "金睿敏"]);
    assert!(of("振奋精神乘势而上").title.text().ends_with("全力冲刺平湖经济“开门红”"));
    assert_eq!(of("振奋精神乘势而上").kicker.text(), "市领导在深入企业、专业市场、商贸综合体等调研时强调");
    assert_eq!(names(of("早复工")), ["王强", "陈明远", "徐冰艳"]);
    assert_eq!(of("精密智控").jump_to.as_deref(), Some("C2"));
    assert_eq!(of("一鼓作气").text.text().lines().count(), 5);
}
