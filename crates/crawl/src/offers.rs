//! Scope and landing rules: which of a page's links are offered to the frontier, and how they
//! are counted.
//!
//! | from | to | how | offered as |
//! |---|---|---|---|
//! | in scope | in scope | act | one click deeper, unless it only counts on, see `turns_page` |
//! | in scope | in scope | load | same depth, one redirect more |
//! | in scope | out of scope | any | landing page, one click beyond the scope |
//! | out of scope | in scope | any | in scope again |
//! | out of scope | out of scope | load | as far beyond, one redirect more |
//! | out of scope | out of scope | act | with [`Landings::Onward`] one click beyond, see [`Ways`] |
//!
//! Forms that a shopper sends with POST are not offered, see `posts`. Paths that the scope leaves out are never offered, on whatever host. Claims (`rel=canonical`, `next`, `prev`) are offered within the scope only, other claims and
//! resources never. With [`Landings::Record`] what is out of scope is offered to be declined, so that it
//! is listed. Of one page, 5,000 addresses are offered, and none of more than 2,048 characters.

use std::collections::{BTreeMap, BTreeSet};

use case::{FoundBy, NotOffered, Observed, Offer, Refused};
use model::{
    Brief, Carrier, HopKind, Landings, Link, NoteKind, PageFacts, PageKind, PageUrl, Purpose, Site,
    Trigger,
};

use crate::asking::answer;

/// Characters of the longest address that is offered.
const ADDRESS_LENGTH: usize = 2_048;
/// Addresses of one page that are offered.
const OFFERS: usize = 5_000;

/// What a page offers to the frontier.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Found {
    /// In page order, each address once.
    pub(crate) offers: Vec<Offer>,
    /// What is not offered, by reason.
    pub(crate) refused: Vec<Refused>,
}

impl Found {
    /// What is left where the branch ends: nothing is offered, and what would have been is counted.
    pub(crate) fn at_end_of_branch(mut self) -> Self {
        let addresses = u64::try_from(self.offers.len()).unwrap_or(u64::MAX);
        self.offers.clear();
        // Counted even without links: that a branch ended here is part of the coverage.
        self.refused.push(Refused {
            why: NotOffered::BranchEnd,
            addresses: addresses.max(1),
        });
        self
    }
}

/// The offers of a page that was reached by `from`, by what each vantage read on it. Addresses
/// that only a later vantage saw come after those of the earlier ones. Costs O(links · log).
pub(crate) fn found(brief: &Brief, from: &Offer, seen: &[Observed]) -> Found {
    let mut found = Found::default();
    let mut known = BTreeSet::new();
    let (mut too_long, mut too_many) = (BTreeSet::new(), BTreeSet::new());
    let mut has_more = false;
    // A second visit of one vantage is there to see what churns.
    let is_first = |seen: &&Observed| seen.exchange.ask.purpose == Purpose::Page;
    for seen in seen.iter().filter(is_first) {
        let Some(facts) = seen.facts.as_deref() else {
            continue;
        };
        // The reader has its own bound, and does not say how many links are behind it.
        has_more |= has_too_many(facts);
        let body = answer(&seen.exchange).map_or(&[][..], |answer| &answer.body);
        let ways = Ways::of(brief, from, facts);
        for link in &facts.links {
            let Some(target) = &link.target else { continue };
            if posts(link, body) {
                continue;
            }
            let Some(offer) = offer(brief, from, &ways, link, target) else {
                continue;
            };
            if is_too_long(target) {
                too_long.insert(target);
            } else if found.offers.len() < OFFERS {
                if known.insert(target) {
                    found.offers.push(offer);
                }
            } else if !known.contains(target) {
                too_many.insert(target);
            }
        }
    }
    for (why, refused) in [
        (NotOffered::TooLong, too_long.len()),
        (NotOffered::TooMany, too_many.len() + usize::from(has_more)),
    ] {
        if refused > 0 {
            let addresses = u64::try_from(refused).unwrap_or(u64::MAX);
            found.refused.push(Refused { why, addresses });
        }
    }
    found
}

