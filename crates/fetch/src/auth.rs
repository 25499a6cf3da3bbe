//! What proves to one's own hosts who asks: header fields, passwords and cookies that the user gives.
//!
//! They go to the very host that they were given for and nowhere else. No redirect is followed in
//! this room, so none takes them along. What is recorded of a request says that a secret was sent,
//! and not which, unless the user wants it otherwise.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::{Headers, PageUrl, Timestamp};

/// What stands in the record of a request in place of a secret.
const MASK: &str = "(masked)";
/// Fields that belong to the connection or to the reading of the answer.
const FORBIDDEN: [&str; 7] = [
    "host",
    "connection",
    "content-length",
    "transfer-encoding",
    "accept-encoding",
    "te",
    "upgrade",
];

/// Secrets, each with the host that it is for. Shown to nobody: `Debug` says how many there are.
#[derive(Clone, Default)]
pub struct Secrets {
    fields: Vec<Field>,
    cookies: Vec<Cookie>,
    /// Whether records of requests hold them.
    pub keep: bool,
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secrets")
            .field("fields", &self.fields.len())
            .field("cookies", &self.cookies.len())
            .field("keep", &self.keep)
            .finish()
    }
}

#[derive(Clone)]
struct Field {
    to: Receiver,
    name: String,
    value: String,
}

/// The host that a secret is for.
#[derive(Clone)]
struct Receiver {
    scheme: Option<String>,
    host: String,
    port: Option<u16>,
}

#[derive(Debug, Clone)]
pub(crate) struct Cookie {
    pub(crate) domain: String,
    pub(crate) with_subdomains: bool,
    pub(crate) path: String,
    pub(crate) secure: bool,
    /// Whether it stays away from visitors who come from another site.
    pub(crate) strict: bool,
    /// In seconds since 1970; 0 for one that ends with the session.
    pub(crate) expires: i64,
    pub(crate) name: String,
    pub(crate) value: String,
}

/// A secret cannot be used as it is written. The message holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotASecret {
    /// A host is missing or is none.
    #[error(
        "`{0}` is no host; write it as `shop.example`, `shop.example:8080` or `https://shop.example`"
    )]
    Host(String),
    /// A line of a file of header fields.
    #[error("line {0} is no header field for a host; write it as `shop.example Name: value`")]
    FieldLine(usize),
    /// A field that is not the user's to set.
    #[error("the header field `{0}` belongs to the connection and cannot be given")]
    Forbidden(String),
    /// A name and a password without a colon between them.
    #[error("the name and the password for {0} have no colon between them; write `name:password`")]
    Basic(String),
    /// A line of a cookies file.
    #[error(
        "line {0} is no cookie; a cookies file has seven columns with tabs between them: domain, \
         subdomains, path, secure, expires, name, value"
    )]
    CookieLine(usize),
}

impl Secrets {
    /// Takes header fields by host, a line each: `shop.example Authorization: Bearer abc`. Empty
    /// lines and those that begin with `#` are passed over.
    ///
    /// # Errors
    /// [`NotASecret`] with the line.
    pub fn add_fields(&mut self, text: &str) -> Result<(), NotASecret> {
        for (number, line) in lines(text) {
            let wrong = NotASecret::FieldLine(number);
            let (host, field) = line.split_once(char::is_whitespace).ok_or(wrong.clone())?;
            let (name, value) = field.split_once(':').ok_or(wrong.clone())?;
            let name = name.trim().to_ascii_lowercase();
            let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
            if name.is_empty() || !name.bytes().all(is_name) || !is_sendable(value.trim()) {
                return Err(wrong);
            }
            if FORBIDDEN.contains(&name.as_str()) {
                return Err(NotASecret::Forbidden(name));
            }
            self.fields.push(Field {
                to: Receiver::of(host)?,
                name,
                value: value.trim().to_owned(),
            });
        }
        Ok(())
    }

    /// Takes a name and a password (`name:password`) for basic authentication at a host.
    ///
    /// # Errors
    /// [`NotASecret`].
    pub fn add_basic(&mut self, host: &str, credentials: &str) -> Result<(), NotASecret> {
        let credentials = credentials.trim_end_matches(['\r', '\n']);
        if !credentials.contains(':') {
            return Err(NotASecret::Basic(host.to_owned()));
        }
        self.fields.push(Field {
            to: Receiver::of(host)?,
            name: "authorization".to_owned(),
            value: format!("Basic {}", STANDARD.encode(credentials)),
        });
        Ok(())
    }

    /// Takes the cookies of a file in Netscape's form, as browsers' extensions and curl write it.
    ///
    /// # Errors
    /// [`NotASecret`] with the line.
    pub fn add_cookies(&mut self, text: &str) -> Result<(), NotASecret> {
        for (number, line) in text.lines().enumerate() {
            let line = line.strip_prefix("#HttpOnly_").unwrap_or(line);
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let cookie = Cookie::of(line).ok_or(NotASecret::CookieLine(number + 1))?;
            self.cookies.push(cookie);
        }
        Ok(())
    }

    /// The header fields that go to `address` at a time; names in lower case. Linear in the number of
    /// secrets.
    pub(crate) fn fields(&self, address: &PageUrl, now: Timestamp) -> Vec<(String, String)> {
        let mut fields: Vec<(String, String)> = Vec::new();
        for field in self.fields.iter().filter(|field| field.to.is(address)) {
            // The last word on a field counts.
            fields.retain(|(name, _)| *name != field.name);
            fields.push((field.name.clone(), field.value.clone()));
        }
        let sent = self
            .cookies
            .iter()
            .filter(|cookie| cookie.is_for(address, now));
        let pairs: Vec<String> = sent
            .map(|cookie| format!("{}={}", cookie.name, cookie.value))
            .collect();
        if !pairs.is_empty() {
            let value = pairs.join("; ");
            match fields.iter_mut().find(|(name, _)| name == "cookie") {
                Some((_, given)) => *given = format!("{given}; {value}"),
                None => fields.push(("cookie".to_owned(), value)),
            }
        }
        fields
    }

