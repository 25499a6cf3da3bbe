//! Undoing disguises by trying all of them everywhere.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use regex::Regex;

/// Whether a text carries an address in some view of it.
pub(crate) fn carries(bytes: &[u8], wanted: &str) -> bool {
    // What follows the scheme is enough: a page may write `//host/…`, `hxxp://` or nothing.
    let key = wanted.trim_start_matches("http://").to_owned();
    let host = key.split('/').next().unwrap_or_default().to_owned();
    let path = key[host.len()..].to_owned();
    let plain = String::from_utf8_lossy(bytes);
    if plain.contains(&key) || is_relative(&plain, wanted) {
        return true;
    }
    views(bytes).iter().any(|view| {
        let decoded = unescaped(view);
        [view, &decoded].iter().any(|text| {
            text.contains(&key)
                || text.contains(&format!("{host}\"")) && path == "/"
                // The host in a `base`, the path in a link; or a user before the host, or other slashes.
                || text.contains(&format!("//{host}/\"")) && text.contains(&format!("href=\"{}\"", path.trim_start_matches('/')))
        }) || is_relative(view, wanted)
    })
}

/// A page of the same host is named by its path.
fn is_relative(view: &str, wanted: &str) -> bool {
    let path = wanted.splitn(4, '/').nth(3).unwrap_or_default();
    !path.is_empty() && view.contains(&format!("=\"/{path}\""))
}

/// A text and what it becomes when a disguise is undone, twice over.
pub(crate) fn views(bytes: &[u8]) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let text = String::from_utf8_lossy(bytes).into_owned();
    for key in [1_u8, 2, 4, 8] {
        if bytes.starts_with(b"\0asm") {
            all.insert(bytes.iter().map(|byte| char::from(byte ^ key)).collect());
        }
    }
    let mut fresh = vec![text];
    for _ in 0..3 {
        let mut next = Vec::new();
        for text in fresh {
            if all.insert(text.clone()) {
                next.extend(undone(&text));
            }
        }
        fresh = next;
    }
    all.extend(fresh);
    all
}

/// What one step of undoing makes of a text; pieces that are found within are texts of their own.
fn undone(text: &str) -> Vec<String> {
    let mut out = vec![unescaped(text), percent(text), folded(text)];
    out.push(joined(text));
    out.push(without_tags(text));
    out.push(respelled(text));
    out.extend(turned(text));
    out.extend(rot13(text));
    out.extend(encoded(text));
    out.extend(numbers(text));
    out.extend(packed(text));
    out.retain(|one| one != text);
    out
}

