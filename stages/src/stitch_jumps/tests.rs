//! Made-up issues of a few pages, in both modes and in any order.

use pipeline::laws::{self, NoFiles};
use pipeline::{Draft, Fragment, Glue, Line, Options, Page, Person, Sheet, SheetIdentity, Span, assemble};
use proptest::prelude::*;
use serde_json::json;

use super::*;

const HOLD: Unresolved = Unresolved::Hold;
const PARTIAL: Unresolved = Unresolved::EmitPartial;

/// A piece as it is printed, a line for each of headline, byline and body.
#[derive(Clone, Copy, Debug, Default)]
struct Piece {
    title: &'static str,
    writer: &'static str,
    body: &'static str,
    to: Option<&'static str>,
    from: Option<&'static str>,
    furniture: bool,
}

#[derive(Clone, Debug)]
struct Printed {
    number: u32,
    label: Option<&'static str>,
    pieces: Vec<Piece>,
}

impl Printed {
    fn id(&self) -> String {
        format!("p{}", self.number)
    }

    fn text(&self) -> String {
        let lines =
            |piece: &Piece| [piece.title, piece.writer, piece.body].iter().filter(|line| !line.is_empty()).copied().collect::<Vec<_>>();
        self.pieces.iter().flat_map(lines).collect::<Vec<_>>().join("\n")
    }

    fn articles(&self) -> Vec<Article> {
        let identity = SheetIdentity {
            doc_id: "test".into(),
            page_id: self.id().into(),
            page_no: self.number,
            page_label: self.label.map(Into::into),
            ..SheetIdentity::default()
        };
        let sheet = Sheet::new(identity, pipeline::Place::default(), "utf-8", 0, self.text()).unwrap();
        let page = Page::new(Arc::new(sheet));
        let mut lines = page.lines.iter();
        let drafts = self.pieces.iter().map(|piece| {
            let mut next = |text: &str| if text.is_empty() { None } else { lines.next() };
            let fragment = |line: &Line| Fragment { span: line.span, glue: Glue::Break };
            let mut draft = Draft::new(if piece.furniture { Kind::Furniture } else { Kind::Article });
            draft.title = next(piece.title).map(fragment).into_iter().collect();
            let writer: Option<Span> = next(piece.writer).map(|line| line.span);
            draft.apart = writer.into_iter().collect();
            draft.byline =
                writer.map(|span| Person { name: piece.writer.to_owned(), role: None, org: None, spans: vec![span] }).into_iter().collect();
            draft.body = next(piece.body).map(fragment).into_iter().collect();
            draft.confidence.boundary = Permille::new(900);
            (draft.jump_to, draft.jump_from) = (piece.to.map(str::to_owned), piece.from.map(str::to_owned));
            draft.complete = draft.jump_to.is_none() && draft.jump_from.is_none();
            draft
        });
        let drafts = drafts.collect();
        assemble(&page, drafts).unwrap()
    }
}

fn config(unresolved: Unresolved) -> Config {
    Config { unresolved, ..Config::default() }
}

fn through(config: Config, pages: &[Printed]) -> Vec<Article> {
    laws::through(Stitch::new(config), pages.iter().flat_map(Printed::articles).collect())
}

/// What stands on a page and is no article.
fn furniture(body: &'static str) -> Piece {
    Piece { body, furniture: true, ..Piece::default() }
}

/// Something that makes the page's text its own: ids come from the text.
fn ornament(number: u32) -> Piece {
    const ORNAMENTS: [&str; 8] = ["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛"];
    furniture(ORNAMENTS[number as usize % 8])
}

fn page(number: u32, pieces: impl IntoIterator<Item = Piece>) -> Printed {
    Printed { number, label: None, pieces: pieces.into_iter().collect() }
}

/// What a record says, in the order that does not depend on the order of the pages.
fn last_revisions(articles: &[Article]) -> Vec<(String, String, Vec<String>, bool)> {
    let mut last = std::collections::BTreeMap::new();
    for article in articles {
        let parts = article.continuations.iter().map(|part| part.id.clone()).collect();
        last.insert(article.id(), (article.text.text().to_owned(), parts, article.complete, article.part_of.is_some()));
    }
    let whole = last.into_iter().filter(|(_, (.., part))| !part);
    whole.map(|(id, (text, parts, complete, _))| (id, text, parts, complete)).collect()
}

