//! The evidence, as another program reads it, and as it comes back.

use std::fs::OpenOptions;
use std::io::{Read, Seek, SeekFrom, Write};

use bytes::Bytes;
use model::{Answer, BodyCut, Headers, HttpVersion, Purpose, Reply, VantageId};
use proptest::prelude::*;
use sidedoor_case::{CaseFolder, ReadError};

use crate::made::{answer, brief, crawl, headers, offer, page, step};
use crate::warc::{files, records};

/// A case in which page 0 was answered so.
fn case_with(answer: Answer) -> (tempfile::TempDir, CaseFolder) {
    let folder = tempfile::tempdir().unwrap();
    let mut case = CaseFolder::create(folder.path(), &brief()).unwrap();
    case.offer(&[offer(page(0))]).unwrap();
    let waiting = case
        .next_waiting(sidedoor_case::Band::First, 0, 1)
        .unwrap()
        .remove(0);
    case.commit(&[step(waiting, Reply::Answered(answer), vec![])])
        .unwrap();
    (folder, case)
}

fn back(case: &CaseFolder) -> Answer {
    let exchange = case
        .exchange(&page(0), VantageId::Desktop, Purpose::Page)
        .unwrap();
    match exchange.unwrap().reply {
        Reply::Answered(answer) => answer,
        other => panic!("{other:?}"),
    }
}

#[test]
fn evidence_is_warc_that_any_reader_reads() {
    let mut chunked = answer(200, "payload");
    chunked.headers = headers(&[
        ("transfer-encoding", "chunked"),
        ("content-encoding", "gzip"),
        ("content-type", "text/html"),
        ("content-length", "99"),
    ]);
    chunked.body = Bytes::from_static(b"the body within the payload");
    let (folder, _case) = case_with(chunked);
    let [info, response, request, conversion, metadata] =
        records(&files(folder.path())[0]).try_into().unwrap();
    assert_eq!(info.kind(), "warcinfo");
    assert_eq!(info.get("warc-filename"), "00001.warc.gz");

    assert_eq!(response.kind(), "response");
    assert_eq!(response.get("warc-target-uri"), "http://shop.test/0");
    assert_eq!(response.get("warc-date"), "2026-09-21T14:13:20.123Z");
    assert_eq!(response.get("warc-ip-address"), "203.0.113.5");
    assert_eq!(
        response.get("content-type"),
        "application/http;msgtype=response"
    );
    assert_eq!(response.get("warc-sidedoor-vantage"), "desktop");
    assert_eq!(
        std::str::from_utf8(&response.block).unwrap(),
        "HTTP/1.1 200 \r\nX-Archive-Orig-Transfer-Encoding: chunked\r\n\
         content-encoding: gzip\r\ncontent-type: text/html\r\n\
         X-Archive-Orig-Content-Length: 99\r\nContent-Length: 7\r\n\r\npayload"
    );

    assert_eq!(request.kind(), "request");
    assert_eq!(
        request.get("warc-concurrent-to"),
        response.get("warc-record-id")
    );
    assert_eq!(
        std::str::from_utf8(&request.block).unwrap(),
        "GET /0 HTTP/1.1\r\nhost: shop.test\r\nuser-agent: Test/1.0\r\n\r\n"
    );

    assert_eq!(conversion.kind(), "conversion");
    assert_eq!(
        conversion.get("warc-refers-to"),
        response.get("warc-record-id")
    );
    assert_eq!(conversion.get("content-type"), "text/html");
    assert_eq!(conversion.block, b"the body within the payload");

    assert_eq!(metadata.kind(), "metadata");
    assert_eq!(
        metadata.get("warc-concurrent-to"),
        response.get("warc-record-id")
    );
    assert_eq!(metadata.get("content-type"), "application/warc-fields");
    assert_eq!(
        std::str::from_utf8(&metadata.block).unwrap(),
        "via: http://shop.test/?from=here\r\nfetchTimeMs: 4\r\nplace: 1\r\ndepth: 0\r\n\
         redirects: 0\r\nreach: in scope\r\n"
    );
}

