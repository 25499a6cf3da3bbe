//! What a page leaves of who is behind it, and of what its goods are called.

mod code;
mod wording;

use std::collections::BTreeMap;

use model::{ContactKind, PageFacts, Place, Product, Span, VantageId, VisitId, Zone};

pub use wording::{Shingle, Wording};

/// Contacts of one page that are kept.
const CONTACTS: usize = 64;
/// Codes of one page that are kept.
const CODES: usize = 16;
/// Products of one page that are kept.
const PRODUCTS: usize = 8;

/// Where a page says something: by the first visit that saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The visit.
    pub visit: VisitId,
    /// The guises that saw it, sorted.
    pub vantages: Vec<VantageId>,
    /// Where it stands in the body of that visit, where that is known.
    pub span: Option<Span>,
}

/// What a product is called, as structured data state it. Each is a claim of the page.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct NamedProduct {
    /// Its name.
    pub name: Option<String>,
    /// Its brand.
    pub brand: Option<String>,
    /// Its GTIN, where the check digit holds.
    pub gtin: Option<String>,
}

/// What a page leaves of who is behind it, outside of the platform's own parts, over all the guises in
/// which it was seen; and what its goods are called.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Traces {
    /// Who sells, where the page says it.
    pub seller: Option<Said>,
    /// Contacts: the channel, and the handle in its normal form; at most 64.
    pub contacts: BTreeMap<(ContactKind, String), Said>,
    /// Codes that a buyer is to state, in capitals; at most 16.
    pub codes: BTreeMap<String, Said>,
    /// A sketch of what the seller wrote.
    pub wording: Wording,
    /// What the goods are called, each once; at most 8.
    pub products: Vec<NamedProduct>,
}

impl Traces {
    /// Adds what one visit shows.
    pub(crate) fn take(&mut self, visit: VisitId, vantage: VantageId, facts: &PageFacts) {
        let said = |span| Said {
            visit,
            vantages: vec![vantage],
            span,
        };
        if facts.seller.is_some() {
            see(&mut self.seller, said(None));
        }
        for contact in &facts.contacts {
            let key = (contact.kind, contact.handle.clone());
            if contact.zone != Zone::Chrome {
                keep(&mut self.contacts, key, said(contact.span), CONTACTS);
            }
        }
        for passage in &facts.passages {
            if matches!(passage.zone, Zone::Chrome | Zone::Advertising) {
                continue;
            }
            for code in code::find(&passage.text) {
                keep(&mut self.codes, code, said(passage.span), CODES);
            }
            let is_own = passage.zone != Zone::User
                && matches!(passage.place, Place::Description | Place::Body);
            if is_own {
                self.wording.take(&passage.text);
            }
        }
        for product in &facts.products {
            self.take_product(product);
        }
    }

    fn take_product(&mut self, product: &Product) {
        let holds = product.gtin_holds == Some(true);
        let named = NamedProduct {
            name: product.name.clone(),
            brand: product.brand.clone(),
            gtin: product.gtin.clone().filter(|_| holds),
        };
        let is_blank = named == NamedProduct::default();
        if !is_blank && self.products.len() < PRODUCTS && !self.products.contains(&named) {
            self.products.push(named);
        }
    }
}

/// Adds a key up to a bound; of one that is there already, the guise.
fn keep<K: Ord>(map: &mut BTreeMap<K, Said>, key: K, said: Said, most: usize) {
    if let Some(known) = map.get_mut(&key) {
        known.saw(&said);
    } else if map.len() < most {
        map.insert(key, said);
    }
}

fn see(slot: &mut Option<Said>, said: Said) {
    match slot {
        Some(known) => known.saw(&said),
        None => *slot = Some(said),
    }
}

impl Said {
    fn saw(&mut self, other: &Self) {
        for vantage in &other.vantages {
            if let Err(place) = self.vantages.binary_search(vantage) {
                self.vantages.insert(place, *vantage);
            }
        }
    }
}
