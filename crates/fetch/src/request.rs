//! What is sent.

use model::{Ask, Headers, Purpose};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

/// Codings that [`crate::coding`] takes off.
const CODINGS: &str = "gzip, deflate, br, zstd";

/// The header fields of a request, in the order of sending.
pub(crate) fn headers(ask: &Ask) -> Headers {
    let accept = match ask.purpose {
        Purpose::Page | Purpose::Again | Purpose::Session | Purpose::Check => {
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
        }
        Purpose::Mining => "application/json,*/*;q=0.5",
        Purpose::Stylesheet => "text/css,*/*;q=0.1",
        Purpose::Robots => "text/plain,*/*;q=0.5",
        Purpose::Sitemap => "application/xml,text/xml,text/plain;q=0.9,*/*;q=0.5",
    };
    let url = ask.address.as_url();
    let host = url.host_str().unwrap_or_default();
    let authority = match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    };
    let fields = [
        ("host", authority.as_str()),
        ("user-agent", &ask.vantage.user_agent),
        ("accept", accept),
        ("accept-language", &ask.vantage.accept_language),
        ("accept-encoding", CODINGS),
    ];
    let from = ask.arrives_from.as_ref();
    let from = from.map(|from| ("referer", from.as_str()));
    let cookies = Some(("cookie", ask.cookies.as_str())).filter(|(_, value)| !value.is_empty());
    Headers(
        fields
            .into_iter()
            .chain(from)
            .chain(cookies)
            .map(|(name, value)| (name.to_owned(), sendable(value)))
            .collect(),
    )
}

/// The fields for the HTTP client, which adds `host` itself.
pub(crate) fn to_map(headers: &Headers, with_host: bool) -> HeaderMap {
    headers
        .0
        .iter()
        .filter(|(name, _)| with_host || name != "host")
        .filter_map(|(name, value)| {
            let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
            Some((name, HeaderValue::from_str(value).ok()?))
        })
        .collect()
}

/// Puts the secrets where their record stands.
pub(crate) fn reveal(headers: &mut HeaderMap, secret: &[(String, String)]) {
    for (name, value) in secret {
        if let (Ok(name), Ok(mut value)) = (
            HeaderName::from_bytes(name.as_bytes()),
            HeaderValue::from_str(value),
        ) {
            // Logs of the HTTP library leave it out, and HTTP/2 keeps it out of its tables.
            value.set_sensitive(true);
            headers.insert(name, value);
        }
    }
}

/// A vantage is given by the user; what cannot stand in a header field is left out.
fn sendable(value: &str) -> String {
    value
        .chars()
        .filter(|letter| matches!(letter, ' '..='~'))
        .collect()
}
