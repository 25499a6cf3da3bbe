//! Objects of PDF, read from bytes (ISO 32000-1, 7.2 and 7.3). Tolerant: what is no object is
//! passed over. Nesting costs no stack.

use std::ops::Range;

/// Deeper arrays and dictionaries are left out.
const MAX_DEPTH: usize = 64;

/// An object.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Object {
    /// A number.
    Number(f64),
    /// A name, without its slash, with `#xx` undone.
    Name(String),
    /// A string, literal or in hex.
    Text(Vec<u8>),
    /// An array.
    Array(Vec<Object>),
    /// A dictionary.
    Dict(Dict),
    /// A reference to an indirect object.
    Ref(u32),
    /// A keyword or an operator; `true`, `false` and `null` as well.
    Word(String),
}

/// A dictionary, in the order of its keys in the file.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Dict(pub(super) Vec<(String, Object)>);

impl Dict {
    /// The value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&Object> {
        self.0
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value)
    }

    /// Whether a key holds this name.
    pub(super) fn is(&self, key: &str, name: &str) -> bool {
        matches!(self.get(key), Some(Object::Name(known)) if known == name)
    }
}

/// Reads objects from bytes.
pub(super) struct Reader<'b> {
    bytes: &'b [u8],
    /// Where it stands.
    pub(super) at: usize,
    /// How many objects may still be made.
    pub(super) left: usize,
}

enum Token {
    Object(Object),
    OpenArray,
    CloseArray,
    OpenDict,
    CloseDict,
}

impl<'b> Reader<'b> {
    /// A reader that stands at `at` and makes at most `left` objects.
    pub(super) fn new(bytes: &'b [u8], at: usize, left: usize) -> Self {
        Self { bytes, at, left }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while let Some(byte) = self.peek() {
            if byte == b'%' {
                while self
                    .peek()
                    .is_some_and(|byte| !matches!(byte, b'\r' | b'\n'))
                {
                    self.at += 1;
                }
            } else if is_space(byte) {
                self.at += 1;
            } else {
                return;
            }
        }
    }

    /// The next object; `None` at the end, or when no more may be made. A word ends every array
    /// and dictionary that was left open.
    pub(super) fn object(&mut self) -> Option<Object> {
        let mut open: Vec<(bool, Vec<Object>)> = Vec::new();
        loop {
            let start = self.at;
            let Some(token) = self.token() else {
                return close_all(open);
            };
            let done = match token {
                Token::OpenArray | Token::OpenDict => {
                    if open.len() >= MAX_DEPTH {
                        return close_all(open);
                    }
                    open.push((matches!(token, Token::OpenDict), Vec::new()));
                    continue;
                }
                Token::CloseArray | Token::CloseDict => match open.pop() {
                    Some((is_dict, items)) => finished(is_dict, items),
                    None => continue,
                },
                Token::Object(object) => object,
            };
            let ends = matches!(&done, Object::Word(word)
                if matches!(word.as_str(), "endobj" | "stream" | "obj" | "endstream"));
            if ends && !open.is_empty() {
                self.at = start;
                return close_all(open);
            }
            match open.last_mut() {
                None => return Some(self.reference_or(done)),
                Some((_, items)) => push(items, done),
            }
        }
    }

    /// `12 0 R` at the top level.
    fn reference_or(&mut self, object: Object) -> Object {
        let Object::Number(number) = object else {
            return object;
        };
        let back = self.at;
        if let (Some(Token::Object(Object::Number(_))), Some(Token::Object(Object::Word(word)))) =
            (self.token(), self.token())
            && word == "R"
        {
            return Object::Ref(whole(number));
        }
        self.at = back;
        object
    }

    fn token(&mut self) -> Option<Token> {
        self.skip_space();
        self.left = self.left.checked_sub(1)?;
        let byte = self.peek()?;
        self.at += 1;
        Some(match byte {
            b'[' => Token::OpenArray,
            b']' => Token::CloseArray,
            b'<' if self.peek() == Some(b'<') => {
                self.at += 1;
                Token::OpenDict
            }
            b'>' if self.peek() == Some(b'>') => {
                self.at += 1;
                Token::CloseDict
            }
            b'<' => Token::Object(Object::Text(self.hex())),
            b'(' => Token::Object(Object::Text(self.literal())),
            b'/' => Token::Object(Object::Name(self.name())),
            b'0'..=b'9' | b'+' | b'-' | b'.' => {
                self.at -= 1;
                Token::Object(self.number())
            }
            _ => {
                self.at -= 1;
                let word = self.regular();
                if word.is_empty() {
                    self.at += 1;
                }
                Token::Object(Object::Word(String::from_utf8_lossy(word).into_owned()))
            }
        })
    }

