//! Where connections may go, and where names lead.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::web::{Web, answered, ask, impatient};
use model::{Declined, PageUrl, Reply, Unreachable};
use proptest::prelude::*;
use sidedoor_fetch::ResolveOverride;
use sidedoor_fetch::{
    AddressGuard, Allowance, Fetch, Live, LiveSettings, NotAnAllowance, NotAnOverride,
};
use tokio::io::AsyncWriteExt;

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn allow(text: &str) -> Allowance {
    text.parse().unwrap()
}

async fn reply(settings: LiveSettings, address: &str) -> Reply {
    let live = Live::new(settings).unwrap();
    live.fetch(ask(PageUrl::parse(address).unwrap()))
        .await
        .reply
}

fn settings(guard: AddressGuard, resolve: &[&str]) -> LiveSettings {
    LiveSettings {
        guard,
        resolve: resolve.iter().map(|text| text.parse().unwrap()).collect(),
        budget: impatient(),
        ..LiveSettings::default()
    }
}

/// Says which `Host` it was asked for.
async fn echo_host() -> Web {
    Web::scripted(|mut stream, head| async move {
        let host = head
            .split("\r\n")
            .find_map(|line| {
                line.to_ascii_lowercase()
                    .strip_prefix("host: ")
                    .map(str::to_owned)
            })
            .unwrap_or_default();
        let answer = format!(
            "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{host}",
            host.len()
        );
        let _ = stream.write_all(answer.as_bytes()).await;
    })
    .await
}

#[test]
fn special_purpose_networks_are_refused() {
    let guard = AddressGuard::public_only();
    let refused = [
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:10::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:a00:1::1",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd12::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "4000::1",
    ];
    for text in refused {
        assert!(!guard.permits(ip(text), 80), "{text}");
    }
    let permitted = [
        "1.1.1.1",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "128.0.0.1",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.1",
        "198.17.255.255",
        "198.20.0.0",
        "223.255.255.255",
        "2606:4700::1111",
        "2001:200::1",
        "2001:4860:4860::8888",
        "2a00:1450::1",
        "::ffff:1.1.1.1",
        "64:ff9b::101:101",
        "2002:101:101::1",
    ];
    for text in permitted {
        assert!(guard.permits(ip(text), 80), "{text}");
    }
}

proptest! {
    /// However an IPv4 address is wrapped in an IPv6 one, it is judged as what it is.
    #[test]
    fn a_wrapped_address_is_judged_as_what_it_is(bits in any::<u32>()) {
        let guard = AddressGuard::public_only().with(allow("10.1.0.0/16"));
        let plain = Ipv4Addr::from(bits);
        let [high, low] = [(bits >> 16) as u16, bits as u16];
        let wrapped = [
            Ipv6Addr::new(0, 0, 0, 0, 0, 0xFFFF, high, low),
            Ipv6Addr::new(0x64, 0xFF9B, 0, 0, 0, 0, high, low),
            Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1),
        ];
        for ip in wrapped {
            prop_assert_eq!(guard.permits(ip.into(), 80), guard.permits(plain.into(), 80));
        }
    }

    /// Any text gives a value or an error that names it.
    #[test]
    fn no_text_upsets_the_parsers(text in "[0-9a-f.:*/\\[\\]]{0,24}|\\PC{0,24}") {
        if let Err(wrong) = text.parse::<Allowance>() {
            prop_assert!(wrong.to_string().contains(&text));
        }
        if let Err(wrong) = text.parse::<ResolveOverride>() {
            prop_assert!(wrong.to_string().contains(&text));
        }
    }
}

#[test]
fn an_allowance_opens_what_it_names_and_no_more() {
    let guard = AddressGuard::public_only()
        .with(allow("127.0.0.1:8080"))
        .with(allow("10.0.0.0/8"))
        .with(allow("[::1]:80"))
        .with(allow("fd00::/8"));
    assert!(guard.permits(ip("127.0.0.1"), 8080));
    assert!(guard.permits(ip("::ffff:127.0.0.1"), 8080));
    assert!(!guard.permits(ip("127.0.0.1"), 8081));
    assert!(!guard.permits(ip("127.0.0.2"), 8080));
    assert!(guard.permits(ip("10.200.3.4"), 1));
    assert!(guard.permits(ip("::1"), 80));
    assert!(!guard.permits(ip("::1"), 81));
    assert!(guard.permits(ip("fd12::1"), 443));
    assert!(!guard.permits(ip("192.168.0.1"), 80));
}

#[test]
fn an_allowance_that_does_not_read_says_what_is_wrong() {
    for text in [
        "127.0.0.1",
        " ::1 ",
        "[::1]",
        "[::1]:80",
        "127.0.0.1:65535",
        "10.1.2.3/8",
    ] {
        assert!(text.parse::<Allowance>().is_ok(), "{text}");
    }
    let wrong = |text: &str| text.parse::<Allowance>().unwrap_err();
    for text in ["localhost", "", "127.0.0", "localhost:80", "*"] {
        assert_eq!(wrong(text), NotAnAllowance::NotAnAddress(text.to_owned()));
    }
    for text in ["10.0.0.0/33", "10.0.0.0/", "net/8", "10.0.0.0/8:80"] {
        assert_eq!(wrong(text), NotAnAllowance::NotANetwork(text.to_owned()));
    }
    for text in ["127.0.0.1:0", "127.0.0.1:x", "127.0.0.1:70000", "[::1]:"] {
        assert_eq!(wrong(text), NotAnAllowance::NotAPort(text.to_owned()));
    }
}

