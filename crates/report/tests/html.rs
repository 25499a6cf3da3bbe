//! The report for a browser.
#![expect(
    clippy::unwrap_used,
    reason = "a report that lacks a part fails its test"
)]

mod sample;

use model::{
    BodyHash, Change, Decision, EffectiveClass, HopKind, JournalEntry, Severity, Timestamp,
    WitnessPath,
};
use sidedoor_report::{ChokeRow, CurveRow, Format};

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
    let boxes = html.matches("height=\"66\" rx=\"6\"").count();
    assert_eq!(boxes, 2 * 41);
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
    assert_eq!(html.matches("<svg class=\"picture ").count(), 4);
    assert_eq!(html.matches("<svg class=\"overview\"").count(), 1);
    assert!(html.contains("about 2 ways: from "), "beside the findings");
    assert!(html.contains("one for each listing and target"));
    assert!(html.contains("A hidden path leads from a listing"));
    let clear = sample::clean().plain(Format::Html);
    assert!(!clear.contains("A hidden path leads from a listing"));
}

#[test]
fn the_worst_finding_comes_first_whatever_the_order_given() {
    let mut sample = sample::found();
    let ordered = sample.plain(Format::Html);
    sample.findings.reverse();
    assert_eq!(sample.plain(Format::Html), ordered);
}

#[test]
fn the_first_lines_say_which_listing_leads_where_by_what_and_why_that_is_restricted() {
    let html = sample::found().plain(Format::Html);
    let first = between(&html, "<section class=\"worst\"", "<div class=\"tiles\">");
    let lines: Vec<&str> = first.split("<li>").skip(1).collect();
    assert_eq!(lines.len(), 2);
    for told in [
        "critical",
        "market.test/item/17",
        "pills.test/order",
        "by a hidden anchor (off the canvas, V11), ",
        "then a forced http-redirect 302",
        "illegal in DE: A1 prescription medicines, by Directive 2001/83/EC, Article 85c",
        "href=\"#finding-1\"",
    ] {
        assert!(lines[0].contains(told), "{told}: {}", lines[0]);
    }
    assert!(lines[1].contains("spirits.test/rum-40") && lines[1].contains("age-restricted 18+"));
    assert!(
        !sample::clean()
            .plain(Format::Html)
            .contains("class=\"worst\"")
    );
}

#[test]
fn of_many_findings_the_first_lines_tell_five_targets_once_each_and_how_many_are_left() {
    let mut sample = sample::clean();
    sample.findings = (0..40)
        .map(|index| {
            let hops = vec![sample::hop(
                &format!("https://market.test/{index}"),
                &format!("https://pills{}.test/", index / 4),
                HopKind::Anchor,
                EffectiveClass::Hidden,
            )];
            sample::finding("hidden-path", Severity::High, WitnessPath { hops })
        })
        .collect();
    let html = sample.plain(Format::Html);
    let first = between(&html, "<section class=\"worst\"", "<div class=\"tiles\">");
    assert_eq!(first.matches("<li>").count(), 5);
    assert_eq!(first.matches("3 more listings lead there").count(), 5);
    assert!(first.contains("35 more ways are listed below"));
}

#[test]
fn a_listing_that_is_lawful_from_an_age_on_is_not_said_to_be_compliant() {
    let mut sample = sample::found();
    for finding in &mut sample.findings {
        finding.listing_policy = model::Policy::AgeRestricted { min_age: 18 };
    }
    let html = sample.plain(Format::Html);
    assert!(html.contains("Why the listing counts as age-restricted: lawful from 18 on"));
    assert!(!html.contains("counts as compliant") && !html.contains("listing is compliant"));
    assert!(
        html.contains("listing · age-restricted 18+"),
        "in the picture"
    );
    let markdown = sample.plain(Format::Markdown);
    assert!(markdown.contains("- Listing age-restricted itself: its goods are lawful from 18 on"));
    let text = sample.plain(Format::Text);
    assert!(text.contains("← listing · age-restricted 18+"), "{text}");
    let compliant = sample::found().plain(Format::Html);
    assert!(compliant.contains("Why the listing counts as compliant"));
    assert!(!compliant.contains("age-restricted itself"));
}

