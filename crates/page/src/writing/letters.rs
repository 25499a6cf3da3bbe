//! Words and addresses whose pieces stand in elements of their own (T08).

use std::ops::Range;

use model::PageUrl;

use crate::outline::Index;
use crate::text_url;
use crate::unwrap::is_public_host;

/// Texts of at most so many characters are pieces of a word that is spelled over elements.
const PIECE: usize = 4;

/// Pieces of an address that is cut where it is have at most so many bytes.
pub(super) const LONG_PIECE: usize = 80;

/// At most so many pieces are put together.
pub(super) const MAX_PIECES: usize = 300;

/// Whether a text is longer than a piece of a word that is spelled over elements. O(1).
pub(super) fn is_long(text: &str) -> bool {
    text.chars().nth(PIECE).is_some()
}

/// A word that is spelled over blocks or cells, one piece in each.
#[derive(Default)]
pub(crate) struct Letters {
    /// Where each begins in the text, and the node it stands in.
    pub(super) pieces: Vec<(usize, Index)>,
    pub(super) text: String,
    /// Whether some piece is longer than a few letters.
    pub(super) has_long: bool,
    /// Whether the first or the last piece is the end, or the beginning, of a longer text.
    pub(super) is_cut_out: bool,
}

impl Letters {
    pub(super) fn push(&mut self, piece: &str, node: Index) {
        self.has_long |= is_long(piece);
        self.pieces.push((self.text.len(), node));
        self.text.push_str(piece);
    }

    /// Begins a new word. What was put aside for the text is kept for it.
    pub(super) fn clear(&mut self) {
        self.pieces.clear();
        self.text.clear();
        self.has_long = false;
        self.is_cut_out = false;
    }

    /// Whether the pieces are letters of one word.
    pub(super) fn are_spelled(&self) -> bool {
        !self.has_long && self.pieces.len() >= 4
    }

    /// The node of the piece in which a place of the text lies.
    pub(super) fn node_at(&self, at: usize) -> Index {
        let next = self.pieces.partition_point(|&(start, _)| start <= at);
        let piece = self.pieces.get(next.saturating_sub(1));
        piece.map_or(0, |&(_, node)| node)
    }

    /// Whether the pieces may hold an address that was cut: with a scheme or `www`, or with a step of a path.
    pub(super) fn may_be_cut(&self) -> bool {
        self.pieces.len() > 1
            && self.text.len() <= 400
            && (self.text.contains("://")
                || self.text.contains("www.")
                || (!self.is_cut_out && self.text.contains('/') && self.text.contains('.')))
    }

    /// The addresses that were cut. What follows the last piece of one may be a word of its own.
    pub(super) fn cut_addresses(&self) -> Vec<text_url::Written> {
        let ends = self.pieces.iter().skip(2).map(|&(start, _)| start);
        let ends = std::iter::once(self.text.len()).chain(ends.rev()).take(4);
        for end in ends {
            let mut found = text_url::find(&self.text[..end]);
            found.retain(|written| {
                let at = written.at.as_ref();
                at.is_some_and(|at| self.is_cut(at, &written.target))
            });
            if !found.is_empty() {
                return found;
            }
        }
        Vec::new()
    }

    /// Whether an address of the whole was cut: it goes on over a seam, and what stands before the seam is no
    /// address, or what stands behind it goes on with a sign.
    pub(super) fn is_cut(&self, at: &Range<usize>, target: &PageUrl) -> bool {
        let seams = self.pieces.iter().map(|&(start, _)| start);
        let mut inside = seams.filter(|seam| (at.start + 1..at.end).contains(seam));
        is_public_host(target.host().as_str())
            && inside.clone().next().is_some()
            && inside.all(|seam| {
                let (before, behind) = (&self.text[at.start..seam], &self.text[seam..at.end]);
                let is_whole = |text: &str| {
                    let mut found = text_url::find(text).into_iter();
                    found.any(|known| is_public_host(known.target.host().as_str()))
                };
                // A heading before an address is no part of it.
                if !before.contains("://") && !before.ends_with(['.', '-', '/']) && is_whole(behind)
                {
                    return false;
                }
                behind.starts_with(['/', '.', '?', '-', '&', '=', '_', '%', '#'])
                    || (before.ends_with(['/', '-', '=', '_', '&', '?'])
                        && behind.contains(['/', '.', '?', '=', '&']))
                    || !is_whole(before)
            })
    }
}
