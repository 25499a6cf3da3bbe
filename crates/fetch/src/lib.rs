//! What does this one address answer?
//!
//! One question, one exchange: redirects are not followed here, because the target of a redirect
//! is a new address that must pass scope, robots and the [`AddressGuard`] again.
//!
//! [`Live`] asks the network, [`Replay`] asks an [`Archive`] of former exchanges. Neither has an
//! error: what the web does wrong is in the [`Exchange`], and every budget that is reached is said
//! there.

use std::future::Future;
use std::pin::Pin;

use model::{Ask, Exchange};

mod auth;
mod body;
mod coding;
mod guard;
mod jar;
mod live;
mod names;
mod packed;
mod replay;
mod request;
mod resolve;
mod route;
mod tls;
mod wrong;

pub use auth::{NotASecret, Secrets};
pub use coding::without_codings;
pub use guard::{AddressGuard, Allowance, NotAnAllowance};
pub use jar::{Jar, set_cookies};
pub use live::{Live, LiveError, LiveSettings};
pub use names::{Found, NoAddress, Resolver, SystemResolver};
pub use packed::unpacked;
pub use replay::{Archive, Replay, not_recorded};
pub use resolve::{NotAnOverride, ResolveOverride};

/// Answers questions: from the network ([`Live`]), or from a case ([`Replay`]).
pub trait Fetch: Send + Sync {
    /// Asks one address. Never fails: what goes wrong is in [`Exchange::reply`].
    fn fetch(&self, ask: Ask) -> Pin<Box<dyn Future<Output = Exchange> + Send + '_>>;

    /// Asks one address in at most `most` bytes of memory for its payload, and as many for its
    /// decoded body. What takes more is not received or not decoded, and the caller can come again
    /// when there is room for it.
    fn fetch_within(
        &self,
        ask: Ask,
        most: usize,
    ) -> Pin<Box<dyn Future<Output = Bounded> + Send + '_>> {
        let _ = most;
        Box::pin(async move { Bounded::Whole(self.fetch(ask).await) })
    }

    /// Decodes what [`Bounded::Packed`] gave.
    fn unpack(&self, exchange: Exchange) -> Pin<Box<dyn Future<Output = Exchange> + Send + '_>> {
        Box::pin(async move { exchange })
    }
}

/// What came of asking within a bound on memory.
#[derive(Debug)]
pub enum Bounded {
    /// What [`Fetch::fetch`] gives.
    Whole(Exchange),
    /// The payload is there, and its body would be over the bound: [`Fetch::unpack`] decodes it.
    Packed(Exchange),
    /// The payload is over the bound: the address is to be asked again by [`Fetch::fetch`].
    TooLarge,
}