const HERON_HEAD: Piece = Piece {
    title: "苍鹭回到柳湾湿地",
    writer: "周晓禾",
    body: "柳湾湿地的芦苇荡里，护鸟员老秦数了三遍，今年回来的苍鹭有一百二十六只。他说，湿地边的老秧田改种茭白以后，",
    to: Some("3"),
    from: None,
    furniture: false,
};
const HERON_TAIL: Piece = Piece {
    title: "苍鹭回到柳湾",
    writer: "",
    body: "苍鹭有了安静的觅食地。老秦每天沿着湿地的木栈道走两趟，把护鸟的记录写进本子。",
    to: None,
    from: Some("1"),
    furniture: false,
};
const KILN_HEAD: Piece = Piece {
    title: "老砖窑变身陶艺馆",
    writer: "许一舟",
    body: "停烧二十年的青石桥砖窑，如今成了陶艺馆。馆长顾师傅把窑膛改成展厅，窑工的脚印还留在砖上。“孩子们来捏泥，",
    to: Some("3"),
    from: None,
    furniture: false,
};
const KILN_TAIL: Piece = Piece {
    title: "",
    writer: "孟青",
    body: "也来听窑工的故事。”顾师傅说，青石桥陶艺馆周末要开四场，窑膛里的展厅还要再添一批砖雕。",
    to: None,
    from: Some("1"),
    furniture: false,
};
const WEATHER: Piece =
    Piece {
        title: "周末多云", writer: "", body: "周末以多云天气为主，气温略升，适宜出行。", to: None, from: None, furniture: false
    };

fn issue() -> Vec<Printed> {
    vec![page(1, [HERON_HEAD, WEATHER, KILN_HEAD]), page(2, [WEATHER]), page(3, [KILN_TAIL, HERON_TAIL])]
}

#[test]
fn keeps_the_laws() {
    let samples = ["柳湾湿地的苍鹭\n有一百二十六只，他说，", "苍鹭有了安静的湿地。", "周末多云", "也来听故事。”顾师傅说"];
    for unresolved in ["hold", "emit_partial"] {
        laws::check(&DEF, json!({ "unresolved": unresolved }), &NoFiles, &samples);
        laws::check(&DEF, json!({ "unresolved": unresolved, "max_parts": 3 }), &NoFiles, &samples);
    }
    let refused = (DEF.build)(Options(json!({ "max_parts": 1 })), &NoFiles).err().unwrap();
    assert_eq!((refused[0].path.as_str(), refused[0].code), ("max_parts", "out_of_range"));
}

#[test]
fn puts_the_parts_of_an_article_together() {
    let out = through(config(HOLD), &issue());
    let titles: Vec<_> = out.iter().map(|article| article.title.text()).collect();
    assert_eq!(titles, ["周末多云", "周末多云", "苍鹭回到柳湾湿地", "老砖窑变身陶艺馆"], "what is whole goes through, the rest in order");
    let kiln = &out[3];
    assert!(kiln.text.text().contains("“孩子们来捏泥，也来听窑工的故事。”"), "joined inside the sentence: {}", kiln.text.text());
    let names: Vec<_> = kiln.byline.iter().map(|person| person.name.as_str()).collect();
    assert_eq!((names, kiln.complete, kiln.rev, kiln.jump_to.as_deref()), (vec!["许一舟", "孟青"], true, 0, None));
    let [part] = kiln.continuations.as_slice() else { panic!("{:?}", kiln.continuations) };
    assert_eq!((&*part.sheet.identity.page_id, part.title.as_str()), ("p3", ""));
    assert!(kiln.text.text().get(part.start as usize..).unwrap().starts_with("也来听"));
    assert!(part.confidence >= Permille::new(600) && kiln.confidence.boundary < Permille::new(810), "{:?}", kiln.confidence);
    assert_eq!(out[2].continuations[0].title, "苍鹭回到柳湾");
    assert!(out.iter().all(|article| !article.warnings.contains(&"jump_unresolved")));
}

