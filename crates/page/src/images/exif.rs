//! Exif: the texts in the directories of a TIFF structure.

use std::collections::BTreeSet;

use crate::images::{Picture, xmp_texts};

/// At most so many entries are read.
const MAX_ENTRIES: usize = 2_000;

/// Reads the texts of a TIFF structure; `offset` is where it stands in the file.
pub(super) fn read(bytes: &[u8], offset: usize, picture: &mut Picture<'_>) {
    // Some writers leave the mark of the JPEG segment in front.
    let (bytes, offset) = match bytes.strip_prefix(b"Exif\0\0") {
        Some(rest) => (rest, offset + 6),
        None => (bytes, offset),
    };
    let is_little = bytes.starts_with(b"II");
    if !is_little && !bytes.starts_with(b"MM") {
        return;
    }
    let number = |at: usize, size: usize| -> Option<usize> {
        let field = bytes.get(at..at.checked_add(size)?)?;
        let join = |sum: usize, byte: &u8| sum << 8 | usize::from(*byte);
        Some(if is_little {
            field.iter().rev().fold(0, join)
        } else {
            field.iter().fold(0, join)
        })
    };
    let mut open: Vec<usize> = number(4, 4).into_iter().collect();
    let mut known = BTreeSet::new();
    let mut left = MAX_ENTRIES;
    while let Some(directory) = open.pop() {
        if !known.insert(directory) {
            continue;
        }
        let Some(count) = number(directory, 2) else {
            continue;
        };
        for entry in 0..count {
            let at = directory + 2 + 12 * entry;
            let Some(rest) = left.checked_sub(1) else {
                return;
            };
            left = rest;
            let (Some(tag), Some(kind), Some(size)) =
                (number(at, 2), number(at + 2, 2), number(at + 4, 4))
            else {
                break;
            };
            // Types of one byte, and of others only the references to further directories.
            if matches!(tag, 0x8769 | 0x014A) {
                open.extend(number(at + 8, 4));
                continue;
            }
            if !matches!(kind, 1 | 2 | 7 | 129) {
                continue;
            }
            let start = if size <= 4 {
                Some(at + 8)
            } else {
                number(at + 8, 4)
            };
            let Some(start) = start else { continue };
            let Some(value) = start
                .checked_add(size)
                .and_then(|end| bytes.get(start..end))
            else {
                continue;
            };
            let place = offset + start..offset + start + size;
            if tag == 0x02BC {
                xmp_texts(value, place.start, picture);
            } else if let Some(text) = text_of(tag, kind, value) {
                picture.text(format!("exif:{tag:04x}"), text, place);
            }
        }
        open.extend(number(directory + 2 + 12 * count, 4).filter(|&next| next > 0));
    }
}

fn text_of(tag: usize, kind: usize, value: &[u8]) -> Option<String> {
    let value = value.get(..value.len().min(1 << 16))?;
    match tag {
        // Title, comment, author, keywords, subject, as Windows writes them.
        0x9C9B..=0x9C9F => {
            let (text, _) = encoding_rs::UTF_16LE.decode_without_bom_handling(value);
            Some(text.trim_end_matches('\0').to_owned())
        }
        // User comment: the name of a charset in eight bytes, then the text.
        0x9286 => {
            let text = value.get(8..)?;
            let text = if value.starts_with(b"UNICODE") {
                let is_little = text.get(1) == Some(&0);
                let encoding = if is_little {
                    encoding_rs::UTF_16LE
                } else {
                    encoding_rs::UTF_16BE
                };
                encoding.decode_without_bom_handling(text).0
            } else {
                String::from_utf8_lossy(text)
            };
            Some(text.trim_matches('\0').to_owned())
        }
        _ if kind == 2 || kind == 129 => Some(
            String::from_utf8_lossy(value)
                .trim_end_matches('\0')
                .to_owned(),
        ),
        _ => None,
    }
}
