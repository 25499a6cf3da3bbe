//! What was read from the frontier and waits for a worker, so that no host holds up another.
//!
//! Workers are handed entries in order of place, and a host gets no more of them at once than it needs
//! to be busy. What stands behind is parked by host: entries of other hosts pass.

use std::collections::{BTreeMap, HashMap, VecDeque};

use case::{Band, Waiting};
use model::Host;

/// Entries of one host that workers have at once: enough to keep its concurrency busy while
/// pages are read.
const OF_A_HOST: usize = 256;
/// Entries that are parked at most; with more, no further ones are read from the frontier.
const PARKED: usize = 16_384;

/// When an entry has its turn: band and place.
pub(crate) type Turn = (Band, u64);

/// The turn of an entry.
pub(crate) const fn turn(entry: &Waiting) -> Turn {
    (entry.band, entry.place)
}

/// A turn as one number, in the same order. Places are far from the bit that tells the band.
pub(crate) const fn in_order((band, place): Turn) -> u64 {
    match band {
        Band::First => place,
        Band::Second => place | 1 << 62,
    }
}

/// Entries that wait for a worker.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    first: Ahead,
    second: Ahead,
    /// By host, each in order.
    parked: HashMap<Host, BTreeMap<Turn, Waiting>>,
    parked_count: usize,
    /// Entries of each host that workers have.
    under_way: HashMap<Host, usize>,
    /// Hosts that have parked entries and may have some more under way.
    open: VecDeque<Host>,
}

/// What was read of a band.
#[derive(Debug, Default)]
struct Ahead {
    /// In order of place.
    next: VecDeque<Waiting>,
    /// The last place that was read from the frontier.
    read_to: u64,
}

impl Queue {
    /// The last place that was read of a band, when it is time to read on.
    pub(crate) fn wants_more(&self, band: Band) -> Option<u64> {
        let ahead = match band {
            Band::First => &self.first,
            Band::Second => &self.second,
        };
        // What is in the first band is always to be known: it may overtake.
        let has_room = band == Band::First || self.parked_count < PARKED;
        (ahead.next.is_empty() && has_room).then_some(ahead.read_to)
    }

    /// Takes entries of a band that were read from the frontier.
    pub(crate) fn extend(&mut self, band: Band, entries: Vec<Waiting>) {
        let ahead = match band {
            Band::First => &mut self.first,
            Band::Second => &mut self.second,
        };
        if let Some(last) = entries.last() {
            ahead.read_to = last.place;
        }
        ahead.next.extend(entries);
    }

    /// The next of the parked entries whose host may have one more under way. Its worker counts until
    /// [`finished`](Self::finished).
    pub(crate) fn pop_parked(&mut self) -> Option<Waiting> {
        while let Some(host) = self.open.pop_front() {
            if !self.has_turn(&host) {
                continue;
            }
            let line = self.parked.get_mut(&host);
            let Some((_, entry)) = line.and_then(BTreeMap::pop_first) else {
                self.parked.remove(&host);
                continue;
            };
            self.parked_count -= 1;
            self.begin(&host);
            self.open.push_back(host);
            return Some(entry);
        }
        None
    }

    /// The next of the entries of the first band whose host may have one more under way, out of the first
    /// `most` of them; those before it are parked, and their turns go to `parked`.
    pub(crate) fn pop(&mut self, most: u64, parked: &mut Vec<Turn>) -> Option<Waiting> {
        for _ in 0..most {
            if self.parked_count >= PARKED {
                break;
            }
            let entry = self.first.next.pop_front()?;
            let host = entry.offer.address.host();
            if self.has_turn(&host) {
                self.begin(&host);
                return Some(entry);
            }
            parked.push(turn(&entry));
            self.parked_count += 1;
            let line = self.parked.entry(host).or_default();
            line.insert(turn(&entry), entry);
        }
        None
    }

    /// The next entry of the first band, whatever its host has under way: all others wait for it.
    pub(crate) fn pop_first(&mut self) -> Option<Waiting> {
        let entry = self.first.next.pop_front()?;
        self.begin(&entry.offer.address.host());
        Some(entry)
    }

