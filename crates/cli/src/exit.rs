//! Exit codes: a contract with scripts.

use std::process::ExitCode;

use model::{Coverage, Finding, Severity};

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExitStatus {
    /// The whole scope was seen, and nothing was found at or above `--fail-on`.
    Clean = 0,
    /// At least one finding at or above `--fail-on`.
    Found = 1,
    /// Arguments, configuration, rule pack, or a failure of our own.
    Unusable = 2,
    /// Nothing was found, but part of the scope was not seen: no all-clear.
    Incomplete = 3,
}

impl ExitStatus {
    /// The status of a judgement.
    pub(crate) fn of<'f>(
        mut findings: impl Iterator<Item = &'f Finding>,
        fail_on: Severity,
        coverage: &Coverage,
    ) -> Self {
        if findings.any(|finding| finding.severity >= fail_on) {
            Self::Found
        } else {
            Self::of_coverage(coverage)
        }
    }

    /// The status of a crawl.
    pub(crate) fn of_coverage(coverage: &Coverage) -> Self {
        if coverage.is_whole() {
            Self::Clean
        } else {
            Self::Incomplete
        }
    }
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(status as u8)
    }
}
