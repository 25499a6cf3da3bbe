//! Which address is which page, and what is told there.

use super::host::HostKind;
use super::numbering::Section;
use super::plant::document;
use super::plant::onward::{Onward, Standing};
use super::served::ServedAnswer;
use super::storefront::storefront;
use super::{Marketplace, Purpose, listing, outside, plan, slug};
use crate::answer::Conditions;
use crate::goods::PageLanguage;

/// What is told at an address; none where there is nothing.
pub(super) fn answers(market: &Marketplace, host: &str, target: &str) -> Option<Vec<ServedAnswer>> {
    let path = target.split('?').next().unwrap_or_default();
    let kind = market.hosts.kind(host)?;
    if path == "/robots.txt" {
        return Some(vec![robots(kind, host)]);
    }
    if let HostKind::Storefront(template) = kind {
        return storefront(market, template, target);
    }
    outer(market, kind, host, target).or_else(|| of_plan(market, host, target))
}

fn robots(kind: HostKind, host: &str) -> ServedAnswer {
    let text = match kind {
        HostKind::Storefront(_) => {
            format!("User-agent: *\nDisallow: /cart\n\nSitemap: http://{host}/sitemap.xml\n")
        }
        _ => "User-agent: *\nDisallow:\n".to_owned(),
    };
    ServedAnswer::of("text/plain; charset=utf-8", text)
}

pub(super) fn query<'a>(target: &'a str, name: &str) -> Option<&'a str> {
    let (_, query) = target.split_once('?')?;
    query
        .split('&')
        .find_map(|pair| pair.split_once('=').filter(|(key, _)| *key == name))
        .map(|(_, value)| value)
}

pub(super) fn file(market: &Marketplace, listing: u64, address: &str) -> Option<Vec<ServedAnswer>> {
    let plan = market.plan(listing)?;
    let file = plan
        .construct
        .files
        .into_iter()
        .find(|file| file.address == address)?;
    Some(vec![ServedAnswer::of(file.media, file.body)])
}

/// A page of an outside host that belongs to no way.
fn outer(
    market: &Marketplace,
    kind: HostKind,
    host: &str,
    target: &str,
) -> Option<Vec<ServedAnswer>> {
    let path = target.split('?').next().unwrap_or_default();
    let place = market.hosts.place(kind, host);
    let page = |html: String| Some(vec![ServedAnswer::page(html)]);
    if path.starts_with("/i/") && path.ends_with(".svg") {
        let number = path
            .trim_start_matches("/i/")
            .trim_end_matches(".svg")
            .parse()
            .ok()?;
        return Some(vec![ServedAnswer::of(
            "image/svg+xml",
            document::drawing(number),
        )]);
    }
    match kind {
        HostKind::Shop(language) => page(outside::shop(market, language, place, path)?),
        HostKind::Honest(language) => page(outside::honest(market, language, place, path)?),
        HostKind::Press(language) => page(outside::press(market, language, path)?),
        HostKind::Forum => page(outside::forum(market, place as u64, path)?),
        HostKind::Channel if path.starts_with("/@") => {
            page(outside::channel_page(market, place, path)?)
        }
        HostKind::GatedShop(language) if path == "/age" || path == "/" => {
            page(outside::gate(market, language, host))
        }
        HostKind::GatedShop(_) if path.starts_with("/p/") => {
            Some(vec![ServedAnswer::redirect(format!("/age?next={path}"))])
        }
        HostKind::Tracker if path == "/px.gif" => {
            Some(vec![ServedAnswer::of("image/gif", document::pixel())])
        }
        HostKind::Network if path == "/c" => {
            let to = decoded(query(target, "url")?)?;
            let is_ours = to.starts_with("http://")
                && to.split('/').nth(2).is_some_and(|inner| {
                    matches!(market.hosts.kind(inner), Some(HostKind::Honest(_)))
                });
            is_ours.then(|| vec![ServedAnswer::redirect(to)])
        }
        _ if path == "/"
            || matches!(
                (kind, path),
                (HostKind::Tracker, "/f" | "/ns")
                    | (HostKind::Social, "/share")
                    | (HostKind::AgeCheck, "/verify")
            ) =>
        {
            page(bare(market, kind, host))
        }
        _ => None,
    }
}

