//! Colors of text, and of what is behind it.

use std::rc::Rc;

use model::Technique;

use super::boxes::Element;
use crate::css::cascade::{Cause, Context, declared_color};
use crate::css::declaration::Property;
use crate::css::values::{Color, color};

impl Element<'_, '_> {
    /// The color of a link before any declaration: the browser's own, or the one that the page's
    /// `body` gives.
    pub(super) fn link_color(&self) -> (Option<Color>, Option<Rc<Cause>>) {
        let body = self
            .outline
            .lineage(self.index)
            .find(|&at| self.outline.name(at) == "body");
        let given = body
            .and_then(|body| self.outline.attr(body, "link"))
            .and_then(|link| color(&link.trim().to_ascii_lowercase()));
        let Some(given) = given else {
            return (Some(Color::LINK), None);
        };
        let shows = "link color given by body".to_owned();
        let cause = self.by_markup(Technique::SAME_COLOR, shows, None);
        (Some(given), Some(Rc::new(cause)))
    }

    /// Colors of text and of what is behind it.
    pub(super) fn paint(&self, context: &mut Context, above: &Context) {
        let current = context.color;
        let mut changed = None;
        if let Some(value) = self.winners.value(Property::BackgroundColor) {
            match declared_color(value, current) {
                Some(color) if color.a > 0.0 => {
                    context.backdrop.color = color.over(context.backdrop.color);
                    context.backdrop.picture &= color.a < 0.95;
                    changed = Some(Property::BackgroundColor);
                }
                Some(_) => {}
                None => context.backdrop.picture |= value.contains('('),
            }
        }
        if self.has_picture() {
            context.backdrop.picture = true;
        }
        if self.is_positioned_over_a_picture() {
            context.backdrop.picture = true;
        }
        if let Some(value) = self.winners.value(Property::Color) {
            match value {
                "revert" | "revert-layer" => {}
                "inherit" | "unset" | "currentcolor" => {
                    // What hides the text is then the declaration that colored the parent.
                    context.color = above.color;
                    context.fill = above.fill;
                    context.color_cause.clone_from(&above.color_cause);
                }
                _ => {
                    context.color = declared_color(value, current);
                    context.fill = None;
                    changed = Some(Property::Color);
                }
            }
        }
        if let Some(value) = self.winners.value(Property::Fill) {
            context.fill = declared_color(value, context.color);
            changed = Some(Property::Fill);
        }
        if self
            .winners
            .value(Property::TextShadow)
            .is_some_and(|v| v != "none")
            || self
                .winners
                .value(Property::MixBlend)
                .is_some_and(|v| v != "normal")
        {
            context.color = None;
            context.fill = None;
        }
        if let Some(property) = changed {
            context.color_cause = self.proven(property, Technique::SAME_COLOR).map(Rc::new);
        }
    }

    /// Text that is laid over its surroundings may stand on a picture there.
    fn is_positioned_over_a_picture(&self) -> bool {
        if !self.is_out_of_flow() {
            return false;
        }
        let Some(parent) = self.outline.parent(self.index) else {
            return false;
        };
        self.outline.below(parent).take(300).any(|at| {
            matches!(
                self.outline.name(at),
                "img" | "video" | "canvas" | "svg" | "picture" | "iframe"
            )
        })
    }
}
