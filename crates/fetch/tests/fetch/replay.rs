//! Asking an archive.

use std::time::Duration;

use crate::web::ask;
use bytes::Bytes;
use model::{
    Answer, Exchange, Headers, HttpVersion, PageUrl, Purpose, Reply, Timestamp, Unreachable,
    VantageId,
};
use sidedoor_fetch::{Archive, Fetch, Replay};

#[derive(Debug, thiserror::Error, PartialEq)]
#[error("the page is torn out")]
struct Torn;

struct Shelf(Vec<Exchange>);

impl Archive for Shelf {
    type Error = Torn;

    fn exchange(
        &self,
        address: &PageUrl,
        vantage: VantageId,
        purpose: Purpose,
    ) -> Result<Option<Exchange>, Torn> {
        if address.as_str().contains("torn") {
            return Err(Torn);
        }
        let found = self.0.iter().find(|kept| {
            kept.ask.address == *address
                && kept.ask.vantage.id == vantage
                && kept.ask.purpose == purpose
        });
        Ok(found.cloned())
    }
}

fn kept(address: &str) -> Exchange {
    Exchange {
        ask: ask(address.parse().unwrap()),
        request_headers: Headers::default(),
        peer: None,
        started: Timestamp::from_millis(1_000),
        elapsed: Duration::from_millis(5),
        reply: Reply::Answered(Answer {
            status: 200,
            version: HttpVersion::Http11,
            headers: Headers::default(),
            payload: Bytes::from_static(b"kept"),
            body: Bytes::from_static(b"kept"),
            cut: None,
        }),
    }
}

#[tokio::test]
async fn a_replay_answers_as_was_answered() {
    let replay = Replay::new(Shelf(vec![kept("http://a.test/")]));
    let question = ask("http://a.test/".parse().unwrap());
    assert_eq!(replay.fetch(question.clone()).await, kept("http://a.test/"));
    let mut robots = question.clone();
    robots.purpose = Purpose::Robots;
    assert_eq!(
        replay.fetch(robots).await.reply,
        Reply::Unreachable(Unreachable::NotRecorded)
    );
    assert_eq!(replay.take_fault(), None);
}

#[tokio::test]
async fn an_archive_that_cannot_be_read_is_no_small_archive() {
    let replay = Replay::new(Shelf(Vec::new()));
    let exchange = replay
        .fetch(ask("http://torn.test/".parse().unwrap()))
        .await;
    assert_eq!(exchange.reply, Reply::Unreachable(Unreachable::NotRecorded));
    assert_eq!(replay.take_fault(), Some(Torn));
    assert_eq!(replay.take_fault(), None);
}
