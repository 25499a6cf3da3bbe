//! Goods that sexualize minors, told by structure.
//!
//! A page gets the label when it offers goods of a category of erotic goods, and either they are
//! dolls of a stated height below the pack's bound, or they are filed under a department for
//! children. No word stands for such goods: a list of those would be a catalogue for the wrong
//! readers.

use std::sync::OnceLock;

use model::{CategoryCode, Confidence, Label, Market, Match, PageFacts, Place, RuleId};

use crate::category::Minors;
use crate::fold::Folded;
use crate::judge::Judge;
use crate::lexicon::folded_word;
use crate::pack::{PackError, RulePack};
use crate::tally::Tally;
use crate::written::WordList;

/// Tells pages that offer goods that sexualize minors, by the built-in pack and the law of the
/// Union. A crawl asks it of every page: it holds the words of the structure alone, some kilobytes,
/// and the whole pack is read the first time that the structure of a page speaks for such goods,
/// which no page of most shops does.
#[derive(Debug)]
pub struct MinorsWatch {
    code: CategoryCode,
    structure: Structure,
    pack: OnceLock<Result<RulePack, PackError>>,
}

impl MinorsWatch {
    /// By the pack for the European Union that is compiled in; `None` when it has no such category.
    ///
    /// # Errors
    /// As [`RulePack::eu`]; the tests hold that there are none.
    pub fn eu() -> Result<Option<Self>, PackError> {
        let category = RulePack::eu_category_of_minors()?;
        Ok(category.and_then(|category| {
            Some(Self {
                structure: Structure::of(category.minors.as_ref()?),
                code: category.code,
                pack: OnceLock::new(),
            })
        }))
    }

    /// Whether the page offers such goods. Most pages are told apart by their heads and what they are
    /// filed under, in microseconds; the others cost one labelling, the first of them reading the pack
    /// too (some 60 ms and 30 MB).
    ///
    /// # Errors
    /// As [`RulePack::eu`], each time it is asked.
    pub fn is_offered(&self, facts: &PageFacts) -> Result<bool, &PackError> {
        if !self.structure.speaks_in(facts) {
            return Ok(false);
        }
        let pack = self.pack.get_or_init(RulePack::eu).as_ref()?;
        let verdict = pack.label(facts, &Market::eu());
        let mut codes = verdict.labels.iter().map(|label| label.category.as_ref());
        Ok(codes.any(|code| code == Some(&self.code)))
    }
}

/// The label of the category for such goods, when the structure speaks for it. `labels` are those
/// of the other categories.
pub(crate) fn label(judge: &Judge<'_>, facts: &PageFacts, labels: &[Label]) -> Option<Label> {
    let mut categories = judge.reader.categories.iter().enumerate();
    let (at, minors) =
        categories.find_map(|(at, category)| Some((at, category.minors.as_ref()?)))?;
    let erotic = labels.iter().find(|label| {
        let code = label.category.as_ref().map(|code| code.0.as_str());
        label.confidence > Confidence::Low
            && code.is_some_and(|code| minors.of.iter().any(|of| of == code))
    })?;
    let found = Structure::of(minors).found(facts)?;
    let mut tally = Tally::default();
    tally.keep(found);
    erotic.matches.iter().for_each(|it| tally.keep(it.clone()));
    let claim = judge.claim(at, &tally);
    Some(judge.label(claim, claim.policy(), Confidence::Medium))
}

/// What makes erotic goods such goods, its words folded.
#[derive(Debug)]
struct Structure {
    dolls: Vec<String>,
    departments: Vec<String>,
    below_cm: u16,
}

impl Structure {
    fn of(minors: &Minors) -> Self {
        let folded = |words: &WordList| words.iter().map(folded_word).collect();
        Self {
            dolls: folded(&minors.dolls),
            departments: folded(&minors.departments),
            below_cm: minors.below_cm,
        }
    }

    /// Whether the structure speaks for such goods, whatever they are: without it no label can be.
    fn speaks_in(&self, facts: &PageFacts) -> bool {
        self.found(facts).is_some()
    }

    /// The height, or else the department, that speaks for such goods.
    fn found(&self, facts: &PageFacts) -> Option<Match> {
        self.small_doll(facts).or_else(|| self.for_children(facts))
    }

