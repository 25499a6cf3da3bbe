//! Findings by what they share, and filters over them that need neither script nor server.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use model::{EffectiveClass, Finding, Severity};

use super::overview::bare;
use super::view::CARDS_SHOWN;
use super::ways::{Door, Way};
use crate::legible::shortened;
use crate::outline::Pair;
use crate::wording::{counted, grouped, wide};
use crate::{Report, walk, wording};

/// Groups of one kind that are listed, and findings of a group that are named.
const GROUPS: usize = 100;
const NAMED: usize = 40;
/// Values of one filter.
const VALUES: usize = 40;

/// Findings grouped by one thing.
pub(super) struct Grouping {
    pub(super) title: &'static str,
    pub(super) groups: Vec<Group>,
    pub(super) more: String,
}

/// Findings that share it.
pub(super) struct Group {
    pub(super) name: String,
    pub(super) told: String,
    /// Numbers of the cards.
    pub(super) cards: Vec<usize>,
    pub(super) more: String,
}

/// The groupings that part the findings at all. Linear in the ways, but for sorting.
pub(super) fn groupings(report: &Report<'_>, ways: &[Way<'_>]) -> Vec<Grouping> {
    let by_target = |way: &Way<'_>| Some(bare(way.pair.first().target.as_str()));
    let by_seller = |way: &Way<'_>| seller(report, way.pair);
    let by_choke_point = |way: &Way<'_>| {
        let (place, page) = choke_point(report, way)?;
        Some(format!("no. {} {page}", place + 1))
    };
    [
        Grouping::of("By target", ways, &by_target),
        Grouping::of("By seller", ways, &by_seller),
        Grouping::of("By choke point", ways, &by_choke_point),
    ]
    .into_iter()
    .filter(|grouping| !grouping.groups.is_empty())
    .collect()
}

/// The first choke point on a way: its place among all, and its address.
pub(super) fn choke_point(report: &Report<'_>, way: &Way<'_>) -> Option<(usize, String)> {
    match way.door {
        Door::ChokePoint(place) => {
            let point = report.cuts.choke_points.get(place)?;
            Some((place, bare(&point.page)))
        }
        Door::Site(_) | Door::Direct(_) => None,
    }
}

/// The category of a finding's target, else its policy.
pub(super) fn category(finding: &Finding) -> String {
    let category = walk::category(finding);
    if category.is_empty() {
        walk::policy(finding.policy)
    } else {
        category
    }
}

/// Who trades in the listing of a pair: as the page says, else the page to which it leads for that.
pub(super) fn seller(report: &Report<'_>, pair: &Pair<'_>) -> Option<String> {
    let first = pair.first();
    if let Some(seller) = report.snippets.seller(&first.listing) {
        return Some(crate::legible::legible(&seller));
    }
    let hop = first.witness.hops.first()?;
    (hop.class == EffectiveClass::Lateral).then(|| bare(hop.target.as_str()))
}

