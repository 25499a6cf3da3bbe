//! What shows that something is offered: prices that stand alone, controls to buy, lists of cards.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use regex::Regex;

use super::shape::Shapes;
use crate::outline::{Index, Outline};
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

/// Characters of the longest label that is a price and little else.
const LONGEST_PRICE: usize = 40;

/// Whether a text is a price and little else, or a number in an element that is marked as a price.
pub(super) fn stands_alone(outline: &Outline<'_>, index: Index, text: &str) -> bool {
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

pub(super) fn is_buy_control(name: &str, label: &str, is_field: bool) -> bool {
    let by_words =
        label.split_whitespace().nth(6).is_none() && STEMS.is_match(label) && BUY.is_match(label);
    let by_name = matches!(name, "add-to-cart" | "add_to_cart" | "addtocart" | "add");
    !is_field && (by_words || by_name)
}

pub(super) fn has_button_class(class: &str) -> bool {
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
pub(super) fn cards(outline: &Outline<'_>, parent: Index) -> usize {
    let mut shapes = Shapes::default();
    for child in outline.children(parent).take(100) {
        let range = outline.below(child);
        if range.len() < 3 {
            continue;
        }
        // A whole card may be a link.
        let own = &outline.items[child];
        let mut link = own.tag.is(Tag::ANCHOR) && own.attrs.has(Attrs::HREF);
        let mut good = false;
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
            shapes.add(outline, child);
        }
    }
    shapes.most()
}
