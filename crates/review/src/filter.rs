//! Which findings are meant: by what they share, and by words of their addresses.

use std::collections::{BTreeMap, BTreeSet};

use crate::ask::{Fields, address};
use crate::desk::{Decisions, Row, Standing, decision};

/// What findings are filtered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Dimension {
    /// Harm if true.
    Severity,
    /// Of the target.
    Category,
    /// Who says it.
    Detector,
    /// What was decided.
    Decision,
    /// Who trades in the listing.
    Seller,
    /// The first choke point on the way.
    ChokePoint,
}

/// What was decided of a finding of which nothing was.
pub(crate) const UNDECIDED: &str = "not decided";
/// The name of the search in addresses.
const SEARCH: &str = "search";

impl Dimension {
    /// Every one, in the order of the page.
    pub(crate) const ALL: &[Self] = &[
        Self::Severity,
        Self::Category,
        Self::Detector,
        Self::Decision,
        Self::Seller,
        Self::ChokePoint,
    ];

    /// Its name in addresses.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Severity => "severity",
            Self::Category => "category",
            Self::Detector => "detector",
            Self::Decision => "decision",
            Self::Seller => "seller",
            Self::ChokePoint => "choke-point",
        }
    }

    /// Its name for people.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Severity => "Severity",
            Self::Category => "Category",
            Self::Detector => "Detector",
            Self::Decision => "Decision",
            Self::Seller => "Seller",
            Self::ChokePoint => "Choke point",
        }
    }

    /// The value of a finding; `None` where it has none.
    pub(crate) fn value<'a>(self, row: &'a Row, decisions: &Decisions) -> Option<&'a str> {
        match self {
            Self::Severity => Some(row.severity.as_str()),
            Self::Category => Some(&row.index.category),
            Self::Detector => Some(row.detector),
            Self::Decision => Some(
                (decisions.get(&row.fingerprint))
                    .and_then(decision)
                    .map_or(UNDECIDED, model::Decision::as_str),
            ),
            Self::Seller => row.index.seller.as_deref(),
            Self::ChokePoint => row.index.choke_point.as_deref(),
        }
    }
}

/// The values of each dimension with how many findings have them.
pub(crate) type Counts<'a> = BTreeMap<Dimension, Vec<(&'a str, usize)>>;

/// Which findings are meant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    chosen: BTreeMap<Dimension, String>,
    search: String,
}

impl Filter {
    /// As an address says it; what it does not say leaves nothing out.
    pub(crate) fn of(query: &Fields) -> Self {
        Self {
            chosen: (Dimension::ALL.iter())
                .map(|dimension| (*dimension, query.of(dimension.name()).to_owned()))
                .filter(|(_, value)| !value.is_empty())
                .collect(),
            search: query.of(SEARCH).trim().to_owned(),
        }
    }

    /// What is chosen of a dimension; empty for everything.
    pub(crate) fn chosen(&self, dimension: Dimension) -> &str {
        self.chosen.get(&dimension).map_or("", String::as_str)
    }

    /// The words that are sought.
    pub(crate) fn search(&self) -> &str {
        &self.search
    }

    /// Whether it leaves nothing out.
    pub(crate) fn is_empty(&self) -> bool {
        self.chosen.is_empty() && self.search.is_empty()
    }

    /// The fields of an address that says it.
    pub(crate) fn fields(&self) -> Vec<(&str, &str)> {
        let chosen = self.chosen.iter();
        let mut fields: Vec<(&str, &str)> = chosen
            .map(|(dimension, value)| (dimension.name(), value.as_str()))
            .collect();
        if !self.search.is_empty() {
            fields.push((SEARCH, &self.search));
        }
        fields
    }

    /// An address that says it, with more fields.
    pub(crate) fn address(&self, path: &str, more: &[(&str, &str)]) -> String {
        let mut fields = self.fields();
        fields.extend_from_slice(more);
        address(path, &fields)
    }

    /// The choices in words; empty where there are none.
    pub(crate) fn told(&self) -> String {
        let mut told: Vec<String> = (self.chosen.iter())
            .map(|(dimension, value)| format!("{} {value}", dimension.title().to_lowercase()))
            .collect();
        if !self.search.is_empty() {
            told.push(format!("“{}” in the addresses", self.search));
        }
        told.join(", ")
    }

