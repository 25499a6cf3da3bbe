//! Findings counted against a truth.

use std::collections::{BTreeMap, BTreeSet};

use model::PageUrl;

use super::statistics::{Quality, Share};
use super::{
    BreakdownRow, Confusion, Dimension, FalseAlarm, Findings, LookAlikeRow, Missed, Needs, Score,
    TruthFolder,
};
use crate::{LookAlikeKind, PlantedPath};

/// What a listing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ListingIs {
    Planted,
    LookAlike(LookAlikeKind),
    Ordinary,
    Elsewhere,
}

impl ListingIs {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Planted => "planted",
            Self::LookAlike(kind) => kind.as_str(),
            Self::Ordinary => "ordinary",
            Self::Elsewhere => "elsewhere",
        }
    }
}

/// What one listing was told of.
#[derive(Debug, Clone, Copy, Default)]
struct Told {
    is_right: bool,
    is_wrong: bool,
    /// Of a way that it shares with a planted listing of its seller.
    is_shared: bool,
}

/// Truth and findings, joined.
pub(super) struct Counting<'a> {
    truth: &'a TruthFolder,
    findings: &'a Findings,
    /// Planted listings, and whether one of their paths needs nothing.
    planted: BTreeMap<&'a PageUrl, bool>,
    look_alikes: BTreeMap<&'a PageUrl, LookAlikeKind>,
    storefronts: BTreeSet<&'a str>,
    /// Whether each path was found.
    found: Vec<bool>,
    false_pairs: Vec<(&'a (PageUrl, PageUrl), &'a BTreeSet<String>)>,
    template_pairs: u64,
    shared_pairs: u64,
    named: BTreeSet<&'a PageUrl>,
    told: BTreeMap<&'a PageUrl, Told>,
}

impl<'a> Counting<'a> {
    pub(super) fn of(truth: &'a TruthFolder, findings: &'a Findings) -> Self {
        let mut planted = BTreeMap::new();
        for path in &truth.paths {
            *planted.entry(&path.listing).or_insert(false) |= Needs::of(path) == Needs::Nothing;
        }
        let look_alikes = truth.look_alikes.iter();
        let mut counting = Self {
            truth,
            findings,
            planted,
            look_alikes: look_alikes.map(|one| (&one.listing, one.kind)).collect(),
            storefronts: truth.market.seeds.iter().map(PageUrl::host_text).collect(),
            found: (truth.paths.iter())
                .map(|path| {
                    let pair = (path.listing.clone(), path.target.clone());
                    findings.pairs.contains_key(&pair)
                })
                .collect(),
            false_pairs: Vec::new(),
            template_pairs: 0,
            shared_pairs: 0,
            named: BTreeSet::new(),
            told: BTreeMap::new(),
        };
        counting.sort_out();
        counting
    }

    /// Puts every pair where it belongs: planted, the template's, shared with another listing, or false.
    fn sort_out(&mut self) {
        let planted: BTreeSet<_> = (self.truth.paths.iter())
            .map(|path| (&path.listing, &path.target))
            .collect();
        let of_template: BTreeSet<_> = (self.truth.template.iter())
            .map(|plant| &plant.target)
            .collect();
        let shared: BTreeSet<_> = (self.truth.paths.iter())
            .flat_map(|path| (path.shared_with.iter()).map(move |other| (other, &path.target)))
            .collect();
        for (pair, detectors) in &self.findings.pairs {
            let (listing, target) = pair;
            self.named.insert(target);
            let told = self.told.entry(listing).or_default();
            if planted.contains(&(listing, target)) {
                told.is_right = true;
            } else if of_template.contains(target) {
                self.template_pairs += 1;
            } else if shared.contains(&(listing, target)) {
                told.is_shared = true;
                self.shared_pairs += 1;
            } else {
                told.is_wrong = true;
                self.false_pairs.push((pair, detectors));
            }
        }
    }

