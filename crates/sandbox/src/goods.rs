//! The words that generated pages are made of: goods, stories and the words of a shop, by language
//! and half.
//!
//! The words stand in `goods/dev` and `goods/test`, one file for each language. The two halves
//! share no goods and no sentence, so what is tuned on one can be measured on the other. They are
//! written without a look at any rule pack: a pack that is measured on its own words measures
//! nothing.

use serde::{Deserialize, Serialize};

/// A half of the vocabulary: one to tune on, one to measure on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Split {
    /// To look at and to tune on.
    Dev,
    /// To measure on, and never to tune on.
    Test,
}

impl Split {
    /// Both halves.
    pub const ALL: &'static [Self] = &[Self::Dev, Self::Test];

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Test => "test",
        }
    }
}

/// A language that pages can be generated in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum PageLanguage {
    /// English.
    #[serde(rename = "en")]
    English,
    /// German.
    #[serde(rename = "de")]
    German,
    /// French.
    #[serde(rename = "fr")]
    French,
    /// Spanish.
    #[serde(rename = "es")]
    Spanish,
    /// Italian.
    #[serde(rename = "it")]
    Italian,
    /// Polish.
    #[serde(rename = "pl")]
    Polish,
    /// Chinese, in simplified characters.
    #[serde(rename = "zh")]
    Chinese,
}

impl PageLanguage {
    /// All of them, in the order of their files.
    pub const ALL: &'static [Self] = &[
        Self::English,
        Self::German,
        Self::French,
        Self::Spanish,
        Self::Italian,
        Self::Polish,
        Self::Chinese,
    ];

    /// The tag that `lang` states.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::French => "fr",
            Self::Spanish => "es",
            Self::Italian => "it",
            Self::Polish => "pl",
            Self::Chinese => "zh",
        }
    }
}

/// What the law says of what a page offers, for the Union as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Truth {
    /// Not lawful to offer to consumers.
    Illegal,
    /// Lawful from an age on.
    AgeRestricted,
    /// Honest goods.
    Compliant,
    /// No goods at all, or goods whose status differs from country to country.
    Unknown,
}

impl Truth {
    /// The word that tables use, the same as of the model's policy.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Illegal => "illegal",
            Self::AgeRestricted => "age-restricted",
            Self::Compliant => "compliant",
            Self::Unknown => "unknown",
        }
    }

    /// What the law says of a category of the taxonomy. Where its status is mixed, the one that
    /// stands first in the taxonomy decides; a licence, a duty or a national rule is `unknown`,
    /// since the Union as a whole has no answer.
    #[must_use]
    pub fn of_category(code: &str) -> Self {
        match code {
            "A1" | "A3" | "A5" | "A6" | "B1" | "B2" | "H1" | "H2" | "H3" | "I1" | "I2" | "J1"
            | "L2" | "L4" | "P1" => Self::Illegal,
            "C1" | "C2" | "C3" | "D1" | "D2" | "E1" | "E2" | "F4" | "G2" | "M1" => {
                Self::AgeRestricted
            }
            _ => Self::Unknown,
        }
    }
}

/// The words of one language and half.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Vocabulary {
    /// Name of the shop.
    pub(crate) site: String,
    /// Name of the newspaper.
    pub(crate) press: String,
    /// Departments of the newspaper.
    pub(crate) sections: Vec<String>,
    /// Departments of the shop, some of which name restricted goods.
    pub(crate) menu: Vec<String>,
    /// Sentences that fit any goods.
    pub(crate) neutral: Vec<String>,
    /// Reviews that fit any goods.
    pub(crate) reviews: Vec<String>,
    /// Names of sellers.
    pub(crate) sellers: Vec<String>,
    /// Names of reviewers.
    pub(crate) reviewers: Vec<String>,
    /// Lines of the footer.
    pub(crate) footer: Vec<String>,
    /// The shop's own words.
    pub(crate) words: ShopWords,
    /// Goods of one category or department.
    #[serde(rename = "group")]
    pub(crate) groups: Vec<Group>,
    /// Honest goods whose names resemble restricted ones.
    #[serde(rename = "near_miss")]
    pub(crate) near_misses: Vec<NearMiss>,
    /// Stories of the newspaper.
    pub(crate) news: Vec<Story>,
    /// Recipes.
    #[serde(rename = "recipe")]
    pub(crate) recipes: Vec<Story>,
}

/// The words on the buttons and headings of a shop.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShopWords {
    pub(crate) buy: String,
    pub(crate) description: String,
    pub(crate) reviews: String,
    pub(crate) also: String,
    pub(crate) seller: String,
    pub(crate) home: String,
    pub(crate) stock: String,
    pub(crate) option: String,
    pub(crate) details: String,
    pub(crate) picture: String,
    pub(crate) search: String,
    pub(crate) price: String,
}

