//! Topic files and what they find, for programs that check, test, learn or explain them. The stage `tag_topics` stands on the same.

mod grams;
pub mod learn;
pub mod lint;
pub mod measure;
mod odds;
pub mod pieces;
pub mod statistics;
pub mod suggest;

pub use crate::tag_topics::explanation::{ExplainedHit, ExplainedLack, ExplainedShare, Explanation, Refused};
pub use crate::tag_topics::file::{Origin, Where};
pub use crate::tag_topics::fold::{fold, folded};
pub use crate::tag_topics::tagger::{Tagger, Zones};
pub use crate::tag_topics::topics::{Combination, Example, Group, Pattern, Suppress, Term, Topic, Topics, load, schema, without_namespace};
