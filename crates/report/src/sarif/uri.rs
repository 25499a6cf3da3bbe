//! Addresses as RFC 3986 has them, which is stricter than browsers are.

use model::PageUrl;

/// The address with every character that RFC 3986 does not allow written as `%XX`. Browsers leave
/// a few of them (`|`, `[`, `{` ...) as they are in paths and queries, readers of SARIF do not.
/// Linear.
pub(super) fn uri(page: &PageUrl) -> String {
    let text = page.as_str();
    // Brackets are allowed around an IPv6 address, and nowhere else.
    let path = text.find("://").map_or(0, |at| at + 3);
    let path = text[path..].find('/').map_or(text.len(), |at| path + at);
    let (authority, rest) = text.split_at(path);
    let mut out = String::with_capacity(text.len());
    out.push_str(authority);
    let bytes = rest.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        let is_escape = *byte == b'%'
            && bytes
                .get(at + 1..at + 3)
                .is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit));
        if is_escape || is_allowed(*byte) {
            out.push(char::from(*byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Characters of paths and queries, the `%` of an escape aside.
const fn is_allowed(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'-' | b'.'
                | b'_'
                | b'~'
                | b'!'
                | b'$'
                | b'&'
                | b'\''
                | b'('
                | b')'
                | b'*'
                | b'+'
                | b','
                | b';'
                | b'='
                | b':'
                | b'@'
                | b'/'
                | b'?'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_browsers_leave_and_the_standard_forbids_is_escaped() {
        for (address, expected) in [
            (
                "https://a.test/x?q=a|b[0]={c}",
                "https://a.test/x?q=a%7Cb%5B0%5D=%7Bc%7D",
            ),
            ("https://a.test/100%&x=%41", "https://a.test/100%25&x=%41"),
            ("http://[::1]:8080/a?b", "http://[::1]:8080/a?b"),
            ("https://a.test", "https://a.test/"),
        ] {
            assert_eq!(uri(&PageUrl::parse(address).unwrap()), expected);
        }
    }
}
