//! Codes that a buyer is to state: at the payment, in a remark, to a seller.
//!
//! A code is a word of capitals and digits behind a word that announces one. `Code` alone announces
//! too much (postal, product, color codes), so it counts only behind a word that tells what to do
//! with it.

/// Longest text that is searched, in bytes: what comes after is no seller's remark.
const TEXT_BYTES: usize = 1 << 16;
/// Words before a code in which it is announced.
const REACH: usize = 3;

/// Parts of words that announce a code of a buyer, in seven languages, in lower case.
const ANNOUNCING: &[&str] = &[
    "coupon",
    "voucher",
    "promo",
    "discount",
    "gutschein",
    "rabatt",
    "aktionscode",
    "remise",
    "réduction",
    "cupón",
    "cupon",
    "descuento",
    "sconto",
    "buono",
    "kupon",
    "rabatow",
    "优惠码",
    "优惠券",
    "折扣码",
    "口令",
    "暗号",
];

/// Words that mean a code of any sort.
const CODE: &[&str] = &["code", "código", "codigo", "codice", "kod", "kodem", "kodu"];

/// Words before one of [`CODE`] that tell what to do with it.
const BIDDING: &[&str] = &[
    "use",
    "using",
    "with",
    "enter",
    "quote",
    "apply",
    "mention",
    "state",
    "mit",
    "dem",
    "gib",
    "nenne",
    "avec",
    "saisissez",
    "indiquez",
    "con",
    "usa",
    "usar",
    "inserisci",
    "introduce",
    "podaj",
    "wpisz",
    "z",
];

/// The codes in a text, in capitals, in order, with repeats. Linear in the text.
pub(super) fn find(text: &str) -> Vec<String> {
    let end = text.floor_char_boundary(TEXT_BYTES);
    let mut codes = Vec::new();
    let mut before: Vec<String> = Vec::new();
    for word in words(&text[..end]) {
        if is_code(word) && is_announced(&before) {
            codes.push(word.trim_matches(['-', '_']).to_ascii_uppercase());
        }
        if before.len() == REACH {
            before.remove(0);
        }
        before.push(word.to_lowercase());
    }
    codes
}

/// Runs of letters, digits, dashes and underscores; ASCII and other scripts apart, since Chinese puts
/// no space before a code.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let kind = |letter: char| match letter {
        '-' | '_' => 1,
        letter if letter.is_ascii_alphanumeric() => 1,
        // Letters of Latin scripts go with ASCII.
        letter if letter.is_alphanumeric() && letter < '\u{2E80}' => 1,
        letter if letter.is_alphanumeric() => 2,
        _ => 0,
    };
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|letter| kind(letter) == 0);
        let first = kind(rest.chars().next()?);
        let end = rest
            .find(|letter| kind(letter) != first)
            .unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        rest = after;
        Some(word)
    })
}

/// Whether a word can be a code: 4 to 24 capitals, digits, dashes; a capital or a digit among letters.
fn is_code(word: &str) -> bool {
    let bare = word.trim_matches(['-', '_']);
    let is_sign = |letter: u8| {
        letter.is_ascii_uppercase() || letter.is_ascii_digit() || matches!(letter, b'-' | b'_')
    };
    (4..=24).contains(&bare.len())
        && bare.bytes().all(is_sign)
        && bare.bytes().any(|letter| letter.is_ascii_uppercase())
        && bare
            .bytes()
            .filter(|letter| letter.is_ascii_alphanumeric())
            .count()
            >= 4
}

fn is_announced(before: &[String]) -> bool {
    let announces = |word: &String| ANNOUNCING.iter().any(|part| word.contains(part));
    let bids =
        |pair: &[String]| BIDDING.contains(&pair[0].as_str()) && CODE.contains(&pair[1].as_str());
    before.iter().any(announces) || before.windows(2).any(bids)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_that_a_buyer_is_to_state_is_read_in_many_languages() {
        for (text, expected) in [
            ("Use code VASE-77X at the till.", "VASE-77X"),
            ("Rabattcode: HERBST24", "HERBST24"),
            ("Mit dem Code LILIE9 bekommst du das andere.", "LILIE9"),
            ("avec le code promo FLEUR12", "FLEUR12"),
            ("Cupón de descuento: ROSA2026", "ROSA2026"),
            ("下单请写优惠码HUA88A", "HUA88A"),
            ("z kodem KWIAT7 taniej", "KWIAT7"),
        ] {
            assert_eq!(find(text), [expected], "{text}");
        }
    }

    #[test]
    fn numbers_of_goods_places_and_colors_are_no_codes_of_a_buyer() {
        for text in [
            "Product code: AB1234",
            "Postcode: SW1A2AA",
            "Color code RAL9010",
            "HS code 8543",
            "Scan the QR CODE HERE",
            "Discount of 20 percent",
            "Model XR500 with USB",
        ] {
            assert_eq!(find(text), [""; 0], "{text}");
        }
    }
}
