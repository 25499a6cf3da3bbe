//! The declaration of a document's type. It decides whether the page is read as an old one.

use crate::ascii::begins;

/// A declaration as it was read.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Doctype {
    pub(super) name: Option<String>,
    pub(super) public: Option<String>,
    pub(super) system: Option<String>,
    /// Whether it breaks the rules, which makes an old page of any.
    pub(super) is_broken: bool,
}

/// Reads what follows the word; gives how many bytes belong to it, its `>` counted.
pub(super) fn read(rest: &str) -> (Doctype, usize) {
    let mut reader = Reader { rest, at: 0 };
    let mut found = Doctype::default();
    // Whatever is wrong ends the reading, and what stands before the `>` is left out.
    found.is_broken = reader.doctype(&mut found).is_none();
    let left = &rest.as_bytes()[reader.at..];
    let end = memchr::memchr(b'>', left);
    found.is_broken |= end.is_none();
    let length = reader.at + end.map_or(left.len(), |end| end + 1);
    (found, length)
}

struct Reader<'a> {
    rest: &'a str,
    at: usize,
}

impl Reader<'_> {
    /// `None` where the rules are broken.
    fn doctype(&mut self, found: &mut Doctype) -> Option<()> {
        let name = self.word();
        if name.is_empty() {
            return None;
        }
        found.name = Some(name.to_ascii_lowercase().replace('\0', "\u{FFFD}"));
        self.space();
        if self.next()? == '>' {
            return Some(());
        }
        if self.keyword("public") {
            self.space();
            found.public = Some(self.quoted()?);
            self.space();
            if self.next()? == '>' {
                return Some(());
            }
        } else if !self.keyword("system") {
            return None;
        }
        self.space();
        found.system = Some(self.quoted()?);
        // Whatever follows is an error that counts for nothing.
        Some(())
    }

    fn next(&self) -> Option<char> {
        self.rest[self.at..].chars().next()
    }

    fn space(&mut self) {
        let rest = &self.rest[self.at..];
        let trimmed = rest.trim_start_matches(|c: char| c.is_ascii_whitespace());
        self.at += rest.len() - trimmed.len();
    }

    fn word(&mut self) -> String {
        self.space();
        let rest = &self.rest[self.at..];
        let length = rest
            .find(|c: char| c.is_ascii_whitespace() || c == '>')
            .unwrap_or(rest.len());
        self.at += length;
        rest[..length].to_owned()
    }

    fn keyword(&mut self, word: &str) -> bool {
        let is_next = begins(&self.rest[self.at..], word);
        self.at += if is_next { word.len() } else { 0 };
        is_next
    }

    /// An identifier in quotes; one that a `>` or the end of the source cuts is none.
    fn quoted(&mut self) -> Option<String> {
        let quote = self.next().filter(|c| matches!(c, '"' | '\''))?;
        self.at += 1;
        let rest = &self.rest[self.at..];
        let length = rest.find([quote, '>'])?;
        let is_whole = rest[length..].starts_with(quote);
        self.at += length + usize::from(is_whole);
        is_whole.then(|| {
            let mut plain = String::new();
            super::references::unresolved(&rest[..length], &mut plain);
            plain
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_are_read() {
        let owned = |text: &str| Some(text.to_owned());
        let (found, length) = read(" HTML>x");
        assert_eq!(
            (found.name, found.is_broken, length),
            (owned("html"), false, 6)
        );
        let (found, length) = read(" html PUBLIC \"-//W3C//DTD HTML 3.2//EN\" 'u' x>y");
        assert_eq!(found.public, owned("-//W3C//DTD HTML 3.2//EN"));
        assert_eq!(found.system, owned("u"));
        assert_eq!((found.is_broken, length), (false, 46));
        for broken in [
            ">",
            "",
            " html",
            " html x>",
            " html PUBLIC>",
            " html SYSTEM 'a>",
        ] {
            assert!(read(broken).0.is_broken, "{broken}");
        }
    }
}
