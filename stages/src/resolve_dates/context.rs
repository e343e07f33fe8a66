//! Which days the expressions are: by themselves, by the day of the issue, or by what was named before them.

use jiff::civil::{Date, Weekday};
use pipeline::{Basis, Grain, Span};
use regex::Captures;

use super::ahead;
use super::calendar::{self, Month, Value};
use super::grammar::{self, Form};
use super::numerals;

/// What an expression says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reading {
    pub(super) value: Option<Value>,
    pub(super) end: Option<Value>,
    pub(super) grain: Grain,
    pub(super) basis: Basis,
}

impl Reading {
    fn new(value: Value, grain: Grain, basis: Basis) -> Self {
        Self { value: Some(value), end: None, grain, basis }
    }

    fn until(self, end: Value) -> Self {
        Self { end: Some(end), ..self }
    }

    fn open(grain: Grain) -> Self {
        Self { value: None, end: None, grain, basis: Basis::None }
    }
}

/// What is known where an expression stands.
pub(super) struct Context {
    issue: Option<Date>,
    /// The last day named, which 当天 and 次日 mean.
    day: Option<Date>,
    /// The month of the last date named, which a bare 26日 is of.
    month: Option<Month>,
    /// The last year written, or said of a day or month, and where that stood.
    year: Option<(i16, u32)>,
}

impl Context {
    pub(super) fn new(issue: Option<Date>) -> Self {
        Self { issue, day: None, month: None, year: None }
    }

    /// What the expression of `form` at `span` says; `None` when it turns out to be no date.
    pub(super) fn read(&mut self, text: &str, span: Span, form: Form) -> Option<Reading> {
        let found = grammar::captures(form, span.slice(text))?;
        let says_its_year = found.name("relative").is_some() && matches!(form, Form::Day | Form::Month);
        let reading = Expression { found, text, span, context: self }.read(form)?;
        match reading.value {
            Some(Value::Day(day)) if matches!(reading.grain, Grain::Day | Grain::PartOfDay) => {
                self.day = Some(day);
                self.month = Some(Month::of(day));
            }
            Some(Value::Month(month)) if reading.end.is_none() => self.month = Some(month),
            _ => {}
        }
        if reading.basis == Basis::Explicit || says_its_year {
            let year = match reading.end.or(reading.value) {
                Some(Value::Year(year)) => Some(year),
                Some(Value::Month(month)) => Some(month.year),
                Some(Value::Day(day)) => Some(day.year()),
                None => None,
            };
            self.year = year.filter(|_| form != Form::Plan && form != Form::Decade).map(|year| (year, span.end)).or(self.year);
        }
        Some(reading)
    }
}

/// One expression where it stands.
struct Expression<'a> {
    found: Captures<'a>,
    text: &'a str,
    span: Span,
    context: &'a Context,
}

/// How a year was found, and the year.
type Year = (i16, Basis);

