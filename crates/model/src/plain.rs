//! Addresses that are written plainly, put together from their pieces without the whole parser.
//!
//! Most references of a page have a plain form: letters, digits and few marks, that the parser of the
//! WHATWG standard leaves as they are. Such a reference is checked in one pass over its bytes, and
//! the address is made in one allocation. Whatever may mean more (escapes in a path, dot segments,
//! ports, user information, hosts that are numbers or not in ASCII) is left to the parser.

use serde::de::value::{Error, StrDeserializer, StringDeserializer, U32Deserializer};
use serde::de::{DeserializeSeed, Deserializer, IntoDeserializer, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;
use url::{Position, Url};

/// What a reference resolves to against `base`, without its fragment, where its form is plain; `None`
/// where it is not, or where the host of `base` is a number. `base` is that of a
/// [`PageUrl`](crate::PageUrl): of http or https, and without user information. Linear, one
/// allocation.
pub(crate) fn resolve(href: &str, base: &Url) -> Option<Url> {
    // A fragment decides nothing of what stands before it.
    let fragment = href.as_bytes().iter().position(|&byte| byte == b'#');
    let href = &href[..fragment.unwrap_or(href.len())];
    let (scheme, rest) = match href.as_bytes() {
        [b'h', b't', b't', b'p', b's', b':', b'/', b'/', ..] => ("https", &href[8..]),
        [b'h', b't', b't', b'p', b':', b'/', b'/', ..] => ("http", &href[7..]),
        [b'/', b'/', ..] => (base.scheme(), &href[2..]),
        _ => return relative(href, base),
    };
    let host_end = plain_host(rest)?;
    let (host, behind) = rest.split_at(host_end);
    let slash = if behind.starts_with('/') { "" } else { "/" };
    let query = plain_path(behind)?;
    let path_start = scheme.len() + 3 + host.len();
    Parts {
        text: [scheme, "://", host, slash, behind].concat(),
        scheme: scheme.len(),
        host_end: path_start,
        port: None,
        path_start,
        query: query.map(|at| path_start + slash.len() + at),
    }
    .url()
}

/// A reference that takes its host from the base.
fn relative(href: &str, base: &Url) -> Option<Url> {
    let (text, path_start) = (base.as_str(), base[..Position::BeforePath].len());
    let kept = match href.as_bytes() {
        [b'/', ..] => path_start,
        [b'?', ..] => base[..Position::AfterPath].len(),
        [] => base[..Position::AfterQuery].len(),
        _ => base[..Position::AfterPath].rfind('/')? + 1,
    };
    let may_have_scheme = kept > path_start || !href.starts_with('/');
    if may_have_scheme {
        let first = href.split(['/', '?']).next().unwrap_or_default();
        if kept < path_start || first.contains(':') {
            return None;
        }
    }
    if !matches!(base.host(), Some(url::Host::Domain(_))) {
        return None;
    }
    // What the base has stays as it is: its parser has been over it.
    let query = match plain_path(href)? {
        Some(at) => Some(kept + at),
        None if href.is_empty() => base.query().map(|_| base[..Position::AfterPath].len()),
        None => None,
    };
    Parts {
        text: [&text[..kept], href].concat(),
        scheme: base.scheme().len(),
        host_end: base[..Position::AfterHost].len(),
        port: base.port(),
        path_start,
        query,
    }
    .url()
}

/// Where the host ends at the start of a text; `None` unless it is a name that any parser leaves as
/// it is: labels of lower case letters, digits and hyphens, the last one of letters alone.
fn plain_host(rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    let is_name = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-';
    let mut label = 0;
    let mut at = 0;
    loop {
        match bytes.get(at) {
            Some(byte) if is_name(byte) => {}
            Some(b'.') if at > label => {
                if bytes[label..].starts_with(b"xn--") {
                    return None;
                }
                label = at + 1;
            }
            None | Some(b'/' | b'?') => break,
            Some(_) => return None,
        }
        at += 1;
    }
    let last = &bytes[label..at];
    let is_plain = !last.is_empty() && last.iter().all(u8::is_ascii_lowercase);
    (is_plain && at <= 253).then_some(at)
}

/// What a byte is in a path or a query: 0 for one that has no plain meaning in either, 1 for a plain
/// one of both, 2 for one of queries alone.
const PLAIN: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 128 {
        let is_mark = matches!(
            byte as u8,
            b'-' | b'_'
                | b'~'
                | b'='
                | b'&'
                | b'+'
                | b','
                | b';'
                | b':'
                | b'@'
                | b'!'
                | b'('
                | b')'
                | b'*'
                | b'$'
        );
        if (byte as u8).is_ascii_alphanumeric() || is_mark {
            table[byte] = 1;
        }
        byte += 1;
    }
    table[b'.' as usize] = 1;
    table[b'/' as usize] = 1;
    table[b'%' as usize] = 2;
    table[b'?' as usize] = 2;
    table
};

/// Where the query of a path begins, if it has one; `None` where either is not plain.
#[expect(
    clippy::option_option,
    reason = "whether it is plain, and whether it has a query"
)]
fn plain_path(path: &str) -> Option<Option<usize>> {
    let bytes = path.as_bytes();
    let end = bytes.iter().position(|&byte| byte == b'?');
    let (before, query) = bytes.split_at(end.unwrap_or(bytes.len()));
    // A dot at the start of a segment may make a dot segment.
    let mut last = b'/';
    for &byte in before {
        if PLAIN[usize::from(byte)] != 1 || (last == b'/' && byte == b'.') {
            return None;
        }
        last = byte;
    }
    let is_plain = query.iter().all(|&byte| PLAIN[usize::from(byte)] != 0);
    is_plain.then_some(end)
}

