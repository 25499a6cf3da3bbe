//! A chain of ten million pages, which nothing may overflow.

use model::EffectiveClass;
use sidedoor_graph::Frozen;
use sidedoor_graph::frozen::{
    Components, Direction, Dominator, Dominators, FrozenHop, HittingSettings, NodeSet, Reach,
    hitting_chances, vertex_cut,
};

const PAGES: u32 = 10_000_000;

#[test]
fn a_chain_of_ten_million_pages_overflows_nothing() {
    let last = PAGES - 1;
    let hops = (0..last).map(|page| FrozenHop::new(page, page + 1, EffectiveClass::Forced));
    let chain = Frozen::build(PAGES as usize, hops).unwrap();

    let reach = Reach::of(&chain, Direction::Backward, &[last]);
    assert_eq!(reach.distance(0), Some(last));
    assert_eq!(reach.way(&chain, 0).count(), PAGES as usize);

    assert_eq!(Components::of(&chain).len(), PAGES);

    let dominators = Dominators::of(&chain, Direction::Forward, &[0]);
    assert_eq!(dominators.immediate(last), Dominator::Node(last - 1));
    assert_eq!(dominators.carried(|_| 1)[0], u64::from(PAGES));
    drop(dominators);

    let mut end = NodeSet::none_of(PAGES);
    end.insert(last);
    let chances = hitting_chances(&chain, &end, |_| true, HittingSettings::default());
    assert_eq!(chances.iter().filter(|chance| **chance > 0.0).count(), 21);
}

#[test]
fn a_ring_of_ten_million_pages_is_one_component() {
    let hops =
        (0..PAGES).map(|page| FrozenHop::new(page, (page + 1) % PAGES, EffectiveClass::Overt));
    let ring = Frozen::build(PAGES as usize, hops).unwrap();
    assert_eq!(Components::of(&ring).len(), 1);
}

#[test]
fn a_chain_of_a_million_pages_is_cut_by_one() {
    let pages = 1_000_000;
    let hops = (0..pages - 1).map(|page| FrozenHop::new(page, page + 1, EffectiveClass::Forced));
    let chain = Frozen::build(pages as usize, hops).unwrap();
    let cut = vertex_cut(&chain, &[0], &[pages - 1], |page| {
        page > 9 && page < pages - 1
    });
    assert_eq!(cut, Ok(vec![10]));
}
