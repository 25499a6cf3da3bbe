//! A listing: what it sells and how it is shown.

use serde::Serialize;

use super::host::HostKind;
use super::numbering::{self, Section};
use super::page::{self, Card, Chrome, Entry, Picture};
use super::plan::{self, Plan, Role};
use super::plant::Slot;
use super::plant::draft::escaped;
use super::plant::technique::Scheme;
use super::truth::{LookAlikeKind, StorefrontTemplate};
use super::{Marketplace, Purpose};
use crate::chance::Chance;
use crate::goods::{Group, PageLanguage};
use crate::listing_page::evasion;

/// What a listing sells.
#[derive(Debug, Clone)]
pub(super) struct Sold {
    pub(super) name: String,
    pub(super) cents: usize,
    pub(super) lines: Vec<String>,
    pub(super) variants: Vec<String>,
}

/// The address of a storefront, without a path.
pub(super) fn storefront(market: &Marketplace, section: Section) -> String {
    format!(
        "http://{}",
        market.host(HostKind::Storefront(section.template), 0)
    )
}

/// The path of a listing.
pub(super) fn path_of(listing: u64) -> String {
    let section = Section::of(listing);
    let lang = section.language.as_str();
    match section.template {
        StorefrontTemplate::Classic => format!("/{lang}/item/{listing}"),
        StorefrontTemplate::Utility => format!("/{lang}/p/{listing}"),
        StorefrontTemplate::Table => format!("/{lang}/view.asp/{listing}"),
    }
}

/// The address of a listing.
pub(super) fn address_of(market: &Marketplace, listing: u64) -> String {
    storefront(market, Section::of(listing)) + &path_of(listing)
}

/// The path of the page of a listing's seller.
fn seller_path(listing: u64) -> String {
    let section = Section::of(listing);
    let seller = numbering::seller(Section::turn(listing));
    format!("/{}/seller/{seller}", section.language.as_str())
}

/// The address of the page of a listing's seller.
pub(super) fn seller_address(market: &Marketplace, listing: u64) -> String {
    storefront(market, Section::of(listing)) + &seller_path(listing)
}

/// The name of a seller of a section.
pub(super) fn seller_name(market: &Marketplace, section: Section, seller: u64) -> String {
    let names = &market.tongue(section.language).words.sellers;
    let mut chance = market.chance(Purpose::Seller, seller << 8 | section.language as u64);
    let name = chance.pick(names).cloned().unwrap_or_default();
    format!("{name} {}", 100 + seller)
}

/// What `listing` sells. Cost: a few texts.
pub(super) fn sold(market: &Marketplace, listing: u64) -> Sold {
    let section = Section::of(listing);
    let tongue = market.tongue(section.language);
    let leaves = tongue.leaves();
    let leaf = leaves.leaf(Section::turn(listing));
    let mut chance = market.chance(Purpose::Goods, listing);
    let role = plan::role(market, listing);
    if role == Role::LookAlike(LookAlikeKind::NearMiss)
        && let Some(goods) = chance.pick(&tongue.words.near_misses)
    {
        return Sold {
            name: evasion::plain(&goods.name),
            cents: 500 + chance.below(60) * 100 + 99,
            lines: vec![evasion::plain(&goods.text)],
            variants: vec!["1".to_owned(), "2".to_owned()],
        };
    }
    let group = if leaves.is_gated(leaf) {
        let codes: &[&str] = if leaf == leaves.open() {
            &["D1", "D2"]
        } else {
            &["C1", "C2", "E1"]
        };
        chance.pick(&tongue.of_codes(codes)).copied()
    } else {
        tongue.honest(leaf / 2)
    };
    let Some(group) = group else {
        return Sold {
            name: String::new(),
            cents: 100,
            lines: Vec::new(),
            variants: Vec::new(),
        };
    };
    of_group(group, leaf % 2, &mut chance)
}

fn of_group(group: &Group, band: u64, chance: &mut Chance) -> Sold {
    let goods = chance.pick(&group.goods);
    let variant = chance.pick(&group.variants).cloned().unwrap_or_default();
    let name = goods.map_or_else(String::new, |goods| evasion::plain(&goods.name));
    let mut lines: Vec<String> = goods
        .map(|goods| evasion::plain(&goods.text))
        .into_iter()
        .collect();
    let count = 1 + chance.below(2);
    for line in chance.some(&group.about, count) {
        lines.push(evasion::plain(line));
    }
    // The cheap band is the lower half of the group's prices, the dear one the upper half.
    let [least, most] = group.price.map(|euros| euros as usize);
    let middle = least + most.saturating_sub(least) / 2;
    let (from, to) = if band == 0 {
        (least, middle)
    } else {
        (middle, most)
    };
    let euros = from + chance.below(to.saturating_sub(from).max(1));
    Sold {
        name: format!("{name}, {variant}"),
        cents: euros * 100 + [0, 49, 95, 99][chance.below(4)],
        lines,
        variants: group.variants.clone(),
    }
}

