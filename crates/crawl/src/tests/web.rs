//! A scripted web, and a reader for its pages.
//!
//! A page is a list of lines: `a /x` is an anchor, `frame /x`, `refresh /x`, `script /x`, `text
//! /x`, `hidden /x`, `canonical /x`, `next /x` and `css /x` are what they say, `kind listing` is
//! the kind of the page.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::pin::Pin;
use std::sync::Mutex;
use std::time::Duration;

use bytes::Bytes;
use fetch::Fetch;
use model::{
    Answer, Ask, Brief, Budget, Carrier, Declined, Exchange, Headers, HopKind, HttpVersion,
    Landings, Link, PageFacts, PageKind, PageUrl, Politeness, Proof, Purpose, RawHref, Reply,
    Robots, Scope, ScopeRule, Span, Technique, Timestamp, Trigger, Unreachable, Vantage, VantageId,
    Visibility,
};
use tokio::time::{Instant, sleep};

use crate::reader::Reader;

/// One question as the web heard it.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) address: String,
    pub(super) vantage: VantageId,
    pub(super) purpose: Purpose,
    pub(super) cookies: String,
    pub(super) at: Instant,
}

/// Answers as scripted; an address without a script is a 404, also for robots.txt.
#[derive(Debug, Default)]
pub(super) struct Web {
    /// By address and vantage; each time an address is asked the next reply is given, the last
    /// one again and again.
    replies: BTreeMap<(String, Option<VantageId>), Vec<Reply>>,
    delays: BTreeMap<String, u64>,
    /// Every exchange takes up to so many milliseconds, by chance of this seed.
    jitter: Option<(u64, u64)>,
    /// Whether every page says with which cookies it was asked.
    echoes: bool,
    asked: Mutex<Vec<Asked>>,
    under_way: Mutex<BTreeMap<String, (u32, u32)>>,
}

impl Web {
    pub(super) fn page(self, address: &str, lines: &str) -> Self {
        self.reply(address, None, answered(200, &[], lines))
    }

    pub(super) fn page_for(self, address: &str, vantage: VantageId, lines: &str) -> Self {
        self.reply(address, Some(vantage), answered(200, &[], lines))
    }

    pub(super) fn redirect(self, address: &str, location: &str) -> Self {
        self.reply(address, None, answered(302, &[("location", location)], ""))
    }

    pub(super) fn status(self, address: &str, status: u16, headers: &[(&str, &str)]) -> Self {
        self.reply(address, None, answered(status, headers, ""))
    }

    pub(super) fn unreachable(self, address: &str, why: Unreachable) -> Self {
        self.reply(address, None, Reply::Unreachable(why))
    }

    pub(super) fn declined(self, address: &str, why: Declined) -> Self {
        self.reply(address, None, Reply::Declined(why))
    }

    pub(super) fn slow(mut self, address: &str, millis: u64) -> Self {
        self.delays.insert(address.to_owned(), millis);
        self
    }

    pub(super) fn jitter(mut self, seed: u64, millis: u64) -> Self {
        self.jitter = Some((seed, millis));
        self
    }

    pub(super) fn echoing(mut self) -> Self {
        self.echoes = true;
        self
    }

    /// A page that sets a cookie.
    pub(super) fn setting(self, address: &str, cookie: &str, lines: &str) -> Self {
        self.reply(
            address,
            None,
            answered(200, &[("set-cookie", cookie)], lines),
        )
    }

    pub(super) fn reply(mut self, address: &str, vantage: Option<VantageId>, reply: Reply) -> Self {
        let key = (address.to_owned(), vantage);
        self.replies.entry(key).or_default().push(reply);
        self
    }

    pub(super) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// Addresses of pages that were asked, in order.
    pub(super) fn pages_asked(&self) -> Vec<String> {
        let asked = self.asked().into_iter();
        asked
            .filter(|asked| matches!(asked.purpose, Purpose::Page | Purpose::Check))
            .map(|asked| asked.address)
            .collect()
    }

    /// The most exchanges at once with a host, or with `all`.
    pub(super) fn most_at_once(&self, host: &str) -> u32 {
        self.under_way
            .lock()
            .unwrap()
            .get(host)
            .map_or(0, |at| at.1)
    }

