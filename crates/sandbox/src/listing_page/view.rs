//! What a page shows: drawn from the vocabulary, laid out by a template.

use model::CategoryCode;
use serde::Serialize;

use super::chance::Chance;
use super::evasion::{self, Evasion};
use super::{ExpectedLabel, GeneratedKind};
use crate::goods::{Group, NearMiss, PageLanguage, ShopWords, Story, Truth, Vocabulary};

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

fn page_number(chance: &mut Chance) -> u32 {
    u32::try_from(1_000_000 + chance.below(8_000_000)).unwrap_or(1_000_000)
}

fn name(sheet: &Sheet<'_>, chance: &mut Chance) -> String {
    match (&sheet.matter, sheet.kind) {
        (Matter::Goods(group, _), GeneratedKind::Category) => {
            group.path.last().cloned().unwrap_or_default()
        }
        (Matter::Goods(group, place), _) => group
            .goods
            .get(*place)
            .map(|goods| sheet.spelled(&goods.name, chance))
            .unwrap_or_default(),
        (Matter::NearMiss(goods), _) => goods.name.clone(),
        (Matter::Story(story), _) => story.title.clone(),
    }
}

fn cents(sheet: &Sheet<'_>, chance: &mut Chance) -> usize {
    match &sheet.matter {
        Matter::Goods(group, _) => group_cents(group, chance),
        Matter::NearMiss(_) | Matter::Story(_) => 500 + chance.below(60) * 100 + 99,
    }
}

/// A price within the range of the group, most of them ending as prices do.
fn group_cents(group: &Group, chance: &mut Chance) -> usize {
    const ENDS: &[usize] = &[0, 49, 50, 90, 95, 99, 99, 99];
    let [least, most] = group.price.map(|euros| euros as usize);
    let euros = least + chance.below(most.saturating_sub(least).max(1));
    euros * 100 + chance.pick(ENDS).copied().unwrap_or(99)
}

fn money(cents: usize, language: PageLanguage) -> String {
    let (euros, rest) = (cents / 100, cents % 100);
    match language {
        PageLanguage::English | PageLanguage::Chinese => format!("€{euros}.{rest:02}"),
        _ => format!("{euros},{rest:02}\u{a0}€"),
    }
}

/// The departments; each template shows others of them, in their order.
fn menu(names: &[String], template: usize) -> Vec<Entry> {
    names
        .iter()
        .enumerate()
        .filter(|(place, _)| names.len() < 8 || place % 4 != template)
        .map(|(place, name)| Entry {
            name: name.clone(),
            href: format!("/c/{}", place + 1),
        })
        .collect()
}

fn crumbs(sheet: &Sheet<'_>, words: &Vocabulary) -> Vec<Entry> {
    let path: &[String] = match &sheet.matter {
        Matter::Goods(group, _) => &group.path,
        Matter::NearMiss(goods) => &goods.path,
        Matter::Story(_) => &[],
    };
    std::iter::once(&words.words.home)
        .chain(path)
        .enumerate()
        .map(|(depth, name)| Entry {
            name: name.clone(),
            href: if depth == 0 {
                "/".to_owned()
            } else {
                format!("/c/{}/{depth}", path.len() * 10 + depth)
            },
        })
        .collect()
}

fn variants(sheet: &Sheet<'_>) -> Vec<String> {
    match &sheet.matter {
        Matter::Goods(group, _) => group.variants.clone(),
        _ => Vec::new(),
    }
}

/// The product's own sentence, one or two of its group, and up to two that fit any goods.
fn description(sheet: &Sheet<'_>, words: &Vocabulary, chance: &mut Chance) -> Vec<String> {
    let mut lines = match &sheet.matter {
        Matter::Story(_) => return Vec::new(),
        Matter::NearMiss(goods) => vec![goods.text.clone()],
        Matter::Goods(group, place) => {
            let count = 1 + chance.below(2);
            let about = chance.some(&group.about, count);
            group
                .goods
                .get(*place)
                .map(|goods| &goods.text)
                .filter(|_| sheet.kind == GeneratedKind::Listing)
                .into_iter()
                .chain(about)
                .map(|text| sheet.spelled(text, chance))
                .collect()
        }
    };
    let count = 1 + chance.below(2);
    lines.extend(chance.some(&words.neutral, count).into_iter().cloned());
    lines
}