pub(super) fn money(cents: usize, language: PageLanguage) -> String {
    let (euros, rest) = (cents / 100, cents % 100);
    match language {
        PageLanguage::English | PageLanguage::Chinese => format!("€{euros}.{rest:02}"),
        _ => format!("{euros},{rest:02}\u{a0}€"),
    }
}

/// The card of a listing, as lists and recommendations show it.
pub(super) fn card(market: &Marketplace, listing: u64) -> Card {
    let sold = sold(market, listing);
    let name = title(market, listing, &sold);
    Card {
        href: path_of(listing),
        src: format!("/pic/{listing}-1.svg"),
        price: money(sold.cents, Section::of(listing).language),
        name,
    }
}

/// The name of a listing: that of its goods, unless it is a listing for paying.
fn title(market: &Marketplace, listing: u64, sold: &Sold) -> String {
    let is_placeholder = plan::role(market, listing) == Role::Planted
        && market
            .plan(listing)
            .is_some_and(|plan| plan.scheme == Some(Scheme::Placeholder));
    if is_placeholder {
        let tongue = market.tongue(Section::of(listing).language);
        format!("{} {}", tongue.phrases.custom, listing % 1_000)
    } else {
        sold.name.clone()
    }
}

#[derive(Debug, Serialize)]
struct Review {
    author: String,
    stars: usize,
    html: String,
}

#[derive(Debug, Serialize)]
struct Asked {
    text: String,
    html: String,
}

/// All that a template reads of a listing, besides the chrome.
#[derive(Debug, Serialize)]
struct View {
    #[serde(flatten)]
    chrome: Chrome,
    summary: String,
    number: u64,
    price: String,
    amount: String,
    stars: usize,
    microdata: bool,
    json_ld: Option<String>,
    images: Vec<Picture>,
    variants: Vec<String>,
    seller: Entry,
    description: String,
    facts: Vec<(String, String)>,
    reviews: Vec<Review>,
    questions: Vec<Asked>,
    cards: Vec<Card>,
    shares: Vec<Entry>,
}

/// The page of a listing.
pub(super) fn html(market: &Marketplace, listing: u64, plan: Option<&Plan>) -> String {
    let section = Section::of(listing);
    let tongue = market.tongue(section.language);
    let sold = sold(market, listing);
    let name = title(market, listing, &sold);
    let mut chance = market.chance(Purpose::Page, listing);
    let piece = |slot| {
        plan.filter(|plan| !plan.on_seller)
            .map_or_else(String::new, |plan| plan.construct.in_slot(slot))
    };
    let mut chrome = page::chrome(market, section, &path_of(listing), "listing", &name);
    chrome.crumbs = page::crumbs(market, section, listing);
    chrome.head += &piece(Slot::Head);
    chrome.top += &piece(Slot::Top);
    chrome.aside += &piece(Slot::Aside);
    chrome.bottom += &piece(Slot::Bottom);
    chrome.after += &piece(Slot::After);
    chrome.aside += &advertisement(market, section, &mut chance);
    chrome.bottom += &left_over(section, &mut chance);
    let mut variants = sold.variants.clone();
    variants.extend(plan.and_then(|plan| plan.construct.variant.clone()));
    let microdata = chance.percent(50);
    let mut view = View {
        summary: sold.lines.first().cloned().unwrap_or_default(),
        number: listing,
        price: money(sold.cents, section.language),
        amount: format!("{}.{:02}", sold.cents / 100, sold.cents % 100),
        stars: 3 + chance.below(3),
        microdata,
        json_ld: None,
        images: pictures(market, listing, &name, &mut chance),
        variants,
        seller: Entry {
            name: seller_name(market, section, numbering::seller(Section::turn(listing))),
            href: seller_path(listing),
        },
        description: description(section, &sold.lines, &piece(Slot::Description), &mut chance),
        facts: vec![(
            "SKU".to_owned(),
            format!("{}-{}", 10_000 + listing, chance.below(10)),
        )],
        reviews: reviews(market, section, &piece(Slot::Review), &mut chance),
        questions: questions(market, section, &piece(Slot::Question), &mut chance),
        cards: also(market, listing, section, &mut chance),
        shares: shares(market, listing, section),
        chrome,
    };
    if section.template == StorefrontTemplate::Classic && !microdata {
        view.json_ld = Some(structured(&view, tongue.language, &name));
    }
    page::render(market, section.template, &view)
}

