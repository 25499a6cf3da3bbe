//! Promises: what the words at a link say of a page on another site.

use std::borrow::Cow;
use std::collections::HashMap;

use model::{Confidence, HopKind, Label, Link, PageFacts, Place, Policy, PromiseLabel, Site};

use crate::judge::Judge;
use crate::reading::Reading;
use crate::tally::{Tallies, Tally};
use crate::weights::Weights;

/// The promises of a page, in the order of its links.
///
/// A promise needs two signals of one category, or, for illegal goods, one that tells by itself
/// ("replica watch", "no prescription"); and something there must speak of buying, for news
/// report on the same things. Costs one short reading for each link to another site.
pub(crate) fn promises(judge: &Judge<'_>, facts: &PageFacts) -> Vec<PromiseLabel> {
    let mut home = None;
    let mut promises = Vec::new();
    // Links of one block share the words around them.
    let mut read: HashMap<Cow<'_, str>, Option<Label>> = HashMap::new();
    for (link, of) in facts.links.iter().enumerate() {
        if !is_said_of_a_page(of) || !leads_elsewhere(of, facts, &mut home) {
            continue;
        }
        let text = words(of);
        let label = match read.get(&text) {
            Some(known) => known.clone(),
            None => {
                let label = promised(judge, facts, &text);
                read.insert(text, label.clone());
                label
            }
        };
        if let Some(label) = label {
            promises.push(PromiseLabel {
                link,
                target: of.target.clone(),
                label,
            });
        }
    }
    promises
}

fn is_said_of_a_page(link: &Link) -> bool {
    let is_claim = matches!(
        link.kind,
        HopKind::Canonical | HopKind::Alternate | HopKind::Promise | HopKind::Contact
    );
    let says = !link.text.is_empty() || !link.context.is_empty();
    says && !is_claim
}

fn leads_elsewhere(link: &Link, facts: &PageFacts, home: &mut Option<Site>) -> bool {
    let Some(target) = &link.target else {
        return false;
    };
    if target.as_url().host_str() == facts.address.as_url().host_str()
        && target.port() == facts.address.port()
    {
        return false;
    }
    let home = home.get_or_insert_with(|| facts.address.site());
    target.site() != *home
}

/// Text and context as one text; the context mostly holds the text.
fn words(link: &Link) -> Cow<'_, str> {
    if link.context.is_empty() {
        Cow::Borrowed(&link.text)
    } else if link.context.contains(&link.text) {
        Cow::Borrowed(&link.context)
    } else {
        Cow::Owned(format!("{}; {}", link.text, link.context))
    }
}

fn promised(judge: &Judge<'_>, facts: &PageFacts, text: &str) -> Option<Label> {
    let reading = Reading::beside(text, Place::AnchorText);
    let mut tallies = Tallies::default();
    judge.reader.read(&reading, &mut tallies);
    if !tallies.commerce && !facts.offers_sale {
        return None;
    }
    let rated = judge.claims(&tallies).filter_map(|claim| {
        let policy = claim.policy();
        let confidence = confidence(claim.tally, policy, judge.reader.weights)?;
        let signals = claim.tally.sum(judge.reader.weights).total();
        let label = judge.label(claim, policy, confidence);
        Some((policy == Policy::Illegal, signals, label))
    });
    // The heaviest policy, then the most signals; of equals the first in the pack.
    let best = rated.reduce(|best, next| {
        if (next.0, next.1) > (best.0, best.1) {
            next
        } else {
            best
        }
    });
    best.map(|(_, _, label)| label)
}

fn confidence(tally: &Tally, policy: Policy, weights: &Weights) -> Option<Confidence> {
    let sum = tally.sum(weights).total();
    if !policy.is_restricted() || sum == 0 {
        None
    } else if sum >= weights.confident {
        Some(Confidence::High)
    } else if sum >= weights.needed || (policy == Policy::Illegal && tally.telling) {
        Some(Confidence::Medium)
    } else {
        None
    }
}
