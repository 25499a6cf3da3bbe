//! Addresses that are written, not linked.

use model::PageUrl;

/// The address that an anchor's text shows, when the text is one and little else.
pub(crate) fn shown_host(text: &str) -> Option<PageUrl> {
    let text = text.trim();
    if text.len() > 120 || text.split_whitespace().count() > 1 {
        return None;
    }
    let with_scheme = text
        .get(..4)
        .is_some_and(|head| head.eq_ignore_ascii_case("http"));
    if with_scheme {
        return PageUrl::parse(text).ok();
    }
    let host = text.split(['/', '?', '#']).next().unwrap_or_default();
    let is_host =
        crate::unwrap::is_public_host(host) && (host.starts_with("www.") || is_common(host));
    is_host
        .then(|| PageUrl::parse(&format!("http://{text}")).ok())
        .flatten()
}

fn is_common(host: &str) -> bool {
    let ending = host
        .rsplit('.')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    matches!(ending.as_str(), "com" | "net" | "org")
}
