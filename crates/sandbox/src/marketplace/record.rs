//! What is written down of a plan: the truth.

use std::collections::BTreeSet;

use model::{CategoryCode, HopKind, PageUrl, Technique as T};

use super::host::HostKind;
use super::listing::address_of;
use super::numbering::{self, Section};
use super::outside::{self, Offer};
use super::page::is_gated;
use super::plan::{Walked, planted};
use super::plant::Slot;
use super::truth::{
    LookAlike, LookAlikeKind, PlantedHop, PlantedPath, PlantedZone, StorefrontTemplate,
    TemplatePlant,
};
use super::{Marketplace, MarketplaceError, Purpose};
use crate::goods::Truth;

fn hop(walked: &Walked) -> Result<PlantedHop, MarketplaceError> {
    Ok(PlantedHop {
        from: PageUrl::parse(&walked.from)?,
        to: PageUrl::parse(&walked.to)?,
        kind: walked.kind,
        techniques: walked.techniques.iter().copied().collect(),
    })
}

/// The record of the path that is planted at `listing`.
pub(super) fn truth(market: &Marketplace, listing: u64) -> Result<PlantedPath, MarketplaceError> {
    let plan = planted(market, listing);
    let section = Section::of(listing);
    let offer = plan.offer.clone().unwrap_or_default();
    Ok(PlantedPath {
        listing: PageUrl::parse(&address_of(market, listing))?,
        target: PageUrl::parse(&offer.address)?,
        hops: plan.hops.iter().map(hop).collect::<Result<_, _>>()?,
        techniques: plan.techniques().into_iter().collect(),
        policy: Truth::of_category(&offer.category),
        category: CategoryCode(offer.category),
        language: section.language,
        template: section.template,
        zone: if plan.slot.is_sellers() || matches!(plan.slot, Slot::Head) {
            PlantedZone::Seller
        } else {
            PlantedZone::Template
        },
        evasive: offer.evasive,
        vantage: plan.vantage,
        browser: plan.browser,
        shared_with: if plan.on_seller {
            shared_with(market, listing)?
        } else {
            Vec::new()
        },
    })
}

/// The other listings of the seller of `listing`, as far as everybody may see them: each of them links to the
/// seller's page.
fn shared_with(market: &Marketplace, listing: u64) -> Result<Vec<PageUrl>, MarketplaceError> {
    let section = Section::of(listing);
    let others = numbering::listings_of_seller(section, section.count(market.listings), listing);
    let mut others = others
        .filter(|other| *other != listing && !is_gated(market, *other))
        .map(|other| PageUrl::parse(&address_of(market, other)))
        .collect::<Result<Vec<_>, _>>()?;
    others.sort_unstable();
    Ok(others)
}

/// The record of a look-alike.
pub(super) fn look_alike(
    market: &Marketplace,
    listing: u64,
    kind: LookAlikeKind,
) -> Result<LookAlike, MarketplaceError> {
    let section = Section::of(listing);
    Ok(LookAlike {
        listing: PageUrl::parse(&address_of(market, listing))?,
        kind,
        language: section.language,
        template: section.template,
    })
}

/// The offer that the footer of a section conceals, on the one storefront whose template is not its own
/// any more.
pub(super) fn hijacked(market: &Marketplace, section: Section) -> Option<Offer> {
    if section.template != StorefrontTemplate::Table {
        return None;
    }
    let mut chance = market.chance(Purpose::Theme, 1_000 + section.language as u64);
    Some(outside::offer(market, section.language, &mut chance))
}

/// What the storefronts' templates conceal.
pub(super) fn template_plants(
    market: &Marketplace,
) -> Result<Vec<TemplatePlant>, MarketplaceError> {
    let mut plants = Vec::new();
    for section in Section::all() {
        let Some(offer) = hijacked(market, section) else {
            continue;
        };
        if section.count(market.listings) == 0 {
            continue;
        }
        let host = market
            .host(HostKind::Storefront(section.template), 0)
            .to_owned();
        let walked = Walked {
            from: format!("http://{host}/{}/", section.language.as_str()),
            to: offer.address.clone(),
            kind: HopKind::Anchor,
            techniques: BTreeSet::from([T::OFFSCREEN]),
        };
        plants.push(TemplatePlant {
            host,
            template: section.template,
            target: PageUrl::parse(&offer.address)?,
            hops: vec![hop(&walked)?],
            techniques: vec![T::OFFSCREEN],
            policy: Truth::of_category(&offer.category),
            category: CategoryCode(offer.category),
        });
    }
    Ok(plants)
}
