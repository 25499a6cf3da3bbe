//! The cascade: which declarations win on an element, and what they do to what is in it.
//!
//! One pass in document order hands a [`Spot`] from parent to child. What a style makes of an element
//! depends on the style, on what its parent hands on, and on little else, so it is worked out once for
//! all elements, and screens, that have these in common; see [`Outcome`].
//!
//! [`Outcome`]: crate::visibility::boxes::Outcome

use std::collections::HashMap;
use std::rc::Rc;

use html5ever::LocalName;
use model::{Note, NoteKind};
use scraper::node::Element;

use crate::css::cause::Cause;
use crate::css::matching::{Attributes, Looks, Matched, Matcher, SetId};
use crate::css::media::{HEIGHTS, WIDTHS};
use crate::css::mixer::Mixing;
use crate::css::plain::Look;
use crate::css::sheet::RuleSet;
use crate::css::styles::{Screen, StyleId, Styles};
use crate::css::view::{Around, PageBoxes, Pool, Spot, View};
use crate::outline::{Index, Outline};
use crate::visibility::boxes::{self, Change, NameKind, Outcome, Traits};
use crate::visibility::hints::hints;

/// What the cascade made of a page: one view for each screen that differs.
pub(crate) struct Cascade {
    /// The views; one with uncertain rules comes last.
    pub(crate) views: Vec<View>,
    /// The first element for which no steps were left to match rules.
    unmatched_from: Option<Index>,
    looks: Looks,
    /// How many nodes before each place differ between a view and the one before it.
    apart: Vec<Vec<u32>>,
}

impl Cascade {
    /// Runs the cascade. O(elements × rules that their words may match), capped.
    pub(crate) fn run(outline: &Outline<'_>, rules: &RuleSet) -> Self {
        let mut run = Run::new(outline, rules);
        for index in 0..outline.items.len() {
            match outline.element(index) {
                Some(element) => run.enter(index, element),
                None => run.pass(index),
            }
        }
        run.finish()
    }

    /// Whether rules that may concern a node, or what is in it, were not matched.
    pub(crate) fn is_unmatched(&self, outline: &Outline<'_>, index: Index) -> bool {
        let end = outline.below(index).end;
        self.unmatched_from.is_some_and(|from| end > from)
    }

    /// What rules may ask of an element; `None` where they were not matched.
    pub(crate) fn look(&self, index: Index) -> Option<&Look> {
        self.looks.get(index)
    }

    /// What the notes of a page have to say of the cascade.
    pub(crate) fn note(&self, outline: &Outline<'_>) -> Option<Note> {
        self.unmatched_from.map(|from| Note {
            kind: NoteKind::TooManyRules,
            text: "more style rules than are matched; what stands behind is not judged by them"
                .to_owned(),
            span: outline.span(from),
        })
    }

    /// Whether a node and all that is in it came out the same on a view and on the one before it.
    pub(crate) fn is_like_before(&self, view: usize, outline: &Outline<'_>, index: Index) -> bool {
        let Some(apart) = view
            .checked_sub(1)
            .and_then(|before| self.apart.get(before))
        else {
            return false;
        };
        apart.get(index) == apart.get(outline.below(index).end)
    }
}

/// What decides an outcome.
#[derive(PartialEq, Eq, Hash)]
struct Key<'t> {
    name: &'t LocalName,
    set: SetId,
    style: StyleId,
    above: u32,
    around: Around,
    traits: Traits,
    /// The screen, where it matters.
    screen: Option<Screen>,
}

/// A view as it grows.
struct Growing {
    screen: Screen,
    spots: Vec<Spot>,
    page: PageBoxes,
}

/// What an element came to on the last screen.
#[derive(Clone, Copy)]
struct Last {
    screen: Screen,
    style: StyleId,
    outcome: u32,
    above: Spot,
    spot: Spot,
}

impl Last {
    /// Whether some rules say on another screen what they say on this.
    fn is_like(&self, matched: &Matched, screen: Screen) -> bool {
        let like = |screen: Screen| matched.like[screen.profile];
        like(self.screen) == like(screen)
            && (self.screen.with_uncertain == screen.with_uncertain || !matched.is_uncertain)
    }
}

