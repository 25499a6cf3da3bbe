//! A scripted site in a sandbox, and what a crawl of it says of its coverage.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail loudly, its helpers as well"
)]

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Output};

use sandbox::{Sandbox, SiteScript};
use tempfile::TempDir;

use super::{json, sidedoor, told};

/// The host of a site that has one.
pub(crate) const HOST: &str = "[[host]]\nname = \"a.test\"\n";

/// A site of the test, served until it is dropped.
pub(crate) struct Site {
    pub(crate) sandbox: Sandbox,
    runtime: tokio::runtime::Runtime,
    pub(crate) folder: TempDir,
}

impl Site {
    pub(crate) fn serve(script: &str) -> Self {
        Self::with_files(script, &[])
    }

    pub(crate) fn with_files(script: &str, files: &[(&str, &[u8])]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let expected =
            r#"{"story":"A test.","seeds":[],"scope":"site","market":"EU","findings":[]}"#;
        let site = folder.path().join("site");
        std::fs::create_dir(&site).unwrap();
        std::fs::write(site.join("site.toml"), script).unwrap();
        std::fs::write(site.join("expected.json"), expected).unwrap();
        for (path, bytes) in files {
            std::fs::write(site.join(path), bytes).unwrap();
        }
        let script = SiteScript::read(&site).unwrap_or_else(|error| panic!("{error}"));
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let sandbox = runtime.block_on(Sandbox::serve(script, anywhere)).unwrap();
        Self {
            sandbox,
            runtime,
            folder,
        }
    }

    /// A crawl of the site, in a case of its own.
    pub(crate) fn crawl(&self, seeds: &[&str]) -> Command {
        let addr = self.sandbox.addr();
        let mut command = sidedoor();
        command
            .arg("crawl")
            .args(seeds)
            .arg("--case")
            .arg(self.case());
        command.args(["--resolve", &format!("*:*:{addr}"), "--vantage", "desktop"]);
        command.args(["--allow-address", &addr.to_string(), "--timeout", "4"]);
        command
    }

    pub(crate) fn case(&self) -> std::path::PathBuf {
        self.folder.path().join("case")
    }

    /// Crawls from the home page and gives what the report says of its coverage.
    pub(crate) fn coverage(&self) -> Coverage {
        coverage_of(
            self.crawl(&["http://a.test/"]).output().unwrap(),
            &self.case(),
        )
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _in = self.runtime.enter();
    }
}

/// The coverage in the JSON report of a case.
pub(crate) struct Coverage(pub(crate) serde_json::Value);

impl Coverage {
    pub(crate) fn seen(&self) -> u64 {
        self.0["seen"].as_u64().unwrap()
    }

    /// Addresses that were not seen, or not whole, for a reason.
    pub(crate) fn unseen(&self, why: &str) -> Vec<String> {
        self.part("unseen", why)
    }

    /// Addresses from which a chain of redirects arrives nowhere, by how it ends.
    pub(crate) fn chain_ends(&self, why: &str) -> Vec<String> {
        self.part("chain_ends", why)
    }

    /// Landing pages that were not seen, for a reason.
    pub(crate) fn landings_unseen(&self, why: &str) -> Vec<String> {
        self.part("unseen_landings", why)
    }

    fn part(&self, name: &str, why: &str) -> Vec<String> {
        let parts = self.0[name].as_array().unwrap();
        let one = parts.iter().find(|one| one["why"] == why);
        one.map_or_else(Vec::new, |one| {
            let examples = one["examples"].as_array().unwrap().iter();
            examples.map(|at| at.as_str().unwrap().to_owned()).collect()
        })
    }

    pub(crate) fn assert_unseen(&self, why: &str, addresses: &[&str]) {
        assert_eq!(self.unseen(why), addresses, "{why}: {:#}", self.0);
    }
}

pub(crate) fn coverage_of(crawled: Output, case: &Path) -> Coverage {
    assert!(
        matches!(crawled.status.code(), Some(0 | 3)),
        "{}",
        told(&crawled)
    );
    let report = sidedoor()
        .args(["report", "--format", "json", "--case"])
        .arg(case)
        .output()
        .unwrap();
    Coverage(json(&report)["coverage"].clone())
}

pub(crate) fn route(path: &str, rest: &str) -> String {
    format!("[[route]]\nhost = \"a.test\"\npath = \"{path}\"\n{rest}\n")
}

/// A home page that links to `paths`, and robots.txt that is not there.
pub(crate) fn home(paths: &[&str]) -> String {
    let links: String = paths
        .iter()
        .map(|path| format!("<a href='{path}'>go</a>"))
        .collect();
    let robots = route("/robots.txt", "status = 404");
    format!(
        "{HOST}{robots}{}",
        route("/", &format!("body = \"{links}\""))
    )
}

/// A site of a home page and one other, `/x`.
pub(crate) fn one(rest: &str) -> Site {
    Site::serve(&(home(&["/x"]) + &route("/x", rest)))
}