/// The product for machines, as text that can stand within a script element.
fn structured(view: &View, language: PageLanguage, name: &str) -> String {
    let value = serde_json::json!({
        "@context": "https://schema.org",
        "@type": "Product",
        "name": name,
        "inLanguage": language.as_str(),
        "image": view.images.first().map(|image| image.src.as_str()),
        "description": view.summary,
        "offers": {
            "@type": "Offer",
            "price": view.amount,
            "priceCurrency": "EUR",
            "availability": "https://schema.org/InStock",
            "seller": { "@type": "Organization", "name": view.seller.name },
        },
    });
    value.to_string().replace("</", "<\\/")
}

fn pictures(market: &Marketplace, listing: u64, name: &str, chance: &mut Chance) -> Vec<Picture> {
    let tongue = market.tongue(Section::of(listing).language);
    (1..=2 + chance.below(3))
        .map(|place| Picture {
            src: format!("/pic/{listing}-{place}.svg"),
            alt: if place == 1 {
                name.to_owned()
            } else {
                format!("{} {place}", tongue.words.words.picture)
            },
        })
        .collect()
}

/// The seller's text, with what is put into it between its lines or behind them.
fn description(section: Section, lines: &[String], piece: &str, chance: &mut Chance) -> String {
    let at = chance.below(lines.len() + 1);
    let mut all = String::new();
    for (place, line) in lines.iter().enumerate() {
        if place == at {
            all += piece;
        }
        let line = escaped(line);
        all += &match section.template {
            StorefrontTemplate::Classic => format!("<p>{line}</p>\n"),
            StorefrontTemplate::Utility => format!("{line}<br>\n"),
            StorefrontTemplate::Table => format!("{line} \n"),
        };
    }
    if at == lines.len() {
        all += piece;
    }
    all
}

fn reviews(
    market: &Marketplace,
    section: Section,
    piece: &str,
    chance: &mut Chance,
) -> Vec<Review> {
    let words = &market.tongue(section.language).words;
    let count = chance.below(4).max(usize::from(!piece.is_empty()));
    let mut reviews = Vec::new();
    for text in chance.some(&words.reviews, count) {
        reviews.push(Review {
            author: chance.pick(&words.reviewers).cloned().unwrap_or_default(),
            stars: 3 + chance.below(3),
            html: escaped(text),
        });
    }
    if let Some(last) = reviews.last_mut() {
        last.html += piece;
    }
    reviews
}

fn questions(
    market: &Marketplace,
    section: Section,
    piece: &str,
    chance: &mut Chance,
) -> Vec<Asked> {
    let phrases = &market.tongue(section.language).phrases;
    if piece.is_empty() && chance.percent(60) {
        return Vec::new();
    }
    vec![Asked {
        text: phrases.ask.clone(),
        html: escaped(&phrases.reply) + piece,
    }]
}

/// Recommendations: listings of the same section, near and far.
fn also(market: &Marketplace, listing: u64, section: Section, chance: &mut Chance) -> Vec<Card> {
    let count = section.count(market.listings);
    let turn = Section::turn(listing);
    let mut cards = Vec::new();
    for place in 0..4 + chance.below(3) {
        let other = if place == 0 {
            (turn + 1) % count.max(1)
        } else {
            chance.number() % count.max(1)
        };
        let other = section.listing(other);
        if other != listing && page::is_listed(market, other) && !page::is_gated(market, other) {
            cards.push(card(market, other));
        }
    }
    cards
}

fn shares(market: &Marketplace, listing: u64, section: Section) -> Vec<Entry> {
    if section.template != StorefrontTemplate::Utility {
        return Vec::new();
    }
    let address = super::plant::wrap::percent(&address_of(market, listing));
    (0..2)
        .map(|place| {
            let host = market.host(HostKind::Social, place);
            Entry {
                name: host.split('.').next().unwrap_or_default().to_owned(),
                href: format!("http://{host}/share?url={address}"),
            }
        })
        .collect()
}

/// The platform's advertisement, on a quarter of the listings.
fn advertisement(market: &Marketplace, section: Section, chance: &mut Chance) -> String {
    if !chance.percent(25) {
        return String::new();
    }
    let phrases = &market.tongue(section.language).phrases;
    let host = market.host(HostKind::Honest(section.language), chance.below(6));
    format!(
        "<div class=\"ad\"><small>{}</small> <a href=\"http://{host}/p/{}\" rel=\"sponsored noopener\">{host}</a></div>\n",
        escaped(&phrases.sponsored),
        chance.below(20)
    )
}

/// What was commented out and left: on three pages of ten, as on the open web.
fn left_over(section: Section, chance: &mut Chance) -> String {
    if !chance.percent(30) {
        return String::new();
    }
    let lang = section.language.as_str();
    format!(
        "<!-- <a href=\"/{lang}/help/{}\">FAQ</a> -->\n",
        1 + chance.below(4)
    )
}
