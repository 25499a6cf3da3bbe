//! The review desk as a reviewer meets it: in a browser, with and without scripts, by keyboard, on a
//! telephone, in the dark, over a hostile case. Pictures of its pages go to `screenshots` in the target
//! folder.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may fail loudly, its helpers as well, and reads files"
)]

mod support;

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;
use support::browser::Browser;
use support::desk::{Desk, assert_accessible, copied, decide, picture};
use support::{root, run, sidedoor, told};

#[test]
fn a_reviewer_opens_filters_and_decides_without_a_whole_page_load() {
    let desk = Desk::marketplace();
    let mut browser = desk.entered();
    let all = browser.text("String(document.querySelectorAll('.list tbody tr').length)");
    assert_eq!(all, "20");
    browser.picture(&picture("list.png"), false);
    browser.eval("document.querySelector('select[name=severity]').value = 'critical'; 0");
    browser.eval("window.same = true; 0");
    browser.click(".choices button");
    browser.until("location.search.includes('severity=critical')");
    let shown = "[...document.querySelectorAll('.list tbody .badge')].map(one => one.textContent)";
    assert!(
        browser
            .text(&format!("{shown}.join()"))
            .starts_with("critical")
    );
    assert_eq!(
        browser.eval(&format!("{shown}.every(one => one === 'critical')")),
        true
    );
    let chosen = browser.text("document.querySelector('h2').textContent");
    assert!(chosen.ends_with("chosen"), "{chosen}");

    browser.click(".list a.what");
    browser.until("document.querySelector('#decide')");
    assert_eq!(
        browser.eval("window.same ?? false"),
        false,
        "a link is a link"
    );
    browser.eval("window.same = true; 0");
    decide(
        &mut browser,
        "dismissed",
        "a licensed shop, “asked” <b>twice</b>",
        "Ada",
    );
    browser.until("document.querySelector('#said')");
    assert_eq!(
        browser.text("document.querySelector('#said').textContent"),
        "Kept as entry 1: dismissed."
    );
    assert_eq!(
        browser.text("document.activeElement.id"),
        "said",
        "the focus is on what was said"
    );
    assert_eq!(
        browser.eval("window.same"),
        true,
        "no page was loaded for it"
    );
    assert_eq!(
        browser.text("document.querySelector('.trail .reason').textContent"),
        "a licensed shop, “asked” <b>twice</b>"
    );
    let card = browser.text("document.querySelector('.card .decided').textContent");
    assert!(card.starts_with("dismissed by Ada at "), "{card}");
    assert!(browser.text("location.pathname").starts_with("/finding/"));
    assert_eq!(
        browser.text("document.querySelector('#reviewer-finding').value"),
        "Ada"
    );

    assert_eq!(browser.complaints, Vec::<String>::new());
    assert_eq!(browser.asked_beyond(desk.root()), Vec::<&str>::new());
}

#[test]
fn a_decision_is_undone_by_an_entry_of_its_own() {
    let desk = Desk::marketplace();
    let mut browser = desk.entered();
    browser.open(&format!("{}/?search=1046-beechwood", desk.root()));
    browser.click(".list a.what");
    browser.until("document.querySelector('#decide')");
    decide(&mut browser, "confirmed", "walked again by hand", "Ada");
    browser.until("document.querySelector('#said')");
    browser.screen(1280, 1480, false);
    browser.eval("scrollTo(0, 0)");
    browser.picture(&picture("finding.png"), false);
    browser.click(".columns details summary");
    browser.eval("document.querySelector('#reason-undo').value = 'too early'; 0");
    browser.click("#reviewer-undo");
    browser.click("details form .buttons button");
    browser.until("document.querySelector('#said')?.textContent.includes('entry 2')");
    assert_eq!(
        browser.eval("document.querySelector('.card .decided')"),
        Value::Null
    );
    let journal = desk.journal();
    assert_eq!(journal[0]["decision"], "confirmed");
    assert_eq!(journal[1]["decision"], "undone");
    assert_eq!(journal[1]["reviewer"], "Ada");

    browser.open(&format!("{}/decisions", desk.root()));
    assert_eq!(
        browser.eval("document.querySelectorAll('.list tbody tr').length"),
        2
    );
    browser.picture(&picture("decisions.png"), false);
    assert_eq!(browser.complaints, Vec::<String>::new());
    assert_eq!(browser.asked_beyond(desk.root()), Vec::<&str>::new());
}

