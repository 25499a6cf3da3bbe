//! The hosts of a marketplace and of the web around it. The halves share no name.

use std::collections::BTreeMap;

use super::truth::StorefrontTemplate;
use crate::goods::{PageLanguage, Split};

/// What a host is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum HostKind {
    /// The marketplace itself, in one template.
    Storefront(StorefrontTemplate),
    /// Short links.
    Shortener,
    /// A host that sends on to an address in its own: exits, trackers of clicks.
    Exit,
    /// A distributor of traffic, shared by many ways.
    Distributor,
    /// A page of links.
    Hub,
    /// A page made to pass visitors on.
    Doorway,
    /// A messenger's or album's page of a seller.
    Channel,
    /// A forum, a blog or an album whose posts speak of listings.
    Forum,
    /// A shop of restricted goods that asks nobody's age.
    Shop(PageLanguage),
    /// A shop of restricted goods that asks for age.
    GatedShop(PageLanguage),
    /// A shop, maker or club without any restricted goods.
    Honest(PageLanguage),
    /// News, also of medicines and weapons.
    Press(PageLanguage),
    /// A sister site of the marketplace.
    Sister,
    /// A tracker of visits.
    Tracker,
    /// An affiliate network.
    Network,
    /// A name that has expired and is parked.
    Parked,
    /// A gateway that shows other sites' pages.
    Gateway,
    /// A payment page.
    Payment,
    /// A page to share links on.
    Social,
    /// A host of scripts.
    Scripts,
    /// A site that checks ages.
    AgeCheck,
    /// A host whose name looks like a storefront's.
    Homograph(StorefrontTemplate),
}

/// All hosts of a half.
#[derive(Debug)]
pub(super) struct Hosts {
    kinds: BTreeMap<String, HostKind>,
    names: BTreeMap<HostKind, Vec<String>>,
}

/// The first parts, the second parts and the ends of made-up names, by half.
const DEV: [&[&str]; 3] = [
    &[
        "bril", "cado", "dremi", "falka", "gorun", "hesti", "jando", "kelmu", "lorpa", "mindo",
        "nerva", "ostri", "palgo", "quento", "rusik", "salbe",
    ],
    &[
        "ta", "vik", "lon", "mer", "dos", "pra", "sel", "gan", "rix", "bo", "nu",
    ],
    &["hub", "go", "line", "spot", "ware", "port", "base"],
];
const TEST: [&[&str]; 3] = [
    &[
        "arvo", "beshi", "corlu", "dunep", "elgri", "fomra", "grisu", "hubek", "ivlen", "jurta",
        "krempo", "ludvi", "merot", "nislo", "oprek", "pyldo",
    ],
    &[
        "ska", "dun", "fal", "qui", "bra", "tho", "wen", "zim", "cle", "yor", "hap",
    ],
    &["way", "net", "point", "lane", "deck", "field", "yard"],
];

impl Hosts {
    /// The hosts of `split`.
    pub(super) fn of(split: Split) -> Self {
        let mut hosts = Self {
            kinds: BTreeMap::new(),
            names: BTreeMap::new(),
        };
        for &template in StorefrontTemplate::ALL {
            let name = storefront(split, template);
            hosts.add(look_alike(&name, split), HostKind::Homograph(template));
            hosts.add(name, HostKind::Storefront(template));
        }
        let parts = match split {
            Split::Dev => DEV,
            Split::Test => TEST,
        };
        let mut number = 0;
        for (kind, count) in counts() {
            for _ in 0..count {
                hosts.add(name(parts, number), kind);
                number += 1;
            }
        }
        hosts
    }

    fn add(&mut self, name: String, kind: HostKind) {
        self.names.entry(kind).or_default().push(name.clone());
        self.kinds.insert(name, kind);
    }

    /// What `host` is for.
    pub(super) fn kind(&self, host: &str) -> Option<HostKind> {
        self.kinds.get(host).copied()
    }

