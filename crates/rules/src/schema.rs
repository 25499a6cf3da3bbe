//! The JSON Schema of a pack's file, generated from the types that read it.
//!
//! Editors check a pack by it while it is written. The copy in `packs/schema.json` is what the
//! program prints; a test compares it with what the types give.

use std::borrow::Cow;

use model::{GateStrength, PolicyStatus, Severity, StatementCategory, StatementKeyword};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::pack::PackForm;
use crate::written::WordList;

/// One of some words.
fn words(all: &[&str]) -> Schema {
    json_schema!({ "type": "string", "enum": all })
}

impl JsonSchema for WordList {
    fn schema_name() -> Cow<'static, str> {
        "WordList".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "oneOf": [
                { "type": "array", "items": { "type": "string" } },
                { "type": "string", "description": "A word a line, or several between semicolons." },
            ],
        })
    }
}

/// The words that serde gives to the values.
fn written<T: serde::Serialize>(all: &[T]) -> Schema {
    let all: Vec<serde_json::Value> = all
        .iter()
        .filter_map(|value| serde_json::to_value(value).ok())
        .collect();
    json_schema!({ "type": "string", "enum": all })
}

pub(crate) fn status(_: &mut SchemaGenerator) -> Schema {
    written(PolicyStatus::ALL)
}

pub(crate) fn severity(_: &mut SchemaGenerator) -> Schema {
    written(&[
        Severity::Low,
        Severity::Medium,
        Severity::High,
        Severity::Critical,
    ])
}

pub(crate) fn gate(_: &mut SchemaGenerator) -> Schema {
    written(&[
        GateStrength::None,
        GateStrength::SelfDeclared,
        GateStrength::Estimated,
        GateStrength::Verified,
    ])
}

pub(crate) fn statement(_: &mut SchemaGenerator) -> Schema {
    let categories: Vec<&str> = StatementCategory::ALL
        .iter()
        .map(|it| it.as_str())
        .collect();
    let keywords: Vec<&str> = StatementKeyword::ALL.iter().map(|it| it.as_str()).collect();
    json_schema!({
        "type": "object",
        "required": ["category"],
        "additionalProperties": false,
        "properties": {
            "category": words(&categories),
            "additions": { "type": "array", "items": words(&categories) },
            "keywords": { "type": "array", "items": words(&keywords) },
        },
    })
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the copy that is kept is written here when somebody asks for it"
)]
fn the_schema_that_is_kept_is_that_of_the_types() {
    let schema = schemars::schema_for!(PackForm);
    let mut made = serde_json::to_string_pretty(&schema).unwrap();
    made.push('\n');
    let kept = concat!(env!("CARGO_MANIFEST_DIR"), "/packs/schema.json");
    if std::env::var_os("SIDEDOOR_WRITE_DOCS").is_some() {
        std::fs::write(kept, &made).unwrap();
    }
    assert!(
        made == crate::SCHEMA,
        "packs/schema.json is not what the types give: write it with SIDEDOOR_WRITE_DOCS=1"
    );
}