#[test]
fn everything_works_without_scripts_and_reports_show_what_was_decided() {
    let desk = Desk::marketplace();
    let mut browser = Browser::start();
    browser.scripts(false);
    desk.enter(&mut browser);
    browser.eval("document.querySelector('input[name=search]').value = 'PUFFCLOUD'");
    browser.click(".choices button");
    browser.until("location.search.includes('search=PUFFCLOUD')");
    let found = browser.eval("document.querySelectorAll('.list tbody tr').length");
    assert!(
        found.as_u64().is_some_and(|found| 0 < found && found < 20),
        "{found}"
    );

    // One decision about all that is chosen.
    browser.click("a.button");
    browser.until("document.querySelector('h1').textContent.startsWith('Decide')");
    assert_eq!(
        browser.eval("document.querySelectorAll('.list tbody tr').length"),
        found
    );
    browser.click("input[value=confirmed]");
    browser.eval("document.querySelector('#reason-bulk').value = 'one shop'; document.querySelector('#reviewer-bulk').value = 'Bo'");
    browser.click("form[action='/bulk'] .buttons button");
    browser.until("document.querySelector('#said')");
    let said = browser.text("document.querySelector('#said').textContent");
    assert!(said.contains("confirmed"), "{said}");
    let kept = desk.journal().len() as u64;
    assert_eq!(Some(kept), found.as_u64());

    // A finding, a captured page, what is around it: links alone.
    browser.click(".list a.what");
    browser.until("document.querySelector('#decide')");
    browser.click(".walked a[href^='/page']");
    browser.until("document.querySelector('.lines')");
    browser.click(".steps a[href^='/around']");
    browser.until("document.querySelector('svg.neighbourhood')");
    let before = browser.eval("document.querySelectorAll('svg .page').length");
    let link = "svg.neighbourhood a[aria-expanded=false]";
    browser.click(link);
    browser.until("location.search.includes('open=')");
    let after = browser.eval("document.querySelectorAll('svg .page').length");
    assert!(after.as_u64() > before.as_u64(), "{before} {after}");

    let report = support::report(&desk.case);
    let decided = report["findings"].as_array().unwrap().iter();
    let decided = decided.filter(|finding| finding["decision"]["decision"] == "confirmed");
    assert_eq!(decided.count() as u64, kept);
    let html = run([
        "report",
        "--format",
        "html",
        "--case",
        desk.case.to_str().unwrap(),
    ]);
    assert!(String::from_utf8_lossy(&html.stdout).contains("by Bo at "));
}

#[test]
fn the_keyboard_is_enough() {
    let desk = Desk::marketplace();
    let mut browser = desk.entered();
    browser.press("Tab", false);
    assert_eq!(
        browser.text("document.activeElement.className"),
        "skip",
        "the first Tab offers to skip"
    );
    browser.press("Enter", false);
    browser.tab_to("at.matches('.list a.what')");
    browser.press("Enter", false);
    browser.until("document.querySelector('#decide')");
    browser.tab_to("at.name === 'decision'");
    browser.press("Space", false);
    browser.press("ArrowDown", false);
    browser.press("ArrowDown", false);
    browser.tab_to("at.name === 'reason'");
    browser.type_text("cannot be told");
    browser.tab_to("at.name === 'reviewer'");
    browser.type_text("Cleo");
    browser.press("Enter", false);
    browser.until("document.querySelector('#said')");
    assert_eq!(desk.journal()[0]["decision"], "unclear");
    assert_eq!(desk.journal()[0]["reviewer"], "Cleo");

    browser.tab_to("at.matches('.walked a[href^=\"/around\"]')");
    browser.press("Enter", false);
    browser.until("document.querySelector('svg.neighbourhood')");
    browser.tab_to("at.matches('svg a[aria-expanded=false]')");
    let page = "document.activeElement.querySelector('.page').id";
    let opened = browser.text(page);
    browser.press("Enter", false);
    browser.until("location.search.includes('open=') && document.activeElement.matches('a[aria-expanded=true]')");
    assert_eq!(
        browser.text(page),
        opened,
        "the focus stays on what was opened"
    );
    browser.press("Enter", false);
    browser.until("!location.search.includes('open=')");
}

