//! What was answered ahead of its turn.

use std::sync::Arc;

use model::{Ask, Exchange, Purpose, Reply, Unreachable, Vantage, VantageId};
use sidedoor_case::{CaseFolder, CommitError, Reask, SetCookie, Step};

use crate::made::{answer, brief, everything, exchange, offer, page, step};

/// A case with three entries, and the steps for them.
fn begun(folder: &tempfile::TempDir) -> (CaseFolder, Vec<Step>) {
    let mut case = CaseFolder::create(folder.path(), &brief()).unwrap();
    let offers: Vec<_> = (0..3).map(|n| offer(page(n))).collect();
    case.offer(&offers).unwrap();
    let waiting = case
        .next_waiting(sidedoor_case::Band::First, 0, 3)
        .unwrap()
        .into_iter();
    let steps = waiting
        .map(|waiting| {
            let reply = match waiting.place {
                2 => Reply::Unreachable(Unreachable::Reset),
                place => Reply::Answered(answer(200, &format!("<p>page {place}</p>"))),
            };
            step(waiting, reply, Vec::new())
        })
        .collect();
    (case, steps)
}

/// The same steps without bodies, as what the case holds is handed over.
fn without_bodies(steps: &[Step]) -> Vec<Step> {
    let mut steps = steps.to_vec();
    for step in &mut steps {
        let seen = &mut step.observed[0];
        seen.is_held = true;
        let exchange = Arc::make_mut(&mut seen.exchange);
        if let Reply::Answered(answer) = &mut exchange.reply {
            answer.payload = Default::default();
            answer.body = Default::default();
        }
    }
    steps
}

#[test]
fn what_was_held_becomes_the_visit_that_it_would_have_been() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (mut plain, steps) = begun(&one);
    plain.commit(&steps).unwrap();
    let (mut case, steps) = begun(&other);
    for step in steps.iter().rev() {
        case.hold(&[Arc::clone(&step.observed[0].exchange)])
            .unwrap();
    }
    assert_eq!(case.held_count().unwrap(), 3);
    assert_eq!(case.counts().unwrap().done, 0);
    assert_eq!(case.counts().unwrap().body_bytes, 0);
    drop(case);
    let mut case = CaseFolder::open(other.path()).unwrap();
    assert_eq!(case.held_count().unwrap(), 3);
    assert_eq!(case.counts().unwrap().body_bytes, 0);
    let held = case.held(&question(VantageId::Desktop)).unwrap().unwrap();
    assert_eq!(held, *steps[0].observed[0].exchange);
    assert_eq!(case.held(&question(VantageId::Phone)).unwrap(), None);
    case.commit(&without_bodies(&steps)).unwrap();
    assert_eq!(case.held_count().unwrap(), 0);
    assert_eq!(everything(&case), everything(&plain));
    assert_eq!(case.counts().unwrap(), plain.counts().unwrap());
    assert_eq!(case.coverage().unwrap(), plain.coverage().unwrap());
    drop(case);
    let case = CaseFolder::open(other.path()).unwrap();
    assert_eq!(case.counts().unwrap(), plain.counts().unwrap());
}

#[test]
fn an_exchange_is_held_once() {
    let folder = tempfile::tempdir().unwrap();
    let (mut case, steps) = begun(&folder);
    let first = Arc::clone(&steps[0].observed[0].exchange);
    let second = Reply::Answered(answer(200, "another body"));
    let second = Arc::new(exchange(page(0), Purpose::Page, second));
    case.hold(&[Arc::clone(&first), Arc::clone(&second)])
        .unwrap();
    case.hold(&[second]).unwrap();
    assert_eq!(case.held_count().unwrap(), 1);
    let held = case.held(&question(VantageId::Desktop)).unwrap();
    assert_eq!(held.unwrap(), *first);
}

#[test]
fn a_step_without_its_body_is_not_taken_when_nothing_is_held() {
    let folder = tempfile::tempdir().unwrap();
    let (mut case, steps) = begun(&folder);
    let refused = case.commit(&without_bodies(&steps)[..1]).unwrap_err();
    assert!(
        matches!(refused, CommitError::NotHeld { .. }),
        "{refused:?}"
    );
    assert_eq!(case.counts().unwrap().done, 0);
    case.commit(&steps).unwrap();
}

#[test]
fn a_try_that_does_not_count_is_evidence_and_stands_in_the_coverage() {
    let folder = tempfile::tempdir().unwrap();
    let (mut case, steps) = begun(&folder);
    let busy = Reply::Answered(answer(429, "slow down"));
    let busy = exchange(page(0), Purpose::Page, busy);
    case.keep_try(&busy, 1).unwrap();
    let broken = Reply::Unreachable(Unreachable::Reset);
    let broken = exchange(page(0), Purpose::Page, broken);
    case.keep_try(&broken, 2).unwrap();
    assert_eq!(
        case.exchange(&page(0), VantageId::Desktop, Purpose::Page)
            .unwrap(),
        None
    );
    assert_eq!(case.held(&question(VantageId::Desktop)).unwrap(), None);
    case.commit(&steps).unwrap();
    let counted = case.exchange(&page(0), VantageId::Desktop, Purpose::Page);
    assert_eq!(counted.unwrap().unwrap(), *steps[0].observed[0].exchange);
    let retried = case.coverage().unwrap().retried;
    let told: Vec<_> = retried
        .iter()
        .map(|part| (part.why.as_str(), part.addresses))
        .collect();
    assert_eq!(told, [("reset", 1), ("status 429", 1)]);
    let counts = case.counts().unwrap();
    drop(case);
    assert_eq!(
        CaseFolder::open(folder.path()).unwrap().counts().unwrap(),
        counts
    );
}

