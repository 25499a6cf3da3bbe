//! What had to be undone to read a word: kept with the evidence, a signal of evasion.

use model::Normalization;
use unicode_normalization::UnicodeNormalization;

use super::disguised_letters::{Code, is_picture, is_separator, leet, look_alike};
use super::{is_invisible, is_unspaced};

/// What had to be undone of one character of a word.
pub(super) fn undone(value: char, disguised: bool) -> Option<Normalization> {
    match value {
        '\u{ad}' => Some(Normalization::SoftHyphens),
        _ if is_invisible(value) => Some(Normalization::Invisible),
        _ if disguised && leet(value, Code::of('i')).is_some() => Some(Normalization::Leetspeak),
        _ if disguised && (is_separator(value) || is_picture(value)) => {
            Some(Normalization::Separators)
        }
        _ if disguised && value.is_ascii_punctuation() => Some(Normalization::Separators),
        _ if value.is_ascii() || is_unspaced(value) => None,
        _ if !std::iter::once(value)
            .nfc()
            .eq(std::iter::once(value).nfkc()) =>
        {
            Some(Normalization::Compatibility)
        }
        _ if disguised && look_alike(value).is_some() => Some(Normalization::LookAlikes),
        _ => None,
    }
}

/// Whether letters stand one by one, with spaces between.
pub(super) fn single_spaced(words: &str) -> bool {
    let mut parts = words.split_whitespace();
    words.contains(char::is_whitespace) && parts.all(|part| part.chars().count() == 1)
}

/// Whether signs stand between characters of an unspaced script.
pub(super) fn is_set_apart(words: &str) -> bool {
    let mut last = [' '; 2];
    words.chars().any(|value| {
        let [first, sign] = last;
        last = [sign, value];
        is_unspaced(first) && !is_unspaced(sign) && !sign.is_alphanumeric() && is_unspaced(value)
    })
}
