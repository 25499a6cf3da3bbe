//! The cascade: which declarations win on an element, and what they do to what is in it.
//!
//! One pass in document order hands a [`Context`] from parent to child. A context is shared until
//! an element changes it, so a page without hiding costs one pointer for each element.

use std::collections::BTreeMap;
use std::rc::Rc;

use model::{Proof, Technique};

use crate::css::declaration::{Declaration, Property, declarations, expand};
use crate::css::media::WIDTHS;
use crate::css::sheet::{Rule, RuleSet};
use crate::css::values::{Color, Length, Units, color, length};
use crate::outline::{Index, Outline};
use crate::visibility::boxes;
use crate::visibility::drawing::Drawing;

/// What wins for a property, and who says so.
#[derive(Clone)]
pub(crate) struct Winner {
    /// The value.
    pub(crate) value: Rc<str>,
    /// Whose declaration it is.
    pub(crate) source: Source,
}

/// Who made a declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// A rule of a sheet.
    Rule(usize),
    /// The element's `style`, or a presentational attribute.
    Element,
}

/// The winners of one element, by property.
#[derive(Default)]
pub(crate) struct Winners {
    found: BTreeMap<Property, Winner>,
}

impl Winners {
    /// The winning value of a property.
    pub(crate) fn value(&self, property: Property) -> Option<&str> {
        self.found.get(&property).map(|winner| &*winner.value)
    }

    /// The winning value and its source.
    pub(crate) fn winner(&self, property: Property) -> Option<&Winner> {
        self.found.get(&property)
    }

    /// The winning length of a property.
    pub(crate) fn length(&self, property: Property, units: Units) -> Option<Length> {
        length(self.value(property)?, units)
    }

    /// Whether nothing is declared.
    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    fn set(&mut self, property: Property, value: Rc<str>, source: Source) {
        self.found.insert(property, Winner { value, source });
    }
}

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

/// What an element hands to its children.
#[derive(Debug, Clone)]
pub(crate) struct Context {
    /// Box-level causes, which no child can undo.
    pub(crate) hidden: Option<Rc<Chain>>,
    /// `visibility`, which a child can undo.
    pub(crate) invisible: Option<Rc<Cause>>,
    /// Font size in pixels.
    pub(crate) font_px: f32,
    /// Who made the font that small.
    pub(crate) font_cause: Option<Rc<Cause>>,
    /// First-line indent in pixels.
    pub(crate) indent_px: f32,
    /// Who moved the text out.
    pub(crate) indent_cause: Option<Rc<Cause>>,
    /// Color of text; `None` when it is not understood.
    pub(crate) color: Option<Color>,
    /// Who set the color or the backdrop.
    pub(crate) color_cause: Option<Rc<Cause>>,
    /// `-webkit-text-fill-color`, when set.
    pub(crate) fill: Option<Color>,
    /// What lies behind.
    pub(crate) backdrop: Backdrop,
    /// Product of opacities.
    pub(crate) opacity: f32,
    /// Custom properties.
    pub(crate) custom: Option<Rc<BTreeMap<Rc<str>, Rc<str>>>>,
}

impl Context {
    fn initial() -> Self {
        Self {
            hidden: None,
            invisible: None,
            font_px: 16.0,
            font_cause: None,
            indent_px: 0.0,
            indent_cause: None,
            color: Some(Color::BLACK),
            color_cause: None,
            fill: None,
            backdrop: Backdrop {
                color: Color::WHITE,
                picture: false,
            },
            opacity: 1.0,
            custom: None,
        }
    }

    /// Adds a box-level cause.
    pub(crate) fn hide(&mut self, cause: Cause) {
        let outer = self.hidden.take();
        self.hidden = Some(Rc::new(Chain { cause, outer }));
    }
}

