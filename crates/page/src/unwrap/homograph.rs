//! Hosts that look like others (R17), by UTS 39: skeletons, mixed scripts and whole-script
//! confusables; and hosts that look like the page's own or like a name of the rule list.

use std::borrow::Cow;

use model::{PageUrl, Technique};
use unicode_security::{MixedScript, skeleton};

use super::Unwrapped;
use super::rules;

/// Looks at the host of an address that is not the page's. Costs nothing worth the name for
/// an ASCII host of another length than the page's.
pub(super) fn look(target: &PageUrl, page: &PageUrl, into: &mut Unwrapped) {
    if target.as_url().domain().is_none() {
        return;
    }
    let host = target.host_text();
    let own = page.as_url().domain().map_or("", |_| page.host_text());
    let is_foreign = is_encoded(host);
    let shown = if is_foreign {
        Cow::Owned(url::quirks::domain_to_unicode(host))
    } else {
        Cow::Borrowed(host)
    };
    if let Some(known) = looks_like(&shown, own, target, page) {
        into.names_other_host = true;
        into.disguise(Technique::HOMOGRAPH, format!("{shown} looks like {known}"));
        return;
    }
    if !is_foreign {
        return;
    }
    let is_latin_suffix = !host
        .rsplit('.')
        .next()
        .is_some_and(|tld| tld.starts_with("xn--"));
    for label in shown.split('.').filter(|label| !label.is_ascii()) {
        let look: String = skeleton(label).collect();
        let has_latin = label.chars().any(|c| c.is_ascii_alphabetic());
        let is_mixed = !label.is_single_script();
        let letters = label.chars().count();
        if look.is_ascii() && is_mixed && has_latin {
            into.names_other_host = true;
            into.disguise(
                Technique::HOMOGRAPH,
                format!("`{label}` mixes scripts so that it reads `{look}`"),
            );
        } else if look.is_ascii() && !has_latin && is_latin_suffix && letters >= 3 {
            into.names_other_host = true;
            into.disguise(
                Technique::HOMOGRAPH,
                format!("every letter of `{label}` is one that looks Latin: it reads `{look}`"),
            );
        } else if is_mixed {
            into.disguise(Technique::HOMOGRAPH, format!("`{label}` mixes scripts"));
        }
    }
}

/// Whether a label is one of another alphabet in its ASCII form.
fn is_encoded(host: &str) -> bool {
    let bytes = host.as_bytes();
    memchr::memchr_iter(b'x', bytes).any(|at| bytes[at..].starts_with(b"xn--"))
}

/// The page's host, or a name of the rule list, when the shown host has its skeleton and is
/// another.
fn looks_like(shown: &str, own: &str, target: &PageUrl, page: &PageUrl) -> Option<String> {
    let bare = shown.strip_prefix("www.").unwrap_or(shown);
    let own = own.strip_prefix("www.").unwrap_or(own);
    // Sites cost a look-up each, and are asked for what looks alike only.
    let is_other = |known: &&str| {
        let site = target.site();
        site != page.site() && site.as_str() != *known
    };
    let own = std::iter::once(own).filter(|own| !own.is_empty());
    if bare.is_ascii() {
        // Most names differ in what their first letter looks like.
        let first = ascii_look(bare.as_bytes()).next().unwrap_or_default();
        let names = rules::names().filter(|name| name.first == first);
        let mut known = own.chain(names.map(|name| name.host));
        return known
            .find(|known| {
                *known != bare
                    && known.is_ascii()
                    && ascii_look(bare.as_bytes()).eq(ascii_look(known.as_bytes()))
            })
            .filter(is_other)
            .map(str::to_owned);
    }
    let look = plain_look(bare);
    let known = own.chain(rules::names().map(|name| name.host));
    known
        .filter(|known| *known != bare && known.len().abs_diff(look.len()) <= 3)
        .find(|known| plain_look(known) == look)
        .filter(is_other)
        .map(str::to_owned)
}

/// What an ASCII name looks like: UTS 39 confuses `rn` with `m`, `0` with `o` and `1` with `l`
/// among the characters of host names.
pub(super) fn ascii_look(text: &[u8]) -> impl Iterator<Item = u8> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let byte = *text.get(at)?;
        at += 1;
        Some(match byte {
            b'r' if text.get(at) == Some(&b'n') => {
                at += 1;
                b'm'
            }
            b'0' => b'o',
            b'1' => b'l',
            other => other,
        })
    })
}

/// Skeleton without marks over or under letters, in one case; zero and one as the letters that
/// they look like.
fn plain_look(text: &str) -> String {
    skeleton(text)
        .filter(|c| !unicode_normalization::char::is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            '0' => 'o',
            '1' => 'l',
            other => other,
        })
        .collect()
}
