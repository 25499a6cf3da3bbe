//! Generated pages of marketplaces, with what a policy should say of each: goods to buy, lists of
//! goods, news and recipes, in seven languages and three templates.
//!
//! A page is a function of the seed, its place and the half of the vocabulary: no clock, no memory.
//! The same page comes out on every machine, without the pages before it.

pub(crate) mod evasion;
mod view;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior, Value};
use model::CategoryCode;

use crate::chance::Chance;
use crate::goods::{self, GoodsError, PageLanguage, Split, Truth, Vocabulary};
use view::{Sheet, View};

/// What kind of page it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GeneratedKind {
    /// One product to buy.
    Listing,
    /// Ten products to choose from.
    Category,
    /// A story of a newspaper.
    News,
    /// A recipe.
    Recipe,
}

impl GeneratedKind {
    /// The word that tables use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Listing => "listing",
            Self::Category => "category",
            Self::News => "news",
            Self::Recipe => "recipe",
        }
    }
}

/// What a policy should say of a page, and what the page is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedLabel {
    /// What the law of the Union as a whole says of the goods.
    pub policy: Truth,
    /// What the goods are, by the taxonomy; honest goods and stories have none.
    pub category: Option<CategoryCode>,
    /// The language of the page.
    pub language: PageLanguage,
    /// The kind of page.
    pub kind: GeneratedKind,
    /// Whether the words that tell the goods are spelled to be missed by a search.
    pub evasive: bool,
}

/// A page and what is true of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GeneratedPage {
    /// Where it is kept, below the folder of the set: `pages/00012.html`.
    pub path: String,
    /// The document.
    pub html: String,
    /// The truth.
    pub expected: ExpectedLabel,
}

/// Makes pages of one half of the vocabulary.
#[derive(Debug)]
pub struct Listings {
    split: Split,
    /// The words of each language of [`PageLanguage::ALL`] that pages are made in.
    words: Vec<(PageLanguage, Vocabulary)>,
    environment: Environment<'static>,
}

const TEMPLATES: &[(&str, &str)] = &[
    (
        "classic.html",
        include_str!("../goods/templates/classic.html"),
    ),
    (
        "utility.html",
        include_str!("../goods/templates/utility.html"),
    ),
    ("table.html", include_str!("../goods/templates/table.html")),
];

impl Listings {
    /// Reads the words of `split`, in one language or in all of them.
    pub fn load(split: Split, language: Option<PageLanguage>) -> Result<Self, GoodsError> {
        let mut words = Vec::new();
        for &each in PageLanguage::ALL {
            if language.is_none_or(|language| language == each) {
                words.push((each, goods::vocabulary(each, split)?));
            }
        }
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_syntax(
            SyntaxConfig::builder()
                .trim_blocks(true)
                .lstrip_blocks(true)
                .build()?,
        );
        for (name, source) in TEMPLATES {
            environment.add_template(name, source)?;
        }
        Ok(Self {
            split,
            words,
            environment,
        })
    }

    /// The page at `index` of the set of `seed`. Cost: below a millisecond, measured
    /// at 0.2 ms without optimization and with the writing of the file.
    pub fn page(&self, seed: u64, index: u64) -> Result<GeneratedPage, GoodsError> {
        // The halves differ in their layouts as well as in their words.
        let of_split = match self.split {
            Split::Dev => 0x6465_7600,
            Split::Test => 0x7465_7374,
        };
        let mut chance = Chance::at(seed ^ of_split, index);
        let place = chance.below(self.words.len());
        let Some((language, words)) = self.words.get(place) else {
            // `load` kept at least one language.
            return Err(GoodsError::Empty {
                language: "any",
                split: self.split.as_str(),
                list: "language",
            });
        };
        let kind = kind(&mut chance);
        let template = chance.below(TEMPLATES.len());
        let sheet = Sheet::draw(kind, *language, words, &mut chance);
        let view = View::draw(&sheet, *language, words, template, &mut chance);
        let name = TEMPLATES.get(template).map_or("", |(name, _)| *name);
        let html = self
            .environment
            .get_template(name)?
            .render(Value::from(Serde(&view)))?;
        Ok(GeneratedPage {
            path: format!("pages/{index:05}.html"),
            html,
            expected: sheet.expected(*language),
        })
    }
}

