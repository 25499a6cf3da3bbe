//! Stylesheets and scripts that are served on their own: they are shown to nobody, and what they
//! load or where they lead matters on the pages that use them.

use model::{Carrier, HopKind, NoteKind, ResourceKind, Visibility};

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
            let place = finder.add(&Way {
                href,
                kind: HopKind::Alternate,
                carrier: Carrier::Script,
                text: "",
                at: Some(at..at),
                path: "navigation",
            });
            if let Some(link) = place.and_then(|place| finder.found.links.get_mut(place)) {
                link.visibility = elsewhere();
            }
        }
    } else {
        let note =
            format!("the script is longer than {MAX_SCRIPT} bytes; only its strings are read");
        finder.note(NoteKind::Truncated, &note);
    }
    strings(finder);
}

fn elsewhere() -> Visibility {
    let why = "a page that uses the script decides";
    Visibility::Unknown(why.to_owned(), Vec::new())
}

/// Whole addresses in quotes. Slashes may be escaped, as JSON in scripts has them.
fn strings(finder: &mut Finder<'_>) {
    let text = finder.text;
    let bytes = text.as_bytes();
    let known: std::collections::BTreeSet<String> = finder
        .found
        .links
        .iter()
        .map(|link| link.href.as_str().to_owned())
        .collect();
    let mut at = 0;
    while let Some(found) = bytes[at..].iter().position(|&byte| byte == b'/') {
        let mut hit = at + found;
        let next = bytes.get(hit + 1..).unwrap_or_default();
        if !next.starts_with(b"/") && !next.starts_with(b"\\/") {
            at = hit + 1;
            continue;
        }
        if hit > 0 && bytes[hit - 1] == b'\\' {
            hit -= 1;
        }
        let is_literal = |byte: &u8| {
            !matches!(
                byte,
                b'"' | b'\'' | b'`' | b'<' | b'>' | b' ' | b'\n' | b'(' | b'{' | b'}'
            )
        };
        let start = bytes[..hit]
            .iter()
            .rev()
            .take(16)
            .position(|byte| !is_literal(byte))
            .map_or(hit, |back| hit - back);
        let tail = &bytes[hit..(hit + MAX_ADDRESS).min(bytes.len())];
        let length = tail.iter().position(|byte| !is_literal(byte));
        let end = hit + length.unwrap_or(tail.len());
        at = end.max(hit + 2).min(bytes.len());
        while !text.is_char_boundary(at) {
            at += 1;
        }
        let Some(written) = text.get(start..end) else {
            continue;
        };
        let opens = start.checked_sub(1).map(|before| bytes[before]);
        if !matches!(opens, Some(b'"' | b'\'' | b'`')) {
            continue;
        }
        let plain = written.replace("\\/", "/");
        if is_absolute(&plain) && !known.contains(&plain) && !finder.found.is_full() {
            let place = finder.add(&Way {
                href: &plain,
                kind: HopKind::Alternate,
                carrier: Carrier::Script,
                text: "",
                at: Some(start..end),
                path: "string",
            });
            if let Some(link) = place.and_then(|place| finder.found.links.get_mut(place)) {
                link.visibility = elsewhere();
            }
        }
    }
}