#[test]
fn a_choke_point_has_the_number_of_its_row_wherever_it_is_named() {
    let mut sample = market(40, 3, 2);
    // The second is passed by no witness: it has a row, and no picture.
    let rows = [
        "go0.test/r",
        "elsewhere.test/",
        "pills1.test/order",
        "go2.test/r",
    ];
    let row = |page: &&str| ChokeRow {
        page: format!("https://{page}"),
        carried: 9,
        cut: Some(9),
        is_target: page.starts_with("pills"),
    };
    sample.cuts.choke_points = rows.iter().map(row).collect();
    let html = sample.plain(Format::Html);
    for (number, page) in (1..).zip(rows) {
        let row = format!(
            "<td class=\"number\">{number}</td><td><div class=\"address long\">https://{page}<"
        );
        assert!(html.contains(&row), "{row}");
        let is_passed = number != 2;
        for named in [
            format!("<summary>Picture of choke point {number}: {page}<"),
            format!(">Choke point {number}: {page}<"),
            format!(">point {number}</text>"),
        ] {
            assert_eq!(html.contains(&named), is_passed, "{named}");
        }
    }
    assert!(
        html.contains(">choke point 4</text>"),
        "a door of the picture of the case"
    );
    assert!(html.contains(">no. 4 go2.test/r<"), "a group");
    assert!(html.contains("numbers of the table <a href=\"#cuts\">Where to cut</a>"));
}

#[test]
fn what_is_closed_together_is_not_said_to_be_the_first_rows_and_the_smallest_cut_is_named() {
    let mut sample = market(4, 2, 2);
    sample.cuts.choke_points = vec![ChokeRow {
        page: "https://go0.test/r".to_owned(),
        carried: 2,
        cut: Some(2),
        is_target: false,
    }];
    sample.cuts.curve = vec![CurveRow {
        closed: 5,
        cut: 8,
        share: 0.5,
    }];
    let pages = (0..103).map(|n| format!("https://cut.test/{n}"));
    sample.cuts.smallest_cut = pages.collect();
    let html = sample.plain(Format::Html);
    assert!(html.contains(
        "<li>5 pages of which none lies behind another, together: 8 listings, 50 % of those"
    ));
    assert!(html.contains("<li>all hidden paths: 103 pages at the least</li>"));
    let named = html
        .matches("<li class=\"address long\">https://cut.test/")
        .count();
    assert_eq!(named, 100);
    assert!(html.contains("3 more are in the JSON report."));
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

/// `count` listings of as many sites that lead by one of `doors` redirects to one of `targets` sites.
fn market(count: usize, doors: usize, targets: usize) -> sample::Sample {
    let mut sample = sample::clean();
    sample.findings = (0..count)
        .map(|index| {
            let door = format!("https://go{}.test/r", index % doors);
            let hops = vec![
                sample::hop(
                    &format!("https://shop{index}.test/item/{index}"),
                    &door,
                    HopKind::Anchor,
                    EffectiveClass::Hidden,
                ),
                sample::hop(
                    &door,
                    &format!("https://pills{}.test/order", index % targets),
                    HopKind::HttpRedirect,
                    EffectiveClass::Forced,
                ),
            ];
            sample::finding("hidden-path", Severity::High, WitnessPath { hops })
        })
        .collect();
    sample.cuts.choke_points = vec![ChokeRow {
        page: "https://go0.test/r".to_owned(),
        carried: 9,
        cut: None,
        is_target: false,
    }];
    sample
}

/// What stands between two marks, the first time.
fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let rest = text.split_once(from).unwrap().1;
    rest.split_once(to).unwrap().0
}

