//! The report for a person at a terminal.

use std::collections::BTreeMap;
use std::io;

use anstyle::{AnsiColor, Style as Ink};
use model::{Coverage, Evidence, EvidenceKind, Finding, HeldBack, PageUrl, Severity, Unseen};

use crate::legible::{begun, columns, ended, legible, shortened, wrapped};
use crate::outline::{self, Pair, Signals};
use crate::wording::{self, Tone, counted, grouped, wide};
use crate::{Report, Snippet, Style, networks, strip, walk};

/// Narrower lines than this cannot hold a path.
const LEAST_WIDTH: usize = 48;
/// Indicators of one kind that are shown; the rest is counted, and is in the other formats.
const INDICATORS_SHOWN: usize = 5;

/// Writes lines, in color or not.
pub(crate) struct Pen<'o> {
    out: &'o mut dyn io::Write,
    color: bool,
    pub(crate) width: usize,
}

impl Pen<'_> {
    /// `text` between the escape sequences of `ink`, or as it is.
    pub(crate) fn paint(&self, ink: Ink, text: &str) -> String {
        if self.color && !text.is_empty() && ink != Ink::new() {
            format!("{}{text}{}", ink.render(), ink.render_reset())
        } else {
            text.to_owned()
        }
    }

    /// One line.
    pub(crate) fn line(&mut self, text: &str) -> io::Result<()> {
        self.out.write_all(text.as_bytes())?;
        self.out.write_all(b"\n")
    }

    fn blank(&mut self) -> io::Result<()> {
        self.line("")
    }

    fn heading(&mut self, text: &str) -> io::Result<()> {
        let heading = self.paint(Ink::new().bold().underline(), text);
        self.line(&heading)
    }

    /// A paragraph: `first` begins its first line, spaces of the same width the others.
    fn paragraph(&mut self, first: &str, ink: Ink, text: &str) -> io::Result<()> {
        let indent = columns(first);
        let mut start = first.to_owned();
        for line in wrapped(text, self.width.saturating_sub(indent)) {
            let line = self.paint(ink, &line);
            self.line(format!("{start}{line}").trim_end())?;
            start = " ".repeat(indent);
        }
        Ok(())
    }
}

/// Writes the report.
pub(crate) fn write(report: &Report<'_>, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    let mut pen = Pen {
        out,
        color: style.color,
        width: style.width.max(LEAST_WIDTH),
    };
    let pen = &mut pen;
    write_head(pen, report)?;
    for pair in outline::pairs(report.findings) {
        write_pair(pen, report, &pair)?;
    }
    write_cuts(pen, report)?;
    write_networks(pen, report)?;
    write_coverage(pen, report)?;
    write_indicators(pen, report)?;
    write_notes(pen, report)?;
    write_summary(pen, report)
}

fn write_head(pen: &mut Pen<'_>, report: &Report<'_>) -> io::Result<()> {
    let mut about = format!(
        "{} · market {} · rules {}",
        legible(report.generator),
        report.market,
        legible(report.pack)
    );
    if let Some(seed) = report.brief.seeds.first() {
        about.push_str(&format!(" · seed {}", address(seed, pen.width / 2)));
        if report.brief.seeds.len() > 1 {
            about.push_str(&format!(" and {} more", report.brief.seeds.len() - 1));
        }
    }
    pen.paragraph("", Ink::new().dimmed(), &about)?;
    let verdict = wording::verdict(report);
    pen.paragraph("", ink_of_tone(verdict.tone), &verdict.sentence)?;
    pen.blank()
}

