//! Which words a document has, so that rules about others are passed over unread.
//!
//! The sheet of a framework has thousands of rules, and a page uses few of its classes. A selector that
//! names a class, an id or an element that the document has nowhere matches none of its
//! elements, and what it declares need not be read.

use crate::outline::{Index, Outline};

/// How many words are told apart, at the least; a word that shares its bit with another is taken for
/// one that the document may have.
const BITS: usize = 1 << 14;

/// The words of a document, as far as a bit for each tells.
pub(crate) struct Vocabulary {
    bits: Box<[u64]>,
}

/// What a word of a selector names.
#[derive(Clone, Copy)]
enum Kind {
    Element = 1,
    Id,
    Class,
}

/// The bit of a word (FNV-1a, folded). Names of elements are the same in capital letters.
fn bit(kind: Kind, word: &str) -> usize {
    let seed = 0xcbf2_9ce4_8422_2325 ^ kind as u64;
    let fold = matches!(kind, Kind::Element);
    let hash = word.bytes().fold(seed, |hash, byte| {
        let byte = if fold {
            byte.to_ascii_lowercase()
        } else {
            byte
        };
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    });
    // What is left of the division is smaller than the number of bits.
    ((hash ^ (hash >> 32)) % BITS as u64) as usize
}

impl Vocabulary {
    /// Those of a document. O(bytes of its classes, ids and names).
    pub(crate) fn of(outline: &Outline<'_>) -> Self {
        let mut words = Self {
            bits: vec![0; BITS / 64].into(),
        };
        for index in 0..outline.items.len() {
            words.enter(outline, index);
        }
        words
    }

    fn enter(&mut self, outline: &Outline<'_>, index: Index) {
        let Some(element) = outline.element(index) else {
            return;
        };
        self.add(Kind::Element, element.name());
        for (name, value) in &element.attrs {
            match &*name.local {
                "class" => {
                    for class in value.split_ascii_whitespace() {
                        self.add(Kind::Class, class);
                    }
                }
                "id" => self.add(Kind::Id, value),
                _ => {}
            }
        }
    }

    fn add(&mut self, kind: Kind, word: &str) {
        let bit = bit(kind, word);
        self.bits[bit / 64] |= 1 << (bit % 64);
    }

    fn may_have(&self, kind: Kind, word: &str) -> bool {
        let bit = bit(kind, word);
        self.bits[bit / 64] & (1 << (bit % 64)) != 0
    }

    /// Whether a selector may match an element of the document, now or once a script sets one class
    /// more: a rule that opens something names the class that a script adds, and beside it what
    /// is there. What stands in brackets, or has escapes, is not looked into. O(bytes).
    pub(crate) fn may_concern(&self, selector: &str) -> bool {
        let bytes = selector.as_bytes();
        let (mut at, mut missing, mut names_more) = (0, 0, false);
        while let Some(&byte) = bytes.get(at) {
            let word = match byte {
                b'.' | b'#' => &selector[at + 1..word_end(bytes, at + 1)],
                _ if is_of_word(byte) => &selector[at..word_end(bytes, at)],
                b'(' | b'[' => {
                    names_more = true;
                    at = bracket_end(bytes, at);
                    continue;
                }
                b':' => {
                    let colons = bytes[at..].iter().take_while(|&&byte| byte == b':');
                    at = word_end(bytes, at + colons.count());
                    continue;
                }
                // An escape, a namespace or a selector that stands in another.
                b'\\' | b'|' | b'&' => return true,
                _ => {
                    at += 1;
                    continue;
                }
            };
            let kind = match byte {
                b'.' => Kind::Class,
                b'#' => Kind::Id,
                _ => Kind::Element,
            };
            at += word.len() + usize::from(matches!(byte, b'.' | b'#'));
            let is_odd = word.is_empty() || matches!(bytes.get(at), Some(b'\\' | b'|'));
            if is_odd {
                return true;
            }
            match (self.may_have(kind, word), kind) {
                (true, Kind::Element) => {}
                (true, _) => names_more = true,
                (false, Kind::Class) => missing += 1,
                (false, _) => return false,
            }
            if missing > 1 {
                return false;
            }
        }
        missing == 0 || names_more
    }
}

const fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') || byte >= 0x80
}

fn word_end(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    from + rest.iter().take_while(|&&byte| is_of_word(byte)).count()
}

/// One past the bracket that closes the one at `at`.
fn bracket_end(bytes: &[u8], at: usize) -> usize {
    let (mut depth, mut quote, mut at) = (0_u32, 0_u8, at);
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'\\' => at += 1,
            _ if quote != 0 => quote = if byte == quote { 0 } else { quote },
            b'"' | b'\'' => quote = byte,
            b'(' | b'[' => depth += 1,
            b')' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at;
                }
            }
            _ => {}
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> Vocabulary {
        let mut words = Vocabulary {
            bits: vec![0; BITS / 64].into(),
        };
        for name in ["a", "ul", "li"] {
            words.add(Kind::Element, name);
        }
        for class in ["menu", "item", "größe"] {
            words.add(Kind::Class, class);
        }
        words.add(Kind::Id, "top");
        words
    }

    #[test]
    fn a_selector_that_names_what_is_not_there_concerns_nothing() {
        let words = words();
        for selector in [
            ".card",
            "a .card",
            ".card.wide",
            ".menu .card .wide",
            "#bottom .menu",
            "video",
            ".menu > Video",
            ".open",
            "a:hover .card:focus",
        ] {
            assert!(!words.may_concern(selector), "{selector}");
        }
    }

    #[test]
    fn a_selector_of_words_that_are_there_or_of_one_class_more_may_concern_something() {
        let words = words();
        for selector in [
            "*",
            "a",
            "UL > li.item",
            ".menu.open .item",
            ".open #top",
            ".open[hidden]",
            ".open:not(.card)",
            ":is(.card) .wide",
            "[class~=card]",
            ".md\\:flex",
            ".\\31 0",
            "svg|a",
            "&.card",
            ".größe",
            ".item::before",
            "a:has(> video)",
            ":host(.x)",
            "",
        ] {
            assert!(words.may_concern(selector), "{selector}");
        }
    }
}
