//! Text that Markdown leaves as it is.

use crate::legible::legible;

/// Characters that make markup in the middle of a line: of CommonMark, of tables, of strikethrough,
/// of references to issues and of formulas.
const MARKS: &[char] = &[
    '\\', '`', '*', '_', '[', ']', '<', '>', '|', '#', '~', '&', '$', '!', '{', '}', '^',
];

/// `text` on one line as prose: markup is escaped, and a word from which a renderer might make a
/// link stands between back quotes. Linear.
pub(super) fn prose(text: &str) -> String {
    let words: Vec<String> = legible(text).split(' ').map(word).collect();
    let line = words.join(" ");
    if begins_a_block(&line) {
        // A line that begins with an escape begins no list, no heading and no rule.
        let at = line.find(['.', ')', '-', '+', '=', ':']).unwrap_or(0);
        return format!("{}\\{}", &line[..at], &line[at..]);
    }
    line
}

fn word(word: &str) -> String {
    let lower = word.to_ascii_lowercase();
    let may_be_linked = lower.contains("://")
        || lower.contains("www.")
        || lower.contains('@')
        || ["mailto:", "xmpp:", "tel:", "javascript:", "data:"]
            .iter()
            .any(|it| lower.contains(it));
    if may_be_linked {
        return code(word);
    }
    let mut out = String::with_capacity(word.len());
    for letter in word.chars() {
        if MARKS.contains(&letter) {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

/// Whether a line begins with what CommonMark takes for the beginning of a list, a rule, a heading's
/// underline or a table's.
fn begins_a_block(line: &str) -> bool {
    let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
    if rest.len() < line.len() {
        return rest.starts_with(['.', ')']);
    }
    line.starts_with(['-', '+', '=', ':'])
}

/// `text` on one line between back quotes, more of them than stand in it, so that nothing in it is
/// read. Linear.
pub(super) fn code(text: &str) -> String {
    let text = legible(text);
    if text.is_empty() {
        return "(none)".to_owned();
    }
    let (mut most, mut run) = (0, 0);
    for letter in text.chars() {
        run = if letter == '`' { run + 1 } else { 0 };
        most = most.max(run);
    }
    let fence = "`".repeat(most + 1);
    if text.starts_with('`') || text.ends_with('`') {
        format!("{fence} {text} {fence}")
    } else {
        format!("{fence}{text}{fence}")
    }
}

/// Markdown in a cell of a table, where a bar ends the cell even between back quotes. Linear.
pub(super) fn in_cell(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut is_escaped = false;
    for letter in markdown.chars() {
        if letter == '|' && !is_escaped {
            out.push('\\');
        }
        is_escaped = letter == '\\' && !is_escaped;
        out.push(letter);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_escaped_and_links_are_quoted() {
        assert_eq!(prose("a *b* <i> [x](y)"), r"a \*b\* \<i\> \[x\](y)");
        assert_eq!(
            prose("see HTTP://evil.test now"),
            "see `HTTP://evil.test` now"
        );
        assert_eq!(prose("www.evil.test"), "`www.evil.test`");
        assert_eq!(prose("a@b.test"), "`a@b.test`");
        assert_eq!(prose("1. one"), r"1\. one");
        assert_eq!(prose("- one"), r"\- one");
        assert_eq!(prose("12 pages"), "12 pages");
    }

    #[test]
    fn back_quotes_within_code_do_not_end_it() {
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("``"), "``` `` ```");
        assert_eq!(code(""), "(none)");
    }

    #[test]
    fn a_bar_never_ends_a_cell() {
        assert_eq!(in_cell("`a|b`"), r"`a\|b`");
        assert_eq!(in_cell(&prose("a|b")), r"a\|b");
        assert_eq!(in_cell(r"a\\|b"), r"a\\\|b");
    }
}
