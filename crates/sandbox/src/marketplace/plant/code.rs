//! QR codes of one size: version 4, level L, bytes, mask 0. Source: ISO/IEC 18004:2015.

/// Modules along a side.
pub(super) const SIDE: usize = 33;
/// Bytes of data, and of the check behind them; there is one block.
const DATA: usize = 80;
const CHECK: usize = 20;
/// Level L and mask 0, with their check, as the fifteen bits stand in the code (table C.1).
const FORMAT: u32 = 0b111_0111_1100_0100;
/// Most bytes of a text.
const MOST: usize = 78;

/// What is known of a module while the code is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Module {
    Free,
    /// Of a pattern: dark or not.
    Fixed(bool),
    /// Of the text: dark or not.
    Data(bool),
}

/// The modules of a code, dark ones true; none for a text of more than 78 bytes.
pub(super) fn modules(text: &str) -> Option<Vec<Vec<bool>>> {
    if text.len() > MOST {
        return None;
    }
    let mut grid = vec![vec![Module::Free; SIDE]; SIDE];
    patterns(&mut grid);
    let mut words = data_words(text);
    words.extend(check_words(&words));
    place(&mut grid, &words);
    Some(
        grid.iter()
            .map(|row| {
                row.iter()
                    .map(|module| matches!(module, Module::Fixed(true) | Module::Data(true)))
                    .collect()
            })
            .collect(),
    )
}

/// Mode, length, text and padding (section 7.4).
fn data_words(text: &str) -> Vec<u8> {
    let length = u8::try_from(text.len()).unwrap_or(0);
    let mut halves = vec![4, length >> 4, length & 15];
    halves.extend(text.bytes().flat_map(|byte| [byte >> 4, byte & 15]));
    halves.push(0);
    let mut words: Vec<u8> = halves
        .chunks(2)
        .map(|two| two[0] << 4 | two.get(1).unwrap_or(&0))
        .collect();
    let pads = [0xec, 0x11].into_iter().cycle();
    let missing = DATA.saturating_sub(words.len());
    words.extend(pads.take(missing));
    words
}

/// A product in the field of 256 elements whose polynomial is 0x11d (section 7.5.2).
fn product(one: u8, other: u8) -> u8 {
    let mut result = 0_u8;
    for place in (0..8).rev() {
        let carry = result >> 7;
        result = (result << 1) ^ (carry * 0x1d);
        if other >> place & 1 == 1 {
            result ^= one;
        }
    }
    result
}

/// The remainder of the data by the generator of twenty check words (annex A).
fn check_words(data: &[u8]) -> Vec<u8> {
    let mut generator = vec![0_u8; CHECK];
    generator[CHECK - 1] = 1;
    let mut root = 1;
    for _ in 0..CHECK {
        for place in 0..CHECK {
            generator[place] = product(generator[place], root);
            if place + 1 < CHECK {
                generator[place] ^= generator[place + 1];
            }
        }
        root = product(root, 2);
    }
    let mut rest = vec![0_u8; CHECK];
    for word in data {
        let factor = word ^ rest.remove(0);
        rest.push(0);
        for (one, term) in rest.iter_mut().zip(&generator) {
            *one ^= product(*term, factor);
        }
    }
    rest
}

