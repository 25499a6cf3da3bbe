//! Microdata and RDFa.

use model::{Audience, PriceRange, Product, ProductSource, Trader};

use super::{
    Claims, LONGEST, MAX_KEPT, is_product, is_trader, last_segment, number, offer, stated,
    type_name,
};
use crate::outline::{Index, Outline, collapse};

/// Nodes below an element of a seller that are looked at.
const MOST: usize = 400;

/// Reads an item. O(nodes below it) for a product or an organization.
pub(super) fn item(
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
    let kind = type_name(kind);
    let nested = outline
        .lineage(index)
        .skip(1)
        .any(|at| outline.attr(at, scope).is_some());
    let is_main = !nested && outline.attr(index, property).is_none();
    if is_main {
        claims.add_type(kind);
        if is_trader(kind) {
            trader(outline, index, property, &mut claims.trader, false);
        }
    }
    if !is_product(kind) {
        return;
    }
    if !is_main || !claims.has_room() {
        claims.listed += 1;
        return;
    }
    let mut product = Product {
        source,
        span: outline.span(index),
        ..Product::default()
    };
    let mut at = index + 1;
    let end = outline.below(index).end;
    while at < end {
        if let Some(names) = outline.attr(at, property) {
            for name in names.split_whitespace().take(8) {
                let name = name.rsplit(':').next().unwrap_or(name);
                field(outline, at, name, property, &mut product, claims);
            }
        }
        // Reviews and related products have names and descriptions of their own.
        let foreign = outline.attr(at, scope).is_some_and(|kind| {
            let kind = kind.rsplit(['/', '#', ':']).next().unwrap_or_default();
            !matches!(
                kind,
                "Offer"
                    | "AggregateOffer"
                    | "PeopleAudience"
                    | "Audience"
                    | "QuantitativeValue"
                    | "PriceSpecification"
                    | "UnitPriceSpecification"
            )
        });
        at = if foreign {
            outline.items[at].end
        } else {
            at + 1
        };
    }
    if let Some(audience) = product.audience {
        product.min_age = audience.required_min.or(audience.suggested_min);
    }
    claims.products.push(product);
}

/// What an element says as the value of its property.
fn value_of(outline: &Outline<'_>, at: Index) -> Option<String> {
    let text = ["content", "value"]
        .iter()
        .find_map(|name| outline.attr(at, name))
        .map_or_else(
            || outline.text_below(at, LONGEST).into_owned(),
            |text| collapse(text, LONGEST),
        );
    Some(text).filter(|text| !text.is_empty())
}

/// The same, or the address that it refers to.
fn word_of(outline: &Outline<'_>, at: Index) -> Option<String> {
    let written = outline.attr(at, "href").map(str::to_owned);
    written
        .or_else(|| value_of(outline, at))
        .map(|text| last_segment(&text))
}

fn field(
    outline: &Outline<'_>,
    at: Index,
    name: &str,
    property: &str,
    product: &mut Product,
    claims: &mut Claims,
) {
    let value = || value_of(outline, at);
    match name {
        "name" if product.name.is_none() => product.name = value(),
        "description" if product.description.is_none() => product.description = value(),
        "brand" if product.brand.is_none() => product.brand = value(),
        "category" if product.category.is_none() => product.category = value(),
        "sku" if product.sku.is_none() => product.sku = value(),
        "gtin" | "gtin13" | "gtin12" | "gtin14" | "gtin8" | "isbn" if product.gtin.is_none() => {
            if let Some(written) = value() {
                number::state(product, &written);
            }
        }
        "price" | "priceCurrency" | "availability" | "lowPrice" | "highPrice" | "offerCount" => {
            price_field(outline, at, name, product);
        }
        "isFamilyFriendly" => {
            product.is_family_friendly = value().map(|v| v.to_ascii_lowercase().ends_with("true"));
        }
        "hasAdultConsideration" if product.adult_considerations.len() < MAX_KEPT => {
            product.adult_considerations.extend(word_of(outline, at));
        }
        "requiredMinAge" | "requiredMaxAge" | "suggestedMinAge" | "suggestedMaxAge" => {
            let years = value().and_then(|age| number::years(&age));
            let audience = product.audience.get_or_insert_with(Audience::default);
            match name {
                "requiredMinAge" => audience.required_min = years,
                "requiredMaxAge" => audience.required_max = years,
                "suggestedMinAge" => audience.suggested_min = years,
                _ => audience.suggested_max = years,
            }
        }
        "manufacturer" => {
            let name = within(outline, at, property, "name").or_else(value);
            let name = name.and_then(|name| stated(outline, at, name));
            claims.trader.manufacturer = claims.trader.manufacturer.take().or(name);
        }
        "seller" | "offeredBy" => {
            let name = within(outline, at, property, "name").or_else(value);
            claims.seller = claims.seller.take().or_else(|| name.clone());
            product.seller = name;
            let url = outline.attr(at, "href").or_else(|| {
                let mut below = outline.below(at).take(MOST);
                below.find_map(|i| outline.attr(i, "href"))
            });
            claims.seller_url = claims.seller_url.take().or_else(|| url.map(str::to_owned));
            trader(outline, at, property, &mut claims.trader, true);
        }
        _ => {}
    }
}

fn price_field(outline: &Outline<'_>, at: Index, name: &str, product: &mut Product) {
    let Some(value) = value_of(outline, at) else {
        if name == "availability" {
            offer(product).availability = word_of(outline, at);
        }
        return;
    };
    if matches!(name, "lowPrice" | "highPrice" | "offerCount") {
        let range = product.prices.get_or_insert_with(PriceRange::default);
        match name {
            "lowPrice" => range.low = Some(value.clone()),
            "highPrice" => range.high = Some(value.clone()),
            _ => range.count = value.trim().parse().ok(),
        }
    }
    match name {
        "price" | "lowPrice" => offer(product).price = Some(value),
        "priceCurrency" => {
            if let Some(range) = product.prices.as_mut() {
                range.currency.get_or_insert_with(|| value.clone());
            }
            offer(product).currency = Some(value);
        }
        "availability" => offer(product).availability = word_of(outline, at),
        _ => {}
    }
}

/// The value of a property below an element.
fn within(outline: &Outline<'_>, at: Index, property: &str, name: &str) -> Option<String> {
    let mut below = outline.below(at).take(MOST);
    let is_named = |names: &str| {
        let mut names = names.split_whitespace();
        names.any(|it| it.rsplit(':').next() == Some(name))
    };
    let found = below.find(|&i| outline.attr(i, property).is_some_and(is_named))?;
    value_of(outline, found)
}

/// What an organization states of itself. The seller of an offer outranks the organization that the
/// page is of.
fn trader(outline: &Outline<'_>, at: Index, property: &str, into: &mut Trader, is_seller: bool) {
    let of = |name: &str| within(outline, at, property, name);
    let put = |place: &mut Option<model::Stated>, text: Option<String>| {
        if let Some(text) = text.and_then(|text| stated(outline, at, text))
            && (is_seller || place.is_none())
        {
            *place = Some(text);
        }
    };
    put(&mut into.name, of("legalName").or_else(|| of("name")));
    put(
        &mut into.address,
        of("address").or_else(|| of("streetAddress")),
    );
    let mail = of("email").map(|mail| mail.trim_start_matches("mailto:").to_owned());
    put(&mut into.email, mail);
    put(&mut into.phone, of("telephone"));
    put(&mut into.vat, of("vatID").or_else(|| of("taxID")));
    if let Some(vat) = into.vat.as_mut() {
        vat.holds = crate::trader::vat_holds(&vat.text);
    }
}
