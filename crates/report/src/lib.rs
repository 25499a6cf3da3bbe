//! How a case is shown: on a terminal, as JSON, SARIF, CSV or Markdown, as one HTML file.
//!
//! A report is a value: [`Report`] borrows what the analysis found and what the crawl saw, and
//! [`write()`] turns it into bytes. The same report gives the same bytes; nothing here reads a
//! clock, a disk or the network, except through the [`Snippets`] that the caller hands in.
//!
//! **Never:** a decision about a page. What is shown comes from hostile pages, so every format
//! neutralises it: no control or reordering character reaches a terminal, no markup and no
//! clickable address reaches a browser.

mod cuts;
pub mod dsa;
mod facts;
mod html;
mod journal;
mod json;
mod legible;
mod markdown;
mod market;
mod networks;
mod outline;
mod picture;
mod sarif;
mod sheet;
mod strip;
mod table;
mod text;
mod walk;
mod wording;

pub use cuts::{AmplificationRow, ChannelRow, ChokeRow, CurveRow, CutsReport};
pub use facts::{Inspected, write_facts};
pub use html::{IndexRow, STYLE, card, index};
pub use journal::{decision_columns, write_journal_lines, write_journal_table};
pub use json::write_value;
pub use legible::{legible, legible_source, shortened};
pub use market::{MarketFormat, MarketHop, MarketReport, MarketRow, write_market};
pub use outline::number_of;
pub use sheet::{Sheet, SheetMark, SheetPart, SheetRow, SheetTile};

pub use picture::{class_of as policy_style, style_of as class_style};
pub use walk::policy as policy_words;
pub use wording::{counted, grouped, law, span as span_words, technique as technique_words};

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::str::FromStr;

use model::{
    BodyHash, Brief, Coverage, DirectiveCount, Finding, Fingerprint, Headers, Indicator,
    JournalEntry, Market, Network, PageUrl, Span, Timestamp, VantageId, VisitId,
};

/// Everything that a report shows.
#[derive(Clone, Copy)]
pub struct Report<'a> {
    /// Who made it: name and version of the program.
    pub generator: &'a str,
    /// What was asked for.
    pub brief: &'a Brief,
    /// Whose law was applied.
    pub market: &'a Market,
    /// Name and version of the rule pack.
    pub pack: &'a str,
    /// Settings of the analysis, shown as they are.
    pub settings: &'a serde_json::Value,
    /// How much of the scope was seen.
    pub coverage: &'a Coverage,
    /// The findings. Shown by severity, then chance, then cost; findings that tie keep their order.
    pub findings: &'a [Finding],
    /// Signals that are no findings, in order.
    pub indicators: &'a [Indicator],
    /// What reviewers decided, by finding; a decision that was undone is left out.
    pub decisions: &'a BTreeMap<Fingerprint, JournalEntry>,
    /// Where to cut the hidden paths, and what amplifies.
    pub cuts: &'a CutsReport,
    /// Sellers and pages that rare ties join, in order.
    pub networks: &'a [Network],
    /// How many pages carry each policy, by the word of the policy.
    pub pages: &'a BTreeMap<String, u64>,
    /// What pages ask of robots and of those who mine them, in order; the most frequent ones.
    pub directives: &'a [DirectiveCount],
    /// How many hops the graph has.
    pub hops: u64,
    /// What a reader of this report must know besides, a sentence each.
    pub notes: &'a [String],
    /// Where the words around a piece of evidence come from.
    pub snippets: &'a dyn Snippets,
}

impl fmt::Debug for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Report")
            .field("generator", &self.generator)
            .field("findings", &self.findings.len())
            .field("indicators", &self.indicators.len())
            .finish_non_exhaustive()
    }
}

/// Gives the words around a place in a kept body.
pub trait Snippets {
    /// What stands at `span` in the body that `page` answered to `vantage`, with a few words on
    /// either side; `None` when that body is not kept or is shorter.
    fn snippet(&self, page: &PageUrl, vantage: VantageId, span: Span) -> Option<Snippet>;

    /// Where the answer of `page` to `vantage` is kept; `None` when it is not, or nobody knows where.
    fn record(&self, page: &PageUrl, vantage: VantageId) -> Option<Record> {
        let _ = (page, vantage);
        None
    }