    /// The places of the findings that it means, in their order. Linear in the findings.
    pub(crate) fn places(&self, rows: &[Row], decisions: &Decisions) -> Vec<usize> {
        let words = self.words();
        (rows.iter().enumerate())
            .filter(|(_, row)| self.fits(row, decisions, &words))
            .map(|(place, _)| place)
            .collect()
    }

    /// The same with the values of every dimension, each with how many findings have it among those that the
    /// other choices mean. One pass over the findings; `of_decisions` are the values of decisions.
    pub(crate) fn survey<'a>(
        &self,
        standing: &'a Standing,
        of_decisions: &'a Values,
    ) -> (Vec<usize>, Counts<'a>) {
        let words = self.words();
        let of = |dimension: &Dimension| standing.values.get(dimension).unwrap_or(of_decisions);
        let dimensions: Vec<&Values> = Dimension::ALL.iter().map(of).collect();
        // Of a value that no finding has, none is chosen.
        let chosen: Vec<(usize, Option<u32>)> = (Dimension::ALL.iter().enumerate())
            .filter_map(|(at, dimension)| {
                let value = self.chosen.get(dimension)?;
                Some((at, of(dimension).number(value)))
            })
            .collect();
        let mut counts: Vec<Vec<usize>> = (dimensions.iter())
            .map(|values| vec![0; values.words.len()])
            .collect();
        let mut places = Vec::new();
        for (place, row) in standing.rows.iter().enumerate() {
            if !words.iter().all(|word| row.sought.contains(word.as_str())) {
                continue;
            }
            let value = |at: usize| dimensions[at].of_rows.get(place).copied().flatten();
            let mut misses = (chosen.iter())
                .filter(|(at, number)| number.is_none() || value(*at) != *number)
                .map(|(at, _)| *at);
            let (miss, is_only) = (misses.next(), misses.next().is_none());
            if miss.is_none() {
                places.push(place);
            }
            for (at, counts) in counts.iter_mut().enumerate() {
                let counts_here = miss.is_none() || (miss == Some(at) && is_only);
                if let Some(number) = value(at).filter(|_| counts_here) {
                    counts[number as usize] += 1;
                }
            }
        }
        let counted = (Dimension::ALL.iter().zip(dimensions).zip(counts))
            .map(|((dimension, values), counts)| {
                let words = values.words.iter().map(String::as_str);
                (*dimension, words.zip(counts).collect())
            })
            .collect();
        (places, counted)
    }

    fn words(&self) -> Vec<String> {
        let words = self.search.split_whitespace();
        words.map(str::to_lowercase).collect()
    }

    fn fits(&self, row: &Row, decisions: &Decisions, words: &[String]) -> bool {
        words.iter().all(|word| row.sought.contains(word.as_str()))
            && (self.chosen.iter())
                .all(|(dimension, value)| dimension.value(row, decisions) == Some(value.as_str()))
    }
}

/// The values of findings as numbers, so that counting compares no texts.
#[derive(Debug, Default)]
pub(crate) struct Values {
    /// By number, in order.
    words: Vec<String>,
    /// By the place of the finding; `None` for one without a value.
    of_rows: Vec<Option<u32>>,
}

impl Values {
    /// Of findings. O(n log n).
    pub(crate) fn of(dimension: Dimension, rows: &[Row], decisions: &Decisions) -> Self {
        let of_rows: Vec<Option<&str>> = (rows.iter())
            .map(|row| dimension.value(row, decisions))
            .collect();
        let words: BTreeSet<&str> = of_rows.iter().copied().flatten().collect();
        let numbers: BTreeMap<&str, u32> = words.iter().copied().zip(0..).collect();
        Self {
            of_rows: (of_rows.iter())
                .map(|value| value.and_then(|value| numbers.get(value).copied()))
                .collect(),
            words: words.into_iter().map(str::to_owned).collect(),
        }
    }

    /// Those that no decision changes.
    pub(crate) fn lasting(rows: &[Row]) -> BTreeMap<Dimension, Self> {
        let nothing = Decisions::new();
        (Dimension::ALL.iter())
            .filter(|dimension| **dimension != Dimension::Decision)
            .map(|dimension| (*dimension, Self::of(*dimension, rows, &nothing)))
            .collect()
    }

    /// The number of a value.
    fn number(&self, word: &str) -> Option<u32> {
        let found = self
            .words
            .binary_search_by(|own| own.as_str().cmp(word))
            .ok();
        found.and_then(|number| u32::try_from(number).ok())
    }
}
