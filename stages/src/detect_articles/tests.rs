//! Tests of `detect_articles` on whole pages.

use super::*;
use pipeline::{Built, Kind, Options, laws, stage::Body};

const SAMPLE: &str = include_str!("../../../examples/pinghu-2022-03-28.txt");

/// The articles of `text` after `dehyphenate`, furniture included.
fn articles(text: &str) -> Vec<Article> {
    let Ok(Built::Each(before)) = (crate::dehyphenate::DEF.build)(Options::default(), &laws::NoFiles) else { panic!("it is built") };
    let mut bodies = before.apply_body(Body::Page(Box::new(laws::page(text)))).unwrap();
    let Some(Body::Page(page)) = bodies.pop() else { panic!("a page comes out") };
    let mut out = Vec::new();
    Stage { min_confidence: 300 }.apply(*page, &mut out).unwrap();
    out
}

fn pieces(text: &str) -> Vec<Article> {
    articles(text).into_iter().filter(|article| article.kind != Kind::Furniture).collect()
}

fn names(article: &Article) -> Vec<&str> {
    article.byline.iter().map(|person| person.name.as_str()).collect()
}

#[test]
fn keeps_the_laws() {
    let samples = [SAMPLE, "", "，。", "■记者 王强", "下转C2版", "公告\n\n", "（王强 摄）\n■摄影 王\n强", "全面复工。 ■摄影 曹\n峰"];
    laws::check(&DEF, serde_json::json!({}), &laws::NoFiles, &samples);
}

#[test]
fn a_list_of_names_belongs_to_its_article() {
    let page = "青溪表彰先进\n\n本报讯 昨天，青溪县表彰先进个人，名单如下：\n谢 文　洪 波　毛 毅\n县教育局　县公安局　县卫生健康局\n希望大家再接再厉。\n";
    let pieces = pieces(page);
    assert_eq!(pieces.len(), 1);
    assert!(pieces[0].text.text().contains("谢文　洪波　毛毅"), "{}", pieces[0].text.text());
}

#[test]
fn refuses_a_confidence_that_is_none() {
    let options = Options(serde_json::json!({ "min_confidence": 3 }));
    let Err(errors) = (DEF.build)(options, &laws::NoFiles) else { panic!("3 is no probability") };
    assert_eq!((errors[0].path.as_str(), errors[0].code), ("min_confidence", "out_of_range"));
}

#[test]
fn the_sample_is_seven_pieces() {
    // The doubled headline is normalize's work; here it is printed once.
    let text = SAMPLE
        .replace("振奋精神乘势而上开足马力振奋精神乘势而上开足马力", "振奋精神乘势而上开足马力")
        .replace("全力冲刺平湖经济全力冲刺平湖经济““开门红开门红””", "全力冲刺平湖经济“开门红”");
    let pieces = pieces(&text);
    let seen: Vec<_> =
        pieces.iter().map(|piece| (piece.kind, piece.title.text(), piece.text.text().lines().count(), names(piece).join("、"))).collect();
    let expected = [
        (Kind::Article, "全面夺取疫情防控和经济社会发展工作两战双赢", 5, "胡佳英"),
        (Kind::Commentary, "一鼓作气打赢疫情防控总体战", 5, "汪锦秀"),
        (Kind::Article, "新仓规上企业复工复产超九成", 5, "林旭东、郑凯欣"),
        (Kind::Photo, "早复工赶生产", 1, "王强、陈明远、徐冰艳"),
        (Kind::Article, "精密智控为疫情防控装上“最强大脑”", 4, "李雨婷"),
        (Kind::Article, "振奋精神乘势而上开足马力全力冲刺平湖经济“开门红”", 5, "胡佳英、李雨婷、华婷婷、金睿敏"),
        (Kind::Article, "独山港规上企业全面复工复产", 4, "杨昊玥、张其良、张丹燕"),
    ];
    assert_eq!(seen, expected.map(|(kind, title, paragraphs, names)| (kind, title, paragraphs, names.to_owned())));
    assert_eq!(pieces[0].kicker.text(), "市委常委会研究部署疫情防控和经济社会发展工作");
    assert_eq!(pieces[5].kicker.text(), "市领导在深入企业、专业市场、商贸综合体等调研时强调");
    let dateline = pieces[0].dateline.and_then(|span| span.get(pieces[0].text.text()));
    assert_eq!(dateline, Some("本报讯"));
    let jumps: Vec<_> = pieces.iter().map(|piece| (piece.jump_to.as_deref(), piece.complete)).collect();
    assert_eq!(jumps[4], (Some("C2"), false), "the jump belongs to the piece that stops in mid-sentence");
    assert!(jumps.iter().enumerate().all(|(at, jump)| at == 4 || *jump == (None, true)), "{jumps:?}");
    assert!(pieces[0].confidence.byline < pieces[1].confidence.byline, "a byline from elsewhere is less sure");
}

