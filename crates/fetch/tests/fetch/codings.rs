//! Content codings and what they may cost.

use crate::web::{Web, answered, ask};
use async_compression::tokio::write::{
    BrotliEncoder, DeflateEncoder, GzipEncoder, ZlibEncoder, ZstdEncoder,
};
use model::{Ask, BodyCut, Purpose};
use sidedoor_fetch::{Bounded, Fetch};
use tokio::io::AsyncWriteExt;

const TEXT: &[u8] = b"<p>There is more than one way out of this page.</p>";

macro_rules! coded {
    ($encoder:ident, $body:expr) => {{
        let mut encoder = $encoder::new(Vec::new());
        encoder.write_all($body).await.unwrap();
        encoder.shutdown().await.unwrap();
        encoder.into_inner()
    }};
}

/// Bytes that do not compress, the same in every run.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_be_bytes()[0]
    };
    (0..length).map(|_| next()).collect()
}

async fn reads(coding: &str, payload: Vec<u8>) {
    let answer = Web::coded(coding, &payload).await.answer("/").await;
    assert_eq!(answer.body, TEXT, "{coding}");
    assert_eq!(answer.payload, payload, "{coding}");
    assert_eq!(answer.cut, None, "{coding}");
}

#[tokio::test]
async fn each_coding_is_taken_off_and_the_payload_is_kept() {
    reads("gzip", coded!(GzipEncoder, TEXT)).await;
    reads("X-GZIP", coded!(GzipEncoder, TEXT)).await;
    reads("br", coded!(BrotliEncoder, TEXT)).await;
    reads("zstd", coded!(ZstdEncoder, TEXT)).await;
    reads("deflate", coded!(ZlibEncoder, TEXT)).await;
    reads("deflate", coded!(DeflateEncoder, TEXT)).await;
    reads("identity", TEXT.to_vec()).await;
}

#[tokio::test]
async fn stacked_codings_are_taken_off_from_the_last() {
    let inner = coded!(DeflateEncoder, TEXT);
    let middle = coded!(BrotliEncoder, &inner);
    let outer = coded!(GzipEncoder, &middle);
    reads("deflate, identity, br,gzip", outer).await;
}

#[tokio::test]
async fn a_coding_that_nobody_knows_leaves_the_body_as_it_is() {
    reads("aws-chunked", TEXT.to_vec()).await;
}

#[tokio::test]
async fn bytes_behind_the_end_of_the_coding_are_ignored() {
    for (coding, mut payload) in [
        ("gzip", coded!(GzipEncoder, TEXT)),
        ("deflate", coded!(ZlibEncoder, TEXT)),
        ("br", coded!(BrotliEncoder, TEXT)),
        ("zstd", coded!(ZstdEncoder, TEXT)),
    ] {
        payload.extend_from_slice(b"\0\0 and more");
        reads(coding, payload).await;
    }
}

#[tokio::test]
async fn zstd_frames_follow_each_other_and_some_are_skipped() {
    let (first, second) = TEXT.split_at(20);
    let mut payload = vec![0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, b'x', b'y', b'z'];
    payload.extend(coded!(ZstdEncoder, first));
    payload.extend([0x5F, 0x2A, 0x4D, 0x18, 0, 0, 0, 0]);
    payload.extend(coded!(ZstdEncoder, second));
    reads("zstd", payload).await;
}

#[tokio::test]
async fn a_zstd_window_beyond_the_standard_is_refused() {
    // A frame header that asks for a window of 16 MiB, and an empty last block.
    let payload = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x70, 0x01, 0x00, 0x00];
    let answer = Web::coded("zstd", &payload).await.answer("/").await;
    assert_eq!(answer.cut, Some(BodyCut::BrokenCoding));
    assert_eq!(answer.payload, payload.as_slice());
}

#[tokio::test]
async fn a_body_of_many_buffers_comes_through_each_coding() {
    let text = [noise(70_000), vec![b'a'; 200_000], noise(30_000)].concat();
    for (coding, payload) in [
        ("gzip", coded!(GzipEncoder, &text)),
        ("br", coded!(BrotliEncoder, &text)),
        ("zstd", coded!(ZstdEncoder, &text)),
    ] {
        let web = Web::coded(coding, &payload).await;
        let live = web.live(|settings| settings.budget.wire_bytes = 1 << 20);
        let answer = answered(live.fetch(ask(web.url("/"))).await);
        assert_eq!(answer.cut, None, "{coding}");
        assert!(answer.body == text, "{coding}");
    }
}

#[tokio::test]
async fn an_empty_body_under_a_coding_is_empty() {
    let answer = Web::coded("gzip", b"").await.answer("/").await;
    assert_eq!((answer.body.len(), answer.cut), (0, None));
}

#[tokio::test]
async fn a_coding_that_breaks_keeps_what_it_gave_and_the_whole_payload() {
    // Incompressible, so that the first half of the payload gives about half of the text.
    let text = noise(20_000);
    let mut payload = coded!(GzipEncoder, &text);
    let half = payload.len() / 2;
    payload.truncate(half);
    let answer = Web::coded("gzip", &payload).await.answer("/").await;
    assert_eq!(answer.cut, Some(BodyCut::BrokenCoding));
    assert_eq!(answer.payload, payload);
    assert!(answer.body.len() > 1000, "{}", answer.body.len());
    assert!(text.starts_with(&answer.body));
}

