//! Hosts that stand in front of another (R12): translators, caches, archives, and gateways to IPFS
//! and Tor. Recognised by the form of the address where it has one; the list tells the rest.

use model::{Layer, PageUrl, Technique};

use super::Unwrapped;
use super::hosts::is_public_host;
use super::rules::{Kind, Rule};
use super::scan::has_archived_host;

/// An address that another spells out.
pub(super) struct Behind {
    /// The address.
    pub(super) written: String,
    /// Layers taken off.
    pub(super) layers: Vec<Layer>,
}

/// Notes what stands in front, and gives the address behind, when the form tells it.
pub(super) fn look(url: &PageUrl, rule: Option<&Rule>, into: &mut Unwrapped) -> Option<Behind> {
    let host = url.host_text();
    let kind = rule.map(|rule| rule.kind);
    if kind == Some(Kind::Cache) || has_archived_host(url.as_url().path()) {
        into.disguise(
            Technique::PROXIED,
            format!("{host} shows copies of other hosts"),
        );
    }
    if let Some(behind) = onion(host, url, kind).or_else(|| dashed(host, url, kind)) {
        into.disguise(
            Technique::PROXIED,
            format!("{host} stands in front of another host"),
        );
        return Some(behind);
    }
    if let Some(behind) = amp_path(url) {
        into.disguise(Technique::PROXIED, "a copy in an AMP cache".to_owned());
        return Some(behind);
    }
    if is_ipfs(host, url.as_url().path()) {
        into.disguise(Technique::PROXIED, format!("{host} shows content of IPFS"));
    }
    if host.ends_with(".eth.limo") || host.ends_with(".eth.link") {
        into.disguise(Technique::PROXIED, format!("{host} shows a name of ENS"));
    }
    None
}

fn behind(host: &str, url: &PageUrl, path: &str) -> Behind {
    let query = url.as_url().query().map(|query| format!("?{query}"));
    let scheme = if host.ends_with(".onion") {
        "http"
    } else {
        "https"
    };
    Behind {
        written: format!("{scheme}://{host}{path}{}", query.unwrap_or_default()),
        layers: vec![Layer::HostName],
    }
}

/// `<56 or 16 characters of base32>.onion.<gateway>`, or such a label below a gateway of the list.
fn onion(host: &str, url: &PageUrl, kind: Option<Kind>) -> Option<Behind> {
    // A key, a dot, and a name.
    if host.len() < 18 {
        return None;
    }
    let is_key = |label: &str| {
        matches!(label.len(), 16 | 56)
            && label
                .bytes()
                .all(|b| matches!(b, b'a'..=b'z' | b'2'..=b'7'))
    };
    let mut labels = host.split('.');
    let key = labels.find(|label| is_key(label))?;
    let next = labels.next()?;
    let is_gateway = (next == "onion" && labels.next().is_some()) || kind == Some(Kind::Tor);
    is_gateway.then(|| behind(&format!("{key}.onion"), url, url.as_url().path()))
}

/// A first label in which a dash stands for a dot and two dashes for one: by the list, or below
/// `ipns`.
fn dashed(host: &str, url: &PageUrl, kind: Option<Kind>) -> Option<Behind> {
    let (label, rest) = host.split_once('.')?;
    if kind != Some(Kind::Dashes) && !rest.starts_with("ipns.") {
        return None;
    }
    let name = label
        .replace("--", "\u{0}")
        .replace('-', ".")
        .replace('\u{0}', "-");
    if !is_public_host(&name) {
        return None;
    }
    if let Some(behind) = amp_path(url) {
        return Some(behind);
    }
    let mut found = behind(&name, url, url.as_url().path());
    // The translator's own parameters are not the page's.
    if let Some((start, _)) = found.written.split_once("_x_tr_") {
        found.written = start.trim_end_matches(['?', '&']).to_owned();
    }
    Some(found)
}

/// `/c/s/example.com/p`, `/v/s/…`, `/amp/s/…`: a kind of content, `s` for https, and a host.
fn amp_path(url: &PageUrl) -> Option<Behind> {
    let path = url.as_url().path();
    let bytes = path.as_bytes();
    let has_kind = (2..=4).any(|at| bytes.get(at..at + 3) == Some(b"/s/"));
    if !has_kind {
        return None;
    }
    let mut starts = ["/c/s/", "/v/s/", "/i/s/", "/amp/s/", "/wp/s/"].iter();
    let rest = starts.find_map(|start| path.strip_prefix(start))?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    is_public_host(host).then(|| behind(host, url, &format!("/{path}")))
}

/// A content id of IPFS in the path or as a label: `Qm` and 44 characters of base58, or `baf` and
/// 56 of base32.
fn is_ipfs(host: &str, path: &str) -> bool {
    let is_id = |text: &str| {
        (text.len() == 46
            && text.starts_with("Qm")
            && text.bytes().all(|b| b.is_ascii_alphanumeric()))
            || (text.len() == 59
                && text.starts_with("baf")
                && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'2'..=b'7')))
    };
    let in_path = path
        .strip_prefix("/ipfs/")
        .is_some_and(|rest| is_id(rest.split('/').next().unwrap_or_default()));
    let in_host = host
        .split_once('.')
        .is_some_and(|(label, rest)| rest.starts_with("ipfs.") && is_id(label));
    in_path || in_host
}
