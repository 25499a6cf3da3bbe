//! What the markup alone leaves out of sight.

use model::Technique;

use super::element::Element;
use super::traits::pixels;
use crate::css::cause::Grounds;
use crate::css::declaration::Property;
use crate::css::shadow::is_shadow_root;
use crate::outline::{Index, Outline};

/// Parts of a picture that are drawn only where something else refers to them.
const UNDRAWN: &[&str] = &[
    "defs",
    "symbol",
    "clipPath",
    "mask",
    "pattern",
    "marker",
    "linearGradient",
    "radialGradient",
    "filter",
];

impl Element<'_, '_> {
    /// What the markup hides unless the author's `display` says otherwise.
    pub(super) fn structural_causes(&self) -> Vec<Grounds> {
        let mut causes = Vec::new();
        if !self.traits.is_special {
            return causes;
        }
        let name = self.outline.name(self.index);
        if let Some(parent) = self.outline.parent(self.index) {
            causes.extend(self.cause_in(parent));
        }
        if UNDRAWN.contains(&name) || name == "datalist" {
            let shows = format!("inside of <{name}>");
            causes.push(Grounds::markup(Technique::NOT_RENDERED, shows));
        }
        if matches!(name, "svg" | "marquee" | "text") {
            causes.extend(flat_cause(self.outline, self.index));
        }
        if name == "svg"
            && let Some(view_box) = self.attr("viewBox")
            && is_flat(view_box)
        {
            let shows = format!("svg with a viewBox of {view_box}");
            causes.push(Grounds::markup(Technique::FOREIGN_CONTENT, shows));
        }
        if self.winners.value(Property::Display).is_some() {
            return causes;
        }
        if let Some(hidden) = self.attr("hidden") {
            let until_found = hidden.eq_ignore_ascii_case("until-found");
            let shows = format!("hidden attribute on <{name}>");
            let mut grounds = Grounds::markup(Technique::HIDDEN_ATTRIBUTE, shows);
            grounds.ends_with_state = until_found.then_some(false);
            causes.push(grounds);
        }
        if name == "dialog" && self.attr("open").is_none() {
            let shows = "<dialog> that is not open".to_owned();
            causes.push(Grounds::markup(Technique::CLOSED_DETAILS, shows));
        }
        if self.attr("popover").is_some() && name != "dialog" {
            let shows = "popover that is not shown".to_owned();
            causes.push(Grounds::markup(Technique::CLOSED_DETAILS, shows));
        }
        causes
    }

    /// What being a child of some elements hides.
    fn cause_in(&self, parent: Index) -> Option<Grounds> {
        let outline = self.outline;
        match outline.name(parent) {
            "details" => {
                let closed = outline.attr(parent, "open").is_none()
                    && outline
                        .children(parent)
                        .find(|&child| outline.name(child) == "summary")
                        != Some(self.index);
                closed.then(|| {
                    let shows = "inside a closed <details>".to_owned();
                    Grounds::markup(Technique::CLOSED_DETAILS, shows)
                })
            }
            "object"
                if outline
                    .attr(parent, "data")
                    .is_some_and(|data| data.trim_start().starts_with("data:image/"))
                    || (outline.attr(parent, "data").is_some()
                        && outline
                            .attr(parent, "type")
                            .is_some_and(|kind| kind.trim_start().starts_with("image/"))) =>
            {
                let shows = "inside of an <object> that shows its own picture".to_owned();
                Some(Grounds::markup(Technique::NOT_RENDERED, shows))
            }
            name @ ("canvas" | "video" | "audio" | "iframe" | "meter" | "progress") => {
                let shows = format!("inside of <{name}>, for browsers that do not know it");
                Some(Grounds::markup(Technique::NOT_RENDERED, shows))
            }
            _ => {
                let root = shadow_root(outline, parent)?;
                let is_slotted = root != self.index
                    && has_slot(outline, root, self.attr("slot").unwrap_or_default().trim());
                (root != self.index && !is_slotted).then(|| {
                    let shows = "no slot of the shadow root takes it".to_owned();
                    Grounds::markup(Technique::TEMPLATE, shows)
                })
            }
        }
    }
}

