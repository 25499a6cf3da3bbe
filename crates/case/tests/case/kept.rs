//! What is handed over comes back as it was.

use std::sync::Arc;

use model::{Declined, Outcome, Purpose, Reply, StopReason, Unreachable, Vantage, VantageId};
use model::{Visit, VisitId};
use serde_json::json;
use sidedoor_case::{CaseFolder, CommitError, Counts, Observed, Offer, ReadError};

use crate::made::{answer, brief, crawl, everything, exchange, offer, page, step, url};

fn visits(case: &CaseFolder) -> Vec<Visit> {
    let mut visits = Vec::new();
    case.for_each_visit::<ReadError>(&mut |visit, _| {
        visits.push(visit);
        Ok(())
    })
    .unwrap();
    visits
}

#[test]
fn the_frontier_is_taken_in_the_order_of_offering_and_knows_each_address_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = CaseFolder::create(folder.path(), &brief()).unwrap();
    let mut deep = offer(page(2));
    (deep.depth, deep.redirects, deep.beyond, deep.in_scope) = (3, 4, 5, false);
    deep.referrer = Some(page(0));
    case.offer(&[offer(page(1)), deep.clone(), offer(page(1))])
        .unwrap();
    case.offer(&[offer(page(2)), offer(page(0))]).unwrap();
    let waiting = case
        .next_waiting(sidedoor_case::Band::First, 0, 10)
        .unwrap();
    let places: Vec<u64> = waiting.iter().map(|entry| entry.place).collect();
    assert_eq!(places, [1, 2, 3]);
    assert_eq!(waiting[1].offer, deep);
    assert_eq!(waiting[2].offer, offer(page(0)));
    assert_eq!(
        case.next_waiting(sidedoor_case::Band::First, 1, 1).unwrap(),
        [waiting[1].clone()]
    );
    assert_eq!(
        case.next_waiting(sidedoor_case::Band::First, 3, 10)
            .unwrap(),
        []
    );
}

#[test]
fn an_exchange_comes_back_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = CaseFolder::create(folder.path(), &brief()).unwrap();
    case.offer(&[offer(page(0)), offer(page(1)), offer(page(2))])
        .unwrap();
    let waiting = case.next_waiting(sidedoor_case::Band::First, 0, 3).unwrap();
    let replies = [
        Reply::Answered(answer(200, "<p>hello</p>")),
        Reply::Declined(Declined::Robots),
        Reply::Unreachable(Unreachable::Dns),
    ];
    let steps: Vec<_> = waiting
        .into_iter()
        .zip(replies)
        .map(|(waiting, reply)| step(waiting, reply, vec![]))
        .collect();
    let ids = case.commit(&steps).unwrap();
    assert_eq!(ids, [VisitId(1), VisitId(2), VisitId(3)]);
    for step in &steps {
        let kept = &step.observed[0].exchange;
        let read = case.exchange(&kept.ask.address, VantageId::Desktop, Purpose::Page);
        assert_eq!(read.unwrap().as_ref(), Some(kept.as_ref()));
    }
    let body = |n| case.body(&page(n), VantageId::Desktop).unwrap();
    assert_eq!(body(0).unwrap(), "<p>hello</p>");
    assert_eq!(body(1), None);
    let absent = case
        .exchange(&page(0), VantageId::Phone, Purpose::Page)
        .unwrap();
    assert_eq!(absent, None);
}

#[test]
fn visits_come_in_order_with_their_facts() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = CaseFolder::create(folder.path(), &brief()).unwrap();
    crawl(&mut case, 30, 7);
    let mut expected = 0;
    case.for_each_visit::<ReadError>(&mut |visit, facts| {
        assert_eq!(visit.address, page(expected));
        expected += 1;
        assert_eq!(visit.id, VisitId(expected as u64));
        assert_eq!(facts.unwrap().title, format!("The page {}", visit.address));
        Ok(())
    })
    .unwrap();
    assert_eq!(expected, 31);
}

