//! The places of an address that may hold another: query, matrix parameters, path and fragment.

use model::{Layer, PageUrl};

use super::Search;
use super::hosts::is_public_host;
use super::rules::Rule;
use super::scan::is_target_name;

/// Parameters of an OAuth or OpenID request that identify, and lead nowhere (RFC 6749, RFC 8707,
/// OpenID Connect Core).
const REQUEST_IDENTIFIERS: [&str; 9] = [
    "scope",
    "audience",
    "resource",
    "client_id",
    "acr_values",
    "claims",
    "realm",
    "nonce",
    "state",
];

impl Search {
    /// Looks into every place of an address, `layers` having been taken off to find it.
    pub(super) fn places(
        &mut self,
        url: &PageUrl,
        fragment: Option<&str>,
        rule: Option<&Rule>,
        layers: &[Layer],
    ) {
        self.is_new(url);
        if let Some(query) = url.as_url().query() {
            self.query(query, rule, &with(layers, Layer::Query));
        }
        self.path(url, layers);
        if let Some(fragment) = fragment.filter(|fragment| !fragment.is_empty()) {
            self.fragment(fragment, &with(layers, Layer::Fragment));
        }
    }

    fn query(&mut self, query: &str, rule: Option<&Rule>, layers: &[Layer]) {
        let pairs = || url::form_urlencoded::parse(query.as_bytes()).take(64);
        let has = |wanted: &[&str]| pairs().any(|(name, _)| wanted.contains(&&*name));
        let is_request = has(&["client_id", "openid.mode"]);
        let fields = rule.map_or(&[][..], |rule| &rule.fields);
        for (name, value) in pairs() {
            let is_identifier = (is_request && REQUEST_IDENTIFIERS.contains(&&*name))
                || name.starts_with("openid.ns")
                || matches!(
                    &*name,
                    "xmlns" | "$schema" | "openid.identity" | "openid.claimed_id"
                );
            if is_identifier {
                continue;
            }
            let named = is_target_name(&name) || fields.contains(&&*name);
            let cached = value
                .strip_prefix("cache:")
                .filter(|_| !fields.is_empty())
                .and_then(|rest| rest.split(':').find(|part| is_public_host(part)))
                .map(|host| host.split_whitespace().next().unwrap_or_default());
            match cached {
                Some(host) if !value.contains("://") => {
                    self.value(host, true, with(layers, Layer::Prefix));
                }
                _ => self.value(&value, named, layers.to_vec()),
            }
            if value.is_empty() {
                self.value(&name, true, layers.to_vec());
            }
        }
        // `?https://…` with `=` and `&` of its own is cut by the pairs above.
        let plain = percent_encoding::percent_decode_str(query).decode_utf8_lossy();
        if super::absolute(&plain).is_some() {
            self.value(&plain, true, layers.to_vec());
        }
    }

    fn fragment(&mut self, fragment: &str, layers: &[Layer]) {
        let plain = percent_encoding::percent_decode_str(fragment).decode_utf8_lossy();
        // A text fragment quotes the page.
        if plain.starts_with(":~:") {
            return;
        }
        for pair in plain.split(['&', '?', ';']).take(64) {
            if let Some((name, value)) = pair.split_once('=') {
                self.value(value, is_target_name(name), layers.to_vec());
            }
        }
        let trimmed = plain.trim_start_matches(['!', '?']);
        let bare = trimmed.trim_start_matches('/');
        // A route with an address in it: `#!/out/https://…`.
        let start = bare.find("https://").or_else(|| bare.find("http://"));
        if let Some(start) = start.filter(|&start| bare[..start].ends_with('/')) {
            self.value(&bare[start..], true, layers.to_vec());
            return;
        }
        let whole = if trimmed.starts_with("//") {
            trimmed
        } else {
            bare
        };
        self.value(whole, false, layers.to_vec());
    }

    fn path(&mut self, url: &PageUrl, layers: &[Layer]) {
        let path = url.as_url().path();
        let own = with(layers, Layer::Path);
        if self.address_in_path(url, path, &own) {
            return;
        }
        let mut before = "";
        for (at, segment) in path.split('/').enumerate().take(32) {
            let is_named = matches!(before, "http" | "https")
                || (before.len() >= 8 && before.bytes().take(4).all(|b| b.is_ascii_digit()));
            if is_named && is_public_host(segment) && super::scan::has_archived_host(path)
                || matches!(before, "http" | "https") && is_public_host(segment)
            {
                let rest = path.splitn(at + 1, '/').last().unwrap_or_default();
                self.value(rest, true, own.clone());
                return;
            }
            if segment.len() >= 12 {
                let segment = segment.split(';').next().unwrap_or_default();
                let plain = percent_encoding::percent_decode_str(segment).decode_utf8_lossy();
                self.value(&plain, false, own.clone());
                // The alphabet of base64 has a slash, which cuts the text in the path.
                if let Some(start) = ["aHR0c", "eyJ"]
                    .iter()
                    .find(|sign| segment.starts_with(**sign))
                {
                    let rest = path.split_once(*start).map_or("", |(_, rest)| rest);
                    if rest.contains('/') && rest.bytes().all(super::decode::is_base64_byte) {
                        self.value(&format!("{start}{rest}"), false, own.clone());
                    }
                }
            }
            for parameter in segment.split(';').skip(1).take(16) {
                if let Some((name, value)) = parameter.split_once('=') {
                    let plain = percent_encoding::percent_decode_str(value).decode_utf8_lossy();
                    self.value(&plain, is_target_name(name), with(layers, Layer::Matrix));
                }
            }
            before = segment;
        }
    }

    /// `/away/https://…`: everything behind the scheme belongs to the nested address, and so does
    /// the query.
    fn address_in_path(&mut self, url: &PageUrl, path: &str, layers: &[Layer]) -> bool {
        let lower = path.to_ascii_lowercase();
        let start = [
            "http:/",
            "https:/",
            "http%3a",
            "https%3a",
            "http%253a",
            "https%253a",
        ]
        .iter()
        .filter_map(|scheme| lower.find(scheme))
        .min();
        let Some(start) = start else { return false };
        let before = path[..start].rsplit('/').next().unwrap_or_default();
        if let Some((_, parameter)) = before.rsplit_once(';')
            && parameter.ends_with('=')
        {
            let value = path[start..].split(';').next().unwrap_or_default();
            let is_encoded = value.get(..8).is_some_and(|head| head.contains('%'));
            let value = if is_encoded {
                value.split('/').next().unwrap_or_default()
            } else {
                value
            };
            let plain = percent_encoding::percent_decode_str(value).decode_utf8_lossy();
            let outer = &layers[..layers.len() - 1];
            self.value(&plain, true, with(outer, Layer::Matrix));
            return true;
        }
        let mut text = path[start..].to_owned();
        if text.get(..8).is_some_and(|head| head.contains('%')) {
            // An encoded address is one segment, and the query is the outer one's.
            let segment = text.split('/').next().unwrap_or_default();
            text = percent_encoding::percent_decode_str(segment)
                .decode_utf8_lossy()
                .into_owned();
        } else if let Some(query) = url.as_url().query() {
            text.push('?');
            text.push_str(query);
        }
        self.value(&text, true, layers.to_vec());
        true
    }
}

fn with(layers: &[Layer], layer: Layer) -> Vec<Layer> {
    [layers, &[layer]].concat()
}
