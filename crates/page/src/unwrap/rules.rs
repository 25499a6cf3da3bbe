//! The list of hosts of which the form of an address says too little: shorteners, networks that pay
//! for visitors, caches (rules.txt, compiled in).
//!
//! The unwrapping itself needs no list. The list adds what a host *is*, and which of its parameters
//! hold a host without a scheme.

use std::sync::LazyLock;

use super::homograph::ascii_look;

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

/// Slots of the table of hosts, of which few are taken.
const SLOTS: usize = 1 << 10;

struct Rules {
    entries: Vec<Rule>,
    /// For the hash of a host, the place of its entry, plus one; taken slots push on to the next.
    slots: Vec<u16>,
    names: Vec<Name>,
}

/// A host that others dress up as.
#[derive(Debug, Clone, Copy)]
pub(super) struct Name {
    /// The host.
    pub(super) host: &'static str,
    /// What its first letter looks like.
    pub(super) first: u8,
}

static RULES: LazyLock<Rules> = LazyLock::new(|| {
    let mut rules = Rules {
        entries: Vec::new(),
        slots: vec![0; SLOTS],
        names: Vec::new(),
    };
    for rule in TEXT.lines().filter_map(entry) {
        if rule.kind == Kind::Name {
            let first = ascii_look(rule.host.as_bytes()).next();
            rules.names.push(Name {
                host: rule.host,
                first: first.unwrap_or_default(),
            });
        } else {
            rules.insert(rule);
        }
    }
    rules
});

impl Rules {
    fn insert(&mut self, rule: Rule) {
        let mut slot = rule.host.bytes().rev().fold(START, mix) as usize % SLOTS;
        // The list is far from filling the table; a test reads each of its entries.
        for _ in 0..SLOTS {
            match self.slots[slot].checked_sub(1).map(usize::from) {
                None => {
                    self.entries.push(rule);
                    self.slots[slot] = u16::try_from(self.entries.len()).unwrap_or(0);
                    return;
                }
                Some(known) if self.entries[known].host == rule.host => {
                    self.entries[known] = rule;
                    return;
                }
                Some(_) => slot = (slot + 1) % SLOTS,
            }
        }
    }

    fn get(&self, host: &str, hash: u32) -> Option<&Rule> {
        let mut slot = hash as usize % SLOTS;
        loop {
            let rule = &self.entries[usize::from(self.slots[slot].checked_sub(1)?)];
            if rule.host == host {
                return Some(rule);
            }
            slot = (slot + 1) % SLOTS;
        }
    }
}

const START: u32 = 0x811C_9DC5;

/// A step of a hash over the bytes of a host from its end, so that one pass has the hash of each
/// name above it.
fn mix(hash: u32, byte: u8) -> u32 {
    (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
}

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

/// Labels of a host that may stand in front of a name of the list.
const MAX_ABOVE: usize = 8;

/// The entry for a host or for a name above it, the longest first. One pass over the host.
pub(super) fn of_host(host: &str) -> Option<&'static Rule> {
    let rules = &*RULES;
    let bytes = host.as_bytes();
    let mut found = None;
    let (mut hash, mut dots, mut dots_found) = (START, 0, 0);
    for (at, &byte) in bytes.iter().enumerate().rev() {
        hash = mix(hash, byte);
        let begins_label = at == 0 || bytes[at - 1] == b'.';
        // A name without a dot is no host of the list, unless it is all there is.
        if begins_label
            && (dots > 0 || at == 0)
            && let Some(rule) = rules.get(&host[at..], hash)
        {
            (found, dots_found) = (Some(rule), dots);
        }
        dots += usize::from(byte == b'.');
    }
    found.filter(|_| dots - dots_found < MAX_ABOVE)
}

/// Hosts that others dress up as.
pub(super) fn names() -> impl Iterator<Item = Name> {
    RULES.names.iter().copied()
}
