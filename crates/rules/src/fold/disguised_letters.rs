//! What the signs inside a disguised word stand for.

use unicode_normalization::UnicodeNormalization;
use unicode_security::confusable_detection::skeleton;

use super::Sign;

/// The letter that a digit or sign stands for in leetspeak; `one` is that of the digit 1, which
/// stands for two.
pub(super) const fn leet(value: char, one: char) -> Option<char> {
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

/// Whether a sign between letters may be there to part them.
pub(super) const fn is_separator(value: char) -> bool {
    matches!(
        value,
        '.' | '-' | '_' | '*' | '·' | '|' | '~' | '\'' | '+' | '•' | '‐' | '‑' | '/'
    )
}

/// Whether a character is a picture or an arrow, which no word has inside.
pub(super) const fn is_picture(value: char) -> bool {
    matches!(value, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
}

/// The Latin letter that a letter of another script looks like, by the confusables of Unicode
/// Technical Standard 39, and by a few that it keeps apart.
pub(super) fn look_alike(value: char) -> Option<char> {
    // Latin letters with marks are themselves.
    if matches!(value, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}') {
        return None;
    }
    let is_small = match value {
        'к' | 'κ' => return Some('k'),
        'т' | 'τ' => return Some('t'),
        'м' => return Some('m'),
        'в' | 'β' => return Some('b'),
        _ => value.is_lowercase(),
    };
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
    // A capital that is a mere stroke is an I in a word; the standard calls it a small L.
    let first = if first == 'l' && !is_small {
        'i'
    } else {
        first
    };
    shape.next().is_none().then_some(first)
}

/// Every way to put vowels for one or two stars inside a word ("v*pe").
pub(super) fn with_vowels(core: &[Sign]) -> impl Iterator<Item = Vec<Sign>> + '_ {
    const VOWELS: [char; 6] = ['a', 'e', 'i', 'o', 'u', 'y'];
    let is_starred = |sign: &Sign| sign.value == '*';
    let stars = core.iter().filter(|sign| is_starred(sign)).count();
    let plain = core
        .iter()
        .all(|sign| sign.value.is_ascii_alphabetic() || is_starred(sign));
    let ways = match stars {
        1 if plain => VOWELS.len(),
        2 if plain && core.len() > 4 => VOWELS.len() * VOWELS.len(),
        _ => 0,
    };
    (0..ways).map(move |way| {
        let mut vowels = [way % VOWELS.len(), way / VOWELS.len()].into_iter();
        let letter = |sign: &Sign| {
            let vowel = is_starred(sign).then(|| vowels.next()).flatten();
            Sign {
                value: vowel.map_or(sign.value, |at| VOWELS[at]),
                ..*sign
            }
        };
        core.iter().map(letter).collect()
    })
}

/// A word in which a letter stands three times and more in a row, with that letter once, and twice.
pub(super) fn collapsed(core: &[Sign]) -> impl Iterator<Item = Vec<Sign>> + '_ {
    let same = |one: &Sign, other: &Sign| {
        one.value.is_ascii_alphabetic() && one.value.eq_ignore_ascii_case(&other.value)
    };
    let runs: Vec<&[Sign]> = core.chunk_by(same).collect();
    let again = runs.iter().any(|run| run.len() >= 3);
    let keeps: &[usize] = if again { &[1, 2] } else { &[] };
    keeps.iter().map(move |&keep| {
        let kept = runs.iter().flat_map(|run| {
            let most = if run.len() >= 3 { keep } else { run.len() };
            &run[..most]
        });
        kept.copied().collect()
    })
}
