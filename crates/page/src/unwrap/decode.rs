//! One layer taken off a text: what it may be the encoding of.
//!
//! Each decoder is bounded by the text's own bound, apart from decompression, which stops at
//! [`MAX_INFLATED`]. A decoded text goes on only when it is printable.

use std::io::Read;

use base64::Engine;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use model::Layer;

/// Bytes that are taken from a compressed text.
const MAX_INFLATED: u64 = 16 * 1024;

/// Names of JSON members and claims that identify, and lead nowhere (RFC 7519, JSON Schema).
const IDENTIFIERS: [&str; 14] = [
    "iss", "aud", "azp", "sub", "jku", "x5u", "kid", "scope", "$schema", "@context", "schema",
    "xmlns", "ns", "realm",
];

/// Every text that `text` may be an encoding of, with the layers that were taken off.
/// `named` says that the place asks for an address, so that weaker signs are tried.
pub(crate) fn decodings(text: &str, named: bool) -> Vec<(Vec<Layer>, String)> {
    let mut found = Vec::new();
    let mut offer = |layers: &[Layer], decoded: Option<String>| {
        if let Some(decoded) = decoded.filter(|decoded| decoded != text) {
            found.push((layers.to_vec(), decoded));
        }
    };
    if text.contains('%') {
        let decoded = percent_encoding::percent_decode_str(text).decode_utf8();
        offer(
            &[Layer::Percent],
            decoded.ok().map(|text| text.into_owned()),
        );
    }
    if text.starts_with(['{', '[', '"']) {
        for value in json_strings(text) {
            offer(&[Layer::Json], Some(value));
        }
    }
    if text.starts_with("eyJ") && text.matches('.').count() == 2 {
        let claims = text.split('.').nth(1).and_then(base64_bytes);
        let claims = claims.and_then(|bytes| String::from_utf8(bytes).ok());
        for value in claims.iter().flat_map(|claims| json_strings(claims)) {
            offer(&[Layer::Jwt], Some(value));
        }
    } else if is_hex(text) {
        offer(&[Layer::Hex], hex(text).and_then(printable));
    } else if text.len() >= 12 && text.bytes().all(is_base64_byte) {
        base64_layers(text, named, &mut offer);
    } else if let Some((prefix, rest)) = behind_prefix(text) {
        // A prefix or a suffix of other characters: `v1:aHR0c…`, `aHR0c….sig`.
        if !prefix.is_empty() || rest.len() < text.len() {
            offer(&[Layer::Prefix], Some(rest.to_owned()));
        }
    }
    turned(text, &mut offer);
    found
}

/// Base64 and base32 by what the text decodes to; reversed as well.
fn base64_layers(text: &str, named: bool, offer: &mut dyn FnMut(&[Layer], Option<String>)) {
    let bytes = base64_bytes(text);
    let whole = bytes.clone().and_then(printable);
    let is_printable = whole.is_some();
    offer(&[Layer::Base64], whole);
    if let Some(bytes) = bytes {
        let inflated = inflate(&bytes, named && !is_printable && bytes.len() >= 24);
        offer(
            &[Layer::Base64, Layer::Deflate],
            inflated.and_then(printable),
        );
    }
    let upper = text.get(..6).unwrap_or_default().to_ascii_uppercase();
    if upper == "NB2HI4" {
        offer(&[Layer::Base32], base32(text).and_then(printable));
    }
    if !is_printable {
        let reversed: String = text.chars().rev().collect();
        let decoded = base64_bytes(&reversed).and_then(printable);
        if decoded.is_some_and(|decoded| decoded.get(..4).is_some_and(is_http)) {
            offer(&[Layer::Reversed], Some(reversed));
        }
        if let Some((_, rest)) = behind_prefix(text).filter(|(prefix, _)| !prefix.is_empty()) {
            offer(&[Layer::Prefix], Some(rest.to_owned()));
        }
    }
}

fn is_http(text: &str) -> bool {
    text.eq_ignore_ascii_case("http")
}