    fn what_is(&self, listing: &PageUrl) -> ListingIs {
        if self.planted.contains_key(listing) {
            ListingIs::Planted
        } else if let Some(kind) = self.look_alikes.get(listing) {
            ListingIs::LookAlike(*kind)
        } else if self.storefronts.contains(listing.host_text()) {
            ListingIs::Ordinary
        } else {
            ListingIs::Elsewhere
        }
    }

    pub(super) fn score(&self) -> Score {
        let market = &self.truth.market;
        let (confusion, look_alikes) = self.confusion();
        let hits = self.share(&|_| true).hits;
        let flagged = confusion.honest_flagged + confusion.look_alike_flagged;
        Score {
            tool: self.findings.tool.clone(),
            seed: market.seed,
            split: market.split.as_str(),
            listings: market.listings,
            rows: self.findings.rows,
            pairs: wide(self.findings.pairs.len()),
            template_pairs: self.template_pairs,
            shared_pairs: self.shared_pairs,
            template_found: self.template_found(),
            of_pairs: self.quality(&|path| Needs::of(path) == Needs::Nothing),
            of_pairs_without_browser: self.quality(&|path| !path.browser),
            of_all_pairs: self.quality(&|_| true),
            of_listings: self.quality_of_listings(&confusion, false),
            of_all_listings: self.quality_of_listings(&confusion, true),
            needs: (Needs::ALL.iter())
                .map(|needs| (*needs, self.share(&|path| Needs::of(path) == *needs)))
                .collect(),
            honest_flagged: Share::new(flagged, market.honest),
            look_alikes,
            confusion,
            breakdowns: (Dimension::ALL.iter())
                .map(|dimension| (*dimension, self.breakdown(*dimension)))
                .collect(),
            false_by_detector: self.false_by_detector(),
            pages: self.findings.pages,
            seconds: self.findings.seconds,
            pages_per_hit: (self.findings.pages)
                .filter(|_| hits > 0)
                .map(|pages| pages as f64 / hits as f64),
            missed: self.missed(),
            false_alarms: self.false_alarms(),
        }
    }

    /// Found of the paths that `counts`.
    fn share(&self, counts: &dyn Fn(&PlantedPath) -> bool) -> Share {
        let mut share = Share::default();
        for (path, found) in self.truth.paths.iter().zip(&self.found) {
            if counts(path) {
                share.of += 1;
                share.hits += u64::from(*found);
            }
        }
        share
    }

    fn quality(&self, counts: &dyn Fn(&PlantedPath) -> bool) -> Quality {
        let share = self.share(counts);
        Quality {
            hits: share.hits,
            false_alarms: wide(self.false_pairs.len()),
            missed: share.of - share.hits,
        }
    }

    /// A planted listing is met by whatever target is named; each other one that is flagged with a false pair is
    /// a false alarm.
    fn quality_of_listings(&self, confusion: &Confusion, all: bool) -> Quality {
        let mut quality = Quality {
            false_alarms: confusion.honest_flagged
                + confusion.look_alike_flagged
                + confusion.elsewhere_flagged,
            ..Quality::default()
        };
        for (listing, needs_nothing) in &self.planted {
            if all || *needs_nothing {
                let told = self.told.get(listing).copied().unwrap_or_default();
                let is_met = told.is_right || told.is_wrong;
                quality.hits += u64::from(is_met);
                quality.missed += u64::from(!is_met);
            }
        }
        quality
    }