const RIVER: &str = "本报讯 东港镇的护河\n队员昨天清理了两公里河\n道，捞出水草和垃圾约三\n吨。队长周立说，这条河\n流过六个村子。\n\n下一步，镇里将在河边\n种上柳树，修一条步道，\n方便老人和孩子散步。";
const SCHOOL: &str = "本报讯 南山小学的食\n堂换了新灶台，饭菜比从\n前更热了。校长刘芳介绍\n说，学生可以自己点菜。\n\n家长代表每周来食堂尝\n一次菜，意见写在墙上的\n本子里，三天内答复。";

#[test]
fn headlines_after_their_texts() {
    let page = format!("{RIVER}\n\n东港镇护河队清理河道\n■记者 周 明\n\n{SCHOOL}\n\n南山小学食堂饭菜更热了\n■记者 刘小芳 通讯员 陈 东");
    let pieces = pieces(&page);
    assert_eq!(pieces.len(), 2);
    assert_eq!((pieces[0].title.text(), names(&pieces[0])), ("东港镇护河队清理河道", vec!["周明"]));
    assert_eq!((pieces[1].title.text(), names(&pieces[1])), ("南山小学食堂饭菜更热了", vec!["刘小芳", "陈东"]));
    assert_eq!(pieces[1].byline[1].role.as_deref(), Some("通讯员"));
}

#[test]
fn headlines_before_their_texts() {
    let page = format!("东港镇护河队清理河道\n■记者 周 明\n\n{RIVER}\n\n南山小学食堂饭菜更热了\n■记者 刘小芳\n\n{SCHOOL}");
    let pieces = pieces(&page);
    let seen: Vec<_> = pieces.iter().map(|piece| (piece.title.text(), names(piece))).collect();
    assert_eq!(seen, [("东港镇护河队清理河道", vec!["周明"]), ("南山小学食堂饭菜更热了", vec!["刘小芳"])]);
}

#[test]
fn names_in_the_dateline_stay_in_the_text() {
    let page = format!("{}\n\n东港镇护河队清理河道", RIVER.replace("本报讯 东港镇的护河", "本报讯（记者 周 明）\n东港镇的护河"));
    let pieces = pieces(&page);
    assert_eq!(names(&pieces[0]), ["周明"]);
    assert!(pieces[0].text.text().starts_with("本报讯（记者 周 明）"));
}

