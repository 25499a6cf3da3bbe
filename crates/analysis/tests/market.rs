//! Judging a whole market: against every walk of small graphs, written out, and against closing pages
//! one by one.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail loudly, its helpers as well"
)]

use std::collections::{BTreeMap, BTreeSet};

use graph::Frozen;
use graph::frozen::FrozenHop;
use model::{EffectiveClass, GateStrength, PageId, Policy};
use proptest::prelude::*;
use sidedoor_analysis::market::{Market, MarketJudgement, MarketPage};
use sidedoor_analysis::{Existence, SearchSettings, Walk};

/// Walks as cost and pages, by listing and target.
type Walks = BTreeMap<(u32, u32), Vec<(u64, Vec<u32>)>>;

#[derive(Debug, Clone)]
struct Small {
    hops: Vec<(u32, u32, EffectiveClass)>,
    policies: Vec<Policy>,
    gates: Vec<GateStrength>,
}

fn small() -> impl Strategy<Value = Small> {
    (2_u32..7).prop_flat_map(|pages| {
        let class = prop::sample::select(EffectiveClass::ALL.to_vec());
        let policy = prop::sample::select(vec![
            Policy::Compliant,
            Policy::Compliant,
            Policy::Unknown,
            Policy::Illegal,
            Policy::AgeRestricted { min_age: 18 },
        ]);
        let gate = prop::bool::weighted(0.15).prop_map(|gated| {
            if gated {
                GateStrength::SelfDeclared
            } else {
                GateStrength::None
            }
        });
        (
            prop::collection::vec((0..pages, 0..pages, class), 0..14),
            prop::collection::vec(policy, pages as usize),
            prop::collection::vec(gate, pages as usize),
        )
            .prop_map(|(mut hops, policies, gates)| {
                hops.retain(|(source, target, _)| source != target);
                Small {
                    hops,
                    policies,
                    gates,
                }
            })
    })
}

impl Small {
    fn graph(&self) -> Frozen {
        let hops = self
            .hops
            .iter()
            .map(|(source, target, class)| FrozenHop::new(*source, *target, *class));
        Frozen::build(self.policies.len(), hops).unwrap()
    }

    fn pages(&self) -> Vec<MarketPage> {
        let pages = self.policies.iter().zip(&self.gates);
        pages
            .map(|(policy, gate)| MarketPage::new(*policy, *gate))
            .collect()
    }

    fn cost(&self, settings: &SearchSettings, page: u32, class: EffectiveClass) -> u64 {
        let targets: BTreeSet<u32> = self
            .hops
            .iter()
            .filter(|hop| hop.0 == page && hop.2 == class)
            .map(|hop| hop.1)
            .collect();
        let constant = match class {
            EffectiveClass::Forced => settings.forced,
            EffectiveClass::Hidden => settings.hidden,
            EffectiveClass::Masked => settings.masked,
            EffectiveClass::Lateral => settings.lateral,
            _ => settings.overt,
        };
        (((targets.len() as f64).ln() + constant) * 1e6).round() as u64
    }

    fn may_pass(&self, page: u32, target: u32) -> bool {
        let is_aged = matches!(self.policies[target as usize], Policy::AgeRestricted { .. });
        !is_aged || self.gates[page as usize] == GateStrength::None
    }

    /// Every walk within the bound, as (cost, pages) by listing and target; `closed` is passed by none.
    fn walks(&self, settings: &SearchSettings, closed: &BTreeSet<u32>) -> Walks {
        let bound = (settings.cost_bound * 1e6).round() as u64;
        let expression = regex::Regex::new("^L?[HMF]+(O[HMF]*)?$").unwrap();
        let mut found: BTreeMap<_, Vec<_>> = BTreeMap::new();
        let pages = 0..self.policies.len() as u32;
        for target in pages
            .clone()
            .filter(|page| self.policies[*page as usize].is_restricted())
        {
            let open = |page: u32| self.may_pass(page, target) && !closed.contains(&page);
            for listing in pages.clone() {
                if self.policies[listing as usize] != Policy::Compliant
                    || !open(listing)
                    || !open(target)
                {
                    continue;
                }
                let mut begun = vec![(listing, String::new(), 0, vec![])];
                while let Some((at, letters, cost, walk)) = begun.pop() {
                    if at == target && expression.is_match(&letters) {
                        found
                            .entry((listing, target))
                            .or_default()
                            .push((cost, walk.clone()));
                    }
                    if walk.len() == 8 {
                        continue;
                    }
                    for (_, next, class) in self.hops.iter().filter(|hop| hop.0 == at) {
                        let cost = cost + self.cost(settings, at, *class);
                        let letters = format!("{letters}{}", class.letter());
                        let goes_on = expression.is_match(&letters) || letters == "L";
                        if *class == EffectiveClass::Navigation
                            || cost > bound
                            || !goes_on
                            || !open(*next)
                        {
                            continue;
                        }
                        let mut walk = walk.clone();
                        walk.push(*next);
                        begun.push((*next, letters, cost, walk));
                    }
                }
            }
        }
        found
    }
}

