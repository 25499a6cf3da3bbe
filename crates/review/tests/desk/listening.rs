//! A desk that listens, and requests to it that are written byte by byte.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_types,
    reason = "a desk that cannot be asked fails its test"
)]

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use sidedoor_review::{Desk, JudgeError, Served};
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use crate::made::{Made, case};

/// A desk on loopback over a folder of its own.
pub(crate) struct Listening {
    pub(crate) address: SocketAddr,
    pub(crate) entrance: String,
    pub(crate) folder: tempfile::TempDir,
    stop: CancellationToken,
    _runtime: Runtime,
}

/// An answer of the desk.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Listening {
    /// Of a case; judged again it has one finding less each time.
    pub(crate) fn to(made: Made) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let count = made.findings.len();
        Self::at(folder, made, count)
    }

    fn at(folder: tempfile::TempDir, made: Made, count: usize) -> Self {
        let judge = move || -> Result<Box<dyn sidedoor_review::Judged>, JudgeError> {
            match count.checked_sub(1) {
                Some(less) if less > 0 => Ok(Box::new(case(less, 3))),
                _ => Err(JudgeError("the pack is gone".to_owned())),
            }
        };
        let desk = Desk::open(folder.path(), Box::new(made), Arc::new(judge)).expect("a desk");
        let runtime = Runtime::new().expect("a runtime");
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        let served = runtime
            .block_on(Served::bind(desk, address))
            .expect("a port");
        let stop = CancellationToken::new();
        let (address, entrance) = (served.address(), served.entrance().expect("a token"));
        runtime.spawn(served.run(stop.clone()));
        Self {
            address,
            entrance,
            folder,
            stop,
            _runtime: runtime,
        }
    }

    /// Sends these bytes and reads until the desk is done.
    pub(crate) fn send(&self, bytes: &[u8]) -> Answered {
        let mut stream = TcpStream::connect(self.address).expect("the desk listens");
        stream
            .set_read_timeout(Some(Duration::from_secs(60)))
            .expect("a socket option");
        // The desk may refuse before it has read everything.
        let _ = stream.write_all(bytes);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let text = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        Answered {
            status: head
                .split(' ')
                .nth(1)
                .and_then(|word| word.parse().ok())
                .unwrap_or(0),
            head: head.to_ascii_lowercase(),
            body: body.to_owned(),
        }
    }

    /// A request with header lines of one's own, without those that browsers add.
    pub(crate) fn raw(&self, line: &str, fields: &[&str], body: &str) -> Answered {
        let mut text = format!(
            "{line} HTTP/1.1\r\nConnection: close\r\nContent-Length: {}\r\n",
            body.len()
        );
        for field in fields {
            text.push_str(&format!("{field}\r\n"));
        }
        text.push_str(&format!("\r\n{body}"));
        self.send(text.as_bytes())
    }

    /// Lets a browser in.
    pub(crate) fn enter(&self) -> Reviewer<'_> {
        self.enter_by(&self.entrance)
    }

    /// Lets a browser in by an invitation.
    pub(crate) fn enter_by(&self, entrance: &str) -> Reviewer<'_> {
        let path = entrance
            .split_once(&self.address.to_string())
            .expect("its address")
            .1;
        let host = format!("Host: {}", self.address);
        let answer = self.raw(&format!("GET {path}"), &[&host], "");
        let cookie = answer
            .field("set-cookie")
            .unwrap_or_else(|| panic!("{answer:?}"));
        let cookie = cookie.split(';').next().expect("a cookie").to_owned();
        let mut reviewer = Reviewer {
            desk: self,
            cookie,
            form: String::new(),
        };
        let list = reviewer.get("/");
        reviewer.form = list.value("form");
        reviewer
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Answered {
    /// A header field; `name` in lower case.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines
            .find(|(field, _)| *field == name)
            .map(|(_, value)| value)
    }

    /// The value of the first hidden field of a name.
    pub(crate) fn value(&self, name: &str) -> String {
        let start = format!("name=\"{name}\" value=\"");
        let rest = self
            .body
            .split_once(&start)
            .unwrap_or_else(|| panic!("{name}: {self:?}"))
            .1;
        rest.split('"').next().unwrap_or_default().to_owned()
    }
}

/// A browser that is in.
pub(crate) struct Reviewer<'a> {
    pub(crate) desk: &'a Listening,
    pub(crate) cookie: String,
    /// The word of its forms.
    pub(crate) form: String,
}

impl Reviewer<'_> {
    fn fields(&self) -> [String; 2] {
        [
            format!("Host: {}", self.desk.address),
            format!("Cookie: a=b; {}", self.cookie),
        ]
    }

    pub(crate) fn get(&self, path: &str) -> Answered {
        let [host, cookie] = self.fields();
        self.desk.raw(&format!("GET {path}"), &[&host, &cookie], "")
    }

    /// Sends a form as a browser does from a page of the desk.
    pub(crate) fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answered {
        let origin = format!("Origin: http://{}", self.desk.address);
        let mut all = vec![("form", self.form.as_str())];
        all.extend_from_slice(fields);
        self.post_with(path, &[&origin], &all)
    }

    /// The same with header lines and fields of one's own.
    pub(crate) fn post_with(&self, path: &str, more: &[&str], fields: &[(&str, &str)]) -> Answered {
        let [host, cookie] = self.fields();
        let mut lines = vec![
            host.as_str(),
            &cookie,
            "Content-Type: application/x-www-form-urlencoded",
        ];
        lines.extend_from_slice(more);
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        self.desk.raw(&format!("POST {path}"), &lines, &body)
    }
}
