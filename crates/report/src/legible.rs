//! Hostile text made fit to be read: nothing in it can move a cursor, turn the reading direction,
//! or flood a line.

use unicode_width::UnicodeWidthChar;

/// Marks that stand on one letter; a tower of more is an attack on the line above.
const MARKS_ON_ONE_LETTER: usize = 4;

/// `text` on one line, with white space collapsed, control and invisible formatting characters
/// written out as `‹U+202E›`, and towers of combining marks cut. Linear.
#[must_use]
pub fn legible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut marks = 0;
    for letter in text.chars() {
        if letter.is_whitespace() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
            marks = 0;
        } else if is_treacherous(letter) {
            out.push_str(&format!("‹U+{:04X}›", u32::from(letter)));
            marks = 0;
        } else if columns_of(letter) == 0 {
            marks += 1;
            if marks <= MARKS_ON_ONE_LETTER {
                out.push(letter);
            }
        } else {
            out.push(letter);
            marks = 0;
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// One line of a source as it is written: white space stays, but for that, what [`legible`] makes of it.
/// Linear.
#[must_use]
pub fn legible_source(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut marks = 0;
    for letter in line.chars() {
        if letter == '\t' || letter == ' ' {
            out.push(letter);
            marks = 0;
        } else if is_treacherous(letter) {
            out.push_str(&format!("‹U+{:04X}›", u32::from(letter)));
            marks = 0;
        } else if columns_of(letter) == 0 {
            marks += 1;
            if marks <= MARKS_ON_ONE_LETTER {
                out.push(letter);
            }
        } else {
            out.push(letter);
            marks = 0;
        }
    }
    out
}

/// Whether a character acts on the text around it instead of being read.
pub(crate) fn is_treacherous(letter: char) -> bool {
    letter.is_control()
        || matches!(
            u32::from(letter),
            0x00AD                  // soft hyphen
            | 0x061C                // Arabic letter mark
            | 0x115F..=0x1160       // Hangul fillers
            | 0x180E                // Mongolian vowel separator
            | 0x200B | 0x200E | 0x200F // zero-width space, direction marks
            | 0x2028..=0x202E       // separators, embeddings, overrides
            | 0x2060..=0x206F       // invisible operators, isolates
            | 0x3164 | 0xFFA0       // Hangul fillers
            | 0xFEFF                // byte order mark
            | 0xFFF9..=0xFFFB       // interlinear annotation
            | 0x1D173..=0x1D17A     // musical formatting
            | 0xE0000..=0xE0FFF // tags and variation selectors
        )
}

fn columns_of(letter: char) -> usize {
    letter.width().unwrap_or(0)
}

/// Columns that `text` takes on a terminal.
pub(crate) fn columns(text: &str) -> usize {
    text.chars().map(columns_of).sum()
}

/// `text` in at most `limit` columns, with the middle left out: both the host and the end of an
/// address stay readable. Linear in the length of `text`.
#[must_use]
pub fn shortened(text: &str, limit: usize) -> String {
    if columns(text) <= limit {
        return text.to_owned();
    }
    let room = limit.saturating_sub(1);
    let tail_room = room * 2 / 5;
    let head_end = end_of_prefix(text.char_indices(), room - tail_room, text.len());
    let mut tail_start = text.len();
    let mut used = 0;
    for (at, letter) in text.char_indices().rev() {
        used += columns_of(letter);
        if used > tail_room {
            break;
        }
        tail_start = at;
    }
    format!(
        "{}…{}",
        &text[..head_end],
        &text[tail_start.max(head_end)..]
    )
}

/// `text` in at most `limit` columns, with the end left out.
pub(crate) fn begun(text: &str, limit: usize) -> String {
    if columns(text) <= limit {
        return text.to_owned();
    }
    let end = end_of_prefix(text.char_indices(), limit.saturating_sub(1), text.len());
    format!("{}…", &text[..end])
}

/// Columns of a word cut in two that are left out besides; longer ones are shown in part.
const CUT_WORD: usize = 12;

/// The last `limit` columns of `text`, with the beginning left out, and what is left there of a word.
pub(crate) fn ended(text: &str, limit: usize) -> String {
    if columns(text) <= limit {
        return text.to_owned();
    }
    let mut start = text.len();
    let mut used = 1;
    for (at, letter) in text.char_indices().rev() {
        used += columns_of(letter);
        if used > limit {
            break;
        }
        start = at;
    }
    let rest = &text[start..];
    let cuts_a_word = !text[..start].ends_with(char::is_whitespace);
    let blank = rest.find(char::is_whitespace);
    let skipped = blank.filter(|blank| cuts_a_word && columns(&rest[..*blank]) <= CUT_WORD);
    format!("…{}", &rest[skipped.unwrap_or(0)..])
}

fn end_of_prefix(
    letters: impl Iterator<Item = (usize, char)>,
    room: usize,
    otherwise: usize,
) -> usize {
    let mut used = 0;
    for (at, letter) in letters {
        used += columns_of(letter);
        if used > room {
            return at;
        }
    }
    otherwise
}

/// `text` in lines of at most `limit` columns, broken between words, and within a word only when
/// that word is longer than a line. At least one line.
pub(crate) fn wrapped(text: &str, limit: usize) -> Vec<String> {
    let limit = limit.max(8);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in text.split(' ') {
        let width = columns(word);
        if used > 0 && used + 1 + width > limit {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        for letter in word.chars() {
            if used + columns_of(letter) > limit {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            line.push(letter);
            used += columns_of(letter);
        }
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_are_written_out() {
        assert_eq!(legible("a\u{1b}[31mb"), "a‹U+001B›[31mb");
        assert_eq!(legible("\u{9b}2J"), "‹U+009B›2J");
    }

    #[test]
    fn a_turned_direction_is_written_out() {
        assert_eq!(legible("a\u{202e}gpj.exe"), "a‹U+202E›gpj.exe");
    }

    #[test]
    fn white_space_of_any_kind_is_one_space() {
        assert_eq!(legible("\n a \t\r\n\u{2028} b\u{a0}"), "a b");
    }

    #[test]
    fn a_tower_of_marks_is_cut() {
        let tower = format!("a{}b", "\u{301}".repeat(500));
        assert_eq!(legible(&tower).chars().count(), 2 + MARKS_ON_ONE_LETTER);
    }

    #[test]
    fn the_middle_of_a_long_text_is_left_out() {
        assert_eq!(shortened("abcdefghij", 10), "abcdefghij");
        assert_eq!(shortened("abcdefghijk", 6), "abc…jk");
        assert_eq!(shortened("絵絵絵絵絵", 6), "絵…絵");
    }

    #[test]
    fn the_end_or_the_beginning_can_be_left_out() {
        assert_eq!(begun("abcdef", 4), "abc…");
        assert_eq!(ended("abcdef", 4), "…def");
        assert_eq!(ended("some words more", 12), "… words more");
        assert_eq!(ended("some words more", 11), "…words more");
        assert_eq!(ended("some words more", 10), "… more");
        assert_eq!(
            ended("abcdefghijklmnopqrstuvwxyz z", 20),
            "…jklmnopqrstuvwxyz z"
        );
    }

    #[test]
    fn a_word_longer_than_a_line_is_broken() {
        assert_eq!(
            wrapped("ab cdefghijklmnop qr", 8),
            ["ab", "cdefghij", "klmnop", "qr"]
        );
    }
}