#[test]
fn a_dateline_of_the_paper_outranks_a_byline_beside_it() {
    for dateline in ["本报讯（记者 周 明）\n", "〔記者周明／東港報導〕\n"] {
        let text = RIVER.replace("本报讯 ", dateline);
        let pieces = pieces(&format!("东港镇护河队清理河道\n■记者 谢文柏\n{text}"));
        assert_eq!(names(&pieces[0]), ["周明"], "{dateline}");
    }
    // The reporter beside the correspondent, and both beside one of them, are of this text.
    for (dateline, byline, expected) in [
        ("本报讯（通讯员 周 明）\n", "记者 谢文柏", vec!["谢文柏"]),
        ("本报讯（记者 周 明）\n", "记者 周 明 通讯员 谢文柏", vec!["周明", "谢文柏"]),
    ] {
        let text = RIVER.replace("本报讯 ", dateline);
        assert_eq!(names(&pieces(&format!("东港镇护河队清理河道\n■{byline}\n{text}"))[0]), expected, "{dateline}");
    }
    // Of an agency's report the byline beside it says who has edited it.
    let text = RIVER.replace("本报讯 ", "新华社东港5月9日电（记者 周 明）");
    assert_eq!(names(&pieces(&format!("东港镇护河队清理河道\n■记者 谢文柏\n{text}"))[0]), ["谢文柏"]);
}

#[test]
fn a_dateline_may_stand_below_what_sums_the_text_up() {
    let text = |above: &str| RIVER.replace("本报讯 东港镇的护河", &format!("{above}本报讯（记者 周 明）\n东港镇的护河"));
    for above in ["核心阅读\n", "来源 青溪晚报\n", "护好一条河，靠的是全镇人\n"] {
        let pieces = pieces(&format!("东港镇护河队清理河道\n\n{}", text(above)));
        let named = pieces.iter().find(|piece| piece.text.text().contains("本报讯"));
        assert_eq!(named.map(names), Some(vec!["周明"]), "{above}");
    }
}

#[test]
fn furniture_and_notices_are_kept_apart() {
    let page = format!(
        "东港日报\n2023年5月9日 星期二\n农历癸卯年三月二十\n\n{RIVER}\n\n东港镇护河队清理河道\n■记者 周 明\n\n遗失声明\n张建国遗失身份证，声明作废。"
    );
    let all = articles(&page);
    let kinds: Vec<_> = all.iter().map(|article| article.kind).collect();
    assert_eq!(kinds, [Kind::Article, Kind::Furniture, Kind::Notice]);
    assert_eq!(all[2].text.text(), "张建国遗失身份证，声明作废。");
}

#[test]
fn a_continued_piece_knows_where_from() {
    let rest = RIVER.replace("本报讯 东港镇的护河\n队员", "当地的护河队里的队员\n们");
    let pieces = pieces(&format!("上接1版\n{rest}\n\n东港镇护河队清理河道"));
    assert_eq!((pieces[0].jump_from.as_deref(), pieces[0].complete), (Some("1"), false));
}

#[test]
fn a_divided_word_in_a_headline_is_whole_again() {
    let page = "Council Approves New Com-\nmittee on Schools\n\nThe city council said on\nMonday that it would set up a\ncommittee for the schools. It\nwas a long meeting, and the\nmembers did not agree on all\nof the points that had been\nraised by the parents.\n\nThe next meeting is in May,\nwhen the members will hear\nfrom teachers and pupils.";
    let pieces = pieces(page);
    let printed = pieces.iter().flat_map(|piece| [piece.kicker.text(), piece.title.text()]).collect::<Vec<_>>().join("|");
    assert!(printed.contains("Council Approves New Committee on Schools"), "{printed}");
}

#[test]
fn a_jump_line_behind_headline_and_byline_is_of_their_text() {
    let page = format!(
        "{RIVER}\n\n东港镇护河队清理河道\n■记者 周 明\n\n下转3版\n\n{SCHOOL}\n\n南山小学食堂饭菜更热了\n■记者 刘小芳\n\n东港日报\n2023年5月9日 星期二"
    );
    let jumps: Vec<_> = pieces(&page).into_iter().map(|piece| (piece.title.text().to_owned(), piece.jump_to)).collect();
    assert_eq!(jumps, [("东港镇护河队清理河道".to_owned(), Some("3".to_owned())), ("南山小学食堂饭菜更热了".to_owned(), None)]);
}

