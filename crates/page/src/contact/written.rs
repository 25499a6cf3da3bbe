//! Contacts that are written in a text: needles first, so that prose without them costs one scan.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use model::{ContactKind, has_known_suffix};

use super::crypto::is_wallet;
use super::signs::Signs;
use super::{Handle, mail, phone};
use crate::ascii::begins;
use crate::unwrap::is_reserved;

/// At most so many contacts are taken from one text.
const MAX_FOUND: usize = 50;

/// Longer texts are read up to here.
const MAX_TEXT: usize = 100_000;

/// What a word before a handle or number says of it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Says {
    /// A name follows.
    Name(ContactKind),
    /// A number follows.
    Number(ContactKind),
    /// Either follows.
    Either(ContactKind),
}

use ContactKind::{Discord, Line, Other, Phone, Qq, Signal, Snapchat, Telegram, Wechat, Whatsapp};

/// The words, and what they say.
const WORDS: &[(&str, Says)] = &[
    ("telegram", Says::Either(Telegram)),
    ("tele gram", Says::Either(Telegram)),
    ("telegramm", Says::Either(Telegram)),
    ("телеграм", Says::Either(Telegram)),
    ("телеграмм", Says::Either(Telegram)),
    ("телега", Says::Name(Telegram)),
    ("tg", Says::Name(Telegram)),
    ("Телеграм", Says::Either(Telegram)),
    ("Телеграмм", Says::Either(Telegram)),
    ("Телега", Says::Name(Telegram)),
    ("Ватсап", Says::Number(Whatsapp)),
    ("Вацап", Says::Number(Whatsapp)),
    ("Сигнал", Says::Number(Signal)),
    ("Вайбер", Says::Number(Other)),
    ("Телефон", Says::Number(Phone)),
    ("Тел", Says::Number(Phone)),
    ("тел", Says::Number(Phone)),
    ("飞机", Says::Name(Telegram)),
    ("电报", Says::Name(Telegram)),
    ("纸飞机", Says::Name(Telegram)),
    ("whatsapp", Says::Number(Whatsapp)),
    ("whats app", Says::Number(Whatsapp)),
    ("watsapp", Says::Number(Whatsapp)),
    ("whatsap", Says::Number(Whatsapp)),
    ("wapp", Says::Number(Whatsapp)),
    ("wa", Says::Number(Whatsapp)),
    ("ватсап", Says::Number(Whatsapp)),
    ("вацап", Says::Number(Whatsapp)),
    ("wechat", Says::Either(Wechat)),
    ("we chat", Says::Either(Wechat)),
    ("weixin", Says::Either(Wechat)),
    ("wei xin", Says::Either(Wechat)),
    ("vx", Says::Either(Wechat)),
    ("v信", Says::Either(Wechat)),
    ("微信", Says::Either(Wechat)),
    ("微x", Says::Either(Wechat)),
    ("薇信", Says::Either(Wechat)),
    ("威信", Says::Either(Wechat)),
    ("加微", Says::Either(Wechat)),
    ("加v", Says::Either(Wechat)),
    ("qq", Says::Either(Qq)),
    ("扣扣", Says::Either(Qq)),
    ("企鹅", Says::Either(Qq)),
    ("signal", Says::Either(Signal)),
    ("сигнал", Says::Number(Signal)),
    ("discord", Says::Name(Discord)),
    ("snapchat", Says::Name(Snapchat)),
    ("snap", Says::Name(Snapchat)),
    ("line", Says::Name(Line)),
    ("viber", Says::Number(Other)),
    ("вайбер", Says::Number(Other)),
    ("wickr", Says::Name(Other)),
    ("session", Says::Name(Other)),
    ("threema", Says::Name(Other)),
    ("kik", Says::Name(Other)),
    ("instagram", Says::Name(Other)),
    ("insta", Says::Name(Other)),
    ("skype", Says::Name(Other)),
    ("kakaotalk", Says::Name(Other)),
    ("kakao", Says::Name(Other)),
    ("카톡", Says::Name(Other)),
    ("zalo", Says::Either(Other)),
    ("phone", Says::Number(Phone)),
    ("tel", Says::Number(Phone)),
    ("telefon", Says::Number(Phone)),
    ("telefono", Says::Number(Phone)),
    ("teléfono", Says::Number(Phone)),
    ("tél", Says::Number(Phone)),
    ("mobile", Says::Number(Phone)),
    ("handy", Says::Number(Phone)),
    ("телефон", Says::Number(Phone)),
    ("电话", Says::Number(Phone)),
];

