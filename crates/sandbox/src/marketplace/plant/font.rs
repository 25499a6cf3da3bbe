//! Letters of three by five pixels.

/// Rows of a letter from top to bottom, three bits each; capitals stand for small letters.
const LETTERS: &[(char, [u8; 5])] = &[
    ('a', [2, 5, 7, 5, 5]),
    ('b', [6, 5, 6, 5, 6]),
    ('c', [3, 4, 4, 4, 3]),
    ('d', [6, 5, 5, 5, 6]),
    ('e', [7, 4, 6, 4, 7]),
    ('f', [7, 4, 6, 4, 4]),
    ('g', [3, 4, 5, 5, 3]),
    ('h', [5, 5, 7, 5, 5]),
    ('i', [7, 2, 2, 2, 7]),
    ('j', [1, 1, 1, 5, 2]),
    ('k', [5, 5, 6, 5, 5]),
    ('l', [4, 4, 4, 4, 7]),
    ('m', [5, 7, 7, 5, 5]),
    ('n', [6, 5, 5, 5, 5]),
    ('o', [2, 5, 5, 5, 2]),
    ('p', [6, 5, 6, 4, 4]),
    ('q', [2, 5, 5, 6, 3]),
    ('r', [6, 5, 6, 5, 5]),
    ('s', [3, 4, 2, 1, 6]),
    ('t', [7, 2, 2, 2, 2]),
    ('u', [5, 5, 5, 5, 7]),
    ('v', [5, 5, 5, 5, 2]),
    ('w', [5, 5, 7, 7, 5]),
    ('x', [5, 5, 2, 5, 5]),
    ('y', [5, 5, 2, 2, 2]),
    ('z', [7, 1, 2, 4, 7]),
    ('0', [7, 5, 5, 5, 7]),
    ('1', [2, 6, 2, 2, 7]),
    ('2', [6, 1, 2, 4, 7]),
    ('3', [6, 1, 2, 1, 6]),
    ('4', [5, 5, 7, 1, 1]),
    ('5', [7, 4, 6, 1, 6]),
    ('6', [3, 4, 7, 5, 7]),
    ('7', [7, 1, 2, 2, 2]),
    ('8', [7, 5, 7, 5, 7]),
    ('9', [7, 5, 7, 1, 6]),
    ('.', [0, 0, 0, 0, 2]),
    (':', [0, 2, 0, 2, 0]),
    ('/', [1, 1, 2, 4, 4]),
    ('-', [0, 0, 7, 0, 0]),
];

/// A line of text as rows of gray pixels on white: each pixel of a letter is `scale` pixels wide and
/// high, in the gray `ink`. A sign that is none of the letters is a gap.
pub(super) fn drawn(text: &str, scale: usize, ink: u8) -> Vec<Vec<u8>> {
    let glyphs: Vec<[u8; 5]> = text
        .chars()
        .map(|sign| {
            let found = LETTERS.iter().find(|(letter, _)| *letter == sign);
            found.map_or([0; 5], |(_, rows)| *rows)
        })
        .collect();
    let width = (glyphs.len() * 4 + 4) * scale;
    let mut rows = vec![vec![255; width]; 9 * scale];
    for (place, glyph) in glyphs.iter().enumerate() {
        for (down, bits) in glyph.iter().enumerate() {
            for across in (0..3).filter(|across| bits >> (2 - across) & 1 == 1) {
                let (left, top) = ((2 + place * 4 + across) * scale, (2 + down) * scale);
                for row in rows.iter_mut().skip(top).take(scale) {
                    row.iter_mut()
                        .skip(left)
                        .take(scale)
                        .for_each(|pixel| *pixel = ink);
                }
            }
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_is_drawn_where_it_stands() {
        let rows = drawn("t", 1, 0);
        let dark: usize = rows.iter().flatten().filter(|pixel| **pixel == 0).count();
        assert_eq!(dark, 7);
        assert_eq!(rows[2][2..5], [0, 0, 0]);
    }
}
