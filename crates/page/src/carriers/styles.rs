//! References in style sheets and `style` attributes, and text that a style sheet writes (V41).

use std::ops::Range;

use model::{Carrier, HopKind, ResourceKind, Technique, Visibility};

use crate::ascii::begins;
use crate::carriers::{Walk, in_comment};
use crate::outline::Index;
use crate::text_url;

/// At most so many references of one sheet are kept.
const MAX_KEPT: usize = 300;

/// A reference of a style sheet.
#[derive(Debug, PartialEq, Eq)]
struct Reference {
    href: String,
    at: Range<usize>,
    kind: ResourceKind,
}

impl Walk<'_, '_> {
    /// A `style` element.
    pub(crate) fn style_element(&mut self, index: Index) {
        let outline = self.outline;
        for (at, text) in outline.texts(index) {
            self.style_references(index, text, Some(at));
            self.written_by_style(index, text, at);
            self.style_comments(index, text);
        }
    }

    /// Addresses in the comments of a style sheet within the page.
    fn style_comments(&mut self, index: Index, css: &str) {
        for at in memchr::memmem::find_iter(css.as_bytes(), b"/*").take(MAX_KEPT) {
            let rest = &css[at + 2..];
            let comment = rest.split("*/").next().unwrap_or_default();
            if comment.contains("://") {
                let visibility = in_comment(self.outline.span(index));
                self.written_in(index, comment, Carrier::Comment, &visibility);
            }
        }
    }

    /// What a style sheet, or a `style` attribute, loads.
    pub(crate) fn style_references(&mut self, index: Index, css: &str, node: Option<Index>) {
        let carrier = if node.is_some() {
            Carrier::StyleSheet
        } else {
            Carrier::StyleAttribute
        };
        for reference in references(css) {
            let span = node.and_then(|node| self.part_of(node, css, &reference.at));
            let span = span.or_else(|| self.outline.span(index));
            let base = self.base.clone();
            self.found
                .resource_with(&reference.href, &base, reference.kind, Some(carrier), span);
        }
    }

    /// Where a part of a raw text stands in the body.
    fn part_of(&self, node: Index, text: &str, at: &Range<usize>) -> Option<model::Span> {
        let start = self.span_inside(node, text, at.start)?.start;
        let end = self.span_inside(node, text, at.end)?.start;
        Some(model::Span { start, end })
    }

    /// Addresses in the strings of `content`.
    fn written_by_style(&mut self, index: Index, css: &str, node: Index) {
        for (text, at) in contents(css) {
            for written in text_url::find(&text) {
                let (kind, carrier) = (HopKind::TextUrl, Carrier::StyleContent);
                let mut link = self.link_on(index, &written.written, kind, carrier);
                link.text = crate::outline::collapse(&text, 200);
                link.target = Some(written.target);
                link.span = self.part_of(node, css, &at).or(link.span);
                for technique in written.techniques {
                    link.note(technique);
                }
                link.note(Technique::GENERATED_TEXT);
                let why = "a style sheet writes it, where its rule applies".to_owned();
                link.visibility = Visibility::Unknown(why, Vec::new());
                self.add(link);
            }
        }
    }
}

/// The references of a style sheet: `url()`, `src()`, `image-set()` and `@import`. One pass over
/// its opening parentheses and one over its at-signs.
fn references(css: &str) -> Vec<Reference> {
    let mut found = Vec::new();
    let bytes = css.as_bytes();
    for open in memchr::memchr_iter(b'(', bytes) {
        if found.len() >= MAX_KEPT {
            break;
        }
        let before = &bytes[open.saturating_sub(9)..open];
        let ends = |name: &[u8]| {
            before.len() >= name.len()
                && before[before.len() - name.len()..].eq_ignore_ascii_case(name)
        };
        if ends(b"url") || ends(b"src") {
            if let Some((href, at)) = argument(css, open + 1) {
                let imported = bytes[..open]
                    .iter()
                    .rposition(|byte| matches!(byte, b';' | b'}' | b'{' | b'@'))
                    .is_some_and(|at| open - at < 40 && starts_import(&css[at..]));
                found.push(reference(href, at, imported));
            }
        } else if ends(b"image-set") {
            let end = css[open..].find([';', '}']).map_or(css.len(), |n| open + n);
            let mut at = open + 1;
            while let Some(quote) = css[at..end].find(['"', '\'']) {
                let start = at + quote;
                let Some((href, place)) = argument(css, start) else {
                    break;
                };
                at = (place.end + 1).min(end);
                // `type("image/avif")` names no address.
                if !css[..start].ends_with("type(")
                    && !css[..start].to_ascii_lowercase().ends_with("url(")
                {
                    found.push(reference(href, place, false));
                }
                if !css.is_char_boundary(at) || at >= end {
                    break;
                }
            }
        }
    }
    for sign in memchr::memchr_iter(b'@', bytes).take(MAX_KEPT) {
        if starts_import(&css[sign..]) {
            let from = sign + 7 + css[sign + 7..].len() - css[sign + 7..].trim_start().len();
            if css[from..].starts_with(['"', '\''])
                && let Some((href, at)) = argument(css, from)
            {
                found.push(reference(href, at, true));
            }
        }
    }
    found
}

