//! Of what shape an offer is, whatever the goods: prices, options, what is said of it.

use model::{PageFacts, Place};

/// Options of one page that are kept.
const OPTIONS: usize = 256;

/// Of what shape the offer of a page is, over all the guises in which it was seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OfferShape {
    /// The least and the greatest price that structured data state, in hundredths of the unit.
    pub prices: Option<(u64, u64)>,
    /// The choices that a shopper has, as they read; each once, at most 256.
    pub options: Vec<String>,
    /// Whether anything is said of the goods: a description, a brand, a number, a picture's text.
    pub is_described: bool,
}

impl OfferShape {
    /// Adds what one visit shows.
    pub(crate) fn take(&mut self, facts: &PageFacts) {
        for product in &facts.products {
            let range = product
                .prices
                .iter()
                .flat_map(|range| [&range.low, &range.high]);
            let stated = product.offers.iter().map(|offer| &offer.price);
            for price in range.chain(stated).flatten() {
                self.take_price(price);
            }
            self.is_described |=
                product.description.is_some() || product.brand.is_some() || product.gtin.is_some();
            for variant in &product.variants {
                self.take_option(variant);
            }
        }
        for passage in facts.passages.iter().filter(|passage| passage.shown) {
            match passage.place {
                Place::Variant => self.take_option(&passage.text),
                Place::Description => self.is_described |= !passage.text.trim().is_empty(),
                _ => {}
            }
        }
    }

    fn take_price(&mut self, written: &str) {
        if let Some(price) = hundredths(written) {
            let (low, high) = self.prices.unwrap_or((price, price));
            self.prices = Some((low.min(price), high.max(price)));
        }
    }

    fn take_option(&mut self, option: &str) {
        let option = option.trim();
        if !option.is_empty()
            && self.options.len() < OPTIONS
            && !self.options.iter().any(|known| known == option)
        {
            self.options.push(option.to_owned());
        }
    }
}

/// A price as structured data write it, in hundredths: digits, and a point or comma before one or
/// two of them. What is written otherwise is no number to reckon with: before three digits a point
/// may part thousands.
fn hundredths(written: &str) -> Option<u64> {
    let written = written.trim();
    let (whole, part) = written.rsplit_once(['.', ',']).unwrap_or((written, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_number(whole) || !is_number(part) || part.len() > 2 {
        return None;
    }
    let part: u64 = format!("{part:0<2}").parse().ok()?;
    whole
        .parse::<u64>()
        .ok()?
        .checked_mul(100)?
        .checked_add(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_read_in_hundredths() {
        for (written, expected) in [
            ("19.90", Some(1_990)),
            ("0,01", Some(1)),
            (" 7 ", Some(700)),
            ("1.299", None),
            ("1.299,00", None),
            ("EUR 7", None),
            ("99999999999999999999", None),
            ("", None),
        ] {
            assert_eq!(hundredths(written), expected, "{written}");
        }
    }
}
