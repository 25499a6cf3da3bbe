//! PNG: its texts (`tEXt`, `zTXt`, `iTXt`, `eXIf`) and its pixels as shades of gray (PNG, third
//! edition). The pixels are counted before any are decoded.

use std::borrow::Cow;
use std::io::Read;
use std::ops::Range;

use crate::images::{Gray, MAX_PIXELS, Picture, exif, xmp_texts};

struct Header {
    width: usize,
    height: usize,
    depth: usize,
    color: u8,
    interlaced: bool,
}

/// Reads a PNG file.
pub(super) fn read<'b>(bytes: &'b [u8], picture: &mut Picture<'b>) {
    let mut header = None;
    let mut palette: &[u8] = &[];
    let mut alpha: &[u8] = &[];
    let mut data = Vec::new();
    let mut at = 8;
    while let Some(head) = bytes.get(at..at + 8) {
        let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]);
        let start = at + 8;
        let end = start.saturating_add(usize::try_from(length).unwrap_or(usize::MAX));
        let end = end.min(bytes.len());
        let content = &bytes[start..end];
        match &head[4..8] {
            b"IHDR" => header = header_of(content),
            b"PLTE" => palette = content,
            b"tRNS" => alpha = content,
            b"IDAT" => data.extend_from_slice(content),
            b"eXIf" => exif::read(content, start, picture),
            b"tEXt" | b"zTXt" | b"iTXt" => text(&head[4..8], bytes, start..end, picture),
            b"IEND" => {
                at = end + 4;
                break;
            }
            _ => {}
        }
        at = end.saturating_add(4);
    }
    behind(bytes, at, picture);
    let pixels = header
        .ok_or_else(|| "the picture has no header".to_owned())
        .and_then(|header| gray(&header, palette, alpha, &data));
    picture.look_at(pixels);
}

/// Bytes behind the end of a picture belong to no picture.
pub(super) fn behind<'b>(bytes: &'b [u8], end: usize, picture: &mut Picture<'b>) {
    let Some(rest) = bytes.get(end..).filter(|rest| rest.len() > 8) else {
        return;
    };
    let note = format!("{} bytes stand behind the end of the picture", rest.len());
    picture.notes.push(note);
    let shown = &rest[..rest.len().min(1 << 20)];
    if let Ok(text) = std::str::from_utf8(shown) {
        picture.text("behind the end", text, end..end + shown.len());
    }
}

fn header_of(content: &[u8]) -> Option<Header> {
    let field = |at: usize| {
        let bytes = content.get(at..at + 4)?;
        usize::try_from(u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])).ok()
    };
    Some(Header {
        width: field(0)?,
        height: field(4)?,
        depth: usize::from(*content.get(8)?),
        color: *content.get(9)?,
        interlaced: content.get(12) == Some(&1),
    })
}

fn text<'b>(kind: &[u8], bytes: &'b [u8], at: Range<usize>, picture: &mut Picture<'b>) {
    let content = &bytes[at.clone()];
    let mut fields = content.splitn(2, |&byte| byte == 0);
    let keyword = fields.next().unwrap_or_default();
    let rest = fields.next().unwrap_or_default();
    let start = at.end - rest.len();
    let label = format!(
        "png:{}",
        String::from_utf8_lossy(&keyword[..keyword.len().min(79)])
    );
    match kind {
        b"tEXt" => picture.text(label, latin(rest), start..at.end),
        b"zTXt" => {
            let flat = inflate(rest.get(1..).unwrap_or_default(), picture.may_hold() + 1);
            picture.text(label, latin(&flat).into_owned(), start..at.end);
        }
        _ => {
            // Flag, method, language, translated keyword, text.
            let is_packed = rest.first() == Some(&1);
            let mut fields = rest
                .get(2..)
                .unwrap_or_default()
                .splitn(3, |&byte| byte == 0);
            let text = fields.nth(2).unwrap_or_default();
            let start = at.end - text.len();
            if is_packed {
                let flat = inflate(text, picture.may_hold() + 1);
                let text = String::from_utf8_lossy(&flat).into_owned();
                picture.text(label, text, start..at.end);
            } else if keyword.starts_with(b"XML:com.adobe.xmp") {
                xmp_texts(text, start, picture);
            } else {
                picture.text(label, String::from_utf8_lossy(text), start..at.end);
            }
        }
    }
}

fn latin(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => {
            encoding_rs::WINDOWS_1252
                .decode_without_bom_handling(bytes)
                .0
        }
    }
}

/// Inflates at most so many bytes; what comes before a defect counts.
fn inflate(deflated: &[u8], most: usize) -> Vec<u8> {
    let most = u64::try_from(most).unwrap_or(u64::MAX);
    let mut flat = Vec::new();
    let mut decoder = flate2::read::ZlibDecoder::new(deflated).take(most);
    let outcome = decoder.read_to_end(&mut flat);
    if outcome.is_err() {
        flat.shrink_to_fit();
    }
    flat
}