/// Commits one answer for each of these pages, each in a commit of its own.
fn kept(case: &mut CaseFolder, answers: Vec<Answer>) {
    for answer in answers {
        let waiting = case
            .next_waiting(sidedoor_case::Band::First, 0, 1)
            .unwrap()
            .remove(0);
        let step = step(waiting, Reply::Answered(answer), vec![]);
        case.commit(&[step]).unwrap();
    }
}

#[test]
fn an_equal_payload_is_kept_once_and_read_from_there_over_files_and_after_a_resume() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = CaseFolder::create(folder.path(), &brief()).unwrap();
    case.rotate_evidence_at(1);
    let pages: Vec<_> = (0..5).map(|n| offer(page(n))).collect();
    case.offer(&pages).unwrap();
    let text = "<p>The same on every page.</p>".repeat(20);
    let mut coded = answer(200, &text);
    coded
        .headers
        .0
        .push(("content-encoding".into(), "gzip".into()));
    coded.body = Bytes::from_static(b"what it unpacks to");
    let mut other = answer(404, &text);
    other.headers.0.push(("x-mine".into(), "yes".into()));
    let answers = vec![answer(200, &text), other, answer(200, "short")];
    kept(&mut case, answers.clone());
    drop(case);
    let mut case = CaseFolder::open(folder.path()).unwrap();
    case.rotate_evidence_at(1);
    kept(&mut case, vec![answer(200, &text), coded.clone()]);
    let kinds: Vec<String> = files(folder.path())
        .iter()
        .flat_map(|file| records(file))
        .map(|record| record.kind().to_owned())
        .filter(|kind| matches!(kind.as_str(), "response" | "revisit"))
        .collect();
    // A payload that unpacks to something else is another one.
    assert_eq!(
        kinds,
        ["response", "revisit", "response", "revisit", "response"]
    );
    let first = &records(&files(folder.path())[0])[1];
    let revisit = &records(&files(folder.path())[1])[1];
    assert_eq!(
        revisit.get("warc-profile"),
        "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
    );
    assert_eq!(revisit.get("warc-refers-to"), first.get("warc-record-id"));
    assert_eq!(
        revisit.get("warc-refers-to-target-uri"),
        first.get("warc-target-uri")
    );
    assert_eq!(revisit.get("warc-refers-to-date"), first.get("warc-date"));
    assert_eq!(
        revisit.get("warc-payload-digest"),
        first.get("warc-payload-digest")
    );
    let expected = answers.into_iter().chain([answer(200, &text), coded]);
    for (n, answer) in expected.enumerate() {
        let exchange = case
            .exchange(&page(n), VantageId::Desktop, Purpose::Page)
            .unwrap();
        assert_eq!(exchange.unwrap().reply, Reply::Answered(answer), "page {n}");
    }
    case.seal().unwrap();
    let verified = sidedoor_case::verify(folder.path()).unwrap();
    assert!(verified.is_whole(), "{verified:?}");
}

#[test]
fn a_body_without_codings_is_kept_once() {
    let (folder, _case) = case_with(answer(200, "plain"));
    let kinds: Vec<String> = records(&files(folder.path())[0])
        .iter()
        .map(|record| record.kind().to_owned())
        .collect();
    assert_eq!(kinds, ["warcinfo", "response", "request", "metadata"]);
}

#[test]
fn a_cut_payload_says_so_in_the_words_of_the_standard() {
    for (cut, word) in [
        (BodyCut::WireBudget, "length"),
        (BodyCut::DecodedBudget, "length"),
        (BodyCut::Time, "time"),
        (BodyCut::Disconnect, "disconnect"),
        (BodyCut::Incomplete, "unspecified"),
        (BodyCut::BrokenCoding, ""),
    ] {
        let mut answer = answer(200, "cut off");
        answer.cut = Some(cut);
        let (folder, case) = case_with(answer.clone());
        assert_eq!(
            records(&files(folder.path())[0])[1].get("warc-truncated"),
            word
        );
        assert_eq!(back(&case), answer);
    }
}

#[test]
fn no_two_records_have_the_same_id() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = CaseFolder::create(folder.path(), &brief()).unwrap();
    case.rotate_evidence_at(1_000);
    crawl(&mut case, 20, 4);
    let mut ids: Vec<String> = files(folder.path())
        .iter()
        .flat_map(|file| records(file))
        .map(|record| record.get("warc-record-id").to_owned())
        .collect();
    let all = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), all);
}

