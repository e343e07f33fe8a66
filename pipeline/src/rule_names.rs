//! The names of a topic's rules, kept in one piece: evidence holds a number, and the letters are looked up when they are written. With
//! hundreds of thousands of terms a name of its own for each would be far from all others in memory.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// Names of rules by their numbers, counted from zero.
#[derive(Debug, Default)]
pub struct RuleNames {
    text: String,
    /// Where each ends in `text`, in bytes.
    ends: Vec<u32>,
}

impl RuleNames {
    /// The number of the one that is added next.
    pub fn next(&self) -> u32 {
        self.ends.len() as u32
    }

    /// Adds one.
    pub fn add(&mut self, name: &str) {
        self.text.push_str(name);
        self.ends.push(self.text.len() as u32);
    }

    /// The one with the number `number`; nothing where there is none.
    pub fn get(&self, number: u32) -> &str {
        let number = number as usize;
        let from = number.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| *end as usize);
        let to = self.ends.get(number).map_or(from, |end| *end as usize);
        self.text.get(from..to).unwrap_or_default()
    }
}

/// One of them.
#[derive(Clone)]
pub struct RuleName {
    names: Arc<RuleNames>,
    number: u32,
}

impl RuleName {
    /// The one with the number `number` among `names`.
    pub fn new(names: &Arc<RuleNames>, number: u32) -> Self {
        Self { names: Arc::clone(names), number }
    }
}

impl Deref for RuleName {
    type Target = str;

    fn deref(&self) -> &str {
        self.names.get(self.number)
    }
}

impl From<&str> for RuleName {
    fn from(name: &str) -> Self {
        let mut names = RuleNames::default();
        names.add(name);
        Self { names: Arc::new(names), number: 0 }
    }
}

impl PartialEq for RuleName {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for RuleName {}

impl fmt::Debug for RuleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_what_was_added() {
        let mut names = RuleNames::default();
        let added = ["疫情", "", "复工复产"];
        let numbers = added.map(|name| {
            let number = names.next();
            names.add(name);
            number
        });
        let names = Arc::new(names);
        assert_eq!(numbers.map(|number| RuleName::new(&names, number)), added.map(RuleName::from));
        assert_eq!(&*RuleName::new(&names, 3), "", "there are three");
    }
}
