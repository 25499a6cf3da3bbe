//! The pages and files of a storefront.

use super::host::HostKind;
use super::numbering::{self, Section};
use super::plant::document;
use super::plant::draft::escaped;
use super::route::{file, query};
use super::served::ServedAnswer;
use super::truth::StorefrontTemplate;
use super::{Marketplace, Purpose, listing, lists, page};
use crate::goods::PageLanguage;

/// Listings of one sitemap.
pub(super) const SITEMAP: u64 = 5_000;

/// A page of a storefront.
pub(super) fn storefront(
    market: &Marketplace,
    template: StorefrontTemplate,
    target: &str,
) -> Option<Vec<ServedAnswer>> {
    let path = target.split('?').next().unwrap_or_default();
    if let Some(answer) = furniture(market, template, path) {
        return Some(answer);
    }
    let (tag, rest) = path.strip_prefix('/')?.split_once('/')?;
    let language = *PageLanguage::ALL
        .iter()
        .find(|language| language.as_str() == tag)?;
    let section = Section { template, language };
    let page = |html: String| Some(vec![ServedAnswer::page(html)]);
    if rest.is_empty() {
        return page(lists::front(market, section));
    }
    let (head, tail) = rest.split_once('/').unwrap_or((rest, ""));
    let number = || tail.parse::<u64>().ok();
    match head {
        "d" => page(lists::department(market, section, number()?)?),
        "c" => {
            let leaf = number()?;
            if market.tongue(language).leaves().is_gated(leaf) {
                return Some(gated(section, path, lists::leaf(market, section, leaf, 0)?));
            }
            let at = query(target, "page").map_or(Some(1), |text| text.parse::<u64>().ok())?;
            page(lists::leaf(market, section, leaf, at.checked_sub(1)?)?)
        }
        "seller" => page(lists::seller(market, section, number()?)?),
        "search" => page(lists::search(
            market,
            section,
            query(target, "q").unwrap_or_default(),
        )),
        "help" | "login" | "cart" | "age" | "ads" => {
            page(corner(market, section, path, head, tail)?)
        }
        "media" => media(market, section, path, tail),
        _ => item(market, section, path, tail.parse().ok()?),
    }
}

/// For adults only: the page for who has shown a paper, the way to the gate for everybody else.
fn gated(section: Section, path: &str, html: String) -> Vec<ServedAnswer> {
    let mut shown = ServedAnswer::page(html);
    shown.when.cookie_contains = Some("adult=verified".to_owned());
    let to = format!("/{}/age?next={path}", section.language.as_str());
    vec![shown, ServedAnswer::redirect(to)]
}

fn item(
    market: &Marketplace,
    section: Section,
    path: &str,
    number: u64,
) -> Option<Vec<ServedAnswer>> {
    if number >= market.listings
        || Section::of(number) != section
        || listing::path_of(number) != path
    {
        return None;
    }
    let plan = market.plan(number);
    let html = listing::html(market, number, plan.as_ref());
    if page::is_gated(market, number) {
        return Some(gated(section, path, html));
    }
    let mut answer = ServedAnswer::page(html);
    if let Some(plan) = plan.filter(|plan| !plan.on_seller) {
        for (name, value) in plan.construct.headers {
            answer.headers.push((name.to_owned(), value));
        }
    }
    Some(vec![answer])
}

/// A seller's own file.
fn media(
    market: &Marketplace,
    section: Section,
    path: &str,
    tail: &str,
) -> Option<Vec<ServedAnswer>> {
    let number: u64 = tail.split('/').next()?.parse().ok()?;
    if number >= market.listings || Section::of(number) != section {
        return None;
    }
    let address = listing::storefront(market, section) + path;
    file(market, number, &address)
}

