//! What is around a page, as a tree that grows where a reviewer opens it: ways out to the right, ways in
//! to the left.
//!
//! The layout is arithmetic: a page stands in the column of its distance, at the height of the middle of
//! what it opens. A page that stands in the tree already is shown again as a stub, so that no line crosses
//! another. Lengths are in units of the picture's own coordinate system (pixels at full size).

use std::collections::{BTreeMap, BTreeSet};

use graph::LinkGraph;
use model::{EffectiveClass, PageId};

use crate::judged::Judged;

/// Neighbours of a page on one side before the rest is a number.
const NEIGHBOURS: usize = 8;
/// The same once a reviewer has asked for more.
const MORE_NEIGHBOURS: usize = 80;
/// Boxes of a picture besides the middle; beyond it nothing is opened.
const BOXES: usize = 300;

/// What a reviewer has opened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Opened {
    /// Pages whose neighbours are shown.
    pub(crate) pages: BTreeSet<u32>,
    /// Pages of whose neighbours more are shown.
    pub(crate) more: BTreeSet<u32>,
}

impl Opened {
    /// Reads numbers with commas between; what is no number is left out.
    pub(crate) fn read(pages: &str, more: &str) -> Self {
        let numbers = |text: &str| {
            text.split(',')
                .filter_map(|word| word.parse().ok())
                .collect()
        };
        Self {
            pages: numbers(pages),
            more: numbers(more),
        }
    }

    /// The numbers with commas between.
    pub(crate) fn written(numbers: &BTreeSet<u32>) -> String {
        let words: Vec<String> = numbers.iter().map(u32::to_string).collect();
        words.join(",")
    }

    /// The same with a page opened, or closed if it was open.
    pub(crate) fn toggled(&self, page: PageId) -> Self {
        let mut other = self.clone();
        if !other.pages.remove(&page.0) {
            other.pages.insert(page.0);
        }
        other
    }

    /// The same with more neighbours of a page.
    pub(crate) fn with_more(&self, page: PageId) -> Self {
        let mut other = self.clone();
        other.more.insert(page.0);
        other
    }
}

/// On which side of the page in the middle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// Pages that lead there.
    In,
    /// Pages to which it leads.
    Out,
}

/// The hops between a page and one neighbour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ways {
    /// The most covert one.
    pub(crate) class: EffectiveClass,
    /// What kinds there are, in words.
    pub(crate) kinds: String,
    /// How many hops.
    pub(crate) count: usize,
}

/// A page of the picture, with what is open beyond it.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) page: PageId,
    /// How it hangs on the page nearer to the middle; `None` for the middle.
    pub(crate) ways: Option<Ways>,
    /// Whether it stands elsewhere with all that is open beyond it.
    pub(crate) is_stub: bool,
    /// Whether its neighbours are shown.
    pub(crate) is_open: bool,
    /// How many neighbours it has on this side.
    pub(crate) neighbours: usize,
    pub(crate) beyond: Vec<Self>,
    /// Neighbours that are not shown, of an open page.
    pub(crate) left_out: usize,
}

/// The trees on both sides of a page.
#[derive(Debug)]
pub(crate) struct Neighbourhood {
    pub(crate) into: Node,
    pub(crate) out_of: Node,
    /// Whether there is more than a picture holds.
    pub(crate) is_full: bool,
}

impl Neighbourhood {
    /// Of a page, as far as it is opened. Linear in the hops of the pages that are open.
    pub(crate) fn of(judged: &dyn Judged, page: PageId, opened: &Opened) -> Self {
        let mut growing = Growing {
            judged,
            graph: judged.graph(),
            opened,
            shown: BTreeSet::from([page]),
            boxes: 0,
            is_full: false,
        };
        let out_of = growing.middle(page, Side::Out);
        let into = growing.middle(page, Side::In);
        Self {
            into,
            out_of,
            is_full: growing.is_full,
        }
    }
}

