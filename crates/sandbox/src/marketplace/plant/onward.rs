//! Outside pages that pass a visitor on.

use model::{HopKind, Technique as T};

use super::draft::{escaped, shape_of};
use super::{expression, wrap};
use crate::answer::Conditions;
use crate::chance::Chance;
use crate::goods::{PageLanguage, Split};
use crate::marketplace::host::HostKind;
use crate::marketplace::served::ServedAnswer;
use crate::marketplace::truth::NeededVantage;
use crate::script::HeaderCondition;

/// How an outside page passes a visitor on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::marketplace) enum Onward {
    /// R01, with this status.
    Http(u16),
    /// R01 by a shortener: R11.
    Short(u16),
    /// R01 to an address that is carried by its own, in the manner of this technique.
    Exit(T, u16),
    /// R01 through distributors that many ways share: R13.
    Distributor(u16),
    /// R02, by a header field.
    RefreshHeader,
    /// R02, by the head of the page.
    MetaRefresh,
    /// R02 by a page that tells nobody where the visitor was: C11.
    Laundering,
    /// R04, with this upon it.
    Script(Option<T>),
    /// R05.
    AutoForm,
    /// R06: the target fills the page as a frame.
    Frame,
    /// A page with one plain button.
    Button,
    /// R22: a page whose point is to be left.
    Interstitial,
    /// R11: a page of links.
    Hub,
    /// M11: a catalog kept elsewhere.
    Catalog,
    /// M08: a copy of the listing on another host, with a link of its own.
    Copy,
    /// M10: a harmless landing page that leads on.
    Landing,
    /// R01 for one guise only: C01 to C04, C13, with R19.
    Cloak(NeededVantage),
    /// R01 for all but crawlers: C01.
    FromCrawler,
    /// R01 for who brings the token: C07.
    Token(u16),
    /// C05: the address comes when a script has looked at the browser.
    Fingerprint,
}

/// What an outside page knows of its place.
#[derive(Debug)]
pub(in crate::marketplace) struct Standing<'a> {
    /// The address of the page.
    pub(in crate::marketplace) own: &'a str,
    /// Where it passes visitors on to.
    pub(in crate::marketplace) to: &'a str,
    /// The listing behind which it stands.
    pub(in crate::marketplace) listing: String,
    pub(in crate::marketplace) language: PageLanguage,
    pub(in crate::marketplace) split: Split,
    /// Innocent words: a title and lines of text.
    pub(in crate::marketplace) title: String,
    pub(in crate::marketplace) lines: Vec<String>,
    /// What is written on a button.
    pub(in crate::marketplace) label: String,
    /// Honest addresses, for pages of links.
    pub(in crate::marketplace) others: Vec<(String, String)>,
}

impl Onward {
    /// The kind of host that such a page is on.
    pub(in crate::marketplace) const fn host(self) -> HostKind {
        match self {
            Self::Short(_) => HostKind::Shortener,
            Self::Exit(T::PROXIED, _) => HostKind::Gateway,
            Self::Exit(..) => HostKind::Exit,
            Self::Distributor(_) => HostKind::Distributor,
            Self::Hub => HostKind::Hub,
            Self::Catalog => HostKind::Channel,
            _ => HostKind::Doorway,
        }
    }

    /// The techniques of the step that leaves the page.
    pub(in crate::marketplace) fn techniques(self) -> Vec<T> {
        match self {
            Self::Http(_) | Self::Exit(..) => vec![T::HTTP_REDIRECT],
            Self::Short(_) => vec![T::HTTP_REDIRECT, T::SHORTENER],
            Self::Distributor(_) => vec![T::HTTP_REDIRECT, T::TRAFFIC_DISTRIBUTION],
            Self::RefreshHeader | Self::MetaRefresh => vec![T::REFRESH],
            Self::Laundering => vec![T::REFRESH, T::REFERRER_LAUNDERING],
            Self::Script(by) => std::iter::once(T::SCRIPT_REDIRECT).chain(by).collect(),
            Self::AutoForm => vec![T::AUTO_SUBMIT],
            Self::Frame => vec![T::FRAME],
            Self::Button => Vec::new(),
            Self::Interstitial => vec![T::INTERSTITIAL],
            Self::Hub => vec![T::SHORTENER],
            Self::Catalog => vec![T::SPLIT_CATALOG],
            Self::Copy => vec![T::CLAIM_MISMATCH, T::DOORWAY_COPY],
            Self::Landing => vec![T::LATE_SWAP],
            Self::Cloak(vantage) => {
                let by = match vantage {
                    NeededVantage::Phone | NeededVantage::Crawler => T::USER_AGENT_CLOAKING,
                    NeededVantage::FromSearch | NeededVantage::FromMarket => T::REFERRER_CLOAKING,
                    NeededVantage::Returning => T::COOKIE_CLOAKING,
                    NeededVantage::Agent => T::AGENT_CLOAKING,
                    NeededVantage::Language(_) => T::ORIGIN_CLOAKING,
                };
                vec![T::HTTP_REDIRECT, T::LATE_REDIRECT, by]
            }
            Self::FromCrawler => vec![T::HTTP_REDIRECT, T::USER_AGENT_CLOAKING],
            Self::Token(_) => vec![T::HTTP_REDIRECT, T::TOKEN_CLOAKING],
            Self::Fingerprint => vec![T::SCRIPT_REDIRECT, T::SCRIPT_CLOAKING],
        }
    }