/// What a storefront has besides its pages, and its front door.
fn furniture(
    market: &Marketplace,
    template: StorefrontTemplate,
    path: &str,
) -> Option<Vec<ServedAnswer>> {
    let base = format!("http://{}", market.host(HostKind::Storefront(template), 0));
    let one = |answer: ServedAnswer| Some(vec![answer]);
    if path == "/" {
        return Some(front_door(market, template));
    }
    if path == "/accept" {
        let mut answer = ServedAnswer::redirect("/en/".to_owned());
        answer
            .headers
            .push(("Set-Cookie".to_owned(), "consent=1; Path=/".to_owned()));
        return one(answer);
    }
    if path == "/sitemap.xml" {
        return one(ServedAnswer::of(
            "application/xml",
            sitemap_index(market, &base),
        ));
    }
    if let Some(number) = path
        .strip_prefix("/sitemap-")
        .and_then(|rest| rest.strip_suffix(".xml"))
    {
        let number: u64 = number.parse().ok()?;
        return one(ServedAnswer::of(
            "application/xml",
            sitemap(market, template, &base, number)?,
        ));
    }
    if let Some(number) = path
        .strip_prefix("/pic/")
        .and_then(|rest| rest.strip_suffix(".svg"))
    {
        let (listing, place) = number.split_once('-')?;
        let (listing, place): (u64, u64) = (listing.parse().ok()?, place.parse().ok()?);
        let is_ours = listing < market.listings && place < 8;
        return is_ours.then(|| {
            vec![ServedAnswer::of(
                "image/svg+xml",
                document::drawing(listing * 8 + place),
            )]
        });
    }
    match path {
        "/ads.json" => one(ServedAnswer::of(
            "application/json",
            advertisements(market, template, &base),
        )),
        "/static/dot.svg" => one(ServedAnswer::of("image/svg+xml", document::drawing(0))),
        _ if path
            == format!(
                "/static/{}-{}.css",
                template.as_str(),
                market.split.as_str()
            ) =>
        {
            one(ServedAnswer::of(
                "text/css; charset=utf-8",
                theme(market, template),
            ))
        }
        _ => None,
    }
}

/// The front page of a storefront: languages; the utility one asks for consent first, once.
fn front_door(market: &Marketplace, template: StorefrontTemplate) -> Vec<ServedAnswer> {
    let section = Section {
        template,
        language: PageLanguage::English,
    };
    let home = ServedAnswer::page(lists::front(market, section));
    if template != StorefrontTemplate::Utility {
        return vec![home];
    }
    let phrases = &market.tongue(section.language).phrases;
    let languages: String = PageLanguage::ALL
        .iter()
        .map(|language| format!("<li><a href=\"/{0}/\">{0}</a></li>", language.as_str()))
        .collect();
    let wall = lists::plain(
        market,
        section,
        "/",
        &phrases.cookies,
        format!(
            "<p><a href=\"/accept\">{}</a></p><ul>{languages}</ul>\n",
            escaped(&phrases.accept)
        ),
    );
    let mut home = home;
    home.when.cookie_contains = Some("consent=1".to_owned());
    vec![home, ServedAnswer::page(wall)]
}

fn sitemap_index(market: &Marketplace, base: &str) -> String {
    let entries: String = (0..market.listings.div_ceil(SITEMAP))
        .map(|number| format!("<sitemap><loc>{base}/sitemap-{number}.xml</loc></sitemap>\n"))
        .collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n{entries}</sitemapindex>\n"
    )
}

fn sitemap(
    market: &Marketplace,
    template: StorefrontTemplate,
    base: &str,
    number: u64,
) -> Option<String> {
    let start = number
        .checked_mul(SITEMAP)
        .filter(|start| *start < market.listings)?;
    let entries: String = (start..(start + SITEMAP).min(market.listings))
        .filter(|listing| Section::of(*listing).template == template)
        .map(|listing| {
            format!(
                "<url><loc>{base}{}</loc></url>\n",
                listing::path_of(listing)
            )
        })
        .collect();
    Some(format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n{entries}</urlset>\n"
    ))
}

