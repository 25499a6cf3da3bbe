//! Names of elements and attributes, each interned once for a page and not for each tag.

use html5ever::LocalName;

/// Slots of the table: a page uses some sixty names.
const SLOTS: usize = 512;

/// Longer names are rare.
const MAX_KEPT: usize = 24;

/// A table of names with two places for each hash; a later name takes the place of an earlier one.
pub(super) struct Names {
    slots: Vec<Option<LocalName>>,
}

impl Names {
    pub(super) fn new() -> Self {
        Self {
            slots: vec![None; SLOTS],
        }
    }

    /// The name as the tree has it: ASCII letters in lower case, nulls replaced.
    pub(super) fn get(&mut self, written: &str) -> LocalName {
        let bytes = written.as_bytes();
        if bytes.len() > MAX_KEPT {
            return lowered(written);
        }
        let mut lower = [0_u8; MAX_KEPT];
        let mut hash = 0_u32;
        for (to, from) in lower.iter_mut().zip(bytes) {
            *to = from.to_ascii_lowercase();
            hash = (hash ^ u32::from(*to)).wrapping_mul(0x0100_0193);
        }
        let lower = &lower[..bytes.len()];
        let slot = (hash ^ (hash >> 16)) as usize % SLOTS;
        let mut free = slot;
        for place in [slot, slot ^ 1] {
            match &self.slots[place] {
                Some(known) if known.as_bytes() == lower => return known.clone(),
                Some(_) => {}
                None => free = place,
            }
        }
        let name = match std::str::from_utf8(lower) {
            Ok(plain) if !lower.contains(&0) => LocalName::from(plain),
            _ => lowered(written),
        };
        self.slots[free] = Some(name.clone());
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
        assert_eq!(names.get("HREF"), LocalName::from("href"));
        assert_eq!(names.get("href"), LocalName::from("href"));
        assert_eq!(names.get("É\0x"), LocalName::from("É\u{FFFD}x"));
    }
}
