//! What an ordinary act shows: the difference between a menu and a hiding place.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use model::{Reveal, Technique};

use crate::css::cause::Cause;
use crate::css::declaration::Property;
use crate::css::mixer::Mixing;
use crate::css::rule::Rule;
use crate::outline::{Index, Outline};
use crate::visibility::Judge;
use crate::visibility::controls::Controls;
use crate::visibility::drawing::Drawing;
use crate::visibility::openers::{Openers, takes_back};

/// Everything on a page that can show something hidden.
pub(crate) struct Reveals<'e, 't> {
    outline: &'e Outline<'t>,
    /// What controls and scripts name.
    controls: Controls,
    /// Rules that one class or attribute more would make match, by the property that they take back.
    openers: RefCell<BTreeMap<Property, Rc<Openers>>>,
    /// What rules can do against a cause, once that was asked for.
    by_rules: RefCell<HashMap<Asked, ByRules, Mixing>>,
}

/// What is asked of rules: the element, the property that hides it, and whether it does so by a box
/// too small or too far away to be seen.
type Asked = (Index, Property, bool);

/// What rules can do against a cause.
#[derive(Clone, Copy, Default)]
struct ByRules {
    /// What a state does.
    state: Option<Option<Reveal>>,
    /// Whether one class or attribute more does.
    is_toggled: Option<bool>,
}

/// At most so many boxes around a text are asked whether they change its color when it is shown.
const MAX_RECOLORED: usize = 16;

/// Whether a selector asks for nothing but a button that is held down: what shows so long, nobody finds and nobody
/// can go on to.
fn is_pressed_only(selector: &str) -> bool {
    selector.contains(":active") && !selector.replace(":active", "").contains(':')
}

impl<'e, 't> Reveals<'e, 't> {
    /// Collects what can show something on a page. O(elements).
    pub(crate) fn of_page(outline: &'e Outline<'t>) -> Self {
        Self {
            outline,
            controls: Controls::of_page(outline),
            openers: RefCell::default(),
            by_rules: RefCell::default(),
        }
    }

    /// The innermost element around a link that keeps readers and keys from it.
    pub(crate) fn unreachable(&self, link: Index) -> Option<(Index, &'static str)> {
        self.controls.unreachable(self.outline, link)
    }

    /// The act that ends a cause, if there is one. `link` is what is hidden.
    pub(crate) fn of(&self, judge: &Judge<'_, '_>, cause: &Cause, link: Index) -> Option<Reveal> {
        match cause.technique {
            Technique::CLOSED_DETAILS => {
                let opens = self.can_be_opened(judge, cause.element);
                return opens.then_some(Reveal::Disclosure);
            }
            Technique::TINY_ANCHOR
            | Technique::PIXEL_IMAGE
            | Technique::SAME_COLOR
            | Technique::NOT_RENDERED
            | Technique::TEMPLATE
            | Technique::FAR_AWAY => return None,
            Technique::COVERED => return self.by_dismissal(cause, link),
            Technique::OVERFLOW if self.is_in_row(cause, link) => return Some(Reveal::Control),
            _ => {}
        }
        if cause.is_late {
            return None;
        }
        if let Some(focus) = cause.ends_with_state {
            return Some(if focus {
                Reveal::Accessibility
            } else {
                Reveal::State
            });
        }
        if self
            .outline
            .attr(link, "href")
            .is_some_and(|href| href.trim().starts_with('#'))
        {
            return Some(Reveal::Accessibility);
        }
        self.by_state(judge, cause)
            .or_else(|| self.by_turning(judge, cause))
            .or_else(|| self.by_control(judge, cause, link))
            .or_else(|| self.by_toggled_class(judge, cause))
            .or_else(|| self.by_framework(cause, link))
            .or_else(|| self.by_role(judge, cause))
    }

    /// Whether a shopper finds what opens a part that its markup closes. A `details` opens by its summary,
    /// which must show something to press. A dialog or a popover is opened by what names it: one without a
    /// name, and with nothing in it to operate, is opened by nothing, unless a script takes it by its kind.
    fn can_be_opened(&self, judge: &Judge<'_, '_>, closed: Index) -> bool {
        let outline = self.outline;
        let name = outline.name(closed);
        let is_popover = outline.attr(closed, "popover").is_some();
        if name != "dialog" && !is_popover {
            let details = outline.parent(closed).map(|at| outline.children(at));
            let mut children = details.into_iter().flatten();
            let summary = children.find(|&child| outline.name(child) == "summary");
            return summary.is_none_or(|summary| shows_label(judge, summary));
        }
        let operated = |at: Index| {
            matches!(outline.name(at), "button" | "input" | "form" | "select")
                || outline.attr(at, "role").is_some()
        };
        let kind = if is_popover { "popover" } else { "dialog" };
        let scripts = || (0..outline.items.len()).filter(|&at| outline.name(at) == "script");
        ["id", "class"]
            .iter()
            .any(|name| outline.attr(closed, name).is_some())
            || outline.below(closed).take(300).any(operated)
            || scripts()
                .flat_map(|script| outline.below(script))
                .any(|at| outline.text(at).is_some_and(|code| code.contains(kind)))
    }