#[test]
fn the_picture_of_a_case_shows_who_leads_where_and_by_which_door() {
    let html = market(12, 3, 2).plain(Format::Html);
    let picture = between(&html, "<svg class=\"overview\"", "</svg>");
    assert_eq!(picture.matches("<g class=\"page listing\">").count(), 12);
    assert_eq!(picture.matches("<g class=\"page choke\">").count(), 1);
    assert_eq!(picture.matches("<g class=\"page passage\">").count(), 2);
    assert_eq!(picture.matches("<g class=\"page illegal\">").count(), 2);
    assert_eq!(picture.matches("<g class=\"flow ").count(), 12 + 6);
    assert!(picture.contains(
        "12 hidden paths lead from 12 sites by 3 doors to 2 sites. 4 of them pass go0.test/r: 4 listings."
    ));
}

#[test]
fn paths_without_a_page_between_share_a_box_for_each_site_of_listings() {
    let mut sample = market(12, 3, 2);
    for (index, finding) in sample.findings.iter_mut().enumerate().take(6) {
        let hops = vec![sample::hop(
            "https://shop.test/item",
            &format!("https://pills{index}.test/order"),
            HopKind::Anchor,
            EffectiveClass::Hidden,
        )];
        *finding = sample::finding("hidden-path", Severity::High, WitnessPath { hops });
    }
    let html = sample.plain(Format::Html);
    let picture = between(&html, "<svg class=\"overview\"", "</svg>");
    assert_eq!(picture.matches("<g class=\"page direct\">").count(), 1);
    assert!(
        picture.contains("lead from 7 sites by 3 doors, 6 of them directly, to 6 sites."),
        "{picture}"
    );
    assert!(
        picture.contains("of them pass go0.test/r"),
        "a door is none of those"
    );
}

#[test]
fn what_a_column_cannot_show_is_one_box_with_its_count_and_the_export_is_named() {
    let html = market(332, 3, 2).plain(Format::Html);
    let picture = between(&html, "<svg class=\"overview\"", "</svg>");
    assert_eq!(picture.matches("<g class=\"page listing\">").count(), 23);
    assert!(picture.contains("+309 more"));
    assert!(html.contains("sidedoor export --case DIR --format gexf --only-hidden-paths"));
    let small = market(24, 3, 2).plain(Format::Html);
    assert!(!small.contains("sidedoor export"));
}

#[test]
fn a_choke_point_has_its_listings_on_the_rim_and_those_beyond_are_counted() {
    let html = market(900, 3, 2).plain(Format::Html);
    let picture = between(&html, "<svg class=\"radial\"", "</svg>");
    assert_eq!(picture.matches("<g class=\"mark listing\">").count(), 240);
    assert_eq!(picture.matches("<path class=\"spoke hidden\"").count(), 240);
    assert_eq!(picture.matches("<path class=\"spoke forced\"").count(), 2);
    assert!(html.contains("+60 more listings"));
    assert!(html.contains("Closing it cuts off at least 9 listings."));
}

#[test]
fn findings_are_grouped_by_what_they_share() {
    let html = market(90, 3, 2).plain(Format::Html);
    let groups = between(
        &html,
        "<div class=\"panel groups\">",
        "<div class=\"panel scroll\"",
    );
    assert!(groups.contains("By target (2)") && groups.contains("By choke point (1)"));
    assert!(!groups.contains("By seller"));
    assert!(groups.contains("45 hidden paths from 45 listings, at worst high"));
    assert!(groups.contains("and 5 more"));
    assert!(groups.contains("href=\"#finding-1\""));
}