#[test]
fn a_walk_over_the_visits_ends_when_its_reader_says_so() {
    #[derive(Debug)]
    enum Enough {
        Seen(u64),
        Read(#[expect(dead_code, reason = "shown when the test fails")] ReadError),
    }
    impl From<ReadError> for Enough {
        fn from(wrong: ReadError) -> Self {
            Self::Read(wrong)
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let mut case = CaseFolder::create(folder.path(), &brief()).unwrap();
    crawl(&mut case, 5, 1);
    let ended = case.for_each_visit(&mut |visit, _| match visit.id.0 {
        3 => Err(Enough::Seen(3)),
        _ => Ok(()),
    });
    assert!(matches!(ended, Err(Enough::Seen(3))));
}

#[test]
fn a_visit_says_where_it_was_found_and_what_became_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = CaseFolder::create(folder.path(), &brief()).unwrap();
    let found = Offer {
        referrer: Some(url("http://shop.test/list")),
        depth: 2,
        in_scope: false,
        found_by: sidedoor_case::FoundBy::Link,
        cookies: Vec::new(),
        ..offer(page(9))
    };
    case.offer(&[found]).unwrap();
    let waiting = case
        .next_waiting(sidedoor_case::Band::First, 0, 1)
        .unwrap()
        .remove(0);
    let mut step = step(waiting, Reply::Answered(answer(503, "busy")), vec![]);
    step.observed[0].churns = true;
    let mut phone = exchange(
        page(9),
        Purpose::Page,
        Reply::Unreachable(Unreachable::Timeout),
    );
    phone.ask.vantage = Vantage::standard(VantageId::Phone);
    step.observed.push(Observed {
        exchange: Arc::new(phone),
        facts: None,
        churns: false,
        is_held: false,
    });
    case.commit(&[step]).unwrap();
    let [first, second] = visits(&case).try_into().unwrap();
    assert_eq!(first.referrer, Some(url("http://shop.test/list")));
    assert_eq!(
        (first.depth, first.in_scope, first.churns),
        (2, false, true)
    );
    let Outcome::Answered {
        status,
        content_type,
        body_bytes,
        ..
    } = first.outcome
    else {
        panic!("answered");
    };
    assert_eq!(
        (status, content_type.as_deref(), body_bytes),
        (503, Some("text/html"), 4)
    );
    assert_eq!(second.vantage, VantageId::Phone);
    assert_eq!(
        second.outcome,
        Outcome::Unreachable {
            why: Unreachable::Timeout
        }
    );
}

#[test]
fn what_a_page_needs_is_kept_once_for_each_vantage() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = CaseFolder::create(folder.path(), &brief()).unwrap();
    case.offer(&[offer(page(0)), offer(page(1))]).unwrap();
    let sheet = url("http://shop.test/style.css");
    let styled = |text: &str, id| {
        let reply = Reply::Answered(answer(200, text));
        let mut exchange = exchange(sheet.clone(), Purpose::Stylesheet, reply);
        exchange.ask.vantage = Vantage::standard(id);
        Arc::new(exchange)
    };
    for (waiting, text) in case
        .next_waiting(sidedoor_case::Band::First, 0, 2)
        .unwrap()
        .into_iter()
        .zip(["a{}", "b{}"])
    {
        let mut step = step(waiting, Reply::Answered(answer(200, "")), vec![]);
        step.side = vec![
            styled(text, VantageId::Desktop),
            styled(text, VantageId::Desktop),
            styled(text, VantageId::Phone),
        ];
        case.commit(&[step]).unwrap();
    }
    assert_eq!(case.counts().unwrap().visits, 2);
    assert_eq!(case.counts().unwrap().body_bytes, 6);
    for vantage in [VantageId::Desktop, VantageId::Phone] {
        let kept = case
            .exchange(&sheet, vantage, Purpose::Stylesheet)
            .unwrap()
            .unwrap();
        assert_eq!(kept.reply, Reply::Answered(answer(200, "a{}")));
    }
    assert_eq!(
        case.exchange(&sheet, VantageId::Desktop, Purpose::Page)
            .unwrap(),
        None
    );
}

#[test]
fn counts_are_the_same_for_a_writer_and_a_reader() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = CaseFolder::create(folder.path(), &brief()).unwrap();
    crawl(&mut case, 10, 3);
    case.offer(&[offer(url("http://shop.test/late"))]).unwrap();
    let expected = Counts {
        done: 11,
        waiting: 1,
        visits: 11,
        body_bytes: 10 * 50 * 14 + 50 * 15,
        reasked: 0,
    };
    assert_eq!(case.counts().unwrap(), expected);
    let reader = CaseFolder::open_read_only(folder.path()).unwrap();
    assert_eq!(reader.counts().unwrap(), expected);
    drop(case);
    assert_eq!(
        CaseFolder::open(folder.path()).unwrap().counts().unwrap(),
        expected
    );
}

#[test]
fn a_step_that_does_not_wait_is_refused_and_its_batch_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = CaseFolder::create(folder.path(), &brief()).unwrap();
    case.offer(&[offer(page(0)), offer(page(1))]).unwrap();
    let [first, second] = case
        .next_waiting(sidedoor_case::Band::First, 0, 2)
        .unwrap()
        .try_into()
        .unwrap();
    let done = |waiting| step(waiting, Reply::Answered(answer(200, "x")), vec![]);
    let twice = [
        done(first.clone()),
        done(second.clone()),
        done(first.clone()),
    ];
    assert!(matches!(
        case.commit(&twice),
        Err(CommitError::NotWaiting { place: 1, .. })
    ));
    assert_eq!(
        case.counts().unwrap(),
        Counts {
            waiting: 2,
            ..Counts::default()
        }
    );
    assert_eq!(case.commit(&[done(first)]).unwrap(), [VisitId(1)]);
    assert_eq!(case.commit(&[done(second)]).unwrap(), [VisitId(2)]);
    assert_eq!(everything(&case).len(), 2);
}

#[test]
fn settings_are_kept_and_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = CaseFolder::create(folder.path(), &brief()).unwrap();
    assert_eq!(case.setting("cost").unwrap(), None);
    case.put_setting("cost", &json!({"bound": 4.0})).unwrap();
    case.put_setting("cost", &json!({"bound": 3.5})).unwrap();
    let reader = CaseFolder::open_read_only(folder.path()).unwrap();
    assert_eq!(reader.setting("cost").unwrap(), Some(json!({"bound": 3.5})));
    assert_eq!(reader.setting("brief").unwrap(), None);
}

#[test]
fn a_case_that_is_open_for_reading_is_not_written_to() {
    let folder = tempfile::tempdir().unwrap();
    drop(CaseFolder::create(folder.path(), &brief()).unwrap());
    let mut reader = CaseFolder::open_read_only(folder.path()).unwrap();
    let is_refused = |result| matches!(result, Err(CommitError::ReadOnly { .. }));
    assert!(is_refused(reader.offer(&[offer(page(0))])));
    assert!(is_refused(reader.commit(&[]).map(drop)));
    assert!(is_refused(reader.set_stop(StopReason::Cancelled)));
    assert!(is_refused(reader.put_setting("x", &json!(1))));
}
