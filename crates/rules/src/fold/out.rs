//! Where folded text goes: text alone, or with the way back to the original.

use super::{Ranges, Sign};

/// Where folded text goes: text alone, or with the way back.
pub(super) trait Out {
    fn text(&self) -> &str;
    fn push(&mut self, value: char, sign: Sign);
    fn truncate(&mut self, bytes: usize);
}

impl Out for String {
    fn text(&self) -> &str {
        self
    }

    fn push(&mut self, value: char, _: Sign) {
        self.push(value);
    }

    fn truncate(&mut self, bytes: usize) {
        self.truncate(bytes);
    }
}

/// Folded text with the way back.
pub(super) struct Traced {
    pub(super) text: String,
    pub(super) origin: Ranges,
}

impl Traced {
    pub(super) fn with_room(bytes: usize) -> Self {
        Self {
            text: String::with_capacity(bytes),
            origin: Vec::with_capacity(bytes),
        }
    }
}

impl Out for Traced {
    fn text(&self) -> &str {
        &self.text
    }

    fn push(&mut self, value: char, sign: Sign) {
        self.text.push(value);
        for _ in 0..value.len_utf8() {
            self.origin.push((sign.start, sign.end));
        }
    }

    fn truncate(&mut self, bytes: usize) {
        self.text.truncate(bytes);
        self.origin.truncate(bytes);
    }
}