fn facts(words: &Vocabulary, chance: &mut Chance) -> Vec<(String, String)> {
    let number = 10_000 + chance.below(90_000);
    let seller = chance.pick(&words.sellers).cloned().unwrap_or_default();
    vec![
        ("SKU".to_owned(), format!("{number}-{}", chance.below(10))),
        ("EU".to_owned(), seller),
    ]
}

fn images(name: &str, words: &Vocabulary, chance: &mut Chance) -> Vec<Image> {
    let number = chance.below(1 << 24);
    (1..=2 + chance.below(3))
        .map(|place| Image {
            src: format!("/img/{number:06x}-{place}.jpg"),
            alt: if place == 1 {
                name.to_owned()
            } else {
                format!("{} {place}", words.words.picture)
            },
        })
        .collect()
}

fn reviews<'a>(words: &'a Vocabulary, chance: &mut Chance) -> Vec<Review<'a>> {
    let count = chance.below(4);
    let mut reviews = Vec::new();
    for text in chance.some(&words.reviews, count) {
        reviews.push(Review {
            author: chance.pick(&words.reviewers).map_or("", String::as_str),
            stars: 3 + chance.below(3),
            text,
        });
    }
    reviews
}

fn card(name: String, cents: usize, language: PageLanguage, chance: &mut Chance) -> Card {
    Card {
        name,
        href: format!("/item/{}", page_number(chance)),
        src: format!("/img/{:06x}-1.jpg", chance.below(1 << 24)),
        price: money(cents, language),
    }
}

/// Four to six other goods, one in four of them restricted: what is recommended beside a product
/// says nothing of the product. Beside a story stand the headlines of others.
fn recommendations(
    sheet: &Sheet<'_>,
    words: &Vocabulary,
    language: PageLanguage,
    chance: &mut Chance,
) -> Vec<Card> {
    if matches!(sheet.matter, Matter::Story(_)) {
        let others: Vec<&Story> = words.news.iter().chain(&words.recipes).collect();
        let mut cards = Vec::new();
        for other in chance.some(&others, 3) {
            cards.push(card(other.title.clone(), 0, language, chance));
        }
        return cards;
    }
    let honest: Vec<&Group> = words.honest().collect();
    let restricted: Vec<&Group> = words.restricted().collect();
    let mut cards = Vec::new();
    for _ in 0..4 + chance.below(3) {
        let groups = if chance.percent(25) {
            &restricted
        } else {
            &honest
        };
        if let Some(group) = chance.pick(groups)
            && let Some(goods) = chance.pick(&group.goods)
        {
            let cents = group_cents(group, chance);
            cards.push(card(evasion::plain(&goods.name), cents, language, chance));
        }
    }
    cards
}

/// The ten goods of a list: seven of its group, in several variants, and three of any honest one.
fn cards(
    sheet: &Sheet<'_>,
    words: &Vocabulary,
    language: PageLanguage,
    chance: &mut Chance,
) -> Vec<Card> {
    let (Matter::Goods(group, _), GeneratedKind::Category) = (&sheet.matter, sheet.kind) else {
        return Vec::new();
    };
    let first = chance.below(group.goods.len());
    let mut cards = Vec::new();
    for (place, goods) in group.goods.iter().cycle().skip(first).take(7).enumerate() {
        let mut name = evasion::plain(&goods.name);
        // The second round shows another size or color of what was shown before.
        if place >= group.goods.len()
            && let Some(variant) = chance.pick(&group.variants)
        {
            name = format!("{name} – {variant}");
        }
        let cents = group_cents(group, chance);
        cards.push(card(name, cents, language, chance));
    }
    let honest: Vec<&Group> = words.honest().collect();
    for _ in 0..3 {
        if let Some(other) = chance.pick(&honest)
            && let Some(goods) = chance.pick(&other.goods)
        {
            let cents = group_cents(other, chance);
            let at = chance.below(cards.len() + 1);
            let card = card(evasion::plain(&goods.name), cents, language, chance);
            cards.insert(at, card);
        }
    }
    cards
}
