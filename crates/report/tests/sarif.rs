//! The report for pipelines. That whole logs are valid by the schema of the standard is tested in
//! `tests/reports.rs`.
#![expect(
    clippy::unwrap_used,
    reason = "a log that cannot be read fails its test"
)]

mod sample;

use serde_json::Value;
use sidedoor_report::Format;

fn run(sample: &sample::Sample) -> Value {
    let log: Value = serde_json::from_str(&sample.plain(Format::Sarif)).unwrap();
    assert_eq!(log["version"], "2.1.0");
    assert_eq!(log["runs"].as_array().unwrap().len(), 1);
    log["runs"][0].clone()
}

#[test]
fn every_result_names_its_rule_and_taxa_by_id_and_place() {
    let run = run(&sample::found());
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 3);
    let place = |list: &Value, one: &Value| {
        let at = usize::try_from(one["index"].as_u64().unwrap()).unwrap();
        assert_eq!(list[at]["id"], one["id"]);
    };
    let mut named = 0;
    for result in results {
        let at = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(run["tool"]["driver"]["rules"][at]["id"], result["ruleId"]);
        for taxon in result["taxa"].as_array().unwrap() {
            let component = taxon["toolComponent"]["name"].as_str().unwrap();
            let taxonomies = run["taxonomies"].as_array().unwrap();
            let taxonomy = taxonomies
                .iter()
                .find(|it| it["name"] == component)
                .unwrap();
            place(&taxonomy["taxa"], taxon);
            named += 1;
        }
    }
    assert!(named >= 3, "{named}");
}

#[test]
fn a_code_flow_has_each_hop_in_order_and_ends_at_the_target() {
    let sample = sample::found();
    let run = run(&sample);
    for result in run["results"].as_array().unwrap() {
        let fingerprint = &result["partialFingerprints"]["sidedoorFingerprint/v1"];
        let finding = (sample.findings.iter())
            .find(|it| it.fingerprint.as_str() == fingerprint)
            .unwrap();
        let flow = result["codeFlows"][0]["threadFlows"][0]["locations"]
            .as_array()
            .unwrap();
        assert_eq!(flow.len(), finding.witness.hops.len() + 1);
        let pages: Vec<&str> = (flow.iter())
            .map(|step| {
                let place = &step["location"]["physicalLocation"];
                place["artifactLocation"]["uri"].as_str().unwrap()
            })
            .collect();
        let mut expected: Vec<&str> = (finding.witness.hops.iter())
            .map(|hop| hop.source.as_str())
            .collect();
        expected.push(finding.target.as_str());
        assert_eq!(pages, expected);
        let hops = finding.witness.hops.iter();
        for (step, hop) in flow.iter().zip(hops) {
            assert_eq!(step["kinds"][0], hop.kind.as_str());
            assert_eq!(step["kinds"][1], hop.class.as_str());
        }
    }
}

#[test]
fn a_place_in_a_body_is_a_region_in_bytes_with_its_words() {
    let run = run(&sample::found());
    let first = &run["results"][0]["codeFlows"][0]["threadFlows"][0]["locations"][0];
    let region = &first["location"]["physicalLocation"]["region"];
    assert_eq!(region["byteOffset"], 5104);
    assert_eq!(region["byteLength"], 66);
    assert_eq!(region["snippet"]["text"], "sildenafil, no prescription");
}

#[test]
fn what_was_not_seen_is_a_notification() {
    let whole = run(&sample::clean());
    let told = whole["invocations"][0]["toolExecutionNotifications"]
        .as_array()
        .unwrap();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["level"], "note");
    let cut = run(&sample::cut_short());
    let told = cut["invocations"][0]["toolExecutionNotifications"]
        .as_array()
        .unwrap();
    assert_eq!(told[0]["level"], "warning");
    let unseen: Vec<&Value> = told
        .iter()
        .filter(|it| it["descriptor"]["id"] == "unseen")
        .collect();
    assert_eq!(unseen.len(), 3);
    assert_eq!(unseen[2]["properties"]["addresses"], 2_408);
}

#[test]
fn a_detector_without_words_of_its_own_is_a_rule_all_the_same() {
    let mut sample = sample::found();
    sample.findings[0].detector = model::DetectorId("another-detector");
    let run = run(&sample);
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert!(rules.iter().any(|rule| rule["id"] == "another-detector"));
    assert!(
        run["results"]
            .as_array()
            .unwrap()
            .iter()
            .all(|it| it["ruleIndex"].is_u64())
    );
}
