//! JSON-LD.

use model::{Audience, Note, NoteKind, Offer, PriceRange, Product, ProductSource, Trader};
use serde_json::Value;

use super::{
    Claims, LONGEST, MAX_KEPT, is_product, is_trader, last_segment, number, stated, type_name,
};
use crate::outline::{Index, Outline, collapse};

/// Words of one kind that are kept of a product.
const MAX_WORDS: usize = 32;

/// Reads the JSON-LD of a script. O(bytes).
pub(super) fn read(outline: &Outline<'_>, index: Index, claims: &mut Claims) {
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
        Ok(value) => walk(outline, &value, index, claims),
        Err(error) => claims.notes.push(Note {
            kind: NoteKind::BrokenStructuredData,
            text: format!("JSON-LD does not parse: {error}"),
            span: outline.span(index),
        }),
    }
}

/// Walks a JSON-LD value. serde_json caps its depth at 128, so a list of what waits suffices.
fn walk(outline: &Outline<'_>, value: &Value, index: Index, claims: &mut Claims) {
    let mut waiting = vec![(value, true)];
    while let Some((value, main)) = waiting.pop() {
        let fields = match value {
            Value::Array(all) => {
                waiting.extend(all.iter().rev().map(|v| (v, main)));
                continue;
            }
            Value::Object(fields) => fields,
            _ => continue,
        };
        let types = || strings(&value["@type"]).take(16).map(type_name);
        if main {
            types().for_each(|kind| claims.add_type(kind));
        }
        let is_product = types().any(is_product);
        if is_product && main && claims.has_room() {
            let product = product_of(outline, value, index, claims);
            let group = group_of(value);
            if let Some(group) = group {
                claims.groups.push((claims.products.len(), group));
            }
            claims.products.push(product);
        } else if is_product {
            claims.listed += 1;
        } else if main && types().any(is_trader) {
            trader(outline, value, index, &mut claims.trader, false);
        }
        for (key, inner) in fields {
            match key.as_str() {
                "url" | "sameAs" | "mainEntityOfPage" => {
                    strings(inner).for_each(|url| claims.add_url(url, index));
                }
                "@graph" | "mainEntity" => waiting.push((inner, main)),
                // The variants of a group are read with it.
                "hasVariant" if is_product => {}
                _ if inner.is_object() || inner.is_array() => waiting.push((inner, false)),
                _ => {}
            }
        }
    }
}

/// The group of variants that a product is, or is of.
fn group_of(value: &Value) -> Option<String> {
    let group = &value["isVariantOf"];
    text_of(&value["productGroupID"])
        .or_else(|| text_of(&value["inProductGroupWithID"]))
        .or_else(|| text_of(&group["productGroupID"]))
        .or_else(|| group["@id"].as_str().map(str::to_owned))
        .or_else(|| group.as_str().map(str::to_owned))
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
    let text = collapse(&text, LONGEST);
    (!text.is_empty()).then_some(text)
}

fn product_of(outline: &Outline<'_>, value: &Value, index: Index, claims: &mut Claims) -> Product {
    let audience = audience(&value["audience"]);
    let mut product = Product {
        source: ProductSource::JsonLd,
        name: text_of(&value["name"]),
        description: text_of(&value["description"]),
        brand: text_of(&value["brand"]),
        category: text_of(&value["category"]),
        sku: text_of(&value["sku"]),
        is_family_friendly: match &value["isFamilyFriendly"] {
            Value::Bool(yes) => Some(*yes),
            Value::String(text) => Some(text.to_ascii_lowercase().ends_with("true")),
            _ => None,
        },
        adult_considerations: considerations(&value["hasAdultConsideration"]),
        min_age: audience.and_then(|it| it.required_min.or(it.suggested_min)),
        audience,
        span: outline.span(index),
        ..Product::default()
    };
    if let Some(written) = gtin_of(value) {
        number::state(&mut product, &written);
    }
    for variant in each(&value["hasVariant"]).take(MAX_KEPT) {
        product.variants.extend(text_of(&variant["name"]));
        offers(outline, &variant["offers"], index, &mut product, claims);
        if product.gtin.is_none()
            && let Some(written) = gtin_of(variant)
        {
            number::state(&mut product, &written);
        }
        for word in considerations(&variant["hasAdultConsideration"]) {
            if product.adult_considerations.len() < MAX_WORDS
                && !product.adult_considerations.contains(&word)
            {
                product.adult_considerations.push(word);
            }
        }
    }
    offers(outline, &value["offers"], index, &mut product, claims);
    let maker = &value["manufacturer"];
    if let Some(name) = text_of(maker).and_then(|name| stated(outline, index, name)) {
        claims.trader.manufacturer.get_or_insert(name);
    }
    product
}

fn gtin_of(value: &Value) -> Option<String> {
    ["gtin", "gtin13", "gtin12", "gtin14", "gtin8", "isbn"]
        .iter()
        .find_map(|key| text_of(&value[*key]))
}

/// The last path segment of each adult consideration: as text, or as an object with an id.
fn considerations(value: &Value) -> Vec<String> {
    let ids = each(value).filter_map(|value| value["@id"].as_str());
    let words = strings(value).chain(ids).take(MAX_WORDS);
    words
        .map(|text| collapse(&last_segment(text), 100))
        .collect()
}

