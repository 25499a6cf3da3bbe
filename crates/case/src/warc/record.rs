//! One WARC record as one gzip member.

use std::io::{self, Write};

use sha2::{Digest, Sha256};

use crate::pack::Members;

/// A record in the making: its fields in order, and its block in pieces.
pub(crate) struct Record<'a> {
    fields: Vec<(&'static str, String)>,
    block: Vec<&'a [u8]>,
}

impl<'a> Record<'a> {
    /// A record of type `kind`; `date` in RFC 3339.
    pub(crate) fn new(kind: &str, id: &str, date: &str, block: Vec<&'a [u8]>) -> Self {
        let mut record = Self {
            fields: Vec::new(),
            block,
        };
        record.add("WARC-Type", kind);
        record.add("WARC-Record-ID", id);
        record.add("WARC-Date", date);
        record
    }

    /// Adds a field. Control characters in its value become spaces, so that no value can begin a
    /// line of its own.
    pub(crate) fn add(&mut self, name: &'static str, value: impl Into<String>) {
        let mut value = value.into();
        if value.contains(char::is_control) {
            value = value.replace(char::is_control, " ");
        }
        self.fields.push((name, value));
    }

    /// Appends the record to `out`, compressed.
    pub(crate) fn write(mut self, out: &mut Members<'_>) -> io::Result<()> {
        let digest = digest(&self.block);
        self.add("WARC-Block-Digest", digest);
        let length: usize = self.block.iter().map(|piece| piece.len()).sum();
        self.add("Content-Length", length.to_string());
        let mut head = Vec::with_capacity(1_024);
        head.extend_from_slice(b"WARC/1.1\r\n");
        for (name, value) in &self.fields {
            write!(head, "{name}: {value}\r\n")?;
        }
        head.extend_from_slice(b"\r\n");
        let mut pieces = vec![head.as_slice()];
        pieces.extend(&self.block);
        pieces.push(b"\r\n\r\n");
        out.add(&pieces)
    }
}

/// The digest of a block or payload, labelled and in base 32, as readers of WARC expect it.
pub(crate) fn digest(pieces: &[&[u8]]) -> String {
    let mut hasher = Sha256::new();
    for piece in pieces {
        hasher.update(piece);
    }
    labelled(&hasher.finalize())
}

/// A SHA-256 as a labelled digest.
pub(crate) fn labelled(sha256: &[u8]) -> String {
    format!("sha256:{}", base32(sha256))
}

/// A record id made of what it names: the same parts give the same id in every crawl.
pub(crate) fn record_id(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hasher.finalize()[..16]);
    // RFC 9562: version 8 is for ids made in one's own way.
    bytes[6] = bytes[6] & 0x0F | 0x80;
    bytes[8] = bytes[8] & 0x3F | 0x80;
    let mut id = String::from("<urn:uuid:");
    for (place, byte) in bytes.iter().enumerate() {
        if matches!(place, 4 | 6 | 8 | 10) {
            id.push('-');
        }
        id.push_str(&format!("{byte:02x}"));
    }
    id.push('>');
    id
}

/// RFC 4648 base 32 with padding.
pub(crate) fn base32(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = String::with_capacity(bytes.len().div_ceil(5) * 8);
    for chunk in bytes.chunks(5) {
        let mut group = [0; 8];
        group[3..3 + chunk.len()].copy_from_slice(chunk);
        let bits = u64::from_be_bytes(group);
        let letters = (chunk.len() * 8).div_ceil(5);
        for place in 0..8 {
            let index = (bits >> (35 - 5 * place)) & 31;
            text.push(if place < letters {
                char::from(ALPHABET[usize::try_from(index).unwrap_or(0)])
            } else {
                '='
            });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base32_is_that_of_rfc_4648() {
        let pairs = [
            ("", ""),
            ("f", "MY======"),
            ("fo", "MZXQ===="),
            ("foo", "MZXW6==="),
            ("foob", "MZXW6YQ="),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI======"),
        ];
        for (plain, coded) in pairs {
            assert_eq!(base32(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn record_ids_have_the_form_of_a_uuid_and_tell_their_parts_apart() {
        let id = record_id(&["ab", "c"]);
        assert_eq!(
            id.len(),
            "<urn:uuid:00000000-0000-8000-8000-000000000000>".len()
        );
        assert_eq!(&id[24..25], "8");
        assert_ne!(id, record_id(&["a", "bc"]));
    }

    #[test]
    fn a_value_cannot_begin_a_line_of_its_own() {
        let mut record = Record::new("response", "<x>", "2026-01-01T00:00:00Z", vec![]);
        record.add("WARC-Target-URI", "http://a.test/\r\nWARC-Type: metadata");
        assert_eq!(record.fields[3].1, "http://a.test/  WARC-Type: metadata");
    }
}
