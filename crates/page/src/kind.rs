//! What kind of page it is, by its structure; and whether it offers to sell.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use model::{AgeGate, GateForm, HopKind, Link, PageKind, Trigger, Zone};
use regex::Regex;

use crate::outline::{Index, Outline};
use crate::structured::Claims;
use crate::tags::{Attrs, Tag};

#[expect(
    clippy::unwrap_used,
    reason = "the pattern is a constant that every test compiles"
)]
static PRICE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:[$€£¥₽₴₹]|\b(?:usd|eur|gbp|pln|zł|chf|cny|rmb)\b)\s?\d{1,7}(?:[.,\s]\d{2,3})*|\b\d{1,7}(?:[.,]\d{2,3})*\s?(?:€|£|¥|₽|zł|元|(?:usd|euros?|eur|dollars?|pounds?|gbp|pln|chf|kr|руб)\b)|\b\d{1,6},[-–]\s?(?:€|eur)").unwrap()
});

#[expect(
    clippy::unwrap_used,
    reason = "the pattern is a constant that every test compiles"
)]
static BUY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)\b(?:add\s+to\s+(?:cart|basket|bag|trolley)|buy(?:\s+(?:it\s+)?now)?|order(?:\s+now)?|purchase|checkout|place\s+(?:a\s+)?bid|make\s+(?:an?\s+)?offer
        |reserve(?:\s+now)?|(?:contact|message)\s+(?:the\s+)?seller|in\s+winkelwagen
        |(?:in\s+den\s+)?(?:warenkorb|einkaufswagen)|in\s+den\s+korb|nachricht\s+an\s+(?:den\s+)?verkäufer|verkäufer\s+kontaktieren|kaufen|jetzt\s+kaufen|bestellen|sofort-kaufen
        |contacter\s+le\s+vendeur|contactar\s+(?:con\s+el|al)\s+vendedor|contatta\s+il\s+venditore|ajouter\s+au\s+panier|acheter|commander|añadir\s+(?:al\s+carrito|a\s+la\s+cesta)|agregar\s+al\s+carrito|comprar|pedir
        |(?:aggiungi|metti)\s+(?:al|nel)\s+carrello|acquista|compra(?:\s+ora)?|ordina|(?:dodaj\s+)?do\s+koszyka|napisz\s+do\s+sprzedającego|kup(?:\s+teraz)?|zamów)\b
        | 加入购物车 | 联系卖家 | 立即购买 | 购买 | 下单 | カートに入れる | купить | в\s+корзину",
    )
    .unwrap()
});

/// One of these is in each label that [`BUY`] matches; a cheap test before the long one.
#[expect(
    clippy::unwrap_used,
    reason = "the stems are constants that every test builds"
)]
static STEMS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build([
            "add",
            "buy",
            "order",
            "purchase",
            "checkout",
            "place",
            "make",
            "offer",
            "reserve",
            "seller",
            "winkelwagen",
            "korb",
            "einkaufswagen",
            "kaufen",
            "verk",
            "bestellen",
            "sofort",
            "panier",
            "acheter",
            "command",
            "vende",
            "vendi",
            "carrito",
            "cesta",
            "compra",
            "pedir",
            "carrello",
            "acquista",
            "ordina",
            "koszyka",
            "sprzedaj",
            "kup",
            "zam",
            "购",
            "联系卖家",
            "下单",
            "カート",
            "упить",
            "УПИТЬ",
            "орзину",
            "ОРЗИНУ",
        ])
        .unwrap()
});

/// Signs that the structure of a page gives.
#[derive(Debug, Default)]
pub(crate) struct Signs {
    /// A control to buy or order.
    pub(crate) buys: usize,
    /// Prices that stand alone, outside of chrome, advertising and cards: a label, not a sentence.
    pub(crate) prices: usize,
    /// Main headings.
    pub(crate) headings: usize,
    /// Headings of the second level.
    pub(crate) subheadings: usize,
    /// Controls to buy that stand in no card of a list.
    pub(crate) buys_outside: usize,
    /// `article` elements at the top level.
    pub(crate) articles: usize,
    /// Words that are read.
    pub(crate) words: usize,
    /// Repeated blocks of one shape with a link each.
    pub(crate) cards: usize,
    /// The page is marked as a seller's.
    pub(crate) seller_cue: bool,
}