    /// The kind of the step that leaves the page.
    pub(in crate::marketplace) const fn kind(self) -> HopKind {
        match self {
            Self::Http(_)
            | Self::Short(_)
            | Self::Exit(..)
            | Self::Distributor(_)
            | Self::Cloak(_)
            | Self::FromCrawler
            | Self::Token(_) => HopKind::HttpRedirect,
            Self::RefreshHeader => HopKind::RefreshHeader,
            Self::MetaRefresh | Self::Laundering => HopKind::MetaRefresh,
            Self::Script(_) | Self::Fingerprint => HopKind::ScriptNavigation,
            Self::AutoForm => HopKind::Form,
            Self::Frame => HopKind::Frame,
            Self::Button
            | Self::Interstitial
            | Self::Hub
            | Self::Catalog
            | Self::Copy
            | Self::Landing => HopKind::Anchor,
        }
    }

    /// Whether a shopper sees the step and takes it by an act.
    pub(in crate::marketplace) const fn is_open(self) -> bool {
        matches!(self.kind(), HopKind::Anchor)
    }

    /// The guise without which the page leads nowhere.
    pub(in crate::marketplace) const fn vantage(self) -> Option<NeededVantage> {
        match self {
            Self::Cloak(vantage) => Some(vantage),
            _ => None,
        }
    }

    /// Whether a reader that runs no script learns nothing.
    pub(in crate::marketplace) const fn needs_browser(self) -> bool {
        matches!(self, Self::Fingerprint)
    }

    /// The address of such a page: `base` is scheme, host and name.
    pub(in crate::marketplace) fn address(
        self,
        base: &str,
        to: &str,
        split: Split,
        chance: &mut Chance,
    ) -> String {
        match self {
            Self::Exit(by, _) => wrap::carrying(base, to, by, split, chance),
            Self::Token(_) => format!("{base}?k={:06x}", chance.below(1 << 24)),
            _ => base.to_owned(),
        }
    }

    /// What is told at the page, in the order in which it is tried.
    pub(in crate::marketplace) fn answers(
        self,
        at: &Standing<'_>,
        chance: &mut Chance,
    ) -> Vec<ServedAnswer> {
        match self {
            Self::Exit(T::FRAGMENT_URL, _) => vec![at.page("", "<script>var h=location.hash.slice(1),a=h.indexOf('http');if(a>=0)location.href=decodeURIComponent(h.slice(a))</script>")],
            Self::Http(status) | Self::Short(status) | Self::Exit(_, status) | Self::Distributor(status) => vec![redirect(status, at.to)],
            Self::Token(status) => vec![redirect(status, at.to)],
            Self::RefreshHeader => {
                let mut answer = at.page("", "");
                answer.headers.push(("Refresh".to_owned(), format!("{}; url={}", chance.below(4), at.to)));
                vec![answer]
            }
            Self::MetaRefresh => vec![at.page(&refresh(at, chance), "")],
            Self::Laundering => vec![at.page(&format!("<meta name=\"referrer\" content=\"no-referrer\">\n{}", refresh(at, chance)), "")],
            Self::Script(by) => {
                let code = expression::moving(at.to, by, at.split, chance);
                vec![at.page("", &format!("<script>{code}</script>"))]
            }
            Self::AutoForm => {
                let form = format!("<form id=\"f\" action=\"{}\" method=\"get\"></form>", escaped(at.to));
                let code = shape_of(at.split, &["document.getElementById('f').submit()", "document.forms[0].submit()"], chance).unwrap_or_default();
                vec![at.page("", &format!("{form}<script>{code}</script>"))]
            }
            Self::Frame => {
                let size = shape_of(at.split, &["width=\"100%\" height=\"100%\" frameborder=\"0\"", "style=\"position:fixed;inset:0;width:100%;height:100%;border:0\""], chance).unwrap_or_default();
                vec![ServedAnswer::page(format!("<!DOCTYPE html><html><head><title>{}</title></head><body><iframe src=\"{}\" {size}></iframe></body></html>", escaped(&at.title), escaped(at.to)))]
            }
            Self::Button | Self::Landing => vec![at.page("", &format!("<p><a class=\"button\" href=\"{}\">{}</a></p>", escaped(at.to), escaped(&at.label)))],
            Self::Interstitial => vec![ServedAnswer::page(format!("<!DOCTYPE html><html><head><title>{0}</title></head><body><p>{1}</p><p><a href=\"{2}\">{0}</a></p></body></html>", escaped(&at.label), escaped(at.lines.first().map_or("", String::as_str)), escaped(at.to)))],
            Self::Hub | Self::Catalog => vec![at.page("", &at.list(chance))],
            Self::Copy => vec![at.page(&format!("<link rel=\"canonical\" href=\"{0}\"><meta property=\"og:url\" content=\"{0}\">", escaped(&at.listing)), &format!("<p><a href=\"{}\">{}</a></p>", escaped(at.to), escaped(&at.label)))],
            Self::Cloak(vantage) => at.cloaked(vantage),
            Self::FromCrawler => crawlers(|when| ServedAnswer { when, ..at.page("", "") }).into_iter().chain([redirect(302, at.to)]).collect(),
            Self::Fingerprint => {
                let code = format!("document.addEventListener('mousemove',function(){{fetch('{}/t',{{method:'POST',body:navigator.userAgent+screen.width}}).then(function(r){{return r.text()}}).then(function(u){{location.href=u}})}},{{once:true}})", at.own);
                vec![at.page("", &format!("<script>{code}</script>"))]
            }
        }
    }
}

