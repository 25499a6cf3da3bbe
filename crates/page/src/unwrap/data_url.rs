//! Documents inside of `data:` addresses (R14, RFC 2397).

use base64::Engine;

use crate::ascii::begins;

/// Longer addresses are not read. Browsers refuse some above 2 MB.
const MAX_BYTES: usize = 1 << 20;

/// Whether a reference is a `data:` address.
pub(crate) fn is_one(href: &str) -> bool {
    begins(href.trim_start(), "data:")
}

/// The text of a `data:` address that a browser shows as a document with links: HTML, XHTML, SVG or
/// XML. `None` for every other type. Linear in the address.
pub(crate) fn document(href: &str) -> Option<String> {
    let href = href.trim();
    if !is_one(href) || href.len() > MAX_BYTES {
        return None;
    }
    let (head, data) = href.get(5..)?.split_once(',')?;
    let head = head.to_ascii_lowercase();
    let kind = head.split(';').next().unwrap_or_default().trim();
    if !matches!(
        kind,
        "text/html" | "application/xhtml+xml" | "image/svg+xml" | "text/xml" | "application/xml"
    ) {
        return None;
    }
    let data = data.split('#').next().unwrap_or_default();
    let plain: Vec<u8> = percent_encoding::percent_decode_str(data).collect();
    let is_base64 = head.split(';').any(|part| part.trim() == "base64");
    let bytes = if is_base64 {
        let packed: Vec<u8> = plain
            .into_iter()
            .filter(|byte| !byte.is_ascii_whitespace() && *byte != b'=')
            .collect();
        base64::engine::general_purpose::STANDARD_NO_PAD
            .decode(packed)
            .ok()?
    } else {
        plain
    };
    let latin = head.contains("charset=iso-8859-1") || head.contains("charset=us-ascii");
    Some(if latin {
        encoding_rs::WINDOWS_1252.decode(&bytes).0.into_owned()
    } else if head.contains("charset=utf-16") {
        encoding_rs::UTF_16LE.decode(&bytes).0.into_owned()
    } else {
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_read_in_every_notation() {
        for href in [
            "data:text/html,<a href=x>",
            "DATA:Text/HTML;charset=utf-8,%3Ca%20href=x%3E",
            "data:text/html;base64,PGEgaHJlZj14Pg==",
            "data:text/html;charset=utf-8;base64,PGEgaHJlZj14Pg",
            " data:text/html;base64,PGEg aHJl\nZj14Pg%3D%3D",
            "data:image/svg+xml,<a href=x>",
        ] {
            assert_eq!(document(href).as_deref(), Some("<a href=x>"), "{href}");
        }
        for href in [
            "data:image/png;base64,AAAA",
            "data:,<a href=x>",
            "https://a.com/",
        ] {
            assert_eq!(document(href), None, "{href}");
        }
    }
}