    /// The next entry of the second band, if its host may have one more under way.
    pub(crate) fn pop_second(&mut self) -> Option<Waiting> {
        let host = self.second.next.front()?.offer.address.host();
        if !self.has_turn(&host) {
            return None;
        }
        self.begin(&host);
        self.second.next.pop_front()
    }

    /// The entry of a turn if it is parked, whatever its host has under way: it is the one that all
    /// others wait for. O(hosts with parked entries).
    pub(crate) fn pop_head(&mut self, head: Turn) -> Option<Waiting> {
        let is_head =
            |line: &BTreeMap<Turn, Waiting>| line.first_key_value().map(|at| *at.0) == Some(head);
        let host = self.parked.iter().find(|(_, line)| is_head(line));
        let host = host.map(|(host, _)| host.clone())?;
        let (_, entry) = self.parked.get_mut(&host)?.pop_first()?;
        self.parked_count -= 1;
        self.begin(&host);
        Some(entry)
    }

    /// The next entry of the first band that is not parked.
    pub(crate) fn peek(&self) -> Option<&Waiting> {
        self.first.next.front()
    }

    /// Whether every entry that was read is parked, or with a worker.
    pub(crate) fn is_read_out(&self) -> bool {
        self.first.next.is_empty() && self.second.next.is_empty()
    }

    /// Whether a host may have one more under way.
    pub(crate) fn has_turn(&self, host: &Host) -> bool {
        self.under_way.get(host).is_none_or(|&now| now < OF_A_HOST)
    }

    /// Counts a worker that is begun for a host.
    pub(crate) fn begin(&mut self, host: &Host) {
        *self.under_way.entry(host.clone()).or_default() += 1;
    }

    /// A worker of a host is done.
    pub(crate) fn finished(&mut self, host: &Host) {
        if let Some(now) = self.under_way.get_mut(host) {
            *now = now.saturating_sub(1);
            if *now == 0 {
                self.under_way.remove(host);
            }
        }
        if self.parked.contains_key(host) {
            self.open.push_back(host.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use case::Offer;
    use model::PageUrl;

    use super::*;

    fn entry(place: u64, host: &str) -> Waiting {
        Waiting {
            place,
            band: Band::First,
            offer: Offer {
                address: PageUrl::parse(&format!("http://{host}.test/{place}")).unwrap(),
                referrer: None,
                depth: 0,
                redirects: 0,
                beyond: 0,
                in_scope: true,
                found_by: case::FoundBy::Link,
                cookies: Vec::new(),
            },
        }
    }

    #[test]
    fn entries_of_a_busy_host_are_passed_by_others_and_keep_their_order() {
        let mut queue = Queue::default();
        let most = OF_A_HOST as u64;
        queue.extend(
            Band::First,
            (1..=most + 2).map(|place| entry(place, "slow")).collect(),
        );
        queue.extend(Band::First, vec![entry(most + 3, "quick")]);
        let mut parked = Vec::new();
        let places: Vec<u64> = std::iter::from_fn(|| queue.pop(1_000, &mut parked))
            .map(|entry| entry.place)
            .collect();
        assert_eq!(places.len() as u64, most + 1);
        assert_eq!(places.last(), Some(&(most + 3)));
        assert_eq!(
            parked,
            [most + 1, most + 2].map(|place| (Band::First, place))
        );
        assert!(queue.is_read_out());
        let slow = entry(1, "slow").offer.address.host();
        for place in [most + 1, most + 2] {
            assert!(queue.pop_parked().is_none());
            queue.finished(&slow);
            assert_eq!(queue.pop_parked().unwrap().place, place);
        }
        queue.finished(&slow);
        assert!(queue.pop_parked().is_none());
    }

    #[test]
    fn no_more_entries_are_taken_than_asked_for() {
        let mut queue = Queue::default();
        let most = OF_A_HOST as u64;
        queue.extend(
            Band::First,
            (1..=most + 9).map(|place| entry(place, "slow")).collect(),
        );
        let mut parked = Vec::new();
        while queue.pop(1, &mut parked).is_some() {}
        assert_eq!(parked, [(Band::First, most + 1)]);
        assert!(queue.pop(3, &mut parked).is_none());
        assert_eq!(parked.len(), 4);
        assert!(!queue.is_read_out());
    }
}
