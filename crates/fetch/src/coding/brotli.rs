//! Brotli (RFC 7932).

use std::io::{self, BufRead, Read};

use brotli_decompressor::{BrotliDecompressStream, BrotliResult, BrotliState, StandardAlloc};

/// Takes Brotli off what `from` gives.
///
/// The crate's own reader calls bytes behind the end of the stream an error; browsers ignore them,
/// and so does this one.
pub(super) struct BrotliDecoder<R> {
    from: R,
    state: BrotliState<StandardAlloc, StandardAlloc, StandardAlloc>,
    written: usize,
    ended: bool,
}

impl<R: BufRead> BrotliDecoder<R> {
    pub(super) fn new(from: R) -> Self {
        let alloc = StandardAlloc::default;
        Self {
            from,
            state: BrotliState::new(alloc(), alloc(), alloc()),
            written: 0,
            ended: false,
        }
    }
}

impl<R: BufRead> Read for BrotliDecoder<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while !self.ended {
            let coded = self.from.fill_buf()?;
            let dry = coded.is_empty();
            let (mut coded_left, mut taken) = (coded.len(), 0);
            let (mut room, mut got) = (into.len(), 0);
            let result = BrotliDecompressStream(
                &mut coded_left,
                &mut taken,
                coded,
                &mut room,
                &mut got,
                into,
                &mut self.written,
                &mut self.state,
            );
            self.from.consume(taken);
            match result {
                BrotliResult::ResultSuccess => self.ended = true,
                // What came before the break is given first; the next call fails again.
                _ if got > 0 => {}
                BrotliResult::NeedsMoreInput if dry => {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                BrotliResult::ResultFailure => return Err(io::ErrorKind::InvalidData.into()),
                BrotliResult::NeedsMoreInput | BrotliResult::NeedsMoreOutput => continue,
            }
            return Ok(got);
        }
        Ok(0)
    }
}
