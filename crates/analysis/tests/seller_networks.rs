//! Sellers and pages that rare ties of independent sorts join.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail loudly, its helpers as well"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use model::{
    Contact, ContactKind, Network, PageFacts, PageId, PageKind, PageUrl, Passage, Place, Policy,
    Site, TieKind, Visibility, Zone,
};
use proptest::prelude::*;
use sidedoor_analysis::networks::{Ground, NetworkSettings, PageOf, networks};
use support::{Web, link, redirect};

/// A page of a market: its number, who sells on it, and what stands on it.
#[derive(Debug, Clone)]
struct Stand {
    page: u32,
    seller: Option<String>,
    holds: Vec<(TieKind, String)>,
}

fn seller(page: u32, holds: &[(TieKind, &str)]) -> Stand {
    Stand {
        page,
        seller: Some(format!("seller {page:04}")),
        holds: holds
            .iter()
            .map(|(kind, what)| (*kind, (*what).to_owned()))
            .collect(),
    }
}

/// So many sellers who share nothing.
fn strangers(pages: std::ops::Range<u32>) -> Vec<Stand> {
    pages.map(|page| seller(page, &[])).collect()
}

fn address(page: PageId) -> PageUrl {
    // What names no seller stands on a site of its own.
    let host = if page.0 >= 9_000 {
        "notes.test"
    } else {
        "market.test"
    };
    PageUrl::parse(&format!("http://{host}/p/{:04}", page.0)).unwrap()
}

/// The networks of some pages, in the order in which they are given.
fn judged(stands: &[Stand]) -> Vec<Network> {
    let known: Vec<(String, Site)> = stands
        .iter()
        .map(|stand| {
            let address = address(PageId(stand.page));
            (address.as_str().to_owned(), address.site())
        })
        .collect();
    let pages = || {
        stands.iter().zip(&known).map(|(stand, (address, site))| {
            let sells = stand.seller.is_some();
            let page = PageOf {
                address,
                site,
                kind: if sells {
                    PageKind::Listing
                } else {
                    PageKind::Article
                },
                seller: stand.seller.as_deref(),
                is_restricted: false,
                is_found: false,
            };
            (stand, page)
        })
    };
    let mut ground = Ground::over(pages().map(|(_, page)| page));
    for (stand, page) in pages() {
        let id = PageId(stand.page);
        let party = ground.party_of(id, page).unwrap();
        for (kind, what) in &stand.holds {
            ground.hold(party, id, *kind, what.clone());
        }
    }
    networks(&ground, &NetworkSettings::default(), &address)
}

/// The names of the members of each network.
fn members(networks: &[Network]) -> Vec<Vec<String>> {
    let name = |member: &model::Member| match member.name.as_str() {
        "" => member.page.to_string(),
        name => name.to_owned(),
    };
    networks
        .iter()
        .map(|network| network.members.iter().map(name).collect())
        .collect()
}

const PHONE: (TieKind, &str) = (TieKind::Contact, "phone:+4930555");
const DOOR: (TieKind, &str) = (TieKind::Redirector, "go.test/r");
const TEXT: (TieKind, &str) = (TieKind::Text, "write to us before you order and we tell");
const PICTURE: (TieKind, &str) = (TieKind::Image, "0123456789abcdef");

#[test]
fn a_rare_contact_and_a_shared_redirector_make_one_of_two_sellers() {
    let mut stands = strangers(2..40);
    stands.extend([seller(0, &[PHONE, DOOR]), seller(1, &[PHONE, DOOR])]);
    let found = judged(&stands);
    assert_eq!(members(&found), [["seller 0000", "seller 0001"]]);
    let network = &found[0];
    let kinds: Vec<TieKind> = network.ties.iter().map(|tie| tie.kind).collect();
    assert_eq!(kinds, [TieKind::Contact, TieKind::Redirector]);
    // ln(40 / 2), and two holders cost nothing.
    assert!((network.ties[0].rarity - 20_f64.ln()).abs() < 1e-6);
    assert!((network.ties[0].weight - 20_f64.ln()).abs() < 1e-6);
    assert_eq!(network.weakest.parts, [[0], [1]], "either tie holds it");
    assert_eq!(network.holding, [0, 1]);
}

