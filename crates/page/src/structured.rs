//! Structured data: what a page claims of products, sellers and itself, in JSON-LD, microdata,
//! RDFa and Open Graph.

mod json;
mod markup;
mod number;

use model::{Headers, Note, NoteKind, Offer, Product, ProductSource, Stated, Trader};

use crate::outline::{Index, Outline, collapse};
use crate::tags::Attrs;

/// What a page's structured data says.
#[derive(Debug, Default)]
pub(crate) struct Claims {
    /// Products that the page is about.
    pub(crate) products: Vec<Product>,
    /// Types of main entities, without their vocabulary.
    pub(crate) types: Vec<String>,
    /// Products that are merely listed.
    pub(crate) listed: usize,
    /// Addresses that are claimed, with the element that does.
    pub(crate) urls: Vec<(String, Index)>,
    /// The seller's name.
    pub(crate) seller: Option<String>,
    /// The address of the seller's page.
    pub(crate) seller_url: Option<String>,
    /// Who trades: the seller of an offer, else the organization that the page is of.
    pub(crate) trader: Trader,
    /// `meta name=rating` values, and those of the header field.
    pub(crate) ratings: Vec<String>,
    /// `og:type`.
    pub(crate) og_type: String,
    /// The head says when the page was published, or who wrote it.
    pub(crate) is_dated: bool,
    /// What does not parse.
    pub(crate) notes: Vec<Note>,
    /// The group of variants that each product belongs to, by its number in `products`.
    groups: Vec<(usize, String)>,
    /// Something was left out because there is too much of it.
    is_cut: bool,
}

/// At most so many products, addresses, types and offers of one product are kept.
const MAX_KEPT: usize = 200;

/// Characters of the longest value that is kept.
const LONGEST: usize = 2_000;

/// Reads all structured data of a page. O(nodes + bytes of JSON).
pub(crate) fn read(outline: &Outline<'_>, headers: &Headers) -> Claims {
    let mut claims = Claims::default();
    for value in headers.all("rating").take(8) {
        claims.ratings.push(collapse(value, 200));
    }
    let mut graph = Product {
        source: ProductSource::OpenGraph,
        ..Product::default()
    };
    // Scripts and metas are few; other elements say something by a type of theirs alone.
    let is_typed = outline.any.has(Attrs::TYPED);
    let heads = outline.heads.iter().copied().filter(|_| !is_typed);
    for index in (0..outline.items.len()).filter(|_| is_typed).chain(heads) {
        match outline.name(index) {
            "" => {}
            "script" => {
                let kind = outline.attr(index, "type").unwrap_or_default();
                if kind.to_ascii_lowercase().contains("ld+json") {
                    json::read(outline, index, &mut claims);
                }
            }
            "meta" => meta(outline, index, &mut graph, &mut claims),
            _ if !outline.items[index].attrs.has(Attrs::TYPED) => {}
            _ => {
                for (scope, source) in [
                    ("itemtype", ProductSource::Microdata),
                    ("typeof", ProductSource::Rdfa),
                ] {
                    if let Some(kind) = outline.attr(index, scope) {
                        markup::item(outline, index, kind, source, &mut claims);
                    }
                }
            }
        }
    }
    claims.join_variants();
    claims.join_twins();
    let about_product = claims.og_type.contains("product") || !graph.offers.is_empty();
    match claims.products.first_mut() {
        // What the head says of the age holds for what the page is about.
        Some(first) => first.min_age = first.min_age.or(graph.min_age),
        None if about_product => {
            number::check(&mut graph);
            claims.products.push(graph);
        }
        None => {}
    }
    claims.note_cut();
    claims
}

impl Claims {
    /// Whether there is room for one product more.
    fn has_room(&mut self) -> bool {
        let has = self.products.len() < MAX_KEPT;
        self.is_cut |= !has;
        has
    }

    fn add_type(&mut self, kind: &str) {
        if self.types.len() < MAX_KEPT {
            self.types.push(kind.to_owned());
        } else {
            self.is_cut = true;
        }
    }

    fn add_url(&mut self, url: &str, at: Index) {
        if self.urls.len() < MAX_KEPT {
            self.urls.push((url.to_owned(), at));
        } else {
            self.is_cut = true;
        }
    }

    /// Variants that stand beside their group are told with it; without the group, the first of them
    /// stands for all.
    fn join_variants(&mut self) {
        let groups = std::mem::take(&mut self.groups);
        let Some((_, name)) = groups.first() else {
            return;
        };
        let members: Vec<usize> = groups
            .iter()
            .filter(|(_, group)| group == name)
            .map(|(at, _)| *at)
            .collect();
        let Some((&first, rest)) = members.split_first() else {
            return;
        };
        if members.len() < 2 {
            return;
        }
        let mut at = 0;
        let mut taken = Vec::new();
        self.products.retain_mut(|product| {
            let is_rest = rest.contains(&at);
            at += 1;
            if is_rest {
                taken.push(std::mem::take(product));
            }
            !is_rest
        });
        if let Some(group) = self.products.get_mut(first) {
            for variant in taken {
                group.variants.extend(variant.name);
                group.offers.extend(variant.offers);
                group.gtin = group.gtin.take().or(variant.gtin);
                group.gtin_holds = group.gtin_holds.or(variant.gtin_holds);
                group.min_age = group.min_age.max(variant.min_age);
                group
                    .adult_considerations
                    .extend(variant.adult_considerations);
            }
            group.variants.truncate(MAX_KEPT);
            group.offers.truncate(MAX_KEPT);
        }
    }

