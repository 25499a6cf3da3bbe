//! Tables of pages and hops: what they become, what is refused, and that their hops are classed as
//! those of a crawl are.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail loudly, its helpers as well"
)]

use std::fmt::Write as _;

use model::{
    BodyHash, Carrier, EffectiveClass, HopKind, Link, Outcome, PageFacts, PageId, PageKind,
    PageUrl, Policy, Proof, RawHref, Technique, Timestamp, Trigger, VantageId, Visibility,
    VisibilityState, Visit, VisitId, Zone,
};
use proptest::prelude::*;
use sidedoor_graph::warehouse::{Imported, Mapping, TableForm, Tables, WarehouseError, import};
use sidedoor_graph::{
    ClassSettings, CountedHop, CountedPage, LinkGraph, TemplateCounts, TemplateSettings, classes,
};

const NODES: &str = "id,address,kind,policy,seller\n\
    1,http://m.test/b,listing,compliant,ann\n\
    2,http://m.test/a,seller,,ann\n\
    3,http://dark.test/,other,illegal,\n";
const EDGES: &str = "source,target,kind,visibility,slot\n\
    1,3,anchor,hidden,9\n1,2,anchor,visible,4\n2,3,anchor,visible,\n";

fn read(
    form: TableForm,
    nodes: &str,
    edges: &str,
    columns: &[&str],
) -> Result<Imported, WarehouseError> {
    let mapping: Vec<Mapping> = columns.iter().map(|text| text.parse().unwrap()).collect();
    import(Tables {
        nodes: (form, &mut nodes.as_bytes()),
        edges: (form, &mut edges.as_bytes()),
        mapping: &mapping,
    })
}

fn csv(nodes: &str, edges: &str) -> Result<Imported, WarehouseError> {
    read(TableForm::Csv, nodes, edges, &[])
}

/// The complaint about two tables.
fn refused(nodes: &str, edges: &str) -> String {
    csv(nodes, edges).unwrap_err().to_string()
}

#[test]
fn two_tables_become_pages_in_the_order_of_their_addresses_and_their_hops() {
    let imported = csv(NODES, EDGES).unwrap();
    let warehouse = &imported.warehouse;
    let addresses: Vec<&str> = (0..3).map(|page| warehouse.address(PageId(page))).collect();
    assert_eq!(
        addresses,
        ["http://dark.test/", "http://m.test/a", "http://m.test/b"]
    );
    assert_eq!(
        imported.policies,
        [Policy::Illegal, Policy::Unknown, Policy::Compliant]
    );
    let listing = warehouse.find("http://m.test/b").unwrap();
    let classes = warehouse.classes(&ClassSettings::default());
    let ways: Vec<_> = warehouse
        .ways_out(listing)
        .map(|hop| (hop.target.0, hop.slot, classes.of(hop.number)))
        .collect();
    assert_eq!(
        ways,
        [
            (0, Some("9"), EffectiveClass::Hidden),
            (1, Some("4"), EffectiveClass::Lateral)
        ]
    );
    assert_eq!(warehouse.find("http://m.test/c"), None);
}

#[test]
fn json_lines_hold_the_same_as_csv() {
    let nodes = "{\"id\":1,\"address\":\"http://m.test/b\",\"kind\":\"listing\",\"policy\":\"compliant\",\"seller\":\"ann\"}\n\
        \n{\"id\":2,\"address\":\"http://m.test/a\",\"kind\":\"seller\",\"policy\":null,\"seller\":\"ann\"}\n\
        {\"id\":\"3\",\"address\":\"http://dark.test/\",\"kind\":\"other\",\"policy\":\"illegal\"}\n";
    let edges = "{\"source\":1,\"target\":3,\"kind\":\"anchor\",\"visibility\":\"hidden\",\"slot\":9}\n\
        {\"source\":1,\"target\":2,\"kind\":\"anchor\",\"visibility\":\"visible\",\"slot\":4}\n\
        {\"source\":2,\"target\":3,\"kind\":\"anchor\",\"visibility\":\"visible\"}\n";
    let json = read(TableForm::JsonLines, nodes, edges, &[]).unwrap();
    let csv = csv(NODES, EDGES).unwrap();
    assert_eq!(
        format!("{:?}", json.warehouse),
        format!("{:?}", csv.warehouse)
    );
    assert_eq!(json.policies, csv.policies);
}

