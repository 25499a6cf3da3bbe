//! Contacts: mail addresses, telephone numbers, handles on messengers (T09).

use std::sync::LazyLock;

use model::{ContactKind, has_known_suffix};
use regex::Regex;

/// A contact found in a text or in an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Handle {
    /// Channel.
    pub(crate) kind: ContactKind,
    /// Normalized: what two pages share.
    pub(crate) handle: String,
    /// As written.
    pub(crate) written: String,
}

#[expect(
    clippy::unwrap_used,
    reason = "the pattern is a constant that every test compiles"
)]
static MAIL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b[a-z0-9][a-z0-9._%+-]{0,63}@(?:[a-z0-9-]{1,63}\.)+[a-z]{2,24}\b").unwrap()
});

#[expect(
    clippy::unwrap_used,
    reason = "the pattern is a constant that every test compiles"
)]
static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)\b(?P<w>whats\s?app|watsapp|wa|signal|viber|phone|tel|telefon|telefono|teléfono|tél|call|mobile|handy|anrufen)\b
          \.?\s*(?:(?:me|us|number|nr|no|at|on|unter|:|-|\#)\.?\s*){0,3}
          (?P<n>(?:\+|00)?[\d(][\d\s().\-/]{6,20}\d)",
    )
    .unwrap()
});

#[expect(
    clippy::unwrap_used,
    reason = "the pattern is a constant that every test compiles"
)]
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)(?:\b(?P<w>telegram|tele\s?gram|tg|wechat|we\s?chat|weixin|wickr|session|threema|discord|snapchat|snap|kik|insta(?:gram)?|signal|qq|line)\b|(?P<c>微信|飞机|电报|加微))
          \s*(?:(?:id|me|us|is|at|handle|user(?:name)?|号|:|：|=|-|→|>)\s*){0,3}
          (?P<at>@)?(?P<n>[a-z0-9][a-z0-9_.\-]{3,39})",
    )
    .unwrap()
});

/// The contacts written in a text. Linear in the text.
pub(crate) fn find(text: &str) -> Vec<Handle> {
    let mut found: Vec<Handle> = Vec::new();
    let mut add = |handle: Handle| {
        if found.len() < 50 && found.iter().all(|known| known.handle != handle.handle) {
            found.push(handle);
        }
    };
    if text.contains('@') {
        for hit in MAIL.find_iter(text).take(50) {
            let host = hit
                .as_str()
                .rsplit('@')
                .next()
                .unwrap_or_default()
                .to_lowercase();
            if has_known_suffix(&host) && !crate::carriers::elements::is_media_name(&host) {
                add(mail(hit.as_str()));
            }
        }
    }
    if text.len() > 100_000 {
        return found;
    }
    if text.bytes().filter(u8::is_ascii_digit).count() >= 7 {
        for hit in NUMBER.captures_iter(text).take(50) {
            let (word, number) = (&hit["w"].to_lowercase(), &hit["n"]);
            let kind = match word.as_str() {
                w if w.starts_with("wha") || w == "wa" || w == "watsapp" => ContactKind::Whatsapp,
                "signal" | "viber" => ContactKind::Other,
                _ => ContactKind::Phone,
            };
            if let Some(handle) = phone(number) {
                add(Handle {
                    kind,
                    handle,
                    written: hit[0].to_owned(),
                });
            }
        }
    }
    for hit in NAMED.captures_iter(text).take(50) {
        let word = hit
            .name("w")
            .or_else(|| hit.name("c"))
            .map_or("", |m| m.as_str())
            .to_lowercase();
        let name = hit["n"].trim_end_matches(['.', '-']);
        let marked = hit.name("at").is_some()
            || hit[0].contains([':', '：', '='])
            || name.contains(|c: char| c.is_ascii_digit() || c == '_');
        // "telegram group", "line of products" are words, not handles.
        if !marked || name.len() < 4 || name.contains("..") {
            continue;
        }
        let kind = match word.replace(' ', "").as_str() {
            "telegram" | "tg" | "飞机" | "电报" => ContactKind::Telegram,
            "wechat" | "weixin" | "微信" | "加微" => ContactKind::Wechat,
            _ => ContactKind::Other,
        };
        add(Handle {
            kind,
            handle: name.to_lowercase(),
            written: hit[0].to_owned(),
        });
    }
    found
}

/// The contact that an address stands for: `mailto:`, `tel:`, a messenger's link.
pub(crate) fn of_href(href: &str) -> Option<Handle> {
    let href = href.trim();
    let (scheme, rest) = href.split_once(':')?;
    let decoded = percent_encoding::percent_decode_str(rest)
        .decode_utf8_lossy()
        .into_owned();
    let (rest, query) = decoded.split_once('?').unwrap_or((&decoded, ""));
    let parameter = |names: &[&str]| {
        query.split('&').find_map(|pair| {
            let (name, value) = pair.split_once('=')?;
            names.contains(&name).then(|| value.to_owned())
        })
    };
    let other = |kind, handle: &str| {
        let handle = handle.trim_matches(['/', '@', ' ']).to_lowercase();
        (!handle.is_empty() && handle.len() < 200).then(|| Handle {
            kind,
            handle,
            written: href.chars().take(300).collect(),
        })
    };
    match scheme.to_ascii_lowercase().as_str() {
        "mailto" => {
            let first = rest.split(',').next().unwrap_or_default().trim();
            first.contains('@').then(|| Handle {
                written: href.chars().take(300).collect(),
                ..mail(first)
            })
        }
        "tel" | "sms" | "callto" => phone(rest).map(|handle| Handle {
            kind: ContactKind::Phone,
            handle,
            written: href.to_owned(),
        }),
        "whatsapp" => {
            let number = parameter(&["phone"])?;
            phone(&number).and_then(|number| other(ContactKind::Whatsapp, &number))
        }
        "tg" => other(
            ContactKind::Telegram,
            &parameter(&["domain", "invite", "phone"])?,
        ),
        "weixin" | "wechat" => other(
            ContactKind::Wechat,
            rest.rsplit('/').next().unwrap_or_default(),
        ),
        "skype" | "viber" | "sgnl" | "threema" | "xmpp" | "session" | "line" | "signal" => {
            other(ContactKind::Other, rest)
        }
        "http" | "https" => of_messenger(rest, &parameter(&["phone"])),
        _ => None,
    }
    .map(|handle| Handle {
        written: href.chars().take(300).collect(),
        ..handle
    })
}

