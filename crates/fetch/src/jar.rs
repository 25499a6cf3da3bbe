//! Cookies that servers set: what of RFC 6265 a visitor needs who comes once.
//!
//! A jar has no clock. Whether a cookie had expired is decided when it was set ([`set_cookies`]); one
//! that had not lives as long as the jar. What is asked is always a page to which the visitor goes, so of
//! the three values of `SameSite` only `Strict` keeps a cookie away, from visitors who come from another
//! site; `None` without `Secure` sets none. The rest is by RFC 6265bis: names that begin with `__Secure-` and
//! `__Host-`, and what is `Secure`, are set and overwritten by https alone.

use model::{Exchange, PageUrl, Reply, Timestamp, registrable_domain};

use crate::auth::Cookie;

/// Cookies in one jar; later ones are not taken.
const MOST: usize = 50;
/// Bytes of one `Set-Cookie`.
const LONGEST: usize = 4_096;
/// Bytes of one `Cookie`, and of all that one answer sets.
const LINE: usize = 4_096;

/// The cookies of one visitor.
#[derive(Debug, Clone, Default)]
pub struct Jar {
    cookies: Vec<Cookie>,
}

impl Jar {
    /// Takes the value of a `Set-Cookie` that `at` sent. What is no cookie, or is for a host that `at`
    /// may not speak for, is passed over, as browsers do.
    pub fn set(&mut self, at: &PageUrl, field: &str) {
        if field.len() > LONGEST {
            return;
        }
        let Some((cookie, is_gone)) = parsed(at, field) else {
            return;
        };
        // Over http, nothing of the same name takes the place of a secure cookie.
        let shadows = |old: &Cookie| {
            old.secure && old.name == cookie.name && (old.reaches(&cookie) || cookie.reaches(old))
        };
        if at.as_url().scheme() != "https" && self.cookies.iter().any(shadows) {
            return;
        }
        let is_same = |old: &Cookie| old.is_same(&cookie);
        match self.cookies.iter().position(is_same) {
            Some(place) if is_gone => {
                self.cookies.remove(place);
            }
            Some(place) => self.cookies[place] = cookie,
            None if !is_gone && self.cookies.len() < MOST => self.cookies.push(cookie),
            None => {}
        }
    }

    /// Takes what a visitor sent to `at`, as `Cookie` has it: for its host and all of its paths.
    pub fn recall(&mut self, at: &PageUrl, line: &str) {
        for pair in line.split("; ").filter(|pair| !pair.is_empty()) {
            // What is bound to https by its name was set so.
            let secure = match Prefix::of(pair) {
                Some(_) => "; Secure",
                None => "",
            };
            self.set(at, &format!("{pair}; Path=/{secure}"));
        }
    }

    /// The value of `Cookie` for an address; empty for none. Longer paths first, as the RFC asks. `from` is
    /// the page that the visitor comes from, if it is any.
    #[must_use]
    pub fn line(&self, to: &PageUrl, from: Option<&PageUrl>) -> String {
        let now = Timestamp::from_millis(0);
        let is_cross_site = from.is_some_and(|from| {
            // By another scheme is from another site, too.
            from.as_url().scheme() != to.as_url().scheme() || !from.is_same_site(to)
        });
        let mut sent: Vec<&Cookie> = self.cookies.iter().collect();
        sent.retain(|cookie| cookie.is_for(to, now) && !(cookie.strict && is_cross_site));
        sent.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        let mut line = String::new();
        for cookie in sent {
            let bytes = cookie.name.len() + cookie.value.len() + 3;
            if line.len() + bytes > LINE {
                break;
            }
            if !line.is_empty() {
                line.push_str("; ");
            }
            line.push_str(&cookie.name);
            line.push('=');
            line.push_str(&cookie.value);
        }
        line
    }
}

/// The values of `Set-Cookie` in an answer, in order, as far as they come to 4 KiB. One that had expired
/// when it came says so by `Max-Age=0`.
#[must_use]
pub fn set_cookies(exchange: &Exchange) -> Vec<String> {
    let Reply::Answered(answer) = &exchange.reply else {
        return Vec::new();
    };
    let fields = answer.headers.all("set-cookie").take(MOST);
    let mut bytes = 0;
    let fields = fields.filter(|field| {
        bytes += field.len();
        bytes <= LINE
    });
    let has_expired = |field: &str| {
        attribute(field, "max-age").is_none()
            && attribute(field, "expires").is_some_and(|date| is_past(date, exchange.started))
    };
    fields
        .map(|field| {
            if has_expired(field) {
                format!("{field}; Max-Age=0")
            } else {
                field.to_owned()
            }
        })
        .collect()
}

/// The cookies of one header field, with those of `jar` that it does not name.
pub(crate) fn joined(given: &str, jar: &str) -> String {
    let name = |pair: &str| pair.split('=').next().unwrap_or_default().trim().to_owned();
    let named: Vec<String> = given.split(';').map(name).collect();
    let mut line = given.to_owned();
    for pair in jar.split("; ").filter(|pair| !pair.is_empty()) {
        if !named.contains(&name(pair)) {
            line.push_str("; ");
            line.push_str(pair);
        }
    }
    line
}