#[test]
fn columns_may_have_other_names_and_unknown_ones_are_named() {
    let nodes = NODES
        .replace("address", "url")
        .replace("seller\n", "merchant\n");
    let columns = ["url=address", "merchant=seller"];
    let mapped = read(TableForm::Csv, &nodes, EDGES, &columns).unwrap();
    let plain = csv(NODES, EDGES).unwrap();
    assert_eq!(
        format!("{:?}", mapped.warehouse),
        format!("{:?}", plain.warehouse)
    );
    assert_eq!(plain.notes, [""; 0]);
    let with_more = NODES
        .replace("seller\n", "seller,colour\n")
        .replace(",ann\n", ",ann,red\n");
    let noted = csv(&with_more.replace("illegal,\n", "illegal,,\n"), EDGES).unwrap();
    assert_eq!(
        noted.notes,
        ["Columns of the pages that were not read: colour."]
    );
    assert!("url".parse::<Mapping>().is_err());
    let wrong = "url=adress".parse::<Mapping>().unwrap_err().to_string();
    assert!(
        wrong.contains("address, affiliate, codes, contacts, gate, host"),
        "{wrong}"
    );
}

#[test]
fn an_error_tells_row_and_column_and_what_to_do() {
    let word = refused(
        &NODES.replace("2,http://m.test/a,seller", "2,http://m.test/a,shop"),
        EDGES,
    );
    assert!(
        word.starts_with("row 3, column `kind`: `shop` is not known: use one of listing,"),
        "{word}"
    );
    let address = refused(&NODES.replace("http://m.test/a", "/a"), EDGES);
    assert!(
        address.starts_with("row 3, column `address`: `/a` is not the address of a page"),
        "{address}"
    );
    let missing = refused(NODES, &EDGES.replace("visibility", "shown"));
    assert!(
        missing.starts_with(
            "row 1, column `visibility`: is missing; the table has source, target, kind, shown"
        ),
        "{missing}"
    );
    assert!(missing.ends_with("--column THEIRS=visibility"), "{missing}");
    let no_page = refused(NODES, &EDGES.replace("2,3,", "2,7,"));
    assert!(
        no_page.starts_with("row 4, column `target`: `7` is no page"),
        "{no_page}"
    );
    let twice = refused(&NODES.replace("http://m.test/a", "http://m.test/b"), EDGES);
    assert!(twice.contains("stands in row 2 already"), "{twice}");
    let same_id = refused(&NODES.replace("\n2,", "\n1,"), EDGES);
    assert!(
        same_id.starts_with("row 3, column `id`: `1` stands in row 2"),
        "{same_id}"
    );
    let empty = refused(NODES, &EDGES.replace("1,3,anchor", "1,3,"));
    assert!(
        empty.starts_with("row 2, column `kind`: is empty"),
        "{empty}"
    );
    let status = refused(
        NODES,
        "source,target,kind,visibility,status\n1,2,http-redirect,visible,70000\n",
    );
    assert!(
        status.contains("`70000` is not a number from 0 to 65535"),
        "{status}"
    );
    let ragged = refused(&format!("{NODES}4\n"), EDGES);
    assert!(ragged.starts_with("row 5"), "{ragged}");
    let torn = read(TableForm::JsonLines, "{\"id\":1,\n", "", &[])
        .unwrap_err()
        .to_string();
    assert!(torn.starts_with("row 1, is no JSON object"), "{torn}");
}

#[test]
fn a_quote_that_nobody_closes_is_refused_before_it_fills_the_memory() {
    struct Endless(bool);
    impl std::io::Read for Endless {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let head: &[u8] = b"address,kind,policy\n\"";
            if std::mem::take(&mut self.0) {
                buffer[..head.len()].copy_from_slice(head);
                return Ok(head.len());
            }
            buffer.fill(b'x');
            Ok(buffer.len())
        }
    }
    let wrong = import(Tables {
        nodes: (TableForm::Csv, &mut Endless(true)),
        edges: (TableForm::Csv, &mut std::io::empty()),
        mapping: &[],
    });
    let wrong = wrong.unwrap_err().to_string();
    assert!(
        wrong.contains("a quote before it may not be closed"),
        "{wrong}"
    );
}

#[test]
fn hops_may_name_addresses_in_other_spellings() {
    let nodes =
        "address,kind,policy\nhttp://m.test/b,listing,compliant\nhttp://Dark.test,other,illegal\n";
    let edges = "source,target,kind,visibility\nhttp://m.test/b,HTTP://dark.test:80/,anchor,hidden\n\
        http://m.test/b,http://Dark.test,anchor,hidden\n";
    // The first spelling is neither that of the table nor the normal form.
    let imported = csv(nodes, edges).unwrap();
    assert_eq!(imported.warehouse.hop_count(), 2);
}

