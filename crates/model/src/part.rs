//! Parts of an address that may tell visits of one page apart, by their form alone: the values of
//! parameters, and segments of the path that look like tokens.

use std::borrow::Cow;
use std::ops::Range;

use url::Position;

use crate::key::{is_session_path, is_session_segment, name_of};
use crate::{PageUrl, VariantKind, variant_parameter};

/// Segments of a path that are looked at.
const SEGMENTS: usize = 12;
/// Parameters of one query that are looked at.
const PARAMETERS: usize = 8;
/// Characters of the shortest token in a path.
const SHORTEST_TOKEN: usize = 8;
/// Digits of the shortest number that is a token.
const SHORTEST_NUMBER: usize = 10;
/// Changes between letters and digits that make a word a token.
const SWITCHES: usize = 3;
/// Characters of the longest ending of a file name.
const ENDING: usize = 5;

/// A part of an address that may differ from visit to visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariablePart<'a> {
    /// The name of a parameter, with a semicolon before it where it stands in the path; or the place of a
    /// token in the path, as in `/*/s-*` for the second segment, behind `s-`.
    pub name: Cow<'a, str>,
    /// The value.
    pub value: &'a str,
    /// What it is for by the compiled-in rules, if they name it.
    pub kind: Option<VariantKind>,
    /// Where it stands in the path and query: bytes from the beginning of the path.
    pub at: Range<usize>,
}

/// The variable parts of an address, in order: at most 12 of its path and 8 of its query. Linear.
#[must_use]
pub fn variable_parts(address: &PageUrl) -> Vec<VariablePart<'_>> {
    let rest = &address.as_url()[Position::BeforePath..];
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let mut parts = Vec::new();
    let (mut place, mut start) = (0, 1);
    for segment in path.split('/').skip(1).take(SEGMENTS) {
        in_segment(place, segment, start, &mut parts);
        // A session segment is no place: parts are named alike with and without one.
        place += usize::from(!is_session_segment(name_before(segment, ';')));
        start += segment.len() + 1;
    }
    let mut start = path.len() + 1;
    for pair in query.split('&').take(PARAMETERS) {
        if let Some((name, value)) = pair.split_once('=') {
            let from = start + name.len() + 1;
            parts.push(VariablePart {
                name: Cow::Borrowed(name),
                value,
                kind: variant_parameter(name),
                at: from..from + value.len(),
            });
        }
        start += pair.len() + 1;
    }
    parts
}

fn in_segment<'a>(place: usize, segment: &'a str, start: usize, parts: &mut Vec<VariablePart<'a>>) {
    let word = name_before(segment, ';');
    if let Some(token) = token(word) {
        parts.push(VariablePart {
            name: Cow::Owned(token_name(place, word, &token)),
            value: &word[token.clone()],
            kind: None,
            at: start + token.start..start + token.end,
        });
    }
    if word.len() == segment.len() {
        return;
    }
    let mut at = start + word.len() + 1;
    for pair in segment[word.len() + 1..].split(';').take(PARAMETERS) {
        if let Some((name, value)) = pair.split_once('=') {
            let from = at + name.len() + 1;
            parts.push(VariablePart {
                name: Cow::Owned(format!(";{name}")),
                value,
                kind: is_session_path(pair).then_some(VariantKind::Session),
                at: from..from + value.len(),
            });
        }
        at += pair.len() + 1;
    }
}

fn name_before(text: &str, mark: char) -> &str {
    text.split_once(mark).map_or(text, |(before, _)| before)
}

/// The name of the place of a token: `/*/s-*` for one in the second segment, behind `s-`.
pub(crate) fn token_name(place: usize, word: &str, token: &Range<usize>) -> String {
    let (before, after) = (&word[..token.start], &word[token.end..]);
    format!("/{}{before}*{after}", "*/".repeat(place))
}

/// The token in a segment of a path: a UUID, or a run of letters and digits at its end (but for the ending
/// of a file name) that is a long number, or has letters and digits mixed as no word has them.
pub(crate) fn token(word: &str) -> Option<Range<usize>> {
    if !word.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if crate::pattern::is_uuid(word.as_bytes()) {
        return Some(0..word.len());
    }
    let end = match word.rsplit_once('.') {
        Some((name, ending)) if is_ending(ending) => name.len(),
        _ => word.len(),
    };
    let bytes = &word.as_bytes()[..end];
    let mark = bytes.iter().rposition(|byte| !byte.is_ascii_alphanumeric());
    let start = mark.map_or(0, |mark| mark + 1);
    // What is no ASCII is a mark, and may be of several bytes: the last one ends it.
    is_token(&bytes[start..]).then_some(start..end)
}

fn is_ending(ending: &str) -> bool {
    (1..=ENDING).contains(&ending.len())
        && ending.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && ending.bytes().any(|byte| byte.is_ascii_alphabetic())
}

pub(crate) fn is_token(run: &[u8]) -> bool {
    let digits = run.iter().filter(|byte| byte.is_ascii_digit()).count();
    if run.len() < SHORTEST_TOKEN || digits == 0 {
        return false;
    }
    if digits == run.len() {
        return digits >= SHORTEST_NUMBER;
    }
    let switches = run
        .windows(2)
        .filter(|two| two[0].is_ascii_digit() != two[1].is_ascii_digit());
    run.iter().all(u8::is_ascii_hexdigit) || switches.count() >= SWITCHES
}

/// The name of a parameter of a path segment, as a part of an address is named by it.
pub(crate) fn path_name(pair: &str) -> String {
    format!(";{}", name_of(pair))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parts(address: &str) -> Vec<(String, String)> {
        let address = PageUrl::parse(address).unwrap();
        let rest = &address.as_url()[Position::BeforePath..];
        let parts = variable_parts(&address);
        let part = |part: VariablePart<'_>| {
            assert_eq!(&rest[part.at], part.value);
            (part.name.into_owned(), part.value.to_owned())
        };
        parts.into_iter().map(part).collect()
    }

    #[test]
    fn tokens_and_parameters_are_parts() {
        for (address, expected) in [
            (
                "http://a.test/s-9f86d081884c/p/1",
                &[("/s-*", "9f86d081884c")][..],
            ),
            (
                "http://a.test/p/9f86d081.html",
                &[("/*/*.html", "9f86d081")],
            ),
            (
                "http://a.test/x/1732300000123/y",
                &[("/*/*", "1732300000123")],
            ),
            (
                "http://a.test/f47ac10b-58cc-4372-a567-0e02b2c3d479/p",
                &[("/*", "f47ac10b-58cc-4372-a567-0e02b2c3d479")],
            ),
            (
                "http://a.test/p;tk=1?a=2&b&c=",
                &[(";tk", "1"), ("a", "2"), ("c", "")],
            ),
            // Words, years, small numbers and models are no tokens.
            ("http://a.test/women/sale2026/item-1234567/iphone15", &[]),
        ] {
            let expected: Vec<_> = expected
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect();
            assert_eq!(parts(address), expected, "{address}");
        }
    }

    proptest! {
        #[test]
        fn the_parts_of_any_address_stand_where_they_say(
            path in "(/[a-f0-9;=.é_-]{0,14}){0,4}", query in "([?][a-b0-9&=%]{0,20})?",
        ) {
            parts(&format!("http://a.test{path}{query}"));
        }
    }
}
