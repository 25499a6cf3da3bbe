//! One question and its answer, before any socket.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::extract::Query;
use axum::http::Uri;
use bytes::Bytes;
use minijinja::{Value, context};
use serde::{Deserialize, Serialize};

use crate::script::HeaderCondition;
use crate::template::Templates;

/// What a client asks.
#[derive(Debug, Clone, Copy)]
pub struct Question<'q> {
    /// Host name, without a port, in lower case.
    pub host: &'q str,
    /// Path and query, as on the request line.
    pub target: &'q str,
    /// Header fields: name in lower case, value.
    pub headers: &'q [(String, String)],
}

impl Question<'_> {
    pub(crate) fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }

    fn header(&self, name: &str) -> &str {
        self.headers
            .iter()
            .find(|(field, _)| field.eq_ignore_ascii_case(name))
            .map_or("", |(_, value)| value)
    }
}

/// What it is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Status code.
    pub status: u16,
    /// Header fields, in order.
    pub headers: Vec<(String, String)>,
    /// The body, before it misbehaves.
    pub body: Bytes,
    /// The bytes that are sent instead of status, header fields and body.
    pub raw: Option<Bytes>,
    /// How badly it is told.
    pub misbehavior: Misbehavior,
}

impl Reply {
    /// A short answer in plain text.
    pub(crate) fn plain(status: u16, text: &'static str) -> Self {
        Self {
            status,
            headers: vec![(
                "Content-Type".to_owned(),
                "text/plain; charset=utf-8".to_owned(),
            )],
            body: Bytes::from_static(text.as_bytes()),
            raw: None,
            misbehavior: Misbehavior::default(),
        }
    }
}

/// How an answer goes wrong on the wire.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Misbehavior {
    /// Silence before the answer, in milliseconds.
    pub delay_ms: u64,
    /// Silence before every byte up to the body, in milliseconds.
    pub slow_header_ms_per_byte: u64,
    /// Silence before every byte of the body, in milliseconds.
    pub slow_body_ms_per_byte: u64,
    /// The connection ends after so many bytes of a body whose announced length is greater.
    pub drop_after_bytes: Option<u64>,
    /// The body is told again and again without end.
    pub endless: bool,
    /// The body is followed by so many bytes, sent as gzip.
    pub gzip_bomb_bytes: Option<u64>,
    /// How many bytes of the bomb go into one on the wire, about; as many as gzip can if not given.
    pub gzip_bomb_ratio: Option<u64>,
    /// How the connection of an answer of raw bytes ends.
    pub end: End,
}

/// How a connection ends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// In good order.
    #[default]
    Close,
    /// By a reset.
    Reset,
    /// Not at all, in silence.
    Hang,
}

/// One way to answer, with the conditions under which it is taken.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    pub(crate) conditions: Conditions,
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) source: Source,
    pub(crate) raw: Option<Bytes>,
    /// It is told so often and no more.
    pub(crate) times: Option<u64>,
    /// It differs each time, by this seed.
    pub(crate) churn: Option<u64>,
    /// How often it was told, where that matters.
    pub(crate) told: AtomicU64,
    pub(crate) misbehavior: Misbehavior,
}

/// Where the body comes from.
#[derive(Debug)]
pub(crate) enum Source {
    Fixed(Bytes),
    /// A body that is rendered, because it differs each time.
    Text(String),
    Template {
        name: String,
        values: Value,
    },
}

impl Default for Source {
    fn default() -> Self {
        Self::Fixed(Bytes::new())
    }
}

/// What a question must be like; all that is given must hold.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Conditions {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) user_agent_contains: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) user_agent_lacks: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) referrer_contains: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cookie_contains: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cookie_lacks: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) query_contains: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) header: Option<HeaderCondition>,
}

impl Conditions {
    /// Whether no condition is given.
    pub(crate) fn is_empty(&self) -> bool {
        self.header.is_none()
            && [
                &self.user_agent_contains,
                &self.user_agent_lacks,
                &self.referrer_contains,
                &self.cookie_contains,
                &self.cookie_lacks,
                &self.query_contains,
            ]
            .iter()
            .all(|condition| condition.is_none())
    }

