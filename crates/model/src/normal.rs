//! Percent-encoding in paths, brought to one form where two forms are equivalent (RFC 3986, 6.2.2).

use url::Url;

/// Brings the percent-encoding of a path to its normal form: hex digits in upper case, octets that
/// are unreserved (letters, digits, `-`, `.`, `_`, `~`) decoded. Every other octet stays encoded as it is:
/// `%2F` is no slash. The query is left as written.
///
/// Where a percent sign begins no escape, nothing of the path is decoded: a digit that comes out could
/// complete one. Linear; costs one search where there is no percent sign.
pub(crate) fn normalize_path(url: &mut Url) {
    let path = url.path();
    if !path.contains('%') {
        return;
    }
    let normal = normal(path);
    if normal != path {
        url.set_path(&normal);
    }
}

fn normal(path: &str) -> String {
    let is_sound = escapes_only(path.as_bytes());
    let mut normal = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(at) = rest.find('%') {
        normal.push_str(&rest[..at]);
        rest = &rest[at..];
        match octet(rest.as_bytes()) {
            Some(octet) if is_sound && is_unreserved(octet) => normal.push(char::from(octet)),
            Some(_) => normal.push_str(&rest[..3].to_ascii_uppercase()),
            None => {
                normal.push('%');
                rest = &rest[1..];
                continue;
            }
        }
        rest = &rest[3..];
    }
    normal.push_str(rest);
    normal
}

/// Whether every percent sign begins an escape.
fn escapes_only(path: &[u8]) -> bool {
    let mut signs = (0..path.len()).filter(|&at| path[at] == b'%');
    signs.all(|at| octet(&path[at..]).is_some())
}

/// The octet that an escape at the start of a text stands for.
fn octet(text: &[u8]) -> Option<u8> {
    let digit = |at: usize| char::from(*text.get(at)?).to_digit(16);
    let (high, low) = (digit(1)?, digit(2)?);
    u8::try_from(high * 16 + low).ok()
}

const fn is_unreserved(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'.' | b'_' | b'~')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::PageUrl;

    fn path(written: &str) -> String {
        let address = PageUrl::parse(&format!("http://a.test{written}")).unwrap();
        address.as_str()["http://a.test".len()..].to_owned()
    }

    #[test]
    fn equivalent_escapes_have_one_form_and_others_stay() {
        for (written, normal) in [
            ("/%70", "/p"),
            ("/%7euser/%41", "/~user/A"),
            ("/a%2fb", "/a%2Fb"),
            ("/a%3fb%23c%25d", "/a%3Fb%23c%25d"),
            ("/%e2%82%ac", "/%E2%82%AC"),
            ("/\u{20ac}", "/%E2%82%AC"),
            ("/a%2Eb", "/a.b"),
            ("/x/%2e%2E/y", "/y"),
            ("/%2570", "/%2570"),
            // What is no escape may become one: nothing is decoded beside it.
            ("/%%37e", "/%%37e"),
            ("/100%/%70%2f", "/100%/%70%2F"),
            ("/p?q=%70%2f", "/p?q=%70%2f"),
        ] {
            assert_eq!(path(written), normal, "{written}");
        }
    }

    /// What the octets of a path are, with the reserved ones told from their escapes.
    fn meaning(path: &str) -> Vec<(u8, bool)> {
        let bytes = path.as_bytes();
        let mut octets = Vec::new();
        let mut at = 0;
        while at < bytes.len() {
            let octet = (bytes[at] == b'%')
                .then(|| super::octet(&bytes[at..]))
                .flatten();
            match octet {
                Some(octet) => octets.push((octet, !super::is_unreserved(octet))),
                None => octets.push((bytes[at], false)),
            }
            at += if octet.is_some() { 3 } else { 1 };
        }
        octets
    }

    proptest! {
        #[test]
        fn the_normal_form_is_its_own(written in "/([a-c%./;:@ \u{e9}?]|%[0-9a-fA-F]{2}){0,12}") {
            let once = PageUrl::parse(&format!("http://a.test{written}")).unwrap();
            let twice = PageUrl::parse(once.as_str()).unwrap();
            prop_assert_eq!(&once, &twice);
            prop_assert_eq!(once.as_url().path(), twice.as_url().path());
            prop_assert_eq!(once.as_url().query(), twice.as_url().query());
        }

        #[test]
        fn no_octet_changes_its_meaning(written in "/(a|[bc/;:@]|%[0-9a-fA-F]{2}){0,12}") {
            let parsed = url::Url::parse(&format!("http://a.test{written}")).unwrap();
            prop_assert_eq!(meaning(&super::normal(parsed.path())), meaning(parsed.path()));
        }
    }
}