impl Grouping {
    fn of(
        title: &'static str,
        ways: &[Way<'_>],
        shared: &dyn Fn(&Way<'_>) -> Option<String>,
    ) -> Self {
        let mut groups: BTreeMap<String, Vec<&Pair<'_>>> = BTreeMap::new();
        for way in ways {
            if let Some(name) = shared(way) {
                groups.entry(name).or_default().push(way.pair);
            }
        }
        let more = groups.len().saturating_sub(GROUPS);
        let mut groups: Vec<_> = groups.into_iter().collect();
        groups.sort_by_key(|(_, pairs)| Reverse(pairs.len()));
        Self {
            title,
            groups: (groups.iter().take(GROUPS))
                .map(|(name, pairs)| Group::of(name, pairs))
                .collect(),
            more: match more {
                0 => String::new(),
                more => counted(wide(more), "more group", "more groups"),
            },
        }
    }
}

impl Group {
    fn of(name: &str, pairs: &[&Pair<'_>]) -> Self {
        let listings: BTreeSet<_> = pairs.iter().map(|pair| &pair.first().listing).collect();
        let worst = pairs.iter().map(|pair| pair.first().severity).max();
        let cards: Vec<usize> = (pairs.iter())
            .map(|pair| pair.number)
            .filter(|number| *number <= CARDS_SHOWN)
            .take(NAMED)
            .collect();
        Self {
            name: shortened(name, 140),
            told: format!(
                "{} from {}, at worst {}",
                counted(wide(pairs.len()), "hidden path", "hidden paths"),
                counted(wide(listings.len()), "listing", "listings"),
                worst.map_or("low", Severity::as_str),
            ),
            more: match pairs.len() - cards.len() {
                0 => String::new(),
                more => format!("and {} more", grouped(wide(more))),
            },
            cards,
        }
    }
}

/// What was decided of a finding, with its rank among the values.
fn decision(report: &Report<'_>, finding: &Finding) -> (usize, String) {
    let entry = report.decisions.get(&finding.fingerprint);
    match entry.and_then(wording::decision) {
        None => (0, "not decided".to_owned()),
        Some(decision) => (1, decision.to_string()),
    }
}

/// Choices of which one holds: everything, or what has one value.
pub(super) struct Filter {
    pub(super) title: &'static str,
    /// A letter that no other filter has.
    pub(super) letter: char,
    pub(super) values: Vec<Value>,
}

/// A choice.
pub(super) struct Value {
    /// Unique in the document, and a word of what has the value.
    pub(super) id: String,
    pub(super) word: String,
    pub(super) count: String,
}

/// The filters over the pairs, and of each pair the ids of the values that it has.
pub(super) struct Filters {
    pub(super) filters: Vec<Filter>,
    /// By the number of the pair, from 1, at one place less.
    pub(super) marks: Vec<String>,
}

impl Filters {
    /// Of these pairs. Linear, but for sorting.
    pub(super) fn of(report: &Report<'_>, pairs: &[Pair<'_>]) -> Self {
        let mut marks = vec![String::new(); pairs.len()];
        let severity = |pair: &Pair<'_>| {
            let severity = pair.first().severity;
            let weightier = Severity::ALL.iter().filter(|other| **other > severity);
            vec![(weightier.count(), severity.as_str().to_owned())]
        };
        let category = |pair: &Pair<'_>| vec![(0, category(pair.first()))];
        let detector = |pair: &Pair<'_>| {
            let words: BTreeSet<&str> = pair.findings.iter().map(|one| one.detector.0).collect();
            words.into_iter().map(|word| (0, word.to_owned())).collect()
        };
        let decision = |pair: &Pair<'_>| {
            // Where nobody has decided anything, nothing is parted by it.
            if report.decisions.is_empty() {
                return Vec::new();
            }
            let words = pair.findings.iter().map(|one| decision(report, one));
            words.collect::<BTreeSet<_>>().into_iter().collect()
        };
        let filters = vec![
            Filter::of("Severity", 's', pairs, &severity, &mut marks),
            Filter::of("Category", 'c', pairs, &category, &mut marks),
            Filter::of("Detector", 'd', pairs, &detector, &mut marks),
            Filter::of("Decision", 'r', pairs, &decision, &mut marks),
        ];
        Self {
            filters: filters
                .into_iter()
                .filter(|filter| filter.values.len() > 1)
                .collect(),
            marks,
        }
    }

    /// The rules of style that hide what a choice leaves out. Made of letters and numbers alone.
    pub(super) fn rules(&self) -> String {
        let values = self.filters.iter().flat_map(|filter| &filter.values);
        values
            .map(|value| {
                let id = &value.id;
                format!(
                    "main:has(#f-{id}:checked) .item:not([data-f~=\"{id}\"]) {{ display: none; }}\n"
                )
            })
            .collect()
    }
}

impl Filter {
    /// The values of the pairs, each with its rank, by which they are ordered, and then the most frequent
    /// first; beyond [`VALUES`] they share none.
    fn of(
        title: &'static str,
        letter: char,
        pairs: &[Pair<'_>],
        values: &dyn Fn(&Pair<'_>) -> Vec<(usize, String)>,
        marks: &mut [String],
    ) -> Self {
        let mut counts: BTreeMap<(usize, String), usize> = BTreeMap::new();
        for value in pairs.iter().flat_map(values) {
            *counts.entry(value).or_default() += 1;
        }
        let mut sorted: Vec<(&(usize, String), &usize)> = counts.iter().collect();
        sorted.sort_by_key(|((rank, _), count)| (*rank, Reverse(**count)));
        sorted.truncate(VALUES);
        let ids: BTreeMap<&(usize, String), String> = (sorted.iter().zip(0_usize..))
            .map(|((word, _), index)| (*word, format!("{letter}{index}")))
            .collect();
        for (pair, mark) in pairs.iter().zip(marks.iter_mut()) {
            for id in values(pair).iter().filter_map(|value| ids.get(value)) {
                if !mark.is_empty() {
                    mark.push(' ');
                }
                mark.push_str(id);
            }
        }
        Self {
            title,
            letter,
            values: (sorted.iter())
                .map(|(word, count)| Value {
                    id: ids.get(*word).cloned().unwrap_or_default(),
                    word: shortened(&word.1, 60),
                    count: grouped(wide(**count)),
                })
                .collect(),
        }
    }
}
