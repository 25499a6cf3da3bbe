//! How the graph is written for other programs.

use model::PageId;
use sidedoor_graph::export::{
    CaseGraph, Form, PageMark, Selection, SiteGraph, Source, write_file, write_tables,
};
use sidedoor_graph::{ClassSettings, Classes, LinkGraph, classes};

use crate::made::{Case, PAGE, link};

fn unmarked(_: PageId) -> PageMark {
    PageMark {
        policy: "unknown",
        min_age: None,
        category: None,
        chance: 0.0,
        hidden_paths_from: 0,
        hidden_paths_to: 0,
    }
}

/// A page whose title no form may trip over.
fn nasty() -> (LinkGraph, Classes) {
    let mut nasty = Case::default().page(PAGE, vec![link("http://b.test/%22%3E?q=\"a,b\"")]);
    if let Some(facts) = &mut nasty.0[0].1 {
        facts.title = "a \"quoted\\title\",\nwith = 1 \u{0} </script>".to_owned();
    }
    let graph = nasty.graph();
    let classes = classes(&graph, &ClassSettings::default());
    (graph, classes)
}

pub(crate) fn whole<'a>(graph: &'a LinkGraph, classes: &'a Classes) -> CaseGraph<'a> {
    CaseGraph {
        graph,
        classes,
        mark: &unmarked,
        is_on_path: &|_| false,
        selection: None,
    }
}

