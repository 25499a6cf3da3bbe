//! The pages of a storefront that list something: front pages, departments, sellers, search.

use serde::Serialize;

use super::numbering;
use super::numbering::Section;
use super::page::{
    Card, Chrome, Entry, chrome, department_name, is_gated, is_listed, leaf_entry, leaf_name,
    render,
};
use super::plant::Slot;
use super::plant::draft::escaped;
use super::{Marketplace, Purpose, listing, plan};

/// Cards of one page of a list.
const PAGE: u64 = 24;

#[derive(Debug, Serialize)]
struct ListView {
    #[serde(flatten)]
    chrome: Chrome,
    intro: String,
    links: Vec<Entry>,
    cards: Vec<Card>,
    pages: Vec<Entry>,
}

/// A page of text.
pub(super) fn plain(
    market: &Marketplace,
    section: Section,
    path: &str,
    title: &str,
    html: String,
) -> String {
    let view = ListView {
        chrome: chrome(market, section, path, "text", title),
        intro: html,
        links: Vec::new(),
        cards: Vec::new(),
        pages: Vec::new(),
    };
    render(market, section.template, &view)
}

/// The front page of a storefront in one language: departments, leaves and some listings.
pub(super) fn front(market: &Marketplace, section: Section) -> String {
    let tongue = market.tongue(section.language);
    let path = format!("/{}/", section.language.as_str());
    let count = section.count(market.listings);
    let mut chance = market.chance(Purpose::Page, 1 << 60 | section.language as u64);
    let mut cards = Vec::new();
    for _ in 0..12.min(count) {
        let one = section.listing(chance.number() % count.max(1));
        if is_listed(market, one) && !is_gated(market, one) {
            cards.push(listing::card(market, one));
        }
    }
    let leaves = tongue.leaves();
    let mut chrome = chrome(market, section, &path, "list", &tongue.words.words.home);
    chrome.head += "<link rel=\"alternate\" type=\"application/json\" href=\"/ads.json\">\n";
    let view = ListView {
        chrome,
        intro: format!(
            "<p>{}</p>\n",
            escaped(tongue.words.neutral.first().map_or("", String::as_str))
        ),
        links: (0..leaves.count())
            .map(|leaf| leaf_entry(market, section.language, leaf))
            .collect(),
        cards,
        pages: Vec::new(),
    };
    render(market, section.template, &view)
}

/// The page of a department: its leaves.
pub(super) fn department(market: &Marketplace, section: Section, number: u64) -> Option<String> {
    let leaves = market.tongue(section.language).leaves();
    if number >= leaves.count() / 2 {
        return None;
    }
    let path = format!("/{}/d/{number}", section.language.as_str());
    let title = department_name(market, section.language, number);
    let mut cards = Vec::new();
    for leaf in (2 * number..2 * number + 2).filter(|leaf| !leaves.is_gated(*leaf)) {
        cards.extend(leaf_cards(market, section, leaf, 0).into_iter().take(4));
    }
    let view = ListView {
        chrome: chrome(market, section, &path, "list", &title),
        intro: String::new(),
        links: (2 * number..2 * number + 2)
            .map(|leaf| leaf_entry(market, section.language, leaf))
            .collect(),
        cards,
        pages: Vec::new(),
    };
    Some(render(market, section.template, &view))
}

fn leaf_cards(market: &Marketplace, section: Section, leaf: u64, page: u64) -> Vec<Card> {
    let leaves = market.tongue(section.language).leaves();
    let count = leaves.count_in(leaf, section.count(market.listings));
    (page * PAGE..((page + 1) * PAGE).min(count))
        .map(|place| section.listing(leaves.turn(leaf, place)))
        .filter(|one| is_listed(market, *one))
        .map(|one| listing::card(market, one))
        .collect()
}

