//! One request and what came back.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::hop::words;
use crate::{BodyHash, Declined, Headers, PageUrl, Timestamp, Unreachable, Vantage};

words! {
/// Why an address is asked.
Purpose {
    /// To be read as a page.
    Page = "page",
    /// The host's robots.txt.
    Robots = "robots",
    /// A stylesheet that a page names.
    Stylesheet = "stylesheet",
    /// A sitemap of the site.
    Sitemap = "sitemap",
    /// To be read as a page once more, by the primary vantage: what differs from the first time churns
    /// by itself.
    Again = "again",
    /// To be given the cookies with which a vantage begins at a host.
    Session = "session",
    /// To see whether a page that leads on within its site is led back to, as checks of cookies do.
    Check = "check",
    /// The origin's reservations against text and data mining.
    Mining = "tdmrep",
}
}

/// One question: an address, asked in a guise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// What is asked.
    pub address: PageUrl,
    /// In which guise.
    pub vantage: Vantage,
    /// The page on which it was found. Kept as provenance; not sent.
    pub referrer: Option<PageUrl>,
    /// Where the asker says that it comes from (`Referer`).
    pub arrives_from: Option<PageUrl>,
    /// Cookies of the vantage's jar that go with it, as `Cookie` has them; empty for none.
    pub cookies: String,
    /// Why.
    pub purpose: Purpose,
}

impl Purpose {
    /// Whether the answer is read as a page.
    #[must_use]
    pub const fn is_page(self) -> bool {
        matches!(self, Self::Page | Self::Again)
    }
}

impl Ask {
    /// A question that says neither where it comes from nor that it was here before.
    #[must_use]
    pub const fn new(address: PageUrl, vantage: Vantage, purpose: Purpose) -> Self {
        Self {
            address,
            vantage,
            referrer: None,
            arrives_from: None,
            cookies: String::new(),
            purpose,
        }
    }
}

words! {
/// Version of HTTP that was spoken.
HttpVersion {
    /// HTTP/1.0.
    Http10 = "HTTP/1.0",
    /// HTTP/1.1.
    Http11 = "HTTP/1.1",
    /// HTTP/2.
    Http2 = "HTTP/2",
}
}

words! {
/// Why a body ends before its end.
BodyCut {
    /// The budget for bytes on the wire was reached.
    WireBudget = "wire-budget",
    /// The budget for decoded bytes was reached.
    DecodedBudget = "decoded-budget",
    /// The body inflates more than the budget for the ratio of decoded to received bytes allows.
    RatioBudget = "ratio-budget",
    /// The content coding does not decode; the body ends where it broke.
    BrokenCoding = "broken-coding",
    /// The time for the body was up before it ended, or nothing of it came for too long.
    Time = "time",
    /// The connection ended before the body did, or its chunks are broken.
    Disconnect = "disconnect",
    /// The server sent a part of it, though the whole was asked for (206).
    Part = "part",
    /// It is not whole, for a reason that nobody wrote down.
    Incomplete = "incomplete",
}
}

/// A status, header fields and a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// Version of HTTP.
    pub version: HttpVersion,
    /// Header fields as received.
    pub headers: Headers,
    /// Payload as received: content codings still on, transfer codings off.
    pub payload: Bytes,
    /// Payload with content codings taken off. Shares memory with `payload` when there were none.
    pub body: Bytes,
    /// Why the body is not whole, if it is not.
    pub cut: Option<BodyCut>,
}

impl Answer {
    /// Identity of the decoded body.
    #[must_use]
    pub fn body_hash(&self) -> BodyHash {
        BodyHash::of(&self.body)
    }

    /// Whether the status is one of the redirects that a browser follows by `Location`.
    #[must_use]
    pub const fn is_redirect(&self) -> bool {
        matches!(self.status, 301 | 302 | 303 | 307 | 308)
    }

    /// Why the body is not whole by what the answer itself says: who asks for the whole and is
    /// answered with 206 has a part, unless `Content-Range` goes from the first byte to the last.
    #[must_use]
    pub fn part(&self) -> Option<BodyCut> {
        if self.status != 206 {
            return None;
        }
        let is_whole = || {
            let range = self.headers.first("content-range")?.trim();
            let (range, size) = range.strip_prefix("bytes")?.trim().split_once('/')?;
            let last: u64 = range.strip_prefix("0-")?.parse().ok()?;
            Some(last.checked_add(1)? == size.parse::<u64>().ok()?)
        };
        (is_whole() != Some(true)).then_some(BodyCut::Part)
    }
}

/// What became of one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// An answer came.
    Answered(Answer),
    /// We chose not to ask.
    Declined(Declined),
    /// We asked and got no answer.
    Unreachable(Unreachable),
}

/// One request and what came back, with all that evidence needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// The question.
    pub ask: Ask,
    /// Request header fields as sent.
    pub request_headers: Headers,
    /// The address of the peer, when a connection was made.
    pub peer: Option<SocketAddr>,
    /// When the request was begun.
    pub started: Timestamp,
    /// How long it took, body included.
    pub elapsed: Duration,
    /// What became of it.
    pub reply: Reply,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_206_is_a_part_unless_its_range_is_the_whole() {
        let part = |status, range: Option<&str>| {
            let headers = range.map(|range| ("content-range".to_owned(), range.to_owned()));
            let answer = Answer {
                status,
                version: HttpVersion::Http11,
                headers: Headers(headers.into_iter().collect()),
                payload: Bytes::new(),
                body: Bytes::new(),
                cut: None,
            };
            answer.part().is_some()
        };
        for range in [
            None,
            Some("bytes 0-15/50000"),
            Some("bytes 1-15/16"),
            Some("bytes 0-15/*"),
            Some("bytes 0-18446744073709551615/0"),
            Some("rows 0-15/16"),
        ] {
            assert!(part(206, range), "{range:?}");
        }
        assert!(!part(206, Some("bytes 0-15/16")));
        assert!(!part(200, Some("bytes 0-15/50000")));
    }
}
