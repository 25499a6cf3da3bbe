//! Bodies that misbehave on the wire.

use std::io::{self, Write};
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::stream;
use tokio::sync::watch;

use crate::Misbehavior;
use crate::answer::mixed;

/// Bytes of one piece of a compressed body, before compression.
const PIECE: usize = 64 << 10;

/// The body of a reply as it goes over the wire. A body without end ends when `stopped` says so
/// or the client leaves.
pub(crate) fn body(whole: Bytes, how: Misbehavior, stopped: watch::Receiver<bool>) -> Body {
    if let Some(bytes) = how.gzip_bomb_bytes {
        return bomb(&whole, bytes, how.gzip_bomb_ratio);
    }
    if how.endless {
        return endless(whole, stopped);
    }
    if let Some(limit) = how.drop_after_bytes {
        return dropped(&whole, limit);
    }
    if how.slow_body_ms_per_byte > 0 {
        return slow(whole, Duration::from_millis(how.slow_body_ms_per_byte));
    }
    Body::from(whole)
}

/// Byte by byte, with a pause before each.
fn slow(whole: Bytes, pause: Duration) -> Body {
    Body::from_stream(stream::unfold(whole, move |mut rest| async move {
        if rest.is_empty() {
            return None;
        }
        tokio::time::sleep(pause).await;
        let first = rest.split_to(1);
        Some((Ok::<_, io::Error>(first), rest))
    }))
}

/// The beginning, and then the end of the connection.
fn dropped(whole: &Bytes, limit: u64) -> Body {
    let kept = whole
        .len()
        .min(usize::try_from(limit).unwrap_or(usize::MAX));
    let beginning = whole.slice(..kept);
    Body::from_stream(stream::unfold(0_u8, move |step| {
        let beginning = beginning.clone();
        async move {
            if step == 0 {
                return Some((Ok(beginning), 1));
            }
            // The bytes must leave the buffer before the connection dies with it.
            tokio::time::sleep(Duration::from_millis(20)).await;
            Some((Err(io::Error::from(io::ErrorKind::ConnectionReset)), 2))
        }
    }))
}

/// The same again and again.
fn endless(whole: Bytes, stopped: watch::Receiver<bool>) -> Body {
    let piece = if whole.is_empty() {
        Bytes::from_static(b"<p>More.</p>\n")
    } else {
        whole
    };
    Body::from_stream(stream::unfold(stopped, move |stopped| {
        let piece = piece.clone();
        async move {
            if *stopped.borrow() {
                return None;
            }
            tokio::task::yield_now().await;
            Some((Ok::<_, io::Error>(piece), stopped))
        }
    }))
}

/// `whole` and then `bytes` bytes as one gzip member, compressed while it is sent: constant memory.
/// The bytes are blanks, with as much noise among them as makes one byte on the wire of `ratio`.
fn bomb(whole: &Bytes, bytes: u64, ratio: Option<u64>) -> Body {
    let mut encoder = GzEncoder::new(
        Vec::new(),
        if ratio.is_some() {
            Compression::fast()
        } else {
            Compression::best()
        },
    );
    // Writing to memory does not fail.
    let _ = encoder.write_all(whole);
    let state = Some((encoder, bytes));
    Body::from_stream(stream::unfold(state, move |state| async move {
        let (mut encoder, mut left) = state?;
        tokio::task::yield_now().await;
        while left > 0 && encoder.get_ref().len() < 4096 {
            let piece = piece(left, ratio);
            if let Err(error) = encoder.write_all(&piece) {
                return Some((Err(error), None));
            }
            left -= piece.len() as u64;
        }
        if left > 0 {
            let piece = Bytes::from(std::mem::take(encoder.get_mut()));
            return Some((Ok(piece), Some((encoder, left))));
        }
        Some((encoder.finish().map(Bytes::from), None))
    }))
}

/// The next of `left` bytes of a bomb.
fn piece(left: u64, ratio: Option<u64>) -> Vec<u8> {
    let size = usize::try_from(left).unwrap_or(PIECE).min(PIECE);
    let mut piece = vec![b' '; size];
    let noise = ratio.map_or(0, |ratio| PIECE as u64 / ratio.max(1));
    for (at, byte) in (0..noise).zip(&mut piece) {
        *byte = (mixed(left.wrapping_add(at)) >> 56) as u8;
    }
    piece
}
