use case::Likeness;

use super::*;

fn url(address: &str) -> PageUrl {
    PageUrl::parse(address).unwrap()
}

/// The address that is offered at a time, and the page that offers it.
type Offered = fn(usize) -> (String, String);

/// What the page of a time looks like.
type Looks = fn(usize) -> Likeness;

const ALIKE: Likeness = Likeness {
    text: 1,
    links: 2,
    exact: 3,
};

/// A page of other content for each text.
fn other(text: u64) -> Likeness {
    let text = text.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    Likeness {
        text,
        links: 2,
        exact: text,
    }
}

fn offer(sessions: &mut Sessions, address: &str, from: &str) {
    sessions.offered(&url(address), hash_of(url(from).as_str()));
}

fn see(sessions: &mut Sessions, address: &str, from: &str, like: Likeness) {
    let seen = Seen {
        like,
        place: 9,
        is_redirect: false,
        is_fresh: false,
    };
    sessions.look_at(&url(address), Some(&url(from)), seen);
}

fn visit(sessions: &mut Sessions, address: &str, from: &str, like: Likeness) {
    offer(sessions, address, from);
    see(sessions, address, from, like);
}

/// What goes on from what was kept.
fn again(sessions: &mut Sessions) -> Sessions {
    let mut again = Sessions::default();
    let mut memos = sessions.memos();
    memos.sort_by_key(|memo| matches!(memo, Memo::Note { .. }));
    for memo in memos {
        match memo {
            Memo::Note { key, value } => again.restore(&key, &value),
            Memo::Learned(memo) => again.restore_learned(memo),
            Memo::Pattern(_) => {}
        }
    }
    again
}

fn is_out(sessions: &Sessions, host: &str, name: &str) -> bool {
    sessions.leaves_out(host, name, "x", None)
}

#[test]
fn a_value_that_never_repeats_over_equal_pages_is_a_session_id() {
    let mut sessions = Sessions::default();
    for page in ["one", "two", "three", "four", "five"] {
        assert!(!is_out(&sessions, "a.test", "tk"));
        let from = format!("http://a.test/{page}");
        let address = format!("http://a.test/p?tk=x{page}&a=1");
        visit(&mut sessions, &address, &from, ALIKE);
        // What was kept goes on as it was.
        let again = again(&mut sessions);
        let name = ("a.test".to_owned(), "tk".to_owned());
        assert_eq!(again.parts.get(&name), sessions.parts.get(&name));
        sessions = again;
    }
    assert!(is_out(&sessions, "a.test", "tk"));
    assert!(!is_out(&sessions, "b.test", "tk"));
}

#[test]
fn what_repeats_or_matters_or_counts_is_none() {
    let cases: [(&str, Offered, Looks); 5] = [
        (
            "the value comes from two pages",
            |n| (format!("/{n}?tk=same"), format!("/f{n}")),
            |_| ALIKE,
        ),
        (
            "one page offers several values",
            |n| (format!("/p?tk=value{n}"), "/f".to_owned()),
            |_| ALIKE,
        ),
        (
            "the pages differ",
            |n| (format!("/p?tk=value{n}"), format!("/f{n}")),
            |n| other(n as u64),
        ),
        (
            "the pages differ in numbers",
            |n| (format!("/p?tk=value{n}"), format!("/f{n}")),
            |n| Likeness {
                exact: n as u64,
                ..ALIKE
            },
        ),
        (
            "the value is a number of a page",
            |n| (format!("/p?tk=100{n}"), format!("/f{n}")),
            |_| ALIKE,
        ),
    ];
    for (story, addresses, like) in cases {
        let mut sessions = Sessions::default();
        let [first, from] = ["http://a.test/p?tk=first", "http://a.test/f"];
        visit(&mut sessions, first, from, ALIKE);
        for n in 0..20 {
            let (address, from) = addresses(n);
            let [address, from] = [address, from].map(|at| format!("http://a.test{at}"));
            visit(&mut sessions, &address, &from, like(n));
        }
        assert!(!is_out(&sessions, "a.test", "tk"), "{story}");
    }
}

