//! What is left to do with a script that is not parsed: a search for literal addresses behind the
//! words that take a visitor along.

use model::Condition;

use crate::found::{Finding, Happening, Way};
use crate::value::Made;

/// Findings of one such search.
const MAX_FOUND: usize = 50;

/// Literal absolute addresses that are assigned to `location` or handed to its methods. Linear in
/// the text. Whether an act is needed, the search cannot tell; it says that one is.
pub(crate) fn literal_navigations(text: &str, source: usize) -> Vec<Finding> {
    let mut found = Vec::new();
    for (at, word) in text.match_indices("location") {
        if found.len() >= MAX_FOUND {
            break;
        }
        let mut rest = text.get(at + word.len()..).unwrap_or_default();
        for part in [".href", ".assign(", ".replace("] {
            rest = rest.strip_prefix(part).unwrap_or(rest);
        }
        let rest = rest.trim_start();
        let rest = rest.strip_prefix('=').unwrap_or(rest).trim_start();
        let Some(quote) = rest
            .chars()
            .next()
            .filter(|c| matches!(c, '"' | '\'' | '`'))
        else {
            continue;
        };
        let literal = rest[1..].split(quote).next().unwrap_or_default();
        let is_address = literal.starts_with("http") || literal.starts_with("//");
        if !is_address || literal.len() > 2_000 || literal.contains('\n') {
            continue;
        }
        found.push(Finding {
            way: Way::Navigate {
                href: literal.to_owned(),
                by_element: false,
                by_form: false,
            },
            happening: Happening::Act(String::new()),
            conditions: Vec::<Condition>::new(),
            made: Made::NONE,
            source,
            at: u32::try_from(at).unwrap_or(u32::MAX),
        });
    }
    found
}