    fn confusion(&self) -> (Confusion, Vec<LookAlikeRow>) {
        let mut confusion = Confusion::default();
        let mut by_kind: BTreeMap<LookAlikeKind, Share> = BTreeMap::new();
        for kind in self.look_alikes.values() {
            by_kind.entry(*kind).or_default().of += 1;
        }
        for (listing, told) in &self.told {
            if told.is_right {
                confusion.planted_found += 1;
                continue;
            }
            let count = match (told.is_wrong, self.what_is(listing)) {
                // Planted ones are counted below, as missed; what is no listing stands in no row.
                (false, ListingIs::Planted | ListingIs::Elsewhere) => continue,
                (false, _) if told.is_shared => &mut confusion.shared_alone,
                (false, _) => &mut confusion.template_alone,
                (true, ListingIs::Planted) => &mut confusion.planted_with_another_target,
                (true, ListingIs::LookAlike(kind)) => {
                    by_kind.entry(kind).or_default().hits += 1;
                    &mut confusion.look_alike_flagged
                }
                (true, ListingIs::Ordinary) => &mut confusion.honest_flagged,
                (true, ListingIs::Elsewhere) => &mut confusion.elsewhere_flagged,
            };
            *count += 1;
        }
        for (listing, needs_nothing) in &self.planted {
            let told = self.told.get(listing).copied().unwrap_or_default();
            if !told.is_right && !told.is_wrong {
                let count = if *needs_nothing {
                    &mut confusion.planted_missed
                } else {
                    &mut confusion.planted_missed_apart
                };
                *count += 1;
            }
        }
        let honest = self.truth.market.honest;
        let told = confusion.honest_flagged
            + confusion.look_alike_flagged
            + confusion.template_alone
            + confusion.shared_alone;
        confusion.honest_silent = honest.saturating_sub(told);
        let mut rows: Vec<_> = (by_kind.into_iter())
            .map(|(kind, flagged)| LookAlikeRow {
                kind: kind.as_str(),
                flagged,
            })
            .collect();
        rows.push(LookAlikeRow {
            kind: ListingIs::Ordinary.as_str(),
            flagged: Share::new(
                confusion.honest_flagged,
                honest.saturating_sub(wide(self.look_alikes.len())),
            ),
        });
        (confusion, rows)
    }

    fn breakdown(&self, dimension: Dimension) -> Vec<BreakdownRow> {
        let mut rows: BTreeMap<String, BreakdownRow> = BTreeMap::new();
        for (path, found) in self.truth.paths.iter().zip(&self.found) {
            for key in dimension.rows_of(path) {
                let row = rows.entry(key.clone()).or_insert_with(|| BreakdownRow {
                    key: key.trim().to_owned(),
                    found: Share::default(),
                    apart: Share::default(),
                });
                let share = if Needs::of(path) == Needs::Nothing {
                    &mut row.found
                } else {
                    &mut row.apart
                };
                share.of += 1;
                share.hits += u64::from(*found);
            }
        }
        rows.into_values().collect()
    }

    fn template_found(&self) -> Share {
        let targets: BTreeSet<_> = (self.truth.template.iter())
            .map(|plant| &plant.target)
            .collect();
        let named = targets.iter().filter(|target| self.named.contains(*target));
        Share::new(wide(named.count()), wide(targets.len()))
    }

    fn false_by_detector(&self) -> Vec<(String, u64)> {
        let mut counts: BTreeMap<&String, u64> = BTreeMap::new();
        for (_, detectors) in &self.false_pairs {
            for detector in *detectors {
                *counts.entry(detector).or_default() += 1;
            }
        }
        let counts = counts.into_iter();
        counts
            .map(|(detector, count)| (detector.clone(), count))
            .collect()
    }

    fn missed(&self) -> Vec<Missed> {
        let paths = self.truth.paths.iter().zip(&self.found);
        paths
            .filter(|(_, found)| !**found)
            .map(|(path, _)| Missed {
                listing: path.listing.to_string(),
                target: path.target.to_string(),
                techniques: path.techniques.iter().map(ToString::to_string).collect(),
                needs: Needs::of(path),
            })
            .collect()
    }

    fn false_alarms(&self) -> Vec<FalseAlarm> {
        let pairs = self.false_pairs.iter();
        pairs
            .map(|((listing, target), detectors)| FalseAlarm {
                listing: listing.to_string(),
                target: target.to_string(),
                listing_is: self.what_is(listing).as_str(),
                detectors: detectors.iter().cloned().collect(),
            })
            .collect()
    }
}

fn wide(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
