//! What the signs are worth that give headlines and bylines to stories, and stories to each other.
//!
//! The figures stand in `stages/data/attribution.txt`, in thousandths, with what each means; `examples/learn_layout`
//! improves them on pages with known answers.

use std::sync::LazyLock;

use crate::layout::grammar::entries;

/// A sign, in the order of the data file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    SharedWords,
    Habit,
    FirstGuessBelow,
    BylineBehindHeadline,
    BylineBehindByline,
    BylineBehindBody,
    BylineBeforeBody,
    BylineBeforeHeadline,
    CreditBehindBody,
    SecondByline,
    BylineOfSignedStory,
    BylineOfPhoto,
    SecondHeadline,
    NoHeadline,
    NoHeadlineContinued,
    NoByline,
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

impl Weights {
    /// The shipped figures.
    pub(super) fn shipped() -> &'static Self {
        static SHIPPED: LazyLock<Weights> = LazyLock::new(|| {
            let figures = entries(include_str!("../../data/attribution.txt"));
            let figure = |line: &str| line.split_whitespace().nth(1).and_then(|figure| figure.parse().ok());
            let figures: Vec<i32> = figures.filter_map(figure).collect();
            assert_eq!(figures.len(), COUNT, "stages/data/attribution.txt has a line for each sign");
            Weights(figures)
        });
        &SHIPPED
    }

    pub(super) fn of(&self, sign: Sign) -> i32 {
        self.0[sign as usize]
    }
}

#[cfg(feature = "learning")]
impl Weights {
    /// All figures, to be changed.
    pub(crate) fn figures() -> Vec<i32> {
        Self::shipped().0.clone()
    }

    pub(crate) fn with(figures: Vec<i32>) -> Self {
        Self(figures)
    }
}
