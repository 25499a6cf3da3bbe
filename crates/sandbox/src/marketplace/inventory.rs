//! Every address that a page or a way of a marketplace names.

use super::host::HostKind;
use super::numbering::{self, Section};
use super::plant::onward::Onward;
use super::route::answers;
use super::served::Served;
use super::storefront::SITEMAP;
use super::truth::StorefrontTemplate;
use super::{Marketplace, listing, lists, outside};
use crate::goods::PageLanguage;

/// Every address that a page or a plan names.
pub(super) fn served(market: &Marketplace) -> impl Iterator<Item = Served> {
    let fixed = fixed_addresses(market).into_iter();
    let listings = (0..market.listings).flat_map(move |number| of_listing(market, number));
    fixed.chain(listings).filter_map(move |(host, target)| {
        let answers = answers(market, &host, &target)?;
        Some(Served {
            host,
            target,
            answers,
        })
    })
}

fn split_address(address: &str) -> Option<(String, String)> {
    let rest = address.strip_prefix("http://")?.split('#').next()?;
    let at = rest.find('/')?;
    Some((rest[..at].to_owned(), rest[at..].to_owned()))
}

/// What belongs to one listing: its page, its pictures, its files and the pages of its way.
fn of_listing(market: &Marketplace, number: u64) -> Vec<(String, String)> {
    let host = market
        .host(HostKind::Storefront(Section::of(number).template), 0)
        .to_owned();
    let mut all = vec![(host.clone(), listing::path_of(number))];
    for place in 1..=4 {
        all.push((host.clone(), format!("/pic/{number}-{place}.svg")));
    }
    if let Some(plan) = market.plan(number) {
        all.extend(
            plan.construct
                .files
                .iter()
                .filter_map(|file| split_address(&file.address)),
        );
        for step in &plan.steps {
            let Some((host, target)) = split_address(&step.address) else {
                continue;
            };
            if matches!(step.onward, Onward::Token(_)) {
                all.push((
                    host.clone(),
                    target.split('?').next().unwrap_or_default().to_owned(),
                ));
            }
            if matches!(step.onward, Onward::Fingerprint) {
                all.push((host.clone(), format!("{target}/t")));
            }
            all.push((host, target));
        }
    }
    if outside::is_decoy(market, number) {
        let forum = market.host(HostKind::Forum, usize::try_from(number % 4).unwrap_or(0));
        all.push((forum.to_owned(), outside::post_path(market, number)));
    }
    all
}

/// What belongs to no listing.
fn fixed_addresses(market: &Marketplace) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for (host, kind) in market.hosts.all() {
        let mut add = |target: String| all.push((host.to_owned(), target));
        add("/robots.txt".to_owned());
        match kind {
            HostKind::Storefront(template) => storefront_addresses(market, template, &mut add),
            HostKind::Shop(_) | HostKind::Honest(_) | HostKind::GatedShop(_) => {
                add("/".to_owned());
                add("/age".to_owned());
                (0..outside::shelf()).for_each(|number| {
                    add(format!("/p/{number}"));
                    add(format!("/i/{number}.svg"));
                });
            }
            HostKind::Press(_) => {
                add("/".to_owned());
                (0..40).for_each(|number| add(format!("/n/{number}")));
            }
            HostKind::Forum => {
                add("/".to_owned());
                (0..market.listings.div_ceil(outside::BLOCK))
                    .for_each(|block| add(format!("/list/{block}")));
            }
            _ => ["/", "/f", "/ns", "/px.gif", "/share", "/verify"]
                .into_iter()
                .for_each(|path| add(path.to_owned())),
        }
    }
    all.extend(
        outside::channels(market)
            .iter()
            .filter_map(|address| split_address(address)),
    );
    all
}

fn storefront_addresses(
    market: &Marketplace,
    template: StorefrontTemplate,
    add: &mut dyn FnMut(String),
) {
    for path in [
        "/",
        "/accept",
        "/sitemap.xml",
        "/ads.json",
        "/static/dot.svg",
    ] {
        add(path.to_owned());
    }
    add(format!(
        "/static/{}-{}.css",
        template.as_str(),
        market.split.as_str()
    ));
    (0..market.listings.div_ceil(SITEMAP)).for_each(|number| add(format!("/sitemap-{number}.xml")));
    for &language in PageLanguage::ALL {
        let lang = language.as_str();
        let section = Section { template, language };
        for corner in ["", "search", "login", "cart", "age", "ads"] {
            add(format!("/{lang}/{corner}"));
        }
        (1..=market.tongue(language).words.footer.len())
            .for_each(|number| add(format!("/{lang}/help/{number}")));
        let leaves = market.tongue(language).leaves();
        (0..leaves.count() / 2).for_each(|number| add(format!("/{lang}/d/{number}")));
        for leaf in 0..leaves.count() {
            add(format!("/{lang}/c/{leaf}"));
            if leaves.is_gated(leaf) {
                continue;
            }
            (2..=lists::leaf_pages(market, section, leaf))
                .for_each(|number| add(format!("/{lang}/c/{leaf}?page={number}")));
        }
        (0..numbering::sellers(section.count(market.listings)))
            .for_each(|seller| add(format!("/{lang}/seller/{seller}")));
    }
}
