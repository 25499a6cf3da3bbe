//! What the signs inside a disguised word stand for.

use unicode_normalization::UnicodeNormalization;
use unicode_security::confusable_detection::skeleton;

use super::Sign;

/// What digits and signs for letters are read by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Code {
    /// The letter of the digit 1, which stands for two.
    pub(super) one: char,
    /// Whether signs that rarely stand for letters do: most of them part letters as often.
    pub(super) rare: bool,
}

impl Code {
    pub(super) const fn of(one: char) -> Self {
        Self { one, rare: false }
    }
}

/// The letter that a digit or sign stands for in leetspeak.
pub(super) const fn leet(value: char, code: Code) -> Option<char> {
    Some(match value {
        '0' => 'o',
        '1' => code.one,
        '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        _ if code.rare => return rarely(value, code.one),
        _ => return None,
    })
}

/// The letter that a sign stands for now and then.
const fn rarely(value: char, one: char) -> Option<char> {
    Some(match value {
        '8' => 'b',
        '6' | '9' => 'g',
        '2' => 'z',
        '+' => 't',
        '|' => one,
        '¡' => 'i',
        '€' => 'e',
        '(' | '¢' => 'c',
        '£' => 'l',
        '¥' => 'y',
        _ => return None,
    })
}

/// Whether a sign stands for a letter now and then.
pub(super) const fn is_rare_sign(value: char) -> bool {
    rarely(value, 'i').is_some()
}

/// Whether a sign between letters may be there to part them.
pub(super) const fn is_separator(value: char) -> bool {
    matches!(
        value,
        '.' | '-'
            | '_'
            | '*'
            | '·'
            | '|'
            | '~'
            | '\''
            | '+'
            | '•'
            | '‐'
            | '‑'
            | '–'
            | '—'
            | '…'
            | '/'
    )
}

/// Whether a character is a picture or an arrow, which no word has inside.
pub(super) const fn is_picture(value: char) -> bool {
    matches!(value, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
        && !matches!(value, '\u{249c}'..='\u{24e9}' | '\u{1f130}'..='\u{1f189}')
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
        'н' => return Some('h'),
        'п' | 'η' => return Some('n'),
        'г' | 'я' => return Some('r'),
        'ш' | 'ω' => return Some('w'),
        'ε' => return Some('e'),
        'υ' | 'μ' => return Some('u'),
        'χ' => return Some('x'),
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

/// Letters without the signs between them, where every letter stands apart (`v,o,d,k,a`) or the signs
/// are none that words have (`vod(k)a`); nothing where there are none, or the word ends in brackets as
/// plurals do (`word(s)`).
pub(super) fn without_signs(core: &[Sign]) -> Option<(Vec<Sign>, bool)> {
    let is_letter = |sign: &&Sign| sign.value.is_alphanumeric();
    let plain: Vec<Sign> = core.iter().filter(is_letter).copied().collect();
    let apart = plain.len() >= 3
        && core
            .windows(2)
            .all(|two| !two.iter().all(|it| is_letter(&it)));
    let ends_so = core
        .last()
        .is_some_and(|sign| !sign.value.is_alphanumeric());
    (plain.len() < core.len() && (apart || !ends_so)).then_some((plain, apart))
}

/// A word in which a capital I stands for a small L (`saIe`), and two V for a W, read so.
pub(super) fn as_it_looks(core: &[Sign]) -> Option<Vec<Sign>> {
    let mut plain: Vec<Sign> = Vec::with_capacity(core.len());
    for &sign in core {
        let last = plain.last_mut();
        match (last, sign.value) {
            (Some(last), 'I') if last.value.is_lowercase() => {
                plain.push(Sign { value: 'l', ..sign });
            }
            (Some(last), 'v' | 'V') if last.value.eq_ignore_ascii_case(&'v') => {
                last.value = 'w';
                last.end = sign.end;
            }
            _ => plain.push(sign),
        }
    }
    let mut both = plain.iter().zip(core);
    let differs = plain.len() != core.len() || both.any(|(new, old)| new.value != old.value);
    differs.then_some(plain)
}

/// Every way to put vowels for one or two stars inside a word ("v*pe"), or for another sign that stands
/// there once.
pub(super) fn with_vowels(core: &[Sign]) -> impl Iterator<Item = Vec<Sign>> + '_ {
    const VOWELS: [char; 6] = ['a', 'e', 'i', 'o', 'u', 'y'];
    let is_one = core.len() > 5 && core.iter().filter(|sign| is_gap(sign.value)).count() == 1;
    let is_starred = move |sign: &Sign| sign.value == '*' || (is_one && is_gap(sign.value));
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

/// Whether a sign may stand for a letter that is left out.
const fn is_gap(value: char) -> bool {
    matches!(value, '*' | '#' | '.' | '_' | '?' | '%' | '-')
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