fn bounded() -> SearchSettings {
    SearchSettings {
        cost_bound: 1.6,
        ..SearchSettings::default()
    }
}

fn pages(walk: &Walk) -> Vec<u32> {
    walk.hops.iter().map(|hop| hop.1).collect()
}

fn key(walk: &(u64, Vec<u32>)) -> (u64, usize, Vec<u32>) {
    (walk.0, walk.1.len(), walk.1.clone())
}

fn judged(small: &Small, settings: &SearchSettings) -> MarketJudgement {
    let graph = small.graph();
    let market = Market {
        graph: &graph,
        pages: &small.pages(),
        settings,
    };
    market.judge().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// A listing is a finding exactly when some walk says so, and its witness is the best of all walks
    /// to all targets.
    #[test]
    fn the_findings_are_the_listings_with_a_walk_and_the_witness_is_the_best(small in small()) {
        let settings = bounded();
        let mut best: BTreeMap<u32, (u64, usize, Vec<u32>)> = BTreeMap::new();
        for ((listing, _), walks) in small.walks(&settings, &BTreeSet::new()) {
            for walk in walks {
                let known = best.entry(listing).or_insert_with(|| key(&walk));
                *known = known.clone().min(key(&walk));
            }
        }
        let judgement = judged(&small, &settings);
        let found: BTreeMap<u32, _> = judgement
            .findings
            .iter()
            .map(|finding| (finding.listing.0, key(&(finding.witness.cost, pages(&finding.witness)))))
            .collect();
        prop_assert_eq!(found, best);
        for pair in judgement.findings.windows(2) {
            let rank = |at: usize| {
                let hops = &pair[at].witness.hops;
                let uses_overt = hops.iter().any(|hop| hop.2 == EffectiveClass::Overt);
                (pair[at].inherits.is_some(), uses_overt)
            };
            let is_likelier = pair[0].chance >= pair[1].chance;
            prop_assert!(rank(0) < rank(1) || (rank(0) == rank(1) && is_likelier));
        }
    }

    /// The pairs of a target are what writing out every walk says.
    #[test]
    fn every_pair_of_listing_and_target_has_its_cheapest_walk(small in small()) {
        let settings = bounded();
        let graph = small.graph();
        let market = Market { graph: &graph, pages: &small.pages(), settings: &settings };
        let walks = small.walks(&settings, &BTreeSet::new());
        for target in (0..small.policies.len() as u32).filter(|page| small.policies[*page as usize].is_restricted()) {
            let found: BTreeMap<u32, _> = market
                .pairs(PageId(target))
                .iter()
                .map(|(listing, walk)| (listing.0, key(&(walk.cost, pages(walk)))))
                .collect();
            let expected: BTreeMap<u32, _> = walks
                .iter()
                .filter(|((_, to), _)| *to == target)
                .map(|((listing, _), walks)| (*listing, walks.iter().map(key).min().unwrap()))
                .collect();
            prop_assert_eq!(found, expected);
        }
    }

    /// Further walks are the cheapest ones that pass no page twice, in order, and all of them where the
    /// search says so.
    #[test]
    fn further_walks_are_the_cheapest_without_a_loop(small in small(), count in 1_usize..6) {
        let settings = bounded();
        let graph = small.graph();
        let market = Market { graph: &graph, pages: &small.pages(), settings: &settings };
        for ((listing, target), walks) in small.walks(&settings, &BTreeSet::new()) {
            let mut simple: Vec<u64> = walks
                .iter()
                .filter(|(_, pages)| {
                    let passed: BTreeSet<u32> = pages.iter().copied().chain([listing]).collect();
                    passed.len() == pages.len() + 1
                })
                .map(|(cost, _)| *cost)
                .collect();
            simple.sort_unstable();
            let further = market.further(PageId(listing), PageId(target), count);
            let found: Vec<u64> = further.walks.iter().map(|walk| walk.cost).collect();
            let expected: Vec<u64> = simple.iter().copied().take(count).collect();
            prop_assert_eq!(&found, &expected);
            prop_assert_eq!(further.is_all, simple.len() <= count);
        }
    }

    /// There is a walk of whatever cost exactly when the search for existence says so.
    #[test]
    fn existence_is_a_walk_of_whatever_cost(small in small()) {
        let settings = SearchSettings { cost_bound: 1e6, ..SearchSettings::default() };
        // Walks of more than eight hops are not written out: few pages and hops keep them shorter.
        prop_assume!(small.hops.len() <= 8);
        let graph = small.graph();
        let walks = small.walks(&settings, &BTreeSet::new());
        for target in (0..small.policies.len() as u32).filter(|page| small.policies[*page as usize].is_restricted()) {
            let existence = Existence::of(&graph, &[target], &|page| small.may_pass(page, target));
            for listing in (0..small.policies.len() as u32).filter(|page| small.policies[*page as usize] == Policy::Compliant) {
                prop_assert_eq!(existence.has_walk(listing), walks.contains_key(&(listing, target)));
            }
        }
    }

    /// A choke point cuts what is cut when it is closed; what it is said to carry is never more.
    #[test]
    fn choke_points_cut_what_closing_them_cuts(small in small()) {
        let settings = bounded();
        let judgement = judged(&small, &settings);
        let findings: BTreeSet<u32> = judgement.findings.iter().map(|finding| finding.listing.0).collect();
        let left = |closed: BTreeSet<u32>| -> BTreeSet<u32> {
            small.walks(&settings, &closed).into_keys().map(|(listing, _)| listing).collect()
        };
        for point in &judgement.cuts.choke_points {
            let cut = findings.difference(&left(BTreeSet::from([point.page.0]))).count() as u64;
            prop_assert_eq!(point.cut, Some(cut));
            prop_assert!(point.carried <= cut, "{} carried, {} cut", point.carried, cut);
        }
        if !findings.is_empty() {
            let cut: BTreeSet<u32> = judgement.cuts.smallest_cut.iter().map(|page| page.0).collect();
            prop_assert!(cut.is_disjoint(&findings));
            prop_assert_eq!(left(cut), BTreeSet::new());
        }
        let last = judgement.cuts.curve.last();
        prop_assert!(last.is_none_or(|last| last.cut <= findings.len() as u64));
    }
}

