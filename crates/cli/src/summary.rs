//! What a judgement comes to, in a few lines on stderr: for whoever runs it in a pipeline.

use std::collections::{BTreeMap, BTreeSet};

use analysis::Judgement;
use model::{EffectiveClass, PageUrl, Severity, Site};

use crate::judge::Judged;
use crate::output::say;

/// Sites of targets that are named.
const SITES: usize = 3;

/// Says the size of what was judged, what was found, where it leads and where to cut it.
pub(crate) fn say_of(judged: &Judged) {
    say(&size(judged));
    let findings = &judged.judgement.findings;
    if findings.is_empty() {
        say("no findings");
        return;
    }
    say(&found(&judged.judgement));
    say(&sites(findings.iter().map(|finding| &finding.target)));
    if let Some(line) = first_cut(judged) {
        say(&line);
    }
    if let Some(line) = amplified(judged) {
        say(&line);
    }
}

/// A number with the noun that fits it.
fn counted(number: usize, one: &str, many: &str) -> String {
    report::counted(number as u64, one, many)
}

fn size(judged: &Judged) -> String {
    let (graph, classes) = (&judged.scene.graph, &judged.scene.classes);
    let off = graph
        .hops()
        .filter(|(hop, ..)| classes.of(*hop).effective != EffectiveClass::Navigation)
        .count();
    format!(
        "judged {} and {}, {off} of them off the template",
        counted(graph.page_count(), "page", "pages"),
        counted(graph.hop_count(), "hop", "hops")
    )
}

fn found(judgement: &Judgement) -> String {
    let mut by_severity: BTreeMap<Severity, usize> = BTreeMap::new();
    let mut listings: BTreeSet<&PageUrl> = BTreeSet::new();
    for finding in &judgement.findings {
        *by_severity.entry(finding.severity).or_default() += 1;
        listings.insert(&finding.listing);
    }
    let counts: Vec<String> = by_severity
        .iter()
        .rev()
        .map(|(severity, count)| format!("{count} {severity}"))
        .collect();
    format!(
        "{} ({}) on {}",
        counted(judgement.findings.len(), "finding", "findings"),
        counts.join(", "),
        counted(listings.len(), "listing", "listings")
    )
}

fn sites<'a>(targets: impl Iterator<Item = &'a PageUrl>) -> String {
    let mut by_site: BTreeMap<Site, usize> = BTreeMap::new();
    for target in targets {
        *by_site.entry(target.site()).or_default() += 1;
    }
    let mut sites: Vec<(Site, usize)> = by_site.into_iter().collect();
    sites.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let named: Vec<String> = sites
        .iter()
        .take(SITES)
        .map(|(site, count)| format!("{site} ({count})"))
        .collect();
    match sites.len().checked_sub(SITES) {
        None | Some(0) => format!("they lead to {}", named.join(", ")),
        Some(more) => format!(
            "they lead to {} and {}",
            named.join(", "),
            counted(more, "more site", "more sites")
        ),
    }
}

/// The choke point that cuts most, restricted pages aside: those a platform cannot close.
fn first_cut(judged: &Judged) -> Option<String> {
    let points = &judged.judgement.cuts.choke_points;
    let point = points.iter().find(|point| !point.is_target)?;
    let listings = point.cut.unwrap_or(point.carried);
    (listings > 1).then(|| {
        format!(
            "closing {} cuts off {listings} listings; {} all",
            judged.scene.graph.page(point.page).address,
            counted(
                judged.judgement.cuts.smallest_cut.len(),
                "page cuts off",
                "pages cut off"
            )
        )
    })
}

fn amplified(judged: &Judged) -> Option<String> {
    let amplification = &judged.judgement.amplification;
    let carried: Vec<String> = amplification
        .only_by
        .iter()
        .filter(|row| row.restricted > 0)
        .map(|row| {
            format!(
                "{} of them by {} alone",
                row.restricted,
                row.channel.as_str()
            )
        })
        .collect();
    (!carried.is_empty()).then(|| {
        format!(
            "{} reached, {}",
            report::counted(
                amplification.restricted,
                "restricted page is",
                "restricted pages are"
            ),
            carried.join(", ")
        )
    })
}
