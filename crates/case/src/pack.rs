//! Compression of what the case keeps: one compressor for all of it, since making one costs more
//! than a small record does.

use std::io;

use flate2::{Compress, Compression, Crc, FlushCompress, Status};

/// The fastest level of DEFLATE. On pages of a shop the next one costs a crawl a twelfth more of its
/// time, and saves a fifth of the room.
const LEVEL: u32 = 1;
/// Begins a gzip member: DEFLATE, no name, no time, compressed fast, no system (RFC 1952, 2.3).
const GZIP_HEAD: [u8; 10] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 4, 255];
/// Room that is made for output at least.
const ROOM: usize = 1_024;

/// A compressor that is used again and again; some 300 KiB.
pub(crate) struct Packer {
    deflate: Compress,
    /// Whether it was used since it was new.
    used: bool,
}

impl std::fmt::Debug for Packer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Packer").finish_non_exhaustive()
    }
}

impl Default for Packer {
    fn default() -> Self {
        Self {
            deflate: Compress::new(Compression::new(LEVEL), false),
            used: false,
        }
    }
}

/// A buffer that gzip members are appended to.
pub(crate) struct Members<'a> {
    packer: &'a mut Packer,
    out: &'a mut Vec<u8>,
}

impl Members<'_> {
    /// Appends the pieces as one gzip member (RFC 1952).
    pub(crate) fn add(&mut self, pieces: &[&[u8]]) -> io::Result<()> {
        self.out.extend_from_slice(&GZIP_HEAD);
        let mut sum = Crc::new();
        pieces.iter().for_each(|piece| sum.update(piece));
        self.packer.deflate(pieces, self.out)?;
        self.out.extend_from_slice(&sum.sum().to_le_bytes());
        self.out.extend_from_slice(&sum.amount().to_le_bytes());
        Ok(())
    }
}

impl Packer {
    /// Compresses what is added from now on to the end of `out`.
    pub(crate) fn members<'a>(&'a mut self, out: &'a mut Vec<u8>) -> Members<'a> {
        Members { packer: self, out }
    }

    /// Appends the pieces to `out` as one DEFLATE stream (RFC 1951).
    fn deflate(&mut self, pieces: &[&[u8]], out: &mut Vec<u8>) -> io::Result<()> {
        if self.used {
            self.deflate.reset();
        }
        self.used = true;
        for piece in pieces {
            self.feed(piece, FlushCompress::None, out)?;
        }
        self.feed(&[], FlushCompress::Finish, out)
    }

    fn feed(
        &mut self,
        mut piece: &[u8],
        flush: FlushCompress,
        out: &mut Vec<u8>,
    ) -> io::Result<()> {
        loop {
            out.reserve(ROOM.max(piece.len() / 2));
            let before = self.deflate.total_in();
            let status = self.deflate.compress_vec(piece, out, flush);
            let taken = self.deflate.total_in() - before;
            piece = &piece[usize::try_from(taken).unwrap_or(piece.len())..];
            let is_done = match flush {
                FlushCompress::None => piece.is_empty(),
                _ => matches!(status, Ok(Status::StreamEnd)),
            };
            status.map_err(io::Error::other)?;
            if is_done {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use flate2::read::MultiGzDecoder;

    use super::*;

    #[test]
    fn members_one_after_another_are_what_went_in() {
        let noise: Vec<u8> = (0..300_000_u32)
            .map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0])
            .collect();
        let even = vec![b'a'; 1 << 20];
        let mut packer = Packer::default();
        let mut packed = Vec::new();
        let mut plain = Vec::new();
        for pieces in [
            &[&b""[..]][..],
            &[b"head", &noise, b"tail"],
            &[],
            &[&even, &noise, &even],
        ] {
            let begin = packed.len();
            packer.members(&mut packed).add(pieces).unwrap();
            let alone = pieces.concat();
            let mut again = Vec::new();
            flate2::read::GzDecoder::new(&packed[begin..])
                .read_to_end(&mut again)
                .unwrap();
            assert!(again == alone);
            plain.extend(alone);
        }
        let mut all = Vec::new();
        MultiGzDecoder::new(packed.as_slice())
            .read_to_end(&mut all)
            .unwrap();
        assert!(all == plain);
    }
}
