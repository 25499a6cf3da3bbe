//! What pages ask of robots and of those who mine them, counted over a case.

use std::collections::BTreeMap;

use model::{DirectiveCarrier, DirectiveCount, PageFacts, PageUrl};

/// Examples of each.
const EXAMPLES: usize = 5;
/// Different ones that are told apart; pages may make up any number of them.
const TOLD_APART: usize = 10_000;
/// Those that a report has.
const SHOWN: usize = 100;

type Key = (DirectiveCarrier, Option<String>, String, Option<String>);

/// Counts directives, page by page.
#[derive(Debug, Default)]
pub(crate) struct Directives {
    counts: BTreeMap<Key, (u64, Vec<PageUrl>)>,
}

impl Directives {
    /// Counts those of a page, each once.
    pub(crate) fn add(&mut self, facts: &PageFacts) {
        let keys = facts.directives.iter().map(|one| {
            let (name, value) = (one.name.clone(), one.value.clone());
            (one.carrier, one.agent.clone(), name, value)
        });
        let mut keys: Vec<Key> = keys.collect();
        keys.sort();
        keys.dedup();
        for key in keys {
            if self.counts.len() >= TOLD_APART && !self.counts.contains_key(&key) {
                continue;
            }
            let (pages, examples) = self.counts.entry(key).or_default();
            *pages += 1;
            if examples.len() < EXAMPLES {
                examples.push(facts.address.clone());
            }
        }
    }

    /// The most frequent ones, the others in the order of where they stand and what they say.
    pub(crate) fn counts(self) -> Vec<DirectiveCount> {
        let counts = self.counts.into_iter();
        let mut counts: Vec<DirectiveCount> = counts
            .map(
                |((carrier, agent, name, value), (pages, examples))| DirectiveCount {
                    carrier,
                    agent,
                    name,
                    value,
                    pages,
                    examples,
                },
            )
            .collect();
        counts.sort_by_key(|one| std::cmp::Reverse(one.pages));
        counts.truncate(SHOWN);
        counts
    }
}
