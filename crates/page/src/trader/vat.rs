//! Numbers for value added tax: their forms by country, and the check digits that are simple to
//! reckon.

use std::sync::LazyLock;

use regex::Regex;

/// The forms by country, as Council Directive 2006/112/EC, Article 215, and the validation service of
/// the Union describe them; and those of the neighbours.
#[expect(
    clippy::unwrap_used,
    reason = "the pattern is a constant that every test compiles"
)]
static FORM: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?x)^(?: ATU\d{8} | BE[01]\d{9} | BG\d{9,10} | CHE\d{9}(?:MWST|TVA|IVA)? | CY\d{8}[A-Z] | CZ\d{8,10} | DE\d{9}
        | DK\d{8} | EE\d{9} | (?:EL|GR)\d{9} | ES[0-9A-Z]\d{7}[0-9A-Z] | FI\d{8} | FR[0-9A-HJ-NP-Z]{2}\d{9}
        | (?:GB|XI)(?:\d{9}|\d{12}|GD\d{3}|HA\d{3}) | HR\d{11} | HU\d{8} | IE\d[0-9A-Z+*]\d{5}[A-Z]{1,2} | IT\d{11}
        | LT(?:\d{9}|\d{12}) | LU\d{8} | LV\d{11} | MT\d{8} | NL\d{9}B\d{2} | NO\d{9}(?:MVA)? | PL\d{10} | PT\d{9}
        | RO\d{2,10} | SE\d{12} | SI\d{8} | SK\d{10} )$",
    )
    .unwrap()
});

/// A number without what parts its characters.
fn packed(text: &str) -> String {
    let kept = text.chars().take(40).filter(char::is_ascii_alphanumeric);
    kept.map(|c| c.to_ascii_uppercase()).collect()
}

/// The number at the beginning of a text, as written, when it has the form of one; `country` is what
/// stands in front where the label names a country and the number does not.
pub(crate) fn vat_in(text: &str, country: Option<&str>) -> Option<String> {
    let text = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    let end = text
        .char_indices()
        .find(|&(_, c)| !(c.is_ascii_alphanumeric() || matches!(c, ' ' | '.' | '-' | '/')))
        .map_or(text.len(), |(at, _)| at);
    let words: Vec<&str> = text[..end].split(' ').take(6).collect();
    // The longest run of words that has the form, since words of prose may follow.
    (1..=words.len()).rev().find_map(|count| {
        let written = words[..count].join(" ");
        let written = written.trim_end_matches(['.', '-', '/', ' ']);
        let number = packed(written);
        let whole = country.map(|country| format!("{country}{number}"));
        let fits = FORM.is_match(&number) || whole.is_some_and(|whole| FORM.is_match(&whole));
        fits.then(|| written.to_owned())
    })
}

/// Whether the check digits of a number hold; `None` for a country whose digits are not reckoned here,
/// and for what has no such form.
pub(crate) fn vat_holds(text: &str) -> Option<bool> {
    let number = packed(text);
    if !FORM.is_match(&number) {
        return None;
    }
    let (country, rest) = number.split_at(2);
    let digits: Vec<u32> = rest.chars().filter_map(|c| c.to_digit(10)).collect();
    let weighed = |weights: &[u32]| -> u32 {
        digits
            .iter()
            .zip(weights)
            .map(|(digit, weight)| digit * weight)
            .sum()
    };
    let last = digits.last().copied()?;
    Some(match country {
        "DE" => product_11_10(&digits),
        "IT" => luhn(&digits),
        "PL" => weighed(&[6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 == last,
        "PT" => {
            let check = 11 - weighed(&[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
            (if check > 9 { 0 } else { check }) == last
        }
        "BE" => {
            let number = rest.parse::<u64>().ok()?;
            97 - (number / 100) % 97 == number % 100
        }
        "DK" => weighed(&[2, 7, 6, 5, 4, 3, 2, 1]) % 11 == 0,
        "FI" => {
            let check = (11 - weighed(&[7, 9, 10, 5, 8, 4, 2]) % 11) % 11;
            check == last
        }
        "LU" => {
            let number = rest.parse::<u64>().ok()?;
            (number / 100) % 89 == number % 100
        }
        "AT" => {
            let sum: u32 = digits
                .iter()
                .take(7)
                .zip([1, 2].iter().cycle())
                .map(|(digit, weight)| digit * weight)
                .map(|product| product / 10 + product % 10)
                .sum();
            (96 - sum) % 10 == last
        }
        "HR" => product_11_10(&digits),
        "SE" => luhn(digits.get(..10)?),
        "FR" => {
            // Keys with letters are not reckoned.
            let key = rest.get(..2)?.parse::<u64>().ok()?;
            let siren = rest.get(2..)?.parse::<u64>().ok()?;
            (12 + 3 * (siren % 97)) % 97 == key
        }
        _ => return None,
    })
}

/// ISO/IEC 7064, MOD 11,10.
fn product_11_10(digits: &[u32]) -> bool {
    let Some((last, rest)) = digits.split_last() else {
        return false;
    };
    let product = rest.iter().fold(10, |product, digit| {
        let sum = (product + digit) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (11 - product) % 10 == *last
}

/// ISO/IEC 7812-1, annex B.
fn luhn(digits: &[u32]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .zip([1, 2].iter().cycle())
        .map(|(digit, weight)| digit * weight)
        .map(|product| product / 10 + product % 10)
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_of_known_numbers_hold_and_of_changed_ones_do_not() {
        for number in [
            "DE136695976",
            "IT00743110157",
            "PL8567346215",
            "PT501964843",
            "BE0403019261",
            "DK13585628",
            "FI20774740",
            "LU15027442",
            "ATU13585627",
            "HR33392005961",
            "SE123456789701",
            "FR40303265045",
        ] {
            assert_eq!(vat_holds(number), Some(true), "{number}");
            let at = number.len() - 3;
            let mut other = number.as_bytes().to_vec();
            other[at] = b'0' + (other[at] - b'0' + 1) % 10;
            let other = String::from_utf8(other).unwrap();
            assert_eq!(vat_holds(&other), Some(false), "{other}");
        }
        assert_eq!(vat_holds("NL123456789B01"), None);
        assert_eq!(vat_holds("DE12"), None);
        assert_eq!(vat_holds(""), None);
    }

    #[test]
    fn a_number_is_cut_out_of_what_follows_it() {
        for (text, country, found) in [
            (
                "DE 136 695 976 Geschäftsführer",
                None,
                Some("DE 136 695 976"),
            ),
            (": PL 856-734-62-15, KRS", None, Some("PL 856-734-62-15")),
            ("856-734-62-15", Some("PL"), Some("856-734-62-15")),
            ("IT00743110157.", None, Some("IT00743110157")),
            ("B12345674", Some("ES"), Some("B12345674")),
            ("number of the year", None, None),
            ("12345", Some("PL"), None),
        ] {
            assert_eq!(vat_in(text, country).as_deref(), found, "{text}");
        }
    }
}
