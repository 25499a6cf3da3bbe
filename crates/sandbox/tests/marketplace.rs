//! The generated marketplace: what it promises of its answers, and its truth checked by a second reader
//! that knows nothing of how a page was made: it fetches, undoes every disguise it can think of by brute
//! force, and looks whether the next address is there.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may fail loudly, its helpers as well, and writes a site"
)]

mod reader;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use model::{HopKind, PageUrl, Technique};
use reader::{Reader, addresses};
use sidedoor_sandbox::{
    LookAlikeKind, Marketplace, MarketplaceError, PlantedPath, Question, SiteScript, Split,
    StorefrontTemplate, served_techniques,
};

fn market(listings: u64, split: Split) -> Marketplace {
    Marketplace::new(listings, 7, split).unwrap()
}

fn planted(market: &Marketplace) -> Vec<PlantedPath> {
    market.planted().map(Result::unwrap).collect()
}

#[test]
fn every_step_of_every_planted_path_leads_where_the_truth_says() {
    for &split in Split::ALL {
        let market = market(5_000, split);
        let reader = Reader::of(&market);
        let mut wrong = Vec::new();
        for path in planted(&market) {
            for hop in &path.hops {
                if !reader.finds(hop, path.vantage) {
                    wrong.push(format!(
                        "{:?} {:?} {} -> {}",
                        path.techniques, hop.kind, hop.from, hop.to
                    ));
                }
            }
        }
        assert!(
            wrong.is_empty(),
            "{}: {:#?}",
            wrong.len(),
            &wrong[..wrong.len().min(12)]
        );
    }
}

#[test]
fn a_planted_path_begins_at_its_listing_and_ends_in_its_target() {
    for &split in Split::ALL {
        for path in planted(&market(4_000, split)) {
            assert_eq!(path.hops.first().unwrap().from, path.listing);
            assert_eq!(path.hops.last().unwrap().to, path.target);
            assert!(path.hops.windows(2).all(|two| two[0].to == two[1].from));
            assert!((1..=6).contains(&path.hops.len()), "{path:?}");
            let all: BTreeSet<Technique> = path
                .hops
                .iter()
                .flat_map(|hop| hop.techniques.clone())
                .collect();
            assert_eq!(path.techniques, all.into_iter().collect::<Vec<_>>());
            assert!(!path.techniques.is_empty());
        }
    }
}

#[test]
fn what_needs_a_vantage_is_not_seen_without_it() {
    let market = market(30_000, Split::Dev);
    let reader = Reader::of(&market);
    let mut count = 0;
    for path in planted(&market)
        .iter()
        .filter(|path| path.vantage.is_some())
    {
        let last = path
            .hops
            .iter()
            .find(|hop| hop.kind == HopKind::HttpRedirect && hop.techniques.len() > 1)
            .unwrap();
        assert!(!reader.finds(last, None), "{last:?}");
        count += 1;
    }
    assert!(count > 10);
}

/// From an honest listing no chain of outside addresses, however disguised, ends where planted paths do,
/// but for what the template of one storefront conceals.
#[test]
fn no_honest_listing_leads_where_planted_paths_end() {
    for &split in Split::ALL {
        let market = market(220, split);
        let reader = Reader::of(&market);
        let paths = planted(&market);
        let bad: BTreeSet<String> = paths
            .iter()
            .map(|path| path.target.host().as_str().to_owned())
            .collect();
        let own: BTreeSet<String> = market
            .template_plants()
            .unwrap()
            .iter()
            .map(|plant| plant.target.as_str().to_owned())
            .collect();
        let guilty: BTreeSet<&PageUrl> = paths.iter().map(|path| &path.listing).collect();
        for listing in listings(&market).iter().filter(|one| !guilty.contains(one)) {
            let mut seen = BTreeSet::from([listing.as_str().to_owned()]);
            let mut open = VecDeque::from([(listing.as_str().to_owned(), 0)]);
            while let Some((address, depth)) = open.pop_front() {
                for next in reader.leads_to(&address) {
                    let host = next.split('/').nth(2).unwrap_or_default();
                    if own.contains(&next) || reader.is_storefront(host) {
                        continue;
                    }
                    assert!(
                        !bad.contains(host),
                        "{split:?}: {listing} over {address} to {next}"
                    );
                    if depth < 7 && seen.insert(next.clone()) {
                        open.push_back((next, depth + 1));
                    }
                }
            }
        }
    }
}

