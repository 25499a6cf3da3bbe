//! Pages of a warehouse told anew: what stands then is what stands when all tables are read afresh.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail loudly, its helpers as well"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;

use model::{EffectiveClass, PageId};
use proptest::prelude::*;
use sidedoor_graph::warehouse::{Imported, Standing, TableForm, Tables, WarehouseError, import};
use sidedoor_graph::{ClassSettings, TemplateSettings, Warehouse};

const KINDS: [&str; 5] = ["listing", "listing", "seller", "interstitial", "other"];
const SELLERS: [&str; 3] = ["", "ann", "ben"];
const POLICIES: [&str; 3] = ["compliant", "illegal", ""];
const HOPS: [&str; 6] = [
    "anchor",
    "anchor",
    "http-redirect",
    "nested-url",
    "text-url",
    "frame",
];
const VISIBILITIES: [&str; 3] = ["visible", "hidden", "conditional"];
const ZONES: [&str; 3] = ["chrome", "seller-controlled", "unknown"];

/// Addresses of a few hosts; the last ones are not there at first.
const ADDRESSES: [&str; 12] = [
    "http://m.test/",
    "http://m.test/b",
    "http://m.test/d",
    "http://m.test/f",
    "http://m.test/h",
    "http://go.test/x",
    "http://go.test/z",
    "http://shop.test/",
    "http://shop.test/q",
    "http://m.test/a",
    "http://m.test/e",
    "http://go.test/y",
];
const FIRST: usize = 9;

#[derive(Debug, Clone)]
struct Told {
    kind: usize,
    seller: usize,
    policy: usize,
    /// By a site of its own name, which the address does not tell.
    is_apart: bool,
    hops: Vec<Hop>,
}

#[derive(Debug, Clone)]
struct Hop {
    target: usize,
    kind: usize,
    visibility: usize,
    zone: usize,
    slot: usize,
}

fn hop() -> impl Strategy<Value = Hop> {
    (
        0..ADDRESSES.len(),
        0..HOPS.len(),
        0..VISIBILITIES.len(),
        0..ZONES.len(),
        0..3_usize,
    )
        .prop_map(|(target, kind, visibility, zone, slot)| Hop {
            target,
            kind,
            visibility,
            zone,
            slot,
        })
}

fn told() -> impl Strategy<Value = Told> {
    (
        0..KINDS.len(),
        0..SELLERS.len(),
        0..POLICIES.len(),
        prop::bool::weighted(0.1),
        prop::collection::vec(hop(), 0..5),
    )
        .prop_map(|(kind, seller, policy, is_apart, hops)| Told {
            kind,
            seller,
            policy,
            is_apart,
            hops,
        })
}

type Pages = BTreeMap<usize, Told>;

/// A market and what is told of it anew, twice.
fn story() -> impl Strategy<Value = (Vec<Told>, Pages, Pages)> {
    (
        prop::collection::vec(told(), FIRST),
        prop::collection::btree_map(0..ADDRESSES.len(), told(), 0..4),
        prop::collection::btree_map(0..ADDRESSES.len(), told(), 0..4),
    )
}

/// Adds pages to those that are known; what they lead to is known then.
fn tell(known: &mut Pages, mut anew: Pages) -> Pages {
    known.extend(anew.clone());
    for told in anew.values_mut() {
        told.hops.retain(|hop| known.contains_key(&hop.target));
    }
    known.extend(anew.clone());
    anew
}

fn tables(pages: &Pages) -> (String, String) {
    let mut nodes = "address,kind,policy,seller,site,contacts\n".to_owned();
    let mut edges = "source,target,kind,visibility,zone,slot\n".to_owned();
    for (page, told) in pages {
        let address = ADDRESSES[*page];
        let site = if told.is_apart { "apart.test" } else { "" };
        let (kind, policy) = (KINDS[told.kind], POLICIES[told.policy]);
        let seller = SELLERS[told.seller];
        let contact = match told.seller {
            0 => String::new(),
            _ => format!("mail:{seller}@m.test"),
        };
        writeln!(nodes, "{address},{kind},{policy},{seller},{site},{contact}").unwrap();
        for hop in &told.hops {
            let (target, kind) = (ADDRESSES[hop.target], HOPS[hop.kind]);
            let (visibility, zone) = (VISIBILITIES[hop.visibility], ZONES[hop.zone]);
            writeln!(
                edges,
                "{address},{target},{kind},{visibility},{zone},s{}",
                hop.slot
            )
            .unwrap();
        }
    }
    (nodes, edges)
}

