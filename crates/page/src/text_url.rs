//! Addresses that are written, not linked: plain (T01), or spelled so that a reader finds them and
//! a program does not (T02).
//!
//! Text is first brought to one form: compatibility characters (full-width letters and dots)
//! become plain, what has no width goes, and the usual spellings of a dot and of a scheme are
//! undone. What is found only in that form counts as spelled.

use std::ops::Range;
use std::sync::LazyLock;

use model::PageUrl;
use regex::Regex;
use unicode_normalization::UnicodeNormalization;

use crate::unwrap::{is_file_ending, is_public_host, is_reserved};
use crate::visibility::is_blank;

/// An address found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Written {
    /// As written.
    pub(crate) written: String,
    /// Where it leads.
    pub(crate) target: PageUrl,
    /// Where it stands in the text; `None` when it was found in the normalized form only.
    pub(crate) at: Option<Range<usize>>,
    /// Whether it is spelled out.
    pub(crate) spelled: bool,
}

/// At most so many addresses are taken from one text.
const MAX_FOUND: usize = 50;

/// Longer texts are read up to here.
const MAX_TEXT: usize = 100_000;

#[expect(
    clippy::unwrap_used,
    reason = "the pattern is a constant that every test compiles"
)]
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)
        (?: \b(?:localhost|(?:\d{1,3}\.){3}\d{1,3}):\d{2,5}(?:/[^\s<>\x22'`{}|\\^]*)? )
        | (?: \bh(?:tt|xx)ps?://[^\s<>\x22'`\u{00AB}\u{00BB}\u{201C}\u{201D}{}|\\^]+ )
        | (?: \b(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62})\.)+\p{L}{2,24}\b(?::\d{2,5})?(?:/[^\s<>\x22'`{}|\\^]*)? )",
    )
    .unwrap()
});

#[expect(
    clippy::unwrap_used,
    reason = "the pattern is a constant that every test compiles"
)]
static SPELLED_DOT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)
        \s*[\[\(\{]\s*(?:dot|punkt|point|punto|kropka|точка|点|\.)\s*[\]\)\}]\s*
        | (?:\b|(?P<w>[a-z0-9]))\s+(?:d[o0]t|punkt|punto|kropka|точка|\.)\s*(?P<t>test|example|com|net|org|shop|store|info|biz|co|io|de|ru|cn|fr|es|it|pl|uk|eu|top|xyz|club|online|site|ком|ру)\b
        | \s?点\s?(?P<c>com|cn|net|org|top|shop)",
    )
    .unwrap()
});

/// The addresses in a text. Linear in the text.
pub(crate) fn find(text: &str) -> Vec<Written> {
    let mut end = text.len().min(MAX_TEXT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = &text[..end];
    let mut found = Vec::new();
    if may_hold_address(text) {
        scan(text, false, &mut found);
    }
    if may_be_spelled(text) {
        let plain = plain_form(text);
        if plain != text {
            let mut more = Vec::new();
            scan(&plain, true, &mut more);
            more.retain(|new| found.iter().all(|known| known.target != new.target));
            found.extend(more);
        }
    }
    found.truncate(MAX_FOUND);
    found
}

/// Whether a dot stands inside a word, or a colon before a slash or a port: prose has neither, and
/// is not searched.
fn may_hold_address(text: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte >= 0x80;
    text.as_bytes().windows(3).any(|around| match around[1] {
        b'.' => is_word(around[0]) && is_word(around[2]),
        b':' => around[2] == b'/' || around[2].is_ascii_digit(),
        _ => false,
    })
}

fn may_be_spelled(text: &str) -> bool {
    let has = |word: &str| {
        text.as_bytes()
            .windows(word.len())
            .any(|window| window.eq_ignore_ascii_case(word.as_bytes()))
    };
    !text.is_ascii()
        || has("dot")
        || has("d0t")
        || has("hxxp")
        || has("punkt")
        || has(" punto ")
        || has("kropka")
        || has(" .")
        || has("[.]")
        || has("(.)")
        || has("{.}")
        || has("[punto]")
        || has("(punto)")
        || has("(point)")
}

/// One form for all spellings.
fn plain_form(text: &str) -> String {
    let folded: String = text
        .nfkc()
        .filter(|c| c.is_whitespace() || !is_blank(*c))
        .map(|c| match c {
            '。' | '．' | '｡' | '․' => '.',
            other => other,
        })
        .collect();
    let dotted = SPELLED_DOT.replace_all(&folded, |captures: &regex::Captures<'_>| {
        let part = |name| captures.name(name).map_or("", |m| m.as_str());
        let ending = match part("t").to_lowercase().as_str() {
            "ком" => "com".to_owned(),
            "ру" => "ru".to_owned(),
            other => other.to_owned(),
        };
        format!("{}.{ending}{}", part("w"), part("c"))
    });
    dotted
        .replace("hxxp", "http")
        .replace("hXXp", "http")
        .replace("://[", "://")
}

