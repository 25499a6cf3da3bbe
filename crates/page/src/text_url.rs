//! Addresses that are written, not linked: plain (T01), or spelled so that a reader finds them and
//! a program does not (T02).
//!
//! Text is first brought to one form: compatibility characters (full-width letters and dots)
//! become plain, what has no width goes, and the usual spellings of a dot and of a scheme are
//! undone. What is found only in that form counts as spelled.

mod bounds;
mod readings;

use std::ops::Range;

use model::{PageUrl, Technique};

use crate::ascii::begins;
use crate::disguise::{self, Plain, is_unspaced};
use crate::unwrap::{is_file_ending, is_public_host, is_reserved, is_usual_ending};
use crate::visibility::is_blank;
use bounds::{host, is_word_byte, scheme_or_port};
use readings::{uncoded, unmasked};

/// An address found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Written {
    /// As written; in the plain form where it was disguised.
    pub(crate) written: String,
    /// Where it leads.
    pub(crate) target: PageUrl,
    /// Where it stands in the text.
    pub(crate) at: Option<Range<usize>>,
    /// Whether it is spelled out, or disguised in another way.
    pub(crate) spelled: bool,
    /// How it is disguised.
    pub(crate) techniques: Vec<Technique>,
}

/// At most so many addresses are taken from one text.
const MAX_FOUND: usize = 50;

/// Longer texts are read up to here.
const MAX_TEXT: usize = 100_000;

/// The addresses in a text. Linear in the text: the dots and colons are looked at, and disguises
/// where a character or a word gives them away.
pub(crate) fn find(text: &str) -> Vec<Written> {
    find_in(text, &disguise::plain_forms(text))
}

