//! What is told at an address.

use bytes::Bytes;

use crate::answer::Conditions;
use crate::answers::{KeptAnswer, KeptAnswers};
use crate::{Misbehavior, Question, Reply};

/// What is told at an address to who meets a condition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServedAnswer {
    pub(crate) when: Conditions,
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
}

/// An address with all that is told there: the first answer whose conditions hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    /// The host.
    pub host: String,
    /// Path and query.
    pub target: String,
    /// The answers, in the order in which they are tried.
    pub answers: Vec<ServedAnswer>,
}

impl ServedAnswer {
    /// A page of HTML.
    pub(super) fn page(html: String) -> Self {
        Self::of("text/html; charset=utf-8", html)
    }

    pub(super) fn of(media: &str, body: impl Into<Bytes>) -> Self {
        Self {
            status: 200,
            headers: vec![("Content-Type".to_owned(), media.to_owned())],
            body: body.into(),
            ..Self::default()
        }
    }

    pub(super) fn redirect(to: String) -> Self {
        Self {
            status: 302,
            headers: vec![("Location".to_owned(), to)],
            ..Self::default()
        }
    }

    pub(crate) fn holds(&self, question: &Question<'_>) -> bool {
        self.when.hold(question)
    }

    pub(super) fn into_reply(self) -> Reply {
        Reply {
            status: self.status,
            headers: self.headers,
            body: self.body,
            raw: None,
            misbehavior: Misbehavior::default(),
        }
    }

    /// The status.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// The header fields, in order.
    #[must_use]
    pub fn headers(&self) -> &[(String, String)] {
        &self.headers
    }

    /// The body.
    #[must_use]
    pub const fn body(&self) -> &Bytes {
        &self.body
    }

    /// Whether it is told to whoever asks.
    #[must_use]
    pub fn is_for_all(&self) -> bool {
        self.when.is_empty()
    }
}

impl Served {
    /// The line of a site's table of answers, and the files that are the bodies, numbered from `first`
    /// on: a thousand in each folder.
    #[must_use]
    pub fn kept(&self, first: u64) -> (KeptAnswers, Vec<(String, Bytes)>) {
        let mut files = Vec::new();
        let mut answers = Vec::new();
        for answer in &self.answers {
            let file = (!answer.body.is_empty()).then(|| {
                let number = first + files.len() as u64;
                let path = format!("pages/{}/{number}", number / 1_000);
                files.push((path.clone(), answer.body.clone()));
                path
            });
            answers.push(KeptAnswer {
                when: answer.when.clone(),
                status: answer.status,
                headers: answer.headers.clone(),
                file,
            });
        }
        let line = KeptAnswers {
            host: self.host.clone(),
            target: self.target.clone(),
            answers,
        };
        (line, files)
    }
}