fn redirect(status: u16, to: &str) -> ServedAnswer {
    ServedAnswer {
        status,
        headers: vec![("Location".to_owned(), to.to_owned())],
        ..ServedAnswer::default()
    }
}

fn refresh(at: &Standing<'_>, chance: &mut Chance) -> String {
    let href = escaped(at.to);
    let shapes = [
        format!("<meta http-equiv=\"refresh\" content=\"0;url={href}\">"),
        format!("<meta http-equiv=\"Refresh\" content=\"1; URL='{href}'\">"),
        format!("<META HTTP-EQUIV=refresh CONTENT=\"0; {href}\">"),
        format!("<meta content=\"2;URL={href}\" http-equiv=\"refresh\">"),
    ];
    shape_of(at.split, &shapes, chance).unwrap_or_default()
}

/// An answer for each of the names that crawlers go by.
fn crawlers(answer: impl Fn(Conditions) -> ServedAnswer) -> Vec<ServedAnswer> {
    ["Googlebot", "bingbot"]
        .into_iter()
        .map(|name| {
            answer(Conditions {
                user_agent_contains: Some(name.to_owned()),
                ..Conditions::default()
            })
        })
        .collect()
}

impl Standing<'_> {
    /// An innocent page with something in its head and something in its text.
    fn page(&self, head: &str, body: &str) -> ServedAnswer {
        let lines: String = self
            .lines
            .iter()
            .map(|line| format!("<p>{}</p>\n", escaped(line)))
            .collect();
        ServedAnswer::page(format!(
            "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<title>{1}</title>\n{head}\n</head>\n<body>\n<main>\n<h1>{1}</h1>\n{lines}{body}\n</main>\n</body>\n</html>\n",
            self.language.as_str(),
            escaped(&self.title)
        ))
    }

    /// The target's link among honest ones.
    fn list(&self, chance: &mut Chance) -> String {
        let mut items: Vec<String> = self
            .others
            .iter()
            .map(|(address, name)| {
                format!(
                    "<li><a href=\"{}\">{}</a></li>",
                    escaped(address),
                    escaped(name)
                )
            })
            .collect();
        let at = chance.below(items.len() + 1);
        items.insert(
            at,
            format!(
                "<li><a href=\"{}\">{}</a></li>",
                escaped(self.to),
                escaped(&self.label)
            ),
        );
        format!("<ul>\n{}\n</ul>", items.join("\n"))
    }

    /// A redirect for one guise, an innocent page for the others.
    fn cloaked(&self, vantage: NeededVantage) -> Vec<ServedAnswer> {
        let to_target = |when: Conditions| ServedAnswer {
            when,
            ..redirect(302, self.to)
        };
        let agent = |name: &str| {
            to_target(Conditions {
                user_agent_contains: Some(name.to_owned()),
                ..Conditions::default()
            })
        };
        let referrer = |name: &str| {
            to_target(Conditions {
                referrer_contains: Some(name.to_owned()),
                ..Conditions::default()
            })
        };
        let mut innocent = self.page("", "");
        let mut answers = match vantage {
            NeededVantage::Phone => vec![agent("Mobile"), agent("iPhone")],
            NeededVantage::Crawler => crawlers(to_target),
            NeededVantage::Agent => vec![agent("GPTBot"), agent("ClaudeBot")],
            NeededVantage::FromSearch => ["google.", "bing.", "duckduckgo."]
                .into_iter()
                .map(referrer)
                .collect(),
            NeededVantage::FromMarket => {
                let host = self.listing.split('/').nth(2).unwrap_or_default();
                vec![referrer(host)]
            }
            NeededVantage::Returning => {
                innocent
                    .headers
                    .push(("Set-Cookie".to_owned(), "seen=1; Path=/".to_owned()));
                vec![to_target(Conditions {
                    cookie_contains: Some("seen=1".to_owned()),
                    ..Conditions::default()
                })]
            }
            NeededVantage::Language(language) => vec![to_target(Conditions {
                header: Some(HeaderCondition {
                    name: "accept-language".to_owned(),
                    contains: language.as_str().to_owned(),
                }),
                ..Conditions::default()
            })],
        };
        answers.push(innocent);
        answers
    }
}
