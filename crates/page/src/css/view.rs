//! What the cascade made of a page on one screen.

use std::rc::Rc;

use crate::css::cause::{Cause, Grounds};
use crate::css::context::{Context, Doubt, Flow};
use crate::css::nodes::Nodes;
use crate::outline::{Index, Outline};
use crate::visibility::drawing::Drawing;
use crate::visibility::geometry::Geometry;

/// The number of something that is not there.
pub(crate) const NONE: u32 = u32::MAX;

/// One link of the causes on an element and its ancestors.
#[derive(Debug)]
struct Link {
    cause: Cause,
    /// The next one outwards.
    outer: u32,
}

/// What nodes share, on all screens.
#[derive(Debug)]
pub(crate) struct Pool {
    contexts: Vec<Context>,
    links: Vec<Link>,
    invisible: Vec<Cause>,
    geometries: Vec<Geometry>,
}

impl Pool {
    /// With the context of the page alone.
    pub(crate) fn new() -> Self {
        Self {
            contexts: vec![Context::initial()],
            links: Vec::new(),
            invisible: Vec::new(),
            geometries: Vec::new(),
        }
    }

    /// A context by its number.
    pub(crate) fn context(&self, id: u32) -> &Context {
        &self.contexts[id as usize]
    }

    /// Whether some context places its element among its siblings.
    pub(crate) fn has_flow(&self) -> bool {
        self.contexts
            .iter()
            .any(|context| context.flow != Flow::default())
    }

    /// Keeps a context.
    pub(crate) fn add_context(&mut self, context: Context) -> u32 {
        push(&mut self.contexts, context)
    }

    /// Keeps what an element declares of its size and place.
    pub(crate) fn add_geometry(&mut self, geometry: Option<Geometry>) -> u32 {
        geometry.map_or(NONE, |geometry| push(&mut self.geometries, geometry))
    }

    /// Puts a box-level cause on a node.
    pub(crate) fn hide(&mut self, spot: &mut Spot, cause: Cause) {
        let outer = spot.chain;
        spot.chain = push(&mut self.links, Link { cause, outer });
    }

    /// Makes a node invisible, or ends it.
    pub(crate) fn set_invisible(&mut self, spot: &mut Spot, cause: Option<Cause>) {
        spot.invisible = cause.map_or(NONE, |cause| push(&mut self.invisible, cause));
    }

    /// Keeps those box-level causes of a node for which `keeps` holds. O(causes).
    pub(crate) fn keep_causes(&mut self, spot: &mut Spot, keeps: impl Fn(&Cause) -> bool) {
        if self.chain(spot.chain).all(&keeps) {
            return;
        }
        let kept: Vec<Cause> = self
            .chain(spot.chain)
            .filter(|c| keeps(c))
            .cloned()
            .collect();
        spot.chain = NONE;
        for cause in kept.into_iter().rev() {
            self.hide(spot, cause);
        }
    }

    fn chain(&self, first: u32) -> impl Iterator<Item = &Cause> {
        let links = std::iter::successors(self.links.get(first as usize), |link| {
            self.links.get(link.outer as usize)
        });
        links.map(|link| &link.cause)
    }
}

fn push<T>(into: &mut Vec<T>, value: T) -> u32 {
    into.push(value);
    // Each node adds a few, and a tree has far fewer nodes than the type has numbers.
    u32::try_from(into.len() - 1).unwrap_or(NONE)
}

/// What the cascade made of one node on one screen, by numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Spot {
    /// What it hands to its children.
    pub(crate) context: u32,
    /// Box-level causes, which no child can undo.
    pub(crate) chain: u32,
    /// `visibility`, which a child can undo.
    pub(crate) invisible: u32,
    /// The box against which absolutely positioned ones in it are placed; 0 for the page.
    pub(crate) absolute_block: u32,
    /// The box against which fixed ones are placed; 0 for the screen.
    pub(crate) fixed_block: u32,
    /// Its size and place, when it declares some.
    pub(crate) geometry: u32,
    /// What it is to the boxes in it; see [`Around`].
    pub(crate) around: Around,
    /// What it shows of its own.
    pub(crate) drawing: Drawing,
}

/// What a box is to its children besides what they inherit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Around {
    /// A box like others.
    Block,
    /// A flex or grid box: its children are no inline boxes.
    Flex,
    /// The same, and the number of the outcome that says why its only row has no height.
    FlatRow(u32),
}

impl Spot {
    /// That of the page.
    pub(crate) const fn initial() -> Self {
        Self {
            context: 0,
            chain: NONE,
            invisible: NONE,
            absolute_block: 0,
            fixed_block: 0,
            geometry: NONE,
            around: Around::Block,
            drawing: Drawing::Nothing,
        }
    }

    /// Whether some box around it, or its own, hides it.
    pub(crate) const fn is_hidden(&self) -> bool {
        self.chain != NONE
    }

    /// Whether `visibility` hides it.
    pub(crate) const fn is_invisible(&self) -> bool {
        self.invisible != NONE
    }
}

