//! `sidedoor inspect`: the facts of one document.

use std::io::Write;

use model::{Label, PageFacts, Policy};
use serde::Serialize;

use crate::args::{Inspect, InspectFormat};
use crate::document;
use crate::exit::ExitStatus;
use crate::output;
use crate::policy::{self, AppliedPolicy};

/// The facts of a document and what the policy says of them, as one object.
#[derive(Serialize)]
struct Inspected<'a> {
    #[serde(flatten)]
    facts: &'a PageFacts,
    policy: Policy,
    labels: &'a [Label],
    promises: &'a [model::PromiseLabel],
    /// What a reader of the labels must know, a sentence each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    policy_notes: Vec<String>,
}

/// Reads, labels and shows one document.
pub(crate) fn run(args: &Inspect) -> anyhow::Result<ExitStatus> {
    let facts = document::read(&args.document)?;
    let (policy, market) = (AppliedPolicy::of(&args.policy)?, args.policy.market());
    let verdict = policy.label(&facts, &market);
    let note = policy::fallback(&policy.pack, &market);
    if let Some(note) = &note {
        output::say(note);
    }
    let mut out = output::stdout();
    match args.format {
        InspectFormat::Json => {
            let inspected = Inspected {
                facts: &facts,
                policy: verdict.policy,
                labels: &verdict.labels,
                promises: &verdict.promises,
                policy_notes: note.into_iter().collect(),
            };
            serde_json::to_writer_pretty(&mut out, &inspected)?;
            writeln!(out)?;
        }
        InspectFormat::Text => {
            let inspected = report::Inspected {
                facts: &facts,
                policy: verdict.policy,
                labels: &verdict.labels,
            };
            report::write_facts(&inspected, &mut out)?;
        }
    }
    out.flush()?;
    Ok(ExitStatus::Clean)
}