    /// One product that is stated in two vocabularies is one: what the first leaves open, the second
    /// says.
    fn join_twins(&mut self) {
        let [first, second] = self.products.as_mut_slice() else {
            return;
        };
        let same = |one: &Option<String>, other: &Option<String>| {
            one.as_deref()
                .zip(other.as_deref())
                .is_some_and(|(one, other)| {
                    one.trim().to_lowercase() == other.trim().to_lowercase()
                })
        };
        let is_twin = first.source != second.source
            && (same(&first.name, &second.name) || same(&first.gtin, &second.gtin));
        if !is_twin {
            return;
        }
        let second = std::mem::take(second);
        let fill = |own: &mut Option<String>, other: Option<String>| {
            if own.is_none() {
                *own = other;
            }
        };
        fill(&mut first.description, second.description);
        fill(&mut first.brand, second.brand);
        fill(&mut first.category, second.category);
        fill(&mut first.sku, second.sku);
        fill(&mut first.seller, second.seller);
        if first.gtin.is_none() {
            first.gtin = second.gtin;
            first.gtin_written = second.gtin_written;
            first.gtin_holds = second.gtin_holds;
        }
        if first.offers.is_empty() {
            first.offers = second.offers;
        }
        first.prices = first.prices.take().or(second.prices);
        first.is_family_friendly = match (first.is_family_friendly, second.is_family_friendly) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (one, other) => one.or(other),
        };
        for word in second.adult_considerations {
            if !first.adult_considerations.contains(&word) {
                first.adult_considerations.push(word);
            }
        }
        first.min_age = first.min_age.max(second.min_age);
        first.audience = first.audience.or(second.audience);
        self.products.truncate(1);
    }

    fn note_cut(&mut self) {
        if self.is_cut {
            self.notes.push(Note {
                kind: NoteKind::BrokenStructuredData,
                text: format!(
                    "structured data states more than {MAX_KEPT} products, offers, types or addresses; the rest is left out"
                ),
                span: None,
            });
        }
    }
}

fn meta(outline: &Outline<'_>, index: Index, graph: &mut Product, claims: &mut Claims) {
    let name = ["property", "name", "http-equiv"]
        .iter()
        .find_map(|name| outline.attr(index, name));
    let Some(content) = outline.attr(index, "content") else {
        return;
    };
    let content = collapse(content, LONGEST);
    let name = name.unwrap_or_default().trim().to_ascii_lowercase();
    match name.as_str() {
        "rating" => claims.ratings.push(content),
        "og:type" => claims.og_type = content.to_ascii_lowercase(),
        "article:published_time"
        | "article:author"
        | "pubdate"
        | "dc.date"
        | "parsely-pub-date" => {
            claims.is_dated = true;
        }
        "og:title" | "product:retailer_title" => graph.name = Some(content),
        "og:description" => graph.description = Some(content),
        "product:brand" | "og:brand" => graph.brand = Some(content),
        "product:category" | "og:category" => graph.category = Some(content),
        "product:retailer_item_id" | "product:mfr_part_no" => graph.sku = Some(content),
        "product:ean" | "product:gtin" | "product:upc" | "product:isbn" | "og:ean" | "og:upc" => {
            number::state(graph, &content);
        }
        "product:price:amount" | "og:price:amount" | "product:sale_price:amount" => {
            offer(graph).price = Some(content);
        }
        "product:price:currency" | "og:price:currency" | "product:sale_price:currency" => {
            offer(graph).currency = Some(content);
        }
        "product:availability" | "og:availability" => {
            offer(graph).availability = Some(last_segment(&content));
        }
        // `product:age_group` tells sizes of clothes, not whom something may be sold to.
        "og:restrictions:age" => graph.min_age = number::years(&content),
        _ => {}
    }
}

/// The word of a vocabulary, without the address of the vocabulary.
fn last_segment(text: &str) -> String {
    text.rsplit('/').next().unwrap_or_default().to_owned()
}

/// The name of a type, without its vocabulary.
fn type_name(kind: &str) -> &str {
    kind.rsplit(['/', '#', ':']).next().unwrap_or_default()
}

/// Whether a type is one of products.
fn is_product(kind: &str) -> bool {
    kind.ends_with("Product") || matches!(kind, "ProductGroup" | "ProductModel" | "SomeProducts")
}

/// Whether a type is one of those who trade.
fn is_trader(kind: &str) -> bool {
    kind.ends_with("Organization")
        || kind.ends_with("Store")
        || kind.ends_with("Shop")
        || matches!(
            kind,
            "LocalBusiness" | "Corporation" | "Pharmacy" | "OnlineBusiness" | "OnlineMarketplace"
        )
}

fn offer(product: &mut Product) -> &mut Offer {
    if product.offers.is_empty() {
        product.offers.push(Offer::default());
    }
    &mut product.offers[0]
}

/// A statement of structured data about who trades.
fn stated(outline: &Outline<'_>, at: Index, text: String) -> Option<Stated> {
    let text = collapse(&text, 300);
    (!text.is_empty()).then(|| Stated {
        text,
        span: outline.span(at),
        holds: None,
    })
}
