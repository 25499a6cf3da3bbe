//! Signs and pictures that stand for the dots of a host.

use super::endings::is_ending;
use super::is_unspaced;
use super::spelling::{MAX_STEPS, Spelled};

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
