//! When an address is asked once more, and how long is waited before.
//!
//! | what came | what is done |
//! |---|---|
//! | 429 or 503 with `Retry-After` | the host is left alone for that long, at most an hour; then asked again |
//! | 429 or 503 without, another 5xx | asked again after a back-off |
//! | no name, no connection, a connection that broke, time that was up | the same |
//! | any other answer; a certificate that is not valid; what is no HTTP | no second try |
//!
//! The back-off doubles from one second on, up to a minute, with a jitter of a quarter that comes
//! from the address and the number of the try, so that a crawl is repeatable. An address has
//! [`model::Budget::retries`] further tries, and a host has a budget of its own: tries for
//! one in ten of its exchanges, and twenty on top. A host that failed ten times in a row gets none
//! until it answers.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::{Duration, SystemTime};

use model::{Answer, Exchange, Reply, Unreachable};

use crate::asking::answer;

/// The longest `Retry-After` that is obeyed in full.
const LONGEST_PAUSE: Duration = Duration::from_secs(3_600);
/// The first back-off.
const FIRST: Duration = Duration::from_secs(1);
/// The longest back-off.
const LONGEST: Duration = Duration::from_secs(60);
/// Tries that any host has.
const FREE_TRIES: u64 = 20;
/// One further try for so many exchanges.
const ONE_IN: u64 = 10;
/// Failures in a row after which a host gets no further try.
const BROKEN: u32 = 10;

/// Why and when an address may be asked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Again {
    /// The host asks for a pause, which holds for all of its addresses.
    Pause(Duration),
    /// The exchange failed: this address alone waits.
    BackOff(Duration),
}

/// Whether another try may help, after `tries` of them.
pub(crate) fn again(exchange: &Exchange, tries: u32) -> Option<Again> {
    let failed = Again::BackOff(back_off(exchange, tries));
    match &exchange.reply {
        Reply::Declined(_) => None,
        Reply::Unreachable(why) => match why {
            Unreachable::Dns
            | Unreachable::DnsFailed
            | Unreachable::Connect
            | Unreachable::Timeout
            | Unreachable::Reset => Some(failed),
            Unreachable::Tls
            | Unreachable::TlsExpired
            | Unreachable::TlsOtherName
            | Unreachable::TlsUntrusted
            | Unreachable::Protocol
            | Unreachable::HeadersTooLarge
            | Unreachable::NotRecorded => None,
        },
        Reply::Answered(answer) => match answer.status {
            429 | 503 => Some(wanted_pause(exchange).map_or(failed, Again::Pause)),
            500..600 => Some(failed),
            _ => None,
        },
    }
}

/// Whether a host shows by an exchange that it has too much to do.
pub(crate) fn is_strained(exchange: &Exchange) -> bool {
    match &exchange.reply {
        Reply::Answered(answer) => matches!(answer.status, 429 | 503),
        Reply::Unreachable(why) => matches!(why, Unreachable::Timeout),
        Reply::Declined(_) => false,
    }
}

/// The pause before the next try of an address, after `tries` of them.
fn back_off(exchange: &Exchange, tries: u32) -> Duration {
    let whole = FIRST.saturating_mul(1_u32 << tries.saturating_sub(1).min(10));
    let whole = whole.min(LONGEST);
    let mut hasher = DefaultHasher::new();
    (exchange.ask.address.as_str(), tries).hash(&mut hasher);
    // Between three quarters and five quarters of it.
    let part = u32::try_from(hasher.finish() % 501).unwrap_or(0);
    whole.saturating_mul(750 + part) / 1_000
}

/// The pause that an answer asks for: seconds, or a date in any of the three forms of HTTP.
fn wanted_pause(exchange: &Exchange) -> Option<Duration> {
    let answer = answer(exchange)?;
    let wanted = answer.headers.first("retry-after")?.trim();
    let pause = match wanted.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        // More seconds than a number has room for.
        Err(_) if wanted.bytes().all(|byte| byte.is_ascii_digit()) && !wanted.is_empty() => {
            LONGEST_PAUSE
        }
        Err(_) => until(wanted, exchange, answer)?,
    };
    Some(pause.min(LONGEST_PAUSE))
}

