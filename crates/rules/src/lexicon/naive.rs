//! The lexicon against a search that looks for every word at every place, one after the other.

use proptest::prelude::*;

use super::boundary::{follows_number, word_end};
use super::gathered::{folded_word, languages};
use super::inflection::Inflection;
use super::role::is_same_role;
use super::{Category, Entry, Folded, General, Lexicon, Role};
use crate::fold::is_unspaced;
use crate::written::WordList;

/// First byte and end of a hit, the word that it is of, whether another ending stands in place of its last letter,
/// and what it is.
type Seen = (usize, usize, String, bool, Vec<Role>);

/// How a word is looked for: the pattern, any ending, a number before it, the letter that a stem lost.
type Way = (String, bool, bool, Option<char>);

/// A word of a pack with how it is looked for, and all that it is.
struct Known {
    way: Way,
    begins: bool,
    inflection: Inflection,
    roles: Vec<Role>,
}

/// The words of a pack, one by one.
#[derive(Default)]
struct Naive(Vec<Known>);

impl Naive {
    fn of(general: &General, categories: &[Category]) -> Self {
        let mut naive = Self::default();
        for (role, list) in general.by_role() {
            naive.add_all(list, role);
        }
        let known = languages(categories);
        for (category, of) in categories.iter().enumerate() {
            for (language, words) in &of.terms {
                let role = Role::Strong {
                    category,
                    language: known.iter().position(|it| it == language).unwrap(),
                    sure: false,
                };
                for word in words {
                    naive.add(word, role, Inflection::of(language), true);
                }
            }
            for (group, weak) in of.weak.iter().enumerate() {
                naive.add_all(&weak.terms, Role::Weak { category, group });
                naive.add_all(&weak.context, Role::Context { category, group });
            }
            let negative = Role::Negative {
                category: Some(category),
            };
            naive.add_all(&of.negative, negative);
            naive.add_all(&of.innocent, Role::Innocent);
        }
        naive
    }

    fn add_all(&mut self, words: &WordList, role: Role) {
        for word in words {
            self.add(word, role, Inflection::default(), false);
        }
    }

    fn add(&mut self, word: &str, role: Role, inflection: Inflection, changes: bool) {
        let folded = folded_word(word);
        let Some(first) = folded.chars().next() else {
            return;
        };
        let percent = word.starts_with("#%");
        let begins = !percent && !is_unspaced(first);
        let pattern = format!(
            "{}{}{folded}",
            if percent { "%" } else { "" },
            if begins || percent { " " } else { "" },
        );
        let (prefix, number) = (word.ends_with('*'), word.starts_with('#'));
        let last_word = folded.rsplit(' ').next().unwrap();
        if changes && begins && !prefix && inflection.has_changes(last_word) {
            let mut stem = pattern.clone();
            let lost = stem.pop();
            self.put((stem, prefix, number, lost), begins, inflection, role);
        }
        self.put((pattern, prefix, number, None), begins, inflection, role);
    }

    fn put(&mut self, way: Way, begins: bool, inflection: Inflection, role: Role) {
        let Some(known) = self.0.iter_mut().find(|known| known.way == way) else {
            self.0.push(Known {
                way,
                begins,
                inflection,
                roles: vec![role],
            });
            return;
        };
        known.inflection.join(inflection);
        if !known.roles.iter().any(|&old| is_same_role(old, role)) {
            known.roles.push(role);
        }
    }

    fn scan(&self, text: &str) -> Vec<Seen> {
        let mut seen = Vec::new();
        for known in &self.0 {
            let (pattern, prefix, number, lost) = &known.way;
            let begins = usize::from(known.begins);
            let word: String = pattern[begins..].chars().chain(*lost).collect();
            let entry = Entry {
                start: 0,
                end: 0,
                roles: 0,
                role_count: 0,
                inflection: known.inflection,
                begins: known.begins,
                prefix: *prefix,
                number: *number,
                is_stem: lost.is_some(),
                is_term: false,
            };
            for at in 0..text.len() {
                if !text.as_bytes()[at..].starts_with(pattern.as_bytes()) {
                    continue;
                }
                let (start, end) = (at + begins, at + pattern.len());
                if let Some(end) = word_end(text, start, end, &entry, &word)
                    && (!number || follows_number(text, start))
                {
                    let roles = known.roles.clone();
                    seen.push((start, end, word.clone(), lost.is_some(), roles));
                }
            }
        }
        seen.sort_by_key(|hit| format!("{hit:?}"));
        seen
    }
}