    fn reply_to(&self, ask: &Ask, times: usize) -> Reply {
        let address = ask.address.as_str().to_owned();
        let replies = self
            .replies
            .get(&(address.clone(), Some(ask.vantage.id)))
            .or_else(|| self.replies.get(&(address, None)));
        let mut reply = match replies {
            Some(replies) => replies[times.min(replies.len() - 1)].clone(),
            None => answered(404, &[], ""),
        };
        if let Reply::Answered(answer) = &mut reply
            && self.echoes
            && (ask.purpose.is_page() || ask.purpose == Purpose::Check)
        {
            let body = String::from_utf8_lossy(&answer.body);
            answer.body = Bytes::from(format!("{body}\nsaw {}", ask.cookies));
            answer.payload = answer.body.clone();
        }
        reply
    }

    fn delay(&self, ask: &Ask) -> Duration {
        let fixed = self.delays.get(ask.address.as_str()).copied().unwrap_or(0);
        let chance = self.jitter.map_or(0, |(seed, millis)| {
            let mut hasher = DefaultHasher::new();
            (seed, ask.address.as_str(), ask.vantage.id).hash(&mut hasher);
            hasher.finish() % (millis + 1)
        });
        Duration::from_millis(fixed + chance)
    }
}

impl Fetch for Web {
    fn fetch(&self, ask: Ask) -> Pin<Box<dyn Future<Output = Exchange> + Send + '_>> {
        Box::pin(async move {
            let asked = Asked {
                address: ask.address.as_str().to_owned(),
                vantage: ask.vantage.id,
                purpose: ask.purpose,
                cookies: ask.cookies.clone(),
                at: Instant::now(),
            };
            let times = {
                let mut all = self.asked.lock().unwrap();
                let same =
                    |old: &&Asked| old.address == asked.address && old.vantage == asked.vantage;
                let times = all.iter().filter(same).count();
                all.push(asked);
                times
            };
            let host = ask.address.host().as_str().to_owned();
            let change = |by: i32| {
                let mut hosts = self.under_way.lock().unwrap();
                for host in [host.as_str(), "all"] {
                    let (now, most) = hosts.entry(host.to_owned()).or_default();
                    *now = now.saturating_add_signed(by);
                    *most = (*most).max(*now);
                }
            };
            change(1);
            let delay = self.delay(&ask);
            if !delay.is_zero() {
                sleep(delay).await;
            }
            change(-1);
            Exchange {
                reply: self.reply_to(&ask, times),
                ask,
                request_headers: Headers::default(),
                peer: None,
                started: now(),
                elapsed: delay,
            }
        })
    }
}

pub(crate) fn answered(status: u16, headers: &[(&str, &str)], body: &str) -> Reply {
    let body = Bytes::copy_from_slice(body.as_bytes());
    let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    Reply::Answered(Answer {
        status,
        version: HttpVersion::Http11,
        headers: Headers(headers.iter().map(own).collect()),
        payload: body.clone(),
        body,
        cut: None,
    })
}

/// The time of day, by which a robots.txt grows old.
#[expect(clippy::disallowed_methods, reason = "the web has a clock")]
fn now() -> Timestamp {
    Timestamp::from(std::time::SystemTime::now())
}

/// An exchange with some page that had this reply.
pub(crate) fn exchange_with(reply: Reply) -> Exchange {
    Exchange {
        ask: Ask {
            address: url("http://a.test/page"),
            vantage: Vantage::standard(VantageId::Desktop),
            referrer: None,
            arrives_from: None,
            cookies: String::new(),
            purpose: Purpose::Page,
        },
        request_headers: Headers::default(),
        peer: None,
        started: Timestamp::from_millis(0),
        elapsed: Duration::ZERO,
        reply,
    }
}

pub(super) fn url(address: &str) -> PageUrl {
    PageUrl::parse(address).unwrap()
}

