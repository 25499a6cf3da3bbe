//! What an address really points to: addresses inside of it, taken out through every encoding to a
//! fixed point; and what about it disguises the host that is asked.
//!
//! Nothing here knows a list of redirectors: an address is nested when a part of the outer one,
//! after zero or more decodings, is an absolute http(s) address with a host that can exist, or a
//! bare host in a place that asks for an address. The list of `rules.txt` adds what the form of an
//! address does not say.
//!
//! What looks the same on honest pages is left out: addresses of the page's own site (share
//! buttons, returns from a login), of the outer address's own site, of pictures and other media,
//! and identifiers of protocols (OAuth scopes, namespaces, claims of tokens).
//!
//! Cost: one pass of about a nanosecond for each byte for an address that holds none. Otherwise bounded by
//! [`MAX_ATTEMPTS`] texts of at most [`MAX_TEXT`] bytes for each outer address.

mod affiliate;
mod apps;
pub(crate) mod data_url;
mod decode;
mod disguise;
mod gateway;
mod homograph;
mod hosts;
mod places;
mod rules;
mod scan;

use model::{Affiliation, Layer, PageUrl, Technique};

use hosts::has_plausible_host;
pub(crate) use hosts::{is_file_ending, is_public_host, is_reserved, is_usual_ending};
use rules::{Kind, Rule};

/// Layers that are taken off one after the other, at most.
const MAX_LAYERS: usize = 10;

/// Longer texts are no addresses.
const MAX_TEXT: usize = 4_096;

/// At most so many addresses come out of one.
const MAX_FOUND: usize = 12;

/// Texts that are looked at, for one outer address.
const MAX_ATTEMPTS: usize = 200;

/// An address found inside of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Nested {
    /// The address as it stood after the last layer.
    pub(crate) written: String,
    /// Where it leads.
    pub(crate) target: PageUrl,
    /// Layers taken off, outermost first.
    pub(crate) layers: Vec<Layer>,
}

/// What was found out about one address.
#[derive(Debug, Default)]
pub(crate) struct Unwrapped {
    /// What an app's address stands for on the web.
    pub(crate) target: Option<PageUrl>,
    /// Addresses inside of it, outer before inner.
    pub(crate) nested: Vec<Nested>,
    /// What disguises it: technique, and what shows it.
    pub(crate) disguises: Vec<(Technique, String)>,
    /// Whether what a reader sees of it names another host than the one that is asked.
    pub(crate) names_other_host: bool,
    /// Who is paid.
    pub(crate) affiliation: Option<Box<Affiliation>>,
}

impl Unwrapped {
    fn disguise(&mut self, technique: Technique, shows: String) {
        let known = self.disguises.iter().any(|(_, known)| *known == shows);
        if !known && self.disguises.len() < 8 {
            self.disguises.push((technique, shows));
        }
    }
}

/// Takes an address apart. `href` is the reference as written, `target` what it resolves to,
/// `page` the address of the page that carries it.
pub(crate) fn unwrap(href: &str, target: Option<&PageUrl>, page: &PageUrl) -> Unwrapped {
    let mut out = Unwrapped::default();
    let mut search = Search::default();
    let stands_for;
    let target = match target {
        Some(target) => target,
        None => {
            for app in apps::look(href, &mut out) {
                search.value(&app.text, app.named, app.layers);
            }
            if out.target.is_none() {
                out.target = behind_slashes(href, page);
            }
            search
                .found
                .retain(|nested| !apps::is_store(&nested.target));
            let Some(target) = out.target.clone() else {
                search.reach_fixed_point(&mut out);
                return finish(out, search, None, page);
            };
            stands_for = target;
            &stands_for
        }
    };
    let url = target.as_url();
    let host = target.host_text();
    let is_foreign = host != page.host_text();
    let rule = Some(host).filter(|_| is_foreign).and_then(rules::of_host);
    if is_foreign {
        disguise::look(href, target, page, &mut out);
        homograph::look(target, page, &mut out);
        if let Some(rule) = rule {
            classify(rule, url, &mut out);
        }
        if let Some(behind) = gateway::look(target, rule, &mut out) {
            search.address(&behind.written, false, &behind.layers);
        }
    }
    let fragment = href.split_once('#').map(|(_, fragment)| fragment);
    let may_hold = url.as_str().len() <= 4 * MAX_TEXT
        && (rule.is_some_and(|rule| !rule.fields.is_empty() && url.query().is_some())
            || scan::may_hold(url.path(), url.query(), fragment));
    if may_hold {
        search.places(target, fragment, rule, &[]);
    }
    search.reach_fixed_point(&mut out);
    finish(out, search, Some((target, rule)), page)
}

