//! Small files that carry something: pictures, documents.

use std::fmt::Write as _;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use super::draft::escaped;

/// A picture of one transparent pixel, as GIF.
pub(in crate::marketplace) fn pixel() -> Vec<u8> {
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;".to_vec()
}

/// A drawing that belongs to a number: a few shapes in its colors.
pub(in crate::marketplace) fn drawing(number: u64) -> String {
    let part =
        |shift: u32, below: u64| (number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> shift) % below;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 480 480\"><rect width=\"480\" height=\"480\" fill=\"hsl({},30%,92%)\"/><rect x=\"{}\" y=\"{}\" width=\"200\" height=\"160\" rx=\"{}\" fill=\"hsl({},45%,60%)\"/><circle cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"hsl({},50%,45%)\"/></svg>",
        part(3, 360),
        60 + part(9, 160),
        80 + part(15, 160),
        part(21, 60),
        part(27, 360),
        160 + part(33, 160),
        160 + part(39, 160),
        30 + part(45, 60),
        part(51, 360)
    )
}

/// An SVG document with a link in it.
pub(super) fn linked_svg(to: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 60 20\"><a href=\"{}\"><rect width=\"60\" height=\"20\" fill=\"#fff\"/></a></svg>",
        escaped(to)
    )
}

/// A page of a PDF with one annotation that leads to `to`. Cost: a few allocations.
pub(super) fn pdf(to: &str) -> Vec<u8> {
    let to = to
        .replace('\\', "\\\\")
        .replace('(', "\\(")
        .replace(')', "\\)");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Annots [4 0 R] >>".to_owned(),
        format!(
            "<< /Type /Annot /Subtype /Link /Rect [20 20 200 60] /Border [0 0 0] /A << /S /URI /URI ({to}) >> >>"
        ),
    ];
    let mut text = "%PDF-1.4\n".to_owned();
    let mut places = Vec::new();
    for (number, object) in objects.iter().enumerate() {
        places.push(text.len());
        text += &format!("{} 0 obj\n{object}\nendobj\n", number + 1);
    }
    let table = text.len();
    text += &format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for place in places {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{place:010} 00000 n ");
    }
    text += &format!(
        "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n",
        objects.len() + 1
    );
    text.into_bytes()
}

/// A gray picture as PNG: rows of pixels, 0 black to 255 white, and a text chunk if there is one.
pub(super) fn png(rows: &[Vec<u8>], text: Option<(&str, &str)>) -> Vec<u8> {
    let width = rows.first().map_or(0, Vec::len);
    let size = |number: usize| u32::try_from(number).unwrap_or(0).to_be_bytes();
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut head = [size(width), size(rows.len())].concat();
    head.extend([8, 0, 0, 0, 0]);
    chunk(&mut bytes, *b"IHDR", &head);
    if let Some((key, value)) = text {
        chunk(&mut bytes, *b"tEXt", format!("{key}\0{value}").as_bytes());
    }
    let mut raw = Vec::new();
    for row in rows {
        raw.push(0);
        raw.extend(row);
    }
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::none());
    // Writing to memory does not fail.
    let _ = encoder.write_all(&raw);
    chunk(&mut bytes, *b"IDAT", &encoder.finish().unwrap_or_default());
    chunk(&mut bytes, *b"IEND", &[]);
    bytes
}

fn chunk(bytes: &mut Vec<u8>, name: [u8; 4], data: &[u8]) {
    bytes.extend(u32::try_from(data.len()).unwrap_or(0).to_be_bytes());
    let start = bytes.len();
    bytes.extend(name);
    bytes.extend(data);
    let sum = checksum(bytes.get(start..).unwrap_or_default());
    bytes.extend(sum.to_be_bytes());
}

/// The cyclic redundancy check of PNG (ISO 3309), bit by bit.
fn checksum(bytes: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for byte in bytes {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = if sum & 1 == 1 {
                sum >> 1 ^ 0xEDB8_8320
            } else {
                sum >> 1
            };
        }
    }
    !sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_published_one() {
        assert_eq!(checksum(b"123456789"), 0xCBF4_3926);
    }

    #[test]
    fn a_pdf_ends_where_its_table_says() {
        let bytes = pdf("http://x.test/(a)");
        let text = String::from_utf8(bytes).unwrap();
        let place: usize = text
            .rsplit_once("startxref\n")
            .unwrap()
            .1
            .lines()
            .next()
            .unwrap()
            .parse()
            .unwrap();
        assert!(text[place..].starts_with("xref"));
        assert!(text.contains("/URI (http://x.test/\\(a\\))"));
    }
}
