//! Content codings, taken off a payload.

mod brotli;
mod zstd;

use std::io::{self, BufRead, BufReader, Read};

use bytes::Bytes;
use flate2::bufread::{DeflateDecoder, GzDecoder, MultiGzDecoder, ZlibDecoder};
use model::{BodyCut, Headers};

use brotli::BrotliDecoder;
use zstd::ZstdDecoder;

/// More codings than this on one body are no coding but an attack.
const MOST: usize = 5;
/// Bytes that are looked at to tell text from other data.
const HEAD: usize = 1_445;
/// Decoded bytes asked for at a time.
const STEP: usize = 32 << 10;

/// Bytes to be read, of whatever make.
type Source<'a> = Box<dyn BufRead + 'a>;

/// A coding that can be taken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coding {
    Gzip,
    /// A file of gzip: all of its members, one behind the other.
    GzipFile,
    Deflate,
    Brotli,
    Zstd,
}

/// The codings of a body, in the order in which they were put on.
///
/// A coding that nobody knows means, as in browsers, that the body is taken as it is; too many give
/// `None`.
pub(crate) fn codings(headers: &Headers) -> Option<Vec<Coding>> {
    let mut codings = Vec::new();
    let words = headers
        .all("content-encoding")
        .flat_map(|value| value.split(','))
        .map(|word| word.trim().to_ascii_lowercase());
    for word in words {
        codings.push(match word.as_str() {
            "" | "identity" => continue,
            "gzip" | "x-gzip" => Coding::Gzip,
            "deflate" => Coding::Deflate,
            "br" => Coding::Brotli,
            "zstd" => Coding::Zstd,
            _ => return Some(Vec::new()),
        });
    }
    (codings.len() <= MOST).then_some(codings)
}

/// Whether a payload that is taken as it is cannot be what it says: it names a coding that nobody
/// knows, for the content or for the transfer, declares a text, and holds bytes that no text has
/// (the binary data bytes of the WHATWG). Many name a coding that is none (`utf-8`, `none`) on what
/// can be read well.
pub(crate) fn is_locked(headers: &Headers, payload: &[u8]) -> bool {
    let names_other = |field: &str, known: &[&str]| {
        let words = headers.all(field).flat_map(|value| value.split(','));
        let mut words = words.map(|word| word.trim().to_ascii_lowercase());
        words.any(|word| !known.contains(&word.as_str()))
    };
    let is_coded = names_other(
        "content-encoding",
        &["", "identity", "gzip", "x-gzip", "deflate", "br", "zstd"],
    ) || names_other("transfer-encoding", &["", "identity", "chunked"]);
    let is_text = || {
        let declared = headers.declared_types().next();
        declared.is_some_and(|declared| {
            let essence = declared.essence;
            let words = ["html", "xml", "json", "javascript"];
            essence.starts_with("text/") || words.iter().any(|word| essence.contains(word))
        })
    };
    let has_mark = || {
        [&b"\xff\xfe"[..], b"\xfe\xff"]
            .iter()
            .any(|mark| payload.starts_with(mark))
    };
    let is_binary = |byte: &u8| matches!(byte, 0..=0x08 | 0x0B | 0x0E..=0x1A | 0x1C..=0x1F);
    is_coded && is_text() && !has_mark() && payload.iter().take(HEAD).any(is_binary)
}

/// How much a payload may inflate to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Inflation {
    /// Decoded bytes.
    pub(crate) bytes: usize,
    /// Decoded bytes for each byte of the payload, beyond the first [`RATIO_FREE`].
    pub(crate) ratio: u32,
}

/// Decoded bytes that no ratio is asked of: a small body harms nobody, however well it packs.
const RATIO_FREE: usize = 1 << 20;

impl Inflation {
    /// The decoded bytes that a payload of `received` bytes may have, and what is said of a longer
    /// one.
    pub(crate) fn of(self, received: usize) -> (usize, BodyCut) {
        let ratio = usize::try_from(self.ratio).unwrap_or(usize::MAX);
        let most = received.saturating_mul(ratio).max(RATIO_FREE);
        if most < self.bytes {
            (most, BodyCut::RatioBudget)
        } else {
            (self.bytes, BodyCut::DecodedBudget)
        }
    }
}

