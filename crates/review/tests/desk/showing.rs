//! What the desk shows: lists with counts, sources with marks, what is around a page.

use crate::listening::Listening;
use crate::made::case;

#[test]
fn the_counts_of_a_filter_are_those_of_the_lists_that_it_leads_to() {
    let desk = Listening::to(case(240, 2));
    let reviewer = desk.enter();
    let list = reviewer.get("/?severity=high");
    let selects = list.body.split("<select name=\"").skip(1);
    let mut tried = 0;
    for select in selects {
        let (name, rest) = select.split_once('"').unwrap();
        let options = rest
            .split("</select>")
            .next()
            .unwrap()
            .split("<option value=\"")
            .skip(2);
        for option in options.take(4) {
            let (value, rest) = option.split_once('"').unwrap();
            let count = rest.rsplit_once('(').unwrap().1.split(')').next().unwrap();
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            if name != "severity" {
                query.append_pair("severity", "high");
            }
            query.append_pair(name, value);
            let led = reviewer.get(&format!("/?{}", query.finish()));
            let told = format!("<h2>{count} finding");
            assert!(
                count == "0" || led.body.contains(&told),
                "{name} {value}: {count}"
            );
            tried += 1;
        }
    }
    assert!(tried > 12, "{tried}");
    let last = reviewer.get("/?page=5");
    assert!(last.body.contains("Page 5 of 5") && last.body.contains("rel=\"prev\""));
    assert!(!last.body.contains("rel=\"next\""));
}

#[test]
fn every_finding_is_shown_in_its_place_of_the_list_that_one_came_from() {
    let desk = Listening::to(case(60, 2));
    let reviewer = desk.enter();
    let list = reviewer.get("/?severity=critical");
    let mut next = list
        .body
        .split_once("class=\"what\" href=\"")
        .unwrap()
        .1
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let mut walked = 0;
    loop {
        let page = reviewer.get(&next.replace("&#38;", "&"));
        walked += 1;
        assert!(page.body.contains(&format!("{walked} of 15")), "{next}");
        assert!(page.body.contains("What would disprove it"));
        let Some((before, _)) = page.body.split_once("rel=\"next\"") else {
            break;
        };
        let address = before.rsplit_once("href=\"").unwrap().1;
        next = address.split('"').next().unwrap().to_owned();
    }
    assert_eq!(walked, 15);
}

#[test]
fn a_source_has_its_constructs_marked_and_is_never_markup() {
    let desk = Listening::to(case(12, 3));
    let reviewer = desk.enter();
    let page =
        reviewer.get("/page?address=https%3A%2F%2Fmarket.test%2Fitem%2F0-a-thing-for-the-house");
    assert!(page.body.contains(
        "<mark id=\"mark-1\"><sup>1</sup>&#60;a class=x7 href=&#34;https://go.test/&#34;&#62;"
    ));
    assert!(page.body.contains("<tr id=\"line-3\">"));
    assert!(
        page.body
            .contains("&#60;/script&#62;&#60;img src=x onerror=alert(1)&#62;")
    );
    assert!(!page.body.contains("<img"));
    assert!(page.body.contains("sandbox inert"));
    assert!(page.body.contains("evidence/00001.warc.gz at byte 40,312"));
}

#[test]
fn a_picture_opens_page_by_page_and_says_what_it_leaves_out() {
    let desk = Listening::to(case(400, 30));
    let reviewer = desk.enter();
    let around = "/around?address=https%3A%2F%2Fmarket.test%2Fitem%2F0-a-thing-for-the-house";
    let boxes = |body: &str| body.matches("<g class=\"page ").count();
    let first = reviewer.get(around);
    assert!(
        first.body.contains("it leads to 31 pages"),
        "one door and thirty listings"
    );
    assert!(first.body.contains("+23 more"));
    assert!(
        first.body.find("go0.test").unwrap() < first.body.find("Open a page").unwrap()
            || first.body.contains("arrow hidden")
    );
    let shown = boxes(&first.body);
    let link = first.body.split_once("aria-expanded=\"false\"").unwrap().0;
    let link = link
        .rsplit_once("href=\"")
        .unwrap()
        .1
        .split('"')
        .next()
        .unwrap()
        .replace("&#38;", "&");
    let opened = reviewer.get(link.split('#').next().unwrap());
    assert!(boxes(&opened.body) > shown);
    assert!(opened.body.contains("aria-expanded=\"true\""));
    // Everything at once stays within what a picture holds, and says so.
    let all: Vec<String> = (0..600).map(|page| page.to_string()).collect();
    let full = reviewer.get(&format!("{around}&open={0}&more={0}", all.join(",")));
    assert!(boxes(&full.body) <= 301, "{}", boxes(&full.body));
    assert!(full.body.contains("The picture holds no more pages"));
    for body in [&first.body, &opened.body] {
        assert_no_boxes_meet(body);
    }
}

/// Fails where two boxes of a picture share a point.
fn assert_no_boxes_meet(body: &str) {
    let value = |rect: &str, name: &str| -> i32 {
        let rest = rect.split_once(&format!(" {name}=\"")).unwrap().1;
        rest.split('"').next().unwrap().parse().unwrap()
    };
    let rects: Vec<(i32, i32)> = (body.split("<rect").skip(1))
        .filter(|rect| rect.contains("rx=\"6\"") && !rect.starts_with(" class"))
        .map(|rect| (value(rect, "x"), value(rect, "y")))
        .collect();
    assert!(rects.len() > 8);
    for (at, one) in rects.iter().enumerate() {
        for other in &rects[at + 1..] {
            let apart = (one.0 - other.0).abs() >= 236 || (one.1 - other.1).abs() >= 50;
            assert!(apart, "{one:?} {other:?}");
        }
    }
}
