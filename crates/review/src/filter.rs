//! Which findings are meant: by what they share, and by words of their addresses.

use std::collections::BTreeMap;

use crate::ask::{Fields, address};
use crate::desk::{Decisions, Row, decision};

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
            .filter(|(_, row)| self.fits(row, decisions, &words, None))
            .map(|(place, _)| place)
            .collect()
    }

    /// The values of a dimension, each with how many findings have it among those that the other choices
    /// mean.
    pub(crate) fn values<'a>(
        &self,
        dimension: Dimension,
        rows: &'a [Row],
        decisions: &Decisions,
    ) -> BTreeMap<&'a str, usize> {
        let words = self.words();
        let mut values = BTreeMap::new();
        for row in rows {
            if let Some(value) = dimension.value(row, decisions) {
                let fits = self.fits(row, decisions, &words, Some(dimension));
                *values.entry(value).or_default() += usize::from(fits);
            }
        }
        values
    }

    fn words(&self) -> Vec<String> {
        let words = self.search.split_whitespace();
        words.map(str::to_lowercase).collect()
    }

    fn fits(
        &self,
        row: &Row,
        decisions: &Decisions,
        words: &[String],
        except: Option<Dimension>,
    ) -> bool {
        words.iter().all(|word| row.sought.contains(word.as_str()))
            && (self.chosen.iter())
                .filter(|(dimension, _)| Some(**dimension) != except)
                .all(|(dimension, value)| dimension.value(row, decisions) == Some(value.as_str()))
    }
}
