//! With which cookies a host is asked.
//!
//! The cookies of the primary vantage at a host are those of its first answer there, in the order of
//! places, and nothing changes them afterwards: so they do not depend on which of many answers came
//! first. Whoever stands behind the first entry of a host waits until that one was answered, not until
//! it is committed: the case becomes the same.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use dashmap::DashMap;
use fetch::Jar;
use model::{Exchange, Host, PageUrl};
use tokio::sync::Notify;

use crate::asking::Asker;

/// How a host was begun at.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    lines: DashMap<Host, Arc<Line>>,
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

    /// Whether the vantage left with cookies.
    pub(crate) fn has_cookies(&self) -> bool {
        !self.sent.is_empty() || !self.set.is_empty()
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
            recalls: AtomicBool::new(resumed),
        }
    }

    /// Takes note that the entry of a host at `place` is begun. To be called in the order of places,
    /// for each host.
    pub(crate) fn enter(&self, host: &Host, place: u64) {
        let line = self.line(host);
        let mut state = line.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.opening.is_none() {
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

    fn leave(&self, place: u64) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.begun.remove(&place);
        drop(state);
        self.moved.notify_waiters();
    }
}