/// Finders, their borders, the alignment pattern, timing, format and the dark module (section 6.3).
fn patterns(grid: &mut [Vec<Module>]) {
    for (row, line) in grid.iter_mut().enumerate() {
        for (column, module) in line.iter_mut().enumerate() {
            if row == 6 || column == 6 {
                *module = Module::Fixed((row + column).is_multiple_of(2));
            }
        }
    }
    for (top, left) in [(0, 0), (0, SIDE - 7), (SIDE - 7, 0)] {
        for (row, line) in grid.iter_mut().enumerate() {
            for (column, module) in line.iter_mut().enumerate() {
                let down = row.abs_diff(top + 3);
                let across = column.abs_diff(left + 3);
                let ring = down.max(across);
                if ring <= 4 {
                    *module = Module::Fixed(ring != 2 && ring != 4);
                }
            }
        }
    }
    for (row, line) in grid.iter_mut().enumerate() {
        for (column, module) in line.iter_mut().enumerate() {
            let ring = row.abs_diff(26).max(column.abs_diff(26));
            if ring <= 2 {
                *module = Module::Fixed(ring != 1);
            }
        }
    }
    for bit in 0..15 {
        let dark = Module::Fixed(FORMAT >> bit & 1 == 1);
        let (row, column) = match bit {
            0..=5 => (bit, 8),
            6 => (7, 8),
            7 => (8, 8),
            8 => (8, 7),
            _ => (8, 14 - bit),
        };
        grid[row][column] = dark;
        let (row, column) = if bit < 8 {
            (8, SIDE - 1 - bit)
        } else {
            (SIDE - 15 + bit, 8)
        };
        grid[row][column] = dark;
    }
    grid[SIDE - 8][8] = Module::Fixed(true);
}

/// The places of the text in their order: two columns at a time from the right, up and down by turns.
fn order() -> impl Iterator<Item = (usize, usize)> {
    let pairs = (0..SIDE / 2).map(|pair| {
        let right = SIDE - 1 - 2 * pair;
        // The column of the timing pattern is left out.
        if right <= 6 { right - 1 } else { right }
    });
    pairs.enumerate().flat_map(|(turn, right)| {
        (0..SIDE).flat_map(move |step| {
            let row = if turn % 2 == 0 { SIDE - 1 - step } else { step };
            [(row, right), (row, right - 1)]
        })
    })
}

/// Puts the words into the free places, each bit turned where row and column make an even sum.
fn place(grid: &mut [Vec<Module>], words: &[u8]) {
    let mut bits = words
        .iter()
        .flat_map(|word| (0..8).rev().map(move |place| word >> place & 1 == 1));
    for (row, column) in order() {
        if grid[row][column] == Module::Free {
            let dark = bits.next().unwrap_or(false);
            grid[row][column] = Module::Data(dark ^ (row + column).is_multiple_of(2));
        }
    }
}

/// The code as rows of gray pixels with a quiet border of four modules, dark on light or the other way.
pub(super) fn pixels(modules: &[Vec<bool>], scale: usize, inverted: bool) -> Vec<Vec<u8>> {
    let side = (SIDE + 8) * scale;
    (0..side)
        .map(|row| {
            (0..side)
                .map(|column| {
                    let at = |place: usize| (place / scale).checked_sub(4).filter(|at| *at < SIDE);
                    let dark = at(row)
                        .zip(at(column))
                        .is_some_and(|(row, column)| modules[row][column]);
                    if dark == inverted { 255 } else { 0 }
                })
                .collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_words_make_every_root_a_zero() {
        let mut words = data_words("http://kiosk.test/p/1");
        words.extend(check_words(&words));
        let mut root = 1;
        for _ in 0..CHECK {
            let value = words
                .iter()
                .fold(0, |value, word| product(value, root) ^ word);
            assert_eq!(value, 0);
            root = product(root, 2);
        }
    }

    #[test]
    fn the_text_fills_all_places_but_seven() {
        let mut grid = vec![vec![Module::Free; SIDE]; SIDE];
        patterns(&mut grid);
        let free = grid
            .iter()
            .flatten()
            .filter(|module| **module == Module::Free)
            .count();
        assert_eq!(free, (DATA + CHECK) * 8 + 7);
        assert_eq!(order().count(), SIDE * (SIDE - 1));
    }

    #[test]
    fn a_text_that_is_too_long_has_no_code() {
        assert!(modules(&"x".repeat(78)).is_some());
        assert!(modules(&"x".repeat(79)).is_none());
    }
}
