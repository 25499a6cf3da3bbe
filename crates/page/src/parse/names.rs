//! Names of elements and attributes, each interned once for a page and not for each tag.

use html5ever::LocalName;

/// Slots of each table: a page uses some sixty names.
const SLOTS: usize = 256;

/// Names of at most so many bytes are compared as one number.
const MAX_SHORT: usize = 8;

/// Longer names are rare.
const MAX_KEPT: usize = 24;

/// Tables of names with two places for each hash; a later name takes the place of an earlier one.
pub(super) struct Names {
    short: Vec<(u64, LocalName)>,
    long: Vec<Option<LocalName>>,
}

impl Names {
    pub(super) fn new() -> Self {
        Self {
            // No name is the number null.
            short: vec![(0, LocalName::from("")); SLOTS],
            long: vec![None; SLOTS],
        }
    }

    /// The name as the tree has it: ASCII letters in lower case, nulls replaced.
    pub(super) fn get(&mut self, written: &str) -> LocalName {
        let bytes = written.as_bytes();
        if bytes.len() > MAX_SHORT {
            return self.long(written);
        }
        // Nulls at the start of a name would be lost in its number.
        if matches!(bytes.first(), None | Some(0)) {
            return lowered(written);
        }
        let key = bytes.iter().fold(0, |key, byte| {
            key << 8 | u64::from(byte.to_ascii_lowercase())
        });
        let slot = (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56) as usize % SLOTS;
        for place in [slot, slot ^ 1] {
            if self.short[place].0 == key {
                return self.short[place].1.clone();
            }
        }
        let name = lowered(written);
        let is_taken = self.short[slot].0 != 0;
        self.short[slot ^ usize::from(is_taken)] = (key, name.clone());
        name
    }

    fn long(&mut self, written: &str) -> LocalName {
        let bytes = written.as_bytes();
        if bytes.len() > MAX_KEPT {
            return lowered(written);
        }
        let hash = bytes.iter().fold(0_u32, |hash, byte| {
            (hash ^ u32::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0193)
        });
        let slot = (hash ^ (hash >> 16)) as usize % SLOTS;
        for place in [slot, slot ^ 1] {
            if let Some(known) = &self.long[place]
                && known.as_bytes().eq_ignore_ascii_case(bytes)
            {
                return known.clone();
            }
        }
        let name = lowered(written);
        let is_taken = self.long[slot].is_some();
        self.long[slot ^ usize::from(is_taken)] = Some(name.clone());
        name
    }
}

fn lowered(written: &str) -> LocalName {
    let mut name = written.to_ascii_lowercase();
    if name.contains('\0') {
        name = name.replace('\0', "\u{FFFD}");
    }
    LocalName::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_same_in_any_case() {
        let mut names = Names::new();
        for _ in 0..2 {
            assert_eq!(names.get("HREF"), LocalName::from("href"));
            assert_eq!(names.get("href"), LocalName::from("href"));
            assert_eq!(names.get("\0href"), LocalName::from("\u{FFFD}href"));
            assert_eq!(names.get("\0"), LocalName::from("\u{FFFD}"));
            assert_eq!(names.get(""), LocalName::from(""));
            assert_eq!(names.get("É\0x"), LocalName::from("É\u{FFFD}x"));
            assert_eq!(
                names.get("ARIA-labelledby"),
                LocalName::from("aria-labelledby")
            );
            assert_eq!(
                names.get("aria-\0labelledby"),
                LocalName::from("aria-\u{FFFD}labelledby")
            );
        }
    }
}
