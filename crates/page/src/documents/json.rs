//! JSON cut into the strings that it holds, each with the keys that lead to it. Tolerant: what is
//! no JSON (a prefix against hijacking, a call around it, comments, several values in a row) is
//! passed over.

use std::borrow::Cow;
use std::ops::Range;

use crate::documents::escapes::undone;

/// Deeper values are read as if they stood at this depth.
const MAX_DEPTH: usize = 256;

/// A key longer than this is cut.
const MAX_KEY: usize = 64;

/// One step on the way to a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step<'j> {
    /// A key of an object.
    Key(Cow<'j, str>),
    /// A place in an array.
    Index(usize),
}

/// What the reader tells.
pub(crate) enum Event<'j> {
    /// A string value, decoded, and where it stands between its quotes.
    Text(Cow<'j, str>, Range<usize>),
    /// An object or array ends.
    End,
}

/// The steps to a value, outermost first.
#[derive(Default)]
pub(crate) struct Steps<'j> {
    steps: Vec<Step<'j>>,
    beyond: usize,
}

impl<'j> Steps<'j> {
    /// The innermost key; steps through arrays do not count.
    pub(crate) fn key(&self) -> &str {
        let keys = self.steps.iter().rev().filter_map(|step| match step {
            Step::Key(key) => Some(&**key),
            Step::Index(_) => None,
        });
        keys.take(1).next().unwrap_or_default()
    }

    /// The keys, outermost first, without the steps through arrays.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.steps.iter().filter_map(|step| match step {
            Step::Key(key) => Some(&**key),
            Step::Index(_) => None,
        })
    }

    /// How many objects and arrays are open.
    pub(crate) fn depth(&self) -> usize {
        self.steps.len() + self.beyond
    }
}

impl std::fmt::Display for Steps<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, step) in self.steps.iter().take(16).enumerate() {
            match step {
                Step::Key(key) if at == 0 => write!(f, "{key}")?,
                Step::Key(key) => write!(f, ".{key}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// Walks a text and tells every string value and every end. `tell` gives whether to go on. Linear
/// in the text; the stack is bounded.
pub(crate) fn walk<'j>(text: &'j str, mut tell: impl FnMut(&Steps<'j>, Event<'j>) -> bool) {
    let bytes = text.as_bytes();
    let mut steps = Steps::default();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => {
                let end = string_end(bytes, at + 1);
                let inner = at + 1..end;
                at = (end + 1).min(bytes.len());
                let raw = &text[inner.clone()];
                let in_object = matches!(steps.steps.last(), Some(Step::Key(_)));
                if in_object && is_key(bytes, at) {
                    if let Some(Step::Key(key)) = steps.steps.last_mut() {
                        *key = cut(decode(raw));
                    }
                } else if !tell(&steps, Event::Text(decode(raw), inner)) {
                    return;
                }
                continue;
            }
            b'{' => enter(&mut steps, Step::Key(Cow::Borrowed(""))),
            b'[' => enter(&mut steps, Step::Index(0)),
            b'}' | b']' if steps.depth() > 0 => {
                if !tell(&steps, Event::End) {
                    return;
                }
                if steps.beyond > 0 {
                    steps.beyond -= 1;
                } else {
                    steps.steps.pop();
                }
            }
            b',' => {
                if let Some(Step::Index(index)) = steps.steps.last_mut()
                    && steps.beyond == 0
                {
                    *index += 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
}

fn enter<'j>(steps: &mut Steps<'j>, step: Step<'j>) {
    if steps.steps.len() < MAX_DEPTH {
        steps.steps.push(step);
    } else {
        steps.beyond += 1;
    }
}

fn string_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => return at,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Whether a colon follows.
fn is_key(bytes: &[u8], at: usize) -> bool {
    let next = bytes[at..]
        .iter()
        .take(256)
        .find(|b| !b.is_ascii_whitespace());
    next == Some(&b':')
}

fn cut(key: Cow<'_, str>) -> Cow<'_, str> {
    if key.len() <= MAX_KEY {
        return key;
    }
    Cow::Owned(key.chars().take(MAX_KEY).collect())
}

/// A string with its escapes undone. Never grows. Halves of pairs that stand alone become the
/// replacement character.
pub(crate) fn decode(raw: &str) -> Cow<'_, str> {
    undone(raw, '\\', |text, rest| {
        let Some(escape) = rest.chars().next() else {
            return 0;
        };
        let mut taken = escape.len_utf8();
        match escape {
            'n' => text.push('\n'),
            't' => text.push('\t'),
            'r' => text.push('\r'),
            'b' | 'f' => text.push(' '),
            'u' => {
                let (c, digits) = by_number(&rest[taken..]);
                text.push(c);
                taken += digits;
            }
            other => text.push(other),
        }
        taken
    })
}

/// The character behind `\u`, and how many bytes name it: four, or ten for a pair.
fn by_number(rest: &str) -> (char, usize) {
    let Some(first) = unit(rest) else {
        return (char::REPLACEMENT_CHARACTER, 0);
    };
    let second = rest[4..].strip_prefix("\\u").and_then(unit);
    let (code, taken) = match (first, second) {
        (0xD800..=0xDBFF, Some(low @ 0xDC00..=0xDFFF)) => {
            (0x1_0000 + ((first - 0xD800) << 10) + (low - 0xDC00), 10)
        }
        _ => (first, 4),
    };
    (
        char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER),
        taken,
    )
}

fn unit(text: &str) -> Option<u32> {
    u32::from_str_radix(text.get(..4)?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(json: &str) -> Vec<(String, String)> {
        let mut found = Vec::new();
        walk(json, |steps, event| {
            if let Event::Text(text, at) = event {
                assert!(json.get(at).is_some());
                found.push((steps.to_string(), text.into_owned()));
            }
            true
        });
        found
    }

    #[test]
    fn every_string_has_the_keys_that_lead_to_it() {
        let json = r#"{"a":{"b":["x",1,{"c":"y\/z\u00e4\ud83d\ude00"}]},"d":"e"}"#;
        assert_eq!(
            strings(json),
            [
                ("a.b[0]".to_owned(), "x".to_owned()),
                ("a.b[2].c".to_owned(), "y/zä😀".to_owned()),
                ("d".to_owned(), "e".to_owned()),
            ]
        );
    }

    #[test]
    fn broken_json_loses_no_string() {
        for json in [
            ")]}'\n{\"a\":\"x\"}",
            "callback({\"a\":\"x\"});",
            "{\"a\":\"x",
            "{\"a\":\"x\"}}]\n{\"b\":1}",
        ] {
            assert_eq!(strings(json)[0], ("a".to_owned(), "x".to_owned()), "{json}");
        }
        assert_eq!(strings(&"[".repeat(100_000)), []);
    }
}
