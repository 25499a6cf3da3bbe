//! What does this one address answer?
//!
//! One question, one exchange: redirects are not followed here, because the target of a redirect
//! is a new address that must pass scope, robots and the [`AddressGuard`](crate) again.

use std::future::Future;
use std::pin::Pin;

use model::{Ask, Exchange};

/// Answers questions: from the network (`Live`), or from a case (`Replay`).
pub trait Fetch: Send + Sync {
    /// Asks one address. Never fails: what goes wrong is in [`Exchange::reply`].
    fn fetch(&self, ask: Ask) -> Pin<Box<dyn Future<Output = Exchange> + Send + '_>>;
}