fn of_messenger(rest: &str, phone_parameter: &Option<String>) -> Option<Handle> {
    let rest = rest.trim_start_matches('/');
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = host.to_ascii_lowercase();
    let name = path.split('/').next().unwrap_or_default();
    let make = |kind, handle: String| {
        (!handle.is_empty()).then(|| Handle {
            kind,
            handle,
            written: String::new(),
        })
    };
    match host.trim_start_matches("www.") {
        "wa.me" => make(ContactKind::Whatsapp, international(name)?),
        "api.whatsapp.com" | "web.whatsapp.com" => make(
            ContactKind::Whatsapp,
            international(phone_parameter.as_deref()?)?,
        ),
        "chat.whatsapp.com" => make(ContactKind::Whatsapp, name.to_owned()),
        "t.me" | "telegram.me" if !matches!(name, "share" | "") => {
            let name = match name {
                "s" | "joinchat" => path.split('/').nth(1).unwrap_or_default(),
                name => name,
            };
            make(
                ContactKind::Telegram,
                name.trim_start_matches('@').to_lowercase(),
            )
        }
        _ => None,
    }
}

fn mail(written: &str) -> Handle {
    Handle {
        kind: ContactKind::Mail,
        handle: written.trim().to_lowercase(),
        written: written.to_owned(),
    }
}

/// A number as digits, with a plus where it is international; `None` when it is too short or long.
fn phone(written: &str) -> Option<String> {
    let written = written.trim();
    let digits: String = written.chars().filter(char::is_ascii_digit).collect();
    let international = written.starts_with('+') || digits.starts_with("00");
    let digits = digits.strip_prefix("00").unwrap_or(&digits);
    if !(6..=15).contains(&digits.len()) {
        return None;
    }
    Some(if international {
        format!("+{digits}")
    } else {
        digits.to_owned()
    })
}

/// A number of a messenger, which is international with or without its plus.
fn international(written: &str) -> Option<String> {
    phone(&format!("+{}", written.trim().trim_start_matches('+')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contacts_in_text_are_normalized() {
        for (text, kind, handle) in [
            (
                "write to Me.Too@Example.com!",
                ContactKind::Mail,
                "me.too@example.com",
            ),
            (
                "WhatsApp +49 171 234 56 78",
                ContactKind::Whatsapp,
                "+491712345678",
            ),
            (
                "whatsapp: 0049 (171) 2345678",
                ContactKind::Whatsapp,
                "+491712345678",
            ),
            ("Telegram @Some_Shop", ContactKind::Telegram, "some_shop"),
            ("WeChat: shop888", ContactKind::Wechat, "shop888"),
            ("微信：abc_123", ContactKind::Wechat, "abc_123"),
            ("Tel. 030 1234567", ContactKind::Phone, "0301234567"),
        ] {
            let found = find(text);
            assert_eq!(found.len(), 1, "{text}: {found:?}");
            assert_eq!(
                (found[0].kind, found[0].handle.as_str()),
                (kind, handle),
                "{text}"
            );
        }
    }

    #[test]
    fn words_are_no_handles() {
        for text in [
            "a telegram message arrived",
            "line of products",
            "signal strength",
            "icon@2x.png",
            "snap on tools",
            "session cookies",
        ] {
            assert_eq!(find(text), [], "{text}");
        }
    }

    #[test]
    fn contact_addresses_are_read() {
        for (href, kind, handle) in [
            ("mailto:A@b.com?subject=x", ContactKind::Mail, "a@b.com"),
            ("tel:+49-30-123456", ContactKind::Phone, "+4930123456"),
            (
                "https://wa.me/491712345678?text=hi",
                ContactKind::Whatsapp,
                "+491712345678",
            ),
            (
                "https://api.whatsapp.com/send?phone=491712345678",
                ContactKind::Whatsapp,
                "+491712345678",
            ),
            ("https://t.me/Some_Shop", ContactKind::Telegram, "some_shop"),
            (
                "tg://resolve?domain=Some_Shop",
                ContactKind::Telegram,
                "some_shop",
            ),
        ] {
            let found = of_href(href).unwrap();
            assert_eq!(
                (found.kind, found.handle.as_str()),
                (kind, handle),
                "{href}"
            );
        }
        assert_eq!(of_href("https://t.me/share/url?url=x"), None);
        assert_eq!(of_href("/contact"), None);
    }
}
