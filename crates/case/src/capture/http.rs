//! HTTP messages as captures have them: any line ending, folded lines, chunks left on.

use std::borrow::Cow;

use bytes::Bytes;
use model::{Headers, HttpVersion};

/// Header fields of a message that are read.
const FIELDS: usize = 1_000;

/// The head of an answer.
pub(super) struct Answered {
    pub(super) version: HttpVersion,
    pub(super) status: u16,
    pub(super) headers: Headers,
    /// Offset of what follows the head.
    pub(super) body: usize,
}

/// Reads the head of an answer; `None` where the block is none. Interim answers are left out.
pub(super) fn answer(block: &[u8]) -> Option<Answered> {
    let mut start = 0;
    // An interim answer is followed by another one; more than a few are no HTTP.
    for _ in 0..8 {
        let (line, headers, length) = head(block.get(start..)?);
        let mut words = line.split_ascii_whitespace();
        let version = match words.next()? {
            "HTTP/1.0" => HttpVersion::Http10,
            word if word.starts_with("HTTP/2") || word.starts_with("HTTP/3") => HttpVersion::Http2,
            word if word.starts_with("HTTP/") => HttpVersion::Http11,
            _ => return None,
        };
        let status: u16 = words.next()?.parse().ok()?;
        let body = start + length;
        let is_interim = (100..200).contains(&status) && status != 101;
        if !is_interim || !block[body..].starts_with(b"HTTP/") {
            return (100..1_000).contains(&status).then_some(Answered {
                version,
                status,
                headers,
                body,
            });
        }
        start = body;
    }
    None
}

/// Reads the head of a question: its method and header fields.
pub(super) fn question(block: &[u8]) -> (String, Headers) {
    let (line, headers, _) = head(block);
    let method = line.split_ascii_whitespace().next().unwrap_or_default();
    (method.to_owned(), headers)
}

/// First line, fields with names in lower case, and the offset of what follows.
fn head(block: &[u8]) -> (String, Headers, usize) {
    let mut at = 0;
    let mut first = None;
    let mut headers = Headers::default();
    while at < block.len() {
        let rest = &block[at..];
        let end = rest.iter().position(|byte| *byte == b'\n');
        let line = &rest[..end.unwrap_or(rest.len())];
        at += end.map_or(rest.len(), |end| end + 1);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() && first.is_some() {
            break;
        }
        let text = text_of(line);
        if first.is_none() {
            first = Some(text.into_owned());
        } else if text.starts_with([' ', '\t'])
            && let Some((_, value)) = headers.0.last_mut()
        {
            value.push(' ');
            value.push_str(text.trim());
        } else if let Some((name, value)) = text.split_once(':')
            && headers.0.len() < FIELDS
        {
            let name = name.trim().to_ascii_lowercase();
            headers.0.push((name, value.trim().to_owned()));
        }
    }
    (first.unwrap_or_default(), headers, at)
}

/// A line as text; the value of a field whose bytes are no UTF-8, as the field has it.
fn text_of(line: &[u8]) -> Cow<'_, str> {
    let text = String::from_utf8_lossy(line);
    let colon = line.iter().position(|byte| *byte == b':');
    match (text, colon) {
        (Cow::Owned(_), Some(colon)) => {
            let name = String::from_utf8_lossy(&line[..colon]).into_owned();
            let value = Headers::text_of(&name.trim().to_ascii_lowercase(), &line[colon + 1..]);
            Cow::Owned(format!("{name}:{value}"))
        }
        (text, _) => text,
    }
}

/// Takes the chunks off a payload, and says whether their end was there. A payload that does not
/// begin with a chunk is one from which they were taken already.
pub(super) fn without_chunks(payload: &Bytes) -> (Bytes, bool) {
    let mut out = Vec::new();
    let mut at = 0;
    loop {
        let rest = &payload[at..];
        let Some(end) = rest.iter().take(1_024).position(|byte| *byte == b'\n') else {
            return unless_plain(payload, out, at);
        };
        let Some(size) = size(&rest[..end]) else {
            return unless_plain(payload, out, at);
        };
        at += end + 1;
        if size == 0 {
            return (Bytes::from(out), true);
        }
        let Some(stop) = at.checked_add(size).filter(|stop| *stop <= payload.len()) else {
            out.extend_from_slice(&payload[at..]);
            return (Bytes::from(out), false);
        };
        out.extend_from_slice(&payload[at..stop]);
        at = stop;
        at += usize::from(payload[at..].starts_with(b"\r"));
        at += usize::from(payload[at..].starts_with(b"\n"));
    }
}

fn unless_plain(payload: &Bytes, out: Vec<u8>, at: usize) -> (Bytes, bool) {
    if at == 0 {
        (payload.clone(), true)
    } else {
        (Bytes::from(out), false)
    }
}

/// The size of a chunk, by its line.
fn size(line: &[u8]) -> Option<usize> {
    let text = std::str::from_utf8(line).ok()?;
    let digits = text.split(';').next()?.trim();
    let is_hex = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex.then(|| usize::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunks(payload: &str) -> (String, bool) {
        let (body, is_whole) = without_chunks(&Bytes::from(payload.to_owned()));
        (String::from_utf8(body.to_vec()).unwrap(), is_whole)
    }

    #[test]
    fn chunks_are_taken_off_as_far_as_they_go() {
        assert_eq!(
            chunks("3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"),
            ("abcde".into(), true)
        );
        assert_eq!(chunks("3\nabc\n0\n"), ("abc".into(), true));
        assert_eq!(chunks("3\r\nabc\r\nff\r\nde"), ("abcde".into(), false));
        assert_eq!(chunks("3\r\nabc\r\nzz\r\n"), ("abc".into(), false));
        assert_eq!(chunks("<p>plain\n"), ("<p>plain\n".into(), true));
    }

    #[test]
    fn sloppy_heads_are_read() {
        let block =
            b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 301 Moved\nLocation:/a\n  b\nbroken\n\nbody";
        let read = answer(block).unwrap();
        assert_eq!(read.status, 301);
        assert_eq!(read.headers.first("location"), Some("/a b"));
        assert_eq!(&block[read.body..], b"body");
        assert!(answer(b"<html>").is_none());
        assert!(answer(b"").is_none());
    }
}
