//! Lists of words as pack files write them: an array, or one text.
//!
//! A text holds a word a line, or several between semicolons. It is read several times as fast as an array, in
//! which every word is a value of its own to the reader of TOML; with tens of thousands of them that is
//! most of what reading a pack costs.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// The words of a text, in order; blanks around them do not count.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(['\n', ';']).map(str::trim);
    words.filter(|word| !word.is_empty())
}

/// A list in either form.
struct List(Vec<String>);

impl<'de> Deserialize<'de> for List {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ListVisitor).map(List)
    }
}

struct ListVisitor;

impl<'de> Visitor<'de> for ListVisitor {
    type Value = Vec<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of words, or a text with a word a line or between semicolons")
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(words(text).map(str::to_owned).collect())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Self::Value, A::Error> {
        let mut words = Vec::with_capacity(array.size_hint().unwrap_or(0));
        while let Some(word) = array.next_element()? {
            words.push(word);
        }
        Ok(words)
    }
}

struct ListsVisitor;

impl<'de> Visitor<'de> for ListsVisitor {
    type Value = BTreeMap<String, Vec<String>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("lists of words by name")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut lists = BTreeMap::new();
        while let Some((name, List(words))) = map.next_entry()? {
            lists.insert(name, words);
        }
        Ok(lists)
    }
}

/// Reads a list of words.
pub(crate) fn list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    deserializer.deserialize_any(ListVisitor)
}

/// Reads lists of words by name.
pub(crate) fn lists<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, Vec<String>>, D::Error> {
    deserializer.deserialize_map(ListsVisitor)
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
        #[serde(deserialize_with = "list")]
        words: Vec<String>,
        #[serde(deserialize_with = "lists")]
        by_name: BTreeMap<String, Vec<String>>,
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
        assert_eq!(array.words, ["a b", "d'eau", "c*"]);
        assert_eq!(array.words, text.words);
        assert_eq!(array.by_name, text.by_name);
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
