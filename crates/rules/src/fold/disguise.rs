//! Disguises undone: letters set apart, digits and signs for letters, letters of other scripts.

use unicode_normalization::UnicodeNormalization;
use unicode_security::confusable_detection::skeleton;

use super::{Fold, Ranges, Sign, is_invisible, is_unspaced, narrow, signs_of};

/// The letter that a digit or sign stands for in leetspeak; `one` is that of the digit 1, which
/// stands for two.
const fn leet(value: char, one: char) -> Option<char> {
    Some(match value {
        '0' => 'o',
        '1' => one,
        '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        _ => return None,
    })
}

/// Whether a digit or sign stands for a letter in leetspeak.
pub(super) const fn is_leet(value: char) -> bool {
    leet(value, 'i').is_some()
}

/// A quick look: most texts need no second form. False only when there is nothing to undo.
pub(super) fn may_be_disguised(text: &str) -> bool {
    let mut last = [b' '; 4];
    for byte in text.bytes() {
        let [.., third, second, first] = last;
        if is_letter(byte) {
            let parted = is_letter(second) && is_sign(first);
            let apart = first == b' ' && is_letter(second) && third == b' ' && is_letter(last[0]);
            if parted || apart || is_letter_sign(first) {
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
    byte != b'!' && byte.is_ascii() && is_leet(byte as char)
}

/// Whether a character is one that Latin and unspaced scripts have no use for within words:
/// letters of other scripts, and signs that may stand between letters.
fn is_odd_in_latin(value: char) -> bool {
    match value {
        '\0'..='\u{b6}' | '\u{b8}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => false,
        '·' | '•' | '‐' | '‑' => true,
        _ => !is_unspaced(value) && value.is_alphabetic(),
    }
}

/// The signs of `text` with disguises undone, and the original ranges where that changed
/// something; `None` when nothing that became a word of the lexicon changed.
pub(super) fn undisguise(
    text: &str,
    one: char,
    is_word: &dyn Fn(&str) -> bool,
) -> Option<(Vec<Sign>, Ranges)> {
    let tokens: Vec<(usize, &str)> = tokens_of(text).collect();
    let mut found: Vec<(usize, usize, Vec<Sign>)> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let run = single_letters(&tokens[at..]);
        if run >= 4 {
            let letters = tokens[at..at + run]
                .iter()
                .flat_map(|&token| signs_in(token));
            let plain: Vec<Sign> = letters.filter_map(|sign| letter_for(sign, one)).collect();
            keep_words(&mut found, (at, at + run), plain, is_word);
            at += run;
        } else {
            // A hyphen may part letters, or join two words of which one is disguised.
            for hyphen in [None, Some(' ')] {
                let before = found.len();
                if let Some(plain) = undisguised_token(tokens[at], one, hyphen) {
                    keep_words(&mut found, (at, at + 1), plain, is_word);
                }
                if found.len() > before || !tokens[at].1.contains('-') {
                    break;
                }
            }
            at += 1;
        }
    }
    (!found.is_empty()).then(|| rewritten(&tokens, found))
}

/// Keeps what was undone when it holds a word of the lexicon.
fn keep_words(
    found: &mut Vec<(usize, usize, Vec<Sign>)>,
    (from, to): (usize, usize),
    plain: Vec<Sign>,
    is_word: &dyn Fn(&str) -> bool,
) {
    let mut fold = Fold::into(String::with_capacity(plain.len()));
    fold.fold(plain.iter().copied());
    let mut words = fold.out.split([' ', '\n']);
    if words.any(|word| !word.is_empty() && is_word(word)) {
        found.push((from, to, plain));
    }
}

/// All tokens, with those that were undone in their place.
fn rewritten(
    tokens: &[(usize, &str)],
    found: Vec<(usize, usize, Vec<Sign>)>,
) -> (Vec<Sign>, Ranges) {
    let mut signs = Vec::new();
    let mut changed = Vec::new();
    let mut add = |of: &mut dyn Iterator<Item = Sign>| {
        signs.extend(of);
        if let Some(last) = signs.last() {
            let end: u32 = last.end;
            signs.push(Sign {
                value: ' ',
                start: end,
                end,
            });
        }
    };
    let mut at = 0;
    for (from, to, plain) in found {
        for &token in &tokens[at..from] {
            add(&mut signs_in(token));
        }
        add(&mut plain.into_iter());
        let (start, _) = tokens[from];
        let (last, word) = tokens[to - 1];
        changed.push((narrow(start), narrow(last + word.len())));
        at = to;
    }
    for &token in &tokens[at..] {
        add(&mut signs_in(token));
    }
    (signs, changed)
}

/// The words between white space, each with its first byte.
fn tokens_of(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    let parts = text.split_inclusive(char::is_whitespace).map(move |part| {
        let start = at;
        at += part.len();
        (start, part.trim_end())
    });
    parts.filter(|(_, token)| !token.is_empty())
}

/// The characters of a token that have a look.
fn signs_in((at, token): (usize, &str)) -> impl Iterator<Item = Sign> {
    let moved = signs_of(token).map(move |sign| Sign {
        value: sign.value,
        start: sign.start + narrow(at),
        end: sign.end + narrow(at),
    });
    moved.filter(|sign| !is_invisible(sign.value))
}

/// How many tokens at the beginning are one letter each.
fn single_letters(tokens: &[(usize, &str)]) -> usize {
    let is_single = |&&(_, token): &&(usize, &str)| {
        let mut seen = token.chars().filter(|&value| !is_invisible(value));
        let first = seen.next();
        first.is_some_and(|value| value.is_alphanumeric() && !is_unspaced(value))
            && seen.next().is_none()
    };
    tokens.iter().take_while(is_single).count()
}

/// Whether a sign between letters may be there to part them.
pub(super) const fn is_separator(value: char) -> bool {
    matches!(
        value,
        '.' | '-' | '_' | '*' | '·' | '|' | '~' | '\'' | '+' | '•' | '‐' | '‑' | '/'
    )
}

/// The Latin letter that a sign stands for inside a disguised word.
fn letter_for(sign: Sign, one: char) -> Option<Sign> {
    let value = match (leet(sign.value, one), sign.value) {
        (Some(letter), _) => letter,
        (None, separator) if is_separator(separator) => return None,
        (None, other) if other.is_ascii() || !other.is_alphabetic() || is_unspaced(other) => other,
        (None, other) => look_alike(other).unwrap_or(other),
    };
    Some(Sign { value, ..sign })
}

/// The Latin letter that a letter of another script looks like, by the confusables of Unicode
/// Technical Standard 39.
pub(super) fn look_alike(value: char) -> Option<char> {
    // Latin letters with marks are themselves.
    if matches!(value, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}') {
        return None;
    }
    if std::iter::once(value)
        .nfkd()
        .next()
        .is_some_and(|base| base.is_ascii())
    {
        return None;
    }
    let mut buffer = [0; 4];
    let mut shape = skeleton(value.encode_utf8(&mut buffer));
    let first = shape.next().filter(char::is_ascii_alphabetic)?;
    shape.next().is_none().then_some(first)
}

/// The token with its disguise undone, or `None` when it has none: all in letters, a number, or
/// signs at its ends only.
fn undisguised_token(token: (usize, &str), one: char, hyphen: Option<char>) -> Option<Vec<Sign>> {
    if token.1.len() < 4 || token.1.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return None;
    }
    let signs: Vec<Sign> = signs_in(token).collect();
    let letters = signs.iter().filter(|sign| sign.value.is_alphabetic());
    if letters.count() < 2 || signs.len() < 4 {
        return None;
    }
    let first = signs.iter().position(|sign| is_inner(sign.value))?;
    let last = signs.iter().rposition(|sign| is_inner(sign.value))?;
    let core = &signs[first..=last];
    let plain: Vec<Sign> = core
        .iter()
        .filter_map(|&sign| match hyphen {
            Some(value) if sign.value == '-' => Some(Sign { value, ..sign }),
            _ => letter_for(sign, one),
        })
        .collect();
    let differs = plain.len() != core.len()
        || plain
            .iter()
            .zip(core)
            .any(|(new, old)| new.value != old.value);
    differs.then(|| [&signs[..first], &plain, &signs[last + 1..]].concat())
}

/// Whether a sign at the end of a token may be part of a disguised word.
fn is_inner(value: char) -> bool {
    value.is_alphanumeric() || matches!(value, '@' | '$')
}
