//! Addresses inside of addresses: taken out of query values, paths and fragments, through
//! encodings, to a fixed point.

use std::collections::HashSet;

use base64::Engine;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use model::{Layer, PageUrl, has_known_suffix, registrable_domain};

/// Addresses nested deeper than this are left.
const MAX_DEPTH: usize = 5;

/// Longer texts are no addresses.
const MAX_TEXT: usize = 4_096;

/// At most so many addresses come out of one.
const MAX_FOUND: usize = 12;

/// Attempts at decoding, for one outer address.
const MAX_ATTEMPTS: usize = 400;

/// An address found inside of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Nested {
    /// The address as it stood after the last layer.
    pub(crate) written: String,
    /// Where it leads.
    pub(crate) target: PageUrl,
    /// Layers taken off, outermost first.
    pub(crate) layers: Vec<Layer>,
}

struct Unwrapping {
    found: Vec<Nested>,
    seen: HashSet<PageUrl>,
    attempts: usize,
}

/// Everything nested in an address, `fragment` being what followed its `#`. Bounded in depth,
/// length and number.
pub(crate) fn nested(outer: &PageUrl, fragment: Option<&str>) -> Vec<Nested> {
    let url = outer.as_url();
    let has_place = url.query().is_some() || fragment.is_some() || url.path().len() > 8;
    if !has_place || url.as_str().len() > 4 * MAX_TEXT {
        return Vec::new();
    }
    let mut unwrapping = Unwrapping {
        found: Vec::new(),
        seen: HashSet::from([outer.clone()]),
        attempts: MAX_ATTEMPTS,
    };
    let mut waiting = vec![(outer.clone(), fragment.map(str::to_owned), Vec::new())];
    let mut next = 0;
    while next < waiting.len() && unwrapping.found.len() < MAX_FOUND {
        let (url, fragment, layers): (PageUrl, Option<String>, Vec<Layer>) = waiting[next].clone();
        next += 1;
        let before = unwrapping.found.len();
        if layers.len() < MAX_DEPTH {
            unwrapping.places(&url, fragment.as_deref(), &layers);
        }
        for nested in &unwrapping.found[before..] {
            let fragment = nested
                .written
                .split_once('#')
                .map(|(_, fragment)| fragment.to_owned());
            waiting.push((nested.target.clone(), fragment, nested.layers.clone()));
        }
    }
    unwrapping.found
}

impl Unwrapping {
    fn places(&mut self, url: &PageUrl, fragment: Option<&str>, layers: &[Layer]) {
        let with = |layer| {
            let mut all = layers.to_vec();
            all.push(layer);
            all
        };
        if let Some(query) = url.as_url().query() {
            for (name, value) in url.as_url().query_pairs().take(64) {
                self.value(&value, is_target_name(&name), with(Layer::Query));
                if value.is_empty() {
                    self.value(&name, true, with(Layer::Query));
                }
            }
            // `?https://…` with `=` and `&` of its own is cut by the pairs above.
            let plain = percent_encoding::percent_decode_str(query).decode_utf8_lossy();
            if starts_as_address(&plain) {
                self.value(&plain, true, with(Layer::Query));
            }
        }
        self.path(url, with(Layer::Path));
        if let Some(fragment) = fragment.filter(|f| !f.is_empty()) {
            let plain = percent_encoding::percent_decode_str(fragment).decode_utf8_lossy();
            let trimmed = plain.trim_start_matches(['!', '/', '?']);
            self.value(trimmed, false, with(Layer::Fragment));
            for pair in plain.split(['&', '?']) {
                if let Some((name, value)) = pair.split_once('=') {
                    self.value(value, is_target_name(name), with(Layer::Fragment));
                }
            }
        }
    }

