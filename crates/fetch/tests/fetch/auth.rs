//! Secrets, and who gets them.

use crate::web::{Web, ask};
use model::{PageUrl, Reply};
use sidedoor_fetch::{Fetch, NotASecret, Secrets};
use std::sync::Arc;

fn secrets(make: impl FnOnce(&mut Secrets)) -> Arc<Secrets> {
    let mut secrets = Secrets::default();
    make(&mut secrets);
    Arc::new(secrets)
}

/// What a server that tells its callers what they sent was sent, and what was recorded.
async fn sent(secrets: Arc<Secrets>, host: &str, path: &str) -> (String, String) {
    let web = Web::echoing().await;
    let live = web.live(|settings| {
        let entry = format!("*:*:{}", web.at);
        settings.resolve = vec![entry.parse().unwrap()];
        settings.secrets = secrets;
    });
    let address = PageUrl::parse(&format!("http://{host}{path}")).unwrap();
    let exchange = live.fetch(ask(address)).await;
    let recorded = format!("{:?}", exchange.request_headers);
    let Reply::Answered(answer) = exchange.reply else {
        panic!("no answer: {:?}", exchange.reply);
    };
    (String::from_utf8_lossy(&answer.body).into_owned(), recorded)
}

#[tokio::test]
async fn a_field_goes_to_its_host_and_to_no_other() {
    let given = secrets(|given| {
        given
            .add_fields("# own\nshop.test X-Key: open-sesame\n")
            .unwrap();
        given.add_basic("shop.test", "ann:pass").unwrap();
    });
    let (heard, recorded) = sent(Arc::clone(&given), "shop.test", "/").await;
    assert!(heard.contains("x-key: open-sesame"), "{heard}");
    assert!(
        heard.contains("authorization: Basic YW5uOnBhc3M="),
        "{heard}"
    );
    assert!(
        !recorded.contains("sesame") && !recorded.contains("YW5u"),
        "{recorded}"
    );
    assert!(recorded.contains("(masked)"), "{recorded}");
    for other in [
        "sub.shop.test",
        "shop.test.evil.test",
        "shop.test:8080",
        "test",
    ] {
        let (heard, _) = sent(Arc::clone(&given), other, "/").await;
        assert!(
            !heard.contains("sesame") && !heard.contains("authorization"),
            "{other}: {heard}"
        );
    }
    assert_eq!(
        format!("{given:?}"),
        "Secrets { fields: 2, cookies: 0, keep: false }"
    );
}

#[tokio::test]
async fn a_record_holds_secrets_where_the_user_wants_it() {
    let given = secrets(|given| {
        given
            .add_fields("http://shop.test X-Key: open-sesame")
            .unwrap();
        given.keep = true;
    });
    let (_, recorded) = sent(given, "shop.test", "/").await;
    assert!(recorded.contains("open-sesame"), "{recorded}");
}

#[tokio::test]
async fn cookies_go_where_their_file_says() {
    let file = "# Netscape HTTP Cookie File\n\
        shop.test\tFALSE\t/\tFALSE\t0\tid\tone\n\
        #HttpOnly_.shop.test\tTRUE\t/in\tFALSE\t4102444800\tin\ttwo\n\
        shop.test\tFALSE\t/\tTRUE\t0\tsafe\tthree\n\
        shop.test\tFALSE\t/\tFALSE\t1000000000\told\tfour\n\
        .test\tTRUE\t/\tFALSE\t0\twide\tfive\n";
    let given = secrets(|given| given.add_cookies(file).unwrap());
    let cookie = async |host, path| {
        let (heard, _) = sent(Arc::clone(&given), host, path).await;
        let line = heard.lines().find_map(|line| line.strip_prefix("cookie: "));
        line.unwrap_or_default().trim().to_owned()
    };
    assert_eq!(cookie("shop.test", "/").await, "id=one");
    assert_eq!(cookie("shop.test", "/in/deep").await, "id=one; in=two");
    assert_eq!(cookie("shop.test", "/inside").await, "id=one");
    assert_eq!(cookie("a.shop.test", "/in").await, "in=two");
    assert_eq!(cookie("evilshop.test", "/in").await, "");
}

#[test]
fn what_is_no_secret_is_told_without_the_secret() {
    let mut given = Secrets::default();
    let wrong = |result: Result<(), NotASecret>| result.unwrap_err().to_string();
    for text in [
        wrong(given.add_fields("\nshop.test hunter2")),
        wrong(given.add_fields("shop.test Host: hunter2")),
        wrong(given.add_fields("a/b X: hunter2")),
        wrong(given.add_basic("shop.test", "hunter2")),
        wrong(given.add_cookies("hunter2")),
    ] {
        assert!(!text.contains("hunter2"), "{text}");
    }
    assert_eq!(
        given.add_fields("\nshop.test hunter2"),
        Err(NotASecret::FieldLine(2))
    );
}
