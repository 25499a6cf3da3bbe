//! What kind of document a body is: by its declared type, and by its first bytes where the type
//! is missing, says nothing, or is known to be stated wrongly.
//!
//! After the WHATWG "MIME Sniffing" standard, with its feed rule, and with the formats that the
//! standard leaves to the handlers of other programs.

use model::Headers;

use crate::documents::Format;
use crate::images::is_picture;

/// How the body is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// As HTML (or XHTML, or SVG).
    Html,
    /// By the reader of another family.
    As(Format),
    /// Not at all.
    Binary,
}

/// So many bytes are looked at.
const HEAD: usize = 1_445;

/// Decides how the body is to be read. A declared type is believed unless it is missing or says
/// nothing (`application/octet-stream`), or the body is unmistakably something else that readers
/// of that type take as well (a feed served as HTML, a card served as text). Cost: constant.
pub(crate) fn reading(headers: &Headers, body: &[u8]) -> Reading {
    let declared = headers.declared_types().next();
    let declared = declared
        .map(|declared| declared.essence)
        .unwrap_or_default();
    match declared.as_str() {
        // `nosniff` holds a browser to the type that is declared; a missing one is looked for all the
        // same.
        "text/html" => match root(body) {
            Some(root) if root.is_feed() && !is_nosniff(headers) => Reading::As(Format::Xml),
            _ => Reading::Html,
        },
        "application/xhtml+xml" => Reading::Html,
        ""
        | "application/octet-stream"
        | "binary/octet-stream"
        | "*/*"
        | "unknown/unknown"
        | "application/unknown" => sniff(body),
        other if other.starts_with("image/svg") => Reading::Html,
        other if is_nosniff(headers) => as_declared(other, body),
        other => of_type(other, body),
    }
}

/// Whether the server forbids to guess another type than it declares.
fn is_nosniff(headers: &Headers) -> bool {
    headers
        .first("x-content-type-options")
        .and_then(|value| value.split(',').next())
        .is_some_and(|value| value.trim().eq_ignore_ascii_case("nosniff"))
}

/// The reading of a declared type that must not be guessed against.
fn as_declared(declared: &str, body: &[u8]) -> Reading {
    match of_type(declared, body) {
        Reading::Html if !declared.ends_with("xml") => Reading::Binary,
        Reading::As(_) if declared == "text/plain" => Reading::As(Format::Plain),
        reading => reading,
    }
}

fn of_type(declared: &str, body: &[u8]) -> Reading {
    match declared {
        "text/css" => Reading::As(Format::Css),
        "text/vcard" | "text/x-vcard" | "text/directory" | "text/calendar" => {
            Reading::As(Format::Card)
        }
        "application/internet-shortcut"
        | "application/x-mswinurl"
        | "application/x-url"
        | "application/x-desktop" => Reading::As(Format::LinkFile),
        "application/x-webloc" | "application/x-plist" | "application/x-apple-plist" => {
            property_list(body)
        }
        _ if declared.ends_with("mpegurl") => Reading::As(Format::Playlist),
        _ if declared.ends_with("json") || declared.ends_with("json-seq") => {
            Reading::As(Format::Json)
        }
        _ if declared.ends_with("xml") => of_xml(body),
        _ if declared.ends_with("javascript") || declared.ends_with("ecmascript") => {
            Reading::As(Format::Script)
        }
        // What is served as text is shown as text, unless another program takes it by its form.
        _ if declared.starts_with("text/") => match signature(body) {
            Some(format) => Reading::As(format),
            None if root(body).is_some_and(|root| root.is_feed()) => Reading::As(Format::Xml),
            None => Reading::As(Format::Plain),
        },
        "application/pdf" | "application/x-pdf" if is_pdf(body) => Reading::As(Format::Pdf),
        _ if declared.starts_with("image/") && !starts_like_html(body) => {
            Reading::As(Format::Image)
        }
        // A declared binary type that begins like a page is a page for people who save it.
        _ if starts_like_html(body) => Reading::Html,
        _ => Reading::Binary,
    }
}

fn property_list(body: &[u8]) -> Reading {
    if body.starts_with(b"bplist") {
        Reading::As(Format::LinkFile)
    } else {
        Reading::As(Format::Xml)
    }
}

/// XHTML and SVG are shown like HTML; every other root is read as XML.
fn of_xml(body: &[u8]) -> Reading {
    match root(body) {
        Some(root) if root.local == "html" || root.local == "svg" => Reading::Html,
        _ => Reading::As(Format::Xml),
    }
}

