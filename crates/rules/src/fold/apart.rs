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

/// The fewest across a sign that ends clauses.
const LEAST_CLAUSE: u8 = 4;

/// The most signs that may stand between two characters of a word.
const MOST_SIGNS: usize = 3;

/// Characters that are written as their two halves, which side by side mean nothing else.
const HALVES: [(char, char, char); 16] = [
    ('火', '因', '烟'),
    ('木', '仓', '枪'),
    ('贝', '者', '赌'),
    ('火', '包', '炮'),
    ('讠', '正', '证'),
    ('氵', '酉', '酒'),
    ('弓', '单', '弹'),
    ('亻', '为', '伪'),
    ('亻', '方', '仿'),
    ('亻', '叚', '假'),
    ('钅', '少', '钞'),
    ('艹', '约', '药'),
    ('衤', '果', '裸'),
    ('米', '分', '粉'),
    ('采', '彡', '彩'),
    ('女', '支', '妓'),
];

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
    let mut changed = Vec::new();
    let signs = whole(signs_of(text), &mut changed);
    let runs = runs(&signs);
    let mut dropped: Vec<usize> = Vec::new();
    // Whether a few signs stand between a run and the next one, and no word.
    let parted = |at: usize| {
        let next = runs.get(at + 1);
        next.is_some_and(|next| next.from <= runs[at].to + MOST_SIGNS)
    };
    let alone = |at: usize| {
        let is_one = runs[at].to - runs[at].from == 1;
        is_one && at > 0 && parted(at - 1) && parted(at)
    };
    for at in (0..runs.len()).filter(|&at| parted(at)) {
        let gap = runs[at].to..runs[at + 1].from;
        let is_alone = alone(at) || alone(at + 1);
        let signs_between = || signs[gap.clone()].iter();
        let leasts: Option<Vec<u8>> = signs_between()
            .map(|sign| least_across(sign.value, is_alone))
            .collect();
        let Some(least) = leasts.and_then(|all| all.into_iter().max()) else {
            continue;
        };
        changed.extend(signs_between().map(|sign| Change {
            start: sign.start,
            end: sign.end,
            least,
        }));
        dropped.extend(gap);
    }
    if changed.is_empty() {
        return None;
    }
    let mut dropped = dropped.into_iter().peekable();
    let kept = signs
        .iter()
        .enumerate()
        .filter_map(|(at, sign)| dropped.next_if_eq(&at).is_none().then_some(*sign));
    Some((kept.collect(), changed))
}

/// The fewest characters of a word across a sign; `None` where no word goes on behind it.
const fn least_across(value: char, is_alone: bool) -> Option<u8> {
    Some(match value {
        ' ' | '\u{3000}' | '-' | '·' | '.' | '/' | '|' | '•' if is_alone => LEAST_ALONE,
        '*' | '_' | '~' | '～' | '+' | '^' | '\\' => LEAST_ALONE,
        '-' | '·' | '.' | '/' | '|' | '•' | '=' | '#' | '…' | '—' => LEAST,
        '(' | ')' | '（' | '）' | '[' | ']' | '【' | '】' | '「' | '」' | '"' if is_alone => {
            LEAST
        }
        ',' | '，' | '、' => LEAST_CLAUSE,
        value if is_picture(value) => LEAST_ALONE,
        _ => return None,
    })
}

/// The signs of a text that have a look, with characters in two halves made whole.
fn whole(all: impl Iterator<Item = Sign>, changed: &mut Vec<Change>) -> Vec<Sign> {
    let mut signs: Vec<Sign> = Vec::new();
    for sign in all.filter(|sign| !is_invisible(sign.value)) {
        let last = signs.last_mut();
        let halves = last.and_then(|last| {
            let pair = (last.value, sign.value);
            let whole = HALVES.iter().find(|half| (half.0, half.1) == pair)?;
            Some((whole.2, last))
        });
        if let Some((value, last)) = halves {
            *last = Sign {
                value,
                end: sign.end,
                ..*last
            };
            changed.push(Change {
                start: last.start,
                end: last.end,
                least: LEAST_ALONE,
            });
        } else {
            signs.push(sign);
        }
    }
    signs
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

#[cfg(test)]
mod tests {
    use crate::fold::Folded;

    fn joined(text: &str) -> Option<String> {
        Folded::joined(text).map(|folded| folded.text)
    }

    #[test]
    fn characters_in_two_halves_or_between_brackets_are_joined() {
        assert_eq!(joined("电子火因").as_deref(), Some(" 电子烟"));
        assert_eq!(joined("【电】【子】【烟】").as_deref(), Some(" 电子烟"));
    }

    #[test]
    fn signs_between_characters_of_unspaced_scripts_are_dropped() {
        assert_eq!(
            joined("新款电 子 烟套装").as_deref(),
            Some(" 新款电子烟套装")
        );
        assert_eq!(joined("电子-烟").as_deref(), Some(" 电子烟"));
        assert_eq!(joined("红酒 开瓶器"), None);
    }

    #[test]
    fn a_short_word_across_a_sign_of_lists_is_none() {
        let folded = Folded::joined("手机/枪灰色").unwrap();
        let at = folded.text.find("机枪").unwrap();
        assert!(!folded.shows(at, at + "机枪".len(), 2));
    }
}