fn write_pair(pen: &mut Pen<'_>, report: &Report<'_>, pair: &Pair<'_>) -> io::Result<()> {
    let mut start = format!("{:>2}  ", pair.number);
    for finding in &pair.findings {
        write_badges(pen, &start, finding)?;
        let indent = " ".repeat(start.len());
        pen.paragraph(&indent, Ink::new(), &legible(&finding.statement))?;
        if let Some(entry) = report.decisions.get(&finding.fingerprint) {
            pen.paragraph(&indent, Ink::new().bold(), &wording::decided(entry))?;
        }
        start = indent;
    }
    let walks = pair.walks();
    for (finding, detectors) in &walks {
        pen.blank()?;
        if walks.len() > 1 {
            pen.line(&format!("{start}walk of {}", detectors.join(", ")))?;
        }
        strip::draw(pen, finding)?;
        write_figures(pen, &start, finding)?;
    }
    write_evidence(pen, report, pair, &start)?;
    pen.blank()
}

fn write_cuts(pen: &mut Pen<'_>, report: &Report<'_>) -> io::Result<()> {
    if report.cuts.is_empty() {
        return Ok(());
    }
    pen.heading("Where to cut")?;
    for sentence in report.cuts.sentences() {
        pen.paragraph("  · ", Ink::new(), &sentence)?;
    }
    for sentence in report.cuts.amplifiers() {
        pen.paragraph("  · ", Ink::new(), &sentence)?;
    }
    pen.blank()
}

fn write_badges(pen: &mut Pen<'_>, start: &str, finding: &Finding) -> io::Result<()> {
    let severity = finding.severity.as_str().to_uppercase();
    let fits = columns(&format!(
        "{start}{severity} · confidence {}   {}   {}",
        finding.confidence,
        finding.detector,
        finding.fingerprint.as_str()
    )) <= pen.width;
    let severity = pen.paint(ink_of_severity(finding.severity), &severity);
    let detector = pen.paint(Ink::new().bold(), finding.detector.0);
    let fingerprint = pen.paint(Ink::new().dimmed(), finding.fingerprint.as_str());
    pen.line(&format!(
        "{start}{severity} · confidence {}{}{detector}   {fingerprint}",
        finding.confidence,
        if fits {
            "   ".to_owned()
        } else {
            format!("\n{}", " ".repeat(start.len()))
        }
    ))
}

fn write_figures(pen: &mut Pen<'_>, indent: &str, finding: &Finding) -> io::Result<()> {
    let figures = format!(
        "expression {} · cost {} · chance {} · age gate {}",
        legible(&finding.expression),
        wording::cost(finding.cost),
        wording::chance(finding.chance),
        finding.gate.as_str()
    );
    pen.paragraph(indent, Ink::new().dimmed(), &figures)?;
    match wording::law_of(finding).as_str() {
        "" => Ok(()),
        law => pen.paragraph(
            indent,
            Ink::new().dimmed(),
            &format!("law {}", legible(law)),
        ),
    }
}

/// So many pieces of evidence of one kind are shown for one pair; the other formats show all.
const EVIDENCE_SHOWN: usize = 3;

fn write_evidence(
    pen: &mut Pen<'_>,
    report: &Report<'_>,
    pair: &Pair<'_>,
    indent: &str,
) -> io::Result<()> {
    let mut shown: BTreeMap<EvidenceKind, usize> = BTreeMap::new();
    for evidence in pair.evidence() {
        let kind = format!("{indent}{:<12}", evidence.kind.as_str());
        let of_kind = shown.entry(evidence.kind).or_default();
        *of_kind += 1;
        if *of_kind > EVIDENCE_SHOWN {
            continue;
        }
        let statement = legible(&evidence.statement);
        pen.paragraph(&kind, Ink::new(), &statement)?;
        let indent = " ".repeat(columns(&kind));
        if let Some(snippet) = snippet(report, evidence) {
            write_snippet(pen, &indent, &snippet)?;
        }
        let mut source = format!("visit {} as {}", evidence.visit.0, evidence.vantage);
        if let Some(span) = evidence.span {
            source.push_str(&format!(", {}", wording::span(span)));
        }
        let room = pen
            .width
            .saturating_sub(columns(&kind) + columns(&source) + 2);
        let page = address(&evidence.page, room.max(16));
        pen.paragraph(&indent, Ink::new().dimmed(), &format!("{page}, {source}"))?;
    }
    for (kind, count) in shown {
        if let Some(more @ 1..) = count.checked_sub(EVIDENCE_SHOWN) {
            let line = format!("{more} more of {kind}, in the other formats");
            pen.paragraph(&" ".repeat(columns(indent)), Ink::new().dimmed(), &line)?;
        }
    }
    Ok(())
}

