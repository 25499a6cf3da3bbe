//! What counts as the name of a host.

use model::{PageUrl, has_known_suffix, registrable_domain};

/// Whether a name that ends so is meant as a host wherever it stands, and its end is no word of the
/// sentence.
pub(crate) fn is_usual_ending(ending: &str) -> bool {
    matches!(
        ending,
        "com"
            | "net"
            | "org"
            | "info"
            | "biz"
            | "shop"
            | "store"
            | "online"
            | "site"
            | "xyz"
            | "top"
            | "club"
            | "io"
            | "co"
            | "de"
            | "fr"
            | "pl"
            | "uk"
            | "eu"
            | "nl"
            | "ru"
            | "cn"
            | "jp"
            | "br"
            | "ca"
            | "au"
            | "ch"
            | "cz"
            | "onion"
            | "example"
    )
}

/// Whether an address has a host that exists by its form: an IP address, a name under a known or a
/// reserved suffix, or the machine itself.
pub(crate) fn has_plausible_host(url: &PageUrl) -> bool {
    let Some(host) = url.as_url().host_str() else {
        return false;
    };
    if url.ip().is_some() || host == "localhost" {
        return true;
    }
    let name = host.trim_end_matches('.');
    name.contains('.') && (is_reserved(name) || has_known_suffix(name))
}

/// Whether a text begins with a host under a known public suffix (and is not merely a file name).
pub(crate) fn is_public_host(text: &str) -> bool {
    let host = text
        .split(['/', '?', '#', ':'])
        .next()
        .unwrap_or_default()
        .trim_end_matches('.');
    if host.len() < 4
        || host.len() > 253
        || !host.contains('.')
        || !host
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '.' | '-'))
        || host.starts_with(['.', '-'])
        || host.contains("..")
    {
        return false;
    }
    let lower = host.to_lowercase();
    if host.len() == text.len() && is_file_ending(&lower) {
        return false;
    }
    (is_reserved(&lower) || has_known_suffix(&lower))
        && registrable_domain(&lower).is_some()
        && lower
            .rsplit('.')
            .next()
            .is_some_and(|tld| !tld.bytes().all(|b| b.is_ascii_digit()))
}

/// Top-level names that are set aside (RFC 6761, RFC 7686, RFC 9476) and hence on no list of public
/// suffixes: hosts of test networks, private networks and hidden services.
pub(crate) fn is_reserved(host: &str) -> bool {
    matches!(
        host.rsplit('.').next().unwrap_or_default(),
        "test" | "example" | "invalid" | "localhost" | "local" | "internal" | "onion" | "alt"
    )
}

/// Endings that are public suffixes, and more often those of files.
pub(crate) fn is_file_ending(name: &str) -> bool {
    matches!(
        name.rsplit('.').next().unwrap_or_default(),
        "md" | "sh"
            | "py"
            | "rs"
            | "pl"
            | "ps"
            | "zip"
            | "mov"
            | "js"
            | "ts"
            | "so"
            | "cc"
            | "ai"
            | "java"
    )
}
