//! Repositories of advertisements, joined with the pages on which they land.

#![expect(
    clippy::disallowed_methods,
    reason = "a test may fail loudly, its helpers as well, and reads files"
)]

mod support;

use std::path::Path;

use support::{json, root, run, scanned, told};

fn analyzed(case: &Path, ads: &Path) -> std::process::Output {
    let words = ["analyze", "--quiet", "--format", "json", "--case"].map(str::to_owned);
    let paths = [case, Path::new("--ads"), ads];
    let paths = paths.iter().map(|path| path.display().to_string());
    run(words.into_iter().chain(paths))
}

#[test]
fn the_repository_of_a_case_is_joined_and_noted() {
    let folder = tempfile::tempdir().expect("a folder");
    let case = scanned(folder.path(), "ad-landing-mismatch-redirect");
    let ads = root().join("fixtures/sites/ad-landing-mismatch-redirect/ads.json");
    let output = analyzed(&case, &ads);
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    let report = json(&output);
    let finding = &report["findings"][0];
    assert_eq!(finding["detector"], "ad-landing-mismatch");
    let witness = finding["witness"].as_array().expect("hops");
    assert_eq!(witness[0]["kind"], "ad");
    assert_eq!(witness[1]["kind"], "http-redirect");
    let notes = report["notes"].to_string();
    assert!(
        notes.contains("3 of 3 ads land on pages of this case"),
        "{notes}"
    );
    assert_eq!(
        output.stdout,
        analyzed(&case, &ads).stdout,
        "the same case and ads give the same bytes"
    );
    let without = run(["analyze", "--quiet", "--format", "json", "--case"]
        .into_iter()
        .map(str::to_owned)
        .chain([case.display().to_string()]));
    assert_eq!(json(&without)["findings"], serde_json::json!([]));
}

#[test]
fn a_repository_that_cannot_be_taken_is_told_with_its_place_before_anything_is_judged() {
    let folder = tempfile::tempdir().expect("a folder");
    let case = scanned(folder.path(), "honest-tabs");
    let file = folder.path().join("ads.csv");
    std::fs::write(
        &file,
        "id,landing,content\n1,http://a.test/,One\n2,a.test,Two\n",
    )
    .expect("written");
    let wrong = analyzed(&case, &file);
    assert_eq!(wrong.status.code(), Some(2));
    let said = told(&wrong);
    assert!(
        said.contains("ads.csv")
            && said.contains("row 3, column `landing`: `a.test` is not the address"),
        "{said}"
    );
    std::fs::write(&file, "id,landing,content\n1,http://nowhere.test/,One\n").expect("written");
    let unseen = analyzed(&case, &file);
    let notes = json(&unseen)["notes"].to_string();
    assert!(
        notes.contains("0 of 1 ads land") && notes.contains("give their addresses as seeds"),
        "{notes}"
    );
    let none = analyzed(&case, &folder.path().join("ads.xml"));
    assert_eq!(none.status.code(), Some(2), "{}", told(&none));
}
