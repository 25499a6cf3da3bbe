//! The guise in which we ask.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::hop::words;

/// Which guise. The primary vantage crawls; the others re-ask what may be cloaked.
///
/// The first three are devices. Each of the others is the primary one with one thing changed, so that
/// what it is shown differently has one cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VantageId {
    /// A desktop browser.
    Desktop,
    /// A telephone's browser.
    Phone,
    /// A search engine's crawler.
    Crawler,
    /// A shopper who comes from a search engine.
    FromSearch,
    /// A shopper who comes from the marketplace.
    FromMarket,
    /// A shopper whose browser keeps no cookies.
    WithoutCookies,
    /// The shopper of the primary vantage, who comes back with the cookies of the first visit.
    Returning,
    /// A reader that a program sends which answers questions with what it reads.
    Agent,
    /// A shopper who reads another language.
    Language(LanguageTag),
}

/// What stands before a language in the word of its vantage.
const LANGUAGE: &str = "language:";
/// Letters of the longest tag: a language, a script and a region.
const LONGEST: usize = 11;

/// A language as `Accept-Language` names it (`de`, `pt-BR`, `zh-Hant-TW`): subtags of one to eight
/// letters and digits, at most 11 in all; kept as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LanguageTag {
    /// The word of the vantage: `language:` and the tag, then zeros.
    word: [u8; LANGUAGE.len() + LONGEST],
    length: u8,
}

impl LanguageTag {
    /// The tag.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.word().strip_prefix(LANGUAGE).unwrap_or_default()
    }

    fn word(&self) -> &str {
        // Only ASCII is ever put in.
        std::str::from_utf8(&self.word[..usize::from(self.length)]).unwrap_or_default()
    }
}

impl FromStr for LanguageTag {
    type Err = NotAVantage;
    fn from_str(text: &str) -> Result<Self, NotAVantage> {
        let is_subtag = |part: &str| {
            matches!(part.len(), 1..=8) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        };
        let wrong = || NotAVantage(format!("{LANGUAGE}{text}"));
        if text.len() > LONGEST || !text.split('-').all(is_subtag) {
            return Err(wrong());
        }
        let mut word = [0; LANGUAGE.len() + LONGEST];
        for (place, byte) in word.iter_mut().zip(LANGUAGE.bytes().chain(text.bytes())) {
            *place = byte;
        }
        let length = u8::try_from(LANGUAGE.len() + text.len()).map_err(|_| wrong())?;
        Ok(Self { word, length })
    }
}

impl VantageId {
    /// The guises of a crawl that names none: the devices, the desktop first.
    pub const DEFAULT: &[Self] = &[Self::Desktop, Self::Phone, Self::Crawler];

    /// The guises that a crawl which names none sends to doors besides: those that a marketplace's reviewer is not.
    pub const AT_DOORS: &[Self] = &[
        Self::FromSearch,
        Self::FromMarket,
        Self::Returning,
        Self::Agent,
    ];

    /// Every guise but those of languages, which are without number.
    const NAMED: &[Self] = &[
        Self::Desktop,
        Self::Phone,
        Self::Crawler,
        Self::FromSearch,
        Self::FromMarket,
        Self::WithoutCookies,
        Self::Returning,
        Self::Agent,
    ];

    /// The word that the case, reports and exports use.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Desktop => "desktop",
            Self::Phone => "phone",
            Self::Crawler => "crawler",
            Self::FromSearch => "from-search",
            Self::FromMarket => "from-market",
            Self::WithoutCookies => "without-cookies",
            Self::Returning => "returning",
            Self::Agent => "agent",
            Self::Language(tag) => tag.word(),
        }
    }
}

impl fmt::Display for VantageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no vantage.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a vantage (desktop, phone, crawler, from-search, from-market, without-cookies, \
     returning, agent, or language: and a language tag, as in language:de)"
)]
pub struct NotAVantage(String);