fn sniff(body: &[u8]) -> Reading {
    if let Some(root) = root(body)
        && (root.has_declaration || root.is_feed())
    {
        return of_xml(body);
    }
    if starts_like_html(body) || body.is_empty() {
        return Reading::Html;
    }
    if let Some(format) = signature(body) {
        return Reading::As(format);
    }
    if is_pdf(body) {
        return Reading::As(Format::Pdf);
    }
    let head = body.get(..HEAD).unwrap_or(body);
    let binary = |byte: &u8| matches!(byte, 0..=8 | 0x0B | 0x0E..=0x1A | 0x1C..=0x1F);
    if is_utf16(head) {
        return Reading::Html;
    }
    if head.iter().any(binary) {
        return Reading::Binary;
    }
    if is_json(head) {
        return Reading::As(Format::Json);
    }
    let has_tag = head
        .windows(2)
        .any(|pair| pair[0] == b'<' && (pair[1].is_ascii_alphabetic() || pair[1] == b'!'));
    if head.starts_with(b"<?xml") {
        Reading::As(Format::Xml)
    } else if has_tag {
        Reading::Html
    } else {
        Reading::As(Format::Plain)
    }
}

/// Readers of PDF take what has its mark within the first 1,024 bytes.
fn is_pdf(body: &[u8]) -> bool {
    let head = body.get(..1_024).unwrap_or(body);
    head.windows(5).any(|window| window == b"%PDF-")
}

/// Formats that state themselves in their first bytes.
fn signature(body: &[u8]) -> Option<Format> {
    if body.starts_with(b"%PDF-") {
        return Some(Format::Pdf);
    }
    if is_picture(body) {
        return Some(Format::Image);
    }
    if body.starts_with(b"bplist0") {
        return Some(Format::LinkFile);
    }
    let head = trimmed(body);
    let starts = |sign: &str| {
        head.get(..sign.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(sign.as_bytes()))
    };
    if starts("BEGIN:VCARD") || starts("BEGIN:VCALENDAR") {
        Some(Format::Card)
    } else if starts("#EXTM3U") {
        Some(Format::Playlist)
    } else if is_link_file(head) {
        Some(Format::LinkFile)
    } else {
        None
    }
}

/// Whether a section of a link file opens within the first lines; comments may stand before.
fn is_link_file(head: &[u8]) -> bool {
    head.get(..512)
        .unwrap_or(head)
        .split(|&byte| byte == b'\n')
        .map(<[u8]>::trim_ascii)
        .find(|line| !line.is_empty() && !line.starts_with(b"#") && !line.starts_with(b";"))
        .is_some_and(|line| {
            line.eq_ignore_ascii_case(b"[InternetShortcut]")
                || line.eq_ignore_ascii_case(b"[Desktop Entry]")
                || line.eq_ignore_ascii_case(b"[DEFAULT]") && contains(head, b"BASEURL=")
        })
}

fn contains(text: &[u8], needle: &[u8]) -> bool {
    let text = text.get(..512).unwrap_or(text);
    text.windows(needle.len()).any(|window| window == needle)
}

/// Whether a text opens like JSON: a bracket, then what JSON allows there.
fn is_json(head: &[u8]) -> bool {
    let head = trimmed(head);
    let second = head
        .get(1..)
        .and_then(|rest| rest.iter().find(|byte| !byte.is_ascii_whitespace()));
    match head.first() {
        Some(b'{') => matches!(second, Some(b'"' | b'}')),
        Some(b'[') => matches!(second, Some(b'"' | b'{' | b'[' | b']')),
        _ => false,
    }
}

/// Whether the byte order mark of UTF-16 stands first.
fn is_utf16(body: &[u8]) -> bool {
    body.starts_with(&[0xFF, 0xFE]) || body.starts_with(&[0xFE, 0xFF])
}

/// Without a byte order mark and white space.
fn trimmed(body: &[u8]) -> &[u8] {
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    body.trim_ascii_start()
}

/// The root element of what may be XML.
struct Root {
    /// Its name without a prefix, in lower case.
    local: String,
    /// Whether `<?xml` stands first.
    has_declaration: bool,
}

impl Root {
    fn is_feed(&self) -> bool {
        matches!(
            self.local.as_str(),
            "rss" | "feed" | "rdf" | "urlset" | "sitemapindex" | "opml"
        )
    }
}

/// The root element, behind the declaration, comments and the document type. Text in UTF-16 is
/// read by its ASCII bytes, and copied for it; any other is looked at where it stands.
fn root(body: &[u8]) -> Option<Root> {
    let head = body.get(..4_096).unwrap_or(body);
    if is_utf16(head) {
        let narrow: Vec<u8> = head[2..]
            .iter()
            .copied()
            .filter(|&byte| byte != 0)
            .collect();
        return root_of(&narrow);
    }
    root_of(head)
}

