//! PageRank and hitting chances, against a dense solve.

use model::EffectiveClass;
use proptest::prelude::*;
use sidedoor_graph::frozen::{
    HittingSettings, NodeSet, PageRankSettings, hitting_chances, page_rank,
};

use crate::made::{Web, web, web_and_nodes};

/// Solves a·x = b by elimination with pivots.
fn solve(mut a: Vec<Vec<f64>>, mut b: Vec<f64>) -> Vec<f64> {
    let size = b.len();
    for column in 0..size {
        let pivot = (column..size)
            .max_by(|x, y| a[*x][column].abs().total_cmp(&a[*y][column].abs()))
            .unwrap();
        a.swap(column, pivot);
        b.swap(column, pivot);
        let row = a[column].clone();
        for other in (0..size).filter(|other| *other != column) {
            let factor = a[other][column] / row[column];
            for (value, pivot) in a[other].iter_mut().zip(&row) {
                *value -= factor * pivot;
            }
            b[other] -= factor * b[column];
        }
    }
    (0..size).map(|row| b[row] / a[row][row]).collect()
}

/// Chance of each step of a shopper who starts anew where there is no hop.
fn dense_page_rank(web: &Web, damping: f64) -> Vec<f64> {
    let size = web.nodes as usize;
    let even = 1.0 / f64::from(web.nodes);
    let mut a = vec![vec![0.0; size]; size];
    for source in 0..size {
        let out: Vec<usize> = web
            .hops
            .iter()
            .filter(|hop| hop.source as usize == source)
            .map(|hop| hop.target as usize)
            .collect();
        for target in &out {
            a[*target][source] -= damping / out.len() as f64;
        }
        if out.is_empty() {
            for row in &mut a {
                row[source] -= damping * even;
            }
        }
        a[source][source] += 1.0;
    }
    solve(a, vec![(1.0 - damping) * even; size])
}

fn dense_chances(web: &Web, absorbing: &NodeSet, damping: f64) -> Vec<f64> {
    let size = web.nodes as usize;
    let mut a = vec![vec![0.0; size]; size];
    let mut b = vec![0.0; size];
    for node in 0..web.nodes {
        let row = node as usize;
        a[row][row] += 1.0;
        if absorbing.contains(node) {
            b[row] = 1.0;
            continue;
        }
        let mut targets: Vec<u32> = web
            .hops
            .iter()
            .filter(|hop| hop.source == node && hop.label.class() != EffectiveClass::Navigation)
            .map(|hop| hop.target)
            .collect();
        targets.sort_unstable();
        targets.dedup();
        for target in &targets {
            a[row][*target as usize] -= damping / targets.len() as f64;
        }
    }
    solve(a, b)
}

fn set(nodes: u32, of: &[u32]) -> NodeSet {
    let mut set = NodeSet::none_of(nodes);
    for node in of {
        set.insert(*node);
    }
    set
}

const fn searched(class: EffectiveClass) -> bool {
    !matches!(class, EffectiveClass::Navigation)
}

proptest! {
    #[test]
    fn page_rank_is_what_a_dense_solve_gives(web in web(10, 30)) {
        let settings = PageRankSettings { rounds: 200, ..PageRankSettings::default() };
        let ranks = page_rank(&web.freeze(), settings);
        for (rank, expected) in ranks.iter().zip(dense_page_rank(&web, settings.damping)) {
            prop_assert!((rank - expected).abs() < 1e-6 * expected, "{rank} against {expected}");
        }
        prop_assert!((ranks.iter().sum::<f64>() - 1.0).abs() < 1e-6);
    }

    #[test]
    fn hitting_chances_are_what_a_dense_solve_gives((web, absorbing, _) in web_and_nodes(10, 30)) {
        let absorbing = set(web.nodes, &absorbing);
        let settings = HittingSettings { rounds: 300, ..HittingSettings::default() };
        let chances = hitting_chances(&web.freeze(), &absorbing, searched, settings);
        let expected = dense_chances(&web, &absorbing, settings.damping);
        for (chance, expected) in chances.iter().zip(expected) {
            prop_assert!((chance - expected).abs() < 1e-12, "{chance} against {expected}");
        }
    }

    #[test]
    fn what_leads_nowhere_within_the_rounds_has_no_chance((web, absorbing, _) in web_and_nodes(10, 20)) {
        let absorbing = set(web.nodes, &absorbing);
        let settings = HittingSettings { rounds: 2, ..HittingSettings::default() };
        let graph = web.freeze();
        let chances = hitting_chances(&graph, &absorbing, searched, settings);
        let off = graph.subgraph(searched);
        let is_near = |node: u32| {
            absorbing.contains(node)
                || off.targets(node).iter().any(|next| {
                    absorbing.contains(*next) || off.targets(*next).iter().any(|end| absorbing.contains(*end))
                })
        };
        for node in 0..web.nodes {
            prop_assert_eq!(chances[node as usize] > 0.0, is_near(node));
        }
    }

    #[test]
    fn chances_and_ranks_are_the_same_bits_every_time((web, absorbing, _) in web_and_nodes(10, 30)) {
        let bits = |values: Vec<f64>| -> Vec<u64> { values.into_iter().map(f64::to_bits).collect() };
        let absorbing = set(web.nodes, &absorbing);
        let settings = HittingSettings::default();
        let mut turned = web.clone();
        turned.hops.reverse();
        let (first, second) = (web.freeze(), turned.freeze());
        prop_assert_eq!(
            bits(hitting_chances(&first, &absorbing, searched, settings)),
            bits(hitting_chances(&second, &absorbing, searched, settings))
        );
        let settings = PageRankSettings::default();
        prop_assert_eq!(bits(page_rank(&first, settings)), bits(page_rank(&second, settings)));
    }
}
