//! Disguises of written addresses and handles: styled letters (T03), characters without width (T04),
//! text turned round (T06), dots that are spelled out (T02) and letters set apart, each undone with the
//! way back to the text as it was written.

mod apart;
mod endings;
mod needles;
mod odd_dots;
mod slashes;
mod spelling;

use model::{Technique, styled_letter};
use unicode_normalization::UnicodeNormalization;

use crate::visibility::is_blank;
use apart::{closed_up, collapsed, may_break_behind_dot, mirrored, mirrored_scheme};
use odd_dots::odd_dots;
pub(crate) use slashes::path_behind;
use spelling::{spelled, undo};

/// Longer texts are read as they stand.
const MAX_TEXT: usize = 100_000;

/// A text without its disguises.
pub(crate) struct Plain {
    /// The text.
    pub(crate) text: String,
    /// For each of its bytes, the offset in the text as written; one more for its end.
    pub(crate) origin: Vec<usize>,
    /// What was undone.
    pub(crate) techniques: Vec<Technique>,
}

impl Plain {
    fn new(bytes: usize) -> Self {
        Self {
            text: String::with_capacity(bytes),
            origin: Vec::with_capacity(bytes + 1),
            techniques: Vec::new(),
        }
    }

    /// A text as it stands.
    fn whole(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            origin: (0..=text.len()).collect(),
            techniques: Vec::new(),
        }
    }

    fn push(&mut self, c: char, from: usize) {
        self.text.push(c);
        self.origin.resize(self.text.len(), from);
    }

    fn push_str(&mut self, text: &str, origin: &[usize]) {
        self.text.push_str(text);
        self.origin.extend_from_slice(origin);
    }

    fn end(mut self, end: usize) -> Self {
        self.origin.push(end);
        self
    }

    fn note(&mut self, technique: Technique) {
        if !self.techniques.contains(&technique) {
            self.techniques.push(technique);
        }
    }
}

/// The plain forms of a text that differ from it: none for ordinary prose. One pass over the bytes
/// for ASCII text, and over the characters for any other.
pub(crate) fn plain_forms(text: &str) -> Vec<Plain> {
    let mut forms = Vec::new();
    if text.len() > MAX_TEXT {
        return forms;
    }
    let folded = (!text.is_ascii()).then(|| text.chars().fold(0, |all, c| all | sign(c)));
    let folded = folded.unwrap_or(0);
    if folded & TURNS != 0 {
        forms.push(turned(text));
    }
    if memchr::memchr3(b'.', b':', b'/', text.as_bytes()).is_some() {
        around_signs(text, &mut forms);
    }
    if folded & HIDES != 0 {
        forms.extend(smuggled(text));
    }
    if folded & (STYLED | INVISIBLE) != 0 {
        forms.push(respelled(fold(text)));
        return forms;
    }
    let spelled = spelled(text);
    if !spelled.is_empty() {
        forms.push(undo(&Plain::whole(text), &spelled));
    }
    forms
}

/// The plain forms of a text with dots, colons or slashes in it: mirrored, set apart, broken over lines, or with
/// other signs for the dots.
fn around_signs(text: &str, forms: &mut Vec<Plain>) {
    if let Some(start) = mirrored_scheme(text) {
        forms.push(mirrored(text, start));
    }
    forms.extend(closed_up(text).map(respelled));
    if may_break_behind_dot(text) {
        forms.push(respelled(collapsed(text)));
    }
    let signs = odd_dots(text);
    if !signs.is_empty() {
        forms.push(undo(&Plain::whole(text), &signs));
    }
}

/// A plain form without what is spelled in it.
fn respelled(plain: Plain) -> Plain {
    let spelled = spelled(&plain.text);
    if spelled.is_empty() {
        plain
    } else {
        undo(&plain, &spelled)
    }
}

const STYLED: u8 = 1;
const INVISIBLE: u8 = 2;
const TURNS: u8 = 4;
const HIDES: u8 = 8;

/// What a character is a sign of.
fn sign(c: char) -> u8 {
    match c {
        '\0'..='\u{A0}' => 0,
        '\u{202D}' | '\u{202E}' => TURNS | INVISIBLE,
        '\u{E0000}'..='\u{E007F}' | '\u{E0100}'..='\u{E01EF}' => HIDES | INVISIBLE,
        '\u{FE00}'..='\u{FE0E}' => HIDES | INVISIBLE,
        '\u{FF01}'..='\u{FF5E}' | '\u{FF61}' | '\u{3002}' | '\u{2024}' | '\u{FE52}' => STYLED,
        '\u{1D400}'..='\u{1D7FF}' | '\u{1F100}'..='\u{1F1FF}' | '\u{2460}'..='\u{24FF}' => STYLED,
        '\u{2070}'..='\u{209F}' | '\u{2100}'..='\u{214F}' | '\u{1D00}'..='\u{1DBF}' => STYLED,
        '\u{B2}' | '\u{B3}' | '\u{B9}' | '\u{0262}' | '\u{026A}' | '\u{0274}' | '\u{0280}' => {
            STYLED
        }
        '\u{028F}' | '\u{0299}' | '\u{029C}' | '\u{029F}' | '\u{A730}' | '\u{A731}' => STYLED,
        '\u{B7}' | '\u{2022}' | '\u{2219}' | '\u{22C5}' | '\u{2044}' | '\u{2215}' => STYLED,
        c if is_blank(c) && !c.is_whitespace() && !c.is_control() => INVISIBLE,
        _ => 0,
    }
}

