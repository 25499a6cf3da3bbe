//! Mail addresses as ways: who writes to one reaches the site of its host.

use model::{Carrier, Contact, ContactKind, HopKind, PageFacts, PageUrl, Trigger, VantageId, Zone};

use crate::alike::Alike;
use crate::hop::Hop;

/// A mail address of a page, with the host that it names.
#[derive(Debug)]
pub(crate) struct MailHost {
    pub(crate) host: String,
    pub(crate) hop: Hop,
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
                hop: hop_of(contact, vantage, alike),
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

fn hop_of(contact: &Contact, vantage: VantageId, alike: &mut Alike) -> Hop {
    Hop {
        status: None,
        kind: HopKind::Contact,
        carrier: Carrier::Text,
        trigger: Trigger::Act,
        visibility: alike.visibility(contact.visibility.clone()),
        zone: contact.zone,
        dom_path: alike.text("contact".to_owned()),
        href: alike.text(contact.written.clone()),
        text: alike.text(contact.handle.clone()),
        span: contact.span,
        rel: alike.relations(Vec::new()),
        layers: Box::default(),
        disguises: Box::default(),
        as_prose: None,
        scripted: Box::default(),
        noted: alike.techniques(contact.techniques.clone()),
        affiliation: None,
        text_names_other_host: false,
        to_seller: false,
        vantages: alike.vantages(vec![vantage]),
        missing_from: Box::default(),
        cloaked_by: Box::default(),
        count: 1,
    }
}
