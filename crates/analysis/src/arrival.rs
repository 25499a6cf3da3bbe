//! Ways that say little by themselves: a button that names no site, and a mail address that is written.
//!
//! Every button of a form is without an address, that of a payment, a donation or a newsletter as well, and
//! whoever writes to a mail address is heard by somebody at its host, and not led to its front page. So both
//! count as evidence for where they arrive alone: at restricted goods, at a page that takes its visitor on by
//! itself, or at one that leads on covertly. A service whose page openly links to its customers makes a door of no
//! listing.

use graph::{Because, Class, Classes, LinkGraph};
use model::{EffectiveClass, HopKind, PageId};

use crate::PageVerdict;

/// The classes, in which such ways that arrive at none of it are open ones, and mail addresses none. Linear in the
/// hops.
pub(crate) fn weighed(graph: &LinkGraph, classes: Classes, verdicts: &[PageVerdict]) -> Classes {
    let is_goods = |page: PageId| {
        let verdict = verdicts.get(page.index());
        verdict.is_some_and(|verdict| verdict.restricted.is_some() || verdict.near.is_some())
    };
    let is_weak = |hop, class: &Class| match class.because {
        Because::BlindButton => true,
        Because::Unlinked | Because::Concealed => is_mail(graph, hop),
        _ => false,
    };
    let leads_on = |page| {
        let mut ways = graph.ways_out(page);
        ways.any(|(hop, to, _)| {
            let class = classes.of(hop);
            class.effective.is_covert() && !is_weak(hop, class) && to != page
        })
    };
    let mut has_changed = false;
    let of_hop = graph.hops().map(|(id, _, target, _)| {
        let class = classes.of(id);
        if !is_weak(id, class) || is_goods(target) || leads_on(target) {
            return class.clone();
        }
        has_changed = true;
        match class.because {
            Because::BlindButton => Class {
                effective: EffectiveClass::Overt,
                because: Because::OtherSite,
            },
            _ => Class {
                effective: EffectiveClass::Navigation,
                because: Because::Claim,
            },
        }
    });
    let of_hop: Vec<Class> = of_hop.collect();
    if has_changed {
        Classes::given(graph, of_hop, classes.template().clone())
    } else {
        classes
    }
}

/// Whether a hop is a mail address: its text is one.
fn is_mail(graph: &LinkGraph, hop: graph::HopId) -> bool {
    let hop = graph.hop(hop);
    let is_address = |text: &str| {
        let parts = text.rsplit_once('@');
        parts.is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
    };
    hop.kind == HopKind::Contact && is_address(&hop.text)
}