/// What the cascade made of a page on one screen.
pub(crate) struct View {
    /// One context for each node of the outline.
    pub(crate) contexts: Vec<Rc<Context>>,
    /// What each element shows of its own.
    pub(crate) draws: Vec<Drawing>,
}

/// What the cascade made of a page: one view for each screen that differs.
pub(crate) struct Cascade {
    /// The views.
    pub(crate) views: Vec<View>,
}

/// Matching costs at most so many attempts; beyond them, rules are taken not to match.
const MAX_ATTEMPTS: usize = 30_000_000;

impl Cascade {
    /// Runs the cascade. O(elements × candidate rules × screens), capped.
    pub(crate) fn run(outline: &Outline<'_>, rules: &RuleSet) -> Self {
        let profiles: &[usize] = if rules.has_media { &[0, 1, 2] } else { &[2] };
        let mut views: Vec<View> = profiles
            .iter()
            .map(|_| View {
                contexts: Vec::with_capacity(outline.items.len()),
                draws: vec![Drawing::Nothing; outline.items.len()],
            })
            .collect();
        let root = Rc::new(Context::initial());
        let mut matcher = Matcher::new(rules);
        for index in 0..outline.items.len() {
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
            let hints = boxes::hints(element);
            matcher.match_rules(outline, index);
            for (view, &profile) in views.iter_mut().zip(profiles) {
                let above = parent
                    .map_or(&root, |parent| &view.contexts[parent])
                    .clone();
                let found = matcher.applied(profile, &inline, &hints, &above);
                let element = boxes::Element {
                    outline,
                    index,
                    rules,
                    winners: &found.0,
                    custom: found.1,
                    width: WIDTHS[profile],
                };
                let (context, drawing) = element.enter(&above);
                view.draws[index] = if matcher.has_pseudo {
                    Drawing::Picture
                } else {
                    drawing
                };
                view.contexts.push(context);
            }
        }
        Self { views }
    }
}

struct Matcher<'r> {
    rules: &'r RuleSet,
    candidates: Vec<usize>,
    matched: Vec<usize>,
    has_pseudo: bool,
    attempts: usize,
}

type Custom = Option<Rc<BTreeMap<Rc<str>, Rc<str>>>>;

impl<'r> Matcher<'r> {
    fn new(rules: &'r RuleSet) -> Self {
        Self {
            rules,
            candidates: Vec::new(),
            matched: Vec::new(),
            has_pseudo: false,
            attempts: 0,
        }
    }

    fn match_rules(&mut self, outline: &Outline<'_>, index: Index) {
        self.matched.clear();
        self.has_pseudo = false;
        let (Some(element), Some(reference)) = (outline.element(index), outline.element_ref(index))
        else {
            return;
        };
        if self.rules.rules.is_empty() || self.attempts > MAX_ATTEMPTS {
            return;
        }
        let matches = |rule: &Rule| rule.selector().is_some_and(|s| s.matches(&reference));
        self.rules.base.candidates(element, &mut self.candidates);
        self.attempts += self.candidates.len();
        for &candidate in &self.candidates {
            if matches(&self.rules.rules[candidate]) {
                self.matched.push(candidate);
            }
        }
        self.matched
            .sort_by_key(|&rule| (self.rules.rules[rule].specificity, rule));
        self.matched.dedup();
        if !self.rules.pseudo.is_empty() {
            self.rules.pseudo.candidates(element, &mut self.candidates);
            self.has_pseudo = self.candidates.iter().any(|&candidate| {
                let rule = &self.rules.rules[candidate];
                draws_content(rule) && matches(rule)
            });
        }
    }