    /// Where the answer is kept that a visit was given; `None` when it is not, or nobody knows where.
    fn place(&self, visit: VisitId) -> Option<Place> {
        let _ = visit;
        None
    }

    /// The visit of `page` by `vantage`, where there was one.
    fn visit(&self, page: &PageUrl, vantage: VantageId) -> Option<VisitId> {
        let _ = (page, vantage);
        None
    }

    /// Who trades in the listing at `page`, as it says; `None` when it does not.
    fn seller(&self, page: &PageUrl) -> Option<String> {
        let _ = page;
        None
    }
}

/// Where an answer is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Identity of the WARC record: `urn:uuid:…`, in angle brackets.
    pub id: String,
    /// The file, as it is named in the case folder.
    pub file: String,
    /// Where its records begin in the file, in bytes.
    pub offset: u64,
    /// Identity of the decoded body.
    pub body: BodyHash,
    /// When it was asked.
    pub asked_at: Timestamp,
}

/// Where an answer is kept, and what of it tells where it sends visitors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Where.
    pub place: Place,
    /// Status code.
    pub status: u16,
    /// Header fields as received; hostile text.
    pub headers: Headers,
}

/// No evidence at hand: reports show spans without the words.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoSnippets;

impl Snippets for NoSnippets {
    fn snippet(&self, _: &PageUrl, _: VantageId, _: Span) -> Option<Snippet> {
        None
    }
}

/// A place in a body, with what stands around it. Hostile text: as the page wrote it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snippet {
    /// What stands before.
    pub before: String,
    /// What the span covers.
    pub marked: String,
    /// What stands after.
    pub after: String,
}

/// The form of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// For a person at a terminal.
    Text,
    /// For programs; the schema is documented field by field in `docs/report-json.md`.
    Json,
    /// One file for a browser or a printer.
    Html,
    /// For pipelines: SARIF 2.1.0.
    Sarif,
    /// For tickets and wikis.
    Markdown,
    /// For spreadsheets: one row for each finding.
    Csv,
}

impl Format {
    /// Every format.
    pub const ALL: &[Self] = &[
        Self::Text,
        Self::Json,
        Self::Html,
        Self::Sarif,
        Self::Markdown,
        Self::Csv,
    ];

    /// The word that chooses it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Html => "html",
            Self::Sarif => "sarif",
            Self::Markdown => "markdown",
            Self::Csv => "csv",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a report format: use text, json, html, sarif, markdown or csv")]
pub struct NotAFormat(String);

impl FromStr for Format {
    type Err = NotAFormat;
    fn from_str(text: &str) -> Result<Self, NotAFormat> {
        Self::ALL
            .iter()
            .copied()
            .find(|format| format.as_str() == text)
            .ok_or_else(|| NotAFormat(legible::legible(text)))
    }
}

/// How a terminal wants its text. The other formats do not look at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether escape sequences for color are written.
    pub color: bool,
    /// Columns of a line; fewer than 48 count as 48.
    pub width: usize,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            color: false,
            width: 100,
        }
    }
}

/// A report could not be written.
#[derive(Debug, thiserror::Error)]
#[error("the {format} report could not be written to its output: {source}")]
pub struct WriteError {
    /// Which format.
    pub format: Format,
    /// What the output said.
    pub source: io::Error,
}

impl WriteError {
    /// Whether the reader closed the pipe, which is no failure of ours.
    #[must_use]
    pub fn is_broken_pipe(&self) -> bool {
        self.source.kind() == io::ErrorKind::BrokenPipe
    }
}

/// Writes `report` as `format` to `out`. Linear in the size of the report; snippets are asked
/// for once for each piece of evidence that has a span.
///
/// # Errors
/// [`WriteError`] when `out` refuses bytes. What a page contains is never an error.
pub fn write(
    report: &Report<'_>,
    format: Format,
    style: Style,
    out: &mut dyn io::Write,
) -> Result<(), WriteError> {
    let mut out = io::BufWriter::new(out);
    let written = match format {
        Format::Text => text::write(report, style, &mut out),
        Format::Json => json::write(report, &mut out),
        Format::Html => html::write(report, &mut out),
        Format::Sarif => sarif::write(report, &mut out),
        Format::Markdown => markdown::write(report, &mut out),
        Format::Csv => table::write(report, &mut out),
    };
    written
        .and_then(|()| io::Write::flush(&mut out))
        .map_err(|source| WriteError { format, source })
}
