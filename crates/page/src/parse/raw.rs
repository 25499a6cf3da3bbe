//! Texts that are no markup: where they end.

/// How a text is read that is no markup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Raw {
    /// Titles and text areas: character references count.
    Resolved,
    /// Styles, frames and the like.
    Unresolved,
    /// Scripts: a comment in one may hold tags of scripts.
    Script,
}

/// Where the end tag `name` begins behind `from`, if there is one. Linear.
pub(super) fn end_tag(bytes: &[u8], from: usize, name: &str) -> Option<usize> {
    memchr::memchr_iter(b'<', &bytes[from..])
        .map(|step| from + step)
        .find(|&at| is_tag(bytes, at, "/", name))
}

/// Whether `<`, then `before`, then `name` stands at `at` with a mark behind that ends a name.
fn is_tag(bytes: &[u8], at: usize, before: &str, name: &str) -> bool {
    let start = at + 1 + before.len();
    let end = start + name.len();
    bytes[at + 1..].starts_with(before.as_bytes())
        && bytes
            .get(start..end)
            .is_some_and(|written| written.eq_ignore_ascii_case(name.as_bytes()))
        && bytes.get(end).is_some_and(|&byte| ends_name(byte))
}

/// Whether a byte ends the name of a tag.
pub(super) const fn ends_name(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0C | b'/' | b'>')
}

/// What a script is read as, by the states of the standard.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Escape {
    None,
    /// Behind `<!--`, which stands before the offset.
    Once(usize),
    /// Behind a tag of a script behind it.
    Twice(usize),
}

/// Where the end tag of a script begins behind `from`, if there is one. Linear.
pub(super) fn end_of_script(bytes: &[u8], from: usize) -> Option<usize> {
    let mut escape = Escape::None;
    let mut at = from;
    loop {
        let rest = bytes.get(at..)?;
        at += match escape {
            Escape::None => memchr::memchr(b'<', rest)?,
            _ => memchr::memchr2(b'<', b'>', rest)?,
        };
        if bytes[at] == b'>' {
            let (Escape::Once(dashes) | Escape::Twice(dashes)) = escape else {
                return None;
            };
            if at >= dashes + 2 && bytes[at - 2..at] == *b"--" {
                escape = Escape::None;
            }
            at += 1;
            continue;
        }
        let is_end = is_tag(bytes, at, "/", "script");
        match escape {
            Escape::None | Escape::Once(_) if is_end => return Some(at),
            Escape::None if bytes[at..].starts_with(b"<!--") => {
                escape = Escape::Once(at + 2);
                at += 4;
                continue;
            }
            Escape::Once(dashes) if is_tag(bytes, at, "", "script") => {
                escape = Escape::Twice(dashes);
            }
            Escape::Twice(dashes) if is_end => escape = Escape::Once(dashes),
            _ => {}
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_ends_where_browsers_end_it() {
        for (text, end) in [
            ("a</script>", Some(1)),
            ("a</scripts></SCRIPT >", Some(11)),
            ("<!--<script></script>--></script>", Some(24)),
            ("<!--<script></script></script>", Some(21)),
            ("<!--></script>", Some(5)),
            ("<!--<script></script>", None),
            ("<!--<scripty></script>", Some(13)),
            ("</script", None),
        ] {
            assert_eq!(end_of_script(text.as_bytes(), 0), end, "{text}");
        }
    }
}