fn scan(text: &str, spelled: bool, into: &mut Vec<Written>) {
    for hit in ADDRESS.find_iter(text).take(MAX_FOUND * 4) {
        let before = text[..hit.start()].chars().next_back();
        // Parts of mail addresses, paths, file names and handles are no addresses.
        if matches!(
            before,
            Some('@' | '/' | '\\' | '-' | '_' | '=' | '.' | '#' | '$')
        ) {
            continue;
        }
        // A name that goes on behind an invisible character is read in the plain form.
        if before.is_some_and(|c| is_blank(c) && !c.is_whitespace()) {
            continue;
        }
        let written = trimmed(hit.as_str());
        if text[hit.start() + written.len()..].starts_with('@') {
            continue;
        }
        let Some(target) = target_of(written, spelled) else {
            continue;
        };
        if into.len() < MAX_FOUND && into.iter().all(|known| known.target != target) {
            into.push(Written {
                written: written.to_owned(),
                target,
                at: (!spelled).then(|| hit.start()..hit.start() + written.len()),
                spelled: spelled
                    || written
                        .get(..4)
                        .is_some_and(|head| head.eq_ignore_ascii_case("hxxp")),
            });
        }
    }
}

/// Without the punctuation of the sentence around it.
fn trimmed(written: &str) -> &str {
    let trimmed = written.trim_end_matches([
        '.', ',', ';', ':', '!', '?', '\'', '"', '*', '_', '…', '。', '，',
    ]);
    match trimmed.strip_suffix([')', ']']) {
        Some(shorter) if !trimmed.contains(['(', '[']) => shorter,
        _ => trimmed,
    }
}

fn target_of(written: &str, spelled: bool) -> Option<PageUrl> {
    let lower = written.to_lowercase();
    if let Some((scheme, _)) = lower.split_once("://") {
        let scheme_written = written.get(scheme.len()..)?;
        let scheme = if scheme.ends_with('s') {
            "https"
        } else {
            "http"
        };
        let url = PageUrl::parse(&format!("{scheme}{scheme_written}")).ok()?;
        // Who writes the scheme means an address, under whatever suffix.
        let host = url.host();
        let plausible = url.ip().is_some() || host.as_str().contains('.');
        return (plausible || host.as_str() == "localhost").then_some(url);
    }
    let host = lower.split(['/', ':']).next().unwrap_or_default();
    let is_by_port = lower[host.len()..].starts_with(':');
    if is_by_port && (host == "localhost" || host.parse::<std::net::Ipv4Addr>().is_ok()) {
        return PageUrl::parse(&format!("http://{written}")).ok();
    }
    if !is_public_host(host) || host.len() < 5 {
        return None;
    }
    let has_path = lower.len() > host.len() + 1;
    let common = is_common(host) || is_reserved(host);
    // A bare name needs more than a suffix: `node.js`, `e.g`, `readme.md` have one, too.
    let named =
        host.starts_with("www.") || common || (has_path && !is_file_ending(host)) || spelled;
    let mixed_case = written
        .split('.')
        .skip(1)
        .any(|label| label.starts_with(char::is_uppercase))
        && !written.chars().all(|c| !c.is_lowercase());
    // "end.Next sentence" is a missing space, not a host.
    if !named || (mixed_case && !has_path && !host.starts_with("www.")) {
        return None;
    }
    PageUrl::parse(&format!("http://{written}")).ok()
}