#[test]
fn a_file_that_is_long_enough_is_followed_by_another() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = CaseFolder::create(folder.path(), &brief()).unwrap();
    case.rotate_evidence_at(2_000);
    crawl(&mut case, 20, 8);
    drop(case);
    let mut case = CaseFolder::open(folder.path()).unwrap();
    case.rotate_evidence_at(2_000);
    case.offer(&[offer(page(21))]).unwrap();
    crawl(&mut case, 30, 8);
    let files = files(folder.path());
    assert!(files.len() > 3, "{files:?}");
    for file in &files {
        assert_eq!(records(file)[0].kind(), "warcinfo");
    }
    for n in 0..=30 {
        let body = case.body(&page(n), VantageId::Desktop).unwrap().unwrap();
        assert_eq!(body, format!("<p>Page {n}.</p>").repeat(50));
    }
}

#[test]
fn two_crawls_of_the_same_web_leave_the_same_evidence() {
    let [one, other] = [1, 5].map(|batch| {
        let folder = tempfile::tempdir().unwrap();
        let mut case = CaseFolder::create(folder.path(), &brief()).unwrap();
        crawl(&mut case, 20, batch);
        folder
    });
    let all = |folder: &tempfile::TempDir| -> Vec<String> {
        records(&files(folder.path())[0])
            .iter()
            .map(|record| format!("{record:?}"))
            .collect()
    };
    assert_eq!(all(&one), all(&other));
}

#[test]
fn evidence_that_was_tampered_with_is_not_given_out() {
    let (folder, case) = case_with(answer(200, "the body that was received"));
    let file = files(folder.path()).remove(0);
    let length = file.metadata().unwrap().len();
    let mut caught = 0;
    for at in (0..length).step_by(7) {
        let mut bytes = OpenOptions::new()
            .read(true)
            .write(true)
            .open(&file)
            .unwrap();
        let mut byte = [0];
        bytes.seek(SeekFrom::Start(at)).unwrap();
        std::io::Read::read_exact(&mut bytes, &mut byte).unwrap();
        let change = |value: u8, file: &mut std::fs::File| {
            file.seek(SeekFrom::Start(at)).unwrap();
            file.write_all(&[value]).unwrap();
        };
        change(byte[0] ^ 0x10, &mut bytes);
        match case.exchange(&page(0), VantageId::Desktop, Purpose::Page) {
            Ok(exchange) => {
                let Some(Reply::Answered(read)) = exchange.map(|exchange| exchange.reply) else {
                    panic!("answered");
                };
                assert_eq!(read.body, "the body that was received");
            }
            Err(ReadError::Evidence { .. }) => caught += 1,
            Err(other) => panic!("{other:?}"),
        }
        change(byte[0], &mut bytes);
    }
    assert!(caught > 10, "{caught}");
}

fn field() -> impl Strategy<Value = (String, String)> {
    let name = prop_oneof![
        4 => "[a-z][a-z0-9-]{0,12}",
        1 => Just("content-length".to_owned()),
        1 => Just("transfer-encoding".to_owned()),
        1 => Just("content-encoding".to_owned()),
        1 => Just("x-archive-orig-content-length".to_owned()),
    ];
    (name, "[ -~\u{e4}\u{4e00}\u{fffd}]{0,20}|0|5|[0-9]{1,3}")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever was received is given back: every header, byte and mark.
    #[test]
    fn an_answer_comes_back_from_the_evidence_as_it_was(
        status in 100_u16..1000,
        fields in prop::collection::vec(field(), 0..8),
        payload in prop::collection::vec(any::<u8>(), 0..300),
        body in prop::option::of(prop::collection::vec(any::<u8>(), 0..300)),
        version in prop::sample::select(HttpVersion::ALL),
        cut in prop::option::of(prop::sample::select(BodyCut::ALL)),
    ) {
        let payload = Bytes::from(payload);
        let answer = Answer {
            status,
            version,
            headers: Headers(fields),
            body: body.map_or_else(|| payload.clone(), Bytes::from),
            payload,
            cut,
        };
        let (folder, case) = case_with(answer.clone());
        prop_assert_eq!(back(&case), answer.clone());
        let read = records(&files(folder.path())[0]);
        prop_assert_eq!(read[1].payload(), &answer.payload[..]);
    }
}

