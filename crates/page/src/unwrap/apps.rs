//! Addresses of apps (R15): what they stand for on the web, and what they fall back to.

use model::{Layer, PageUrl, Technique};

use super::Unwrapped;
use super::rules::{self, Kind};
use super::scan::is_target_name;

/// A text of an app's address in which another may be nested.
pub(super) struct AppText {
    /// The text.
    pub(super) text: String,
    /// Layers taken off to find it.
    pub(super) layers: Vec<Layer>,
    /// Whether its name asks for an address.
    pub(super) named: bool,
}

/// Looks at an address with a scheme that is neither http nor https. Gives texts in which an
/// address may be nested, with the layers taken off; what the address itself stands for on the web
/// is put into `into.target`.
pub(super) fn look(href: &str, into: &mut Unwrapped) -> Vec<AppText> {
    let trimmed = href.trim();
    let Some((scheme, rest)) = trimmed.split_once(':') else {
        return Vec::new();
    };
    let is_scheme = scheme.len() <= 40
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'));
    let scheme = scheme.to_ascii_lowercase();
    // Mail, telephone and script have readers of their own; data addresses are documents.
    if !is_scheme
        || matches!(
            scheme.as_str(),
            "mailto"
                | "tel"
                | "sms"
                | "javascript"
                | "data"
                | "about"
                | "blob"
                | "file"
                | "http"
                | "https"
        )
    {
        return Vec::new();
    }
    let body = rest.trim_start_matches('/');
    if let Some(target) = stands_for(&scheme, rest, body) {
        into.target = PageUrl::parse(&target).ok();
    }
    if into.target.is_some() {
        into.disguise(
            Technique::APP_SCHEME,
            format!("an address of the scheme {scheme}"),
        );
    }
    let mut texts = Vec::new();
    if let Some((_, extras)) = body.split_once("#Intent;") {
        let fallback = extras.split(';').find_map(|extra| {
            extra
                .strip_prefix("S.browser_fallback_url=")
                .or_else(|| extra.strip_prefix("S.market_referrer="))
        });
        texts.extend(fallback.map(|text| AppText {
            text: text.to_owned(),
            layers: vec![Layer::AppScheme],
            named: true,
        }));
    }
    let before = body.split("#Intent;").next().unwrap_or_default();
    if let Some((_, query)) = before.split_once('?') {
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()).take(32) {
            texts.push(AppText {
                text: value.into_owned(),
                layers: vec![Layer::AppScheme, Layer::Query],
                named: is_target_name(&name),
            });
        }
    }
    for prefix in ["openurl/", "open/", "browse/", "webview/"] {
        if let Some(text) = before.strip_prefix(prefix) {
            texts.push(AppText {
                text: text.to_owned(),
                layers: vec![Layer::AppScheme, Layer::Path],
                named: true,
            });
        }
    }
    texts
}

/// The address on the web that an app's address is another writing of.
fn stands_for(scheme: &str, rest: &str, body: &str) -> Option<String> {
    let is_web = |text: &str| {
        let head = text.get(..8).unwrap_or(text).to_ascii_lowercase();
        head.starts_with("http://") || head.starts_with("https://")
    };
    match scheme {
        "intent" => {
            let (address, extras) = body.split_once("#Intent;")?;
            let scheme = extras
                .split(';')
                .find_map(|extra| extra.strip_prefix("scheme="))?;
            matches!(scheme, "http" | "https").then(|| format!("{scheme}://{address}"))
        }
        "android-app" | "ios-app" => {
            let mut parts = body.splitn(3, '/');
            let (_, scheme, address) = (parts.next()?, parts.next()?, parts.next()?);
            matches!(scheme, "http" | "https").then(|| format!("{scheme}://{address}"))
        }
        "market" => body
            .strip_prefix("details?")
            .map(|query| format!("https://play.google.com/store/apps/details?{query}")),
        "itms" | "itms-apps" | "itms-appss" | "itms-books" | "macappstore" => {
            Some(format!("https://{body}")).filter(|_| body.contains('.'))
        }
        "googlechrome" | "googlechromes" | "touch-http" | "touch-https" | "opera-http"
        | "opera-https" | "x-safari-http" | "x-safari-https"
            if !body.starts_with("navigate?") =>
        {
            let is_plain = scheme.ends_with("http") || scheme == "googlechrome";
            let body = body
                .trim_start_matches("http://")
                .trim_start_matches("https://");
            Some(format!("http{}://{body}", if is_plain { "" } else { "s" }))
        }
        _ if is_web(rest) => Some(rest.to_owned()),
        _ => None,
    }
}

/// Whether an address is that of an app in a shop: an app's link falls back to it by custom.
pub(super) fn is_store(url: &PageUrl) -> bool {
    rules::of_host(url.host_text()).is_some_and(|rule| rule.kind == Kind::Store)
}