fn offer(
    brief: &Brief,
    from: &Offer,
    ways: &Ways<'_>,
    link: &Link,
    target: &PageUrl,
) -> Option<Offer> {
    let in_scope = brief.scope.contains(target);
    let is_left_out = |out: &String| target.as_url().path().starts_with(out);
    if *target == from.address
        || !is_document(link, in_scope)
        || brief.scope.excluded_paths.iter().any(is_left_out)
    {
        return None;
    }
    let on_load = takes_along(link);
    let beyond = match (from.in_scope, in_scope) {
        (_, true) => 0,
        (true, false) => 1,
        _ if brief.landings == Landings::Record => return None,
        (false, false) if on_load => from.beyond,
        (false, false) if ways.lead_on(link, target) => from.beyond.saturating_add(1),
        (false, false) => return None,
    };
    Some(Offer {
        address: target.clone(),
        referrer: Some(from.address.clone()),
        depth: (from.depth)
            .saturating_add(u32::from(!on_load && !turns_page(&from.address, target))),
        redirects: if on_load {
            from.redirects.saturating_add(1)
        } else {
            0
        },
        beyond,
        in_scope,
        found_by: FoundBy::Link,
        cookies: Vec::new(),
    })
}

/// Whether a step only counts on: both addresses are equal but for one number, as in `?page=2` and
/// `?page=3`. A list of a hundred pages is as near to its end as to its beginning; that counting has an
/// end is seen to by the patterns. Linear in the length of the addresses.
fn turns_page(from: &PageUrl, to: &PageUrl) -> bool {
    let (from, to) = (from.as_str(), to.as_str());
    // What both begin with holds no difference, but for the beginning of a number.
    let both = from.bytes().zip(to.bytes());
    let alike = both.take_while(|(one, other)| one == other).count();
    let shared = from[..alike].trim_end_matches(|c: char| c.is_ascii_digit());
    let (mut from, mut to) = (&from[shared.len()..], &to[shared.len()..]);
    let mut differ = 0;
    while !(from.is_empty() && to.is_empty()) {
        let ([before, one, rest], [other_before, other, other_rest]) = (cut(from), cut(to));
        if before != other_before || one.is_empty() != other.is_empty() {
            return false;
        }
        differ += u32::from(one != other);
        (from, to) = (rest, other_rest);
    }
    differ == 1
}

/// What stands before the first number of a text, that number, and the rest.
fn cut(text: &str) -> [&str; 3] {
    let is_digit = |c: char| c.is_ascii_digit();
    let (before, rest) = text.split_at(text.find(is_digit).unwrap_or(text.len()));
    let (number, rest) = rest.split_at(rest.find(|c| !is_digit(c)).unwrap_or(rest.len()));
    [before, number, rest]
}

/// Whether a link leads to a document that is asked: claims and pings are not, but for claims
/// about the order of pages within the scope, and for the entries of its sitemaps.
fn is_document(link: &Link, in_scope: bool) -> bool {
    match link.kind {
        HopKind::Canonical | HopKind::Alternate => {
            let names_a_page = |rel: &String| matches!(rel.as_str(), "next" | "prev" | "canonical");
            in_scope && (link.carrier == Carrier::Sitemap || link.rel.iter().any(names_a_page))
        }
        _ => !matches!(link.carrier, Carrier::APing | Carrier::BaseHref),
    }
}

/// Whether a link is a form that a shopper would send with POST: its address alone is another
/// question, and perhaps one with consequences. A form that submits itself leads the shopper
/// somewhere whatever its method is, so its address is asked.
///
/// The facts do not say the method; the start tag in `body` does.
fn posts(link: &Link, body: &[u8]) -> bool {
    if link.kind != HopKind::Form || link.trigger == Trigger::Load {
        return false;
    }
    let tag = link.span.and_then(|span| body.get(span.start..span.end));
    let tag = tag.unwrap_or_default().to_ascii_lowercase();
    let starts = (0..tag.len()).filter(|at| {
        let before = tag[..*at].last();
        before.is_some_and(|byte| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'/'))
    });
    starts
        .filter_map(|at| {
            let attribute = &tag[at..];
            let attribute = attribute.strip_prefix(b"form").unwrap_or(attribute);
            let rest = attribute.strip_prefix(b"method")?.trim_ascii_start();
            let value = rest.strip_prefix(b"=")?;
            let is_open = |byte: &u8| !matches!(byte, b'"' | b'\'') && !byte.is_ascii_whitespace();
            let start = value.iter().position(is_open)?;
            Some(value[start..].starts_with(b"post"))
        })
        .next()
        .unwrap_or(false)
}