/// A small web of two hosts and three shops, as both a crawl and tables tell it.
#[derive(Debug, Clone)]
struct Web {
    kinds: Vec<PageKind>,
    sellers: Vec<Option<u8>>,
    hops: Vec<Hop>,
}

#[derive(Debug, Clone)]
struct Hop {
    ends: (usize, usize),
    kind: HopKind,
    is_hidden: bool,
    zone: Zone,
    slot: u8,
}

const PAGES: usize = 30;

fn address(page: usize) -> PageUrl {
    let host = match page % 6 {
        0 => "one.test",
        1 => "two.test",
        2 => "www.two.test",
        _ => "m.test",
    };
    PageUrl::parse(&format!("http://{host}/{page}")).unwrap()
}

fn web() -> impl Strategy<Value = Web> {
    let kinds = [
        PageKind::Listing,
        PageKind::Listing,
        PageKind::Seller,
        PageKind::Other,
    ];
    let hop_kinds = [
        HopKind::Anchor,
        HopKind::Anchor,
        HopKind::Frame,
        HopKind::HttpRedirect,
        HopKind::MetaRefresh,
        HopKind::TextUrl,
        HopKind::Recommendation,
    ];
    let hop = (
        (0..PAGES, 0..PAGES),
        prop::sample::select(hop_kinds.to_vec()),
        prop::bool::weighted(0.4),
        prop::sample::select(Zone::ALL.to_vec()),
        0..3_u8,
    )
        .prop_map(|(ends, kind, is_hidden, zone, slot)| Hop {
            ends,
            kind,
            is_hidden,
            zone,
            slot,
        });
    // Menus, so that the template rules have something to say.
    let menu = (
        0..PAGES,
        prop::bool::ANY,
        prop::sample::select(Zone::ALL.to_vec()),
    );
    (
        prop::collection::vec(prop::sample::select(kinds.to_vec()), PAGES),
        prop::collection::vec(prop::option::of(0..4_u8), PAGES),
        prop::collection::vec(hop, 0..60),
        prop::collection::vec(menu, 0..3),
    )
        .prop_map(|(kinds, sellers, mut hops, menus)| {
            for (place, (target, is_hidden, zone)) in menus.into_iter().enumerate() {
                hops.extend((0..PAGES).map(|page| Hop {
                    ends: (page, target),
                    kind: HopKind::Anchor,
                    is_hidden,
                    zone,
                    slot: 10 + u8::try_from(place).unwrap(),
                }));
            }
            hops.retain(|hop| hop.ends.0 != hop.ends.1);
            let mut seen = std::collections::BTreeSet::new();
            hops.retain(|hop| seen.insert(hop.ends));
            hops.sort_by_key(|hop| hop.ends.0);
            Web {
                kinds,
                sellers,
                hops,
            }
        })
}

fn is_load(kind: HopKind) -> bool {
    matches!(
        kind,
        HopKind::Frame | HopKind::HttpRedirect | HopKind::MetaRefresh
    )
}

fn link(web: &Web, hop: &Hop) -> Link {
    let (source, target) = hop.ends;
    let proof = Proof {
        technique: Technique::DISPLAY_NONE,
        shows: String::new(),
        span: None,
    };
    let (ours, theirs) = (web.sellers[source], web.sellers[target]);
    let is_sellers = ours == theirs || ours.is_none() || theirs.is_none();
    Link {
        trigger: if is_load(hop.kind) {
            Trigger::Load
        } else {
            Trigger::Act
        },
        visibility: if hop.is_hidden {
            Visibility::Hidden(vec![proof])
        } else {
            Visibility::Visible
        },
        zone: hop.zone,
        dom_path: hop.slot.to_string(),
        to_seller: web.kinds[target] == PageKind::Seller && is_sellers,
        ..Link::new(
            RawHref::new("x"),
            Some(address(target)),
            hop.kind,
            Carrier::AHref,
        )
    }
}

