//! What stands beyond the edge of a box that cuts without a size of its own: lifted over its upper
//! edge by a margin, or behind the first item of a row whose items are as wide as the box.

use model::Technique;

use super::Judge;
use super::before::is_unsized_by_text;
use super::geometry::{Clip, Geometry};
use super::layout::Pushed;
use super::metrics::WIDEST;
use crate::css::cause::{Cause, Grounds};
use crate::css::declaration::Property;
use crate::css::values::Length;
use crate::css::view::View;
use crate::outline::{Index, is_block};

/// A margin that lifts by less than this shifts, and hides nothing.
const LEAST_LIFT_PX: f32 = 40.0;

/// A line of text is at least so wide, where nothing says how wide it is.
const NARROW_LINE_PX: f32 = 280.0;

/// At most so many boxes around an anchor, and so many items of a row, are looked at.
const MOST: usize = 200;

impl Geometry {
    /// Whether it takes part in what this module judges.
    pub(crate) fn may_be_beyond(&self) -> bool {
        let is_slide = |share: Share| share.part > 1.001 || (share.is_rigid && share.part > 0.999);
        self.is_lifted() || self.share.is_some_and(is_slide)
    }

    fn is_lifted(&self) -> bool {
        !self.is_inline && !self.is_out_of_flow() && self.lift() >= LEAST_LIFT_PX
    }

    fn lift(&self) -> f32 {
        -self.margin_top.unwrap_or(0.0)
    }
}

impl Judge<'_, '_> {
    /// Whether an anchor stands beyond the edge of a box around it. O(depth × siblings), capped.
    pub(super) fn beyond(&self, view: &View, anchor: Index) -> Option<Pushed> {
        if !view.page.has_beyond {
            return None;
        }
        let lifted = self.lifted_out(view, anchor).map(Pushed::Out);
        lifted.or_else(|| self.behind_first(view, anchor))
    }

    /// The first thing in a box, or in the first thing in it, with a negative margin that is
    /// larger than itself.
    fn lifted_out(&self, view: &View, anchor: Index) -> Option<Cause> {
        let outline = self.outline;
        let mut lifted: Option<(Index, f32)> = None;
        for at in outline.lineage(anchor).take(MOST) {
            if !self.spend() {
                return None;
            }
            let own = view.geometry(at);
            if own.is_some_and(|own| own.is_out_of_flow() || own.floats) {
                return None;
            }
            if let Some((element, lift)) = lifted
                && own.is_some_and(|own| own.clip_y == Clip::Cut)
                && !matches!(outline.name(at), "html" | "body")
                && self.most_height(view, element).is_some_and(|px| px <= lift)
            {
                let shows = format!(
                    "a margin lifts it by {lift}px over the edge of <{}>, which cuts off",
                    outline.name(at)
                );
                let mut grounds = Grounds::markup(Technique::OVERFLOW, shows).or_at(anchor);
                grounds.property = Some(Property::MarginTop);
                return Some(Cause::new(at, grounds));
            }
            if let Some(own) = own {
                match &mut lifted {
                    None if own.is_lifted() => lifted = Some((at, own.lift())),
                    None => {}
                    Some((_, lift)) => {
                        *lift += own.lift().min(0.0) - own.padding_top;
                        if own.is_grid || own.is_row {
                            lifted = None;
                        }
                    }
                }
            }
            if lifted.is_some() && !self.is_first_thing(view, at) {
                lifted = None;
            }
        }
        None
    }

    /// Whether nothing that takes room stands in front of a node in its parent, as far as there are
    /// steps to look.
    pub(super) fn is_first_thing(&self, view: &View, node: Index) -> bool {
        let outline = self.outline;
        let Some(parent) = outline.parent(node) else {
            return true;
        };
        let first = outline.below(parent).start;
        let siblings = std::iter::successors(Some(first), |&at| Some(outline.below(at).end));
        let mut before = siblings.take(MOST).take_while(|&at| at < node);
        before.all(|at| {
            let text = outline.text(at).unwrap_or_default();
            let takes_none = || {
                let own = view.geometry(at);
                outline.element(at).is_none()
                    || view.is_gone_itself(at)
                    || own.is_some_and(|own| own.is_out_of_flow())
            };
            self.spend_on(text) && text.trim().is_empty() && takes_none()
        })
    }

