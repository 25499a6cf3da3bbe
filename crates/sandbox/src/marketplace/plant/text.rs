//! Addresses in text, attributes and pictures.

use model::{HopKind, Technique as T};

use super::code;
use super::document;
use super::draft::{Draft, escaped};

/// Text addresses end the name of their host with `.test`, which no list of public suffixes has: so they
/// are told by a scheme or `www.`, as a scheme-less name alone would be no address to any reader.
pub(in crate::marketplace) fn plain(draft: &mut Draft<'_>) {
    draft.kind = HopKind::TextUrl;
    let to = escaped(&draft.to);
    let line = escaped(draft.line());
    let shapes = [
        format!("<p>{line} {to}</p>"),
        format!("<p>{line}<br>&gt; {to} &lt;</p>"),
        format!("<p>{to}</p><p>{line}</p>"),
        format!("<pre>{line}\n{to}</pre>"),
    ];
    draft.put_one(&shapes);
}

/// Puts a text that stands for the address, alone in a paragraph.
fn written(draft: &mut Draft<'_>, shapes: &[String]) {
    draft.kind = HopKind::TextUrl;
    let shapes: Vec<String> = shapes.iter().map(|text| format!("<p>{text}</p>")).collect();
    draft.put_one(&shapes);
}

/// The address without its scheme.
fn bare(to: &str) -> &str {
    to.strip_prefix("http://").unwrap_or(to)
}

/// T02: the address spelled out.
pub(super) fn spelled(draft: &mut Draft<'_>) {
    let to = escaped(bare(&draft.to));
    let dotted = |dot: &str| to.replacen(".test", &format!("{dot}test"), 1);
    let shapes = [
        format!("hxxp://{}", dotted("[.]")),
        format!("http://{}", dotted("(dot)")),
        format!("hxxp://{}", dotted("(.)")),
        format!("http : // {}", dotted(" . ")),
    ];
    written(draft, &shapes);
}

/// T03: wide or mathematical letters.
pub(super) fn styled(draft: &mut Draft<'_>) {
    let letters = |start: u32| -> String {
        draft
            .to
            .chars()
            .map(|letter| match letter {
                'a'..='z' => char::from_u32(start + u32::from(letter) - 0x61).unwrap_or(letter),
                _ => letter,
            })
            .collect()
    };
    let wide: String = draft
        .to
        .chars()
        .map(|letter| {
            if letter.is_ascii_graphic() {
                char::from_u32(u32::from(letter) + 0xfee0).unwrap_or(letter)
            } else {
                letter
            }
        })
        .collect();
    let shapes = [wide, letters(0x1d41a), letters(0xff41), letters(0x1d5ba)];
    written(draft, &shapes);
}

/// T04: characters without width within the address.
pub(super) fn invisible(draft: &mut Draft<'_>) {
    let spread = |sign: &str, every: usize| -> String {
        draft
            .to
            .chars()
            .enumerate()
            .map(|(place, letter)| {
                if place % every == every - 1 {
                    format!("{letter}{sign}")
                } else {
                    letter.to_string()
                }
            })
            .collect()
    };
    let shapes = [
        spread("\u{200b}", 3),
        spread("\u{200d}", 4),
        spread("\u{ad}", 4),
        spread("\u{2060}", 2),
    ];
    written(draft, &shapes);
}

/// T05: letters of other scripts that look the same, in the name of the host.
pub(super) fn alike(draft: &mut Draft<'_>) {
    let replaced = |pairs: &[(char, char)]| -> String {
        draft
            .to
            .chars()
            .enumerate()
            .map(|(place, letter)| {
                let other = pairs.iter().find(|(one, _)| *one == letter);
                // The scheme stays, or it would be no address to anybody.
                other
                    .filter(|_| place >= 7)
                    .map_or(letter, |(_, other)| *other)
            })
            .collect()
    };
    let shapes = [
        replaced(&[('a', 'а'), ('e', 'е'), ('o', 'о')]),
        replaced(&[('p', 'р'), ('s', 'ѕ'), ('i', 'і')]),
        replaced(&[('o', 'ο'), ('i', 'і'), ('a', 'а')]),
        replaced(&[('e', 'е'), ('c', 'с'), ('y', 'у')]),
    ];
    written(draft, &shapes);
}

