//! With which cookies a host is asked.
//!
//! The cookies of the primary vantage at a host are those of its first answer there, in the order of
//! places, and nothing changes them afterwards: so they do not depend on which of many answers came
//! first. Whoever stands behind the first entry of a host waits until that one was answered, not until
//! it is committed: the case becomes the same.

use std::collections::{BTreeSet, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use dashmap::DashMap;
use fetch::Jar;
use model::{Exchange, Host, PageUrl};
use tokio::sync::Notify;

use crate::asking::Asker;

/// Bytes of the openings that the case has and that stay in memory; older ones are read from the case
/// again.
const HELD_BYTES: usize = 4 << 20;

/// How hosts were begun at.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    lines: DashMap<Host, Arc<Line>>,
    kept: Mutex<Kept>,
    /// Whether the case may know what memory does not.
    recalls: AtomicBool,
}

/// One host: its entries until one of them was answered.
#[derive(Debug, Default)]
struct Line {
    state: Mutex<State>,
    moved: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// Places of entries that were begun, and not answered.
    begun: BTreeSet<u64>,
    opening: Option<(u64, Arc<Opening>)>,
    /// Whether the case has the opening.
    is_kept: bool,
}

/// Openings that the case has and memory, too, oldest first.
#[derive(Debug, Default)]
struct Kept {
    order: VecDeque<(Host, usize)>,
    bytes: usize,
}

/// The first answer of a host.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Opening {
    pub(crate) address: PageUrl,
    /// What the vantage had in cookies when it came.
    sent: String,
    /// What it was given.
    set: Vec<String>,
}

/// What an entry is to its host.
#[derive(Debug, Clone)]
pub(crate) enum Role {
    /// Nobody was answered before it.
    First,
    /// Another entry was.
    Later(Arc<Opening>),
    /// Nobody knows: it has no place, and no entry was answered yet.
    Early,
}

impl Opening {
    /// Of the exchange that a host answered first.
    pub(crate) fn of(exchange: &Exchange) -> Self {
        Self {
            address: exchange.ask.address.clone(),
            sent: exchange.ask.cookies.clone(),
            set: fetch::set_cookies(exchange),
        }
    }

    /// Bytes that it takes in memory, about.
    fn bytes(&self) -> usize {
        let set = self.set.iter().map(String::len);
        self.address.as_str().len() + self.sent.len() + set.sum::<usize>()
    }

    /// Whether the vantage left with cookies.
    pub(crate) fn has_cookies(&self) -> bool {
        !self.sent.is_empty() || !self.set.is_empty()
    }

    /// Whether the vantage came to it with cookies, from a redirect or through a check.
    pub(crate) fn is_behind_others(&self) -> bool {
        !self.sent.is_empty()
    }

    /// Puts them into a jar.
    pub(crate) fn fill(&self, jar: &mut Jar) {
        jar.recall(&self.address, &self.sent);
        for field in &self.set {
            jar.set(&self.address, field);
        }
    }
}

impl Sessions {
    /// `resumed` says that the case holds answers of an earlier run.
    pub(crate) fn new(resumed: bool) -> Self {
        Self {
            lines: DashMap::new(),
            kept: Mutex::default(),
            recalls: AtomicBool::new(resumed),
        }
    }

    /// Takes note that the entry of a host at `place` is begun. To be called in the order of places,
    /// for each host.
    pub(crate) fn enter(&self, host: &Host, place: u64) {
        let line = self.line(host);
        let mut state = line.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.opening.is_none() && !state.is_kept {
            state.begun.insert(place);
        }
    }

    /// What the entry at `place` is to its host. Waits for entries before it.
    pub(crate) async fn role(&self, asker: &Asker, host: &Host, place: u64) -> Role {
        let line = self.line(host);
        loop {
            let moved = line.moved.notified();
            tokio::pin!(moved);
            // Listen first, look then: what moves in between is not missed.
            moved.as_mut().enable();
            match line.role(place) {
                Some(Role::First) if self.recalls.load(Ordering::Acquire) => {
                    let Some(known) = asker.recall_opening(host).await else {
                        return Role::First;
                    };
                    // What was committed stands before all that waits.
                    line.open(0, Opening::of(&known));
                    self.keep(host);
                }
                Some(role) => return role,
                None => moved.await,
            }
        }
    }

    /// Takes note of what became of the entry at `place`: the exchange that its host answered, if it
    /// did.
    pub(crate) fn done(&self, host: &Host, place: u64, answered: Option<&Exchange>) {
        let line = self.line(host);
        match answered {
            Some(exchange) => line.open(place, Opening::of(exchange)),
            None => line.leave(place),
        }
    }

    /// Takes note that the case has the opening of a host, and lets go of the oldest ones when memory
    /// holds too much.
    pub(crate) fn keep(&self, host: &Host) {
        let bytes = self.line(host).keep();
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.bytes += bytes;
        kept.order.push_back((host.clone(), bytes));
        while kept.bytes > HELD_BYTES
            && let Some((host, bytes)) = kept.order.pop_front()
        {
            kept.bytes -= bytes;
            self.recalls.store(true, Ordering::Release);
            self.line(&host).let_go();
        }
    }

    fn line(&self, host: &Host) -> Arc<Line> {
        Arc::clone(&self.lines.entry(host.clone()).or_default())
    }
}

impl Line {
    /// `None` while it is not known.
    fn role(&self, place: u64) -> Option<Role> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match &state.opening {
            Some((first, _)) if *first == place => Some(Role::First),
            Some((_, opening)) => Some(Role::Later(Arc::clone(opening))),
            // It is to be read from the case, by whoever comes.
            None if state.is_kept => Some(Role::First),
            None if place == u64::MAX => Some(Role::Early),
            None => (state.begun.first() == Some(&place)).then_some(Role::First),
        }
    }

    fn open(&self, place: u64, opening: Opening) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.begun.clear();
        if state.opening.is_none() {
            state.opening = Some((place, Arc::new(opening)));
        }
        drop(state);
        self.moved.notify_waiters();
    }

    /// The bytes of the opening that the case has.
    fn keep(&self) -> usize {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.is_kept = true;
        let opening = state.opening.as_ref();
        opening.map_or(0, |(_, opening)| opening.bytes())
    }

    fn let_go(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.opening = None;
    }

    fn leave(&self, place: u64) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.begun.remove(&place);
        drop(state);
        self.moved.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::web::{answered, exchange_with};

    #[test]
    fn memory_for_openings_is_bounded_however_many_hosts_there_are() {
        let sessions = Sessions::new(false);
        let cookie = format!("x={}", "x".repeat(4_000));
        let reply = answered(200, &[("set-cookie", &cookie)], "");
        let exchange = exchange_with(reply);
        let host = |number: u64| {
            let page = PageUrl::parse(&format!("http://h{number}.test/")).unwrap();
            page.host()
        };
        for place in 1..3_000 {
            sessions.enter(&host(place), place);
            sessions.done(&host(place), place, Some(&exchange));
            sessions.keep(&host(place));
        }
        assert!(sessions.kept.lock().unwrap().bytes <= HELD_BYTES);
        let held = sessions.lines.iter().filter(|line| {
            let state = line.state.lock().unwrap();
            state.opening.is_some()
        });
        assert!(held.count() < 1_100);
        assert!(sessions.recalls.load(Ordering::Acquire));
        let first = sessions.line(&host(1));
        assert!(
            matches!(first.role(9_999), Some(Role::First)),
            "the case is asked"
        );
    }
}