    fn regular(&mut self) -> &'b [u8] {
        let start = self.at;
        while self
            .peek()
            .is_some_and(|byte| !is_space(byte) && !is_delimiter(byte))
        {
            self.at += 1;
        }
        &self.bytes[start..self.at]
    }

    fn number(&mut self) -> Object {
        let written = self.regular();
        let text = String::from_utf8_lossy(written);
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Object::Number(number),
            _ => Object::Word(text.into_owned()),
        }
    }

    fn name(&mut self) -> String {
        let written = self.regular();
        let mut name = Vec::with_capacity(written.len());
        let mut at = 0;
        while at < written.len() {
            let code = (written[at] == b'#')
                .then(|| written.get(at + 1..at + 3))
                .flatten()
                .and_then(|digits| std::str::from_utf8(digits).ok())
                .and_then(|digits| u8::from_str_radix(digits, 16).ok());
            name.push(code.unwrap_or(written[at]));
            at += if code.is_some() { 3 } else { 1 };
        }
        String::from_utf8_lossy(&name).into_owned()
    }

    fn hex(&mut self) -> Vec<u8> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte != b'>') {
            self.at += 1;
        }
        let digits = &self.bytes[start..self.at];
        self.at += 1;
        from_hex(digits)
    }

    fn literal(&mut self) -> Vec<u8> {
        let mut text = Vec::new();
        let mut depth = 0_usize;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'(' => depth += 1,
                b')' if depth == 0 => return text,
                b')' => depth -= 1,
                b'\\' => {
                    self.escape(&mut text);
                    continue;
                }
                _ => {}
            }
            text.push(byte);
        }
        text
    }

    fn escape(&mut self, text: &mut Vec<u8>) {
        let Some(byte) = self.peek() else { return };
        self.at += 1;
        match byte {
            b'n' => text.push(b'\n'),
            b'r' => text.push(b'\r'),
            b't' => text.push(b'\t'),
            b'b' | b'f' => text.push(b' '),
            b'\n' => {}
            b'\r' => self.at += usize::from(self.peek() == Some(b'\n')),
            b'0'..=b'7' => {
                let mut code = u32::from(byte - b'0');
                for _ in 0..2 {
                    match self.peek() {
                        Some(digit @ b'0'..=b'7') => {
                            code = code * 8 + u32::from(digit - b'0');
                            self.at += 1;
                        }
                        _ => break,
                    }
                }
                text.push(u8::try_from(code & 0xFF).unwrap_or_default());
            }
            other => text.push(other),
        }
    }
}

/// Adds an item; `12 0 R` becomes a reference.
fn push(items: &mut Vec<Object>, object: Object) {
    if matches!(&object, Object::Word(word) if word == "R")
        && let [.., Object::Number(number), Object::Number(_)] = items.as_slice()
    {
        let number = whole(*number);
        items.truncate(items.len() - 2);
        items.push(Object::Ref(number));
    } else {
        items.push(object);
    }
}

/// A number as a whole one: a number of an object, a size, a code.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a cast of a float saturates, and what is named is checked to be there"
)]
pub(super) fn whole(number: f64) -> u32 {
    number as u32
}

fn finished(is_dict: bool, items: Vec<Object>) -> Object {
    if !is_dict {
        return Object::Array(items);
    }
    let mut dict = Dict::default();
    let mut items = items.into_iter().peekable();
    while let Some(key) = items.next() {
        // A key whose value is missing is passed over, and so is a value without a key.
        if let Object::Name(key) = key
            && let Some(value) = items.next()
        {
            dict.0.push((key, value));
        }
    }
    Object::Dict(dict)
}

fn close_all(mut open: Vec<(bool, Vec<Object>)>) -> Option<Object> {
    let mut object = None;
    while let Some((is_dict, mut items)) = open.pop() {
        items.extend(object.take());
        object = Some(finished(is_dict, items));
    }
    object
}

/// White space of PDF.
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0C | b'\r' | b' ')
}

fn is_delimiter(byte: u8) -> bool {
    matches!(
        byte,
        b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%'
    )
}

/// Bytes of hex digits; what is no digit is passed over, an odd digit counts as the upper half.
pub(super) fn from_hex(digits: &[u8]) -> Vec<u8> {
    let halves: Vec<u8> = digits
        .iter()
        .filter_map(|&digit| char::from(digit).to_digit(16))
        .filter_map(|digit| u8::try_from(digit).ok())
        .collect();
    halves
        .chunks(2)
        .map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or_default())
        .collect()
}

/// Text of a string: UTF-16 or UTF-8 by its mark, Latin otherwise.
pub(super) fn text_of(bytes: &[u8]) -> String {
    if let Some((encoding, skipped)) = encoding_rs::Encoding::for_bom(bytes) {
        return encoding
            .decode_without_bom_handling(&bytes[skipped..])
            .0
            .into_owned();
    }
    encoding_rs::WINDOWS_1252
        .decode_without_bom_handling(bytes)
        .0
        .into_owned()
}

/// Position of a needle, from a place on.
pub(super) fn find(bytes: &[u8], needle: &[u8], from: usize) -> Option<usize> {
    let first = *needle.first()?;
    let mut at = from;
    loop {
        at += bytes.get(at..)?.iter().position(|&byte| byte == first)?;
        if bytes[at..].starts_with(needle) {
            return Some(at);
        }
        at += 1;
    }
}

/// What an indirect object is.
#[derive(Debug, Clone)]
pub(super) struct Indirect {
    /// The object.
    pub(super) object: Object,
    /// The bytes of its stream in the body.
    pub(super) stream: Option<Range<usize>>,
    /// Where it stands in the body; for one out of an object stream, where that stands.
    pub(super) at: Range<usize>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_read_and_broken_ones_closed() {
        let read = |text: &str| Reader::new(text.as_bytes(), 0, 1_000).object();
        let dict = read("<< /A (x\\051\\(y) /B [1 2 0 R <48 6>] /C#20D /e >>");
        let expected = Dict(vec![
            ("A".to_owned(), Object::Text(b"x)(y".to_vec())),
            (
                "B".to_owned(),
                Object::Array(vec![
                    Object::Number(1.0),
                    Object::Ref(2),
                    Object::Text(b"H`".to_vec()),
                ]),
            ),
            ("C D".to_owned(), Object::Name("e".to_owned())),
        ]);
        assert_eq!(dict, Some(Object::Dict(expected)));
        assert_eq!(read("7 0 R"), Some(Object::Ref(7)));
        assert!(matches!(
            read("<< /A << /B (x endobj"),
            Some(Object::Dict(_))
        ));
        assert!(read(&"[".repeat(100_000)).is_some());
    }
}