/// T06: directional marks turn the text round.
pub(super) fn turned(draft: &mut Draft<'_>) {
    let back: String = draft.to.chars().rev().collect();
    let shapes = [
        format!("\u{202e}{back}\u{202c}"),
        format!("\u{2066}\u{202e}{back}\u{202c}\u{2069}"),
    ];
    written(draft, &shapes);
}

/// T07: signs for letters.
pub(super) fn coded(draft: &mut Draft<'_>) {
    let to = escaped(bare(&draft.to));
    let dotted = |dot: &str| to.replacen(".test", &format!("{dot}test"), 1);
    let shapes = [
        format!("http://{}", dotted(" d0t ")),
        format!("http://{}", dotted("{d0t}")),
        format!("h77p://{}", dotted(".")),
        format!("http://{}", dotted("⚫")),
    ];
    written(draft, &shapes);
}

/// T08: the text split over elements.
pub(super) fn split(draft: &mut Draft<'_>) {
    let to = draft.to.clone();
    let third = to.len() / 3;
    let (a, b, c) = (
        escaped(&to[..third]),
        escaped(&to[third..2 * third]),
        escaped(&to[2 * third..]),
    );
    let shapes = [
        format!("<b>{a}</b>{b}<i>{c}</i>"),
        format!("<span>{a}</span><span>{b}</span><span>{c}</span>"),
        format!("{a}<span style=\"display:none\">xx</span>{b}<wbr>{c}"),
        format!(
            "<table cellspacing=\"0\" cellpadding=\"0\"><tr><td>{a}</td><td>{b}</td><td>{c}</td></tr></table>"
        ),
    ];
    written(draft, &shapes);
}

/// T09: a mail address as the next step: it leads to the site of its host.
pub(in crate::marketplace) fn contact(draft: &mut Draft<'_>) {
    draft.kind = HopKind::Contact;
    let host = bare(&draft.to)
        .split('/')
        .next()
        .unwrap_or_default()
        .to_owned();
    let name = draft.class();
    let shapes = [
        format!("<p>{name}@{host}</p>"),
        format!("<p><a href=\"mailto:{name}@{host}\">{name}</a></p>"),
        format!("<p>Mail: {name}@{host}</p>"),
        format!("<p><a href=\"mailto:{name}@{host}?subject=1\">@</a></p>"),
    ];
    draft.put_one(&shapes);
}

/// T10: the address in an attribute.
pub(super) fn attribute(draft: &mut Draft<'_>) {
    draft.kind = HopKind::TextUrl;
    let to = escaped(&draft.to);
    let label = escaped(&draft.label());
    let shapes = [
        format!("<p title=\"{to}\">{label}</p>"),
        format!("<img src=\"/static/dot.svg\" width=\"40\" height=\"40\" alt=\"{to}\">"),
        format!("<p aria-label=\"{to}\">{label}</p>"),
        format!("<input placeholder=\"{to}\" size=\"8\">"),
    ];
    draft.put_one(&shapes);
}

/// T11: the address drawn in a picture.
pub(super) fn drawn(draft: &mut Draft<'_>) {
    draft.kind = HopKind::TextUrl;
    let Some((scale, ink)) = draft.shape(&[(3, 0_u8), (4, 40), (2, 90), (3, 60)]) else {
        return;
    };
    let rows = super::font::drawn(&draft.to, scale, ink);
    let file = draft.file(".png", "image/png", document::png(&rows, None));
    draft.put(format!("<p><img src=\"{file}\" alt=\"\"></p>"));
}

/// T12: the address as a code: a picture, dark on light or the other way, a drawing, or a table.
pub(in crate::marketplace) fn coded_picture(draft: &mut Draft<'_>) {
    draft.kind = HopKind::Qr;
    let Some(modules) = code::modules(&draft.to) else {
        // Too long for a code: the address is written out.
        return plain(draft);
    };
    let markup = match draft.shape(&[0, 1, 2, 3]) {
        Some(0) => {
            let file = draft.file(
                ".png",
                "image/png",
                document::png(&code::pixels(&modules, 4, false), None),
            );
            format!("<p><img src=\"{file}\" width=\"164\" height=\"164\" alt=\"\"></p>")
        }
        Some(1) => table(&modules),
        Some(2) => drawing(&modules),
        _ => {
            let file = draft.file(
                ".png",
                "image/png",
                document::png(&code::pixels(&modules, 3, true), None),
            );
            format!("<p><img src=\"{file}\" alt=\"\"></p>")
        }
    };
    draft.put(markup);
}

