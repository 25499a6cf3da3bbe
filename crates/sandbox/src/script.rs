//! The form of `site.toml`, as written; `site` makes it into what is served.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::End;

/// A site cannot be served as it is written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}{}: {problem}; {remedy}", line.map(|line| format!(":{line}")).unwrap_or_default())]
pub struct SiteError {
    /// The file, below the folder of the sites where that is known.
    pub file: String,
    /// The line in it, from 1, where one can be told.
    pub line: Option<usize>,
    /// What is wrong.
    pub problem: String,
    /// What to do.
    pub remedy: String,
}

impl SiteError {
    /// Something is wrong with a whole file.
    pub(crate) fn of_file(
        file: impl Into<String>,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            file: file.into(),
            line: None,
            problem: problem.into(),
            remedy: remedy.into(),
        }
    }

    /// Puts the error at the line of a byte offset of `text`.
    #[must_use]
    pub(crate) fn at(mut self, text: &str, offset: usize) -> Self {
        let before = text.as_bytes().get(..offset).unwrap_or(text.as_bytes());
        self.line = Some(1 + before.iter().filter(|byte| **byte == b'\n').count());
        self
    }
}

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Script {
    #[serde(default)]
    pub(crate) data: Vec<Spanned<String>>,
    #[serde(default)]
    pub(crate) host: Vec<HostEntry>,
    #[serde(default)]
    pub(crate) route: Vec<Entry>,
    #[serde(default)]
    pub(crate) expand: Vec<ExpandEntry>,
    pub(crate) answers: Option<Spanned<String>>,
    pub(crate) tls: Option<TlsEntry>,
}

/// `[tls]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TlsEntry {
    pub(crate) certificate: Spanned<String>,
    pub(crate) key: Spanned<String>,
}

/// `[[host]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HostEntry {
    pub(crate) name: Spanned<String>,
    pub(crate) pages: Option<Spanned<String>>,
}

/// `[[expand]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExpandEntry {
    pub(crate) host: Spanned<String>,
    pub(crate) path: Spanned<String>,
    pub(crate) rows: Spanned<String>,
    pub(crate) template: Spanned<String>,
}

/// `[[route]]` and `[[route.when]]`: one form, because serde's flattening would lose the places
/// of the values, and so the lines of the errors.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    // Of a route.
    pub(crate) host: Option<Spanned<String>>,
    pub(crate) path: Option<Spanned<String>>,
    #[serde(default)]
    pub(crate) when: Vec<Spanned<Entry>>,
    // Conditions.
    pub(crate) user_agent_contains: Option<String>,
    pub(crate) user_agent_lacks: Option<String>,
    pub(crate) referrer_contains: Option<String>,
    pub(crate) cookie_contains: Option<String>,
    pub(crate) cookie_lacks: Option<String>,
    pub(crate) query_contains: Option<String>,
    pub(crate) header: Option<HeaderCondition>,
    pub(crate) times: Option<u64>,
    // The answer.
    pub(crate) status: Option<Spanned<u16>>,
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, HeaderValues>,
    pub(crate) file: Option<Spanned<String>>,
    pub(crate) body: Option<String>,
    pub(crate) template: Option<Spanned<String>>,
    #[serde(default)]
    pub(crate) values: toml::Table,
    pub(crate) churn: Option<u64>,
    pub(crate) raw: Option<Spanned<String>>,
    // Misbehavior.
    #[serde(default)]
    pub(crate) delay_ms: u64,
    #[serde(default)]
    pub(crate) slow_header_ms_per_byte: u64,
    #[serde(default)]
    pub(crate) slow_body_ms_per_byte: u64,
    pub(crate) drop_after_bytes: Option<u64>,
    #[serde(default)]
    pub(crate) endless: bool,
    pub(crate) gzip_bomb_bytes: Option<u64>,
    pub(crate) gzip_bomb_ratio: Option<u64>,
    pub(crate) end: Option<End>,
}

/// A header field of the request must contain a text.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HeaderCondition {
    pub(crate) name: String,
    pub(crate) contains: String,
}

/// One value of a header field, or several (`Set-Cookie`).
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum HeaderValues {
    One(String),
    Many(Vec<String>),
}

impl HeaderValues {
    pub(crate) fn as_slice(&self) -> &[String] {
        match self {
            Self::One(value) => std::slice::from_ref(value),
            Self::Many(values) => values,
        }
    }
}