/// Reversed text and ROT13, and both.
fn turned(text: &str, offer: &mut dyn FnMut(&[Layer], Option<String>)) {
    let Some(head) = text.as_bytes().first() else {
        return;
    };
    let ends = |end: &str| {
        text.len() >= end.len()
            && text.as_bytes()[text.len() - end.len()..].eq_ignore_ascii_case(end.as_bytes())
    };
    if [
        "//:ptth", "//:sptth", "a3%ptth", "a3%sptth", "//:cggu", "//:fcggu",
    ]
    .iter()
    .any(|end| ends(end))
        || (ends("f2%f2%a3%sptth") || ends("f2%f2%a3%ptth"))
    {
        offer(&[Layer::Reversed], Some(text.chars().rev().collect()));
    }
    if matches!(head, b'u' | b'U') {
        let start = text.get(..8).unwrap_or(text).to_ascii_lowercase();
        if start.starts_with("uggc:") || start.starts_with("uggcf") || start.starts_with("uggc%") {
            offer(&[Layer::Rot13], Some(rot13(text)));
        }
    }
}

/// The part of a text from the first sign of an encoded address on, up to the first character that
/// no encoding has; with what stands before it.
fn behind_prefix(text: &str) -> Option<(&str, &str)> {
    let start = ["aHR0c", "SFRUUD", "NB2HI4", "68747470", "H4sI", "eyJ"]
        .iter()
        .filter_map(|sign| text.find(sign))
        .min()?;
    let (prefix, rest) = text.split_at_checked(start)?;
    let end = rest
        .bytes()
        .position(|byte| !is_base64_byte(byte) || byte == b' ')
        .unwrap_or(rest.len());
    (prefix.len() <= 64).then_some((prefix, &rest[..end]))
}

fn is_hex(text: &str) -> bool {
    text.len() >= 16 && text.len().is_multiple_of(2) && text.bytes().all(|b| b.is_ascii_hexdigit())
}

pub(super) fn is_base64_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'=' | b' ')
}

fn base64_bytes(text: &str) -> Option<Vec<u8>> {
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
    GeneralPurpose::new(&alphabet, config).decode(text).ok()
}

fn hex(text: &str) -> Option<Vec<u8>> {
    (0..text.len() / 2)
        .map(|at| u8::from_str_radix(text.get(at * 2..at * 2 + 2)?, 16).ok())
        .collect()
}

/// Base32 (RFC 4648), either case, with or without padding.
fn base32(text: &str) -> Option<Vec<u8>> {
    let mut bits = 0_u32;
    let mut count = 0;
    let mut bytes = Vec::with_capacity(text.len() * 5 / 8);
    for byte in text.trim_end_matches('=').bytes() {
        let value = match byte.to_ascii_uppercase() {
            letter @ b'A'..=b'Z' => letter - b'A',
            digit @ b'2'..=b'7' => digit - b'2' + 26,
            _ => return None,
        };
        bits = (bits << 5 | u32::from(value)) & 0xFFFF;
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xFF) as u8);
        }
    }
    Some(bytes)
}

/// What gzip or zlib compressed, by their first bytes; raw deflate when `raw` says to try. At most
/// [`MAX_INFLATED`] bytes.
fn inflate(bytes: &[u8], raw: bool) -> Option<Vec<u8>> {
    let mut text = Vec::new();
    let read = match bytes {
        [0x1F, 0x8B, ..] => flate2::read::GzDecoder::new(bytes)
            .take(MAX_INFLATED)
            .read_to_end(&mut text),
        [0x78, 0x01 | 0x5E | 0x9C | 0xDA, ..] => flate2::read::ZlibDecoder::new(bytes)
            .take(MAX_INFLATED)
            .read_to_end(&mut text),
        _ if raw => flate2::read::DeflateDecoder::new(bytes)
            .take(MAX_INFLATED)
            .read_to_end(&mut text),
        _ => return None,
    };
    read.is_ok().then_some(text)
}

fn printable(bytes: Vec<u8>) -> Option<String> {
    let text = String::from_utf8(bytes).ok()?;
    let text = text.trim_matches(['\0', '\n', '\r', ' ']);
    (text.len() >= 4 && !text.chars().any(char::is_control)).then(|| text.to_owned())
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

/// The strings in a JSON text that may lead somewhere, at most 32. serde_json itself bounds the
/// depth.
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
            serde_json::Value::Object(all) => waiting.extend(
                all.iter()
                    .filter(|(name, _)| !IDENTIFIERS.contains(&name.as_str()))
                    .map(|(_, value)| value),
            ),
            _ => {}
        }
    }
    strings
}