#[test]
fn an_override_that_does_not_read_says_what_is_wrong() {
    let good = [
        "shop.test:80:127.0.0.1",
        "*:*:127.0.0.1:9000",
        "*.test:443:[::1]",
        "a.test:1:::1",
        "*.shop.test:*:[::1]:9000",
        "M\u{fc}ller.test:80:1.2.3.4",
    ];
    for text in good {
        assert!(text.parse::<ResolveOverride>().is_ok(), "{text}");
    }
    let wrong = |text: &str| text.parse::<ResolveOverride>().unwrap_err();
    for text in ["shop.test", "shop.test:80", ""] {
        assert_eq!(wrong(text), NotAnOverride::NotThreeParts(text.to_owned()));
    }
    for text in [
        ":80:127.0.0.1",
        "a*b.test:80:127.0.0.1",
        "127.0.0.1:80:127.0.0.1",
    ] {
        assert_eq!(wrong(text), NotAnOverride::NotAHost(text.to_owned()));
    }
    for text in [
        "a.test:x:127.0.0.1",
        "a.test:0:127.0.0.1",
        "a.test::127.0.0.1",
    ] {
        assert_eq!(wrong(text), NotAnOverride::NotAPort(text.to_owned()));
    }
    for text in ["a.test:80:localhost", "a.test:80:", "a.test:80:127.0.0.1:0"] {
        assert_eq!(wrong(text), NotAnOverride::NotAnAddress(text.to_owned()));
    }
}

#[tokio::test]
async fn loopback_is_refused_however_it_is_written() {
    let web = echo_host().await;
    let port = web.at.port();
    for host in [
        "127.0.0.1",
        "2130706433",
        "0x7f.1",
        "[::ffff:127.0.0.1]",
        "[::1]",
        "localhost",
    ] {
        let address = format!("http://{host}:{port}/");
        let settings = settings(AddressGuard::public_only(), &[]);
        assert_eq!(
            reply(settings, &address).await,
            Reply::Declined(Declined::Address),
            "{host}"
        );
    }
}

#[tokio::test]
async fn an_allowance_holds_for_its_port_alone() {
    let (one, other) = (echo_host().await, echo_host().await);
    let guard = AddressGuard::public_only().with(one.at.into());
    let resolve = ["shop.test:*:127.0.0.1"];
    for host in ["127.0.0.1", "shop.test", "localhost"] {
        let allowed = format!("http://{host}:{}/", one.at.port());
        let refused = format!("http://{host}:{}/", other.at.port());
        assert!(matches!(
            reply(settings(guard.clone(), &resolve), &allowed).await,
            Reply::Answered(_)
        ));
        assert_eq!(
            reply(settings(guard.clone(), &resolve), &refused).await,
            Reply::Declined(Declined::Address)
        );
    }
}

#[tokio::test]
async fn an_override_leads_a_name_to_an_address_and_keeps_the_host() {
    let web = echo_host().await;
    let guard = AddressGuard::public_only().with(web.at.into());
    let to = format!("*.test:*:{}", web.at);
    let live = Live::new(settings(guard, &[&to])).unwrap();
    for (address, host) in [
        ("http://shop.test/", "shop.test"),
        ("http://a.b.test/", "a.b.test"),
        ("http://shop.test:8080/", "shop.test:8080"),
        ("http://shop.test:81/", "shop.test:81"),
    ] {
        let exchange = live.fetch(ask(PageUrl::parse(address).unwrap())).await;
        assert_eq!(exchange.request_headers.first("host"), Some(host));
        assert_eq!(exchange.ask.address.as_str(), address);
        assert_eq!(answered(exchange).body, host);
    }
}

#[tokio::test]
async fn an_override_for_one_port_leaves_the_others_alone() {
    let web = echo_host().await;
    let guard = AddressGuard::public_only().with(allow("127.0.0.1"));
    let to = format!("shop.invalid:8080:{}", web.at);
    let reply_at = |address: &'static str| {
        let settings = settings(guard.clone(), &[&to]);
        reply(settings, address)
    };
    assert!(matches!(
        reply_at("http://shop.invalid:8080/").await,
        Reply::Answered(_)
    ));
    for other in [
        "http://shop.invalid/",
        "http://invalid:8080/",
        "http://xshop.invalid:8080/",
    ] {
        assert_eq!(
            reply_at(other).await,
            Reply::Unreachable(Unreachable::Dns),
            "{other}"
        );
    }
}

#[tokio::test]
async fn an_override_does_not_get_past_the_guard() {
    let web = echo_host().await;
    let to = format!("*:*:{}", web.at);
    let settings = settings(AddressGuard::public_only(), &[&to]);
    assert_eq!(
        reply(settings, "http://shop.test/").await,
        Reply::Declined(Declined::Address)
    );
}

#[tokio::test]
async fn the_first_override_that_fits_counts() {
    let (first, second) = (echo_host().await, echo_host().await);
    let guard = AddressGuard::public_only().with(allow("127.0.0.0/8"));
    let (exact, every) = (
        format!("a.test:*:{}", first.at),
        format!("*:*:{}", second.at),
    );
    let live = Live::new(settings(guard, &[&exact, &every])).unwrap();
    let peer = async |address: &str| live.fetch(ask(address.parse().unwrap())).await.peer;
    assert_eq!(peer("http://a.test/").await, Some(first.at));
    assert_eq!(peer("http://b.test/").await, Some(second.at));
}

#[tokio::test]
async fn a_name_that_does_not_resolve_is_a_failure_of_dns() {
    let settings = settings(AddressGuard::public_only(), &[]);
    assert_eq!(
        reply(settings, "http://no-such-name.invalid/").await,
        Reply::Unreachable(Unreachable::Dns)
    );
}
