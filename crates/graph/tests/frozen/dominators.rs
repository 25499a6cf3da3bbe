//! Dominators, against petgraph and by closing every node in turn.

use petgraph::algo::dominators::simple_fast;
use proptest::prelude::*;
use sidedoor_graph::frozen::{Direction, Dominator, Dominators};

use crate::made::{at, web_and_nodes};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn dominators_from_one_start_are_those_of_petgraph((web, starts, _) in web_and_nodes(12, 30)) {
        let Some(start) = starts.first() else { return Ok(()) };
        let ours = Dominators::of(&web.freeze(), Direction::Forward, &[*start]);
        let theirs = simple_fast(&web.petgraph(), at(*start));
        for node in 0..web.nodes {
            let expected = match theirs.immediate_dominator(at(node)) {
                Some(dominator) => Dominator::Node(u32::try_from(dominator.index()).unwrap()),
                None if node == *start => Dominator::Start,
                None => Dominator::Unreached,
            };
            prop_assert_eq!(ours.immediate(node), expected);
        }
    }

    /// A page is a dominator exactly when closing it, and nothing else, cuts the target off.
    #[test]
    fn dominators_are_the_nodes_whose_closing_cuts_off((web, starts, _) in web_and_nodes(10, 24)) {
        let dominators = Dominators::of(&web.freeze(), Direction::Forward, &starts);
        let turned = Dominators::of(&web.turned().freeze(), Direction::Backward, &starts);
        let open = web.met(&starts, |_| false);
        for node in 0..web.nodes {
            let mut above: Vec<u32> = dominators.above(node).collect();
            above.sort_unstable();
            let cutting: Vec<u32> = (0..web.nodes)
                .filter(|other| *other != node && open[node as usize])
                .filter(|other| !web.met(&starts, |closed| closed == *other)[node as usize])
                .collect();
            prop_assert_eq!(above, cutting);
            prop_assert_eq!(dominators.immediate(node) == Dominator::Unreached, !open[node as usize]);
            prop_assert_eq!(turned.immediate(node), dominators.immediate(node));
        }
    }

    #[test]
    fn a_node_carries_what_is_cut_off_when_it_is_closed((web, starts, _) in web_and_nodes(10, 24)) {
        let dominators = Dominators::of(&web.freeze(), Direction::Forward, &starts);
        let weight = |node: u32| u64::from(node) + 1;
        let carried = dominators.carried(weight);
        let open = web.met(&starts, |_| false);
        for node in 0..web.nodes {
            let closed = web.met(&starts, |other| other == node);
            let lost: u64 = (0..web.nodes)
                .filter(|other| open[*other as usize] && !closed[*other as usize])
                .map(weight)
                .sum();
            prop_assert_eq!(carried[node as usize], lost);
        }
    }
}