#[test]
fn a_filter_hides_what_its_choice_leaves_out_and_nothing_else() {
    let html = sample::found().plain(Format::Html);
    let rule = "main:has(#f-s1:checked) .item:not([data-f~=\"s1\"]) { display: none; }";
    assert!(html.contains(rule));
    assert_eq!(html.matches("<fieldset>").count(), 3);
    // A row and a card for each pair; the first pair is seen by two detectors.
    assert_eq!(html.matches("data-f=\"s0 c0 d1 d2\"").count(), 2);
    assert_eq!(html.matches("data-f=\"s1 c1 d0\"").count(), 2);
    let alike = market(3, 1, 1).plain(Format::Html);
    assert!(!alike.contains("<fieldset>"));
}

#[test]
fn a_card_shows_who_decided_what_and_the_cards_are_filtered_by_it() {
    let mut sample = sample::found();
    let decided = sample.findings[0].fingerprint.clone();
    sample.decisions.insert(
        decided.clone(),
        JournalEntry {
            number: 1,
            at: Timestamp::from_millis(1_767_225_600_000),
            reviewer: "Ada <b>".to_owned(),
            change: Change::Finding {
                fingerprint: decided,
                decision: Decision::Dismissed,
            },
            reason: "asked on the phone\u{202e}".to_owned(),
            previous: BodyHash::of(b""),
        },
    );
    let html = sample.plain(Format::Html);
    let told = between(&html, "<p class=\"decided dismissed\">", "</p>");
    assert_eq!(
        told,
        "<strong>dismissed</strong> by Ada &#60;b&#62; at 2026-01-01T00:00:00Z: asked on the phone‹U+202E›"
    );
    assert_eq!(html.matches("class=\"decided ").count(), 1);
    assert_eq!(html.matches("<fieldset>").count(), 4);
    assert_eq!(html.matches("data-f=\"s0 c0 d1 d2 r0 r1\"").count(), 2);
    assert_eq!(html.matches("data-f=\"s1 c1 d0 r0\"").count(), 2);
}

#[test]
fn a_card_alone_is_the_card_of_the_report() {
    let sample = sample::found();
    let report = sample.report();
    let rows = sidedoor_report::index(&report);
    let html = sample
        .plain(Format::Html)
        .replace("data-f=\"s0 c0 d1 d2\"", "data-f=\"\"");
    assert_eq!(rows.len(), sample.findings.len());
    let of_first: Vec<usize> = (rows.iter())
        .filter(|row| row.card == 1)
        .map(|row| row.finding)
        .collect();
    assert_eq!(of_first.len(), 2);
    let card = sidedoor_report::card(&report, 1, &of_first).unwrap();
    assert!(html.contains(&card));
    assert_eq!(sidedoor_report::card(&report, 1, &[99]), None);
}

#[test]
fn a_hop_shows_its_construct_its_answer_and_where_it_is_kept() {
    let html = sample::found().plain(Format::Html);
    let hops = between(&html, "<div class=\"scroll hops\"", "</table>");
    assert!(hops.contains("<mark>sildenafil, no prescription</mark>"));
    assert!(hops.contains("302\nlocation: https://pills.test/order\n"));
    assert!(!hops.contains("date: now"));
    assert!(hops.contains("urn:uuid:0d4a0f7e-0000-4000-8000-000000000001"));
    assert!(hops.contains("evidence/00001.warc.gz at byte 40,312"));
    let evidence = between(&html, "<ul class=\"evidence\">", "</ul>");
    assert!(
        evidence.contains("kept in evidence/00001.warc.gz at byte 40,312 as <code>"),
        "{evidence}"
    );
}

#[test]
fn a_hop_that_nothing_hides_says_how_it_leads_the_shopper_on() {
    let hop = |class| {
        let mut hop = sample::hop("https://a.test/", "https://b.test/", HopKind::Anchor, class);
        hop.proofs.clear();
        hop
    };
    let mut sample = sample::found();
    sample.findings.truncate(1);
    for (class, words) in [
        (EffectiveClass::Masked, "nothing hides it: what it shows"),
        (
            EffectiveClass::Forced,
            "nothing hides it: the shopper is moved on",
        ),
        (EffectiveClass::Overt, "nothing: the shopper sees it"),
        (EffectiveClass::Hidden, "no declaration recorded"),
    ] {
        sample.findings[0].witness = WitnessPath {
            hops: vec![hop(class)],
        };
        let html = sample.plain(Format::Html);
        assert_eq!(html.matches(words).count(), 1, "{class}");
    }
}

