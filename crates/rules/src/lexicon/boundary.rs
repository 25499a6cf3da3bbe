//! Where words end.

use super::Entry;
use crate::fold::is_unspaced;

/// Whether a number other than nought stands before `start`, with or without a space between.
pub(super) fn follows_number(text: &str, start: usize) -> bool {
    let before = text[..start].trim_end_matches(' ');
    let is_digit = |value: char| value.is_ascii_digit() || value == '.';
    let number = &before[before.trim_end_matches(is_digit).len()..];
    number.bytes().any(|byte| matches!(byte, b'1'..=b'9'))
}

/// Where the word at `start..end` ends, or `None` when it is part of another word.
///
/// A letter beside a digit is a boundary (`viagra100`, `500mg`); two letters or two digits are
/// none, but for a plural ending, or another of the language. `word` is what the entry looks for.
pub(super) fn word_end(
    text: &str,
    start: usize,
    end: usize,
    entry: &Entry,
    word: &str,
) -> Option<usize> {
    if !entry.begins {
        let before = text[..start].chars().next_back();
        let first = text[start..end].chars().next()?;
        if before.is_some_and(|before| joins(before, first)) {
            return None;
        }
    }
    let bytes = text.as_bytes();
    if !entry.is_stem && matches!(bytes.get(end), None | Some(b' ' | b'\n')) {
        return Some(end);
    }
    let last = text[start..end].chars().next_back()?;
    let rest = text[end..].char_indices();
    let tail: usize = rest
        .take_while(|&(_, next)| joins(last, next))
        .map(|(_, next)| next.len_utf8())
        .sum();
    let ending = &text[end..end + tail];
    let last_word = word.rsplit(' ').next().unwrap_or(word);
    if entry.is_stem {
        let is_form = !word.ends_with(ending) && entry.inflection.has_change(last_word, ending);
        return is_form.then_some(end + tail);
    }
    let whole = match ending {
        "" | "s" => true,
        "es" | "n" | "en" => end - start >= 4,
        _ => entry.prefix || entry.inflection.has_ending(last_word, ending),
    };
    whole.then_some(end + tail)
}

/// Whether two neighbours belong to one word.
fn joins(left: char, right: char) -> bool {
    let is_letter = |value: char| {
        value.is_ascii_alphabetic()
            || (!value.is_ascii() && !is_unspaced(value) && value.is_alphabetic())
    };
    (is_letter(left) && is_letter(right)) || (left.is_ascii_digit() && right.is_ascii_digit())
}
