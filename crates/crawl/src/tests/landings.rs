//! Scope and landing rules, redirects, traps.

use std::sync::Arc;

use model::{Declined, Landings, Unreachable};

use super::crawl;
use super::shelf::Shelf;
use super::web::{Web, brief};

const SEED: &str = "http://a.test/";

/// How an address was offered, in short: depth, redirects, beyond, scope.
fn counted(shelf: &Shelf, address: &str) -> String {
    shelf
        .offer_of(address)
        .map_or("not offered".to_owned(), |offer| {
            let scope = if offer.in_scope { "in" } else { "out" };
            let (depth, redirects, beyond) = (offer.depth, offer.redirects, offer.beyond);
            format!("{depth} {redirects} {beyond} {scope}")
        })
}

/// A crawl that goes a click beyond landing pages.
async fn crawled(web: Web) -> Shelf {
    let mut brief = brief(&[SEED]);
    brief.landings = Landings::Onward;
    let mut shelf = Shelf::new(brief);
    crawl(&Arc::new(web), &mut shelf).await;
    shelf
}

#[tokio::test(start_paused = true)]
async fn offers_are_counted_by_the_table() {
    let page = "a /act\nframe /frame\nrefresh /refresh\na http://out.test/act\n\
                refresh http://out.test/load\ncanonical http://out.test/claim\ncanonical /claim\n\
                next /next\nalternate /alternate\nping http://out.test/ping\na mailto:x@y.z";
    let landing = "refresh /far\na http://a.test/back\na /menu\nhidden /hidden\ntext /text\n\
                   a http://other.test/\ncanonical http://a.test/claimed";
    let web = Web::default()
        .page(SEED, page)
        .page("http://out.test/act", landing)
        .page("http://a.test/act", "frame /framed")
        .page(
            "http://other.test/",
            "a http://third.test/\nscript http://fourth.test/",
        );
    let shelf = crawled(web).await;
    for (address, expected) in [
        ("http://a.test/act", "1 0 0 in"),
        ("http://a.test/frame", "0 1 0 in"),
        ("http://a.test/refresh", "0 1 0 in"),
        ("http://a.test/framed", "1 1 0 in"),
        ("http://a.test/claim", "1 0 0 in"),
        ("http://a.test/next", "1 0 0 in"),
        ("http://a.test/alternate", "not offered"),
        ("http://out.test/claim", "not offered"),
        ("http://out.test/ping", "not offered"),
        ("http://out.test/act", "1 0 1 out"),
        ("http://out.test/load", "0 1 1 out"),
        ("http://out.test/far", "1 1 1 out"),
        ("http://a.test/back", "2 0 0 in"),
        ("http://a.test/claimed", "2 0 0 in"),
        ("http://out.test/menu", "not offered"),
        ("http://out.test/hidden", "2 0 2 out"),
        ("http://out.test/text", "2 0 2 out"),
        ("http://other.test/", "2 0 2 out"),
        ("http://third.test/", "not offered"),
        ("http://fourth.test/", "2 1 2 out"),
    ] {
        assert_eq!(counted(&shelf, address), expected, "{address}");
    }
}

#[tokio::test(start_paused = true)]
async fn landings_that_are_recorded_only_are_listed_and_not_asked() {
    let web = Arc::new(Web::default().page(SEED, "a http://out.test/\nrefresh http://out.test/x"));
    let mut brief = brief(&[SEED]);
    brief.landings = Landings::Record;
    let mut shelf = Shelf::new(brief);
    crawl(&web, &mut shelf).await;
    for out in ["http://out.test/", "http://out.test/x"] {
        assert_eq!(shelf.outcome(out), "scope");
    }
    assert_eq!(web.asked().len(), 3, "robots.txt, tdmrep.json and the seed");
}

#[tokio::test(start_paused = true)]
async fn a_chain_that_leaves_the_scope_is_followed_to_its_landing_page_and_no_further() {
    let web = Web::default()
        .page(SEED, "a /out")
        .redirect("http://a.test/out", "http://hop.test/")
        .page(
            "http://hop.test/",
            "refresh http://land.test/\na http://beside.test/",
        )
        .page(
            "http://land.test/",
            "kind gate\na /enter\nhidden http://next.test/\na http://a.test/back",
        );
    let web = Arc::new(web);
    let mut shelf = Shelf::new(brief(&[SEED]));
    crawl(&web, &mut shelf).await;
    let expected = [
        SEED,
        "http://a.test/out",
        "http://hop.test/",
        "http://land.test/",
        "http://a.test/back",
    ];
    assert_eq!(shelf.addresses(), expected);
    assert_eq!(counted(&shelf, "http://land.test/"), "1 2 1 out");
}

#[tokio::test(start_paused = true)]
async fn paths_that_the_scope_leaves_out_are_not_asked_as_landing_pages_either() {
    let web = Arc::new(Web::default().page(SEED, "a /cart/1\na http://out.test/cart\na /shop"));
    let mut brief = brief(&[SEED]);
    brief.scope.excluded_paths = vec!["/cart".to_owned()];
    let mut shelf = Shelf::new(brief);
    crawl(&web, &mut shelf).await;
    assert_eq!(shelf.addresses(), [SEED, "http://a.test/shop"]);
}

