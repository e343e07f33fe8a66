//! What the signs are worth that give headlines and bylines to stories, and stories to each other.
//!
//! The figures stand in `stages/data/attribution.txt`, in thousandths, with what each means, for pages in drawing order and for those
//! that were read from top to bottom; `examples/learn_layout` improves them on pages with known answers.

use std::sync::LazyLock;

use crate::layout::grammar::entries;

/// A sign, in the order of the data file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    SharedWords,
    Habit,
    FirstGuessBelow,
    BylineBehindHeadline,
    BylineTiedToHeadline,
    BylineBetween,
    BylineBehindByline,
    BylineBehindBody,
    BylineBeforeBody,
    BylineBeforeHeadline,
    CreditBehindBody,
    SecondByline,
    BylineOfSignedStory,
    BylineOfSignedReport,
    BylineOfPhoto,
    SecondHeadline,
    NoHeadline,
    NoHeadlineContinued,
    NoHeadlineOfPhoto,
    NoByline,
    NoBylineOfReport,
    Subhead,
    SubheadSharedWordsBelow,
    SubheadSharedWordsAbove,
    SubheadAmongSigned,
    PartedBlocks,
    PartedAfterDash,
    PartedInPhrase,
    PartedWithinBlock,
    JoinedBehindLabel,
    PartedByline,
    PartedTiedByline,
    TiedToBody,
    StrayHeadline,
    StrayByline,
    ManyBlocks,
    FarHeadline,
    FarByline,
    Opens,
    OpensAnyway,
    InsetHeadline,
    Kinship,
}

const COUNT: usize = Sign::Kinship as usize + 1;

/// What each sign is worth, in thousandths.
#[derive(Clone, Debug)]
pub(crate) struct Weights(Vec<i32>);

/// How a page was read, in the order of the columns of the data file: where a block stands tells less when lines of neighbouring
/// columns were read across each other.
const READINGS: usize = 2;

impl Weights {
    /// The shipped figures for a page that was read across columns, or not: see [`crate::layout::Layout::is_read_across`].
    pub(super) fn shipped(read_across: bool) -> &'static Self {
        static SHIPPED: LazyLock<[Weights; READINGS]> = LazyLock::new(|| {
            std::array::from_fn(|column| {
                let figures = entries(include_str!("../../data/attribution.txt"));
                let figure = |line: &str| line.split_whitespace().nth(1 + column).and_then(|figure| figure.parse().ok());
                let figures: Vec<i32> = figures.filter_map(figure).collect();
                assert_eq!(figures.len(), COUNT, "stages/data/attribution.txt has a line for each sign");
                Weights(figures)
            })
        });
        &SHIPPED[usize::from(read_across)]
    }

    pub(super) fn of(&self, sign: Sign) -> i32 {
        self.0[sign as usize]
    }
}

#[cfg(feature = "learning")]
impl Weights {
    /// All figures for a page that was read across columns or not, to be changed, and their column.
    pub(crate) fn figures(read_across: bool) -> (usize, Vec<i32>) {
        (usize::from(read_across), Self::shipped(read_across).0.clone())
    }

    pub(crate) fn with(figures: Vec<i32>) -> Self {
        Self(figures)
    }
}
