//! Where the parts of a sheet begin and end.

use std::borrow::Cow;

/// Comments become spaces, so that offsets stay.
pub(crate) fn blank_comments(sheet: &str) -> Cow<'_, str> {
    if !sheet.contains("/*") {
        return Cow::Borrowed(sheet);
    }
    let mut text = String::with_capacity(sheet.len());
    let mut rest = sheet;
    while let Some(at) = rest.find("/*") {
        text.push_str(&rest[..at]);
        let end = rest[at + 2..]
            .find("*/")
            .map_or(rest.len(), |end| at + 2 + end + 2);
        text.extend(std::iter::repeat_n(' ', end - at));
        rest = &rest[end..];
    }
    text.push_str(rest);
    Cow::Owned(text)
}

/// Where the text from `at` meets `{`, `;` or `}` outside of brackets and quotes.
pub(crate) fn prelude_end(bytes: &[u8], mut at: usize) -> usize {
    let (mut depth, mut quote) = (0u32, 0u8);
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'\n' if quote != 0 => quote = 0,
            c if quote != 0 => quote = if c == quote { 0 } else { quote },
            c @ (b'"' | b'\'') => quote = c,
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth = depth.saturating_sub(1),
            b'{' | b'}' => return at,
            b';' if depth == 0 => return at,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

/// One past the `}` that closes the `{` at `at`.
pub(crate) fn block_end(bytes: &[u8], at: usize) -> usize {
    let (mut depth, mut quote, mut at) = (0u32, 0u8, at);
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'\n' if quote != 0 => quote = 0,
            c if quote != 0 => quote = if c == quote { 0 } else { quote },
            c @ (b'"' | b'\'') => quote = c,
            b'{' => depth += 1,
            b'}' => {
                depth = depth.saturating_sub(1);
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

/// One past the `}` that closes the `{` at `at`, for a block without another block, a quote or an
/// escape in it: one scan for the rare bytes.
pub(crate) fn flat_end(bytes: &[u8], at: usize) -> Option<usize> {
    let inside = bytes.get(at + 1..)?;
    let close = memchr::memchr2(b'{', b'}', inside)?;
    let is_flat =
        inside[close] == b'}' && memchr::memchr3(b'"', b'\'', b'\\', &inside[..close]).is_none();
    is_flat.then_some(at + 1 + close + 1)
}

/// Where the bracket closes in which a text stands.
pub(crate) fn closing(text: &str) -> Option<usize> {
    let mut depth = 0u32;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => return Some(at),
            ')' => depth -= 1,
            _ => {}
        }
    }
    None
}
