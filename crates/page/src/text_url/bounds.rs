//! Where a written address begins and ends in a text.

use std::ops::Range;

use super::readings::is_coded_ending;
use crate::disguise::is_unspaced;

/// No host name is longer, with what may stand around it.
pub(super) const MAX_HOST: usize = 300;

/// Whether a byte is a letter, a digit, or part of a character beyond ASCII.
pub(super) const fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80
}

/// Whether a word is the scheme of an address, or meant to be read as one: with a letter more, less, changed or
/// twice, as programs are kept from it.
fn is_scheme(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    let word = lower.strip_suffix('s').unwrap_or(&lower);
    if matches!(word, "http" | "hxxp") {
        return true;
    }
    // Three letters, and a fourth: `ftp` and the like are schemes of their own.
    if !(3..=7).contains(&word.len()) || !word.starts_with('h') && !word.ends_with("ttp") {
        return false;
    }
    let mut letters = word.as_bytes().to_vec();
    letters.dedup();
    letters == b"htp" || is_one_off(word.as_bytes(), b"http")
}

/// Whether two words differ by one letter, or by two that changed places.
fn is_one_off(one: &[u8], other: &[u8]) -> bool {
    let head = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let (one, other) = (&one[head..], &other[head..]);
    let tail = one.iter().rev().zip(other.iter().rev());
    let tail = tail.take_while(|(a, b)| a == b).count();
    match (&one[..one.len() - tail], &other[..other.len() - tail]) {
        ([a, b], [c, d]) => a == d && b == c,
        (one, other) => one.len() <= 1 && other.len() <= 1,
    }
}

/// An address with a scheme, or a local host with its port, whose colon stands at `at`.
pub(super) fn scheme_or_port(text: &str, at: usize, done: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let letters = bytes[done..at]
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_alphabetic())
        .count();
    let start = at - letters;
    let word = &text[start..at];
    let is = |name: &str| word.eq_ignore_ascii_case(name);
    if bytes[at..].starts_with(b"://") {
        return is_scheme(word).then(|| start..address_end(text, at + 3, true));
    }
    let is_local = is("localhost") && bytes[at + 1].is_ascii_digit();
    let digits = bytes[at + 1..]
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    (is_local && (2..=5).contains(&digits)).then(|| start..path_end(text, at + 1 + digits))
}

/// A host name around the dot at `at`, with its port, path and query; and where the run of letters,
/// dots and hyphens ends that it stands in.
pub(super) fn host(text: &str, at: usize, done: usize) -> (Option<Range<usize>>, usize) {
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-');
    let is_word_end = |a: char, b: char| {
        a.is_alphanumeric() && b.is_alphanumeric() && is_unspaced(a) != is_unspaced(b)
    };
    let mut from = at.saturating_sub(MAX_HOST).max(done);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let mut next = '.';
    let before = text[from..at].trim_end_matches(|c| {
        let goes_on = is_name(c) && !is_word_end(c, next);
        next = c;
        goes_on
    });
    let name_start = from + before.len();
    let start = name_start + text[name_start..at].len()
        - text[name_start..at].trim_start_matches(['.', '-']).len();
    let after = &text[at..];
    let mut last = '.';
    let ends = after.find(|c| {
        let ends = !is_name(c) || is_word_end(last, c);
        last = c;
        ends
    });
    let length = ends.unwrap_or(after.len());
    let run = text[start..at + length].trim_end_matches(['.', '-']);
    let end = start + run.len();
    let digits = text.as_bytes()[end..].strip_prefix(b":").map_or(0, |port| {
        port.iter().take_while(|byte| byte.is_ascii_digit()).count()
    });
    let has_port = (2..=5).contains(&digits);
    let is_numeric = run
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    if is_numeric {
        let is_ip = has_port && run.parse::<std::net::Ipv4Addr>().is_ok();
        return (is_ip.then(|| start..path_end(text, end + 1 + digits)), end);
    }
    // The name ends with its last label of letters.
    let mut name = run;
    while let Some((rest, label)) = name.rsplit_once('.') {
        let letters = label.chars().take(25).count();
        let is_ending = label.starts_with("xn--")
            || ((2..=24).contains(&letters) && label.chars().all(char::is_alphabetic))
            || is_coded_ending(label);
        if is_ending {
            break;
        }
        name = rest;
    }
    if !name.contains('.') {
        return (None, end);
    }
    let name_end = start + name.len();
    if name_end < end {
        return (Some(start..name_end), end);
    }
    let port_end = if has_port { end + 1 + digits } else { end };
    (Some(start..path_end(text, port_end)), end)
}

/// Where an address ends whose host ends at `from`: at its path or query, if it has one.
fn path_end(text: &str, from: usize) -> usize {
    let rest = &text.as_bytes()[from..];
    let has_path = rest.starts_with(b"/")
        || (rest.len() > 1 && rest[0] == b'?' && rest[1].is_ascii_alphanumeric());
    if has_path {
        address_end(text, from, false)
    } else {
        from
    }
}

/// Where an address ends: at white space, or at a character that no address has.
fn address_end(text: &str, from: usize, stops_at_quotes: bool) -> usize {
    let is_end = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '<' | '>' | '"' | '\'' | '`' | '{' | '}' | '|' | '\\' | '^'
            )
            || (stops_at_quotes && matches!(c, '\u{AB}' | '\u{BB}' | '\u{201C}' | '\u{201D}'))
    };
    text[from..]
        .find(is_end)
        .map_or(text.len(), |end| from + end)
}
