//! Values in addresses that say where to go next: `login?next=/item/5`, `share?url=https%3A%2F%2F…`.

use base64::Engine;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use percent_encoding::percent_decode_str;

use crate::PageUrl;
use crate::part::is_token;

/// Encodings within each other that are taken off.
const LAYERS: usize = 4;
/// Bytes of a value that is looked at; addresses that are asked are not longer.
const LONGEST: usize = 4_096;
/// Characters of the shortest text in base64, and digits of the shortest in hexadecimal.
const SHORTEST_CODED: usize = 8;
/// Characters of the shortest run with capital and small letters and digits that is no word.
const SHORTEST_MIXED: usize = 8;
/// Endings of file names that are pages.
const PAGES: [&str; 9] = [
    "html", "htm", "xhtml", "php", "asp", "aspx", "jsp", "do", "cgi",
];

/// Whether the value of a part of an address is itself an address, or a path of a site, as it stands or
/// behind up to four layers of percent-encoding, base64 or hexadecimal digits. Such a value says where its
/// page leads on to, and not who visits it.
///
/// A path is `/item/5`, `../cart`, `?page=2`, `item/5`, `cart.php` or `shop.example/item`, of segments that are
/// no random runs of letters and digits: a session id in base64 may have slashes, too. So a path that is
/// nothing but one such run (`/9f86d081884c7d65`) is not told from a session id, and counts as none. Linear.
#[must_use]
pub fn names_destination(value: &str) -> bool {
    if value.len() > LONGEST {
        return false;
    }
    let mut text = value.to_owned();
    let mut was_coded = false;
    for _ in 0..=LAYERS {
        // What a decoder makes of noise may look like a path within the site, and like no other form.
        if is_address(&text) || is_rooted(&text) || (!was_coded && is_relative(&text)) {
            return true;
        }
        if let Some(decoded) = unescaped(&text) {
            text = decoded;
        } else if let Some(decoded) = uncoded(&text) {
            (text, was_coded) = (decoded, true);
        } else {
            return false;
        }
    }
    false
}

/// `https://a.test/…` and `//a.test/…`.
fn is_address(text: &str) -> bool {
    let head = text.get(..8).unwrap_or(text).to_ascii_lowercase();
    if head.starts_with("http://") || head.starts_with("https://") {
        return PageUrl::parse(text).is_ok();
    }
    text.strip_prefix("//").is_some_and(names_host)
}

/// `/item/5`, `../cart`, `?page=2`.
fn is_rooted(text: &str) -> bool {
    if let Some(query) = text.strip_prefix('?') {
        return query.contains('=') && is_plain(text);
    }
    let rest = ["/", "./", "../"]
        .iter()
        .find_map(|start| text.strip_prefix(start));
    let Some(rest) = rest.filter(|_| is_plain(text)) else {
        return false;
    };
    let mut segments = segments(rest).peekable();
    segments.peek().is_none() || segments.any(|segment| !is_random(segment))
}

/// `item/5`, `cart.php` and `shop.example/item`.
fn is_relative(text: &str) -> bool {
    if !is_plain(text) || segments(text).any(is_random) {
        return false;
    }
    let path = path_of(text);
    let Some((first, _)) = path.split_once('/') else {
        let ending = path.rsplit_once('.');
        return ending.is_some_and(|(name, ending)| !name.is_empty() && PAGES.contains(&ending));
    };
    is_word(first) || names_host(text)
}

