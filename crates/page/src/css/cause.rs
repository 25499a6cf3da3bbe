//! Why something is not shown.
//!
//! Most of what may hide never does, and many elements are hidden by one rule, so the grounds are
//! shared by elements and put into words only when they are told.

use std::cell::OnceCell;
use std::ops::Deref;
use std::rc::Rc;

use model::{Proof, Technique};

use crate::css::declaration::Property;
use crate::css::rule_set::RuleSet;
use crate::css::winners::{Source, Winner};
use crate::outline::{Index, Outline, collapse};

/// What hides, whatever the element on which it does.
#[derive(Debug, Clone)]
pub(crate) struct Grounds {
    /// How it hides.
    pub(crate) technique: Technique,
    /// The property that hides, when CSS does.
    pub(crate) property: Option<Property>,
    /// Who says so.
    says: Says,
    /// Whether the cascade says that focus, or another state, ends it.
    pub(crate) ends_with_state: Option<bool>,
    /// Whether it cuts off what is in it: a box that is positioned against an outer one escapes.
    pub(crate) cuts: bool,
    /// How far it moves its box, in pixels to the right and down; an inner box may move back.
    pub(crate) moves: Option<(f32, f32)>,
    /// Whether what would end it takes a minute or more.
    pub(crate) is_late: bool,
    /// What a rule says, in words, once they were asked for.
    words: OnceCell<String>,
}

/// Who says that something is not shown.
#[derive(Debug, Clone, PartialEq)]
enum Says {
    /// A declaration.
    Declared(Winner),
    /// Markup, or the sizes of several boxes, in words. The span of the other element counts where
    /// the own one has none.
    Markup(String, Option<Index>),
}

impl PartialEq for Grounds {
    fn eq(&self, other: &Self) -> bool {
        self.technique == other.technique
            && self.property == other.property
            && self.says == other.says
            && self.ends_with_state == other.ends_with_state
            && self.cuts == other.cuts
            && self.moves == other.moves
            && self.is_late == other.is_late
    }
}

impl Grounds {
    /// A declaration that won.
    pub(crate) fn declared(
        rules: &RuleSet,
        property: Property,
        winner: &Winner,
        technique: Technique,
    ) -> Self {
        let ends_with_state = match winner.source {
            Source::Rule(rule) => {
                let rule = &rules.rules[rule];
                rule.ends_with_state.then_some(rule.needs_focus)
            }
            Source::Element => None,
        };
        Self {
            technique,
            property: Some(property),
            says: Says::Declared(winner.clone()),
            ends_with_state,
            cuts: false,
            moves: None,
            is_late: false,
            words: OnceCell::new(),
        }
    }

    /// Something other than a declaration.
    pub(crate) fn markup(technique: Technique, shows: String) -> Self {
        Self {
            technique,
            property: None,
            says: Says::Markup(shows, None),
            ends_with_state: None,
            cuts: false,
            moves: None,
            is_late: false,
            words: OnceCell::new(),
        }
    }

    /// Names an element whose span counts where that of the element has none.
    pub(crate) fn or_at(mut self, other: Index) -> Self {
        if let Says::Markup(_, at) = &mut self.says {
            *at = Some(other);
        }
        self
    }

    /// Whether a rule of a sheet says so.
    pub(crate) fn is_by_rule(&self) -> bool {
        matches!(&self.says, Says::Declared(winner) if matches!(winner.source, Source::Rule(_)))
    }

    /// The proof of it on an element.
    pub(crate) fn proof(&self, element: Index, outline: &Outline<'_>, rules: &RuleSet) -> Proof {
        let (shows, span) = match &self.says {
            Says::Markup(shows, other) => {
                let own = outline.span(element);
                let span = own.or_else(|| outline.span((*other)?));
                (shows.clone(), span)
            }
            Says::Declared(winner) => match winner.source {
                Source::Rule(rule) => {
                    let rule = &rules.rules[rule];
                    let words =
                        || format!("{} from {}", self.declaration(winner), short(&rule.text));
                    let place = rule.place;
                    let span = place.map(|(start, end)| outline.body_span(start, end));
                    (self.words.get_or_init(words).clone(), span)
                }
                Source::Element => {
                    let name = outline.name(element);
                    let shows = format!("{} on <{name}>", self.declaration(winner));
                    (shows, outline.span(element))
                }
            },
        };
        Proof {
            technique: self.technique,
            shows,
            span,
        }
    }

    fn declaration(&self, winner: &Winner) -> String {
        let name = self.property.map_or("", Property::name);
        format!("{name}:{}", short(&winner.value))
    }
}

fn short(text: &str) -> String {
    collapse(text, 120)
}

/// Why something is not shown, at the element that causes it.
#[derive(Debug, Clone)]
pub(crate) struct Cause {
    /// The element.
    pub(crate) element: Index,
    /// What it is.
    pub(crate) grounds: Rc<Grounds>,
}

impl Deref for Cause {
    type Target = Grounds;

    fn deref(&self) -> &Grounds {
        &self.grounds
    }
}

impl Cause {
    /// Some grounds at an element.
    pub(crate) fn new(element: Index, grounds: Grounds) -> Self {
        Self {
            element,
            grounds: Rc::new(grounds),
        }
    }

    /// Something other than a declaration.
    pub(crate) fn markup(element: Index, technique: Technique, shows: String) -> Self {
        Self::new(element, Grounds::markup(technique, shows))
    }

    /// What proves it.
    pub(crate) fn proof(&self, outline: &Outline<'_>, rules: &RuleSet) -> Proof {
        self.grounds.proof(self.element, outline, rules)
    }

    /// Whether another is the same on the same element.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.element == other.element && Rc::ptr_eq(&self.grounds, &other.grounds)
    }
}
