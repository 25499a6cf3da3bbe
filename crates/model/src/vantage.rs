//! The guise in which we ask.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::hop::words;

words! {
/// Which guise. The primary vantage crawls; the others re-ask what may be cloaked.
VantageId {
    /// A desktop browser.
    Desktop = "desktop",
    /// A telephone's browser.
    Phone = "phone",
    /// A search engine's crawler.
    Crawler = "crawler",
}
}

/// The text names no vantage.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a vantage (desktop, phone, crawler)")]
pub struct NotAVantage(String);

impl FromStr for VantageId {
    type Err = NotAVantage;
    fn from_str(text: &str) -> Result<Self, NotAVantage> {
        Self::ALL
            .iter()
            .copied()
            .find(|id| id.as_str() == text)
            .ok_or_else(|| NotAVantage(text.to_owned()))
    }
}

/// The guise in which an address is asked: what the request says of the asker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vantage {
    /// Which one.
    pub id: VantageId,
    /// `User-Agent`.
    pub user_agent: String,
    /// `Accept-Language`.
    pub accept_language: String,
}

impl Vantage {
    /// The vantage as Sidedoor ships it.
    #[must_use]
    pub fn standard(id: VantageId) -> Self {
        let user_agent = match id {
            VantageId::Desktop => {
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/142.0.0.0 Safari/537.36"
            }
            VantageId::Phone => {
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/142.0.0.0 Mobile Safari/537.36"
            }
            VantageId::Crawler => {
                "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
            }
        };
        Self {
            id,
            user_agent: user_agent.to_owned(),
            accept_language: "en".to_owned(),
        }
    }
}

impl fmt::Display for Vantage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.id.fmt(f)
    }
}
