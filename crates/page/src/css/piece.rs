//! Parts of a text that share it.
//!
//! A sheet has thousands of values, and few of them are ever asked for, so a value is a range of the
//! sheet and no text of its own.

use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::rc::Rc;

/// A part of a text that many share, or a word of ours.
#[derive(Debug, Clone)]
pub(crate) enum Piece {
    /// A word of ours.
    Fixed(&'static str),
    /// The bytes of a text from a place to another.
    Part(Rc<str>, u32, u32),
}

impl Piece {
    /// A part of a text. What is no part of it becomes a text of its own.
    pub(crate) fn within(whole: &Rc<str>, part: &str) -> Self {
        match range(whole, part) {
            Some((start, end)) => Self::Part(whole.clone(), start, end),
            None => Self::from(part),
        }
    }

    /// A part of this one.
    pub(crate) fn part(&self, part: &str) -> Self {
        match self {
            Self::Part(whole, ..) => Self::within(whole, part),
            Self::Fixed(whole) => match range(whole, part) {
                Some((start, end)) => Self::Fixed(&whole[start as usize..end as usize]),
                None => Self::from(part),
            },
        }
    }
}

/// Where a part stands in a text, by its address.
fn range(whole: &str, part: &str) -> Option<(u32, u32)> {
    let start = part.as_ptr().addr().checked_sub(whole.as_ptr().addr())?;
    let end = start.checked_add(part.len())?;
    let is_part = end <= whole.len() && !part.is_empty();
    is_part.then_some((u32::try_from(start).ok()?, u32::try_from(end).ok()?))
}

impl Deref for Piece {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Fixed(text) => text,
            Self::Part(whole, start, end) => &whole[*start as usize..*end as usize],
        }
    }
}

impl From<&str> for Piece {
    fn from(text: &str) -> Self {
        match u32::try_from(text.len()) {
            Ok(end) if end > 0 => Self::Part(text.into(), 0, end),
            // No text of a page is as long as that.
            _ => Self::Fixed(""),
        }
    }
}

impl From<String> for Piece {
    fn from(text: String) -> Self {
        Self::from(&*text)
    }
}

impl Eq for Piece {}

impl Hash for Piece {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

impl PartialEq for Piece {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_shares_its_text_and_another_does_not() {
        let whole: Rc<str> = "margin:0 4px".into();
        let value = Piece::within(&whole, &whole[7..]);
        let first = value.part(&value[..1]);
        assert_eq!((&*value, &*first), ("0 4px", "0"));
        assert_eq!(Rc::strong_count(&whole), 3);
        let other = Piece::within(&whole, "0 4px");
        assert_eq!(other, value);
        assert_eq!(Rc::strong_count(&whole), 3);
        assert_eq!(&*Piece::Fixed("none").part("no"), "no");
        assert_eq!(&*Piece::from(""), "");
    }
}
