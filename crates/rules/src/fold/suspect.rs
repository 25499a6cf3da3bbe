//! Quick looks at a text and its words: whether anything in them may be a disguise.

use super::disguised_letters::{Code, is_picture, leet};
use super::is_unspaced;

/// A quick look at a token: whether letters are in it, and something that letters do not need.
pub(super) fn is_suspect(token: &str) -> bool {
    let bytes = token.as_bytes();
    let letters = bytes.iter().filter(|&&byte| is_letter(byte)).count();
    if token.len() < 4 || letters < 2 {
        return false;
    }
    let core = token.trim_matches(|value: char| value.is_ascii_punctuation() && !is_inner(value));
    core.bytes().any(|byte| !is_letter(byte))
        || core.contains(['–', '—', '…', '€', '¢', '£', '¥', '¡'])
        || says_again(core)
        || looks_otherwise(core)
        || (!core.is_ascii() && core.chars().any(is_odd_in_latin))
}

/// Whether a capital I stands behind a small letter, or two V in a row.
fn looks_otherwise(text: &str) -> bool {
    let mut pairs = text.as_bytes().windows(2);
    pairs.any(|two| {
        (two[0].is_ascii_lowercase() && two[1] == b'I') || two.eq_ignore_ascii_case(b"vv")
    })
}

/// Whether a letter stands three times in a row.
fn says_again(text: &str) -> bool {
    let mut triples = text.as_bytes().windows(3);
    triples.any(|it| it[0].is_ascii_alphabetic() && it[0] == it[1] && it[1] == it[2])
}

/// A quick look at a text: most need no second form. False only when there is nothing to undo.
pub(super) fn may_be_disguised(text: &str) -> bool {
    let mut last = [b' '; 4];
    for byte in text.bytes() {
        let [.., third, second, first] = last;
        if is_letter(byte) {
            let parted = is_letter(second) && is_sign(first);
            let apart = first == b' ' && is_letter(second) && third == b' ' && is_letter(last[0]);
            let again = byte == first && (byte == second || byte | 0x20 == b'v');
            let again = again || (byte == b'I' && first.is_ascii_lowercase());
            if parted || apart || again || is_letter_sign(first) {
                return true;
            }
        } else if is_letter_sign(byte) && is_letter(first) {
            return true;
        }
        last = [third, second, first, byte];
    }
    !text.is_ascii() && text.chars().any(is_odd_in_latin)
}

/// A letter, or a part of one.
const fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte >= 0x80
}

/// A sign that may part letters.
const fn is_sign(byte: u8) -> bool {
    byte.is_ascii() && !byte.is_ascii_alphabetic() && !byte.is_ascii_whitespace()
}

/// A sign or a digit that may stand for a letter beside another. An exclamation mark does only
/// between two, where it parts them.
const fn is_letter_sign(byte: u8) -> bool {
    byte != b'!' && byte.is_ascii() && leet(byte as char, Code::of('i')).is_some()
}

/// Whether a character is one that Latin and unspaced scripts have no use for within words:
/// letters of other scripts, and signs that may stand between letters.
fn is_odd_in_latin(value: char) -> bool {
    match value {
        '\0'..='\u{b6}' | '\u{b8}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => false,
        '·' | '•' | '‐' | '‑' | '€' => true,
        _ => is_picture(value) || (!is_unspaced(value) && value.is_alphabetic()),
    }
}

/// Whether a sign at the end of a token may be part of a disguised word.
pub(super) const fn is_inner(value: char) -> bool {
    value.is_ascii_alphanumeric()
        || matches!(value, '@' | '$' | '€' | '¢' | '£' | '¥')
        || is_inner_letter(value)
}

/// Letters beyond ASCII; signs and pictures are none.
const fn is_inner_letter(value: char) -> bool {
    !value.is_ascii()
        && !is_picture(value)
        && !matches!(value, '\u{80}'..='\u{bf}' | '\u{2000}'..='\u{206f}')
}
