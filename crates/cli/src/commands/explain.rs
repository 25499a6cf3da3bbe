//! `sidedoor explain`: why a listing is, or is not, a finding.

use std::io::{self, Write};

use analysis::{Explained, WalkHop, Way, WayOutcome};
use anyhow::{Context as _, bail};
use case::CaseFolder;
use model::{PageId, PageUrl, Policy};

use crate::args::ExplainArgs;
use crate::exit::ExitStatus;
use crate::judge::{self, Judged};
use crate::output;
use crate::progress::Stages;

/// Judges the case and explains. Explaining is no judgement: the status is 0 whatever is told.
pub(crate) fn run(args: &ExplainArgs) -> anyhow::Result<ExitStatus> {
    let case = CaseFolder::open_read_only(&args.case)?;
    let judged = judge::judge(&case, &args.judge, &mut Stages::new(true))?;
    let mut findings = judged.judgement.findings.iter();
    let named = findings.find(|finding| finding.fingerprint.as_str() == args.listing);
    let (listing, target) = match named {
        Some(finding) if args.target.is_none() => {
            (finding.listing.as_str(), Some(finding.target.as_str()))
        }
        _ => (args.listing.as_str(), args.target.as_deref()),
    };
    let listing = page(&judged, listing)?;
    let target = target.map(|target| page(&judged, target)).transpose()?;
    let explained = analysis::explain(&judged.scene, listing, target);
    let mut out = output::stdout();
    if args.json {
        serde_json::to_writer_pretty(&mut out, &explained)?;
        writeln!(out)?;
    } else {
        write(&explained, &judged, &mut out)?;
    }
    out.flush()?;
    Ok(ExitStatus::Clean)
}

/// The page of an address, which may lack its scheme, as reports for people leave it out.
fn page(judged: &Judged, address: &str) -> anyhow::Result<PageId> {
    let find = |address: &PageUrl| judged.scene.graph.find(address);
    let parsed = PageUrl::parse(address);
    if parsed.is_err() {
        let schemes = ["https", "http"].into_iter();
        let mut whole = schemes.flat_map(|scheme| PageUrl::parse(&format!("{scheme}://{address}")));
        if let Some(page) = whole.find_map(|address| find(&address)) {
            return Ok(page);
        }
    }
    let parsed = parsed.with_context(|| format!("`{address}` is no http(s) address"))?;
    let Some(page) = find(&parsed) else {
        bail!(
            "the case has no page {parsed}, neither visited nor named by a link; \
             `sidedoor export --format csv` lists all of them"
        );
    };
    Ok(page)
}

fn write(explained: &Explained, judged: &Judged, out: &mut impl Write) -> io::Result<()> {
    let listing = &explained.listing;
    writeln!(out, "{listing}: {}", said(explained.policy))?;
    if !explained.is_listing {
        writeln!(
            out,
            "  it is no listing labelled compliant, so no hidden path begins here; `sidedoor rules \
             explain` tells why"
        )?;
    }
    if explained.ways.is_empty() {
        writeln!(
            out,
            "  no walk of any kind leads from it to a restricted page"
        )?;
    }
    for way in &explained.ways {
        writeln!(
            out,
            "\nto {}: {}{}",
            way.target,
            said(way.policy),
            under(way)
        )?;
        writeln!(out, "  {}", verdict(listing, way, judged))?;
        for (at, hop) in way.walk.iter().enumerate() {
            write_hop(at, hop, is_culprit(way, at), out)?;
        }
    }
    Ok(())
}

/// A policy in words.
fn said(policy: Policy) -> String {
    match policy {
        Policy::AgeRestricted { min_age } => format!("age-restricted from {min_age}"),
        Policy::Unknown => "no label above unknown".to_owned(),
        policy => policy.as_str().to_owned(),
    }
}

/// Of which goods a label is, and by which law.
fn under(way: &Way) -> String {
    let law = report::law(&way.legal_basis, way.legal_review.as_ref());
    [(" · ", &way.goods), (" · by ", &law)]
        .into_iter()
        .filter(|(_, words)| !words.is_empty())
        .map(|(start, words)| format!("{start}{}", report::legible(words)))
        .collect()
}

/// Why, in a sentence.
fn verdict(listing: &PageUrl, way: &Way, judged: &Judged) -> String {
    match &way.outcome {
        WayOutcome::HiddenPath { rank, of } => {
            let findings = &judged.judgement.findings;
            let number = report::number_of(findings, listing, &way.target);
            let number = number.map_or_else(String::new, |number| {
                format!(", number {number} in reports")
            });
            format!(
                "a hidden path: cost {:.2} of at most {:.2}{number}, rank {rank} of {of} by a shopper's chance",
                way.cost, way.cost_bound
            )
        }
        WayOutcome::NoCompliantListing => {
            "no hidden path: the walk matches, and the listing is not labelled compliant".to_owned()
        }
        WayOutcome::NotRestricted => format!(
            "no hidden path: the walk matches, and the page has no label of restricted goods in {} \
             (`sidedoor rules explain` tells what it lacks)",
            judged.market
        ),
        WayOutcome::TooDear => format!(
            "no hidden path: the walk matches, and costs {:.2} where at most {:.2} counts: too many other \
             ways compete with it",
            way.cost, way.cost_bound
        ),
        WayOutcome::Gated { gate, strength } => {
            format!(
                "no hidden path: the walk passes an age gate ({}) at {gate}",
                strength.as_str()
            )
        }
        WayOutcome::Template { hop, pages } => format!(
            "no hidden path: hop {} is the template's, it stands on {pages} pages; the site is told of it \
             once, as `hijacked-template`",
            hop + 1
        ),
        WayOutcome::Broken { hop } => format!(
            "no hidden path: the shopper sees where hop {} leads, or would have to choose it: `{}` does not \
             match L? (H|M|F)+ (O (H|M|F)*)?",
            hop + 1,
            letters(&way.walk)
        ),
        WayOutcome::NoEvidence => format!(
            "no hidden path: nothing on the walk conceals, masks or forces (`{}`)",
            letters(&way.walk)
        ),
        WayOutcome::NoWalk => "no hidden path: no walk of any kind leads there".to_owned(),
    }
}

fn letters(walk: &[WalkHop]) -> String {
    walk.iter().map(|hop| hop.class.letter()).collect()
}

/// Whether a hop is the one that the verdict names.
fn is_culprit(way: &Way, at: usize) -> bool {
    matches!(
        way.outcome,
        WayOutcome::Broken { hop } | WayOutcome::Template { hop, .. } if hop == at
    )
}

fn write_hop(at: usize, hop: &WalkHop, is_culprit: bool, out: &mut impl Write) -> io::Result<()> {
    let mark = if is_culprit { "!" } else { " " };
    writeln!(
        out,
        "{mark} {:>2}. {} {}",
        at + 1,
        hop.class.letter(),
        hop.kind
    )?;
    writeln!(out, "        {}", hop.source)?;
    writeln!(out, "      → {}", hop.target)?;
    let ways = match hop.fan_out {
        1 => "the only page that its class leads to from there".to_owned(),
        pages => format!("one of {pages} pages that its class leads to from there"),
    };
    writeln!(out, "        {}; {ways}; cost {:.2}", hop.because, hop.cost)
}
