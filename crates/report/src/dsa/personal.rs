//! Personal data in a text that may hold none: told by form, with the place.
//!
//! Names cannot be told by form and are not looked for. Numbers within addresses of pages are left
//! alone: there they are items more often than telephones.

/// What kind of personal data it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PersonalKind {
    /// An e-mail address.
    Mail,
    /// A telephone number.
    Phone,
    /// A name in a messenger or a network.
    Handle,
    /// A bank account (IBAN, with the right check digits).
    Account,
    /// A payment card (with the right check digit).
    Card,
    /// An address of a computer.
    IpAddress,
}

impl PersonalKind {
    /// In words.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "an e-mail address",
            Self::Phone => "a telephone number",
            Self::Handle => "a name in a messenger",
            Self::Account => "a bank account",
            Self::Card => "a payment card",
            Self::IpAddress => "an IP address",
        }
    }
}

/// A piece of personal data in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Personal {
    /// What it is.
    pub kind: PersonalKind,
    /// The character with which it begins, from 1 on.
    pub place: usize,
    /// The text itself.
    pub text: String,
}

/// Hosts whose paths are names of people, or of the groups in which they meet.
const NETWORKS: [&str; 18] = [
    "t.me/",
    "wa.me/",
    "telegram.me/",
    "api.whatsapp.com/",
    "chat.whatsapp.com/",
    "line.me/",
    "m.me/",
    "signal.me/",
    "signal.group/",
    "discord.gg/",
    "instagram.com/",
    "facebook.com/",
    "tiktok.com/@",
    "snapchat.com/add/",
    "threads.net/@",
    "twitter.com/",
    "x.com/",
    "vk.com/",
];
/// Digits of the shortest and the longest telephone number.
const PHONE: std::ops::RangeInclusive<usize> = 8..=15;
/// Digits of a telephone number that is written without groups behind a zero: numbers of goods that begin so
/// have 8, 12, 13 or 14.
const PLAIN_PHONE: std::ops::RangeInclusive<usize> = 9..=11;

/// Personal data in `text`, in order. Linear.
#[must_use]
pub fn personal_data(text: &str) -> Vec<Personal> {
    let mut found = Vec::new();
    let mut place = 1;
    // Numbers may be written with spaces: the run goes on over words of digits.
    let mut run: Option<(usize, String)> = None;
    // Hyphens and dashes of print part a number as those of typewriters do; each is one character.
    let text = text.replace(['\u{2010}', '\u{2011}', '\u{2012}', '\u{2013}'], "-");
    for word in text.split(char::is_whitespace) {
        let bare = word
            .trim_matches(|c: char| "\"'“”‘’„<>[]{},;:!?".contains(c))
            .trim_end_matches('.');
        let is_number = bare.chars().any(|c| c.is_ascii_digit())
            && bare
                .chars()
                .all(|c| c.is_ascii_digit() || "+()-./".contains(c));
        let is_account = bare.len() >= 2
            && bare
                .chars()
                .all(|c| c.is_ascii_digit() || c.is_ascii_uppercase());
        match &mut run {
            Some((_, digits))
                if is_number
                    || (is_account && digits.starts_with(|c: char| c.is_ascii_uppercase())) =>
            {
                digits.push(' ');
                digits.push_str(bare);
            }
            _ => {
                found.extend(run.take().and_then(|(at, digits)| of_number(at, &digits)));
                if is_number || is_account {
                    run = Some((place, bare.to_owned()));
                } else if let Some(kind) = of_word(bare) {
                    found.push(Personal {
                        kind,
                        place,
                        text: bare.to_owned(),
                    });
                }
            }
        }
        place += word.chars().count() + 1;
    }
    found.extend(run.and_then(|(at, digits)| of_number(at, &digits)));
    found
}

/// What a word with letters in it is.
fn of_word(word: &str) -> Option<PersonalKind> {
    let lower = word.to_lowercase();
    let lower = lower.replace("%40", "@");
    let mail = lower.split_once('@').is_some_and(|(name, host)| {
        let host = host
            .split(['/', '?', '&', '#', ')'])
            .next()
            .unwrap_or_default();
        name.ends_with(|c: char| c.is_alphanumeric() || "._+-".contains(c))
            && host.contains('.')
            && !host.starts_with('.')
    });
    if mail || lower.starts_with("mailto:") {
        return Some(PersonalKind::Mail);
    }
    if lower.starts_with("tel:") {
        return Some(PersonalKind::Phone);
    }
    let is_handle = lower.strip_prefix('@').is_some_and(|name| {
        name.chars().count() >= 3
            && name
                .chars()
                .all(|c| c.is_alphanumeric() || c == '_' || c == '.')
    });
    if is_handle || NETWORKS.iter().any(|network| names(&lower, network)) {
        return Some(PersonalKind::Handle);
    }
    if word
        .parse::<std::net::Ipv6Addr>()
        .is_ok_and(|_| word.matches(':').count() >= 2)
    {
        return Some(PersonalKind::IpAddress);
    }
    None
}

