//! From holdings to networks: weights, joined pairs, components, and what cutting a tie does.

use std::collections::BTreeMap;

use model::{Cut, Member, MemberKind, Network, PageId, PageUrl, Strand, Tie};

use super::ground::{Held, Standing};
use super::roots::Roots;
use super::{Ground, NetworkSettings};
use crate::evidence::rounded;

/// A millionth of a unit of weight: sums of whole numbers are the same on every machine.
const UNIT: f64 = 1e6;

/// A tie with its weight, before it is told.
struct Weighed {
    held: Held,
    count: u64,
    rarity: f64,
    weight: u64,
}

/// Every network on a ground, in the order of the first members; `address` gives the address of a page.
#[must_use]
pub fn networks(
    ground: &Ground,
    settings: &NetworkSettings,
    address: &dyn Fn(PageId) -> PageUrl,
) -> Vec<Network> {
    let (parties, held) = ground.settled();
    let ties = weighed(held, ground.sellers(), settings);
    let bar = Bar::of(settings);
    let all: Vec<usize> = (0..ties.len()).collect();
    let parts = components(parties.len(), &bar.joined(&ties, &all, None));
    let mut of_part: BTreeMap<u32, usize> = BTreeMap::new();
    for (at, part) in parts.iter().enumerate() {
        of_part.extend(part.iter().map(|party| (*party, at)));
    }
    let mut ties_of: Vec<Vec<usize>> = vec![Vec::new(); parts.len()];
    for (at, tie) in ties.iter().enumerate() {
        let mut within: Vec<usize> = (tie.held.by.iter())
            .filter_map(|(party, _)| of_part.get(party).copied())
            .collect();
        within.sort_unstable();
        for pair in within.chunk_by(|a, b| a == b).filter(|run| run.len() > 1) {
            ties_of[pair[0]].push(at);
        }
    }
    let teller = Teller {
        parties: &parties,
        ties: &ties,
        bar: &bar,
        listed: settings.ties_listed.max(1),
        address,
    };
    parts
        .iter()
        .zip(ties_of)
        .map(|(members, ties)| teller.network(members, ties))
        .collect()
}

/// Weighs what is held; what weighs too little to count is left out, and things of one kind with the very
/// same holders are one tie.
fn weighed(held: Vec<Held>, sellers: u64, settings: &NetworkSettings) -> Vec<Weighed> {
    let mut ties: Vec<Weighed> = Vec::new();
    let mut known: BTreeMap<(model::TieKind, Vec<u32>), usize> = BTreeMap::new();
    for held in held {
        let (rarity, weight) = weight(sellers, held.by.len());
        if weight < settings.least_strand {
            continue;
        }
        let holders: Vec<u32> = held.by.iter().map(|(party, _)| *party).collect();
        let place = *known.entry((held.kind, holders)).or_insert(ties.len());
        match ties.get_mut(place) {
            Some(tie) => tie.count += 1,
            None => ties.push(Weighed {
                held,
                count: 1,
                rarity,
                weight: millionths(weight),
            }),
        }
    }
    ties
}

/// Rarity and weight of what `holders` of `sellers` hold.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts of sellers are far below 2^52"
)]
fn weight(sellers: u64, holders: usize) -> (f64, f64) {
    let (all, some) = (sellers as f64, holders as f64);
    let rarity = (all / some).ln();
    (rarity.max(0.0), (rarity - (some / 2.0).ln()).max(0.0))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "weights are logarithms of counts, and not negative"
)]
fn millionths(weight: f64) -> u64 {
    (weight * UNIT).round() as u64
}

/// What a pair must bring.
struct Bar {
    least_weight: u64,
}

impl Bar {
    fn of(settings: &NetworkSettings) -> Self {
        Self {
            least_weight: millionths(settings.least_weight.max(0.0)),
        }
    }

    /// The pairs that ties join, but for one that is cut. The weightiest tie of each strand counts.
    fn joined(&self, ties: &[Weighed], of: &[usize], cut: Option<usize>) -> Vec<(u32, u32)> {
        let mut pairs: BTreeMap<(u32, u32), [u64; Strand::ALL.len()]> = BTreeMap::new();
        for at in of.iter().filter(|at| Some(**at) != cut) {
            let tie = &ties[*at];
            let strand = tie.held.kind.strand() as usize;
            for (first, (one, _)) in tie.held.by.iter().enumerate() {
                for (other, _) in &tie.held.by[first + 1..] {
                    let weights = pairs.entry((*one, *other)).or_default();
                    weights[strand] = weights[strand].max(tie.weight);
                }
            }
        }
        let holds = |weights: &[u64]| {
            let strands = weights.iter().filter(|weight| **weight > 0).count();
            strands > 1 && weights.iter().sum::<u64>() >= self.least_weight
        };
        let joined = pairs.into_iter().filter(|(_, weights)| holds(weights));
        joined.map(|(pair, _)| pair).collect()
    }
}

