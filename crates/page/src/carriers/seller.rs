//! Which link of a listing leads to its seller.

use model::Link;

use crate::carriers::Walk;
use crate::outline::Index;
use crate::tags::Attrs;

impl Walk<'_, '_> {
    /// Whether a link of a listing leads to its seller: said by markup, by words, or by its form.
    pub(crate) fn leads_to_seller(&self, index: Index, link: &Link) -> bool {
        let on_site =
            |target: &&model::PageUrl| target.is_same_site(self.address) && *target != self.address;
        let Some(target) = link.target.as_ref().filter(on_site) else {
            return false;
        };
        let says = |at: Index| {
            let property = self.outline.attr_of(at, Attrs::ITEMPROP, "itemprop");
            let property = property.unwrap_or_default();
            let mut words = property.split_whitespace();
            words.any(|p| matches!(p, "seller" | "offeredBy" | "provider"))
        };
        if link.rel.iter().any(|rel| rel == "author")
            || self.outline.lineage(index).take(4).any(says)
        {
            return true;
        }
        if link.zone == model::Zone::Chrome {
            return false;
        }
        let by_class = || {
            self.outline.lineage(index).take(3).any(|at| {
                let class = self.outline.attr_of(at, Attrs::CLASS, "class");
                let class = class.unwrap_or_default().to_ascii_lowercase();
                let mut words = class.split(|c: char| !c.is_alphanumeric());
                words.any(|w| matches!(w, "seller" | "vendor" | "merchant"))
            })
        };
        let is_short = || !link.text.is_empty() && link.text.split_whitespace().nth(5).is_none();
        says_seller(link) || (is_seller_path(target) && (is_short() || by_class()))
    }
}

/// Whether a path has a segment for sellers before its last.
fn is_seller_path(target: &model::PageUrl) -> bool {
    let segments = target.as_url().path().split('/');
    let mut segments = segments.filter(|segment| !segment.is_empty()).rev().skip(1);
    let Some(segment) = segments.next() else {
        return false;
    };
    if segments.nth(2).is_some() {
        return false;
    }
    matches!(
        segment.to_ascii_lowercase().as_str(),
        "seller"
            | "sellers"
            | "store"
            | "stores"
            | "shop"
            | "shops"
            | "vendor"
            | "vendors"
            | "merchant"
            | "merchants"
            | "member"
            | "user"
            | "usr"
            | "profile"
            | "verkaeufer"
            | "haendler"
            | "vendeur"
            | "vendedor"
            | "tienda"
            | "boutique"
    )
}

/// Whether a link's words, or those around it, say that it leads to the seller.
fn says_seller(link: &Link) -> bool {
    let text = link.text.to_lowercase();
    let context = link.context.to_lowercase();
    let own = [
        "visit store",
        "visit shop",
        "visit the store",
        "seller's",
        "view shop",
        "sold by",
        "zum shop",
        "verkäufer",
        "vendeur",
        "vendedor",
        "venditore",
        "sprzedawc",
    ];
    let around = [
        "sold by",
        "seller:",
        "verkauft von",
        "vendu par",
        "vendido por",
        "venduto da",
        "sprzedawca",
    ];
    own.iter().any(|phrase| text.contains(phrase))
        || (context.len() < 160 && around.iter().any(|phrase| context.contains(phrase)))
}
