//! From bytes to text: what kind of document it is, in which charset, and where each character
//! of the text stood in the bytes.

use std::borrow::Cow;

use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE};
use model::{Headers, Note, NoteKind, Span};

/// The text of a body, with the way back to its bytes.
pub(crate) struct Decoded<'a> {
    /// The text.
    pub(crate) text: Cow<'a, str>,
    /// Offsets.
    pub(crate) map: OffsetMap,
    /// A word on the charset, when it was guessed or is broken.
    pub(crate) note: Option<Note>,
}

/// Maps offsets in the text to offsets in the body. Piecewise linear: between two points both
/// grow alike, so a body without surprises costs one point.
#[derive(Debug, Default)]
pub(crate) struct OffsetMap {
    points: Vec<(usize, usize)>,
    body_bytes: usize,
}

impl OffsetMap {
    fn starting_at(skipped: usize, body_bytes: usize) -> Self {
        Self {
            points: vec![(0, skipped)],
            body_bytes,
        }
    }

    /// For a text that stands in no body of its own: offsets stay as they are.
    pub(crate) fn identity(bytes: usize) -> Self {
        Self::starting_at(0, bytes)
    }

    /// Notes that the text at `text` stood at `body`, when that does not follow from before.
    fn note(&mut self, text: usize, body: usize) {
        if let Some(&(last_text, last_body)) = self.points.last() {
            if body.wrapping_sub(last_body) == text - last_text {
                return;
            }
            if last_text == text {
                self.points.pop();
            }
        }
        self.points.push((text, body));
    }

    /// The offset in the body of an offset in the text. O(log points).
    fn body_offset(&self, text: usize) -> usize {
        let next = self.points.partition_point(|&(at, _)| at <= text);
        let Some(&(at, body)) = next.checked_sub(1).and_then(|i| self.points.get(i)) else {
            return 0;
        };
        let limit = self.points.get(next).map_or(self.body_bytes, |p| p.1);
        (body + (text - at))
            .min(limit.max(body))
            .min(self.body_bytes)
    }

    /// The span in the body of a range of the text.
    pub(crate) fn span(&self, start: usize, end: usize) -> Span {
        let start = self.body_offset(start);
        Span {
            start,
            end: self.body_offset(end).max(start),
        }
    }
}

/// Decodes a body. Order of trust: byte order mark, `Content-Type`, `meta` in the first 1,024
/// bytes, the declaration of an XML document or a stylesheet, a guess from all bytes.
pub(crate) fn decode<'a>(headers: &Headers, body: &'a [u8]) -> Decoded<'a> {
    if let Some((encoding, skipped)) = Encoding::for_bom(body) {
        return decode_as(encoding, body, skipped, None);
    }
    let mut types = headers.declared_types();
    if let Some(encoding) = types.find_map(|declared| charset_parameter(declared.written)) {
        return decode_as(encoding, body, 0, None);
    }
    if let Some(encoding) = meta_charset(body.get(..1024).unwrap_or(body)) {
        return decode_as(encoding, body, 0, None);
    }
    if let Some(encoding) = stated_at_start(body) {
        return decode_as(encoding, body, 0, None);
    }
    if body.is_ascii() || std::str::from_utf8(body).is_ok() {
        return decode_as(UTF_8, body, 0, None);
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(body, true);
    let encoding = detector.guess(None, chardetng::Utf8Detection::Allow);
    let note = Note {
        kind: NoteKind::Charset,
        text: format!("no charset is stated; read as {}", encoding.name()),
        span: None,
    };
    decode_as(encoding, body, 0, Some(note))
}

fn charset_parameter(content_type: &str) -> Option<&'static Encoding> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let label = value.trim().trim_matches(['"', '\'']);
        (name.trim().eq_ignore_ascii_case("charset"))
            .then(|| Encoding::for_label(label.as_bytes()))
            .flatten()
    })
}