/// Styled letters made plain, and what has no width left out.
fn fold(text: &str) -> Plain {
    let mut plain = Plain::new(text.len());
    for (at, c) in text.char_indices() {
        if c.is_ascii() || c.is_whitespace() {
            plain.push(c, at);
        } else if is_blank(c) {
            plain.note(Technique::INVISIBLE_CHARACTERS);
        } else if let Some(letter) = letter_of(c) {
            plain.note(Technique::STYLED_LETTERS);
            plain.push(letter, at);
        } else {
            let before = plain.text.len();
            for folded in std::iter::once(c).nfkc() {
                plain.push(folded, at);
            }
            let is_styled = plain.text[before..].is_ascii();
            if is_styled {
                plain.note(Technique::STYLED_LETTERS);
            }
        }
    }
    plain.end(text.len())
}

/// The letter or sign that a styled one stands for, where compatibility decomposition knows none.
fn letter_of(c: char) -> Option<char> {
    match c {
        '\u{1F1E6}'..='\u{1F1FF}' => char::from_u32(c as u32 - 0x1F1E6 + 'a' as u32),
        '。' | '．' | '｡' | '․' | '﹒' | '·' | '•' | '∙' | '⋅' => Some('.'),
        '⁄' | '∕' => Some('/'),
        _ => styled_letter(c),
    }
}

/// The text as the marks of right-to-left override show it: what stands between the mark and its
/// end is read backwards.
fn turned(text: &str) -> Plain {
    let mut plain = Plain::new(text.len());
    let mut waiting: Vec<(usize, char)> = Vec::new();
    let mut is_turned = false;
    for (at, c) in text.char_indices() {
        match c {
            '\u{202E}' => is_turned = true,
            '\u{202C}' | '\u{202D}' | '\n' => {
                is_turned = false;
                while let Some((from, c)) = waiting.pop() {
                    plain.push(c, from);
                }
            }
            // Further marks in it are no letters.
            '\u{200E}' | '\u{200F}' | '\u{202A}' | '\u{202B}' | '\u{2066}'..='\u{2069}' => {}
            c if is_turned => waiting.push((at, c)),
            c => plain.push(c, at),
        }
    }
    while let Some((from, c)) = waiting.pop() {
        plain.push(c, from);
    }
    plain.note(Technique::BIDI_TEXT);
    plain.end(text.len())
}

/// The letters that digits stand for in a word that has letters, too: `c0m` is `com`. In lower case. A word of
/// fewer than three characters, and one without digits, stays as it is.
pub(crate) fn unleet(word: &str) -> String {
    let lower = word.to_lowercase();
    let is_coded = lower.len() > 2
        && lower.bytes().any(|byte| byte.is_ascii_digit())
        && lower.bytes().any(|byte| byte.is_ascii_alphabetic());
    if !is_coded {
        return lower;
    }
    let letter = |c| match c {
        '0' => 'o',
        '1' => 'i',
        '3' => 'e',
        '4' => 'a',
        '5' => 's',
        '7' => 't',
        '8' => 'b',
        '9' => 'g',
        other => other,
    };
    lower.chars().map(letter).collect()
}

/// Whether a character is of a script that is written without spaces between words.
pub(crate) const fn is_unspaced(c: char) -> bool {
    matches!(
        c,
        '\u{2E80}'..='\u{2FDF}'
            | '\u{3005}'..='\u{3007}'
            | '\u{3040}'..='\u{30FF}'
            | '\u{3400}'..='\u{4DBF}'
            | '\u{4E00}'..='\u{9FFF}'
            | '\u{AC00}'..='\u{D7AF}'
            | '\u{F900}'..='\u{FAFF}'
            | '\u{20000}'..='\u{3134F}'
    )
}

