//! Structured data: what a page claims of products, sellers and itself, in JSON-LD, microdata,
//! RDFa and Open Graph.

use model::{Note, NoteKind, Offer, Product, ProductSource};
use serde_json::Value;

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
    /// `meta name=rating` values.
    pub(crate) ratings: Vec<String>,
    /// `og:type`.
    pub(crate) og_type: String,
    /// The head says when the page was published, or who wrote it.
    pub(crate) is_dated: bool,
    /// What does not parse.
    pub(crate) notes: Vec<Note>,
}

/// At most so many products and addresses are kept.
const MAX_KEPT: usize = 200;

/// Reads all structured data of a page. O(nodes + bytes of JSON).
pub(crate) fn read(outline: &Outline<'_>) -> Claims {
    let mut claims = Claims::default();
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
                    json_ld(outline, index, &mut claims);
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
                        item(outline, index, kind, source, &mut claims);
                    }
                }
            }
        }
    }
    let about_product = claims.og_type.contains("product") || !graph.offers.is_empty();
    if about_product && claims.products.is_empty() {
        claims.products.push(graph);
    }
    claims.products.truncate(MAX_KEPT);
    claims.urls.truncate(MAX_KEPT);
    claims
}

fn meta(outline: &Outline<'_>, index: Index, graph: &mut Product, claims: &mut Claims) {
    let name = outline
        .attr(index, "property")
        .or_else(|| outline.attr(index, "name"));
    let Some(content) = outline.attr(index, "content") else {
        return;
    };
    let content = collapse(content, 2_000);
    match name
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
        .as_str()
    {
        "rating" => claims.ratings.push(content),
        "og:type" => claims.og_type = content.to_ascii_lowercase(),
        "article:published_time"
        | "article:author"
        | "pubdate"
        | "dc.date"
        | "parsely-pub-date" => {
            claims.is_dated = true;
        }
        "og:title" => graph.name = Some(content),
        "og:description" => graph.description = Some(content),
        "product:brand" => graph.brand = Some(content),
        "product:category" => graph.category = Some(content),
        "product:retailer_item_id" => graph.sku = Some(content),
        "product:price:amount" | "og:price:amount" => offer(graph).price = Some(content),
        "product:price:currency" | "og:price:currency" => offer(graph).currency = Some(content),
        "product:availability" | "og:availability" => {
            offer(graph).availability = Some(last_segment(&content));
        }
        "product:age_group" if content.eq_ignore_ascii_case("adult") => graph.min_age = Some(18),
        _ => {}
    }
}

/// The word of a vocabulary, without the address of the vocabulary.
fn last_segment(text: &str) -> String {
    text.rsplit('/').next().unwrap_or_default().to_owned()
}

fn offer(product: &mut Product) -> &mut Offer {
    if product.offers.is_empty() {
        product.offers.push(Offer::default());
    }
    &mut product.offers[0]
}

fn json_ld(outline: &Outline<'_>, index: Index, claims: &mut Claims) {
    let text: String = outline
        .below(index)
        .filter_map(|at| outline.text(at))
        .collect();
    let text = text.trim();
    let text = text.strip_prefix("<!--").unwrap_or(text);
    let text = text.strip_suffix("-->").unwrap_or(text);
    let text = text
        .trim()
        .trim_start_matches("//<![CDATA[")
        .trim_end_matches("//]]>")
        .trim_end_matches(';');
    match serde_json::from_str::<Value>(text) {
        Ok(value) => walk_json(&value, index, claims),
        Err(error) => claims.notes.push(Note {
            kind: NoteKind::BrokenStructuredData,
            text: format!("JSON-LD does not parse: {error}"),
            span: outline.span(index),
        }),
    }
}