    /// The header fields of a request as they are recorded. Cookies that a server set are no secret of
    /// the user's: they stand beside the mask.
    pub(crate) fn recorded(&self, mut open: Headers, secret: &[(String, String)]) -> Headers {
        for (name, value) in secret {
            let set = open.first(name).filter(|_| name == "cookie");
            let masked = set.map_or_else(|| MASK.to_owned(), |set| format!("{set}; {MASK}"));
            open.0.retain(|(field, _)| field != name);
            let value = if self.keep { value.clone() } else { masked };
            open.0.push((name.clone(), value));
        }
        open
    }
}

impl Receiver {
    fn of(text: &str) -> Result<Self, NotASecret> {
        let wrong = || NotASecret::Host(text.to_owned());
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme @ ("http" | "https"), rest)) => (Some(scheme.to_owned()), rest),
            Some(_) => return Err(wrong()),
            None => (None, text),
        };
        let parsed = PageUrl::parse(&format!("http://{rest}/")).map_err(|_| wrong())?;
        let is_bare = parsed.as_url().path() == "/" && !rest.contains(['@', '/', '?', '#']);
        if !is_bare {
            return Err(wrong());
        }
        let port = rest
            .rsplit_once(':')
            .and_then(|(_, port)| port.parse().ok());
        Ok(Self {
            scheme,
            host: parsed.host().as_str().to_owned(),
            port,
        })
    }

    /// Whether a secret goes to `address`: to this host alone, and to its default port unless
    /// another was given.
    fn is(&self, address: &PageUrl) -> bool {
        let url = address.as_url();
        let scheme = self.scheme.as_ref();
        let is_port = match self.port {
            Some(port) => address.port() == port,
            None => url.port().is_none(),
        };
        is_port
            && scheme.is_none_or(|scheme| scheme == url.scheme())
            && address.host().as_str() == self.host
    }
}

impl Cookie {
    fn of(line: &str) -> Option<Self> {
        let mut columns = line.split('\t');
        let mut next = || columns.next();
        let (domain, subdomains, path) = (next()?, next()?, next()?);
        let (secure, expires, name) = (next()?, next()?, next()?);
        let value = next().unwrap_or_default();
        let flag = |text: &str| text.eq_ignore_ascii_case("TRUE");
        let cookie = Self {
            domain: domain.trim_start_matches('.').to_ascii_lowercase(),
            with_subdomains: flag(subdomains) || domain.starts_with('.'),
            path: path.to_owned(),
            secure: flag(secure),
            strict: false,
            expires: expires.trim().parse().ok()?,
            name: name.to_owned(),
            value: value.trim_end_matches('\r').to_owned(),
        };
        let is_cookie = !cookie.domain.is_empty()
            && cookie.path.starts_with('/')
            && !cookie.name.is_empty()
            && is_sendable(&cookie.name)
            && is_sendable(&cookie.value)
            && columns.next().is_none();
        is_cookie.then_some(cookie)
    }

    /// Whether it takes the place of another, by RFC 6265, section 5.3.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.name == other.name && self.domain == other.domain && self.path == other.path
    }

    /// Whether another one goes to where this one goes, as far as domain and path tell.
    pub(crate) fn reaches(&self, other: &Self) -> bool {
        let below = |domain: &str, of: &str| {
            domain == of
                || domain
                    .strip_suffix(of)
                    .is_some_and(|rest| rest.ends_with('.'))
        };
        let is_path = other.path.strip_prefix(self.path.as_str());
        let is_path = is_path.is_some_and(|rest| {
            rest.is_empty() || self.path.ends_with('/') || rest.starts_with('/')
        });
        is_path && (below(&other.domain, &self.domain) || below(&self.domain, &other.domain))
    }

    /// Whether it can stand in a header field.
    pub(crate) fn is_sendable(&self) -> bool {
        is_sendable(&self.name) && is_sendable(&self.value)
    }

    /// By RFC 6265, sections 5.1.3, 5.1.4 and 5.4.
    pub(crate) fn is_for(&self, address: &PageUrl, now: Timestamp) -> bool {
        let (host, url) = (address.host(), address.as_url());
        let host = host.as_str();
        // A domain without a point is a host's own name or a public suffix.
        let is_below = self.with_subdomains
            && address.ip().is_none()
            && self.domain.contains('.')
            && host
                .strip_suffix(self.domain.as_str())
                .is_some_and(|rest| rest.ends_with('.'));
        let path = url.path();
        let is_path = path.strip_prefix(self.path.as_str()).is_some_and(|rest| {
            rest.is_empty() || self.path.ends_with('/') || rest.starts_with('/')
        });
        (host == self.domain || is_below)
            && is_path
            && (!self.secure || url.scheme() == "https")
            && (self.expires == 0 || self.expires.saturating_mul(1000) > now.millis())
    }
}

/// Lines that say something, with their numbers from 1.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..)
        .zip(text.lines().map(str::trim))
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
}

fn is_sendable(value: &str) -> bool {
    value.chars().all(|letter| matches!(letter, ' '..='~'))
}