    fn path(&mut self, url: &PageUrl, layers: Vec<Layer>) {
        let path = url.as_url().path();
        // `/away/https://…`: everything behind the scheme belongs to the nested address, and so
        // does the query.
        let mut whole = path.to_owned();
        if let Some(query) = url.as_url().query() {
            whole.push('?');
            whole.push_str(query);
        }
        let lower = whole.to_ascii_lowercase();
        let start = [
            "http://", "https://", "http:/", "https:/", "http%3a", "https%3a",
        ]
        .iter()
        .filter_map(|scheme| lower.find(scheme))
        .filter(|&start| start < path.len())
        .min();
        if let Some(start) = start {
            let mut text = whole[start..].to_owned();
            for (short, long) in [("http:/", "http://"), ("https:/", "https://")] {
                if text.starts_with(short) && !text.starts_with(long) {
                    text = text.replacen(short, long, 1);
                }
            }
            self.value(&text, true, layers);
            return;
        }
        for segment in path
            .split('/')
            .filter(|segment| segment.len() >= 12)
            .take(16)
        {
            let plain = percent_encoding::percent_decode_str(segment).decode_utf8_lossy();
            self.value(&plain, false, layers.clone());
        }
    }

    /// Takes layers off one value until an address shows, breadth first.
    fn value(&mut self, value: &str, named_like_target: bool, layers: Vec<Layer>) {
        let mut waiting = vec![(value.trim().to_owned(), layers)];
        let mut next = 0;
        while next < waiting.len() && waiting.len() < 64 {
            let (text, layers) = waiting[next].clone();
            next += 1;
            if text.len() < 4
                || text.len() > MAX_TEXT
                || self.attempts == 0
                || self.found.len() >= MAX_FOUND
            {
                continue;
            }
            self.attempts -= 1;
            if self.address(&text, named_like_target, &layers) {
                continue;
            }
            if layers.len() > MAX_DEPTH + 1 {
                continue;
            }
            for (layer, decoded) in decodings(&text) {
                let mut all = layers.clone();
                all.push(layer);
                waiting.push((decoded, all));
            }
        }
    }

    /// Keeps a text that is an address. A scheme-less one needs a name that asks for it.
    fn address(&mut self, text: &str, named_like_target: bool, layers: &[Layer]) -> bool {
        let mut layers = layers.to_vec();
        let target = if starts_as_address(text) {
            PageUrl::parse(text).ok()
        } else if let Some(rest) = text.strip_prefix("//") {
            layers.push(Layer::Schemeless);
            is_public_host(rest)
                .then(|| PageUrl::parse(&format!("https:{text}")).ok())
                .flatten()
        } else if named_like_target && is_public_host(text) {
            layers.push(Layer::Schemeless);
            PageUrl::parse(&format!("https://{text}")).ok()
        } else {
            None
        };
        let Some(target) = target.filter(has_plausible_host) else {
            return false;
        };
        if self.seen.insert(target.clone()) {
            self.found.push(Nested {
                written: text.to_owned(),
                target,
                layers,
            });
        }
        true
    }
}

fn has_plausible_host(url: &PageUrl) -> bool {
    url.ip().is_some() || {
        let host = url.host();
        let host = host.as_str();
        host.contains('.') || host == "localhost"
    }
}

fn starts_as_address(text: &str) -> bool {
    let head = text.get(..8).unwrap_or(text).to_ascii_lowercase();
    head.starts_with("http://") || head.starts_with("https://")
}

/// Whether a text begins with a host under a known public suffix (and is not merely a file name).
pub(crate) fn is_public_host(text: &str) -> bool {
    let host = text
        .split(['/', '?', '#', ':'])
        .next()
        .unwrap_or_default()
        .trim_end_matches('.');
    if host.len() < 4
        || !host.contains('.')
        || !host
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '.' | '-'))
        || host.starts_with(['.', '-'])
        || host.contains("..")
    {
        return false;
    }
    let lower = host.to_lowercase();
    if host.len() == text.len() && is_file_ending(&lower) {
        return false;
    }
    (is_reserved(&lower) || has_known_suffix(&lower))
        && registrable_domain(&lower).is_some()
        && lower
            .rsplit('.')
            .next()
            .is_some_and(|tld| !tld.bytes().all(|b| b.is_ascii_digit()))
}

/// Top-level names that are set aside (RFC 6761, RFC 7686, RFC 9476) and hence on no list of public
/// suffixes: hosts of test networks, private networks and hidden services.
pub(crate) fn is_reserved(host: &str) -> bool {
    matches!(
        host.rsplit('.').next().unwrap_or_default(),
        "test" | "example" | "invalid" | "localhost" | "local" | "internal" | "onion" | "alt"
    )
}

