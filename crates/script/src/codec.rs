//! Encodings that browsers provide functions for.

use base64::Engine;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use base64::engine::{DecodePaddingMode, general_purpose};

/// Tolerant of missing padding and of bits behind the end, as `atob` is of the first.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// What the function of this name makes of a text; `None` where it throws.
pub(crate) fn decode(name: &str, text: &str) -> Option<String> {
    match name {
        "atob" => {
            let compact: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
            let bytes = BASE64.decode(compact).ok()?;
            Some(bytes.iter().map(|&byte| char::from(byte)).collect())
        }
        "btoa" => {
            let bytes: Option<Vec<u8>> = text
                .chars()
                .map(|c| u8::try_from(u32::from(c)).ok())
                .collect();
            Some(general_purpose::STANDARD.encode(bytes?))
        }
        "unescape" => Some(unescape(text)),
        "escape" => Some(escape(text)),
        "decodeURIComponent" | "decodeURI" => percent_encoding::percent_decode_str(text)
            .decode_utf8()
            .ok()
            .map(std::borrow::Cow::into_owned),
        "encodeURIComponent" => Some(encode(text, b"-_.!~*'()")),
        "encodeURI" => Some(encode(text, b"-_.!~*'();/?:@&=+$,#")),
        _ => None,
    }
}

fn encode(text: &str, kept: &[u8]) -> String {
    let mut encoded = String::with_capacity(text.len());
    for &byte in text.as_bytes() {
        if byte.is_ascii_alphanumeric() || kept.contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for unit in text.encode_utf16() {
        match u8::try_from(unit) {
            Ok(byte) if byte.is_ascii_alphanumeric() || b"@*_+-./".contains(&byte) => {
                escaped.push(char::from(byte));
            }
            Ok(byte) => escaped.push_str(&format!("%{byte:02X}")),
            Err(_) => escaped.push_str(&format!("%u{unit:04X}")),
        }
    }
    escaped
}

fn unescape(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut units: Vec<u16> = Vec::with_capacity(text.len());
    let hex = |from: usize, length: usize| {
        let digits = text.get(from..from + length)?;
        u16::from_str_radix(digits, 16).ok()
    };
    let mut at = 0;
    while at < bytes.len() {
        let wide = bytes[at] == b'%' && bytes.get(at + 1) == Some(&b'u');
        if wide && let Some(unit) = hex(at + 2, 4) {
            units.push(unit);
            at += 6;
            continue;
        }
        if bytes[at] == b'%'
            && let Some(unit) = hex(at + 1, 2)
        {
            units.push(unit);
            at += 3;
            continue;
        }
        let c = text
            .get(at..)
            .and_then(|rest| rest.chars().next())
            .unwrap_or(' ');
        let mut buffer = [0; 2];
        units.extend_from_slice(c.encode_utf16(&mut buffer));
        at += c.len_utf8();
    }
    String::from_utf16_lossy(&units)
}

/// What `parseInt` gives.
pub(crate) fn leading_integer(text: &str, radix: u32) -> f64 {
    let text = text.trim();
    let (negative, mut digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut radix = if radix == 0 { 10 } else { radix };
    if let Some(hex) = digits
        .strip_prefix("0x")
        .or_else(|| digits.strip_prefix("0X"))
    {
        digits = hex;
        radix = 16;
    }
    if !(2..=36).contains(&radix) {
        return f64::NAN;
    }
    let mut value = f64::NAN;
    for digit in digits.chars().map_while(|c| c.to_digit(radix)) {
        let before = if value.is_nan() { 0.0 } else { value };
        value = before * f64::from(radix) + f64::from(digit);
    }
    if negative { -value } else { value }
}

/// What `parseFloat` gives.
pub(crate) fn leading_float(text: &str) -> f64 {
    let text = text.trim();
    let end = text
        .char_indices()
        .find(|(at, c)| !(c.is_ascii_digit() || *c == '.' || (*at == 0 && matches!(c, '-' | '+'))))
        .map_or(text.len(), |(at, _)| at);
    text[..end].parse().unwrap_or(f64::NAN)
}

/// A number in a radix other than ten; fractions to twenty digits.
pub(crate) fn in_radix(number: f64, radix: u32) -> String {
    if !number.is_finite() {
        return crate::value::written(number);
    }
    let mut whole = number.abs().trunc();
    let mut digits = Vec::new();
    while whole >= 1.0 && digits.len() < 80 {
        let digit = whole % f64::from(radix);
        digits.push(char::from_digit(digit as u32, radix).unwrap_or('0'));
        whole = (whole / f64::from(radix)).trunc();
    }
    if digits.is_empty() {
        digits.push('0');
    }
    if number < 0.0 {
        digits.push('-');
    }
    let mut text: String = digits.into_iter().rev().collect();
    let mut rest = number.abs().fract();
    if rest > 0.0 {
        text.push('.');
        for _ in 0..20 {
            rest *= f64::from(radix);
            text.push(char::from_digit(rest.trunc() as u32, radix).unwrap_or('0'));
            rest = rest.fract();
            if rest <= 0.0 {
                break;
            }
        }
    }
    text
}

/// A text as it stands in markup.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;")
}