    /// Most height that a box can have; `None` where it is not told by its text.
    fn most_height(&self, view: &View, element: Index) -> Option<f32> {
        let outline = self.outline;
        let font = view.context(element).font_px;
        let mut blocks = 1.0;
        let mut chars = 0;
        for at in outline.below(element).take(MOST) {
            if !self.spend_on(outline.text(at).unwrap_or_default()) {
                return None;
            }
            if let Some(text) = outline.text(at) {
                chars += text.trim().chars().count();
                continue;
            }
            let name = outline.name(at);
            if is_unsized_by_text(name) || view.geometry(at).is_some_and(|own| own.height.is_some())
            {
                return None;
            }
            if is_block(name) || name == "br" {
                blocks += 1.0;
            }
        }
        if outline.below(element).len() > MOST {
            return None;
        }
        let lines = (chars as f32 * font * WIDEST / NARROW_LINE_PX).ceil() + blocks;
        let declared = view.geometry(element).and_then(|own| own.height);
        Some((lines * font * 2.0).max(declared.unwrap_or(0.0)))
    }

    /// An item of a row that does not wrap, behind others that are together as wide as the box that
    /// cuts the row: a slide.
    fn behind_first(&self, view: &View, anchor: Index) -> Option<Pushed> {
        let outline = self.outline;
        let lineage = outline.lineage(anchor).take(MOST);
        for item in lineage {
            if !self.spend() {
                return None;
            }
            let Some(row) = outline.parent(item) else {
                continue;
            };
            let Some(track) = view.geometry(row).filter(|own| own.is_row) else {
                continue;
            };
            let Some((around, times)) = self.cuts_row(view, row, track) else {
                continue;
            };
            let Some(before) = self.share_before(view, row, item) else {
                continue;
            };
            if before * times < 0.999 {
                continue;
            }
            let shows = format!(
                "items of {}% of the width of <{}>, which cuts off, stand in front of it",
                (before * times * 100.0).round(),
                outline.name(around)
            );
            let mut grounds = Grounds::markup(Technique::OVERFLOW, shows).or_at(anchor);
            grounds.property = Some(Property::OverflowX);
            let cause = Cause::new(around, grounds);
            return Some(Pushed::Maybe(cause, "it may be a slide that is turned to"));
        }
        None
    }

    /// The box that cuts a row, and how many times as wide the row is.
    fn cuts_row(&self, view: &View, row: Index, track: &Geometry) -> Option<(Index, f32)> {
        match track.clip_x {
            Clip::Cut => return Some((row, 1.0)),
            Clip::Scroll => return None,
            Clip::Open => {}
        }
        let parent = self.outline.parent(row)?;
        if matches!(self.outline.name(parent), "html" | "body") {
            return None;
        }
        let around = view
            .geometry(parent)
            .filter(|own| own.clip_x == Clip::Cut)?;
        let is_at_start = track.left.is_none_or(|left| left.px() == Some(0.0))
            && track.margin_left.is_none_or(|px| px >= 0.0)
            && track.shift.0 >= 0.0
            && !track.floats
            && !around.is_grid
            && track.width.is_none();
        let is_wide = track.share.map_or(1.0, |share| share.part);
        is_at_start.then_some((parent, is_wide))
    }

    /// The share of a row that the items in front of one take; `None` where they shrink, and where
    /// there are no steps to look.
    fn share_before(&self, view: &View, row: Index, item: Index) -> Option<f32> {
        let (mut all, mut before) = (0.0, 0.0);
        let mut is_rigid = true;
        for at in self.outline.children(row).take(MOST) {
            if !self.spend() {
                return None;
            }
            let own = view.geometry(at);
            let Some(share) = own
                .filter(|own| !own.is_out_of_flow())
                .and_then(|own| own.share)
            else {
                continue;
            };
            if own
                .is_some_and(|own| own.shift.0 < 0.0 || own.margin_left.is_some_and(|px| px < 0.0))
            {
                return None;
            }
            is_rigid &= share.is_rigid;
            all += share.part;
            if at < item {
                before += share.part;
            }
        }
        (is_rigid || all <= 1.005).then_some(before)
    }
}

/// The part of the box around that a width takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Share {
    /// 1.0 is all of it.
    pub(crate) part: f32,
    /// Whether it stays so where there is too little room for all.
    pub(crate) is_rigid: bool,
}

impl Share {
    /// The share that declared widths take of the box around.
    pub(super) fn of(
        least: Option<Length>,
        basis: Option<Length>,
        width: Option<Length>,
        shrinks: bool,
    ) -> Option<Self> {
        let percent = |length: Option<Length>| match length {
            Some(Length::Percent(percent)) if percent > 0.0 => Some(percent / 100.0),
            _ => None,
        };
        if let Some(part) = percent(least) {
            return Some(Self {
                part,
                is_rigid: true,
            });
        }
        let part = percent(basis).or_else(|| percent(width))?;
        Some(Self {
            part,
            is_rigid: !shrinks,
        })
    }
}
