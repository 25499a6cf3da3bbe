//! What kind of page it is, by its structure; and whether it offers to sell.
//!
//! Each kind has its own file. Words decide nothing by themselves: the forms of addresses, the names of
//! fields, the vocabularies of structured data and the shape of the tree do, so that pages are told
//! in languages that nobody listed. The words of controls to buy are the exception.

mod article;
mod checkout;
mod left;
mod sale;
mod search;
mod seller;
mod shape;

use model::{AgeGate, GateForm, Link, PageKind, PageUrl, Zone};

use crate::outline::{Index, Outline};
use crate::structured::Claims;
use crate::tags::{Attrs, Tag};

/// Signs that the structure of a page gives.
#[derive(Debug, Default)]
pub(crate) struct Signs {
    /// A control to buy or order.
    pub(crate) buys: usize,
    /// Prices that stand alone, outside of chrome, advertising and cards: a label, not a sentence.
    pub(crate) prices: usize,
    /// Main headings.
    pub(crate) headings: usize,
    /// The first of them.
    first_heading: Option<Index>,
    /// Headings of the second level.
    pub(crate) subheadings: usize,
    /// Headings below the first level that are a link and little else: of teasers.
    linked_headings: usize,
    /// Controls to buy that stand in no card of a list.
    pub(crate) buys_outside: usize,
    /// Where the first controls to buy stand.
    buys_at: Vec<Index>,
    /// `article` elements at the top level.
    pub(crate) articles: usize,
    /// Words that are read.
    pub(crate) words: usize,
    /// Repeated blocks of one shape with a link each.
    pub(crate) cards: usize,
    /// Prices that stand alone in them.
    card_prices: usize,
    /// Texts as long as a sentence or two, outside of chrome, advertising, users' texts and cards.
    prose: usize,
    /// Times that are marked as such, in the same places.
    times: usize,
    /// Pictures outside of chrome.
    pictures: usize,
    /// The first fields.
    inputs: Vec<Index>,
    /// The page is one listing, as far as can be told before its links are read.
    pub(crate) is_listing: bool,
    /// The page is marked as a seller's.
    seller_cue: bool,
    /// The page is dated or signed, and has the prose of an article.
    is_told: bool,
    /// The page is a cart or takes an order.
    is_checkout: bool,
    /// The page repeats a query and lists what was found.
    is_search: bool,
}

/// Children of one shape that make a list of cards.
const CARDS: usize = 4;

/// Bytes of the shortest text that is prose.
const SENTENCE: usize = 100;

/// Texts of prose that an article has.
const PROSE: usize = 3;

/// Fields, and controls to buy, that are kept.
const KEPT: usize = 128;

impl Signs {
    /// Whether the page shows goods: one listing, or a list of cards with prices.
    pub(crate) const fn shows_goods(&self) -> bool {
        self.is_listing || (self.cards >= CARDS && self.card_prices >= CARDS)
    }
}

/// Collects the signs. O(nodes + bytes).
pub(crate) fn signs(
    outline: &Outline<'_>,
    zones: &[Zone],
    claims: &Claims,
    address: &PageUrl,
) -> Signs {
    let mut signs = Signs {
        words: outline.words,
        ..Signs::default()
    };
    // Where the outermost list of cards ends that was entered last.
    let mut cards_end = 0;
    for (index, item) in outline.items.iter().enumerate() {
        if item.in_template {
            continue;
        }
        let in_cards = index < cards_end;
        if let Some(text) = outline.text(index) {
            if outline.is(item.parent, Tag::UNREAD) {
                continue;
            }
            let counted = !matches!(zones[index], Zone::Chrome | Zone::Advertising | Zone::User);
            if counted && in_cards {
                signs.card_prices += usize::from(sale::stands_alone(outline, index, text));
            } else if counted {
                if text.len() >= SENTENCE {
                    signs.prose += usize::from(text.trim().len() >= SENTENCE);
                } else if sale::stands_alone(outline, index, text) {
                    signs.prices += 1;
                }
            }
            continue;
        }
        let (buys, listed, times) = (signs.buys, signs.cards, signs.times);
        element_signs(outline, zones, index, &mut signs);
        if signs.buys > buys && signs.buys_at.len() < KEPT {
            signs.buys_at.push(index);
        }
        if in_cards {
            signs.times = times;
        } else {
            signs.buys_outside += signs.buys - buys;
            if signs.cards > listed && signs.cards >= CARDS {
                cards_end = outline.below(index).end;
            }
        }
    }
    signs.seller_cue = seller::seller_cue(outline, address);
    signs.is_told = article::is_told(outline, claims, &signs);
    signs.is_checkout = checkout::is_checkout(outline, zones, address, &signs);
    signs.is_search = search::is_search(outline, zones, address, &signs, claims);
    signs.is_listing = is_listing(&signs, claims);
    signs
}

