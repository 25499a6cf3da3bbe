//! What would disprove a finding, and how anybody walks its path again.

use model::{
    EffectiveClass, EvidenceKind, Finding, HopKind, Market, PageUrl, Policy, VisibilityState,
    WitnessHop,
};

use crate::legible::legible;
use crate::wording::{counted, wide};
use crate::{strip, walk, wording};

/// What would disprove the finding, a sentence each; never empty for one that has a walk.
pub(super) fn disproofs(finding: &Finding) -> Vec<String> {
    let hops = &finding.witness.hops;
    let mut said = Vec::new();
    if let Some((index, hop)) = walk::most_covert(hops, |_| true) {
        said.push(format!(
            "Hop {} is what hides the path. {}",
            index + 1,
            without(hop)
        ));
    }
    said.push(label(finding));
    if let Policy::AgeRestricted { min_age } = finding.policy {
        said.push(format!(
            "The strongest age gate on the walk is “{}”. A gate that keeps those under {min_age} out, and that no \
             way to the target passes by, ends the finding.",
            finding.gate.as_str()
        ));
    }
    let promises = of_kind(finding, EvidenceKind::Promise);
    if promises > 0 {
        said.push(
            "What was promised elsewhere may be a slander: it falls if the listing can be shown to sell \
             what it says."
                .to_owned(),
        );
    }
    said
}

/// When a hop would not count.
fn without(hop: &WitnessHop) -> String {
    let from = walk::host(&hop.source);
    match hop.class {
        _ if !hop.missing_from.is_empty() => format!(
            "It falls if {} is shown it as well ({} is), on repeated asking: then it is no cloaking but a page that changes.",
            strip::words(&hop.missing_from),
            strip::words(&hop.vantages),
        ),
        EffectiveClass::Hidden if hop.visibility == VisibilityState::Hidden => format!(
            "It falls if a shopper at {from} sees the link, if a control of the page reveals it, or if the same \
             link stands on most pages of the site, so that it is the template’s."
        ),
        EffectiveClass::Hidden => format!(
            "It falls if {from} also links there openly, or if the words are no address or contact at all."
        ),
        EffectiveClass::Masked => format!(
            "It falls if what the link at {from} shows is where it leads, as a shopper reads it."
        ),
        _ => format!(
            "It falls if {from} no longer sends its visitors on by itself, or asks them before it does."
        ),
    }
}

fn of_kind(finding: &Finding, kind: EvidenceKind) -> usize {
    let pieces = finding.evidence.iter();
    pieces.filter(|piece| piece.kind == kind).count()
}

/// On how much the two labels rest.
fn label(finding: &Finding) -> String {
    let pieces = |count| counted(wide(count), "piece of evidence", "pieces of evidence");
    let (listing, target) = (
        of_kind(finding, EvidenceKind::Listing),
        of_kind(finding, EvidenceKind::Target),
    );
    let policy = walk::policy(finding.policy);
    match (listing, target) {
        (_, 0) => format!(
            "That the target is {policy} has no piece of evidence here: it rests on a list or on another page."
        ),
        (listing, target) if target <= listing => format!(
            "That the target is {policy} rests on {}: it falls if they mean something else there.",
            pieces(target)
        ),
        (listing, target) => format!(
            "That the listing is {} rests on {}, that the target is {policy} on {}: the finding falls with \
             either label.",
            walk::policy(finding.listing_policy),
            pieces(listing),
            pieces(target)
        ),
    }
}

/// How to walk the path by hand, a step each.
pub(super) fn steps(finding: &Finding) -> Vec<String> {
    let mut steps: Vec<String> = Vec::new();
    for hop in &finding.witness.hops {
        steps.push(step(hop));
    }
    steps.push(format!(
        "Read {} and compare it with the evidence of the target above: {}.",
        legible(finding.target.as_str()),
        walk::policy(finding.policy)
    ));
    steps
}

fn step(hop: &WitnessHop) -> String {
    let vantage = hop
        .vantages
        .first()
        .map_or("desktop", |vantage| vantage.as_str());
    // What is promised stands on the page that promises it, in front of a link to the listing.
    if hop.kind == HopKind::Promise {
        let at = hop.span.map(|span| format!(", {},", wording::span(span)));
        return format!(
            "Ask {} as {vantage}. In its body{} stands the link to {} with what it promises.",
            legible(hop.stands_on().as_str()),
            at.unwrap_or_default(),
            legible(hop.source.as_str())
        );
    }
    let ask = format!("Ask {} as {vantage}.", legible(hop.source.as_str()));
    let find = match (hop.status, hop.span) {
        (Some(status), _) => format!("It answers {status} and sends on"),
        (None, Some(span)) => format!(
            "In its body, {}, stands the {}",
            wording::span(span),
            hop.kind
        ),
        (None, None) => format!("It has the {}", hop.kind),
    };
    let compare = if hop.missing_from.is_empty() {
        String::new()
    } else {
        let missing = strip::words(&hop.missing_from);
        format!(" Ask it again as {missing}: it is not there.")
    };
    format!("{ask} {find} to {}.{compare}", legible(hop.target.as_str()))
}

/// The commands that judge the path again from the case, a line each.
pub(super) fn commands(finding: &Finding, market: &Market) -> Vec<String> {
    vec![
        format!("sidedoor verify --case DIR --market {market}"),
        format!(
            "sidedoor explain --case DIR --market {market} {} {}",
            quoted(&finding.listing),
            quoted(&finding.target)
        ),
    ]
}

/// An address as one word of a shell.
fn quoted(page: &PageUrl) -> String {
    format!("'{}'", legible(page.as_str()).replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_word_of_a_shell() {
        let page = PageUrl::parse("https://a.test/it's?q=$(id)&x=`id`").unwrap();
        assert_eq!(quoted(&page), r"'https://a.test/it'\''s?q=$(id)&x=`id`'");
    }
}
