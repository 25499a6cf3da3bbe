//! Reads the parts of a selector that are matched without scraper.

use html5ever::LocalName;

use crate::css::asks::Test;
use crate::css::plain::{Compound, Word};
use crate::css::selector::{pseudo_end, split_top};

/// A selector as it is read.
pub(super) struct Reader<'s> {
    text: &'s str,
    at: usize,
    /// Whether all so far was understood.
    pub(super) is_whole: bool,
}

impl<'s> Reader<'s> {
    /// At the beginning.
    pub(super) const fn new(text: &'s str) -> Self {
        Self {
            text,
            at: 0,
            is_whole: true,
        }
    }

    fn next(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Goes over one byte.
    pub(super) const fn pass(&mut self) {
        self.at += 1;
    }

    /// Goes over white space; gives what stands behind it.
    pub(super) fn after_space(&mut self) -> Option<u8> {
        while self.next().is_some_and(|b| b.is_ascii_whitespace()) {
            self.at += 1;
        }
        self.next()
    }

    /// An identifier without escapes.
    fn word(&mut self) -> Option<&'s str> {
        let rest = &self.text[self.at..];
        let end = rest
            .bytes()
            .position(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')))
            .unwrap_or(rest.len());
        let word = &rest[..end];
        self.at += end;
        let bare = word.strip_prefix('-').unwrap_or(word);
        bare.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            .then_some(word)
    }

    /// What is asked of one element; `None` for what is no such part, has escapes or names in capital
    /// letters, or words without a number.
    pub(super) fn compound(&mut self, number: &mut impl FnMut(&str) -> Word) -> Option<Compound> {
        let known = |word: Word| Some(word).filter(|&word| word != 0);
        let mut compound = Compound::default();
        match self.next()? {
            b'*' => self.pass(),
            b'.' | b'#' | b'[' | b':' => {}
            _ => {
                let name = self.word()?;
                if name.bytes().any(|b| b.is_ascii_uppercase()) {
                    return None;
                }
                compound.name = known(number(name))?;
            }
        }
        loop {
            match self.next() {
                Some(b'.') => {
                    self.pass();
                    let class = known(number(self.word()?))?;
                    if compound.class == 0 {
                        compound.class = class;
                    } else {
                        compound.more.get_or_insert_default().classes.push(class);
                    }
                }
                Some(b'#') => {
                    self.pass();
                    let id = known(number(self.word()?))?;
                    if compound.id != 0 && compound.id != id {
                        return None;
                    }
                    compound.id = id;
                }
                Some(b'[') => {
                    let test = self.attribute()?;
                    self.ask(&mut compound, test);
                }
                Some(b':') => self.pseudo(&mut compound, number),
                Some(b'>' | b'+' | b'~') | None => return Some(compound),
                Some(b) if b.is_ascii_whitespace() => return Some(compound),
                Some(_) => return None,
            }
        }
    }

    fn ask(&mut self, compound: &mut Compound, test: Option<Test>) {
        match test {
            Some(test) => compound.more.get_or_insert_default().tests.push(test),
            None => self.is_whole = false,
        }
    }

    /// `[name]` or `[name=value]`, as far as it is understood; `None` where it does not end.
    fn attribute(&mut self) -> Option<Option<Test>> {
        let inner = &self.text[self.at + 1..];
        let (mut quote, mut end) = (0_u8, None);
        for (at, byte) in inner.bytes().enumerate() {
            match byte {
                b'\\' => return None,
                _ if quote != 0 => quote = if byte == quote { 0 } else { quote },
                b'"' | b'\'' => quote = byte,
                b']' => {
                    end = Some(at);
                    break;
                }
                _ => {}
            }
        }
        let inner = &inner[..end?];
        self.at += inner.len() + 2;
        let inner = inner.trim();
        let is_letter = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let name_end = inner.bytes().position(|b| !is_letter(b));
        let (name, rest) = inner.split_at(name_end.unwrap_or(inner.len()));
        let rest = rest.trim_start();
        if !name.starts_with(|c: char| c.is_ascii_lowercase()) || rest.starts_with('|') {
            return Some(None);
        }
        let name = LocalName::from(name);
        if rest.is_empty() {
            return Some(Some(Test::Has(name, true)));
        }
        self.is_whole = false;
        let value = rest.strip_prefix('=').map(str::trim);
        let value = value.and_then(|value| match value.as_bytes() {
            [quote @ (b'"' | b'\''), ..] => value[1..].split(char::from(*quote)).next(),
            [_, ..] => value.split_ascii_whitespace().next(),
            [] => None,
        });
        Some(Some(match value {
            Some(value) => Test::Equals(name, value.into()),
            None => Test::Has(name, true),
        }))
    }

    /// A pseudo-class, as far as it is understood.
    fn pseudo(&mut self, compound: &mut Compound, number: &mut impl FnMut(&str) -> Word) {
        let rest = &self.text[self.at..];
        let word = &rest[..pseudo_end(rest).max(1)];
        self.at += word.len();
        let test = match word {
            ":root" => Test::Root(true),
            ":first-child" => Test::First(true),
            ":last-child" => Test::Last(true),
            ":only-child" => {
                self.ask(compound, Some(Test::First(true)));
                Test::Last(true)
            }
            _ => {
                let inner = word.strip_prefix(":not(");
                match inner.and_then(|inner| inner.strip_suffix(')')) {
                    Some(inner) => self.not(inner, compound, number),
                    None => self.is_whole = false,
                }
                return;
            }
        };
        self.ask(compound, Some(test));
    }

    /// `:not(…)` of some compounds.
    fn not(&mut self, inner: &str, compound: &mut Compound, number: &mut impl FnMut(&str) -> Word) {
        for alternative in split_top(inner, b',') {
            let mut reader = Reader::new(alternative.trim());
            // What stands in brackets of its own is left to others, so that none is read in another.
            let is_plain = !alternative.contains('(');
            let found = is_plain.then(|| reader.compound(number)).flatten();
            let Some(mut found) = found.filter(|_| reader.is_whole && reader.next().is_none())
            else {
                self.is_whole = false;
                continue;
            };
            let mut tests = found
                .more
                .as_mut()
                .map(|more| std::mem::take(&mut more.tests))
                .unwrap_or_default();
            if tests.is_empty() {
                compound.more.get_or_insert_default().not.push(found);
                continue;
            }
            let is_bare =
                found.name == 0 && found.id == 0 && found.class == 0 && !alternative.contains('*');
            let test = tests.pop().filter(|_| is_bare && tests.is_empty());
            self.ask(compound, test.and_then(Test::negated));
        }
    }
}