fn starts_import(css: &str) -> bool {
    begins(css, "@import")
}

fn reference(href: String, at: Range<usize>, imported: bool) -> Reference {
    let lower = href
        .split(['?', '#'])
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let is_font = [".woff", ".woff2", ".ttf", ".otf", ".eot"]
        .iter()
        .any(|end| lower.ends_with(end));
    let kind = match (imported, is_font) {
        (true, _) => ResourceKind::Stylesheet,
        (_, true) => ResourceKind::Font,
        _ => ResourceKind::Image,
    };
    Reference { href, at, kind }
}

/// The address that begins at `from`, quoted or not, without escapes; none where it is empty, a
/// fragment or a `data:` address.
fn argument(css: &str, from: usize) -> Option<(String, Range<usize>)> {
    let rest = css.get(from..)?;
    let start = from + rest.len() - rest.trim_start().len();
    let rest = &css[start..];
    let (start, end) = match rest.chars().next()? {
        quote @ ('"' | '\'') => {
            let end = rest[1..].find([quote, '\n'])?;
            (start + 1, start + 1 + end)
        }
        _ => {
            let end = rest.find([')', '\n', '"', '\'', '('])?;
            (start, start + rest[..end].trim_end().len())
        }
    };
    let written = &css[start..end];
    let is_nothing = written.is_empty() || written.starts_with('#') || written.starts_with("data:");
    (!is_nothing && written.len() < 4_096).then(|| (unescape(written), start..end))
}

/// CSS escapes undone.
fn unescape(text: &str) -> String {
    if !text.contains('\\') {
        return text.to_owned();
    }
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\\' {
            plain.push(c);
            continue;
        }
        let mut code = 0;
        let mut digits = 0;
        while let Some(digit) = chars
            .peek()
            .and_then(|c| c.to_digit(16))
            .filter(|_| digits < 6)
        {
            code = code * 16 + digit;
            digits += 1;
            chars.next();
        }
        if digits == 0 {
            plain.extend(chars.next().filter(|c| *c != '\n'));
            continue;
        }
        plain.extend(char::from_u32(code));
        if chars.peek().is_some_and(char::is_ascii_whitespace) {
            chars.next();
        }
    }
    plain
}

/// The strings of `content` declarations that are long enough for an address, with their places.
/// Strings that follow each other are one text, as they are on the screen.
fn contents(css: &str) -> Vec<(String, Range<usize>)> {
    let mut found = Vec::new();
    for at in memchr::memmem::find_iter(css.as_bytes(), b"content") {
        let rest = &css[at + 7..];
        let trimmed = rest.trim_start();
        let Some(value) = trimmed.strip_prefix(':') else {
            continue;
        };
        let start = css.len() - value.len();
        let end = value.find([';', '}']).map_or(css.len(), |end| start + end);
        let value = &css[start..end];
        if value.len() > 4_000
            || value.len() < 6
            || !value.contains(['"', '\''])
            || !value.contains(['.', '@', '\\', ' '])
        {
            continue;
        }
        let mut text = String::new();
        let mut rest = value;
        while let Some(open) = rest.find(['"', '\'']) {
            let quote = if rest[open..].starts_with('"') {
                '"'
            } else {
                '\''
            };
            let inner = &rest[open + 1..];
            let close = inner.find(quote).unwrap_or(inner.len());
            text.push_str(&unescape(&inner[..close]));
            rest = inner.get(close + 1..).unwrap_or_default();
        }
        if text.len() > 4 && found.len() < MAX_KEPT {
            found.push((text, start..end));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_references_of_a_sheet_are_found() {
        let css = "@import 'a.css'; @import url(b.css) print; p{background:url( \"c.png\" ),URL(d\\.png);x:url(#n)}
            @font-face{src:url(e.woff2)} i{background:image-set('f.png' 1x, url(g.png) 2x, 'h.avif' type('image/avif'))}";
        let mut found: Vec<(String, ResourceKind)> = references(css)
            .into_iter()
            .map(|r| (r.href, r.kind))
            .collect();
        found.sort();
        let (sheet, image) = (ResourceKind::Stylesheet, ResourceKind::Image);
        let expected = [
            ("a.css", sheet),
            ("b.css", sheet),
            ("c.png", image),
            ("d.png", image),
            ("e.woff2", ResourceKind::Font),
            ("f.png", image),
            ("g.png", image),
            ("h.avif", image),
        ]
        .map(|(href, kind)| (href.to_owned(), kind));
        assert_eq!(found, expected);
    }

    #[test]
    fn strings_that_a_sheet_writes_are_one_text() {
        let css = "a::after{content:'shop.' \"exam\" 'ple.com'} b{content:''}";
        assert_eq!(contents(css)[0].0, "shop.example.com");
        assert_eq!(contents(css).len(), 1);
    }
}