    /// What was asked of rules before, for a cause that is a declaration.
    fn asked(&self, cause: &Cause) -> Option<(Asked, ByRules)> {
        let clip_box = matches!(
            cause.technique,
            Technique::ZERO_SIZE
                | Technique::CLIP_RECT
                | Technique::CLIP_PATH
                | Technique::OFFSCREEN
        );
        let asked = (cause.element, cause.property?, clip_box);
        let known = self.by_rules.borrow().get(&asked).copied();
        Some((asked, known.unwrap_or_default()))
    }

    /// A rule that holds in a state and takes the hiding back.
    fn by_state(&self, judge: &Judge<'_, '_>, cause: &Cause) -> Option<Reveal> {
        if judge.rules.stateful.is_empty() {
            return None;
        }
        let (asked, known) = self.asked(cause)?;
        if let Some(state) = known.state {
            return state;
        }
        let state = self.state_for(judge, asked);
        let known = ByRules {
            state: Some(state),
            ..known
        };
        self.by_rules.borrow_mut().insert(asked, known);
        state
    }

    fn state_for(&self, judge: &Judge<'_, '_>, asked: Asked) -> Option<Reveal> {
        let (at, property, clip_box) = asked;
        let element = self.outline.element(at)?;
        let mut candidates = Vec::new();
        let look = judge.look(at, element);
        judge.rules.stateful.candidates(&look, &mut candidates);
        candidates.into_iter().find_map(|index| {
            let rule = &judge.rules.rules[index];
            let shows = takes_back(rule, property)
                && !is_pressed_only(&rule.text)
                && judge.cascade.matches(self.outline, rule, at)
                && self.beats_inline(rule, at, property);
            if shows && rule.prints {
                return Some(Reveal::Breakpoint);
            }
            shows.then_some(if rule.needs_focus && clip_box {
                Reveal::Accessibility
            } else {
                Reveal::State
            })
        })
    }

    /// A state in which what holds a turned box turns over.
    fn by_turning(&self, judge: &Judge<'_, '_>, cause: &Cause) -> Option<Reveal> {
        if cause.technique != Technique::BACKFACE {
            return None;
        }
        let mut candidates = Vec::new();
        let above = self.outline.lineage(cause.element).skip(1).take(3);
        above
            .into_iter()
            .any(|at| {
                let Some(element) = self.outline.element(at) else {
                    return false;
                };
                let look = judge.look(at, element);
                judge.rules.stateful.candidates(&look, &mut candidates);
                candidates.iter().any(|&rule| {
                    let rule = &judge.rules.rules[rule];
                    let turns = rule
                        .value(Property::Transform)
                        .or(rule.value(Property::Rotate));
                    turns.is_some_and(|turn| turn.contains("rotate") || turn.contains("deg"))
                        && judge.cascade.matches(self.outline, rule, at)
                })
            })
            .then_some(Reveal::State)
    }

    /// What lies over a link goes away when it, or a control in it, is used.
    fn by_dismissal(&self, cause: &Cause, link: Index) -> Option<Reveal> {
        let outline = self.outline;
        if outline.below(cause.element).contains(&link) {
            return None;
        }
        let has_control = outline.below(cause.element).take(500).any(|at| {
            matches!(outline.name(at), "button" | "input" | "form" | "select")
                || outline.attr(at, "onclick").is_some()
                || outline
                    .attr(at, "role")
                    .is_some_and(|role| role == "button")
                || outline
                    .attr(at, "href")
                    .is_some_and(|href| href.starts_with('#') || href.starts_with("javascript"))
        });
        has_control.then_some(Reveal::Control)
    }

    /// Whether the link stands in one of three or more boxes of one shape: a row that is moved, or a
    /// list that is scrolled by a script.
    fn is_in_row(&self, cause: &Cause, link: Index) -> bool {
        let outline = self.outline;
        outline
            .lineage(link)
            .take_while(|&at| at > cause.element)
            .any(|at| {
                let Some(parent) = outline.parent(at) else {
                    return false;
                };
                let siblings = outline.children(parent).take(50);
                let alike = siblings.filter(|&other| self.are_alike(at, other)).count();
                alike >= 3 && outline.name(at) != "br"
            })
    }

