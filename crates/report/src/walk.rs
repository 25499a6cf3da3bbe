//! A witness as a row of pages with the hops between them, for the strip and the picture.

use model::{EffectiveClass, Finding, PageUrl, Policy, WitnessHop};

use crate::legible::legible;

/// What a page is to its finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Where the shopper starts.
    Listing,
    /// On the way.
    Passage,
    /// Where the path ends.
    Target,
}

/// One page of a walk, and the hop that leaves it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step<'a> {
    pub(crate) page: &'a PageUrl,
    pub(crate) role: Role,
    /// The hop to the next step; `None` at the end, and where the record has a gap.
    pub(crate) hop: Option<&'a WitnessHop>,
}

/// The hop that conceals most of those that count, and its place: the first that is hidden, else the first that is
/// masked, else the first that moves the visitor by itself.
pub(crate) fn most_covert(
    hops: &[WitnessHop],
    counts: impl Fn(&WitnessHop) -> bool,
) -> Option<(usize, &WitnessHop)> {
    let order = [
        EffectiveClass::Hidden,
        EffectiveClass::Masked,
        EffectiveClass::Forced,
    ];
    order.into_iter().find_map(|class| {
        let mut numbered = hops.iter().enumerate();
        numbered.find(|(_, hop)| hop.class == class && counts(hop))
    })
}

/// The pages of the finding's witness in order, never empty. Listing and target are among them
/// even when no hop of the witness names them.
pub(crate) fn steps(finding: &Finding) -> Vec<Step<'_>> {
    let mut pages: Vec<(&PageUrl, Option<&WitnessHop>)> = Vec::new();
    let hops = &finding.witness.hops;
    if hops.first().is_none_or(|hop| hop.source != finding.listing) {
        pages.push((&finding.listing, None));
    }
    for (index, hop) in hops.iter().enumerate() {
        pages.push((&hop.source, Some(hop)));
        if hops
            .get(index + 1)
            .is_none_or(|next| next.source != hop.target)
        {
            pages.push((&hop.target, None));
        }
    }
    if pages
        .last()
        .is_none_or(|(page, _)| **page != finding.target)
    {
        pages.push((&finding.target, None));
    }
    let last = pages.len() - 1;
    pages
        .into_iter()
        .enumerate()
        .map(|(index, (page, hop))| Step {
            page,
            hop,
            role: match index {
                _ if index == last => Role::Target,
                0 => Role::Listing,
                _ => Role::Passage,
            },
        })
        .collect()
}

/// Host, with the port where one is stated.
pub(crate) fn host(page: &PageUrl) -> String {
    let host = page.as_url().host_str().unwrap_or_default();
    match page.as_url().port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// Path and query.
pub(crate) fn path(page: &PageUrl) -> String {
    let url = page.as_url();
    legible(&match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    })
}

/// What a shopper meets on the hop: `hidden anchor`, `forced http-redirect 302`.
pub(crate) fn phrase(hop: &WitnessHop) -> String {
    match hop.status {
        Some(status) => format!("{} {} {status}", hop.class, hop.kind),
        None => format!("{} {}", hop.class, hop.kind),
    }
}

/// The policy of a target, for people: `illegal`, `age-restricted 18+`.
#[must_use]
pub fn policy(policy: Policy) -> String {
    match policy {
        Policy::AgeRestricted { min_age } => format!("age-restricted {min_age}+"),
        other => other.as_str().to_owned(),
    }
}

/// What the first page of a walk is: a listing, and of which age where its goods are lawful from one on.
pub(crate) fn role_of_listing(finding: &Finding) -> String {
    match finding.listing_policy {
        restricted @ Policy::AgeRestricted { .. } => format!("listing · {}", policy(restricted)),
        Policy::Compliant | Policy::Illegal | Policy::Unknown => "listing".to_owned(),
    }
}

/// Code and name of the finding's category, where it has one.
pub(crate) fn category(finding: &Finding) -> String {
    let code = finding.category.as_ref().map_or("", |code| code.0.as_str());
    legible(&format!("{code} {}", finding.category_name))
}