/// The cascade at work.
struct Run<'r, 't> {
    outline: &'r Outline<'t>,
    rules: &'r RuleSet,
    matcher: Matcher<'r, 't>,
    styles: Styles<'r, 't>,
    pool: Pool,
    /// What the name of each node says.
    kinds: Vec<NameKind>,
    views: Vec<Growing>,
    outcomes: Vec<Rc<Outcome>>,
    known: HashMap<Key<'t>, u32, Mixing>,
    /// What the element at hand came to on the screens so far, where no other can share it.
    own: Vec<(Key<'t>, u32)>,
    /// What the element at hand came to on the last screen.
    last: Option<Last>,
    /// Whether the page has a shadow root.
    has_shadow: bool,
    /// Whether `body` gives links a color.
    has_link_color: bool,
    unmatched_from: Option<Index>,
}

impl<'r, 't> Run<'r, 't> {
    fn new(outline: &'r Outline<'t>, rules: &'r RuleSet) -> Self {
        let certain = |profile| Screen {
            profile,
            with_uncertain: false,
        };
        let profiles = if rules.has_media { 0..3 } else { 2..3 };
        let mut screens: Vec<Screen> = profiles.map(certain).collect();
        if rules.has_uncertain {
            screens.push(Screen {
                profile: 2,
                with_uncertain: true,
            });
        }
        let count = outline.items.len();
        let views = screens.into_iter().map(|screen| Growing {
            screen,
            spots: Vec::with_capacity(count),
            page: PageBoxes::default(),
        });
        Self {
            outline,
            rules,
            matcher: Matcher::new(rules, outline),
            styles: Styles::new(rules),
            pool: Pool::new(),
            kinds: Vec::with_capacity(count),
            views: views.collect(),
            outcomes: Vec::new(),
            known: HashMap::default(),
            own: Vec::new(),
            last: None,
            has_shadow: (0..count).any(|at| {
                outline.name(at) == "template" && outline.attr(at, "shadowrootmode").is_some()
            }),
            has_link_color: false,
            unmatched_from: None,
        }
    }

    /// The spot of the parent of a node, on a view.
    fn above(&self, view: usize, index: Index) -> Spot {
        let parent = self.outline.parent(index);
        parent.map_or_else(Spot::initial, |at| self.views[view].spots[at])
    }

    /// A node that is no element.
    fn pass(&mut self, index: Index) {
        self.matcher.pass(self.outline.parent(index));
        self.kinds.push(NameKind::Plain);
        self.inherit(index);
    }

    /// A node on which nothing is declared.
    fn inherit(&mut self, index: Index) {
        for view in 0..self.views.len() {
            let spot = self.above(view, index).inherited();
            self.views[view].spots.push(spot);
        }
    }

    fn enter(&mut self, index: Index, element: &'t Element) {
        let attributes = Attributes::of(element);
        let set = self.matcher.enter(index, element, &attributes);
        if self.matcher.is_spent() && self.unmatched_from.is_none() {
            self.unmatched_from = Some(index);
        }
        let hints = if attributes.is_marked {
            hints(element)
        } else {
            Vec::new()
        };
        let own = self.styles.own(attributes.style, hints);
        let name = &element.name.local;
        self.has_link_color |= &**name == "body" && self.outline.attr(index, "link").is_some();
        let kind = NameKind::of(name);
        self.kinds.push(kind);
        let parent = self.outline.parent(index);
        let parent = parent.map_or(NameKind::Plain, |at| self.kinds[at]);
        let kinds = (kind, parent);
        let mut traits = Traits::of(self.outline, index, kinds, &attributes, self.has_shadow);
        traits.is_special |= traits.is_link && self.has_link_color;
        if set == 0 && own == 0 && traits.are_plain() {
            self.inherit(index);
            return;
        }
        self.own.clear();
        self.last = None;
        for view in 0..self.views.len() {
            self.enter_view(view, index, element, (set, own), traits);
        }
    }

    /// Enters an element on one screen; what came of it on the one before is taken over where nothing
    /// differs.
    fn enter_view(
        &mut self,
        view: usize,
        index: Index,
        element: &'t Element,
        (set, own): (SetId, u32),
        traits: Traits,
    ) {
        let above = self.above(view, index);
        let screen = self.views[view].screen;
        let Some(matched) = self.matcher.set(set) else {
            return;
        };
        let like = self.last.filter(|last| last.is_like(matched, screen));
        let style = match like.filter(|last| last.above.context == above.context) {
            Some(last) => last.style,
            None => {
                let context = self.pool.context(above.context);
                self.styles.resolve(set, matched, own, screen, context)
            }
        };
        let same = self
            .last
            .filter(|last| last.style == style && last.above == above);
        let is_of_screen = |outcome: u32| self.outcomes[outcome as usize].is_of_screen;
        let (outcome, spot) = match same.filter(|last| !is_of_screen(last.outcome)) {
            Some(last) => (last.outcome, last.spot),
            None => {
                let outcome = self.outcome(index, element, (set, style), screen, &above, traits);
                (outcome, self.place(index, outcome, &above))
            }
        };
        self.last = Some(Last {
            screen,
            style,
            outcome,
            above,
            spot,
        });
        let growing = &mut self.views[view];
        growing.spots.push(spot);
        self.outcomes[outcome as usize].mark(index, &mut growing.page);
    }

