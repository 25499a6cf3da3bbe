//! What the cascade made of the nodes of a page, on all screens, by numbers.
//!
//! Most nodes come out alike on every screen, and alike among each other. So a node is three numbers:
//! what it hands to its children, what it declares of its own box, and what names elements around it.
//! Each number stands for what that is on every screen, and nodes that have it in common share it.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};

use crate::css::mixer::Mixing;
use crate::css::view::{Around, NONE, Spot};
use crate::outline::Index;
use crate::visibility::drawing::Drawing;

/// At most so many screens are told apart: three, and one with the rules of which it is not known
/// whether they hold.
pub(crate) const MOST: usize = 4;

/// One for each screen; those that the page does not tell apart have what the last has.
pub(crate) type Each<T> = [T; MOST];

/// What an element hands to its children, whichever element it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Inner {
    context: u32,
    around: Around,
}

/// What an element declares of its own box.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Own {
    geometry: u32,
    drawing: Drawing,
}

/// What names elements: this one, or those around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Place {
    chain: u32,
    invisible: u32,
    absolute_block: u32,
    fixed_block: u32,
}

/// What the cascade made of one node on all screens, by numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Node {
    /// The number of what it hands to its children.
    pub(crate) inner: u32,
    /// The number of what it declares of its own box; 0 for nothing.
    pub(crate) own: u32,
    /// The number of what names elements.
    pub(crate) place: u32,
}

/// One for each screen, as a key: most are alike on all, and the first and the last tell enough apart.
#[derive(Debug, PartialEq, Eq)]
struct Known<T>(Each<T>);

impl<T: Hash> Hash for Known<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0[0].hash(state);
        self.0[MOST - 1].hash(state);
    }
}

/// Things that nodes have, one for each screen, by number.
#[derive(Debug)]
struct Table<T> {
    all: Vec<Each<T>>,
    /// For each of them, a bit for each screen on which it is not what it is on the one before.
    apart: Vec<u8>,
}

impl<T: Copy + PartialEq> Table<T> {
    fn of(first: T) -> Self {
        Self {
            all: vec![[first; MOST]],
            apart: vec![0],
        }
    }

    fn push(&mut self, each: Each<T>) -> u32 {
        let pairs = each.windows(2).enumerate();
        self.apart.push(pairs.fold(0, |bits, (at, pair)| {
            bits | (u8::from(pair[0] != pair[1]) << (at + 1))
        }));
        self.all.push(each);
        // Each node adds one at most, and a tree has far fewer nodes than the type has numbers.
        u32::try_from(self.all.len() - 1).unwrap_or(0)
    }

    fn get(&self, id: u32) -> &Each<T> {
        &self.all[id as usize]
    }
}

/// What the cascade made of the nodes of a page.
#[derive(Debug)]
pub(crate) struct Nodes {
    all: Vec<Node>,
    inners: Table<Inner>,
    owns: Table<Own>,
    places: Table<Place>,
    known_inners: HashMap<Known<Inner>, u32, Mixing>,
    /// What a child on which nothing is declared hands on, for each inner; `NONE` where that was not
    /// asked for.
    plain: Vec<u32>,
}

impl Nodes {
    /// None yet, with room for some.
    pub(crate) fn with_room(count: usize) -> Self {
        let page = Spot::initial();
        let (inner, own, place) = parts(&page);
        Self {
            all: Vec::with_capacity(count),
            inners: Table::of(inner),
            owns: Table::of(own),
            places: Table::of(place),
            known_inners: HashMap::from_iter([(Known([inner; MOST]), 0)]),
            plain: vec![NONE],
        }
    }

    /// A node; that of the page for one that is not there.
    pub(crate) fn get(&self, index: Option<Index>) -> Node {
        index
            .and_then(|at| self.all.get(at))
            .copied()
            .unwrap_or_default()
    }

    /// Appends a node.
    pub(crate) fn push(&mut self, node: Node) {
        self.all.push(node);
    }

    /// A node on which nothing is declared.
    pub(crate) fn inherited(&mut self, above: Node) -> Node {
        let known = self.plain[above.inner as usize];
        let inner = if known == NONE {
            let mut each = *self.inners.get(above.inner);
            for inner in &mut each {
                inner.around = Around::Block;
            }
            let found = self.inner(each);
            self.plain[above.inner as usize] = found;
            found
        } else {
            known
        };
        Node {
            inner,
            own: 0,
            place: above.place,
        }
    }

    fn inner(&mut self, each: Each<Inner>) -> u32 {
        let (inners, plain) = (&mut self.inners, &mut self.plain);
        *self.known_inners.entry(Known(each)).or_insert_with(|| {
            plain.push(NONE);
            inners.push(each)
        })
    }

