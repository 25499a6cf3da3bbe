//! Stylesheets and scripts that are served on their own: they are shown to nobody, and what they
//! load or where they lead matters on the pages that use them.

use std::collections::BTreeSet;
use std::ops::Range;

use model::{Carrier, NoteKind, ResourceKind, Visibility};

use crate::documents::finder::{Finder, Way, is_absolute};

/// Longer scripts are searched for addresses only.
const MAX_SCRIPT: usize = 2 << 20;

/// No browser follows addresses of more than so many bytes.
const MAX_ADDRESS: usize = 16_384;

/// Reads a stylesheet: what it loads, and addresses in its comments and strings.
pub(crate) fn stylesheet(finder: &mut Finder<'_>) {
    let text = finder.text;
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(found) = bytes[at..]
        .iter()
        .position(|byte| matches!(byte, b'(' | b'@' | b'/' | b'"' | b'\''))
    {
        at += found;
        match bytes[at] {
            b'/' if bytes.get(at + 1) == Some(&b'*') => {
                let start = at + 2;
                let length = text[start..].find("*/").unwrap_or(text.len() - start);
                at = (start + length + 2).min(text.len());
                let comment = &text[start..start + length];
                finder.written(comment, Some(start), None, Carrier::Comment, "comment");
            }
            b'(' if ends_with_word(&bytes[..at], b"url") => at = url(finder, at + 1),
            b'"' | b'\'' => {
                let end = string_end(bytes, at);
                let inner = &text[at + 1..end];
                if is_import(&bytes[..at]) {
                    finder.resource(inner, ResourceKind::Stylesheet);
                } else if is_absolute(inner) {
                    // `image-set("a.png")`, `src()`: a browser may load it.
                    finder.resource(inner, ResourceKind::Other);
                } else {
                    let start = Some(at + 1);
                    finder.written(inner, start, None, Carrier::StyleSheet, "string");
                }
                at = (end + 1).min(bytes.len());
            }
            _ => at += 1,
        }
    }
}

/// `url(…)`, from behind the bracket. Gives where to go on.
fn url(finder: &mut Finder<'_>, start: usize) -> usize {
    let text = finder.text;
    let bytes = text.as_bytes();
    let lead = text[start..].len() - text[start..].trim_start().len();
    let from = start + lead;
    let (inner, end) = if let Some(b'"' | b'\'') = bytes.get(from) {
        let end = string_end(bytes, from);
        (
            &text[from + 1..end.max(from + 1)],
            (end + 1).min(bytes.len()),
        )
    } else {
        let stop = bytes[from..]
            .iter()
            .position(|byte| matches!(byte, b')' | b'\n' | b'"'));
        let end = stop.map_or(bytes.len(), |n| from + n);
        (text[from..end].trim(), end)
    };
    let kind = if is_import(&bytes[..start]) {
        ResourceKind::Stylesheet
    } else {
        ResourceKind::Image
    };
    if !inner.starts_with("data:") && !inner.starts_with('#') {
        finder.resource(inner, kind);
    }
    end
}

fn ends_with_word(before: &[u8], word: &[u8]) -> bool {
    let start = before.len().checked_sub(word.len());
    start.is_some_and(|start| before[start..].eq_ignore_ascii_case(word))
}

/// Whether `@import` (or `@import url(`) stands before.
fn is_import(before: &[u8]) -> bool {
    let before = before.trim_ascii_end();
    let before = before
        .strip_suffix(b"url(")
        .unwrap_or(before)
        .trim_ascii_end();
    ends_with_word(before, b"@import")
}

/// Where the string that opens at `at` ends: at its quote, or at the end of the line.
fn string_end(bytes: &[u8], at: usize) -> usize {
    let quote = bytes[at];
    let mut end = at + 1;
    while let Some(&byte) = bytes.get(end) {
        match byte {
            b'\\' => end += 1,
            b'\n' => return end,
            _ if byte == quote => return end,
            _ => {}
        }
        end += 1;
    }
    bytes.len()
}

/// Reads a script: the navigations that it performs on the pages that use it, and the addresses
/// in its strings. Nobody follows them from here.
pub(crate) fn script(finder: &mut Finder<'_>) {
    let text = finder.text;
    if text.len() <= MAX_SCRIPT {
        let read = script::read_alone(text, finder.address);
        for note in &read.notes {
            finder.note(NoteKind::Other, note);
        }
        for finding in &read.findings {
            let script::Way::Navigate { href, .. } = &finding.way else {
                continue;
            };
            let at = finding.at as usize;
            claim(finder, href, at..at, "navigation");
        }
    } else {
        let note =
            format!("the script is longer than {MAX_SCRIPT} bytes; only its strings are read");
        finder.note(NoteKind::Truncated, &note);
    }
    strings(finder);
}

/// Adds an address of a script.
fn claim(finder: &mut Finder<'_>, href: &str, at: Range<usize>, path: &str) {
    let place = finder.add(&Way::claim(href, Carrier::Script, at, path));
    if let Some(link) = place.and_then(|place| finder.found.links.get_mut(place)) {
        let why = "a page that uses the script decides";
        link.visibility = Visibility::Unknown(why.to_owned(), Vec::new());
    }
}

/// Whole addresses in quotes.
fn strings(finder: &mut Finder<'_>) {
    let text = finder.text;
    let bytes = text.as_bytes();
    let known: BTreeSet<String> = finder
        .found
        .links
        .iter()
        .map(|link| link.href.as_str().to_owned())
        .collect();
    let mut at = 0;
    while let Some(slashes) = double_slash(bytes, at) {
        let place = literal_around(bytes, slashes);
        at = place.end.max(slashes + 2).min(bytes.len());
        let before = place.start.checked_sub(1).map(|before| bytes[before]);
        let is_quoted = matches!(before, Some(b'"' | b'\'' | b'`'));
        let Some(written) = text.get(place.clone()).filter(|_| is_quoted) else {
            continue;
        };
        let plain = written.replace("\\/", "/");
        if is_absolute(&plain) && !known.contains(&plain) && !finder.found.is_full() {
            claim(finder, &plain, place, "string");
        }
    }
}

/// Where the next `//` begins. Each slash may be escaped, as JSON in scripts has them.
fn double_slash(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += bytes.get(at..)?.iter().position(|&byte| byte == b'/')?;
        let next = &bytes[at + 1..];
        if next.starts_with(b"/") || next.starts_with(b"\\/") {
            let is_escaped = at > 0 && bytes[at - 1] == b'\\';
            return Some(at - usize::from(is_escaped));
        }
        at += 1;
    }
}

/// What stands around the slashes of an address, up to what no address in a script holds.
fn literal_around(bytes: &[u8], slashes: usize) -> Range<usize> {
    let ends = |byte: &u8| {
        matches!(
            byte,
            b'"' | b'\'' | b'`' | b'<' | b'>' | b' ' | b'\n' | b'(' | b'{' | b'}'
        )
    };
    // No scheme is longer.
    let mut before = bytes[..slashes].iter().rev().take(16);
    let start = before.position(ends).map_or(slashes, |back| slashes - back);
    let tail = &bytes[slashes..(slashes + MAX_ADDRESS).min(bytes.len())];
    let length = tail.iter().position(ends).unwrap_or(tail.len());
    start..slashes + length
}
