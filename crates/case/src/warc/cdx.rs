//! The index of the evidence: CDXJ, one line for each answer, sorted by SURT key and time, as
//! replay tools (pywb, wabac.js, OpenWayback) read it.

use model::{PageUrl, Timestamp};
use serde_json::json;

/// What a line says.
pub(crate) struct Line<'a> {
    pub(crate) address: &'a PageUrl,
    pub(crate) started: Timestamp,
    pub(crate) mime: &'a str,
    pub(crate) status: u16,
    pub(crate) file: u32,
    pub(crate) offset: u64,
    /// Of all records of the exchange, the answer first.
    pub(crate) bytes: u64,
    /// SHA-256 of the payload, where it was kept.
    pub(crate) payload: Option<&'a [u8]>,
}

impl Line<'_> {
    /// The line, with its end.
    pub(crate) fn text(&self) -> String {
        let mime = self.mime.split(';').next().unwrap_or_default().trim();
        let mut fields = json!({
            "url": self.address.as_str(),
            "mime": if mime.is_empty() { "unk" } else { mime },
            "status": self.status.to_string(),
            "length": self.bytes.to_string(),
            "offset": self.offset.to_string(),
            "filename": super::file_name(self.file),
        });
        if let Some(payload) = self.payload {
            fields["digest"] = super::record::labelled(payload).into();
        }
        let time: String = self
            .started
            .to_string()
            .chars()
            .filter(char::is_ascii_digit)
            .take(14)
            .collect();
        format!("{} {time} {fields}\n", key(self.address))
    }
}

/// The SURT form of an address: `com,example,shop)/path?a=1&b=2`. As the Internet Archive's
/// canonicalizer has it: no scheme, no `www`, no default port, lower case, no slash at the end,
/// parameters in order.
pub(crate) fn key(address: &PageUrl) -> String {
    let url = address.as_url();
    let host = url.host_str().unwrap_or_default().to_ascii_lowercase();
    let bare = match host.split_once('.') {
        Some((first, rest))
            if rest.contains('.')
                && first
                    .strip_prefix("www")
                    .is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit())) =>
        {
            rest
        }
        _ => &host,
    };
    let mut key = if address.ip().is_some() {
        host.clone()
    } else {
        let labels: Vec<&str> = bare.split('.').rev().collect();
        labels.join(",")
    };
    if let Some(port) = url.port() {
        key.push_str(&format!(":{port}"));
    }
    key.push(')');
    let path = url.path().to_ascii_lowercase();
    let path = path.strip_suffix('/').unwrap_or(&path);
    key.push_str(if path.is_empty() { "/" } else { path });
    if let Some(query) = url.query().filter(|query| !query.is_empty()) {
        let query = query.to_ascii_lowercase();
        let mut parameters: Vec<&str> = query.split('&').collect();
        parameters.sort_unstable();
        key.push('?');
        key.push_str(&parameters.join("&"));
    }
    // A space would end the key.
    key.replace(' ', "%20")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_those_of_the_internet_archive() {
        for (address, expected) in [
            ("http://www.Example.com/", "com,example)/"),
            (
                "https://shop.example.com:8443/A/b/?z=1&a=2",
                "com,example,shop:8443)/a/b?a=2&z=1",
            ),
            ("http://www2.example.co.uk/x", "uk,co,example)/x"),
            ("http://127.0.0.1:81/x", "127.0.0.1:81)/x"),
            ("http://www.com/", "com,www)/"),
        ] {
            assert_eq!(key(&PageUrl::parse(address).unwrap()), expected);
        }
    }
}
