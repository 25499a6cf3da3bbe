//! QR codes in pictures, by the crate `rqrr`: as the picture is, inverted, in parts (several codes
//! in one picture disturb each other), and enlarged when it is small.

use crate::images::Gray;

/// Pictures are made smaller until neither side is longer.
const MAX_SIDE: usize = 1_600;

/// Smaller pictures are enlarged as well.
const SMALL_SIDE: usize = 500;

/// A light margin that every code needs and some pictures cut off.
const MARGIN: usize = 12;

/// At most so many codes are taken from one picture.
const MAX_CODES: usize = 16;

/// What the codes in a picture hold. Cost: some ten passes over at most 2.6 million pixels.
pub(crate) fn find(gray: &Gray) -> Vec<String> {
    let mut found = Vec::new();
    if gray.width < 11 || gray.height < 11 {
        return found;
    }
    let factor = gray.width.max(gray.height).div_ceil(MAX_SIDE);
    let small = shrunk(gray, factor);
    passes(&small, &mut found);
    if found.is_empty() && gray.width.max(gray.height) <= SMALL_SIDE {
        passes(&enlarged(gray, 3), &mut found);
    }
    if found.is_empty() && factor > 1 && gray.luma.len() <= 6_000_000 {
        scan(gray, false, &mut found);
    }
    found
}

fn passes(gray: &Gray, found: &mut Vec<String>) {
    scan(gray, false, found);
    scan(gray, true, found);
    if gray.width.min(gray.height) >= 120 {
        for tile in tiles(gray) {
            scan(&tile, false, found);
        }
    }
}

/// One search. Dark margins are no margins: the canvas around an inverted picture is light, too.
fn scan(gray: &Gray, inverted: bool, found: &mut Vec<String>) {
    if found.len() >= MAX_CODES {
        return;
    }
    let (width, height) = (gray.width + 2 * MARGIN, gray.height + 2 * MARGIN);
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| {
        let inside = x
            .checked_sub(MARGIN)
            .zip(y.checked_sub(MARGIN))
            .filter(|&(x, y)| x < gray.width && y < gray.height);
        match inside.and_then(|(x, y)| gray.luma.get(y * gray.width + x)) {
            Some(luma) if inverted => 255 - luma,
            Some(luma) => *luma,
            None => 255,
        }
    });
    for grid in image.detect_grids().iter().take(MAX_CODES) {
        if let Ok((_, text)) = grid.decode()
            && !found.contains(&text)
            && found.len() < MAX_CODES
            && text.len() <= 8_192
        {
            found.push(text);
        }
    }
}

/// Makes a picture smaller by a whole factor; each pixel is the mean of those that it stands for.
fn shrunk(gray: &Gray, factor: usize) -> Gray {
    let factor = factor.max(1);
    let (width, height) = (gray.width / factor, gray.height / factor);
    let mut luma = Vec::with_capacity(width * height);
    let area = factor * factor;
    for y in 0..height {
        for x in 0..width {
            let rows = (0..factor).map(|row| {
                let start = (y * factor + row) * gray.width + x * factor;
                gray.luma.get(start..start + factor).unwrap_or_default()
            });
            let sum: usize = rows.flatten().map(|&luma| usize::from(luma)).sum();
            luma.push(u8::try_from(sum / area).unwrap_or(255));
        }
    }
    Gray {
        width,
        height,
        luma,
    }
}

/// Makes each pixel a square.
fn enlarged(gray: &Gray, factor: usize) -> Gray {
    let (width, height) = (gray.width * factor, gray.height * factor);
    let pixel = |at: usize| {
        let (x, y) = (at % width / factor, at / width / factor);
        gray.luma.get(y * gray.width + x).copied().unwrap_or(255)
    };
    Gray {
        width,
        height,
        luma: (0..width * height).map(pixel).collect(),
    }
}

/// The four quarters of a picture, each a tenth larger than a quarter.
fn tiles(gray: &Gray) -> impl Iterator<Item = Gray> + '_ {
    let (width, height) = (gray.width * 11 / 20, gray.height * 11 / 20);
    let corners = [
        (0, 0),
        (gray.width - width, 0),
        (0, gray.height - height),
        (gray.width - width, gray.height - height),
    ];
    corners.into_iter().map(move |(left, top)| {
        let rows = (top..top + height).flat_map(|y| {
            let start = y * gray.width + left;
            gray.luma.get(start..start + width).unwrap_or_default()
        });
        Gray {
            width,
            height,
            luma: rows.copied().collect(),
        }
    })
}
