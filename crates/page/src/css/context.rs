//! What an element hands to its children.

use std::cell::Cell;
use std::rc::Rc;

use model::Technique;

use crate::css::cause::Grounds;
use crate::css::custom::Custom;
use crate::css::values::Color;

/// What lies behind an element's text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Backdrop {
    /// Its color.
    pub(crate) color: Color,
    /// Whether a picture, or something not understood, may cover it.
    pub(crate) picture: bool,
}

/// Why what hides, or does not, is left open.
#[derive(Debug, PartialEq)]
pub(crate) struct Doubt {
    /// The reason.
    pub(crate) why: &'static str,
    /// How it would hide.
    pub(crate) technique: Technique,
}

/// Where a box stands among its siblings, other than behind the one before it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Flow {
    /// Its `order` among the items of a flex box or a grid.
    pub(crate) order: i32,
    /// Whether it floats to the right: of several, the first stands at the end.
    pub(crate) floats_right: bool,
    /// Whether its own items begin at the end.
    pub(crate) is_reversed: bool,
}

/// What an element hands to its children of its style. It names no element, so that elements of one
/// style in one place share it; who set something is the outermost of the nested elements that have
/// the same grounds for it.
#[derive(Debug, Clone)]
pub(crate) struct Context {
    /// Font size in pixels.
    pub(crate) font_px: f32,
    /// What set the font size, where it is small.
    pub(crate) font_cause: Option<Rc<Grounds>>,
    /// Whether the size comes from one in pixels: browsers keep others above six.
    pub(crate) has_fixed_font: bool,
    /// Font size of the root in pixels.
    pub(crate) root_px: f32,
    /// First-line indent in pixels, and what moved the text out by it.
    pub(crate) indent: Option<(f32, Rc<Grounds>)>,
    /// The indent that is at work in the block around.
    pub(crate) indent_cause: Option<Rc<Grounds>>,
    /// Height of a line in pixels, where it is less than a pixel or two.
    pub(crate) has_flat_lines: bool,
    /// What leaves a text no room in its line.
    pub(crate) line_cause: Option<Rc<Grounds>>,
    /// Whether lines do not wrap.
    pub(crate) nowrap: bool,
    /// Whether lines run from the right to the left.
    pub(crate) is_rtl: bool,
    /// Whether letters are drawn from the right to the left, whatever they are.
    pub(crate) is_turned: bool,
    /// Where the element stands. Children that declare nothing have the same; they have it all, so that none of
    /// them stands elsewhere.
    pub(crate) flow: Flow,
    /// Whether lines are much higher than the text in them.
    pub(crate) has_high_lines: bool,
    /// Whether a line may begin elsewhere than at the left.
    pub(crate) is_aligned: bool,
    /// Color of text; `None` when it is not understood.
    pub(crate) color: Option<Color>,
    /// What set the color or the backdrop.
    pub(crate) color_cause: Option<Rc<Grounds>>,
    /// `-webkit-text-fill-color`, when set.
    pub(crate) fill: Option<Color>,
    /// Whether something other than its color shows the text: a shadow, an outline, a blend.
    pub(crate) is_shadowed: bool,
    /// What lies behind.
    pub(crate) backdrop: Backdrop,
    /// Whether the element, or a box around it, cuts off what is larger than it.
    pub(crate) in_cut: bool,
    /// Product of opacities.
    pub(crate) opacity: f32,
    /// Product of scales, and what set the last of them.
    pub(crate) scale: f32,
    /// What made it small.
    pub(crate) scale_cause: Option<Rc<Grounds>>,
    /// What leaves it open whether text is seen.
    pub(crate) doubt: Option<Rc<Doubt>>,
    /// What takes clicks away.
    pub(crate) unclickable: Option<Rc<Grounds>>,
    /// Custom properties.
    pub(crate) custom: Custom,
    /// Whether text cannot be told from what is behind it, once that was asked for.
    pub(crate) vanishes: Cell<Option<bool>>,
}

impl Context {
    /// What the page hands to its root element.
    pub(crate) fn initial() -> Self {
        Self {
            font_px: 16.0,
            font_cause: None,
            has_fixed_font: false,
            root_px: 16.0,
            indent: None,
            indent_cause: None,
            has_flat_lines: false,
            line_cause: None,
            nowrap: false,
            is_rtl: false,
            is_turned: false,
            flow: Flow::default(),
            has_high_lines: false,
            is_aligned: false,
            color: Some(Color::BLACK),
            color_cause: None,
            fill: None,
            is_shadowed: false,
            backdrop: Backdrop {
                color: Color::WHITE,
                picture: false,
            },
            in_cut: false,
            opacity: 1.0,
            scale: 1.0,
            scale_cause: None,
            doubt: None,
            unclickable: None,
            custom: None,
            vanishes: Cell::new(None),
        }
    }

    /// Whether another hands on the very same. `same` compares grounds.
    pub(crate) fn is_like(
        &self,
        other: &Self,
        same: impl Fn(&Rc<Grounds>, &Rc<Grounds>) -> bool,
    ) -> bool {
        let alike = |a: &Option<Rc<Grounds>>, b: &Option<Rc<Grounds>>| match (a, b) {
            (None, None) => true,
            (Some(a), Some(b)) => same(a, b),
            _ => false,
        };
        let indent = match (&self.indent, &other.indent) {
            (None, None) => true,
            (Some((a, by)), Some((b, other))) => a == b && same(by, other),
            _ => false,
        };
        indent
            && self.numbers() == other.numbers()
            && self.flags() == other.flags()
            && self.flow == other.flow
            && self.color == other.color
            && self.fill == other.fill
            && self.backdrop == other.backdrop
            && alike(&self.color_cause, &other.color_cause)
            && alike(&self.font_cause, &other.font_cause)
            && alike(&self.indent_cause, &other.indent_cause)
            && alike(&self.line_cause, &other.line_cause)
            && alike(&self.scale_cause, &other.scale_cause)
            && alike(&self.unclickable, &other.unclickable)
            && match (&self.doubt, &other.doubt) {
                (None, None) => true,
                (Some(a), Some(b)) => Rc::ptr_eq(a, b),
                _ => false,
            }
            && match (&self.custom, &other.custom) {
                (None, None) => true,
                (Some(a), Some(b)) => Rc::ptr_eq(a, b),
                _ => false,
            }
    }

    /// Whether some of what it hands on has such grounds, by address.
    pub(crate) fn has(&self, grounds: &Rc<Grounds>) -> bool {
        let set = [
            &self.color_cause,
            &self.font_cause,
            &self.indent_cause,
            &self.line_cause,
            &self.scale_cause,
            &self.unclickable,
        ];
        let is = |other: &Rc<Grounds>| Rc::ptr_eq(other, grounds);
        set.into_iter().flatten().any(is) || self.indent.as_ref().is_some_and(|(_, by)| is(by))
    }

    fn numbers(&self) -> [f32; 4] {
        [self.font_px, self.root_px, self.opacity, self.scale]
    }

    fn flags(&self) -> [bool; 9] {
        [
            self.has_fixed_font,
            self.has_flat_lines,
            self.nowrap,
            self.is_rtl,
            self.is_turned,
            self.is_aligned,
            self.has_high_lines,
            self.is_shadowed,
            self.in_cut,
        ]
    }
}
