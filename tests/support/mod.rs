//! What the end-to-end tests share: the binary, a plain static server, and comparing reports.

#![expect(dead_code, reason = "each test file uses a part of it")]
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test may fail loudly, its helpers as well, and reads files"
)]

pub(crate) mod browser;
pub(crate) mod desk;
pub(crate) mod site;
pub(crate) mod wire;

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::time::Duration;

/// The root of the project.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// A command that runs the program, in an empty environment as far as it matters.
pub(crate) fn sidedoor() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sidedoor"));
    command.env_remove("RUST_LOG").env("NO_COLOR", "1");
    command.stdin(Stdio::null());
    command
}

/// Runs the program with arguments.
pub(crate) fn run<I, S>(args: I) -> Output
where
    I: IntoIterator<Item = S>,
    S: AsRef<std::ffi::OsStr>,
{
    sidedoor().args(args).output().expect("the program runs")
}

/// What a run printed, for a failed assertion.
pub(crate) fn told(output: &Output) -> String {
    format!(
        "status {:?}\n--- stdout\n{}\n--- stderr\n{}",
        output.status.code(),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// Stdout as JSON.
pub(crate) fn json(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}\n{}", told(output)))
}

/// The report of a case.
pub(crate) fn report(case: &Path) -> serde_json::Value {
    let case = case.to_str().expect("a path in UTF-8");
    let output = run(["report", "--format", "json", "--case", case]);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    json(&output)
}

/// A case below `folder`, of a fixture site that is scanned as `demo` scans it.
pub(crate) fn scanned(folder: &Path, site: &str) -> PathBuf {
    let case = folder.join("case");
    let output = sidedoor()
        .args(["demo", "--quiet", "--site"])
        .arg(root().join("fixtures/sites").join(site))
        .arg("--case")
        .arg(&case)
        .output()
        .expect("the program runs");
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    case
}

/// A report without its times and the places of its records, which are the only thing that may differ between two runs.
pub(crate) fn without_times(mut report: serde_json::Value) -> serde_json::Value {
    fn strip(value: &mut serde_json::Value) {
        match value {
            serde_json::Value::Object(map) => {
                map.remove("seen_at");
                map.remove("kept");
                map.values_mut().for_each(strip);
            }
            serde_json::Value::Array(items) => items.iter_mut().for_each(strip),
            _ => {}
        }
    }
    strip(&mut report);
    report
}

/// An answer of the plain server.
#[derive(Clone)]
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Page {
    /// An HTML page.
    pub(crate) fn html(body: impl Into<String>) -> Self {
        Self {
            status: 200,
            headers: vec![("Content-Type".into(), "text/html; charset=utf-8".into())],
            body: body.into().into_bytes(),
        }
    }

    /// A redirect.
    pub(crate) fn redirect(status: u16, location: &str) -> Self {
        Self {
            status,
            headers: vec![("Location".into(), location.into())],
            body: Vec::new(),
        }
    }
}

/// A plain HTTP server on loopback that knows nothing of the project: path → page.
pub(crate) struct Server {
    addr: SocketAddr,
}

impl Server {
    /// Serves `pages` until the test ends; `pause` before each answer.
    pub(crate) fn serve(pages: BTreeMap<String, Page>, pause: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let addr = listener.local_addr().expect("an address");
        Self::serve_on(listener, pages, pause);
        Self { addr }
    }

    /// Binds first, so that pages can name the address.
    pub(crate) fn bind() -> (TcpListener, SocketAddr) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let addr = listener.local_addr().expect("an address");
        (listener, addr)
    }

    /// Serves `pages` on a bound listener.
    pub(crate) fn serve_on(listener: TcpListener, pages: BTreeMap<String, Page>, pause: Duration) {
        let pages = Arc::new(pages);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let pages = Arc::clone(&pages);
                // Answers go out at once: waiting to fill a packet would be measured as the
                // program's time.
                stream.set_nodelay(true).expect("a socket option");
                std::thread::spawn(move || answer(stream, &pages, pause));
            }
        });
    }

    /// Address of the server.
    pub(crate) fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// An address on it.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.addr)
    }
}

fn answer(
    stream: impl std::io::Read + std::io::Write,
    pages: &BTreeMap<String, Page>,
    pause: Duration,
) {
    let mut stream = BufReader::new(stream);
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        let path = line.split(' ').nth(1).unwrap_or("/").to_owned();
        loop {
            let mut header = String::new();
            if stream.read_line(&mut header).unwrap_or(0) == 0 {
                return;
            }
            if header.trim().is_empty() {
                break;
            }
        }
        std::thread::sleep(pause);
        let missing = Page {
            status: 404,
            headers: vec![("Content-Type".into(), "text/plain".into())],
            body: b"not found".to_vec(),
        };
        let page = pages.get(&path).unwrap_or(&missing);
        let mut head = format!(
            "HTTP/1.1 {} X\r\nContent-Length: {}\r\n",
            page.status,
            page.body.len()
        );
        for (name, value) in &page.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        let out = stream.get_mut();
        if out.write_all(head.as_bytes()).is_err() || out.write_all(&page.body).is_err() {
            return;
        }
    }
}

/// A sandbox that the program serves, as a child process.
pub(crate) struct Sandbox {
    child: std::process::Child,
    pub(crate) addr: String,
}

impl Sandbox {
    /// Serves a fixture site by the program's own `sandbox serve`.
    pub(crate) fn serve(site: &str) -> Self {
        let mut child = sidedoor()
            .args(["sandbox", "serve", site])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let first = lines.next().expect("a line").expect("of text");
        let addr = first.rsplit(' ').next().expect("an address").to_owned();
        // The rest of the output is read so that the child never blocks on a full pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, addr }
    }

    /// The flags that reach it.
    pub(crate) fn flags(&self) -> Vec<String> {
        vec![
            "--resolve".into(),
            format!("*:*:{}", self.addr),
            "--allow-address".into(),
            self.addr.clone(),
        ]
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads a file of the project.
pub(crate) fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    let mut text = String::new();
    std::fs::File::open(&path)
        .and_then(|mut file| file.read_to_string(&mut text))
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text
}