    /// The name of the `number`-th host of a kind, counted round.
    pub(super) fn name(&self, kind: HostKind, number: usize) -> &str {
        let names = self.names.get(&kind).map_or(&[][..], Vec::as_slice);
        names
            .get(number % names.len().max(1))
            .map_or("localhost", String::as_str)
    }

    /// The number of `host` among those of its kind.
    pub(super) fn place(&self, kind: HostKind, host: &str) -> usize {
        self.names
            .get(&kind)
            .and_then(|names| names.iter().position(|name| name == host))
            .unwrap_or(0)
    }

    /// All names, in order.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, HostKind)> {
        self.kinds.iter().map(|(name, kind)| (name.as_str(), *kind))
    }
}

/// How many hosts of each kind there are, storefronts apart.
fn counts() -> Vec<(HostKind, usize)> {
    let mut counts = vec![
        (HostKind::Shortener, 6),
        (HostKind::Exit, 8),
        (HostKind::Distributor, 3),
        (HostKind::Hub, 4),
        (HostKind::Doorway, 24),
        (HostKind::Channel, 4),
        (HostKind::Forum, 4),
        (HostKind::Sister, 6),
        (HostKind::Tracker, 4),
        (HostKind::Network, 3),
        (HostKind::Parked, 6),
        (HostKind::Gateway, 2),
        (HostKind::Payment, 2),
        (HostKind::Social, 3),
        (HostKind::Scripts, 3),
        (HostKind::AgeCheck, 1),
    ];
    for &language in PageLanguage::ALL {
        counts.push((HostKind::Shop(language), 6));
        counts.push((HostKind::GatedShop(language), 2));
        counts.push((HostKind::Honest(language), 6));
        counts.push((HostKind::Press(language), 1));
    }
    counts
}

fn storefront(split: Split, template: StorefrontTemplate) -> String {
    match (split, template) {
        (Split::Dev, StorefrontTemplate::Classic) => "www.harbourlane.test",
        (Split::Dev, StorefrontTemplate::Utility) => "shop.quaymart.test",
        (Split::Dev, StorefrontTemplate::Table) => "www.oldpierbazaar.test",
        (Split::Test, StorefrontTemplate::Classic) => "www.thistlemarket.test",
        (Split::Test, StorefrontTemplate::Utility) => "shop.fernwick.test",
        (Split::Test, StorefrontTemplate::Table) => "www.gorsefair.test",
    }
    .to_owned()
}

/// A name that looks like `name`: a letter of another script, in the form that names of hosts have.
fn look_alike(name: &str, split: Split) -> String {
    let (letter, other) = match split {
        Split::Dev => ('a', 'а'),
        Split::Test => ('e', 'е'),
    };
    let label = name.split('.').nth(1).unwrap_or_default();
    let changed = name.replacen(label, &label.replacen(letter, &other.to_string(), 1), 1);
    model::PageUrl::parse(&format!("http://{changed}/"))
        .ok()
        .and_then(|address| address.as_str().split('/').nth(2).map(str::to_owned))
        .unwrap_or(changed)
}

/// The name with this number: the same parts never meet twice below 16 × 11 × 7.
fn name(parts: [&[&'static str]; 3], number: usize) -> String {
    let [first, second, last] = parts;
    let part = |list: &[&'static str], at: usize| list.get(at % list.len()).copied().unwrap_or("");
    format!(
        "{}{}{}.test",
        part(first, number),
        part(second, number / first.len() + number % first.len()),
        part(last, number / 3 + number % 5)
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_host_has_a_name_of_its_own_in_both_halves() {
        let dev = Hosts::of(Split::Dev);
        let test = Hosts::of(Split::Test);
        let wanted: usize = 6 + counts().iter().map(|(_, count)| count).sum::<usize>();
        assert_eq!(dev.all().count(), wanted);
        assert_eq!(test.all().count(), wanted);
        let names: BTreeSet<&str> = dev.all().chain(test.all()).map(|(name, _)| name).collect();
        assert_eq!(names.len(), 2 * wanted);
    }
}