/// Suffixes under which a bare name is meant as an address.
fn is_common(host: &str) -> bool {
    let ending = host.rsplit('.').next().unwrap_or_default();
    matches!(
        ending,
        "com"
            | "net"
            | "org"
            | "info"
            | "biz"
            | "shop"
            | "store"
            | "online"
            | "site"
            | "xyz"
            | "top"
            | "club"
            | "de"
            | "fr"
            | "es"
            | "it"
            | "pl"
            | "uk"
            | "eu"
            | "nl"
            | "ru"
            | "cn"
            | "jp"
            | "br"
            | "ca"
            | "au"
            | "ch"
            | "at"
            | "be"
            | "se"
            | "cz"
            | "io"
            | "co"
            | "me"
            | "us"
            | "ru."
            | "example"
            | "onion"
    ) && !matches!(host, "e.g" | "i.e" | "a.m" | "p.m")
        && host
            .split('.')
            .next()
            .is_some_and(|label| label.chars().count() > 1)
}

/// The address that an anchor's text shows, when the text is one and little else.
pub(crate) fn shown_host(text: &str) -> Option<PageUrl> {
    let text = text.trim();
    if text.len() > 120 || text.split_whitespace().count() > 1 {
        return None;
    }
    if is_public_host(text) {
        // Alone in an anchor, a name under any public suffix is meant as a host.
        return PageUrl::parse(&format!("http://{text}")).ok();
    }
    let found = find(text).into_iter().next()?;
    (found.at.as_ref().is_some_and(|at| at.start == 0) || found.spelled).then_some(found.target)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn targets(text: &str) -> Vec<String> {
        find(text)
            .into_iter()
            .map(|w| w.target.to_string())
            .collect()
    }

    #[test]
    fn written_addresses_are_found() {
        for (text, target) in [
            (
                "see https://shop.example.com/a?b=c.",
                "https://shop.example.com/a?b=c",
            ),
            ("see (www.example.com)", "http://www.example.com/"),
            ("order at example.com/menu today", "http://example.com/menu"),
            ("find us: myshop-24.de", "http://myshop-24.de/"),
            ("visit hxxps://example.com/x", "https://example.com/x"),
            ("visit example dot com", "http://example.com/"),
            ("visit example[.]com now", "http://example.com/"),
            ("visit example (dot) com", "http://example.com/"),
            ("visit ｅｘａｍｐｌｅ．ｃｏｍ", "http://example.com/"),
            ("visit exam\u{200b}ple.com/x", "http://example.com/x"),
            ("http://192.0.2.1/x", "http://192.0.2.1/x"),
            ("MYSHOP.COM", "http://myshop.com/"),
            ("write klingenwelt . com", "http://klingenwelt.com/"),
            ("write klingenwelt .com", "http://klingenwelt.com/"),
            ("busca tienda punto es", "http://tienda.es/"),
            ("see vapes dot test", "http://vapes.test/"),
            ("open 127.0.0.1:8202/c.html", "http://127.0.0.1:8202/c.html"),
            ("open localhost:8202/c.html", "http://localhost:8202/c.html"),
        ] {
            assert_eq!(targets(text), [target], "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_an_address_is_none() {
        for text in [
            "see readme.md and node.js",
            "version 1.2.3 of the thing",
            "e.g. this, i.e. that",
            "the end.Next sentence",
            "mail me@example.com",
            "image.jpg and file.tar.gz",
            "Dr. No. and Mr.Bean",
            "put a dot on the i",
            "12.50 EUR",
            "z.B. so",
            "a polka dot dress",
        ] {
            assert_eq!(targets(text), [] as [String; 0], "{text}");
        }
    }

    #[test]
    fn spelled_addresses_are_told_apart() {
        assert!(find("example dot com")[0].spelled);
        assert!(!find("example.com/x")[0].spelled);
    }
}
