//! Promises: what the words at a link say of a page on another site.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use model::{
    Confidence, HopKind, Label, Link, PageFacts, PageKind, PageUrl, Place, Policy, PromiseLabel,
    Site, Zone,
};

use crate::judge::{Case, Claim, Judge, has_clean_head, is_report};
use crate::reading::Reading;
use crate::tally::{Tallies, Tally};
use crate::weights::{Standing, Weights};

/// The promises of a page, in the order of its links.
///
/// A promise needs two signals of one category, or, for illegal goods, one that tells by itself
/// ("replica watch", "no prescription"); and something there must speak of buying, for news
/// report on the same things. Costs one short reading for each link to another site.
///
/// On a post (see [`is_post`]) a link that says nothing of its own is what the whole post speaks of.
pub(crate) fn promises(judge: &Judge<'_>, case: &Case<'_>) -> Vec<PromiseLabel> {
    let facts = case.page.facts;
    let mut home = None;
    let mut post: Option<Option<Label>> = None;
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
        let label = label.or_else(|| {
            let is_all = is_bare(judge, of) && !is_of_frame(of);
            let of_post = || of_post(judge, case);
            is_all.then(|| post.get_or_insert_with(of_post).clone())?
        });
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
    if target.host_text() == facts.address.host_text() && target.port() == facts.address.port() {
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

/// The most bytes of text of a post.
const POST_BYTES: usize = 4_000;

/// The most addresses of other sites that a post leads to.
const POST_TARGETS: usize = 3;

/// The most bytes of a link's words that say nothing but where to click.
const BARE_BYTES: usize = 40;

/// Whether a page is a post: a short text that sells nothing itself, is no article, speaks of buying, and
/// leads to few pages of other sites. Linear in the passages and links.
fn is_post(case: &Case<'_>) -> bool {
    let facts = case.page.facts;
    if facts.kind != PageKind::Other || case.page.sells || !case.tallies.commerce {
        return false;
    }
    let shown = facts.passages.iter().filter(|passage| passage.shown);
    let bytes: usize = shown.map(|passage| passage.text.len()).sum();
    let mut home = None;
    let leading = facts
        .links
        .iter()
        .filter(|link| !is_of_frame(link) && leads_elsewhere(link, facts, &mut home));
    let targets: BTreeSet<Option<&PageUrl>> = leading.map(|link| link.target.as_ref()).collect();
    bytes <= POST_BYTES && targets.len() <= POST_TARGETS && !is_report(facts, &case.tallies)
}

/// Whether a link is the template's, or an advertiser's.
const fn is_of_frame(link: &Link) -> bool {
    matches!(link.zone, Zone::Chrome | Zone::Advertising)
}

/// Whether a link says nothing of its own: its words are an address, or no more than a control's.
fn is_bare(judge: &Judge<'_>, link: &Link) -> bool {
    let text = link.text.trim();
    let host = link.target.as_ref().map(PageUrl::host_text);
    let is_address = |host: &str| {
        let bare = host.strip_prefix("www.").unwrap_or(host);
        text.contains("://") || text.starts_with(host) || text.starts_with(bare)
    };
    if host.is_some_and(is_address) {
        return true;
    }
    let mut tallies = Tallies::default();
    let reading = Reading::beside(text, Place::AnchorText);
    if text.len() <= BARE_BYTES {
        judge.reader.read(&reading, &mut tallies);
    }
    tallies.commerce && tallies.by_category.is_empty()
}

/// What a whole post promises: restricted goods that its head names, by two signals.
fn of_post(judge: &Judge<'_>, case: &Case<'_>) -> Option<Label> {
    let is_named = |claim: &Claim<'_>| {
        claim.tally.strong_in(Standing::Head) && has_clean_head(&case.tallies, *claim)
    };
    is_post(case).then(|| best(judge, judge.claims(&case.tallies).filter(is_named)))?
}

fn promised(judge: &Judge<'_>, facts: &PageFacts, text: &str) -> Option<Label> {
    let reading = Reading::beside(text, Place::AnchorText);
    let mut tallies = Tallies::default();
    judge.reader.read(&reading, &mut tallies);
    if !tallies.commerce && !facts.offers_sale {
        return None;
    }
    best(judge, judge.claims(&tallies))
}

/// The label of the claim with the heaviest policy, then the most signals; of equals the first in the
/// pack.
fn best<'c>(judge: &Judge<'_>, claims: impl Iterator<Item = Claim<'c>>) -> Option<Label> {
    let rated = claims.filter_map(|claim| {
        let policy = claim.policy();
        let confidence = confidence(claim.tally, policy, judge.reader.weights)?;
        let signals = claim.tally.sum(judge.reader.weights).total();
        let label = judge.label(claim, policy, confidence);
        Some((policy == Policy::Illegal, signals, label))
    });
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