fn root_of(mut rest: &[u8]) -> Option<Root> {
    while let Some(behind) = rest.strip_prefix(b"\xEF\xBB\xBF") {
        rest = behind;
    }
    rest = trim_start(rest);
    let has_declaration = rest.starts_with(b"<?xml");
    for _ in 0..64 {
        rest = trim_start(rest);
        let end = if rest.starts_with(b"<?") {
            &b"?>"[..]
        } else if rest.starts_with(b"<!--") {
            b"-->"
        } else if rest.starts_with(b"<!") {
            let tag = rest.split(|&byte| byte == b'>').next()?;
            if tag.contains(&b'[') {
                &b"]>"[..]
            } else {
                b">"
            }
        } else {
            break;
        };
        rest = &rest[memchr::memmem::find(rest, end)? + end.len()..];
    }
    let name = rest.strip_prefix(b"<")?;
    let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/');
    let name = &name[..name.iter().position(ends)?];
    let local = name.rsplit(|&byte| byte == b':').next()?;
    (!local.is_empty()).then(|| Root {
        local: local
            .iter()
            .map(|byte| char::from(byte.to_ascii_lowercase()))
            .collect(),
        has_declaration,
    })
}

/// Without the white space at its start; each byte is a character of Latin 1.
fn trim_start(text: &[u8]) -> &[u8] {
    let length = text
        .iter()
        .position(|&byte| !char::from(byte).is_whitespace());
    &text[length.unwrap_or(text.len())..]
}

fn starts_like_html(body: &[u8]) -> bool {
    let head: String = trimmed(body)
        .iter()
        .take(16)
        .map(|byte| char::from(byte.to_ascii_lowercase()))
        .collect();
    [
        "<!doctype html",
        "<html",
        "<head",
        "<body",
        "<script",
        "<iframe",
        "<h1",
        "<div",
        "<font",
        "<table",
        "<a ",
        "<style",
        "<title",
        "<b>",
        "<br",
        "<p>",
        "<p ",
        "<!--",
        "<meta",
    ]
    .iter()
    .any(|sign| head.starts_with(sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_without_a_type_is_sniffed() {
        for (body, expected) in [
            (&b"<!DOCTYPE html>"[..], Reading::Html),
            (b"plain words", Reading::As(Format::Plain)),
            (b"\x00\x01\x02", Reading::Binary),
            (
                b"<?xml version='1.0'?><!-- x --><rss>",
                Reading::As(Format::Xml),
            ),
            (b"<?xml version='1.0'?><svg>", Reading::Html),
            (b"<?xml version='1.0'?><!DOCTYPE html><html>", Reading::Html),
            (b"<urlset xmlns='x'>", Reading::As(Format::Xml)),
            (b"<svg xmlns='x'>", Reading::Html),
            (b"\xEF\xBB\xBF{\"a\":1}", Reading::As(Format::Json)),
            (b"[Desktop Entry]\nURL=x", Reading::As(Format::LinkFile)),
            (b"[note] see below", Reading::As(Format::Plain)),
            (b"begin:vcard\r\n", Reading::As(Format::Card)),
            (b"%PDF-1.7", Reading::As(Format::Pdf)),
            (b"\x89PNG\r\n", Reading::As(Format::Image)),
            (b"#EXTM3U\n", Reading::As(Format::Playlist)),
        ] {
            let text = String::from_utf8_lossy(body);
            assert_eq!(reading(&Headers::default(), body), expected, "{text}");
        }
    }

    #[test]
    fn a_declared_type_is_believed_but_for_what_states_itself() {
        for (declared, body, expected) in [
            ("application/json", &b"{}"[..], Reading::As(Format::Json)),
            ("application/ld+json", b"{}", Reading::As(Format::Json)),
            (
                "text/html",
                b"<rss version='2.0'>",
                Reading::As(Format::Xml),
            ),
            ("text/html", b"<svg>", Reading::Html),
            ("text/plain", b"<p>", Reading::As(Format::Plain)),
            ("text/plain", b"BEGIN:VCARD", Reading::As(Format::Card)),
            ("application/xml", b"<svg/>", Reading::Html),
            ("application/rss+xml", b"<rss>", Reading::As(Format::Xml)),
            ("text/javascript", b"x", Reading::As(Format::Script)),
            ("application/zip", b"PK", Reading::Binary),
            ("application/zip", b"<html>", Reading::Html),
        ] {
            let headers = Headers::from([("content-type", declared)]);
            assert_eq!(reading(&headers, body), expected, "{declared}");
        }
    }
}