/// How many pages a leaf has: one at least.
pub(super) fn leaf_pages(market: &Marketplace, section: Section, leaf: u64) -> u64 {
    let leaves = market.tongue(section.language).leaves();
    leaves
        .count_in(leaf, section.count(market.listings))
        .div_ceil(PAGE)
        .max(1)
}

/// A page of a leaf, counted from 0.
pub(super) fn leaf(market: &Marketplace, section: Section, leaf: u64, page: u64) -> Option<String> {
    let leaves = market.tongue(section.language).leaves();
    let pages = leaf_pages(market, section, leaf);
    if leaf >= leaves.count() || page >= pages {
        return None;
    }
    let base = format!("/{}/c/{leaf}", section.language.as_str());
    let path = page_path(&base, page);
    let title = leaf_name(market, section.language, leaf);
    let view = ListView {
        chrome: chrome(market, section, &path, "list", &title),
        intro: String::new(),
        links: Vec::new(),
        cards: leaf_cards(market, section, leaf, page),
        pages: pager(&base, page, pages),
    };
    Some(render(market, section.template, &view))
}

fn page_path(base: &str, page: u64) -> String {
    if page == 0 {
        base.to_owned()
    } else {
        format!("{base}?page={}", page + 1)
    }
}

/// Links to pages near and far, so that no page is many clicks away.
fn pager(base: &str, page: u64, pages: u64) -> Vec<Entry> {
    let mut numbers: std::collections::BTreeSet<u64> = [0, pages - 1].into();
    for distance in [1, 2, 10, 50, 200] {
        numbers.insert(page.saturating_sub(distance));
        numbers.insert((page + distance).min(pages - 1));
    }
    numbers.remove(&page);
    numbers
        .into_iter()
        .map(|number| Entry {
            name: (number + 1).to_string(),
            href: page_path(base, number),
        })
        .collect()
}

/// The page of a seller.
pub(super) fn seller(market: &Marketplace, section: Section, seller: u64) -> Option<String> {
    let count = section.count(market.listings);
    if seller >= numbering::sellers(count) {
        return None;
    }
    let tongue = market.tongue(section.language);
    let path = format!("/{}/seller/{seller}", section.language.as_str());
    let title = listing::seller_name(market, section, seller);
    let about: String = plan::on_seller_page(market, section, seller)
        .iter()
        .map(|plan| plan.construct.in_slot(Slot::About))
        .collect();
    let view = ListView {
        chrome: chrome(market, section, &path, "list", &title),
        intro: format!(
            "<div class=\"about\"><p>{}</p>\n{about}</div>\n",
            escaped(tongue.words.neutral.last().map_or("", String::as_str))
        ),
        links: Vec::new(),
        cards: numbering::turns_of_seller(seller)
            .filter(|turn| *turn < count)
            .map(|turn| section.listing(turn))
            .filter(|one| is_listed(market, *one) && !is_gated(market, *one))
            .map(|one| listing::card(market, one))
            .collect(),
        pages: Vec::new(),
    };
    Some(render(market, section.template, &view))
}

/// What the search finds: some listings that the words choose, by no understanding of them.
pub(super) fn search(market: &Marketplace, section: Section, query: &str) -> String {
    let path = format!("/{}/search", section.language.as_str());
    let count = section.count(market.listings);
    let number = query
        .bytes()
        .fold(7_u64, |all, byte| all.wrapping_mul(31) ^ u64::from(byte));
    let mut chance = market.chance(Purpose::Page, 1 << 61 ^ number);
    let cards = (0..8.min(count))
        .map(|_| section.listing(chance.number() % count.max(1)))
        .filter(|one| is_listed(market, *one) && !is_gated(market, *one))
        .map(|one| listing::card(market, one))
        .collect();
    let title = &market.tongue(section.language).words.words.search;
    let view = ListView {
        chrome: chrome(market, section, &path, "list", title),
        intro: String::new(),
        links: Vec::new(),
        cards,
        pages: Vec::new(),
    };
    render(market, section.template, &view)
}