#[test]
fn two_reviewers_see_each_other_and_nothing_that_was_typed_is_lost() {
    let desk = Desk::marketplace();
    let mut ada = desk.entered();
    ada.click("form[action='/invite'] button");
    ada.until("document.querySelector('.invitation')");
    let invitation = ada.text("document.querySelector('.invitation').textContent");
    let mut bo = Browser::start();
    bo.open(&invitation);
    bo.until("document.querySelector('h1')?.textContent === 'Findings'");
    bo.click(".list a.what");
    bo.until("document.querySelector('#decide')");
    ada.open(&bo.text("location.href"));
    decide(&mut ada, "confirmed", "as it says", "Ada");
    ada.until("document.querySelector('#said')");
    decide(&mut bo, "dismissed", "no, it is tea", "Bo");
    bo.until("document.querySelector('#said')");
    let said = bo.text("document.querySelector('#said').textContent");
    assert!(said.contains("Ada decided meanwhile: confirmed"), "{said}");
    assert_eq!(
        bo.text("document.querySelector('#reason-finding').value"),
        "no, it is tea"
    );
    assert_eq!(
        bo.eval("document.querySelector('input[value=dismissed]').checked"),
        true
    );
    assert_eq!(
        desk.journal().len(),
        1,
        "nothing was kept over the other's head"
    );
    bo.picture(&picture("meanwhile.png"), false);
    bo.click("form[action='/decide'] .buttons button");
    bo.until("document.querySelector('#said')?.textContent.includes('entry 2')");
    assert_eq!(desk.journal()[1]["reviewer"], "Bo");
}

