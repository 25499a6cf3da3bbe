//! From the codes of a font to characters: by its `ToUnicode` map where it has one, else as Latin
//! with the font's own differences.

use std::collections::BTreeMap;

use crate::documents::pdf::file::File;
use crate::documents::pdf::objects::{Dict, Object, Reader, whole};

/// A map holds at most so many codes.
const MAX_CODES: usize = 70_000;

/// How one font writes.
#[derive(Debug, Clone, Default)]
pub(super) struct Font {
    map: BTreeMap<u32, String>,
    is_wide: bool,
    is_unreadable: bool,
}

impl Font {
    /// The font of a dictionary.
    pub(super) fn of(file: &File<'_>, dict: &Dict) -> Self {
        let mut font = Self {
            is_wide: dict.is("Subtype", "Type0"),
            ..Self::default()
        };
        let map = dict.get("ToUnicode").and_then(|map| file.stream_of(map));
        if let Some((_, content, _)) = map {
            font.read_map(&content);
        } else if font.is_wide {
            font.is_unreadable = true;
        }
        if !font.is_wide {
            font.read_differences(file, dict);
        }
        font
    }

    /// The characters of a string; `None` when the font does not say which they are.
    pub(super) fn text(&self, codes: &[u8]) -> Option<String> {
        if self.is_unreadable {
            return None;
        }
        if self.map.is_empty() && !self.is_wide {
            let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(codes);
            return Some(text.into_owned());
        }
        let mut text = String::new();
        for code in codes.chunks(if self.is_wide { 2 } else { 1 }) {
            let number = code.iter().fold(0, |sum, &byte| sum << 8 | u32::from(byte));
            match self.map.get(&number) {
                Some(known) => text.push_str(known),
                None if !self.is_wide => {
                    let (known, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(code);
                    text.push_str(&known);
                }
                None => text.push('\u{FFFD}'),
            }
        }
        Some(text)
    }

    fn read_map(&mut self, content: &[u8]) {
        let mut reader = Reader::new(content, 0, 400_000);
        let mut operands: Vec<Object> = Vec::new();
        while let Some(object) = reader.object() {
            let Object::Word(word) = object else {
                if operands.len() < 1_000 {
                    operands.push(object);
                }
                continue;
            };
            match word.as_str() {
                "endbfchar" => {
                    for pair in operands.chunks(2) {
                        if let [Object::Text(code), Object::Text(text)] = pair {
                            self.put(number(code), utf16(text));
                        }
                    }
                }
                "endbfrange" => {
                    for range in operands.chunks(3) {
                        self.range(range);
                    }
                }
                "endcodespacerange" => {
                    if let Some(Object::Text(low)) = operands.first() {
                        self.is_wide = low.len() > 1;
                    }
                }
                _ => {}
            }
            operands.clear();
        }
    }

    fn put(&mut self, code: u32, text: String) {
        if self.map.len() < MAX_CODES {
            self.map.insert(code, text);
        }
    }

    fn range(&mut self, range: &[Object]) {
        let [Object::Text(low), Object::Text(high), to] = range else {
            return;
        };
        let (low, high) = (number(low), number(high));
        for (step, code) in (low..=high).enumerate().take(0x1_0000) {
            let text = match to {
                Object::Array(texts) => match texts.get(step) {
                    Some(Object::Text(text)) => utf16(text),
                    _ => return,
                },
                Object::Text(first) => {
                    let mut text = utf16(first);
                    let last = text.pop().map(u32::from).unwrap_or_default();
                    let next = u32::try_from(step).map_or(last, |step| last.saturating_add(step));
                    text.extend(char::from_u32(next));
                    text
                }
                _ => return,
            };
            self.put(code, text);
        }
    }

    /// `/Encoding << /Differences [32 /space /A …] >>`.
    fn read_differences(&mut self, file: &File<'_>, dict: &Dict) {
        let Some(encoding) = file.dict(dict.get("Encoding")) else {
            return;
        };
        let mut code = 0;
        for item in file.items(encoding.get("Differences")).iter().take(4_096) {
            match item {
                Object::Number(first) => code = whole(*first).min(255),
                Object::Name(name) => {
                    if !self.map.contains_key(&code)
                        && let Some(c) = glyph(name)
                    {
                        self.put(code, c.to_string());
                    }
                    code = code.saturating_add(1);
                }
                _ => {}
            }
        }
    }
}

fn number(code: &[u8]) -> u32 {
    code.iter()
        .take(4)
        .fold(0, |sum, &byte| sum << 8 | u32::from(byte))
}

fn utf16(bytes: &[u8]) -> String {
    let units = bytes
        .chunks(2)
        .take(64)
        .map(|pair| u16::from(pair[0]) << 8 | u16::from(pair.get(1).copied().unwrap_or_default()));
    char::decode_utf16(units)
        .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// The character of a glyph's name: the ASCII part of Adobe's list, and names by number.
fn glyph(name: &str) -> Option<char> {
    let mut chars = name.chars();
    if let (Some(only), None) = (chars.next(), chars.next())
        && only.is_ascii_alphabetic()
    {
        return Some(only);
    }
    let hex = name.strip_prefix("uni").or_else(|| name.strip_prefix('u'));
    if let Some(c) = hex
        .and_then(|hex| u32::from_str_radix(hex, 16).ok())
        .and_then(char::from_u32)
    {
        return Some(c);
    }
    const NAMES: &[(&str, char)] = &[
        ("space", ' '),
        ("zero", '0'),
        ("one", '1'),
        ("two", '2'),
        ("three", '3'),
        ("four", '4'),
        ("five", '5'),
        ("six", '6'),
        ("seven", '7'),
        ("eight", '8'),
        ("nine", '9'),
        ("period", '.'),
        ("comma", ','),
        ("colon", ':'),
        ("semicolon", ';'),
        ("slash", '/'),
        ("hyphen", '-'),
        ("underscore", '_'),
        ("at", '@'),
        ("numbersign", '#'),
        ("question", '?'),
        ("equal", '='),
        ("ampersand", '&'),
        ("percent", '%'),
        ("plus", '+'),
        ("parenleft", '('),
        ("parenright", ')'),
        ("exclam", '!'),
        ("asciitilde", '~'),
        ("dollar", '$'),
        ("asterisk", '*'),
        ("quotesingle", '\''),
        ("quotedbl", '"'),
        ("bracketleft", '['),
        ("bracketright", ']'),
        ("fi", '\u{FB01}'),
        ("fl", '\u{FB02}'),
    ];
    NAMES
        .iter()
        .find(|(known, _)| *known == name)
        .map(|&(_, c)| c)
}
