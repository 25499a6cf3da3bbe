//! Character references (`&amp;`, `&#x41;`), by the steps of the HTML standard.

use html5ever::data::{C1_REPLACEMENTS, NAMED_ENTITIES};

/// No name of a reference is longer, with its semicolon.
const MAX_NAME: usize = 33;

/// A piece of source as its reader gets it: references resolved, line ends made one, and what no
/// text may hold replaced. In attributes a name without a semicolon counts only where no `=`,
/// letter or digit follows. It is appended to `plain`. Linear.
pub(super) fn resolved(raw: &str, in_attribute: bool, plain: &mut String) {
    let bytes = raw.as_bytes();
    let mut from = 0;
    while let Some(step) = memchr::memchr3(b'&', b'\r', 0, &bytes[from..]) {
        let at = from + step;
        plain.push_str(&raw[from..at]);
        from = match bytes[at] {
            b'&' => at + reference(&raw[at..], in_attribute, plain),
            odd => at + replaced(odd, bytes.get(at + 1), plain),
        };
    }
    plain.push_str(&raw[from..]);
}

/// A piece of source in which references stand for themselves: line ends made one, and what no
/// text may hold replaced. It is appended to `plain`.
pub(super) fn unresolved(raw: &str, plain: &mut String) {
    let bytes = raw.as_bytes();
    let mut from = 0;
    while let Some(step) = memchr::memchr2(b'\r', 0, &bytes[from..]) {
        let at = from + step;
        plain.push_str(&raw[from..at]);
        from = at + replaced(bytes[at], bytes.get(at + 1), plain);
    }
    plain.push_str(&raw[from..]);
}

/// Writes what stands for a carriage return or a null; gives how many bytes that takes up.
fn replaced(odd: u8, next: Option<&u8>, into: &mut String) -> usize {
    if odd == 0 {
        into.push(char::REPLACEMENT_CHARACTER);
        return 1;
    }
    into.push('\n');
    if next == Some(&b'\n') { 2 } else { 1 }
}

/// Writes what the reference at the start of `raw` stands for, or its ampersand where it is none;
/// gives how many bytes that takes up.
fn reference(raw: &str, in_attribute: bool, into: &mut String) -> usize {
    for (written, plain) in [
        ("&amp;", '&'),
        ("&quot;", '"'),
        ("&nbsp;", '\u{A0}'),
        ("&lt;", '<'),
        ("&gt;", '>'),
    ] {
        if raw.starts_with(written) {
            into.push(plain);
            return written.len();
        }
    }
    let found = match raw.as_bytes().get(1) {
        Some(b'#') => numeric(raw),
        Some(byte) if byte.is_ascii_alphanumeric() => named(raw, in_attribute),
        _ => None,
    };
    let Some((first, second, length)) = found else {
        into.push('&');
        return 1;
    };
    into.push(first);
    into.extend(second);
    length
}

type Found = Option<(char, Option<char>, usize)>;

fn numeric(raw: &str) -> Found {
    let bytes = raw.as_bytes();
    let (base, start) = match bytes.get(2) {
        Some(b'x' | b'X') => (16, 3),
        _ => (10, 2),
    };
    let mut code = 0_u32;
    let mut at = start;
    while let Some(digit) = bytes.get(at).and_then(|&b| char::from(b).to_digit(base)) {
        // Whatever is beyond the last character is the same.
        code = (code * base + digit).min(0x11_0000);
        at += 1;
    }
    if at == start {
        return None;
    }
    let length = at + usize::from(bytes.get(at) == Some(&b';'));
    let c = match code {
        0 => char::REPLACEMENT_CHARACTER,
        0x80..=0x9F => C1_REPLACEMENTS[(code - 0x80) as usize]
            .or(char::from_u32(code))
            .unwrap_or(char::REPLACEMENT_CHARACTER),
        _ => char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER),
    };
    Some((c, None, length))
}

/// The longest name that stands at the start; the table holds each beginning of a name, too.
fn named(raw: &str, in_attribute: bool) -> Found {
    let bytes = raw.as_bytes();
    let mut best = None;
    for end in 2..=bytes.len().min(MAX_NAME) {
        if !bytes[end - 1].is_ascii() {
            break;
        }
        match NAMED_ENTITIES.get(&raw[1..end]) {
            None => break,
            Some((0, _)) => {}
            Some(&(first, second)) => best = Some((first, second, end)),
        }
    }
    let (first, second, end) = best?;
    let goes_on = bytes[end - 1] != b';'
        && bytes
            .get(end)
            .is_some_and(|next| *next == b'=' || next.is_ascii_alphanumeric());
    if in_attribute && goes_on {
        return None;
    }
    let second = char::from_u32(second).filter(|c| *c != '\0');
    Some((char::from_u32(first)?, second, end))
}

#[cfg(test)]
mod tests {
    fn resolved(raw: &str, in_attribute: bool) -> String {
        let mut plain = String::new();
        super::resolved(raw, in_attribute, &mut plain);
        plain
    }

    #[test]
    fn references_are_resolved() {
        for (raw, plain) in [
            ("a &amp; b", "a & b"),
            ("&lt&gt;&notit;&notin;", "<>¬it;∉"),
            (
                "&#65;&#x42;&#67 &#x80;&#0;&#xD800;&#x110000;",
                "ABC €\u{FFFD}\u{FFFD}\u{FFFD}",
            ),
            ("&#;&#x;&;& &nope;", "&#;&#x;&;& &nope;"),
            ("&NotEqualTilde;", "\u{2242}\u{338}"),
            ("a\r\nb\rc\0", "a\nb\nc\u{FFFD}"),
            ("&é&ampé", "&é&é"),
        ] {
            assert_eq!(resolved(raw, false), plain);
        }
    }

    #[test]
    fn a_name_without_a_semicolon_is_left_in_a_query() {
        assert_eq!(resolved("?a=1&copy=2&amp=3&lt", true), "?a=1&copy=2&amp=3<");
        assert_eq!(resolved("?a=1&copy=2", false), "?a=1©=2");
    }
}
