//! What a page shows: drawn from the vocabulary, laid out by a template.

mod parts;

use model::CategoryCode;
use serde::Serialize;

use super::evasion::{self, Evasion};
use super::{ExpectedLabel, GeneratedKind};
use crate::chance::Chance;
use crate::goods::{Group, NearMiss, PageLanguage, ShopWords, Story, Truth, Vocabulary};
use parts::{
    cards, cents, crumbs, description, facts, images, menu, money, name, page_number,
    recommendations, reviews, variants,
};

/// What a page is about, before it is dressed.
pub(crate) struct Sheet<'a> {
    kind: GeneratedKind,
    category: Option<&'a str>,
    evasion: Option<Evasion>,
    matter: Matter<'a>,
}

enum Matter<'a> {
    /// Goods of a group, by their place in it. A list shows all of them.
    Goods(&'a Group, usize),
    NearMiss(&'a NearMiss),
    Story(&'a Story),
}

impl<'a> Sheet<'a> {
    /// Draws what a page of this kind is about. Of the listings, 55 of 100 are restricted goods
    /// and 15 are near misses; a third of what is restricted is spelled evasively.
    pub(crate) fn draw(
        kind: GeneratedKind,
        language: PageLanguage,
        words: &'a Vocabulary,
        chance: &mut Chance,
    ) -> Self {
        let share = chance.below(100);
        let (category, matter) = match kind {
            GeneratedKind::News => (None, story(&words.news, chance)),
            GeneratedKind::Recipe => (None, story(&words.recipes, chance)),
            GeneratedKind::Listing if share >= 85 => (None, near_miss(words, chance)),
            GeneratedKind::Listing | GeneratedKind::Category => {
                let groups: Vec<&Group> = if share < 55 {
                    words.restricted().collect()
                } else {
                    words.honest().collect()
                };
                match chance.pick(&groups) {
                    Some(&group) => (
                        group.category.as_deref(),
                        Matter::Goods(group, chance.below(group.goods.len())),
                    ),
                    None => (None, near_miss(words, chance)),
                }
            }
        };
        let chinese = language == PageLanguage::Chinese;
        let evasive = kind == GeneratedKind::Listing && category.is_some() && chance.below(3) == 0;
        Self {
            kind,
            category,
            evasion: evasive.then(|| evasion::draw(chinese, chance)),
            matter,
        }
    }

    /// What is true of the page.
    pub(crate) fn expected(&self, language: PageLanguage) -> ExpectedLabel {
        let policy = match (self.category, &self.matter) {
            (Some(code), _) => Truth::of_category(code),
            (None, Matter::Story(_)) => Truth::Unknown,
            (None, _) => Truth::Compliant,
        };
        ExpectedLabel {
            policy,
            category: self.category.map(|code| CategoryCode(code.to_owned())),
            language,
            kind: self.kind,
            evasive: self.evasion.is_some(),
        }
    }

    fn spelled(&self, text: &str, chance: &mut Chance) -> String {
        match self.evasion {
            Some(way) => evasion::evade(text, way, chance),
            None => evasion::plain(text),
        }
    }
}

fn story<'a>(stories: &'a [Story], chance: &mut Chance) -> Matter<'a> {
    // `vocabulary` refused empty lists.
    const NONE: &Story = &Story {
        title: String::new(),
        paragraphs: Vec::new(),
    };
    Matter::Story(chance.pick(stories).unwrap_or(NONE))
}

fn near_miss<'a>(words: &'a Vocabulary, chance: &mut Chance) -> Matter<'a> {
    const NONE: &NearMiss = &NearMiss {
        name: String::new(),
        text: String::new(),
        path: Vec::new(),
    };
    Matter::NearMiss(chance.pick(&words.near_misses).unwrap_or(NONE))
}

/// All that a template reads. Texts are plain; the template escapes them.
#[derive(Debug, Serialize)]
pub(crate) struct View<'a> {
    lang: &'static str,
    kind: &'static str,
    host: String,
    site: &'a str,
    menu: Vec<Entry>,
    words: &'a ShopWords,
    footer: &'a [String],
    crumbs: Vec<Entry>,
    /// Number of the page in its address.
    number: u32,
    name: String,
    brand: &'static str,
    price: String,
    /// The price with a point and without a sign, for machines.
    amount: String,
    variants: Vec<String>,
    images: Vec<Image>,
    description: Vec<String>,
    facts: Vec<(String, String)>,
    seller: &'a str,
    stars: u32,
    reviews: Vec<Review<'a>>,
    recommendations: Vec<Card>,
    /// The goods of a list.
    cards: Vec<Card>,
    paragraphs: &'a [String],
    /// JSON-LD, as text that can stand within a script element.
    json_ld: Option<String>,
    microdata: bool,
}

