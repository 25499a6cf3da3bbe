//! Contacts: mail addresses, telephone numbers, handles on messengers, wallets (T09).

mod crypto;
mod signs;
mod written;

use std::ops::Range;

use model::{ContactKind, Technique};

use crate::disguise::{self, Plain};

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

/// A contact with its place in a text, and how it is disguised there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Written {
    /// The contact.
    pub(crate) handle: Handle,
    /// Where it stands.
    pub(crate) at: Range<usize>,
    /// How it is disguised.
    pub(crate) techniques: Vec<Technique>,
}

/// The contacts written in a text. Linear in the text.
pub(crate) fn find(text: &str) -> Vec<Handle> {
    find_in(text, &disguise::plain_forms(text))
        .into_iter()
        .map(|found| found.handle)
        .collect()
}

/// The contacts written in a text, or in the plain forms of it that differ.
pub(crate) fn find_in(text: &str, forms: &[Plain]) -> Vec<Written> {
    let mut all: Vec<Written> = Vec::new();
    let plain =
        std::iter::once((text, None)).chain(forms.iter().map(|f| (f.text.as_str(), Some(f))));
    for (text, form) in plain {
        for found in written::find(text) {
            if all
                .iter()
                .any(|known| known.handle.handle == found.handle.handle)
            {
                continue;
            }
            let at = match form {
                Some(form) => {
                    let (a, b) = (form.origin[found.at.start], form.origin[found.at.end]);
                    a.min(b)..a.max(b)
                }
                None => found.at,
            };
            all.push(Written {
                handle: found.handle,
                at,
                techniques: form.map(|form| form.techniques.clone()).unwrap_or_default(),
            });
        }
    }
    all
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
        "tencent" | "mqqwpa" | "mqq" => other(ContactKind::Qq, &parameter(&["uin"])?),
        "bitcoin" | "litecoin" | "ethereum" | "monero" | "tron" | "dogecoin" => {
            let address = rest.split('@').next().unwrap_or_default().to_owned();
            (address.len() > 20).then_some(Handle {
                kind: ContactKind::Crypto,
                handle: address,
                written: String::new(),
            })
        }
        "http" | "https" => {
            of_messenger(rest, parameter(&["phone"]).as_deref(), parameter(&["uin"]))
        }
        scheme => SCHEMES
            .iter()
            .find(|(known, _)| *known == scheme)
            .and_then(|(_, kind)| other(*kind, rest.trim_start_matches('/'))),
    }
    .map(|handle| Handle {
        written: href.chars().take(300).collect(),
        ..handle
    })
}

/// Schemes of messengers whose path is the handle.
const SCHEMES: [(&str, ContactKind); 12] = [
    ("skype", ContactKind::Other),
    ("viber", ContactKind::Other),
    ("sgnl", ContactKind::Signal),
    ("signal", ContactKind::Signal),
    ("threema", ContactKind::Other),
    ("xmpp", ContactKind::Other),
    ("session", ContactKind::Other),
    ("line", ContactKind::Line),
    ("snapchat", ContactKind::Snapchat),
    ("discord", ContactKind::Discord),
    ("kakaotalk", ContactKind::Other),
    ("zalo", ContactKind::Other),
];

