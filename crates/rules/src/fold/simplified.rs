//! Traditional characters by their simplified ones: goods are named alike in both, and which one a
//! page is written in says nothing of it.

use std::sync::LazyLock;

/// Pairs of a traditional character and its simplified one, in lines of no meaning.
///
/// Taken from `kSimplifiedVariant` of the Unihan database of Unicode 15.0: characters of Big5 that are
/// not in GB 2312, so that no text in simplified characters is changed, each by the first variant
/// that is in GB 2312. Nine pairs that the database calls variants of another sort were added: 菸, 讚, 牠, 妳, 喫, 砲,
/// 煖, 湧, 裏.
const PAIRS: &str = include_str!("simplified.txt");

/// The first of the ideographs that the table is for, and how many there are.
const FIRST: usize = 0x4e00;
const COUNT: usize = 0x9fff - FIRST + 1;

/// For each ideograph its simplified one.
static SIMPLIFIED: LazyLock<Vec<char>> = LazyLock::new(|| {
    let mut table: Vec<char> = ('\u{4e00}'..='\u{9fff}').collect();
    let mut signs = PAIRS.chars().filter(|value| !value.is_whitespace());
    while let (Some(traditional), Some(simplified)) = (signs.next(), signs.next()) {
        if let Some(place) = place(traditional).and_then(|at| table.get_mut(at)) {
            *place = simplified;
        }
    }
    table
});

fn place(value: char) -> Option<usize> {
    (value as usize).checked_sub(FIRST).filter(|&at| at < COUNT)
}

/// The simplified character of an ideograph, or the character itself.
pub(super) fn simplified(value: char) -> char {
    let known = place(value).and_then(|at| SIMPLIFIED.get(at));
    known.copied().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traditional_characters_have_their_simplified_ones() {
        let text: String = "電子煙藥菸裡麵".chars().map(simplified).collect();
        assert_eq!(text, "电子烟药烟里面");
    }

    #[test]
    fn no_simplified_character_is_changed_again() {
        for value in '\u{4e00}'..='\u{9fff}' {
            let once = simplified(value);
            assert_eq!(simplified(once), once, "{value}");
        }
    }
}
