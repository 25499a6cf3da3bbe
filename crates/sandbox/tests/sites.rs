//! Every site of the fixtures is what its ground truth says, as far as that can be told without
//! the product: it parses, it answers, its links lead somewhere.

#![expect(clippy::panic, reason = "a test may fail loudly, in its helpers too")]

use std::collections::{BTreeMap, BTreeSet};

use model::{PageUrl, RawHref, Vantage, VantageId};
use regex::Regex;
use sidedoor_sandbox::{Question, Reply, SiteScript};

const DETECTORS: [&str; 10] = [
    "ad-landing-mismatch",
    "affiliate-door",
    "age-gate-bypass",
    "cloaked-link",
    "decoy-listing",
    "hidden-path",
    "hijacked-template",
    "laundered-redirect",
    "off-platform-contact",
    "orphan-listing",
];

fn sites() -> Vec<SiteScript> {
    SiteScript::embedded_names()
        .iter()
        .map(|name| SiteScript::embedded(name).unwrap_or_else(|error| panic!("{error}")))
        .collect()
}

fn ask(site: &SiteScript, url: &PageUrl, vantage: VantageId) -> Reply {
    let address = url.as_url();
    let target = match address.query() {
        Some(query) => format!("{}?{query}", address.path()),
        None => address.path().to_owned(),
    };
    let headers = [(
        "user-agent".to_owned(),
        Vantage::standard(vantage).user_agent,
    )];
    site.answer(&Question {
        host: url.host().as_str(),
        target: &target,
        headers: &headers,
    })
}

fn answers(site: &SiteScript, url: &PageUrl) -> bool {
    VantageId::DEFAULT
        .iter()
        .any(|vantage| ask(site, url, *vantage).status == 200)
}

fn is_html(reply: &Reply) -> bool {
    reply
        .headers
        .iter()
        .any(|(name, value)| name == "Content-Type" && value.contains("text/html"))
}

#[test]
fn every_site_parses_and_there_are_enough_of_them() {
    let sites = sites();
    let honest = sites
        .iter()
        .filter(|site| site.expected().findings.is_empty())
        .count();
    assert!(sites.len() - honest >= 14, "too few dishonest sites");
    assert!(honest >= 10, "too few honest sites");
}

#[test]
fn the_name_of_a_site_says_what_is_found_in_it() {
    for site in sites() {
        let found: BTreeSet<&str> = site
            .expected()
            .findings
            .iter()
            .map(|finding| finding.detector.as_str())
            .collect();
        assert!(
            found.iter().all(|id| DETECTORS.contains(id)),
            "{}: unknown detector",
            site.name()
        );
        if site.name().starts_with("honest-") {
            assert!(found.is_empty(), "{} is honest", site.name());
        } else if site.name() != "marketplace" {
            assert!(
                found.iter().any(|id| site.name().starts_with(id)),
                "{} is named after another detector than {found:?}",
                site.name()
            );
        }
    }
}

#[test]
fn every_address_of_the_ground_truth_answers() {
    for site in sites() {
        let expected = site.expected();
        assert!(!expected.seeds.is_empty(), "{} has no seed", site.name());
        for seed in &expected.seeds {
            // A seed may send the visitor on, to the home page in some language say.
            let status = ask(&site, seed, VantageId::Desktop).status;
            assert!(status < 400, "{}: {seed} does not answer", site.name());
        }
        for url in expected.compliant.iter().chain(&expected.restricted) {
            assert!(
                answers(&site, url),
                "{}: {url} does not answer",
                site.name()
            );
        }
        for finding in &expected.findings {
            assert!(
                expected.compliant.contains(&finding.listing),
                "{}: {} is not among the compliant",
                site.name(),
                finding.listing
            );
            assert!(
                expected.restricted.contains(&finding.target),
                "{}: {} is not among the restricted",
                site.name(),
                finding.target
            );
        }
    }
}

#[test]
fn the_ground_truth_is_in_order_and_without_repeats() {
    for site in sites() {
        let findings = &site.expected().findings;
        assert!(
            findings.windows(2).all(|two| {
                let key = |one: &sidedoor_sandbox::ExpectedFinding| {
                    (
                        one.detector.clone(),
                        one.listing.clone(),
                        one.target.clone(),
                    )
                };
                key(&two[0]) < key(&two[1])
            }),
            "{}: sort the findings by detector, listing, target",
            site.name()
        );
    }
}

/// Every way that a finding is about hides from one reader at least: a cloaked way is a hidden
/// path too, and so is the way around a gate and the way to a promise.
#[test]
fn every_other_finding_comes_with_a_hidden_path() {
    for site in sites() {
        let findings = &site.expected().findings;
        // What the template carries is no listing's doing, and the search leaves it out; contacts and
        // advertisements lead where no link does.
        let of_listings = findings.iter().filter(|finding| {
            !matches!(
                finding.detector.as_str(),
                "hijacked-template" | "off-platform-contact" | "ad-landing-mismatch"
            )
        });
        for finding in of_listings {
            assert!(
                findings.iter().any(|other| other.detector == "hidden-path"
                    && other.listing == finding.listing
                    && other.target == finding.target),
                "{}: {} has no hidden path",
                site.name(),
                finding.listing
            );
        }
    }
}

#[test]
fn every_link_to_a_host_of_the_site_leads_to_a_page() {
    let reference =
        Regex::new(r#"(?i)\b(?:href|src|action|data)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))"#)
            .unwrap();
    let mut dead = BTreeSet::new();
    for site in sites() {
        let mut seen: BTreeMap<PageUrl, bool> = BTreeMap::new();
        let mut open: Vec<PageUrl> = site
            .routes()
            .map(|(host, path)| PageUrl::parse(&format!("http://{host}{path}")).unwrap())
            .collect();
        while let Some(page) = open.pop() {
            for vantage in VantageId::DEFAULT {
                let reply = ask(&site, &page, *vantage);
                if reply.misbehavior.endless || !is_html(&reply) {
                    continue;
                }
                let text = String::from_utf8_lossy(&reply.body).into_owned();
                for found in reference.captures_iter(&text) {
                    let written = (1..=3).find_map(|group| found.get(group)).unwrap();
                    let written = written
                        .as_str()
                        .replace("&#x2f;", "/")
                        .replace("&amp;", "&");
                    let Ok(target) = RawHref::new(written).resolve(&page) else {
                        continue;
                    };
                    if !site.hosts().contains(&target.host()) {
                        if target.host().as_str().ends_with(".test") {
                            dead.insert(format!("{}: {page} -> {target} (no host)", site.name()));
                        }
                        continue;
                    }
                    let leads = *seen
                        .entry(target.clone())
                        .or_insert_with(|| ask(&site, &target, VantageId::Desktop).status < 400);
                    if !leads {
                        dead.insert(format!("{}: {page} -> {target}", site.name()));
                    }
                }
            }
        }
    }
    assert!(dead.is_empty(), "dead links: {dead:#?}");
}

#[test]
fn every_redirect_within_the_site_leads_to_a_page() {
    for site in sites() {
        for (host, path) in site.routes() {
            let page = PageUrl::parse(&format!("http://{host}{path}")).unwrap();
            for vantage in VantageId::DEFAULT {
                let reply = ask(&site, &page, *vantage);
                for (name, value) in &reply.headers {
                    if name.eq_ignore_ascii_case("location") {
                        let target = RawHref::new(value.as_str()).resolve(&page).unwrap();
                        assert!(
                            ask(&site, &target, *vantage).status < 400,
                            "{}: {page} -> {target}",
                            site.name()
                        );
                    }
                }
            }
        }
    }
}