    /// The winners on one screen, with custom properties put in.
    fn applied(
        &self,
        profile: usize,
        inline: &[Declaration],
        hints: &[(Property, Rc<str>)],
        above: &Context,
    ) -> (Winners, Custom) {
        let mut winners = Winners::default();
        for (property, value) in hints {
            winners.set(*property, value.clone(), Source::Element);
        }
        if self.matched.is_empty() && inline.is_empty() {
            return (winners, above.custom.clone());
        }
        let holding = || {
            let rules = self
                .matched
                .iter()
                .map(|&rule| (rule, &self.rules.rules[rule]));
            rules.filter(move |(_, rule)| rule.profiles & (1 << profile) != 0)
        };
        // Normal rules, then style, then important rules, then important style.
        let layers = |important: bool| {
            let from_rules = holding().flat_map(|(index, rule)| {
                rule.declarations
                    .iter()
                    .map(move |d| (Source::Rule(index), d))
            });
            from_rules
                .chain(inline.iter().map(|d| (Source::Element, d)))
                .filter(move |(_, d)| d.important == important)
        };
        let mut custom = above.custom.clone();
        for (_, declaration) in layers(false).chain(layers(true)) {
            if let Some(name) = &declaration.custom {
                let mut own = custom.take().map(|c| (*c).clone()).unwrap_or_default();
                own.insert(name.clone(), declaration.value.clone());
                custom = Some(Rc::new(own));
            }
        }
        for (source, declaration) in layers(false).chain(layers(true)) {
            let Some(property) = declaration.property else {
                continue;
            };
            if declaration.value.contains("var(") {
                let Some(value) = substitute(&declaration.value, custom.as_deref()) else {
                    continue;
                };
                let value: Rc<str> = value.into();
                let name = if property == Property::BackgroundColor {
                    "background"
                } else {
                    property.name()
                };
                expand(name, &value, &mut |property, value| {
                    winners.set(property, value, source);
                });
            } else if boxes::is_valid(property, &declaration.value) {
                winners.set(property, declaration.value.clone(), source);
            }
        }
        (winners, custom)
    }
}

/// Whether a rule for `::before` or `::after` puts something on the page.
fn draws_content(rule: &Rule) -> bool {
    let Some(content) = rule.value(Property::Content) else {
        return false;
    };
    if matches!(content, "none" | "normal") {
        return false;
    }
    let text = content.trim_matches(['"', '\'', ' ']);
    let has_box = [
        Property::BackgroundImage,
        Property::BackgroundColor,
        Property::Position,
        Property::Width,
    ]
    .iter()
    .any(|&property| rule.value(property).is_some());
    !text.is_empty() || has_box
}

/// Puts custom properties in. `None` when one has neither a value nor a fallback.
fn substitute(value: &str, custom: Option<&BTreeMap<Rc<str>, Rc<str>>>) -> Option<String> {
    let mut text = value.to_owned();
    for _ in 0..8 {
        let Some(at) = text.find("var(") else {
            return Some(text);
        };
        let inner_start = at + 4;
        let mut depth = 1;
        let mut end = inner_start;
        for (offset, c) in text[inner_start..].char_indices() {
            match c {
                '(' => depth += 1,
                ')' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                end = inner_start + offset;
                break;
            }
        }
        if depth != 0 {
            return None;
        }
        let inner = &text[inner_start..end];
        let (name, fallback) = match inner.split_once(',') {
            Some((name, fallback)) => (name.trim(), Some(fallback.trim())),
            None => (inner.trim(), None),
        };
        let known = custom.and_then(|custom| {
            custom
                .iter()
                .find(|(key, _)| key.eq_ignore_ascii_case(name))
                .map(|(_, value)| value.to_string())
        });
        let put = known.or_else(|| fallback.map(str::to_owned))?;
        if text.len() + put.len() > 4_000 {
            return None;
        }
        text.replace_range(at..=end, &put);
    }
    None
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
    }
}

fn shortened(text: &str) -> String {
    crate::outline::collapse(text, 120)
}

/// A color as declared, with `currentcolor` put in.
pub(crate) fn declared_color(value: &str, current: Option<Color>) -> Option<Color> {
    if value == "currentcolor" {
        current
    } else {
        color(value)
    }
}
