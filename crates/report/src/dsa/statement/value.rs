//! One value of a statement of reasons, against what its field holds.

use model::{StatementCategory, StatementKeyword};
use serde_json::Value;

use crate::dsa::fields::{Field, Holds};
use crate::dsa::words::{FURTHER_AREA, FURTHER_KEYWORDS, LANGUAGES, RETIRED, UNION};
use crate::dsa::{Complaint, asked_by_marker, complaint, personal_data};

/// Characters of a wrong word that are shown.
const SHOWN: usize = 60;

/// Complains of `value` where it is not what the field holds.
pub(super) fn check(place: &str, field: &Field, value: &Value, complaints: &mut Vec<Complaint>) {
    if let Some(asked) = marked(value) {
        complaints.push(complaint(place, "is still to be filled in", asked));
        return;
    }
    let is_list = matches!(
        field.holds,
        Holds::Words(_) | Holds::Categories | Holds::Keywords | Holds::Countries
    );
    match value {
        Value::Array(list) if is_list => {
            for (at, one) in list.iter().enumerate() {
                let place = format!("{place}[{at}]");
                match one.as_str() {
                    Some(text) => complaints.extend(of_text(&place, field.holds, text)),
                    None => complaints.push(complaint(&place, "is no text", wanted(field.holds))),
                }
            }
        }
        Value::String(text) if !is_list && !matches!(field.holds, Holds::Ean) => {
            complaints.extend(of_text(place, field.holds, text));
        }
        Value::Object(members) if matches!(field.holds, Holds::Ean) => {
            for (key, value) in members {
                complaints.extend(of_content_id(place, key, value));
            }
        }
        _ => complaints.push(complaint(place, "has another form", wanted(field.holds))),
    }
}

/// What a marker in the value asks for.
fn marked(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => asked_by_marker(text).map(str::to_owned),
        Value::Array(list) => list.iter().find_map(marked),
        Value::Object(members) => members.values().find_map(marked),
        _ => None,
    }
}

fn of_text(place: &str, holds: Holds, text: &str) -> Option<Complaint> {
    let is_right = match holds {
        Holds::Text(most) | Holds::Facts(most) => text.chars().count() <= most,
        Holds::Word(words) | Holds::Words(words) => words.contains(&text),
        Holds::Category | Holds::Categories => is_category(text),
        Holds::Keywords => is_keyword(text),
        Holds::Countries => UNION.contains(&text) || FURTHER_AREA.contains(&text),
        Holds::Language => LANGUAGES.split_whitespace().any(|it| it == text),
        Holds::Day(first) => is_day(text) && text >= first,
        Holds::Address(most) => text.chars().count() <= most && model::PageUrl::parse(text).is_ok(),
        Holds::Id(most) => {
            text.chars().count() <= most
                && (text.chars()).all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
        }
        Holds::Ean => false,
    };
    if !is_right {
        return Some(complaint(place, wrong(holds, text), wanted(holds)));
    }
    if matches!(holds, Holds::Facts(_)) {
        let found = personal_data(text);
        let first = found.first()?;
        let wrong = format!("holds {} at character {}", first.kind.as_str(), first.place);
        let remedy = "take it out: no personal data may stand here";
        return Some(complaint(place, wrong, remedy));
    }
    None
}

fn wrong(holds: Holds, text: &str) -> String {
    let shown: String = text.chars().take(SHOWN).collect();
    let shown = crate::legible::legible(&shown);
    match holds {
        Holds::Text(_) | Holds::Facts(_) => format!("has {} characters", text.chars().count()),
        Holds::Category | Holds::Categories | Holds::Keywords if is_retired(text) => {
            format!("`{shown}` was retired on 1 July 2025")
        }
        _ => format!("`{shown}` is not accepted"),
    }
}

/// What a field wants, in words.
pub(super) fn wanted(holds: Holds) -> String {
    match holds {
        Holds::Text(most) => format!("a text of at most {most} characters"),
        Holds::Facts(most) => format!("a text of at most {most} characters, without personal data"),
        Holds::Word(words) => format!("one of {}", words.join(", ")),
        Holds::Words(words) => format!("a list of {}", words.join(", ")),
        Holds::Category | Holds::Categories => {
            let words: Vec<&str> = StatementCategory::ALL
                .iter()
                .map(|it| it.as_str())
                .collect();
            format!(
                "{} and one of {}",
                StatementCategory::PREFIX,
                words.join(", ")
            )
        }
        Holds::Keywords => {
            "a list of keywords of the second schema, such as KEYWORD_PROHIBITED_PRODUCTS"
                .to_owned()
        }
        Holds::Countries => {
            "a list of countries of the European Economic Area, as two capitals".to_owned()
        }
        Holds::Language => "a language of ISO 639-1, as two capitals".to_owned(),
        Holds::Day(first) => format!("a day such as 2026-01-31, not before {first}"),
        Holds::Address(most) => format!("an http(s) address of at most {most} characters"),
        Holds::Id(most) => format!("at most {most} letters, digits, `-` and `_`"),
        Holds::Ean => "an object with the key EAN-13 and 13 digits".to_owned(),
    }
}

fn is_category(text: &str) -> bool {
    let word = text.strip_prefix(StatementCategory::PREFIX);
    word.is_some_and(|word| StatementCategory::ALL.iter().any(|it| it.as_str() == word))
}

fn is_keyword(text: &str) -> bool {
    let word = text.strip_prefix(StatementKeyword::PREFIX);
    word.is_some_and(|word| {
        StatementKeyword::ALL.iter().any(|it| it.as_str() == word)
            || FURTHER_KEYWORDS.contains(&word)
    })
}

fn is_retired(text: &str) -> bool {
    let category = text.strip_prefix(StatementCategory::PREFIX);
    let word = category.or_else(|| text.strip_prefix(StatementKeyword::PREFIX));
    word.is_some_and(|word| RETIRED.contains(&word))
}

/// Whether a text is a day of the Gregorian calendar as `2026-01-31`.
pub(super) fn is_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else {
        return false;
    };
    let number = |part: &str, length: usize| {
        let is_plain = part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
        part.parse::<u32>().ok().filter(|_| is_plain)
    };
    let (Some(year), Some(month), Some(day)) = (number(year, 4), number(month, 2), number(day, 2))
    else {
        return false;
    };
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let last = match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => 0,
    };
    (1..=last).contains(&day)
}

fn of_content_id(place: &str, key: &str, value: &Value) -> Option<Complaint> {
    let place = format!("{place}.{key}");
    if key != "EAN-13" {
        return Some(complaint(
            &place,
            "is no id that is accepted",
            wanted(Holds::Ean),
        ));
    }
    let text = value.as_str().unwrap_or_default();
    if text.len() != 13 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(complaint(
            &place,
            "is no EAN-13",
            "give 13 digits, as a text",
        ));
    }
    // GS1: weights 1 and 3 in turn from the left; the sum with the check digit ends with 0.
    let sum: u32 = (text.bytes().enumerate())
        .map(|(at, byte)| u32::from(byte - b'0') * if at % 2 == 0 { 1 } else { 3 })
        .sum();
    (!sum.is_multiple_of(10)).then(|| {
        complaint(
            &place,
            "has a wrong check digit",
            "look the number up again",
        )
    })
}
