//! Names that many things bear, kept in one piece: what bears one holds its number, and the letters are looked up when they are
//! written. With hundreds of thousands of names each of its own would be far from all others in memory.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// Names by their numbers, counted from zero.
#[derive(Debug, Default)]
pub struct Names {
    text: String,
    /// Where each ends in `text`, in bytes.
    ends: Vec<u32>,
}

impl Names {
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
pub struct Name {
    names: Arc<Names>,
    number: u32,
}

impl Name {
    /// The one with the number `number` among `names`.
    pub fn new(names: &Arc<Names>, number: u32) -> Self {
        Self { names: Arc::clone(names), number }
    }
}

impl Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        self.names.get(self.number)
    }
}

impl From<&str> for Name {
    fn from(name: &str) -> Self {
        let mut names = Names::default();
        names.add(name);
        Self { names: Arc::new(names), number: 0 }
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Name {}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_what_was_added() {
        let mut names = Names::default();
        let added = ["疫情", "", "复工复产"];
        let numbers = added.map(|name| {
            let number = names.next();
            names.add(name);
            number
        });
        let names = Arc::new(names);
        assert_eq!(numbers.map(|number| Name::new(&names, number)), added.map(Name::from));
        assert_eq!(&*Name::new(&names, 3), "", "there are three");
    }
}