/// The addresses in a text, or in the plain forms of it that differ.
pub(crate) fn find_in(text: &str, forms: &[Plain]) -> Vec<Written> {
    let mut end = text.len().min(MAX_TEXT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = &text[..end];
    let mut found = Vec::new();
    if text.len() < 4 {
        return found;
    }
    scan(text, None, &mut found);
    for plain in forms {
        scan(&plain.text, Some(plain), &mut found);
    }
    found.truncate(MAX_FOUND);
    found
}

/// Looks at each dot between two letters or digits, and at each colon before a slash or a port.
fn scan(text: &str, plain: Option<&Plain>, into: &mut Vec<Written>) {
    let bytes = text.as_bytes();
    let mut done = 0;
    for at in memchr::memchr2_iter(b'.', b':', bytes) {
        if at < done || at == 0 || at + 1 >= bytes.len() {
            continue;
        }
        let hit = if bytes[at] == b':' {
            scheme_or_port(text, at, done)
        } else if is_word_byte(bytes[at - 1]) && is_word_byte(bytes[at + 1]) {
            // What is no host name is left as a whole, so that no dot of it is asked again.
            let (hit, run_end) = host(text, at, done);
            done = run_end;
            hit
        } else {
            None
        };
        let Some(Range { start, end }) = hit else {
            continue;
        };
        done = done.max(end);
        if into.len() >= MAX_FOUND {
            return;
        }
        match glued(&text[start..end]) {
            Some((at, true)) => take(text, start..start + at, plain, into),
            // In a path, words of such scripts may be meant.
            Some((at, false)) => {
                take(text, start..end, plain, into);
                take(text, start..start + at, plain, into);
            }
            None => take(text, start..end, plain, into),
        }
        let address = &text[start..end];
        let has_path = address
            .split("://")
            .last()
            .is_some_and(|rest| rest.contains(['/', '?']));
        if !has_path && let Some((path, path_end)) = disguise::path_behind(text, end) {
            with_spelled_path(text, start..end, (&path, path_end), plain, into);
            done = path_end;
        }
    }
}

/// Keeps an address that has been read in a text, with the path that is spelled out behind it.
fn with_spelled_path(
    text: &str,
    host: Range<usize>,
    (path, path_end): (&str, usize),
    plain: Option<&Plain>,
    into: &mut Vec<Written>,
) {
    let whole = format!("{}{path}", &text[host.clone()]);
    let mut found = Vec::new();
    take(&whole, 0..whole.len(), None, &mut found);
    for mut written in found {
        written.spelled = true;
        written.techniques.push(Technique::SPELLED_URL);
        written.at = Some(plain.map_or(host.start..path_end, |plain| {
            plain.origin[host.start]..plain.origin[path_end]
        }));
        if into.iter().all(|known| known.target != written.target) {
            into.push(written);
        }
    }
}

/// Where an address is followed, without a space, by words of a script that has none; and whether that is in its
/// host.
fn glued(written: &str) -> Option<(usize, bool)> {
    let host_start = written.find("://").map_or(0, |at| at + 3);
    let mut before = ' ';
    for (at, c) in written.char_indices() {
        let is_wide_mark = matches!(c, '\u{3000}'..='\u{303F}' | '\u{FF01}'..='\u{FF1F}');
        let is_joint = matches!(
            before,
            '.' | '/' | '-' | '=' | '_' | '%' | '&' | '?' | '#' | '+'
        );
        let parts = before.is_ascii() && (is_wide_mark || (is_unspaced(c) && !is_joint));
        if at > host_start && parts {
            return Some((at, !written[host_start..at].contains(['/', '?'])));
        }
        before = c;
    }
    None
}

/// Keeps what stands in a range of the text, when it is an address.
fn take(text: &str, range: Range<usize>, plain: Option<&Plain>, into: &mut Vec<Written>) {
    let Range { start, end } = range;
    let written = trimmed(&text[start..end]);
    if written.is_empty() {
        return;
    }
    let before = text[..start].chars().next_back();
    // Parts of mail addresses, paths, file names and handles are no addresses.
    let is_part = matches!(
        before,
        Some('@' | '/' | '\\' | '-' | '_' | '=' | '.' | '#' | '$')
    );
    // A name that goes on behind an invisible character is read in the plain form.
    let goes_on = before.is_some_and(|c| is_blank(c) && !c.is_whitespace());
    if is_part || goes_on || text[start + written.len()..].starts_with('@') {
        return;
    }
    let mut techniques = plain
        .map(|plain| plain.techniques.clone())
        .unwrap_or_default();
    let look_alike = unmasked(written);
    if look_alike.is_some() {
        techniques.push(Technique::HOMOGLYPHS);
    }
    let uncoded = uncoded(written);
    if !uncoded.is_empty() {
        techniques.push(Technique::CODED_TEXT);
    }
    let stands = start..start + written.len();
    let at = plain.map_or(stands.clone(), |plain| {
        plain.origin[stands.start]..plain.origin[stands.end]
    });
    let is_disguised = plain.is_some() || look_alike.is_some() || !uncoded.is_empty();
    let readings = look_alike.into_iter().chain(uncoded).collect::<Vec<_>>();
    if readings.is_empty() {
        keep(written, is_disguised, techniques, at, into);
        return;
    }
    for reading in readings {
        keep(&reading, is_disguised, techniques.clone(), at.clone(), into);
    }
}

/// Keeps what is read, unless it is no address, or a known one.
fn keep(
    shown: &str,
    is_disguised: bool,
    mut techniques: Vec<Technique>,
    at: Range<usize>,
    into: &mut Vec<Written>,
) {
    if begins(shown, "hxxp") {
        techniques.push(Technique::SPELLED_URL);
    }
    let Some(target) = target_of(shown, is_disguised) else {
        return;
    };
    if into.iter().all(|known| known.target != target) {
        into.push(Written {
            written: shown.to_owned(),
            target,
            at: (at.start <= at.end).then_some(at),
            spelled: is_disguised || !techniques.is_empty(),
            techniques,
        });
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
    let host = lower.split(['/', ':', '?']).next().unwrap_or_default();
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
    let is_known =
        is_usual_ending(ending) || matches!(ending, "es" | "it" | "at" | "be" | "se" | "me" | "us");
    is_known
        && !matches!(host, "e.g" | "i.e" | "a.m" | "p.m")
        && host
            .split('.')
            .next()
            .is_some_and(|label| label.chars().count() > 1)
}

/// The address that an anchor's text shows, when the text is one and little else.
pub(crate) fn shown_host(text: &str) -> Option<PageUrl> {
    let text = text.trim();
    if text.len() > 120 || text.split_whitespace().nth(1).is_some() {
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
    use proptest::prelude::*;

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
            ("visit ехаmple.com", "http://example.com/"),
            ("visit example.соm", "http://example.com/"),
            (
                "at shop.example.com?ref=1",
                "http://shop.example.com/?ref=1",
            ),
            ("at sub.example.xn--p1ai/x", "http://sub.example.xn--p1ai/x"),
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
            ("请访问example.com购买", "http://example.com/"),
            ("网址：https://example.com，下单", "https://example.com/"),
            (
                "https://zh.example.org/wiki/中国",
                "https://zh.example.org/wiki/%E4%B8%AD%E5%9B%BD",
            ),
            ("see htttp://example.com/a", "http://example.com/a"),
            ("see htps://example.com/a", "https://example.com/a"),
            ("at http://shop*example*net/a", "http://shop.example.net/a"),
            ("at http://shop,example,net", "http://shop.example.net/"),
            ("at shop⚫example⚫net/a now", "http://shop.example.net/a"),
        ] {
            assert_eq!(targets(text), [target], "{text}");
        }
    }

    #[test]
    fn a_path_is_spelled_out_behind_a_plain_host() {
        let both = [
            "http://shop.example.com/",
            "http://shop.example.com/sale/12",
        ];
        assert_eq!(targets("at shop.example.com slash sale slash 12"), both);
        assert_eq!(targets("at shop.example.com / sale / 12 now"), both);
        assert_eq!(targets("by shop.example.com / Anna Berg"), both[..1]);
        let two = ["http://shop.example.com/", "http://example.org/"];
        assert_eq!(targets("at shop.example.com / example.org"), two);
    }

    #[test]
    fn digits_for_letters_are_read_where_an_ending_has_them() {
        assert_eq!(
            targets("at go7.examp1e.c0m/a1"),
            [
                "go7.examp1e.com",
                "go7.example.com",
                "go7.exampie.com",
                "got.example.com",
                "got.exampie.com"
            ]
            .map(|host| format!("http://{host}/a1"))
        );
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
            "магазин.рус и привет.мир",
            "10.0.0.1 and 1.2.3.4/24",
            "ftp://example.com/a",
            "steam://example.com/a and hosts://example.com/a",
            "sizes 1.5 and v2.10m",
        ] {
            assert_eq!(targets(text), [] as [String; 0], "{text}");
        }
    }

    #[test]
    fn a_path_behind_a_host_in_look_alike_letters_is_read_like_it() {
        assert_eq!(
            targets("http://оut.ехample.net/id7аy?с=1"),
            ["http://out.example.net/id7ay?c=1"]
        );
        // A path in an alphabet of its own does not come to plain letters.
        let kept = targets("http://оut.ехample.net/журнал");
        assert!(
            kept[0].starts_with("http://out.example.net/%D0%B6"),
            "{kept:?}"
        );
    }

    #[test]
    fn spelled_addresses_are_told_apart() {
        assert!(find("example dot com")[0].spelled);
        assert!(!find("example.com/x")[0].spelled);
    }

    proptest! {
        #[test]
        fn what_is_found_stands_in_the_text(
            pieces in prop::collection::vec(
                prop_oneof![
                    prop::sample::select(vec![
                        "http", "://", ":\\\\", "h t t p", "//:ptth", ".", " . ", ". ", ".\n", " dot ", "(dot)", "点", "\u{202E}", "\u{202C}",
                        "\u{2067}", "\u{A0}", "/", " / ", " slash ", "\u{1F534}", "*", "com", "c0m", "t3st", "test", "shop", "下", "é", "ﬁ", "１",
                        "\u{FE0F}", "\u{E0061}", "\u{200B}", "\"", "[", "]", "a b c d e f g h . c o m", "/a",
                    ]).prop_map(str::to_owned),
                    "\\PC{0,3}",
                ],
                0..16,
            )
        ) {
            let text = pieces.concat();
            for written in find(&text) {
                if let Some(at) = written.at {
                    prop_assert!(text.get(at).is_some(), "{text:?}");
                }
            }
        }
    }
}
