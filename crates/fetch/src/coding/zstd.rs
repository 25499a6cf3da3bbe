//! Zstandard (RFC 8878).

use std::io::{self, BufRead, Read};

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// RFC 9659: the content coding `zstd` needs windows of 8 MiB at most.
const MOST_WINDOW: u64 = 8 << 20;

/// Takes Zstandard off what `from` gives: any number of frames, one after the other.
pub(super) struct ZstdDecoder<R> {
    from: R,
    decoder: FrameDecoder,
    place: Place,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// A frame has to begin here.
    Start,
    InFrame,
    /// Another frame may begin here.
    Between,
    End,
}

impl<R: BufRead> ZstdDecoder<R> {
    pub(super) fn new(from: R) -> Self {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(MOST_WINDOW);
        Self {
            from,
            decoder,
            place: Place::Start,
        }
    }

    /// Reads the header of the next frame, over frames that are to be skipped.
    fn begin(&mut self) -> io::Result<Place> {
        if self.place == Place::Between && self.from.fill_buf()?.is_empty() {
            return Ok(Place::End);
        }
        match self.decoder.reset(&mut self.from) {
            Ok(()) => Ok(Place::InFrame),
            Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                length,
                ..
            })) => {
                let length = u64::from(length);
                let skipped = io::copy(&mut (&mut self.from).take(length), &mut io::sink())?;
                if skipped < length {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                Ok(Place::Between)
            }
            // Bytes behind the last frame that are no frame.
            Err(_) if self.place == Place::Between => Ok(Place::End),
            Err(error) => Err(io::Error::new(io::ErrorKind::InvalidData, error)),
        }
    }

    /// Decodes one block further.
    fn advance(&mut self) -> io::Result<Place> {
        self.decoder
            .decode_blocks(&mut self.from, BlockDecodingStrategy::UptoBlocks(1))
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        Ok(Place::InFrame)
    }

    /// Whether the frame is what its checksum says, if it carries one.
    fn is_sound(&self) -> bool {
        let promised = self.decoder.get_checksum_from_data();
        promised.is_none() || promised == self.decoder.get_calculated_checksum()
    }
}

impl<R: BufRead> Read for ZstdDecoder<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            self.place = match self.place {
                Place::Start | Place::Between => self.begin()?,
                Place::InFrame if self.decoder.can_collect() > 0 => {
                    return self.decoder.read(into);
                }
                Place::InFrame if !self.decoder.is_finished() => self.advance()?,
                Place::InFrame if self.is_sound() => Place::Between,
                Place::InFrame => return Err(io::ErrorKind::InvalidData.into()),
                Place::End => return Ok(0),
            };
        }
    }
}
