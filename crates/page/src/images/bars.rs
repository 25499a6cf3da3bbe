//! Bar codes in pictures: Code 128 (ISO/IEC 15417), which can hold an address, Code 39 and the
//! article numbers EAN-13 and UPC-A (ISO/IEC 15420). Upright, lying, turned by half, or negative;
//! read along lines that are laid over the picture, so a code must be straight.

use crate::images::Gray;

/// Lines that are laid over a picture in each direction.
const LINES: usize = 48;
/// Longer lines are not read.
const LONGEST: usize = 20_000;
/// Difference between the darkest and the lightest pixel below which a line holds nothing.
const CONTRAST: u8 = 60;
/// Symbols of one code.
const MAX_SYMBOLS: usize = 120;
/// Lines that must agree on a code that has no check sum of its own.
const AGREEING: usize = 3;

/// What the bar codes in a picture hold, in the order in which they are met. Cost: one pass over
/// at most [`LINES`] rows and columns.
pub(crate) fn find(gray: &Gray) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut unsure: Vec<String> = Vec::new();
    let mut line = Vec::new();
    for lying in [false, true] {
        let (across, along) = if lying {
            (gray.width, gray.height)
        } else {
            (gray.height, gray.width)
        };
        let along = along.min(LONGEST);
        for number in 0..across.min(LINES) {
            let at = (2 * number + 1) * across / (2 * across.min(LINES));
            line.clear();
            line.extend((0..along).map(|step| {
                let (x, y) = if lying { (at, step) } else { (step, at) };
                gray.luma
                    .get(y * gray.width + x)
                    .copied()
                    .unwrap_or(u8::MAX)
            }));
            read_line(&line, &mut found, &mut unsure);
        }
    }
    unsure.sort_unstable();
    for same in unsure.chunk_by(|one, other| one == other) {
        if same.len() >= AGREEING && !found.contains(&same[0]) {
            found.push(same[0].clone());
        }
    }
    found
}

/// Reads one line of pixels forwards and backwards, as it is and negative.
fn read_line(line: &[u8], found: &mut Vec<String>, unsure: &mut Vec<String>) {
    let mut runs = runs(line);
    for _ in 0..2 {
        // Bars are the runs of odd number, because a line begins with a light run.
        for first in [1, 2] {
            for start in (first..runs.len()).step_by(2) {
                let rest = &runs[start..];
                let code = code_128(rest).or_else(|| article(rest));
                if let Some(code) = code {
                    if !found.contains(&code) {
                        found.push(code);
                    }
                } else if let Some(code) = code_39(rest) {
                    unsure.push(code);
                }
            }
        }
        runs.reverse();
        // Turned round, the line begins with a light run again.
        if runs.len().is_multiple_of(2) {
            runs.insert(0, 0);
        }
    }
}

/// Lengths of the light and dark runs of a line, in turn, the first a light one. The border
/// between light and dark lies half-way between the extremes of the line.
fn runs(line: &[u8]) -> Vec<usize> {
    let darkest = line.iter().copied().min().unwrap_or_default();
    let lightest = line.iter().copied().max().unwrap_or_default();
    let mut runs = vec![0];
    if lightest - darkest < CONTRAST {
        return runs;
    }
    let border = darkest + (lightest - darkest) / 2;
    let mut was_dark = false;
    for &luma in line {
        let is_dark = luma <= border;
        if is_dark == was_dark {
            if let Some(run) = runs.last_mut() {
                *run += 1;
            }
        } else {
            runs.push(1);
            was_dark = is_dark;
        }
    }
    runs
}

/// Widths of runs in modules, when together they have `modules` and each has one to four. What
/// rounding leaves over or lacks makes the runs no symbol.
fn widths<const N: usize>(runs: &[usize], modules: usize) -> Option<[u8; N]> {
    let runs = runs.get(..N)?;
    let total: usize = runs.iter().sum();
    if total < modules {
        return None;
    }
    let mut widths = [0; N];
    for (width, run) in widths.iter_mut().zip(runs) {
        let rounded = (run * modules * 2 + total) / (2 * total);
        *width = u8::try_from(rounded)
            .ok()
            .filter(|one| (1..=4).contains(one))?;
    }
    let sum: usize = widths.iter().map(|&width| usize::from(width)).sum();
    (sum == modules).then_some(widths)
}

