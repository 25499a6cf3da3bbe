//! From names to IP addresses, each name asked once in a while.
//!
//! What a name leads to is remembered for the run, because a connection is made for every few
//! exchanges and 16 of them at once ask the same. It is not trusted: the [`crate::AddressGuard`] checks
//! what is connected to each time, so a name that changes its address from a public to a private one
//! gains nothing by it.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, timeout};

/// Names that are remembered at most.
const MOST: usize = 10_000;
/// How long it is remembered that there is no such name, at the most.
const MISSING: Duration = Duration::from_secs(30);

/// Why a name leads nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoAddress {
    /// There is no such name, or it has no address.
    #[error("the name does not resolve")]
    NoName,
    /// No name server could say, or none answered in time.
    #[error("no name server could say where the name leads")]
    Failed,
}

/// What a name leads to, when it is known.
pub type Found = Pin<Box<dyn Future<Output = Result<Vec<IpAddr>, NoAddress>> + Send>>;

/// Says which addresses a name has.
pub trait Resolver: fmt::Debug + Send + Sync {
    /// Looks a name up; never asked for an IP address.
    fn look_up(&self, name: &str) -> Found;
}

/// The resolver of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

impl Resolver for SystemResolver {
    fn look_up(&self, name: &str) -> Found {
        let name = name.to_owned();
        Box::pin(async move {
            // Nobody has such a name (RFC 6761), and no name server need be asked for it.
            let last = name.trim_end_matches('.').rsplit('.').next();
            if last.is_some_and(|last| last.eq_ignore_ascii_case("invalid")) {
                return Err(NoAddress::NoName);
            }
            match tokio::net::lookup_host((name.as_str(), 0)).await {
                Ok(found) => Ok(found.map(|at| at.ip()).collect()),
                Err(wrong) => Err(kind_of(&wrong)),
            }
        })
    }
}

/// The standard library has only the words of the C library for it.
fn kind_of(wrong: &io::Error) -> NoAddress {
    let words = wrong.to_string();
    let is_passing = ["emporary failure", "ry again", "recoverable"];
    if is_passing.iter().any(|part| words.contains(part)) {
        NoAddress::Failed
    } else {
        NoAddress::NoName
    }
}

/// The names of a run.
#[derive(Debug)]
pub(crate) struct Names {
    resolver: Arc<dyn Resolver>,
    /// How long an answer is remembered.
    keep: Duration,
    /// Time for one name.
    patience: Duration,
    known: Mutex<BTreeMap<String, Known>>,
}

#[derive(Debug)]
struct Known {
    until: Instant,
    found: Result<Vec<IpAddr>, NoAddress>,
}

impl Names {
    pub(crate) fn new(resolver: Arc<dyn Resolver>, keep: Duration, patience: Duration) -> Self {
        Self {
            resolver,
            keep,
            patience,
            known: Mutex::default(),
        }
    }

    /// The addresses of a name: what was found a short while ago, or what the resolver says.
    pub(crate) async fn look_up(&self, name: &str) -> Result<Vec<IpAddr>, NoAddress> {
        if let Some(found) = self.remembered(name) {
            return found;
        }
        let found = match timeout(self.patience, self.resolver.look_up(name)).await {
            Ok(Ok(found)) if found.is_empty() => Err(NoAddress::NoName),
            Ok(found) => found,
            Err(_) => Err(NoAddress::Failed),
        };
        self.remember(name, &found);
        found
    }

    fn remembered(&self, name: &str) -> Option<Result<Vec<IpAddr>, NoAddress>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let known = known.get(name)?;
        (known.until > Instant::now()).then(|| known.found.clone())
    }

    fn remember(&self, name: &str, found: &Result<Vec<IpAddr>, NoAddress>) {
        let keep = match found {
            Ok(_) => self.keep,
            Err(NoAddress::NoName) => self.keep.min(MISSING),
            // A failure may have passed by the next try.
            Err(NoAddress::Failed) => return,
        };
        let now = Instant::now();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.retain(|_, known| known.until > now);
        }
        if known.len() >= MOST {
            known.clear();
        }
        let found = found.clone();
        let until = now + keep;
        known.insert(name.to_owned(), Known { until, found });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_of_name_servers_are_told_from_missing_names() {
        for (words, expected) in [
            ("Name or service not known", NoAddress::NoName),
            ("No address associated with hostname", NoAddress::NoName),
            (
                "nodename nor servname provided, or not known",
                NoAddress::NoName,
            ),
            ("Temporary failure in name resolution", NoAddress::Failed),
            ("Try again", NoAddress::Failed),
            (
                "Non-recoverable failure in name resolution",
                NoAddress::Failed,
            ),
        ] {
            let wrong = io::Error::other(format!("failed to lookup address information: {words}"));
            assert_eq!(kind_of(&wrong), expected, "{words}");
        }
    }
}
