//! The words of a storefront: the goods of the vocabulary and the phrases on buttons.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::numbering::Leaves;
use crate::goods::{self, GoodsError, Group, PageLanguage, Split, Truth, Vocabulary};

/// The phrases in the corners of a storefront.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Phrases {
    pub(super) sign_in: String,
    pub(super) basket: String,
    pub(super) help: String,
    pub(super) accept: String,
    pub(super) cookies: String,
    pub(super) questions: String,
    pub(super) sponsored: String,
    pub(super) next: String,
    pub(super) age: String,
    pub(super) age_yes: String,
    pub(super) age_no: String,
    #[serde(rename = "continue")]
    pub(super) go_on: String,
    pub(super) leaving: String,
    pub(super) partner: String,
    pub(super) sisters: String,
    pub(super) service: String,
    pub(super) parked: String,
    pub(super) adults: String,
    pub(super) ask: String,
    pub(super) reply: String,
    pub(super) promise: String,
    pub(super) custom: String,
    pub(super) all: String,
}

/// All words of one language.
#[derive(Debug)]
pub(super) struct Tongue {
    pub(super) language: PageLanguage,
    pub(super) words: Vocabulary,
    pub(super) phrases: Phrases,
}

impl Tongue {
    /// The departments.
    pub(super) fn leaves(&self) -> Leaves {
        Leaves::of(self.words.honest().count() as u64)
    }

    /// The honest group at `place`, counted round.
    pub(super) fn honest(&self, place: u64) -> Option<&Group> {
        let count = self.words.honest().count().max(1) as u64;
        let place = usize::try_from(place % count).unwrap_or(0);
        self.words.honest().nth(place)
    }

    /// The groups of goods that nobody may sell, or nobody to minors.
    pub(super) fn restricted(&self) -> Vec<&Group> {
        let is_restricted = |group: &&Group| {
            group.category.as_deref().is_some_and(|code| {
                matches!(
                    Truth::of_category(code),
                    Truth::Illegal | Truth::AgeRestricted
                )
            })
        };
        self.words.restricted().filter(is_restricted).collect()
    }

    /// The groups of goods that are lawful from an age on and have one of these codes.
    pub(super) fn of_codes(&self, codes: &[&str]) -> Vec<&Group> {
        self.words
            .restricted()
            .filter(|group| {
                group
                    .category
                    .as_deref()
                    .is_some_and(|code| codes.contains(&code))
            })
            .collect()
    }
}

/// The words of all languages of a half, in the order of [`PageLanguage::ALL`].
pub(super) fn tongues(split: Split) -> Result<Vec<Tongue>, GoodsError> {
    let source = match split {
        Split::Dev => include_str!("../../storefront/dev.toml"),
        Split::Test => include_str!("../../storefront/test.toml"),
    };
    let form = |language: PageLanguage| {
        move |source| GoodsError::Form {
            language: language.as_str(),
            split: split.as_str(),
            source: Box::new(source),
        }
    };
    let mut phrases: BTreeMap<String, Phrases> =
        toml::from_str(source).map_err(form(PageLanguage::English))?;
    let mut tongues = Vec::new();
    for &language in PageLanguage::ALL {
        let phrases = phrases.remove(language.as_str()).ok_or(GoodsError::Empty {
            language: language.as_str(),
            split: split.as_str(),
            list: "phrases",
        })?;
        tongues.push(Tongue {
            language,
            words: goods::vocabulary(language, split)?,
            phrases,
        });
    }
    Ok(tongues)
}