    /// What an element's style makes of it on a screen.
    fn outcome(
        &mut self,
        index: Index,
        element: &'t Element,
        (set, style): (SetId, StyleId),
        screen: Screen,
        above: &Spot,
        mut traits: Traits,
    ) -> u32 {
        traits.is_on_page = above.absolute_block == 0;
        traits.is_on_screen = above.fixed_block == 0;
        traits.is_in_invisible = above.is_invisible();
        let key = |screen| Key {
            name: &element.name.local,
            set,
            style,
            above: above.context,
            around: above.around,
            traits,
            screen,
        };
        for key in [key(None), key(Some(screen))] {
            let own = self.own.iter().find(|(own, _)| *own == key);
            if let Some(&known) = own.map(|(_, id)| id).or_else(|| self.known.get(&key)) {
                return known;
            }
        }
        let flat_row = match above.around {
            Around::FlatRow(outcome) => self.outcomes[outcome as usize].flat_row.clone(),
            Around::Block | Around::Flex => None,
        };
        let Some(matched) = self.matcher.set(set) else {
            return 0;
        };
        let context = self.pool.context(above.context);
        let style = self.styles.get(style).clone();
        let element = boxes::Element::new(
            (self.outline, self.rules, index),
            &style,
            screen,
            traits,
            (above.around, flat_row.as_ref()),
        );
        let made = element.outcome(context, matched, &self.styles);
        let id = u32::try_from(self.outcomes.len()).unwrap_or(u32::MAX);
        let (is_shared, by_screen) = (!element.is_own(), element.depends_on_screen());
        let mut outcome = self.keep(made, above, id);
        outcome.is_of_screen = by_screen;
        self.outcomes.push(Rc::new(outcome));
        let key = key(by_screen.then_some(screen));
        if is_shared {
            self.known.insert(key, id);
        } else {
            self.own.push((key, id));
        }
        id
    }

    /// Keeps the context and the geometry of an outcome. A context like that of the parent, or that
    /// of the same element on the screen before, is not kept twice.
    fn keep(&mut self, made: boxes::Made, above: &Spot, id: u32) -> Outcome {
        let mut outcome = made.outcome;
        let old = self.pool.context(above.context);
        outcome.context = if made.context.is_like(old, Rc::ptr_eq) {
            above.context
        } else {
            let known = self.last.map(|last| last.spot.context);
            match known.filter(|&known| {
                let known = self.pool.context(known);
                made.context.is_like(known, |a, b| a == b)
            }) {
                Some(known) => known,
                None => self.pool.add_context(made.context),
            }
        };
        outcome.geometry = self.pool.add_geometry(made.geometry);
        if outcome.flat_row.is_some() {
            outcome.around = Around::FlatRow(id);
        }
        outcome
    }

    /// Puts an outcome on an element.
    fn place(&mut self, index: Index, outcome: u32, above: &Spot) -> Spot {
        let outcome = self.outcomes[outcome as usize].clone();
        let mut spot = *above;
        spot.context = outcome.context;
        spot.geometry = outcome.geometry;
        spot.around = outcome.around;
        spot.drawing = outcome.drawing;
        if spot.is_hidden()
            && let Some(placing) = &outcome.placing
        {
            placing.lets_go(&mut self.pool, &mut spot);
        }
        let parent = self.outline.parent(index).unwrap_or(0);
        for (at_parent, grounds) in &outcome.causes {
            let cause = Cause {
                element: if *at_parent { parent } else { index },
                grounds: grounds.clone(),
            };
            self.pool.hide(&mut spot, cause);
        }
        match &outcome.invisible {
            Change::Nothing => {}
            Change::Ends => self.pool.set_invisible(&mut spot, None),
            Change::Begins(grounds) => {
                let cause = Cause {
                    element: index,
                    grounds: grounds.clone(),
                };
                self.pool.set_invisible(&mut spot, Some(cause));
            }
        }
        // A tree has far fewer nodes than the type has numbers.
        let number = u32::try_from(index).unwrap_or(u32::MAX);
        if outcome.is_positioned || outcome.holds_fixed {
            spot.absolute_block = number;
        }
        if outcome.holds_fixed {
            spot.fixed_block = number;
        }
        spot
    }

    fn finish(mut self) -> Cascade {
        let pool = Rc::new(self.pool);
        let mut apart = Vec::new();
        for pair in self.views.windows(2) {
            let mut sum = 0;
            let mut sums = vec![0];
            for (one, other) in pair[0].spots.iter().zip(&pair[1].spots) {
                sum += u32::from(one != other);
                sums.push(sum);
            }
            apart.push(sums);
        }
        let views = self.views.drain(..).map(|growing| View {
            spots: growing.spots,
            pool: pool.clone(),
            page: growing.page,
            screen: (
                WIDTHS[growing.screen.profile],
                HEIGHTS[growing.screen.profile],
            ),
            with_uncertain: growing.screen.with_uncertain,
        });
        Cascade {
            views: views.collect(),
            looks: self.matcher.into_looks(),
            unmatched_from: self.unmatched_from,
            apart,
        }
    }
}