fn found(lexicon: &Lexicon, folded: &Folded<'_>) -> Vec<Seen> {
    let hits = lexicon.scan_all(folded);
    let mut seen: Vec<Seen> = hits
        .into_iter()
        .map(|hit| {
            let word = lexicon.text(hit.entry).to_owned();
            let roles = lexicon.roles(hit).copied().collect();
            let is_stem = lexicon.entries[hit.entry].is_stem;
            (hit.start, hit.end, word, is_stem, roles)
        })
        .collect();
    seen.sort_by_key(|hit| format!("{hit:?}"));
    seen
}

/// A category with terms by language, weak words, and words that are innocent.
fn category(terms: &[(&str, Vec<String>)], weak: &[String], negative: &[String]) -> Category {
    let by_language: serde_json::Map<String, serde_json::Value> = terms
        .iter()
        .map(|(language, words)| ((*language).to_owned(), serde_json::json!(words)))
        .collect();
    serde_json::from_value(serde_json::json!({
        "code": "A1",
        "name": "goods",
        "group": "",
        "severity": "medium",
        "legal_basis": "",
        "source": "",
        "checked": "",
        "required_gate": "none",
        "terms": by_language,
        "weak": [{ "id": "pair", "terms": weak, "context": negative }],
        "negative": negative,
    }))
    .unwrap()
}

fn agree(general: &General, categories: &[Category], text: &str) {
    let lexicon = Lexicon::build(general, categories);
    let naive = Naive::of(general, categories);
    for text in [text.to_owned(), format!("{text} 5 {text}% {text}")] {
        let folded = Folded::plain(&text);
        assert_eq!(found(&lexicon, &folded), naive.scan(&folded.text), "{text}");
    }
}

/// Words of few letters, so that they begin alike, meet, and stand in several lists.
const WORD: &str = "[ab]{1,3}|[aé]{1,2}( [abß]{1,3}){0,2}\\*?|[药酒ก]{1,3}a?|#%? ?[ab药]{1,2}\
    |aaaaaaaaaaaaaaaaaa[ab]{0,3}|tablet([kt][ay]|oa)|[-+.:°*#%\u{0}\u{feff}]{0,3}[aż]?|1[ab]|½|ab ?[药%]";
const TEXT: &str = "(5 ?% ?[ab药]{1,2}|[ab]{1,3}|é|ß|[药酒ก]{1,3}|[0-9]%?|tablet[kto](a|y|ami|e|i|u)?|aaaaaaaaaaaaaaaaaa[ab]{0,3}\
    |[-+.,:°%*\u{0}\u{feff}]| ){0,30}";

fn words() -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec(WORD, 0..12)
}

proptest! {
    #[test]
    fn the_hits_are_those_of_a_search_for_one_word_after_the_other(
        of_categories in proptest::collection::vec((words(), words(), words(), words()), 0..4),
        commerce in words(),
        text in TEXT,
    ) {
        let general = General {
            commerce: serde_json::from_value(serde_json::json!(commerce)).unwrap(),
            ..General::default()
        };
        let categories: Vec<Category> = of_categories
            .into_iter()
            .map(|(polish, italian, weak, negative)| {
                category(&[("it", italian), ("pl", polish)], &weak, &negative)
            })
            .collect();
        agree(&general, &categories, &text);
    }
}

