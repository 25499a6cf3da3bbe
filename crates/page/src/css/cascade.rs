//! The cascade: which declarations win on an element, and what they do to what is in it.
//!
//! One pass in document order hands a [`Context`] from parent to child. A context is shared until
//! an element changes it, so a page without hiding costs one pointer for each element.

use std::rc::Rc;

use model::{Proof, Technique};

use crate::css::custom::Custom;
use crate::css::declaration::{Property, declarations};
use crate::css::matching::{Matcher, Screen, Source, Winner};
use crate::css::media::{HEIGHTS, WIDTHS};
use crate::css::sheet::RuleSet;
use crate::css::values::Color;
use crate::outline::{Index, Outline};
use crate::visibility::drawing::Drawing;
use crate::visibility::geometry::Geometry;
use crate::visibility::{boxes, hints};

/// Why something is not shown, at the element that causes it.
#[derive(Debug, Clone)]
pub(crate) struct Cause {
    /// The element.
    pub(crate) element: Index,
    /// The property that hides, when CSS does.
    pub(crate) property: Option<Property>,
    /// What proves it.
    pub(crate) proof: Proof,
    /// Whether the cascade says that focus, or another state, ends it.
    pub(crate) ends_with_state: Option<bool>,
    /// Whether it cuts off what is in it: a box that is positioned against an outer one escapes.
    pub(crate) cuts: bool,
    /// How far it moves its box, in pixels to the right and down; an inner box may move back.
    pub(crate) moves: Option<(f32, f32)>,
    /// Whether what would end it takes a minute or more.
    pub(crate) is_late: bool,
}

/// The causes on an element and its ancestors, innermost first.
#[derive(Debug)]
pub(crate) struct Chain {
    /// The innermost cause.
    pub(crate) cause: Cause,
    /// The others.
    pub(crate) outer: Option<Rc<Chain>>,
}

/// What lies behind an element's text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Backdrop {
    /// Its color.
    pub(crate) color: Color,
    /// Whether a picture, or something not understood, may cover it.
    pub(crate) picture: bool,
}

/// Why what hides, or does not, is left open.
#[derive(Debug)]
pub(crate) struct Doubt {
    /// The reason.
    pub(crate) why: &'static str,
    /// What was seen of it.
    pub(crate) proof: Proof,
}

/// What an element hands to its children.
#[derive(Debug, Clone)]
pub(crate) struct Context {
    /// Box-level causes, which no child can undo.
    pub(crate) hidden: Option<Rc<Chain>>,
    /// `visibility`, which a child can undo.
    pub(crate) invisible: Option<Rc<Cause>>,
    /// Font size in pixels.
    pub(crate) font_px: f32,
    /// Who set the font size, where it is small.
    pub(crate) font_cause: Option<Rc<Cause>>,
    /// Whether the size comes from one in pixels: browsers keep others above six.
    pub(crate) has_fixed_font: bool,
    /// Font size of the root in pixels.
    pub(crate) root_px: f32,
    /// First-line indent in pixels, and who moved the text out by it.
    pub(crate) indent: Option<(f32, Rc<Cause>)>,
    /// The indent that is at work in the block around.
    pub(crate) indent_cause: Option<Rc<Cause>>,
    /// Height of a line in pixels, where it is less than a pixel or two.
    pub(crate) has_flat_lines: bool,
    /// Who leaves a text no room in its line.
    pub(crate) line_cause: Option<Rc<Cause>>,
    /// Whether lines do not wrap.
    pub(crate) nowrap: bool,
    /// Color of text; `None` when it is not understood.
    pub(crate) color: Option<Color>,
    /// Who set the color or the backdrop.
    pub(crate) color_cause: Option<Rc<Inked>>,
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
    /// Product of scales, and who set the last of them.
    pub(crate) scale: f32,
    /// Who made it small.
    pub(crate) scale_cause: Option<Rc<Cause>>,
    /// The last flex or grid box on the way: its children are no inline boxes.
    pub(crate) flex_parent: Index,
    /// A grid whose only row has no height.
    pub(crate) flat_row: Option<Rc<Cause>>,
    /// The box against which absolutely positioned ones are placed; 0 for the page.
    pub(crate) absolute_block: Index,
    /// The box against which fixed ones are placed; 0 for the screen.
    pub(crate) fixed_block: Index,
    /// What leaves it open whether text is seen.
    pub(crate) doubt: Option<Rc<Doubt>>,
    /// Who takes clicks away.
    pub(crate) unclickable: Option<Rc<Cause>>,
    /// Custom properties.
    pub(crate) custom: Custom,
}