/// Words between the name of a channel and what is written for it.
const BETWEEN: [&str; 26] = [
    "id",
    "me",
    "us",
    "is",
    "at",
    "handle",
    "username",
    "user",
    "number",
    "nr",
    "no",
    "on",
    "unter",
    "auf",
    "account",
    "acc",
    "contact",
    "add",
    "channel",
    "group",
    "号",
    "号码",
    "群",
    "帐号",
    "номер",
    "en",
];

#[expect(
    clippy::unwrap_used,
    reason = "the needles are constants that every test compiles"
)]
static NEEDLES: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::LeftmostLongest)
        .build(WORDS.iter().map(|(word, _)| word))
        .unwrap()
});

/// A contact, with where it stands.
pub(super) struct Found {
    /// The contact.
    pub(super) handle: Handle,
    /// Its place in the text.
    pub(super) at: Range<usize>,
}

/// The contacts written in a text. Linear in the text.
pub(super) fn find(text: &str) -> Vec<Found> {
    let mut end = text.len().min(MAX_TEXT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = &text[..end];
    let mut found: Vec<Found> = Vec::new();
    let signs = Signs::of(text);
    if signs.may_hold_mail() {
        mails(text, &mut found);
    }
    wallets(text, &mut found);
    if !signs.may_hold_handle(text) {
        return found;
    }
    let mut done = 0;
    for hit in NEEDLES.find_iter(text) {
        if hit.start() < done || !stands_alone(text, hit.start(), hit.end()) {
            continue;
        }
        let says = WORDS[hit.pattern().as_usize()].1;
        if let Some((handle, at)) = behind(text, hit.start(), hit.end(), says) {
            done = at.end;
            add(&mut found, handle, at);
        }
    }
    found
}

fn add(found: &mut Vec<Found>, handle: Handle, at: Range<usize>) {
    let is_new = |known: &Found| known.handle.handle != handle.handle;
    if found.len() < MAX_FOUND && found.iter().all(is_new) {
        found.push(Found { handle, at });
    }
}

/// Whether no letter of its own script goes on before or behind a word.
fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let joins = |c: char, edge: char| {
        c.is_alphanumeric() && (c.is_ascii() == edge.is_ascii() || edge.is_ascii())
    };
    let word = &text[start..end];
    let (Some(first), Some(last)) = (word.chars().next(), word.chars().next_back()) else {
        return false;
    };
    let is_han =
        |c: char| ('\u{3400}'..='\u{9FFF}').contains(&c) || ('\u{AC00}'..='\u{D7A3}').contains(&c);
    let before = text[..start].chars().next_back();
    let after = text[end..].chars().next();
    let open = is_han(first) || before.is_none_or(|c| !joins(c, first) || is_han(c));
    let shut = is_han(last) || after.is_none_or(|c| !c.is_alphanumeric() || is_han(c));
    open && shut && !before.is_some_and(|c| matches!(c, '-' | '.' | '/' | '_'))
}