#[derive(Debug, Serialize)]
struct Entry {
    name: String,
    href: String,
}

#[derive(Debug, Serialize)]
struct Image {
    src: String,
    alt: String,
}

#[derive(Debug, Serialize)]
struct Review<'a> {
    author: &'a str,
    stars: usize,
    text: &'a str,
}

#[derive(Debug, Serialize)]
struct Card {
    name: String,
    href: String,
    src: String,
    price: String,
}

/// Made-up brands, which stand in the structured data alone.
const BRANDS: &[&str] = &[
    "Velmora",
    "Norquist",
    "Tabelo",
    "Ostrava Works",
    "Kestrin",
    "Lumeko",
    "Pardia",
    "Yundo",
];

impl<'a> View<'a> {
    /// Dresses `sheet` with all that stands around it on a page.
    pub(crate) fn draw(
        sheet: &Sheet<'a>,
        language: PageLanguage,
        words: &'a Vocabulary,
        template: usize,
        chance: &mut Chance,
    ) -> Self {
        let is_story = matches!(sheet.matter, Matter::Story(_));
        let cents = cents(sheet, chance);
        let name = name(sheet, chance);
        let mut view = View {
            lang: language.as_str(),
            kind: sheet.kind.as_str(),
            host: format!("shop-{}.test", language.as_str()),
            site: if is_story { &words.press } else { &words.site },
            menu: menu(
                if is_story {
                    &words.sections
                } else {
                    &words.menu
                },
                template,
            ),
            words: &words.words,
            footer: &words.footer,
            crumbs: crumbs(sheet, words),
            number: page_number(chance),
            images: images(&name, words, chance),
            brand: chance.pick(BRANDS).copied().unwrap_or("Velmora"),
            price: money(cents, language),
            amount: format!("{}.{:02}", cents / 100, cents % 100),
            variants: variants(sheet),
            description: description(sheet, words, chance),
            facts: facts(words, chance),
            seller: chance.pick(&words.sellers).map_or("", String::as_str),
            stars: u32::try_from(3 + chance.below(3)).unwrap_or(4),
            reviews: reviews(words, chance),
            recommendations: recommendations(sheet, words, language, chance),
            cards: cards(sheet, words, language, chance),
            paragraphs: match sheet.matter {
                Matter::Story(story) => &story.paragraphs,
                _ => &[],
            },
            json_ld: None,
            microdata: false,
            name,
        };
        // Only the classic template states its product for machines, in one of two forms.
        if template == 0 {
            view.microdata = chance.percent(50);
            view.json_ld = (!view.microdata).then(|| view.structured(sheet.kind));
        }
        view
    }

    fn structured(&self, kind: GeneratedKind) -> String {
        let image = self.images.first().map(|image| image.src.as_str());
        let value = match kind {
            GeneratedKind::Listing => serde_json::json!({
                "@context": "https://schema.org",
                "@type": "Product",
                "name": self.name,
                "image": image,
                "description": self.description.join(" "),
                "category": self.crumbs.last().map(|entry| entry.name.as_str()),
                "brand": { "@type": "Brand", "name": self.brand },
                "offers": {
                    "@type": "Offer",
                    "price": self.amount,
                    "priceCurrency": "EUR",
                    "availability": "https://schema.org/InStock",
                    "seller": { "@type": "Organization", "name": self.seller },
                },
            }),
            GeneratedKind::Category => serde_json::json!({
                "@context": "https://schema.org",
                "@type": "ItemList",
                "name": self.name,
                "itemListElement": self.cards.iter().zip(1..).map(|(card, place)| {
                    serde_json::json!({
                        "@type": "ListItem", "position": place,
                        "name": card.name, "url": card.href,
                    })
                }).collect::<Vec<_>>(),
            }),
            GeneratedKind::News => serde_json::json!({
                "@context": "https://schema.org",
                "@type": "NewsArticle",
                "headline": self.name,
                "articleBody": self.paragraphs.join("\n"),
                "publisher": { "@type": "Organization", "name": self.site },
            }),
            GeneratedKind::Recipe => serde_json::json!({
                "@context": "https://schema.org",
                "@type": "Recipe",
                "name": self.name,
                "recipeInstructions": self.paragraphs,
            }),
        };
        // A script element ends at the first `</`, wherever it stands.
        value.to_string().replace("</", "<\\/")
    }
}
