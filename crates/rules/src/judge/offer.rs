//! Whether a page offers something, and what it lists.

use std::collections::BTreeMap;

use model::{Link, PageFacts, PageKind, Place, Zone};

use crate::heard::Reader;
use crate::reading::Reading;
use crate::tally::Tallies;

/// How long a text may be that is a price and nothing else, in bytes.
const PRICE_BYTES: usize = 24;

/// What may stand around the name of goods in their card, in bytes: their price, the one before, a word or two.
const BESIDE_BYTES: usize = 48;

/// The goods that a category page lists.
#[derive(Default)]
pub(super) struct Items {
    total: usize,
    of_category: BTreeMap<usize, usize>,
}

impl Items {
    /// Reads the names of the goods. Looked at only where a word was found.
    pub(super) fn of(facts: &PageFacts, tallies: &Tallies, reader: Reader<'_>) -> Self {
        let mut items = Self::default();
        if tallies.by_category.is_empty() {
            return items;
        }
        let names = match facts.kind {
            kind if kind.lists_goods() => item_names(facts),
            // The front page of a shop, or a list whose structure says nothing: goods have prices.
            PageKind::Home | PageKind::Other => priced(facts),
            _ => return items,
        };
        for name in names {
            let mut tallies = Tallies::default();
            reader.read(&Reading::item(name), &mut tallies);
            items.total += 1;
            for (at, tally) in tallies.by_category {
                if !tally.strong.is_empty() {
                    *items.of_category.entry(at).or_default() += 1;
                }
            }
        }
        items
    }

    /// Whether the goods of the category are what the page lists: more than half of few, three
    /// tenths of many. Names of goods are missed more often than they are misread.
    pub(super) fn mostly(&self, category: usize) -> bool {
        let count = self.of_category.get(&category).copied().unwrap_or(0);
        let half = count >= 2 && 2 * count > self.total;
        half || (count >= 3 && 10 * count >= 3 * self.total)
    }

    /// Whether goods of the category are among them, or too few were read to tell.
    pub(super) fn may_hold(&self, category: usize) -> bool {
        self.total < 3 || self.of_category.contains_key(&category)
    }
}

/// Whether a text states an amount of money.
fn states_price(text: &str) -> bool {
    text.contains(['€', '$', '£', '¥', 'ł', '￥']) && text.bytes().any(|it| it.is_ascii_digit())
}

/// Whether the page offers something for sale. An article does by a product with an offer, or by
/// a head that speaks of buying: a price for a subscription is no offer of what it is about.
pub(super) fn sells(facts: &PageFacts, tallies: &Tallies) -> bool {
    let offered = facts
        .products
        .iter()
        .any(|product| !product.offers.is_empty());
    match facts.kind {
        PageKind::Gate => false,
        PageKind::Listing | PageKind::Category | PageKind::Search => true,
        _ if is_report(facts, tallies) => false,
        PageKind::Article => offered || (facts.offers_sale && tallies.commerce_in_head),
        _ => offered || facts.offers_sale,
    }
}

/// Whether a page without products, controls and prices of their own speaks as news do: a price in
/// a sentence of theirs is no offer.
pub(crate) fn is_report(facts: &PageFacts, tallies: &Tallies) -> bool {
    let mut shown = facts.passages.iter().filter(|passage| passage.shown);
    tallies.reports.len() >= 2
        && facts.products.is_empty()
        && !tallies.control
        && !tallies.commerce_in_head
        && !shown.any(|passage| passage.text.len() <= PRICE_BYTES && states_price(&passage.text))
}

/// Texts of links that state a price, or beside which stands one and little else, when there are four or more of
/// them.
fn priced(facts: &PageFacts) -> Vec<&str> {
    let is_priced = |link: &&Link| {
        let beside = link.context.len().saturating_sub(link.text.len());
        states_price(&link.text)
            || (!link.text.is_empty() && beside <= BESIDE_BYTES && states_price(&link.context))
    };
    let priced = facts.links.iter().filter(is_priced);
    let priced: Vec<&str> = priced.map(|link| link.text.as_str()).collect();
    if priced.len() >= CARDS {
        priced
    } else {
        Vec::new()
    }
}

/// Names of the goods on a category page: by structured data, by place, else by their links.
fn item_names(facts: &PageFacts) -> Vec<&str> {
    let stated: Vec<&str> = facts
        .products
        .iter()
        .filter_map(|product| product.name.as_deref())
        .collect();
    if stated.len() >= 3 {
        return stated;
    }
    let placed: Vec<&str> = facts
        .passages
        .iter()
        .filter(|passage| passage.shown && passage.place == Place::ProductName)
        .map(|passage| passage.text.as_str())
        .collect();
    if placed.len() >= 3 {
        return placed;
    }
    let of_goods = facts.links.iter().filter(|link| {
        !matches!(link.zone, Zone::Chrome | Zone::Advertising) && link.text.chars().count() >= 4
    });
    let of_goods: Vec<&Link> = of_goods.collect();
    let list = wordiest_list(&of_goods, |link| link.dom_path.clone())
        .or_else(|| wordiest_list(&of_goods, |link| without_positions(&link.dom_path)));
    list.unwrap_or_else(|| of_goods.iter().map(|link| link.text.as_str()).collect())
}

/// Links that make a list.
const CARDS: usize = 4;

/// Of the lists of links that share a slot the one with the most words: names of goods say more than
/// menus do. Of equals the first by its slot.
fn wordiest_list<'f>(links: &[&'f Link], slot: impl Fn(&Link) -> String) -> Option<Vec<&'f str>> {
    let mut lists: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for link in links {
        lists.entry(slot(link)).or_default().push(&link.text);
    }
    let bytes = |names: &Vec<&str>| names.iter().map(|name| name.len()).sum::<usize>();
    let lists = lists.into_values().rev();
    lists.filter(|names| names.len() >= CARDS).max_by_key(bytes)
}

/// A path of elements without the positions in it.
fn without_positions(path: &str) -> String {
    let steps = path.split('/').filter_map(|step| step.split(':').next());
    steps.collect::<Vec<&str>>().join("/")
}