/// What is written behind the name of a channel.
fn behind(text: &str, start: usize, end: usize, says: Says) -> Option<(Handle, Range<usize>)> {
    let mut at = end;
    let mut is_marked = false;
    for _ in 0..5 {
        let rest = &text[at..];
        let trimmed = rest.trim_start_matches(|c: char| {
            c.is_whitespace()
                || matches!(
                    c,
                    ':' | '：'
                        | '='
                        | '-'
                        | '–'
                        | '→'
                        | '>'
                        | '.'
                        | '#'
                        | '('
                        | ')'
                        | '|'
                        | '，'
                        | ','
                        | '/'
                )
        });
        let skipped = &rest[..rest.len() - trimmed.len()];
        is_marked |= skipped.contains([':', '：', '=', '→', '>']);
        at = text.len() - trimmed.len();
        if skipped.contains('\n') && skipped.len() > 4 {
            return None;
        }
        let word = BETWEEN.iter().filter(|word| {
            begins(trimmed, word)
                && (!word.is_ascii()
                    || trimmed[word.len()..]
                        .chars()
                        .next()
                        .is_none_or(|c| !c.is_alphanumeric() && c != '_'))
        });
        let Some(word) = word.max_by_key(|word| word.len()) else {
            break;
        };
        at += word.len();
    }
    let kind = match says {
        Says::Name(kind) | Says::Number(kind) | Says::Either(kind) => kind,
    };
    if !matches!(says, Says::Name(_))
        && let Some((handle, range)) = number(text, at, kind)
    {
        let written = text[start..range.end].to_owned();
        return Some((Handle { written, ..handle }, start..range.end));
    }
    if matches!(says, Says::Number(_)) {
        return None;
    }
    name(text, at, kind, is_marked).map(|(handle, to)| {
        let written = text[start..to].to_owned();
        (Handle { written, ..handle }, start..to)
    })
}

fn number(text: &str, at: usize, kind: ContactKind) -> Option<(Handle, Range<usize>)> {
    let rest = &text[at..];
    let end = rest
        .find(|c: char| {
            !(c.is_ascii_digit() || matches!(c, ' ' | '+' | '(' | ')' | '-' | '.' | '/' | '\u{A0}'))
        })
        .unwrap_or(rest.len());
    let written = rest[..end].trim_end_matches(|c: char| !c.is_ascii_digit());
    let is_cut = rest[written.len()..]
        .chars()
        .next()
        .is_some_and(char::is_alphabetic);
    let digits = written.bytes().filter(u8::is_ascii_digit).count();
    let least = if kind == ContactKind::Qq { 5 } else { 7 };
    if written.len() > 30 || is_cut || digits < least || (kind == ContactKind::Qq && digits > 11) {
        return None;
    }
    let handle = if kind == ContactKind::Qq {
        written.chars().filter(char::is_ascii_digit).collect()
    } else {
        phone(written)?
    };
    let handle = Handle {
        kind,
        handle,
        written: String::new(),
    };
    Some((handle, at..at + written.len()))
}

/// Words that stand behind the name of a channel and are no handle.
const SAID_OFTEN: [&str; 16] = [
    "follow",
    "join",
    "click",
    "chat",
    "contact",
    "group",
    "channel",
    "here",
    "only",
    "message",
    "available",
    "official",
    "https",
    "http",
    "official",
    "support",
];

/// A name that is marked as one: by an at-sign, a colon, a digit or an underscore. "Telegram group",
/// "line of products" are words.
fn name(text: &str, at: usize, kind: ContactKind, is_marked: bool) -> Option<(Handle, usize)> {
    let rest = &text[at..];
    let plain = rest.trim_start_matches('@');
    let has_at = plain.len() < rest.len();
    let end = plain
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-')))
        .unwrap_or(plain.len());
    let name = plain[..end].trim_end_matches(['.', '-']);
    let has_sign = name.contains(|c: char| c.is_ascii_digit() || c == '_');
    let is_name = (4..=66).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && !name.contains("..")
        && (has_at || is_marked || has_sign)
        // A number alone is a price, a year, a size.
        && (is_marked || has_at || name.contains(|c: char| c.is_ascii_alphabetic()));
    // "Instagram: follow us" names nobody; "WeChat: someshop" does.
    let is_word = !has_at
        && !has_sign
        && (SAID_OFTEN.contains(&name.to_ascii_lowercase().as_str())
            || plain[name.len()..]
                .strip_prefix(' ')
                .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase())));
    let is_address = plain[name.len()..].starts_with("://")
        || (name.contains('.')
            && has_known_suffix(&name.to_ascii_lowercase())
            && kind != ContactKind::Discord
            && !has_at);
    (is_name && !is_address && !is_word).then(|| {
        let to = at + (rest.len() - plain.len()) + name.len();
        let handle = Handle {
            kind,
            handle: name.to_lowercase(),
            written: String::new(),
        };
        (handle, to)
    })
}