/// No element has this place.
pub(crate) const NOWHERE: Index = Index::MAX;

impl Context {
    fn initial() -> Self {
        Self {
            hidden: None,
            invisible: None,
            font_px: 16.0,
            font_cause: None,
            has_fixed_font: false,
            root_px: 16.0,
            indent: None,
            indent_cause: None,
            has_flat_lines: false,
            line_cause: None,
            nowrap: false,
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
            flex_parent: NOWHERE,
            flat_row: None,
            absolute_block: 0,
            fixed_block: 0,
            doubt: None,
            unclickable: None,
            custom: None,
        }
    }

    /// Adds a box-level cause.
    pub(crate) fn hide(&mut self, cause: Cause) {
        let outer = self.hidden.take();
        self.hidden = Some(Rc::new(Chain { cause, outer }));
    }

    /// Keeps those box-level causes for which `keeps` holds. O(causes).
    pub(crate) fn keep_causes(&mut self, keeps: impl Fn(&Cause) -> bool) {
        let mut kept = Vec::new();
        let mut next = self.hidden.take();
        while let Some(link) = next {
            if keeps(&link.cause) {
                kept.push(link.cause.clone());
            }
            next = link.outer.clone();
        }
        for cause in kept.into_iter().rev() {
            self.hide(cause);
        }
    }
}

/// What the cascade made of a page on one screen.
pub(crate) struct View {
    /// One context for each node of the outline.
    pub(crate) contexts: Vec<Rc<Context>>,
    /// What each element shows of its own.
    pub(crate) draws: Vec<Drawing>,
    /// Sizes and places of the elements that declare some, in document order.
    pub(crate) boxes: Vec<(Index, Geometry)>,
    /// For each node the place of its box in that list; no place for those that have none.
    box_of: Vec<u32>,
    /// Columns that are collapsed: the `col`, and who says so.
    pub(crate) collapsed: Vec<(Index, Rc<Cause>)>,
    /// Elements that may lie over others.
    pub(crate) covers: Vec<Index>,
    /// Whether some box is so large that it takes anything on the page far away.
    pub(crate) has_far: bool,
    /// Whether some box has a negative place in the order of painting.
    pub(crate) has_sunk: bool,
    /// Links dressed as prose.
    pub(crate) plain_links: Vec<Cause>,
    /// Width and height of the screen in pixels.
    pub(crate) screen: (f32, f32),
    /// Whether the rules hold of which it is not known.
    pub(crate) with_uncertain: bool,
}

impl View {
    /// What an element declares of its size and place.
    pub(crate) fn geometry(&self, index: Index) -> Option<&Geometry> {
        let at = *self.box_of.get(index)?;
        Some(&self.boxes.get(at as usize)?.1)
    }

    /// Keeps what an element declares of its size and place.
    pub(crate) fn put_geometry(&mut self, index: Index, geometry: Geometry) {
        // A tree has far fewer elements than the type has numbers.
        if let (Some(slot), Ok(at)) = (self.box_of.get_mut(index), u32::try_from(self.boxes.len()))
        {
            *slot = at;
        }
        self.boxes.push((index, geometry));
    }
}

/// What the cascade made of a page: one view for each screen that differs.
pub(crate) struct Cascade {
    /// The views; one with uncertain rules comes last.
    pub(crate) views: Vec<View>,
}

