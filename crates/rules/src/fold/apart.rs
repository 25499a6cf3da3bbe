//! Words of unspaced scripts with signs between their characters.
//!
//! Honest pages part words so, and never the characters of one; but where one word ends and the next
//! begins, the characters beside the sign may make a word by chance. So what is read across a sign
//! must be longer the likelier the sign is to stand between words.

use super::disguised_letters::is_picture;
use super::{Change, Sign, is_invisible, is_unspaced, signs_of};

/// The fewest characters of a word that is read across a sign, when a character stands alone between
/// two signs, or the sign is one that lists have no use for.
const LEAST_ALONE: u8 = 2;

/// The fewest across any other sign.
const LEAST: u8 = 3;

/// A run of characters without signs between, by their places among the signs.
#[derive(Clone, Copy)]
struct Run {
    from: usize,
    to: usize,
}

/// The signs of `text` without those between characters of unspaced scripts that may be there to keep
/// a word from being found; `None` when there are none. Linear in the length of the text.
pub(super) fn joined(text: &str) -> Option<(Vec<Sign>, Vec<Change>)> {
    if !text.chars().any(is_unspaced) {
        return None;
    }
    let signs: Vec<Sign> = signs_of(text)
        .filter(|sign| !is_invisible(sign.value))
        .collect();
    let runs = runs(&signs);
    let mut dropped: Vec<usize> = Vec::new();
    let mut changed = Vec::new();
    // Whether one sign stands between a run and the next one.
    let parted = |at: usize| {
        let next = runs.get(at + 1);
        next.is_some_and(|next| next.from == runs[at].to + 1)
    };
    let alone = |at: usize| {
        let is_one = runs[at].to - runs[at].from == 1;
        is_one && at > 0 && parted(at - 1) && parted(at)
    };
    for at in (0..runs.len()).filter(|&at| parted(at)) {
        let sign = signs[runs[at].to];
        let is_alone = alone(at) || alone(at + 1);
        let least = match sign.value {
            ' ' | '\u{3000}' | '-' | '·' | '.' | '/' | '|' | '•' if is_alone => LEAST_ALONE,
            '*' | '_' | '~' | '+' => LEAST_ALONE,
            '-' | '·' | '.' | '/' | '|' | '•' => LEAST,
            value if is_picture(value) => LEAST_ALONE,
            _ => continue,
        };
        dropped.push(runs[at].to);
        changed.push(Change {
            start: sign.start,
            end: sign.end,
            least,
        });
    }
    if dropped.is_empty() {
        return None;
    }
    let mut dropped = dropped.into_iter().peekable();
    let kept = signs
        .iter()
        .enumerate()
        .filter_map(|(at, sign)| dropped.next_if_eq(&at).is_none().then_some(*sign));
    Some((kept.collect(), changed))
}

fn runs(signs: &[Sign]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (at, sign) in signs.iter().enumerate() {
        if !is_unspaced(sign.value) {
            continue;
        }
        match runs.last_mut() {
            Some(run) if run.to == at => run.to = at + 1,
            _ => runs.push(Run {
                from: at,
                to: at + 1,
            }),
        }
    }
    runs
}