/// Every page links to all others, and every visit makes a new value for all of its links.
fn rotate(sessions: &mut Sessions, form: fn(usize, usize) -> String, pages: usize) -> bool {
    let mut queue = std::collections::VecDeque::from([(0, 0, form(0, 0))]);
    for visits in 1..200 {
        let Some((page, value, referrer)) = queue.pop_front() else {
            break;
        };
        let from = form(page, value);
        for to in 0..pages {
            offer(sessions, &form(to, visits), &from);
            queue.push_back((to, visits, from.clone()));
        }
        see(sessions, &from, &referrer, other(page as u64));
        let parts = sessions.parts.values();
        if parts.filter(|part| part.state == State::Learned).count() > 0 {
            return true;
        }
    }
    false
}

#[test]
fn a_part_that_rotates_on_pages_that_link_to_each_other_is_presumed_soon_and_learned() {
    for pages in [8, 30, 100] {
        for form in [
            (|page, value| format!("http://a.test/p/{page}?zx=v{value:08}")) as fn(_, _) -> _,
            |page, value: usize| {
                let hash = (value as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1 << 63 | 10;
                format!("http://a.test/s-{hash:016x}/p/{page}")
            },
        ] {
            let mut sessions = Sessions::default();
            let mut presumed = None;
            for visit in 1..=8 {
                for to in 0..pages {
                    offer(&mut sessions, &form(to, visit), &form(0, visit - 1));
                }
                let is_presumed = ["zx", "/s-*"]
                    .iter()
                    .any(|name| is_out(&sessions, "a.test", name));
                presumed = presumed.or(is_presumed.then_some(visit));
            }
            assert_eq!(presumed, Some(4), "{pages} {}", form(1, 1));
        }
    }
    let form = |page, value| format!("http://a.test/p/{page}?zx=v{value:08}");
    assert!(rotate(&mut Sessions::default(), form, 8));
    let form = |page, value: usize| {
        let hash = (value as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1 << 63 | 10;
        format!("http://a.test/s-{hash:016x}/p/{page}?b={value:09}x")
    };
    assert!(rotate(&mut Sessions::default(), form, 8));
}

#[test]
fn a_sample_of_other_content_ends_what_was_learned() {
    let mut sessions = Sessions::default();
    let address = |n: u32| format!("http://a.test/item?art={n:08x}x");
    for n in 0..5 {
        visit(
            &mut sessions,
            &address(n),
            &format!("http://a.test/{n}"),
            ALIKE,
        );
    }
    assert!(is_out(&sessions, "a.test", "art"));
    let held = (5..50).map(|n| sessions.turn(&url(&address(n))));
    let held: Vec<_> = held.collect();
    assert_eq!(
        held[..4],
        [Turn::Sample, Turn::Sample, Turn::LateSample, Turn::Sample].map(Some)
    );
    let mut sessions = again(&mut sessions);
    visit(&mut sessions, &address(5), "http://a.test/5", other(1));
    assert!(!is_out(&sessions, "a.test", "art"));
    assert_eq!(sessions.takes_back().as_deref(), Some("a.test"));
    let memo = sessions.news.last().unwrap();
    assert_eq!(memo.against.as_ref().unwrap().address, address(5));
    // It is not learned a second time, not even by a crawl that goes on.
    for mut sessions in [again(&mut sessions)] {
        for n in 10..40 {
            visit(
                &mut sessions,
                &address(n),
                &format!("http://a.test/{n}"),
                ALIKE,
            );
        }
        assert!(!is_out(&sessions, "a.test", "art"));
    }
}

#[test]
fn a_host_with_more_parts_than_are_looked_at_is_counted() {
    let mut sessions = Sessions::default();
    for n in 0..60 {
        offer(
            &mut sessions,
            &format!("http://a.test/p?n{n}=value"),
            "http://a.test/",
        );
    }
    offer(&mut sessions, "http://b.test/p?n=value", "http://b.test/");
    assert_eq!(sessions.parts.len(), PARTS_OF_HOST as usize + 1);
    assert_eq!(sessions.cut, 60 - u64::from(PARTS_OF_HOST));
    assert_eq!(again(&mut sessions).cut, sessions.cut);
}

#[test]
fn what_rotates_is_taken_up_when_nothing_else_waits() {
    let mut sessions = Sessions::default();
    let address = |n: u32| format!("http://a.test/item?art={n:08x}x");
    for n in 0..20 {
        offer(&mut sessions, &address(n), &format!("http://a.test/{n}"));
    }
    assert!(is_out(&sessions, "a.test", "art"));
    assert!(!sessions.release());
    assert!(sessions.turn(&url(&address(20))).is_some());
    assert!(sessions.release() && !is_out(&sessions, "a.test", "art"));
    assert!(sessions.takes_back().is_some() && !sessions.release());
}

#[test]
fn a_parameter_that_rules_name_and_of_which_a_page_offers_many_values_is_kept() {
    let mut sessions = Sessions::default();
    let rule = Some(VariantKind::Session);
    for n in 0..3 {
        offer(
            &mut sessions,
            &format!("http://a.test/p?sid={n}"),
            "http://a.test/",
        );
    }
    assert!(sessions.leaves_out("a.test", "sid", "1", rule));
    offer(&mut sessions, "http://a.test/p?sid=3", "http://a.test/");
    assert!(!sessions.leaves_out("a.test", "sid", "1", rule));
    let again = again(&mut sessions);
    assert!(
        !again.leaves_out("a.test", "sid", "1", rule)
            && again.leaves_out("b.test", "sid", "1", rule)
    );
    assert!(again.leaves_out("a.test", "utm_source", "1", Some(VariantKind::Tracking)));
}

mod destinations {
    use proptest::prelude::*;

    use super::*;

    /// Whether anything of an address is left out of its key.
    fn is_shortened(sessions: &Sessions, address: &PageUrl) -> bool {
        let host = address.host_text();
        let has_tokens = sessions.has_tokens(host);
        let leaves_out = |name: &str, value: &str, kind: Option<VariantKind>| {
            sessions.leaves_out(host, name, value, kind)
        };
        model::AddressKey::of(address, has_tokens, leaves_out).is_some()
    }

    #[test]
    fn a_nonce_beside_a_destination_is_learned_and_the_destination_is_not() {
        let address = |page: usize, visit: usize| {
            format!("http://a.test/login?next=%2Fp%2F{page}&tk=v{visit:04}{page:04}")
        };
        let mut sessions = Sessions::default();
        for visit in 1..8 {
            for page in 0..8 {
                let from = format!("http://a.test/p/{page}?tk=v{:08}", visit - 1);
                super::visit(&mut sessions, &address(page, visit), &from, ALIKE);
            }
        }
        assert!(is_out(&sessions, "a.test", "tk"));
        assert!(!is_out(&sessions, "a.test", "next"));
        let names: Vec<_> = sessions.parts.keys().map(|name| name.1.as_str()).collect();
        assert_eq!(names, ["tk"]);
    }

    #[test]
    fn what_was_learned_of_a_name_holds_back_no_destination() {
        let mut sessions = Sessions::default();
        for n in 0..5 {
            let address = format!("http://a.test/login?next=t{n:05}x");
            visit(
                &mut sessions,
                &address,
                &format!("http://a.test/{n}"),
                ALIKE,
            );
        }
        let [token, path] = ["t00009x", "%2Fitem%2F9"]
            .map(|value| url(&format!("http://a.test/login?next={value}")));
        assert!(is_shortened(&sessions, &token) && !is_shortened(&sessions, &path));
        assert!(sessions.turn(&token).is_some() && sessions.turn(&path).is_none());
    }

    proptest! {
        /// Whatever the pages look like, wherever their links stand, and however often they come.
        #[test]
        fn a_value_that_names_a_destination_is_never_learned(
            steps in prop::collection::vec((0..40_u32, 0..12_u32, any::<bool>(), 0..3_u64), 1..120),
            form in 0..4_usize,
        ) {
            let mut sessions = Sessions::default();
            let address = |n: u32| match form {
                0 => format!("http://a.test/login?next=/item/{n}"),
                1 => format!("http://a.test/share?url=http%3A%2F%2Fb.test%2F{n}x9f86d081"),
                2 => format!("http://a.test/age;to=%2Fitem%2F{n}"),
                _ => format!("http://a.test/go?back=/list&n=1&to=item/{n}"),
            };
            for (n, from, is_seen, text) in steps {
                let (address, from) = (address(n), format!("http://a.test/item/{from}"));
                offer(&mut sessions, &address, &from);
                sessions.known(&url(&address), hash_of(&from));
                if is_seen {
                    see(&mut sessions, &address, &from, if text == 0 { ALIKE } else { other(text) });
                }
                prop_assert!(!is_shortened(&sessions, &url(&address)));
                prop_assert_eq!(sessions.turn(&url(&address)), None);
            }
        }
    }
}