/// Components of two parties or more, each in order, by their first.
fn components(parties: usize, pairs: &[(u32, u32)]) -> Vec<Vec<u32>> {
    let mut roots = Roots::of(parties);
    for (one, other) in pairs {
        roots.join(*one, *other);
    }
    let mut parts: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    let mut members: Vec<u32> = pairs.iter().flat_map(|pair| [pair.0, pair.1]).collect();
    members.sort_unstable();
    members.dedup();
    for party in members {
        parts.entry(roots.find(party)).or_default().push(party);
    }
    parts.into_values().collect()
}

/// Puts networks into words.
struct Teller<'a> {
    parties: &'a [&'a Standing],
    ties: &'a [Weighed],
    bar: &'a Bar,
    listed: usize,
    address: &'a dyn Fn(PageId) -> PageUrl,
}

impl Teller<'_> {
    fn network(&self, members: &[u32], mut ties: Vec<usize>) -> Network {
        let key = |at: &usize| {
            let tie = &self.ties[*at];
            (std::cmp::Reverse(tie.weight), tie.held.kind, *at)
        };
        ties.sort_unstable_by_key(key);
        let in_all = ties.len() as u64;
        // The weakest is listed whatever comes between.
        let weakest = ties.last().copied();
        let listed: Vec<usize> = match weakest {
            Some(weakest) if ties.len() > self.listed => {
                let first = ties[..self.listed - 1].iter().copied();
                first.chain([weakest]).collect()
            }
            _ => ties.clone(),
        };
        let cuts: Vec<Vec<Vec<usize>>> = listed
            .iter()
            .map(|cut| self.parts(members, &ties, *cut))
            .collect();
        let holding = (0..listed.len()).filter(|at| cuts[*at].len() > 1).collect();
        Network {
            members: members.iter().map(|party| self.member(*party)).collect(),
            ties: listed.iter().map(|at| self.tie(*at, members)).collect(),
            ties_in_all: in_all,
            weakest: Cut {
                tie: listed.len().saturating_sub(1),
                parts: cuts.into_iter().next_back().unwrap_or_default(),
            },
            holding,
        }
    }

    /// What holds together without a tie, as places in the members, the largest part first.
    fn parts(&self, members: &[u32], ties: &[usize], cut: usize) -> Vec<Vec<usize>> {
        let pairs = self.bar.joined(self.ties, ties, Some(cut));
        let place = |party: u32| {
            let found = members.binary_search(&party).ok()?;
            u32::try_from(found).ok()
        };
        let within: Vec<(u32, u32)> = pairs
            .into_iter()
            .filter_map(|(one, other)| Some((place(one)?, place(other)?)))
            .collect();
        let mut parts: Vec<Vec<usize>> = components(members.len(), &within)
            .iter()
            .map(|part| part.iter().map(|at| *at as usize).collect())
            .collect();
        let mut is_joined = vec![false; members.len()];
        for at in parts.iter().flatten() {
            is_joined[*at] = true;
        }
        let alone = (0..members.len()).filter(|at| !is_joined[*at]);
        parts.extend(alone.map(|at| vec![at]));
        parts.sort_by_key(|part| (std::cmp::Reverse(part.len()), part.first().copied()));
        parts
    }

    fn member(&self, place: u32) -> Member {
        let standing = self.parties[place as usize];
        let is_seller = standing.party.kind == MemberKind::Seller;
        Member {
            kind: standing.party.kind,
            site: standing.party.site.clone(),
            name: match is_seller {
                true => standing.party.name.clone(),
                false => String::new(),
            },
            page: (self.address)(standing.page),
            pages: standing.pages,
            restricted: standing.restricted,
            found: standing.found,
        }
    }

    fn tie(&self, at: usize, members: &[u32]) -> Tie {
        let tie = &self.ties[at];
        let within = tie.held.by.iter().filter_map(|(party, page)| {
            let place = members.binary_search(party).ok()?;
            Some((place, (self.address)(*page)))
        });
        let (places, pages) = within.unzip();
        Tie {
            kind: tie.held.kind,
            strand: tie.held.kind.strand(),
            what: tie.held.what.clone(),
            count: tie.count,
            members: places,
            pages,
            holders: tie.held.by.len() as u64,
            rarity: rounded(tie.rarity),
            weight: told(tie.weight),
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "weights are far below 2^52 millionths"
)]
fn told(weight: u64) -> f64 {
    weight as f64 / UNIT
}
