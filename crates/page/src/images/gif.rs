//! GIF: comments, XMP, and the pixels of its first frame (GIF89a, appendix F for LZW).

use crate::images::png::{behind, luma};
use crate::images::{Gray, MAX_PIXELS, Picture, xmp_texts};

/// Reads a GIF file.
pub(super) fn read<'b>(bytes: &'b [u8], picture: &mut Picture<'b>) {
    let flags = bytes.get(10).copied().unwrap_or_default();
    let mut palette = color_table(bytes, 13, flags);
    let mut at = 13 + palette.len();
    let mut clear_color = None;
    let mut has_frame = false;
    while let Some(&block) = bytes.get(at) {
        match block {
            0x21 => {
                let label = bytes.get(at + 1).copied().unwrap_or_default();
                let (content, end) = sub_blocks(bytes, at + 2);
                match label {
                    0xFE => {
                        let text = String::from_utf8_lossy(&content).into_owned();
                        picture.text("gif:comment", text, at + 2..end);
                    }
                    0xF9 if content.first().is_some_and(|flags| flags & 1 == 1) => {
                        clear_color = content.get(3).copied();
                    }
                    // XMP stands there as it is, without sub-blocks.
                    0xFF if content.starts_with(b"XMP DataXMP") => {
                        let start = (at + 14).min(end);
                        xmp_texts(&bytes[start..end], start, picture);
                    }
                    _ => {}
                }
                at = end;
            }
            0x2C => {
                let flags = bytes.get(at + 9).copied().unwrap_or_default();
                let own = color_table(bytes, at + 10, flags);
                if !own.is_empty() {
                    palette = own;
                }
                let frame = at;
                let data = at + 10 + own.len();
                let size = bytes.get(data).copied().unwrap_or_default();
                let (content, end) = sub_blocks(bytes, data + 1);
                if !has_frame {
                    has_frame = true;
                    let pixels = gray(bytes, frame, palette, clear_color, size, &content);
                    picture.look_at(pixels);
                }
                at = end;
            }
            0x3B => {
                behind(bytes, at + 1, picture);
                return;
            }
            _ => return,
        }
    }
}

fn color_table(bytes: &[u8], at: usize, flags: u8) -> &[u8] {
    if flags & 0x80 == 0 {
        return &[];
    }
    let length = 3 << (usize::from(flags & 7) + 1);
    bytes.get(at..at + length).unwrap_or_default()
}

/// The content of the sub-blocks at `at`, and where they end.
fn sub_blocks(bytes: &[u8], mut at: usize) -> (Vec<u8>, usize) {
    let mut content = Vec::new();
    while let Some(&length) = bytes.get(at) {
        at += 1;
        if length == 0 {
            break;
        }
        let end = (at + usize::from(length)).min(bytes.len());
        content.extend_from_slice(&bytes[at..end]);
        at = end;
    }
    (content, at)
}

fn gray(
    bytes: &[u8],
    frame: usize,
    palette: &[u8],
    clear_color: Option<u8>,
    size: u8,
    content: &[u8],
) -> Result<Gray, String> {
    let field = |at: usize| {
        let low = bytes.get(frame + at).copied().unwrap_or_default();
        let high = bytes.get(frame + at + 1).copied().unwrap_or_default();
        usize::from(high) << 8 | usize::from(low)
    };
    let (width, height) = (field(5), field(7));
    let pixels = width * height;
    if pixels == 0 || pixels > MAX_PIXELS {
        return Err(format!(
            "a picture of {width} × {height} pixels is not decoded"
        ));
    }
    let is_interlaced = bytes.get(frame + 9).is_some_and(|flags| flags & 0x40 != 0);
    let mut luma_of = [255_u8; 256];
    for (shade, color) in luma_of.iter_mut().zip(palette.chunks_exact(3)) {
        *shade = luma(color[0], color[1], color[2]);
    }
    if let Some(clear) = clear_color {
        luma_of[usize::from(clear)] = 255;
    }
    let indices = unpacked(content, size, pixels);
    let rows: Vec<usize> = if is_interlaced {
        let passes = [(0, 8), (4, 8), (2, 4), (1, 2)];
        let rows = passes.into_iter();
        rows.flat_map(|(first, step)| (first..height).step_by(step))
            .collect()
    } else {
        (0..height).collect()
    };
    let mut shades = vec![255_u8; pixels];
    for (row, line) in rows.into_iter().zip(indices.chunks(width)) {
        for (to, &index) in shades[row * width..].iter_mut().zip(line) {
            *to = luma_of[usize::from(index)];
        }
    }
    Ok(Gray {
        width,
        height,
        luma: shades,
    })
}

/// LZW with codes of growing size; gives at most `most` bytes, and what comes before a defect.
fn unpacked(content: &[u8], size: u8, most: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(most.min(1 << 20));
    if !(1..=8).contains(&size) {
        return out;
    }
    let clear = 1_usize << size;
    // Each code: where its string stands in `out`, and its length.
    let mut table: Vec<(usize, usize)> = Vec::with_capacity(4_096);
    let mut bits = usize::from(size) + 1;
    let mut before: Option<(usize, usize)> = None;
    let (mut word, mut filled, mut at) = (0_usize, 0_usize, 0);
    while out.len() < most {
        while filled < bits {
            let Some(&byte) = content.get(at) else {
                return out;
            };
            word |= usize::from(byte) << filled;
            filled += 8;
            at += 1;
        }
        let code = word & ((1 << bits) - 1);
        word >>= bits;
        filled -= bits;
        if code == clear {
            table.clear();
            bits = usize::from(size) + 1;
            before = None;
            continue;
        }
        if code == clear + 1 {
            return out;
        }
        let start = out.len();
        if code < clear {
            out.push(u8::try_from(code).unwrap_or_default());
        } else if let Some(&(from, length)) = table.get(code - clear - 2) {
            if start + length > most {
                return out;
            }
            out.extend_from_within(from..from + length);
        } else if let Some((from, length)) = before
            && code - clear - 2 == table.len()
        {
            if start + length >= most {
                return out;
            }
            out.extend_from_within(from..from + length);
            out.push(out[from]);
        } else {
            return out;
        }
        // The new string is the one before with the first byte of this one: it stands in `out`.
        if let Some((from, length)) = before
            && table.len() + clear + 2 < 4_096
        {
            table.push((from, length + 1));
        }
        before = Some((start, out.len() - start));
        if table.len() + clear + 2 == 1 << bits && bits < 12 {
            bits += 1;
        }
    }
    out
}