#[test]
fn what_is_declined_at_its_place_takes_no_answer_that_is_held() {
    let folder = tempfile::tempdir().unwrap();
    let (mut case, mut steps) = begun(&folder);
    case.hold(&[Arc::clone(&steps[0].observed[0].exchange)])
        .unwrap();
    let declined = Reply::Declined(model::Declined::Depth);
    let offers = Vec::new();
    steps[0] = step(steps[0].waiting.clone(), declined, offers);
    case.commit(&steps).unwrap();
    assert_eq!(case.held_count().unwrap(), 0);
    let kept = case.exchange(&page(0), VantageId::Desktop, Purpose::Page);
    assert!(matches!(kept.unwrap().unwrap().reply, Reply::Declined(_)));
    assert!(everything(&case)[0].contains("Declined"));
    assert_eq!(case.coverage().unwrap().retried, []);
}

fn question(vantage: VantageId) -> Ask {
    Ask::new(page(0), Vantage::standard(vantage), Purpose::Page)
}

#[test]
fn what_was_asked_with_other_cookies_is_not_taken() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = CaseFolder::create(folder.path(), &brief()).unwrap();
    case.offer(&[offer(page(0))]).unwrap();
    let early = exchange(
        page(0),
        Purpose::Page,
        Reply::Answered(answer(200, "a stranger's page")),
    );
    case.hold(&[Arc::new(early)]).unwrap();
    let mut known = question(VantageId::Desktop);
    known.cookies = "visitor=1".to_owned();
    assert_eq!(case.held(&known).unwrap(), None);
    let waiting = case
        .next_waiting(sidedoor_case::Band::First, 0, 1)
        .unwrap()
        .remove(0);
    let mut step = step(
        waiting,
        Reply::Answered(answer(200, "a guest's page")),
        Vec::new(),
    );
    let mut exchange = Exchange::clone(&step.observed[0].exchange);
    exchange.ask.cookies = known.cookies.clone();
    step.observed[0].exchange = Arc::new(exchange);
    case.commit(&[step]).unwrap();
    assert_eq!(case.held_count().unwrap(), 0);
    let kept = case.exchange(&page(0), VantageId::Desktop, Purpose::Page);
    let kept = kept.unwrap().unwrap();
    assert_eq!(kept.ask.cookies, "visitor=1");
    let Reply::Answered(answer) = kept.reply else {
        panic!("it was answered");
    };
    assert_eq!(&answer.body[..], b"a guest's page");
}

#[test]
fn a_case_knows_with_which_exchange_a_host_was_begun_at() {
    let folder = tempfile::tempdir().unwrap();
    let host = page(0).host();
    let (mut case, mut steps) = begun(&folder);
    assert_eq!(case.opening(&host).unwrap(), None);
    steps[0].opens = true;
    case.commit(&steps).unwrap();
    drop(case);
    let case = CaseFolder::open(folder.path()).unwrap();
    let opening = case.opening(&host).unwrap().unwrap();
    assert_eq!(opening.ask.address, page(0));
    assert_eq!(opening.reply, steps[0].observed[0].exchange.reply);
}

#[test]
fn cookies_of_a_chain_stand_beside_the_entry_that_they_lead_to() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = CaseFolder::create(folder.path(), &brief()).unwrap();
    let mut led = offer(page(1));
    led.cookies.push(SetCookie {
        vantage: VantageId::Desktop,
        at: page(0),
        field: "hop=1; Path=/".to_owned(),
    });
    case.offer(&[led.clone()]).unwrap();
    drop(case);
    let case = CaseFolder::open(folder.path()).unwrap();
    assert_eq!(
        case.next_waiting(sidedoor_case::Band::First, 0, 1).unwrap()[0].offer,
        led
    );
}

#[test]
fn pages_that_were_asked_again_are_counted_and_those_that_were_not_are_listed() {
    let folder = tempfile::tempdir().unwrap();
    let (mut case, mut steps) = begun(&folder);
    steps[0].reask = Reask::Asked;
    steps[2].reask = Reask::Spent;
    case.commit(&steps).unwrap();
    drop(case);
    let case = CaseFolder::open(folder.path()).unwrap();
    assert_eq!(case.counts().unwrap().reasked, 1);
    let coverage = case.coverage().unwrap();
    assert_eq!(coverage.reasked, 1);
    assert_eq!(coverage.not_reasked[0].why, "reask-budget");
    assert_eq!(coverage.not_reasked[0].examples, [page(2)]);
    assert!(!coverage.is_whole());
}