#[test]
fn says_at_once_what_is_known_and_later_what_has_changed() {
    let pages = issue();
    let out = through(config(PARTIAL), &pages);
    let said: Vec<_> =
        out.iter().map(|article| (article.title.text(), article.rev, article.continuations.len(), article.part_of.is_some())).collect();
    assert_eq!(
        said,
        [
            ("苍鹭回到柳湾湿地", 0, 0, false),
            ("周末多云", 0, 0, false),
            ("老砖窑变身陶艺馆", 0, 0, false),
            ("周末多云", 0, 0, false),
            ("", 0, 0, false),
            ("苍鹭回到柳湾", 0, 0, false),
            ("苍鹭回到柳湾湿地", 1, 1, false),
            ("老砖窑变身陶艺馆", 1, 1, false),
            ("", 1, 0, true),
            ("", 1, 0, true),
        ]
    );
    assert_eq!((out[6].id(), out[8].id()), (out[0].id(), out[4].id()));
    assert_eq!(out[8].part_of, Some(out[2].id()));
    assert!(out[8].spans.is_empty() && out[8].text.is_empty());
    assert!(out[0].warnings.contains(&"jump_unresolved") && !out[6].warnings.contains(&"jump_unresolved"));
    assert_eq!(last_revisions(&out), last_revisions(&through(config(HOLD), &pages)));
}

#[test]
fn an_article_may_run_over_three_pages() {
    let middle = Piece {
        to: Some("4"), body: "苍鹭有了安静的觅食地。老秦每天沿着湿地的木栈道走两趟，护鸟的", ..HERON_TAIL
    };
    let last = Piece {
        title: "", body: "记录写满了六个本子。老秦说，湿地的苍鹭年年回来。", from: Some("3"), ..HERON_TAIL
    };
    let pages = [page(1, [HERON_HEAD]), page(3, [middle]), page(4, [last])];
    let whole = through(config(HOLD), &pages);
    let [article] = whole.as_slice() else { panic!("{} articles", whole.len()) };
    assert_eq!(article.continuations.len(), 2);
    assert!(article.complete && article.text.text().contains("护鸟的记录"));
    let partial = through(config(PARTIAL), &pages);
    assert_eq!(partial.iter().map(|article| article.rev).max(), Some(2), "a revision for each page that changed it");
    assert_eq!(last_revisions(&partial), last_revisions(&whole));
}

#[test]
fn a_continuation_need_not_say_where_it_comes_from() {
    let tail = Piece {
        title: "",
        body: "的湿地边种上了芦苇，苍鹭有了安静的觅食地。护鸟员老秦每天沿着柳湾湿地的木栈道走两趟。",
        from: None,
        ..HERON_TAIL
    };
    let head = Piece {
        body: "柳湾湿地的芦苇荡里，护鸟员老秦数了三遍，今年回来的苍鹭有一百二十六只。他说，老秧田", ..HERON_HEAD
    };
    let pages = [page(1, [head, WEATHER]), page(3, [WEATHER, tail])];
    for config in [config(HOLD), config(PARTIAL)] {
        let out = through(config, &pages);
        assert!(out.iter().any(|article| article.text.text().contains("老秧田的湿地边")), "{config:?}");
    }
    let stranger = Piece { body: "们昨日在市体育馆训练，十二支球队的主场观众坐满了看台。", ..tail };
    let out = through(config(HOLD), &[page(1, [head]), page(3, [stranger])]);
    assert!(out.iter().all(|article| article.continuations.is_empty()));
}

#[test]
fn a_front_page_is_known_by_its_masthead_wherever_it_comes() {
    let front = page(2, [HERON_HEAD, furniture("第8807期 今日4版")]);
    let third = page(1, [HERON_TAIL, furniture("C3 湿地 2024年5月6日")]);
    let other = page(3, [KILN_HEAD, furniture("C2 要闻 2024年5月6日")]);
    for pages in [[front.clone(), other.clone(), third.clone()], [third, other, front]] {
        let out = through(config(HOLD), &pages);
        let heron: Vec<_> = out.iter().filter(|article| article.title.text() == "苍鹭回到柳湾湿地").collect();
        assert!(heron.len() == 1 && heron[0].complete, "{:?}", heron.len());
    }
}

