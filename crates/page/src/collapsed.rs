//! Text with its white space collapsed, as a page shows it.

/// The first characters of a text.
pub(crate) fn first(text: &str, most: usize) -> &str {
    // A text has no more characters than bytes.
    if text.len() <= most {
        return text;
    }
    let end = text.char_indices().nth(most);
    end.map_or(text, |(at, _)| &text[..at])
}

/// Text that grows word by word, white space collapsed, up to a cap in characters.
pub(crate) struct Collapsed {
    pub(crate) text: String,
    left: usize,
    space: bool,
}

impl Collapsed {
    /// Starts empty.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            text: String::new(),
            left: most,
            space: false,
        }
    }

    /// Starts empty, with room for so many bytes.
    pub(crate) fn with_room(most: usize, bytes: usize) -> Self {
        Self {
            text: String::with_capacity(bytes),
            ..Self::new(most)
        }
    }

    /// Ends a word: a space stands before the next one.
    pub(crate) fn gap(&mut self) {
        self.space |= !self.text.is_empty();
    }

    /// Appends text as it stands; gives how many words it has that were taken.
    pub(crate) fn push(&mut self, text: &str) -> usize {
        if text.len() < self.left {
            let trimmed = text.trim_ascii();
            if are_apart(trimmed) {
                return self.push_apart(text, trimmed);
            }
            if text.is_ascii() {
                return self.push_ascii(text);
            }
        }
        let mut rest = text;
        let mut words = 0;
        while self.left > 0 && !rest.is_empty() {
            let blank = rest.len() - rest.trim_start().len();
            if blank > 0 {
                self.space = !self.text.is_empty();
                rest = &rest[blank..];
                continue;
            }
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            if std::mem::take(&mut self.space) {
                self.text.push(' ');
                self.left -= 1;
            }
            self.push_word(&rest[..end]);
            words += 1;
            rest = &rest[end..];
        }
        words
    }

    /// Appends a text that fits, of whose trimmed form the words stand one space apart.
    fn push_apart(&mut self, text: &str, trimmed: &str) -> usize {
        if trimmed.is_empty() {
            if !text.is_empty() {
                self.gap();
            }
            return 0;
        }
        if !text.starts_with(trimmed) {
            self.gap();
        }
        if std::mem::take(&mut self.space) {
            self.text.push(' ');
            self.left -= 1;
        }
        self.text.push_str(trimmed);
        self.left -= trimmed.len();
        self.space = !text.ends_with(trimmed);
        memchr::memchr_iter(b' ', trimmed.as_bytes()).count() + 1
    }

    /// Appends ASCII text that fits: line by line, since prose is broken into lines and little else.
    fn push_ascii(&mut self, text: &str) -> usize {
        let mut words = 0;
        for (number, line) in text.split('\n').enumerate() {
            if number > 0 {
                self.gap();
            }
            let trimmed = line.trim_ascii();
            words += if are_apart(trimmed) {
                self.push_apart(line, trimmed)
            } else {
                self.push_words(line)
            };
        }
        words
    }

    /// Appends ASCII text that fits: word by word, without a look at characters.
    fn push_words(&mut self, text: &str) -> usize {
        let (bytes, mut at, mut words) = (text.as_bytes(), 0, 0);
        loop {
            let blank = bytes[at..].iter().position(|&byte| !is_blank(byte));
            let length = blank.unwrap_or(bytes.len() - at);
            if length > 0 {
                self.gap();
            }
            at += length;
            if at == bytes.len() {
                return words;
            }
            let word = bytes[at..].iter().position(|&byte| is_blank(byte));
            let end = word.map_or(bytes.len(), |length| at + length);
            if std::mem::take(&mut self.space) {
                self.text.push(' ');
                self.left -= 1;
            }
            self.text.push_str(&text[at..end]);
            self.left -= end - at;
            words += 1;
            at = end;
        }
    }

    /// How many bytes it has.
    pub(crate) fn len32(&self) -> u32 {
        u32::try_from(self.text.len()).unwrap_or(u32::MAX)
    }

    fn push_word(&mut self, word: &str) {
        // A word has no more characters than bytes.
        if word.len() <= self.left {
            self.text.push_str(word);
            self.left -= if word.is_ascii() {
                word.len()
            } else {
                word.chars().count()
            };
            return;
        }
        let end = word
            .char_indices()
            .nth(self.left)
            .map_or(word.len(), |(at, _)| at);
        let cut = &word[..end];
        self.text.push_str(cut);
        self.left -= cut.chars().count();
    }

    /// Whether the cap is reached.
    pub(crate) fn is_full(&self) -> bool {
        self.left == 0
    }

    /// The text.
    pub(crate) fn finish(self) -> String {
        self.text
    }
}

/// Whether an ASCII byte is white space, as characters are.
const fn is_blank(byte: u8) -> bool {
    matches!(byte, b'\t'..=b'\r' | b' ')
}

/// Whether a trimmed text is of printable ASCII characters, and its words stand one space apart. No
/// step of the passes waits for another, so that they go over many bytes at once.
fn are_apart(trimmed: &str) -> bool {
    let bytes = trimmed.as_bytes();
    let odd = bytes
        .iter()
        .fold(false, |odd, &byte| odd | !(b' '..0x80).contains(&byte));
    let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or_default());
    let wide = pairs.fold(false, |wide, (&a, &b)| wide | ((a == b' ') & (b == b' ')));
    !odd && !wide
}

/// White space collapsed and trimmed, at most `most` characters.
pub(crate) fn collapse(text: &str, most: usize) -> String {
    let mut words = Collapsed::new(most);
    words.push(text);
    words.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_one_space_apart_over_pieces() {
        for (pieces, most, text) in [
            (&["a b", " c"][..], 9, "a b c"),
            (&[" a", "b  c\n"], 9, "ab c"),
            (&["a ", " ", " b"], 9, "a b"),
            (&["  a ", "b "], 9, "a b"),
            (&["é\u{a0}x", "y z"], 9, "é xy z"),
            (&["abc def"], 4, "abc "),
            (&["abc", " def"], 5, "abc d"),
            (&["\n a\tb \u{b}", "\n", "c  d"], 9, "a b c d"),
            (&["a", "\n\n"], 9, "a"),
            (&[" ", ""], 9, ""),
        ] {
            let mut words = Collapsed::new(most);
            for piece in pieces {
                words.push(piece);
            }
            assert_eq!(words.finish(), text, "{pieces:?}");
        }
    }

    #[test]
    fn words_are_counted() {
        for text in ["", " ", "a", " a b ", "a  b", "a\tb c", "é x"] {
            let mut words = Collapsed::new(100);
            assert_eq!(
                words.push(text),
                text.split_whitespace().count(),
                "{text:?}"
            );
        }
    }
}
