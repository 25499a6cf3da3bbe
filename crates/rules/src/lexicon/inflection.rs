//! Inflection: by which endings a term is still the term, by the language that lists it.
//!
//! General rules of the written languages, not lists of forms: what follows a whole word (`Gewehr`,
//! `Gewehre`), and what takes the place of its last letter (`sigaretta`, `sigarette`). They hold for long
//! words only, since short ones become other words (`Gin`, `Ginn`). Changes inside a word (`wódka`,
//! `wódek`; `Messer`) and compounds are no inflection here: such forms are terms of their own.

/// The fewest letters of a word, or of what is left of it, for endings that are more than a plural.
const LONG: usize = 5;

/// Languages with endings of their own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Inflection(u8);

const GERMAN: u8 = 1;
const POLISH: u8 = 2;
const ITALIAN: u8 = 4;
const SPANISH: u8 = 8;
const FRENCH: u8 = 16;
const ENGLISH: u8 = 32;
const ALL: [u8; 6] = [GERMAN, POLISH, ITALIAN, SPANISH, FRENCH, ENGLISH];

impl Inflection {
    /// That of a language by its code; none of one that is not known.
    pub(super) fn of(language: &str) -> Self {
        Self(match language {
            "de" => GERMAN,
            "pl" => POLISH,
            "it" => ITALIAN,
            "es" => SPANISH,
            "fr" => FRENCH,
            "en" => ENGLISH,
            _ => 0,
        })
    }

    /// A word that two languages list has the endings of both.
    pub(super) fn join(&mut self, other: Self) {
        self.0 |= other.0;
    }

    /// Whether a word with this ending is the word, which has `letters` letters.
    pub(super) fn has_ending(self, word: &str, ending: &str) -> bool {
        word.len() >= LONG
            && ends_in_consonant(word)
            && self.each(|language| endings(language).contains(&ending))
    }

    /// Whether a term, by its last word, has endings that follow it.
    pub(super) fn has_endings(self, term: &str) -> bool {
        let word = term.rsplit(' ').next().unwrap_or(term);
        word.len() >= LONG
            && ends_in_consonant(word)
            && self.each(|language| !endings(language).is_empty())
    }

    /// Whether the last letter of a word may change at all.
    pub(super) fn has_changes(self, word: &str) -> bool {
        let Some((stem, last)) = cut(word) else {
            return false;
        };
        stem.len() >= LONG && self.each(|language| !changes(language, stem, last).is_empty())
    }

    /// Whether a word is still the word when this stands in the place of its last letter.
    pub(super) fn has_change(self, word: &str, ending: &str) -> bool {
        let Some((stem, last)) = cut(word) else {
            return false;
        };
        self.each(|language| changes(language, stem, last).contains(&ending))
    }

    fn each(self, mut holds: impl FnMut(u8) -> bool) -> bool {
        ALL.into_iter().any(|one| self.0 & one != 0 && holds(one))
    }
}

/// What a word is without its last letter, and that letter.
fn cut(word: &str) -> Option<(&str, &str)> {
    let (at, last) = word.char_indices().next_back()?;
    last.is_ascii_lowercase().then(|| word.split_at(at))
}

fn ends_in_consonant(word: &str) -> bool {
    let last = word.bytes().next_back();
    last.is_some_and(|last| last.is_ascii_lowercase() && !b"aeiouy".contains(&last))
}

/// What may follow a word that ends in a consonant: cases and plurals of nouns, and of adjectives.
const fn endings(language: u8) -> &'static [&'static str] {
    match language {
        GERMAN => &["e", "er", "em", "es", "ern", "ns"],
        POLISH => &[
            "a", "u", "y", "i", "e", "ie", "em", "om", "ow", "ami", "ach", "owi",
        ],
        FRENCH => &["e", "es"],
        _ => &[],
    }
}

/// What may stand in the place of the last letter of a word.
fn changes(language: u8, stem: &str, last: &str) -> &'static [&'static str] {
    let ends = |all: &[&str]| all.iter().any(|end| stem.ends_with(end));
    match (language, last) {
        // Cases of nouns in -a, -o and of plurals; cases of adjectives in -y.
        (POLISH, "a") => &["y", "i", "e", "o", "ie", "om", "ami", "ach", "ej"],
        (POLISH, "o") => &["a", "u", "em", "om", "ami", "ach", "iem"],
        (POLISH, "y") => &[
            "a", "e", "i", "ego", "emu", "ej", "ym", "ymi", "ych", "ow", "om", "ami", "ach",
        ],
        (POLISH, "i") => &["a", "e", "ow", "om", "ami", "ach", "ego", "ej", "ich", "im"],
        (POLISH, "e") => &[
            "a", "y", "ego", "ej", "ych", "ymi", "u", "em", "om", "ami", "ach",
        ],
        // Participles agree with their noun.
        (ITALIAN, "o" | "a" | "i" | "e") if ends(&["at", "it", "ut"]) => &["o", "a", "i", "e"],
        (ITALIAN, "o") => &["i", "hi"],
        (ITALIAN, "a") => &["e", "he"],
        (ITALIAN, "e") => &["i"],
        (SPANISH, "o" | "a") if ends(&["ad", "id"]) => &["o", "a", "os", "as"],
        (SPANISH, "z") => &["ces"],
        (FRENCH, "l") if ends(&["a"]) => &["ux"],
        (FRENCH, "u") if ends(&["ea", "e"]) => &["ux"],
        (ENGLISH, "y") if !ends(&["a", "e", "o", "u"]) => &["ies"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_form(language: &str, word: &str, form: &str) -> bool {
        let of = Inflection::of(language);
        let whole = form.strip_prefix(word);
        let cut = cut(word).and_then(|(stem, _)| form.strip_prefix(stem));
        whole.is_some_and(|ending| of.has_ending(word, ending))
            || (of.has_changes(word) && cut.is_some_and(|ending| of.has_change(word, ending)))
    }

    #[test]
    fn forms_of_a_word_are_told_by_the_rules_of_its_language() {
        for (language, word, form) in [
            ("de", "gewehr", "gewehre"),
            ("de", "medikament", "medikamentes"),
            ("pl", "papieros", "papierosow"),
            ("pl", "tabletka", "tabletki"),
            ("pl", "podrobiony", "podrobionych"),
            ("it", "sigaretta", "sigarette"),
            ("it", "contraffatto", "contraffatti"),
            ("it", "narcotico", "narcotici"),
            ("es", "falsificado", "falsificadas"),
            ("fr", "contrefait", "contrefaites"),
            ("fr", "bateau", "bateaux"),
            ("en", "pharmacy", "pharmacies"),
        ] {
            assert!(is_form(language, word, form), "{form} is no form of {word}");
        }
    }

    #[test]
    fn other_words_that_begin_alike_are_no_forms() {
        for (language, word, other) in [
            ("de", "gin", "gine"),
            ("de", "waffel", "waffelmix"),
            ("de", "pistole", "pistoler"),
            ("es", "navaja", "navajo"),
            ("it", "pistola", "pistoli"),
            ("it", "vino", "vini"),
            ("pl", "piwo", "piwem"),
            ("en", "whiskey", "whiskies"),
            ("zh", "gewehr", "gewehre"),
        ] {
            assert!(
                !is_form(language, word, other),
                "{other} is a form of {word}"
            );
        }
    }
}
