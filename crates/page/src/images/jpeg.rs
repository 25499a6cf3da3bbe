//! JPEG: comments, Exif, XMP and IPTC in its segments, and its pixels by the crate `zune-jpeg`.

use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use crate::images::{Gray, MAX_PIXELS, Picture, exif, png, xmp_texts};

/// Reads a JPEG file.
pub(super) fn read<'b>(bytes: &'b [u8], picture: &mut Picture<'b>) {
    let end = segments(bytes, picture);
    if let Some(end) = end {
        png::behind(bytes, end, picture);
    }
    let pixels = gray(bytes);
    picture.look_at(pixels);
}

/// Reads the segments in front of the pixels. Gives where the picture ends, if it does.
fn segments<'b>(bytes: &'b [u8], picture: &mut Picture<'b>) -> Option<usize> {
    let mut at = 2;
    while let Some(&[0xFF, marker]) = bytes.get(at..at + 2) {
        if marker == 0xFF {
            at += 1;
            continue;
        }
        if matches!(marker, 0xD8 | 0x01 | 0xD0..=0xD7) {
            at += 2;
            continue;
        }
        if matches!(marker, 0xD9 | 0xDA) {
            break;
        }
        let size = bytes.get(at + 2..at + 4)?;
        let length = usize::from(size[0]) << 8 | usize::from(size[1]);
        let start = at + 4;
        let end = (at + 2 + length.max(2)).min(bytes.len());
        let content = bytes.get(start..end)?;
        match marker {
            0xFE => picture.text("jpeg:comment", String::from_utf8_lossy(content), start..end),
            0xE1 if content.starts_with(b"Exif\0\0") => exif::read(content, start, picture),
            0xE1 if content.starts_with(b"http://ns.adobe.com/") => {
                let packet = content.iter().position(|&byte| byte == b'<');
                if let Some(packet) = packet {
                    xmp_texts(&content[packet..], start + packet, picture);
                }
            }
            0xED => iptc(content, start, picture),
            _ => {}
        }
        at = end;
    }
    // The end is the last of its marks: pictures inside of metadata have ends of their own.
    let rest = bytes.get(at..)?;
    let end = rest.windows(2).position(|pair| pair == [0xFF, 0xD9])?;
    Some(at + end + 2)
}

/// Texts of IPTC: `1C`, record, data set, size, text.
fn iptc<'b>(content: &'b [u8], offset: usize, picture: &mut Picture<'b>) {
    let mut at = 0;
    while at + 5 <= content.len() {
        let [0x1C, record @ 1..=9, set, high, low] = content[at..at + 5] else {
            at += 1;
            continue;
        };
        let size = usize::from(high) << 8 | usize::from(low);
        let Some(text) = content.get(at + 5..at + 5 + size) else {
            at += 1;
            continue;
        };
        if record == 2 && set != 0 {
            let place = offset + at + 5..offset + at + 5 + size;
            picture.text(format!("iptc:{set}"), String::from_utf8_lossy(text), place);
        }
        at += 5 + size;
    }
}

fn gray(bytes: &[u8]) -> Result<Gray, String> {
    let options = DecoderOptions::default()
        .set_strict_mode(false)
        .set_max_width(16_384)
        .set_max_height(16_384)
        .jpeg_set_out_colorspace(ColorSpace::Luma);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    let broken = |error| format!("the picture cannot be decoded: {error:?}");
    decoder.decode_headers().map_err(broken)?;
    let (width, height) = decoder
        .info()
        .map(|info| (usize::from(info.width), usize::from(info.height)))
        .ok_or_else(|| "the picture has no header".to_owned())?;
    if width.saturating_mul(height) > MAX_PIXELS {
        return Err(format!(
            "a picture of {width} × {height} pixels is not decoded"
        ));
    }
    let decoded = decoder.decode().map_err(broken)?;
    // Some color models come out as they are stored: the mean of the samples serves.
    let samples = (decoded.len() / (width * height).max(1)).max(1);
    let luma = if samples == 1 {
        decoded
    } else {
        let mean = |pixel: &[u8]| {
            let sum: usize = pixel.iter().map(|&sample| usize::from(sample)).sum();
            u8::try_from(sum / pixel.len().max(1)).unwrap_or(255)
        };
        decoded.chunks(samples).map(mean).collect()
    };
    Ok(Gray {
        width,
        height,
        luma,
    })
}
