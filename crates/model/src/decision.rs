//! What people decide of a case: of its findings, and of the labels of its pages.

use serde::{Deserialize, Serialize};

use crate::hop::words;
use crate::{BodyHash, CategoryCode, Fingerprint, PageUrl, Policy, Timestamp};

words! {
/// What a reviewer decides of a finding.
Decision {
    /// It is as the finding says.
    Confirmed = "confirmed",
    /// It is not: nothing follows from it.
    Dismissed = "dismissed",
    /// It was looked at, and cannot be decided from what is kept.
    Unclear = "unclear",
    /// The former decision is taken back; nothing is decided.
    Undone = "undone",
}
}

/// The label that a reviewer gives a page, in place of what rules and lists say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenLabel {
    /// The policy.
    pub policy: Policy,
    /// The category, for a restricted page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<CategoryCode>,
}

/// What an entry of the journal changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "about", rename_all = "kebab-case")]
pub enum Change {
    /// A finding, by the fingerprint that it keeps across crawls.
    Finding {
        /// Which.
        fingerprint: Fingerprint,
        /// What was decided.
        decision: Decision,
    },
    /// The label of a page.
    Page {
        /// Which.
        address: PageUrl,
        /// The label; `None` takes a former one back.
        label: Option<GivenLabel>,
    },
}

impl Change {
    /// Whether both are about the same finding, or the same page.
    #[must_use]
    pub fn is_about_the_same(&self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::Finding { fingerprint, .. },
                Self::Finding {
                    fingerprint: other, ..
                },
            ) => fingerprint == other,
            (Self::Page { address, .. }, Self::Page { address: other, .. }) => address == other,
            _ => false,
        }
    }
}

/// An entry of a case's journal: who decided what, when and why. Entries are added, never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalEntry {
    /// Its number, from 1.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub reviewer: String,
    /// What was decided.
    #[serde(flatten)]
    pub change: Change,
    /// Why, in the reviewer's words.
    pub reason: String,
    /// SHA-256 of the line of the entry before it; of nothing for the first one. What is changed or cut
    /// out afterwards shows.
    pub previous: BodyHash,
}