/// What browsers make of a reference that begins with three slashes or more, of either kind: they
/// ignore those too many, and the parser that we use does not.
fn behind_slashes(href: &str, page: &PageUrl) -> Option<PageUrl> {
    let trimmed = href.trim_start();
    let rest = trimmed.trim_start_matches(['/', '\\']);
    (trimmed.len() - rest.len() >= 3)
        .then(|| PageUrl::parse(&format!("{}://{rest}", page.as_url().scheme())).ok())
        .flatten()
}

fn classify(rule: &Rule, url: &url::Url, out: &mut Unwrapped) {
    let has_path = url.path().len() > 1;
    let shows = match rule.kind {
        Kind::Shortener if has_path => format!("{} is a shortener", rule.host),
        Kind::Landing if has_path => format!("{} keeps pages of links", rule.host),
        Kind::DeepLink if has_path => format!("{} sends to apps or elsewhere", rule.host),
        _ => return,
    };
    out.disguise(Technique::SHORTENER, shows);
}

/// Leaves out what is the same on honest pages, and says who is paid.
fn finish(
    mut out: Unwrapped,
    search: Search,
    outer: Option<(&PageUrl, Option<&'static Rule>)>,
    page: &PageUrl,
) -> Unwrapped {
    let mut nested = search.found;
    if let Some((target, rule)) = outer {
        let may_pay = !nested.is_empty()
            || rule.is_some_and(|rule| rule.kind == Kind::Network)
            || target.as_url().query().is_some_and(affiliate::may_say_so);
        if may_pay {
            let first = nested.first().map(|nested| &nested.target);
            out.affiliation = affiliate::look(target, rule, first).map(Box::new);
        }
    }
    if nested.is_empty() {
        return out;
    }
    let own = page.site();
    let around = outer.map(|(target, _)| target.site());
    // A redirector sends on within its own site, too: to what its users publish there.
    let is_redirector = outer.is_some_and(|(target, rule)| {
        rule.is_some_and(|rule| {
            let has_field = |name: &str| rule.fields.contains(&name);
            rule.kind == Kind::Redirector
                && target
                    .as_url()
                    .query_pairs()
                    .any(|(name, _)| has_field(&name))
        })
    });
    nested.retain(|nested| {
        let site = nested.target.site();
        site != own
            && (is_redirector || around.as_ref() != Some(&site))
            && !is_media(&nested.target)
    });
    if let (Some(around), Some(first)) = (&around, nested.first())
        && *around != own
    {
        out.disguise(
            Technique::OPEN_REDIRECTOR,
            format!(
                "an address of {around} carries one of {}",
                first.target.site()
            ),
        );
    }
    out.nested = nested;
    out
}

/// Whether an address is that of a picture, a sound, a script or a sheet.
fn is_media(url: &PageUrl) -> bool {
    crate::carriers::elements::is_media_name(url.as_url().path())
}

/// The search for nested addresses.
#[derive(Default)]
struct Search {
    found: Vec<Nested>,
    /// A few dozen at most.
    seen: Vec<PageUrl>,
    attempts: usize,
    opened: usize,
}

impl Search {
    /// Looks into every address that was found, and into what is found there.
    fn reach_fixed_point(&mut self, out: &mut Unwrapped) {
        while self.opened < self.found.len() && self.found.len() < MAX_FOUND {
            let nested = self.found[self.opened].clone();
            self.opened += 1;
            if nested.layers.len() >= MAX_LAYERS {
                continue;
            }
            let rule = rules::of_host(nested.target.host_text());
            if let Some(behind) = gateway::look(&nested.target, rule, out) {
                let layers = [nested.layers.clone(), behind.layers].concat();
                self.address(&behind.written, false, &layers);
            }
            let fragment = nested.written.split_once('#').map(|(_, fragment)| fragment);
            self.places(&nested.target, fragment, rule, &nested.layers);
        }
    }

    /// Takes layers off one value until an address shows, breadth first.
    fn value(&mut self, value: &str, named: bool, layers: Vec<Layer>) {
        let mut waiting = vec![(value.trim().to_owned(), layers)];
        let mut next = 0;
        while next < waiting.len() && waiting.len() < 64 {
            let (text, layers) = std::mem::take(&mut waiting[next]);
            next += 1;
            if text.len() < 4
                || text.len() > MAX_TEXT
                || self.attempts >= MAX_ATTEMPTS
                || self.found.len() >= MAX_FOUND
            {
                continue;
            }
            self.attempts += 1;
            if self.address(&text, named, &layers) || layers.len() >= MAX_LAYERS {
                continue;
            }
            if self.embedded(&text, &layers) {
                continue;
            }
            for (taken, decoded) in decode::decodings(&text, named) {
                waiting.push((decoded, [layers.as_slice(), &taken].concat()));
            }
        }
    }

    /// An address behind a prefix (`cache:abc:https://…`), or in the values of a decoded query.
    fn embedded(&mut self, text: &str, layers: &[Layer]) -> bool {
        let lower = text.to_ascii_lowercase();
        let Some(start) = ["http://", "https://"]
            .iter()
            .filter_map(|s| lower.find(s))
            .min()
        else {
            return false;
        };
        let before = &text[..start];
        if before.contains(char::is_whitespace)
            || before.contains(['"', '{', '<'])
            || before.ends_with(|c: char| c.is_alphanumeric())
        {
            return false;
        }
        let layer = if before.ends_with('=') {
            Layer::Query
        } else {
            Layer::Prefix
        };
        let rest = &text[start..];
        let end = rest
            .find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '|'))
            .unwrap_or(rest.len());
        self.address(&rest[..end], true, &[layers, &[layer]].concat())
    }

    /// Whether an address was not met yet; from now on it was.
    fn is_new(&mut self, url: &PageUrl) -> bool {
        let is_new = !self.seen.contains(url);
        if is_new {
            self.seen.push(url.clone());
        }
        is_new
    }

    /// Keeps a text that is an address. A scheme-less one needs a place that asks for it.
    fn address(&mut self, text: &str, named: bool, layers: &[Layer]) -> bool {
        let mut layers = layers.to_vec();
        let target = if let Some(address) = absolute(text) {
            PageUrl::parse(&address).ok()
        } else if let Some(rest) = text.strip_prefix("//") {
            layers.push(Layer::Schemeless);
            is_public_host(rest)
                .then(|| PageUrl::parse(&format!("https:{text}")).ok())
                .flatten()
        } else if named && is_public_host(text) {
            layers.push(Layer::Schemeless);
            PageUrl::parse(&format!("https://{text}")).ok()
        } else {
            None
        };
        let Some(target) = target.filter(has_plausible_host) else {
            return false;
        };
        if self.found.len() < MAX_FOUND && self.is_new(&target) {
            self.found.push(Nested {
                written: text.to_owned(),
                target,
                layers,
            });
        }
        true
    }
}

/// An absolute address, with the usual slips put right: one slash, backslashes, slashes escaped as
/// in JSON.
fn absolute(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once(':')?;
    let is_web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    let is_slashed = rest.starts_with(['/', '\\']);
    (is_web && is_slashed).then(|| {
        let rest = rest.replace("\\/", "/");
        let rest = rest.trim_start_matches(['/', '\\']);
        format!("{scheme}://{rest}")
    })
}

#[cfg(test)]
mod tests;
