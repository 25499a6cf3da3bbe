//! The list of hosts of which the form of an address says too little: shorteners, networks that pay
//! for visitors, caches (rules.txt, compiled in).
//!
//! The unwrapping itself needs no list. The list adds what a host *is*, and which of its parameters
//! hold a host without a scheme.

use std::collections::HashMap;
use std::sync::LazyLock;

/// What the list says of a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The path is a code.
    Shortener,
    /// A page of links that one person keeps.
    Landing,
    /// Sends to an app, or to what a browser gets instead.
    DeepLink,
    /// The first label spells another host.
    Dashes,
    /// A name below the host is an onion service.
    Tor,
    /// A copy of another address.
    Cache,
    /// Sends on to any address.
    Redirector,
    /// Pays for visitors.
    Network,
    /// A shop for apps.
    Store,
    /// A host that others dress up as.
    Name,
}

/// One entry.
#[derive(Debug)]
pub(super) struct Rule {
    /// What it says.
    pub(super) kind: Kind,
    /// The host.
    pub(super) host: &'static str,
    /// Parameters; see the head of the list.
    pub(super) fields: Vec<&'static str>,
}

/// The list as text.
pub(super) const TEXT: &str = include_str!("rules.txt");

struct Rules {
    by_host: HashMap<&'static str, Rule>,
    names: Vec<&'static str>,
}

static RULES: LazyLock<Rules> = LazyLock::new(|| {
    let mut rules = Rules {
        by_host: HashMap::new(),
        names: Vec::new(),
    };
    for rule in TEXT.lines().filter_map(entry) {
        if rule.kind == Kind::Name {
            rules.names.push(rule.host);
        } else {
            rules.by_host.insert(rule.host, rule);
        }
    }
    rules
});

/// One line of the list; `None` for a comment and for what is no entry.
fn entry(line: &'static str) -> Option<Rule> {
    let mut words = line.split_ascii_whitespace();
    let kind = match words.next()? {
        "shortener" => Kind::Shortener,
        "landing" => Kind::Landing,
        "deeplink" => Kind::DeepLink,
        "dashes" => Kind::Dashes,
        "tor" => Kind::Tor,
        "cache" => Kind::Cache,
        "redirector" => Kind::Redirector,
        "network" => Kind::Network,
        "store" => Kind::Store,
        "name" => Kind::Name,
        _ => return None,
    };
    let host = words.next()?;
    let fields = words.next()?;
    Some(Rule {
        kind,
        host,
        fields: fields.split(',').filter(|field| *field != "-").collect(),
    })
}

/// The entry for a host or for a name above it, the longest first. Costs a look-up for each label.
pub(super) fn of_host(host: &str) -> Option<&'static Rule> {
    let mut rest = host;
    for _ in 0..8 {
        if let Some(rule) = RULES.by_host.get(rest) {
            return Some(rule);
        }
        rest = rest.split_once('.')?.1;
        if !rest.contains('.') {
            return None;
        }
    }
    None
}

/// Hosts that others dress up as.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    RULES.names.iter().copied()
}
