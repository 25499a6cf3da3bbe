//! What hops tell, and what the graph is asked.

use model::{HopKind, Layer, Link, Technique};

use crate::made::{Case, PAGE, hidden, link, redirect};

#[test]
fn a_hop_tells_every_technique_that_is_at_work() {
    let nested = Link {
        kind: HopKind::NestedUrl,
        layers: vec![Layer::Query, Layer::Base64],
        ..hidden("http://x.test/")
    };
    let graph = Case::default()
        .page(PAGE, vec![nested, redirect("http://y.test/")])
        .graph();
    let told: Vec<String> = graph
        .hops()
        .map(|(_, _, _, hop)| {
            hop.techniques()
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect();
    assert_eq!(
        told,
        ["V01 R07 R08".to_owned(), "R01".to_owned()].map(sorted)
    );
}

/// Ids in the order of the techniques: by family, then number.
fn sorted(ids: String) -> String {
    let mut ids: Vec<Technique> = ids.split(' ').map(|id| id.parse().unwrap()).collect();
    ids.sort_unstable();
    ids.iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn equal_links_of_a_page_are_one_hop_with_a_count() {
    let graph = Case::default()
        .page(
            PAGE,
            vec![
                link("http://b.test/"),
                link("http://b.test/"),
                hidden("http://b.test/"),
            ],
        )
        .graph();
    let counts: Vec<u32> = graph.hops().map(|(_, _, _, hop)| hop.count).collect();
    assert_eq!(counts, [2, 1]);
}