/// Endings that are public suffixes, and more often those of files.
pub(crate) fn is_file_ending(name: &str) -> bool {
    matches!(
        name.rsplit('.').next().unwrap_or_default(),
        "md" | "sh"
            | "py"
            | "rs"
            | "pl"
            | "ps"
            | "zip"
            | "mov"
            | "js"
            | "ts"
            | "so"
            | "cc"
            | "ai"
            | "java"
    )
}

/// Parameter names that ask for a place to go to.
fn is_target_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    matches!(
        name.as_str(),
        "u" | "go" | "to" | "out" | "murl" | "ued" | "dl" | "ext"
    ) || [
        "url", "uri", "link", "dest", "target", "redir", "next", "continue", "return", "goto",
        "href", "forward", "location", "site", "domain", "jump", "away", "exit", "deeplink",
        "relay", "callback",
    ]
    .iter()
    .any(|word| name.contains(word))
}

fn decodings(text: &str) -> Vec<(Layer, String)> {
    let mut found = Vec::new();
    let mut offer = |layer, decoded: Option<String>| {
        if let Some(decoded) = decoded.filter(|decoded| decoded != text) {
            found.push((layer, decoded));
        }
    };
    if text.contains('%') {
        let decoded = percent_encoding::percent_decode_str(text)
            .decode_utf8()
            .ok();
        offer(Layer::Percent, decoded.map(std::borrow::Cow::into_owned));
    }
    if text.starts_with(['{', '[', '"']) {
        for value in json_strings(text) {
            offer(Layer::Json, Some(value));
        }
    }
    let is_hex = text.len() >= 16
        && text.len().is_multiple_of(2)
        && text.bytes().all(|b| b.is_ascii_hexdigit());
    if is_hex {
        offer(Layer::Hex, hex(text));
    } else if text.len() >= 12 && text.bytes().all(is_base64_byte) {
        offer(Layer::Base64, base64(text));
        // A reversed base64 text is found by its alphabet, too.
        let reversed: String = text.chars().rev().collect();
        if base64(&reversed).is_some_and(|decoded| starts_as_address(&decoded)) {
            offer(Layer::Reversed, Some(reversed));
        }
    }
    let lower = text.to_ascii_lowercase();
    if lower.ends_with("//:ptth") || lower.ends_with("//:sptth") {
        offer(Layer::Reversed, Some(text.chars().rev().collect()));
    }
    if lower.starts_with("uggc://")
        || lower.starts_with("uggcf://")
        || lower.starts_with("uggc%3")
        || lower.starts_with("uggcf%3")
    {
        offer(Layer::Rot13, Some(rot13(text)));
    }
    found
}

fn is_base64_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'=' | b' ')
}

fn base64(text: &str) -> Option<String> {
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    // A plus that a query turned into a space is a plus again.
    let text = text.replace(' ', "+");
    let text = text.trim_end_matches('=');
    let alphabet = if text.contains(['-', '_']) {
        URL_SAFE
    } else {
        STANDARD
    };
    let bytes = GeneralPurpose::new(&alphabet, config).decode(text).ok()?;
    printable(bytes)
}

fn hex(text: &str) -> Option<String> {
    let bytes: Option<Vec<u8>> = (0..text.len() / 2)
        .map(|at| u8::from_str_radix(text.get(at * 2..at * 2 + 2)?, 16).ok())
        .collect();
    printable(bytes?)
}

fn printable(bytes: Vec<u8>) -> Option<String> {
    let text = String::from_utf8(bytes).ok()?;
    let text = text.trim_matches(['\0', '\n', '\r', ' ']).to_owned();
    (text.len() >= 4 && !text.chars().any(char::is_control)).then_some(text)
}

/// ROT13 of the letters, as text.
fn rot13(text: &str) -> String {
    let turn = |c: char, base: u8| char::from((c as u8 - base + 13) % 26 + base);
    text.chars()
        .map(|c| match c {
            'a'..='z' => turn(c, b'a'),
            'A'..='Z' => turn(c, b'A'),
            _ => c,
        })
        .collect()
}