#[tokio::test]
async fn what_is_not_coded_as_it_says_is_broken() {
    for coding in ["gzip", "br", "zstd", "deflate"] {
        let answer = Web::coded(
            coding,
            b"\xff\xfenot coded at all, and long enough to show it",
        )
        .await
        .answer("/")
        .await;
        assert_eq!(answer.cut, Some(BodyCut::BrokenCoding), "{coding}");
        assert!(!answer.payload.is_empty());
    }
}

#[tokio::test]
async fn more_codings_than_anyone_needs_are_not_taken_off() {
    let coding = ["gzip"; 200].join(",");
    let answer = Web::coded(&coding, TEXT).await.answer("/").await;
    assert_eq!(answer.cut, Some(BodyCut::BrokenCoding));
    assert_eq!(answer.payload, TEXT);
    assert!(answer.body.is_empty());
}

#[tokio::test]
async fn a_bomb_stops_at_the_budget() {
    // 32 MiB of zeros in 32 KiB, within the wire budget of the test.
    let bomb = coded!(GzipEncoder, &vec![0; 32 << 20]);
    assert!(bomb.len() < 64 << 10);
    let answer = Web::coded("gzip", &bomb).await.answer("/").await;
    assert_eq!(answer.cut, Some(BodyCut::DecodedBudget));
    assert_eq!(answer.body.len(), 1 << 20);
}

#[tokio::test]
async fn a_bomb_in_a_bomb_stops_at_the_budget() {
    let inner = coded!(GzipEncoder, &vec![0; 64 << 20]);
    let outer = coded!(BrotliEncoder, &inner);
    let exchange = Web::coded("gzip, br", &outer).await.ask("/").await;
    assert!(exchange.elapsed.as_millis() < 2_000);
    let answer = answered(exchange);
    assert_eq!(answer.cut, Some(BodyCut::DecodedBudget));
    assert_eq!(answer.body.len(), 1 << 20);
}

#[tokio::test]
async fn a_coded_body_over_the_wire_budget_is_read_as_far_as_it_came() {
    let text = noise(100_000);
    let payload = coded!(GzipEncoder, &text);
    assert!(payload.len() > 64 << 10);
    let answer = Web::coded("gzip", &payload).await.answer("/").await;
    assert_eq!(answer.cut, Some(BodyCut::WireBudget));
    assert_eq!(answer.payload.len(), 64 << 10);
    assert!(text.starts_with(&answer.body) && answer.body.len() > 10_000);
}

#[tokio::test]
async fn a_body_that_inflates_too_much_stops_at_the_ratio() {
    let bomb = coded!(GzipEncoder, &vec![0; 32 << 20]);
    let web = Web::coded("gzip", &bomb).await;
    let live = web.live(|settings| settings.budget.body_bytes = 32 << 20);
    let answer = answered(live.fetch(ask(web.url("/"))).await);
    assert_eq!(answer.cut, Some(BodyCut::RatioBudget));
    assert_eq!(answer.body.len(), 200 * bomb.len());
    // A small body may pack as well as it can.
    let small = coded!(GzipEncoder, &vec![0; 1 << 20]);
    let answer = Web::coded("gzip", &small).await.answer("/").await;
    assert_eq!((answer.body.len(), answer.cut), (1 << 20, None));
}

#[tokio::test]
async fn what_is_over_the_bound_is_decoded_or_asked_for_later() {
    let text = [noise(2_000), vec![b'a'; 200_000]].concat();
    let payload = coded!(GzipEncoder, &text);
    let web = Web::coded("gzip", &payload).await;
    let live = web.live(|settings| settings.budget.body_bytes = 1 << 20);
    let within = |most| live.fetch_within(ask(web.url("/")), most);
    let Bounded::Packed(packed) = within(10_000).await else {
        panic!("the payload is small and the body is not");
    };
    let unpacked = answered(live.unpack(packed).await);
    assert!(unpacked.body == text && unpacked.cut.is_none());
    assert!(matches!(within(1_000).await, Bounded::TooLarge));
    let Bounded::Whole(whole) = within(1 << 20).await else {
        panic!("all of it is small");
    };
    assert!(answered(whole).body == text);
}

#[tokio::test]
async fn robots_txt_and_stylesheets_have_smaller_budgets_than_pages() {
    let bomb = coded!(GzipEncoder, &vec![b'#'; 8 << 20]);
    let web = Web::coded("gzip", &bomb).await;
    let live = web.live(|settings| {
        settings.budget.body_bytes = 4 << 20;
        settings.budget.body_ratio = u32::MAX;
    });
    for (purpose, most) in [
        (Purpose::Page, 4 << 20),
        (Purpose::Stylesheet, 2 << 20),
        (Purpose::Robots, 512 << 10),
    ] {
        let ask = Ask {
            purpose,
            ..ask(web.url("/"))
        };
        let answer = answered(live.fetch(ask).await);
        assert_eq!(answer.body.len(), most, "{purpose}");
        assert_eq!(answer.cut, Some(BodyCut::DecodedBudget), "{purpose}");
    }
}
