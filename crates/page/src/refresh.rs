//! The value of a refresh, by the steps of the HTML standard ("shared declarative refresh steps").

/// A refresh: after so many seconds, to this reference; an empty reference is the page itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refresh {
    /// Delay in seconds.
    pub(crate) delay_seconds: u32,
    /// The reference as written; empty for a reload.
    pub(crate) href: String,
}

/// Reads the value of `Refresh` or of `meta http-equiv=refresh`; `None` when browsers ignore it.
pub(crate) fn parse(value: &str) -> Option<Refresh> {
    let value = value.trim_start_matches(is_space);
    let digits = value.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 && !value.starts_with('.') {
        return None;
    }
    let delay_seconds = if digits == 0 {
        0
    } else {
        value[..digits].parse().unwrap_or(u32::MAX)
    };
    let rest = value[digits..].trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    if rest.is_empty() {
        return Some(Refresh {
            delay_seconds,
            href: String::new(),
        });
    }
    if !rest.starts_with(|c: char| matches!(c, ';' | ',') || is_space(c)) {
        return None;
    }
    let rest = rest.trim_start_matches(is_space);
    let rest = rest
        .strip_prefix([';', ','])
        .unwrap_or(rest)
        .trim_start_matches(is_space);
    Some(Refresh {
        delay_seconds,
        href: reference(rest).trim_matches(is_space).to_owned(),
    })
}

fn reference(rest: &str) -> &str {
    let after_word = rest
        .get(..3)
        .filter(|word| word.eq_ignore_ascii_case("url"))
        .and_then(|_| {
            rest[3..]
                .trim_start_matches(is_space)
                .strip_prefix('=')
                .map(|after| after.trim_start_matches(is_space))
        });
    let url = after_word.unwrap_or(rest);
    match url.chars().next() {
        Some(quote @ ('"' | '\'')) => url[1..].split(quote).next().unwrap_or_default(),
        _ => url,
    }
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refreshes_are_read_as_browsers_read_them() {
        for (value, expected) in [
            ("5; url=/x", Some((5, "/x"))),
            ("0;URL='http://a/'", Some((0, "http://a/"))),
            ("0, url = \"http://a/ b\"", Some((0, "http://a/ b"))),
            ("3;/x", Some((3, "/x"))),
            ("1 /x", Some((1, "/x"))),
            (" 2.5; url=/x", Some((2, "/x"))),
            (".5; url=x", Some((0, "x"))),
            ("7", Some((7, ""))),
            ("x; url=/x", None),
            ("5x", None),
            ("0;url=url=x", Some((0, "url=x"))),
            ("", None),
        ] {
            let found = parse(value);
            let found = found.as_ref().map(|r| (r.delay_seconds, r.href.as_str()));
            assert_eq!(found, expected, "{value}");
        }
    }
}
