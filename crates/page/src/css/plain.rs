//! Selectors of names, ids and classes alone, matched by numbers.
//!
//! Most rules of a sheet say no more than `.card > a.title`. Their words are numbered once, the
//! words of each element too, and a match takes a few comparisons; every other selector is matched
//! by scraper. A descendant selector is split at its descendant combinators, and each part is
//! looked for from below: the lowest place where it fits leaves the most ancestors to what is left
//! of it, so that nothing has to be tried again.

use std::collections::HashMap;

use scraper::node::Element;

use crate::css::mixer::Keyed;

/// The number of a word that some rule names; 0 for a word that none does.
pub(crate) type Word = u32;

/// The words that the rules of a page name.
#[derive(Default)]
pub(crate) struct Words {
    known: HashMap<Box<str>, Word, Keyed>,
}

impl Words {
    /// The number of a word; a new one where it is new.
    pub(crate) fn enter(&mut self, word: &str) -> Word {
        if let Some(&known) = self.known.get(word) {
            return known;
        }
        // A page has far fewer words than the type has numbers.
        let new = Word::try_from(self.known.len() + 1).unwrap_or(Word::MAX);
        self.known.insert(word.into(), new);
        new
    }

    /// The number of a word; 0 where no rule names it.
    pub(crate) fn find(&self, word: &str) -> Word {
        self.known.get(word).copied().unwrap_or(0)
    }
}

/// By what a rule is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key {
    /// An id.
    Id(Word),
    /// A class.
    Class(Word),
    /// An element name.
    Name(Word),
    /// Anything.
    Any,
}

/// What rules may ask of an element, in numbers.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Look {
    /// Its name.
    pub(crate) name: Word,
    /// Its id.
    pub(crate) id: Word,
    /// Those of its classes that some rule names, sorted.
    pub(crate) classes: Vec<Word>,
    /// The name of the host in whose shadow tree it stands; 0 in that of the page.
    pub(crate) tree: Word,
}

/// The bit of a word in a set of 64.
const fn bit(word: Word) -> u64 {
    if word == 0 { 0 } else { 1 << (word % 64) }
}

impl Look {
    /// What rules may ask of an element.
    pub(crate) fn of(element: &Element, tree: Word, words: &Words) -> Self {
        let attr = |name: &str| crate::outline::attr(element, name);
        let mut classes: Vec<Word> = attr("class")
            .unwrap_or_default()
            .split_ascii_whitespace()
            .map(|class| words.find(class))
            .filter(|&word| word != 0)
            .collect();
        classes.sort_unstable();
        classes.dedup();
        Self {
            name: words.find(element.name()),
            id: attr("id").map_or(0, |id| words.find(id)),
            classes,
            tree,
        }
    }

    /// The bits of all its words: a set that has all of them may hold it.
    pub(crate) fn bits(&self) -> u64 {
        self.classes
            .iter()
            .fold(bit(self.name) | bit(self.id), |all, &class| {
                all | bit(class)
            })
    }
}

/// What a selector asks of one element.
#[derive(Debug, Default, PartialEq, Eq)]
struct Compound {
    name: Word,
    id: Word,
    classes: Vec<Word>,
    /// Whether the element above it, to the left of the selector, must be the parent.
    is_child: bool,
}

impl Compound {
    fn fits(&self, look: &Look) -> bool {
        (self.name == 0 || self.name == look.name)
            && (self.id == 0 || self.id == look.id)
            && self
                .classes
                .iter()
                .all(|class| look.classes.binary_search(class).is_ok())
    }

    fn bits(&self) -> u64 {
        self.classes
            .iter()
            .fold(bit(self.name) | bit(self.id), |all, &class| {
                all | bit(class)
            })
    }
}

/// A selector of names, ids and classes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Plain {
    /// From right to left.
    compounds: Vec<Compound>,
    /// The bits of what ancestors must have.
    above: u64,
}

impl Plain {
    /// Reads a selector; `None` when it says more than names, ids and classes, when a browser would
    /// not take it, or when one of its words has no number.
    pub(crate) fn read(selector: &str, number: &mut impl FnMut(&str) -> Word) -> Option<Self> {
        let simple = |b: u8| {
            b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'#' | b'>' | b'*' | b' ')
        };
        if !selector.bytes().all(simple) {
            return None;
        }
        let mut compounds: Vec<Compound> = Vec::new();
        let mut is_child = false;
        for part in selector.split(' ').flat_map(steps) {
            if part == ">" {
                if is_child || compounds.is_empty() {
                    return None;
                }
                is_child = true;
                continue;
            }
            let mut compound = Compound::read(part, number)?;
            compound.is_child = std::mem::take(&mut is_child);
            compounds.push(compound);
        }
        if is_child || compounds.is_empty() {
            return None;
        }
        compounds.reverse();
        let above = compounds[1..].iter().fold(0, |all, c| all | c.bits());
        Some(Self { compounds, above })
    }

    /// Whether it says nothing of the elements around.
    pub(crate) fn is_alone(&self) -> bool {
        self.compounds.len() == 1
    }

    /// By what the last part is found: an id, a class, a name, or nothing of these.
    pub(crate) fn key(&self) -> Key {
        let last = &self.compounds[0];
        match (last.id, last.classes.first(), last.name) {
            (0, None, 0) => Key::Any,
            (0, None, name) => Key::Name(name),
            (0, Some(&class), _) => Key::Class(class),
            (id, _, _) => Key::Id(id),
        }
    }

    /// Whether the last part fits an element.
    pub(crate) fn fits(&self, look: &Look) -> bool {
        self.compounds[0].fits(look)
    }

    /// Whether ancestors with some bits may have all that it asks for.
    pub(crate) const fn may_be_below(&self, above: u64) -> bool {
        self.above & !above == 0
    }

    /// Whether the ancestors of an element, innermost first, are those that it asks for. Takes a step
    /// off for each that is looked at. O(ancestors × longest chain of children).
    pub(crate) fn is_below<'l>(
        &self,
        lineage: impl Iterator<Item = &'l Look> + Clone,
        steps: &mut usize,
    ) -> bool {
        let mut lineage = lineage;
        let mut at = 1;
        let mut must_be_next = self.compounds[0].is_child;
        while at < self.compounds.len() {
            // A part ends where the next one may stand anywhere above it.
            let length = self.compounds[at..]
                .iter()
                .take_while(|compound| compound.is_child)
                .count()
                + 1;
            let end = (at + length).min(self.compounds.len());
            loop {
                let mut trial = lineage.clone();
                let fits = self.compounds[at..end].iter().all(|compound| {
                    *steps += 1;
                    trial.next().is_some_and(|look| compound.fits(look))
                });
                if fits {
                    lineage = trial;
                    break;
                }
                if must_be_next || lineage.next().is_none() {
                    return false;
                }
            }
            at = end;
            must_be_next = false;
        }
        true
    }
}

