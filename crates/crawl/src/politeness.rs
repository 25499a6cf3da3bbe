//! How gently hosts are asked: turns that keep a host's concurrency, its delay and the
//! concurrency of the whole crawl.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use dashmap::DashMap;
use model::{Exchange, Host};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until};

use crate::retry::{Tries, is_strained};

/// What a host that has too much to do is given between two exchanges, at the least.
const LEAST_STRAIN: Duration = Duration::from_millis(250);

/// Hands out turns.
#[derive(Debug)]
pub(crate) struct Turns {
    settings: model::Politeness,
    rows: DashMap<Host, Arc<Row>>,
    all: Arc<Semaphore>,
}

/// One host.
#[derive(Debug)]
struct Row {
    slots: Arc<Semaphore>,
    times: Mutex<Times>,
    tries: Mutex<Tries>,
}

#[derive(Debug)]
struct Times {
    /// No exchange begins before.
    next: Instant,
    /// Time between the starts of two exchanges, at the least.
    delay: Duration,
    /// How much longer it is at the moment, because the host had too much to do.
    strain: Duration,
    /// When that was made longer the last time.
    strained: Option<Instant>,
}

/// The right to ask a host once; the turn ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    _slot: OwnedSemaphorePermit,
    _share: OwnedSemaphorePermit,
}

impl Turns {
    pub(crate) fn new(settings: model::Politeness) -> Self {
        let all = Arc::new(Semaphore::new(places(settings.in_all.get())));
        Self {
            settings,
            rows: DashMap::new(),
            all,
        }
    }

    /// Waits until `host` may be asked.
    ///
    /// A share of the crawl's concurrency is taken only when the host's delay is over, so a slow
    /// host holds up nobody else. `None` when `may_go` says no at the last moment: then the
    /// turn goes to the next, without loss of time.
    pub(crate) async fn take(&self, host: &Host, may_go: impl Fn() -> bool) -> Option<Turn> {
        let row = self.row(host);
        // The semaphores are never closed, so both waits end with a permit.
        let slot = Arc::clone(&row.slots).acquire_owned().await.ok()?;
        loop {
            sleep_until(row.with(|times| times.next)).await;
            let share = Arc::clone(&self.all).acquire_owned().await.ok()?;
            if !may_go() {
                return None;
            }
            let now = Instant::now();
            let ours = row.with(|times| {
                let ours = times.next <= now;
                if ours {
                    times.next = now + times.delay + times.strain;
                }
                ours
            });
            if ours {
                return Some(Turn {
                    _slot: slot,
                    _share: share,
                });
            }
            // Another worker began with this host, or the host asked for a pause, while this one
            // waited for its share.
        }
    }

    /// Leaves `host` alone for `pause`, counted from now.
    pub(crate) fn pause(&self, host: &Host, pause: Duration) {
        let until = Instant::now() + pause;
        self.row(host)
            .with(|times| times.next = times.next.max(until));
    }

    /// Takes note of what a host answered. One that has too much to do (429, 503, time that was up) is
    /// asked at half the pace from then on, again and again down to the cap of the delay; each other
    /// answer takes a tenth of that back. What was asked before the pace was halved says nothing of
    /// the new one.
    pub(crate) fn saw(&self, host: &Host, exchange: &Exchange) {
        let row = self.row(host);
        row.tries
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .saw(exchange);
        let cap = self.cap();
        let now = Instant::now();
        let sent = now.checked_sub(exchange.elapsed);
        row.with(|times| {
            if is_strained(exchange) {
                if times.strained > sent {
                    return;
                }
                times.strained = Some(now);
                let pace = (times.delay + times.strain).max(LEAST_STRAIN);
                times.strain = pace.saturating_mul(2).min(cap.max(times.delay)) - times.delay;
            } else if times.strain > LEAST_STRAIN / 10 {
                times.strain -= times.strain / 10;
            } else {
                times.strain = Duration::ZERO;
            }
        });
    }

    /// Takes one further try of a host, if it has one left; see [`Tries`].
    pub(crate) fn may_try_again(&self, host: &Host) -> bool {
        let row = self.row(host);
        let mut tries = row.tries.lock().unwrap_or_else(PoisonError::into_inner);
        tries.take()
    }

    /// Takes the crawl-delay that a robots.txt states, in seconds. It can only make the delay
    /// longer. Returns what was asked and what is given when the two differ.
    pub(crate) fn lengthen(&self, host: &Host, seconds: f32) -> Option<(Duration, Duration)> {
        let asked = match Duration::try_from_secs_f32(seconds) {
            Ok(asked) => asked,
            Err(_) if seconds > 0.0 => Duration::MAX,
            Err(_) => return None,
        };
        let given = asked.min(self.cap());
        self.row(host).with(|times| {
            let longer = given.saturating_sub(times.delay);
            times.delay += longer;
            // robots.txt itself was asked a moment ago, at the old pace.
            times.next += longer;
        });
        (given < asked).then_some((asked, given))
    }

    /// The longest delay.
    fn cap(&self) -> Duration {
        Duration::from_millis(self.settings.delay_cap_millis).max(self.own_delay())
    }

    fn own_delay(&self) -> Duration {
        Duration::from_millis(self.settings.delay_millis)
    }

    fn row(&self, host: &Host) -> Arc<Row> {
        if let Some(row) = self.rows.get(host) {
            return Arc::clone(&row);
        }
        let new = || {
            Arc::new(Row {
                slots: Arc::new(Semaphore::new(places(self.settings.per_host.get()))),
                times: Mutex::new(Times {
                    next: Instant::now(),
                    delay: self.own_delay(),
                    strain: Duration::ZERO,
                    strained: None,
                }),
                tries: Mutex::default(),
            })
        };
        Arc::clone(&self.rows.entry(host.clone()).or_insert_with(new))
    }
}

impl Row {
    fn with<T>(&self, act: impl FnOnce(&mut Times) -> T) -> T {
        act(&mut self.times.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn places(number: u32) -> usize {
    usize::try_from(number)
        .unwrap_or(usize::MAX)
        .min(Semaphore::MAX_PERMITS)
}

#[cfg(test)]
mod tests {
    use model::Politeness;

    use super::*;
    use crate::tests::web::{answered, exchange_with};

    #[test]
    fn a_burst_of_refusals_slows_a_host_down_once() {
        let turns = Turns::new(Politeness::default());
        let mut refused = exchange_with(answered(503, &[], ""));
        let host = refused.ask.address.host();
        let strain = || turns.row(&host).with(|times| times.strain);
        let pause = Duration::from_millis(50);
        std::thread::sleep(pause);
        refused.elapsed = pause;
        for _ in 0..7 {
            turns.saw(&host, &refused);
        }
        let once = strain();
        assert!(once > Duration::ZERO);
        std::thread::sleep(pause);
        refused.elapsed = Duration::ZERO;
        turns.saw(&host, &refused);
        assert!(
            strain() > once,
            "asked at the slower pace and refused again"
        );
    }
}