/// Takes off the filters of rows (PNG, chapter 9). A row that is cut is left out.
pub(crate) fn unfilter(filtered: &[u8], row_bytes: usize, pixel_bytes: usize) -> Vec<u8> {
    let pixel_bytes = pixel_bytes.max(1);
    let mut plain: Vec<u8> = Vec::with_capacity(filtered.len());
    let mut above = vec![0_u8; row_bytes];
    for row in filtered.chunks_exact(row_bytes + 1) {
        let (filter, row) = (row[0], &row[1..]);
        let start = plain.len();
        for (at, &byte) in row.iter().enumerate() {
            let left = at
                .checked_sub(pixel_bytes)
                .map_or(0, |at| plain[start + at]);
            let corner = at.checked_sub(pixel_bytes).map_or(0, |at| above[at]);
            let up = above[at];
            let guess = match filter {
                1 => left,
                2 => up,
                3 => left.midpoint(up),
                4 => paeth(left, up, corner),
                _ => 0,
            };
            plain.push(byte.wrapping_add(guess));
        }
        above.copy_from_slice(&plain[start..]);
    }
    plain
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let (a, b, c) = (i16::from(left), i16::from(up), i16::from(corner));
    let estimate = a + b - c;
    let (da, db, dc) = (
        (estimate - a).abs(),
        (estimate - b).abs(),
        (estimate - c).abs(),
    );
    if da <= db && da <= dc {
        left
    } else if db <= dc {
        up
    } else {
        corner
    }
}

/// The seven passes of an interlaced picture: first column and row, and the steps.
const PASSES: [[usize; 4]; 7] = [
    [0, 0, 8, 8],
    [4, 0, 8, 8],
    [0, 4, 4, 8],
    [2, 0, 4, 4],
    [0, 2, 2, 4],
    [1, 0, 2, 2],
    [0, 1, 1, 2],
];

fn gray(header: &Header, palette: &[u8], alpha: &[u8], data: &[u8]) -> Result<Gray, String> {
    let pixels = header.width.saturating_mul(header.height);
    if pixels == 0 || pixels > MAX_PIXELS {
        return Err(format!(
            "a picture of {} × {} pixels is not decoded",
            header.width, header.height
        ));
    }
    let samples = match header.color {
        0 | 3 => 1,
        4 => 2,
        2 => 3,
        6 => 4,
        _ => return Err("a color type that PNG does not have".to_owned()),
    };
    if !matches!(header.depth, 1 | 2 | 4 | 8 | 16) {
        return Err("a bit depth that PNG does not have".to_owned());
    }
    let bits = samples * header.depth;
    let passes: Vec<[usize; 4]> = if header.interlaced {
        PASSES.to_vec()
    } else {
        vec![[0, 0, 1, 1]]
    };
    let size = |[x, y, step_x, step_y]: [usize; 4]| {
        let columns = header.width.saturating_sub(x).div_ceil(step_x);
        let rows = header.height.saturating_sub(y).div_ceil(step_y);
        (columns, rows, (columns * bits).div_ceil(8))
    };
    let bytes: usize = passes
        .iter()
        .map(|&pass| {
            let (_, rows, row_bytes) = size(pass);
            rows * (row_bytes + 1)
        })
        .sum();
    if bytes > 5 * MAX_PIXELS {
        return Err("a picture of too many bytes is not decoded".to_owned());
    }
    let filtered = inflate(data, bytes);
    let mut luma = vec![255_u8; pixels];
    let mut from = 0;
    for pass in passes {
        let (columns, rows, row_bytes) = size(pass);
        if columns == 0 || rows == 0 {
            continue;
        }
        let end = (from + rows * (row_bytes + 1)).min(filtered.len());
        let plain = unfilter(&filtered[from..end], row_bytes, bits.div_ceil(8));
        from = end;
        for (row, line) in plain.chunks_exact(row_bytes).enumerate() {
            for column in 0..columns {
                let place = (pass[1] + row * pass[3]) * header.width + pass[0] + column * pass[2];
                if let Some(to) = luma.get_mut(place) {
                    *to = shade(header, palette, alpha, line, column);
                }
            }
        }
    }
    Ok(Gray {
        width: header.width,
        height: header.height,
        luma,
    })
}

/// The shade of one pixel on a white ground.
fn shade(header: &Header, palette: &[u8], alpha: &[u8], line: &[u8], column: usize) -> u8 {
    let sample = |at: usize| -> u8 {
        let byte = |at: usize| line.get(at).copied().unwrap_or(255);
        match header.depth {
            16 => byte(2 * at),
            8 => byte(at),
            depth => {
                let bit = at * depth;
                let mask = (1_u16 << depth) - 1;
                let value = u16::from(byte(bit / 8)) >> (8 - depth - bit % 8) & mask;
                if header.color == 3 {
                    u8::try_from(value).unwrap_or(255)
                } else {
                    u8::try_from(value * 255 / mask).unwrap_or(255)
                }
            }
        }
    };
    match header.color {
        0 => sample(column),
        2 => luma(
            sample(3 * column),
            sample(3 * column + 1),
            sample(3 * column + 2),
        ),
        3 => {
            let index = usize::from(sample(column));
            let part = |at: usize| palette.get(3 * index + at).copied().unwrap_or(0);
            let opacity = alpha.get(index).copied().unwrap_or(255);
            on_white(luma(part(0), part(1), part(2)), opacity)
        }
        4 => on_white(sample(2 * column), sample(2 * column + 1)),
        _ => on_white(
            luma(
                sample(4 * column),
                sample(4 * column + 1),
                sample(4 * column + 2),
            ),
            sample(4 * column + 3),
        ),
    }
}

/// The lightness of a color, by the weights of Rec. 601.
pub(super) fn luma(red: u8, green: u8, blue: u8) -> u8 {
    let sum = 299 * u32::from(red) + 587 * u32::from(green) + 114 * u32::from(blue);
    u8::try_from(sum / 1_000).unwrap_or(255)
}

fn on_white(shade: u8, opacity: u8) -> u8 {
    let (shade, opacity) = (u32::from(shade), u32::from(opacity));
    u8::try_from((shade * opacity + 255 * (255 - opacity)) / 255).unwrap_or(255)
}
