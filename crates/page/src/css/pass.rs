//! One pass in document order, which hands a [`Spot`] from parent to child.
//!
//! What a style makes of an element depends on the style, on what its parent hands on, and on little
//! else, so it is worked out once for all elements, and screens, that have these in common; see
//! [`Outcome`].

use std::collections::HashMap;
use std::rc::Rc;

use html5ever::local_name;
use scraper::node::Element;

use crate::css::attributes::Attributes;
use crate::css::cascade::Cascade;
use crate::css::cause::Cause;
use crate::css::likeness::{Came, Key, Last, Whole};
use crate::css::matched::SetId;
use crate::css::matching::Matcher;
use crate::css::media::{HEIGHTS, WIDTHS};
use crate::css::mixer::Mixing;
use crate::css::nodes::{Each, MOST, Node, Nodes};
use crate::css::rule_set::RuleSet;
use crate::css::shadow::is_shadow_root;
use crate::css::styles::{Screen, StyleId, Styles};
use crate::css::view::{Around, PageBoxes, Pool, Spot, View};
use crate::outline::{Index, Outline};
use crate::visibility::element;
use crate::visibility::hints::hints;
use crate::visibility::outcome::{Change, Made, Outcome};
use crate::visibility::traits::{NameKind, Traits};

/// A view as it grows.
struct Growing {
    screen: Screen,
    page: PageBoxes,
}

/// The cascade at work.
pub(super) struct Pass<'r, 't> {
    outline: &'r Outline<'t>,
    rules: &'r RuleSet,
    matcher: Matcher<'r, 't>,
    styles: Styles<'r, 't>,
    pool: Pool,
    /// What the name of each node says.
    kinds: Vec<NameKind>,
    views: Vec<Growing>,
    nodes: Nodes,
    came: HashMap<Whole<'t>, Came, Mixing>,
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

impl<'r, 't> Pass<'r, 't> {
    /// A pass over a page with its rules, on the screens that the rules tell apart.
    pub(super) fn new(outline: &'r Outline<'t>, rules: &'r RuleSet) -> Self {
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
            nodes: Nodes::with_room(count),
            came: HashMap::with_capacity_and_hasher(64, Mixing::default()),
            outcomes: Vec::new(),
            known: HashMap::with_capacity_and_hasher(64, Mixing::default()),
            own: Vec::new(),
            last: None,
            has_shadow: (0..count).any(|at| is_shadow_root(outline, at)),
            has_link_color: false,
            unmatched_from: None,
        }
    }

    /// The parent of a node.
    fn above(&self, index: Index) -> Node {
        self.nodes.get(self.outline.parent(index))
    }

    /// A node that is no element.
    pub(super) fn skip(&mut self, index: Index) {
        self.matcher.pass(self.outline.parent(index));
        self.kinds.push(NameKind::Plain);
        self.inherit(index);
    }

    /// A node on which nothing is declared.
    fn inherit(&mut self, index: Index) {
        let node = self.nodes.inherited(self.above(index));
        self.nodes.push(node);
    }

    /// An element.
    pub(super) fn enter(&mut self, index: Index, element: &'t Element) {
        let attributes = Attributes::of(element);
        let set = self.matcher.enter(index, element, &attributes);
        if self.matcher.is_spent() && self.unmatched_from.is_none() {
            self.unmatched_from = Some(index);
        }
        let own = if attributes.is_marked || attributes.style.is_some() {
            let hints = attributes.is_marked.then(|| hints(element));
            self.styles.own(attributes.style, hints.unwrap_or_default())
        } else {
            0
        };
        let name = &element.name.local;
        self.has_link_color |=
            *name == local_name!("body") && self.outline.attr(index, "link").is_some();
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
        let above = self.above(index);
        let whole = Whole {
            name,
            set,
            own,
            inner: above.inner,
            bits: (traits.bits(), self.nodes.bits(above)),
        };
        let node = match self.came.get(&whole).copied() {
            Some(came) if came.is_in_place => Node {
                place: above.place,
                ..came.node
            },
            Some(came) => self.place_again(index, &came, above),
            None => self.enter_anew(index, element, whole, above, traits),
        };
        self.nodes.push(node);
    }

    /// An element such as came before, in a place of its own.
    fn place_again(&mut self, index: Index, came: &Came, above: Node) -> Node {
        let mut spots = [Spot::initial(); MOST];
        let mut last: Option<(u32, Spot)> = None;
        for view in 0..self.views.len() {
            let outcome = came.outcomes[view];
            let around = self.nodes.spot(above, view);
            let before = last.filter(|(known, spot)| *known == outcome && *spot == around);
            spots[view] = match before {
                Some(_) => spots[view - 1],
                None => self.place(index, outcome, &around),
            };
            last = Some((outcome, around));
            self.outcomes[outcome as usize].mark(index, &mut self.views[view].page);
        }
        self.fill(&mut spots);
        self.nodes.placed(came.node, &spots, above)
    }

    /// Screens that the page does not tell apart are like the last.
    fn fill<T: Copy>(&self, each: &mut Each<T>) {
        let last = each[self.views.len() - 1];
        each[self.views.len()..].fill(last);
    }

    /// An element such as none came before.
    fn enter_anew(
        &mut self,
        index: Index,
        element: &'t Element,
        whole: Whole<'t>,
        above: Node,
        traits: Traits,
    ) -> Node {
        self.own.clear();
        self.last = None;
        let (mut spots, mut outcomes) = ([Spot::initial(); MOST], [0; MOST]);
        for view in 0..self.views.len() {
            let around = self.nodes.spot(above, view);
            let by = (whole.set, whole.own);
            if let Some((outcome, spot)) = self.enter_view(view, index, element, by, around, traits)
            {
                (outcomes[view], spots[view]) = (outcome, spot);
            }
        }
        self.fill(&mut spots);
        self.fill(&mut outcomes);
        let node = self.nodes.made(&spots, above);
        if self.own.is_empty() {
            let is_in_place = outcomes
                .iter()
                .all(|&outcome| self.outcomes[outcome as usize].names_no_element());
            let came = Came {
                outcomes,
                node,
                is_in_place,
            };
            self.came.insert(whole, came);
        }
        node
    }

    /// Enters an element on one screen; what came of it on the one before is taken over where nothing
    /// differs.
    fn enter_view(
        &mut self,
        view: usize,
        index: Index,
        element: &'t Element,
        (set, own): (SetId, u32),
        above: Spot,
        traits: Traits,
    ) -> Option<(u32, Spot)> {
        let screen = self.views[view].screen;
        let matched = self.matcher.set(set)?;
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
        self.outcomes[outcome as usize].mark(index, &mut self.views[view].page);
        Some((outcome, spot))
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
        let element = element::Element::new(
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
    fn keep(&mut self, made: Made, above: &Spot, id: u32) -> Outcome {
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

    /// What the pass made of the page.
    pub(super) fn finish(mut self) -> Cascade {
        let pool = Rc::new(self.pool);
        let nodes = Rc::new(self.nodes);
        let apart = (1..self.views.len())
            .map(|view| nodes.apart(view))
            .collect();
        let views = self.views.drain(..).enumerate();
        let views = views.map(|(at, growing)| View {
            nodes: nodes.clone(),
            at,
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