    /// A part of an interface that a script which was not read may well show.
    pub(crate) fn may_be_scripted(&self, cause: &Cause) -> bool {
        let is_switched = matches!(
            cause.technique,
            Technique::DISPLAY_NONE
                | Technique::VISIBILITY_HIDDEN
                | Technique::HIDDEN_ATTRIBUTE
                | Technique::OPACITY
        );
        self.controls.has_outer_script && is_switched && self.is_interface(cause.element)
    }

    /// Whether an element can be named by a script, and holds or is what people operate.
    fn is_interface(&self, index: Index) -> bool {
        let outline = self.outline;
        let named = ["id", "class"]
            .iter()
            .any(|name| outline.attr(index, name).is_some());
        let operated = |at: Index| {
            matches!(outline.name(at), "button" | "input" | "form" | "select")
                || outline.attr(at, "role").is_some()
        };
        named && (operated(index) || outline.below(index).take(300).any(operated))
    }

    /// A control that can be seen and that names the element, what is between it and the link,
    /// or its parent.
    fn by_control(&self, judge: &Judge<'_, '_>, cause: &Cause, link: Index) -> Option<Reveal> {
        let parent = self.outline.parent(cause.element);
        let inner = self
            .outline
            .lineage(link)
            .take_while(|&at| at > cause.element);
        let named = inner.chain([cause.element]).chain(parent).any(|at| {
            let is_parent = Some(at) == parent;
            let by_id = self.outline.attr(at, "id").is_some_and(|id| {
                let controls = self
                    .controls
                    .ids
                    .get(id)
                    .map(Vec::as_slice)
                    .unwrap_or_default();
                let by_script = !is_parent && self.controls.scripted.contains(id);
                by_script
                    || controls.iter().take(20).any(|&(control, wide)| {
                        let outside = !self.outline.below(cause.element).contains(&control);
                        outside
                            && control != link
                            && (wide || !is_parent)
                            && !judge.is_boxed_out(control)
                    })
            });
            by_id
                || (!is_parent
                    && self.outline.attr(at, "class").is_some_and(|classes| {
                        classes.split_whitespace().any(|class| {
                            self.controls.classes.contains(class)
                                || self.controls.scripted.contains(class)
                        })
                    }))
        });
        named.then_some(Reveal::Control)
    }

    /// A rule that takes the hiding back once one class or attribute more is set.
    fn by_toggled_class(&self, judge: &Judge<'_, '_>, cause: &Cause) -> Option<Reveal> {
        let (asked, known) = self.asked(cause)?;
        let is_toggled = known.is_toggled.unwrap_or_else(|| {
            let is_toggled = self.is_toggled(judge, asked);
            let known = ByRules {
                is_toggled: Some(is_toggled),
                ..known
            };
            self.by_rules.borrow_mut().insert(asked, known);
            is_toggled
        });
        is_toggled.then_some(Reveal::Control)
    }

    /// Whether the state, or the class, that shows something may well give a text in it, or what is
    /// behind it, another color. `shown` is the box that is shown.
    pub(crate) fn recolors(&self, judge: &Judge<'_, '_>, text: Index, shown: Index) -> bool {
        let inks = [
            Property::Color,
            Property::Fill,
            Property::BackgroundColor,
            Property::BackgroundImage,
        ];
        let around = self.outline.lineage(text).take_while(|&at| at >= shown);
        around.take(MAX_RECOLORED).any(|at| {
            inks.into_iter().any(|ink| {
                self.state_for(judge, (at, ink, false)).is_some()
                    || self.is_toggled(judge, (at, ink, false))
            })
        })
    }

    fn is_toggled(&self, judge: &Judge<'_, '_>, (at, property, _): Asked) -> bool {
        let known = self.openers.borrow().get(&property).cloned();
        let openers = known.unwrap_or_else(|| {
            let found = Rc::new(Openers::of(judge.rules, property));
            self.openers.borrow_mut().insert(property, found.clone());
            found
        });
        let (Some(element), false) = (self.outline.element(at), openers.is_empty()) else {
            return false;
        };
        let look = judge.look(at, element);
        openers.candidates(&look).any(|opener| {
            let rule = &judge.rules.rules[opener.rule];
            // A rule that matches already, and yet does not show it, has lost.
            opener.matches(judge.cascade, self.outline, at)
                && self.beats_inline(rule, at, property)
                && rule.is_read()
                && !judge.cascade.matches(self.outline, rule, at)
        })
    }

    /// An attribute by which a script framework shows the element, or what is between it and the
    /// link, on demand.
    fn by_framework(&self, cause: &Cause, link: Index) -> Option<Reveal> {
        let is_directive = |name: &str| {
            matches!(
                name,
                "x-show"
                    | "x-cloak"
                    | "v-show"
                    | "v-if"
                    | "v-cloak"
                    | "ng-show"
                    | "ng-if"
                    | "ng-hide"
                    | "ng-cloak"
            )
        };
        let shows = |at: Index| {
            let element = self.outline.element(at);
            element.is_some_and(|element| {
                element
                    .attrs
                    .iter()
                    .any(|(name, _)| is_directive(&name.local))
            })
        };
        let has = self
            .outline
            .lineage(link)
            .take_while(|&at| at >= cause.element)
            .any(shows);
        has.then_some(Reveal::Control)
    }

