//! How the graph is written for other programs.

use sidedoor_graph::{ClassSettings, PolicyColumn, classes};

use crate::made::{Case, PAGE, link};

#[test]
fn dot_and_csv_hold_hostile_text() {
    let mut nasty = Case::default().page(PAGE, vec![link("http://b.test/%22%3E?q=\"a,b\"")]);
    if let Some(facts) = &mut nasty.0[0].1 {
        facts.title = "a \"quoted\\title\",\nwith = 1 \u{0}".to_owned();
    }
    let graph = nasty.graph();
    let classes = classes(&graph, &ClassSettings::default());
    let mut dot = Vec::new();
    sidedoor_graph::write_dot(&graph, &classes, &|_| "unknown", &mut dot).unwrap();
    insta::assert_snapshot!(String::from_utf8(dot).unwrap());
    let (mut nodes, mut edges) = (Vec::new(), Vec::new());
    let column = |_| PolicyColumn {
        policy: "unknown",
        category: None,
    };
    sidedoor_graph::write_csv(&graph, &classes, &column, &mut nodes, &mut edges).unwrap();
    let mut table = csv::Reader::from_reader(nodes.as_slice());
    let titles: Vec<String> = table
        .records()
        .map(|row| row.unwrap()[3].to_owned())
        .collect();
    assert!(titles.contains(&"a \"quoted\\title\",\nwith = 1 \u{0}".to_owned()));
    insta::assert_snapshot!(String::from_utf8(edges).unwrap());
}