/// A brief whose politeness costs no time.
pub(super) fn brief(seeds: &[&str]) -> Brief {
    let seeds: Vec<_> = seeds.iter().map(|seed| url(seed)).collect();
    Brief {
        scope: Scope::new(ScopeRule::Host, seeds.clone()),
        seeds,
        budget: Budget::default(),
        politeness: Politeness {
            delay_millis: 0,
            ..Politeness::default()
        },
        landings: Landings::Follow,
        robots: Robots::Obey,
        sitemaps: model::Sitemaps::Ignore,
        cookies: model::Cookies::Keep,
        vantages: vec![VantageId::Desktop],
        door_vantages: Vec::new(),
    }
}

/// Reads the lines of a page.
#[derive(Debug)]
pub(crate) struct LineReader;

impl Reader for LineReader {
    fn stylesheets(&self, address: &PageUrl, answer: &Answer) -> Vec<PageUrl> {
        let body = String::from_utf8_lossy(&answer.body).into_owned();
        body.lines()
            .filter_map(|line| line.strip_prefix("css "))
            .filter_map(|href| RawHref::new(href).resolve(address).ok())
            .collect()
    }

    fn read(
        &self,
        address: &PageUrl,
        answer: &Answer,
        sheets: Vec<(PageUrl, String)>,
    ) -> PageFacts {
        let mut facts = PageFacts::empty(address.clone());
        facts.title = format!("{sheets:?}");
        if answer.is_redirect()
            && let Some(location) = answer.headers.first("location")
        {
            facts.links.extend(link(address, "location", location));
        }
        let body = String::from_utf8_lossy(&answer.body).into_owned();
        assert!(!body.contains("break the reader"), "as the page asks");
        for (word, rest) in body.lines().filter_map(|line| line.split_once(' ')) {
            if word == "kind" {
                let kind = PageKind::ALL.iter().find(|kind| kind.as_str() == rest);
                facts.kind = kind.copied().unwrap_or(PageKind::Other);
            } else {
                let (href, more) = rest.split_once(' ').unwrap_or((rest, ""));
                let start = body.find(more).unwrap_or(0);
                let span = Span {
                    start,
                    end: start + more.len(),
                };
                let found = link(address, word, href);
                facts.links.extend(found.map(|link| Link {
                    span: Some(span),
                    ..link
                }));
            }
        }
        facts
    }
}

fn link(base: &PageUrl, word: &str, href: &str) -> Option<Link> {
    let (kind, carrier, trigger) = match word {
        "a" | "hidden" => (HopKind::Anchor, Carrier::AHref, Trigger::Act),
        "ping" => (HopKind::Anchor, Carrier::APing, Trigger::Act),
        "frame" => (HopKind::Frame, Carrier::IframeSrc, Trigger::Load),
        "refresh-header" => (
            HopKind::RefreshHeader,
            Carrier::RefreshHeader,
            Trigger::Load,
        ),
        "refresh" => (HopKind::MetaRefresh, Carrier::MetaRefresh, Trigger::Load),
        "script" => (HopKind::ScriptNavigation, Carrier::Script, Trigger::Load),
        "submitted" => (HopKind::Form, Carrier::FormAction, Trigger::Load),
        "form" => (HopKind::Form, Carrier::FormAction, Trigger::Act),
        "text" => (HopKind::TextUrl, Carrier::Text, Trigger::Act),
        "location" => (
            HopKind::HttpRedirect,
            Carrier::LocationHeader,
            Trigger::Load,
        ),
        "canonical" => (HopKind::Canonical, Carrier::LinkCanonical, Trigger::Act),
        "next" | "alternate" => (HopKind::Alternate, Carrier::LinkRel, Trigger::Act),
        "entry" | "index" => (HopKind::Alternate, Carrier::Sitemap, Trigger::Act),
        _ => return None,
    };
    let href = RawHref::new(href);
    let target = href.resolve(base).ok();
    let proof = Proof {
        technique: Technique::new('V', 1)?,
        shows: "display:none".to_owned(),
        span: None,
    };
    Some(Link {
        trigger,
        visibility: match word {
            "hidden" => Visibility::Hidden(vec![proof]),
            _ => Visibility::Visible,
        },
        rel: vec![word.to_owned()],
        dom_path: match word {
            "entry" => "urlset/url/loc".to_owned(),
            "index" => "sitemapindex/sitemap/loc".to_owned(),
            _ => String::new(),
        },
        ..Link::new(href, target, kind, carrier)
    })
}