/// The strings in a JSON text, at most 32.
fn json_strings(text: &str) -> Vec<String> {
    let Ok(value) = serde_json::from_str::<serde_json::Value>(text) else {
        return Vec::new();
    };
    let mut waiting = vec![&value];
    let mut strings = Vec::new();
    while let Some(value) = waiting.pop().filter(|_| strings.len() < 32) {
        match value {
            serde_json::Value::String(text) => strings.push(text.clone()),
            serde_json::Value::Array(all) => waiting.extend(all.iter()),
            serde_json::Value::Object(all) => waiting.extend(all.values()),
            _ => {}
        }
    }
    strings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(outer: &str) -> (String, Vec<Layer>) {
        let (plain, fragment) = match outer.split_once('#') {
            Some((plain, fragment)) => (plain, Some(fragment)),
            None => (outer, None),
        };
        let found = nested(&PageUrl::parse(plain).unwrap(), fragment);
        assert_eq!(found.len(), 1, "{outer}: {found:?}");
        (found[0].target.to_string(), found[0].layers.clone())
    }

    #[test]
    fn every_layer_comes_off() {
        use Layer::{
            Base64, Fragment, Hex, Json, Path, Percent, Query, Reversed, Rot13, Schemeless,
        };
        let end = "https://x.example.com/p";
        for (outer, layers) in [
            (
                "https://a.com/r?url=https%3A%2F%2Fx.example.com%2Fp",
                vec![Query],
            ),
            (
                "https://a.com/r?k=https%253A%252F%252Fx.example.com%252Fp",
                vec![Query, Percent],
            ),
            (
                "https://a.com/r?k=aHR0cHM6Ly94LmV4YW1wbGUuY29tL3A%3D",
                vec![Query, Base64],
            ),
            (
                "https://a.com/r/aHR0cHM6Ly94LmV4YW1wbGUuY29tL3A",
                vec![Path, Base64],
            ),
            (
                "https://a.com/r?k=68747470733a2f2f782e6578616d706c652e636f6d2f70",
                vec![Query, Hex],
            ),
            (
                "https://a.com/r?k=p/moc.elpmaxe.x//:sptth",
                vec![Query, Reversed],
            ),
            (
                "https://a.com/r?k=uggcf://k.rknzcyr.pbz/c",
                vec![Query, Rot13],
            ),
            (
                "https://a.com/r?k={%22u%22:%22https://x.example.com/p%22}",
                vec![Query, Json],
            ),
            (
                "https://a.com/r?url=//x.example.com/p",
                vec![Query, Schemeless],
            ),
            (
                "https://a.com/r?url=x.example.com/p",
                vec![Query, Schemeless],
            ),
            ("https://a.com/away/https://x.example.com/p", vec![Path]),
            ("https://a.com/r#https://x.example.com/p", vec![Fragment]),
            ("https://a.com/?https://x.example.com/p", vec![Query]),
        ] {
            assert_eq!(only(outer), (end.to_owned(), layers), "{outer}");
        }
    }

    #[test]
    fn addresses_in_addresses_in_addresses_are_all_found() {
        let found = nested(
            &PageUrl::parse(
                "https://a.com/?u=https%3A%2F%2Fb.com%2F%3Fu%3Dhttps%253A%252F%252Fc.com%252F",
            )
            .unwrap(),
            None,
        );
        let targets: Vec<_> = found.iter().map(|n| n.target.to_string()).collect();
        assert_eq!(
            targets,
            ["https://b.com/?u=https%3A%2F%2Fc.com%2F", "https://c.com/"]
        );
        assert_eq!(found[1].layers, [Layer::Query, Layer::Query]);
    }

    #[test]
    fn ordinary_parameters_hold_no_address() {
        for outer in [
            "https://a.com/?q=readme.md&page=2",
            "https://a.com/?id=deadbeefdeadbeef&s=YWJjZGVmZ2hpamts",
            "https://a.com/search?q=blue+shoes",
            "https://a.com/p/some-long-product-name-12345",
            "https://a.com/?v=1.2.3&f=photo.jpg",
        ] {
            assert_eq!(nested(&PageUrl::parse(outer).unwrap(), None), [], "{outer}");
        }
    }
}
