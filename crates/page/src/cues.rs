//! The one pass over the text of a page for the beginnings of what is asked of it more closely:
//! questions for age, and labels of those who trade.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use crate::gate;
use crate::outline::Outline;
use crate::trader::{self, Hit};

/// Where in the read text of a page something may stand.
pub(crate) struct Cues {
    /// Where a question for age may begin, in order.
    pub(crate) ages: Vec<usize>,
    /// Where labels of those who trade may stand, in order.
    pub(crate) traders: Vec<Hit>,
}

#[expect(
    clippy::unwrap_used,
    reason = "the stems are constants that every test builds"
)]
static STEMS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let labels = trader::STRONG.iter().map(|(label, _)| *label);
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .kind(Some(AhoCorasickKind::DFA))
        .build(gate::STEMS.iter().copied().chain(labels))
        .unwrap()
});

/// Labels that are kept of a page: more are a list of goods, not a statement of who trades.
const MOST: usize = 2_000;

/// Finds them. O(bytes of the read text).
pub(crate) fn find(outline: &Outline<'_>) -> Cues {
    let mut cues = Cues {
        ages: Vec::new(),
        traders: Vec::new(),
    };
    for hit in STEMS.find_overlapping_iter(outline.read_text()) {
        let number = hit.pattern().as_usize();
        match number.checked_sub(gate::STEMS.len()) {
            None => cues.ages.push(hit.start()),
            Some(label) if cues.traders.len() < MOST => {
                let part = trader::STRONG.get(label).map(|(_, part)| *part);
                cues.traders.extend(part.map(|part| (hit.range(), part)));
            }
            Some(_) => {}
        }
    }
    // Matches come by where they end.
    cues.ages.sort_unstable();
    cues.traders.sort_by_key(|(range, _)| range.start);
    cues
}