#[test]
fn a_corrected_label_is_judged_at_once_and_taken_back() {
    let desk = Desk::marketplace();
    let mut browser = desk.entered();
    browser.click(".list a.what");
    browser.until("document.querySelector('#decide')");
    browser.click(".walked li:last-child a[href^='/page']");
    browser.until("document.querySelector('#label')");
    let target = browser.text("document.querySelector('.lead').textContent");
    let correct = |browser: &mut Browser, label: &str| {
        browser.click("#label ~ details summary");
        browser.click(&format!("input[name=label][value={label}]"));
        browser.eval("document.querySelector('#reason-label').value = 'seen by hand'; document.querySelector('#reviewer-label').value = 'Ada'");
        browser.click("form[action='/label'] .buttons button");
        browser.until("document.querySelector('.verdict.clear')");
    };
    correct(&mut browser, "compliant");
    let gone = browser.text("document.querySelector('.panel .notes').textContent");
    assert!(gone.contains(&target), "{target}: {gone}");
    let left = support::report(&desk.case);
    let targets = left["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["target"]);
    assert!(targets.clone().count() < 20 && targets.clone().all(|own| own != target.as_str()));
    browser.open(&format!("{}/decisions", desk.root()));
    browser.click(".list a.address");
    browser.until("document.querySelector('#label')");
    correct(&mut browser, "undone");
    browser.click("main a[href='/']");
    browser.until("document.querySelectorAll('.list tbody tr').length === 20");
}

/// A case whose pages have hostile titles, and one that lures the browser out of the rendering.
fn hostile_case(folder: &Path, beacon: &str) -> PathBuf {
    let site = folder.join("site");
    copied(
        &root().join("fixtures/sites/hidden-path-invisible-anchor"),
        &site,
    );
    let title =
        "</title></script><img src=x onerror=alert(1)>\"'&amp;quot; \u{202e}evil\u{202c} </style>";
    let lures = format!(
        "<link rel=preconnect href='http://{beacon}/'><LiNk rel=preconnect href='http://{beacon}/'><link rel=dns-prefetch href='//{beacon}/'>\
         <link/rel=preload as=image href='http://{beacon}/p'><link rel=prefetch href='http://{beacon}/'><link rel=stylesheet href='http://{beacon}/a.css'>\
         <meta http-equiv=refresh content='0;url=http://{beacon}/refresh'>\
         <script>fetch('http://{beacon}/script');location='http://{beacon}/location'</script>\
         <img src='http://{beacon}/img'><iframe src='http://{beacon}/frame'></iframe>\
         <a href='http://{beacon}/click' style='position:fixed;inset:0;z-index:9'>click</a>\
         <video autoplay src='http://{beacon}/video'></video><svg><image href='http://{beacon}/svg'/></svg>\
         <form action='http://{beacon}/form'><button autofocus>send</button></form>"
    );
    for page in ["market/item-302.html", "arsenal/index.html"] {
        let path = site.join(page);
        let text = std::fs::read_to_string(&path).unwrap();
        let text = text.replacen("<title>", &format!("<title>{title}"), 1);
        let text = text.replacen("</title>", &format!("</title>{lures}"), 1);
        let text = text.replacen(
            "Canvas rucksack",
            "</script><img src=x onerror=alert(2)>Canvas rucksack",
            2,
        );
        std::fs::write(&path, text).unwrap();
    }
    let case = folder.join("case");
    let output = sidedoor()
        .args(["demo", "--quiet", "--site"])
        .arg(&site)
        .arg("--case")
        .arg(&case)
        .output()
        .unwrap();
    assert!(case.join("case.sqlite").exists(), "{}", told(&output));
    case
}

#[test]
fn a_hostile_page_neither_runs_nor_asks_nor_leads_anywhere() {
    let folder = tempfile::tempdir().unwrap();
    let beacon = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = beacon.local_addr().unwrap().to_string();
    let lured = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&lured);
    // A connection is enough: it tells a shop that somebody looks.
    std::thread::spawn(move || {
        for _ in beacon.incoming() {
            count.fetch_add(1, Ordering::SeqCst);
        }
    });
    let case = hostile_case(folder.path(), &address);
    let before = lured.load(Ordering::SeqCst);
    let desk = Desk::of(&case);
    let mut browser = desk.entered();
    browser.click(".list a.what");
    browser.until("document.querySelector('#decide')");
    browser.picture(&picture("hostile.png"), true);
    browser.click(".walked a[href^='/page']");
    browser.until("document.querySelector('.lines')");
    assert_eq!(browser.eval("document.images.length"), 0);
    let source = browser.text("document.querySelector('.lines').textContent");
    assert!(source.contains("<img src=x onerror=alert(1)>"), "{source}");
    assert!(source.contains("‹U+202E›evil"));
    assert!(!source.contains('\u{202e}'));

    browser.click("details.rendering summary");
    browser.eval("document.querySelector('.rendering .frame').scrollIntoView()");
    browser.until(
        "performance.getEntriesByType('resource').some(one => one.name.includes('/rendering'))",
    );
    // Time enough for whatever the page would do by itself.
    std::thread::sleep(std::time::Duration::from_secs(2));
    browser.picture(&picture("rendering.png"), false);
    browser.click(".rendering .frame");
    browser.press("Tab", false);
    browser.press("Enter", false);
    std::thread::sleep(std::time::Duration::from_secs(1));
    assert!(browser.text("location.pathname").starts_with("/page"));
    let rendered = browser.text("document.querySelector('iframe').src");
    // Even alone in a tab, where nothing is inert, it has its own policy.
    browser.open(&rendered);
    std::thread::sleep(std::time::Duration::from_secs(2));
    assert!(browser.text("location.href").starts_with(desk.root()));
    assert_eq!(browser.asked_beyond(desk.root()), Vec::<&str>::new());
    assert_eq!(
        lured.load(Ordering::SeqCst),
        before,
        "nothing connected to another host"
    );
    assert!(
        !browser
            .complaints
            .iter()
            .any(|told| told.contains("dialog"))
    );
}

