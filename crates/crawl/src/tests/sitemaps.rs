//! Sitemaps: pages to which no link leads.

use std::io::Write;
use std::sync::Arc;

use case::FoundBy;
use model::{Brief, SitemapLoss, Sitemaps, Unreachable};

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

/// What was lost, each as sitemap, word and entries.
fn lost(shelf: &Shelf) -> Vec<String> {
    let losses = shelf.sitemap_losses();
    let tell = |loss: &SitemapLoss| {
        let at = loss.address.as_str().trim_start_matches("http://a.test");
        format!("{at} {} {}", loss.why, loss.entries)
    };
    losses.iter().map(tell).collect()
}

fn packed(body: &[u8], cut_off: usize) -> model::Reply {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(body).unwrap();
    let mut packed = packer.finish().unwrap();
    packed.truncate(packed.len() - cut_off);
    let mut reply = answered(200, &[("content-type", "application/gzip")], "");
    if let model::Reply::Answered(answer) = &mut reply {
        answer.body = packed.clone().into();
        answer.payload = packed.into();
    }
    reply
}

#[tokio::test(start_paused = true)]
async fn what_is_lost_of_a_sitemap_that_is_named_is_kept() {
    let names = [
        "503", "gone", "robots", "self", "round", "far", "html", "torn", "bomb", "gz", "off",
        "void", "long",
    ];
    let listed: String = names
        .iter()
        .map(|name| format!("sitemap: /{name}.xml\n"))
        .collect();
    let robots =
        format!("{listed}sitemap: http://b.test/x.xml\nuser-agent: *\ndisallow: /robots.xml");
    let at = |name: &str| format!("http://a.test/{name}.xml");
    let many: Vec<u8> = (0..2_000_u32)
        .flat_map(|n| format!("entry /tr/{n}x{}\n", n.wrapping_mul(2_654_435_761)).into_bytes())
        .collect();
    let torn = [b"<urlset>\n".as_slice(), &many, b"</urlset>"].concat();
    let bomb = [
        b"<urlset>\n".as_slice(),
        &vec![b' '; 33 << 20],
        b"</urlset>",
    ]
    .concat();
    let long = format!(
        "<urlset>\nentry /{}\nentry /short\n</urlset>",
        "x".repeat(2_100)
    );
    let mut web = Web::default()
        .page(SEED, "")
        .page("http://a.test/robots.txt", &robots)
        .status(&at("503"), 503, &[])
        .status(&at("gone"), 404, &[])
        .redirect(&at("self"), "/self.xml")
        .redirect(&at("round"), "/round2.xml")
        .redirect("http://a.test/round2.xml", "/round.xml")
        .page(&at("html"), "<html>\na /x\n</html>")
        .page(&at("torn"), "<urlset>\nentry /before\nentry /cut")
        .reply(&at("gz"), None, packed(&torn, 200))
        .reply(&at("bomb"), None, packed(&bomb, 0))
        .unreachable(&at("off"), Unreachable::Reset)
        .page(&at("void"), "<urlset></urlset>")
        .page(&at("long"), &long);
    for n in 0..8 {
        let here = if n == 0 {
            at("far")
        } else {
            at(&format!("far{n}"))
        };
        web = web.redirect(&here, &format!("/far{}.xml", n + 1));
    }
    let (_, shelf) = crawled(web).await;
    let mut told = lost(&shelf);
    told.sort();
    let expected = [
        "/503.xml status 503 0",
        "/bomb.xml body cut: decoded-budget 0",
        "/far.xml endless-redirects 0",
        "/gone.xml status 404 0",
        "/gz.xml body cut: broken-coding 0",
        "/html.xml no-sitemap 0",
        "/long.xml address-length 1",
        "/off.xml reset 0",
        "/robots.xml robots 0",
        "/round.xml redirect-loop 0",
        "/self.xml redirect-loop 0",
        "/torn.xml sitemap-truncated 0",
        "http://b.test/x.xml scope 0",
    ];
    assert_eq!(told, expected);
    let found = shelf.addresses();
    for before in [
        "http://a.test/before",
        "http://a.test/tr/0x0",
        "http://a.test/short",
    ] {
        assert!(
            found.contains(&before),
            "{before}: what came before is used"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn sitemaps_and_entries_beyond_the_bounds_are_counted() {
    let index: String = (0..120).map(|n| format!("index /s{n}.xml\n")).collect();
    let mut web = Web::default().page(SEED, "").page(
        "http://a.test/sitemap.xml",
        &format!("<sitemapindex>\n{index}</sitemapindex>"),
    );
    for n in 0..120 {
        let page = format!("<urlset>\nentry /of/{n}\n</urlset>");
        web = web.page(&format!("http://a.test/s{n}.xml"), &page);
    }
    let (_, shelf) = crawled(web).await;
    assert_eq!(lost(&shelf), ["/s99.xml sitemap-files 21"]);
    let mut web = Web::default().page(SEED, "");
    for (n, name) in ["sitemap", "i1", "i2", "i3", "i4"].into_iter().enumerate() {
        let index = format!("<sitemapindex>\nindex /i{}.xml\n</sitemapindex>", n + 1);
        web = web.page(&format!("http://a.test/{name}.xml"), &index);
    }
    let (_, shelf) = crawled(web).await;
    assert_eq!(lost(&shelf), ["/i3.xml sitemap-nesting 1"]);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_lost_where_nobody_names_a_sitemap_and_a_server_that_fails_may_hide_one() {
    for (reply, expected) in [
        (answered(404, &[], ""), vec![]),
        (answered(403, &[], ""), vec![]),
        (answered(200, &[], "<html>our home page</html>"), vec![]),
        (answered(500, &[], ""), vec!["/sitemap.xml status 500 0"]),
        (
            answered(200, &[], "<urlset>\nentry /x"),
            vec!["/sitemap.xml sitemap-truncated 0"],
        ),
    ] {
        let web = Web::default()
            .page(SEED, "")
            .reply("http://a.test/sitemap.xml", None, reply);
        let (_, shelf) = crawled(web).await;
        assert_eq!(lost(&shelf), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_sitemap_that_could_not_be_had_is_asked_for_again_when_the_crawl_goes_on() {
    let web = Web::default()
        .page(SEED, "")
        .page("http://a.test/robots.txt", "sitemap: /map.xml")
        .status("http://a.test/map.xml", 404, &[])
        .status("http://a.test/sitemap.xml", 503, &[]);
    let mut shelf = Shelf::new(reading());
    shelf.brief.budget.retries = 0;
    crawl(&Arc::new(web), &mut shelf).await;
    assert_eq!(
        lost(&shelf),
        ["/map.xml status 404 0", "/sitemap.xml status 503 0"]
    );
    std::thread::sleep(std::time::Duration::from_millis(5));
    let web = Web::default().page("http://a.test/sitemap.xml", "<urlset>\nentry /x\n</urlset>");
    crawl(&Arc::new(web), &mut shelf).await;
    assert_eq!(lost(&shelf), ["/map.xml status 404 0"]);
    assert_eq!(shelf.addresses(), [SEED, "http://a.test/x"]);
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