fn crawled(web: &Web) -> LinkGraph {
    let visits = (0..PAGES).map(|page| {
        let hops: Vec<&Hop> = web.hops.iter().filter(|hop| hop.ends.0 == page).collect();
        let redirects = hops.iter().any(|hop| hop.kind == HopKind::HttpRedirect);
        let visit = Visit {
            id: VisitId(page as u64 + 1),
            address: address(page),
            vantage: VantageId::Desktop,
            referrer: None,
            depth: 0,
            in_scope: true,
            outcome: Outcome::Answered {
                status: if redirects { 302 } else { 200 },
                body: BodyHash::of(b""),
                content_type: None,
                body_bytes: 0,
                cut: None,
            },
            started: Timestamp::from_millis(0),
            churns: false,
            again: false,
            orphan: false,
        };
        let mut facts = PageFacts::empty(address(page));
        facts.kind = web.kinds[page];
        facts.seller = web.sellers[page].map(|seller| seller.to_string());
        facts.links = hops.into_iter().map(|hop| link(web, hop)).collect();
        (visit, Some(facts))
    });
    LinkGraph::build(visits, &[])
}

fn tables(web: &Web) -> Imported {
    let mut nodes = "id,address,kind,policy,seller\n".to_owned();
    for page in 0..PAGES {
        let seller = web.sellers[page]
            .map(|seller| seller.to_string())
            .unwrap_or_default();
        writeln!(
            nodes,
            "{page},{},{},,{seller}",
            address(page),
            web.kinds[page]
        )
        .unwrap();
    }
    let mut edges = "source,target,kind,visibility,zone,slot\n".to_owned();
    for hop in &web.hops {
        let visibility = if hop.is_hidden {
            VisibilityState::Hidden
        } else {
            VisibilityState::Visible
        };
        let (source, target) = hop.ends;
        let (kind, shown) = (hop.kind, visibility.as_str());
        writeln!(
            edges,
            "{source},{target},{kind},{shown},{},{}",
            hop.zone, hop.slot
        )
        .unwrap();
    }
    csv(&nodes, &edges).unwrap()
}

proptest! {
    /// One set of rules: a table of what a crawl saw is classed as the crawl is. A page that was never
    /// left, by a crawl, still counts for its host; in a table it does not, so every page has a hop here.
    #[test]
    fn a_table_is_classed_as_the_crawl_that_it_was_made_of(mut web in web()) {
        for page in 0..PAGES {
            if !web.hops.iter().any(|hop| hop.ends.0 == page) {
                let (ends, zone) = ((page, (page + 1) % PAGES), Zone::User);
                web.hops.push(Hop { ends, kind: HopKind::Anchor, is_hidden: false, zone, slot: 20 });
            }
        }
        let graph = crawled(&web);
        let settings = ClassSettings {
            template: TemplateSettings { slot_pages: 4, target_pages: 5, ..TemplateSettings::default() },
        };
        let of_crawl = classes(&graph, &settings);
        let imported = tables(&web);
        let warehouse = &imported.warehouse;
        let of_table = warehouse.classes(&settings);
        for (page, node) in graph.pages() {
            prop_assert_eq!(node.address.as_str(), warehouse.address(page));
            let crawl: Vec<_> = graph
                .ways_out(page)
                .map(|(hop, target, _)| (target, of_crawl.of(hop).effective))
                .collect();
            let table: Vec<_> = warehouse
                .ways_out(page)
                .map(|hop| (hop.target, of_table.of(hop.number)))
                .collect();
            let sorted = |mut ways: Vec<(PageId, EffectiveClass)>| { ways.sort(); ways };
            prop_assert_eq!(sorted(crawl), sorted(table), "{}", node.address);
            let mut reasons = Vec::new();
            warehouse.tell(&of_table, [page], |hop, class| reasons.push((hop, class)));
            for (hop, target, _) in graph.ways_out(page) {
                let told = reasons.iter().find(|(number, _)| {
                    warehouse.ways_out(page).any(|way| way.number == *number && way.target == target)
                });
                prop_assert_eq!(&told.unwrap().1, of_crawl.of(hop));
            }
        }
    }
}

fn counted() -> impl Strategy<Value = Vec<(CountedPage, Vec<CountedHop>)>> {
    let hop = (0..4_u32, 0..4_u32, any::<[bool; 3]>()).prop_map(
        |(slot, target, [fills_slot, is_candidate, is_platforms])| CountedHop {
            slot,
            target,
            fills_slot,
            is_candidate,
            is_platforms,
        },
    );
    let page = (0..3_u32, prop::option::of(0..6_u32)).prop_map(|(group, seller)| CountedPage {
        host: group / 2,
        group,
        seller,
    });
    prop::collection::vec((page, prop::collection::vec(hop, 0..6)), 0..60)
}

