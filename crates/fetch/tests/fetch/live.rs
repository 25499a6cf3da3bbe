//! Asking a server that behaves, and one that does not.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::web::{Web, answered, ask, pause, request_head};
use model::{BodyCut, HttpVersion, Purpose, Unreachable, Vantage, VantageId};
use sidedoor_fetch::Fetch;
use tokio::io::AsyncWriteExt;

#[tokio::test]
async fn status_headers_and_body_are_recorded_as_received() {
    let web = Web::answering(
        "HTTP/1.1 404 Gone Fishing\r\nX-One: a\r\nSet-Cookie: b=1\r\nSet-Cookie: c=2\r\n\
         X-Name: M\u{fc}ller\r\nContent-Length: 5\r\n\r\nhello",
    )
    .await;
    let exchange = web.ask("/page?q=1").await;
    assert_eq!(exchange.peer, Some(web.at));
    assert!(exchange.started.millis() > 1_600_000_000_000);
    let answer = answered(exchange);
    assert_eq!(answer.status, 404);
    assert_eq!(answer.version, HttpVersion::Http11);
    let fields: Vec<_> = answer
        .headers
        .0
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    assert_eq!(
        fields,
        [
            ("x-one", "a"),
            ("set-cookie", "b=1"),
            ("set-cookie", "c=2"),
            ("x-name", "M\u{fc}ller"),
            ("content-length", "5"),
        ]
    );
    assert_eq!(answer.body, "hello");
    assert_eq!(answer.payload.as_ptr(), answer.body.as_ptr());
    assert_eq!(answer.cut, None);
}

