//! Content codings, taken off while the bytes come in.

use std::io;

use async_compression::tokio::bufread::{
    BrotliDecoder, DeflateDecoder, GzipDecoder, ZlibDecoder, ZstdDecoder,
};
use async_compression::zstd::DParameter;
use model::Headers;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, BufReader};

/// More codings than this on one body are no coding but an attack.
const MOST: usize = 5;
/// RFC 9659: the content coding `zstd` needs windows of 8 MiB at most.
const ZSTD_WINDOW_LOG: u32 = 23;

/// Bytes to be read, of whatever make.
pub(crate) type Source<'a> = Box<dyn AsyncBufRead + Send + Unpin + 'a>;

/// A coding that can be taken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coding {
    Gzip,
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

/// Takes one coding off. What follows the end of the coded bytes is ignored, as in browsers.
///
/// # Errors
/// That of `from`, when its first bytes must be looked at and do not come.
pub(crate) async fn take_off(coding: Coding, mut from: Source<'_>) -> io::Result<Source<'_>> {
    Ok(match coding {
        Coding::Gzip => Box::new(BufReader::new(GzipDecoder::new(from))),
        Coding::Brotli => Box::new(BufReader::new(BrotliDecoder::new(from))),
        Coding::Zstd => {
            let window = [DParameter::window_log_max(ZSTD_WINDOW_LOG)];
            Box::new(BufReader::new(ZstdDecoder::with_params(from, &window)))
        }
        Coding::Deflate => {
            if begins_like_zlib(from.fill_buf().await?) {
                Box::new(BufReader::new(ZlibDecoder::new(from)))
            } else {
                Box::new(BufReader::new(DeflateDecoder::new(from)))
            }
        }
    })
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
