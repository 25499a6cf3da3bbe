//! What a page shows of the goods on it, in the few facts that two guises are compared by.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::hop::words;
use crate::{GateStrength, PageFacts, Product};

words! {
/// A fact about goods.
GoodsFact {
    /// The product's name.
    Name = "name",
    /// Its price, in one currency.
    Price = "price",
    /// Whether it can be had.
    Availability = "availability",
    /// Its category.
    Category = "category",
    /// Its trade item number.
    Gtin = "gtin",
    /// Whether the page says that it is for grown-ups.
    AgeMark = "age-mark",
}
}

/// The facts of one page about its goods.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Goods {
    language: String,
    name: Option<String>,
    /// Currency and amount.
    prices: BTreeSet<(String, String)>,
    availability: BTreeSet<String>,
    category: Option<String>,
    gtin: Option<String>,
    age_mark: Option<String>,
}

/// A fact that two guises were shown differently.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// Which.
    pub fact: GoodsFact,
    /// What the first was shown.
    pub one: String,
    /// What the second was shown.
    pub other: String,
}

impl Goods {
    /// What a page says of its goods: of its first product, and of the age that it is for.
    #[must_use]
    pub fn of(facts: &PageFacts) -> Self {
        let language = facts.language.as_ref().map(|language| language.0.as_str());
        let mut goods = Self {
            language: primary(language.unwrap_or_default()),
            age_mark: age_mark(facts),
            ..Self::default()
        };
        if let Some(product) = facts.products.first() {
            let plain = |text: &Option<String>| text.as_deref().map(plain);
            goods.name = plain(&product.name);
            goods.category = plain(&product.category);
            goods.gtin.clone_from(&product.gtin);
            for offer in &product.offers {
                if let Some(price) = &offer.price {
                    let currency = offer.currency.as_deref().unwrap_or_default();
                    let currency = currency.trim().to_uppercase();
                    goods.prices.insert((currency, amount(price)));
                }
                goods.availability.extend(plain(&offer.availability));
            }
        }
        goods
    }

    /// The facts that differ, in order. What one of the two does not say at all is no difference, but for
    /// the mark of an age. Prices in another currency, and names and categories in another language,
    /// differ on honest pages and are not compared.
    #[must_use]
    pub fn differences(&self, other: &Self) -> Vec<Difference> {
        let mut found = Vec::new();
        let mut compare = |fact, one: Option<String>, other: Option<String>| {
            if let (Some(one), Some(other)) = (one, other)
                && one != other
            {
                found.push(Difference { fact, one, other });
            }
        };
        if self.language == other.language {
            compare(GoodsFact::Name, self.name.clone(), other.name.clone());
            let categories = (self.category.clone(), other.category.clone());
            compare(GoodsFact::Category, categories.0, categories.1);
        }
        compare(GoodsFact::Gtin, self.gtin.clone(), other.gtin.clone());
        let said = |set: &BTreeSet<String>| {
            let all: Vec<&str> = set.iter().map(String::as_str).collect();
            (!all.is_empty()).then(|| all.join(", "))
        };
        compare(
            GoodsFact::Availability,
            said(&self.availability),
            said(&other.availability),
        );
        let currencies: BTreeSet<&String> = self.prices.iter().map(|(code, _)| code).collect();
        for currency in currencies {
            compare(
                GoodsFact::Price,
                self.priced(currency),
                other.priced(currency),
            );
        }
        if self.age_mark.is_some() != other.age_mark.is_some() {
            let mark = |goods: &Self| goods.age_mark.clone().unwrap_or_else(|| "none".to_owned());
            found.push(Difference {
                fact: GoodsFact::AgeMark,
                one: mark(self),
                other: mark(other),
            });
        }
        found.sort();
        found
    }

    fn priced(&self, currency: &str) -> Option<String> {
        let amounts = self.prices.iter().filter(|(code, _)| code == currency);
        let amounts: Vec<&str> = amounts.map(|(_, amount)| amount.as_str()).collect();
        (!amounts.is_empty()).then(|| {
            format!("{} {currency}", amounts.join(", "))
                .trim()
                .to_owned()
        })
    }
}

/// Letters in lower case, white space collapsed.
fn plain(text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ")
}

/// An amount without the zeros that say nothing, so that `19.90` and `19.9` are one.
fn amount(price: &str) -> String {
    let price = price.trim();
    match price.parse::<f64>() {
        Ok(number) if number.is_finite() => number.to_string(),
        _ => price.to_owned(),
    }
}

/// The language of a tag, without its region.
fn primary(tag: &str) -> String {
    tag.split(['-', '_'])
        .next()
        .unwrap_or_default()
        .to_lowercase()
}

fn age_mark(facts: &PageFacts) -> Option<String> {
    let gate = facts.gates.iter().map(|gate| gate.strength).max();
    if gate.is_some_and(|gate| gate > GateStrength::None) {
        return Some("a gate".to_owned());
    }
    let product = facts.products.first();
    let marked = |product: &Product| {
        let age = product.min_age.map(|age| format!("from {age} years"));
        age.or_else(|| product.adult_considerations.first().cloned())
    };
    product.and_then(marked).or_else(|| {
        facts
            .ratings
            .first()
            .map(|rating| format!("rated {rating}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Language, Offer, PageUrl};

    fn page(name: &str, price: &str, currency: &str) -> PageFacts {
        let mut facts = PageFacts::empty(PageUrl::parse("http://shop.test/1").unwrap());
        facts.products.push(Product {
            name: Some(name.to_owned()),
            offers: vec![Offer {
                price: Some(price.to_owned()),
                currency: Some(currency.to_owned()),
                ..Offer::default()
            }],
            ..Product::default()
        });
        facts
    }

    fn differing(one: &PageFacts, other: &PageFacts) -> Vec<GoodsFact> {
        let differences = Goods::of(one).differences(&Goods::of(other));
        differences.into_iter().map(|found| found.fact).collect()
    }

    #[test]
    fn names_and_prices_are_compared_in_one_language_and_currency() {
        let towel = page("Tea towel", "19.90", "EUR");
        assert_eq!(differing(&towel, &page("tea  Towel", "19.9", "EUR")), []);
        assert_eq!(differing(&towel, &page("Tea towel", "21.00", "USD")), []);
        let both = [GoodsFact::Name, GoodsFact::Price];
        assert_eq!(differing(&towel, &page("Herbs", "50", "EUR")), both);
        let mut german = page("Geschirrtuch", "19.90", "EUR");
        german.language = Some(Language("de".to_owned()));
        assert_eq!(differing(&towel, &german), []);
    }

    #[test]
    fn an_age_that_only_one_is_told_is_a_difference() {
        let open = page("Tea towel", "1", "EUR");
        let mut marked = open.clone();
        marked.products[0].min_age = Some(18);
        assert_eq!(differing(&open, &marked), [GoodsFact::AgeMark]);
        assert_eq!(differing(&marked, &marked), []);
    }
}