#[test]
fn a_page_is_known_by_its_folio() {
    let head = Piece { to: Some("C3"), ..HERON_HEAD };
    let linked = |folio_of_tail| {
        let out = through(
            config(HOLD),
            &[page(7, [head, furniture("2024年5月6日 星期一 第1版")]), page(9, [HERON_TAIL, furniture(folio_of_tail)])],
        );
        out.iter().any(|article| !article.continuations.is_empty())
    };
    assert!(linked("C3 湿地 2024年5月6日"));
    assert!(!linked("C5 湿地 2024年5月6日"));
}

#[test]
fn a_folio_may_have_the_letter_of_another_section() {
    let head = page(1, [Piece { to: Some("C3"), ..HERON_HEAD }, furniture("A01 要闻 2024年5月6日")]);
    let from = Piece { from: Some("C1"), ..HERON_TAIL };
    let linked = |pages: &[Printed]| {
        let out = through(config(HOLD), pages);
        let whole = out.into_iter().find(|article| !article.continuations.is_empty());
        whole.map(|article| article.continuations[0].sheet.identity.page_no)
    };
    let third = page(3, [from, furniture("A03 湿地 2024年5月6日")]);
    assert_eq!(linked(&[head.clone(), third.clone()]), Some(3));
    let other = page(4, [from, furniture("C3 湿地 2024年5月6日")]);
    assert_eq!(linked(&[head, other]), None, "a page that letters both alike comes from its own section");
    let lettered = page(1, [Piece { to: Some("C3"), ..HERON_HEAD }, furniture("C1 要闻 2024年5月6日")]);
    assert_eq!(linked(&[lettered, third]), None, "a paper that letters both alike");
}

#[test]
fn abstains_where_little_speaks_for_a_link_or_two_are_as_likely() {
    let stranger =
        Piece { title: "足球联赛开幕", body: "十二支球队参加揭幕战，主场观众坐满看台。", ..HERON_TAIL };
    let out =
        through(config(HOLD), &[page(1, [Piece { body: "地铁七号线昨日试运行，首班车六点发出。", ..HERON_HEAD }]), page(3, [stranger])]);
    assert!(out.iter().all(|article| article.continuations.is_empty() && article.warnings.contains(&"jump_unresolved")));
    let mut twins = issue();
    twins.push(Printed { number: 4, label: Some("3"), ..page(4, [HERON_TAIL]) });
    let out = through(config(HOLD), &twins);
    assert!(out.iter().filter(|article| article.title.text().starts_with("苍鹭")).all(|article| article.continuations.is_empty()));
}

#[test]
fn other_issues_are_other_papers() {
    let mut articles: Vec<Article> = issue().iter().flat_map(Printed::articles).collect();
    for article in &mut articles {
        let mut sheet = (*article.sheet).clone();
        sheet.identity.issue_date = Some(if sheet.identity.page_no == 1 { "2024-05-06" } else { "2024-05-07" }.into());
        article.sheet = Arc::new(sheet);
    }
    let out = laws::through(Stitch::new(config(HOLD)), articles);
    assert!(out.iter().all(|article| article.continuations.is_empty()));
}

#[test]
fn what_is_kept_is_bounded() {
    let pages: Vec<Printed> = (1..=40).map(|number| page(number, [HERON_HEAD])).collect();
    let small = Config { max_parts: 5, ..config(HOLD) };
    let mut stage = Stitch::new(small);
    let mut ready = Vec::new();
    for article in pages.iter().flat_map(Printed::articles) {
        stage.turn_page(&article, &mut ready);
        stage.take(article, &mut ready);
        assert!(stage.parts.len() <= 5);
    }
    assert_eq!(ready.len() + stage.parts.len(), 40);
    assert!(ready.iter().all(|article| article.warnings.contains(&"jump_given_up")));
    let tight = Config { max_bytes: Size(10_000), ..config(HOLD) };
    let mut stage = Stitch::new(tight);
    for article in pages.iter().flat_map(Printed::articles) {
        stage.take(article, &mut ready);
        assert!(stage.bytes() <= 10_000);
    }
    assert_eq!(through(tight, &pages).len(), 40);
}