proptest! {
    /// Counts that are split by any shards and merged in any order are one count.
    #[test]
    fn counts_of_shards_are_the_count_of_the_whole(
        pages in counted(),
        shards in prop::collection::vec(0..5_usize, 60),
        order in Just((0..5_usize).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let mut whole = TemplateCounts::default();
        let mut parts = vec![TemplateCounts::default(); 5];
        for ((page, hops), shard) in pages.iter().zip(&shards) {
            whole.add(*page, hops.iter().copied());
            parts[*shard].add(*page, hops.iter().copied());
        }
        let mut merged = TemplateCounts::default();
        for shard in order {
            merged.merge(parts[shard].clone());
        }
        prop_assert_eq!(&merged, &whole);
        let settings = TemplateSettings {
            slot_pages: 2,
            slot_share: 0.5,
            target_pages: 2,
            target_share: 0.3,
            ..TemplateSettings::default()
        };
        prop_assert_eq!(merged.decide(&settings), whole.decide(&settings));
    }

    /// The rules by their words, over the pages of each group.
    #[test]
    fn the_template_rules_are_what_they_say(pages in counted()) {
        let settings = TemplateSettings {
            slot_pages: 2,
            slot_share: 0.5,
            target_pages: 2,
            target_share: 0.3,
            ..TemplateSettings::default()
        };
        let mut counts = TemplateCounts::default();
        for (page, hops) in &pages {
            counts.add(*page, hops.iter().copied());
        }
        let rules = counts.decide(&settings);
        let share = |of: usize, share: f64| (of as f64 * share).ceil() as usize;
        let of_group = |group: u32| -> Vec<&(CountedPage, Vec<CountedHop>)> {
            pages.iter().filter(|(page, _)| page.group == group).collect()
        };
        // What a group says by itself of a place: pages, sellers, whether it is concealed, and the rule.
        let alone = |group: u32, slot: u32, target: u32| {
            let of = of_group(group);
            let sellers = |of: &[&(CountedPage, Vec<CountedHop>)]| {
                let sellers: std::collections::BTreeSet<u32> =
                    of.iter().filter_map(|(page, _)| page.seller).collect();
                sellers.len()
            };
            let is_it = |hop: &&CountedHop| {
                (hop.slot, hop.target, hop.is_candidate) == (slot, target, true)
            };
            let carriers: Vec<_> = of
                .iter()
                .copied()
                .filter(|(_, hops)| hops.iter().any(|hop| is_it(&hop)))
                .collect();
            let has = |is_so: fn(&CountedHop) -> bool| {
                carriers.iter().any(|(_, hops)| hops.iter().filter(is_it).any(is_so))
            };
            let least_sellers = share(sellers(&of), 0.3).max(3.min(sellers(&of)));
            let repeats = carriers.len() >= share(of.len(), 0.3).max(2)
                && sellers(&carriers) >= least_sellers;
            let everywhere = has(|hop| hop.is_platforms) && carriers.len() >= share(of.len(), 0.5);
            let by_rule = !carriers.is_empty() && of.len() >= 3 && (repeats || everywhere);
            (carriers.len(), sellers(&carriers), has(|hop| !hop.fills_slot), by_rule)
        };
        for group in 0..3_u32 {
            let of = of_group(group);
            for slot in 0..4 {
                let fills = |hops: &[CountedHop]| hops.iter().any(|hop| hop.slot == slot && hop.fills_slot);
                let on = of.iter().filter(|(_, hops)| fills(hops)).count();
                let is_slot = on > 0 && of.len() >= 2 && on >= share(of.len(), 0.5);
                prop_assert_eq!(rules.is_slot(group, slot), is_slot);
                for target in 0..4 {
                    let (carriers, sellers, concealed, _) = alone(group, slot, target);
                    let on_host: Vec<_> = (0..3)
                        .filter(|other| other / 2 == group / 2)
                        .map(|other| alone(other, slot, target))
                        .filter(|(.., by_rule)| *by_rule)
                        .collect();
                    let found = rules.repeated(group, slot, target);
                    prop_assert_eq!(found.is_some(), carriers > 0 && !on_host.is_empty());
                    if let Some(found) = found {
                        prop_assert_eq!(found.pages as usize, carriers);
                        prop_assert_eq!(found.sellers as usize, sellers);
                        let is_concealed = concealed || on_host.iter().any(|other| other.2);
                        prop_assert_eq!(found.is_concealed, is_concealed);
                    }
                }
            }
        }
    }
}