/// Whether an address is one of this network, with something behind it: `start.me/` is not `t.me/`.
fn names(address: &str, network: &str) -> bool {
    (address.match_indices(network)).any(|(at, _)| {
        let (before, from) = address.split_at(at);
        let is_whole = before.is_empty() || before.ends_with(['/', '.', '@', '(', ':']);
        is_whole && from.len() > network.len()
    })
}

/// What a run of digits is.
fn of_number(place: usize, text: &str) -> Option<Personal> {
    let kind = if is_account(text) {
        PersonalKind::Account
    } else if text.parse::<std::net::Ipv4Addr>().is_ok() {
        PersonalKind::IpAddress
    } else if is_card(text) {
        PersonalKind::Card
    } else if is_phone(text) {
        PersonalKind::Phone
    } else {
        return None;
    };
    Some(Personal {
        kind,
        place,
        text: text.to_owned(),
    })
}

fn digits(text: &str) -> Vec<u8> {
    (text.bytes().filter(u8::is_ascii_digit))
        .map(|digit| digit - b'0')
        .collect()
}

/// With a plus or two zeros before it, or behind a zero or in parentheses: in groups, or of a length that
/// no number of goods has. Dates and other bare numbers are none.
fn is_phone(text: &str) -> bool {
    if !PHONE.contains(&digits(text).len()) || text.chars().any(|c| c.is_ascii_uppercase()) {
        return false;
    }
    let groups = text
        .split([' ', '-', '/', '.', '(', ')'])
        .filter(|group| !group.is_empty())
        .count();
    let is_plain = groups == 1 && PLAIN_PHONE.contains(&digits(text).len());
    text.starts_with('+')
        || text.starts_with("00")
        || (groups >= 2 && text.starts_with(['0', '(']))
        || (is_plain && text.starts_with('0'))
}

/// 13 to 19 digits with the check digit of Luhn.
fn is_card(text: &str) -> bool {
    let digits = digits(text);
    let is_plain = text
        .chars()
        .all(|c| c.is_ascii_digit() || c == ' ' || c == '-');
    if !(13..=19).contains(&digits.len()) || !is_plain {
        return false;
    }
    let sum: u32 = (digits.iter().rev().enumerate())
        .map(|(at, digit)| match (at % 2, u32::from(*digit)) {
            (1, digit) if digit > 4 => digit * 2 - 9,
            (1, digit) => digit * 2,
            (_, digit) => digit,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// ISO 13616: two letters, two check digits, 15 to 34 characters, rest 1 by 97.
fn is_account(text: &str) -> bool {
    let text: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    let (head, tail) = text.split_at(text.len().min(4));
    let has_form = (15..=34).contains(&text.len())
        && head.bytes().take(2).all(|b| b.is_ascii_uppercase())
        && head.bytes().skip(2).all(|b| b.is_ascii_digit());
    has_form
        && tail.chars().chain(head.chars()).try_fold(0_u32, |rest, c| {
            let value = c.to_digit(36)?;
            let shift = if value > 9 { 100 } else { 10 };
            Some((rest * shift + value) % 97)
        }) == Some(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<PersonalKind> {
        personal_data(text).into_iter().map(|it| it.kind).collect()
    }

    #[test]
    fn personal_data_is_told_by_its_form() {
        for (text, kind) in [
            ("write to jane.doe@shop.test please", PersonalKind::Mail),
            ("https://a.test/?to=jane%40shop.test", PersonalKind::Mail),
            ("call +49 170 1234567 now", PersonalKind::Phone),
            ("call 030 1234567", PersonalKind::Phone),
            ("call (212) 555-0123", PersonalKind::Phone),
            ("tel:004930123456", PersonalKind::Phone),
            ("call 0301234567", PersonalKind::Phone),
            (
                "call\u{2003}+49\u{202f}170\u{2013}1234567 now",
                PersonalKind::Phone,
            ),
            ("ask @pill_shop", PersonalKind::Handle),
            ("https://www.instagram.com/pillshop", PersonalKind::Handle),
            ("discord.gg/pills", PersonalKind::Handle),
            ("https://t.me/pillshop", PersonalKind::Handle),
            (
                "to DE89 3704 0044 0532 0130 00 today",
                PersonalKind::Account,
            ),
            ("card 4111 1111 1111 1111", PersonalKind::Card),
            ("from 192.0.2.7", PersonalKind::IpAddress),
            ("from 2001:db8::7", PersonalKind::IpAddress),
        ] {
            assert_eq!(kinds(text), [kind], "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_it_is_left_alone() {
        for text in [
            "https://market.test/item/1005006123456789?sku=4155551234",
            "seen on 2026-11-23 at 02:30:00Z, visit 1204 as desktop",
            "Reg. (EU) 2017/1001, Dir. 2004/48/EC, 3 hops, cost 1.79, 12 345 678 pages",
            "SHA-256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "a price of 19.99 @ market",
            "https://start.me/p/1 https://online.me/shop https://netflix.com/title https://t.me/",
            "EAN 0012345678905, GTIN 012345678905, item 01234565",
        ] {
            assert_eq!(kinds(text), [], "{text}");
        }
    }

    #[test]
    fn the_place_is_that_of_the_first_character() {
        let found = personal_data("äöü write to a@b.test");
        assert_eq!((found[0].place, found[0].text.as_str()), (14, "a@b.test"));
    }
}