    /// The node of an element that came to some spots under a node.
    pub(crate) fn made(&mut self, each: &Each<Spot>, above: Node) -> Node {
        let all = each.each_ref().map(parts);
        let inner = all.map(|(inner, _, _)| inner);
        let own = all.map(|(_, own, _)| own);
        Node {
            inner: if inner == *self.inners.get(above.inner) {
                above.inner
            } else {
                self.inner(inner)
            },
            own: if own == *self.owns.get(0) {
                0
            } else {
                self.owns.push(own)
            },
            place: self.place(all.map(|(_, _, place)| place), above),
        }
    }

    fn place(&mut self, each: Each<Place>, above: Node) -> u32 {
        if *self.places.get(above.place) == each {
            above.place
        } else {
            self.places.push(each)
        }
    }

    /// A node that has a part of its own in common with others, and came to some spots.
    pub(crate) fn placed(&mut self, shared: Node, each: &Each<Spot>, above: Node) -> Node {
        let places = each.each_ref().map(|spot| parts(spot).2);
        Node {
            place: self.place(places, above),
            ..shared
        }
    }

    /// What a node is on one screen.
    pub(crate) fn spot(&self, node: Node, screen: usize) -> Spot {
        let inner = self.inners.get(node.inner)[screen];
        let own = self.owns.get(node.own)[screen];
        let place = self.places.get(node.place)[screen];
        Spot {
            context: inner.context,
            chain: place.chain,
            invisible: place.invisible,
            absolute_block: place.absolute_block,
            fixed_block: place.fixed_block,
            geometry: own.geometry,
            around: inner.around,
            drawing: own.drawing,
        }
    }

    /// What an outcome asks of the places of a node: three bits for each screen.
    pub(crate) fn bits(&self, node: Node) -> u16 {
        let each = self.places.get(node.place).iter();
        each.fold(0, |bits, place| {
            (bits << 3)
                | u16::from(place.absolute_block == 0)
                | (u16::from(place.fixed_block == 0) << 1)
                | (u16::from(place.invisible != NONE) << 2)
        })
    }

    /// The number of what a node hands to its children on a screen.
    pub(crate) fn context(&self, index: Index, screen: usize) -> u32 {
        self.inners.get(self.all[index].inner)[screen].context
    }

    /// The number of the innermost box-level cause on a node.
    pub(crate) fn chain(&self, index: Index, screen: usize) -> u32 {
        self.places.get(self.all[index].place)[screen].chain
    }

    /// The number of what makes a node invisible.
    pub(crate) fn invisible(&self, index: Index, screen: usize) -> u32 {
        self.places.get(self.all[index].place)[screen].invisible
    }

    /// The box against which absolutely positioned ones in a node are placed; 0 for the page.
    pub(crate) fn absolute_block(&self, index: Index, screen: usize) -> u32 {
        self.places.get(self.all[index].place)[screen].absolute_block
    }

    /// The number of the size and place of an element.
    pub(crate) fn geometry(&self, index: Index, screen: usize) -> u32 {
        let node = self.all.get(index);
        node.map_or(NONE, |node| self.owns.get(node.own)[screen].geometry)
    }

    /// What an element shows of its own.
    pub(crate) fn drawing(&self, index: Index, screen: usize) -> Drawing {
        self.owns.get(self.all[index].own)[screen].drawing
    }

    /// How many nodes before each place are not on a screen what they are on the one before; empty
    /// where none is. O(nodes) where some is.
    pub(crate) fn apart(&self, screen: usize) -> Vec<u32> {
        let bit = 1 << screen;
        let tables = [&self.inners.apart, &self.owns.apart, &self.places.apart];
        if tables
            .iter()
            .all(|some| some.iter().all(|bits| bits & bit == 0))
        {
            return Vec::new();
        }
        let mut sum = 0;
        let sums = self.all.iter().map(|node| {
            let bits = tables[0][node.inner as usize]
                | tables[1][node.own as usize]
                | tables[2][node.place as usize];
            sum += u32::from(bits & bit != 0);
            sum
        });
        std::iter::once(0).chain(sums).collect()
    }
}

fn parts(spot: &Spot) -> (Inner, Own, Place) {
    let inner = Inner {
        context: spot.context,
        around: spot.around,
    };
    let own = Own {
        geometry: spot.geometry,
        drawing: spot.drawing,
    };
    let place = Place {
        chain: spot.chain,
        invisible: spot.invisible,
        absolute_block: spot.absolute_block,
        fixed_block: spot.fixed_block,
    };
    (inner, own, place)
}
