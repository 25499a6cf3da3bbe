//! What a frozen graph holds, and in what order.

use model::EffectiveClass;
use proptest::prelude::*;
use sidedoor_graph::Frozen;
use sidedoor_graph::frozen::{
    BuildError, FrozenBuilder, FrozenHop, HopLabel, HopPlace, MOST_NODES, NodeSet, Weight,
};

use crate::made::{Numbers, label, web};

proptest! {
    #[test]
    fn a_frozen_graph_holds_the_hops_that_were_given(web in web(9, 40)) {
        let graph = web.freeze();
        let mut given = web.hops.clone();
        given.sort_unstable();
        let held: Vec<FrozenHop> = graph.hops().map(|(_, hop)| hop).collect();
        prop_assert_eq!(&held, &given);
        let places: Vec<u32> = graph.hops().map(|(place, _)| place.0).collect();
        prop_assert_eq!(places, (0..graph.hop_count()).collect::<Vec<u32>>());
        given.sort_unstable_by_key(|hop| (hop.target, hop.source, hop.label));
        let backwards: Vec<FrozenHop> = (0..web.nodes)
            .flat_map(|node| graph.places_into(node).map(|(_, hop)| hop))
            .collect();
        prop_assert_eq!(backwards, given);
    }

    #[test]
    fn the_order_in_which_hops_are_given_does_not_matter(web in web(9, 40)) {
        let mut turned = web.clone();
        turned.hops.reverse();
        prop_assert_eq!(web.freeze(), turned.freeze());
    }

    #[test]
    fn both_sides_agree_on_the_place_of_a_hop(web in web(5, 40)) {
        let graph = web.freeze();
        let mut places: Vec<(HopPlace, FrozenHop)> = (0..web.nodes)
            .flat_map(|node| graph.places_into(node))
            .collect();
        places.sort_unstable();
        prop_assert_eq!(&places, &graph.hops().collect::<Vec<_>>());
        for (place, hop) in places {
            prop_assert_eq!(graph.hop(place), Some(hop));
            prop_assert!(graph.places_between(hop.source, hop.target).contains(&place.0));
        }
        prop_assert_eq!(graph.hop(HopPlace(graph.hop_count())), None);
    }

    #[test]
    fn a_subgraph_is_the_graph_of_the_hops_of_its_classes(web in web(9, 40)) {
        let mut fewer = web.clone();
        fewer.hops.retain(|hop| hop.label.class() != EffectiveClass::Navigation);
        let subgraph = web.freeze().subgraph(|class| class != EffectiveClass::Navigation);
        prop_assert_eq!(subgraph, fewer.freeze());
    }

    #[test]
    fn a_label_keeps_its_class_and_its_weight(label in label()) {
        prop_assert_eq!(HopLabel::new(label.class(), label.weight()), label);
        prop_assert_eq!(HopLabel::from_byte(label.byte()), Some(label));
    }

    #[test]
    fn a_weight_is_kept_to_a_factor_of_the_root_of_two(weight in 0.00003_f64..32_000.0) {
        let kept = Weight::of(weight).value().unwrap();
        let factor = (weight / kept).max(kept / weight);
        prop_assert!(factor <= std::f64::consts::SQRT_2 * 1.000_000_1, "{weight} became {kept}");
    }

    #[test]
    fn a_node_set_is_a_set(nodes in proptest::collection::btree_set(0_u32..200, 0..80)) {
        let mut set = NodeSet::none_of(200);
        for node in &nodes {
            prop_assert!(set.insert(*node));
            prop_assert!(!set.insert(*node));
        }
        prop_assert_eq!(set.iter().collect::<Vec<u32>>(), nodes.iter().copied().collect::<Vec<u32>>());
        prop_assert_eq!(set.len() as usize, nodes.len());
        prop_assert_eq!(set.is_empty(), nodes.is_empty());
        prop_assert!((0..300).all(|node| set.contains(node) == nodes.contains(&node)));
    }
}

#[test]
fn what_is_no_weight_is_none() {
    for weight in [0.0, -1.0, f64::NAN, f64::NEG_INFINITY] {
        assert_eq!(Weight::of(weight), Weight::NONE);
    }
    assert_eq!(Weight::NONE.value(), None);
    assert_eq!(Weight::of(1.0).value(), Some(1.0));
    assert_eq!(Weight::of(f64::INFINITY), Weight::MOST);
    assert_eq!(Weight::MOST.value(), Some(32_768.0));
    assert_eq!(Weight::of(f64::MIN_POSITIVE).step(), 1);
}

#[test]
fn a_byte_without_a_class_is_no_label() {
    let labels = (0..=u8::MAX).filter_map(HopLabel::from_byte).count();
    assert_eq!(labels, 6 * 32);
}

#[test]
fn a_hop_takes_at_most_twelve_bytes_both_ways() {
    let mut numbers = Numbers(1);
    let nodes = 10_000;
    let hops = (0..18 * nodes).map(|_| {
        FrozenHop::new(
            numbers.below(nodes),
            numbers.below(nodes),
            EffectiveClass::Overt,
        )
    });
    let graph = Frozen::build(nodes as usize, hops).unwrap();
    let (hops, nodes) = (graph.hop_count() as usize, nodes as usize);
    assert_eq!(graph.bytes(), 10 * hops + 8 * (nodes + 1));
    assert!(graph.bytes() <= 12 * hops);
}

/// Enough hops that they go through buckets, in more than one slab.
#[test]
fn scattered_hops_are_sorted_as_local_ones_are() {
    let mut numbers = Numbers(2);
    let nodes = 300_000;
    let mut hops: Vec<FrozenHop> = (0..1_200_000)
        .map(|_| {
            FrozenHop::new(
                numbers.below(nodes),
                numbers.below(nodes),
                EffectiveClass::Overt,
            )
        })
        .collect();
    let scattered = Frozen::build(nodes as usize, hops.iter().copied()).unwrap();
    hops.sort_unstable();
    let local = Frozen::build(nodes as usize, hops.iter().copied()).unwrap();
    assert!(scattered == local);
    assert!(
        scattered
            .hops()
            .map(|(_, hop)| hop)
            .eq(hops.iter().copied())
    );
    hops.sort_unstable_by_key(|hop| (hop.target, hop.source));
    let into = (0..nodes).flat_map(|node| {
        scattered
            .ways_in(node)
            .map(move |(source, class, _)| FrozenHop::new(source, node, class))
    });
    assert!(into.eq(hops));
}

#[test]
fn a_hop_out_of_the_nodes_is_refused_and_named() {
    let hop = FrozenHop::new(1, 3, EffectiveClass::Hidden);
    let refused = Frozen::build(3, [hop]);
    assert_eq!(refused, Err(BuildError::OutOfRange { hop, nodes: 3 }));
    let said = refused.unwrap_err().to_string();
    assert!(
        said.contains("1 -> 3") && said.contains("3 nodes"),
        "{said}"
    );
}

#[test]
fn more_nodes_than_can_be_numbered_are_refused() {
    let refused = FrozenBuilder::new(MOST_NODES as usize + 1).unwrap_err();
    assert_eq!(refused, BuildError::TooManyNodes(u64::from(MOST_NODES) + 1));
}

#[test]
fn a_graph_without_nodes_is_a_graph() {
    let graph = Frozen::build(0, []).unwrap();
    assert_eq!((graph.node_count(), graph.hop_count()), (0, 0));
    assert_eq!(graph.hops().count(), 0);
}
