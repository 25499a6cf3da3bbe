//! Endings of hosts that are no words of a sentence.

use super::unleet;
use crate::unwrap::is_usual_ending;

/// Endings that are no words of the sentence when they follow a spelled dot.
pub(super) fn is_ending(label: &str) -> bool {
    is_plain_ending(label) || {
        let plain = unleet(label);
        plain != label && is_plain_ending(&plain)
    }
}

fn is_plain_ending(label: &str) -> bool {
    is_usual_ending(label)
        || matches!(
            label,
            "kr" | "tr"
                | "ua"
                | "by"
                | "kz"
                | "ir"
                | "sa"
                | "ae"
                | "vn"
                | "tv"
                | "cc"
                | "ws"
                | "su"
                | "app"
                | "dev"
                | "link"
                | "test"
                | "ком"
                | "ру"
                | "нет"
                | "рф"
                | "орг"
                | "コム"
                | "ком."
                | "컴"
        )
}