/// Goods that share a place in the shop.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Group {
    /// Code of the taxonomy; honest goods have none.
    pub(crate) category: Option<String>,
    /// Department of honest goods; restricted ones have none.
    pub(crate) department: Option<String>,
    /// The breadcrumb.
    pub(crate) path: Vec<String>,
    /// Least and greatest price, in euros.
    pub(crate) price: [u32; 2],
    /// What a buyer may choose from.
    pub(crate) variants: Vec<String>,
    /// Sentences that fit all of these goods.
    pub(crate) about: Vec<String>,
    /// The goods.
    pub(crate) goods: Vec<Goods>,
}

/// One product. Braces mark what evasive spelling changes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Goods {
    /// The title, as the seller writes it.
    pub(crate) name: String,
    /// A sentence about it.
    pub(crate) text: String,
}

/// Honest goods whose name holds a word of restricted ones.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NearMiss {
    /// The title.
    pub(crate) name: String,
    /// A sentence about it.
    pub(crate) text: String,
    /// The breadcrumb.
    pub(crate) path: Vec<String>,
}

/// A page of text that offers nothing.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Story {
    /// The headline.
    pub(crate) title: String,
    /// The paragraphs.
    pub(crate) paragraphs: Vec<String>,
}

impl Vocabulary {
    /// The groups of restricted goods, in the order of the file.
    pub(crate) fn restricted(&self) -> impl Iterator<Item = &Group> {
        self.groups.iter().filter(|group| group.category.is_some())
    }

    /// The groups of honest goods, in the order of the file.
    pub(crate) fn honest(&self) -> impl Iterator<Item = &Group> {
        self.groups.iter().filter(|group| group.category.is_none())
    }
}

/// A file of the vocabulary is not as this release needs it.
#[derive(Debug, thiserror::Error)]
pub enum GoodsError {
    /// The file is no TOML of this form.
    #[error("cannot read the words of {language} ({split}): {source}")]
    Form {
        /// Tag of the language.
        language: &'static str,
        /// Name of the half.
        split: &'static str,
        /// What is wrong, and where.
        source: Box<toml::de::Error>,
    },
    /// A list that pages draw from is empty.
    #[error("the words of {language} ({split}) have no {list}: write at least one")]
    Empty {
        /// Tag of the language.
        language: &'static str,
        /// Name of the half.
        split: &'static str,
        /// What the list holds.
        list: &'static str,
    },
    /// A template of pages is not well formed.
    #[error("cannot read a template of generated pages: {0}")]
    Template(#[from] minijinja::Error),
}

/// Reads the words of one language and half, and checks that each list that pages draw from has
/// an entry. Cost: one pass over a file of about 50 KiB.
pub(crate) fn vocabulary(language: PageLanguage, split: Split) -> Result<Vocabulary, GoodsError> {
    let words: Vocabulary =
        toml::from_str(source(language, split)).map_err(|error| GoodsError::Form {
            language: language.as_str(),
            split: split.as_str(),
            source: Box::new(error),
        })?;
    match empty_list(&words) {
        None => Ok(words),
        Some(list) => Err(GoodsError::Empty {
            language: language.as_str(),
            split: split.as_str(),
            list,
        }),
    }
}

/// The first list without an entry that pages need one of.
fn empty_list(words: &Vocabulary) -> Option<&'static str> {
    let lists = [
        ("menu", words.menu.is_empty()),
        ("sections", words.sections.is_empty()),
        ("neutral sentences", words.neutral.is_empty()),
        ("reviews", words.reviews.is_empty()),
        ("sellers", words.sellers.is_empty()),
        ("reviewers", words.reviewers.is_empty()),
        ("restricted goods", words.restricted().next().is_none()),
        ("honest goods", words.honest().next().is_none()),
        ("near misses", words.near_misses.is_empty()),
        ("news", words.news.is_empty()),
        ("recipes", words.recipes.is_empty()),
    ];
    let group = words
        .groups
        .iter()
        .any(|group| group.goods.is_empty() || group.about.is_empty() || group.variants.is_empty());
    let unnamed = words
        .groups
        .iter()
        .any(|group| group.category.is_some() == group.department.is_some());
    lists
        .into_iter()
        .find_map(|(list, empty)| empty.then_some(list))
        .or(group.then_some("goods, sentences or variants in some group"))
        .or(unnamed.then_some("category, or else department, in some group"))
}

