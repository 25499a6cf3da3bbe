//! Words and signs for dots and schemes, and the cheap question whether a text may hold one.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::slashes::coded_scheme;
use super::spelling::MAX_STEPS;

/// Words for a dot, in the languages of the large marketplaces, and the signs that stand before or
/// around one. The first [`PLAIN_WORDS`] are words that mean little else before a domain ending.
pub(super) const DOTS: [&str; 38] = [
    "dot",
    "d0t",
    "punkt",
    "kropka",
    "tečka",
    "tecka",
    "nokta",
    "точка",
    "тчк",
    "крапка",
    "点",
    "點",
    "ドット",
    "닷",
    "점",
    "نقطة",
    "נקודה",
    "chấm",
    "punto",
    "ponto",
    "point",
    "pont",
    "piste",
    "full stop",
    "period",
    "titik",
    "prik",
    "ΤΕΛΕΙΑ",
    "τελεία",
    "[.",
    "(.",
    "{.",
    "<.",
    "\".",
    " .",
    ". ",
    "\u{A0}.",
    ".\u{A0}",
];

/// How many of [`DOTS`] need no more than an ending behind them.
pub(super) const PLAIN_WORDS: usize = 18;

/// Where the signs begin.
pub(super) const SIGNS: usize = 29;

/// Disguises of a scheme; the last two are the end of any, and of one with signs for its letters.
pub(super) const SCHEMES: [&str; 15] = [
    "hxxp", "h t t p", "h**p", "hzzp", "[:]", "(:)", "[://]", ":[//]", "[/]", ": //", " ://",
    " : //", "http", "p://", "ps://",
];

#[expect(
    clippy::unwrap_used,
    reason = "the needles are constants that every test compiles"
)]
pub(super) static NEEDLES: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(aho_corasick::MatchKind::LeftmostLongest)
        .build(DOTS.iter().chain(&SCHEMES))
        .unwrap()
});

/// Whether a byte, in either case, is the rarest one of some needle in ASCII.
const IS_RARE: [bool; 256] = {
    let mut rare = [false; 256];
    let bytes = b"dkpxzDKPXZ*[(/.:";
    let mut at = 0;
    while at < bytes.len() {
        rare[bytes[at] as usize] = true;
        at += 1;
    }
    rare
};

/// Whether a text in ASCII may hold one of the needles in a place that counts: a cheap question
/// before the dear one. One pass over the bytes.
pub(super) fn may_spell(text: &[u8]) -> bool {
    text.iter()
        .enumerate()
        .any(|(at, &byte)| IS_RARE[usize::from(byte)] && may_spell_at(text, at, byte))
}

/// Whether a needle may stand around its rarest byte. Letters are compared in lower case.
fn may_spell_at(text: &[u8], at: usize, byte: u8) -> bool {
    // A byte that is not there is none of the needles'.
    let lower = |place: usize| text.get(place).map_or(0, |byte| byte | 0x20);
    let behind = |step: usize| lower(at + step);
    let before = |step: usize| at.checked_sub(step).map_or(0, lower);
    let next = text.get(at + 1);
    match byte.to_ascii_lowercase() {
        b'd' => matches!(behind(1), b'o' | b'0') && behind(2) == b't',
        b'p' => {
            matches!(
                (behind(1), behind(2)),
                (b'u', b'n') | (b'o', b'n' | b'i') | (b'i', b's') | (b'e', b'r')
            ) || (before(1) == b' ' && before(2) == b't')
                || (before(1) == b't' && has_odd_slashes(&text[at + 1..]))
        }
        b'k' => match before(1) {
            b'o' => behind(1) == b't',
            b'c' => behind(1) == b'a',
            b'p' => before(2) == b'o',
            b'i' => matches!(before(2), b't' | b'r'),
            _ => false,
        },
        b'x' => before(1) == b'h' && behind(1) == b'x',
        b'z' => before(1) == b'h' && behind(1) == b'z',
        b'*' => before(1) == b'h' && next == Some(&b'*'),
        b'[' | b'(' => matches!(next, Some(b':' | b'/' | b'.')),
        b'/' => text[..at].ends_with(b": "),
        b':' => {
            let is_apart = at > 0 && text[at - 1] == b' ';
            (is_apart && (text[at..].starts_with(b"://") || text[at..].starts_with(b": //")))
                || text[at..].starts_with(b"://")
                    && str::from_utf8(&text[at.saturating_sub(LONGEST_CODED)..at])
                        .is_ok_and(|before| coded_scheme(before).is_some())
        }
        b'.' if matches!(
            at.checked_sub(1).map(|place| text[place]),
            Some(b'[' | b'(' | b'{' | b'<' | b'"' | b' ')
        ) =>
        {
            true
        }
        // Behind the end of a sentence, the next one begins with no ending of a host.
        b'.' if next == Some(&b' ') => {
            let rest = &text[at + 2..];
            let goes_on = rest.first().is_some_and(u8::is_ascii_alphanumeric);
            !rest.is_empty()
                && (!goes_on
                    || LATE.iter().any(|end| rest.starts_with(end))
                    || leads_to_slash(rest))
        }
        _ => false,
    }
}

/// Whether what follows the `p` of a scheme has slashes of some kind, and they are none of an address.
fn has_odd_slashes(rest: &[u8]) -> bool {
    let rest = rest
        .strip_prefix(b"s")
        .or(rest.strip_prefix(b"S"))
        .unwrap_or(rest);
    let is_slash = |byte: &u8| matches!(byte, b'/' | b'\\' | b'|');
    (!rest.starts_with(b"://") || rest.get(3).is_some_and(is_slash))
        && rest
            .first()
            .is_some_and(|byte| !byte.is_ascii_alphanumeric())
        && rest.iter().take(6).any(is_slash)
}

/// Bytes in ASCII of the longest scheme, and of what stands before it.
const LONGEST_CODED: usize = 6;

/// Whether a slash ends the small letters, digits, dots and spaces that a text begins with.
fn leads_to_slash(rest: &[u8]) -> bool {
    let is_part =
        |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-');
    let mut rest = rest;
    for _ in 0..MAX_STEPS {
        let length = rest.iter().take_while(|byte| is_part(byte)).count();
        rest = &rest[length..];
        match rest {
            [b'/', ..] => return length > 0,
            [b' ', b'.', b' ', behind @ ..]
            | [b' ', b'.', behind @ ..]
            | [b'.', b' ', behind @ ..] => rest = behind,
            _ => return false,
        }
    }
    false
}

/// Endings that count behind a dot and a space.
const LATE: [&[u8]; 3] = [b"com", b"net", b"org"];
