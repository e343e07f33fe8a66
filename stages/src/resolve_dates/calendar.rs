//! Days, months and years as values, and the little arithmetic that dates in the news need.

use std::fmt;

use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan};

/// A date as exact as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Year(i16),
    Month(Month),
    Day(Date),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Year(year) => write!(f, "{year:04}"),
            Self::Month(month) => write!(f, "{:04}-{:02}", month.year, month.month),
            Self::Day(day) => write!(f, "{day}"),
        }
    }
}

/// A month of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Month {
    pub(super) year: i16,
    /// 1 to 12.
    pub(super) month: i8,
}

impl Month {
    pub(super) fn new(year: i16, month: i8) -> Option<Self> {
        (1..=12).contains(&month).then_some(Self { year, month })
    }

    pub(super) fn of(day: Date) -> Self {
        Self { year: day.year(), month: day.month() }
    }

    pub(super) fn day(self, day: i8) -> Option<Date> {
        Date::new(self.year, self.month, day).ok()
    }

    pub(super) fn last_day(self) -> Option<Date> {
        self.day(1).map(Date::last_of_month)
    }

    /// The month so many months later, or earlier.
    pub(super) fn later(self, months: i32) -> Option<Self> {
        self.day(1)?.checked_add(Span::new().try_months(months).ok()?).ok().map(Self::of)
    }
}

/// `2022-03-28` as a day.
pub(super) fn day(text: &str) -> Option<Date> {
    text.parse().ok()
}

/// The day so many days later, or earlier.
pub(super) fn later(day: Date, days: i32) -> Option<Date> {
    day.checked_add(days.days()).ok()
}

/// Monday of the week that is so many weeks after the one of `day`.
pub(super) fn monday(day: Date, weeks: i32) -> Option<Date> {
    let since_monday = i32::from(day.weekday().since(Weekday::Monday));
    later(day, weeks * 7 - since_monday)
}

/// Month and day of the festival `name`.
pub(super) fn festival(name: &str) -> Option<(i8, i8)> {
    FESTIVALS.iter().find(|(word, ..)| name.contains(word)).map(|(_, month, day)| (*month, *day))
}

/// Festivals of the calendar, by the words in their names; of the day of the nation only 节 is sure.
const FESTIVALS: [(&str, i8, i8); 11] = [
    ("元旦", 1, 1),
    ("妇女", 3, 8),
    ("植树", 3, 12),
    ("劳动", 5, 1),
    ("勞動", 5, 1),
    ("青年", 5, 4),
    ("儿童", 6, 1),
    ("建党", 7, 1),
    ("建军", 8, 1),
    ("教师", 9, 10),
    ("节", 10, 1),
];
