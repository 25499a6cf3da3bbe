//! Numbers of structured data: of articles, and ages.

use model::Product;

/// Whether a number of digits only has the length of one of GS1's (8, 12, 13, 14) and its check
/// digit holds: the digits from the right, weighted 1, 3, 1, 3 …, add up to a multiple of ten (GS1
/// General Specifications, 7.9.1).
pub(crate) fn gtin_holds(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .zip([1, 3].iter().cycle())
        .map(|(digit, weight)| u32::from(digit.wrapping_sub(b'0')) * weight)
        .sum();
    matches!(digits.len(), 8 | 12 | 13 | 14)
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && sum.is_multiple_of(10)
}

/// Puts the number of an article, as written, into a product.
pub(super) fn state(product: &mut Product, written: &str) {
    let digits: String = written
        .chars()
        .filter(char::is_ascii_digit)
        .take(64)
        .collect();
    product.gtin_written = (digits != written).then(|| written.to_owned());
    product.gtin = Some(digits);
    check(product);
}

/// Says whether the check digit of a product's number holds.
pub(super) fn check(product: &mut Product) {
    let stated = product.gtin.as_deref().filter(|gtin| !gtin.is_empty());
    product.gtin_holds = stated.map(gtin_holds);
}

/// Whole years in a text such as `18`, `18+` or `16.0`.
pub(super) fn years(text: &str) -> Option<u8> {
    let text = text.trim().trim_end_matches('+').trim();
    let years = text
        .parse::<f32>()
        .ok()
        .filter(|years| (0.0..=150.0).contains(years))?;
    Some(years as u8)
}

/// Whole years of a number in a unit of UN/CEFACT (`ANN` years, `MON` months, `WEE` weeks, `DAY`
/// days); years without one.
pub(super) fn years_in(text: &str, unit: Option<&str>) -> Option<u8> {
    let number = text
        .trim()
        .parse::<f32>()
        .ok()
        .filter(|number| (0.0..=60_000.0).contains(number))?;
    let parts = match unit
        .map(str::trim)
        .unwrap_or_default()
        .to_ascii_uppercase()
        .as_str()
    {
        "MON" | "MONTH" | "MONTHS" => 12.0,
        "WEE" | "WEEK" | "WEEKS" => 52.0,
        "DAY" | "DAYS" => 365.25,
        _ => 1.0,
    };
    years(&(number / parts).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_digit_holds_for_the_number_it_was_made_for_alone() {
        // The examples of the General Specifications, and of a book.
        for number in [
            "4006381333931",
            "96385074",
            "036000291452",
            "10012345678902",
            "9780306406157",
        ] {
            assert!(gtin_holds(number), "{number}");
            for at in 0..number.len() {
                let mut other = number.as_bytes().to_vec();
                other[at] = b'0' + (other[at] - b'0' + 1) % 10;
                assert!(
                    !gtin_holds(std::str::from_utf8(&other).unwrap()),
                    "{number} at {at}"
                );
            }
        }
        for number in ["", "0", "12345", "400638133393a", "00000000000000000"] {
            assert!(!gtin_holds(number), "{number}");
        }
    }

    #[test]
    fn ages_are_whole_years_of_their_unit() {
        assert_eq!(years("18+"), Some(18));
        assert_eq!(years("NaN"), None);
        assert_eq!(years("-3"), None);
        assert_eq!(years("1e9"), None);
        assert_eq!(years_in("36", Some("MON")), Some(3));
        assert_eq!(years_in("3", Some("ANN")), Some(3));
    }
}