/// The repository of advertisements, as Article 39 of the Digital Services Act asks for one: a hundred.
fn advertisements(market: &Marketplace, template: StorefrontTemplate, base: &str) -> String {
    let rows: Vec<serde_json::Value> = (0..100.min(market.listings))
        .filter(|listing| Section::of(*listing).template == template)
        .map(|listing| {
            let section = Section::of(listing);
            let mut chance = market.chance(Purpose::Honest, 1 << 50 | listing);
            let host = market.host(HostKind::Honest(section.language), chance.below(6));
            serde_json::json!({
                "id": format!("ad-{listing}"),
                "content": host,
                "product": listing::sold(market, listing).name,
                "advertiser": listing::seller_name(market, section, numbering::seller(Section::turn(listing))),
                "payer": host,
                "from": "2025-11-01",
                "until": "2025-12-31",
                "landing": format!("http://{host}/p/{}", chance.below(20)),
                "reach": { "EU": 1_000 + chance.below(9_000) },
            })
        })
        .collect();
    serde_json::json!({ "platform": base, "ads": rows }).to_string()
}

/// The sheet of a storefront.
fn theme(market: &Marketplace, template: StorefrontTemplate) -> String {
    let mut chance = market.chance(Purpose::Theme, template as u64);
    let (hue, width) = (chance.below(360), 900 + chance.below(300));
    let dev = market.split == crate::goods::Split::Dev;
    let class = |one: &'static str, other: &'static str| if dev { one } else { other };
    match template {
        StorefrontTemplate::Classic => format!(
            "body{{font-family:sans-serif;color:#222;background:#fff;max-width:{width}px;margin:auto}}a{{color:hsl({hue},60%,35%)}}.{0}{{position:absolute;left:-9999px}}.{0}:focus{{position:static}}.{1} ul ul,.{2}{{display:none}}.{1} li:hover .{2}{{display:block}}.{3}{{list-style:none;display:grid;grid-template-columns:repeat(4,1fr)}}.{4}{{font-weight:bold}}\n",
            class("skip-link", "jump"),
            class("main-menu", "departments"),
            class("submenu", "flyout"),
            class("product-grid", "shelf"),
            class("price", "cost"),
        ),
        StorefrontTemplate::Utility => ".hidden{display:none}.block{display:block}.absolute{position:absolute}.relative{position:relative}.group:hover .group-hover\\:block{display:block}.flex{display:flex}.grid{display:grid}.sticky{position:sticky}.top-0{top:0}.px-6{padding:0 1.5rem}.font-bold{font-weight:700}.text-sm{font-size:.875rem}.text-xs{font-size:.75rem}.hover\\:underline:hover{text-decoration:underline}.order-2{order:2}.w-96{width:24rem}.aspect-square{aspect-ratio:1}.overflow-x-auto{overflow-x:auto}.line-clamp-2{overflow:hidden}\n".to_owned(),
        StorefrontTemplate::Table => "td{vertical-align:top}\n".to_owned(),
    }
}

/// Help, log-in, cart, gate: pages in the corners of a storefront.
fn corner(
    market: &Marketplace,
    section: Section,
    path: &str,
    head: &str,
    tail: &str,
) -> Option<String> {
    let tongue = market.tongue(section.language);
    let (phrases, words) = (&tongue.phrases, &tongue.words);
    let lines: String = words
        .neutral
        .iter()
        .map(|line| format!("<p>{}</p>\n", escaped(line)))
        .collect();
    let (title, html) = match head {
        "help" => {
            let number: usize = tail.parse().ok()?;
            let title = words.footer.get(number.checked_sub(1)?)?;
            (title.clone(), lines)
        }
        "login" => (
            phrases.sign_in.clone(),
            format!(
                "<form method=\"post\" action=\"{path}\"><input name=\"mail\"><input type=\"password\" name=\"word\"><button>{}</button></form>\n",
                escaped(&phrases.sign_in)
            ),
        ),
        "cart" => (
            phrases.basket.clone(),
            format!("<p>{}</p>\n", escaped(&phrases.basket)),
        ),
        "ads" => (
            phrases.sponsored.clone(),
            "<p><a href=\"/ads.json\">JSON</a></p>\n".to_owned(),
        ),
        _ => {
            let check = market.host(HostKind::AgeCheck, 0);
            (
                phrases.age.clone(),
                format!(
                    "<form action=\"http://{check}/verify\" method=\"post\"><label>{} <input name=\"document\"></label><label><input type=\"date\" name=\"birth\"></label><button>{}</button></form>\n",
                    escaped(&phrases.age),
                    escaped(&phrases.age_yes)
                ),
            )
        }
    };
    Some(lists::plain(market, section, path, &title, html))
}
