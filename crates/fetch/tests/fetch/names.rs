//! Names that change where they lead, and how often they are asked for.

use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use model::{Declined, PageUrl, Reply, Unreachable};
use sidedoor_fetch::{Fetch, Found, Live, LiveSettings, NoAddress, Resolver};

use crate::web::{Web, ask, pause};

/// Says one thing after the other, the last one again and again.
#[derive(Debug)]
struct Scripted {
    answers: Vec<Result<Vec<IpAddr>, NoAddress>>,
    asked: Mutex<usize>,
}

impl Scripted {
    fn saying(answers: &[Result<&str, NoAddress>]) -> Arc<Self> {
        let parsed = |answer: &Result<&str, NoAddress>| {
            answer.map(|addresses| addresses.split(' ').map(|ip| ip.parse().unwrap()).collect())
        };
        Arc::new(Self {
            answers: answers.iter().map(parsed).collect(),
            asked: Mutex::new(0),
        })
    }

    fn asked(&self) -> usize {
        *self.asked.lock().unwrap()
    }
}

impl Resolver for Scripted {
    fn look_up(&self, _: &str) -> Found {
        let mut asked = self.asked.lock().unwrap();
        let answer = self.answers[(*asked).min(self.answers.len() - 1)].clone();
        *asked += 1;
        Box::pin(async move { answer })
    }
}

/// A client by whose resolver every name leads to where the script says.
fn client(web: &Web, resolver: &Arc<Scripted>, keep: Duration) -> Live {
    web.live(|settings: &mut LiveSettings| {
        settings.resolver = Arc::clone(resolver) as Arc<dyn Resolver>;
        settings.names_kept = keep;
    })
}

fn shop(web: &Web) -> PageUrl {
    PageUrl::parse(&format!("http://shop.test:{}/", web.at.port())).unwrap()
}

#[tokio::test]
async fn a_name_that_is_rebound_to_a_private_address_is_refused_from_then_on() {
    // The address of the test server stands for a public one; 127.0.0.2 is one that is not allowed.
    let web =
        Web::answering("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok").await;
    let resolver = Scripted::saying(&[Ok("127.0.0.1"), Ok("127.0.0.2"), Ok("10.0.0.1 ::1")]);
    let live = client(&web, &resolver, Duration::ZERO);
    let first = live.fetch(ask(shop(&web))).await;
    assert!(matches!(first.reply, Reply::Answered(_)), "{first:?}");
    for _ in 0..2 {
        let later = live.fetch(ask(shop(&web))).await;
        assert_eq!(later.reply, Reply::Declined(Declined::Address));
        assert_eq!(later.peer, None);
    }
    assert_eq!(resolver.asked(), 3);
}

#[tokio::test]
async fn of_several_addresses_only_those_that_are_permitted_are_connected_to() {
    let web = Web::answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await;
    let resolver = Scripted::saying(&[Ok("10.0.0.1 127.0.0.1 169.254.169.254")]);
    let live = client(&web, &resolver, Duration::ZERO);
    let exchange = live.fetch(ask(shop(&web))).await;
    assert_eq!(exchange.peer, Some(web.at), "{exchange:?}");
}

#[tokio::test]
async fn a_name_is_looked_up_once_in_a_while_found_or_not() {
    let close = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    let web = Web::answering(close).await;
    for (answer, reply) in [
        (Ok("127.0.0.1"), None),
        (Err(NoAddress::NoName), Some(Unreachable::Dns)),
    ] {
        let resolver = Scripted::saying(&[answer]);
        let live = client(&web, &resolver, Duration::from_millis(300));
        for _ in 0..3 {
            let exchange = live.fetch(ask(shop(&web))).await;
            match reply {
                Some(why) => assert_eq!(exchange.reply, Reply::Unreachable(why)),
                None => assert!(matches!(exchange.reply, Reply::Answered(_))),
            }
        }
        assert_eq!(resolver.asked(), 1);
        pause(320).await;
        live.fetch(ask(shop(&web))).await;
        assert_eq!(resolver.asked(), 2);
    }
}

#[tokio::test]
async fn name_servers_that_fail_are_an_outcome_of_their_own_and_asked_again() {
    let web = Web::answering("").await;
    let resolver = Scripted::saying(&[Err(NoAddress::Failed)]);
    let live = client(&web, &resolver, Duration::from_secs(60));
    for times in 1..3 {
        let exchange = live.fetch(ask(shop(&web))).await;
        assert_eq!(exchange.reply, Reply::Unreachable(Unreachable::DnsFailed));
        assert_eq!(resolver.asked(), times);
    }
}