/// A way that begins on the page of a seller is that of every listing that links to this page.
#[test]
fn the_way_of_a_sellers_page_is_shared_by_all_listings_that_link_to_it() {
    let mut sharing = 0;
    for &split in Split::ALL {
        let market = market(6_000, split);
        let reader = Reader::of(&market);
        let (shared, own): (Vec<_>, Vec<_>) = planted(&market)
            .into_iter()
            .partition(|path| path.hops[0].techniques.contains(&Technique::SELLER_PAGE));
        assert!(own.iter().all(|path| path.shared_with.is_empty()));
        let all = listings(&market);
        for path in &shared {
            let page = path.hops[0].to.as_str();
            let (section, _) = page.split_once("seller/").unwrap();
            let mut others: Vec<PageUrl> = (all.iter())
                .filter(|one| **one != path.listing && one.as_str().starts_with(section))
                .filter(|one| reader.plain_links(one.as_str()).contains(page))
                .cloned()
                .collect();
            others.sort_unstable();
            assert_eq!(path.shared_with, others, "{split:?}: {}", path.listing);
            sharing += others.len();
        }
    }
    assert!(sharing > 1, "{sharing}");
}

/// Every listing, by the sitemaps.
fn listings(market: &Marketplace) -> Vec<PageUrl> {
    let reader = Reader::of(market);
    let mut listings = Vec::new();
    for seed in &market.truth().unwrap().seeds {
        let index = reader.body(&format!("{seed}sitemap.xml"));
        for map in addresses(&index) {
            listings.extend(
                addresses(&reader.body(&map))
                    .iter()
                    .filter_map(|one| PageUrl::parse(one).ok()),
            );
        }
    }
    listings.sort();
    listings.dedup();
    listings.retain(|listing| !listing.as_str().contains("sitemaps.org"));
    listings
}

#[test]
fn the_sitemaps_name_every_listing_once() {
    assert_eq!(listings(&market(731, Split::Dev)).len(), 731);
}

#[test]
fn the_links_of_the_front_pages_reach_every_listing_but_orphans_and_what_is_for_adults() {
    for &split in Split::ALL {
        let market = market(420, split);
        let reader = Reader::of(&market);
        let mut seen: BTreeSet<String> = market
            .truth()
            .unwrap()
            .seeds
            .iter()
            .map(|seed| seed.as_str().to_owned())
            .collect();
        let mut open: VecDeque<String> = seen.iter().cloned().collect();
        while let Some(address) = open.pop_front() {
            if !reader.is_storefront(address.split('/').nth(2).unwrap_or_default()) {
                continue;
            }
            for next in reader.plain_links(&address) {
                if seen.insert(next.clone()) {
                    open.push_back(next);
                }
            }
        }
        let orphan: Technique = "C09".parse().unwrap();
        let mut hidden: BTreeSet<PageUrl> = market
            .look_alikes()
            .map(Result::unwrap)
            .filter(|one| one.kind == LookAlikeKind::GatedGoods)
            .map(|one| one.listing)
            .collect();
        hidden.extend(
            planted(&market)
                .into_iter()
                .filter(|path| path.techniques.contains(&orphan))
                .map(|path| path.listing),
        );
        let missed: Vec<_> = listings(&market)
            .into_iter()
            .filter(|one| !seen.contains(one.as_str()) && !hidden.contains(one))
            .collect();
        assert!(missed.is_empty(), "{missed:#?}");
    }
}

