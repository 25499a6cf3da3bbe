//! A reply as the columns of a row.

use std::io;

use model::{BodyHash, Exchange, Reply};

/// What the reply of an exchange is in columns.
#[derive(Default)]
pub(crate) struct Row<'a> {
    pub(crate) outcome: &'static str,
    pub(crate) why: Option<&'static str>,
    pub(crate) sent: Option<String>,
    pub(crate) status: Option<u16>,
    pub(crate) version: Option<&'static str>,
    pub(crate) content_type: Option<&'a str>,
    pub(crate) body: Option<BodyHash>,
    pub(crate) body_sha256: Option<String>,
    pub(crate) body_bytes: u64,
    pub(crate) cut: Option<&'static str>,
}

impl<'a> Row<'a> {
    pub(crate) fn of(exchange: &'a Exchange) -> io::Result<Self> {
        let (outcome, why) = match &exchange.reply {
            Reply::Answered(answer) => {
                let body = BodyHash::of(&answer.body);
                return Ok(Self {
                    outcome: "answered",
                    status: Some(answer.status),
                    version: Some(answer.version.as_str()),
                    content_type: answer.headers.first("content-type"),
                    body: Some(body),
                    body_sha256: Some(body.to_string()),
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
