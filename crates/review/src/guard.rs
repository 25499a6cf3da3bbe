//! Who may ask at all: the right host in the address, and forms of the desk's own pages.

use std::net::SocketAddr;

use axum::http::{HeaderMap, Method, header};

/// The names under which the desk is asked.
#[derive(Debug, Clone)]
pub(crate) struct Guard {
    hosts: Vec<String>,
}

impl Guard {
    /// Of a desk that listens at `bound`: its address, and `localhost` where that is loopback.
    ///
    /// A page of another site that makes its own name point here (DNS rebinding) asks under that name, and
    /// is refused.
    pub(crate) fn of(bound: SocketAddr) -> Self {
        let mut hosts = vec![bound.to_string()];
        if bound.ip().is_loopback() {
            hosts.push(format!("localhost:{}", bound.port()));
        }
        // Browsers leave the port of plain HTTP out.
        if bound.port() == 80 {
            let bare: Vec<String> = (hosts.iter())
                .map(|host| host.trim_end_matches(":80").to_owned())
                .collect();
            hosts.extend(bare);
        }
        Self { hosts }
    }

    /// The host of a request, where it is one of ours.
    pub(crate) fn host<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        let mut stated = headers.get_all(header::HOST).iter();
        let (Some(host), None) = (stated.next(), stated.next()) else {
            return None;
        };
        let host = host.to_str().ok()?;
        let same = |ours: &String| ours.eq_ignore_ascii_case(host);
        self.hosts.iter().any(same).then_some(host)
    }

    /// Whether a request that changes something comes from a page of this desk: by its origin, and where
    /// the browser tells none, by what it tells of the site. What is told twice must be right twice, and the
    /// two must not contradict each other.
    pub(crate) fn is_own(method: &Method, host: &str, headers: &HeaderMap) -> bool {
        if method == Method::GET || method == Method::HEAD {
            return true;
        }
        let told = |name: &str, right: &str| {
            let mut values = headers.get_all(name).iter().peekable();
            values.peek().is_some().then(|| {
                values.all(|value| value.as_bytes().eq_ignore_ascii_case(right.as_bytes()))
            })
        };
        let origin = told("origin", &format!("http://{host}"));
        let site = told("sec-fetch-site", "same-origin");
        matches!(
            (origin, site),
            (Some(true), None | Some(true)) | (None, Some(true))
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(fields: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(*name, value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn only_the_bound_address_and_localhost_are_hosts() {
        let guard = Guard::of("127.0.0.1:7001".parse().unwrap());
        for good in ["127.0.0.1:7001", "localhost:7001", "LOCALHOST:7001"] {
            assert_eq!(guard.host(&headers(&[("host", good)])), Some(good));
        }
        for bad in [
            "127.0.0.1",
            "127.0.0.1:7002",
            "localhost",
            "evil.test:7001",
            "",
        ] {
            assert_eq!(guard.host(&headers(&[("host", bad)])), None, "{bad}");
        }
        let twice = headers(&[("host", "127.0.0.1:7001"), ("host", "127.0.0.1:7001")]);
        assert_eq!(guard.host(&twice), None);
        assert_eq!(guard.host(&HeaderMap::new()), None);
        let open = Guard::of("192.0.2.7:80".parse().unwrap());
        assert!(open.host(&headers(&[("host", "192.0.2.7")])).is_some());
        assert!(open.host(&headers(&[("host", "localhost:80")])).is_none());
    }

    #[test]
    fn a_change_must_come_from_a_page_of_the_desk() {
        let host = "127.0.0.1:7001";
        let own =
            |fields: &[(&'static str, &str)]| Guard::is_own(&Method::POST, host, &headers(fields));
        assert!(own(&[("origin", "http://127.0.0.1:7001")]));
        assert!(own(&[("sec-fetch-site", "same-origin")]));
        assert!(!own(&[]));
        assert!(!own(&[
            ("origin", "null"),
            ("sec-fetch-site", "same-origin")
        ]));
        assert!(own(&[
            ("origin", "http://127.0.0.1:7001"),
            ("sec-fetch-site", "same-origin")
        ]));
        assert!(!own(&[
            ("origin", "http://127.0.0.1:7001"),
            ("origin", "http://evil.test")
        ]));
        assert!(!own(&[
            ("origin", "http://127.0.0.1:7001"),
            ("sec-fetch-site", "cross-site")
        ]));
        assert!(!own(&[("origin", "http://evil.test")]));
        assert!(!own(&[("origin", "http://127.0.0.1:7002")]));
        assert!(!own(&[("sec-fetch-site", "same-site")]));
        assert!(Guard::is_own(&Method::GET, host, &HeaderMap::new()));
    }
}
