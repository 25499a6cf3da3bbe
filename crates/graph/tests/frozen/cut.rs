//! Minimum vertex cuts, against every set of nodes.

use proptest::prelude::*;
use sidedoor_graph::frozen::vertex_cut;

use crate::made::{Web, web_and_nodes};

fn is_cut(web: &Web, starts: &[u32], ends: &[u32], closed: u32) -> bool {
    let met = web.met(starts, |node| closed & 1 << node != 0);
    !ends.iter().any(|end| met[*end as usize])
}

/// The size of the least set that cuts, of those nodes that may be closed.
fn least(web: &Web, starts: &[u32], ends: &[u32], may_close: u32) -> Option<u32> {
    (0..1_u32 << web.nodes)
        .filter(|closed| closed & !may_close == 0 && is_cut(web, starts, ends, *closed))
        .map(u32::count_ones)
        .min()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(384))]

    #[test]
    fn a_cut_is_the_least_of_all_sets_that_cut(
        (web, starts, ends) in web_and_nodes(8, 24),
        may_close in 0_u32..256,
    ) {
        let found = vertex_cut(&web.freeze(), &starts, &ends, |node| may_close & 1 << node != 0);
        let least = least(&web, &starts, &ends, may_close);
        match found {
            Ok(cut) => {
                let closed = cut.iter().fold(0_u32, |set, node| set | 1 << node);
                prop_assert_eq!(closed & !may_close, 0);
                prop_assert!(is_cut(&web, &starts, &ends, closed));
                prop_assert_eq!(Some(u32::try_from(cut.len()).unwrap()), least);
                prop_assert!(cut.is_sorted());
            }
            Err(none) => {
                prop_assert_eq!(least, None);
                prop_assert!(starts.contains(&none.walk[0]));
                prop_assert!(ends.contains(none.walk.last().unwrap()));
                for pair in none.walk.windows(2) {
                    prop_assert!(web.hops.iter().any(|hop| [hop.source, hop.target] == pair));
                }
                prop_assert!(none.walk.iter().all(|node| may_close & 1 << node == 0));
            }
        }
    }

    #[test]
    fn of_several_cuts_the_one_nearest_to_the_starts_is_found((web, starts, ends) in web_and_nodes(7, 16)) {
        let all = (1_u32 << web.nodes) - 1;
        let cut = vertex_cut(&web.freeze(), &starts, &ends, |_| true).unwrap();
        let closed = cut.iter().fold(0_u32, |set, node| set | 1 << node);
        let met = web.met(&starts, |node| closed & 1 << node != 0);
        for other in (0..=all).filter(|other| other.count_ones() == closed.count_ones()) {
            if is_cut(&web, &starts, &ends, other) {
                let theirs = web.met(&starts, |node| other & 1 << node != 0);
                for node in 0..web.nodes as usize {
                    prop_assert!(!met[node] || theirs[node]);
                }
            }
        }
    }
}