/// Time from the answer to an HTTP date. The server's own clock counts where it is sent, so that
/// a wrong one does no harm.
fn until(date: &str, exchange: &Exchange, answer: &Answer) -> Option<Duration> {
    let then = httpdate::parse_http_date(date).ok()?;
    let sent = answer.headers.first("date");
    let sent = sent.and_then(|date| httpdate::parse_http_date(date.trim()).ok());
    let now = sent.or_else(|| {
        let millis = u64::try_from(exchange.started.millis()).ok()?;
        SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(millis))
    })?;
    Some(then.duration_since(now).unwrap_or(Duration::ZERO))
}

/// What a host has used of its further tries.
#[derive(Debug, Default)]
pub(crate) struct Tries {
    exchanges: u64,
    used: u64,
    failed_in_a_row: u32,
}

impl Tries {
    /// Takes note of an exchange.
    pub(crate) fn saw(&mut self, exchange: &Exchange) {
        self.exchanges += 1;
        let failed = matches!(exchange.reply, Reply::Unreachable(_));
        self.failed_in_a_row = if failed {
            self.failed_in_a_row.saturating_add(1)
        } else {
            0
        };
    }

    /// Takes one further try, if the host has one left.
    pub(crate) fn take(&mut self) -> bool {
        let has = self.failed_in_a_row < BROKEN
            && self.used < FREE_TRIES.saturating_add(self.exchanges / ONE_IN);
        self.used += u64::from(has);
        has
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::web::{answered, exchange_with};

    fn pause(headers: &[(&str, &str)]) -> Option<Again> {
        again(&exchange_with(answered(429, headers, "")), 1)
    }

    #[test]
    fn a_wanted_pause_is_read_in_each_form_and_capped_at_an_hour() {
        let date = ("date", "Sun, 06 Nov 1994 08:49:37 GMT");
        for (wanted, seconds) in [
            ("7", 7),
            ("999999", 3_600),
            ("99999999999999999999999", 3_600),
            ("Sun, 06 Nov 1994 08:49:47 GMT", 10),
            ("Sunday, 06-Nov-94 08:49:47 GMT", 10),
            ("Sun Nov  6 08:49:47 1994", 10),
            ("Sun, 06 Nov 1994 08:00:00 GMT", 0),
        ] {
            let wanted = pause(&[("retry-after", wanted), date]);
            assert_eq!(wanted, Some(Again::Pause(Duration::from_secs(seconds))));
        }
        assert!(matches!(
            pause(&[("retry-after", "soon")]),
            Some(Again::BackOff(_))
        ));
    }

    #[test]
    fn the_back_off_doubles_within_its_jitter_and_has_an_end() {
        let failed = exchange_with(Reply::Unreachable(Unreachable::Connect));
        for (tries, whole) in [
            (1, 1_000),
            (2, 2_000),
            (3, 4_000),
            (7, 60_000),
            (40, 60_000),
        ] {
            let Some(Again::BackOff(pause)) = again(&failed, tries) else {
                panic!("no back-off");
            };
            let range = whole * 3 / 4..=whole * 5 / 4;
            assert!(range.contains(&pause.as_millis()), "{tries}: {pause:?}");
            assert_eq!(again(&failed, tries), Some(Again::BackOff(pause)));
        }
    }

    #[test]
    fn what_no_second_try_mends_gets_none() {
        for status in [200, 301, 404, 401, 410] {
            assert_eq!(again(&exchange_with(answered(status, &[], "")), 1), None);
        }
        for why in [Unreachable::Tls, Unreachable::Protocol] {
            assert_eq!(again(&exchange_with(Reply::Unreachable(why)), 1), None);
        }
    }

    #[test]
    fn a_host_has_a_budget_of_tries_and_none_while_it_is_down() {
        let mut tries = Tries::default();
        let ok = exchange_with(answered(503, &[], ""));
        for _ in 0..100 {
            tries.saw(&ok);
        }
        assert_eq!((0..100).filter(|_| tries.take()).count(), 30);
        let mut tries = Tries::default();
        for _ in 0..BROKEN {
            assert!(tries.take());
            tries.saw(&exchange_with(Reply::Unreachable(Unreachable::Dns)));
        }
        assert!(!tries.take());
        tries.saw(&ok);
        assert!(tries.take());
    }
}
