//! The report for a browser.

mod sample;

use model::{EffectiveClass, HopKind, Severity, WitnessPath};
use sidedoor_report::Format;

#[test]
fn a_path_has_a_box_for_each_page_and_an_arrow_for_each_hop() {
    let mut sample = sample::found();
    sample.findings.truncate(1);
    let html = sample.plain(Format::Html);
    let wide = html.split_once("<svg class=\"picture wide\"").unwrap().1;
    let wide = wide.split_once("</svg>").unwrap().0;
    assert_eq!(wide.matches("<g class=\"page ").count(), 3);
    assert_eq!(wide.matches("<g class=\"arrow hidden\">").count(), 1);
    assert_eq!(wide.matches("<g class=\"arrow forced\">").count(), 1);
    assert!(wide.contains("role=\"img\""));
}

#[test]
fn a_long_path_goes_on_in_further_rows() {
    let hops = (0..40)
        .map(|index| {
            sample::hop(
                &format!("https://h{index}.test/"),
                &format!("https://h{}.test/", index + 1),
                HopKind::HttpRedirect,
                EffectiveClass::Forced,
            )
        })
        .collect();
    let mut sample = sample::clean();
    sample.findings = vec![sample::finding(
        "hidden-path",
        Severity::Low,
        WitnessPath { hops },
    )];
    let html = sample.plain(Format::Html);
    assert!(html.contains("viewBox=\"0 0 980 1842\""));
    assert_eq!(html.matches("<g class=\"page ").count(), 2 * 41);
}

#[test]
fn a_finding_without_a_walk_still_shows_its_ends() {
    let mut sample = sample::found();
    for finding in &mut sample.findings {
        finding.witness = WitnessPath { hops: Vec::new() };
    }
    let html = sample.plain(Format::Html);
    assert!(html.contains("not recorded"));
    assert!(html.contains("https://pills.test/order"));
    let text = sample.plain(Format::Text);
    assert!(text.contains("no hop is recorded here"));
}

#[test]
fn findings_about_one_listing_and_target_share_a_card() {
    let html = sample::found().plain(Format::Html);
    assert_eq!(html.matches("<article ").count(), 2);
    assert_eq!(html.matches("<svg ").count(), 4);
}

#[test]
fn the_worst_finding_comes_first_whatever_the_order_given() {
    let mut sample = sample::found();
    let ordered = sample.plain(Format::Html);
    sample.findings.reverse();
    assert_eq!(sample.plain(Format::Html), ordered);
}

#[test]
fn an_empty_report_says_how_much_its_silence_means() {
    let clear = sample::clean().plain(Format::Html);
    assert!(clear.contains("Nothing was found, and the whole scope was seen"));
    assert!(clear.contains("class=\"verdict clear\"") && !clear.contains("verdict incomplete\""));
    let cut = sample::cut_short().plain(Format::Html);
    assert!(cut.contains("part of the scope was not seen: this is no all-clear"));
    assert!(cut.contains("its budget of pages was spent"));
    assert!(!cut.contains("verdict clear\""));
}

#[test]
fn a_thousand_findings_stay_readable_and_none_is_dropped_in_silence() {
    let mut sample = sample::clean();
    sample.findings = (0..1_000)
        .map(|index| {
            let hops = vec![sample::hop(
                &format!("https://market.test/{index}"),
                "https://pills.test/",
                HopKind::Anchor,
                EffectiveClass::Hidden,
            )];
            sample::finding("hidden-path", Severity::High, WitnessPath { hops })
        })
        .collect();
    let html = sample.plain(Format::Html);
    assert_eq!(html.matches("<article ").count(), 500);
    assert!(html.contains("500 paths are listed without a card"));
    assert!(html.contains("market.test/999"));
}