#[tokio::test(start_paused = true)]
async fn forms_are_followed_unless_a_shopper_posts_them() {
    let page = "form /search <form method=get>\nform /plain <form>\n\
                form /buy <form data-method=x METHOD = 'Post'>\nsubmitted /moved <form method=post>";
    let shelf = crawled(Web::default().page(SEED, page)).await;
    let expected = ["/", "/search", "/plain", "/moved"].map(|path| format!("http://a.test{path}"));
    assert_eq!(shelf.addresses(), expected);
}

#[tokio::test(start_paused = true)]
async fn a_long_menu_of_a_landing_page_does_not_hide_its_concealed_way() {
    let menu: String = (0..21)
        .map(|site| format!("a http://site{site}.test/\n"))
        .collect();
    let web = Web::default().page(SEED, "a http://out.test/").page(
        "http://out.test/",
        &format!("{menu}hidden http://secret.test/"),
    );
    let shelf = crawled(web).await;
    assert_eq!(counted(&shelf, "http://site0.test/"), "not offered");
    assert_eq!(counted(&shelf, "http://secret.test/"), "2 0 2 out");
}

#[tokio::test(start_paused = true)]
async fn a_gate_on_a_landing_page_is_passed() {
    let web = Web::default()
        .page(SEED, "a http://out.test/")
        .page("http://out.test/", "kind gate\na /enter");
    let shelf = crawled(web).await;
    assert_eq!(counted(&shelf, "http://out.test/enter"), "2 0 2 out");
}

#[tokio::test(start_paused = true)]
async fn a_redirect_loop_is_two_entries() {
    let web = Web::default()
        .redirect(SEED, "/b")
        .redirect("http://a.test/b", "/");
    let shelf = crawled(web).await;
    assert_eq!(shelf.addresses(), [SEED, "http://a.test/b"]);
}

#[tokio::test(start_paused = true)]
async fn an_endless_chain_of_redirects_ends_with_an_entry_that_is_declined() {
    let mut web = Web::default().redirect(SEED, "/1");
    for step in 1..40 {
        web = web.redirect(&format!("http://a.test/{step}"), &format!("/{}", step + 1));
    }
    let shelf = crawled(web).await;
    assert_eq!(shelf.addresses().len(), 22);
    assert_eq!(shelf.outcome("http://a.test/20"), "302");
    assert_eq!(shelf.outcome("http://a.test/21"), "endless-redirects");
}

#[tokio::test(start_paused = true)]
async fn an_address_that_is_too_deep_is_declined() {
    let web = Arc::new(
        Web::default()
            .page(SEED, "a /one")
            .page("http://a.test/one", "a /two"),
    );
    let mut brief = brief(&[SEED]);
    brief.budget.depth = 1;
    let mut shelf = Shelf::new(brief);
    crawl(&web, &mut shelf).await;
    assert_eq!(shelf.outcome("http://a.test/two"), "depth");
    assert_eq!(web.pages_asked().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_list_of_a_hundred_pages_is_no_deeper_than_its_first_one() {
    let mut web = Web::default().page(SEED, "a /list?page=1");
    for page in 1..101 {
        let lines = format!("a /item/x{page}\na /list?page={}", page + 1);
        web = web.page(&format!("http://a.test/list?page={page}"), &lines);
    }
    let mut brief = brief(&[SEED]);
    brief.budget.depth = 2;
    let mut shelf = Shelf::new(brief);
    crawl(&Arc::new(web), &mut shelf).await;
    assert_eq!(shelf.outcome("http://a.test/list?page=100"), "200");
    assert_eq!(shelf.outcome("http://a.test/item/x100"), "404");
    assert_eq!(shelf.offer_of("http://a.test/item/x100").unwrap().depth, 2);
}

#[tokio::test(start_paused = true)]
async fn what_the_fetcher_declines_is_recorded() {
    let web = Web::default()
        .page(SEED, "a http://private.test/\na http://lost.test/")
        .declined("http://private.test/robots.txt", Declined::Address)
        .unreachable("http://lost.test/", Unreachable::Timeout);
    let shelf = crawled(web).await;
    assert_eq!(shelf.outcome("http://private.test/"), "address");
    assert_eq!(shelf.outcome("http://lost.test/"), "timeout");
}

#[tokio::test(start_paused = true)]
async fn addresses_that_look_like_a_trap_are_counted_and_not_offered() {
    let long = "x".repeat(2_048);
    let page = format!("a /{long}\na /a/a/a/b\na /a/a/b/a\na /good\na /a/a/a/b");
    let web = Arc::new(Web::default().page(SEED, &page));
    let mut shelf = Shelf::new(brief(&[SEED]));
    let heard = crawl(&web, &mut shelf).await;
    assert_eq!(heard[1], format!("not offered {SEED} 2"));
    assert_eq!(shelf.addresses().len(), 3);
    let refused = shelf.steps[0].refused[0];
    assert_eq!(
        (refused.why.as_str(), refused.addresses),
        ("address-length", 1)
    );
    assert_eq!(shelf.withheld(model::Declined::Path), 1);
}

#[tokio::test(start_paused = true)]
async fn a_document_that_breaks_the_reader_is_noted_and_the_crawl_goes_on() {
    let web = Web::default()
        .page(SEED, "a /bad\na /good")
        .page("http://a.test/bad", "break the reader");
    let shelf = crawled(web).await;
    assert_eq!(shelf.outcome("http://a.test/good"), "404");
    let facts = shelf.steps[1].observed[0].facts.as_ref().unwrap();
    assert_eq!(facts.notes.len(), 1);
}
