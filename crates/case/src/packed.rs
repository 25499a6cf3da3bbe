//! A visit with its facts as a case keeps them.

use std::io::{self, Read, Write};

use flate2::read::{GzDecoder, ZlibDecoder};
use model::{PageFacts, Visit, VisitId};
use snap::read::FrameDecoder;
use snap::write::FrameEncoder;

use crate::read::ReadError;

/// A visit with what was read in it, packed: some kilobytes that any thread can unpack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackedVisit {
    /// The visit.
    pub visit: Visit,
    /// JSON in Snappy's frames, or in a stream of gzip or zlib.
    pub(crate) facts: Option<Vec<u8>>,
}

impl PackedVisit {
    /// Bytes of the facts as they are packed: most pages unpack to some ten times as many.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.facts.as_ref().map_or(0, Vec::len)
    }

    /// What was read in the visit; `None` where nothing was. Linear in the facts, some tenths of a millisecond for
    /// a page of usual size.
    ///
    /// # Errors
    /// [`ReadError::Facts`] when they are damaged.
    pub fn facts(&self) -> Result<Option<PageFacts>, ReadError> {
        let packed = self.facts.as_deref();
        packed
            .map(|packed| unpack(self.visit.id, packed))
            .transpose()
    }
}

/// The first byte of a stream of Snappy's frames (its framing format, 4.1), and of a gzip member; no stream of
/// zlib begins so.
const SNAPPY: u8 = 0xFF;
const GZIP: u8 = 0x1F;

/// Packs the facts of a visit. Snappy's frames are a tenth larger than the fastest DEFLATE, which costs three
/// times as much; each has a check sum. In one piece: a serializer writes a few bytes at a time.
pub(crate) fn pack(facts: &PageFacts) -> io::Result<Vec<u8>> {
    let json = serde_json::to_vec(facts)?;
    let mut frames = FrameEncoder::new(Vec::with_capacity(json.len() / 4));
    frames.write_all(&json)?;
    frames.into_inner().map_err(|wrong| wrong.into_error())
}

fn unpack(visit: VisitId, packed: &[u8]) -> Result<PageFacts, ReadError> {
    let damaged = |source| ReadError::Facts { visit, source };
    let mut json = Vec::with_capacity(packed.len() * 6);
    // Cases of older versions of the tables have the facts in the form of gzip, or of zlib.
    let read = match packed.first() {
        Some(&SNAPPY) => FrameDecoder::new(packed).read_to_end(&mut json),
        Some(&GZIP) => GzDecoder::new(packed).read_to_end(&mut json),
        _ => ZlibDecoder::new(packed).read_to_end(&mut json),
    };
    read.map_err(|wrong| damaged(serde_json::Error::io(wrong)))?;
    serde_json::from_slice(&json).map_err(damaged)
}