/// Whether the shopper is taken along without an act: redirects, refreshes, frames, forms and
/// scripts that act on load.
pub(crate) fn takes_along(link: &Link) -> bool {
    let by_kind = matches!(
        link.kind,
        HopKind::HttpRedirect
            | HopKind::RefreshHeader
            | HopKind::MetaRefresh
            | HopKind::Frame
            | HopKind::Embed
    );
    by_kind || link.trigger == Trigger::Load
}

/// The ways out of a landing page that are followed by an act.
///
/// A link counts when it leads to another site, when it is concealed, or when the page is a gate
/// or a notice, whose point is to be left: the menus of a foreign shop are of no interest. The
/// open and the concealed ones are counted apart, and a page with more than
/// [`model::Budget::landing_ways`] targets of one sort is not left by that sort, because the cost
/// of a hop grows with the number of its class on the page.
struct Ways<'page> {
    site: Site,
    is_passage: bool,
    within_reach: bool,
    sorts: BTreeMap<Sort, BTreeSet<&'page PageUrl>>,
    most: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sort {
    Concealed,
    Open,
}

impl<'page> Ways<'page> {
    fn of(brief: &Brief, from: &Offer, facts: &'page PageFacts) -> Self {
        let mut ways = Self {
            site: from.address.site(),
            is_passage: matches!(facts.kind, PageKind::Gate | PageKind::Interstitial),
            within_reach: brief.landings == Landings::Onward
                && !from.in_scope
                && from.beyond < brief.budget.landing_clicks,
            sorts: BTreeMap::new(),
            most: usize::try_from(brief.budget.landing_ways).unwrap_or(usize::MAX),
        };
        if ways.within_reach {
            for link in &facts.links {
                ways.count(brief, from, link);
            }
        }
        ways
    }

    fn count(&mut self, brief: &Brief, from: &Offer, link: &'page Link) {
        if let Some(target) = &link.target
            && *target != from.address
            && !takes_along(link)
            && is_document(link, false)
            && !brief.scope.contains(target)
            && let Some(sort) = self.sort(link, target)
        {
            self.sorts.entry(sort).or_default().insert(target);
        }
    }

    /// The sort of a link; `None` when it is of no interest.
    fn sort(&self, link: &Link, target: &PageUrl) -> Option<Sort> {
        if is_concealed(link) {
            Some(Sort::Concealed)
        } else {
            (self.is_passage || target.site() != self.site).then_some(Sort::Open)
        }
    }

    fn lead_on(&self, link: &Link, target: &PageUrl) -> bool {
        self.within_reach
            && self
                .sort(link, target)
                .and_then(|sort| self.sorts.get(&sort))
                .is_some_and(|targets| targets.len() <= self.most)
    }
}

/// Whether the shopper is not shown the link, or not where it leads.
fn is_concealed(link: &Link) -> bool {
    link.visibility.is_hidden()
        || link.text_names_other_host
        || !link.layers.is_empty()
        || matches!(
            link.kind,
            HopKind::NestedUrl | HopKind::TextUrl | HopKind::Contact | HopKind::Qr
        )
}

/// Whether a page has more links than were read.
fn has_too_many(facts: &PageFacts) -> bool {
    let mut notes = facts.notes.iter();
    notes.any(|note| note.kind == NoteKind::TooManyLinks)
}

/// Whether an address is longer than any that a page of good faith has.
pub(crate) fn is_too_long(address: &PageUrl) -> bool {
    address.as_str().len() > ADDRESS_LENGTH
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_only_counts_on_is_told_from_one_that_leads_elsewhere() {
        let turns = |from: &str, to: &str| {
            let [from, to] = [from, to].map(|at| PageUrl::parse(&format!("http://a1.test{at}")));
            turns_page(&from.unwrap(), &to.unwrap())
        };
        for (from, to) in [
            ("/list?page=2", "/list?page=3"),
            ("/list?page=9&per=30", "/list?page=10&per=30"),
            ("/p7.html", "/p8.html"),
            ("/2020/01/30", "/2020/01/31"),
        ] {
            assert!(turns(from, to), "{from} {to}");
        }
        for (from, to) in [
            ("/list", "/list?page=2"),
            ("/list?page=2", "/item/3"),
            ("/2020/01/31", "/2020/02/01"),
            ("/list?page=2", "/list?page=2"),
            ("/a1b", "/a1c"),
        ] {
            assert!(!turns(from, to), "{from} {to}");
        }
    }
}
