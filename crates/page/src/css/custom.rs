//! Custom properties: values put in where `var()` asks for them.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::css::blocks::closing;
use crate::css::piece::Piece;

/// Custom properties in force on an element, by name in lower case.
pub(crate) type Custom = Option<Rc<BTreeMap<Rc<str>, Piece>>>;

/// So many references are followed in one value, so that a cycle ends.
const MAX_REFERENCES: usize = 64;

/// A value that grows beyond this is no page's own.
const MAX_BYTES: usize = 4_000;

/// Puts custom properties in. `None` when one has neither a value nor a fallback, or when they refer
/// to each other in a circle.
pub(crate) fn substitute(
    value: &str,
    custom: Option<&BTreeMap<Rc<str>, Piece>>,
    registered: &BTreeMap<Rc<str>, Piece>,
) -> Option<String> {
    let mut text = value.to_owned();
    for _ in 0..MAX_REFERENCES {
        let Some(at) = text.find("var(") else {
            return Some(text);
        };
        let inner_start = at + 4;
        let end = inner_start + closing(&text[inner_start..])?;
        let inner = &text[inner_start..end];
        let (name, fallback) = match inner.split_once(',') {
            Some((name, fallback)) => (name.trim(), Some(fallback.trim())),
            None => (inner.trim(), None),
        };
        let known = custom
            .and_then(|custom| custom.get(name))
            .filter(|value| &***value != "initial")
            .or_else(|| registered.get(name));
        let put = match (known, fallback) {
            (Some(known), _) => known.to_string(),
            (None, Some(fallback)) => fallback.to_owned(),
            (None, None) => return None,
        };
        if text.len() + put.len() > MAX_BYTES {
            return None;
        }
        text.replace_range(at..=end, &put);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(value: &str, known: &[(&str, &str)]) -> Option<String> {
        let known = known.iter().map(|(k, v)| ((*k).into(), (*v).into()));
        substitute(value, Some(&known.collect()), &BTreeMap::new())
    }

    #[test]
    fn references_are_followed_and_circles_end() {
        assert_eq!(
            put("var(--a)", &[("--a", "var(--b, 1)")]).as_deref(),
            Some("1")
        );
        assert_eq!(
            put("var(--x, rgb(1, 2, 3))", &[]).as_deref(),
            Some("rgb(1, 2, 3)")
        );
        assert_eq!(
            put("var(--a)", &[("--a", "var(--b)"), ("--b", "var(--a)")]),
            None
        );
        assert_eq!(put("var(--a)", &[("--a", "initial")]), None);
        assert_eq!(put("var(--a", &[("--a", "1")]), None);
    }
}