#[test]
fn a_word_of_hundreds_of_categories_has_the_roles_of_all() {
    let terms = vec!["tabletka".to_owned(), "aaaaaaaaaaaaaaaaaaab".to_owned()];
    let all = vec![
        category(
            &[("en", terms.clone()), ("pl", terms.clone())],
            &terms,
            &terms
        );
        300
    ];
    agree(
        &General::default(),
        &all,
        "tabletki, tabletka aaaaaaaaaaaaaaaaaaab",
    );
    let lexicon = Lexicon::build(&General::default(), &all);
    let hits = lexicon.scan(&Folded::plain("one tabletka"));
    assert_eq!(lexicon.roles(hits[0]).count(), 4 * 300);
}

#[test]
fn a_sign_that_needs_a_number_is_found_with_and_without_a_space_behind_it() {
    for word in ["#%vol", "#% vol", "#%药"] {
        let pack = [category(&[("en", vec![word.to_owned()])], &[], &[])];
        let lexicon = Lexicon::build(&General::default(), &pack);
        for text in ["40%vol", "40% vol", "40 % vol", "40%药"] {
            let is_same = text.ends_with('药') == word.ends_with('药');
            let hits = lexicon.scan_all(&Folded::plain(text));
            assert_eq!(hits.len(), usize::from(is_same), "{word} in {text}");
        }
        assert_eq!(
            lexicon.scan_all(&Folded::plain("% vol, vol, %药")).len(),
            0,
            "{word}"
        );
    }
}

#[test]
fn a_word_that_folds_away_leaves_the_one_before_it_as_it_is() {
    let alone = vec!["tabletoa".to_owned()];
    let beside = vec!["tabletoa".to_owned(), "*".to_owned(), "-".to_owned()];
    let [alone, beside] = [alone, beside].map(|words| {
        let pack = [category(&[("pl", words)], &[], &[])];
        Lexicon::build(&General::default(), &pack)
    });
    let folded = Folded::plain("tabletoa tabletoy tabletu tableta tabletoom");
    assert_eq!(found(&beside, &folded), found(&alone, &folded));
}

#[test]
fn a_pack_without_categories_of_one_word_and_of_words_without_end_is_searched() {
    let none = Lexicon::build(&General::default(), &[]);
    assert_eq!(none.scan_all(&Folded::plain("a b 药 5 %")).len(), 0);
    agree(
        &General::default(),
        &[category(&[("en", vec!["a".to_owned()])], &[], &[])],
        "a b a",
    );
    let long = ["ab ", "药", "a"].map(|part| part.repeat(100_000 / part.len()));
    let more = long.iter().map(|word| format!("{word}b"));
    let words: Vec<String> = long.iter().cloned().chain(more).collect();
    let lexicon = Lexicon::build(&General::default(), &[category(&[("de", words)], &[], &[])]);
    for word in &long {
        let hits = lexicon.scan_all(&Folded::plain(word));
        assert_eq!(hits.len(), 1, "{} bytes", word.len());
    }
}

#[test]
fn each_of_three_hundred_thousand_words_is_found() {
    let letter = |at: usize| char::from(b'a' + u8::try_from(at % 26).unwrap());
    let word = |at: usize| -> String {
        let short = [at, at / 26, at / 676, at / 17_576].map(letter);
        let beginning = if at.is_multiple_of(2) {
            ""
        } else {
            "thesameseventeenb"
        };
        short
            .iter()
            .fold(beginning.to_owned(), |word, &next| word + &next.to_string())
            + "x"
    };
    let all: Vec<String> = (0..300_000).map(word).collect();
    let lexicon = Lexicon::build(
        &General::default(),
        &[category(&[("xx", all.clone())], &[], &[])],
    );
    assert_eq!(lexicon.len(), 300_000);
    let text = all.join(" ");
    let hits = lexicon.scan_all(&Folded::plain(&text));
    let seen: Vec<&str> = hits.iter().map(|hit| lexicon.text(hit.entry)).collect();
    assert!(seen.iter().copied().eq(all.iter().map(String::as_str)));
}