#[test]
fn no_page_has_a_barrier_in_light_dark_and_on_a_telephone() {
    let desk = Desk::marketplace();
    let mut browser = desk.entered();
    let finding = browser.text("document.querySelector('.list a.what').getAttribute('href')");
    browser.open(&format!("{}{finding}", desk.root()));
    decide(&mut browser, "unclear", "to be asked again", "Ada");
    browser.until("document.querySelector('#said')");
    let links = "[...document.querySelectorAll('.walked a')].map(one => one.getAttribute('href'))";
    let page = browser.text(&format!("{links}.find(one => one.startsWith('/page'))"));
    let around = browser.text(&format!("{links}.find(one => one.startsWith('/around'))"));
    let pages = [
        ("list", "/"),
        ("finding", &finding),
        ("page", &page),
        ("around", &around),
        ("bulk", "/bulk?severity=high"),
        ("decisions", "/decisions"),
        ("judging", "/judge"),
        ("trouble", "/nowhere"),
    ];
    for (width, height, is_mobile) in [(1280, 900, false), (390, 844, true)] {
        browser.screen(width, height, is_mobile);
        for is_dark in [false, true] {
            browser.dark(is_dark);
            for (name, address) in pages {
                browser.open(&format!("{}{address}", desk.root()));
                browser
                    .eval("document.querySelectorAll('details').forEach(one => one.open = true)");
                let what = format!(
                    "{name}-{}{}",
                    if is_dark { "dark" } else { "light" },
                    if is_mobile { "-narrow" } else { "" }
                );
                browser.picture(&picture(&format!("{what}.png")), true);
                assert_accessible(&mut browser, &what);
                let wide = browser.eval("document.documentElement.scrollWidth <= innerWidth");
                assert_eq!(wide, true, "{what} is not wider than the screen");
            }
        }
    }
}

#[test]
fn the_html_report_has_no_barrier_in_light_and_dark() {
    let desk = Desk::marketplace();
    let file = desk.case.join("report-of-test.html");
    let output = sidedoor()
        .args(["report", "--format", "html", "--case"])
        .arg(&desk.case)
        .arg("--out")
        .arg(&file)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    let mut browser = Browser::start();
    for is_dark in [false, true] {
        browser.dark(is_dark);
        browser.open(&format!("file://{}", file.display()));
        let what = if is_dark {
            "report-dark"
        } else {
            "report-light"
        };
        browser.picture(&picture(&format!("{what}.png")), false);
        assert_accessible(&mut browser, what);
    }
}

#[test]
fn a_desk_that_cannot_be_opened_says_why_and_one_that_is_stopped_ends_well() {
    let missing = run(["review", "--case", "no-such-case"]);
    assert_eq!(missing.status.code(), Some(2), "{}", told(&missing));
    let mut desk = Desk::marketplace();
    let port = desk.root().rsplit_once(':').unwrap().1.to_owned();
    let case = desk.case.to_str().unwrap().to_owned();
    let taken = run(["review", "--case", &case, "--port", &port]);
    assert_eq!(taken.status.code(), Some(2), "{}", told(&taken));
    assert!(told(&taken).contains("choose another port with --port"));
    let stopped = std::process::Command::new("kill")
        .arg(desk.child.id().to_string())
        .status()
        .unwrap();
    assert!(stopped.success());
    assert_eq!(desk.child.wait().unwrap().code(), Some(0));
}