#[test]
fn an_agency_s_phone_on_200_sellers_merges_nobody() {
    // Many of its clients share a supplier's text or a picture besides, and use one tracker.
    let clients = (0..200).map(|page| {
        let mut stand = seller(page, &[PHONE]);
        if page % 4 == 0 {
            stand.holds.push((TEXT.0, TEXT.1.to_owned()));
        }
        if page % 2 == 0 {
            stand.holds.push((DOOR.0, DOOR.1.to_owned()));
        }
        stand
    });
    for sellers in [200, 400, 1_000, 5_000] {
        let mut stands: Vec<Stand> = clients.clone().collect();
        stands.extend(strangers(200..sellers));
        assert_eq!(members(&judged(&stands)), [[""; 0]; 0], "{sellers} sellers");
    }
}

#[test]
fn who_buys_one_service_is_not_made_one_by_all_of_it() {
    // An agency's phone and mail address; a supplier's picture and text.
    for service in [
        [PHONE, (TieKind::Contact, "mail:office@agency.test")],
        [TEXT, PICTURE],
    ] {
        let mut stands = strangers(3..200);
        stands.extend((0..3).map(|page| seller(page, &service)));
        assert_eq!(members(&judged(&stands)), [[""; 0]; 0], "{service:?}");
    }
}

#[test]
fn the_weakest_tie_of_a_chain_is_cut_and_it_falls_into_two() {
    let bridge = (TieKind::Code, "VASE77");
    let mut stands = strangers(6..60);
    stands.extend((0..3).map(|page| seller(page, &[PHONE, DOOR])));
    stands.extend((3..6).map(|page| seller(page, &[TEXT, (TieKind::Contact, "mail:b@b.test")])));
    // One of each side, and one of the first side besides, hold a code and a picture.
    for page in [2, 3] {
        let stand = stands.iter_mut().find(|stand| stand.page == page).unwrap();
        stand.holds.push((bridge.0, bridge.1.to_owned()));
        stand.holds.push((PICTURE.0, PICTURE.1.to_owned()));
    }
    stands.push(seller(60, &[bridge]));
    stands.push(seller(61, &[bridge]));
    let found = judged(&stands);
    assert_eq!(found.len(), 1);
    let network = &found[0];
    let weakest = &network.ties[network.weakest.tie];
    assert_eq!(weakest.kind, TieKind::Code);
    assert_eq!(weakest.holders, 4);
    assert_eq!(network.weakest.parts, [[0, 1, 2], [3, 4, 5]]);
}

#[test]
fn ties_of_one_kind_with_the_same_holders_are_one() {
    let passages: Vec<String> = (0..30).map(|at| format!("passage {at:02}")).collect();
    let mut stands = strangers(2..40);
    for page in 0..2 {
        let mut stand = seller(page, &[PHONE]);
        let texts = passages.iter().cloned();
        stand.holds.extend(texts.map(|text| (TieKind::Text, text)));
        stands.push(stand);
    }
    let found = judged(&stands);
    let text = found[0].ties.iter().find(|tie| tie.kind == TieKind::Text);
    let text = text.unwrap();
    assert_eq!((text.what.as_str(), text.count), ("passage 00", 30));
    assert_eq!(found[0].ties.len(), 2);
}

/// What each seller of a small market holds: things of every kind, few of each.
fn market() -> impl Strategy<Value = Vec<Stand>> {
    let kind = prop::sample::select(TieKind::ALL.to_vec());
    // Eight of them hold all there is, so that much is shared.
    let holding = (0u32..8, kind, 0u8..3);
    prop::collection::vec(holding, 0..60).prop_map(|holdings| {
        let mut stands = strangers(0..24);
        for (page, kind, which) in holdings {
            let what = format!("{kind} {which}");
            stands[page as usize].holds.push((kind, what));
        }
        stands
    })
}