/// Eight of ten pages offer one product.
fn kind(chance: &mut Chance) -> GeneratedKind {
    match chance.below(100) {
        0..80 => GeneratedKind::Listing,
        80..88 => GeneratedKind::Category,
        88..95 => GeneratedKind::News,
        _ => GeneratedKind::Recipe,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages(split: Split, count: u64) -> Vec<GeneratedPage> {
        let listings = Listings::load(split, None).unwrap();
        (0..count)
            .map(|index| listings.page(7, index).unwrap())
            .collect()
    }

    #[test]
    fn a_page_is_the_same_without_the_pages_before_it() {
        let all = pages(Split::Dev, 20);
        let alone = Listings::load(Split::Dev, None).unwrap();
        assert_eq!(alone.page(7, 19).unwrap(), all[19]);
    }

    /// To be renewed when the words or the templates change: published figures name the release.
    #[test]
    fn the_first_pages_are_the_same_on_every_machine() {
        use sha2::Digest as _;

        let mut digest = sha2::Sha256::new();
        for page in pages(Split::Dev, 50)
            .into_iter()
            .chain(pages(Split::Test, 50))
        {
            digest.update(&page.html);
        }
        let hex: String = digest
            .finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(
            hex,
            "926a49009b66d176d5f435787ce454bf6b412fb876ca3733e5b530cd317b0b59"
        );
    }

    #[test]
    fn the_halves_have_no_page_in_common() {
        let dev = pages(Split::Dev, 50);
        let test = pages(Split::Test, 50);
        assert!(
            dev.iter()
                .zip(&test)
                .all(|(dev, test)| dev.html != test.html)
        );
    }

    #[test]
    fn a_set_in_one_language_is_in_that_language() {
        let listings = Listings::load(Split::Dev, Some(PageLanguage::Polish)).unwrap();
        for index in 0..30 {
            let page = listings.page(1, index).unwrap();
            assert_eq!(page.expected.language, PageLanguage::Polish);
            assert!(page.html.contains("<html lang=\"pl\""));
        }
    }

    #[test]
    fn no_mark_of_the_vocabulary_is_left_on_a_page() {
        for page in pages(Split::Dev, 300)
            .into_iter()
            .chain(pages(Split::Test, 300))
        {
            let text = page
                .html
                .lines()
                .filter(|line| !line.contains("application/ld+json"))
                .collect::<String>();
            assert!(!text.contains(['{', '}']), "{}", page.path);
        }
    }

    #[test]
    fn the_kinds_and_evasive_spellings_have_their_shares() {
        let all = pages(Split::Test, 3_000);
        let count = |holds: &dyn Fn(&ExpectedLabel) -> bool| {
            all.iter().filter(|page| holds(&page.expected)).count()
        };
        let listings = count(&|label| label.kind == GeneratedKind::Listing);
        assert!((2_300..2_500).contains(&listings), "{listings}");
        let restricted =
            count(&|label| label.kind == GeneratedKind::Listing && label.category.is_some());
        let evasive = count(&|label| label.evasive);
        assert!(
            (evasive * 3).abs_diff(restricted) < 150,
            "{evasive} of {restricted}"
        );
    }

    #[test]
    fn stories_and_honest_goods_have_no_category() {
        for page in pages(Split::Dev, 500) {
            let label = page.expected;
            match label.kind {
                GeneratedKind::News | GeneratedKind::Recipe => {
                    assert_eq!((label.policy, label.category), (Truth::Unknown, None));
                }
                GeneratedKind::Listing | GeneratedKind::Category => {
                    assert_eq!(
                        label.policy == Truth::Compliant,
                        label.category.is_none(),
                        "{}",
                        page.path
                    );
                }
            }
        }
    }
}
