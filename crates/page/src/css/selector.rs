//! Selectors as text: splitting, specificity, and what is taken off before they are matched.
//!
//! scraper's selectors know no state (`:hover`) and no pseudo-element. A state is taken off in
//! `pseudo_class.rs`, and the rule kept apart: it does not hold on the page as loaded, but it shows
//! what an ordinary act would do.

use std::borrow::Cow;

use crate::css::plain::{Key, Word};
pub(crate) use crate::css::pseudo_class::prepare;

/// A selector prepared for matching.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Prepared<'s> {
    /// The selector that holds as the page loads; `None` when it needs a state to hold.
    pub(crate) base: Option<Cow<'s, str>>,
    /// The selector without its state, when it has one.
    pub(crate) with_state: Option<Cow<'s, str>>,
    /// Whether the state is one of having focus.
    pub(crate) needs_focus: bool,
    /// Whether the base stops to hold in some state (`:not(:focus)`).
    pub(crate) ends_with_state: bool,
    /// The pseudo-element that it is about.
    pub(crate) pseudo: Option<Pseudo>,
    /// Specificity, packed as ids, classes, names.
    pub(crate) specificity: u32,
}

/// A pseudo-element that may draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pseudo {
    /// `::before`.
    Before,
    /// `::after`.
    After,
}

/// Splits a text at `separator` where it stands outside of brackets, quotes and escapes.
pub(crate) fn split_top(text: &str, separator: u8) -> Vec<&str> {
    tops(text, separator).collect()
}

/// The same, one part after the other.
pub(crate) fn tops(text: &str, separator: u8) -> impl Iterator<Item = &str> {
    let bytes = text.as_bytes();
    let (mut start, mut depth, mut quote, mut at) = (Some(0), 0u32, 0u8, 0);
    std::iter::from_fn(move || {
        let first = start?;
        while at < bytes.len() {
            let c = bytes[at];
            at += 1;
            match c {
                b'\\' => at += 1,
                _ if quote != 0 => quote = if c == quote { 0 } else { quote },
                b'"' | b'\'' => quote = c,
                b'(' | b'[' => depth += 1,
                b')' | b']' => depth = depth.saturating_sub(1),
                _ if c == separator && depth == 0 => {
                    start = Some(at);
                    return Some(&text[first..at - 1]);
                }
                _ => {}
            }
        }
        start = None;
        Some(text.get(first..).unwrap_or_default())
    })
}

/// A compound that lost all of its parts needs a universal selector in their place.
pub(crate) fn patch(selector: &str) -> String {
    let trimmed = selector.trim();
    let mut patched = String::with_capacity(trimmed.len() + 2);
    let mut needs = true;
    for c in trimmed.chars() {
        if matches!(c, '>' | '+' | '~') && needs {
            patched.push('*');
        }
        if matches!(c, '>' | '+' | '~') {
            needs = true;
        } else if !c.is_whitespace() {
            needs = false;
        }
        patched.push(c);
    }
    if needs {
        patched.push('*');
    }
    patched
}

pub(crate) fn next_colon(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut at, mut quote, mut square) = (0, 0u8, false);
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            c if quote != 0 => quote = if c == quote { 0 } else { quote },
            c @ (b'"' | b'\'') => quote = c,
            b'[' => square = true,
            b']' => square = false,
            b':' if !square => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

/// Length of the pseudo-class or element that begins a text, its arguments included.
pub(crate) fn pseudo_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = bytes.iter().take_while(|&&b| b == b':').count();
    while at < bytes.len()
        && (bytes[at].is_ascii_alphanumeric() || matches!(bytes[at], b'-' | b'_'))
    {
        at += 1;
    }
    if bytes.get(at) != Some(&b'(') {
        return at;
    }
    let mut depth = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'(' => depth += 1,
            b')' => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