#[test]
fn what_was_not_answered_leaves_a_record_of_what_was_asked_and_why() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = CaseFolder::create(folder.path(), &brief()).unwrap();
    case.offer(&[offer(page(0)), offer(page(1))]).unwrap();
    let waiting = case.next_waiting(sidedoor_case::Band::First, 0, 2).unwrap();
    let replies = [
        Reply::Declined(model::Declined::Robots),
        Reply::Unreachable(model::Unreachable::DnsFailed),
    ];
    let steps: Vec<_> = waiting
        .into_iter()
        .zip(replies.clone())
        .map(|(waiting, reply)| step(waiting, reply, vec![]))
        .collect();
    case.commit(&steps).unwrap();
    let records = records(&files(folder.path())[0]);
    let kinds: Vec<_> = records.iter().map(|record| record.kind()).collect();
    assert_eq!(kinds, ["warcinfo", "metadata", "metadata"]);
    for (record, said) in records[1..].iter().zip([
        "outcome: declined\r\nwhy: robots\r\n",
        "outcome: unreachable\r\nwhy: dns-failed\r\n",
    ]) {
        let block = std::str::from_utf8(&record.block).unwrap();
        assert!(block.starts_with(said), "{block}");
        assert!(block.contains("reach: in scope"), "{block}");
        assert_eq!(record.get("warc-concurrent-to"), "");
        assert_eq!(
            record.get("warc-warcinfo-id"),
            records[0].get("warc-record-id")
        );
    }
    assert_eq!(records[2].get("warc-target-uri"), page(1).as_str());
    case.seal().unwrap();
    let verified = sidedoor_case::verify(folder.path()).unwrap();
    assert!(verified.is_whole(), "{verified:?}");
    let index = read_text(&folder.path().join("index.cdxj"));
    assert_eq!(index, "", "only answers can be replayed");
}

#[test]
fn every_record_names_the_description_of_its_file_also_after_a_resume() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = CaseFolder::create(folder.path(), &brief()).unwrap();
    case.offer(&[offer(page(0)), offer(page(1)), offer(page(2))])
        .unwrap();
    kept(&mut case, vec![answer(200, "one")]);
    drop(case);
    let mut case = CaseFolder::open(folder.path()).unwrap();
    kept(&mut case, vec![answer(200, "two")]);
    case.rotate_evidence_at(1);
    kept(&mut case, vec![answer(200, "three")]);
    for file in files(folder.path()) {
        let records = records(&file);
        let description = records[0].get("warc-record-id");
        for record in &records[1..] {
            assert_eq!(record.get("warc-warcinfo-id"), description);
        }
    }
    case.seal().unwrap();
    let index = read_text(&folder.path().join("index.cdxj"));
    assert_eq!(index.matches("\"digest\":\"sha256:").count(), 3, "{index}");
}

#[expect(clippy::disallowed_methods, reason = "the room that touches the disk")]
fn read_text(path: &std::path::Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn the_place_of_an_answer_names_its_record_its_file_and_its_body() {
    let (folder, case) = case_with(answer(200, "hello"));
    let place = case.record(&page(0), VantageId::Desktop).unwrap().unwrap();
    let files = files(folder.path());
    let response = records(&files[0])
        .into_iter()
        .find(|record| record.kind() == "response")
        .unwrap();
    assert_eq!(place.id, response.get("warc-record-id"));
    assert_eq!(place.body, back(&case).body_hash());
    assert_eq!(place.asked.to_string(), response.get("warc-date"));
    assert!(files[0].ends_with(&place.file), "{}", place.file);
    let mut packed = OpenOptions::new().read(true).open(&files[0]).unwrap();
    packed.seek(SeekFrom::Start(place.offset)).unwrap();
    let mut gzip = [0; 2];
    packed.read_exact(&mut gzip).unwrap();
    assert_eq!(gzip, [0x1F, 0x8B]);
    assert_eq!(case.record(&page(1), VantageId::Desktop).unwrap(), None);
    assert_eq!(case.record(&page(0), VantageId::Phone).unwrap(), None);
}
