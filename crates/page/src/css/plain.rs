//! Selectors of names, ids and classes, matched by numbers.
//!
//! Most rules of a sheet say no more than `.card > a.title`. Their words are numbered once, the
//! words of each element too, and a match takes a few comparisons. What a selector says besides is
//! asked of the element where it is plain, as in `a[href]:not(:first-child)`; where it is not, scraper
//! matches what is left. A descendant selector is split at its descendant combinators, and each part is
//! looked for from below: the lowest place where it fits leaves the most ancestors to what is left
//! of it, so that nothing has to be tried again.

use std::collections::HashMap;

use scraper::node::Element;

use crate::css::asks::Test;
use crate::css::mixer::Keyed;
use crate::css::reading::Reader;
use crate::outline::Index;

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
pub(super) struct Compound {
    pub(super) name: Word,
    pub(super) id: Word,
    /// The first of its classes.
    pub(super) class: Word,
    /// Whether the element above it, to the left of the selector, must be the parent.
    is_child: bool,
    /// What few selectors ask for.
    pub(super) more: Option<Box<More>>,
}

/// What few selectors ask of an element.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct More {
    /// Further classes.
    pub(super) classes: Vec<Word>,
    /// What it must not be, in words alone.
    pub(super) not: Vec<Compound>,
    /// What is no matter of words.
    pub(super) tests: Vec<Test>,
}

impl Compound {
    /// Whether the words of an element are those that it asks for.
    fn fits(&self, look: &Look) -> bool {
        let has = |class: Word| look.classes.binary_search(&class).is_ok();
        (self.name == 0 || self.name == look.name)
            && (self.id == 0 || self.id == look.id)
            && (self.class == 0 || has(self.class))
            && self.more.as_ref().is_none_or(|more| {
                more.classes.iter().all(|&class| has(class))
                    && !more.not.iter().any(|other| other.fits(look))
            })
    }

    fn bits(&self) -> u64 {
        let more = self.more.iter().flat_map(|more| &more.classes);
        more.fold(
            bit(self.name) | bit(self.id) | bit(self.class),
            |all, &class| all | bit(class),
        )
    }

    fn tests(&self) -> &[Test] {
        self.more.as_ref().map_or(&[], |more| &more.tests)
    }
}

/// A selector, as far as it is told by numbers and by a few plain questions.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Plain {
    /// From right to left.
    compounds: Vec<Compound>,
    /// The bits of what ancestors must have.
    above: u64,
    /// Whether that is all that it says; else an element that fits may still not match.
    is_whole: bool,
}

impl Plain {
    /// Reads a selector; `None` when a browser would not take it, when it has escapes and the like, or
    /// when one of its words has no number.
    pub(crate) fn read(selector: &str, number: &mut impl FnMut(&str) -> Word) -> Option<Self> {
        let (mut compounds, mut is_child, mut is_open) = (Vec::new(), false, false);
        let mut reader = Reader::new(selector);
        while let Some(next) = reader.after_space() {
            let starts = compounds.is_empty() || is_open;
            match next {
                b'>' | b'+' | b'~' if starts => return None,
                b'>' => is_child = true,
                // What stands in front of a sibling is left to others.
                b'+' | b'~' => {
                    compounds.clear();
                    reader.is_whole = false;
                }
                _ => {
                    let mut compound = reader.compound(number)?;
                    compound.is_child = std::mem::take(&mut is_child);
                    compounds.push(compound);
                    is_open = false;
                    continue;
                }
            }
            is_open = true;
            reader.pass();
        }
        if is_open || compounds.is_empty() {
            return None;
        }
        compounds.reverse();
        let above = compounds[1..].iter().fold(0, |all, c| all | c.bits());
        Some(Self {
            compounds,
            above,
            is_whole: reader.is_whole,
        })
    }

    /// Whether an element that fits matches.
    pub(crate) const fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Whether the words of an element alone tell whether it matches.
    pub(crate) fn is_sure(&self) -> bool {
        self.is_whole && self.compounds.len() == 1 && self.compounds[0].tests().is_empty()
    }

    /// By what the last part is found: an id, a class, a name, or nothing of these.
    pub(crate) fn key(&self) -> Key {
        let last = &self.compounds[0];
        match (last.id, last.class, last.name) {
            (0, 0, 0) => Key::Any,
            (0, 0, name) => Key::Name(name),
            (0, class, _) => Key::Class(class),
            (id, _, _) => Key::Id(id),
        }
    }

    /// Whether the words of an element are those that the last part asks for.
    pub(crate) fn fits(&self, look: &Look) -> bool {
        self.compounds[0].fits(look)
    }

    /// Whether an element is what the last part asks for besides its words.
    pub(crate) fn holds(&self, holds: impl FnMut(&Test) -> bool) -> bool {
        self.compounds[0].tests().iter().all(holds)
    }

    /// Whether ancestors with some bits may have all that it asks for.
    pub(crate) const fn may_be_below(&self, above: u64) -> bool {
        self.above & !above == 0
    }

    /// Whether the ancestors of an element, innermost first, are those that it asks for. Takes a step
    /// off for each that is looked at. O(ancestors × longest chain of children).
    pub(crate) fn is_below<'l>(
        &self,
        lineage: impl Iterator<Item = (Index, &'l Look)> + Clone,
        mut holds: impl FnMut(&Test, Index) -> bool,
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
                    trial.next().is_some_and(|(index, look)| {
                        compound.fits(look)
                            && compound.tests().iter().all(|test| holds(test, index))
                    })
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
        let lineage = looks.iter().enumerate().skip(1);
        plain.fits(&looks[0])
            && plain.may_be_below(above)
            && plain.is_below(lineage, |_, _| false, &mut 0)
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
    fn what_an_element_must_not_be_is_told_by_words() {
        assert!(matches("a:not(.x):not(p, #y)", &["a.z"]));
        assert!(!matches("a:not(.x)", &["a.x"]));
        assert!(!matches("a:not(p, a.x)", &["a.x.y"]));
        assert!(matches(".m:not(.x)\n  a", &["a", "p.m.x", "p.m"]));
        assert!(!matches("a:not(*)", &["a"]));
    }

    #[test]
    fn what_says_more_is_left_to_others() {
        let mut words = Words::default();
        let mut read = |selector: &str| Plain::read(selector, &mut |word| words.enter(word));
        for whole in [
            "a[href]",
            "a:first-child > b:not(:last-child)",
            ":root",
            "a:not([href])",
        ] {
            assert!(read(whole).unwrap().is_whole(), "{whole}");
            assert!(!read(whole).unwrap().is_sure(), "{whole}");
        }
        assert!(read("a.b:not(.c)").unwrap().is_sure());
        for part in [
            "a:nth-child(2)",
            "a[href^='x']",
            "a[type=b]",
            "a + b",
            "a > c ~ b > i",
            "a:not(b c)",
            "a:not(.x[href])",
            "a:not(:empty)",
            "a:is(.b, .c)",
        ] {
            assert!(!read(part).unwrap().is_whole(), "{part}");
        }
        for selector in [
            ".1",
            "#2a",
            "a\\:b",
            "> a",
            "a >",
            "",
            "a > > b",
            "a ~ + b",
            "linearGradient",
            ".é",
            "a,b",
            "#a#b",
            "a[b",
        ] {
            assert_eq!(read(selector), None, "{selector}");
        }
    }
}