/// What stands for the at-sign between brackets.
const IN_BRACKETS: [&[u8]; 5] = [b"(at)", b"[at]", b"{at}", b"(AT)", b"[AT]"];

/// Mail addresses, also with `(at)`, `[at]` for the sign.
fn mails(text: &str, found: &mut Vec<Found>) {
    let is_local = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-');
    let signs = memchr::memchr_iter(b'@', text.as_bytes()).map(|at| (at, at + 1));
    let brackets = memchr::memchr3_iter(b'(', b'[', b'{', text.as_bytes());
    let in_brackets = brackets.filter(|&at| {
        let word = text.as_bytes().get(at..at + 4).unwrap_or_default();
        IN_BRACKETS.contains(&word)
    });
    // Capitals alone stand for the sign where brackets do so too, or could.
    let has_bracket = memchr::memchr3(b'(', b'[', b'{', text.as_bytes()).is_some();
    let rest = if has_bracket { text.as_bytes() } else { &[] };
    let bare = memchr::memmem::find_iter(rest, b" AT ");
    let spelled = in_brackets.chain(bare).map(|at| (at, at + 4));
    for (at, behind) in signs.chain(spelled).take(MAX_FOUND * 4) {
        let is_spelled = behind - at > 1;
        let head = if is_spelled {
            text[..at].trim_end()
        } else {
            &text[..at]
        };
        let from = floor(text, head.len().saturating_sub(64));
        let local_len = head[from..].len() - head[from..].trim_end_matches(is_local).len();
        let local = head[head.len() - local_len..].trim_start_matches(['.', '-', '%', '+']);
        let tail = if is_spelled {
            text[behind..].trim_start()
        } else {
            &text[behind..]
        };
        let end = tail
            .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-')))
            .unwrap_or(tail.len())
            .min(253);
        let host = tail[..end]
            .trim_end_matches(['.', '-'])
            .to_ascii_lowercase();
        let is_host = host.contains('.')
            && (has_known_suffix(&host) || is_reserved(&host))
            && model::registrable_domain(&host).is_some()
            && !crate::carriers::elements::is_media_name(&host);
        if local.is_empty() || !is_host {
            continue;
        }
        let start = head.len() - local.len();
        let to = text.len() - tail.len() + host.len();
        let written = text[start..to].to_owned();
        let handle = mail(&format!("{local}@{host}"));
        add(found, Handle { written, ..handle }, start..to);
    }
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Wallets: words of 26 and more letters and digits, which prose does not have.
fn wallets(text: &str, found: &mut Vec<Found>) {
    let bytes = text.as_bytes();
    // Every word of 26 characters covers a multiple of 26; only words there are looked at.
    let mut at = 25;
    while at < bytes.len() {
        if !bytes[at].is_ascii_alphanumeric() {
            at += 26;
            continue;
        }
        let back = bytes[..at]
            .iter()
            .rev()
            .take(128)
            .take_while(|b| b.is_ascii_alphanumeric())
            .count();
        let ahead = bytes[at..]
            .iter()
            .take(128)
            .take_while(|b| b.is_ascii_alphanumeric())
            .count();
        let (start, end) = (at - back, at + ahead);
        if (26..=110).contains(&(end - start)) && is_wallet(&text[start..end]) {
            let written = text[start..end].to_owned();
            let handle = Handle {
                kind: ContactKind::Crypto,
                handle: written.clone(),
                written,
            };
            add(found, handle, start..end);
        }
        at = end.max(at) + 26;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn handles(text: &str) -> Vec<String> {
        find(text)
            .into_iter()
            .map(|found| found.handle.handle)
            .collect()
    }

    proptest! {
        #[test]
        fn the_cheap_question_loses_nothing(
            before in "[a-z0-9 .(-]{0,6}",
            word in prop::sample::select(vec!["telegram", "qq", "tel", "vx", "signal"]),
            between in "[ .:-]{1,3}",
            written in "[a-c0-9_. ()+-]{4,12}",
        ) {
            let text = format!("{before} {word}{between}{written}");
            // A mark behind the text, where it decides nothing, lets it pass unasked.
            prop_assert_eq!(handles(&text), handles(&format!("{text}\n\n\n\n\n<>")));
        }
    }
}