/// The objects in an object or an array of objects.
fn each(value: &Value) -> impl Iterator<Item = &Value> {
    let one = value.is_object().then_some(value);
    let all = value.as_array().into_iter().flatten();
    one.into_iter().chain(all.filter(|value| value.is_object()))
}

/// The ages of an audience (`PeopleAudience`), of the first that states one.
fn audience(value: &Value) -> Option<Audience> {
    each(value).take(MAX_WORDS).find_map(|audience| {
        let years = |key: &str| text_of(&audience[key]).and_then(|text| number::years(&text));
        let suggested = &audience["suggestedAge"];
        let unit = suggested["unitCode"]
            .as_str()
            .or_else(|| suggested["unitText"].as_str());
        let bound =
            |key: &str| text_of(&suggested[key]).and_then(|text| number::years_in(&text, unit));
        let found = Audience {
            required_min: years("requiredMinAge"),
            required_max: years("requiredMaxAge"),
            suggested_min: years("suggestedMinAge")
                .or_else(|| bound("minValue"))
                .or_else(|| bound("value")),
            suggested_max: years("suggestedMaxAge").or_else(|| bound("maxValue")),
        };
        (found != Audience::default()).then_some(found)
    })
}

fn offers(
    outline: &Outline<'_>,
    value: &Value,
    index: Index,
    product: &mut Product,
    claims: &mut Claims,
) {
    let mut waiting = vec![value];
    while let Some(value) = waiting.pop() {
        if product.offers.len() >= MAX_KEPT {
            claims.is_cut = true;
            return;
        }
        if let Some(all) = value.as_array() {
            waiting.extend(all.iter().take(MAX_KEPT + 1).rev());
            continue;
        }
        if !value.is_object() {
            continue;
        }
        let specification = &value["priceSpecification"];
        let (low, high) = (text_of(&value["lowPrice"]), text_of(&value["highPrice"]));
        let price = text_of(&value["price"])
            .or_else(|| low.clone())
            .or_else(|| text_of(&specification["price"]))
            .or_else(|| each(specification).find_map(|each| text_of(&each["price"])));
        let currency = text_of(&value["priceCurrency"])
            .or_else(|| text_of(&specification["priceCurrency"]))
            .or_else(|| each(specification).find_map(|each| text_of(&each["priceCurrency"])));
        let count = text_of(&value["offerCount"]).and_then(|count| count.parse().ok());
        if product.prices.is_none() && (low.is_some() || high.is_some() || count.is_some()) {
            product.prices = Some(PriceRange {
                low,
                high,
                currency: currency.clone(),
                count,
            });
        }
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
            for seller in each(seller).take(1) {
                trader(outline, seller, index, &mut claims.trader, true);
            }
        }
        waiting.push(&value["offers"]);
    }
}

/// What an organization states of itself. The seller of an offer outranks the organization that the
/// page is of.
fn trader(outline: &Outline<'_>, value: &Value, index: Index, into: &mut Trader, is_seller: bool) {
    let put = |place: &mut Option<model::Stated>, text: Option<String>| {
        if let Some(text) = text.and_then(|text| stated(outline, index, text))
            && (is_seller || place.is_none())
        {
            *place = Some(text);
        }
    };
    put(
        &mut into.name,
        text_of(&value["legalName"]).or_else(|| text_of(&value["name"])),
    );
    put(&mut into.address, address_of(&value["address"]));
    let points = || each(&value["contactPoint"]).take(MAX_WORDS);
    let of_point = |key: &str| points().find_map(|point| text_of(&point[key]));
    let mail = text_of(&value["email"]).or_else(|| of_point("email"));
    let mail = mail.map(|mail| mail.trim_start_matches("mailto:").to_owned());
    put(&mut into.email, mail);
    let phone = text_of(&value["telephone"]).or_else(|| of_point("telephone"));
    put(&mut into.phone, phone);
    put(
        &mut into.vat,
        text_of(&value["vatID"]).or_else(|| text_of(&value["taxID"])),
    );
    let register = each(&value["identifier"])
        .take(MAX_WORDS)
        .find_map(|identifier| {
            let name =
                text_of(&identifier["propertyID"]).or_else(|| text_of(&identifier["name"]))?;
            let number = text_of(&identifier["value"])?;
            Some(format!("{name} {number}"))
        });
    put(
        &mut into.register,
        register.or_else(|| text_of(&value["iso6523Code"])),
    );
    if let Some(vat) = into.vat.as_mut() {
        vat.holds = crate::trader::vat_holds(&vat.text);
    }
}

/// A postal address in one line.
fn address_of(value: &Value) -> Option<String> {
    if value.is_string() {
        return text_of(value);
    }
    let value = each(value).next()?;
    let parts = [
        "streetAddress",
        "postalCode",
        "addressLocality",
        "addressRegion",
        "addressCountry",
    ];
    let parts: Vec<String> = parts
        .iter()
        .filter_map(|key| text_of(&value[*key]))
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}
