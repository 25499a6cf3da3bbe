//! HAR 1.2: what a browser or a proxy saw, as JSON. Entries are read one by one, so that a file
//! that ends early gives those that are whole.

use std::io::Read;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use model::{BodyCut, Headers, HttpVersion, PageUrl};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::shelf::{Filling, Stop};
use super::{Body, CaptureFault, Captured, Head, time};

/// Bytes of the longest file that is read: it is in memory as a whole.
const LONGEST: u64 = 2 << 30;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    #[serde(default)]
    pageref: Option<String>,
    #[serde(default)]
    started_date_time: String,
    #[serde(default)]
    time: f64,
    request: Request,
    response: Response,
    #[serde(default, rename = "serverIPAddress")]
    server: Option<String>,
    #[serde(default, rename = "_initiator")]
    initiator: Option<Initiator>,
    #[serde(default, rename = "_resourceType")]
    resource_type: Option<String>,
}

#[derive(Deserialize)]
struct Request {
    #[serde(default)]
    method: String,
    url: String,
    #[serde(default)]
    headers: Vec<Field>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Response {
    status: i64,
    #[serde(default)]
    http_version: String,
    #[serde(default)]
    headers: Vec<Field>,
    #[serde(default)]
    content: Content,
    #[serde(default, rename = "redirectURL")]
    redirect_url: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct Content {
    #[serde(default)]
    size: i64,
    #[serde(default)]
    mime_type: Option<String>,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    encoding: Option<String>,
}

#[derive(Deserialize)]
struct Field {
    name: String,
    #[serde(default)]
    value: String,
}

#[derive(Deserialize)]
struct Initiator {
    #[serde(default, rename = "type")]
    kind: String,
    #[serde(default)]
    url: Option<String>,
}

/// Reads every entry of a file.
pub(super) fn read(from: impl Read, bytes: u64, filling: &mut Filling) -> Result<(), Stop> {
    let mut text = Vec::new();
    from.take(LONGEST)
        .read_to_end(&mut text)
        .map_err(Stop::File)?;
    if bytes > LONGEST {
        filling.note(CaptureFault::Truncated, LONGEST, None);
    }
    match entries(&text) {
        Some(start) => read_entries(&text, start, filling)?,
        None => filling.note(CaptureFault::BrokenRecord, 0, None),
    }
    filling.end_file();
    Ok(())
}

/// Where the list of entries begins, behind its bracket. In JSON, a quotation mark inside of a
/// string has a backslash before it, so the name cannot be met in a text.
fn entries(text: &[u8]) -> Option<usize> {
    const NAME: &[u8] = b"\"entries\"";
    let mut from = 0;
    while let Some(at) = crate::warc::find(text.get(from..)?, NAME) {
        let mut after = from + at + NAME.len();
        from = after;
        for sign in [b':', b'['] {
            while text.get(after).is_some_and(u8::is_ascii_whitespace) {
                after += 1;
            }
            if text.get(after) != Some(&sign) {
                break;
            }
            after += 1;
            if sign == b'[' {
                return Some(after);
            }
        }
    }
    None
}

fn read_entries(text: &[u8], start: usize, filling: &mut Filling) -> Result<(), Stop> {
    let mut at = start;
    let mut pages: Vec<String> = Vec::new();
    loop {
        while text
            .get(at)
            .is_some_and(|byte| byte.is_ascii_whitespace() || *byte == b',')
        {
            at += 1;
        }
        let rest = text.get(at..).unwrap_or_default();
        if rest.first() == Some(&b']') {
            return Ok(());
        }
        // First as something, so that one of another form does not hide the next.
        let mut whole = serde_json::Deserializer::from_slice(rest).into_iter::<IgnoredAny>();
        let is_there = matches!(whole.next(), Some(Ok(_)));
        let length = whole.byte_offset();
        if !is_there || length == 0 {
            filling.note(CaptureFault::Truncated, at as u64, None);
            return Ok(());
        }
        match serde_json::from_slice::<Entry>(&rest[..length]) {
            Ok(entry) => take(entry, at as u64, &mut pages, filling)?,
            Err(_) => filling.note(CaptureFault::BrokenRecord, at as u64, None),
        }
        at += length;
    }
}

fn take(entry: Entry, at: u64, pages: &mut Vec<String>, filling: &mut Filling) -> Result<(), Stop> {
    let Ok(address) = PageUrl::parse(&entry.request.url) else {
        filling.pass_over(); // data:, blob:, ws: and the like
        return Ok(());
    };
    if !matches!(entry.request.method.as_str(), "GET" | "") {
        filling.note(CaptureFault::OtherMethod, at, Some(address));
        return Ok(());
    }
    let status = u16::try_from(entry.response.status).unwrap_or(0);
    if !(100..1_000).contains(&status) {
        // Blocked, aborted, or taken from nowhere: there is no answer.
        filling.note(CaptureFault::MissingBody, at, Some(address));
        return Ok(());
    }
    let is_document = entry.resource_type.as_deref() == Some("document");
    if let Some(page) = &entry.pageref
        && !pages.contains(page)
    {
        pages.push(page.clone());
        filling.seed(address.clone());
    }
    let mut head = head(&entry, &address);
    let (payload, is_missing) = body(&entry.response, status);
    if is_missing {
        filling.note(CaptureFault::MissingBody, at, Some(address.clone()));
        head.cut = Some(BodyCut::Incomplete);
    }
    let longest = usize::try_from(filling.longest).unwrap_or(usize::MAX);
    let payload = if payload.len() > longest {
        head.cut = Some(BodyCut::WireBudget);
        payload.slice(..longest)
    } else {
        payload
    };
    let led_from = is_document
        .then(|| led_from(&entry, &head))
        .flatten()
        .filter(|from| *from != address);
    filling.add(Captured {
        address,
        status,
        head,
        payload: Body::Here(payload),
        at,
        is_document,
        led_from,
        names: Vec::new(),
    })
}

/// The page whose script led to a document: the one that the request names, else the one whose
/// script it was.
fn led_from(entry: &Entry, head: &Head) -> Option<PageUrl> {
    let initiator = entry.initiator.as_ref()?;
    if initiator.kind != "script" {
        return None;
    }
    let by_url = || PageUrl::parse(initiator.url.as_deref()?).ok();
    head.referrer().or_else(by_url)
}

fn head(entry: &Entry, address: &PageUrl) -> Head {
    let mut headers = fields(&entry.response.headers);
    // HTTP/2 has fields of its own in some browsers' files.
    headers.0.retain(|(name, _)| !name.starts_with(':'));
    restate(&mut headers, &entry.response);
    let ip = entry.server.as_deref().unwrap_or_default();
    let ip = ip.trim_start_matches('[').trim_end_matches(']').parse();
    let mut request_headers = fields(&entry.request.headers);
    request_headers.0.retain(|(name, _)| !name.starts_with(':'));
    Head {
        version: match entry.response.http_version.to_ascii_lowercase().as_str() {
            "http/1.0" => HttpVersion::Http10,
            version if version.contains('2') || version.contains('3') => HttpVersion::Http2,
            _ => HttpVersion::Http11,
        },
        has_headers: true,
        headers,
        request_headers,
        peer: ip
            .ok()
            .map(|ip| std::net::SocketAddr::new(ip, address.port())),
        started: time(&entry.started_date_time),
        elapsed: Duration::try_from_secs_f64(entry.time.max(0.0) / 1_000.0).unwrap_or_default(),
        cut: None,
        is_decoded: true,
    }
}

/// A HAR has the text of a body, decoded: fields that speak of its coding and charset on the wire
/// are kept under another name.
fn restate(headers: &mut Headers, response: &Response) {
    let is_text = response.content.text.is_some()
        && !response.content.encoding.as_deref().is_some_and(is_base64);
    let mut kind = None;
    for (name, value) in &mut headers.0 {
        match name.as_str() {
            "content-encoding" | "content-length" | "transfer-encoding" => {
                name.insert_str(0, "x-archive-orig-");
            }
            "content-type" if is_text && value.to_ascii_lowercase().contains("charset") => {
                kind = value.split(';').next().map(str::to_owned);
                name.insert_str(0, "x-archive-orig-");
            }
            _ => {}
        }
    }
    if headers.first("content-type").is_none() {
        let stated = response.content.mime_type.as_deref().unwrap_or_default();
        let stated = stated.split(';').next().unwrap_or_default().trim();
        let kind = kind.unwrap_or_else(|| stated.to_owned());
        if kind.contains('/') && kind != "x-unknown" {
            let charset = if is_text { "; charset=utf-8" } else { "" };
            headers
                .0
                .push(("content-type".to_owned(), format!("{kind}{charset}")));
        }
    }
    let target = response.redirect_url.as_deref().unwrap_or_default();
    if !target.is_empty() && headers.first("location").is_none() {
        headers.0.push(("location".to_owned(), target.to_owned()));
    }
}

fn is_base64(encoding: &str) -> bool {
    encoding.eq_ignore_ascii_case("base64")
}

/// The body, and whether it is missing although there was one.
fn body(response: &Response, status: u16) -> (Bytes, bool) {
    let content = &response.content;
    let Some(text) = &content.text else {
        let had_one =
            content.size > 0 && !matches!(status, 204 | 301 | 302 | 303 | 304 | 307 | 308);
        return (Bytes::new(), had_one);
    };
    if content.encoding.as_deref().is_some_and(is_base64) {
        let packed: Vec<u8> = text
            .bytes()
            .filter(|byte| !byte.is_ascii_whitespace())
            .collect();
        return match STANDARD.decode(packed) {
            Ok(bytes) => (Bytes::from(bytes), false),
            Err(_) => (Bytes::new(), true),
        };
    }
    (Bytes::from(text.clone()), false)
}

fn fields(fields: &[Field]) -> Headers {
    let owned = |field: &Field| {
        // One value may hold several lines, as browsers write repeated fields.
        let values: Vec<&str> = field.value.split('\n').collect();
        let name = field.name.to_ascii_lowercase();
        values
            .into_iter()
            .map(move |value| (name.clone(), value.trim().to_owned()))
            .collect::<Vec<_>>()
    };
    Headers(fields.iter().flat_map(owned).take(1_000).collect())
}