#[test]
fn every_plain_link_between_hosts_of_the_marketplace_is_answered() {
    for &split in Split::ALL {
        let market = market(300, split);
        let reader = Reader::of(&market);
        let mut wrong = BTreeSet::new();
        let mut asked = BTreeSet::new();
        for served in market.served() {
            let from = format!("http://{}{}", served.host, served.target);
            for next in reader.plain_links(&from) {
                if asked.insert(next.clone())
                    && reader.is_ours(&next)
                    && reader.status(&next) >= 400
                {
                    wrong.insert(format!("{from} -> {next}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{} {wrong:#?}", wrong.len());
    }
}

#[test]
fn combinations_of_techniques_belong_to_one_half() {
    let combinations = |split| -> BTreeSet<Vec<Technique>> {
        planted(&market(60_000, split))
            .into_iter()
            .map(|path| path.techniques)
            .filter(|techniques| techniques.len() > 1)
            .collect()
    };
    let (dev, test) = (combinations(Split::Dev), combinations(Split::Test));
    assert!(dev.len() > 300 && test.len() > 300);
    assert_eq!(dev.intersection(&test).next(), None);
}

#[test]
fn every_served_technique_is_planted_in_both_halves() {
    for &split in Split::ALL {
        let found: BTreeSet<Technique> = planted(&market(60_000, split))
            .into_iter()
            .flat_map(|path| path.techniques)
            .collect();
        let missing: Vec<String> = served_techniques()
            .iter()
            .filter(|one| one.is_served && !found.contains(&one.technique))
            .map(|one| one.technique.to_string())
            .collect();
        assert!(missing.is_empty(), "{split:?}: {missing:?}");
    }
}

/// The ids of the first column of the tables of a page of the docs, with the second column.
fn rows(page: &str) -> Vec<(String, String)> {
    let path = format!("{}/../../docs/{page}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path)
        .unwrap()
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split_once(" | "))
        .filter(|(id, _)| id.parse::<Technique>().is_ok())
        .map(|(id, rest)| (id.to_owned(), rest.trim_end_matches(" |").to_owned()))
        .collect()
}

#[test]
fn every_technique_of_the_docs_has_an_entry_and_the_docs_of_the_benchmark_say_how_each_is_served() {
    let entries: Vec<String> = served_techniques()
        .iter()
        .map(|one| one.technique.to_string())
        .collect();
    let documented: Vec<String> = rows("techniques.md")
        .into_iter()
        .map(|(id, _)| id)
        .collect();
    assert_eq!(entries, documented);
    let told: Vec<(String, String)> = served_techniques()
        .iter()
        .map(|one| {
            let served = if one.is_served { "yes" } else { "no" };
            (one.technique.to_string(), format!("{served} | {}", one.how))
        })
        .collect();
    let lines: String = told
        .iter()
        .map(|(id, rest)| format!("| {id} | {rest} |\n"))
        .collect();
    assert_eq!(rows("benchmark.md"), told, "the table should be\n{lines}");
}

#[test]
fn lengths_zones_and_spellings_have_their_shares() {
    let paths = planted(&market(50_000, Split::Test));
    let share = |holds: &dyn Fn(&PlantedPath) -> bool| {
        100 * paths.iter().filter(|path| holds(path)).count() / paths.len()
    };
    assert!((1_500..2_500).contains(&paths.len()), "{}", paths.len());
    assert!((20..45).contains(&share(&|path| path.hops.len() == 1)));
    assert!((1..8).contains(&share(&|path| path.hops.len() == 6)));
    assert!((15..35).contains(&share(&|path| path.evasive)));
    assert!((5..30).contains(&share(
        &|path| path.zone == sidedoor_sandbox::PlantedZone::Template
    )));
    assert!((2..15).contains(&share(&|path| path.browser)));
    for &template in StorefrontTemplate::ALL {
        assert!(share(&|path| path.template == template) > 15);
    }
}

#[test]
fn the_halves_share_no_host() {
    let hosts = |split| -> BTreeSet<String> {
        market(10, split)
            .truth()
            .unwrap()
            .hosts
            .into_iter()
            .collect()
    };
    assert!(hosts(Split::Dev).is_disjoint(&hosts(Split::Test)));
}

/// What is written as a site tells the same as what is served from the seed, to every guise.
#[test]
fn a_marketplace_that_is_written_answers_as_the_one_that_is_served() {
    let market = market(150, Split::Test);
    let folder = tempfile::tempdir().unwrap();
    let mut table = String::new();
    let mut files = 0;
    for served in market.served() {
        let (line, bodies) = served.kept(files);
        for (path, body) in &bodies {
            let file = folder.path().join(path);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, body).unwrap();
        }
        files += bodies.len() as u64;
        table += &format!("{}\n", serde_json::to_string(&line).unwrap());
    }
    let hosts: String = market
        .hosts()
        .iter()
        .map(|host| format!("\n[[host]]\nname = \"{}\"\n", host.as_str()))
        .collect();
    std::fs::write(folder.path().join("answers.jsonl"), table).unwrap();
    std::fs::write(
        folder.path().join("site.toml"),
        format!("answers = \"answers.jsonl\"\n{hosts}"),
    )
    .unwrap();
    std::fs::write(
        folder.path().join("expected.json"),
        serde_json::to_vec(market.expected()).unwrap(),
    )
    .unwrap();
    let site = SiteScript::read(folder.path()).unwrap();
    let guises: [&[(&str, &str)]; 5] = [
        &[],
        &[("user-agent", "Googlebot")],
        &[("user-agent", "Mobile"), ("cookie", "seen=1; consent=1")],
        &[
            ("referer", "https://www.google.com/"),
            ("accept-language", "de"),
        ],
        &[("cookie", "adult=verified")],
    ];
    for served in market.served() {
        for guise in guises {
            let headers: Vec<(String, String)> = guise
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect();
            let question = Question {
                host: &served.host,
                target: &served.target,
                headers: &headers,
            };
            assert_eq!(
                site.answer(&question),
                market.answer(&question),
                "{} {}",
                served.host,
                served.target
            );
        }
    }
}

#[test]
fn a_marketplace_has_at_least_one_listing() {
    assert!(matches!(
        Marketplace::new(0, 1, Split::Dev),
        Err(MarketplaceError::Listings(0))
    ));
}

/// The first page of a marketplace of a million listings is made without the others.
#[test]
fn the_last_listing_of_a_million_is_answered() {
    let market = market(1_000_000, Split::Test);
    let reader = Reader::of(&market);
    let mut answered = 0;
    for path in ["item", "p", "view.asp"] {
        for host in reader.storefronts() {
            for lang in ["en", "de", "fr", "es", "it", "pl", "zh"] {
                let status = reader.status(&format!("http://{host}/{lang}/{path}/999999"));
                answered += usize::from(status < 400);
            }
        }
    }
    assert_eq!(answered, 1);
}

#[test]
fn every_page_is_rendered() {
    let market = market(300, Split::Dev);
    let mut kinds: BTreeMap<u16, u32> = BTreeMap::new();
    for served in market.served() {
        for answer in &served.answers {
            let text = String::from_utf8_lossy(answer.body());
            assert!(
                !text.contains("does not render"),
                "{} {}: {text}",
                served.host,
                served.target
            );
            *kinds.entry(answer.status()).or_default() += 1;
        }
    }
    assert!(kinds[&200] > 5_000 && kinds[&302] > 10, "{kinds:?}");
}

/// To be renewed when words, templates or constructs change: published figures name the release.
#[test]
fn the_answers_are_the_same_on_every_machine() {
    use sha2::Digest as _;

    let mut digest = sha2::Sha256::new();
    for &split in Split::ALL {
        let market = market(300, split);
        let mut all: Vec<_> = market.served().collect();
        all.sort_by(|one, other| (&one.host, &one.target).cmp(&(&other.host, &other.target)));
        for served in all {
            digest.update(format!("{} {}\n", served.host, served.target));
            let (line, bodies) = served.kept(0);
            digest.update(serde_json::to_string(&line).unwrap());
            for (_, body) in bodies {
                digest.update(body);
            }
        }
    }
    let hex: String = digest
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(
        hex,
        "36ebea4a60a53dd3d5be836fd3493bbcf990a6cf26430e3731ebd08ef16c3241"
    );
}
