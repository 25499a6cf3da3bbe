//! Repositories of advertisements: what is taken, and what is wrong with one.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail loudly, its helpers as well"
)]

use sidedoor_graph::warehouse::{AdForm, TableForm, read_ads};

const CSV: AdForm = AdForm::Table(TableForm::Csv);

fn wrong(form: AdForm, text: &str) -> String {
    read_ads(form, &mut text.as_bytes())
        .unwrap_err()
        .to_string()
}

#[test]
fn the_three_forms_say_the_same() {
    let csv = "id,landing,content,on_behalf_of,reach\n\
               b,http://shop.test/2,Two,,\n\
               a,http://shop.test/1,One,Ann,\"{\"\"DE\"\":5}\"\n";
    let json = r#"{"ads": [
        {"id": "b", "landing": "http://shop.test/2", "content": "Two", "on_behalf_of": null},
        {"id": "a", "landing": "http://shop.test/1", "content": "One", "on_behalf_of": "Ann", "reach": {"DE": 5}}
    ]}"#;
    let lines = "{\"id\":\"b\",\"landing\":\"http://shop.test/2\",\"content\":\"Two\"}\n\
                 {\"id\":\"a\",\"landing\":\"http://shop.test/1\",\"content\":\"One\",\"on_behalf_of\":\"Ann\",\"reach\":{\"DE\":5}}\n";
    let of_csv = read_ads(CSV, &mut csv.as_bytes()).unwrap();
    assert_eq!(of_csv[0].id, "a", "in the order of their ids");
    assert_eq!(of_csv[0].on_behalf_of.as_deref(), Some("Ann"));
    assert_eq!(of_csv[0].reach.as_deref(), Some("{\"DE\":5}"));
    assert_eq!(
        of_csv[1].page.as_str(),
        "http://ad-repository.invalid/b",
        "an address that leads nowhere"
    );
    assert_eq!(
        read_ads(AdForm::Json, &mut json.as_bytes()).unwrap(),
        of_csv
    );
    let lines = read_ads(AdForm::Table(TableForm::JsonLines), &mut lines.as_bytes());
    assert_eq!(lines.unwrap(), of_csv);
}

#[test]
fn what_is_wrong_is_told_with_its_place_and_what_to_do() {
    let head = "id,landing,content,gtin\n";
    for (text, told) in [
        (
            "x,shop.test,One,",
            "row 2, column `landing`: `shop.test` is not the address of a page",
        ),
        ("x,http://shop.test/,,", "row 2, column `content`: is empty"),
        (
            "x,http://shop.test/,One,\nx,http://shop.test/,Two,",
            "row 3, column `id`: `x` stands in row 2 already",
        ),
        (
            "x,http://shop.test/,One,12-34",
            "row 2, column `gtin`: `12-34` is not of the form 8, 12, 13 or 14 digits",
        ),
    ] {
        let found = wrong(CSV, &format!("{head}{text}\n"));
        assert!(found.starts_with(told), "{found}");
    }
    let missing = wrong(CSV, "id,content\nx,One\n");
    assert!(
        missing.contains("column `landing`: is missing"),
        "{missing}"
    );
    let json = wrong(
        AdForm::Json,
        r#"[{"id": "x", "landing": "http://shop.test/"}]"#,
    );
    assert_eq!(
        json,
        "row 1, column `content`: is empty; every row must fill it"
    );
    let none = wrong(AdForm::Json, r#"{"adverts": []}"#);
    assert!(none.contains("no JSON array of ads"), "{none}");
    let broken = wrong(AdForm::Json, "[{");
    assert!(broken.contains("line 1"), "{broken}");
    let text = wrong(AdForm::Json, "[7]");
    assert!(text.starts_with("row 1, "), "{text}");
}
