//! What is odd about a link that is seen.

use model::{Proof, Technique};

use super::Judge;
use crate::css::cause::Cause;
use crate::css::view::View;
use crate::outline::Index;

impl Judge<'_, '_> {
    /// Oddities of a link on the widest screen: it cannot be clicked or reached, lies unseen over
    /// other content, or is dressed as prose. O(depth).
    pub(crate) fn marks(&self, index: Index) -> Vec<Proof> {
        let mut marks = Vec::new();
        let Some(view) = self.cascade.views.iter().rfind(|view| !view.with_uncertain) else {
            return marks;
        };
        if let Some(grounds) = &view.context(index).unclickable {
            let cause = view.at_its_element(self.outline, index, grounds);
            marks.push(self.proof(&cause));
        }
        if let Some((at, attribute)) = self.reveals.unreachable(index) {
            marks.push(Proof {
                technique: Technique::UNREACHABLE,
                shows: format!("{attribute} on <{}>", self.outline.name(at)),
                span: self.outline.span(at),
            });
        }
        if view.page.has_far
            && let Some(px) = self.far_below(view, index)
        {
            marks.push(Proof {
                technique: Technique::FAR_AWAY,
                shows: format!("at least {px}px down the page"),
                span: self.outline.span(index),
            });
        }
        let plain_links = &view.page.plain_links;
        let plain = plain_links.binary_search_by_key(&index, |cause| cause.element);
        if let Some(cause) = plain.ok().and_then(|at| plain_links.get(at)) {
            marks.push(self.proof(cause));
        }
        if view.page.has_boxes && self.is_overlay(view, index) && self.is_bare(index) {
            marks.push(Proof {
                technique: Technique::OVERLAY,
                shows: "an unseen link over all of the box around it".to_owned(),
                span: self.outline.span(index),
            });
        }
        marks
    }

    /// Whether a link has no content of its own that could be seen.
    fn is_bare(&self, index: Index) -> bool {
        self.outline.text_below(index, 2).is_empty()
            && self
                .outline
                .below(index)
                .take(20)
                .all(|at| !matches!(self.outline.name(at), "img" | "svg" | "picture" | "video"))
    }

    /// The collapsed column in which an element stands, as far as there are steps to look.
    pub(super) fn collapsed_column(&self, view: &View, index: Index) -> Option<Cause> {
        if view.page.collapsed.is_empty() {
            return None;
        }
        let outline = self.outline;
        let cell = outline
            .lineage(index)
            .find(|&at| matches!(outline.name(at), "td" | "th"))?;
        let table = outline
            .lineage(cell)
            .find(|&at| outline.name(at) == "table")?;
        let row = outline.parent(cell)?;
        let span = |at: Index, name: &str| -> usize {
            let number = outline.attr(at, name).and_then(|n| n.trim().parse().ok());
            number.unwrap_or(1).clamp(1, 1_000)
        };
        let before = outline
            .children(row)
            .take(1_000)
            .take_while(|&at| at < cell && self.spend());
        let column: usize = before.map(|at| span(at, "colspan")).sum();
        let mut collapsed = view.page.collapsed.iter().take_while(|_| self.spend());
        collapsed.find_map(|cause| {
            let col = cause.element;
            if !outline.below(table).contains(&col) {
                return None;
            }
            let nodes = outline.below(table).take(2_000);
            let before = nodes.take_while(|&at| at < col && self.spend());
            let columns = before.filter(|&at| {
                outline.name(at) == "col"
                    || (outline.name(at) == "colgroup" && outline.children(at).next().is_none())
            });
            let first: usize = columns.map(|at| span(at, "span")).sum();
            let parts = outline.children(col).take(1_000);
            let parts = parts.take_while(|_| self.spend());
            let wide = span(col, "span").max(parts.map(|at| span(at, "span")).sum());
            let is_in = (first..first + wide).contains(&column);
            // What was counted in part says nothing.
            (is_in && !self.effort.is_spent()).then(|| cause.clone())
        })
    }
}
