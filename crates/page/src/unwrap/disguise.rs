//! What the writing of an address hides: the host that a reader sees is not the one that a browser
//! asks (R16).
//!
//! The address as written is compared with what the WHATWG parser made of it. Only the part up to
//! the end of the host is looked at, and only when the host is not the page's own.

use model::{PageUrl, Site, Technique, registrable_domain};

use super::Unwrapped;
use super::hosts::is_public_host;

/// An address as it is written, cut where its host ends.
struct Head {
    /// Whether a tab or a line break stands before the end of the host.
    broken: bool,
    /// What stands between scheme and authority.
    slashes: String,
    /// User information, host and port.
    authority: String,
}

/// Notes every trick in the writing of an address of another host.
pub(super) fn look(href: &str, target: &PageUrl, page: &PageUrl, into: &mut Unwrapped) {
    let host = target.host_text();
    if !is_plain(href, host)
        && let Some(head) = head(href)
    {
        written(&head, target, into);
    }
    if target.ip().is_some() {
        into.disguise(
            Technique::TEXT_TARGET_MISMATCH,
            format!("the host is the number {host}"),
        );
    } else if target
        .as_url()
        .host_str()
        .is_some_and(|host| host.ends_with('.'))
    {
        into.disguise(
            Technique::TEXT_TARGET_MISMATCH,
            "the host ends in a dot".to_owned(),
        );
    }
    if let Some(carried) = carried_name(host, page) {
        // Who borrows the name of the page's own site means to be taken for it.
        into.names_other_host |= carried == page.site().as_str();
        into.disguise(
            Technique::TEXT_TARGET_MISMATCH,
            format!(
                "the host begins with {carried} and belongs to {}",
                target.site()
            ),
        );
    }
}

/// Whether an address is written as browsers show it: scheme, two slashes, host. Most are.
fn is_plain(href: &str, host: &str) -> bool {
    let rest = href
        .strip_prefix("https://")
        .or_else(|| href.strip_prefix("http://"))
        .or_else(|| href.strip_prefix("//"));
    rest.and_then(|rest| rest.strip_prefix(host))
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
}

fn written(head: &Head, target: &PageUrl, into: &mut Unwrapped) {
    let technique = Technique::TEXT_TARGET_MISMATCH;
    if head.broken {
        into.disguise(
            technique,
            "a tab or line break inside of the address".to_owned(),
        );
    }
    if head.slashes != "//" {
        into.disguise(
            technique,
            format!("written with `{}` before its host", head.slashes),
        );
    }
    let (user, host) = match head.authority.rsplit_once('@') {
        Some((user, host)) => (Some(user), host),
        None => (None, head.authority.as_str()),
    };
    if let Some(user) = user {
        let plain = percent_encoding::percent_decode_str(user).decode_utf8_lossy();
        // Characters that look like a slash end the name that a reader sees.
        let shown = plain
            .split([
                '/', '\u{2044}', '\u{2215}', '\u{FF0F}', '\u{29F8}', ':', '@',
            ])
            .next()
            .unwrap_or_default();
        let is_other = is_public_host(shown)
            && registrable_domain(&shown.to_lowercase()) != Some(target.site().as_str());
        into.names_other_host |= is_other;
        let shown: String = shown.chars().take(80).collect();
        into.disguise(
            technique,
            if is_other {
                format!("shows {shown} before an @, and leads to {}", target.site())
            } else {
                "a name before an @".to_owned()
            },
        );
    }
    if host.contains('%') {
        into.disguise(technique, "the host is percent-encoded".to_owned());
    }
    if !host.is_ascii() {
        let reached = target.host_text();
        let is_invisible = |c: char| c != ' ' && crate::visibility::is_blank(c);
        if host.chars().any(is_invisible) {
            into.names_other_host = true;
            into.disguise(
                Technique::HOMOGRAPH,
                "characters without width inside of the host".to_owned(),
            );
        } else if !reached.contains("xn--") {
            into.disguise(
                technique,
                format!("the host is written in other letters or dots than {reached}"),
            );
        }
    }
    if let Some(ip) = target.ip() {
        let plain = host.rsplit_once(':').map_or(host, |(host, _)| host);
        let is_dotted = ip.to_string() == plain || host.starts_with('[');
        if !is_dotted {
            into.disguise(technique, format!("{plain} is {ip} in another notation"));
        }
    }
}

/// The head of an address as written, when it names a host; `None` for a relative reference. O(head).
fn head(href: &str) -> Option<Head> {
    let trimmed = href.trim_matches(|c: char| c <= ' ');
    let mut broken = false;
    let mut chars = trimmed
        .chars()
        .filter(|c| {
            let is_break = matches!(c, '\t' | '\n' | '\r');
            broken |= is_break;
            !is_break
        })
        .take(400)
        .peekable();
    let mut scheme = String::new();
    while let Some(c) = chars.next_if(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    {
        scheme.push(c);
    }
    let has_scheme = chars.next_if_eq(&':').is_some();
    if has_scheme && !matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https")
        || !has_scheme && !scheme.is_empty()
    {
        return None;
    }
    let mut slashes = String::new();
    while let Some(c) = chars.next_if(|c| matches!(c, '/' | '\\')) {
        slashes.push(c);
    }
    if !has_scheme && slashes.len() < 2 {
        return None;
    }
    let authority: String = chars
        .take_while(|c| !matches!(c, '/' | '\\' | '?' | '#'))
        .collect();
    Some(Head {
        broken,
        slashes,
        authority,
    })
}

/// The registrable domain of another that the host carries in front of its own:
/// `amazon.com.verify.example.top`. `None` for the usual suffixes with two labels, which the list
/// knows, and for names under the page's own site.
fn carried_name(host: &str, page: &PageUrl) -> Option<String> {
    if host.bytes().filter(|&b| b == b'.').count() < 3 {
        return None;
    }
    let own = registrable_domain(host)?;
    let front = host.strip_suffix(own)?.trim_end_matches('.');
    let front = front.strip_prefix("www.").unwrap_or(front);
    // The shortest front part that is a whole domain: each label but the first may be its suffix.
    let mut ends = front
        .match_indices('.')
        .map(|(at, _)| at)
        .skip(1)
        .collect::<Vec<_>>();
    ends.push(front.len());
    let carried = ends.into_iter().take(8).find_map(|end| {
        let name = &front[..end];
        let ending = name.rsplit('.').next().unwrap_or_default();
        let is_general = matches!(
            ending,
            "com" | "net" | "org" | "co" | "info" | "shop" | "eu"
        ) || registrable_domain(name) == Some(page.site().as_str());
        let domain = registrable_domain(name)?;
        (is_general && is_public_host(name) && domain != own).then(|| domain.to_owned())
    })?;
    // A network that serves a customer under its name in front is ordinary: such hosts end in a
    // suffix of the private part of the list, and are their own sites there.
    (Site::of(page).as_str() != own).then_some(carried)
}
