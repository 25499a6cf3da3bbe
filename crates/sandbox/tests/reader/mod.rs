//! A second reader of generated marketplaces: it asks for an address and looks, by brute force, which
//! addresses the answer carries under any disguise. It shares no code with the generator or with the
//! program's own reader.

mod code;
mod disguise;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use model::{HopKind, PageUrl};
use regex::Regex;
use sidedoor_sandbox::{Marketplace, NeededVantage, PlantedHop, Question, Reply};

pub(crate) struct Reader<'m> {
    market: &'m Marketplace,
    hosts: BTreeSet<String>,
    storefronts: BTreeSet<String>,
}

/// Every address that is written out in a text.
pub(crate) fn addresses(text: &str) -> Vec<String> {
    static PATTERN: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r#"https?://[^\s"'<>\\(){}|,\[\]]+"#).unwrap());
    PATTERN
        .find_iter(text)
        .map(|found| found.as_str().replace("&amp;", "&"))
        .collect()
}

/// An address in the normal form of a page's.
fn normal(address: &str) -> Option<String> {
    Some(PageUrl::parse(address).ok()?.as_str().to_owned())
}

impl<'m> Reader<'m> {
    pub(crate) fn of(market: &'m Marketplace) -> Self {
        let hosts = market
            .hosts()
            .iter()
            .map(|host| host.as_str().to_owned())
            .collect();
        let mut reader = Self {
            market,
            hosts,
            storefronts: BTreeSet::new(),
        };
        let with_map = |host: &&String| reader.status(&format!("http://{host}/sitemap.xml")) == 200;
        reader.storefronts = reader.hosts.iter().filter(with_map).cloned().collect();
        reader
    }

    pub(crate) fn storefronts(&self) -> impl Iterator<Item = &String> {
        self.storefronts.iter()
    }

    pub(crate) fn is_storefront(&self, host: &str) -> bool {
        self.storefronts.contains(host)
    }

    pub(crate) fn is_ours(&self, address: &str) -> bool {
        self.hosts
            .contains(address.split('/').nth(2).unwrap_or_default())
    }

    fn ask(&self, address: &str, headers: &[(String, String)]) -> Reply {
        let rest = address
            .split_once("://")
            .map_or("", |(_, rest)| rest)
            .split('#')
            .next()
            .unwrap_or_default();
        let at = rest.find('/').unwrap_or(rest.len());
        let (host, target) = rest.split_at(at);
        self.market.answer(&Question {
            host,
            target: if target.is_empty() { "/" } else { target },
            headers,
        })
    }

    pub(crate) fn status(&self, address: &str) -> u16 {
        self.ask(address, &[]).status
    }

    pub(crate) fn body(&self, address: &str) -> String {
        String::from_utf8_lossy(&self.ask(address, &[]).body).into_owned()
    }