/// Specificity of a complex selector: ids, classes (attributes, pseudo-classes) and names, eight
/// bits each. `:where` counts nothing; `:is`, `:not` and `:has` count what stands in them.
pub(crate) fn specificity(selector: &str) -> u32 {
    let bytes = selector.as_bytes();
    let (mut ids, mut classes, mut names) = (0u32, 0u32, 0u32);
    let (mut at, mut word_starts) = (0, true);
    while at < bytes.len() {
        match bytes[at] {
            b'#' => ids += 1,
            b'.' => classes += 1,
            b'[' => {
                classes += 1;
                at += bytes[at..].iter().position(|&b| b == b']').unwrap_or(0);
            }
            b':' => {
                let word = &selector[at..];
                let end = pseudo_end(word);
                let lower = word[..end].to_ascii_lowercase();
                if lower.starts_with(":where") {
                    at += end.max(1);
                    word_starts = false;
                    continue;
                }
                if lower.starts_with("::") {
                    names += 1;
                } else if [":is", ":not", ":has"]
                    .iter()
                    .all(|f| !lower.starts_with(f))
                {
                    classes += 1;
                } else {
                    // The arguments are read on as if they stood here.
                    at += word.find('(').unwrap_or(0) + 1;
                    word_starts = true;
                    continue;
                }
                at += end.max(1);
                word_starts = false;
                continue;
            }
            b' ' | b'>' | b'+' | b'~' | b'(' | b')' | b',' | b'*' | b'\n' | b'\t' => {
                word_starts = true;
                at += 1;
                continue;
            }
            _ if word_starts => names += 1,
            _ => {}
        }
        word_starts = false;
        at += 1;
    }
    (ids.min(255) << 16) | (classes.min(255) << 8) | names.min(255)
}

/// Length of the escape that begins a text: one character, or up to six digits with the white space
/// that ends them.
fn escape_end(text: &str) -> usize {
    let digits = text.bytes().skip(1).take(6);
    let end = 1 + digits.take_while(u8::is_ascii_hexdigit).count();
    match text[end..].chars().next() {
        Some(c) if end == 1 || c.is_whitespace() => end + c.len_utf8(),
        _ => end,
    }
}

/// The rightmost compound of a selector.
fn last_compound(selector: &str) -> &str {
    let trimmed = selector.trim_end();
    let mut depth = 0;
    let (mut start, mut escaped) = (0, 0);
    for (at, c) in trimmed.char_indices() {
        if at < escaped {
            continue;
        }
        match c {
            '\\' => escaped = at + escape_end(&trimmed[at..]),
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            ' ' | '>' | '+' | '~' if depth == 0 => start = at + c.len_utf8(),
            _ => {}
        }
    }
    trimmed.get(start..).unwrap_or_default()
}

/// By what a selector is found. Where the rightmost compound has escapes or functions, or a word
/// without a number, it is `Any`.
pub(crate) fn key(selector: &str, number: &mut impl FnMut(&str) -> Word) -> Key {
    let compound = last_compound(selector);
    if compound.contains('\\') {
        return Key::Any;
    }
    let plain = compound.split(['[', ':']).next().unwrap_or_default();
    let name_end = plain.find(['.', '#']).unwrap_or(plain.len());
    let named = |mark: char| {
        let after = plain.split(mark).nth(1)?;
        let end = after.find(['.', '#']).unwrap_or(after.len());
        Some(&after[..end]).filter(|word| !word.is_empty())
    };
    let found = if let Some(id) = named('#') {
        Key::Id(number(id))
    } else if let Some(class) = named('.') {
        Key::Class(number(class))
    } else {
        match &plain[..name_end] {
            "" | "*" => Key::Any,
            name => Key::Name(number(&name.to_ascii_lowercase())),
        }
    };
    match found {
        Key::Id(0) | Key::Class(0) | Key::Name(0) => Key::Any,
        found => found,
    }
}

