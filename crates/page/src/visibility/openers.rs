//! Rules that show something once a script sets one class or attribute more.

use scraper::Selector;

use super::valid::shows;
use crate::css::declaration::Property;
use crate::css::plain::{Key, Words};
use crate::css::selector::key;
use crate::css::sheet::Rule;

/// A rule that shows something once a class or an attribute is set.
pub(super) struct Opener {
    /// The rule.
    pub(super) rule: usize,
    /// The selector without the class that a script toggles.
    pub(super) rest: Selector,
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

/// Rules that show what a property hides, each without one class or attribute that a script may
/// toggle. What is left must still name a class, an id or an attribute of the element or of an
/// ancestor, or else every utility class would be an opener.
pub(super) fn openers(rules: &[Rule], property: Property) -> Vec<Opener> {
    let shown = rules
        .iter()
        .enumerate()
        .filter(|(_, rule)| takes_back(rule, property));
    let shorter = shown.flat_map(|(index, rule)| {
        let rests = without_one_token(rule.matched());
        rests.into_iter().map(move |rest| (index, rest))
    });
    let openers = shorter.take(MAX_OPENERS).filter_map(|(rule, rest)| {
        let rest = Selector::parse(&rest).ok()?;
        Some(Opener { rule, rest })
    });
    openers.collect()
}

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
        let found_by = key(&rest, &mut Words::default());
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
