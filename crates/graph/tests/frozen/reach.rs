//! Distances, against petgraph.

use petgraph::visit::Bfs;
use proptest::prelude::*;
use sidedoor_graph::Frozen;
use sidedoor_graph::frozen::{Direction, FrozenHop, Reach};

use crate::made::{Numbers, Web, at, web_and_nodes};
use model::EffectiveClass;

/// Distances by searches of petgraph from each start.
fn distances(web: &Web, starts: &[u32]) -> Vec<Option<u32>> {
    let graph = web.petgraph();
    let mut least = vec![None; web.nodes as usize];
    for start in starts {
        let mut distance = vec![None; web.nodes as usize];
        distance[*start as usize] = Some(0);
        let mut search = Bfs::new(&graph, at(*start));
        while let Some(node) = search.next(&graph) {
            let further = distance[node.index()].map(|known: u32| known + 1);
            for next in graph.neighbors(node) {
                distance[next.index()] = distance[next.index()].or(further);
            }
        }
        for (least, distance) in least.iter_mut().zip(distance) {
            *least = [*least, distance].into_iter().flatten().min();
        }
    }
    least
}

fn found(reach: &Reach, nodes: u32) -> Vec<Option<u32>> {
    (0..nodes).map(|node| reach.distance(node)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn distances_are_those_of_petgraph((web, starts, _) in web_and_nodes(12, 40)) {
        let graph = web.freeze();
        let forward = Reach::of(&graph, Direction::Forward, &starts);
        prop_assert_eq!(found(&forward, web.nodes), distances(&web, &starts));
        let backward = Reach::of(&graph, Direction::Backward, &starts);
        prop_assert_eq!(found(&backward, web.nodes), distances(&web.turned(), &starts));
        let reached = distances(&web, &starts);
        prop_assert_eq!(forward.len(), reached.iter().flatten().count());
        prop_assert_eq!(forward.is_empty(), starts.is_empty());
        prop_assert_eq!(forward.farthest(), reached.into_iter().flatten().max().unwrap_or(0));
    }

    #[test]
    fn a_way_is_a_shortest_walk_to_a_start((web, starts, _) in web_and_nodes(12, 40)) {
        let graph = web.freeze();
        let reach = Reach::of(&graph, Direction::Backward, &starts);
        let parents = reach.parents(&graph);
        for node in 0..web.nodes {
            let way: Vec<u32> = reach.way(&graph, node).collect();
            prop_assert_eq!(way.len().checked_sub(1), reach.distance(node).map(|hops| hops as usize));
            for pair in way.windows(2) {
                prop_assert!(graph.targets(pair[0]).contains(&pair[1]));
                prop_assert_eq!(parents[pair[0] as usize], Some(pair[1]));
                // Of several, the least.
                let nearer = graph.targets(pair[0]).iter().find(|next| {
                    reach.distance(**next).map(|hops| hops + 1) == reach.distance(pair[0])
                });
                prop_assert_eq!(nearer, Some(&pair[1]));
            }
            prop_assert!(way.last().is_none_or(|last| starts.contains(last)));
        }
    }
}

/// Large enough that levels are searched both ways: a dense middle between two long chains.
#[test]
fn distances_are_those_of_petgraph_where_the_search_changes_its_way() {
    let mut numbers = Numbers(3);
    let (chain, middle) = (50, 20_000);
    let nodes = 2 * chain + middle;
    let mut hops: Vec<FrozenHop> = (0..chain)
        .chain(chain + middle..nodes - 1)
        .map(|node| FrozenHop::new(node, node + 1, EffectiveClass::Overt))
        .collect();
    for _ in 0..8 * middle {
        let (source, target) = (
            chain + numbers.below(middle),
            chain + numbers.below(middle + 1),
        );
        hops.push(FrozenHop::new(source, target, EffectiveClass::Overt));
    }
    let web = Web { nodes, hops };
    let graph: Frozen = web.freeze();
    let reach = Reach::of(&graph, Direction::Forward, &[0, 0]);
    assert_eq!(found(&reach, nodes), distances(&web, &[0]));
    assert!(reach.farthest() > 2 * chain);
    let reach = Reach::of(&graph, Direction::Backward, &[nodes - 1]);
    assert_eq!(found(&reach, nodes), distances(&web.turned(), &[nodes - 1]));
}