#[test]
fn each_jump_line_is_of_another_text() {
    let cut = SCHOOL.trim_end().trim_end_matches('。');
    let page =
        format!("{RIVER}\n\n东港镇护河队清理河道\n■记者 周 明\n\n下转3版\n\n{cut}\n\n南山小学食堂饭菜更热了\n■记者 刘小芳\n\n下转4版");
    let jumps: Vec<_> = pieces(&page).into_iter().map(|piece| piece.jump_to).collect();
    assert_eq!(jumps, [Some("3".to_owned()), Some("4".to_owned())]);
}

#[test]
fn a_column_read_behind_another_article_is_joined_to_its_text() {
    let page = "\
东港渔船满载而归

本报讯 昨天清晨东港镇的
渔船回到港口，船上装满带鱼和
虾，渔民在码头上忙着卸货。
渔民说今年渔船出海早，带鱼
比去年多，码头的冷库快满了。

学校食堂换了新灶台

本报讯 教育部门上个月给
二十所学校的食堂换了新灶台，
学生每天都能吃上热饭热菜。
食堂师傅说新灶台省时省气，
家长每星期到学校食堂看一看。

下转C2版

镇里的渔民还打算添三只渔船，
明年去更远的海里捕带鱼，港口
的码头也要加长，让更多渔船靠
岸。码头旁边的冷库要再建一座，
渔民的带鱼就不愁没有地方放。
";
    let pieces = pieces(page);
    let seen: Vec<_> = pieces.iter().map(|piece| (piece.title.text(), piece.text.text().chars().count() > 100)).collect();
    assert_eq!(seen, [("东港渔船满载而归", true), ("学校食堂换了新灶台", false)]);
    assert!(pieces[0].text.text().ends_with("没有地方放。"));
}

#[test]
fn a_byline_behind_the_headline_of_a_picture_is_of_the_text_beside_it() {
    let page = "\
东港渔船满载而归

学校食堂换灶台

■记者 周 明

本报讯 昨天清晨东港镇的
渔船回到港口，船上装满带鱼和
虾，渔民在码头上忙着卸货。
渔民说今年渔船出海早，带鱼
比去年多，码头的冷库快满了。

下转C2版

南山小学食堂的师傅在新灶台前炒菜。灶台省时省气，学
生每天都能吃上热饭热菜。 刘小芳 摄

责任编辑：陈东
";
    let seen: Vec<_> = pieces(page).iter().map(|piece| (piece.title.text().to_owned(), names(piece).join("、"))).collect();
    let expected = [("东港渔船满载而归", "周明"), ("学校食堂换灶台", "刘小芳")];
    assert_eq!(seen, expected.map(|(title, names)| (title.to_owned(), names.to_owned())));
}

#[test]
fn what_no_blank_line_parts_belongs_together() {
    let page = "\
本报讯 昨天清晨东港镇的
渔船回到港口，船上装满带鱼和
虾，渔民在码头上忙着卸货。
渔民说今年渔船出海早，带鱼
比去年多，码头的冷库快满了。

东港渔船满载而归
■记者 周明

春天里的盼头
■记者 刘小芳
本报讯 教育部门上个月给
二十所学校的食堂换了新灶台，
学生每天都能吃上热饭热菜。
食堂师傅说新灶台省时省气，
家长每星期到学校食堂看一看。

责任编辑：陈东
";
    let seen: Vec<_> = pieces(page).iter().map(|piece| (piece.title.text().to_owned(), names(piece).join("、"))).collect();
    let expected = [("东港渔船满载而归", "周明"), ("春天里的盼头", "刘小芳")];
    assert_eq!(seen, expected.map(|(title, names)| (title.to_owned(), names.to_owned())));
}

