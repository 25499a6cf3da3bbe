//! HTTP messages as blocks of records, and back.

use model::{Answer, Exchange, Headers};

use super::EvidenceFault;

/// Put before the name of a field that no longer describes the block.
const ORIGINAL: &str = "X-Archive-Orig-";
/// The length of the block, where it is not the one that was received.
const LENGTH: &str = "Content-Length";

/// The status line and header fields of an answer. The transfer coding is off and a body may be
/// cut, so fields that would make a reader stumble are kept under another name.
pub(crate) fn response_head(answer: &Answer) -> Vec<u8> {
    let length = answer.payload.len().to_string();
    let mut stated = answer.headers.all("content-length");
    let is_right = stated.next() == Some(&length) && stated.next().is_none();
    // HTTP/2 has no status line: the field WARC-Protocol says what was spoken.
    let version = match answer.version {
        model::HttpVersion::Http10 => "HTTP/1.0",
        _ => "HTTP/1.1",
    };
    let mut head = format!("{version} {:03} \r\n", answer.status);
    for (name, value) in &answer.headers.0 {
        match name.as_str() {
            "transfer-encoding" => push_field(&mut head, "X-Archive-Orig-Transfer-Encoding", value),
            "content-length" if !is_right => {
                push_field(&mut head, "X-Archive-Orig-Content-Length", value);
            }
            _ => push_field(&mut head, name, value),
        }
    }
    if !is_right {
        push_field(&mut head, LENGTH, &length);
    }
    head.push_str("\r\n");
    head.into_bytes()
}

/// The request line and header fields that were sent.
pub(crate) fn request_block(exchange: &Exchange) -> Vec<u8> {
    let url = exchange.ask.address.as_url();
    let mut head = format!("GET {}", url.path());
    if let Some(query) = url.query() {
        head.push('?');
        head.push_str(query);
    }
    head.push_str(" HTTP/1.1\r\n");
    for (name, value) in &exchange.request_headers.0 {
        push_field(&mut head, name, value);
    }
    head.push_str("\r\n");
    head.into_bytes()
}

/// A line break in a name or value cannot come from HTTP; should it come, it does not get through.
fn push_field(head: &mut String, name: &str, value: &str) {
    let clean = |text: &str| text.replace(['\r', '\n', '\0'], " ");
    head.push_str(&clean(name));
    head.push_str(": ");
    head.push_str(&clean(value));
    head.push_str("\r\n");
}

/// Start line, header fields as they were received, and the offset of the payload.
pub(crate) fn parse_head(block: &[u8]) -> Result<(&str, Headers, usize), EvidenceFault> {
    let end = find(block, b"\r\n\r\n").ok_or(EvidenceFault::NotHttp)?;
    let head = std::str::from_utf8(&block[..end]).map_err(|_| EvidenceFault::NotHttp)?;
    let mut lines = head.split("\r\n");
    let start = lines.next().ok_or(EvidenceFault::NotHttp)?;
    let mut headers = Headers::default();
    for line in lines {
        let (name, value) = line.split_once(": ").ok_or(EvidenceFault::NotHttp)?;
        match name.strip_prefix(ORIGINAL) {
            Some(name) => headers
                .0
                .push((name.to_ascii_lowercase(), value.to_owned())),
            None if name == LENGTH => {}
            None => headers.0.push((name.to_owned(), value.to_owned())),
        }
    }
    Ok((start, headers, end + 4))
}

/// The status in a status line.
pub(crate) fn status(line: &str) -> Result<u16, EvidenceFault> {
    line.split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .ok_or(EvidenceFault::NotHttp)
}

pub(crate) fn find(text: &[u8], pattern: &[u8]) -> Option<usize> {
    text.windows(pattern.len())
        .position(|window| window == pattern)
}
