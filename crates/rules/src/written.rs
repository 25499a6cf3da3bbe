//! Lists of words as pack files write them: an array, or one text.
//!
//! A text holds a word a line, or several between semicolons. It is read several times as fast as an array, in
//! which every word is a value of its own to the reader of TOML; with tens of thousands of them that is
//! most of what reading a pack costs.

use std::fmt;

use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Words of a pack, in its order. They lie in one text: a string for each of tens of thousands of words would
/// cost as much as folding and sorting them.
#[derive(Clone, Default)]
pub struct WordList {
    text: String,
    /// First byte of each word, and one past its last.
    places: Vec<(u32, u32)>,
}

impl WordList {
    /// Of a text: blanks around words do not count.
    fn of_text(text: &str) -> Self {
        let mut places = Vec::new();
        let mut start = 0;
        for part in text.split(['\n', ';']) {
            let word = part.trim();
            if !word.is_empty() {
                let first = start + (part.len() - part.trim_start().len());
                places.push(place(first, first + word.len()));
            }
            start += part.len() + 1;
        }
        Self {
            text: text.to_owned(),
            places,
        }
    }

    fn push(&mut self, word: &str) {
        let start = self.text.len();
        self.text.push_str(word);
        self.places.push(place(start, self.text.len()));
    }

    /// The words, in the order of the pack.
    #[must_use]
    pub fn iter(&self) -> WordIter<'_> {
        WordIter {
            text: &self.text,
            places: self.places.iter(),
        }
    }

    /// How many words there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Adds the words of another list.
    pub(crate) fn extend(&mut self, other: &Self) {
        for word in other.iter() {
            self.push(word);
        }
    }
}

/// Lists of the same words are equal, whichever way they were written.
impl PartialEq for WordList {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for WordList {}

/// The words of a list.
#[derive(Debug, Clone)]
pub struct WordIter<'l> {
    text: &'l str,
    places: std::slice::Iter<'l, (u32, u32)>,
}

impl<'l> Iterator for WordIter<'l> {
    type Item = &'l str;

    fn next(&mut self) -> Option<&'l str> {
        let &(start, end) = self.places.next()?;
        Some(&self.text[start as usize..end as usize])
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.places.size_hint()
    }
}

impl ExactSizeIterator for WordIter<'_> {}

impl<'l> IntoIterator for &'l WordList {
    type Item = &'l str;
    type IntoIter = WordIter<'l>;

    fn into_iter(self) -> WordIter<'l> {
        self.iter()
    }
}

fn place(start: usize, end: usize) -> (u32, u32) {
    (narrow(start), narrow(end))
}

/// Words are fewer, and shorter, than the bytes of a pack, which no four gigabytes are.
pub(crate) fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl fmt::Debug for WordList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl Serialize for WordList {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self)
    }
}

impl<'de> Deserialize<'de> for WordList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ListVisitor)
    }
}

struct ListVisitor;

impl<'de> Visitor<'de> for ListVisitor {
    type Value = WordList;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of words, or a text with a word a line or between semicolons")
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(WordList::of_text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Self::Value, A::Error> {
        let mut words = WordList::default();
        while let Some(word) = array.next_element::<std::borrow::Cow<'_, str>>()? {
            // As in a text, blanks do not count: with one behind it a `*` would be none.
            let word = word.trim();
            if !word.is_empty() {
                words.push(word);
            }
        }
        Ok(words)
    }
}

/// Where a word stands in the source of a pack, in bytes: between quotes, or as a word of a text.
pub(crate) fn find(source: &str, word: &str) -> Option<usize> {
    let is_open = |before: &str| {
        let before = before.trim_end_matches([' ', '\t']);
        before.ends_with(['\n', ';', '"', '\''])
    };
    let is_closed = |after: &str| {
        let after = after.trim_start_matches([' ', '\t']);
        after.starts_with(['\n', '\r', ';', '"', '\''])
    };
    let mut found = source.match_indices(word);
    found
        .find(|(at, _)| is_open(&source[..*at]) && is_closed(&source[at + word.len()..]))
        .map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Form {
        words: WordList,
        by_name: std::collections::BTreeMap<String, WordList>,
    }

    fn read(text: &str) -> Result<Form, toml::de::Error> {
        toml::from_str(text)
    }

    #[test]
    fn an_array_and_a_text_are_the_same_list() {
        let array =
            read("words = [\"a b\", \"d'eau\", \"c*\"]\nby_name = { de = [\"x\"], en = [] }");
        let text = "words = '''\n  a b;d'eau ;\r\n\n c*\n'''\nby_name = { de = 'x', en = '' }";
        let (array, text) = (array.unwrap(), read(text).unwrap());
        let words = |list: &WordList| list.iter().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(words(&array.words), ["a b", "d'eau", "c*"]);
        assert_eq!(words(&array.words), words(&text.words));
        assert_eq!(words(&array.by_name["de"]), words(&text.by_name["de"]));
        assert!(array.by_name["en"].is_empty() && text.by_name["en"].is_empty());
    }

    #[test]
    fn blanks_line_ends_and_items_without_a_word_do_not_count_in_either_form() {
        let long = "a".repeat(100_000);
        let array = format!(
            r##"words = [" vodka* ", "\t#puffs", "", "  ", "a\u0000b", "\u00a0药", "{long}"]
            by_name = {{}}"##
        );
        let text = format!(
            "words = \"\"\"\r\n\tvodka* ;;; #puffs\t;\r\n\r\n;a\\u0000b;\u{a0}药\n{long}\"\"\"\nby_name = {{}}"
        );
        let (array, text) = (read(&array).unwrap(), read(&text).unwrap());
        assert_eq!(array.words, text.words);
        assert_eq!(
            array.words.iter().collect::<Vec<_>>(),
            ["vodka*", "#puffs", "a\0b", "药", &long]
        );
        assert_ne!(
            array.words,
            array.by_name.get("de").cloned().unwrap_or_default()
        );
    }

    #[test]
    fn what_is_no_list_is_refused_in_words() {
        let refused = read("words = 7\nby_name = {}").err().unwrap().to_string();
        assert!(
            refused.contains("an array of words, or a text"),
            "{refused}"
        );
        assert!(read("words = [7]\nby_name = {}").is_err());
    }

    #[test]
    fn a_word_is_found_in_either_form_and_not_within_another() {
        let text = "a = [\"red wine\", \"wine\"]";
        assert_eq!(find(text, "wine"), Some(18));
        let text = "a = '''\n  red wine; wine cellar;\n  wine\n'''";
        assert_eq!(find(text, "wine"), Some(35));
        assert_eq!(find(text, "cellar"), None);
    }
}