/// `a>b` as `a`, `>`, `b`.
fn steps(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let end = match rest.find('>') {
            Some(0) => 1,
            Some(at) => at,
            None => rest.len(),
        };
        let (step, after) = rest.split_at(end);
        rest = after;
        (!step.is_empty()).then_some(step)
    })
}

impl Compound {
    fn read(text: &str, number: &mut impl FnMut(&str) -> Word) -> Option<Self> {
        let known = |word: Word| Some(word).filter(|&word| word != 0);
        let mut compound = Self::default();
        let end = text.find(['.', '#']).unwrap_or(text.len());
        let (name, mut rest) = text.split_at(end);
        if !(name.is_empty() || name == "*") {
            if !is_word(name) || name.bytes().any(|b| b.is_ascii_uppercase()) {
                return None;
            }
            compound.name = known(number(name))?;
        }
        while !rest.is_empty() {
            let (mark, after) = rest.split_at(1);
            let end = after.find(['.', '#']).unwrap_or(after.len());
            let (word, after) = after.split_at(end);
            if !is_word(word) {
                return None;
            }
            let word = known(number(word))?;
            if mark == "." {
                compound.classes.push(word);
            } else if compound.id == 0 || compound.id == word {
                compound.id = word;
            } else {
                return None;
            }
            rest = after;
        }
        Some(compound)
    }
}

/// Whether a text is an identifier of CSS without escapes.
fn is_word(text: &str) -> bool {
    let plain = text.strip_prefix('-').unwrap_or(text);
    plain.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(words: &Words, text: &str) -> Look {
        let mut parts = text.split('.');
        let name = parts.next().unwrap();
        let mut classes: Vec<Word> = parts.map(|class| words.find(class)).collect();
        classes.sort_unstable();
        Look {
            name: words.find(name),
            id: 0,
            classes,
            tree: 0,
        }
    }

    /// Whether a selector matches the first of some elements, of which each next one is the parent.
    fn matches(selector: &str, lineage: &[&str]) -> bool {
        let mut words = Words::default();
        let plain = Plain::read(selector, &mut |word| words.enter(word)).unwrap();
        let looks: Vec<Look> = lineage.iter().map(|text| look(&words, text)).collect();
        let above = looks[1..].iter().fold(0, |all, look| all | look.bits());
        let mut steps = 0;
        plain.fits(&looks[0])
            && plain.may_be_below(above)
            && plain.is_below(looks[1..].iter(), &mut steps)
    }

    #[test]
    fn a_chain_of_children_is_looked_for_at_every_height() {
        assert!(matches("a", &["a"]));
        assert!(matches(".x > a", &["a", "p.x"]));
        assert!(!matches(".x>a", &["a", "p", "p.x"]));
        assert!(matches(".x a", &["a", "p", "p.x"]));
        assert!(matches(
            ".m .c > li a",
            &["a", "li", "ul", "li", "ul.c", "nav.m"]
        ));
        assert!(!matches(
            ".m .c > li a",
            &["a", "li", "ul", "nav.m", "ul.c", "li"]
        ));
        assert!(matches("i > p > b a", &["a", "b", "p", "b", "p", "i"]));
        assert!(matches("p > p > a", &["a", "p", "p", "p"]));
        assert!(!matches("i p > a", &["a", "i", "p"]));
        assert!(matches("*.x * a", &["a", "b", "b.x"]));
        assert!(!matches("*.x * a", &["a", "b.x"]));
    }

    #[test]
    fn what_says_more_is_left_to_others() {
        let mut words = Words::default();
        for selector in [
            "a:hover",
            "a[href]",
            "a + b",
            "a ~ b",
            ".1",
            "#2a",
            "a\\:b",
            "> a",
            "a >",
            "",
            "a > > b",
            "linearGradient",
            ".é",
            "a,b",
            "#a#b",
        ] {
            assert_eq!(
                Plain::read(selector, &mut |word| words.enter(word)),
                None,
                "{selector}"
            );
        }
    }
}