/// Text that stands in tag characters, or in the numbers of variation selectors: it is on the page
/// and on no screen.
fn smuggled(text: &str) -> Option<Plain> {
    let mut plain = Plain::new(32);
    let mut bytes: Vec<u8> = Vec::new();
    for (at, c) in text.char_indices() {
        match c {
            '\u{E0020}'..='\u{E007E}' => {
                let ascii = char::from_u32(c as u32 - 0xE0000).unwrap_or(' ');
                plain.push(ascii, at);
            }
            '\u{FE00}'..='\u{FE0F}' => bytes.push((c as u32 - 0xFE00) as u8),
            '\u{E0100}'..='\u{E01EF}' => bytes.push((c as u32 - 0xE0100 + 16) as u8),
            _ => {}
        }
    }
    if bytes.len() > 6
        && let Ok(hidden) = String::from_utf8(bytes)
    {
        plain.push(' ', 0);
        hidden.chars().for_each(|c| plain.push(c, 0));
    }
    plain.note(Technique::INVISIBLE_CHARACTERS);
    (plain.text.len() > 4).then(|| plain.end(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(text: &str) -> Vec<String> {
        plain_forms(text)
            .into_iter()
            .map(|form| form.text)
            .collect()
    }

    #[test]
    fn disguises_are_undone() {
        for (text, plain) in [
            (
                "go to shop dot example dot com now",
                "go to shop.example.com now",
            ),
            ("example(dot)com", "example.com"),
            ("example [dot] co [dot] uk", "example.co.uk"),
            ("exampledotcom", "example.com"),
            ("see go7.\n    example.\n    com/a", "see go7.example.com/a"),
            ("at go7\".\"example\".\"com", "at go7.example.com"),
            ("example点com", "example.com"),
            ("пример точка ру", "пример.ру"),
            ("tienda punto com", "tienda.com"),
            ("boutique point fr", "boutique.fr"),
            ("sklep kropka pl", "sklep.pl"),
            ("hxxps[:]//example[.]com/x", "https://example.com/x"),
            ("at h77p://example.com/x", "at http://example.com/x"),
            ("ht+ps://example.com/x", "https://example.com/x"),
            ("(H††P://example.com/x)", "(http://example.com/x)"),
            ("ⓔⓧⓐⓜⓟⓛⓔ.ⓒⓞⓜ", "example.com"),
            ("𝐞𝐱𝐚𝐦𝐩𝐥𝐞.𝐜𝐨𝐦", "example.com"),
            ("ᴇxᴀᴍᴘʟᴇ.ᴄᴏᴍ", "example.com"),
            ("🅴🆇🅰🅼🅿🅻🅴.🅲🅾🅼", "example.com"),
            ("🇪 🇽", "e x"),
            ("exa\u{AD}mple.com", "example.com"),
            ("\u{202E}moc.elpmaxe\u{202C}", "example.com"),
            ("\u{202E}\u{2067}moc.elpmaxe\u{2069}\u{202C}", "example.com"),
            ("read x/moc.elpmaxe//:sptth", "https://example.com/x"),
            (
                "at s h o p . e x a m p l e . c o m today",
                "at shop.example.com today",
            ),
            ("h t t p : / / e x . c o m / a", "http://ex.com/a"),
            ("e x a m p l e . c o m/a1 now", "example.com/a1 now"),
            (
                "at http ://example.com and http : // example.net",
                "at http://example.com and http://example.net",
            ),
            ("h t t p://example.com", "http://example.com"),
            ("http:\\\\example.com\\a\\b c", "http://example.com/a/b c"),
            ("go7(d0t)example(d0t)com", "go7.example.com"),
            ("go . example . com / a / b", "go.example.com/a/b"),
            ("go7. example. com/a1 now", "go7.example.com/a1 now"),
            (
                "http;//example.com/a and https:/example.net",
                "http://example.com/a and https://example.net",
            ),
            ("http:||example.com|a|b", "http://example.com/a/b"),
            (
                "tienda punto example punto com barra a",
                "tienda.example.com/a",
            ),
            (
                "shop dot example dot com slash sale slash 12 now",
                "shop.example.com/sale/12 now",
            ),
            (
                "shop(dot)example(dot)com(slash)sale",
                "shop.example.com/sale",
            ),
            (
                "sklep kropka example kropka pl ukośnik a",
                "sklep.example.pl/a",
            ),
            ("保养：go7点example点com/a", "保养:go7.example.com/a"),
        ] {
            let found = forms(text);
            assert!(found.iter().any(|form| form == plain), "{text}: {found:?}");
        }
    }

    #[test]
    fn prose_has_no_disguise() {
        for text in [
            "The end. Com is a word. Net income rose.",
            "un punto de encuentro, el punto es que no",
            "au point de vue, un point com",
            "a polka dot dress, an anecdote, the dot is red",
            "an appointment in Punkt de",
            "Plain prose, with commas; and so on.",
            "a polka dot red dot blue dress",
            "it is http and https, or http/2 and http/1.1",
            "wash it cold. do not tumble/dry it. at/or",
            "sizes S / M / L . XL",
            "see shop.example.com / amazon.de",
            "C:\\\\Users\\\\me",
            "A B C D E F G H I J K",
            "G R E A T . D E A L S . N O W",
        ] {
            assert_eq!(forms(text), [] as [String; 0], "{text}");
        }
    }

    #[test]
    fn text_in_tag_characters_is_read() {
        let hidden: String = "see example.com"
            .chars()
            .filter_map(|c| char::from_u32(0xE0000 + c as u32))
            .collect();
        let found = forms(&format!("nice{hidden} vase"));
        assert!(
            found.iter().any(|form| form.contains("example.com")),
            "{found:?}"
        );
    }

    #[test]
    fn each_byte_of_a_plain_form_knows_where_it_stood() {
        let text = "at ｅｘ.com";
        let form = plain_forms(text).remove(0);
        assert_eq!(form.text, "at ex.com");
        assert_eq!(form.origin.len(), form.text.len() + 1);
        assert_eq!(&text[form.origin[3]..form.origin[5]], "ｅｘ");
    }
}
