//! Children of one shape: what makes a list of goods, or of results.

use crate::outline::{Index, Outline};
use crate::tags::Attrs;

/// How many shapes are told apart among the children of one element.
const SHAPES: usize = 16;

/// Counts children by their name and first class.
#[derive(Default)]
pub(super) struct Shapes<'o> {
    counts: Vec<((&'o str, Option<&'o str>), usize)>,
}

impl<'o> Shapes<'o> {
    /// Counts a child.
    pub(super) fn add(&mut self, outline: &'o Outline<'_>, child: Index) {
        let class = outline.attr_of(child, Attrs::CLASS, "class");
        let class = class.and_then(|class| class.split_whitespace().next());
        let shape = (outline.name(child), class);
        let known = self.counts.iter().position(|(known, _)| *known == shape);
        if let Some((_, count)) = known.and_then(|at| self.counts.get_mut(at)) {
            *count += 1;
        } else if self.counts.len() < SHAPES {
            self.counts.push((shape, 1));
        }
    }

    /// How many children the most frequent shape has.
    pub(super) fn most(self) -> usize {
        let counts = self.counts.into_iter().map(|(_, count)| count);
        counts.max().unwrap_or(0)
    }
}