fn source(language: PageLanguage, split: Split) -> &'static str {
    macro_rules! halves {
        ($tag:literal) => {
            match split {
                Split::Dev => include_str!(concat!("../goods/dev/", $tag, ".toml")),
                Split::Test => include_str!(concat!("../goods/test/", $tag, ".toml")),
            }
        };
    }
    match language {
        PageLanguage::English => halves!("en"),
        PageLanguage::German => halves!("de"),
        PageLanguage::French => halves!("fr"),
        PageLanguage::Spanish => halves!("es"),
        PageLanguage::Italian => halves!("it"),
        PageLanguage::Polish => halves!("pl"),
        PageLanguage::Chinese => halves!("zh"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The categories that each language must have goods for. E3 is not among them: goods that
    /// sexualize minors are told by structure, and are not written down.
    const CATEGORIES: &[&str] = &[
        "A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "B1", "B2", "B3", "B4", "B5", "C1", "C2",
        "C3", "D1", "D2", "E1", "E2", "F1", "F2", "F3", "F4", "G1", "G2", "H1", "H2", "H3", "I1",
        "I2", "J1", "J2", "J3", "K1", "K2", "K3", "L1", "L2", "L3", "L4", "M1", "N1", "P1",
    ];

    fn all() -> Vec<(PageLanguage, Split, Vocabulary)> {
        let mut all = Vec::new();
        for &language in PageLanguage::ALL {
            for &split in Split::ALL {
                all.push((language, split, vocabulary(language, split).unwrap()));
            }
        }
        all
    }

    #[test]
    fn every_category_has_four_goods_in_each_language_and_half() {
        for (language, split, words) in all() {
            for category in CATEGORIES {
                let goods: usize = words
                    .restricted()
                    .filter(|group| group.category.as_deref() == Some(*category))
                    .map(|group| group.goods.len())
                    .sum();
                assert!(goods >= 4, "{category} in {language:?} {split:?}: {goods}");
            }
        }
    }

    #[test]
    fn no_goods_sexualize_minors() {
        for (language, split, words) in all() {
            let found = words
                .groups
                .iter()
                .any(|group| group.category.as_deref() == Some("E3"));
            assert!(!found, "{language:?} {split:?}");
        }
    }

    #[test]
    fn each_half_has_enough_honest_goods_near_misses_and_stories() {
        for (language, split, words) in all() {
            let honest: usize = words.honest().map(|group| group.goods.len()).sum();
            assert!(honest >= 60, "{language:?} {split:?}: {honest} honest");
            let near = words.near_misses.len();
            assert!(near >= 25, "{language:?} {split:?}: {near} near misses");
            assert!(words.news.len() >= 6, "{language:?} {split:?}");
            assert!(words.recipes.len() >= 4, "{language:?} {split:?}");
        }
    }

    /// Every text of one half that a page may show, apart from a shop's own words on buttons.
    fn texts(words: &Vocabulary) -> BTreeSet<&str> {
        let mut texts = BTreeSet::new();
        for group in &words.groups {
            texts.extend(group.about.iter().map(String::as_str));
            for goods in &group.goods {
                texts.extend([goods.name.as_str(), goods.text.as_str()]);
            }
        }
        for goods in &words.near_misses {
            texts.extend([goods.name.as_str(), goods.text.as_str()]);
        }
        for story in words.news.iter().chain(&words.recipes) {
            texts.insert(&story.title);
            texts.extend(story.paragraphs.iter().map(String::as_str));
        }
        texts.extend(words.neutral.iter().map(String::as_str));
        texts.extend(words.reviews.iter().map(String::as_str));
        texts
    }

    #[test]
    fn the_halves_share_no_goods_and_no_sentence() {
        for &language in PageLanguage::ALL {
            let dev = vocabulary(language, Split::Dev).unwrap();
            let test = vocabulary(language, Split::Test).unwrap();
            let (dev, test) = (texts(&dev), texts(&test));
            let shared: Vec<_> = dev.intersection(&test).collect();
            assert!(shared.is_empty(), "{language:?}: {shared:#?}");
        }
    }

    #[test]
    fn no_goods_are_named_twice() {
        for (language, split, words) in all() {
            let names: Vec<&str> = words
                .groups
                .iter()
                .flat_map(|group| group.goods.iter().map(|goods| goods.name.as_str()))
                .chain(words.near_misses.iter().map(|goods| goods.name.as_str()))
                .collect();
            let different: BTreeSet<&str> = names.iter().copied().collect();
            assert_eq!(names.len(), different.len(), "{language:?} {split:?}");
        }
    }

    #[test]
    fn every_restricted_product_marks_the_words_that_tell_it() {
        for (language, split, words) in all() {
            for goods in words.restricted().flat_map(|group| &group.goods) {
                let marked = goods.name.contains('{') || goods.text.contains('{');
                assert!(marked, "{language:?} {split:?}: {}", goods.name);
            }
        }
    }
}