/// Collects the signs. O(nodes + bytes).
pub(crate) fn signs(outline: &Outline<'_>, zones: &[Zone]) -> Signs {
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
            if counted && !in_cards && stands_alone(outline, index, text) {
                signs.prices += 1;
            }
            continue;
        }
        let (buys, listed) = (signs.buys, signs.cards);
        element_signs(outline, zones, index, &mut signs);
        if !in_cards {
            signs.buys_outside += signs.buys - buys;
            if signs.cards > listed && signs.cards >= CARDS {
                cards_end = outline.below(index).end;
            }
        }
    }
    signs
}

/// Children of one shape that make a list of cards.
const CARDS: usize = 4;

/// Characters of the longest label that is a price and little else.
const LONGEST_PRICE: usize = 40;

/// Whether a text is a price and little else, or a number in an element that is marked as a price.
fn stands_alone(outline: &Outline<'_>, index: Index, text: &str) -> bool {
    let text = text.trim();
    if text.len() > LONGEST_PRICE || !has_digit(text) {
        return false;
    }
    let marked = || {
        let parent = outline.items[index].parent;
        outline.lineage(parent).take(2).any(|at| {
            let class = outline.attr(at, "class").unwrap_or_default();
            class.split_whitespace().any(|token| {
                let token = token.to_ascii_lowercase();
                token == "price" || token.ends_with("-price") || token.starts_with("price-")
            })
        })
    };
    PRICE.is_match(text) || marked()
}

/// Whether a text may name a price: each price has a digit.
fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

fn element_signs(outline: &Outline<'_>, zones: &[Zone], index: Index, signs: &mut Signs) {
    let attr = |name| outline.attr(index, name).unwrap_or_default();
    let attr_of = |kind, name| outline.attr_of(index, kind, name).unwrap_or_default();
    match outline.name(index) {
        "h1" => signs.headings += 1,
        "h2" if !matches!(zones[index], Zone::Chrome | Zone::Advertising | Zone::User) => {
            signs.subheadings += 1;
        }
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
            signs.buys += usize::from(is_buy_control(attr("name"), &label, is_field));
        }
        "div" | "span"
            if attr_of(Attrs::ROLE, "role") == "button"
                || has_button_class(attr_of(Attrs::CLASS, "class")) =>
        {
            let label = outline.text_below(index, 60);
            signs.buys += usize::from(is_buy_control("", &label, false));
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
            signs.cards = signs.cards.max(cards(outline, index));
        }
        _ => {}
    }
    let itemprop = attr_of(Attrs::ITEMPROP, "itemprop");
    if itemprop == "price" || itemprop == "lowPrice" {
        signs.prices += 1;
    }
}

fn is_buy_control(name: &str, label: &str, is_field: bool) -> bool {
    let by_words =
        label.split_whitespace().nth(6).is_none() && STEMS.is_match(label) && BUY.is_match(label);
    let by_name = matches!(name, "add-to-cart" | "add_to_cart" | "addtocart" | "add");
    !is_field && (by_words || by_name)
}

fn has_button_class(class: &str) -> bool {
    // Each of the words has this letter.
    let may_be = memchr::memchr2(b't', b'T', class.as_bytes()).is_some();
    may_be
        && class.split_whitespace().any(|token| {
            let is = |word: &str| token.eq_ignore_ascii_case(word);
            let head = token.get(..4).unwrap_or_default();
            is("btn") || is("button") || is("cta") || head.eq_ignore_ascii_case("btn-")
        })
}

