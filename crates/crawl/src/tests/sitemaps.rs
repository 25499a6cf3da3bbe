//! Sitemaps: pages to which no link leads.

use std::io::Write;
use std::sync::Arc;

use case::FoundBy;
use model::{Brief, Sitemaps};

use super::crawl;
use super::shelf::Shelf;
use super::web::{Web, answered, brief};

const SEED: &str = "http://a.test/";

fn reading() -> Brief {
    Brief {
        sitemaps: Sitemaps::Read,
        ..brief(&[SEED])
    }
}

async fn crawled(web: Web) -> (Arc<Web>, Shelf) {
    let (web, mut shelf) = (Arc::new(web), Shelf::new(reading()));
    crawl(&web, &mut shelf).await;
    (web, shelf)
}

#[tokio::test(start_paused = true)]
async fn what_only_a_sitemap_names_is_visited_last_and_marked() {
    let map = "<urlset>\nentry /linked\nentry /orphan\nentry http://b.test/elsewhere\n";
    let web = Web::default()
        .page(SEED, "a /linked\na /other")
        .page("http://a.test/orphan", "a /behind")
        .page("http://a.test/sitemap.xml", map);
    let (web, shelf) = crawled(web).await;
    assert_eq!(
        shelf.addresses(),
        [
            SEED,
            "http://a.test/linked",
            "http://a.test/other",
            "http://a.test/orphan",
            "http://a.test/behind"
        ]
    );
    let found = |address: &str| shelf.offer_of(address).unwrap().found_by;
    assert_eq!(found(SEED), FoundBy::Seed);
    assert_eq!(found("http://a.test/linked"), FoundBy::Link);
    assert_eq!(found("http://a.test/orphan"), FoundBy::Sitemap);
    assert_eq!(found("http://a.test/behind"), FoundBy::Link);
    assert!(shelf.side("http://a.test/sitemap.xml").is_some());
    assert!(
        !web.pages_asked()
            .iter()
            .any(|asked| asked.ends_with(".xml"))
    );
}

#[tokio::test(start_paused = true)]
async fn indexes_packed_files_and_lines_of_text_are_read() {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(b"<urlset>\nentry /packed\n").unwrap();
    let packed = packer.finish().unwrap();
    let mut reply = answered(200, &[("content-type", "application/gzip")], "");
    if let model::Reply::Answered(answer) = &mut reply {
        answer.body = packed.clone().into();
        answer.payload = packed.into();
    }
    let web = Web::default()
        .page(SEED, "")
        .page(
            "http://a.test/robots.txt",
            "sitemap: /index.xml\nSitemap: http://a.test/list.txt\nuser-agent: *\ndisallow: /secret",
        )
        .page(
            "http://a.test/index.xml",
            "<sitemapindex>\nindex /packed.xml.gz\nindex /index.xml\nindex /secret.xml\n\
             index http://evil.test/map.xml\n",
        )
        .page("http://a.test/secret.xml", "<urlset>\nentry /never\n")
        .page("http://evil.test/map.xml", "<urlset>\nentry http://a.test/evil\n")
        .reply("http://a.test/packed.xml.gz", None, reply)
        .page("http://a.test/list.txt", "http://a.test/line\r\n  http://a.test/two \nno address\n");
    let (web, shelf) = crawled(web).await;
    assert_eq!(
        shelf.addresses(),
        [
            SEED,
            "http://a.test/line",
            "http://a.test/two",
            "http://a.test/packed"
        ]
    );
    assert!(
        web.asked()
            .iter()
            .all(|asked| !asked.address.contains("evil.test"))
    );
}

#[tokio::test(start_paused = true)]
async fn a_sitemap_that_is_not_there_is_no_loss() {
    let (web, shelf) = crawled(Web::default().page(SEED, "")).await;
    assert_eq!(shelf.addresses(), [SEED]);
    let maps = web
        .asked()
        .into_iter()
        .filter(|asked| asked.address.ends_with("/sitemap.xml"));
    assert_eq!(maps.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn sitemaps_are_not_asked_for_when_the_brief_says_so() {
    let web = Arc::new(
        Web::default()
            .page(SEED, "")
            .page("http://a.test/sitemap.xml", "<x>\nentry /x"),
    );
    let mut shelf = Shelf::new(brief(&[SEED]));
    crawl(&web, &mut shelf).await;
    assert_eq!(shelf.addresses(), [SEED]);
}

#[tokio::test(start_paused = true)]
async fn a_crawl_that_goes_on_does_not_ask_for_a_sitemap_again() {
    let web = Web::default()
        .page(SEED, "")
        .page("http://a.test/sitemap.xml", "<x>\nentry /x");
    let (web, mut shelf) = crawled(web).await;
    let before = web.asked().len();
    crawl(&web, &mut shelf).await;
    assert_eq!(web.asked().len(), before);
}