#[test]
fn a_subtitle_that_was_drawn_first_is_no_part_of_the_title() {
    let text = "——来自石桥乡的调查\n山塘水库除险加固工程完工\n本报记者 王强\n\n山塘水库除险加固工程昨日通过竣\n工验收，库区下游三个乡镇的防洪标准\n由十年一遇提高到三十年一遇。\n";
    let pieces = pieces(text);
    assert_eq!(pieces[0].title.text(), "山塘水库除险加固工程完工");
    assert_eq!(pieces[0].subtitle.text(), "——来自石桥乡的调查");
}

#[test]
fn a_caption_behind_a_long_text_is_a_piece_of_its_own() {
    let sentence = "石桥乡山塘水库除险加固工程昨日通过竣工\n验收，库区下游三个乡镇的防洪标准由原来\n十年一遇提高到三十年一遇。\n";
    let caption = "图为水库管理站的工作人员在检查新建成的\n溢洪道。 本报记者 王强 摄\n";
    let long = pieces(&format!("山塘水库除险加固完工\n\n{}\n{caption}", sentence.repeat(5)));
    assert_eq!(long.iter().map(|piece| piece.kind).collect::<Vec<_>>(), [Kind::Article, Kind::Photo]);
    assert_eq!(names(&long[1]), ["王强"]);
    let short = pieces(&format!("山塘水库除险加固完工\n\n{sentence}\n{caption}"));
    assert_eq!(short.iter().map(|piece| piece.kind).collect::<Vec<_>>(), [Kind::Photo]);
}

/// Kind, title, authors and whether there is text of each piece.
fn outlines(text: &str) -> Vec<(Kind, String, String, bool)> {
    let outline = |piece: &Article| (piece.kind, piece.title.text().to_owned(), names(piece).join("、"), !piece.text.text().is_empty());
    pieces(text).iter().map(outline).collect()
}

#[test]
fn what_states_declare_is_news() {
    let page = "\
外交部严正声明

针对某国官员日前的错误言论，外交部发言人十四日表示，中
方对此强烈不满，已经向对方提出交涉。

发言人说，希望对方说话算话，多做有利于两国人民的事情，
同中方一道把分歧管住。
";
    assert_eq!(outlines(page), [(Kind::Article, "外交部严正声明".to_owned(), String::new(), true)]);
}

#[test]
fn what_is_reported_below_a_heading_is_news() {
    for opening in ["本报讯 昨天下午，城东水", "新华社北京3月5日电 城东水"] {
        let page = format!("停水公告\n\n{opening}厂的主管\n道破裂，城东一带停水六个小时。自来水公司连夜\n抢修，今天清晨恢复了供水。\n");
        assert_eq!(outlines(&page), [(Kind::Article, "停水公告".to_owned(), String::new(), true)], "{opening}");
    }
}

/// A story without its heading and its author.
const STORY: &str = "\
老赵在电线杆上看见那张纸的时候，雨已经停了。他把伞
收起来，凑近了看，纸上的字被水泡得发胀。
“你看，”他对身后的女儿说，“这个人我认识。”
女儿没有出声。她想起小时候住过的那条巷子，想起巷口
卖豆腐的人，每天清早都要从她家门前走过去。
";

#[test]
fn stories_may_be_called_as_notices_are() {
    for heading in ["寻人启事", "招聘", "求职", "转让", "春天启事", "招领启事"] {
        for author in ["谢文柏", "□谢文柏", "■ 谢文柏", "文/谢文柏", "谢 文 柏", "作者：谢文柏", "（谢文柏）", "柳河小学 谢文柏"]
        {
            for (above, gap) in [("", "\n"), ("", "\n\n"), ("小小说\n\n", "\n\n")] {
                let page = format!("{above}{heading}{gap}{author}{gap}{STORY}");
                let seen: Vec<_> =
                    outlines(&page).into_iter().map(|(kind, title, names, _)| (kind == Kind::Notice, title, names)).collect();
                assert_eq!(seen, [(false, heading.to_owned(), "谢文柏".to_owned())], "{page}");
            }
        }
    }
}

