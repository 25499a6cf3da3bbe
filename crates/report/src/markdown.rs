//! The report as Markdown (CommonMark with tables), for tickets, wikis and pull requests.
//!
//! What pages say is hostile here as well: it becomes neither markup nor HTML, and no address can be
//! clicked. Addresses stand between back quotes, where nothing is read as a link; so does every word
//! that a renderer might make one of.

mod quiet;

use std::io;

use model::{Evidence, Finding, SitemapLoss, Unseen, WitnessHop};

use crate::outline::{self, Signals};
use crate::wording::{self, counted, grouped, wide};
use crate::{Report, networks, walk};
use quiet::{code, in_cell, prose};

/// Columns of an address in the table; below the table it is whole.
const ADDRESS: usize = 70;
/// Indicators of one kind that are shown; the rest is counted, and is in the JSON report.
const INDICATORS_SHOWN: usize = 5;

/// Writes the report.
pub(crate) fn write(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    write_head(report, out)?;
    let findings = outline::in_numbered_order(report.findings);
    write_table(report, &findings, out)?;
    for (number, finding) in &findings {
        write_finding(report, *number, finding, out)?;
    }
    write_cuts(report, out)?;
    write_networks(report, out)?;
    write_coverage(report, out)?;
    write_indicators(report, out)?;
    if !report.notes.is_empty() {
        writeln!(out, "\n## Notes\n")?;
    }
    for note in report.notes {
        writeln!(out, "- {}", prose(note))?;
    }
    Ok(())
}

fn write_head(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "# Hidden paths\n")?;
    writeln!(out, "**{}**\n", prose(&wording::verdict(report).sentence))?;
    writeln!(out, "| what | value |\n| --- | --- |")?;
    let seeds = report.brief.seeds.iter().take(3);
    let mut seeds: Vec<String> = seeds.map(|seed| in_cell(&code(seed.as_str()))).collect();
    if report.brief.seeds.len() > seeds.len() {
        seeds.push(format!(
            "and {} more",
            report.brief.seeds.len() - seeds.len()
        ));
    }
    let summary = outline::summary(report);
    for (what, value) in [
        ("seeds", seeds.join(" ")),
        ("market", in_cell(&prose(report.market.as_str()))),
        ("rules", in_cell(&prose(report.pack))),
        ("made by", in_cell(&prose(report.generator))),
        ("pages seen", grouped(summary.pages_seen)),
        ("hops", grouped(summary.hops)),
        (
            "listings with a hidden path",
            grouped(wide(summary.listings)),
        ),
        ("targets", grouped(wide(summary.targets))),
    ] {
        writeln!(out, "| {what} | {value} |")?;
    }
    Ok(())
}

fn write_table(
    report: &Report<'_>,
    findings: &[(usize, &Finding)],
    out: &mut dyn io::Write,
) -> io::Result<()> {
    writeln!(out, "\n## Findings\n")?;
    if findings.is_empty() {
        return writeln!(out, "None.");
    }
    writeln!(
        out,
        "| no. | severity | confidence | detector | listing | target | policy | chance | decided |\n\
         | ---: | --- | --- | --- | --- | --- | --- | ---: | --- |"
    )?;
    for (number, finding) in findings {
        let decided = report.decisions.get(&finding.fingerprint);
        let decided = decided.and_then(wording::decision);
        let address = |page: &model::PageUrl| {
            let short = crate::legible::shortened(page.as_str(), ADDRESS);
            in_cell(&code(&short))
        };
        writeln!(
            out,
            "| {number} | {} | {} | {} | {} | {} | {} | {} | {} |",
            finding.severity,
            finding.confidence,
            finding.detector,
            address(&finding.listing),
            address(&finding.target),
            in_cell(&prose(&walk::policy(finding.policy))),
            wording::chance(finding.chance),
            decided.map_or_else(String::new, |decision| decision.to_string()),
        )?;
    }
    Ok(())
}

fn write_finding(
    report: &Report<'_>,
    number: usize,
    finding: &Finding,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    writeln!(
        out,
        "\n### {number}. {} ({}, confidence {})\n",
        finding.detector, finding.severity, finding.confidence
    )?;
    writeln!(out, "{}\n", prose(&finding.statement))?;
    if let Some(entry) = report.decisions.get(&finding.fingerprint) {
        writeln!(out, "- Decided: {}", prose(&wording::decided(entry)))?;
    }
    writeln!(out, "- Fingerprint {}", code(finding.fingerprint.as_str()))?;
    if let Some(listing) = wording::lawful_from_an_age(finding.listing_policy) {
        writeln!(out, "- Listing {}", prose(&listing))?;
    }
    writeln!(
        out,
        "- Target {}, {}",
        prose(&walk::policy(finding.policy)),
        prose(&walk::category(finding))
    )?;
    if !finding.legal_basis.is_empty() {
        writeln!(out, "- Law: {}", prose(&wording::law_of(finding)))?;
    }
    writeln!(
        out,
        "- Expression {}, cost {}, chance {}, age gate {}\n",
        code(&finding.expression),
        wording::cost(finding.cost),
        wording::chance(finding.chance),
        finding.gate.as_str()
    )?;
    writeln!(out, "The way, hop by hop:\n")?;
    writeln!(out, "1. {}", code(finding.listing.as_str()))?;
    for hop in &finding.witness.hops {
        write_hop(hop, out)?;
    }
    if !finding.evidence.is_empty() {
        writeln!(out, "\nEvidence:\n")?;
    }
    for evidence in &finding.evidence {
        write_evidence(evidence, out)?;
    }
    Ok(())
}

