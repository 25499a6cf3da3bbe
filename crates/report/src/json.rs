//! The report for programs. Fields and their meaning: `docs/report-json.md`.

use std::collections::BTreeMap;
use std::io;

use model::{
    BodyHash, Brief, Coverage, DirectiveCount, Finding, Indicator, JournalEntry, Market, Network,
    PageUrl, Timestamp, VantageId, VisitId,
};
use serde::Serialize;
use serde_json::ser::{Formatter, PrettyFormatter, Serializer};

use crate::legible::is_treacherous;
use crate::outline::{self, Summary};
use crate::{CutsReport, Report};

/// Changes with every change that an existing reader would trip over.
const SCHEMA: &str = "sidedoor-report/1";

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    generator: &'a str,
    summary: Summary,
    findings: Vec<DecidedFinding<'a>>,
    indicators: &'a [Indicator],
    #[serde(flatten)]
    cuts: &'a CutsReport,
    networks: &'a [Network],
    records: Vec<RecordRow>,
    coverage: &'a Coverage,
    pages: &'a BTreeMap<String, u64>,
    directives: &'a [DirectiveCount],
    brief: &'a Brief,
    market: &'a Market,
    pack: &'a str,
    settings: &'a serde_json::Value,
    notes: &'a [String],
}

/// Where the answer of a visit is kept on which a finding rests.
#[derive(Serialize)]
struct RecordRow {
    visit: VisitId,
    page: String,
    vantage: VantageId,
    body: BodyHash,
    kept: Kept,
}

/// When an answer came and where it is kept: what two crawls of an unchanged site do not share.
#[derive(Serialize)]
struct Kept {
    asked_at: Timestamp,
    record: String,
    file: String,
    offset: u64,
}

/// The records of every visit that a finding cites, and of every hop that it walks, each once in the order of the
/// visits.
fn records(report: &Report<'_>) -> Vec<RecordRow> {
    let mut cited: BTreeMap<VisitId, (&PageUrl, VantageId)> = BTreeMap::new();
    for finding in report.findings {
        let evidence = finding.evidence.iter();
        cited.extend(evidence.map(|it| (it.visit, (&it.page, it.vantage))));
        for hop in &finding.witness.hops {
            let visits = hop.vantages.iter().filter_map(|&vantage| {
                let visit = report.snippets.visit(hop.stands_on(), vantage)?;
                Some((visit, (hop.stands_on(), vantage)))
            });
            cited.extend(visits);
        }
    }
    let kept = cited.into_iter().filter_map(|(visit, (page, vantage))| {
        let place = report.snippets.place(visit)?;
        Some(RecordRow {
            visit,
            page: page.to_string(),
            vantage,
            body: place.body,
            kept: Kept {
                asked_at: place.asked_at,
                record: place.id.trim_matches(['<', '>']).to_owned(),
                file: place.file,
                offset: place.offset,
            },
        })
    });
    kept.collect()
}

/// A finding with the entry of the journal that stands.
#[derive(Serialize)]
struct DecidedFinding<'a> {
    number: usize,
    #[serde(flatten)]
    finding: &'a Finding,
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<&'a JournalEntry>,
}

/// Writes the report, pretty-printed, with a line feed at the end.
pub(crate) fn write(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let document = Document {
        schema: SCHEMA,
        generator: report.generator,
        summary: outline::summary(report),
        findings: outline::in_numbered_order(report.findings)
            .into_iter()
            .map(|(number, finding)| DecidedFinding {
                number,
                finding,
                decision: report.decisions.get(&finding.fingerprint),
            })
            .collect(),
        indicators: report.indicators,
        cuts: report.cuts,
        networks: report.networks,
        records: records(report),
        coverage: report.coverage,
        pages: report.pages,
        directives: report.directives,
        brief: report.brief,
        market: report.market,
        pack: report.pack,
        settings: report.settings,
        notes: report.notes,
    };
    write_value(&document, out)
}

/// Writes any value as reports are written: pretty-printed, harmless to look at, with a line feed
/// at the end.
///
/// # Errors
/// `out` refuses bytes.
pub fn write_value(value: &impl Serialize, out: &mut dyn io::Write) -> io::Result<()> {
    let layout = Escaping(PrettyFormatter::new());
    value.serialize(&mut Serializer::with_formatter(&mut *out, layout))?;
    out.write_all(b"\n")
}

/// JSON may hold any character but the first 32 as it is. A terminal that is shown the file obeys
/// more than those, so all that act on the text around them are written as `\u` escapes: the
/// value is the same, the sight is harmless.
struct Escaping<'a>(PrettyFormatter<'a>);

impl Formatter for Escaping<'_> {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((at, letter)) = rest.char_indices().find(|(_, c)| is_treacherous(*c)) {
            writer.write_all(&rest.as_bytes()[..at])?;
            for unit in letter.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = &rest[at + letter.len_utf8()..];
        }
        writer.write_all(rest.as_bytes())
    }

    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}