/// The bytes that `%` spells, where they are text.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            let digits = std::str::from_utf8(&digits).ok()?.to_owned();
            bytes.push(u8::from_str_radix(&digits, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

/// The front page of a host that has no other.
fn bare(market: &Marketplace, kind: HostKind, host: &str) -> String {
    let language = PageLanguage::English;
    let tongue = market.tongue(language);
    let lines = match kind {
        HostKind::Parked => vec![tongue.phrases.parked.clone()],
        HostKind::Tracker | HostKind::Scripts => Vec::new(),
        _ => tongue.words.neutral.iter().take(2).cloned().collect(),
    };
    outside::note(market, language, host, host, lines, String::new())
}

/// A page of the way of some listing: its address says which.
fn of_plan(market: &Marketplace, host: &str, target: &str) -> Option<Vec<ServedAnswer>> {
    let key = market.slug_key();
    let name = target
        .split(['/', '?', ';', '.'])
        .find_map(|part| slug::of_slug(key, part))?;
    let (number, step) = name;
    if number >= market.listings {
        return None;
    }
    let asked = format!("http://{host}{target}");
    let plan = market.plan(number)?;
    if step >= 16 {
        return file(market, number, &asked);
    }
    let base = format!("http://{host}/{}", slug::slug(key, number, step));
    let is_it = |one: &&plan::Step| one.address.starts_with(&base);
    let found = plan.steps.iter().find(is_it)?;
    let own = found.address.split('#').next().unwrap_or_default();
    if matches!(found.onward, Onward::Fingerprint) && asked == format!("{own}/t") {
        return Some(vec![ServedAnswer::of(
            "text/plain; charset=utf-8",
            found.to.clone(),
        )]);
    }
    let is_path = |one: &str| one.split('?').next().unwrap_or_default().to_owned();
    if asked != own {
        // A token that is not brought, or a form that adds a query of its own.
        if is_path(&asked) != is_path(own) || matches!(found.onward, Onward::Exit(..)) {
            return None;
        }
        if matches!(found.onward, Onward::Token(_)) {
            let (standing, mut chance) = standing(market, number, step, &found.address, &found.to);
            return Some(
                Onward::FromCrawler
                    .answers(&standing, &mut chance)
                    .into_iter()
                    .take(1)
                    .map(|answer| ServedAnswer {
                        when: Conditions::default(),
                        ..answer
                    })
                    .collect(),
            );
        }
    }
    let (standing, mut chance) = standing(market, number, step, &found.address, &found.to);
    Some(found.onward.answers(&standing, &mut chance))
}

/// What the page of a step knows of its place.
fn standing<'a>(
    market: &Marketplace,
    number: u64,
    step: u64,
    own: &'a str,
    to: &'a str,
) -> (Standing<'a>, crate::chance::Chance) {
    let section = Section::of(number);
    let tongue = market.tongue(section.language);
    let mut chance = market.chance(Purpose::Outside, number * 32 + step);
    let group = tongue.honest(chance.number());
    let title = group
        .and_then(|group| group.path.last().cloned())
        .unwrap_or_default();
    let lines = chance
        .some(&tongue.words.neutral, 2)
        .into_iter()
        .cloned()
        .collect();
    let others = (0..6 + chance.below(6))
        .map(|_| {
            let host = market.host(HostKind::Honest(section.language), chance.below(6));
            (
                format!("http://{host}/p/{}", chance.below(20)),
                host.to_owned(),
            )
        })
        .collect();
    let standing = Standing {
        own,
        to,
        listing: listing::address_of(market, number),
        language: section.language,
        split: market.split,
        title,
        lines,
        label: tongue.phrases.go_on.clone(),
        others,
    };
    (standing, chance)
}