/// The words around a piece of evidence, as the case kept them.
pub(crate) fn snippet(report: &Report<'_>, evidence: &Evidence) -> Option<Snippet> {
    let (page, vantage) = (&evidence.page, evidence.vantage);
    report.snippets.snippet(page, vantage, evidence.span?)
}

fn write_snippet(pen: &mut Pen<'_>, indent: &str, snippet: &Snippet) -> io::Result<()> {
    let room = pen.width.saturating_sub(columns(indent) + 2);
    let marked = shortened(&legible(&snippet.marked), room / 2);
    let side = room.saturating_sub(columns(&marked)) / 2;
    let before = ended(&legible_before(&snippet.before), side);
    let after = begun(&legible_after(&snippet.after), side);
    let marked = pen.paint(Ink::new().bold().underline(), &marked);
    let quiet = Ink::new().dimmed();
    let (before, after) = (pen.paint(quiet, &before), pen.paint(quiet, &after));
    pen.line(&format!("{indent}{before}»{marked}«{after}"))
}

/// [`legible`], with the space kept that parts the text from what follows it.
pub(crate) fn legible_before(text: &str) -> String {
    let mut plain = legible(text);
    if text.ends_with(char::is_whitespace) && !plain.is_empty() {
        plain.push(' ');
    }
    plain
}

/// [`legible`], with the space kept that parts the text from what precedes it.
pub(crate) fn legible_after(text: &str) -> String {
    let plain = legible(text);
    if text.starts_with(char::is_whitespace) && !plain.is_empty() {
        format!(" {plain}")
    } else {
        plain
    }
}

fn write_coverage(pen: &mut Pen<'_>, report: &Report<'_>) -> io::Result<()> {
    let coverage = report.coverage;
    pen.heading("Coverage")?;
    let ink = if coverage.is_whole() {
        ink_of_tone(Tone::Clear)
    } else {
        ink_of_tone(Tone::Incomplete)
    };
    pen.paragraph("  ", ink, wording::extent(coverage))?;
    pen.paragraph("  ", Ink::new(), wording::stop(coverage.stop))?;
    let seen = format!(
        "{} in scope and {} ({}) seen, {} of bodies",
        counted(coverage.seen, "address", "addresses"),
        counted(coverage.landings, "landing page", "landing pages"),
        wording::landings(report.brief.landings),
        wording::bytes(coverage.body_bytes),
    );
    pen.paragraph("  ", Ink::new(), &seen)?;
    if coverage.orphans > 0 {
        let orphans = counted(coverage.orphans, "address", "addresses");
        let orphans = format!("{orphans} named by a sitemap alone: no link leads there");
        pen.paragraph("  ", Ink::new(), &orphans)?;
    }
    if coverage.reasked > 0 {
        let reasked = counted(coverage.reasked, "page", "pages");
        let reasked = format!("{reasked} asked again by the other vantages");
        pen.paragraph("  ", Ink::new(), &reasked)?;
    }
    write_unseen(pen, "Not seen in scope:", &coverage.unseen)?;
    write_unseen(pen, "Landing pages not seen:", &coverage.unseen_landings)?;
    write_sitemaps(pen, coverage)?;
    write_unseen(pen, "Asked again, after:", &coverage.retried)?;
    write_unseen(pen, "Redirects that arrive nowhere:", &coverage.chain_ends)?;
    let heading = "Not asked by the other vantages:";
    write_unseen(pen, heading, &coverage.not_reasked)?;
    write_held_back(pen, &coverage.held_back)?;
    let directives = wording::directives(report.directives);
    if !directives.is_empty() {
        pen.line("  Asked of robots and miners:")?;
    }
    for (pages, told) in directives {
        let count = format!("  {:>7}  ", grouped(pages));
        pen.paragraph(&count, Ink::new(), &told)?;
    }
    let labeled: Vec<String> = (report.pages.iter())
        .map(|(policy, pages)| format!("{} {}", grouped(*pages), legible(policy)))
        .collect();
    if !labeled.is_empty() {
        let labeled = format!("Pages by policy: {}", labeled.join(", "));
        pen.paragraph("  ", Ink::new(), &labeled)?;
    }
    pen.blank()
}