/// A picture without size, a text beyond its picture, a marquee too small or too fast to read.
fn flat_cause(outline: &Outline<'_>, index: Index) -> Option<Grounds> {
    let number = |index: Index, name: &str| pixels(outline.attr(index, name)?);
    let of = |name: &str| number(index, name);
    let small = |most: f32| {
        ["width", "height"]
            .into_iter()
            .find_map(|side| Some((side, of(side).filter(|px| *px <= most)?)))
    };
    match outline.name(index) {
        "svg" => small(least_side(outline, index)).map(|(side, px)| {
            let shows = format!("svg with a {side} of {px}");
            Grounds::markup(Technique::FOREIGN_CONTENT, shows)
        }),
        "marquee" => {
            let shows = match (small(2.0), of("scrollamount").filter(|by| *by >= 400.0)) {
                (Some((side, px)), _) => format!("marquee with a {side} of {px}"),
                (None, Some(by)) => format!("marquee that moves by {by} pixels at a time"),
                (None, None) => return None,
            };
            Some(Grounds::markup(Technique::MARQUEE, shows))
        }
        _ => {
            let picture = outline
                .lineage(index)
                .take(20)
                .find(|&at| outline.name(at) == "svg")?;
            let plain = outline.attr(picture, "viewBox").is_none();
            let (x, width) = (of("x")?, number(picture, "width")?);
            (plain && x >= width).then(|| {
                let shows = format!("text at {x} in a picture {width} wide");
                Grounds::markup(Technique::OVERFLOW, shows)
            })
        }
    }
}

/// The side up to which a picture shows nothing. What a style sheet may give a size is told by its
/// attributes only where they leave it none.
fn least_side(outline: &Outline<'_>, picture: Index) -> f32 {
    let is_styled = ["class", "id", "style"]
        .iter()
        .any(|name| outline.attr(picture, name).is_some());
    if is_styled { 0.0 } else { 1.0 }
}

/// Whether a shape of a picture is drawn with neither fill nor line, as far as attributes decide.
pub(super) fn is_unpainted(outline: &Outline<'_>, shape: Index) -> bool {
    let is_drawing = matches!(
        outline.name(shape),
        "rect" | "circle" | "ellipse" | "path" | "polygon" | "polyline"
    );
    if !is_drawing {
        return false;
    }
    let mut fill = None;
    for at in outline.lineage(shape).take(40) {
        let is_styled = ["class", "id", "style"]
            .iter()
            .any(|name| outline.attr(at, name).is_some());
        let draws_line = outline
            .attr(at, "stroke")
            .is_some_and(|line| line != "none");
        if is_styled || draws_line || outline.name(at) == "use" {
            return false;
        }
        fill = fill.or_else(|| outline.attr(at, "fill"));
        if outline.name(at) == "svg" {
            return fill.is_some_and(|fill| matches!(fill.trim(), "none" | "transparent"));
        }
    }
    false
}

/// Whether a picture has no width or no height.
pub(super) fn is_flat_picture(outline: &Outline<'_>, index: Index) -> bool {
    flat_cause(outline, index).is_some() || outline.attr(index, "viewBox").is_some_and(is_flat)
}

/// Whether an element stands straight below one with a shadow root.
pub(super) fn is_under_shadow(outline: &Outline<'_>, index: Index) -> bool {
    let parent = outline.parent(index);
    parent.is_some_and(|parent| shadow_root(outline, parent).is_some())
}

/// The template that becomes the shadow root of an element: among its first children.
fn shadow_root(outline: &Outline<'_>, host: Index) -> Option<Index> {
    let mut first = outline.children(host).take(2);
    first.find(|&child| is_shadow_root(outline, child))
}

/// Whether a shadow root has a slot of a name; the empty name is the default slot.
fn has_slot(outline: &Outline<'_>, root: Index, name: &str) -> bool {
    outline.below(root).take(2_000).any(|at| {
        outline.name(at) == "slot" && outline.attr(at, "name").unwrap_or_default().trim() == name
    })
}

/// Whether a view box has no width or no height.
fn is_flat(view_box: &str) -> bool {
    let numbers: Vec<f32> = view_box
        .split([' ', ','])
        .filter_map(|number| number.parse().ok())
        .collect();
    matches!(numbers.as_slice(), [_, _, width, height] if *width <= 0.0 || *height <= 0.0)
}