/// The pieces of an address as [`Url::deserialize_internal`] takes them, which looks at them no
/// more. Where it does not take them, the parser is asked.
struct Parts {
    text: String,
    scheme: usize,
    host_end: usize,
    port: Option<u16>,
    path_start: usize,
    query: Option<usize>,
}

impl Parts {
    fn url(self) -> Option<Url> {
        Url::deserialize_internal(InOrder {
            parts: self,
            next: 0,
        })
        .ok()
    }
}

/// Gives the pieces one after the other.
struct InOrder {
    parts: Parts,
    next: u8,
}

impl<'de> Deserializer<'de> for InOrder {
    type Error = Error;
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(self)
    }
    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de> SeqAccess<'de> for InOrder {
    type Error = Error;
    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        let parts = &mut self.parts;
        let place = self.next;
        self.next += 1;
        let offset = match place {
            0 => {
                let text: StringDeserializer<Error> =
                    std::mem::take(&mut parts.text).into_deserializer();
                return seed.deserialize(text).map(Some);
            }
            // Where the scheme ends, the name of a user, where the host begins and ends.
            1 => parts.scheme,
            2 | 3 => parts.scheme + 3,
            4 => parts.host_end,
            5 => {
                let host: StrDeserializer<'_, Error> = "Domain".into_deserializer();
                return seed.deserialize(host).map(Some);
            }
            6 => return seed.deserialize(Maybe(parts.port.map(u32::from))).map(Some),
            7 => parts.path_start,
            8 => {
                let query = parts.query.map(offset).transpose()?;
                return seed.deserialize(Maybe(query)).map(Some);
            }
            9 => return seed.deserialize(Maybe(None)).map(Some),
            _ => return Ok(None),
        };
        let number: U32Deserializer<Error> = self::offset(offset)?.into_deserializer();
        seed.deserialize(number).map(Some)
    }
}

fn offset(at: usize) -> Result<u32, Error> {
    u32::try_from(at).map_err(serde::de::Error::custom)
}

/// A number that may be missing.
struct Maybe(Option<u32>);

impl<'de> Deserializer<'de> for Maybe {
    type Error = Error;
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Some(number) => {
                let number: U32Deserializer<Error> = number.into_deserializer();
                visitor.visit_some(number)
            }
            None => visitor.visit_none(),
        }
    }
    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BASES: [&str; 5] = [
        "https://shop.example/a/b.html?q=1",
        "http://shop.example:8080/",
        "https://shop.example",
        "https://127.0.0.1/a",
        "https://shop.example/a/b/?c=/d/e",
    ];

    /// Every reference that is taken for a plain one resolves as the parser resolves it, in each of
    /// its parts. Debug builds check the offsets besides.
    fn agrees(href: &str) -> bool {
        let mut is_plain = false;
        for base in BASES {
            let base = Url::parse(base).unwrap();
            let Some(plain) = resolve(href, &base) else {
                continue;
            };
            is_plain = true;
            let mut parsed = base.join(href).unwrap();
            parsed.set_fragment(None);
            plain.check_invariants().unwrap();
            assert_eq!(plain, parsed, "{href} {base}");
            assert_eq!(
                (plain.host(), plain.port(), plain.path(), plain.query()),
                (parsed.host(), parsed.port(), parsed.path(), parsed.query()),
                "{href} {base}"
            );
        }
        is_plain
    }

    #[test]
    fn plain_references_are_resolved_without_the_parser() {
        for href in [
            "",
            "#x",
            "?",
            "?a=b",
            "/",
            "/c?d=%20#e",
            "c",
            "c/d.html?e",
            "c//d",
            "/c/d.e/f-g_h",
            "https://other.example",
            "https://other.example?x",
            "http://a.b-c.example/d?e#f",
            "//other.example/x",
            "?a=/../b",
            "/a?b?c",
            "/x:y",
            "#\t\u{e9}",
        ] {
            assert!(agrees(href), "{href}");
        }
    }

    #[test]
    fn what_is_not_plain_is_left_to_the_parser() {
        let base = Url::parse(BASES[0]).unwrap();
        for href in [
            "../a",
            "./a",
            "/a/../b",
            "/a%2e",
            "a:b",
            "mailto:a@b",
            " /a",
            "/a b",
            "https://A.example/",
            "https://1.2.3.4/",
            "https://a.example:80/",
            "https://u@a.example/",
            "https://xn--a.example",
            "https:/a.example",
            "https://a..example/",
            "\\a",
            "/\u{e9}",
            "https://",
            "//",
            "https://a.example\\b",
            "/a'b?c'd",
            "?a'b",
        ] {
            assert_eq!(resolve(href, &base), None, "{href}");
        }
    }

    proptest! {
        #[test]
        fn any_reference_resolves_alike(href in "(https?:)?[/a-c.:?#@%0-2&=x\\\\ -]{0,12}") {
            agrees(&href);
        }

        #[test]
        fn any_host_resolves_alike(host in "[a-b0-1x.-]{0,6}(xn--)?[a-b0-1.-]{0,4}(com|0x1|1)?", end in "[/?#]?[a.]{0,3}") {
            agrees(&format!("https://{host}{end}"));
        }
    }
}
