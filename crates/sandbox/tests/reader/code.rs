//! Reading a QR code of version 4, level L, mask 0, without any repair: as a picture of stored pixels, a
//! drawing of squares or a table of cells.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

const SIDE: usize = 33;

/// What the code in a document says, if there is one.
pub(crate) fn read(bytes: &[u8]) -> Option<String> {
    let dark = if bytes.starts_with(b"\x89PNG") {
        of_picture(bytes)?
    } else {
        let text = String::from_utf8_lossy(bytes).into_owned();
        of_drawing(&text).or_else(|| of_table(&text))?
    };
    spelled(&dark)
}

type Dark = BTreeSet<(usize, usize)>;

/// The dark modules of a picture of 41 modules with its border, by the pixel in the middle of each.
fn of_picture(png: &[u8]) -> Option<Dark> {
    let width = u32::from_be_bytes(png.get(16..20)?.try_into().ok()?) as usize;
    if width == 0 || !width.is_multiple_of(41) {
        return None;
    }
    let at = png.windows(4).position(|four| four == b"IDAT")?;
    let size = u32::from_be_bytes(png[at - 4..at].try_into().ok()?) as usize;
    // A stored stream: two bytes of head, then blocks with five bytes of head each.
    let stream = &png[at + 4..at + 4 + size];
    let mut raw: Vec<u8> = Vec::new();
    let mut place = 2;
    loop {
        let length = u16::from_le_bytes(stream[place + 1..place + 3].try_into().ok()?) as usize;
        raw.extend(&stream[place + 5..place + 5 + length]);
        if stream[place] & 1 == 1 {
            break;
        }
        place += 5 + length;
    }
    let scale = width / 41;
    let pixel = |row: usize, column: usize| raw[row * (width + 1) + 1 + column];
    let border = pixel(0, 0);
    let mut dark = Dark::new();
    for row in 0..SIDE {
        for column in 0..SIDE {
            let middle = |module: usize| (module + 4) * scale + scale / 2;
            if pixel(middle(row), middle(column)) != border {
                dark.insert((row, column));
            }
        }
    }
    Some(dark)
}

fn of_drawing(text: &str) -> Option<Dark> {
    static SQUARE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"<rect x="(\d+)" y="(\d+)" width="1" height="1"/>"#).unwrap()
    });
    let dark: Dark = SQUARE
        .captures_iter(text)
        .map(|found| {
            (
                found[2].parse::<usize>().unwrap() - 4,
                found[1].parse::<usize>().unwrap() - 4,
            )
        })
        .collect();
    (!dark.is_empty()).then_some(dark)
}

fn of_table(text: &str) -> Option<Dark> {
    let cells: Vec<bool> = text
        .split("<td bgcolor=\"")
        .skip(1)
        .filter(|cell| cell.contains("width=\"4\" height=\"4\""))
        .map(|cell| cell.starts_with("#000000"))
        .collect();
    if cells.len() != SIDE * SIDE {
        return None;
    }
    let places = (0..SIDE).flat_map(|row| (0..SIDE).map(move |column| (row, column)));
    Some(
        places
            .zip(cells)
            .filter(|(_, dark)| *dark)
            .map(|(place, _)| place)
            .collect(),
    )
}

/// Whether a module belongs to a pattern and not to the text.
fn is_pattern(row: usize, column: usize) -> bool {
    let corner = |near: usize, far: usize| near < 9 && far < 9;
    corner(row, column)
        || (row < 9 && column >= SIDE - 8)
        || (row >= SIDE - 8 && column < 9)
        || row == 6
        || column == 6
        || ((24..29).contains(&row) && (24..29).contains(&column))
}

fn spelled(dark: &Dark) -> Option<String> {
    let mut bits = Vec::new();
    let mut column = SIDE - 1;
    let mut up = true;
    loop {
        if column == 6 {
            column -= 1;
        }
        for step in 0..SIDE {
            let row = if up { SIDE - 1 - step } else { step };
            for one in [column, column - 1] {
                if !is_pattern(row, one) {
                    bits.push(dark.contains(&(row, one)) != ((row + one) % 2 == 0));
                }
            }
        }
        if column < 2 {
            break;
        }
        column -= 2;
        up = !up;
    }
    let number = |from: usize, count: usize| {
        bits[from..from + count]
            .iter()
            .fold(0_usize, |all, bit| all * 2 + usize::from(*bit))
    };
    if number(0, 4) != 4 {
        return None;
    }
    let length = number(4, 8);
    let bytes: Vec<u8> = (0..length)
        .map(|place| u8::try_from(number(12 + place * 8, 8)).unwrap())
        .collect();
    String::from_utf8(bytes).ok()
}
