//! Documents that are files of gzip in themselves, whatever their content coding is.

use bytes::Bytes;
use model::BodyCut;

use crate::coding::{Coding, decode};

/// The document in a file of gzip, all of its members (RFC 1952, section 2.2), up to `most` bytes, and what cut it short; `None` for what is
/// no such file. Costs no memory beyond what it gives.
#[must_use]
pub fn unpacked(file: &[u8], most: usize) -> Option<(Bytes, Option<BodyCut>)> {
    if !file.starts_with(&[0x1f, 0x8b]) {
        return None;
    }
    let decoded = decode(file, &[Coding::GzipFile], (most, BodyCut::DecodedBudget));
    Some((decoded.body.into(), decoded.cut))
}