/// Patterns, variants and session ids by which addresses were held back; nothing where none was.
fn write_held_back(pen: &mut Pen<'_>, held_back: &HeldBack) -> io::Result<()> {
    let patterns = wording::patterns_held_back(held_back);
    if !patterns.is_empty() {
        pen.line("  Patterns that brought nothing new:")?;
    }
    for pattern in patterns {
        let count = format!("  {:>7}  ", grouped(pattern.offered));
        let told = wording::pattern(pattern);
        let told = format!("{}: {told}", legible(&pattern.pattern));
        pen.paragraph(&count, Ink::new(), &told)?;
    }
    for learned in &held_back.learned {
        pen.paragraph("  ", Ink::new(), &legible(&wording::learned(learned)))?;
    }
    if let Some(cut) = wording::sessions_cut(held_back) {
        pen.paragraph("  ", Ink::new(), &cut)?;
    }
    Ok(())
}

/// Sitemaps of which something was lost, each with what happened.
fn write_sitemaps(pen: &mut Pen<'_>, coverage: &Coverage) -> io::Result<()> {
    if coverage.sitemaps.is_empty() {
        return Ok(());
    }
    pen.line("  Sitemaps not read, or not whole:")?;
    for loss in &coverage.sitemaps {
        let at = address(&loss.address, pen.width.saturating_sub(11));
        let told = format!("{at}: {}", legible(&wording::sitemap(loss)));
        pen.paragraph("           ", Ink::new(), &told)?;
    }
    let listed = u64::try_from(coverage.sitemaps.len()).unwrap_or(u64::MAX);
    let more = coverage.sitemaps_in_all.saturating_sub(listed);
    if more > 0 {
        pen.paragraph(
            "           ",
            Ink::new(),
            &format!("and {} more", grouped(more)),
        )?;
    }
    Ok(())
}

fn write_unseen(pen: &mut Pen<'_>, heading: &str, unseen: &[Unseen]) -> io::Result<()> {
    if unseen.is_empty() {
        return Ok(());
    }
    pen.line(&format!("  {heading}"))?;
    for part in unseen {
        let why = legible(&part.why);
        let meaning = match wording::unseen(&part.why) {
            "" => why,
            meaning => format!("{why}: {meaning}"),
        };
        let count = format!("  {:>7}  ", grouped(part.addresses));
        pen.paragraph(&count, Ink::new(), &meaning)?;
        if let Some(example) = part.examples.first() {
            let example = address(example, pen.width.saturating_sub(18));
            pen.paragraph(
                "           ",
                Ink::new().dimmed(),
                &format!("such as {example}"),
            )?;
        }
    }
    Ok(())
}

