//! The pack that is compiled in, and the errors and complaints about others.

use sidedoor_rules::RulePack;

#[test]
fn the_pack_that_is_compiled_in_can_be_read() {
    let pack = RulePack::eu().unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(pack.id(), "eu@0.1.0");
    assert!(pack.categories().count() >= 30);
}

#[test]
fn the_pack_that_is_compiled_in_draws_no_complaint() {
    let complaints = RulePack::eu().unwrap().check();
    let lines: Vec<String> = complaints.iter().map(ToString::to_string).collect();
    assert!(lines.is_empty(), "{}", lines.join("\n"));
}
