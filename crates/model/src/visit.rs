//! Visits: what became of one address, asked in one guise, as kept.

use serde::{Deserialize, Serialize};

use crate::hop::words;
use crate::{BodyCut, BodyHash, PageUrl, Timestamp, VantageId};

/// Dense number of a visit within its case, in the order of recording, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct VisitId(pub u64);

words! {
/// Why we chose not to ask an address.
Declined {
    /// robots.txt forbids it, or could not be had.
    Robots = "robots",
    /// The address leads to a special-purpose network that is not allowed.
    Address = "address",
    /// Its port belongs to another protocol, so that no browser asks it.
    Port = "port",
    /// Beyond what the scope and its landing policy allow.
    Scope = "scope",
    /// More redirects in a row than the budget allows: a chain without end, as far as was seen.
    Redirects = "endless-redirects",
    /// Deeper than the budget allows.
    Depth = "depth",
    /// It differs from addresses that are asked in a session id or a tracking parameter alone, and the
    /// budget of variants is spent.
    Variant = "variant",
    /// Its pattern brought nothing new for so long that its budget is spent.
    Pattern = "pattern",
    /// Its site has had the addresses that the budget allows.
    Site = "site",
    /// Its path repeats itself, or has too many segments.
    Path = "path",
}
}

impl Declined {
    /// Whether this is decided when an address is offered, so that it has no visit.
    #[must_use]
    pub const fn is_of_offers(self) -> bool {
        matches!(
            self,
            Self::Variant | Self::Pattern | Self::Site | Self::Path
        )
    }
}

words! {
/// Why an address gave no answer.
Unreachable {
    /// The name does not resolve.
    Dns = "dns",
    /// No name server could say where the name leads.
    DnsFailed = "dns-failed",
    /// No connection.
    Connect = "connect",
    /// TLS failed.
    Tls = "tls",
    /// The certificate is out of date, or not valid yet.
    TlsExpired = "tls-expired",
    /// The certificate is for another name.
    TlsOtherName = "tls-other-name",
    /// The certificate is not signed by an authority that this machine trusts.
    TlsUntrusted = "tls-untrusted",
    /// The time was up before the header fields were complete.
    Timeout = "timeout",
    /// The connection ended before the header fields were complete.
    Reset = "reset",
    /// What came back is no HTTP.
    Protocol = "protocol",
    /// The header fields are more, or longer, than the budget allows.
    HeadersTooLarge = "headers-too-large",
    /// The replayed case has no answer to this question.
    NotRecorded = "not-recorded",
}
}

words! {
/// How a way on that a page takes by itself (a redirect, a refresh, a script) ends without leading
/// to another page. A chain that has no end is [`Declined::Redirects`].
ChainEnd {
    /// It leads to the very address that it stands at.
    SelfRedirect = "self-redirect",
    /// It leads to the very address that it stands at, and sets another cookie each time: the page behind
    /// it was not reached with three.
    CookieCheck = "cookie-check",
    /// It leads round in a circle of addresses.
    Loop = "redirect-loop",
    /// A redirect without a `Location`.
    NoLocation = "no-location",
    /// A 3xx status that no browser follows: 300, 304 and those without a meaning.
    NotFollowed = "not-followed",
    /// It leads to what is no page of the web: `javascript:`, `data:`, another scheme.
    OtherScheme = "other-scheme",
    /// Where it leads is no address.
    BrokenTarget = "broken-target",
}
}

/// What became of a visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    /// An answer came.
    Answered {
        /// Status code.
        status: u16,
        /// Identity of the decoded body.
        body: BodyHash,
        /// `Content-Type` as sent.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        content_type: Option<String>,
        /// Length of the decoded body in bytes.
        body_bytes: u64,
        /// Why the body is not whole, if it is not.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        cut: Option<BodyCut>,
    },
    /// We chose not to ask.
    Declined {
        /// Why.
        why: Declined,
    },
    /// We asked and got no answer.
    Unreachable {
        /// Why.
        why: Unreachable,
    },
}

impl Outcome {
    /// The status, when an answer came.
    #[must_use]
    pub const fn status(&self) -> Option<u16> {
        match self {
            Self::Answered { status, .. } => Some(*status),
            _ => None,
        }
    }
}

/// One address, asked once in one guise.
///
/// A redirect is a visit of its own: its target is a new address that passes scope, robots and
/// the address guard again. A redirect chain is read off the link graph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// Its number in the case.
    pub id: VisitId,
    /// The address.
    pub address: PageUrl,
    /// The guise.
    pub vantage: VantageId,
    /// The page on which the address was first found.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub referrer: Option<PageUrl>,
    /// Clicks from a seed; redirects and frames count none.
    pub depth: u32,
    /// Whether the address is within the scope; if not, it was visited as a landing page.
    pub in_scope: bool,
    /// What became of it.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// When it was asked.
    pub started: Timestamp,
    /// Whether another visit from the same vantage was led elsewhere: what differs between the two
    /// proves nothing.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub churns: bool,
    /// Whether it is that other visit: made to see what of the page churns by itself.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub again: bool,
    /// Whether only a sitemap led to the address.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub orphan: bool,
}
