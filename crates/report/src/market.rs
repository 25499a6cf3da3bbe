//! How the judgement of a market is shown: on a terminal, as JSON, as a table.

use std::io::{self, Write};

use model::Network;
use serde::Serialize;

use crate::cuts::CutsReport;
use crate::legible::legible;
use crate::networks;

/// The form of a market's judgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MarketFormat {
    /// For a person at a terminal: the summary and the first findings.
    Text,
    /// One JSON object with every finding; the schema is documented in `docs/graph-import.md`.
    Json,
    /// One row for each finding.
    Csv,
}

impl MarketFormat {
    /// Every format.
    pub const ALL: &[Self] = &[Self::Text, Self::Json, Self::Csv];

    /// The word that chooses it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Csv => "csv",
        }
    }
}

/// The judgement of a market.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MarketReport {
    /// Who made it: name and version of the program.
    pub generator: String,
    /// Settings of the judgement, shown as they are.
    pub settings: serde_json::Value,
    /// How many pages.
    pub pages: u64,
    /// How many of them are compliant listings.
    pub listings: u64,
    /// How many are restricted.
    pub restricted: u64,
    /// How many hops.
    pub hops: u64,
    /// How many hops have each class, by its word.
    pub classes: Vec<(&'static str, u64)>,
    /// Shown hops to other sites that the template carries.
    pub taken_by_slot: u64,
    /// Covert hops that the template carries.
    pub taken_by_target: u64,
    /// Hops that the search looked at, to see whether there is a walk.
    pub touched: u64,
    /// Listings with a walk of whatever cost.
    pub with_a_walk: u64,
    /// The findings, the likeliest first.
    pub findings: Vec<MarketRow>,
    /// Listings that are no findings, the likeliest first: address and chance.
    pub leads: Vec<(String, f64)>,
    /// Where to cut, and what amplifies.
    #[serde(flatten)]
    pub cuts: CutsReport,
    /// Sellers and pages that rare ties join.
    pub networks: Vec<Network>,
    /// What a reader must know besides, a sentence each.
    pub notes: Vec<String>,
}

/// A listing with a hidden path.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MarketRow {
    /// Address of the listing.
    pub listing: String,
    /// Address of the restricted page.
    pub target: String,
    /// What the policy says of it.
    pub policy: &'static str,
    /// Letters of the classes.
    pub expression: String,
    /// Cost of the witness.
    pub cost: f64,
    /// Chance that a random shopper ends on a restricted page.
    pub chance: f64,
    /// The first other listing on the witness: the deception is that one's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inherits: Option<String>,
    /// The witness.
    pub witness: Vec<MarketHop>,
    /// Further walks, the cheapest first: the addresses that each passes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub further: Vec<Vec<String>>,
    /// Whether there are no others; `None` where none were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub further_is_all: Option<bool>,
}

/// A hop of a witness.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MarketHop {
    /// Address of the page on which it stands.
    pub source: String,
    /// Address of the page to which it leads.
    pub target: String,
    /// What takes the visitor along.
    pub kind: &'static str,
    /// What it is to a shopper.
    pub class: &'static str,
    /// What that was derived from, in a sentence.
    pub because: String,
    /// Whether a shopper sees it.
    pub visibility: &'static str,
    /// Its place on the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slot: Option<String>,
    /// Status of a redirect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// How many pages the hops of its class lead to.
    pub fan_out: u32,
    /// What it adds to the cost.
    pub cost: f64,
}

/// Findings that the text shows.
const SHOWN: usize = 20;

/// Writes the judgement of a market.
///
/// # Errors
/// `out` refuses bytes.
pub fn write_market(
    report: &MarketReport,
    format: MarketFormat,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        MarketFormat::Text => text(report, out)?,
        MarketFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, report)?;
            out.write_all(b"\n")?;
        }
        MarketFormat::Csv => table(report, out)?,
    }
    out.flush()
}

fn table(report: &MarketReport, out: &mut dyn Write) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record([
        "rank",
        "listing",
        "target",
        "policy",
        "expression",
        "cost",
        "chance",
        "inherits",
        "way",
    ])?;
    for (rank, row) in report.findings.iter().enumerate() {
        let way: Vec<&str> = row.witness.iter().map(|hop| hop.target.as_str()).collect();
        table.write_record([
            (rank + 1).to_string().as_str(),
            row.listing.as_str(),
            row.target.as_str(),
            row.policy,
            row.expression.as_str(),
            format!("{:.6}", row.cost).as_str(),
            format!("{:.6}", row.chance).as_str(),
            row.inherits.as_deref().unwrap_or_default(),
            way.join(" ").as_str(),
        ])?;
    }
    table.flush()
}

fn text(report: &MarketReport, out: &mut dyn Write) -> io::Result<()> {
    let inherited = report
        .findings
        .iter()
        .filter(|row| row.inherits.is_some())
        .count();
    writeln!(
        out,
        "{} of {} compliant listings have a hidden path to one of {} restricted pages, {inherited} of \
         them by way of another listing.",
        report.findings.len(),
        report.listings,
        report.restricted
    )?;
    let off: u64 = report
        .classes
        .iter()
        .filter(|(class, _)| *class != "navigation")
        .map(|(_, count)| count)
        .sum();
    writeln!(
        out,
        "{} pages, {} hops, {off} of them off the template; the search looked at {}. The template \
         carries {} shown links to other sites and {} covert hops. {} listings have a walk of whatever \
         cost.",
        report.pages,
        report.hops,
        report.touched,
        report.taken_by_slot,
        report.taken_by_target,
        report.with_a_walk
    )?;
    for (rank, row) in report.findings.iter().take(SHOWN).enumerate() {
        writeln!(
            out,
            "\n{:>3}. {}\n     leads to {} ({}) by {}, cost {:.2}, chance {:.3}",
            rank + 1,
            legible(&row.listing),
            legible(&row.target),
            row.policy,
            row.expression,
            row.cost,
            row.chance
        )?;
        if let Some(other) = &row.inherits {
            writeln!(out, "     inherited from {}", legible(other))?;
        }
        for hop in &row.witness {
            writeln!(
                out,
                "       {} {} ({}, 1 of {}): {}",
                hop.class,
                legible(&hop.target),
                hop.kind,
                hop.fan_out,
                hop.because
            )?;
        }
    }
    if report.findings.len() > SHOWN {
        writeln!(
            out,
            "\n     ... and {} more: --format json or csv tells all",
            report.findings.len() - SHOWN
        )?;
    }
    for (at, (listing, chance)) in report.leads.iter().enumerate() {
        if at == 0 {
            writeln!(out, "\nNo findings, and worth a look:")?;
        }
        writeln!(out, "  {} (chance {chance:.3})", legible(listing))?;
    }
    report.cuts.lines(out)?;
    write_networks(report, out)?;
    for note in &report.notes {
        writeln!(out, "\nNote: {}", legible(note))?;
    }
    Ok(())
}

/// Networks that touch a finding or a restricted page.
fn write_networks(report: &MarketReport, out: &mut dyn Write) -> io::Result<()> {
    let touched = networks::touched(&report.networks);
    for (at, network) in touched.iter().take(networks::SHOWN).enumerate() {
        let words = networks::words(network);
        if at == 0 {
            writeln!(
                out,
                "\nSeller networks that touch a finding or a restricted page:"
            )?;
        }
        writeln!(out, "  {}", words.head)?;
        for member in &words.members {
            writeln!(out, "    - {member}")?;
        }
        for tie in &words.ties {
            writeln!(out, "    tie {tie}")?;
        }
        writeln!(out, "    {}", words.weakest)?;
    }
    Ok(())
}
