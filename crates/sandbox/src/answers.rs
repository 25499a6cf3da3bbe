//! A table of answers: what a site keeps of many addresses, a line for each.
//!
//! A line is one JSON object:
//!
//! ```json
//! {"host":"market.test","target":"/en/item/7","answers":[{"status":200,"headers":[["Content-Type","text/html"]],"file":"pages/0/7.html"}]}
//! ```
//!
//! `target` is the path, with its query where one belongs to the address; an address with a query wins
//! over its path alone. The first of `answers` whose `when` holds is told; its keys are the conditions
//! of `[[route.when]]`, and none is for everybody.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicU64;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::SiteError;
use crate::answer::{Answer, Conditions, Source};
use crate::files::SiteFiles;

/// A line of the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptAnswers {
    /// The host.
    pub host: String,
    /// Path and query.
    pub target: String,
    /// What is told there.
    pub answers: Vec<KeptAnswer>,
}

/// One answer of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptAnswer {
    /// Who is told it.
    #[serde(default, skip_serializing_if = "Conditions::is_empty")]
    pub(crate) when: Conditions,
    /// The status.
    pub(crate) status: u16,
    /// The header fields, in order.
    #[serde(default)]
    pub(crate) headers: Vec<(String, String)>,
    /// The file of the site that is the body; none for an empty one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) file: Option<String>,
}

/// Answers by host and target.
pub(crate) type Table = BTreeMap<(String, String), Vec<Answer>>;

/// Reads the table `name` of a site whose hosts are `hosts`.
pub(crate) fn read(
    files: &SiteFiles,
    name: &str,
    is_host: impl Fn(&str) -> bool,
) -> Result<Table, SiteError> {
    let place = format!("{}/{name}", files.name());
    let mut table = Table::new();
    for (number, line) in (1..).zip(files.text(name)?.lines()) {
        let wrong = |problem: String, remedy: &str| SiteError {
            file: place.clone(),
            line: Some(number),
            problem,
            remedy: remedy.to_owned(),
        };
        let kept: KeptAnswers = serde_json::from_str(line)
            .map_err(|error| wrong(error.to_string(), "write it as `sandbox generate` does"))?;
        if !is_host(&kept.host) {
            return Err(wrong(
                format!("`{}` is no host of this site", kept.host),
                "add a [[host]] to site.toml",
            ));
        }
        let mut answers = Vec::new();
        for answer in kept.answers {
            if !(200..600).contains(&answer.status) {
                return Err(wrong(
                    format!("{} is no final status", answer.status),
                    "use one from 200 to 599",
                ));
            }
            let body = match &answer.file {
                None => Bytes::new(),
                Some(path) => files
                    .get(path)
                    .map(Bytes::copy_from_slice)
                    .ok_or_else(|| wrong(format!("there is no file `{path}`"), "write the file"))?,
            };
            answers.push(Answer {
                conditions: answer.when,
                status: answer.status,
                headers: answer.headers,
                source: Source::Fixed(body),
                told: AtomicU64::new(0),
                ..Answer::default()
            });
        }
        table.insert((kept.host, kept.target), answers);
    }
    Ok(table)
}
