//! Every fixture site, scanned over HTTP and scored against its ground truth.

#![expect(
    clippy::expect_used,
    reason = "a test may fail loudly, its helpers as well, and reads files"
)]

mod support;

use std::path::PathBuf;

use support::{root, sidedoor, told};

fn sites() -> Vec<PathBuf> {
    let mut sites: Vec<PathBuf> = std::fs::read_dir(root().join("fixtures/sites"))
        .expect("the fixture sites")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
        .collect();
    sites.sort();
    sites
}

/// The name of a site's folder.
fn name(site: &std::path::Path) -> String {
    site.file_name()
        .expect("a name")
        .to_string_lossy()
        .into_owned()
}

/// Scans the sites of a prefix and says which were not met.
fn unmet(prefix: &str) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let mut unmet = Vec::new();
    for site in sites().iter().filter(|site| name(site).starts_with(prefix)) {
        let case = folder.path().join(name(site));
        let demo = [
            "demo".as_ref(),
            "--quiet".as_ref(),
            "--site".as_ref(),
            site.as_os_str(),
        ];
        // What is found is also proven by what was kept.
        for words in [&demo[..], &["verify".as_ref()]] {
            let output = sidedoor()
                .args(words)
                .arg("--case")
                .arg(&case)
                .output()
                .expect("the program runs");
            if output.status.code() != Some(0) {
                unmet.push(format!("{}\n{}", name(site), told(&output)));
            }
        }
    }
    unmet
}

macro_rules! sites_are_met {
    ($($test:ident = $prefix:literal;)*) => {
        $(#[test] fn $test() {
            let unmet = unmet($prefix);
            assert!(unmet.is_empty(), "{} sites: {}", unmet.len(), unmet.join("\n\n"));
        })*

        #[test]
        fn every_site_belongs_to_a_test() {
            for site in sites() {
                assert!([$($prefix),*].iter().any(|prefix| name(&site).starts_with(prefix)), "{site:?}");
            }
        }
    };
}

sites_are_met! {
    every_hidden_path_is_found_and_nothing_else = "hidden-path-";
    every_decoy_listing_is_found_and_nothing_else = "decoy-listing-";
    every_age_gate_bypass_is_found_and_nothing_else = "age-gate-bypass-";
    every_cloaked_link_is_found_and_nothing_else = "cloaked-link-";
    every_laundered_redirect_is_found_and_nothing_else = "laundered-redirect-";
    every_affiliate_door_is_found_and_nothing_else = "affiliate-door-";
    every_orphan_listing_is_found_and_nothing_else = "orphan-listing-";
    every_hijacked_template_is_found_and_nothing_else = "hijacked-template-";
    every_off_platform_contact_is_found_and_nothing_else = "off-platform-contact-";
    every_ad_landing_mismatch_is_found_and_nothing_else = "ad-landing-mismatch-";
    nothing_is_found_on_honest_sites = "honest-";
    the_marketplace_is_met = "marketplace";
}

#[test]
fn there_are_enough_sites_of_each_sort() {
    let sites = sites();
    let honest = sites
        .iter()
        .filter(|site| name(site).starts_with("honest-"))
        .count();
    assert!(honest >= 10, "{honest} honest sites");
    assert!(sites.len() - honest > 14, "{} others", sites.len() - honest);
}

#[test]
fn every_detector_has_its_file_its_site_and_its_heading() {
    let docs = support::read("docs/detectors.md");
    let files = root().join("crates/analysis/src/detectors");
    let mut detectors = 0;
    for line in docs.lines().filter_map(|line| line.strip_prefix("## ")) {
        detectors += 1;
        let file = files.join(format!("{}.rs", line.replace('-', "_")));
        assert!(file.is_file(), "{}", file.display());
        let test = root().join(format!(
            "crates/analysis/tests/{}.rs",
            line.replace('-', "_")
        ));
        assert!(test.is_file(), "{}", test.display());
        assert!(
            sites().iter().any(|site| name(site).starts_with(line)),
            "a site for {line}"
        );
    }
    let registry = support::read("crates/analysis/src/detectors/mod.rs");
    let listed = registry
        .lines()
        .filter(|line| line.trim_start().starts_with('&'))
        .count();
    assert_eq!(
        detectors, listed,
        "docs/detectors.md has one heading for each of ALL"
    );
}