fn attribute<'a>(field: &'a str, name: &str) -> Option<&'a str> {
    let attributes = field.split(';').skip(1);
    let named = attributes.filter_map(|attribute| {
        let (key, value) = attribute.split_once('=').unwrap_or((attribute, ""));
        key.trim().eq_ignore_ascii_case(name).then(|| value.trim())
    });
    // The last one counts.
    named.last()
}

fn is_past(date: &str, now: Timestamp) -> bool {
    // Many write the dashes of RFC 850 with the years of RFC 1123.
    let parsed = httpdate::parse_http_date(date);
    let parsed = parsed.or_else(|_| httpdate::parse_http_date(&date.replace('-', " ")));
    parsed.is_ok_and(|date| Timestamp::from(date).millis() <= now.millis())
}

fn parsed(at: &PageUrl, field: &str) -> Option<(Cookie, bool)> {
    let (name, value) = field.split(';').next()?.split_once('=')?;
    let host = at.host();
    let domain = attribute(field, "domain").map(|domain| domain.trim_start_matches('.'));
    let domain = domain
        .filter(|domain| !domain.is_empty())
        .map(str::to_ascii_lowercase);
    let with_subdomains = match &domain {
        Some(domain) => may_set(host.as_str(), domain, at)?,
        None => false,
    };
    let names_domain = domain.is_some();
    let path = attribute(field, "path").filter(|path| path.starts_with('/'));
    let same_site = attribute(field, "samesite");
    let cookie = Cookie {
        domain: domain.unwrap_or_else(|| host.as_str().to_owned()),
        with_subdomains,
        path: path.map_or_else(|| directory(at), str::to_owned),
        secure: attribute(field, "secure").is_some(),
        strict: same_site.is_some_and(|word| word.eq_ignore_ascii_case("strict")),
        expires: 0,
        name: name.trim().to_owned(),
        value: value.trim().to_owned(),
    };
    let age = attribute(field, "max-age").and_then(|age| age.parse::<i64>().ok());
    let is_gone = age.is_some_and(|age| age <= 0);
    let is_everywhere = same_site.is_some_and(|word| word.eq_ignore_ascii_case("none"));
    let by_https = at.as_url().scheme() == "https";
    let is_bound = match Prefix::of(&cookie.name) {
        None => true,
        Some(Prefix::Secure) => cookie.secure,
        Some(Prefix::Host) => {
            let is_root = path.is_some_and(|path| path == "/");
            cookie.secure && is_root && !names_domain
        }
    };
    let is_taken = cookie.is_sendable()
        && !cookie.name.is_empty()
        && (by_https || !cookie.secure)
        && (cookie.secure || !is_everywhere)
        && is_bound;
    is_taken.then_some((cookie, is_gone))
}

/// What the name of a cookie binds it to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Prefix {
    /// `__Secure-`: to https.
    Secure,
    /// `__Host-`: to https, one host and all of its paths.
    Host,
}

impl Prefix {
    /// By RFC 6265bis, sections 4.1.3 and 5.4; the case of letters does not count.
    fn of(name: &str) -> Option<Self> {
        let begins = |prefix: &str| {
            let head = name.get(..prefix.len());
            head.is_some_and(|head| head.eq_ignore_ascii_case(prefix))
        };
        if begins("__Host-") {
            Some(Self::Host)
        } else {
            begins("__Secure-").then_some(Self::Secure)
        }
    }
}

/// Whether a cookie of `host` for `domain` goes to hosts below it; `None` where it is for others, or for
/// all of a public suffix.
fn may_set(host: &str, domain: &str, at: &PageUrl) -> Option<bool> {
    if host == domain {
        return Some(at.ip().is_none() && registrable_domain(domain).is_some());
    }
    let is_below = host
        .strip_suffix(domain)
        .is_some_and(|rest| rest.ends_with('.'));
    (is_below && at.ip().is_none() && registrable_domain(domain).is_some()).then_some(true)
}