/// A code as a table of colored cells.
fn table(modules: &[Vec<bool>]) -> String {
    let rows: String = modules
        .iter()
        .map(|row| {
            let cells: String = row
                .iter()
                .map(|dark| {
                    format!(
                        "<td bgcolor=\"{}\" width=\"4\" height=\"4\"></td>",
                        if *dark { "#000000" } else { "#ffffff" }
                    )
                })
                .collect();
            format!("<tr>{cells}</tr>")
        })
        .collect();
    format!("<table cellspacing=\"0\" cellpadding=\"0\" border=\"0\">{rows}</table>")
}

/// A code as a drawing of squares.
fn drawing(modules: &[Vec<bool>]) -> String {
    let mut squares = String::new();
    for (row, line) in modules.iter().enumerate() {
        for (column, _) in line.iter().enumerate().filter(|(_, dark)| **dark) {
            squares += &format!(
                "<rect x=\"{}\" y=\"{}\" width=\"1\" height=\"1\"/>",
                column + 4,
                row + 4
            );
        }
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 41 41\" width=\"164\" height=\"164\">{squares}</svg>"
    )
}

/// T13: the address in the metadata of a picture.
pub(super) fn metadata(draft: &mut Draft<'_>) {
    draft.kind = HopKind::TextUrl;
    let rows = vec![vec![200_u8; 24]; 24];
    let to = draft.to.clone();
    let (end, media, body) = match draft.shape(&[0, 1, 2, 3]) {
        Some(0) => (".png", "image/png", document::png(&rows, Some(("Comment", &to)))),
        Some(1) => (".png", "image/png", document::png(&rows, Some(("Description", &to)))),
        Some(2) => (".svg", "image/svg+xml", format!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\"><metadata>{}</metadata><rect width=\"9\" height=\"9\"/></svg>", escaped(&to)).into_bytes()),
        _ => {
            let mut bytes = document::png(&rows, None);
            bytes.extend(to.bytes());
            (".png", "image/png", bytes)
        }
    };
    let file = draft.file(end, media, body);
    draft.put(format!(
        "<p><img src=\"{file}\" width=\"120\" height=\"120\" alt=\"\"></p>"
    ));
}

/// R15: an app's address that falls back to the web.
pub(super) fn app(draft: &mut Draft<'_>) {
    let label = escaped(&draft.label());
    let encoded = super::wrap::percent(&draft.to);
    draft.kind = HopKind::NestedUrl;
    let shapes = [
        format!(
            "<a href=\"intent://open/#Intent;scheme=shopapp;S.browser_fallback_url={encoded};end\">{label}</a>"
        ),
        format!("<a href=\"shopapp://open?url={encoded}\">{label}</a>"),
    ];
    draft.put_one(&shapes);
}

/// R16: the text shows another address than the one that is reached.
pub(in crate::marketplace) fn mismatch(draft: &mut Draft<'_>) {
    let honest = draft
        .media
        .split("://")
        .nth(1)
        .and_then(|rest| rest.split('/').next())
        .unwrap_or_default()
        .to_owned();
    let (href, to) = (draft.href(), draft.to.clone());
    let userinfo = escaped(&to.replacen("http://", &format!("http://{honest}@"), 1));
    let slashed = escaped(&to.replacen("http://", "http:\\\\", 1));
    let lang = draft.tongue.language.as_str();
    let shapes = [
        format!("<p><a href=\"{href}\">http://{honest}/{lang}/help/1</a></p>"),
        format!("<p><a href=\"{userinfo}\">{honest}</a></p>"),
        format!("<p><a href=\"{slashed}\">{honest}/{lang}/</a></p>"),
        format!("<p><a href=\"{href}\">www.{honest}</a></p>"),
    ];
    draft.put_one(&shapes);
    draft.by(&[T::TEXT_TARGET_MISMATCH]);
}