impl FromStr for VantageId {
    type Err = NotAVantage;
    fn from_str(text: &str) -> Result<Self, NotAVantage> {
        if let Some(tag) = text.strip_prefix(LANGUAGE) {
            return tag.parse().map(Self::Language);
        }
        Self::NAMED
            .iter()
            .copied()
            .find(|id| id.as_str() == text)
            .ok_or_else(|| NotAVantage(text.to_owned()))
    }
}

impl Serialize for VantageId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for VantageId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = Cow::<'de, str>::deserialize(deserializer)?;
        word.parse().map_err(serde::de::Error::custom)
    }
}

words! {
/// Where a guise says that it comes from, by the header field `Referer`.
Referral {
    /// It does not say: it typed the address, or followed a bookmark.
    Unsaid = "unsaid",
    /// From a search engine.
    Search = "search",
    /// From the marketplace: its front page, which is all that browsers tell another site.
    Market = "market",
}
}

words! {
/// What becomes of the cookies that servers set.
Cookies {
    /// They are kept, each vantage's own, and sent back.
    Keep = "keep",
    /// They are not kept.
    Refuse = "refuse",
}
}

impl Default for Cookies {
    /// What a brief that was written without a word on them means: there was no jar then.
    fn default() -> Self {
        Self::Refuse
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
    /// `Referer`.
    pub referral: Referral,
    /// `Cookie`.
    pub cookies: Cookies,
}

impl Vantage {
    /// The vantage as Sidedoor ships it, where the primary one is the desktop.
    #[must_use]
    pub fn standard(id: VantageId) -> Self {
        Self::beside(id, VantageId::Desktop)
    }

    /// The vantage as Sidedoor ships it, beside a primary one: all but the devices differ from it in
    /// one thing.
    #[must_use]
    pub fn beside(id: VantageId, primary: VantageId) -> Self {
        let device = match id {
            VantageId::Desktop | VantageId::Phone | VantageId::Crawler => id,
            _ => primary,
        };
        let user_agent = match device {
            VantageId::Phone => {
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/142.0.0.0 Mobile Safari/537.36"
            }
            VantageId::Crawler => {
                "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
            }
            _ if id == VantageId::Agent => {
                "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.1; \
                 +https://openai.com/gptbot)"
            }
            _ => {
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/142.0.0.0 Safari/537.36"
            }
        };
        let language = |of: &VantageId| match of {
            VantageId::Language(tag) => Some(tag.as_str().to_owned()),
            _ => None,
        };
        Self {
            id,
            user_agent: user_agent.to_owned(),
            accept_language: language(&id)
                .or_else(|| language(&primary))
                .unwrap_or_else(|| "en".to_owned()),
            referral: match id {
                VantageId::FromSearch => Referral::Search,
                VantageId::FromMarket => Referral::Market,
                _ => Referral::Unsaid,
            },
            cookies: match id {
                VantageId::WithoutCookies => Cookies::Refuse,
                _ => Cookies::Keep,
            },
        }
    }
}

impl fmt::Display for Vantage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.id.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_vantage_is_read_back_from_its_word() {
        for word in ["desktop", "returning", "language:de", "language:zh-Hant-TW"] {
            let vantage: VantageId = word.parse().unwrap();
            assert_eq!(vantage.to_string(), word);
        }
        for wrong in [
            "",
            "tablet",
            "language:",
            "language:de_AT",
            "language:de-",
            "language:abcdefghijkl",
        ] {
            assert!(wrong.parse::<VantageId>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn all_but_devices_differ_from_the_primary_in_one_thing() {
        for primary in VantageId::DEFAULT {
            let base = Vantage::beside(*primary, *primary);
            for id in [
                "from-search",
                "from-market",
                "without-cookies",
                "language:de",
            ] {
                let other = Vantage::beside(id.parse().unwrap(), *primary);
                let differing = [
                    other.user_agent != base.user_agent,
                    other.accept_language != base.accept_language,
                    other.referral != base.referral,
                    other.cookies != base.cookies,
                ];
                let count = differing.iter().filter(|differs| **differs).count();
                assert_eq!(count, 1, "{id} beside {primary}");
            }
        }
    }
}