    /// Whether every condition holds.
    pub(crate) fn hold(&self, question: &Question<'_>) -> bool {
        let agent = question.header("user-agent");
        let cookie = question.header("cookie");
        let has = |text: &str, part: &Option<String>| {
            part.as_ref().is_none_or(|part| text.contains(part))
        };
        let lacks = |text: &str, part: &Option<String>| {
            part.as_ref().is_none_or(|part| !text.contains(part))
        };
        has(agent, &self.user_agent_contains)
            && lacks(agent, &self.user_agent_lacks)
            && has(question.header("referer"), &self.referrer_contains)
            && has(cookie, &self.cookie_contains)
            && lacks(cookie, &self.cookie_lacks)
            && has(question.query(), &self.query_contains)
            && self
                .header
                .as_ref()
                .is_none_or(|one| question.header(&one.name).contains(&one.contains))
    }
}

impl Answer {
    /// Whether it is still told; when it is told so often and no more, this is one of the times.
    pub(crate) fn is_left(&self) -> bool {
        let Some(times) = self.times else { return true };
        let count = |told| (told < times).then_some(told + 1);
        let relaxed = Ordering::Relaxed;
        self.told.fetch_update(relaxed, relaxed, count).is_ok()
    }

    /// Whether it can only be told byte by byte.
    pub(crate) const fn is_wire(&self) -> bool {
        self.raw.is_some() || self.misbehavior.slow_header_ms_per_byte > 0
    }

    /// The number by which this answer differs from the last; 0 where it does not.
    fn next_churn(&self) -> u64 {
        let Some(seed) = self.churn else { return 0 };
        mixed(seed.wrapping_add(self.told.fetch_add(1, Ordering::Relaxed)))
    }

    /// What this answer tells `question`.
    pub(crate) fn reply(
        &self,
        question: &Question<'_>,
        templates: &Templates,
    ) -> Result<Reply, minijinja::Error> {
        let churn = self.next_churn();
        let context = |values: Value| {
            context! {
                churn => churn,
                page => values,
                data => templates.data.clone(),
                request => request(question),
            }
        };
        let mut headers = Vec::with_capacity(self.headers.len());
        for (name, value) in &self.headers {
            let value = templates.render_text(value, &context(Value::UNDEFINED))?;
            headers.push((name.clone(), value));
        }
        let body = match &self.source {
            Source::Fixed(bytes) => bytes.clone(),
            Source::Text(text) => {
                Bytes::from(templates.render_text(text, &context(Value::UNDEFINED))?)
            }
            Source::Template { name, values } => {
                Bytes::from(templates.render(name, &context(values.clone()))?)
            }
        };
        Ok(Reply {
            status: self.status,
            headers,
            body,
            raw: self.raw.clone(),
            misbehavior: self.misbehavior,
        })
    }
}

/// The finalizer of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): every bit of the number
/// depends on every bit of `seed`.
pub(crate) const fn mixed(seed: u64) -> u64 {
    let mut number = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    number = (number ^ (number >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    number = (number ^ (number >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    number ^ (number >> 31)
}

/// The question as templates see it.
fn request(question: &Question<'_>) -> Value {
    let query: BTreeMap<String, String> = question
        .target
        .parse::<Uri>()
        .ok()
        .and_then(|uri| Query::try_from_uri(&uri).ok())
        .map(|Query(query)| query)
        .unwrap_or_default();
    context! {
        host => question.host,
        path => question.path(),
        query => query,
        user_agent => question.header("user-agent"),
        referrer => question.header("referer"),
        cookie => question.header("cookie"),
    }
}

/// The media type of a file, by the end of its name.
pub(crate) fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, end)| end) {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "txt" => "text/plain; charset=utf-8",
        "xml" => "application/xml",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "gif" => "image/gif",
        "jpg" | "jpeg" => "image/jpeg",
        _ => "text/html; charset=utf-8",
    }
}