/// Whether a text begins with the name of a host that has a dot.
fn names_host(text: &str) -> bool {
    let host = path_of(text).split('/').next().unwrap_or_default();
    let host = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let is_label = |label: &str| {
        !label.is_empty()
            && !is_random(label)
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    let top = host.rsplit_once('.').map(|(_, top)| top);
    host.split('.').all(is_label)
        && top.is_some_and(|top| top.len() >= 2 && top.chars().all(char::is_alphabetic))
}

fn path_of(text: &str) -> &str {
    text.split(['?', '#']).next().unwrap_or_default()
}

fn segments(text: &str) -> impl Iterator<Item = &str> {
    path_of(text)
        .split('/')
        .filter(|segment| !segment.is_empty())
}

/// Whether a text has no character that stands in no address as it is written by hand.
fn is_plain(text: &str) -> bool {
    let is_odd = |c: char| c.is_control() || c.is_whitespace() || "<>\"{}|\\^`".contains(c);
    !path_of(text).contains(['=', '+']) && !text.contains(is_odd)
}

/// Two letters or more, all of them small but for the first.
fn is_word(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(char::is_alphabetic)
        && text.chars().count() >= 2
        && letters.all(|c| c.is_alphabetic() && !c.is_uppercase() || matches!(c, '-' | '_'))
}

/// Whether a segment is a run of letters and digits as no word is.
fn is_random(segment: &str) -> bool {
    let is_run = |run: &str| {
        let has = |is: fn(&char) -> bool| run.chars().any(|c| is(&c));
        let is_mixed = run.len() >= SHORTEST_MIXED
            && has(char::is_ascii_uppercase)
            && has(char::is_ascii_lowercase)
            && has(char::is_ascii_digit);
        is_mixed || (has(char::is_ascii_alphabetic) && is_token(run.as_bytes()))
    };
    segment
        .split(|c: char| !c.is_ascii_alphanumeric())
        .any(is_run)
}

fn unescaped(text: &str) -> Option<String> {
    if !text.contains('%') {
        return None;
    }
    let decoded = percent_decode_str(text).decode_utf8().ok()?;
    (decoded != text).then(|| decoded.into_owned())
}

/// What stands in hexadecimal digits or in base64, if it is text.
fn uncoded(text: &str) -> Option<String> {
    if text.len() < SHORTEST_CODED {
        return None;
    }
    let bytes = match hexadecimal(text) {
        Some(bytes) => bytes,
        None => base64(text)?,
    };
    let text = String::from_utf8(bytes).ok()?;
    (!text.chars().any(char::is_control)).then_some(text)
}

fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    let byte = |[high, low]: &[u8; 2]| u8::try_from(digit(*high)? * 16 + digit(*low)?).ok();
    pairs.iter().map(byte).collect()
}

fn base64(text: &str) -> Option<Vec<u8>> {
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let alphabet = match text.contains(['-', '_']) {
        true => URL_SAFE,
        false => STANDARD,
    };
    GeneralPurpose::new(&alphabet, config)
        .decode(text.trim_end_matches('='))
        .ok()
}

#[cfg(test)]
mod tests {
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_and_paths_name_a_destination_however_they_are_written() {
        for value in [
            "/",
            "/item/17",
            "%2Fde%2Fp%2F225",
            "%252Fde%252Fp%252F225",
            "/cart?step=2#pay",
            "../cart",
            "?page=2",
            "item/5",
            "cart.php",
            "//other.test/x",
            "other.test/x",
            "http://shop.test/de/p/1061",
            "HTTPS%3A%2F%2Fshop.test",
            "http://127.0.0.1:8080/9f86d081",
            "/item/9f86d081884c7d65",
            "/größe/rot",
            // `/item/17` and an address, in base64 and in hexadecimal digits.
            "L2l0ZW0vMTc",
            "aHR0cHM6Ly9zaG9wLnRlc3Qv",
            "aHR0cHM6Ly9zaG9wLnRlc3Qv%3D",
            "2f6974656d2f3137",
        ] {
            assert!(names_destination(value), "{value}");
        }
    }

    #[test]
    fn what_tells_visits_apart_names_none() {
        for value in [
            "",
            "t00001",
            "9f86d081884c7d659a2feaa0c55ad015",
            "f47ac10b-58cc-4372-a567-0e02b2c3d479",
            "1732300000123",
            "kJ3dX9aQwT5xZ1",
            "/9aF3kd02QxT5xZ1==",
            "kJ3/dX9a+Qw==",
            "/9f86d081884c7d65",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjMifQ.c2lnbmF0dXJl",
            "mailto:x@a.test",
            "a & b",
            "50%",
        ] {
            assert!(!names_destination(value), "{value}");
        }
    }

    proptest! {
        #[test]
        fn a_path_of_words_and_numbers_names_a_destination_behind_any_layers(
            path in "/[a-z]{5,9}(/[a-z]{1,9}(/[0-9]{1,6})?){0,3}", layers in prop::collection::vec(0..3, 0..3_usize),
        ) {
            let value = layers.iter().fold(path, |text, layer| match layer {
                0 => utf8_percent_encode(&text, NON_ALPHANUMERIC).to_string(),
                1 => base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&text),
                _ => text.bytes().map(|byte| format!("{byte:02x}")).collect(),
            });
            prop_assert!(names_destination(&value), "{value}");
        }

        #[test]
        fn runs_of_letters_and_digits_name_none(value in "[0-9a-f]{16,64}|[0-9A-Za-z]{8,40}[0-9]") {
            // Such a run may be a path in base64 by chance; none that short is.
            let decoded = uncoded(&value).unwrap_or_default();
            prop_assume!(!decoded.starts_with(['/', '.', '?', 'h', 'H', '%']));
            prop_assert!(!names_destination(&value), "{value}");
        }

        #[test]
        fn an_escaped_value_names_what_the_bare_one_names(value in "[a-zA-Z/+=?.0-9é\\\\#]{0,40}") {
            let escaped = utf8_percent_encode(&value, NON_ALPHANUMERIC).to_string();
            prop_assert_eq!(names_destination(&escaped), names_destination(&value), "{}", value);
        }
    }
}
