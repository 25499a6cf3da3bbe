//! Dots and schemes that are spelled out (T02): "example dot com", "example[.]com", "hxxp".

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use model::Technique;

use super::{Plain, is_unspaced, unleet};
use crate::unwrap::is_usual_ending;

/// Words for a dot, in the languages of the large marketplaces, and the signs that stand before or
/// around one. The first [`PLAIN_WORDS`] are words that mean little else before a domain ending.
const DOTS: [&str; 38] = [
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
const PLAIN_WORDS: usize = 18;

/// Where the signs begin.
const SIGNS: usize = 29;

/// Disguises of a scheme; the last two are the end of any, and of one with signs for its letters.
const SCHEMES: [&str; 15] = [
    "hxxp", "h t t p", "h**p", "hzzp", "[:]", "(:)", "[://]", ":[//]", "[/]", ": //", " ://",
    " : //", "http", "p://", "ps://",
];

/// Words for the slash behind a host whose dots are spelled, in the same languages.
const SLASHES: [&str; 16] = [
    "forward slash",
    "slash",
    "schrägstrich",
    "schraegstrich",
    "barre oblique",
    "barra oblicua",
    "barra",
    "barre",
    "ukośnik",
    "ukosnik",
    "слэш",
    "слеш",
    "斜杠",
    "斜线",
    "スラッシュ",
    "/",
];

/// At most so many labels, or steps of a path, are spelled out.
const MAX_STEPS: usize = 12;

#[expect(
    clippy::unwrap_used,
    reason = "the needles are constants that every test compiles"
)]
static NEEDLES: LazyLock<AhoCorasick> = LazyLock::new(|| {
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
fn may_spell(text: &[u8]) -> bool {
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

/// A piece of a text that stands for a dot or a scheme: where it begins and ends, and for what.
type Spelled = (usize, usize, &'static str);

/// The spelled dots and schemes of a text, in order: none in ordinary prose.
pub(super) fn spelled(text: &str) -> Vec<Spelled> {
    if text.is_ascii() && !may_spell(text.as_bytes()) {
        return Vec::new();
    }
    all_spelled(text)
}

fn all_spelled(text: &str) -> Vec<Spelled> {
    let mut found: Vec<Spelled> = Vec::new();
    let mut done = 0;
    for hit in NEEDLES.find_iter(text) {
        if hit.start() < done {
            continue;
        }
        let number = hit.pattern().as_usize();
        if number >= DOTS.len() {
            if let Some(spelled) = scheme(text, hit.start(), hit.end()) {
                done = spelled.1;
                found.push(spelled);
                if text[..done].ends_with(['\\', '|']) {
                    done = turned_slashes(text, done, &mut found);
                }
            }
        } else if let Some((from, to, label_end)) = dot(text, number, hit.start(), hit.end())
            && from >= done
        {
            found.push((from, to, "."));
            done = spelled_path(text, label_end, &mut found).unwrap_or(to);
        }
    }
    found
}

/// The slashes of an address that is written with backslashes, up to its end. Gives the end of the last.
fn turned_slashes(text: &str, from: usize, found: &mut Vec<Spelled>) -> usize {
    let rest = &text[from..];
    let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
    let mut done = from;
    for (at, _) in rest[..end].match_indices(['\\', '|']).take(MAX_STEPS) {
        done = from + at + 1;
        found.push((from + at, done, "/"));
    }
    done
}

/// The path that is spelled out behind a host, as in `slash sale slash 12`: its steps, each behind a slash, and
/// where it ends.
pub(crate) fn path_behind(text: &str, host_end: usize) -> Option<(String, usize)> {
    let mut found = Vec::new();
    let end = spelled_path(text, host_end, &mut found)?;
    let mut path = String::new();
    let mut done = host_end;
    for (from, to, by) in found {
        path.push_str(&text[done..from]);
        path.push_str(by);
        done = to;
    }
    path.push_str(&text[done..end]);
    Some((path, end))
}

/// The path that is spelled out behind a host, as in `slash sale slash 12`. Gives where it ends.
fn spelled_path(text: &str, host_end: usize, found: &mut Vec<Spelled>) -> Option<usize> {
    let mut at = host_end;
    for _ in 0..MAX_STEPS {
        let rest = &text[at..];
        let behind_gap = rest.trim_start_matches(is_separator);
        let word = SLASHES.iter().find(|word| starts_with(behind_gap, word));
        let Some(word) = word.filter(|_| rest.len() - behind_gap.len() <= 4) else {
            break;
        };
        let behind_word = &behind_gap[word.len()..];
        let step = behind_word.trim_start_matches(is_separator);
        let is_parted = step.len() < behind_word.len() || word.len() == 1 || !word.is_ascii();
        let length = step
            .find(|c: char| {
                !c.is_ascii_alphanumeric() && !matches!(c, '.' | '_' | '%' | '=' | '?' | '&' | '-')
            })
            .unwrap_or(step.len());
        if !is_parted || length == 0 || behind_word.len() - step.len() > 4 {
            break;
        }
        let begin = text.len() - step.len();
        if text[at..begin] != *"/" {
            found.push((at, begin, "/"));
        }
        at = begin + length;
    }
    (at > host_end).then_some(at)
}

fn starts_with(text: &str, word: &str) -> bool {
    text.get(..word.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(word))
}

/// The signs that stand for dots in hosts with a path behind them, as in `shop*example*com/a` and with pictures
/// for signs. One vectorized scan for slashes, and for each a look at the label before it.
pub(super) fn odd_dots(text: &str) -> Vec<Spelled> {
    let mut found = Vec::new();
    for slash in memchr::memchr_iter(b'/', text.as_bytes()) {
        let label = text[..slash].bytes().rev().take(12);
        let length = label.take_while(u8::is_ascii_lowercase).count();
        let host = text[..slash - length].trim_end_matches(is_odd_dot);
        let has_path = text
            .as_bytes()
            .get(slash + 1)
            .is_some_and(u8::is_ascii_alphanumeric);
        if host.len() == slash - length
            || !has_path
            || !host.ends_with(|c: char| c.is_ascii_alphanumeric())
            || !(is_ending(&text[slash - length..slash]))
        {
            continue;
        }
        let mut end = slash - length;
        let mut signs = Vec::new();
        while signs.len() < MAX_STEPS {
            let name = text[..end].trim_end_matches(is_odd_dot);
            let label = name
                .bytes()
                .rev()
                .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'-');
            let length = label.count();
            if name.len() == end || length == 0 {
                break;
            }
            signs.push((name.len(), end, "."));
            end = name.len() - length;
        }
        // A word that goes on to the left has other dots, or is a path.
        let before = text[..end].chars().next_back();
        let is_whole = before
            .is_none_or(|c| c.is_whitespace() || matches!(c, '(' | '"' | '/') || is_unspaced(c));
        if is_whole && found.last().is_none_or(|&(_, to, _)| to <= end) {
            found.extend(signs.into_iter().rev());
        }
    }
    found
}

/// Whether a sign may be put for a dot: none that stands in addresses, or between words of ordinary texts.
fn is_odd_dot(c: char) -> bool {
    match c {
        '*' | '^' | '!' | ';' | '|' | '~' | '\u{FE0F}' => true,
        _ => !c.is_ascii() && !c.is_alphanumeric() && !c.is_whitespace() && !is_dash_or_quote(c),
    }
}

const fn is_dash_or_quote(c: char) -> bool {
    matches!(
        c,
        '\u{2010}'..='\u{201F}' | '\u{AB}' | '\u{BB}' | '\u{2039}' | '\u{203A}' | '\u{3000}'..='\u{303F}' | '\u{FF00}'..='\u{FF0F}'
    )
}

/// A text with what is spelled in it undone.
pub(super) fn undo(plain: &Plain, spelled: &[Spelled]) -> Plain {
    let text = plain.text.as_str();
    let mut undone = Plain::new(text.len());
    undone.techniques.clone_from(&plain.techniques);
    let mut done = 0;
    for &(from, to, by) in spelled {
        undone.push_str(&text[done..from], &plain.origin[done..from]);
        by.chars().for_each(|c| undone.push(c, plain.origin[from]));
        done = to;
    }
    undone.push_str(&text[done..], &plain.origin[done..text.len()]);
    undone.note(Technique::SPELLED_URL);
    undone.end(plain.origin.last().copied().unwrap_or(0))
}

/// Where a scheme with signs for one or both of its `t` begins, as in `h77p`, and where it ends without
/// its `s`, in a text that ends before `://`. Signs, since `help` and the like are schemes of programs.
fn coded_scheme(before: &str) -> Option<(usize, usize)> {
    let whole = before.strip_suffix(['s', 'S']).unwrap_or(before);
    let mut letters = whole.strip_suffix(['p', 'P'])?.char_indices().rev();
    let (second, first) = (letters.next()?.1, letters.next()?.1);
    let (start, _) = letters.next().filter(|(_, c)| matches!(c, 'h' | 'H'))?;
    let is_t = |c: char| matches!(c, 't' | 'T');
    let is_sign = |c: char| !c.is_alphabetic() && !c.is_whitespace();
    let is_coded = [first, second].iter().all(|&c| is_t(c) || is_sign(c))
        && (is_sign(first) || is_sign(second));
    let stands_alone = !before[..start].ends_with(char::is_alphanumeric);
    (is_coded && stands_alone).then_some((start, whole.len()))
}

/// What stands for the colon and the slashes behind a scheme that ends at `end`, as in `http:\\`, `http;//` and
/// `http//`.
fn odd_slashes(text: &str, end: usize) -> Option<Spelled> {
    let rest = &text[end..];
    let from = end + usize::from(rest.starts_with(['s', 'S']));
    let rest = &text[from..];
    let host = rest.trim_start_matches([':', ';', ',', '.', '!', '/', '\\', '|']);
    let signs = &rest[..rest.len() - host.len()];
    let is_odd = signs != "://"
        && (2..=6).contains(&signs.len())
        && signs.contains(['/', '\\', '|'])
        && host.starts_with(char::is_alphanumeric);
    is_odd.then(|| (from, from + signs.len(), "://"))
}

fn scheme(text: &str, start: usize, end: usize) -> Option<(usize, usize, &'static str)> {
    let found = &text[start..end];
    if found.eq_ignore_ascii_case("http") {
        return odd_slashes(text, end);
    }
    if found.starts_with(['p', 'P']) {
        return coded_scheme(&text[..end - 3]).map(|(from, to)| (from, to, "http"));
    }
    let by = match found {
        "[:]" | "(:)" => ":",
        "[://]" | ":[//]" | ": //" | " ://" | " : //" => "://",
        "[/]" => "/",
        _ => "http",
    };
    let rest = &text[end..];
    let follows = match by {
        "http" => rest
            .trim_start_matches(['s', 'S'])
            .starts_with([':', '[', '(', ' ']),
        ":" => rest.starts_with("//") || rest.starts_with("[/"),
        _ => rest.starts_with(|c: char| c.is_alphanumeric() || c == '[' || c == ' '),
    };
    let to = if by == "://" {
        end + rest.len() - rest.trim_start_matches(' ').len()
    } else {
        end
    };
    follows.then_some((start, to, by))
}

/// A word or sign that may stand for a dot, with what is around it.
struct Candidate<'t> {
    /// Which of [`DOTS`] it is.
    number: usize,
    /// The word or sign, and what follows it.
    from_word: &'t str,
    word: &'t str,
    /// What separates it from its neighbors.
    left: &'t str,
    right: &'t str,
    /// The name before it.
    name: &'t str,
    /// The label behind it, and what follows that.
    label: &'t str,
    rest: &'t str,
}

/// What is replaced by a dot: the word or sign with what separates it from its neighbors; and where the label
/// behind it ends.
fn dot(text: &str, number: usize, start: usize, end: usize) -> Option<(usize, usize, usize)> {
    let before = text[..start].trim_end_matches(is_separator);
    let after = text[end..].trim_start_matches(is_separator);
    let name_start = before
        .rfind(|c: char| !c.is_alphanumeric() && c != '-')
        .map_or(0, |at| {
            at + before[at..].chars().next().map_or(1, char::len_utf8)
        });
    let label_end = label_length(after);
    let candidate = Candidate {
        number,
        from_word: &text[start..],
        word: &text[start..end],
        left: &text[before.len()..start],
        right: &text[end..text.len() - after.len()],
        name: &before[name_start..],
        label: &after[..label_end],
        rest: &after[label_end..],
    };
    let is_near = candidate.left.chars().count() <= 4 && candidate.right.chars().count() <= 4;
    let is_between = before.ends_with(char::is_alphanumeric) && !candidate.label.is_empty();
    let to = text.len() - after.len();
    (is_near && is_between && candidate.is_dot()).then_some((before.len(), to, to + label_end))
}

/// Bytes of the label that a text begins with. Words of scripts without spaces stand against those of others
/// without one.
fn label_length(text: &str) -> usize {
    let is_wide = text.starts_with(is_unspaced);
    text.find(|c: char| !c.is_alphanumeric() || is_unspaced(c) != is_wide)
        .unwrap_or(text.len())
}

fn is_separator(c: char) -> bool {
    matches!(
        c,
        ' ' | '\u{A0}'
            | '-'
            | '_'
            | '*'
            | '('
            | ')'
            | '['
            | ']'
            | '{'
            | '}'
            | '<'
            | '>'
            | '"'
            | '\''
            | '|'
            | '~'
    )
}

impl Candidate<'_> {
    fn is_dot(&self) -> bool {
        let is_wide = self.label.starts_with(is_unspaced);
        let joined =
            |c: char| matches!(c, '-' | '\'') || (c.is_alphanumeric() && is_unspaced(c) == is_wide);
        if self.rest.starts_with(joined) {
            return false;
        }
        let label = self.label.to_lowercase();
        let is_bracket =
            |side: &str| side.contains(['(', '[', '{', '<', '*', '~', '|', ')', ']', '}', '>']);
        let is_sign = self.number >= SIGNS;
        if is_bracket(self.right) && (is_bracket(self.left) || is_sign) {
            return is_ending(&label)
                || model::has_known_suffix(&format!("x.{label}"))
                || goes_on(self.rest);
        }
        let is_quoted = self.word.starts_with('"') && self.right == "\"";
        if is_quoted {
            return is_ending(&label) || self.rest.starts_with("\".\"");
        }
        if is_sign {
            self.is_spaced_dot(&label)
        } else {
            self.is_word_for_dot(&label)
        }
    }

    /// A dot after a space, or a space after a dot, is most often the end of a sentence. One is not where a path
    /// stands behind the last label.
    fn is_spaced_dot(&self, label: &str) -> bool {
        let is_spaced_out =
            matches!(self.word, " ." | "\u{A0}.") && self.right.chars().count() <= 1;
        let is_late = self.from_word.starts_with(". ")
            && self.left.is_empty()
            && matches!(self.label, "com" | "net" | "org")
            && self.name.ends_with(char::is_lowercase);
        let is_small = self
            .name
            .ends_with(|c: char| c.is_lowercase() || c.is_ascii_digit());
        let leads_on = || is_small && label == self.label && leads_to_path(label, self.rest);
        (is_spaced_out && (is_ending(label) || goes_on(self.rest))) || is_late || leads_on()
    }

    fn is_word_for_dot(&self, label: &str) -> bool {
        let is_common = matches!(label, "com" | "net" | "org");
        if self.word.is_ascii() && (self.left.is_empty() || self.right.is_empty()) {
            // `exampledotcom`, where the word would otherwise be part of another.
            let is_fused = self.left.is_empty() && self.right.is_empty();
            let leads_on = || is_ending(label) && begins_step(self.rest);
            return is_fused
                && self.number < 2
                && self.name.len() >= 4
                && (is_common || leads_on());
        }
        if self.name.is_ascii() && self.name.len() < 3 && self.number >= 2 {
            return false;
        }
        if goes_on(self.rest) {
            return true;
        }
        if self.number < PLAIN_WORDS {
            return is_ending(label);
        }
        // `punto es`, `point de` are words as well: nothing of the sentence may follow.
        let next = self.rest.trim_start().chars().next();
        let is_last = next.is_none_or(|c| matches!(c, '/' | '.' | ',' | '!' | ')' | ';' | '?'))
            || begins_path(self.rest);
        let is_word = matches!(
            label,
            "es" | "it" | "pt" | "ar" | "mx" | "hu" | "fi" | "id" | "gr" | "dk"
        );
        (is_ending(label) || is_word) && (is_last || is_common)
    }
}

/// Whether a step of a path follows at once.
fn begins_step(rest: &str) -> bool {
    rest.strip_prefix('/')
        .is_some_and(|step| step.starts_with(|c: char| c.is_ascii_alphanumeric()))
}

/// Whether a spelled slash follows.
fn begins_path(rest: &str) -> bool {
    let word = rest.trim_start_matches(is_separator);
    SLASHES.iter().any(|slash| starts_with(word, slash))
}

/// Whether more spelled dots follow, the last of them before an ending: then the label is not the last one.
fn goes_on(rest: &str) -> bool {
    let mut rest = rest;
    for _ in 0..MAX_STEPS {
        let Some(behind) = behind_dot(rest) else {
            return false;
        };
        let length = label_length(behind);
        let label = behind[..length].to_lowercase();
        if label.is_empty() || label.chars().count() > 63 {
            return false;
        }
        rest = &behind[length..];
        if is_ending(&label) && behind_dot(rest).is_none() {
            return true;
        }
    }
    false
}

/// Whether a label, or the last of those that follow it behind dots and spaces, is an ending with a path behind it.
fn leads_to_path(label: &str, rest: &str) -> bool {
    let (mut label, mut rest) = (label, rest);
    for _ in 0..MAX_STEPS {
        if label.is_empty() || label.contains(char::is_uppercase) {
            return false;
        }
        let mut path = rest.chars();
        if path.next() == Some('/') && path.next().is_some_and(|c| c.is_ascii_alphanumeric()) {
            return is_ending(label);
        }
        let Some(behind) = rest.trim_start().strip_prefix('.').map(str::trim_start) else {
            return false;
        };
        if rest.len() - behind.len() < 2 {
            return false;
        }
        let length = label_length(behind);
        (label, rest) = (&behind[..length], &behind[length..]);
    }
    false
}

/// What follows a spelled dot that a text begins with.
fn behind_dot(text: &str) -> Option<&str> {
    let word = text.trim_start_matches(is_separator);
    let gap = text.len() - word.len();
    if gap > 4 {
        return None;
    }
    let found = DOTS[..SIGNS]
        .iter()
        .find(|dot| starts_with(word, dot))
        .map(|dot| dot.len())
        .or_else(|| (gap > 0 && word.starts_with('.')).then_some(1))?;
    let rest = &word[found..];
    let label = rest.trim_start_matches(is_separator);
    let is_parted = (gap > 0 && label.len() < rest.len()) || word.starts_with(is_unspaced);
    (is_parted && rest.len() - label.len() <= 4).then_some(label)
}

/// Endings that are no words of the sentence when they follow a spelled dot.
fn is_ending(label: &str) -> bool {
    is_plain_ending(label) || {
        let plain = unleet(label);
        plain != label && is_plain_ending(&plain)
    }
}

fn is_plain_ending(label: &str) -> bool {
    is_usual_ending(label)
        || matches!(
            label,
            "kr" | "tr"
                | "ua"
                | "by"
                | "kz"
                | "ir"
                | "sa"
                | "ae"
                | "vn"
                | "tv"
                | "cc"
                | "ws"
                | "su"
                | "app"
                | "dev"
                | "link"
                | "test"
                | "ком"
                | "ру"
                | "нет"
                | "рф"
                | "орг"
                | "コム"
                | "ком."
                | "컴"
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_cheap_question_loses_nothing(
            pieces in prop::collection::vec(
                prop_oneof![
                    prop::sample::select(DOTS.iter().chain(&SCHEMES).copied().filter(|n| n.is_ascii()).collect::<Vec<_>>()),
                    prop::sample::select(vec!["com", "net", "org", "de", "uk", "shop", "example", "p", "://", "//"]),
                    prop::sample::select(vec![" ", "-", "[", "]", "(", ")", "<", ".", "DOT", ""]),
                ],
                0..9,
            )
        ) {
            let text = pieces.concat();
            prop_assert_eq!(spelled(&text), all_spelled(&text));
        }
    }
}