impl Cascade {
    /// Runs the cascade. O(elements × candidate rules × screens), capped.
    pub(crate) fn run(outline: &Outline<'_>, rules: &RuleSet) -> Self {
        let mut screens: Vec<Screen> = if rules.has_media { 0..3 } else { 2..3 }
            .map(|profile| Screen {
                profile,
                with_uncertain: false,
            })
            .collect();
        if rules.has_uncertain {
            screens.push(Screen {
                profile: 2,
                with_uncertain: true,
            });
        }
        let count = outline.items.len();
        let mut views: Vec<View> = screens
            .iter()
            .map(|screen| View {
                contexts: Vec::with_capacity(count),
                draws: vec![Drawing::Nothing; count],
                boxes: Vec::new(),
                box_of: vec![u32::MAX; count],
                collapsed: Vec::new(),
                covers: Vec::new(),
                has_far: false,
                has_sunk: false,
                plain_links: Vec::new(),
                screen: (WIDTHS[screen.profile], HEIGHTS[screen.profile]),
                with_uncertain: screen.with_uncertain,
            })
            .collect();
        let root = Rc::new(Context::initial());
        let mut matcher = Matcher::new(rules);
        for index in 0..count {
            let parent = outline.parent(index);
            let Some(element) = outline.element(index) else {
                for view in &mut views {
                    let context = parent
                        .map_or(&root, |parent| &view.contexts[parent])
                        .clone();
                    view.contexts.push(context);
                }
                continue;
            };
            let inline = crate::outline::attr(element, "style")
                .map(declarations)
                .unwrap_or_default();
            let hints = hints::hints(element);
            matcher.match_rules(outline, index);
            let by_rules_alone = inline.is_empty() && hints.is_empty();
            for (view, &screen) in views.iter_mut().zip(&screens) {
                let above = parent
                    .map_or(&root, |parent| &view.contexts[parent])
                    .clone();
                let (winners, custom) = if by_rules_alone {
                    matcher.by_rules(screen, &above)
                } else {
                    let (winners, custom) = matcher.applied(screen, &inline, &hints, &above);
                    (Rc::new(winners), custom)
                };
                let element = boxes::Element {
                    outline,
                    index,
                    rules,
                    winners: &winners,
                    custom,
                    width: WIDTHS[screen.profile],
                    height: HEIGHTS[screen.profile],
                };
                element.enter_into(view, &above, &matcher, screen);
            }
        }
        Self { views }
    }
}

/// Who set the color of a text, or of what is behind it. Most never hide anything, so the cause is
/// put into words only when it is asked for.
#[derive(Debug)]
pub(crate) enum Inked {
    /// A declaration, which won on an element.
    Declared {
        /// The element.
        element: Index,
        /// The property.
        property: Property,
        /// What won.
        winner: Winner,
    },
    /// Markup.
    Told(Cause),
}

impl Inked {
    /// The cause in words.
    pub(crate) fn cause(&self, outline: &Outline<'_>, rules: &RuleSet) -> Cause {
        match self {
            Self::Declared {
                element,
                property,
                winner,
            } => cause(
                outline,
                rules,
                *element,
                *property,
                winner,
                Technique::SAME_COLOR,
            ),
            Self::Told(cause) => cause.clone(),
        }
    }
}

/// A cause that a winner proves.
pub(crate) fn cause(
    outline: &Outline<'_>,
    rules: &RuleSet,
    index: Index,
    property: Property,
    winner: &Winner,
    technique: Technique,
) -> Cause {
    let declaration = format!("{}:{}", property.name(), shortened(&winner.value));
    let (shows, span, ends) = match winner.source {
        Source::Rule(rule) => {
            let rule = &rules.rules[rule];
            let span = rule.place.map(|(start, end)| outline.body_span(start, end));
            let ends = rule.ends_with_state.then_some(rule.needs_focus);
            (
                format!("{declaration} from {}", shortened(&rule.text)),
                span,
                ends,
            )
        }
        Source::Element => (
            format!("{declaration} on <{}>", outline.name(index)),
            outline.span(index),
            None,
        ),
    };
    Cause {
        element: index,
        property: Some(property),
        proof: Proof {
            technique,
            shows,
            span,
        },
        ends_with_state: ends,
        cuts: false,
        moves: None,
        is_late: false,
    }
}

fn shortened(text: &str) -> String {
    crate::outline::collapse(text, 120)
}