fn of_messenger(rest: &str, phone_parameter: Option<&str>, uin: Option<String>) -> Option<Handle> {
    use ContactKind::{Discord, Line, Other, Qq, Signal, Snapchat, Telegram, Whatsapp};
    let rest = rest.trim_start_matches('/');
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = host.to_ascii_lowercase();
    let segment = |n: usize| {
        path.split(['/', '#'])
            .filter(|part| !part.is_empty())
            .nth(n)
    };
    let name = segment(0).unwrap_or_default();
    let make = |kind, handle: String| {
        (!handle.is_empty()).then(|| Handle {
            kind,
            handle,
            written: String::new(),
        })
    };
    let second = || Some(segment(1)?.to_owned());
    match host.trim_start_matches("www.") {
        "wa.me" if name == "message" || name == "qr" => make(Whatsapp, second()?),
        "wa.me" => make(Whatsapp, international(name)?),
        "api.whatsapp.com" | "web.whatsapp.com" => make(Whatsapp, international(phone_parameter?)?),
        "chat.whatsapp.com" => make(Whatsapp, name.to_owned()),
        "whatsapp.com" if name == "channel" => make(Whatsapp, second()?),
        "t.me" | "telegram.me" | "telegram.dog" if !matches!(name, "share" | "") => {
            let name = match name {
                "s" | "joinchat" => segment(1)?,
                name => name,
            };
            make(Telegram, name.trim_start_matches('@').to_lowercase())
        }
        "discord.gg" => make(Discord, name.to_owned()),
        "discord.com" | "discordapp.com" if matches!(name, "invite" | "users") => {
            make(Discord, second()?)
        }
        "signal.me" | "signal.group" => make(
            Signal,
            path.trim_start_matches(['#', '/', 'p', 'e', 'u'])
                .trim_start_matches('/')
                .to_owned(),
        ),
        "snapchat.com" if matches!(name, "add" | "t") => make(Snapchat, second()?.to_lowercase()),
        "line.me" if matches!(name, "R" | "ti") => make(
            Line,
            path.rsplit('/')
                .next()?
                .trim_start_matches('~')
                .to_lowercase(),
        ),
        "lin.ee" => make(Line, name.to_owned()),
        "wpa.qq.com" => make(Qq, uin?),
        "kik.me" | "threema.id" | "simplex.chat" | "zalo.me" | "m.me" => {
            make(Other, name.to_lowercase())
        }
        _ => None,
    }
}

/// Whether an address is that of a person on a messenger.
pub(crate) fn is_messenger(host: &str) -> bool {
    let mut host = host;
    while let Some(rest) = host.strip_prefix("www.") {
        host = rest;
    }
    matches!(
        host,
        "wa.me"
            | "t.me"
            | "telegram.me"
            | "telegram.dog"
            | "api.whatsapp.com"
            | "chat.whatsapp.com"
            | "web.whatsapp.com"
            | "whatsapp.com"
            | "discord.gg"
            | "discord.com"
            | "discordapp.com"
            | "signal.me"
            | "signal.group"
            | "snapchat.com"
            | "line.me"
            | "lin.ee"
            | "wpa.qq.com"
            | "kik.me"
            | "threema.id"
            | "simplex.chat"
            | "zalo.me"
            | "m.me"
    )
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
            ("加V：shop888", ContactKind::Wechat, "shop888"),
            ("VX: abc_1234", ContactKind::Wechat, "abc_1234"),
            ("QQ：123456789", ContactKind::Qq, "123456789"),
            (
                "Signal +49 171 234 56 78",
                ContactKind::Signal,
                "+491712345678",
            ),
            (
                "my Snapchat is @some_shop",
                ContactKind::Snapchat,
                "some_shop",
            ),
            ("LINE ID: some.shop1", ContactKind::Line, "some.shop1"),
            ("discord: some_shop#1234", ContactKind::Discord, "some_shop"),
            ("Телеграм @some_shop", ContactKind::Telegram, "some_shop"),
            ("me (at) example.com", ContactKind::Mail, "me@example.com"),
            ("ＷｅＣｈａｔ：shop888", ContactKind::Wechat, "shop888"),
            (
                "Tele\u{200b}gram @Some_Shop",
                ContactKind::Telegram,
                "some_shop",
            ),
            (
                "pay 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa now",
                ContactKind::Crypto,
                "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
            ),
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
            "the finish line 2024 is near",
            "signal 5 of 10",
            "tel 12",
            "phone case for model 12 (2024)",
            "QQ is a messenger",
            "on mobile: 2x faster",
            "Instagram: follow us",
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