    /// The addresses of the plain links of a page, as a browser resolves them.
    pub(crate) fn plain_links(&self, address: &str) -> BTreeSet<String> {
        let reply = self.ask(address, &[]);
        let Some(base) = normal(address) else {
            return BTreeSet::new();
        };
        let is_html = reply
            .headers
            .iter()
            .any(|(name, value)| name == "Content-Type" && value.starts_with("text/html"));
        let mut found = BTreeSet::new();
        for (name, value) in &reply.headers {
            if name == "Location" {
                found.extend(resolved(&base, value));
            }
        }
        if is_html {
            let text = String::from_utf8_lossy(&reply.body).into_owned();
            static COMMENTS: LazyLock<Regex> = LazyLock::new(|| {
                Regex::new(r"(?s)<!--.*?-->|<script.*?</script>|<base[^>]*>.*").unwrap()
            });
            let text = COMMENTS.replace_all(&text, "").into_owned();
            static PATTERN: LazyLock<Regex> = LazyLock::new(|| {
                Regex::new(r#"<(?:a|link|img|iframe)\s[^>]*?(?:href|src)="([^"]*)""#).unwrap()
            });
            for one in PATTERN.captures_iter(&text) {
                found.extend(resolved(&base, &one[1].replace("&amp;", "&")));
            }
        }
        found
    }

    /// Whether the answer at the beginning of a step carries its end.
    pub(crate) fn finds(&self, hop: &PlantedHop, vantage: Option<NeededVantage>) -> bool {
        // A promise stands on the page that makes it.
        let (at, wanted) = match hop.kind {
            HopKind::Promise => (hop.to.as_str(), hop.from.as_str()),
            _ => (hop.from.as_str(), hop.to.as_str()),
        };
        let reply = self.ask(at, &headers(vantage, hop));
        if reply.status >= 400 {
            return false;
        }
        if hop.kind == HopKind::Contact {
            let host = hop.to.host().as_str().to_owned();
            return String::from_utf8_lossy(&reply.body).contains(&format!("@{host}"));
        }
        let is_drawn = hop
            .techniques
            .iter()
            .any(|technique| technique.to_string() == "T11");
        if is_drawn {
            return self
                .pictures_of(at, &reply)
                .iter()
                .any(|picture| disguise::drawn(picture, wanted));
        }
        let mut texts = vec![headers_text(&reply)];
        texts.extend(self.with_files(at, &reply));
        if hop.kind == HopKind::Qr {
            return texts
                .iter()
                .any(|text| code::read(text).as_deref() == Some(wanted));
        }
        texts.iter().any(|text| disguise::carries(text, wanted))
    }

    /// A page's bytes, and those of the files that it names on its own host or that are scripts or data.
    fn with_files(&self, at: &str, reply: &Reply) -> Vec<Vec<u8>> {
        let mut all = vec![reply.body.to_vec()];
        let text = String::from_utf8_lossy(&reply.body).into_owned();
        let ends = [
            ".js", ".json", ".txt", ".wasm", ".css", ".png", ".svg", ".gif", "/t",
        ];
        for address in addresses(&text) {
            let address = address.trim_end_matches(['\'', ';']).to_owned();
            if address != at
                && ends.iter().any(|end| address.ends_with(end))
                && !address.contains("/pic/")
            {
                all.push(self.ask(&address, &[]).body.to_vec());
            }
        }
        all
    }

    fn pictures_of(&self, at: &str, reply: &Reply) -> Vec<Vec<u8>> {
        let files = self.with_files(at, reply);
        files
            .into_iter()
            .filter(|file| file.starts_with(b"\x89PNG"))
            .collect()
    }

    /// Every outside address that an answer carries, plainly or not.
    pub(crate) fn leads_to(&self, address: &str) -> BTreeSet<String> {
        let reply = self.ask(address, &[]);
        let mut found = BTreeSet::new();
        let mut texts = vec![headers_text(&reply)];
        texts.extend(self.with_files(address, &reply));
        for text in texts {
            for view in disguise::views(&text) {
                found.extend(
                    addresses(&view)
                        .iter()
                        .filter_map(|one| normal(one))
                        .filter(|one| self.is_ours(one)),
                );
            }
        }
        found
    }
}

fn headers_text(reply: &Reply) -> Vec<u8> {
    reply
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\n"))
        .collect::<String>()
        .into_bytes()
}

fn resolved(base: &str, reference: &str) -> Option<String> {
    let base = model::PageUrl::parse(base).ok()?;
    let raw = model::RawHref::new(reference);
    Some(raw.resolve(&base).ok()?.as_str().to_owned())
}

/// The header fields of a guise.
fn headers(vantage: Option<NeededVantage>, hop: &PlantedHop) -> Vec<(String, String)> {
    let market = hop.from.host().as_str().to_owned();
    let field = |name: &str, value: &str| vec![(name.to_owned(), value.to_owned())];
    match vantage {
        None => Vec::new(),
        Some(NeededVantage::Phone) => field(
            "user-agent",
            "Mozilla/5.0 (Linux; Android 14) Mobile Safari/537.36",
        ),
        Some(NeededVantage::Crawler) => {
            field("user-agent", "Mozilla/5.0 (compatible; Googlebot/2.1)")
        }
        Some(NeededVantage::Agent) => field("user-agent", "Mozilla/5.0 (compatible; GPTBot/1.2)"),
        Some(NeededVantage::FromSearch) => field("referer", "https://www.google.com/"),
        Some(NeededVantage::FromMarket) => {
            // A shopper comes from one of the storefronts, whichever it was.
            let fronts = "http://www.harbourlane.test/ http://shop.quaymart.test/ http://www.oldpierbazaar.test/ http://www.thistlemarket.test/ http://shop.fernwick.test/ http://www.gorsefair.test/";
            field("referer", &format!("{fronts} {market}"))
        }
        Some(NeededVantage::Returning) => field("cookie", "seen=1"),
        Some(NeededVantage::Language(language)) => field("accept-language", language.as_str()),
    }
}