fn write_indicators(pen: &mut Pen<'_>, report: &Report<'_>) -> io::Result<()> {
    if report.indicators.is_empty() {
        return Ok(());
    }
    pen.heading("Indicators")?;
    let note = "Signals worth a look that are no hidden path by themselves.";
    pen.paragraph("  ", Ink::new().dimmed(), note)?;
    for Signals { id, indicators } in outline::signals(report.indicators) {
        let id = pen.paint(Ink::new().bold(), id);
        pen.line(&format!("  {id}  {}", grouped(wide(indicators.len()))))?;
        for indicator in indicators.iter().take(INDICATORS_SHOWN) {
            pen.paragraph("    ", Ink::new(), &legible(&indicator.statement))?;
            let page = address(&indicator.page, pen.width.saturating_sub(6));
            pen.paragraph("      ", Ink::new().dimmed(), &page)?;
        }
        let more = indicators.len().saturating_sub(INDICATORS_SHOWN);
        if more > 0 {
            let more = format!(
                "… and {} more: all are in the JSON report",
                grouped(wide(more))
            );
            pen.paragraph("    ", Ink::new().dimmed(), &more)?;
        }
    }
    pen.blank()
}

/// Networks that touch a finding or a restricted page; nothing where none does.
fn write_networks(pen: &mut Pen<'_>, report: &Report<'_>) -> io::Result<()> {
    let touched = networks::touched(report.networks);
    if touched.is_empty() {
        return Ok(());
    }
    pen.heading("Seller networks")?;
    pen.paragraph("  ", Ink::new().dimmed(), networks::NOTE)?;
    for network in touched.iter().take(networks::SHOWN) {
        let words = networks::words(network);
        pen.paragraph("  ", Ink::new().bold(), &words.head)?;
        for member in &words.members {
            pen.paragraph("    - ", Ink::new(), member)?;
        }
        for tie in &words.ties {
            pen.paragraph("    tie  ", Ink::new(), tie)?;
        }
        pen.paragraph("    ", Ink::new().dimmed(), &words.weakest)?;
    }
    if let Some(more @ 1..) = touched.len().checked_sub(networks::SHOWN) {
        let more = grouped(wide(more));
        pen.paragraph(
            "  ",
            Ink::new().dimmed(),
            &format!("… and {more} more: all are in the JSON report"),
        )?;
    }
    pen.blank()
}

fn write_notes(pen: &mut Pen<'_>, report: &Report<'_>) -> io::Result<()> {
    if report.notes.is_empty() {
        return Ok(());
    }
    pen.heading("Notes")?;
    for note in report.notes {
        pen.paragraph("  - ", Ink::new(), &legible(note))?;
    }
    pen.blank()
}

fn write_summary(pen: &mut Pen<'_>, report: &Report<'_>) -> io::Result<()> {
    let summary = outline::summary(report);
    let line = format!(
        "{} on {} · {} · {}, {} · {}",
        counted(wide(summary.findings), "finding", "findings"),
        counted(wide(summary.pairs), "path", "paths"),
        counted(wide(summary.indicators), "indicator", "indicators"),
        counted(summary.pages_seen, "page seen", "pages seen"),
        counted(summary.hops, "hop", "hops"),
        if summary.scope_seen_whole {
            "scope seen whole"
        } else {
            "scope not seen whole"
        }
    );
    pen.paragraph("", Ink::new().bold(), &line)
}

/// An address in at most `room` columns.
fn address(page: &PageUrl, room: usize) -> String {
    shortened(&format!("{}{}", walk::host(page), walk::path(page)), room)
}

const fn ink_of_tone(tone: Tone) -> Ink {
    match tone {
        Tone::Found => AnsiColor::Red.on_default().bold(),
        Tone::Incomplete => AnsiColor::Yellow.on_default().bold(),
        Tone::Clear => AnsiColor::Green.on_default().bold(),
    }
}

fn ink_of_severity(severity: Severity) -> Ink {
    match severity {
        Severity::Critical => AnsiColor::White.on(AnsiColor::Red).bold(),
        Severity::High => AnsiColor::Red.on_default().bold(),
        Severity::Medium => AnsiColor::Yellow.on_default().bold(),
        Severity::Low => AnsiColor::Cyan.on_default(),
    }
}
