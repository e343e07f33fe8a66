//! One node of the prepared dictionary, packed into 64 bits: what the build script writes and the segmenter reads.
//!
//! A node is a prefix of words. Its children lie at `base + code`, where `code` is the number of the next character; a child says by
//! its label whose it is, because no two nodes have the same base. Some bits tell which characters may follow at all, so that most of
//! those that do not are told without a look at another place in memory.

/// Bits of the number of a character.
pub(crate) const CODE_BITS: u32 = 14;
/// Bits of a place among the nodes.
const BASE_BITS: u32 = 20;
/// Bits of a word: which count and which tag it has.
const COUNT_BITS: u32 = 13;
const TAG_BITS: u32 = 6;
const FOLLOWERS: u32 = u64::BITS - FOLLOWERS_AT;

const BASE_AT: u32 = CODE_BITS;
const WORD_AT: u32 = BASE_AT + BASE_BITS;
const FOLLOWERS_AT: u32 = WORD_AT + COUNT_BITS + TAG_BITS;

/// The label of a place where no node is; no character has that number.
const NOBODY: u64 = (1 << CODE_BITS) - 1;

/// A word of the dictionary: the number of its count, and of its tag. 0 is no word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Word(pub(crate) u32);

impl Word {
    /// No word.
    pub(crate) const NONE: Self = Self(0);
    const ADDED: u32 = 1 << 31;

    pub(crate) fn new(count: usize, tag: usize) -> Self {
        assert!(count > 0 && count < 1 << COUNT_BITS && tag < 1 << TAG_BITS, "count {count} and tag {tag} have a place");
        Self(count as u32 | (tag as u32) << COUNT_BITS)
    }

    /// The word that was added as the `index`th.
    pub(crate) fn added(index: usize) -> Self {
        Self(index as u32 | Self::ADDED)
    }

    /// The index of a word that was added.
    #[inline]
    pub(crate) fn index(self) -> Option<usize> {
        (self.0 & Self::ADDED != 0).then_some((self.0 & !Self::ADDED) as usize)
    }

    #[inline]
    pub(crate) fn count(self) -> usize {
        (self.0 & ((1 << COUNT_BITS) - 1)) as usize
    }

    #[inline]
    pub(crate) fn tag(self) -> usize {
        (self.0 >> COUNT_BITS) as usize
    }
}

/// A node, or none.
#[derive(Clone, Copy)]
pub(crate) struct Unit(pub(crate) u64);

impl Unit {
    /// A place where no node is.
    pub(crate) const EMPTY: Self = Self(NOBODY);

    /// The node that its parent reaches by `label`; with `base` 0 nothing follows.
    pub(crate) fn new(label: u16, word: Word, base: usize, followers: impl Iterator<Item = u16>) -> Self {
        assert!(u64::from(label) < NOBODY && base < 1 << BASE_BITS, "label {label} and base {base} have a place");
        let may_follow = followers.fold(0, |bits, code| bits | 1 << follower(code));
        Self(u64::from(label) | (base as u64) << BASE_AT | u64::from(word.0) << WORD_AT | may_follow)
    }

    /// Whether it is the child by `code` of the node whose children lie around its place.
    #[inline]
    pub(crate) fn is_by(self, code: u16) -> bool {
        self.0 & NOBODY == u64::from(code)
    }

    #[inline]
    pub(crate) fn may_be_followed_by(self, code: u16) -> bool {
        self.0 >> follower(code) & 1 != 0
    }

    /// Where its child by `code` is, if it has it.
    #[inline]
    pub(crate) fn child(self, code: u16) -> usize {
        ((self.0 >> BASE_AT) as usize & ((1 << BASE_BITS) - 1)) + code as usize
    }

    /// The word that ends here.
    #[inline]
    pub(crate) fn word(self) -> Word {
        Word((self.0 >> WORD_AT) as u32 & ((1 << (COUNT_BITS + TAG_BITS)) - 1))
    }
}

/// The bit that says that `code` may follow.
#[inline]
fn follower(code: u16) -> u32 {
    const SPREAD: u32 = 0x9E37_79B1;
    FOLLOWERS_AT + (((u32::from(code).wrapping_mul(SPREAD) >> 16) * FOLLOWERS) >> 16)
}
