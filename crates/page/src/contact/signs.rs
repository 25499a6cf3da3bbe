//! The cheap question before the dear one: may a text hold a contact at all?
//!
//! A handle behind the name of its channel is marked: by an at-sign, a colon or the like, by an
//! underscore or a digit in it, or it is a number. Prose mostly has none of these.

/// The at-sign of mail addresses and handles.
const AT: u8 = 1;
/// Stands between the name of a channel and a handle, or in a handle.
const MARK: u8 = 1 << 1;
const DIGIT: u8 = 1 << 2;
/// May open a spelled at-sign.
const BRACKET: u8 = 1 << 3;
/// Begins the marks that are not in ASCII.
const WIDE: u8 = 1 << 4;
const LETTER: u8 = 1 << 5;
/// Stands in a name.
const JOINT: u8 = 1 << 6;
/// Stands between the digits of a number.
const GROUPS: u8 = 1 << 7;

/// What each byte may be part of.
const KINDS: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        kinds[byte] = match byte as u8 {
            b'@' => AT,
            b':' | b'=' | b'>' => MARK,
            b'_' => MARK | JOINT,
            b'0'..=b'9' => DIGIT,
            b'[' | b'{' => BRACKET,
            b'(' => BRACKET | GROUPS,
            b'.' | b'-' => JOINT | GROUPS,
            b' ' | b'+' | b')' | b'/' | 0xC2 | 0xA0 => GROUPS,
            b'a'..=b'z' | b'A'..=b'Z' => LETTER,
            0xE2 | 0xEF => WIDE,
            _ => 0,
        };
        byte += 1;
    }
    kinds
};

/// Whether a text without marks may hold what the reader of handles takes: a number of five digits or more, or a
/// name with a letter and a digit. Looks around the digits alone; linear, since four of them in one
/// run of digits and what groups them are the most that are looked at twice.
fn has_number_or_name(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is = |byte: u8, kinds: u8| KINDS[usize::from(byte)] & kinds != 0;
    let mut at = 0;
    while let Some(step) = bytes[at..].iter().position(u8::is_ascii_digit) {
        let digit = at + step;
        let in_name = |byte: &&u8| is(**byte, LETTER | DIGIT | JOINT);
        let mut before = bytes[..digit].iter().rev().take_while(in_name);
        let mut behind = bytes[digit..].iter().take_while(in_name);
        let is_letter = |byte: &u8| is(*byte, LETTER);
        if before.any(is_letter) || behind.any(is_letter) {
            return true;
        }
        let number = bytes[digit..]
            .iter()
            .take_while(|byte| is(**byte, DIGIT | GROUPS));
        if number.filter(|byte| byte.is_ascii_digit()).nth(4).is_some() {
            return true;
        }
        let digits = bytes[digit..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit());
        at = digit + digits.count();
    }
    false
}

/// What the bytes of a text are, all of them together.
#[derive(Debug, Clone, Copy)]
pub(super) struct Signs(u8);

impl Signs {
    /// One look at each byte.
    pub(super) fn of(text: &str) -> Self {
        let kinds = text.bytes().map(|byte| KINDS[usize::from(byte)]);
        Self(kinds.fold(0, |all, kind| all | kind))
    }

    /// Whether a mail address may stand in the text.
    pub(super) const fn may_hold_mail(self) -> bool {
        self.0 & (AT | BRACKET) != 0
    }

    /// Whether a handle or a number may stand behind the name of a channel. Linear.
    pub(super) fn may_hold_handle(self, text: &str) -> bool {
        let has = |kinds: u8| self.0 & kinds != 0;
        has(AT | MARK)
            || (has(WIDE) && text.contains(['：', '→']))
            || (has(DIGIT) && has_number_or_name(text))
    }
}
