//! Mail addresses as ways: who writes to one reaches the site of its host.

use model::{
    Carrier, Contact, ContactKind, HopKind, Link, PageFacts, PageUrl, RawHref, VantageId, Zone,
};

use crate::alike::Alike;
use crate::hop::Hop;

/// A mail address of a page, with the host that it names.
#[derive(Debug)]
pub(crate) struct MailHost {
    pub(crate) host: String,
    pub(crate) hop: Hop,
}

impl MailHost {
    /// Whether two addresses of a page are one way: to one host, as openly.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        self.host == other.host
            && self.hop.zone == other.hop.zone
            && self.hop.visibility.state() == other.hop.visibility.state()
    }
}

/// Every mail address of a page out of the platform's own parts, with its host. What a trader states of himself
/// with his postal address is what the law asks of him, and no way out.
pub(crate) fn mail_hosts(
    facts: &PageFacts,
    vantage: VantageId,
    alike: &mut Alike,
) -> Vec<MailHost> {
    let trader = &facts.trader;
    let stated = trader.email.as_ref().filter(|_| trader.address.is_some());
    let is_stated = |contact: &Contact| {
        stated.is_some_and(|stated| stated.text.to_lowercase().contains(&contact.handle))
    };
    let outside = facts.contacts.iter().filter(|contact| {
        contact.kind == ContactKind::Mail
            && !matches!(contact.zone, Zone::Chrome | Zone::Advertising)
            && !is_stated(contact)
    });
    let mut found = Vec::new();
    for contact in outside {
        if let Some((_, host)) = contact.handle.rsplit_once('@') {
            found.push(MailHost {
                host: host.to_owned(),
                hop: Hop::of(link_of(contact), vantage, None, alike),
            });
        }
    }
    found
}

/// The addresses at which a host has its home.
pub(crate) fn homes(host: &str) -> impl Iterator<Item = PageUrl> {
    let forms = ["https://", "http://", "https://www.", "http://www."];
    forms
        .into_iter()
        .filter_map(move |form| PageUrl::parse(&format!("{form}{host}/")).ok())
}

/// The address as a link: who writes to it leaves by it.
fn link_of(contact: &Contact) -> Link {
    let written = RawHref::new(contact.written.clone());
    Link {
        text: contact.handle.clone(),
        visibility: contact.visibility.clone(),
        zone: contact.zone,
        span: contact.span,
        dom_path: "contact".to_owned(),
        techniques: contact.techniques.clone(),
        ..Link::new(written, None, HopKind::Contact, Carrier::Text)
    }
}