pub(crate) fn written(source: &dyn Source, form: Form) -> String {
    let mut out = Vec::new();
    write_file(source, form, "sidedoor test", &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn dot_and_csv_hold_hostile_text() {
    let (graph, classes) = nasty();
    let source = whole(&graph, &classes);
    insta::assert_snapshot!(written(&source, Form::Dot));
    let (mut nodes, mut edges) = (Vec::new(), Vec::new());
    write_tables(&source, Form::Csv, "test", &mut nodes, &mut edges).unwrap();
    let mut table = csv::Reader::from_reader(nodes.as_slice());
    let titles: Vec<String> = table
        .records()
        .map(|row| row.unwrap()[3].to_owned())
        .collect();
    assert!(titles.contains(&"a \"quoted\\title\",\nwith = 1 \u{0} </script>".to_owned()));
    insta::assert_snapshot!(String::from_utf8(edges).unwrap());
}

#[test]
fn a_text_of_100_kb_is_whole_in_every_form() {
    let long = "x".repeat(100_000);
    let mut case = Case::default().page(PAGE, vec![link("http://b.test/")]);
    case.0[0].1.as_mut().unwrap().title = long.clone();
    let graph = case.graph();
    let classes = classes(&graph, &ClassSettings::default());
    let source = whole(&graph, &classes);
    for form in Form::ALL {
        let bytes = if form.is_tables() {
            let (mut nodes, mut edges) = (Vec::new(), Vec::new());
            write_tables(&source, *form, "test", &mut nodes, &mut edges).unwrap();
            nodes
        } else {
            written(&source, *form).into_bytes()
        };
        // Snappy leaves no run of one letter as it was.
        if *form != Form::Parquet {
            let text = String::from_utf8(bytes).unwrap();
            assert!(text.contains(&long), "{form}");
        }
    }
}

#[test]
fn xml_says_where_a_character_was_replaced() {
    let (graph, classes) = nasty();
    let source = whole(&graph, &classes);
    insta::assert_snapshot!(written(&source, Form::GraphMl));
    insta::assert_snapshot!(written(&source, Form::Gexf));
}

#[test]
fn the_forms_of_json_are_json_with_every_column() {
    let (graph, classes) = nasty();
    let source = whole(&graph, &classes);
    for (form, edges) in [(Form::Json, "links"), (Form::NodeLink, "edges")] {
        let value: serde_json::Value = serde_json::from_str(&written(&source, form)).unwrap();
        let node = value["nodes"][0].as_object().unwrap();
        for column in source.node_columns() {
            assert!(node.contains_key(column.name), "{form}: {}", column.name);
        }
        assert_eq!(value[edges].as_array().unwrap().len(), graph.hop_count());
    }
    let lines = written(&source, Form::JsonLines);
    let records: Vec<serde_json::Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(records.len(), 1 + graph.page_count() + graph.hop_count());
    let cytoscape: serde_json::Value =
        serde_json::from_str(&written(&source, Form::Cytoscape)).unwrap();
    let (_, source, target, _) = graph.hops().next().unwrap();
    let edge = &cytoscape["elements"]["edges"][0]["data"];
    assert_eq!(edge["source"], format!("n{}", source.0));
    assert_eq!(edge["target"], format!("n{}", target.0));
}

/// `a` links to `b`, that to `c`, and so on.
fn chain() -> (LinkGraph, Classes) {
    let graph = Case::default()
        .page("http://a.test/", vec![link("http://b.test/")])
        .page("http://b.test/", vec![link("http://c.test/")])
        .page("http://c.test/", vec![link("http://d.test/")])
        .page("http://d.test/", vec![])
        .graph();
    let classes = classes(&graph, &ClassSettings::default());
    (graph, classes)
}

#[test]
fn a_neighbourhood_goes_both_ways_and_keeps_the_numbers() {
    let (graph, classes) = chain();
    let middle = PageId(1);
    let part = Selection::around(&graph, middle, 1);
    let source = CaseGraph {
        selection: Some(&part),
        ..whole(&graph, &classes)
    };
    let value: serde_json::Value = serde_json::from_str(&written(&source, Form::Json)).unwrap();
    let ids: Vec<u64> = value["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| node["id"].as_u64().unwrap())
        .collect();
    assert_eq!(ids, [0, 1, 2]);
    assert_eq!(value["links"].as_array().unwrap().len(), 2);
}

#[test]
fn condensed_by_site_every_hop_is_counted_once() {
    let (graph, classes) = chain();
    let sites = SiteGraph::of_case(&whole(&graph, &classes));
    let value: serde_json::Value = serde_json::from_str(&written(&sites, Form::Json)).unwrap();
    let hops: u64 = value["links"]
        .as_array()
        .unwrap()
        .iter()
        .map(|edge| edge["hops"].as_u64().unwrap())
        .sum();
    assert_eq!(hops, graph.hop_count() as u64);
    assert_eq!(sites.site_count(), 4);
}

#[test]
fn parquet_gives_back_what_was_written() {
    use parquet::file::reader::{FileReader as _, SerializedFileReader};
    let (graph, classes) = nasty();
    let source = whole(&graph, &classes);
    let (mut nodes, mut edges) = (Vec::new(), Vec::new());
    write_tables(&source, Form::Parquet, "test", &mut nodes, &mut edges).unwrap();
    let reader = SerializedFileReader::new(bytes::Bytes::from(nodes)).unwrap();
    let rows: Vec<String> = reader
        .get_row_iter(None)
        .unwrap()
        .map(|row| row.unwrap().to_string())
        .collect();
    assert_eq!(rows.len(), graph.page_count());
    assert!(rows.iter().any(|row| row.contains("vantages: [")));
    assert!(rows.iter().any(|row| row.contains("</script>")));
    let reader = SerializedFileReader::new(bytes::Bytes::from(edges)).unwrap();
    let count = reader.metadata().file_metadata().num_rows();
    assert_eq!(count, graph.hop_count() as i64);
}

#[test]
fn one_form_is_not_the_other() {
    let (graph, classes) = chain();
    let source = whole(&graph, &classes);
    assert!(write_file(&source, Form::Csv, "test", &mut Vec::new()).is_err());
    let (mut nodes, mut edges) = (Vec::new(), Vec::new());
    assert!(write_tables(&source, Form::Dot, "test", &mut nodes, &mut edges).is_err());
}

#[test]
fn every_column_is_documented_with_its_type() {
    let docs = include_str!("../../../../docs/exports.md");
    let (graph, classes) = chain();
    let case = whole(&graph, &classes);
    let sites = SiteGraph::of_case(&case);
    let sources: [&dyn Source; 2] = [&case, &sites];
    for source in sources {
        for column in source.node_columns().iter().chain(source.edge_columns()) {
            let name = format!("`{}`", column.name);
            assert!(
                docs.lines()
                    .any(|line| line.starts_with('|') && line.contains(&name)),
                "{name} is not in docs/exports.md"
            );
        }
    }
}