impl<'a> Expression<'a> {
    fn part(&self, name: &str) -> Option<&'a str> {
        self.found.name(name).map(|part| part.as_str())
    }

    fn number(&self, name: &str) -> Option<i16> {
        numerals::number(self.part(name)?)
    }

    fn small(&self, name: &str) -> Option<i8> {
        numerals::small(self.part(name)?)
    }

    fn day_grain(&self, part: &str) -> Grain {
        if self.part(part).is_some() { Grain::PartOfDay } else { Grain::Day }
    }

    fn read(&self, form: Form) -> Option<Reading> {
        match form {
            Form::Iso => {
                let day = Month::new(self.number("year")?, self.small("month")?)?.day(self.small("day")?)?;
                Some(Reading::new(Value::Day(day), Grain::Day, Basis::Explicit))
            }
            Form::Day => self.day(),
            Form::DayOfMonth => {
                let grain = self.day_grain("part");
                let Some((month, basis)) = self.relative_month() else { return Some(Reading::open(grain)) };
                Some(Reading::new(Value::Day(month.day(self.small("day")?)?), grain, basis))
            }
            Form::Festival => self.festival(),
            Form::Decade => {
                let tens = self.number("decade")?;
                let start = 1900 + if tens < 10 { tens * 10 } else { tens };
                Some(Reading::new(Value::Year(start), Grain::Year, Basis::Explicit).until(Value::Year(start + 9)))
            }
            Form::FirstMonths => self.first_months(),
            Form::PartOfYear => self.part_of_year(),
            Form::Month => self.month(),
            Form::Year => Some(self.year()),
            Form::RelativeDay => Some(self.relative_day()),
            Form::Week => Some(self.week()),
            Form::RelativeMonth => {
                let Some((month, basis)) = self.relative_month() else { return Some(Reading::open(Grain::Month)) };
                self.third_of(month, basis)
            }
            Form::EndOfYear => Some(self.end_of_year()),
            Form::Plan => {
                let start = 1966 + (numerals::number(self.part("plan")?)? - 3) * 5;
                Some(Reading::new(Value::Year(start), Grain::Year, Basis::Explicit).until(Value::Year(start + 4)))
            }
            Form::Vague => Some(Reading::open(if self.part("days").is_some() { Grain::Day } else { Grain::Year })),
            Form::BareDay => self.bare_day(),
            Form::BareWeekday => Some(Reading::open(self.day_grain("part"))),
        }
    }

    /// The year that is written, or said by 今年, 次年 and the like. `Some(Err)` where it is said and cannot be known.
    fn said_year(&self) -> Option<Result<Year, ()>> {
        if let Some(year) = self.number("year") {
            return Some(Ok((year, Basis::Explicit)));
        }
        let of_context = |years: i16| Some(self.context.year.map(|(year, _)| (year + years, Basis::Context)).ok_or(()));
        let years = match self.part("relative")?.chars().next()? {
            '同' | '当' | '當' => return of_context(0),
            '次' | '翌' | '第' => return of_context(1),
            '去' | '上' => -1,
            '前' => -2,
            '明' => 1,
            '后' | '後' => 2,
            _ => 0,
        };
        Some(self.context.issue.map(|issue| (issue.year() + years, Basis::IssueDate)).ok_or(()))
    }

    /// The year written before in the same sentence.
    fn year_of_sentence(&self) -> Option<i16> {
        let (year, at) = self.context.year?;
        let between = Span::new(at.min(self.span.start), self.span.start);
        let near = between.len() <= LONGEST_SENTENCE;
        (near && !between.slice(self.text).contains(['。', '！', '？', '；', '\n'])).then_some(year)
    }

    /// The year of a `month` and day without one, where `of` makes the day to compare with the issue.
    fn year_for(&self, of: impl Fn(i16) -> Option<Date>) -> Option<Year> {
        if let Some(year) = self.year_of_sentence() {
            return Some((year, Basis::Context));
        }
        let issue = self.context.issue?;
        let past = (0..5).map(|back| issue.year() - back).find(|year| of(*year).is_some_and(|day| day <= issue));
        let future = (0..5).map(|on| issue.year() + on).find(|year| of(*year).is_some_and(|day| day > issue));
        let year = match (past, future) {
            (Some(past), Some(future)) => {
                let distance = |year: i16| of(year).map_or(i32::MAX, |day| (day - issue).get_days().abs());
                let is_ahead = || ahead::looks_ahead(self.text, self.span) && distance(future) <= FARTHEST_AHEAD.max(distance(past));
                if distance(future) <= SOON || is_ahead() { future } else { past }
            }
            (past, future) => past.or(future)?,
        };
        Some((year, Basis::IssueDate))
    }

    fn day(&self) -> Option<Reading> {
        let (month, day) = (self.small("month")?, self.small("day")?);
        let (grain, in_year) = (self.day_grain("part"), |year| Month::new(year, month)?.day(day));
        // 2月30日 is no day in any year.
        in_year(LEAP_YEAR)?;
        let year = match self.said_year() {
            Some(year) => year.ok(),
            None => self.year_for(in_year),
        };
        let Some((year, basis)) = year else { return Some(Reading::open(grain)) };
        let first = in_year(year)?;
        let reading = Reading::new(Value::Day(first), grain, basis);
        let Some(last) = self.small("day2").or(self.small("day3")) else { return Some(reading) };
        let last_month = self.small("month2").unwrap_or(month);
        let last_year = self.number("year2").unwrap_or(if last_month < month { year + 1 } else { year });
        let last = Month::new(last_year, last_month).and_then(|month| month.day(last)).filter(|last| *last > first);
        Some(last.map_or(reading, |last| reading.until(Value::Day(last))))
    }

    fn festival(&self) -> Option<Reading> {
        let open = Some(Reading::open(Grain::Day));
        let (Some(name), None) = (self.part("fixed"), self.part("during")) else { return open };
        let (month, day) = calendar::festival(name)?;
        let in_year = |year| Month::new(year, month)?.day(day);
        let year = match self.said_year() {
            Some(year) => year.ok(),
            None => self.year_for(in_year),
        };
        let Some((year, basis)) = year else { return open };
        Some(Reading::new(Value::Day(in_year(year)?), Grain::Day, basis))
    }

    fn first_months(&self) -> Option<Reading> {
        let count = self.small("count")?;
        let is_quarters = self.part("unit") == Some("季度");
        let grain = if is_quarters { Grain::Quarter } else { Grain::Month };
        let year = match self.said_year() {
            Some(year) => year.ok(),
            // 前两个月 are any two months, 前三季度 those of a year.
            None if !is_quarters => return Some(Reading::open(grain)),
            None => self.year_for(|year| Month::new(year, count.checked_mul(3)?)?.last_day()),
        };
        let Some((year, basis)) = year else { return Some(Reading::open(grain)) };
        let last = Month::new(year, if is_quarters { count.checked_mul(3)? } else { count })?;
        let reading = Reading::new(Value::Month(Month::new(year, 1)?), grain, basis);
        Some(if last.month == 1 { reading } else { reading.until(Value::Month(last)) })
    }

    fn part_of_year(&self) -> Option<Reading> {
        let (first, months, grain) = if let Some(half) = self.part("half") {
            (if half == "上" { 1 } else { 7 }, 6, Grain::Month)
        } else {
            let quarter = if self.part("quarters").is_some() { 1 } else { self.small("quarter")? };
            (quarter * 3 - 2, 3, Grain::Quarter)
        };
        let year = match self.said_year() {
            Some(year) => year.ok(),
            // 一季度 is spoken of as soon as it has begun.
            None => self.year_for(|year| Month::new(year, first)?.day(1)),
        };
        let Some((year, basis)) = year else { return Some(Reading::open(grain)) };
        let month = |month| Month::new(year, month).map(Value::Month);
        Some(Reading::new(month(first)?, grain, basis).until(month(first + months - 1)?))
    }

    fn month(&self) -> Option<Reading> {
        let month = self.small("month").or(self.small("from"))?;
        let year = match self.said_year() {
            Some(year) => year.ok(),
            None => self.year_for(|year| Month::new(year, month)?.day(1)),
        };
        let Some((year, basis)) = year else { return Some(Reading::open(Grain::Month)) };
        let first = Month::new(year, month)?;
        let Some(last) = self.small("to") else { return self.third_of(first, basis) };
        let last_year = self.number("year2").unwrap_or(if last < month { year + 1 } else { year });
        let reading = Reading::new(Value::Month(first), Grain::Month, basis);
        Some(Month::new(last_year, last).filter(|last| *last > first).map_or(reading, |last| reading.until(Value::Month(last))))
    }

    /// `month`, or of it what 上旬, 中旬 and 下旬 are; 初 and 底 are not so exact.
    fn third_of(&self, month: Month, basis: Basis) -> Option<Reading> {
        let (first, last) = match self.part("third").and_then(|third| third.chars().next()) {
            Some('上') => (1, 10),
            Some('中') if self.part("third") == Some("中旬") => (11, 20),
            Some('下') => (21, month.last_day()?.day()),
            _ => return Some(Reading::new(Value::Month(month), Grain::Month, basis)),
        };
        let day = |day| month.day(day).map(Value::Day);
        Some(Reading::new(day(first)?, Grain::Day, basis).until(day(last)?))
    }

    fn year(&self) -> Reading {
        if let (Some(from), Some(to)) = (self.number("from"), self.number("to")) {
            let reading = Reading::new(Value::Year(from), Grain::Year, Basis::Explicit);
            return if from < to { reading.until(Value::Year(to)) } else { reading };
        }
        let end = self.part("end").and_then(|end| end.chars().next_back());
        let month = match end {
            Some('初') => Some(1),
            Some('底' | '末') => Some(12),
            _ => None,
        };
        let grain = if month.is_some() { Grain::Month } else { Grain::Year };
        let Some(Ok((year, basis))) = self.said_year() else { return Reading::open(grain) };
        let value = month.and_then(|month| Month::new(year, month)).map_or(Value::Year(year), Value::Month);
        Reading::new(value, grain, basis)
    }

    fn relative_day(&self) -> Reading {
        let name = self.part("name").or(self.part("night")).unwrap_or_default();
        let grain = if self.part("night").is_some() { Grain::PartOfDay } else { self.day_grain("part") };
        let by = |day: Option<Date>, days, basis| {
            let day = day.and_then(|day| calendar::later(day, days));
            day.map_or(Reading::open(grain), |day| Reading::new(Value::Day(day), grain, basis))
        };
        match name.chars().next() {
            Some('当' | '當' | '同') => by(self.context.day, 0, Basis::Context),
            Some('次' | '翌' | '第') => by(self.context.day, 1, Basis::Context),
            Some(first) => {
                let days = match first {
                    '昨' => -1,
                    '前' => -2,
                    '明' => 1,
                    '后' | '後' => 2,
                    '大' if name.contains('前') => -3,
                    '大' => 3,
                    _ => 0,
                };
                by(self.context.issue, days, Basis::IssueDate)
            }
            None => Reading::open(grain),
        }
    }

    fn week(&self) -> Reading {
        let weeks = match self.part("which") {
            Some("上上") => -2,
            Some("上") => -1,
            Some("下") => 1,
            _ => 0,
        };
        let weekday = self.part("weekday").and_then(|name| "一二三四五六日".find(name).map(|at| at / 3).or((name == "天").then_some(6)));
        let grain = if self.part("part").is_some() {
            Grain::PartOfDay
        } else if weekday.is_some() || self.part("weekend").is_some() {
            Grain::Day
        } else {
            Grain::Week
        };
        let reading = || {
            let monday = calendar::monday(self.context.issue?, weeks)?;
            debug_assert_eq!(monday.weekday(), Weekday::Monday);
            let day = |days| calendar::later(monday, days).map(Value::Day);
            if let Some(weekday) = weekday {
                return Some(Reading::new(day(weekday as i32)?, grain, Basis::IssueDate));
            }
            let first = if self.part("weekend").is_some() { 5 } else { 0 };
            Some(Reading::new(day(first)?, grain, Basis::IssueDate).until(day(6)?))
        };
        reading().unwrap_or(Reading::open(grain))
    }

    fn relative_month(&self) -> Option<(Month, Basis)> {
        let which = self.part("which")?;
        let (from, basis) = match which.chars().next()? {
            '当' | '當' | '同' | '次' => (self.context.month, Basis::Context),
            _ => (self.context.issue.map(Month::of), Basis::IssueDate),
        };
        let months = match which.chars().next()? {
            '上' => -1,
            '下' | '次' => 1,
            _ => 0,
        };
        Some((from?.later(months)?, basis))
    }

    /// 年初 is the one behind us; 年底 the one to come, when the sentence looks ahead to it.
    fn end_of_year(&self) -> Reading {
        let month = if self.part("end").is_some_and(|end| end.ends_with('初')) { 1 } else { 12 };
        let known = self.context.issue.filter(|_| month == 1 || ahead::looks_ahead(self.text, self.span));
        let month = known.and_then(|issue| Month::new(issue.year(), month));
        month.map_or(Reading::open(Grain::Month), |month| Reading::new(Value::Month(month), Grain::Month, Basis::IssueDate))
    }

    fn bare_day(&self) -> Option<Reading> {
        let number = self.small("day").filter(|day| (1..=31).contains(day))?;
        let grain = self.day_grain("part");
        let of_context = self.context.month.and_then(|month| month.day(number)).map(|day| (day, Basis::Context));
        let of_issue = || {
            let issue = self.context.issue?;
            // A month that has no such day is not passed over for the one before it.
            let back = (0..2).find_map(|back| Month::of(issue).later(-back)?.day(number).filter(|day| *day <= issue));
            let on = || (0..3).find_map(|on| Month::of(issue).later(on)?.day(number).filter(|day| *day > issue));
            let day = if ahead::looks_ahead(self.text, self.span) { on().or(back) } else { back.or_else(on) };
            Some((day?, Basis::IssueDate))
        };
        let Some((first, basis)) = of_context.or_else(of_issue) else { return Some(Reading::open(grain)) };
        let reading = Reading::new(Value::Day(first), grain, basis);
        let last = self.small("day2").and_then(|last| Month::of(first).day(last)).filter(|last| *last > first);
        Some(last.map_or(reading, |last| reading.until(Value::Day(last))))
    }
}

/// How far the year of a sentence reaches, in bytes.
const LONGEST_SENTENCE: usize = 900;
/// So near a day without a year is the one ahead, in days: nobody means the one of a year ago without saying so.
const SOON: i32 = 31;
/// A day ahead is no more than so many days away, or it is nearer than the one behind.
const FARTHEST_AHEAD: i32 = 300;
/// A year that has every day that any year has.
const LEAP_YEAR: i16 = 2024;
