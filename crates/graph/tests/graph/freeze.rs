//! A link graph, frozen.

use sidedoor_graph::frozen::{FrozenHop, HopPlace};
use sidedoor_graph::{ClassSettings, classes};

use crate::made::{Case, PAGE, hidden, link, redirect};

#[test]
fn every_hop_of_a_frozen_graph_leads_back_to_its_own() {
    let other = "http://market.test/item-s2";
    let case = Case::default()
        .page(
            PAGE,
            vec![
                link("http://out.test/"),
                hidden("http://away.test/"),
                link(other),
                link(other),
            ],
        )
        .page("http://away.test/", vec![redirect("http://end.test/")])
        .page(other, vec![link(PAGE), hidden("http://away.test/")]);
    let graph = case.graph();
    let classes = classes(&graph, &ClassSettings::default());
    let frozen = graph.freeze(&classes);
    assert_eq!(frozen.graph.node_count() as usize, graph.page_count());
    assert_eq!(frozen.graph.hop_count() as usize, graph.hop_count());
    let mut ids = Vec::new();
    for (place, hop) in frozen.graph.hops() {
        let id = frozen.hops.of(place).unwrap();
        let (source, target) = graph.ends(id);
        let class = classes.of(id).effective;
        assert_eq!(hop, FrozenHop::new(source.0, target.0, class));
        ids.push(id);
    }
    ids.sort_unstable();
    assert_eq!(ids, graph.hops().map(|(id, ..)| id).collect::<Vec<_>>());
    assert_eq!(frozen.hops.of(HopPlace(frozen.graph.hop_count())), None);
}
