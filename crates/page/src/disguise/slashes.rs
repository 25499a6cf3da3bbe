//! Schemes, slashes and paths that are spelled out: "hxxp", "http;//", "slash sale slash 12".

use super::Plain;
use super::spelling::{MAX_STEPS, Spelled, is_separator, undo};
use crate::ascii::begins;

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

pub(super) fn scheme(text: &str, start: usize, end: usize) -> Option<(usize, usize, &'static str)> {
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

/// Where a scheme with signs for one or both of its `t` begins, as in `h77p`, and where it ends without
/// its `s`, in a text that ends before `://`. Signs, since `help` and the like are schemes of programs.
pub(super) fn coded_scheme(before: &str) -> Option<(usize, usize)> {
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

/// The slashes of an address that is written with backslashes, up to its end. Gives the end of the last.
pub(super) fn turned_slashes(text: &str, from: usize, found: &mut Vec<Spelled>) -> usize {
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
    let rest = &text[host_end..];
    let mut found = Vec::new();
    let end = spelled_path(rest, 0, &mut found)?;
    let written = &rest[..end];
    let path = undo(&Plain::whole(written), &found).text;
    // Between capitalized words a slash parts names, as under pictures and over articles.
    let is_small = !path.contains(|c: char| c.is_ascii_uppercase());
    let names_host = path.contains('.') && written.contains("/ ");
    let is_word = || written.contains(char::is_alphabetic) && !written.contains('/');
    (!names_host && (is_small || is_word())).then_some((path, host_end + end))
}

/// The path that is spelled out behind a host, as in `slash sale slash 12`. Gives where it ends.
pub(super) fn spelled_path(text: &str, host_end: usize, found: &mut Vec<Spelled>) -> Option<usize> {
    let mut at = host_end;
    for _ in 0..MAX_STEPS {
        let rest = &text[at..];
        let behind_gap = rest.trim_start_matches(is_separator);
        let word = SLASHES.iter().find(|word| begins(behind_gap, word));
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

/// Whether a step of a path follows at once.
pub(super) fn begins_step(rest: &str) -> bool {
    rest.strip_prefix('/')
        .is_some_and(|step| step.starts_with(|c: char| c.is_ascii_alphanumeric()))
}

/// Whether a spelled slash follows.
pub(super) fn begins_path(rest: &str) -> bool {
    let word = rest.trim_start_matches(is_separator);
    SLASHES.iter().any(|slash| begins(word, slash))
}
