//! The generated market: what it promises of its pages, hops and planted ways.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail loudly, its helpers as well"
)]

use std::collections::{BTreeMap, BTreeSet};

use model::{PageKind, PageUrl, Policy, VisibilityState};
use sidedoor_sandbox::{Market, MarketError, MarketNoise, Planting};

fn market(listings: u32) -> Market {
    Market::new(listings, 7, MarketNoise::default()).unwrap()
}

#[test]
fn every_page_has_an_address_of_its_own_in_normal_form() {
    let market = market(2_000);
    let mut addresses = BTreeSet::new();
    for page in market.pages() {
        let parsed = PageUrl::parse(&page.address).unwrap();
        assert_eq!(parsed.as_str(), page.address);
        assert_eq!(parsed.host().as_str(), page.host);
        assert_eq!(parsed.site().as_str(), page.site);
        assert!(addresses.insert(page.address));
    }
    assert_eq!(addresses.len(), market.page_count() as usize);
}

#[test]
fn every_hop_joins_two_pages_in_the_order_of_its_source() {
    let market = market(2_000);
    let mut last = 0;
    for hop in market.hops() {
        assert!(hop.source >= last && hop.source < market.page_count());
        assert!(hop.target < market.page_count());
        last = hop.source;
    }
}

#[test]
fn the_same_seed_gives_the_same_market_and_another_one_another() {
    let hops = |seed| -> Vec<_> {
        let market = Market::new(300, seed, MarketNoise::default()).unwrap();
        market.hops().collect()
    };
    assert_eq!(hops(1), hops(1));
    assert_ne!(hops(1), hops(2));
}

/// Every planted way is there: a search over all hops finds its target in so many steps.
#[test]
fn a_planted_way_can_be_walked() {
    let market = market(3_000);
    let mut count = 0;
    for planted in market.planted() {
        count += 1;
        assert_eq!(market.page(planted.listing).policy, Policy::Compliant);
        assert!(market.page(planted.target).policy.is_restricted());
        let mut reached = BTreeSet::from([planted.listing]);
        for _ in 0..planted.hops {
            reached = reached
                .into_iter()
                // Lists of links are on nobody's way, and make the search long.
                .filter(|page| market.page(*page).kind != PageKind::Category)
                .flat_map(|page| market.ways_of(page))
                .map(|hop| hop.target)
                .collect();
        }
        assert!(reached.contains(&planted.target), "{planted:?}");
    }
    assert!(count > 50, "{count}");
}

#[test]
fn the_rates_are_those_that_are_told() {
    let market = market(100_000);
    let mut kinds: BTreeMap<Planting, BTreeSet<u32>> = BTreeMap::new();
    for planted in market.planted() {
        kinds
            .entry(planted.planting)
            .or_default()
            .insert(planted.listing);
    }
    assert_eq!(kinds.len(), Planting::ALL.len());
    let campaign = kinds[&Planting::Campaign].len();
    assert!((1_350..1_650).contains(&campaign), "{campaign}");
    for planting in [Planting::Masked, Planting::Lateral, Planting::Forced] {
        let count = kinds[&planting].len();
        assert!((190..285).contains(&count), "{planting:?}: {count}");
    }
    let (mut hops, mut hidden) = (0_u64, 0_u64);
    for hop in market.hops() {
        hops += 1;
        hidden += u64::from(hop.visibility == VisibilityState::Hidden);
    }
    let per_listing = hops / 100_000;
    assert!((26..30).contains(&per_listing), "{per_listing}");
    let percent = 100 * hidden / hops;
    assert!((11..16).contains(&percent), "{percent} % hidden");
}

#[test]
fn noise_changes_what_it_names_and_nothing_else() {
    let plain = market(2_000);
    let hidden = |market: &Market| {
        let is_hidden =
            |hop: &sidedoor_sandbox::MarketHop| hop.visibility == VisibilityState::Hidden;
        market.hops().filter(is_hidden).count()
    };
    let with = |noise| Market::new(2_000, 7, noise).unwrap();
    let missed = with(MarketNoise {
        missed: 0.5,
        ..MarketNoise::default()
    });
    let share = hidden(&missed) * 100 / hidden(&plain);
    assert!((45..55).contains(&share), "{share}");
    let shown = |market: &Market| -> Vec<_> {
        market
            .hops()
            .map(|hop| (hop.source, hop.target, hop.kind, hop.slot))
            .collect()
    };
    assert_eq!(shown(&missed), shown(&plain));
    let concealed = with(MarketNoise {
        false_concealed: 10.0,
        ..MarketNoise::default()
    });
    let more = hidden(&concealed) - hidden(&plain);
    assert!((1_400..1_800).contains(&more), "{more} of 2,000 listings");
    let truth = |market: &Market| market.planted().collect::<Vec<_>>();
    assert_eq!(truth(&plain), truth(&missed));
    assert_eq!(truth(&plain), truth(&concealed));
}

#[test]
fn a_market_too_small_or_too_large_is_refused() {
    let made = |listings| Market::new(listings, 1, MarketNoise::default()).unwrap_err();
    assert!(matches!(made(10), MarketError::TooFew(_)));
    assert!(matches!(made(u32::MAX), MarketError::TooMany(_)));
}