/// Whether two symbols are of one size, within a quarter.
fn is_like(total: usize, other: usize) -> bool {
    total * 4 <= other * 5 && other * 4 <= total * 5
}

/// Widths of the symbols of Code 128, in the order of their values; each begins with a bar.
const CODE_128: [[u8; 6]; 106] = {
    const TEXT: &[u8] = b"212222222122222221121223121322131222122213122312132212221213221312231212\
112232122132122231113222123122123221223211221132221231213212223112312131311222321122321221\
312212322112322211212123212321232121111323131123131321112313132113132311211313231113231311\
112133112331132131113123113321133121313121211331231131213113213311213131311123311321331121\
312113312311332111314111221411431111111224111422121124121421141122141221112214112412122114\
122411142112142211241211221114413111241112134111111242121142121241114212124112124211411212\
421112421211212141214121412121111143111341131141114113114311411113411311113141114131311141\
411131211412211214211232";
    let mut table = [[0; 6]; 106];
    let mut at = 0;
    while at < 106 * 6 {
        table[at / 6][at % 6] = TEXT[at] - b'0';
        at += 1;
    }
    table
};

const CODE_128_STOP: [u8; 7] = [2, 3, 3, 1, 1, 1, 2];

/// A Code 128 that begins with the first run, checked by its check symbol.
fn code_128(runs: &[usize]) -> Option<String> {
    let value = |runs: &[usize]| -> Option<usize> {
        let widths = widths::<6>(runs, 11)?;
        CODE_128.iter().position(|symbol| *symbol == widths)
    };
    let start = value(runs).filter(|value| (103..=105).contains(value))?;
    let size: usize = runs[..6].iter().sum();
    let mut values = vec![start];
    let mut at = 6;
    loop {
        let rest = runs.get(at..)?;
        if widths::<7>(rest, 13) == Some(CODE_128_STOP) {
            break;
        }
        if !is_like(rest.get(..6)?.iter().sum(), size) || values.len() > MAX_SYMBOLS {
            return None;
        }
        values.push(value(rest)?);
        at += 6;
    }
    let check = values.pop()?;
    let sum: usize = values
        .iter()
        .enumerate()
        .map(|(place, value)| place.max(1) * value)
        .sum();
    let text = (sum % 103 == check).then(|| text_of_128(&values))??;
    (!text.is_empty()).then_some(text)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Set {
    A,
    B,
    C,
}

/// The text of checked values, the start symbol first; `None` when they hold no text.
fn text_of_128(values: &[usize]) -> Option<String> {
    let (start, values) = values.split_first()?;
    let mut set = match start {
        103 => Set::A,
        104 => Set::B,
        _ => Set::C,
    };
    let mut shifted = None;
    let mut text = String::new();
    for &value in values {
        let now = shifted.take().unwrap_or(set);
        match (now, value) {
            (Set::C, 0..=99) => text.push_str(&format!("{value:02}")),
            (Set::A, 0..=63) | (Set::B, 0..=95) => {
                text.push(char::from(u8::try_from(value + 32).ok()?));
            }
            (Set::A, 64..=95) => text.push(char::from(u8::try_from(value - 64).ok()?)),
            (Set::A, 98) => shifted = Some(Set::B),
            (Set::B, 98) => shifted = Some(Set::A),
            (Set::A | Set::B, 99) => set = Set::C,
            (Set::A | Set::C, 100) => set = Set::B,
            (Set::B | Set::C, 101) => set = Set::A,
            // Functions (96, 97, 102, and those of the own set) say how to use the text.
            (_, 96..=102) => {}
            _ => return None,
        }
    }
    Some(text)
}

/// Widths of the digits of EAN-13 in the odd set, space first; the even set is the reverse, and
/// the right half has the widths of the odd set, bar first.
const DIGITS: [[u8; 4]; 10] = [
    [3, 2, 1, 1],
    [2, 2, 2, 1],
    [2, 1, 2, 2],
    [1, 4, 1, 1],
    [1, 1, 3, 2],
    [1, 2, 3, 1],
    [1, 1, 1, 4],
    [1, 3, 1, 2],
    [1, 2, 1, 3],
    [3, 1, 1, 2],
];

/// Which of the left digits are of the even set, by the first digit.
const PARITIES: [u8; 10] = [
    0b00_0000, 0b00_1011, 0b00_1101, 0b00_1110, 0b01_0011, 0b01_1001, 0b01_1100, 0b01_0101,
    0b01_0110, 0b01_1010,
];

/// An EAN-13 (or UPC-A, which is one with a leading zero) that begins with the first run, checked
/// by its check digit. It has 59 runs.
fn article(runs: &[usize]) -> Option<String> {
    let runs = runs.get(..59)?;
    widths::<3>(runs, 3)?;
    widths::<5>(&runs[27..], 5)?;
    widths::<3>(&runs[56..], 3)?;
    let size: usize = runs[3..7].iter().sum();
    let mut digits = vec![0];
    let mut parity = 0;
    for place in 0..12 {
        let at = if place < 6 { 3 } else { 8 } + 4 * place;
        let runs = &runs[at..at + 4];
        if !is_like(runs.iter().sum(), size) {
            return None;
        }
        let widths = widths::<4>(runs, 7)?;
        let reversed = [widths[3], widths[2], widths[1], widths[0]];
        let odd = DIGITS.iter().position(|digit| *digit == widths);
        let even = DIGITS.iter().position(|digit| *digit == reversed);
        if place < 6 {
            parity = parity << 1 | u8::from(odd.is_none());
            digits.push(odd.or(even)?);
        } else {
            digits.push(odd?);
        }
    }
    digits[0] = PARITIES.iter().position(|known| *known == parity)?;
    let sum: usize = digits
        .iter()
        .enumerate()
        .map(|(place, digit)| digit * if place % 2 == 0 { 1 } else { 3 })
        .sum();
    let text = digits.iter().filter_map(|&digit| u8::try_from(digit).ok());
    sum.is_multiple_of(10)
        .then(|| text.map(|digit| char::from(b'0' + digit)).collect())
}

/// The letters of Code 39, each with the places of its wide runs of nine as bits, the first the
/// highest.
const CODE_39: [(char, u16); 44] = [
    ('0', 0x034),
    ('1', 0x121),
    ('2', 0x061),
    ('3', 0x160),
    ('4', 0x031),
    ('5', 0x130),
    ('6', 0x070),
    ('7', 0x025),
    ('8', 0x124),
    ('9', 0x064),
    ('A', 0x109),
    ('B', 0x049),
    ('C', 0x148),
    ('D', 0x019),
    ('E', 0x118),
    ('F', 0x058),
    ('G', 0x00D),
    ('H', 0x10C),
    ('I', 0x04C),
    ('J', 0x01C),
    ('K', 0x103),
    ('L', 0x043),
    ('M', 0x142),
    ('N', 0x013),
    ('O', 0x112),
    ('P', 0x052),
    ('Q', 0x007),
    ('R', 0x106),
    ('S', 0x046),
    ('T', 0x016),
    ('U', 0x181),
    ('V', 0x0C1),
    ('W', 0x1C0),
    ('X', 0x091),
    ('Y', 0x190),
    ('Z', 0x0D0),
    ('-', 0x085),
    ('.', 0x184),
    (' ', 0x0C4),
    ('$', 0x0A8),
    ('/', 0x0A2),
    ('+', 0x08A),
    ('%', 0x02A),
    ('*', 0x094),
];

/// A Code 39 of at least three letters that begins with the first run. It has no check sum.
fn code_39(runs: &[usize]) -> Option<String> {
    let letter = |runs: &[usize]| -> Option<char> {
        let runs = runs.get(..9)?;
        let mut sorted: Vec<usize> = runs.to_vec();
        sorted.sort_unstable();
        // Three of nine are wide: clearly wider than the widest of the others.
        if sorted[6] * 2 < sorted[5] * 3 || sorted[5] > sorted[0] * 2 + 1 {
            return None;
        }
        let bits = runs
            .iter()
            .fold(0, |bits, &run| bits << 1 | u16::from(run >= sorted[6]));
        let known = CODE_39.iter().find(|(_, known)| *known == bits)?;
        Some(known.0)
    };
    letter(runs).filter(|&letter| letter == '*')?;
    let size: usize = runs[..9].iter().sum();
    let mut text = String::new();
    let mut at = 10;
    loop {
        let rest = runs.get(at..)?;
        if !is_like(rest.get(..9)?.iter().sum(), size) || text.len() > MAX_SYMBOLS {
            return None;
        }
        match letter(rest)? {
            '*' => return (text.len() >= 3).then_some(text),
            letter => text.push(letter),
        }
        at += 10;
    }
}
