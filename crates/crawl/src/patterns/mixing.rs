//! Words that are combined at will in paths: filters that are written as segments, in any order.

use std::collections::{BTreeMap, BTreeSet};

use crate::likeness::Mix;

/// Beginnings of paths that are watched.
const PLACES: usize = 1_024;
/// Pairs of words that are remembered behind a beginning.
const PAIRS: usize = 512;
/// Words of one path that are looked at.
const DEEP: usize = 6;
/// Pairs of words that stand in either order before they are combined at will.
const SWAPPED: usize = 8;

/// Which words stand before which others, behind a beginning of an address.
#[derive(Debug, Default)]
pub(super) struct Mixing {
    places: BTreeMap<u64, Pairs>,
    changed: BTreeSet<u64>,
}

#[derive(Debug, Clone, Default)]
struct Pairs {
    ordered: BTreeSet<u64>,
    swapped: BTreeSet<u64>,
}

impl Pairs {
    fn is_mixed(&self) -> bool {
        self.swapped.len() >= SWAPPED
    }
}

impl Mixing {
    /// Whether words behind a beginning are combined at will.
    pub(super) fn is_mixed(&self, place: u64) -> bool {
        self.places.get(&place).is_some_and(Pairs::is_mixed)
    }

    /// Whether there is any such beginning.
    pub(super) fn has_mixed(&self) -> bool {
        self.places.values().any(Pairs::is_mixed)
    }

    /// Learns from the words of a path behind a beginning, in order; gives whether they turned out to be
    /// combined at will.
    pub(super) fn learn(&mut self, place: u64, words: &[u64]) -> bool {
        let words = words.get(..DEEP).unwrap_or(words);
        if words.len() < 2 || (self.places.len() >= PLACES && !self.places.contains_key(&place)) {
            return false;
        }
        let pairs = self.places.entry(place).or_default();
        if pairs.is_mixed() {
            return false;
        }
        for (at, before) in words.iter().enumerate() {
            for after in words[at + 1..].iter().filter(|after| *after != before) {
                let one = pair(*before, *after);
                if pairs.ordered.len() < PAIRS && pairs.ordered.insert(one) {
                    self.changed.insert(place);
                }
                let other = pair(*after, *before);
                if pairs.ordered.contains(&other) && pairs.swapped.insert(one.min(other)) {
                    self.changed.insert(place);
                }
            }
        }
        if pairs.is_mixed() {
            pairs.ordered.clear();
            return true;
        }
        false
    }

    /// What changed since the last call: beginnings, and what is known of each.
    pub(super) fn notes(&mut self) -> Vec<(String, String)> {
        let changed = std::mem::take(&mut self.changed);
        let note = |place: u64| {
            let pairs = self.places.get(&place)?;
            // Numbers always have a JSON form.
            let value = serde_json::to_string(&(&pairs.ordered, &pairs.swapped));
            Some((place.to_string(), value.unwrap_or_default()))
        };
        changed.into_iter().filter_map(note).collect()
    }

    /// Takes back what was noted.
    pub(super) fn restore(&mut self, place: &str, value: &str) {
        if let Ok(place) = place.parse()
            && let Ok((ordered, swapped)) = serde_json::from_str(value)
        {
            self.places.insert(place, Pairs { ordered, swapped });
        }
    }
}

fn pair(before: u64, after: u64) -> u64 {
    let mut pair = Mix::default();
    pair.number(before);
    pair.number(after);
    pair.end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_any_order_are_mixed_and_a_tree_is_not() {
        let mut mixing = Mixing::default();
        for one in 0..40 {
            for two in 100..110 {
                mixing.learn(7, &[one, two, 1_000 + one]);
            }
        }
        assert!(!mixing.is_mixed(7));
        for two in 0..8 {
            assert!(!mixing.is_mixed(8));
            mixing.learn(8, &[50, two]);
            mixing.learn(8, &[two, 50]);
        }
        assert!(mixing.is_mixed(8));
        let mut again = Mixing::default();
        for (place, value) in mixing.notes() {
            again.restore(&place, &value);
        }
        assert!(again.is_mixed(8) && !again.is_mixed(7));
    }
}
