//! Letters that are drawn in another way, and that Unicode takes apart otherwise, or not at all.

/// The small letter behind one in a circle or square, between brackets, or in the form of a small capital. O(1).
#[must_use]
pub fn styled_letter(value: char) -> Option<char> {
    const SMALL_CAPITALS: &str = "aᴀbʙcᴄdᴅeᴇfꜰgɢhʜiɪjᴊkᴋlʟmᴍnɴoᴏpᴘrʀsꜱtᴛuᴜvᴠwᴡyʏzᴢ";
    let first = match value {
        '\u{249c}'..='\u{24b5}' => '\u{249c}',
        '\u{1f150}'..='\u{1f169}' => '\u{1f150}',
        '\u{1f170}'..='\u{1f189}' => '\u{1f170}',
        '\u{262}'..='\u{29f}' | '\u{1d00}'..='\u{1d22}' | '\u{a730}'..='\u{a731}' => {
            let at = SMALL_CAPITALS.chars().position(|it| it == value)?;
            return SMALL_CAPITALS.chars().nth(at.checked_sub(1)?);
        }
        _ => return None,
    };
    char::from_digit(value as u32 - first as u32 + 10, 36)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_in_circles_squares_brackets_and_small_capitals_are_letters() {
        let read: String = "🅥🆅⒱ᴠꜱ".chars().filter_map(styled_letter).collect();
        assert_eq!(read, "vvvvs");
        assert_eq!(styled_letter('v'), None);
        assert_eq!(styled_letter('ə'), None);
    }
}