#[test]
fn a_heading_of_a_notice_takes_no_byline_from_a_headline() {
    let page = format!("东港镇护河队清理河道\n\n遗失声明\n\n■记者 周明\n{RIVER}");
    let seen = outlines(&page);
    assert!(seen.contains(&(Kind::Article, "东港镇护河队清理河道".to_owned(), "周明".to_owned(), true)), "{seen:?}");
    assert!(seen.contains(&(Kind::Notice, "遗失声明".to_owned(), String::new(), false)), "{seen:?}");
}

#[test]
fn a_notice_that_names_somebody_stays_one() {
    for page in [
        "遗失声明\n谢文柏遗失身份证，号码末四位为0317，声明作废。\n",
        "寻人启事\n谢文柏，男，七十二岁，身高一米七，三月五日在城东菜市场走失，\n穿灰色上衣。知情者请拨打13800000000。\n",
        "讣告\n谢文柏先生因病于三月五日去世，享年八十一岁。告别仪式三月八日在青溪殡仪馆\n举行。\n",
        "鸣谢\n谢文柏 洪雨桐 毛毅\n向以上热心读者为青溪小学捐赠图书一百册致以谢意。\n",
        "公益广告\n\n本报记者 谢文柏 摄\n",
        "致歉声明\n谢文柏：\n本人在网上转发的内容未经核实，给你造成了影响，在此表示歉意。\n",
    ] {
        let kinds: Vec<Kind> = pieces(page).iter().map(|piece| piece.kind).collect();
        assert_eq!(kinds.first(), Some(&Kind::Notice), "{page}");
        assert!(pieces(page)[0].byline.is_empty(), "{page}");
    }
}

#[test]
fn who_says_his_role_again_begins_another_byline() {
    let page = |second: &str| format!("河边新路通到学校\n\n{RIVER}\n\n■记者 谢文柏\n{second}\n\n食堂换新灶\n\n{SCHOOL}\n");
    let seen = |second: &str| pieces(&page(second)).iter().map(|piece| names(piece).join("、")).collect::<Vec<_>>();
    assert_eq!(seen("本报记者 洪雨桐"), ["谢文柏", "洪雨桐"]);
    assert_eq!(seen("通讯员 洪雨桐"), ["谢文柏、洪雨桐", ""]);
}

#[test]
fn a_name_may_end_alone_on_the_last_line_of_a_caption() {
    let caption = "昨天，东港镇的护河队员在河边种下一百棵柳树苗，许多孩子来帮忙浇水，一直忙到傍晚才回家。 ■摄影 谢雨\n桐\n\n";
    let pieces = pieces(&format!("{caption}河边新路通到学校\n\n{RIVER}\n"));
    assert_eq!((names(&pieces[0]), pieces[0].kind), (vec!["谢雨桐"], Kind::Photo));
    assert!(pieces[1..].iter().all(|piece| !piece.text.text().contains('桐') && !piece.title.text().contains('桐')));
}

#[test]
fn an_english_headline_is_of_an_english_text() {
    let english = "The old stone bridge over the river was opened\nagain yesterday, and children from the village\nwalked across it to school for the first time\nin two years. It had been closed after a flood.";
    let page = format!("{english}\n\nOld Stone Bridge Opens Again\n\n河边新路通到学校\n\n{RIVER}\n");
    let titles: Vec<_> = pieces(&page).iter().map(|piece| piece.title.text().to_owned()).collect();
    assert_eq!(titles, ["Old Stone Bridge Opens Again", "河边新路通到学校"]);
}

#[test]
fn figures_are_narrower_than_characters_in_the_last_line_of_a_headline() {
    let pieces = pieces(&format!("{SCHOOL}\n\n南山小学食堂\n昨天新添灶台\n\n花了9683元\n■记者 谢文柏\n"));
    assert_eq!((pieces[0].kicker.text(), pieces[0].title.text()), ("", "南山小学食堂昨天新添灶台花了9683元"));
}