/// Networks by the definition, the plain way: every pair, every tie, and merging until nothing changes.
fn by_definition(stands: &[Stand]) -> Vec<Vec<String>> {
    let settings = NetworkSettings::default();
    let mut holders: BTreeMap<&(TieKind, String), BTreeSet<&str>> = BTreeMap::new();
    let sellers: BTreeSet<&str> = stands
        .iter()
        .filter_map(|it| it.seller.as_deref())
        .collect();
    for stand in stands {
        for thing in &stand.holds {
            let name = stand.seller.as_deref().unwrap();
            holders.entry(thing).or_default().insert(name);
        }
    }
    let weight = |all: usize, some: usize| -> f64 {
        (2.0 * all as f64 / (some * some) as f64)
            .ln()
            .min((all as f64 / some as f64).ln().max(0.0))
    };
    let is_joined = |a: &str, b: &str| {
        let mut strands: BTreeMap<model::Strand, f64> = BTreeMap::new();
        for ((kind, _), by) in &holders {
            let weighs = weight(sellers.len(), by.len());
            if by.contains(a) && by.contains(b) && weighs >= settings.least_strand {
                let best = strands.entry(kind.strand()).or_default();
                *best = best.max(weighs);
            }
        }
        strands.len() > 1 && strands.values().sum::<f64>() >= settings.least_weight - 1e-9
    };
    let mut parts: Vec<BTreeSet<&str>> =
        sellers.iter().map(|name| BTreeSet::from([*name])).collect();
    let meets = |one: &BTreeSet<&str>, other: &BTreeSet<&str>| {
        one.iter().any(|a| other.iter().any(|b| is_joined(a, b)))
    };
    while let Some((a, b)) = (0..parts.len())
        .flat_map(|a| (a + 1..parts.len()).map(move |b| (a, b)))
        .find(|(a, b)| meets(&parts[*a], &parts[*b]))
    {
        let other = parts.remove(b);
        parts[a].extend(other);
    }
    let mut parts: Vec<Vec<String>> = parts
        .into_iter()
        .filter(|part| part.len() > 1)
        .map(|part| part.into_iter().map(str::to_owned).collect())
        .collect();
    parts.sort();
    parts
}

proptest! {
    /// The networks are those of the definition, read plainly.
    #[test]
    fn networks_are_what_the_definition_says(stands in market()) {
        prop_assert_eq!(members(&judged(&stands)), by_definition(&stands));
    }

    /// In whatever order pages come.
    #[test]
    fn the_order_of_pages_is_all_one(
        (stands, shuffled) in market().prop_flat_map(|stands| {
            (Just(stands.clone()), Just(stands).prop_shuffle())
        }),
    ) {
        prop_assert_eq!(judged(&stands), judged(&shuffled));
    }

    /// A page that sells nothing and shares nothing changes nothing.
    #[test]
    fn an_unrelated_page_changes_nothing(stands in market(), with_own_contact in any::<bool>()) {
        let mut more = stands.clone();
        let own = with_own_contact.then(|| (TieKind::Contact, "mail:me@notes.test".to_owned()));
        more.push(Stand { page: 9_000, seller: None, holds: own.into_iter().collect() });
        prop_assert_eq!(judged(&stands), judged(&more));
    }

    /// What every seller has weighs nothing.
    #[test]
    fn what_all_share_ties_nobody(stands in market(), kind in prop::sample::select(TieKind::ALL.to_vec())) {
        let mut all = stands.clone();
        for stand in &mut all {
            stand.holds.push((kind, "the platform's own".to_owned()));
        }
        prop_assert_eq!(judged(&stands), judged(&all));
    }

    /// However many things of one strand are shared.
    #[test]
    fn one_strand_joins_nobody(stands in market(), strand in prop::sample::select(model::Strand::ALL.to_vec())) {
        let mut one = stands;
        for stand in &mut one {
            stand.holds.retain(|(kind, _)| kind.strand() == strand);
        }
        prop_assert_eq!(judged(&one).len(), 0);
    }

    /// What cutting the weakest tie leaves is what the definition says of the market without it.
    #[test]
    fn a_cut_leaves_what_the_market_without_the_tie_has(stands in market()) {
        for network in judged(&stands) {
            let weakest = &network.ties[network.weakest.tie];
            let names = members(std::slice::from_ref(&network)).remove(0);
            let holders: BTreeSet<usize> = weakest.members.iter().copied().collect();
            let mut without = stands.clone();
            // All things of the kind that the very same sellers hold are one tie.
            let mut held: BTreeMap<(TieKind, String), BTreeSet<String>> = BTreeMap::new();
            for stand in &stands {
                for thing in &stand.holds {
                    let name = stand.seller.clone().unwrap();
                    held.entry(thing.clone()).or_default().insert(name);
                }
            }
            prop_assert_eq!(holders.len() as u64 <= weakest.holders, true);
            let of_tie = held[&(weakest.kind, weakest.what.clone())].clone();
            for stand in &mut without {
                stand.holds.retain(|thing| thing.0 != weakest.kind || held[thing] != of_tie);
            }
            let mut left: Vec<Vec<String>> = by_definition(&without)
                .into_iter()
                .filter(|part| names.contains(&part[0]))
                .collect();
            left.sort();
            let mut parts: Vec<Vec<String>> = network
                .weakest
                .parts
                .iter()
                .filter(|part| part.len() > 1)
                .map(|part| part.iter().map(|at| names[*at].clone()).collect())
                .collect();
            parts.sort();
            prop_assert_eq!(parts, left);
        }
    }
}