/// A neighbourhood that is being opened.
struct Growing<'a> {
    judged: &'a dyn Judged,
    graph: &'a LinkGraph,
    opened: &'a Opened,
    shown: BTreeSet<PageId>,
    boxes: usize,
    is_full: bool,
}

impl Growing<'_> {
    /// The page in the middle, which is always open.
    fn middle(&mut self, page: PageId, side: Side) -> Node {
        let mut node = Node {
            page,
            ways: None,
            is_stub: false,
            is_open: true,
            neighbours: 0,
            beyond: Vec::new(),
            left_out: 0,
        };
        self.open(&mut node, side);
        node
    }

    fn open(&mut self, node: &mut Node, side: Side) {
        let all = neighbours(self.judged, self.graph, node.page, side);
        let room = if self.opened.more.contains(&node.page.0) {
            MORE_NEIGHBOURS
        } else {
            NEIGHBOURS
        };
        let left = BOXES - self.boxes;
        self.is_full |= left < room.min(all.len());
        let room = room.min(left).min(all.len());
        self.boxes += room;
        node.neighbours = all.len();
        node.left_out = all.len() - room;
        let mut beyond: Vec<Node> = (all.into_iter().take(room))
            .map(|(page, ways)| Node {
                page,
                ways: Some(ways),
                is_stub: !self.shown.insert(page),
                is_open: false,
                neighbours: 0,
                beyond: Vec::new(),
                left_out: 0,
            })
            .collect();
        // All of a page's neighbours have their places before anything beyond them is opened.
        for next in beyond.iter_mut().filter(|next| !next.is_stub) {
            if self.opened.pages.contains(&next.page.0) {
                next.is_open = true;
                self.open(next, side);
            } else {
                next.neighbours = count(self.graph, next.page, side);
            }
        }
        node.beyond = beyond;
    }
}

/// How many neighbours a page has on a side.
fn count(graph: &LinkGraph, page: PageId, side: Side) -> usize {
    let ends: BTreeSet<PageId> = match side {
        Side::Out => graph.ways_out(page).map(|(_, end, _)| end).collect(),
        Side::In => graph.ways_in(page).map(|(_, end, _)| end).collect(),
    };
    ends.len() - usize::from(ends.contains(&page))
}

/// The neighbours of a page on a side, each with the hops between, the most covert and the most
/// restricted first, then in the order of addresses.
fn neighbours(
    judged: &dyn Judged,
    graph: &LinkGraph,
    page: PageId,
    side: Side,
) -> Vec<(PageId, Ways)> {
    let hops: Vec<_> = match side {
        Side::Out => graph.ways_out(page).collect(),
        Side::In => graph.ways_in(page).collect(),
    };
    let mut together: BTreeMap<PageId, (EffectiveClass, BTreeMap<&str, usize>)> = BTreeMap::new();
    for (id, end, hop) in hops {
        if end != page {
            let class = judged.class(id);
            let entry = together
                .entry(end)
                .or_insert_with(|| (class, BTreeMap::new()));
            if rank(class) < rank(entry.0) {
                entry.0 = class;
            }
            *entry.1.entry(hop.kind.as_str()).or_default() += 1;
        }
    }
    let mut neighbours: Vec<(PageId, Ways)> = (together.into_iter())
        .map(|(end, (class, kinds))| {
            let count = kinds.values().sum();
            let words: Vec<String> = (kinds.iter())
                .map(|(kind, count)| match count {
                    1 => (*kind).to_owned(),
                    many => format!("{many} × {kind}"),
                })
                .collect();
            let kinds = words.join(", ");
            (
                end,
                Ways {
                    class,
                    kinds,
                    count,
                },
            )
        })
        .collect();
    neighbours.sort_by_key(|(end, ways)| {
        let restricted = !judged.policy(*end).is_restricted();
        (rank(ways.class), restricted, *end)
    });
    neighbours
}