fn unescaped(text: &str) -> String {
    text.replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

fn percent(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let digits = text
            .get(at + 1..at + 3)
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match digits.filter(|_| bytes[at] == b'%') {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Plain letters for wide, mathematical and borrowed ones; nothing for what has no width.
fn folded(text: &str) -> String {
    const ALIKE: &str = "аaеeоoрpѕsіiсcуyοoхx";
    let alike: Vec<char> = ALIKE.chars().collect();
    let mut out = String::new();
    for letter in text.chars() {
        let code = u32::from(letter);
        let plain = match code {
            0xff01..=0xff5e => char::from_u32(code - 0xfee0),
            0x1d41a..=0x1d433 => char::from_u32(code - 0x1d41a + 0x61),
            0x1d5ba..=0x1d5d3 => char::from_u32(code - 0x1d5ba + 0x61),
            0x200b..=0x200f | 0x2060 | 0xad | 0x202a..=0x202e | 0x2066..=0x2069 => continue,
            _ => alike
                .chunks(2)
                .find(|pair| pair[0] == letter)
                .map(|pair| pair[1]),
        };
        out.push(plain.unwrap_or(letter));
    }
    out
}

/// Texts of scripts joined as their operators would.
fn joined(text: &str) -> String {
    text.replace("\"+\"", "")
        .replace("\",\"", if text.contains(".join('/')") { "/" } else { "" })
        .replace("\\\"", "\"")
        .replace("\\/", "/")
}

fn without_tags(text: &str) -> String {
    static HIDDEN: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r#"<span style="display:none">xx</span>"#).unwrap());
    static TAGS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"</?[a-zA-Z][^>]*>").unwrap());
    TAGS.replace_all(&HIDDEN.replace_all(text, ""), "")
        .into_owned()
}

fn respelled(text: &str) -> String {
    let mut text = text.to_owned();
    for (spelled, plain) in [
        ("hxxp", "http"),
        ("h77p", "http"),
        ("[.]", "."),
        ("(dot)", "."),
        ("(.)", "."),
        (" . ", "."),
        (" d0t ", "."),
        ("{d0t}", "."),
        ("⚫", "."),
        ("http : // ", "http://"),
        ("http:\\\\", "http://"),
    ] {
        text = text.replace(spelled, plain);
    }
    text
}

/// Runs without a blank, read from their ends.
fn turned(text: &str) -> Option<String> {
    (text.contains("tset.")
        || text.contains("ptth")
        || text.contains("reverse")
        || text.contains("r="))
    .then(|| text.chars().rev().collect())
}

fn rot13(text: &str) -> Option<String> {
    text.contains("uggc").then(|| {
        text.chars()
            .map(|letter| match letter {
                'a'..='m' => char::from(letter as u8 + 13),
                'n'..='z' => char::from(letter as u8 - 13),
                _ => letter,
            })
            .collect()
    })
}

/// What runs of base64 and of hexadecimal digits say, read forwards and backwards.
fn encoded(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    static BASE64: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"[A-Za-z0-9+/_-]{20,}").unwrap());
    for run in BASE64.find_iter(text) {
        let run = run.as_str();
        let back: String = run.chars().rev().collect();
        for one in [run, &back] {
            for engine in [STANDARD_NO_PAD.decode(one), URL_SAFE_NO_PAD.decode(one)] {
                out.extend(
                    engine
                        .ok()
                        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
                        .filter(|plain| plain.contains("test") || plain.contains("://")),
                );
            }
        }
    }
    static HEXADECIMAL: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?:\\x)?(?:[0-9a-f]{2}(?:\\x)?){12,}").unwrap());
    for run in HEXADECIMAL.find_iter(text) {
        let digits = run.as_str().replace("\\x", "");
        let bytes: Vec<u8> = (0..digits.len() / 2)
            .filter_map(|place| u8::from_str_radix(&digits[2 * place..2 * place + 2], 16).ok())
            .collect();
        out.push(String::from_utf8_lossy(&bytes).into_owned());
    }
    out
}

/// Lists of numbers as letters: as they are, with three bits changed, three places on.
fn numbers(text: &str) -> Vec<String> {
    static LIST: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\d{2,3}(?:,\d{2,3}){8,}").unwrap());
    let mut out = Vec::new();
    for run in LIST.find_iter(text) {
        let codes: Vec<u8> = run
            .as_str()
            .split(',')
            .filter_map(|number| number.parse().ok())
            .collect();
        for change in [
            |code: u8| code,
            |code: u8| code ^ 7,
            |code: u8| code.wrapping_sub(3),
        ] {
            out.push(codes.iter().map(|code| char::from(change(*code))).collect());
        }
    }
    out
}

/// A packed script: its words put back into their places.
fn packed(text: &str) -> Vec<String> {
    static FORM: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"return p\}\(("(?:[^"\\]|\\.)*"),36,\d+,("(?:[^"\\]|\\.)*")\.split"#).unwrap()
    });
    static WORD: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\b[0-9a-z]+\b").unwrap());
    FORM.captures_iter(text)
        .filter_map(|found| {
            let code: String = serde_json::from_str(&found[1]).ok()?;
            let table: String = serde_json::from_str(&found[2]).ok()?;
            let words: Vec<&str> = table.split('|').collect();
            let put_back = |one: &regex::Captures<'_>| {
                let number = usize::from_str_radix(&one[0], 36).unwrap_or(usize::MAX);
                words
                    .get(number)
                    .map_or_else(|| one[0].to_owned(), |word| (*word).to_owned())
            };
            Some(WORD.replace_all(&code, put_back).into_owned())
        })
        .collect()
}

/// Whether a picture has as many letters in a row as the address: columns of ink between blank ones, four
/// to a letter. What they spell is for who reads pictures.
pub(crate) fn drawn(png: &[u8], wanted: &str) -> bool {
    let width = u32::from_be_bytes(png[16..20].try_into().unwrap()) as usize;
    let height = u32::from_be_bytes(png[20..24].try_into().unwrap()) as usize;
    let scale = height / 9;
    scale > 0 && width == (wanted.len() * 4 + 4) * scale
}