#[test]
fn an_article_that_is_given_up_keeps_its_parts() {
    let mut pages = issue();
    pages.extend((5..9).map(|number| page(number, [Piece { to: Some("99"), ..HERON_HEAD }, ornament(number)])));
    let out = through(Config { max_parts: 4, ..config(PARTIAL) }, &pages);
    let printed: Vec<(String, String)> = pages.iter().map(|page| (page.id(), page.text())).collect();
    each_once(&out, &printed);
    assert!(out.iter().any(|article| article.title.text() == "老砖窑变身陶艺馆" && article.complete), "it stays stitched");
}

#[test]
fn what_is_given_up_is_stitched_as_far_as_it_has_come() {
    let mut pages = issue();
    pages.extend((5..12).map(|number| page(number, [Piece { to: Some("99"), ..HERON_HEAD }, ornament(number)])));
    let out = through(Config { max_parts: 5, ..config(HOLD) }, &pages);
    let kiln = out.iter().find(|article| article.title.text() == "老砖窑变身陶艺馆").unwrap();
    assert!(kiln.complete && kiln.continuations.len() == 1 && kiln.warnings.is_empty());
    assert!(out.iter().any(|article| article.warnings.contains(&"jump_given_up")));
    let printed: Vec<(String, String)> = pages.iter().map(|page| (page.id(), page.text())).collect();
    each_once(&out, &printed);
}

/// Every non-blank character of the pages is in exactly one article's last revision.
fn each_once(out: &[Article], pages: &[(String, String)]) {
    let last: std::collections::BTreeMap<String, &Article> = out.iter().map(|article| (article.id(), article)).collect();
    for (id, text) in pages {
        let times = laws::times_used(id, text, last.values().copied());
        for (at, c) in text.char_indices().filter(|(_, c)| !c.is_whitespace()) {
            assert_eq!(times[at], 1, "{c} at {at} of {id}");
        }
    }
}

/// Pieces of several made-up stories, cut anywhere, on pages of any number.
fn pages() -> impl Strategy<Value = Vec<Printed>> {
    let labels = || prop_oneof![Just(None), Just(Some("1")), Just(Some("2")), Just(Some("C3")), Just(Some("03"))];
    let story = prop_oneof![Just(HERON_HEAD), Just(HERON_TAIL), Just(KILN_HEAD), Just(KILN_TAIL), Just(WEATHER)];
    let piece = (story, labels(), labels()).prop_map(|(story, to, from)| Piece { to, from, ..story });
    proptest::collection::vec((proptest::collection::vec(piece, 1..4), labels()), 1..6).prop_map(|pages| {
        let printed = pages.into_iter().enumerate();
        let printed = printed.map(|(at, (mut pieces, label))| {
            pieces.push(ornament(at as u32));
            Printed { number: at as u32 + 1, label, pieces }
        });
        printed.collect()
    })
}

proptest! {
    #[test]
    fn the_order_of_the_pages_does_not_matter(pages in pages(), seed in any::<u64>()) {
        let mut shuffled = pages.clone();
        let mut state = seed | 1;
        for at in (1..shuffled.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            shuffled.swap(at, (state >> 33) as usize % (at + 1));
        }
        let expected = last_revisions(&through(config(HOLD), &pages));
        prop_assert_eq!(&last_revisions(&through(config(HOLD), &shuffled)), &expected);
        prop_assert_eq!(&last_revisions(&through(config(PARTIAL), &shuffled)), &expected);
    }

    #[test]
    fn nothing_is_lost_and_nothing_used_twice(pages in pages(), partial in any::<bool>(), max_parts in 2_usize..9) {
        let unresolved = if partial { PARTIAL } else { HOLD };
        let out = through(Config { max_parts, ..config(unresolved) }, &pages);
        let printed: Vec<(String, String)> = pages.iter().map(|page| (page.id(), page.text())).collect();
        each_once(&out, &printed);
        let mut seen = std::collections::BTreeSet::new();
        prop_assert!(out.iter().all(|article| seen.insert((article.id(), article.rev))), "(id, rev) twice");
    }
}
