//! A reply as the columns of a row.

use std::io;

use model::{BodyHash, Exchange, Reply};

/// What the reply of an exchange is in columns.
#[derive(Default)]
pub(super) struct Row<'a> {
    pub(super) outcome: &'static str,
    pub(super) why: Option<&'static str>,
    pub(super) sent: Option<String>,
    pub(super) status: Option<u16>,
    pub(super) version: Option<&'static str>,
    pub(super) content_type: Option<&'a str>,
    pub(super) body_sha256: Option<String>,
    pub(super) body_bytes: u64,
    pub(super) cut: Option<&'static str>,
}

impl<'a> Row<'a> {
    pub(super) fn of(exchange: &'a Exchange) -> io::Result<Self> {
        let (outcome, why) = match &exchange.reply {
            Reply::Answered(answer) => {
                return Ok(Self {
                    outcome: "answered",
                    status: Some(answer.status),
                    version: Some(answer.version.as_str()),
                    content_type: answer.headers.first("content-type"),
                    body_sha256: Some(BodyHash::of(&answer.body).to_string()),
                    body_bytes: answer.body.len() as u64,
                    cut: answer.cut.map(model::BodyCut::as_str),
                    ..Self::default()
                });
            }
            Reply::Declined(why) => ("declined", why.as_str()),
            Reply::Unreachable(why) => ("unreachable", why.as_str()),
        };
        Ok(Self {
            outcome,
            why: Some(why),
            sent: Some(serde_json::to_string(&exchange.request_headers)?),
            ..Self::default()
        })
    }
}