fn read<T>(
    (nodes, edges): &(String, String),
    taken: impl FnOnce(Tables<'_>) -> Result<T, WarehouseError>,
) -> T {
    taken(Tables {
        nodes: (TableForm::Csv, &mut nodes.as_bytes()),
        edges: (TableForm::Csv, &mut edges.as_bytes()),
        mapping: &[],
    })
    .unwrap()
}

/// Rules that say something of a handful of pages.
fn settings() -> ClassSettings {
    ClassSettings {
        template: TemplateSettings {
            slot_share: 0.6,
            slot_pages: 2,
            target_share: 0.3,
            target_pages: 2,
            target_sellers: 1,
            small_pages: 2,
        },
    }
}

/// All that a warehouse says of pages and hops, in words.
fn said(imported: &Imported) -> Vec<String> {
    let warehouse = &imported.warehouse;
    let page = |page: PageId| {
        let mut said = format!(
            "{} {:?} {:?} {:?} {:?} {:?} {}",
            warehouse.address(page),
            warehouse.kind(page),
            warehouse.site_of(page),
            warehouse.seller(page),
            warehouse.gate(page),
            imported.policies[page.index()],
            warehouse.is_home_page(page),
        );
        for hop in warehouse.ways_out(page) {
            write!(said, "\n  {hop:?}").unwrap();
        }
        said
    };
    (0..warehouse.page_count()).map(PageId).map(page).collect()
}

fn classes(warehouse: &Warehouse, standing: &Standing) -> Vec<EffectiveClass> {
    let of = |hop| standing.classes().of(hop);
    (0..warehouse.hop_count()).map(of).collect()
}

proptest! {
    /// Revised once and again, a warehouse says of pages, hops, what they name and their classes what it says
    /// when it is read afresh.
    #[test]
    fn what_is_told_anew_stands_as_if_all_had_been_told_afresh((first, second, third) in story()) {
        let mut pages = Pages::new();
        let first = tell(&mut pages, first.into_iter().enumerate().collect());
        let mut imported = read(&tables(&first), import);
        let mut standing = Standing::of(&imported.warehouse, &settings());
        for anew in [second, third] {
            let anew = tell(&mut pages, anew);
            let revised = read(&tables(&anew), |tables| imported.revised(tables));
            standing.revise(&imported.warehouse, &revised);
            prop_assert_eq!(revised.told().len(), anew.len());
            imported = revised.imported;
            let afresh = read(&tables(&pages), import);
            prop_assert_eq!(said(&imported), said(&afresh));
            let (these, those) = (&imported.warehouse, &afresh.warehouse);
            prop_assert_eq!(format!("{:?}", these.entities()), format!("{:?}", those.entities()));
            let whole = Standing::of(those, &settings());
            prop_assert_eq!(classes(these, &standing), classes(those, &whole));
            prop_assert_eq!(standing.classes().taken(), whole.classes().taken());
            prop_assert_eq!(standing.classes().rules().places().len(), whole.classes().rules().places().len());
        }
    }
}

#[test]
fn a_hop_of_a_page_that_is_not_told_is_refused() {
    let nodes = "address,kind,policy\nhttp://m.test/,home,\nhttp://m.test/a,listing,\n".to_owned();
    let edges = "source,target,kind,visibility\n".to_owned();
    let imported = read(&(nodes, edges.clone()), import);
    let hop = format!("{edges}http://m.test/,http://m.test/a,anchor,visible\n");
    let refused = imported.revised(Tables {
        nodes: (
            TableForm::Csv,
            &mut "address,kind,policy\nhttp://m.test/a,listing,\n".as_bytes(),
        ),
        edges: (TableForm::Csv, &mut hop.as_bytes()),
        mapping: &[],
    });
    let wrong = refused.unwrap_err().to_string();
    assert!(
        wrong.starts_with(
            "row 2, column `source`: `http://m.test/` is not told anew: give the page a row"
        ),
        "{wrong}"
    );
}
