//! The two models of words that are in no dictionary: where they begin and end, and what part of speech they are.

use std::collections::BTreeMap;

use crate::agreed::{NEVER, TAGS, is_joined};
use crate::write;

/// Begin, middle, end of a word, and single.
const POSITIONS: usize = 4;
const CHARACTERS: usize = 0x1_0000;

/// Writes the model that joins characters: what a word begins with, what follows what, and for each character its costs, with a table
/// of where they stand.
pub(crate) fn prepare_joins(model: &str) {
    let mut lines = model.lines().filter(|line| !line.starts_with('#'));
    let mut numbers = || -> Vec<f64> {
        let line = lines.next().expect("five lines of numbers");
        line.split(' ').map(number).collect()
    };
    let start = numbers();
    let follows: Vec<f64> = (0..POSITIONS).flat_map(|_| numbers()).collect();
    let mut emitted: BTreeMap<char, [f64; POSITIONS]> = BTreeMap::new();
    for (position, line) in lines.enumerate() {
        for pair in line.split(',') {
            let (character, value) = pair.split_once(':').expect("a character and a number");
            let character = character.chars().next().expect("a character");
            emitted.entry(character).or_insert([NEVER; POSITIONS])[position] = number(value);
        }
    }
    emitted.retain(|character, _| is_joined(*character));
    // Row 0 is for characters that the model does not know.
    let mut rows = vec![[NEVER; POSITIONS]];
    let mut places = vec![0_u16; CHARACTERS];
    for (character, row) in emitted {
        places[character as usize] = rows.len() as u16;
        rows.push(row);
    }
    write("join-steps", start.into_iter().chain(follows).flat_map(f64::to_le_bytes));
    write("join-rows", rows.into_iter().flatten().flat_map(f64::to_le_bytes));
    write("join-places", places.into_iter().flat_map(u16::to_le_bytes));
}

/// A state of the model of parts of speech.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct State {
    position: usize,
    tag: usize,
}

impl State {
    fn read(position: &str, tag: &str) -> Self {
        let [position, tag] = [position, tag].map(|field| field.parse().expect("a number"));
        assert!(position < POSITIONS && tag < TAGS, "{position},{tag} is a state");
        Self { position, tag }
    }

    fn index(self) -> usize {
        self.position * TAGS + self.tag
    }
}

#[derive(Default)]
struct Guesses {
    tags: Vec<String>,
    starts: Vec<(State, f64)>,
    steps: Vec<(State, State, f64)>,
    emitted: BTreeMap<char, BTreeMap<State, f64>>,
    allowed: BTreeMap<char, Vec<State>>,
}

/// Writes the model of parts of speech: the tags, what a word begins with, what follows what, and for each character the states it
/// may be in.
pub(crate) fn prepare_guesses(model: &str) {
    let mut guesses = Guesses::default();
    let mut section = "";
    for line in model.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if line.starts_with('@') {
            section = line;
        } else {
            guesses.read(section, line);
        }
    }
    assert_eq!(guesses.tags.len(), TAGS, "a tag for each number");
    write("guess-tags", guesses.tags.join("\n").into_bytes());
    guesses.write_steps();
    guesses.write_characters();
}

impl Guesses {
    fn read(&mut self, section: &str, line: &str) {
        let mut parts = line.split('|').map(str::trim).filter(|part| !part.is_empty());
        match section {
            "@TAGS" => self.tags = line.split(',').map(|tag| tag.trim().to_owned()).collect(),
            "@START" => self.starts.push(state_and_number(line)),
            "@TRANS" => {
                let from = state(parts.next().expect("a state"));
                self.steps.extend(parts.map(state_and_number).map(|(to, value)| (from, to, value)));
            }
            "@EMIT" => {
                let by = state(parts.next().expect("a state"));
                for part in parts {
                    let (character, value) = part.rsplit_once(',').expect("a character and a number");
                    let character = character.chars().next().expect("a character");
                    self.emitted.entry(character).or_default().insert(by, number(value));
                }
            }
            "@CHAR_STATE" => {
                let character = parts.next().and_then(|part| part.chars().next()).expect("a character");
                let states: Vec<State> = parts.map(state).collect();
                // Without a state anything goes, as for characters that have no line.
                if states.is_empty() {
                    self.allowed.remove(&character);
                } else {
                    self.allowed.insert(character, states);
                }
            }
            _ => {}
        }
    }

    /// Between words every tag may follow every other; inside of a word the tag stays.
    fn write_steps(&self) {
        let mut starts = [NEVER; POSITIONS * TAGS];
        for (state, value) in &self.starts {
            assert!(matches!(state.position, 0 | 3), "nothing starts inside of a word");
            starts[state.index()] = *value;
        }
        // To begin and single, from end and single.
        let mut between = vec![NEVER; 4 * TAGS * TAGS];
        // To middle and end, from begin and middle.
        let mut within = [NEVER; 4 * TAGS];
        for (from, to, value) in &self.steps {
            match (from.position, to.position) {
                (2 | 3, 0 | 3) => between[((to.position / 3 * TAGS + to.tag) * 2 + from.position - 2) * TAGS + from.tag] = *value,
                (0 | 1, 1 | 2) if from.tag == to.tag => within[((to.position - 1) * TAGS + to.tag) * 2 + from.position] = *value,
                _ => panic!("no word goes on so"),
            }
        }
        write("guess-starts", starts.into_iter().flat_map(f64::to_le_bytes));
        write("guess-between", between.into_iter().flat_map(f64::to_le_bytes));
        write("guess-within", within.into_iter().flat_map(f64::to_le_bytes));
    }

    /// States that a character is never in are left out, and so are those whose emission would make every path impossible.
    fn write_characters(&self) {
        let (mut places, mut bounds) = (vec![0_u16; CHARACTERS], vec![0_u32; POSITIONS + 1]);
        let (mut tags, mut values) = (Vec::new(), Vec::new());
        for (row, (character, emitted)) in self.emitted.iter().enumerate() {
            places[*character as usize] = row as u16 + 1;
            let allowed = self.allowed.get(character);
            for position in 0..POSITIONS {
                for (state, value) in emitted.iter().filter(|(state, _)| state.position == position) {
                    if allowed.is_none_or(|allowed| allowed.contains(state)) && *value > NEVER {
                        tags.push(state.tag as u8);
                        values.push(*value);
                    }
                }
                bounds.push(tags.len() as u32);
            }
        }
        write("guess-places", places.into_iter().flat_map(u16::to_le_bytes));
        write("guess-bounds", bounds.into_iter().flat_map(u32::to_le_bytes));
        write("guess-states", tags);
        write("guess-values", values.into_iter().flat_map(f64::to_le_bytes));
    }
}

fn state(text: &str) -> State {
    let (position, tag) = text.split_once(',').expect("a position and a tag");
    State::read(position, tag)
}

fn state_and_number(text: &str) -> (State, f64) {
    let (head, value) = text.rsplit_once(',').expect("a state and a number");
    (state(head), number(value))
}

fn number(text: &str) -> f64 {
    text.parse().expect("a number")
}