fn element_signs(outline: &Outline<'_>, zones: &[Zone], index: Index, signs: &mut Signs) {
    let attr = |name| outline.attr(index, name).unwrap_or_default();
    let attr_of = |kind, name| outline.attr_of(index, kind, name).unwrap_or_default();
    let tag = outline.items[index].tag;
    if tag.is(Tag::IMG) {
        signs.pictures += usize::from(zones[index] != Zone::Chrome);
    } else if tag.is(Tag::INPUT) && signs.inputs.len() < KEPT {
        signs.inputs.push(index);
    }
    let is_own = || !matches!(zones[index], Zone::Chrome | Zone::Advertising | Zone::User);
    match outline.name(index) {
        "h1" => {
            signs.headings += 1;
            signs.first_heading.get_or_insert(index);
        }
        name @ ("h2" | "h3" | "h4") if is_own() => {
            signs.subheadings += usize::from(name == "h2");
            signs.linked_headings += usize::from(is_linked(outline, index));
        }
        "time" if is_own() => signs.times += 1,
        "article" => {
            let nested = outline
                .lineage(index)
                .skip(1)
                .any(|at| outline.name(at) == "article");
            signs.articles += usize::from(!nested);
        }
        "button" | "input" | "a" if !matches!(zones[index], Zone::Chrome | Zone::Advertising) => {
            let is_field = outline.name(index) == "input"
                && !matches!(attr("type"), "submit" | "button" | "image");
            let label = if outline.name(index) == "input" {
                attr("value").into()
            } else {
                outline.text_below(index, 60)
            };
            signs.buys += usize::from(sale::is_buy_control(attr("name"), &label, is_field));
        }
        "div" | "span"
            if attr_of(Attrs::ROLE, "role") == "button"
                || sale::has_button_class(attr_of(Attrs::CLASS, "class")) =>
        {
            let label = outline.text_below(index, 60);
            signs.buys += usize::from(sale::is_buy_control("", &label, false));
        }
        "form" => {
            let action = attr("action").to_ascii_lowercase();
            signs.buys += usize::from(
                [
                    "cart/add",
                    "/cart",
                    "add-to-cart",
                    "basket",
                    "checkout",
                    "/order",
                ]
                .iter()
                .any(|w| action.contains(w)),
            );
        }
        "ul" | "ol" | "div" | "section" | "main" | "tbody"
            if !matches!(zones[index], Zone::Chrome | Zone::Advertising) =>
        {
            signs.cards = signs.cards.max(sale::cards(outline, index));
        }
        _ => {}
    }
    let itemprop = attr_of(Attrs::ITEMPROP, "itemprop");
    if itemprop == "price" || itemprop == "lowPrice" {
        signs.prices += 1;
    }
}

/// Whether a heading is a link and little else.
fn is_linked(outline: &Outline<'_>, heading: Index) -> bool {
    let mut below = outline.below(heading).take(8);
    let anchor = below.find(|&at| outline.is(at, Tag::ANCHOR));
    anchor.is_some_and(|anchor| {
        let (whole, linked) = (outline.read_range(heading), outline.read_range(anchor));
        let length = |range: Option<std::ops::Range<usize>>| range.map_or(0, |range| range.len());
        length(linked) * 10 >= length(whole) * 8
    })
}

