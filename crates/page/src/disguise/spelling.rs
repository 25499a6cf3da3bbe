//! Dots that are spelled out (T02): "example dot com", "example[.]com", "example . com".

use model::Technique;

use super::endings::is_ending;
use super::needles::{DOTS, NEEDLES, PLAIN_WORDS, SIGNS, may_spell};
use super::slashes::{begins_path, begins_step, scheme, spelled_path, turned_slashes};
use super::{Plain, is_unspaced};
use crate::ascii::begins;

/// At most so many labels, or steps of a path, are spelled out.
pub(super) const MAX_STEPS: usize = 12;

/// A piece of a text that stands for a dot or a scheme: where it begins and ends, and for what.
pub(super) type Spelled = (usize, usize, &'static str);

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

pub(super) fn is_separator(c: char) -> bool {
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
        .find(|dot| begins(word, dot))
        .map(|dot| dot.len())
        .or_else(|| (gap > 0 && word.starts_with('.')).then_some(1))?;
    let rest = &word[found..];
    let label = rest.trim_start_matches(is_separator);
    let is_parted = (gap > 0 && label.len() < rest.len()) || word.starts_with(is_unspaced);
    (is_parted && rest.len() - label.len() <= 4).then_some(label)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disguise::needles::SCHEMES;
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