/// What the cascade made of a page on one screen.
pub(crate) struct View {
    /// The nodes of the outline.
    pub(crate) nodes: Rc<Nodes>,
    /// Which of the screens it is.
    pub(crate) at: usize,
    /// What the nodes refer to.
    pub(crate) pool: Rc<Pool>,
    /// What concerns more than one element.
    pub(crate) page: PageBoxes,
    /// Width and height of the screen in pixels.
    pub(crate) screen: (f32, f32),
    /// Whether the rules hold of which it is not known.
    pub(crate) with_uncertain: bool,
}

/// The boxes of a page that concern others, on one screen.
#[derive(Debug, Default)]
pub(crate) struct PageBoxes {
    /// Columns that are collapsed.
    pub(crate) collapsed: Vec<Cause>,
    /// Elements that may lie over others.
    pub(crate) covers: Vec<Index>,
    /// Whether some box is so large that it takes anything on the page far away.
    pub(crate) has_far: bool,
    /// Whether some box has a negative place in the order of painting.
    pub(crate) has_sunk: bool,
    /// Whether what follows some box may lie where that is.
    pub(crate) has_slid: bool,
    /// Whether some box in the flow is a ground that is painted over what is not placed.
    pub(crate) has_grounds: bool,
    /// Whether some box may stand beyond the edge of one that has no size of its own.
    pub(crate) has_beyond: bool,
    /// Whether some element declares its size or place.
    pub(crate) has_boxes: bool,
    /// Links dressed as prose, in document order.
    pub(crate) plain_links: Vec<Cause>,
}

impl PageBoxes {
    /// Whether no box is moved by, lies over, or cuts off another from elsewhere on the page.
    pub(crate) fn are_apart(&self) -> bool {
        let has_none = self.collapsed.is_empty() && self.covers.is_empty();
        let may_slide = self.has_slid && self.has_grounds;
        has_none && !self.has_far && !self.has_sunk && !self.has_beyond && !may_slide
    }
}

impl View {
    /// What a node hands to its children.
    pub(crate) fn context(&self, index: Index) -> &Context {
        self.pool.context(self.nodes.context(index, self.at))
    }

    /// The box-level causes on a node and its ancestors, innermost first.
    pub(crate) fn causes(&self, index: Index) -> impl Iterator<Item = &Cause> {
        self.pool.chain(self.nodes.chain(index, self.at))
    }

    /// Whether a box-level cause hides a node.
    pub(crate) fn is_hidden(&self, index: Index) -> bool {
        self.nodes.chain(index, self.at) != NONE
    }

    /// Whether nothing but itself and what is around it, by what they declare alone, decides whether
    /// a node is seen: no box that cuts is around it, and none of the page concerns others.
    pub(crate) fn is_apart(&self, index: Index) -> bool {
        self.page.are_apart() && !self.context(index).in_cut
    }

    /// Whether an element is hidden by a box-level cause of its own, and takes no room.
    pub(crate) fn is_gone_itself(&self, index: Index) -> bool {
        let innermost = self.causes(index).next();
        innermost.is_some_and(|cause| cause.element == index)
    }

    /// What makes a node invisible.
    pub(crate) fn invisible(&self, index: Index) -> Option<&Cause> {
        let at = self.nodes.invisible(index, self.at);
        self.pool.invisible.get(at as usize)
    }

    /// What an element declares of its size and place.
    pub(crate) fn geometry(&self, index: Index) -> Option<&Geometry> {
        let at = self.nodes.geometry(index, self.at);
        self.pool.geometries.get(at as usize)
    }

    /// What an element shows of its own.
    pub(crate) fn drawing(&self, index: Index) -> Drawing {
        self.nodes.drawing(index, self.at)
    }

    /// The box against which an absolutely positioned element is placed; 0 for the page.
    pub(crate) fn placed_against(&self, outline: &Outline<'_>, index: Index) -> Index {
        let parent = outline.parent(index);
        parent.map_or(0, |at| self.nodes.absolute_block(at, self.at) as Index)
    }

    /// Whether absolutely positioned boxes in an element are placed against itself.
    pub(crate) fn is_positioned(&self, index: Index) -> bool {
        self.nodes.absolute_block(index, self.at) as Index == index
    }

    /// A cause that a node inherits, at the element that set it: the outermost of those that hand on
    /// the same. O(depth).
    pub(crate) fn at_its_element(
        &self,
        outline: &Outline<'_>,
        node: Index,
        grounds: &Rc<Grounds>,
    ) -> Cause {
        let element = self.first_with(outline, node, |context| context.has(grounds));
        Cause {
            element,
            grounds: grounds.clone(),
        }
    }

    /// The element that left a doubt on a node. O(depth).
    pub(crate) fn doubted_at(
        &self,
        outline: &Outline<'_>,
        node: Index,
        doubt: &Rc<Doubt>,
    ) -> Index {
        self.first_with(outline, node, |context| {
            context
                .doubt
                .as_ref()
                .is_some_and(|other| Rc::ptr_eq(other, doubt))
        })
    }

    fn first_with(
        &self,
        outline: &Outline<'_>,
        node: Index,
        has: impl Fn(&Context) -> bool,
    ) -> Index {
        let lineage = outline.lineage(node);
        let with = lineage.take_while(|&at| has(self.context(at)));
        with.last().unwrap_or(node)
    }
}