/// The default path of RFC 6265, section 5.1.4.
fn directory(at: &PageUrl) -> String {
    let path = at.as_url().path();
    match path.rfind('/') {
        None | Some(0) => "/".to_owned(),
        Some(end) => path[..end].to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> PageUrl {
        PageUrl::parse(text).unwrap()
    }

    fn line(sets: &[(&str, &str)], to: &str) -> String {
        let mut jar = Jar::default();
        for (at, field) in sets {
            jar.set(&url(at), field);
        }
        jar.line(&url(to), None)
    }

    #[test]
    fn cookies_go_where_the_rfc_sends_them() {
        let at = "https://www.shop.test/a/b";
        for (field, to, sent) in [
            ("x=1", "https://www.shop.test/a/c", "x=1"),
            ("x=1", "https://www.shop.test/b", ""),
            ("x=1; Path=/", "https://www.shop.test/b", "x=1"),
            ("x=1; Path=/", "https://shop.test/", ""),
            (
                "x=1; Path=/; Domain=.shop.test",
                "http://api.shop.test/",
                "x=1",
            ),
            ("x=1; Path=/; Domain=other.test", "http://other.test/", ""),
            ("x=1; Path=/; Domain=test", "http://www.shop.test/", ""),
            ("x=1; Path=/; Secure", "http://www.shop.test/", ""),
            ("x=1; Path=/; Secure", "https://www.shop.test/", "x=1"),
            ("no cookie", "https://www.shop.test/a/c", ""),
        ] {
            assert_eq!(line(&[(at, field)], to), sent, "{field} to {to}");
        }
    }

    #[test]
    fn same_site_is_what_browsers_make_of_it() {
        let at = "https://www.shop.test/";
        let elsewhere = [
            "https://search.test/",
            "http://www.shop.test/",
            "https://market.test/shop",
        ];
        for (field, from_elsewhere) in [
            ("x=1", "x=1"),
            ("x=1; SameSite=Lax", "x=1"),
            ("x=1; SameSite=lax; Secure", "x=1"),
            ("x=1; SameSite=None; Secure", "x=1"),
            ("x=1; SameSite=Strict", ""),
            ("x=1; samesite=STRICT; Secure", ""),
            ("x=1; SameSite=Other", "x=1"),
        ] {
            let mut jar = Jar::default();
            jar.set(&url(at), field);
            for from in elsewhere {
                let sent = jar.line(&url(at), Some(&url(from)));
                assert_eq!(sent, from_elsewhere, "{field} from {from}");
            }
            for from in [None, Some(url("https://api.shop.test/"))] {
                assert_eq!(jar.line(&url(at), from.as_ref()), "x=1", "{field}");
            }
        }
        assert_eq!(line(&[(at, "x=1; SameSite=None")], at), "", "not secure");
    }

    #[test]
    fn what_is_secure_is_set_and_overwritten_by_https_alone() {
        let (https, http) = ("https://shop.test/a", "http://shop.test/a");
        for (at, field, sent) in [
            (http, "x=1; Secure; Path=/", ""),
            (https, "__Secure-x=1; Path=/", ""),
            (https, "__Secure-x=1; Path=/; Secure", "__Secure-x=1"),
            (http, "__Secure-x=1; Path=/; Secure", ""),
            (https, "__Host-x=1; Path=/; Secure", "__Host-x=1"),
            (https, "__host-x=1; Path=/; Secure", "__host-x=1"),
            (https, "__Host-x=1; Secure", ""),
            (https, "__Host-x=1; Path=/a; Secure", ""),
            (https, "__Host-x=1; Path=/; Secure; Domain=shop.test", ""),
            (http, "__Host-x=1; Path=/; Secure", ""),
        ] {
            assert_eq!(line(&[(at, field)], https), sent, "{field} by {at}");
        }
        let both = [(https, "x=1; Path=/; Secure"), (http, "x=2; Path=/")];
        assert_eq!(line(&both, https), "x=1", "http does not take its place");
        assert_eq!(line(&both, http), "");
    }

    #[test]
    fn what_a_visitor_sent_is_remembered_whatever_its_name_binds_it_to() {
        let at = url("https://shop.test/a");
        let mut jar = Jar::default();
        jar.recall(&at, "__Host-x=1; __Secure-y=2; z=3");
        assert_eq!(jar.line(&at, None), "__Host-x=1; __Secure-y=2; z=3");
    }

    #[test]
    fn a_cookie_is_replaced_and_taken_back() {
        let at = "http://shop.test/";
        assert_eq!(
            line(&[(at, "x=1"), (at, "y=2"), (at, "x=3")], at),
            "x=3; y=2"
        );
        assert_eq!(line(&[(at, "x=1"), (at, "x=; Max-Age=0")], at), "");
    }

    #[test]
    fn what_had_expired_is_taken_back_whenever_that_was() {
        let now = Timestamp::from_millis(1_700_000_000_000);
        for past in [
            "Thu, 01 Jan 1970 00:00:00 GMT",
            "Thu, 01-Jan-1970 00:00:00 GMT",
            "Thursday, 01-Jan-70 00:00:00 GMT",
        ] {
            assert!(is_past(past, now), "{past}");
        }
        assert!(!is_past("Wed, 01 Jan 2098 00:00:00 GMT", now));
    }

    #[test]
    fn what_a_user_gives_outranks_what_a_server_sets() {
        assert_eq!(joined("id=mine", "id=theirs; seen=1"), "id=mine; seen=1");
    }

    #[test]
    fn a_jar_has_bounds() {
        let mut jar = Jar::default();
        let at = url("http://shop.test/");
        for number in 0..1_000 {
            jar.set(&at, &format!("n{number}={}", "x".repeat(4_000)));
        }
        assert!(jar.cookies.len() <= MOST);
        assert!(jar.line(&at, None).len() <= LINE);
    }
}
