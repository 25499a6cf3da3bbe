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

    /// What was read in the visit; `None` where nothing answered. Linear in the facts, some tenths of a
    /// millisecond for a page of usual size.
    ///
    /// # Errors
    /// [`ReadError::Facts`] when they are damaged, lost, or those of another page.
    pub fn facts(&self) -> Result<Option<PageFacts>, ReadError> {
        let visit = &self.visit;
        let packed = self.facts.as_deref();
        let facts = packed
            .map(|packed| unpack(visit.id, packed, MOST))
            .transpose()?;
        let wrong = match &facts {
            None if visit.outcome.status().is_some() => "a page answered, and has no facts",
            Some(_) if visit.outcome.status().is_none() => "nothing answered that has facts",
            Some(facts) if facts.address != visit.address => "they are those of another address",
            _ => return Ok(facts),
        };
        Err(damaged(visit.id, io::Error::other(wrong)))
    }
}

/// The most bytes that facts unpack to: a page of usual size has some ten thousand, and the largest that the
/// reader takes apart stays far below. DEFLATE promises a thousand bytes for each one.
const MOST: u64 = 1 << 30;

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

fn damaged(visit: VisitId, wrong: io::Error) -> ReadError {
    let source = serde_json::Error::io(wrong);
    ReadError::Facts { visit, source }
}

/// Unpacks facts of at most so many bytes.
fn unpack(visit: VisitId, packed: &[u8], most: u64) -> Result<PageFacts, ReadError> {
    let mut json = Vec::with_capacity(packed.len() * 6);
    // Cases of older versions of the tables have the facts in the form of gzip, or of zlib.
    let read = match packed.first() {
        Some(&SNAPPY) => read_to(most, FrameDecoder::new(packed), &mut json),
        Some(&GZIP) => read_to(most, GzDecoder::new(packed), &mut json),
        _ => read_to(most, ZlibDecoder::new(packed), &mut json),
    };
    read.map_err(|wrong| damaged(visit, wrong))?;
    serde_json::from_slice(&json).map_err(|source| ReadError::Facts { visit, source })
}

fn read_to(most: u64, from: impl Read, json: &mut Vec<u8>) -> io::Result<()> {
    let read = from.take(most + 1).read_to_end(json)?;
    if read as u64 > most {
        return Err(io::Error::other("they unpack to more than facts are"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use flate2::Compression;
    use flate2::write::{GzEncoder, ZlibEncoder};
    use model::PageUrl;

    use super::*;

    fn packed(json: &[u8]) -> [Vec<u8>; 3] {
        let mut frames = FrameEncoder::new(Vec::new());
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
        frames.write_all(json).unwrap();
        gzip.write_all(json).unwrap();
        zlib.write_all(json).unwrap();
        let frames = frames.into_inner().unwrap();
        [frames, gzip.finish().unwrap(), zlib.finish().unwrap()]
    }

    #[test]
    fn facts_that_unpack_to_more_than_facts_are_end_at_the_bound_in_every_form() {
        let facts = PageFacts::empty(PageUrl::parse("http://shop.test/").unwrap());
        let mut json = serde_json::to_vec(&facts).unwrap();
        let whole = json.len() as u64;
        for packed in packed(&json) {
            assert_eq!(unpack(VisitId(7), &packed, whole).unwrap(), facts);
            assert!(unpack(VisitId(7), &packed, whole - 1).is_err());
        }
        // Blanks are JSON: nothing but their number is wrong with them.
        json.resize(1 << 22, b' ');
        for packed in packed(&json) {
            assert_eq!(unpack(VisitId(7), &packed, 1 << 22).unwrap(), facts);
            let wrong = unpack(VisitId(7), &packed, 1 << 16).unwrap_err();
            let ReadError::Facts { visit, source } = wrong else {
                panic!("{wrong}");
            };
            assert_eq!(visit, VisitId(7));
            assert!(source.to_string().contains("unpack to more"), "{source}");
        }
    }
}