/// One doorway behind many listings is the first choke point, and the cut.
#[test]
fn the_door_of_a_campaign_is_where_to_cut() {
    let (door, dark, other) = (10, 11, 12);
    let mut small = Small {
        hops: vec![
            (door, dark, EffectiveClass::Forced),
            (9, other, EffectiveClass::Hidden),
        ],
        policies: vec![Policy::Compliant; 10],
        gates: vec![GateStrength::None; 13],
    };
    small
        .policies
        .extend([Policy::Unknown, Policy::Illegal, Policy::Illegal]);
    small
        .hops
        .extend((0..9).map(|listing| (listing, door, EffectiveClass::Hidden)));
    let judgement = judged(&small, &SearchSettings::default());
    assert_eq!(judgement.findings.len(), 10);
    let first = judgement.cuts.choke_points[0];
    assert_eq!(
        (first.page, first.carried, first.cut),
        (PageId(door), 9, Some(9))
    );
    assert!(!first.is_target);
    assert_eq!(judgement.cuts.smallest_cut.len(), 2);
    let curve: Vec<_> = judgement
        .cuts
        .curve
        .iter()
        .map(|point| (point.closed, point.cut))
        .collect();
    assert_eq!(curve, [(1, 9), (2, 10)]);
    assert_eq!(judgement.effort.with_a_walk, 10);
}
