//! Strongly connected components, against petgraph.

use petgraph::algo::kosaraju_scc;
use proptest::prelude::*;
use sidedoor_graph::frozen::Components;

use crate::made::web;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn components_are_those_of_petgraph(web in web(14, 40)) {
        let components = Components::of(&web.freeze());
        let mut ours = components.groups();
        ours.sort_unstable();
        let mut theirs: Vec<Vec<u32>> = kosaraju_scc(&web.petgraph())
            .into_iter()
            .map(|group| {
                let mut group: Vec<u32> = group.iter().map(|node| u32::try_from(node.index()).unwrap()).collect();
                group.sort_unstable();
                group
            })
            .collect();
        theirs.sort_unstable();
        prop_assert_eq!(ours, theirs);
        let sizes: Vec<usize> = components.groups().iter().map(Vec::len).collect();
        prop_assert_eq!(components.sizes().iter().map(|size| *size as usize).collect::<Vec<_>>(), sizes);
        prop_assert_eq!(components.len() as usize, components.groups().len());
        prop_assert!(!components.is_empty());
    }

    #[test]
    fn no_hop_leads_to_a_component_with_a_greater_number(web in web(14, 40)) {
        let components = Components::of(&web.freeze());
        for hop in &web.hops {
            prop_assert!(components.component(hop.source) >= components.component(hop.target));
        }
    }
}