fn write_hop(hop: &WitnessHop, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(
        out,
        "1. {} to {}: {}",
        prose(&walk::phrase(hop)),
        code(hop.target.as_str()),
        prose(&hop.because)
    )?;
    for proof in &hop.proofs {
        let span = proof.span.map(|span| format!(" ({})", wording::span(span)));
        writeln!(
            out,
            "   - {} {}: {}{}",
            proof.technique,
            prose(wording::technique(proof.technique)),
            code(&proof.shows),
            span.unwrap_or_default()
        )?;
    }
    Ok(())
}

fn write_evidence(evidence: &Evidence, out: &mut dyn io::Write) -> io::Result<()> {
    let span = evidence
        .span
        .map(|span| format!(", {}", wording::span(span)));
    writeln!(
        out,
        "- {}: {} Visit {} of {} as {}{}, {}.",
        evidence.kind,
        prose(&evidence.statement),
        evidence.visit.0,
        code(evidence.page.as_str()),
        prose(&evidence.vantage.to_string()),
        span.unwrap_or_default(),
        evidence.seen_at
    )
}

fn write_cuts(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    if report.cuts.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n## Where to cut\n")?;
    let sentences = report.cuts.sentences().into_iter();
    for sentence in sentences.chain(report.cuts.amplifiers()) {
        writeln!(out, "- {}", prose(&sentence))?;
    }
    Ok(())
}

fn write_networks(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let touched = networks::touched(report.networks);
    if touched.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n## Seller networks\n\n{}\n", networks::NOTE)?;
    for network in touched.iter().take(networks::SHOWN) {
        let words = networks::words(network);
        writeln!(out, "- {}", prose(&words.head))?;
        for line in words
            .members
            .iter()
            .chain(&words.ties)
            .chain([&words.weakest])
        {
            writeln!(out, "  - {}", prose(line))?;
        }
    }
    if let Some(more @ 1..) = touched.len().checked_sub(networks::SHOWN) {
        writeln!(
            out,
            "- and {} more: all are in the JSON report",
            grouped(wide(more))
        )?;
    }
    Ok(())
}

fn write_coverage(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let coverage = report.coverage;
    writeln!(out, "\n## Coverage\n")?;
    writeln!(
        out,
        "{} {}\n",
        wording::extent(coverage),
        wording::stop(coverage.stop)
    )?;
    writeln!(
        out,
        "- {} in scope and {} ({}) seen, {} of bodies",
        counted(coverage.seen, "address", "addresses"),
        counted(coverage.landings, "landing page", "landing pages"),
        wording::landings(report.brief.landings),
        wording::bytes(coverage.body_bytes)
    )?;
    for (what, parts) in [
        ("Not seen in scope", &coverage.unseen),
        ("Landing pages not seen", &coverage.unseen_landings),
        ("Asked again, after", &coverage.retried),
        ("Redirects that arrive nowhere", &coverage.chain_ends),
        ("Not asked by the other vantages", &coverage.not_reasked),
    ] {
        for part in parts {
            write_unseen(what, part, out)?;
        }
    }
    for loss in &coverage.sitemaps {
        write_sitemap(loss, out)?;
    }
    let listed = wide(coverage.sitemaps.len());
    if coverage.sitemaps_in_all > listed {
        let more = grouped(coverage.sitemaps_in_all - listed);
        writeln!(out, "- and {more} more sitemaps")?;
    }
    Ok(())
}

fn write_unseen(what: &str, part: &Unseen, out: &mut dyn io::Write) -> io::Result<()> {
    let why = match wording::unseen(&part.why) {
        "" => prose(&part.why),
        meaning => format!("{}, {}", prose(&part.why), prose(meaning)),
    };
    let such = part.examples.first();
    let such = such.map(|page| format!(", such as {}", code(page.as_str())));
    let count = grouped(part.addresses);
    writeln!(out, "- {what}: {count} ({why}){}", such.unwrap_or_default())
}

fn write_sitemap(loss: &SitemapLoss, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(
        out,
        "- Sitemap {}: {}",
        code(loss.address.as_str()),
        prose(&wording::sitemap(loss))
    )
}

fn write_indicators(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    if report.indicators.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n## Indicators\n")?;
    writeln!(
        out,
        "Signals worth a look that are no hidden path by themselves.\n"
    )?;
    for Signals { id, indicators } in outline::signals(report.indicators) {
        writeln!(out, "- {id}: {}", grouped(wide(indicators.len())))?;
        for indicator in indicators.iter().take(INDICATORS_SHOWN) {
            let page = code(indicator.page.as_str());
            writeln!(out, "  - {page}: {}", prose(&indicator.statement))?;
        }
        let more = indicators.len().saturating_sub(INDICATORS_SHOWN);
        if more > 0 {
            writeln!(out, "  - and {more} more: all are in the JSON report")?;
        }
    }
    Ok(())
}
