use case::Likeness;

use super::*;

fn url(address: &str) -> PageUrl {
    PageUrl::parse(address).unwrap()
}

fn template(patterns: &mut Patterns, address: &str) -> String {
    let (index, _) = patterns.take(&url(address));
    patterns.get(index).unwrap().template.clone()
}

#[test]
fn a_place_with_many_words_has_a_value() {
    let mut patterns = Patterns::default();
    for word in 0..40_u8 {
        let word = format!(
            "{}{}",
            (b'a' + word / 26) as char,
            (b'a' + word % 26) as char
        );
        let found = template(&mut patterns, &format!("http://a.test/brand/{word}"));
        if word.as_str() <= "bg" {
            assert_eq!(found, format!("a.test/brand/{word}"));
        } else {
            assert_eq!(found, "a.test/brand/{word}");
        }
    }
    assert_eq!(
        template(&mut patterns, "http://a.test/about"),
        "a.test/about"
    );
}

#[test]
fn what_a_pattern_counts_is_taken_over_by_the_one_that_its_addresses_have_later() {
    let mut patterns = Patterns::default();
    let mut addresses = Vec::new();
    for number in 0..60_u8 {
        let (one, two) = (b'a' + number / 26, b'a' + number % 26);
        let (one, two) = (char::from(one), char::from(two));
        addresses.push(url(&format!(
            "http://a.test/brand/{one}{two}?p{one}{two}=1"
        )));
    }
    for address in &addresses {
        let (index, _) = patterns.take(address);
        patterns.get_mut(index).unwrap().offered();
    }
    let mut again = Patterns::default();
    for memo in patterns.memos() {
        again.restore(memo);
    }
    for patterns in [&mut patterns, &mut again] {
        for address in &addresses {
            let (index, _) = patterns.take(address);
            patterns.get_mut(index).unwrap().answered();
        }
        let counts = patterns.list.iter();
        let counts: Vec<_> = counts
            .map(|pattern| (pattern.offered, pattern.asked))
            .filter(|counts| *counts != (0, 0))
            .collect();
        assert_eq!(counts.iter().map(|(offered, _)| offered).sum::<u64>(), 60);
        assert!(
            counts.iter().all(|(offered, asked)| offered == asked),
            "{counts:?}"
        );
    }
}

#[test]
fn parameters_that_are_combined_at_will_are_one_pattern() {
    let mut patterns = Patterns::default();
    for mask in 1..32_u32 {
        let names = (0..5).filter(|bit| mask >> bit & 1 == 1);
        let query: Vec<_> = names
            .map(|bit| format!("f{}=x", "abcde".split_at(bit).1))
            .collect();
        template(
            &mut patterns,
            &format!("http://a.test/list?{}", query.join("&")),
        );
    }
    let found = template(&mut patterns, "http://a.test/list?new=1");
    assert_eq!(found, "a.test/list?{names}");
    assert!(
        patterns
            .find(&url("http://a.test/list?z=1"))
            .unwrap()
            .is_endless()
    );
}

#[test]
fn what_was_kept_goes_on_as_it_was() {
    let (mut whole, mut kept) = (Patterns::default(), Patterns::default());
    for number in 0..60_u8 {
        let word = format!(
            "{}{}",
            (b'a' + number / 26) as char,
            (b'a' + number % 26) as char
        );
        let address = format!("http://a.test/brand/{word}?p{word}=1");
        let like = Likeness {
            text: 0,
            links: 0,
            exact: 0,
        };
        for patterns in [&mut whole, &mut kept] {
            let (index, _) = patterns.take(&url(&address));
            let pattern = patterns.get_mut(index).unwrap();
            pattern.offered();
            pattern.look_at(like, number % 20 == 0);
        }
        if number % 7 == 0 {
            let mut again = Patterns::default();
            kept.changed = (0..kept.list.len()).collect();
            for memo in kept.memos() {
                again.restore(memo);
            }
            kept = again;
        }
    }
    for patterns in [&mut whole, &mut kept] {
        patterns.changed = (0..patterns.list.len()).collect();
    }
    assert_eq!(whole.memos(), kept.memos());
}

#[test]
fn near_equal_pages_are_barren_until_one_brings_something() {
    let mut patterns = Patterns::default();
    let (index, _) = patterns.take(&url("http://a.test/p/1"));
    let pattern = patterns.get_mut(index).unwrap();
    let like = Likeness {
        text: 7,
        links: 1,
        exact: 0,
    };
    for _ in 0..BARREN {
        pattern.look_at(like, false);
        assert!(!pattern.is_barren());
    }
    pattern.look_at(
        Likeness {
            text: 5,
            links: 1,
            exact: 0,
        },
        false,
    );
    assert!(pattern.is_barren());
    assert!(pattern.take_barren(1) && !pattern.take_barren(1));
    pattern.look_at(
        Likeness {
            text: !7,
            links: 1,
            exact: 0,
        },
        false,
    );
    assert!(!pattern.is_barren());
}

#[test]
fn paths_that_repeat_themselves_are_traps() {
    let long = "/ab".to_owned() + &(0..20).map(|n| format!("/s{n}")).collect::<String>();
    for path in ["/a/a/a", "/x/a/b/a/b", "/a/b/c/a/b", &long, "/1/x/1/x"] {
        assert!(
            repeats_itself(&url(&format!("http://a.test{path}"))),
            "{path}"
        );
    }
    for path in [
        "/",
        "/a/a",
        "/a/b/a",
        "/1/2/1/2",
        "/a//b//c//d",
        "/a/b/b/a/",
    ] {
        assert!(
            !repeats_itself(&url(&format!("http://a.test{path}"))),
            "{path}"
        );
    }
}
