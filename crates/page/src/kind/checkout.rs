//! Carts, and forms that take an address or a card for an order.

use model::{PageUrl, Zone};

use super::Signs;
use crate::outline::{Index, Outline};
use crate::tags::{Attrs, Tag};

/// What the fields of a page ask for.
#[derive(Debug, Default)]
struct Asked {
    /// The number, the term or the check of a card.
    card: usize,
    /// Parts of a postal address.
    address: usize,
    /// Ways of paying, one of which is chosen.
    payments: usize,
    /// Numbers of pieces, each in a row of its own.
    pieces: usize,
}

/// Whether the page is a cart or takes an order: by what its fields are for, and for what is
/// common to other pages (an address, a number of pieces) by where the page stands or leads, too.
///
/// Cost: the fields with the names of each, and the anchors where there are fields for it.
pub(super) fn is_checkout(
    outline: &Outline<'_>,
    zones: &[Zone],
    address: &PageUrl,
    signs: &Signs,
) -> bool {
    let asked = asked(outline, zones, signs);
    if asked.card >= 2 {
        return true;
    }
    if asked.address < 3 && asked.pieces == 0 && asked.card == 0 {
        return false;
    }
    let is_here = is_checkout_path(address.as_url().path());
    if asked.card > 0 || asked.address >= 3 {
        return is_here || asked.payments >= 2 || leads_on(outline, zones, &["form"]);
    }
    // A list has a control to buy for each of its rows; a cart has one for all.
    let is_list = signs.cards >= super::CARDS && signs.buys > 3;
    let is_one = signs.headings == 1 && signs.prices == 1 && asked.pieces == 1 && !is_here;
    !is_list && !is_one && (is_here || leads_on(outline, zones, &["a", "form", "button"]))
}

fn asked(outline: &Outline<'_>, zones: &[Zone], signs: &Signs) -> Asked {
    let mut asked = Asked::default();
    for &at in &signs.inputs {
        let attr = |name| outline.attr(at, name).unwrap_or_default();
        let kind = attr("type").to_ascii_lowercase();
        if matches!(
            kind.as_str(),
            "hidden" | "submit" | "button" | "search" | "image"
        ) || zones[at] == Zone::Chrome
        {
            continue;
        }
        let name = flat(attr("name"));
        if kind == "radio" {
            asked.payments += usize::from(PAYMENTS.iter().any(|word| name.contains(word)));
            continue;
        }
        let id = flat(attr("id"));
        let says = |words: &[&str]| {
            words
                .iter()
                .any(|word| name.contains(word) || id.contains(word))
        };
        let fills = attr("autocomplete").to_ascii_lowercase();
        let mut fills = fills.split_ascii_whitespace();
        let fill = fills.next_back().unwrap_or_default();
        if fill.starts_with("cc-") || says(CARDS) {
            asked.card += 1;
        } else if ADDRESS_FILLS.contains(&fill) || says(ADDRESS) {
            asked.address += 1;
        } else if matches!(kind.as_str(), "number" | "text" | "tel" | "") && says(PIECES) {
            asked.pieces += usize::from(is_in_row(outline, at));
        }
    }
    asked
}

/// A name without what parts its words.
fn flat(name: &str) -> String {
    let kept = name.chars().take(60).filter(|c| c.is_alphanumeric());
    kept.flat_map(char::to_lowercase).collect()
}

const CARDS: &[&str] = &[
    "cardnumber",
    "creditcard",
    "ccnumber",
    "ccnum",
    "cardexp",
    "ccexp",
    "expirydate",
    "cvc",
    "cvv",
    "securitycode",
    "kartennummer",
    "numerokarty",
    "numerotarjeta",
    "numerocarte",
    "numerocarta",
];

const ADDRESS_FILLS: &[&str] = &[
    "street-address",
    "address-line1",
    "address-line2",
    "address-level1",
    "address-level2",
    "postal-code",
];

const ADDRESS: &[&str] = &[
    "street",
    "address1",
    "addressline",
    "postcode",
    "postalcode",
    "zipcode",
    "city",
    "strasse",
    "hausnummer",
    "plz",
    "wohnort",
    "codepostal",
    "ville",
    "calle",
    "codigopostal",
    "ciudad",
    "indirizzo",
    "citta",
    "ulica",
    "kodpocztowy",
    "miasto",
    "miejscowosc",
    "province",
    "provincia",
    "recipient",
    "consignee",
];

const PAYMENTS: &[&str] = &[
    "pay",
    "zahl",
    "pago",
    "paiement",
    "pagamento",
    "platnos",
    "payment",
];

const PIECES: &[&str] = &[
    "qty", "quantity", "quantite", "quantita", "cantidad", "menge", "anzahl", "ilosc", "pieces",
];

/// Whether a field stands in a row of a table or of a list.
fn is_in_row(outline: &Outline<'_>, at: Index) -> bool {
    outline.lineage(at).skip(1).take(8).any(|above| {
        let item = &outline.items[above];
        matches!(outline.name(above), "tr" | "li" | "article")
            || outline.attr_of(above, Attrs::ROLE, "role") == Some("row")
            || (item.attrs.has(Attrs::CLASS)
                && outline.attr(above, "class").is_some_and(|class| {
                    let class = class.to_ascii_lowercase();
                    ["item", "row", "line", "entry"]
                        .iter()
                        .any(|word| class.contains(word))
                }))
    })
}

/// Whether one of the elements of these names, outside of the frame of the page, leads to a
/// checkout.
fn leads_on(outline: &Outline<'_>, zones: &[Zone], names: &[&str]) -> bool {
    (0..outline.items.len())
        .filter(|&at| zones[at] != Zone::Chrome && names.contains(&outline.name(at)))
        .any(|at| {
            let target = if outline.is(at, Tag::ANCHOR) {
                outline.attr(at, "href")
            } else {
                outline
                    .attr(at, "action")
                    .or_else(|| outline.attr(at, "formaction"))
            };
            target.is_some_and(|target| {
                let path = target.split(['?', '#']).next().unwrap_or_default();
                is_checkout_path(path)
            })
        })
}

/// Whether a path has a step of those that carts and checkouts stand at, and does not put
/// something in.
fn is_checkout_path(path: &str) -> bool {
    let mut steps = path.split('/').map(|step| {
        let step = step.rsplit_once('.').map_or(step, |(name, _)| name);
        step.to_ascii_lowercase()
    });
    let mut is = false;
    let adds = steps.any(|step| {
        let mut words = step.split(|c: char| !c.is_alphanumeric());
        is |= words.clone().any(|word| PATHS.contains(&word));
        words.any(|word| word == "add")
    });
    is && !adds
}

const PATHS: &[&str] = &[
    "checkout",
    "cart",
    "basket",
    "bag",
    "payment",
    "order",
    "kasse",
    "warenkorb",
    "bestellung",
    "bestellen",
    "zahlung",
    "caisse",
    "panier",
    "commande",
    "paiement",
    "carrito",
    "cesta",
    "pedido",
    "pago",
    "carrello",
    "cassa",
    "ordine",
    "pagamento",
    "koszyk",
    "zamowienie",
    "platnosc",
    "winkelwagen",
    "onepage",
    "viewcart",
];