/// Walks a JSON-LD value. serde_json caps its depth at 128, so a list of what waits suffices.
fn walk_json(value: &Value, index: Index, claims: &mut Claims) {
    let mut waiting = vec![(value, true)];
    while let Some((value, main)) = waiting.pop() {
        match value {
            Value::Array(all) => waiting.extend(all.iter().rev().map(|v| (v, main))),
            Value::Object(fields) => {
                let types = types_of(value);
                if main {
                    claims.types.extend(types.iter().cloned());
                }
                let is_product = types
                    .iter()
                    .any(|t| t.ends_with("Product") || t == "ProductGroup" || t == "ProductModel");
                if is_product && main {
                    let product = product_of(value, claims);
                    claims.products.push(product);
                } else if is_product {
                    claims.listed += 1;
                }
                for (key, inner) in fields {
                    match key.as_str() {
                        "url" | "sameAs" | "mainEntityOfPage" => {
                            claims
                                .urls
                                .extend(strings(inner).map(|url| (url.to_owned(), index)));
                        }
                        "@graph" | "mainEntity" => waiting.push((inner, main)),
                        // The variants of a group are read with it.
                        "hasVariant" if is_product => {}
                        _ if inner.is_object() || inner.is_array() => waiting.push((inner, false)),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
}

fn types_of(value: &Value) -> Vec<String> {
    strings(&value["@type"])
        .map(|kind| {
            kind.rsplit(['/', '#', ':'])
                .next()
                .unwrap_or_default()
                .to_owned()
        })
        .collect()
}

/// The strings in a string or an array of strings.
fn strings(value: &Value) -> impl Iterator<Item = &str> {
    value.as_str().into_iter().chain(
        value
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str),
    )
}

/// A string, a number, or the name of an object (the first of an array).
fn text_of(value: &Value) -> Option<String> {
    let value = value
        .as_array()
        .map_or(value, |all| all.first().unwrap_or(&Value::Null));
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Object(fields) => match fields.get("name").or_else(|| fields.get("@value")) {
            Some(Value::String(text)) => text.clone(),
            _ => return None,
        },
        _ => return None,
    };
    let text = collapse(&text, 2_000);
    (!text.is_empty()).then_some(text)
}

fn product_of(value: &Value, claims: &mut Claims) -> Product {
    let gtin = ["gtin", "gtin13", "gtin12", "gtin14", "gtin8", "isbn"]
        .iter()
        .find_map(|key| text_of(&value[*key]));
    let audience = &value["audience"];
    let age = |key: &str| {
        text_of(&audience[key])
            .and_then(|age| age.parse::<f32>().ok())
            .map(|age| age as u8)
    };
    let mut product = Product {
        source: ProductSource::JsonLd,
        name: text_of(&value["name"]),
        description: text_of(&value["description"]),
        brand: text_of(&value["brand"]),
        category: text_of(&value["category"]),
        gtin: gtin.map(|gtin| gtin.chars().filter(char::is_ascii_digit).collect()),
        sku: text_of(&value["sku"]),
        is_family_friendly: match &value["isFamilyFriendly"] {
            Value::Bool(yes) => Some(*yes),
            Value::String(text) => Some(text.to_ascii_lowercase().ends_with("true")),
            _ => None,
        },
        adult_considerations: strings(&value["hasAdultConsideration"])
            .map(|text| text.rsplit('/').next().unwrap_or_default().to_owned())
            .collect(),
        min_age: age("requiredMinAge").or_else(|| age("suggestedMinAge")),
        ..Product::default()
    };
    let variants = value["hasVariant"].as_array().into_iter().flatten().chain(
        value["hasVariant"]
            .as_object()
            .map(|_| &value["hasVariant"]),
    );
    for variant in variants.take(MAX_KEPT) {
        product.variants.extend(text_of(&variant["name"]));
        offers(&variant["offers"], &mut product, claims);
    }
    offers(&value["offers"], &mut product, claims);
    product
}

fn offers(value: &Value, product: &mut Product, claims: &mut Claims) {
    let mut waiting = vec![value];
    while let Some(value) = waiting.pop().filter(|_| product.offers.len() < MAX_KEPT) {
        if let Some(all) = value.as_array() {
            waiting.extend(all.iter().rev());
            continue;
        }
        if !value.is_object() {
            continue;
        }
        let specification = &value["priceSpecification"];
        let price = ["price", "lowPrice"]
            .iter()
            .find_map(|key| text_of(&value[*key]))
            .or_else(|| text_of(&specification["price"]));
        let currency =
            text_of(&value["priceCurrency"]).or_else(|| text_of(&specification["priceCurrency"]));
        if price.is_some() || currency.is_some() {
            let availability = text_of(&value["availability"]).map(|text| last_segment(&text));
            product.offers.push(Offer {
                price,
                currency,
                availability,
            });
        }
        for seller in ["seller", "offeredBy"].map(|key| &value[key]) {
            if let Some(name) = text_of(seller) {
                product.seller.get_or_insert_with(|| name.clone());
                claims.seller.get_or_insert(name);
            }
            if let Some(url) = seller["url"].as_str().or_else(|| seller["@id"].as_str()) {
                claims.seller_url.get_or_insert_with(|| url.to_owned());
            }
        }
        waiting.push(&value["offers"]);
    }
}

/// An item of microdata or RDFa.
fn item(
    outline: &Outline<'_>,
    index: Index,
    kind: &str,
    source: ProductSource,
    claims: &mut Claims,
) {
    let (scope, property) = if source == ProductSource::Microdata {
        ("itemtype", "itemprop")
    } else {
        ("typeof", "property")
    };
    let kind = kind
        .rsplit(['/', '#', ':'])
        .next()
        .unwrap_or_default()
        .to_owned();
    let nested = outline
        .lineage(index)
        .skip(1)
        .any(|at| outline.attr(at, scope).is_some());
    let is_main = !nested && outline.attr(index, property).is_none();
    if is_main {
        claims.types.push(kind.clone());
    }
    if kind != "Product" {
        return;
    }
    if !is_main || claims.products.len() >= MAX_KEPT {
        claims.listed += 1;
        return;
    }
    let mut product = Product {
        source,
        ..Product::default()
    };
    let mut at = index + 1;
    let end = outline.below(index).end;
    while at < end {
        if let Some(names) = outline.attr(at, property) {
            for name in names.split_whitespace() {
                field(
                    outline,
                    at,
                    name.rsplit(':').next().unwrap_or(name),
                    &mut product,
                    claims,
                );
            }
        }
        // Reviews and related products have names and descriptions of their own.
        let foreign = outline.attr(at, scope).is_some_and(|kind| {
            let kind = kind.rsplit(['/', '#', ':']).next().unwrap_or_default();
            !matches!(
                kind,
                "Offer" | "AggregateOffer" | "PeopleAudience" | "PriceSpecification"
            )
        });
        at = if foreign {
            outline.items[at].end
        } else {
            at + 1
        };
    }
    claims.products.push(product);
}

fn field(outline: &Outline<'_>, at: Index, name: &str, product: &mut Product, claims: &mut Claims) {
    let value = || {
        let text = ["content", "value"]
            .iter()
            .find_map(|name| outline.attr(at, name))
            .map_or_else(
                || outline.text_below(at, 2_000).into_owned(),
                |text| collapse(text, 2_000),
            );
        Some(text).filter(|text| !text.is_empty())
    };
    match name {
        "name" if product.name.is_none() => product.name = value(),
        "description" if product.description.is_none() => product.description = value(),
        "brand" if product.brand.is_none() => product.brand = value(),
        "category" if product.category.is_none() => product.category = value(),
        "sku" if product.sku.is_none() => product.sku = value(),
        "gtin" | "gtin13" | "gtin12" | "gtin14" | "gtin8" => {
            product.gtin = value().map(|text| text.chars().filter(char::is_ascii_digit).collect());
        }
        "price" | "lowPrice" => offer(product).price = value(),
        "priceCurrency" => offer(product).currency = value(),
        "availability" => {
            let written = outline.attr(at, "href").map(str::to_owned).or_else(value);
            offer(product).availability = written.map(|text| last_segment(&text));
        }
        "isFamilyFriendly" => {
            product.is_family_friendly = value().map(|v| v.to_ascii_lowercase().ends_with("true"));
        }
        "hasAdultConsideration" => {
            let written = outline.attr(at, "href").map(str::to_owned).or_else(value);
            product
                .adult_considerations
                .extend(written.map(|text| text.rsplit('/').next().unwrap_or_default().to_owned()));
        }
        "requiredMinAge" | "suggestedMinAge" => {
            product.min_age = value().and_then(|age| age.parse().ok()).or(product.min_age);
        }
        "seller" | "offeredBy" => {
            let inner = outline
                .below(at)
                .find(|&i| outline.attr(i, "itemprop") == Some("name"));
            let name = inner
                .map(|i| outline.text_below(i, 200).into_owned())
                .filter(|t| !t.is_empty())
                .or_else(value);
            claims.seller = claims.seller.take().or_else(|| name.clone());
            product.seller = name;
            let url = outline
                .attr(at, "href")
                .or_else(|| outline.below(at).find_map(|i| outline.attr(i, "href")));
            claims.seller_url = claims.seller_url.take().or_else(|| url.map(str::to_owned));
        }
        _ => {}
    }
}