/// Whether the page offers to sell.
pub(crate) fn offers_sale(signs: &Signs, claims: &Claims) -> bool {
    signs.buys > 0
        || signs.prices > 0
        || claims
            .products
            .iter()
            .any(|product| product.offers.iter().any(|offer| offer.price.is_some()))
}

/// Whether the page is one listing, as far as can be told before its links are read.
fn is_listing(signs: &Signs, claims: &Claims) -> bool {
    let has = |kind: &str| claims.types.iter().any(|t| t == kind);
    let lists =
        has("ItemList") || has("CollectionPage") || has("SearchResultsPage") || has("OfferCatalog");
    if lists && !has("Product") && !has("ProductGroup") {
        return false;
    }
    // What is told of a product beside is an article, whatever it says of the product.
    if article::is_article(signs, claims) && signs.prose >= PROSE && signs.buys_outside == 0 {
        return false;
    }
    if claims.products.len() == 1 {
        return true;
    }
    if claims.products.len() > 1 || claims.listed >= CARDS || signs.is_checkout || signs.is_search {
        return false;
    }
    // Without structured data: something with a name and a price of its own, beside which cards of
    // other things may stand, and a control to buy it or nothing else that the page is about.
    let is_named =
        matches!(signs.headings, 1 | 2) || (signs.headings == 0 && signs.subheadings > 0);
    let is_offered = signs.buys_outside > 0 && (signs.cards < CARDS || signs.headings == 1);
    let is_all = signs.cards < CARDS
        && signs.articles == 0
        && signs.headings == 1
        && !(signs.is_told && signs.buys == 0);
    is_named && (1..=MOST_PRICES).contains(&signs.prices) && (is_offered || is_all)
}

/// Prices of one listing: variants, shipping, a former price. More are a list.
const MOST_PRICES: usize = 8;

/// The kind of a page. O(links).
pub(crate) fn kind(
    address: &PageUrl,
    signs: &Signs,
    claims: &Claims,
    gates: &[AgeGate],
    links: &[Link],
) -> PageKind {
    if gates.iter().any(|gate| gate.form == GateForm::Page) {
        return PageKind::Gate;
    }
    // A page that states a product is a listing, also where it moves its visitor on.
    if signs.is_listing {
        return PageKind::Listing;
    }
    if signs.is_checkout {
        return PageKind::Checkout;
    }
    if signs.is_search {
        return PageKind::Search;
    }
    if left::is_interstitial(address, signs, links) {
        return PageKind::Interstitial;
    }
    let has = |kinds: &[&str]| claims.types.iter().any(|t| kinds.contains(&t.as_str()));
    let is_article = article::is_article(signs, claims) && signs.buys_outside == 0;
    if !(is_article && signs.prose >= PROSE) && left::is_hub(address, signs, links) {
        return PageKind::Hub;
    }
    let is_home = left::is_home(address, links);
    if (has(&["ProfilePage"]) || claims.og_type == "profile" || signs.seller_cue) && !is_home {
        return PageKind::Seller;
    }
    if is_article {
        return PageKind::Article;
    }
    if is_home {
        return PageKind::Home;
    }
    let many = claims.products.len() > 1 || claims.listed >= CARDS || signs.cards >= CARDS;
    let is_list = has(&["ItemList", "CollectionPage", "OfferCatalog"]);
    if (is_list || many) && !(signs.is_told && signs.buys_outside == 0) {
        return PageKind::Category;
    }
    if (signs.articles == 1 || signs.is_told) && signs.buys_outside == 0 {
        return PageKind::Article;
    }
    if has(&["Store", "OnlineStore", "LocalBusiness"]) && signs.buys == 0 {
        return PageKind::Seller;
    }
    PageKind::Other
}
