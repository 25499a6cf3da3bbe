//! Who is paid for a visitor, where the form of the address shows it: id, target and tracking
//! apart.

use model::{Affiliation, PageUrl};

use super::rules::{Kind, Rule};

/// What an address says of a commission. `target` is the outermost address nested in it.
///
/// Without an entry of the list an address counts when it carries another site's address and a
/// parameter that names who is paid; or, straight to a shop, one that means nothing else.
pub(super) fn look(
    url: &PageUrl,
    rule: Option<&Rule>,
    target: Option<&PageUrl>,
) -> Option<Affiliation> {
    let network = rule.filter(|rule| rule.kind == Kind::Network);
    let is_straight = target.is_none_or(|target| target.site() == url.site());
    let says_so = |name: &str, value: &str| !is_straight || means_commission(name, value);
    if network.is_none() && url.as_url().query().is_none() {
        return None;
    }
    let mut found = Affiliation {
        network: network.map(|rule| rule.host.to_owned()),
        target: target.cloned(),
        ..Affiliation::default()
    };
    for (name, value) in url.as_url().query_pairs().take(64) {
        let lower = name.to_ascii_lowercase();
        let is_id = network.map_or_else(
            || names_publisher(&lower) && says_so(&name, &value),
            |rule| rule.fields.contains(&lower.as_str()),
        );
        if is_id && found.id.is_none() && is_short(&value) {
            found.id = Some(value.into_owned());
        } else if is_tracking(&lower) && found.tracking.len() < 16 && is_short(&value) {
            found.tracking.push((name.into_owned(), value.into_owned()));
        }
    }
    if network.is_some_and(|rule| rule.fields.contains(&"path")) {
        found.id = path_id(url.as_url().path());
    }
    (network.is_some() || found.id.is_some()).then_some(found)
}

fn is_short(value: &str) -> bool {
    !value.is_empty() && value.len() <= 200 && !value.contains("://")
}

/// The publisher in a path: the first part that begins with digits, or what stands behind a colon
/// or the first dash of a part (`/click-22-11`, `/c/22/11`, `/click/camref:22`).
fn path_id(path: &str) -> Option<String> {
    let parts = path.split('/').filter(|part| !part.is_empty());
    let mut ids = parts.filter_map(|part| {
        let part = part
            .strip_prefix("click-")
            .or_else(|| part.strip_prefix("camref:"))
            .unwrap_or(part);
        let id = part.split('-').next().unwrap_or_default();
        (id.starts_with(|c: char| c.is_ascii_digit()) && id.len() <= 64).then(|| id.to_owned())
    });
    ids.next()
}

/// Whether a parameter in lower case names who is paid, where the address carries another site's.
fn names_publisher(name: &str) -> bool {
    SAYS_COMMISSION.contains(&name)
        || matches!(
            name,
            "aff"
                | "affiliate"
                | "partner_id"
                | "partnerid"
                | "pubid"
                | "publisher"
                | "publisher_id"
                | "pid"
                | "campid"
                | "aid"
                | "tag"
        )
}

/// Whether a query may hold a parameter that [`means_commission`]. O(bytes), without allocation.
pub(super) fn may_say_so(query: &str) -> bool {
    query.split('&').take(64).any(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        means_commission(name, value)
    })
}

/// Parameters that mean nothing but a commission.
const SAYS_COMMISSION: &[&str] = &[
    "affid",
    "aff_id",
    "affiliate_id",
    "affiliateid",
    "awinaffid",
    "a_aid",
    "camref",
];

/// Whether a parameter stands for a commission wherever it is met: names that say so, and the form
/// of a store's id that ends in the number of its market (`name-21`).
fn means_commission(name: &str, value: &str) -> bool {
    let is_store = || {
        value.rsplit_once('-').is_some_and(|(store, market)| {
            store.len() >= 2
                && market.len() == 2
                && market.starts_with('2')
                && market.bytes().all(|b| b.is_ascii_digit())
        })
    };
    let says_it = |known: &&str| name.eq_ignore_ascii_case(known);
    SAYS_COMMISSION.iter().any(says_it) || (name == "tag" && is_store())
}

fn is_tracking(name: &str) -> bool {
    name.starts_with("utm_")
        || name.starts_with("sub")
        || matches!(
            name,
            "clickref"
                | "clickid"
                | "click_id"
                | "sid"
                | "afftrack"
                | "epi"
                | "campaign"
                | "cid"
                | "mid"
                | "xs"
                | "awinmid"
                | "customid"
                | "gclid"
                | "fbclid"
                | "msclkid"
                | "b"
                | "m"
        )
}
