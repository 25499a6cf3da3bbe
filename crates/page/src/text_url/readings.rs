//! What a person reads in a host that is written otherwise: with digits or signs for letters and dots (T07), and in
//! letters of other alphabets that look alike (T05).

use unicode_security::MixedScript;
use unicode_security::confusable_detection::skeleton;

use super::bounds::MAX_HOST;
use crate::disguise::unleet;
use crate::unwrap::{is_public_host, is_reserved, is_usual_ending};

/// An address in three.
struct Parts<'t> {
    /// What stands before `://`.
    scheme: Option<&'t str>,
    host: &'t str,
    /// What follows the host: its port, path, query and fragment.
    path: &'t str,
}

impl<'t> Parts<'t> {
    fn of(written: &'t str) -> Self {
        let (scheme, rest) = match written.split_once("://") {
            Some((scheme, rest)) => (Some(scheme), rest),
            None => (None, written),
        };
        let end = rest.find(['/', '?', '#', ':']).unwrap_or(rest.len());
        let (host, path) = rest.split_at(end);
        Self { scheme, host, path }
    }

    /// The address with another host and path.
    fn with(&self, host: &str, path: &str) -> String {
        self.scheme.map_or_else(
            || format!("{host}{path}"),
            |scheme| format!("{scheme}://{host}{path}"),
        )
    }
}

/// What an odd scheme stands for; `None` for one that is none.
fn usual_scheme(scheme: &str) -> Option<&'static str> {
    match scheme.to_ascii_lowercase().as_str() {
        "http" | "https" | "hxxp" | "hxxps" => None,
        odd if odd.ends_with('s') => Some("https"),
        _ => Some("http"),
    }
}

/// The addresses that a person may read where the ending of a host has digits for letters, as in `example.c0m`: no
/// ending has, so other labels may be written so, too. What stands for the scheme, or for the dots behind one, is
/// put right. At most five.
pub(super) fn uncoded(written: &str) -> Vec<String> {
    let mut parts = Parts::of(written);
    let is_coded = parts
        .host
        .rsplit_once('.')
        .is_some_and(|(_, label)| is_coded_ending(label));
    let usual = parts.scheme.and_then(usual_scheme);
    let dotted = parts.scheme.and_then(|_| dotted(parts.host));
    if !is_coded && usual.is_none() && dotted.is_none() {
        return Vec::new();
    }
    parts.scheme = usual.or(parts.scheme);
    let host = dotted.unwrap_or_else(|| parts.host.to_owned());
    let hosts = if is_coded {
        readings_of_digits(&host)
    } else {
        vec![host]
    };
    hosts
        .iter()
        .map(|host| parts.with(host, parts.path))
        .collect()
}

/// What a host may mean whose ending has digits for letters: with those of the ending read as letters, and with
/// those within its other labels, or all of theirs. A one is an `i` or an `l`.
fn readings_of_digits(host: &str) -> Vec<String> {
    let (names, ending) = host.rsplit_once('.').unwrap_or(("", host));
    let ending = unleet(ending);
    let by_label =
        |read: &dyn Fn(&str) -> String| names.split('.').map(read).collect::<Vec<_>>().join(".");
    let ones = |label: &str, one: &str| unleet(&label.replace('1', one));
    // Digits at the end of a label are a number, mostly.
    let within = |label: &str, one: &str| {
        let word = label.trim_end_matches(|c: char| c.is_ascii_digit());
        format!("{}{}", ones(word, one), &label[word.len()..])
    };
    let mut hosts: Vec<String> = Vec::new();
    for names in [
        names.to_owned(),
        by_label(&|label| within(label, "l")),
        by_label(&|label| within(label, "i")),
        by_label(&|label| ones(label, "l")),
        by_label(&|label| ones(label, "i")),
    ] {
        let host = format!("{names}.{ending}");
        if !hosts.contains(&host) {
            hosts.push(host);
        }
    }
    hosts
}

/// A host behind a scheme that has signs for its dots: none of its characters is a dot, and its last label is an
/// ending.
fn dotted(host: &str) -> Option<String> {
    if host.contains('.') {
        return None;
    }
    let is_sign = |c: char| !c.is_alphanumeric() && !matches!(c, '-' | '_' | '@' | '%');
    let labels: Vec<&str> = host
        .split(is_sign)
        .filter(|label| !label.is_empty())
        .collect();
    let ending = labels.last()?;
    (labels.len() > 1 && (is_usual_ending(ending) || is_reserved(ending)) && *ending != "localhost")
        .then(|| labels.join("."))
}

/// Whether a label is an ending of a host with digits for letters.
pub(super) fn is_coded_ending(label: &str) -> bool {
    let has_digits = label.bytes().any(|byte| byte.is_ascii_digit());
    let plain = || unleet(label);
    has_digits && label.len() > 2 && (is_usual_ending(&plain()) || is_reserved(&plain()))
}

/// The address that a person reads where a host mixes letters of several alphabets that look alike
/// (T05): the skeleton of UTS 39, when that is an ordinary host name and the text is not.
pub(super) fn unmasked(written: &str) -> Option<String> {
    if written.is_ascii() {
        return None;
    }
    let parts = Parts::of(written);
    let host = parts.host;
    if host.is_ascii() || host.len() > MAX_HOST {
        return None;
    }
    let mixes = host
        .split('.')
        .any(|label| !label.is_ascii() && !label.is_single_script());
    let ends_plain = host.rsplit('.').next().is_some_and(str::is_ascii);
    if !mixes && !ends_plain {
        return None;
    }
    let read = read_alike(host);
    let is_plain = read.is_ascii() && is_public_host(&read.to_ascii_lowercase());
    // What stands behind such a host is written by the same hand; a path that does not come to plain letters is
    // what it is.
    let alike = read_alike(parts.path);
    let path = if alike.is_ascii() { &alike } else { parts.path };
    is_plain.then(|| parts.with(&read, path))
}

/// A text with the letters that its letters of other alphabets look like. The skeleton of `m` is `rn`; that and its
/// like are for comparing, not for reading.
fn read_alike(text: &str) -> String {
    let mut read = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            read.push(c);
        } else {
            read.extend(skeleton(c.encode_utf8(&mut [0; 4])));
        }
    }
    read
}