/// The charset that a `meta` in `head` states, by a scan for `charset` inside of `meta` tags.
/// UTF-16 stated in ASCII bytes means UTF-8, as the standard has it.
fn meta_charset(head: &[u8]) -> Option<&'static Encoding> {
    let head = head.to_ascii_lowercase();
    let mut rest = head.as_slice();
    while let Some(at) = memchr::memmem::find(rest, b"<meta") {
        rest = &rest[at + 5..];
        let tag = &rest[..memchr::memchr(b'>', rest).unwrap_or(rest.len())];
        let Some(name) = memchr::memmem::find(tag, b"charset") else {
            continue;
        };
        let value = tag[name + 7..].trim_ascii_start();
        let Some(value) = value.strip_prefix(b"=") else {
            continue;
        };
        let mut value = value.trim_ascii_start();
        while let [b'"' | b'\'', rest @ ..] = value {
            value = rest;
        }
        let ends = |byte: &u8| matches!(byte, b'"' | b'\'' | b';' | b' ' | b'/' | b'>');
        let label = &value[..value.iter().position(ends).unwrap_or(value.len())];
        if let Some(encoding) = Encoding::for_label(label) {
            let wide = encoding == UTF_16LE || encoding == UTF_16BE;
            return Some(if wide { UTF_8 } else { encoding });
        }
    }
    None
}

/// The charset that `<?xml encoding="…"?>` or `@charset "…"` states, which must stand first.
fn stated_at_start(body: &[u8]) -> Option<&'static Encoding> {
    let head = body.get(..256).unwrap_or(body);
    let rest = if head.starts_with(b"<?xml") {
        let end = head.windows(2).position(|pair| pair == b"?>")?;
        let at = head[..end]
            .windows(8)
            .position(|name| name == b"encoding")?;
        head[at + 8..end].trim_ascii_start().strip_prefix(b"=")?
    } else {
        head.strip_prefix(b"@charset ")?
    };
    let rest = rest.trim_ascii_start();
    let quote = *rest.first().filter(|quote| matches!(quote, b'"' | b'\''))?;
    let label = rest[1..].split(|&byte| byte == quote).next()?;
    let encoding = Encoding::for_label(label)?;
    let wide = encoding == UTF_16LE || encoding == UTF_16BE;
    Some(if wide { UTF_8 } else { encoding })
}

fn decode_as<'a>(
    encoding: &'static Encoding,
    body: &'a [u8],
    skipped: usize,
    note: Option<Note>,
) -> Decoded<'a> {
    let bytes = &body[skipped.min(body.len())..];
    let mut map = OffsetMap::starting_at(skipped, body.len());
    if encoding == UTF_8 {
        let (text, broken) = decode_utf8(bytes, skipped, &mut map);
        let note = if broken {
            Some(Note {
                kind: NoteKind::Charset,
                text: "some bytes are not valid UTF-8".to_owned(),
                span: None,
            })
        } else {
            note
        };
        return Decoded { text, map, note };
    }
    if keeps_no_state(encoding)
        && bytes.is_ascii()
        && let Ok(text) = std::str::from_utf8(bytes)
    {
        return Decoded {
            text: Cow::Borrowed(text),
            map,
            note,
        };
    }
    let text = decode_other(encoding, bytes, skipped, &mut map);
    Decoded {
        text: Cow::Owned(text),
        map,
        note,
    }
}

fn decode_utf8<'a>(bytes: &'a [u8], skipped: usize, map: &mut OffsetMap) -> (Cow<'a, str>, bool) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (Cow::Borrowed(text), false);
    }
    let mut text = String::with_capacity(bytes.len() + 64);
    let mut at = skipped;
    for chunk in bytes.utf8_chunks() {
        map.note(text.len(), at);
        text.push_str(chunk.valid());
        at += chunk.valid().len();
        if !chunk.invalid().is_empty() {
            map.note(text.len(), at);
            text.push(char::REPLACEMENT_CHARACTER);
            at += chunk.invalid().len();
        }
    }
    map.note(text.len(), at);
    (Cow::Owned(text), true)
}

