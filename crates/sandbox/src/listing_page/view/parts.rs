//! The parts of a page, each drawn from the vocabulary.

use super::{Card, Entry, Image, Matter, Review, Sheet};
use crate::chance::Chance;
use crate::goods::{Group, PageLanguage, Story, Vocabulary};
use crate::listing_page::GeneratedKind;
use crate::listing_page::evasion;

pub(super) fn page_number(chance: &mut Chance) -> u32 {
    u32::try_from(1_000_000 + chance.below(8_000_000)).unwrap_or(1_000_000)
}

pub(super) fn name(sheet: &Sheet<'_>, chance: &mut Chance) -> String {
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

pub(super) fn cents(sheet: &Sheet<'_>, chance: &mut Chance) -> usize {
    match &sheet.matter {
        Matter::Goods(group, _) => group_cents(group, chance),
        Matter::NearMiss(_) | Matter::Story(_) => 500 + chance.below(60) * 100 + 99,
    }
}

/// A price within the range of the group, most of them ending as prices do.
pub(super) fn group_cents(group: &Group, chance: &mut Chance) -> usize {
    const ENDS: &[usize] = &[0, 49, 50, 90, 95, 99, 99, 99];
    let [least, most] = group.price.map(|euros| euros as usize);
    let euros = least + chance.below(most.saturating_sub(least).max(1));
    euros * 100 + chance.pick(ENDS).copied().unwrap_or(99)
}

pub(super) fn money(cents: usize, language: PageLanguage) -> String {
    let (euros, rest) = (cents / 100, cents % 100);
    match language {
        PageLanguage::English | PageLanguage::Chinese => format!("€{euros}.{rest:02}"),
        _ => format!("{euros},{rest:02}\u{a0}€"),
    }
}

/// The departments; each template shows others of them, in their order.
pub(super) fn menu(names: &[String], template: usize) -> Vec<Entry> {
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

pub(super) fn crumbs(sheet: &Sheet<'_>, words: &Vocabulary) -> Vec<Entry> {
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

pub(super) fn variants(sheet: &Sheet<'_>) -> Vec<String> {
    match &sheet.matter {
        Matter::Goods(group, _) => group.variants.clone(),
        _ => Vec::new(),
    }
}

/// The product's own sentence, one or two of its group, and up to two that fit any goods.
pub(super) fn description(
    sheet: &Sheet<'_>,
    words: &Vocabulary,
    chance: &mut Chance,
) -> Vec<String> {
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

pub(super) fn facts(words: &Vocabulary, chance: &mut Chance) -> Vec<(String, String)> {
    let number = 10_000 + chance.below(90_000);
    let seller = chance.pick(&words.sellers).cloned().unwrap_or_default();
    vec![
        ("SKU".to_owned(), format!("{number}-{}", chance.below(10))),
        ("EU".to_owned(), seller),
    ]
}

pub(super) fn images(name: &str, words: &Vocabulary, chance: &mut Chance) -> Vec<Image> {
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

pub(super) fn reviews<'a>(words: &'a Vocabulary, chance: &mut Chance) -> Vec<Review<'a>> {
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

pub(super) fn card(
    name: String,
    cents: usize,
    language: PageLanguage,
    chance: &mut Chance,
) -> Card {
    Card {
        name,
        href: format!("/item/{}", page_number(chance)),
        src: format!("/img/{:06x}-1.jpg", chance.below(1 << 24)),
        price: money(cents, language),
    }
}

/// Four to six other goods, one in four of them restricted: what is recommended beside a product
/// says nothing of the product. Beside a story stand the headlines of others.
pub(super) fn recommendations(
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
pub(super) fn cards(
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