    /// A doll with a stated height below the bound.
    fn small_doll(&self, facts: &PageFacts) -> Option<Match> {
        let names = |text: &str| {
            let folded = Folded::plain(text).text;
            self.dolls.iter().any(|doll| holds_word(&folded, doll))
        };
        let is_doll = texts(facts).any(|(place, text)| {
            matches!(place, Place::Title | Place::Heading | Place::ProductName) && names(text)
        });
        if !is_doll {
            return None;
        }
        texts(facts)
            .filter(|(place, _)| !matches!(place, Place::Review | Place::AnchorText))
            .find(|(_, text)| {
                heights_cm(text)
                    .iter()
                    .any(|cm| (50..self.below_cm).contains(cm))
            })
            .map(|(place, text)| found(place, text, "minors-height"))
    }

    /// A department for children in the breadcrumb or the product's category.
    fn for_children(&self, facts: &PageFacts) -> Option<Match> {
        let crumbs = facts
            .passages
            .iter()
            .filter(|passage| {
                passage.shown && matches!(passage.place, Place::Breadcrumb | Place::Category)
            })
            .map(|passage| passage.text.as_str());
        let stated = facts
            .products
            .iter()
            .filter_map(|product| product.category.as_deref());
        let mut filed = crumbs.chain(stated);
        filed
            .find(|text| {
                let folded = Folded::plain(text).text;
                self.departments
                    .iter()
                    .any(|name| holds_word(&folded, name))
            })
            .map(|text| found(Place::Breadcrumb, text, "minors-department"))
    }
}

/// Texts that say what is on offer.
fn texts(facts: &PageFacts) -> impl Iterator<Item = (Place, &str)> {
    let shown = facts.passages.iter().filter(|passage| passage.shown);
    let passages = shown.map(|passage| (passage.place, passage.text.as_str()));
    let stated = facts.products.iter().flat_map(|product| {
        let name = product.name.iter().chain(&product.description);
        let variants = product.variants.iter();
        name.map(|text| (Place::ProductName, text.as_str()))
            .chain(variants.map(|text| (Place::Variant, text.as_str())))
    });
    passages.chain(stated)
}

fn found(place: Place, text: &str, rule: &str) -> Match {
    Match {
        rule: RuleId(rule.to_owned()),
        text: text.chars().take(200).collect(),
        place,
        span: None,
        normalized: Vec::new(),
    }
}

/// Whether a folded text holds a folded word, whole; in unspaced scripts anywhere.
fn holds_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let is_letter = |value: Option<char>| {
            value.is_some_and(|value| value.is_alphanumeric() && !crate::fold::is_unspaced(value))
        };
        let after = text[at + word.len()..].trim_start_matches(['s', 'n']);
        !is_letter(text[..at].chars().next_back()) && !is_letter(after.chars().next())
            || word.chars().any(crate::fold::is_unspaced)
    })
}

/// Heights that a text states, in whole centimeters: `128 cm`, `1.28 m`, `1,28 m`.
fn heights_cm(text: &str) -> Vec<u16> {
    let folded = Folded::plain(text).text;
    let words: Vec<&str> = folded.split([' ', '\n']).collect();
    let mut heights = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let split = word
            .find(|value: char| !value.is_ascii_digit() && value != '.')
            .unwrap_or(word.len());
        let (number, glued) = word.split_at(split);
        let unit = if glued.is_empty() {
            words.get(at + 1).copied().unwrap_or("")
        } else {
            glued
        };
        let number: Option<f64> = number.parse().ok();
        let cm = match (number, unit) {
            (Some(number), "cm" | "厘米" | "公分") => number,
            (Some(number), "m" | "米") if number < 3.0 => number * 100.0,
            _ => continue,
        };
        // A height that is no whole number of centimeters is one all the same.
        heights.extend((0..=300u16).rev().find(|&whole| f64::from(whole) <= cm));
    }
    heights
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heights_are_read_in_their_usual_forms() {
        assert_eq!(heights_cm("Height: 128cm, base 1.05 m"), [128, 105]);
        assert_eq!(heights_cm("身高 135 厘米"), [135]);
        assert_eq!(heights_cm("100 ml, 12 months"), [] as [u16; 0]);
    }
}