#[test]
fn a_finding_says_what_would_disprove_it_and_how_to_walk_it_again() {
    let html = sample::found().plain(Format::Html);
    assert!(html.contains("Hop 1 is what hides the path."));
    assert!(
        html.contains("rests on 1 piece of evidence: it falls if they mean something else there")
    );
    assert!(html.contains(
        "sidedoor explain --case DIR --market DE &#39;https://market.test/item/17&#39; &#39;https://pills.test/order&#39;"
    ));
    assert!(html.contains("It answers 302 and sends on to https://pills.test/order."));
    assert!(html.contains("A gate that keeps those under 18 out"));
}

/// Left, top, right and bottom of boxes and words of a picture of a path.
fn areas(picture: &str) -> Vec<[f64; 4]> {
    let value = |element: &str, name: &str| -> f64 {
        let text = between(element, &format!(" {name}=\""), "\"");
        text.parse().unwrap()
    };
    let rects = picture.split("<rect").skip(1).map(|rest| {
        let rect = rest.split_once("/>").unwrap().0;
        let (x, y) = (value(rect, "x"), value(rect, "y"));
        [x, y, x + value(rect, "width"), y + value(rect, "height")]
    });
    let words = picture
        .split("<text")
        .skip(1)
        .filter(|rest| rest.contains("text-anchor"));
    let words = words.filter_map(|rest| {
        let text = rest.split_once("</text>").unwrap().0;
        let (tag, words) = text.split_once('>').unwrap();
        let anchor = tag.split_once("text-anchor=\"")?.1;
        let width = words.chars().count() as f64 * 5.6;
        let x = value(tag, "x")
            - if anchor.starts_with("middle") {
                width / 2.0
            } else {
                0.0
            };
        let y = value(tag, "y");
        Some([x, y - 9.0, x + width, y + 2.0])
    });
    rects.chain(words).collect()
}

#[test]
fn a_chain_of_twelve_hops_is_readable_on_a_wide_page_and_on_a_narrow_one() {
    let hops = (0..12).map(|index| {
        let kinds = [
            HopKind::Anchor,
            HopKind::ScriptNavigation,
            HopKind::MetaRefresh,
        ];
        sample::hop(
            &format!("https://a-host-with-a-long-name-{index}.test/and/a/long/path"),
            &format!(
                "https://a-host-with-a-long-name-{}.test/and/a/long/path",
                index + 1
            ),
            kinds[index % 3],
            [EffectiveClass::Masked, EffectiveClass::Hidden][index % 2],
        )
    });
    let hops = hops.collect();
    let mut sample = sample::clean();
    sample.findings = vec![sample::finding(
        "hidden-path",
        Severity::Low,
        WitnessPath { hops },
    )];
    let html = sample.plain(Format::Html);
    for reading in ["wide", "narrow"] {
        let picture = between(
            &html,
            &format!("<svg class=\"picture {reading}\""),
            "</svg>",
        );
        let areas = areas(picture);
        assert!(areas.len() >= 13 + 12, "{reading}: {}", areas.len());
        for (index, a) in areas.iter().enumerate() {
            for b in &areas[index + 1..] {
                let apart = a[2] <= b[0] || b[2] <= a[0] || a[3] <= b[1] || b[3] <= a[1];
                assert!(apart, "{reading}: {a:?} {b:?}");
            }
        }
    }
}

#[test]
fn ten_thousand_findings_fit_in_twenty_megabytes() {
    let html = market(10_000, 7, 90).plain(Format::Html);
    assert!(html.len() < 20_000_000, "{}", html.len());
    assert!(html.contains("9,500 paths are listed without a card"));
}
