//! Colors of text, and of what is behind it.

use std::rc::Rc;

use model::Technique;

use super::boxes::doubt;
use super::element::Element;
use crate::css::cause::Grounds;
use crate::css::context::Context;
use crate::css::declaration::Property;
use crate::css::shapes::gradient_colors;
use crate::css::values::{Color, color, color_with};

impl Element<'_, '_> {
    /// The color of a link before any declaration: the browser's own, or the one that the page's
    /// `body` gives.
    pub(super) fn link_color(&self) -> (Option<Color>, Option<Rc<Grounds>>) {
        let body = self
            .outline
            .lineage(self.index)
            .find(|&at| self.outline.name(at) == "body");
        let given = body
            .and_then(|body| self.outline.attr(body, "link"))
            .and_then(|link| {
                let link = link.trim().to_ascii_lowercase();
                color(&link).or_else(|| color(&format!("#{link}")))
            });
        let Some(given) = given else {
            return (Some(Color::LINK), None);
        };
        let shows = "link color given by body".to_owned();
        let cause = Grounds::markup(Technique::SAME_COLOR, shows);
        (Some(given), Some(Rc::new(cause)))
    }

    /// Colors of text and of what is behind it.
    pub(super) fn paint(&self, context: &mut Context, above: &Context) {
        // A fill that is inherited goes before any color.
        let own = self.own_color(context, above);
        let mut changed = own.filter(|_| context.fill.is_none());
        changed = self.ground(context).or(changed);
        if let Some(value) = self.winners.value(Property::Fill) {
            context.fill = match value {
                "currentcolor" | "initial" => None,
                "inherit" | "unset" => above.fill,
                value => color_with(value, context.color),
            };
            changed = Some(Property::Fill);
        }
        self.other_ink(context);
        if let Some(property) = changed {
            context.color_cause = self.winners.winner(property).map(|winner| {
                let technique = Technique::SAME_COLOR;
                Rc::new(Grounds::declared(self.rules, property, winner, technique))
            });
        }
    }

    fn own_color(&self, context: &mut Context, above: &Context) -> Option<Property> {
        match self.winners.value(Property::Color)? {
            "inherit" | "currentcolor" => {
                // What hides the text is then the declaration that colored the parent.
                context.color = above.color;
                context.color_cause.clone_from(&above.color_cause);
                None
            }
            value => {
                context.color = color_with(value, above.color);
                if context.color.is_none() {
                    let why = "a color that was not understood";
                    context.doubt = Some(doubt(why, Technique::SAME_COLOR));
                }
                Some(Property::Color)
            }
        }
    }

    fn ground(&self, context: &mut Context) -> Option<Property> {
        let mut changed = None;
        if let Some(value) = self.winners.value(Property::BackgroundColor) {
            match color_with(value, context.color) {
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
            let plain = self
                .winners
                .value(Property::BackgroundImage)
                .and_then(plain_gradient);
            match plain {
                Some(color) => {
                    context.backdrop.color = color.over(context.backdrop.color);
                    changed = Some(Property::BackgroundImage);
                }
                None => context.backdrop.picture = true,
            }
        }
        if let Some(shadow) = self.winners.value(Property::BoxShadow)
            && shadow.contains("inset")
        {
            let wide = shadow
                .split(' ')
                .filter_map(|word| word.strip_suffix("px")?.parse::<f32>().ok())
                .any(|px| px >= 30.0);
            match shadow.split(' ').find_map(color).filter(|_| wide) {
                Some(color) => context.backdrop.color = color.over(context.backdrop.color),
                None => context.backdrop.picture = true,
            }
        }
        changed
    }

    /// What shows a text besides its color.
    fn other_ink(&self, context: &mut Context) {
        let is = |property: Property, none: &[&str]| {
            self.winners
                .value(property)
                .map(|value| !none.contains(&value))
        };
        let inks = [
            is(Property::TextShadow, &["none"]),
            is(Property::MixBlend, &["normal"]),
            is(Property::TextStroke, &["0", "0px", "none"]),
        ];
        for shows in inks.into_iter().flatten() {
            context.is_shadowed = shows;
        }
        // A line below the text in a color of its own shows where the text is.
        let line = self
            .winners
            .value(Property::TextDecoration)
            .unwrap_or_default();
        context.is_shadowed |= line.contains("line")
            && line
                .split(' ')
                .filter_map(color)
                .any(|color| !color.vanishes_on(context.backdrop.color));
        let through_text = self
            .winners
            .value(Property::BackgroundClip)
            .is_some_and(|clip| clip.contains("text"));
        if through_text
            && (self.has_picture() || self.winners.value(Property::BackgroundColor).is_some())
        {
            context.is_shadowed = true;
        }
    }
}

/// The mean color of a gradient, where no text can vanish on one end of it alone: its colors are
/// close to each other.
fn plain_gradient(image: &str) -> Option<Color> {
    let colors = gradient_colors(image)?;
    let first = *colors.first()?;
    let close = |a: Color, b: Color| {
        (a.r - b.r)
            .abs()
            .max((a.g - b.g).abs())
            .max((a.b - b.b).abs())
            < 90.0
            && a.a == b.a
    };
    let last = *colors.last()?;
    colors
        .iter()
        .all(|color| close(*color, first))
        .then_some(Color {
            r: (first.r + last.r) / 2.0,
            g: (first.g + last.g) / 2.0,
            b: (first.b + last.b) / 2.0,
            a: first.a,
        })
}