/// Whether a byte of ASCII, wherever it stands alone, is the character of that number.
fn keeps_no_state(encoding: &'static Encoding) -> bool {
    encoding.is_ascii_compatible() && encoding != ISO_2022_JP
}

/// Decodes byte by byte, so that each character's place is known; runs of ASCII go at once where
/// the encoding keeps no state.
fn decode_other(
    encoding: &'static Encoding,
    bytes: &[u8],
    skipped: usize,
    map: &mut OffsetMap,
) -> String {
    let stateless = keeps_no_state(encoding);
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(bytes.len() * 2);
    let mut pending = false;
    let mut first = 0;
    let mut at = 0;
    while at < bytes.len() {
        if stateless && !pending && bytes[at].is_ascii() {
            let run = bytes[at..].iter().take_while(|b| b.is_ascii()).count();
            map.note(text.len(), skipped + at);
            // The run is ASCII, so the lossy conversion borrows and loses nothing.
            text.push_str(&String::from_utf8_lossy(&bytes[at..at + run]));
            at += run;
            continue;
        }
        if !pending {
            first = at;
        }
        let before = text.len();
        text.reserve(16);
        let (_, _, _) = decoder.decode_to_string(&bytes[at..=at], &mut text, false);
        pending = text.len() == before;
        if !pending {
            let after = text.len();
            map.note(before, skipped + first);
            map.note(after, skipped + at + 1);
        }
        at += 1;
    }
    text.reserve(16);
    let (_, _, _) = decoder.decode_to_string(&[], &mut text, true);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(content_type: &str) -> Headers {
        Headers::from([("content-type", content_type)])
    }

    #[test]
    fn offsets_lead_back_to_the_bytes_of_a_single_byte_charset() {
        let body = b"caf\xE9 <a href=x>";
        let decoded = decode(&html("text/html; charset=windows-1252"), body);
        let at = decoded.text.find("<a").unwrap();
        let span = decoded.map.span(at, decoded.text.len());
        assert_eq!(&body[span.start..span.end], b"<a href=x>");
    }

    #[test]
    fn offsets_lead_back_to_the_bytes_of_a_multi_byte_charset() {
        let (body, _, _) = encoding_rs::SHIFT_JIS.encode("日本語 <a href=x>リンク</a>");
        let decoded = decode(&html("text/html; charset=shift_jis"), &body);
        let at = decoded.text.find("<a").unwrap();
        let span = decoded.map.span(at, at + 10);
        assert_eq!(&body[span.start..span.end], b"<a href=x>");
    }

    #[test]
    fn offsets_skip_broken_utf8_and_a_byte_order_mark() {
        let body = b"\xEF\xBB\xBF\xFF\xFE<a>";
        let decoded = decode(&Headers::default(), body);
        let at = decoded.text.find("<a>").unwrap();
        let span = decoded.map.span(at, at + 3);
        assert_eq!(&body[span.start..span.end], b"<a>");
    }

    #[test]
    fn a_byte_order_mark_beats_the_header() {
        let mut body = vec![0xFF, 0xFE];
        body.extend("<p>é".encode_utf16().flat_map(u16::to_le_bytes));
        let decoded = decode(&html("text/html; charset=utf-8"), &body);
        assert_eq!(decoded.text, "<p>é");
    }

    #[test]
    fn the_charset_is_found_in_a_meta() {
        let body = b"<meta charset=\"iso-8859-2\">\xB1";
        assert!(decode(&Headers::default(), body).text.ends_with('ą'));
        let body = b"<meta http-equiv=content-type content='text/html; charset=windows-1251'>\xE0";
        assert!(decode(&Headers::default(), body).text.ends_with('а'));
    }

    #[test]
    fn the_charset_is_found_in_an_xml_declaration_and_in_a_charset_rule() {
        let body = b"<?xml version='1.0' encoding='windows-1251'?><a>\xE0</a>";
        assert!(decode(&Headers::default(), body).text.contains('а'));
        let body = b"@charset \"iso-8859-2\"; a{content:'\xB1'}";
        assert!(decode(&Headers::default(), body).text.contains('ą'));
    }
}