/// Takes `codings` off `payload`, the last one first, up to `budget` decoded bytes. A longer body is
/// cut there, for the reason `beyond`.
///
/// What a broken coding gave before it broke is kept. Codings that are stacked are taken off in
/// step, so that no more than the budget and a few buffers are ever held.
pub(crate) fn decode(
    payload: &[u8],
    codings: &[Coding],
    (budget, beyond): (usize, BodyCut),
) -> Decoded {
    let mut body = Vec::new();
    let cut = match decode_into(&mut body, payload, codings, budget) {
        Ok(End::Whole) => None,
        Ok(End::Budget) => Some(beyond),
        Err(_) => Some(BodyCut::BrokenCoding),
    };
    body.shrink_to_fit();
    Decoded { body, cut }
}

/// The payload of an answer with the content codings off that its header fields name, up to
/// `longest` decoded bytes, and why that is not the whole.
///
/// For payloads that were received elsewhere; may take some tenths of a second on a bomb.
#[must_use]
pub fn without_codings(
    headers: &Headers,
    payload: &Bytes,
    longest: u64,
) -> (Bytes, Option<BodyCut>) {
    let longest = usize::try_from(longest).unwrap_or(usize::MAX - 1);
    match codings(headers) {
        None => (Bytes::new(), Some(BodyCut::BrokenCoding)),
        Some(codings) if codings.is_empty() => {
            let cut = (payload.len() > longest).then_some(BodyCut::DecodedBudget);
            let locked = || is_locked(headers, payload).then_some(BodyCut::BrokenCoding);
            let cut = cut.or_else(locked);
            (payload.slice(..payload.len().min(longest)), cut)
        }
        Some(codings) => {
            let decoded = decode(payload, &codings, (longest, BodyCut::DecodedBudget));
            (decoded.body.into(), decoded.cut)
        }
    }
}

/// How decoding ended.
enum End {
    Whole,
    Budget,
}

/// A body without its codings.
#[derive(Debug)]
pub(crate) struct Decoded {
    pub(crate) body: Vec<u8>,
    /// Why it is not the whole, if it is not.
    pub(crate) cut: Option<BodyCut>,
}

fn decode_into(
    body: &mut Vec<u8>,
    payload: &[u8],
    codings: &[Coding],
    budget: usize,
) -> io::Result<End> {
    if payload.is_empty() {
        // An answer without a body often names a coding all the same.
        return Ok(End::Whole);
    }
    let mut source: Source<'_> = Box::new(payload);
    for &coding in codings.iter().rev() {
        source = take_off(coding, source)?;
    }
    loop {
        // One byte beyond the budget shows that there is more.
        let room = (budget - body.len()).saturating_add(1).min(STEP);
        let before = body.len();
        // Twice as much as there is, and never more than the budget.
        if body.capacity() < before + room {
            let more = before.max(room).min(budget - before + 1);
            body.reserve_exact(more);
        }
        body.resize(before + room, 0);
        let got = source.read(body.get_mut(before..).unwrap_or_default());
        body.truncate(before + *got.as_ref().unwrap_or(&0));
        if got? == 0 {
            return Ok(End::Whole);
        }
        if body.len() > budget {
            body.truncate(budget);
            return Ok(End::Budget);
        }
    }
}

/// Takes one coding off. What follows the end of the coded bytes is ignored, as in browsers.
///
/// # Errors
/// That of `from`, when its first bytes must be looked at and do not come.
fn take_off(coding: Coding, mut from: Source<'_>) -> io::Result<Source<'_>> {
    let decoder: Box<dyn Read + '_> = match coding {
        Coding::Gzip => Box::new(GzDecoder::new(from)),
        Coding::GzipFile => Box::new(MultiGzDecoder::new(from)),
        Coding::Brotli => Box::new(BrotliDecoder::new(from)),
        Coding::Zstd => Box::new(ZstdDecoder::new(from)),
        Coding::Deflate => {
            if begins_like_zlib(from.fill_buf()?) {
                Box::new(ZlibDecoder::new(from))
            } else {
                Box::new(DeflateDecoder::new(from))
            }
        }
    };
    Ok(Box::new(BufReader::with_capacity(STEP, decoder)))
}

/// `deflate` is zlib by the standard and bare deflate by custom. In zlib the low half of the first
/// byte is 8, the number of deflate; with only that byte at hand, it alone decides.
fn begins_like_zlib(bytes: &[u8]) -> bool {
    match bytes {
        [first, second, ..] => {
            first & 0x0F == 8 && (u16::from(*first) << 8 | u16::from(*second)) % 31 == 0
        }
        [first] => first & 0x0F == 8 && first >> 4 <= 7,
        [] => true,
    }
}
