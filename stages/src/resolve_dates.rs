//! `resolve_dates`: finds the dates that an article names and says which days they are
//!
//! ```yaml
//! - resolve_dates:
//!     issue_date: 2022-03-28
//! ```
//!
//! Title and text are read. `3月26日上午`, `昨日`, `上周五`, `去年底`, `今年前两个月` are worked out from the day of the issue; `2021年`,
//! `2021年5月6日` and `“十四五”` need none. The `basis` says which: `explicit` (it says all by itself), `issue_date`, `context` (another date of
//! the article: 当天, 次日, 次年5月, a bare 26日 after 3月25日, a month after 2019年 in the same sentence) or `none`. The day of the issue is the one that
//! the page came with; `issue_date` is for pages without. Where neither is known, only what is explicit or has a context gets a value.
//!
//! | `grain` | `value` | for instance |
//! |---|---|---|
//! | `year` | `2021`, an interval with `end_value` | 2021年, 去年, “十四五” |
//! | `quarter` | `2022-01`, with `end_value` `2022-03` | 一季度, 今年前三季度 |
//! | `month` | `2022-03`, an interval with `end_value` | 3月, 去年底 (December), 年初 (January), 上半年 |
//! | `week` | Monday, with Sunday as `end_value` | 上周, 本周 |
//! | `day` | `2022-03-26`, an interval with `end_value` | 3月26日, 昨天, 3月26日至28日, 3月中旬 |
//! | `part_of_day` | the day | 3月26日上午, 昨晚 |
//!
//! A day or month without a year is the last one before the issue, or of its day. It is the next one after it where that is at
//! most 31 days away or the sentence looks ahead: 将, 即将, 预计, 定于 before it, 起施行, 截止, 前 behind it. 近日, 日前, 近期, 春节期间,
//! a bare 周五 and whatever names no day stay open: they are listed with `value` null.
//!
//! Left alone: the time of day (上午9时 is 上午), lengths of time (3年, 10日内), reign years (民国), lunar dates, and furniture.

mod ahead;
mod calendar;
mod context;
mod grammar;
mod numerals;

use jiff::civil::Date;
use pipeline::def::each;
use pipeline::{Article, BuildResult, DateMention, Each, Flow, Kind, Mention, OptionError, Span, StageDef, StageError, Zone};
use schemars::JsonSchema;
use serde::Deserialize;

use context::Context;

/// The row of the table.
pub(crate) const DEF: StageDef = StageDef {
    name: "resolve_dates",
    about: "finds the dates that an article names and says which days they are",
    source: include_str!("resolve_dates.rs"),
    takes: Flow::Articles,
    gives: Flow::Articles,
    schema: || schemars::schema_for!(Config),
    build: |options, _| Ok(each(Stage::new(&options.read()?)?)),
};

/// Options.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    /// The day of the issue, `YYYY-MM-DD`, for pages that do not say theirs.
    issue_date: Option<String>,
}

struct Stage {
    issue_date: Option<Date>,
}

impl Stage {
    fn new(config: &Config) -> BuildResult<Self> {
        let Some(written) = &config.issue_date else { return Ok(Self { issue_date: None }) };
        match calendar::day(written) {
            Some(day) => Ok(Self { issue_date: Some(day) }),
            None => Err(vec![
                OptionError::new("issue_date", "invalid_option", format!("{written} is no day of the calendar"))
                    .with_help("write it as 2022-03-28"),
            ]),
        }
    }
}

impl Each for Stage {
    type In = Article;
    type Out = Article;

    fn apply(&self, mut article: Article, out: &mut Vec<Article>) -> Result<(), StageError> {
        article.dates = if article.kind == Kind::Furniture { Vec::new() } else { self.dates_of(&article) };
        out.push(article);
        Ok(())
    }
}

impl Stage {
    fn dates_of(&self, article: &Article) -> Vec<DateMention> {
        let issue = article.sheet.identity.issue_date.as_deref().and_then(calendar::day).or(self.issue_date);
        let mut dates = Vec::new();
        for zone in [Zone::Title, Zone::Text] {
            let text = article.zone(zone);
            let mut context = Context::new(issue);
            let mut from = 0;
            while let Some(found) = grammar::next(text, from) {
                from = found.end;
                let span = Span::new(found.start as u32, found.end as u32);
                if let Some(reading) = context.read(text, span, found.form) {
                    let reading_value = |value: Option<calendar::Value>| value.map(|value| value.to_string());
                    dates.push(DateMention {
                        at: Mention { zone, span },
                        value: reading_value(reading.value),
                        end_value: reading_value(reading.end),
                        grain: reading.grain,
                        basis: reading.basis,
                    });
                }
            }
        }
        dates
    }
}

#[cfg(test)]
mod tests;
