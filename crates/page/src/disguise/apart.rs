//! Addresses that are mirrored, broken over lines, or whose letters are set apart.

use model::Technique;

use super::Plain;
use crate::ascii::begins;

/// Where a scheme stands that is written from its end, as in `moc.elpmaxe//:sptth`: the place of its slashes.
pub(super) fn mirrored_scheme(text: &str) -> Option<usize> {
    memchr::memmem::find_iter(text.as_bytes(), b"//:").find(|&at| {
        let behind = &text[at + 3..];
        let word = behind.strip_prefix(['s', 'S']).unwrap_or(behind);
        begins(word, "ptth")
    })
}

/// The word around a mirrored scheme, read from its end.
pub(super) fn mirrored(text: &str, slashes: usize) -> Plain {
    let start = text[..slashes].rfind(char::is_whitespace).map_or(0, |at| {
        at + text[at..].chars().next().map_or(1, char::len_utf8)
    });
    let rest = &text[slashes..];
    let end = slashes + rest.find(char::is_whitespace).unwrap_or(rest.len());
    let mut plain = Plain::new(end - start);
    for (at, c) in text[start..end].char_indices().rev() {
        plain.push(c, start + at);
    }
    plain.note(Technique::SPELLED_URL);
    plain.end(end)
}

/// Whether a line of small letters follows one that ends in a dot.
pub(super) fn may_break_behind_dot(text: &str) -> bool {
    memchr::memmem::find_iter(text.as_bytes(), b".\n").any(|at| {
        let next = text[at + 1..].trim_start();
        next.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
    })
}

/// The text with one space for each stretch of white space, as it is shown.
pub(super) fn collapsed(text: &str) -> Plain {
    let mut plain = Plain::new(text.len());
    for (at, c) in text.char_indices() {
        if !c.is_whitespace() {
            plain.push(c, at);
        } else if !plain.text.ends_with(' ') {
            plain.push(' ', at);
        }
    }
    plain.end(text.len())
}

/// Words of so many letters or more, each with spaces around it, are one word.
const SET_APART: usize = 8;

/// The text with the words closed up whose letters are set apart, as in `s h o p . c o m`, when a dot or a
/// colon is among them.
pub(super) fn closed_up(text: &str) -> Option<Plain> {
    let bytes = text.as_bytes();
    let is_sign_apart = |sign: &[u8]| memchr::memmem::find(bytes, sign).is_some();
    if !is_sign_apart(b" . ") && !is_sign_apart(b" : ") {
        return None;
    }
    let mut plain = Plain::new(text.len());
    let mut is_closed = false;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let is_first = at == 0 || text[..at].ends_with(char::is_whitespace);
        let apart = if is_first {
            letters_apart(&text[at..])
        } else {
            0
        };
        plain.push(c, at);
        if apart < SET_APART {
            continue;
        }
        is_closed = true;
        let mut end = at;
        for _ in 1..apart {
            chars.next();
            if let Some((at, c)) = chars.next() {
                plain.push(c, at);
                end = at;
            }
        }
        // The last letter of a host may have its path behind it.
        let mut behind = text[end..].chars().skip(1);
        let has_path = behind.next() == Some(' ')
            && behind.next().is_some_and(char::is_alphanumeric)
            && behind.next() == Some('/');
        if has_path {
            chars.next();
        }
    }
    plain.note(Technique::SPELLED_URL);
    // What is set apart in capitals is a headline.
    let is_small = plain.text.contains(char::is_lowercase);
    (is_closed && is_small).then(|| plain.end(text.len()))
}

/// How many single characters a text begins with that have one space between them.
fn letters_apart(text: &str) -> usize {
    let mut chars = text.chars().peekable();
    let mut count = 0;
    while let Some(c) = chars.next() {
        let ends = match chars.next() {
            None => true,
            Some(' ') => false,
            Some(next) if next.is_whitespace() => true,
            // A longer word: what stood before it was set apart from it, too.
            Some(_) => return count,
        };
        if c.is_whitespace() {
            return count;
        }
        count += 1;
        if ends {
            break;
        }
    }
    count
}