/// The order of classes to a reviewer.
const fn rank(class: EffectiveClass) -> usize {
    match class {
        EffectiveClass::Hidden => 0,
        EffectiveClass::Masked => 1,
        EffectiveClass::Forced => 2,
        EffectiveClass::Overt => 3,
        EffectiveClass::Lateral => 4,
        EffectiveClass::Navigation => 5,
    }
}

/// Width and height of a box, and the room between boxes.
pub(crate) const BOX: (i32, i32) = (236, 50);
const PITCH: (i32, i32) = (350, 62);
const EDGE: i32 = 6;

/// A page with its place in the picture.
#[derive(Debug)]
pub(crate) struct Placed<'a> {
    pub(crate) node: &'a Node,
    pub(crate) side: Side,
    /// Left upper corner.
    pub(crate) x: i32,
    pub(crate) y: i32,
    /// Left upper corner of the page nearer to the middle; `None` for the middle.
    pub(crate) from: Option<(i32, i32)>,
}

/// What stands in place of neighbours that are left out.
#[derive(Debug)]
pub(crate) struct Rest {
    pub(crate) page: PageId,
    pub(crate) count: usize,
    pub(crate) x: i32,
    pub(crate) y: i32,
    pub(crate) from: (i32, i32),
    pub(crate) side: Side,
}

/// Everything with its place.
#[derive(Debug, Default)]
pub(crate) struct Layout<'a> {
    pub(crate) width: i32,
    pub(crate) height: i32,
    pub(crate) placed: Vec<Placed<'a>>,
    pub(crate) rests: Vec<Rest>,
}

impl Neighbourhood {
    /// Lays the picture out. Linear in its pages.
    pub(crate) fn layout(&self) -> Layout<'_> {
        let left = depth(&self.into);
        let right = depth(&self.out_of);
        let rows = leaves(&self.into).max(leaves(&self.out_of));
        let mut layout = Layout {
            width: (left + right) * PITCH.0 + BOX.0 + 2 * EDGE,
            height: rows * PITCH.1 - (PITCH.1 - BOX.1) + 2 * EDGE,
            ..Layout::default()
        };
        let middle = EDGE + left * PITCH.0;
        let height = EDGE + (rows * PITCH.1 - PITCH.1) / 2;
        layout.placed.push(Placed {
            node: &self.out_of,
            side: Side::Out,
            x: middle,
            y: height,
            from: None,
        });
        for (tree, side) in [(&self.out_of, Side::Out), (&self.into, Side::In)] {
            let free = (rows - leaves(tree)) * PITCH.1 / 2;
            layout.place_beyond(tree, side, (middle, height), EDGE + free);
        }
        layout
    }
}

impl<'a> Layout<'a> {
    fn place_beyond(&mut self, node: &'a Node, side: Side, at: (i32, i32), top: i32) {
        let x = match side {
            Side::Out => at.0 + PITCH.0,
            Side::In => at.0 - PITCH.0,
        };
        let mut top = top;
        for next in &node.beyond {
            let tall = leaves(next) * PITCH.1;
            let y = top + (tall - PITCH.1) / 2;
            self.placed.push(Placed {
                node: next,
                side,
                x,
                y,
                from: Some(at),
            });
            self.place_beyond(next, side, (x, y), top);
            top += tall;
        }
        if node.left_out > 0 {
            self.rests.push(Rest {
                page: node.page,
                count: node.left_out,
                x,
                y: top,
                from: at,
                side,
            });
        }
    }
}

/// Rows that a tree takes.
fn leaves(node: &Node) -> i32 {
    let beyond: i32 = node.beyond.iter().map(leaves).sum();
    (beyond + i32::from(node.left_out > 0)).max(1)
}

/// Columns beyond a page.
fn depth(node: &Node) -> i32 {
    let beyond = node.beyond.iter().map(|next| depth(next) + 1).max();
    beyond.unwrap_or(i32::from(node.left_out > 0))
}