/// How many children of one shape hold both a link and a picture or a price.
fn cards(outline: &Outline<'_>, parent: Index) -> usize {
    let mut counts: Vec<((&str, Option<&str>), usize)> = Vec::new();
    for child in outline.children(parent).take(100) {
        let range = outline.below(child);
        if range.len() < 3 {
            continue;
        }
        let (mut link, mut good) = (false, false);
        for at in range.take(60) {
            let item = &outline.items[at];
            if item.tag.is(Tag::ANCHOR) {
                link |= item.attrs.has(Attrs::HREF);
            } else if item.tag.is(Tag::IMG) {
                good = true;
            } else if !good && let Some(text) = outline.text(at) {
                good = text.len() < 60 && has_digit(text) && PRICE.is_match(text);
            }
            if link && good {
                break;
            }
        }
        if link && good {
            let class = outline
                .attr(child, "class")
                .and_then(|class| class.split_whitespace().next());
            let shape = (outline.name(child), class);
            let known = counts.iter().position(|(known, _)| *known == shape);
            if let Some((_, count)) = known.and_then(|at| counts.get_mut(at)) {
                *count += 1;
            } else if counts.len() < 16 {
                counts.push((shape, 1));
            }
        }
    }
    counts
        .into_iter()
        .map(|(_, count)| count)
        .max()
        .unwrap_or(0)
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
pub(crate) fn is_listing(signs: &Signs, claims: &Claims) -> bool {
    let has = |kind: &str| claims.types.iter().any(|t| t == kind);
    let lists =
        has("ItemList") || has("CollectionPage") || has("SearchResultsPage") || has("OfferCatalog");
    if lists && !has("Product") {
        return false;
    }
    if claims.products.len() == 1 {
        return true;
    }
    if claims.products.len() > 1 || claims.listed >= CARDS {
        return false;
    }
    // Without structured data: something with a name and a price of its own, beside which cards of
    // other things may stand, and a control to buy it or nothing else that the page is about.
    let is_named =
        matches!(signs.headings, 1 | 2) || (signs.headings == 0 && signs.subheadings > 0);
    let is_offered = signs.buys_outside > 0 && (signs.cards < CARDS || signs.headings == 1);
    let is_all = signs.cards < CARDS && signs.articles == 0 && signs.headings == 1;
    is_named && (1..=MOST_PRICES).contains(&signs.prices) && (is_offered || is_all)
}

/// Prices of one listing: variants, shipping, a former price. More are a list.
const MOST_PRICES: usize = 8;

/// The kind of a page.
pub(crate) fn kind(
    address: &model::PageUrl,
    signs: &Signs,
    claims: &Claims,
    gates: &[AgeGate],
    links: &[Link],
) -> PageKind {
    if gates.iter().any(|gate| gate.form == GateForm::Page) {
        return PageKind::Gate;
    }
    // A page that states a product is a listing, also where it moves its visitor on.
    if is_listing(signs, claims) {
        return PageKind::Listing;
    }
    if is_interstitial(address, signs, links) {
        return PageKind::Interstitial;
    }
    let has = |kinds: &[&str]| claims.types.iter().any(|t| kinds.contains(&t.as_str()));
    if has(&["ProfilePage"]) || claims.og_type == "profile" || signs.seller_cue {
        return PageKind::Seller;
    }
    let many = claims.products.len() > 1 || claims.listed >= CARDS || signs.cards >= CARDS;
    let is_article = has(&[
        "Article",
        "NewsArticle",
        "BlogPosting",
        "Report",
        "TechArticle",
        "DiscussionForumPosting",
        "SocialMediaPosting",
    ]) || claims.og_type.starts_with("article");
    if is_article && signs.buys == 0 {
        return PageKind::Article;
    }
    if has(&[
        "ItemList",
        "CollectionPage",
        "SearchResultsPage",
        "OfferCatalog",
    ]) || many
    {
        return PageKind::Category;
    }
    if signs.articles == 1 && signs.buys == 0 {
        return PageKind::Article;
    }
    if has(&["Store", "OnlineStore", "LocalBusiness"]) && signs.buys == 0 {
        return PageKind::Seller;
    }
    PageKind::Other
}

/// A page whose point is to be left: hardly any text, and either the visitor is moved on, or one
/// way out dominates.
fn is_interstitial(address: &model::PageUrl, signs: &Signs, links: &[Link]) -> bool {
    let elsewhere = |link: &&Link| link.target.as_ref().is_some_and(|target| target != address);
    let forced = links.iter().filter(elsewhere).any(|link| {
        link.trigger == Trigger::Load
            && matches!(
                link.kind,
                HopKind::MetaRefresh
                    | HopKind::RefreshHeader
                    | HopKind::ScriptNavigation
                    | HopKind::Form
                    | HopKind::HttpRedirect
            )
    });
    if forced && signs.words <= 80 && signs.buys == 0 {
        return true;
    }
    let is_bare = signs.words <= 80 && signs.buys == 0 && signs.cards < 2;
    if !is_bare {
        return false;
    }
    let outbound: Vec<&Link> = links
        .iter()
        .filter(elsewhere)
        .filter(|link| link.kind == HopKind::Anchor && link.zone != Zone::Chrome)
        .filter(|link| {
            link.target
                .as_ref()
                .is_some_and(|target| !target.is_same_site(address))
        })
        .collect();
    let mut sites: Vec<_> = outbound
        .iter()
        .filter_map(|link| link.target.as_ref())
        .map(|t| t.site())
        .collect();
    sites.sort();
    sites.dedup();
    let says_so = outbound.iter().any(|link| {
        let text = format!("{} {}", link.text, link.context).to_lowercase();
        [
            "continue",
            "proceed",
            "leaving",
            "leave",
            "external",
            "redirect",
            "weiter",
            "verlassen",
            "quitter",
            "continuer",
            "salir",
            "continuar",
            "opuszcz",
            "przejd",
            "继续",
        ]
        .iter()
        .any(|word| text.contains(word))
    });
    sites.len() == 1 && says_so
}

/// Cues of a seller's own page: the path, or the class of the main heading's surroundings.
pub(crate) fn seller_cue(outline: &Outline<'_>, address: &model::PageUrl) -> bool {
    let path = address.as_url().path().to_ascii_lowercase();
    let segments: Vec<&str> = path.split('/').filter(|s| !s.is_empty()).collect();
    let by_path = segments.len() >= 2
        && segments.len() <= 4
        && segments[..segments.len() - 1]
            .iter()
            .rev()
            .take(1)
            .any(|s| {
                matches!(
                    *s,
                    "seller"
                        | "sellers"
                        | "store"
                        | "stores"
                        | "vendor"
                        | "vendors"
                        | "merchant"
                        | "merchants"
                        | "profile"
                        | "usr"
                        | "user"
                        | "member"
                        | "people"
                        | "verkaeufer"
                        | "vendeur"
                        | "vendedor"
                )
            });
    let by_class = || {
        (0..outline.items.len())
            .filter(|&at| matches!(outline.name(at), "body" | "main" | "h1"))
            .any(|at| {
                let mut near = outline.lineage(at).take(2);
                near.any(|near| {
                    let says = Attrs::CLASS | Attrs::TYPED;
                    if !outline.items[near].attrs.has(says) {
                        return false;
                    }
                    let class = format!(
                        "{} {}",
                        outline.attr(near, "class").unwrap_or_default(),
                        outline.attr(near, "itemtype").unwrap_or_default()
                    );
                    let class = class.to_ascii_lowercase();
                    [
                        "seller-profile",
                        "shop-profile",
                        "store-profile",
                        "vendor-profile",
                        "seller-page",
                        "shop-page",
                        "store-page",
                        "profilepage",
                    ]
                    .iter()
                    .any(|word| class.contains(word))
                })
            })
    };
    by_path || by_class()
}
