//! A server that says byte by byte what it is told to, and a crawl of it.

#![expect(
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "a test may fail loudly, its helpers as well, and serves on a socket of its own"
)]

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::site::{Coverage, coverage_of};
use super::{sidedoor, told};

/// What is sent for a path, and what becomes of the connection.
#[derive(Clone)]
pub(crate) enum Said {
    /// The bytes; the connection is kept.
    Kept(Vec<u8>),
    /// The bytes; then the connection ends.
    Ended(Vec<u8>),
    /// The bytes, and so much later the end that nobody announced.
    Dropped(Vec<u8>, Duration),
    /// The bytes, and later others that belong to no answer.
    Surplus(Vec<u8>, Vec<u8>),
    /// The bytes again and again.
    Endless(Vec<u8>),
}

/// A server of `a.test`, and of every other name, that says what it is told to.
pub(crate) struct Wire {
    addr: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
    folder: tempfile::TempDir,
    /// Further tries of an address.
    pub(crate) retries: u32,
}

impl Wire {
    /// Serves `paths` of `a.test`, which its front page links to. Other paths have a page without
    /// links, and robots.txt and sitemaps are not there unless they are given.
    pub(crate) fn serve(paths: &[(&str, Said)]) -> Self {
        let mut said: BTreeMap<String, Said> = BTreeMap::new();
        let mut links = String::new();
        for (path, answer) in paths {
            said.insert((*path).to_owned(), answer.clone());
            if !matches!(*path, "/robots.txt" | "/sitemap.xml") {
                links += &format!("<a href='{path}'>x</a>");
            }
        }
        said.entry("/".to_owned())
            .or_insert_with(|| Said::Kept(html(&links)));
        let missing = || Said::Kept(answer("404 Not Found", &[], b""));
        for path in ["/robots.txt", "/sitemap.xml", "/.well-known/tdmrep.json"] {
            said.entry(path.to_owned()).or_insert_with(missing);
        }
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let addr = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (said, log) = (Arc::new(said), Arc::clone(&asked));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (said, log) = (Arc::clone(&said), Arc::clone(&log));
                std::thread::spawn(move || speak(stream, &said, &log));
            }
        });
        Self {
            addr,
            asked,
            folder: tempfile::tempdir().unwrap(),
            retries: 0,
        }
    }

    pub(crate) fn crawl(&self) -> Command {
        let mut command = sidedoor();
        let case = self.folder.path().join("case");
        command
            .args(["crawl", "http://a.test/", "--quiet", "--case"])
            .arg(case);
        command.args([
            "--resolve",
            &format!("*:*:{}", self.addr),
            "--vantage",
            "desktop",
        ]);
        command.args(["--allow-address", &self.addr.to_string(), "--delay", "0"]);
        command.args(["--timeout", "4", "--retries", &self.retries.to_string()]);
        command
    }

    /// The coverage of a crawl, whose case is whole.
    pub(crate) fn coverage_of(&self, mut crawl: Command) -> Coverage {
        let case = self.folder.path().join("case");
        let coverage = coverage_of(crawl.output().unwrap(), &case);
        let verified = sidedoor()
            .args(["verify", "--case"])
            .arg(&case)
            .output()
            .unwrap();
        assert_eq!(verified.status.code(), Some(0), "{}", told(&verified));
        coverage
    }

    pub(crate) fn coverage(&self) -> Coverage {
        self.coverage_of(self.crawl())
    }

    /// Whether an address was asked: `host/path?query`, in the order of asking.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    pub(crate) fn was_asked(&self, address: &str) -> bool {
        self.asked().iter().any(|asked| asked == address)
    }
}

fn speak(mut stream: TcpStream, said: &BTreeMap<String, Said>, log: &Mutex<Vec<String>>) {
    // The client may be gone at any time; then there is nobody to speak to.
    let _ = stream.set_nodelay(true);
    let mut head = Vec::new();
    let mut byte = [0];
    while stream.read(&mut byte).is_ok_and(|read| read == 1) {
        head.push(byte[0]);
        if !head.ends_with(b"\r\n\r\n") {
            continue;
        }
        let text = String::from_utf8_lossy(&head).to_ascii_lowercase();
        let host = text
            .split("\r\nhost:")
            .nth(1)
            .and_then(|rest| rest.split("\r\n").next());
        let target = String::from_utf8_lossy(&head);
        let target = target.split(' ').nth(1).unwrap_or("/").to_owned();
        let host = host.unwrap_or_default().trim().to_owned();
        log.lock().unwrap().push(format!("{host}{target}"));
        head.clear();
        let page = Said::Kept(html("nothing"));
        let answer = said
            .get(&target)
            .filter(|_| host == "a.test")
            .unwrap_or(&page);
        if tell(&mut stream, answer).is_none() {
            return;
        }
    }
}

/// `None` where the connection ends.
fn tell(stream: &mut TcpStream, said: &Said) -> Option<()> {
    match said {
        Said::Kept(bytes) => stream.write_all(bytes).ok(),
        Said::Ended(bytes) => {
            stream.write_all(bytes).ok()?;
            let _ = stream.shutdown(std::net::Shutdown::Write);
            let _ = stream.read_to_end(&mut Vec::new());
            None
        }
        Said::Dropped(bytes, after) => {
            stream.write_all(bytes).ok()?;
            std::thread::sleep(*after);
            None
        }
        Said::Surplus(bytes, later) => {
            stream.write_all(bytes).ok()?;
            std::thread::sleep(Duration::from_millis(40));
            stream.write_all(later).ok()
        }
        Said::Endless(bytes) => {
            while stream.write_all(bytes).is_ok() {}
            None
        }
    }
}

/// An answer of HTTP/1.1 with its length.
pub(crate) fn answer(status: &str, fields: &[&[u8]], body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n", body.len()).into_bytes();
    for field in fields {
        bytes.extend_from_slice(field);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(body);
    bytes
}

/// The type of a page, as a field.
pub(crate) const HTML: &[u8] = b"Content-Type: text/html";

pub(crate) fn html(body: &str) -> Vec<u8> {
    answer("200 OK", &[HTML], body.as_bytes())
}