#[tokio::test]
async fn bytes_outside_of_utf_8_in_a_header_do_not_lose_the_answer() {
    let mut bytes = b"HTTP/1.1 302 Found\r\nLocation: /caf".to_vec();
    bytes.extend_from_slice(b"\xe9\r\nContent-Length: 0\r\n\r\n");
    let answer = Web::answering(bytes).await.answer("/").await;
    assert_eq!(answer.headers.first("location"), Some("/caf%E9"));
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let web = Web::scripted(move |mut stream, _| {
        count.fetch_add(1, Ordering::SeqCst);
        async move {
            let _ = stream
                .write_all(b"HTTP/1.1 302 Found\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n")
                .await;
        }
    })
    .await;
    let answer = web.answer("/").await;
    assert!(answer.is_redirect());
    assert_eq!(answer.headers.first("location"), Some("/next"));
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn the_request_is_that_of_its_vantage_and_is_recorded_as_sent() {
    let web = Web::scripted(|mut stream, head| async move {
        let body = head.to_ascii_lowercase();
        let answer = format!(
            "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let _ = stream.write_all(answer.as_bytes()).await;
    })
    .await;
    let live = web.live(|_| ());
    let mut question = ask(web.url("/a?b=c"));
    question.vantage = Vantage::standard(VantageId::Phone);
    question.vantage.accept_language = "de-AT,de;q=0.9".to_owned();
    question.purpose = Purpose::Stylesheet;
    let exchange = live.fetch(question).await;
    let sent = exchange.request_headers.clone();
    let received = String::from_utf8(answered(exchange).body.to_vec()).unwrap();
    let mut lines: Vec<&str> = received.trim_end().split("\r\n").collect();
    assert_eq!(lines.remove(0), "get /a?b=c http/1.1");
    let mut recorded: Vec<String> = sent
        .0
        .iter()
        .map(|(name, value)| format!("{name}: {value}").to_ascii_lowercase())
        .collect();
    lines.sort_unstable();
    recorded.sort_unstable();
    assert_eq!(lines, recorded);
    assert_eq!(sent.first("accept-language"), Some("de-AT,de;q=0.9"));
    assert!(sent.first("user-agent").unwrap().contains("Mobile"));
}

#[tokio::test]
async fn credentials_in_an_address_are_not_sent() {
    let web = Web::scripted(|mut stream, head| async move {
        let said = if head.to_ascii_lowercase().contains("authorization") {
            401
        } else {
            200
        };
        let answer = format!("HTTP/1.1 {said} X\r\nContent-Length: 0\r\n\r\n");
        let _ = stream.write_all(answer.as_bytes()).await;
    })
    .await;
    let live = web.live(|_| ());
    let address = format!("http://user:secret@{}/", web.at).parse().unwrap();
    assert_eq!(answered(live.fetch(ask(address)).await).status, 200);
}

#[tokio::test]
async fn a_connection_is_used_again() {
    let connections = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&connections);
    let web = Web::scripted(move |mut stream, _| {
        count.fetch_add(1, Ordering::SeqCst);
        async move {
            loop {
                let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
                if stream.write_all(answer).await.is_err() {
                    return;
                }
                if request_head(&mut stream).await.is_empty() {
                    return;
                }
            }
        }
    })
    .await;
    let live = web.live(|_| ());
    for turn in 0..5 {
        let address = web.url(&format!("/{turn}"));
        assert_eq!(answered(live.fetch(ask(address)).await).body, "ok");
    }
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn an_endless_body_ends_at_the_wire_budget() {
    let web = Web::scripted(|mut stream, _| async move {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
        while stream.write_all(&[b'x'; 4096]).await.is_ok() {}
    })
    .await;
    let answer = web.answer("/").await;
    assert_eq!(answer.cut, Some(BodyCut::WireBudget));
    assert_eq!(answer.body.len(), 64 << 10);
}

#[tokio::test]
async fn a_body_as_long_as_the_budget_is_whole() {
    let mut bytes = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
    bytes.resize(bytes.len() + (64 << 10), b'x');
    let answer = Web::answering(bytes).await.answer("/").await;
    assert_eq!((answer.cut, answer.body.len()), (None, 64 << 10));
}

#[tokio::test]
async fn a_plain_body_over_the_decoded_budget_says_so() {
    let mut bytes = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
    bytes.resize(bytes.len() + 5000, b'x');
    let web = Web::answering(bytes).await;
    let live = web.live(|settings| settings.budget.body_bytes = 1000);
    let answer = answered(live.fetch(ask(web.url("/"))).await);
    assert_eq!(answer.cut, Some(BodyCut::DecodedBudget));
    assert_eq!((answer.body.len(), answer.payload.len()), (1000, 1000));
}

#[tokio::test]
async fn a_body_that_drips_ends_when_the_time_of_the_exchange_is_up() {
    let web = Web::scripted(|mut stream, _| async move {
        let _ = stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            .await;
        while stream.write_all(b"x").await.is_ok() {
            pause(300).await;
        }
    })
    .await;
    let exchange = web.ask("/").await;
    assert!(exchange.elapsed >= Duration::from_millis(1900));
    assert!(exchange.elapsed < Duration::from_millis(4000));
    let answer = answered(exchange);
    assert_eq!(answer.cut, Some(BodyCut::Time));
    assert!(
        (4..=8).contains(&answer.body.len()),
        "{}",
        answer.body.len()
    );
}

#[tokio::test]
async fn a_body_that_falls_silent_is_kept_as_far_as_it_came() {
    let web = Web::scripted(|mut stream, _| async move {
        let _ = stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhello")
            .await;
        pause(60_000).await;
    })
    .await;
    let exchange = web.ask("/").await;
    assert!(exchange.elapsed < Duration::from_millis(1900));
    let answer = answered(exchange);
    assert_eq!(answer.cut, Some(BodyCut::Time));
    assert_eq!(answer.body, "hello");
}

#[tokio::test]
async fn a_connection_dropped_in_a_body_leaves_what_came() {
    let answer = Web::answering("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhello")
        .await
        .answer("/")
        .await;
    assert_eq!(answer.cut, Some(BodyCut::Disconnect));
    assert_eq!(answer.body, "hello");
    let answer =
        Web::answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
            .await
            .answer("/")
            .await;
    assert_eq!(answer.cut, Some(BodyCut::Disconnect));
    assert_eq!(answer.body, "hello");
}

#[tokio::test]
async fn headers_that_never_end_are_a_timeout() {
    let web = Web::scripted(|mut stream, _| async move {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n").await;
        while stream.write_all(b"X-More: 1\r\n").await.is_ok() {
            pause(100).await;
        }
    })
    .await;
    assert_eq!(web.failure("/").await, Unreachable::Timeout);
}

#[tokio::test]
async fn a_server_that_says_nothing_is_a_timeout() {
    let web = Web::scripted(|stream, _| async move {
        pause(60_000).await;
        drop(stream);
    })
    .await;
    assert_eq!(web.failure("/").await, Unreachable::Timeout);
}

#[tokio::test]
async fn headers_over_the_budget_are_told_as_such() {
    let mut bytes = b"HTTP/1.1 200 OK\r\nX-Long: ".to_vec();
    bytes.resize(2 << 20, b'x');
    let web = Web::answering(bytes).await;
    assert_eq!(web.failure("/").await, Unreachable::HeadersTooLarge);

    let many = "X-More: 1\r\n".repeat(1000);
    let web = Web::answering(format!("HTTP/1.1 200 OK\r\n{many}\r\n")).await;
    assert_eq!(web.failure("/").await, Unreachable::HeadersTooLarge);
}

#[tokio::test]
async fn garbage_is_no_http() {
    let web = Web::answering("\u{1}\u{2}what is this\r\n\r\n").await;
    assert_eq!(web.failure("/").await, Unreachable::Protocol);
}

#[tokio::test]
async fn sloppy_headers_that_browsers_bear_are_borne() {
    let web = Web::answering(
        "HTTP/1.1 200 OK\r\nno colon here\r\nX-Space : 1\r\nX-Fold: a\r\n  b\r\n\
         Content-Length: 2\r\n\r\nok",
    )
    .await;
    let answer = web.answer("/").await;
    assert_eq!(answer.body, "ok");
    assert_eq!(answer.headers.first("x-space"), Some("1"));
}

#[tokio::test]
async fn a_connection_closed_before_the_headers_end_is_a_reset() {
    assert_eq!(
        Web::answering("").await.failure("/").await,
        Unreachable::Reset
    );
    assert_eq!(
        Web::answering("HTTP/1.1 200 OK\r\nX-")
            .await
            .failure("/")
            .await,
        Unreachable::Reset
    );
}

#[tokio::test]
async fn a_closed_port_is_no_connection() {
    let web = Web::answering("").await;
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closed = free.local_addr().unwrap();
    drop(free);
    let live = web.live(|settings| settings.guard = settings.guard.clone().with(closed.into()));
    let address = format!("http://{closed}/").parse().unwrap();
    assert_eq!(
        live.fetch(ask(address)).await.reply,
        model::Reply::Unreachable(Unreachable::Connect)
    );
}

#[tokio::test]
async fn https_to_a_server_that_speaks_no_tls_is_a_failure_of_tls() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
            pause(1_000).await;
        }
    });
    let web = Web { at };
    let live = web.live(|_| ());
    let address = format!("https://{at}/").parse().unwrap();
    assert_eq!(
        live.fetch(ask(address)).await.reply,
        model::Reply::Unreachable(Unreachable::Tls)
    );
}