/// The attributes that the rightmost compound of a selector asks for, and whether it asks for the
/// root, so that most elements need not be matched.
pub(crate) fn asks_for(selector: &str) -> (Vec<&str>, bool) {
    let compound = last_compound(selector);
    let (mut names, mut depth, mut is_root) = (Vec::new(), 0u32, false);
    for (at, b) in compound.bytes().enumerate() {
        match b {
            b'[' if depth == 0 => {
                depth += 1;
                let inner = compound[at + 1..].trim_start();
                let end = inner
                    .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_')))
                    .unwrap_or(inner.len());
                if end > 0 && !compound.contains(['\\', '|']) {
                    names.push(&inner[..end]);
                }
            }
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth = depth.saturating_sub(1),
            b':' if depth == 0 => is_root |= &compound[at..] == ":root",
            _ => {}
        }
    }
    (names, is_root)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_taken_off_and_remembered() {
        let hover = prepare("li:hover > ul").unwrap();
        assert_eq!(hover.base, None);
        assert_eq!(hover.with_state.as_deref(), Some("li > ul"));
        let focus = prepare(".skip:not(:focus)").unwrap();
        assert_eq!(focus.base.as_deref(), Some(".skip"));
        assert!(focus.ends_with_state && focus.needs_focus);
        let checked = prepare("#t:checked ~ .menu").unwrap();
        assert_eq!(
            checked.base.as_deref(),
            Some("#t:is([checked],[selected]) ~ .menu")
        );
        assert_eq!(checked.with_state.as_deref(), Some("#t ~ .menu"));
        assert_eq!(prepare(":target").unwrap().with_state.as_deref(), Some("*"));
        assert_eq!(prepare("a::selection"), None);
        assert_eq!(prepare("i::before").unwrap().pseudo, Some(Pseudo::Before));
        assert_eq!(
            prepare("li:nth-child(2n)").unwrap().base.as_deref(),
            Some("li:nth-child(2n)")
        );
    }

    #[test]
    fn specificity_orders_as_in_css() {
        for (lesser, greater) in [
            ("a", ".x"),
            (".x", "#x"),
            (".x", ".x.y"),
            ("a", "a:first-child"),
            (":where(#x)", "a"),
            ("div p", "div p a"),
            (".x", ":not(#y)"),
            ("a[href]", "a[href].x"),
        ] {
            assert!(
                specificity(lesser) < specificity(greater),
                "{lesser} {greater}"
            );
        }
    }

    #[test]
    fn the_key_is_the_rightmost_compound() {
        let mut words = crate::css::plain::Words::default();
        let (b, c, li, x, a) = (
            words.enter("b"),
            words.enter("c"),
            words.enter("li"),
            words.enter("x"),
            words.enter("a"),
        );
        assert_ne!(b, c);
        let mut key = |selector: &str| super::key(selector, &mut |word| words.enter(word));
        assert_eq!(key("div .a > b.c"), Key::Class(c));
        assert_eq!(key("ul#x li"), Key::Name(li));
        assert_eq!(key("#x"), Key::Id(x));
        assert_eq!(key(".a *"), Key::Any);
        assert_eq!(key("a[href='x y']"), Key::Name(a));
        assert_eq!(key(":is(a, b)"), Key::Any);
    }

    #[test]
    fn attributes_that_are_asked_for_stand_outside_of_functions() {
        assert_eq!(
            asks_for("p [a] b[hidden]:not([open])"),
            (vec!["hidden"], false)
        );
        assert_eq!(asks_for(":root"), (Vec::new(), true));
        assert_eq!(asks_for(":is([a],[b])"), (Vec::new(), false));
        assert_eq!(asks_for("[ x = 'y' i ][z]"), (vec!["x", "z"], false));
    }

    #[test]
    fn lists_are_split_outside_of_brackets() {
        assert_eq!(
            split_top("a,b:is(c,d),e[x=',']", b','),
            ["a", "b:is(c,d)", "e[x=',']"]
        );
    }
}
