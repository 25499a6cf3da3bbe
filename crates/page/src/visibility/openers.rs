//! Rules that show something once a script sets one class or attribute more.

use scraper::Selector;

use super::valid::shows;
use crate::css::cascade::Cascade;
use crate::css::declaration::Property;
use crate::css::plain::{Key, Look, Plain};
use crate::css::rule::Rule;
use crate::css::rule_index::RuleIndex;
use crate::css::rule_set::RuleSet;
use crate::css::selector::key;
use crate::outline::{Index, Outline};

/// A rule that shows something once a class or an attribute is set.
pub(super) struct Opener {
    /// The rule.
    pub(super) rule: usize,
    /// The selector without the class that a script toggles.
    rest: Rest,
}

/// A selector that is matched by numbers, with its text, or one that says more.
enum Rest {
    Plain(Plain, String),
    Other(Selector),
}

impl Opener {
    /// Whether an element is what is left of the selector.
    pub(super) fn matches(&self, cascade: &Cascade, outline: &Outline<'_>, at: Index) -> bool {
        let matches = |selector: &Selector| {
            let element = outline.element_ref(at);
            element.is_some_and(|element| selector.matches(&element))
        };
        match &self.rest {
            Rest::Plain(plain, _) if cascade.look(at).is_some() => cascade.fits(outline, plain, at),
            Rest::Plain(_, text) => Selector::parse(text).is_ok_and(|selector| matches(&selector)),
            Rest::Other(selector) => matches(selector),
        }
    }
}

/// The rules that show what a property hides, found by what is left of their selectors.
pub(super) struct Openers {
    all: Vec<Opener>,
    index: RuleIndex,
}

impl Openers {
    /// Those of a page for a property, each without one class or attribute that a script may toggle.
    /// What is left must still name a class, an id or an attribute of the element or of an ancestor,
    /// or else every utility class would be an opener.
    pub(super) fn of(rules: &RuleSet, property: Property) -> Self {
        let mut openers = Self {
            all: Vec::new(),
            index: RuleIndex::default(),
        };
        let shown = rules.rules.iter().enumerate();
        let shown = shown.filter(|(_, rule)| takes_back(rule, property));
        let shorter = shown.flat_map(|(index, rule)| {
            let rests = without_one_token(rule.matched());
            rests.into_iter().map(move |rest| (index, rest))
        });
        for (rule, rest) in shorter.take(MAX_OPENERS) {
            let mut known = |word: &str| rules.words.find(word);
            let number = openers.all.len();
            let (found_by, rest) = match Plain::read(&rest, &mut known).filter(Plain::is_whole) {
                Some(plain) => (plain.key(), Rest::Plain(plain, rest)),
                None => match Selector::parse(&rest) {
                    Ok(selector) => (key(&rest, &mut known), Rest::Other(selector)),
                    Err(_) => continue,
                },
            };
            openers.index.add(found_by, number, rules.rules[rule].tree);
            openers.all.push(Opener { rule, rest });
        }
        openers
    }

    /// Whether there is none.
    pub(super) const fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Those that an element of a look may match.
    pub(super) fn candidates(&self, look: &Look) -> impl Iterator<Item = &Opener> {
        let mut found = Vec::new();
        self.index.candidates(look, &mut found);
        found.into_iter().filter_map(|at| self.all.get(at))
    }
}

/// Whether a rule declares a property so that it no longer hides.
pub(super) fn takes_back(rule: &Rule, property: Property) -> bool {
    match rule.value(property) {
        Some(value) => shows(property, value),
        // A box that is moved or clipped comes back, too, when it is made static again.
        None => {
            matches!(property, Property::Left | Property::Top | Property::Clip)
                && rule.value(Property::Position) == Some("static")
        }
    }
}

/// At most so many selectors are tried for one property.
const MAX_OPENERS: usize = 20_000;

fn without_one_token(selector: &str) -> Vec<String> {
    let bytes = selector.as_bytes();
    let mut variants = Vec::new();
    let mut at = 0;
    while at < bytes.len() && variants.len() < 8 {
        let end = match bytes[at] {
            b'.' => {
                let rest = &bytes[at + 1..];
                at + 1
                    + rest
                        .iter()
                        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
                        .count()
            }
            b'[' => {
                at + bytes[at..]
                    .iter()
                    .position(|&b| b == b']')
                    .map_or(1, |p| p + 1)
            }
            _ => {
                at += 1;
                continue;
            }
        };
        let (before, token, after) = (&selector[..at], &selector[at..end], &selector[end..]);
        let alone = before.is_empty() || before.ends_with([' ', '>', '+', '~', '(']);
        let ends = after.is_empty() || after.starts_with([' ', '>', '+', '~', ')']);
        let fill = if alone && ends { "*" } else { "" };
        let rest = format!("{before}{fill}{after}");
        let names_something = rest.contains(['.', '#', '[']);
        let found_by = key(&rest, &mut |_| 1);
        let names_the_element = !matches!(found_by, Key::Any | Key::Name(_));
        let is_state = token.starts_with('[') || is_state_word(token);
        if names_something && (is_state || (names_the_element && fill.is_empty())) {
            variants.push(rest);
        }
        at = end;
    }
    variants
}

/// Whether a class says a state (`.is-open`, `.menu--active`) and not a thing.
fn is_state_word(class: &str) -> bool {
    class.split(|c: char| !c.is_ascii_alphabetic()).any(|word| {
        matches!(
            word.to_ascii_lowercase().as_str(),
            "initialized"
                | "loaded"
                | "ready"
                | "js"
                | "mounted"
                | "hydrated"
                | "enabled"
                | "open"
                | "opened"
                | "active"
                | "show"
                | "shown"
                | "showing"
                | "visible"
                | "expanded"
                | "expand"
                | "in"
                | "on"
                | "current"
                | "selected"
                | "toggled"
                | "is"
                | "checked"
                | "hover"
                | "focus"
                | "revealed"
                | "animate"
                | "animated"
        )
    })
}