    /// Whether a rule can take back what the element's own `style` says: only when important.
    fn beats_inline(&self, rule: &Rule, element: Index, property: Property) -> bool {
        let style = self.outline.attr(element, "style").unwrap_or_default();
        let inline = crate::css::declaration::declarations(style);
        let says = inline.iter().any(|d| d.property == Some(property));
        let mut own = rule.declarations.iter();
        !says || own.any(|d| d.property == Some(property) && d.important)
    }

    /// Roles whose meaning is to be shown in turn or on demand, and rows of slides.
    fn by_role(&self, judge: &Judge<'_, '_>, cause: &Cause) -> Option<Reveal> {
        let at = cause.element;
        let role = self.outline.attr(at, "role").unwrap_or_default();
        if role == "tabpanel" && self.controls.has_tabs {
            return Some(Reveal::Control);
        }
        let name = self.outline.name(at);
        let lineage: Vec<Index> = self.outline.lineage(at).skip(1).take(8).collect();
        let in_navigation = lineage.iter().any(|&above| {
            self.outline.name(above) == "nav"
                || self
                    .outline
                    .attr(above, "role")
                    .is_some_and(|r| matches!(r, "navigation" | "menubar"))
        });
        let in_item = lineage
            .first()
            .is_some_and(|&parent| self.outline.name(parent) == "li");
        let is_list = matches!(name, "ul" | "ol" | "div") || role == "menu";
        if in_navigation && in_item && is_list && self.has_visible_sibling(judge, at) {
            return Some(Reveal::Control);
        }
        self.is_slide(judge, cause).then_some(Reveal::Control)
    }

    fn has_visible_sibling(&self, judge: &Judge<'_, '_>, at: Index) -> bool {
        self.outline.parent(at).is_some_and(|parent| {
            self.outline.children(parent).any(|sibling| {
                sibling != at
                    && matches!(
                        self.outline.name(sibling),
                        "a" | "button" | "span" | "label"
                    )
                    && !judge.is_boxed_out(sibling)
            })
        })
    }

    /// One of three or more siblings of one shape of which exactly one is shown. Where the element's
    /// own `style` hides it, its class must be that of the others, too.
    fn is_slide(&self, judge: &Judge<'_, '_>, cause: &Cause) -> bool {
        let at = cause.element;
        let Some(parent) = self.outline.parent(at) else {
            return false;
        };
        let by_rule = cause.is_by_rule();
        let class = self.first_class(at);
        let (mut shown, mut count) = (0, 0);
        for sibling in self.outline.children(parent).take(200) {
            if self.are_alike(at, sibling) && (by_rule || class == self.first_class(sibling)) {
                count += 1;
                shown += usize::from(!judge.is_boxed_out(sibling));
            }
        }
        count >= 3 && shown == 1
    }

    /// Whether two elements, and the first of what is in them, have the same names.
    fn are_alike(&self, one: Index, other: Index) -> bool {
        let outline = self.outline;
        let names = |at: Index| {
            outline
                .children(at)
                .take(4)
                .map(|child| outline.name(child))
        };
        outline.name(one) == outline.name(other) && names(one).eq(names(other))
    }

    fn first_class(&self, at: Index) -> Option<&str> {
        let classes = self.outline.attr(at, "class")?;
        classes.split_whitespace().next()
    }
}

/// Whether the line by which a `details` is opened shows more than the mark that browsers put there: a word, a
/// picture, or what a style sheet may draw.
fn shows_label(judge: &Judge<'_, '_>, summary: Index) -> bool {
    let outline = judge.outline;
    let draws = |at: Index| {
        let is_picture = matches!(
            outline.name(at),
            "img" | "svg" | "picture" | "button" | "input"
        );
        let is_styled = ["class", "id", "aria-label", "title"]
            .iter()
            .any(|name| outline.attr(at, name).is_some());
        let is_generated = || {
            judge
                .sure_views()
                .any(|view| view.drawing(at) == Drawing::Picture)
        };
        is_picture || is_styled || is_generated()
    };
    let has_label = !outline.text_below(summary, 8).trim().is_empty()
        || std::iter::once(summary)
            .chain(outline.below(summary).take(50))
            .any(draws);
    // What hides the whole of the details hides the link in it as well, and is asked for by itself.
    let details = outline.parent(summary).unwrap_or(0);
    let is_gone = judge.sure_views().all(|view| {
        view.causes(summary).any(|cause| cause.element > details)
            || view.invisible(summary).is_some()
    });
    has_label && !is_gone
}