fn contact(handle: &str) -> Contact {
    Contact {
        kind: ContactKind::Telegram,
        handle: handle.to_owned(),
        written: format!("@{handle}"),
        visibility: Visibility::Visible,
        zone: Zone::Seller,
        span: None,
        techniques: Vec::new(),
    }
}

fn description(text: &str) -> Passage {
    Passage {
        place: Place::Description,
        zone: Zone::Seller,
        text: text.to_owned(),
        shown: true,
        span: None,
    }
}

/// A market of thirty sellers, with what the pages of two of them say besides.
fn case(change: impl Fn(&mut PageFacts), links: &[&str]) -> Vec<Network> {
    let go = "http://go.test/r?id=7";
    let mut web = Web::default();
    for at in 0..30 {
        let address = format!("http://market.test/p/{at:02}");
        let links = match at {
            0 | 1 => links.iter().map(|to| link(to)).collect(),
            _ => vec![],
        };
        web = web.page(&address, Policy::Compliant, links).with(|facts| {
            facts.seller = Some(format!("seller {at:02}"));
            if at < 2 {
                change(facts);
            }
        });
    }
    web.page(go, Policy::Unknown, vec![redirect("http://pills.test/")])
        .page("http://pills.test/", Policy::Illegal, vec![])
        .with(|facts| facts.contacts.push(contact("pills")))
        .judge()
        .networks
}

#[test]
fn contacts_texts_codes_and_redirectors_of_a_case_are_ties() {
    let text = "Write to us before you order and we tell you what the parcel really holds";
    let found = case(
        |facts| {
            facts.contacts.push(contact("pills"));
            facts.passages.push(description(text));
            facts
                .passages
                .push(description("Use code VASE77 at the till"));
        },
        &["http://go.test/r?id=7"],
    );
    assert_eq!(found.len(), 1);
    let network = &found[0];
    let kinds: BTreeSet<TieKind> = network.ties.iter().map(|tie| tie.kind).collect();
    let all = [
        TieKind::Contact,
        TieKind::Redirector,
        TieKind::Text,
        TieKind::Code,
    ];
    assert_eq!(kinds, BTreeSet::from(all));
    let redirector = network
        .ties
        .iter()
        .find(|tie| tie.kind == TieKind::Redirector);
    assert_eq!(redirector.unwrap().what, "go.test/r");
    assert!(network.is_touched(), "its listings lead to medicines");
    assert_eq!(members(&found), [["seller 00", "seller 01"]]);
}

#[test]
fn a_shared_contact_alone_is_no_network() {
    let found = case(|facts| facts.contacts.push(contact("pills")), &[]);
    assert_eq!(members(&found), [[""; 0]; 0]);
}
