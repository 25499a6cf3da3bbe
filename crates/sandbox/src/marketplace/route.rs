//! Which address is which page, and what is told there.

use bytes::Bytes;

use super::host::HostKind;
use super::numbering::{self, Section};
use super::plant::document;
use super::plant::draft::escaped;
use super::plant::onward::{Onward, Standing};
use super::truth::StorefrontTemplate;
use super::{Marketplace, Purpose, listing, outside, page, plan, slug};
use crate::answer::Conditions;
use crate::answers::{KeptAnswer, KeptAnswers};
use crate::goods::PageLanguage;
use crate::{Misbehavior, Question, Reply};

/// Listings of one sitemap.
const SITEMAP: u64 = 5_000;

/// What is told at an address to who meets a condition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServedAnswer {
    pub(crate) when: Conditions,
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
}

/// An address with all that is told there: the first answer whose conditions hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    /// The host.
    pub host: String,
    /// Path and query.
    pub target: String,
    /// The answers, in the order in which they are tried.
    pub answers: Vec<ServedAnswer>,
}

impl ServedAnswer {
    /// A page of HTML.
    pub(super) fn page(html: String) -> Self {
        Self::of("text/html; charset=utf-8", html)
    }

    fn of(media: &str, body: impl Into<Bytes>) -> Self {
        Self {
            status: 200,
            headers: vec![("Content-Type".to_owned(), media.to_owned())],
            body: body.into(),
            ..Self::default()
        }
    }

    fn redirect(to: String) -> Self {
        Self {
            status: 302,
            headers: vec![("Location".to_owned(), to)],
            ..Self::default()
        }
    }

    pub(crate) fn holds(&self, question: &Question<'_>) -> bool {
        self.when.hold(question)
    }

    pub(super) fn into_reply(self) -> Reply {
        Reply {
            status: self.status,
            headers: self.headers,
            body: self.body,
            raw: None,
            misbehavior: Misbehavior::default(),
        }
    }

    /// The status.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// The header fields, in order.
    #[must_use]
    pub fn headers(&self) -> &[(String, String)] {
        &self.headers
    }

    /// The body.
    #[must_use]
    pub const fn body(&self) -> &Bytes {
        &self.body
    }

    /// Whether it is told to whoever asks.
    #[must_use]
    pub fn is_for_all(&self) -> bool {
        self.when.is_empty()
    }
}

impl Served {
    /// The line of a site's table of answers, and the files that are the bodies, numbered from `first`
    /// on: a thousand in each folder.
    #[must_use]
    pub fn kept(&self, first: u64) -> (KeptAnswers, Vec<(String, Bytes)>) {
        let mut files = Vec::new();
        let mut answers = Vec::new();
        for answer in &self.answers {
            let file = (!answer.body.is_empty()).then(|| {
                let number = first + files.len() as u64;
                let path = format!("pages/{}/{number}", number / 1_000);
                files.push((path.clone(), answer.body.clone()));
                path
            });
            answers.push(KeptAnswer {
                when: answer.when.clone(),
                status: answer.status,
                headers: answer.headers.clone(),
                file,
            });
        }
        let line = KeptAnswers {
            host: self.host.clone(),
            target: self.target.clone(),
            answers,
        };
        (line, files)
    }
}

/// What is told at an address; none where there is nothing.
pub(super) fn answers(market: &Marketplace, host: &str, target: &str) -> Option<Vec<ServedAnswer>> {
    let path = target.split('?').next().unwrap_or_default();
    let kind = market.hosts.kind(host)?;
    if path == "/robots.txt" {
        return Some(vec![robots(kind, host)]);
    }
    if let HostKind::Storefront(template) = kind {
        return storefront(market, template, target);
    }
    outer(market, kind, host, target).or_else(|| of_plan(market, host, target))
}

fn robots(kind: HostKind, host: &str) -> ServedAnswer {
    let text = match kind {
        HostKind::Storefront(_) => {
            format!("User-agent: *\nDisallow: /cart\n\nSitemap: http://{host}/sitemap.xml\n")
        }
        _ => "User-agent: *\nDisallow:\n".to_owned(),
    };
    ServedAnswer::of("text/plain; charset=utf-8", text)
}

fn query<'a>(target: &'a str, name: &str) -> Option<&'a str> {
    let (_, query) = target.split_once('?')?;
    query
        .split('&')
        .find_map(|pair| pair.split_once('=').filter(|(key, _)| *key == name))
        .map(|(_, value)| value)
}

/// A page of a storefront.
fn storefront(
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
        return page(page::front(market, section));
    }
    let (head, tail) = rest.split_once('/').unwrap_or((rest, ""));
    let number = || tail.parse::<u64>().ok();
    match head {
        "d" => page(page::department(market, section, number()?)?),
        "c" => {
            let leaf = number()?;
            if market.tongue(language).leaves().is_gated(leaf) {
                return Some(gated(section, path, page::leaf(market, section, leaf, 0)?));
            }
            let at = query(target, "page").map_or(Some(1), |text| text.parse::<u64>().ok())?;
            page(page::leaf(market, section, leaf, at.checked_sub(1)?)?)
        }
        "seller" => page(page::seller(market, section, number()?)?),
        "search" => page(page::search(
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

fn file(market: &Marketplace, listing: u64, address: &str) -> Option<Vec<ServedAnswer>> {
    let plan = market.plan(listing)?;
    let file = plan
        .construct
        .files
        .into_iter()
        .find(|file| file.address == address)?;
    Some(vec![ServedAnswer::of(file.media, file.body)])
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
    let home = ServedAnswer::page(page::front(market, section));
    if template != StorefrontTemplate::Utility {
        return vec![home];
    }
    let phrases = &market.tongue(section.language).phrases;
    let languages: String = PageLanguage::ALL
        .iter()
        .map(|language| format!("<li><a href=\"/{0}/\">{0}</a></li>", language.as_str()))
        .collect();
    let wall = page::plain(
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
    Some(page::plain(market, section, path, &title, html))
}

/// A page of an outside host that belongs to no way.
fn outer(
    market: &Marketplace,
    kind: HostKind,
    host: &str,
    target: &str,
) -> Option<Vec<ServedAnswer>> {
    let path = target.split('?').next().unwrap_or_default();
    let place = market.hosts.place(kind, host);
    let page = |html: String| Some(vec![ServedAnswer::page(html)]);
    if path.starts_with("/i/") && path.ends_with(".svg") {
        let number = path
            .trim_start_matches("/i/")
            .trim_end_matches(".svg")
            .parse()
            .ok()?;
        return Some(vec![ServedAnswer::of(
            "image/svg+xml",
            document::drawing(number),
        )]);
    }
    match kind {
        HostKind::Shop(language) => page(outside::shop(market, language, place, path)?),
        HostKind::Honest(language) => page(outside::honest(market, language, place, path)?),
        HostKind::Press(language) => page(outside::press(market, language, path)?),
        HostKind::Forum => page(outside::forum(market, place as u64, path)?),
        HostKind::Channel if path.starts_with("/@") => {
            page(outside::channel_page(market, place, path)?)
        }
        HostKind::GatedShop(language) if path == "/age" || path == "/" => {
            page(outside::gate(market, language, host))
        }
        HostKind::GatedShop(_) if path.starts_with("/p/") => {
            Some(vec![ServedAnswer::redirect(format!("/age?next={path}"))])
        }
        HostKind::Tracker if path == "/px.gif" => {
            Some(vec![ServedAnswer::of("image/gif", document::pixel())])
        }
        HostKind::Network if path == "/c" => {
            let to = decoded(query(target, "url")?)?;
            let is_ours = to.starts_with("http://")
                && to.split('/').nth(2).is_some_and(|inner| {
                    matches!(market.hosts.kind(inner), Some(HostKind::Honest(_)))
                });
            is_ours.then(|| vec![ServedAnswer::redirect(to)])
        }
        _ if path == "/"
            || matches!(
                (kind, path),
                (HostKind::Tracker, "/f" | "/ns")
                    | (HostKind::Social, "/share")
                    | (HostKind::AgeCheck, "/verify")
            ) =>
        {
            page(bare(market, kind, host))
        }
        _ => None,
    }
}

/// The bytes that `%` spells, where they are text.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            let digits = std::str::from_utf8(&digits).ok()?.to_owned();
            bytes.push(u8::from_str_radix(&digits, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

/// The front page of a host that has no other.
fn bare(market: &Marketplace, kind: HostKind, host: &str) -> String {
    let language = PageLanguage::English;
    let tongue = market.tongue(language);
    let lines = match kind {
        HostKind::Parked => vec![tongue.phrases.parked.clone()],
        HostKind::Tracker | HostKind::Scripts => Vec::new(),
        _ => tongue.words.neutral.iter().take(2).cloned().collect(),
    };
    outside::note(market, language, host, host, lines, String::new())
}

/// A page of the way of some listing: its address says which.
fn of_plan(market: &Marketplace, host: &str, target: &str) -> Option<Vec<ServedAnswer>> {
    let key = market.slug_key();
    let name = target
        .split(['/', '?', ';', '.'])
        .find_map(|part| slug::of_slug(key, part))?;
    let (number, step) = name;
    if number >= market.listings {
        return None;
    }
    let asked = format!("http://{host}{target}");
    let plan = market.plan(number)?;
    if step >= 16 {
        return file(market, number, &asked);
    }
    let base = format!("http://{host}/{}", slug::slug(key, number, step));
    let is_it = |one: &&plan::Step| one.address.starts_with(&base);
    let found = plan.steps.iter().find(is_it)?;
    let own = found.address.split('#').next().unwrap_or_default();
    if matches!(found.onward, Onward::Fingerprint) && asked == format!("{own}/t") {
        return Some(vec![ServedAnswer::of(
            "text/plain; charset=utf-8",
            found.to.clone(),
        )]);
    }
    let is_path = |one: &str| one.split('?').next().unwrap_or_default().to_owned();
    if asked != own {
        // A token that is not brought, or a form that adds a query of its own.
        if is_path(&asked) != is_path(own) || matches!(found.onward, Onward::Exit(..)) {
            return None;
        }
        if matches!(found.onward, Onward::Token(_)) {
            let (standing, mut chance) = standing(market, number, step, &found.address, &found.to);
            return Some(
                Onward::FromCrawler
                    .answers(&standing, &mut chance)
                    .into_iter()
                    .take(1)
                    .map(|answer| ServedAnswer {
                        when: Conditions::default(),
                        ..answer
                    })
                    .collect(),
            );
        }
    }
    let (standing, mut chance) = standing(market, number, step, &found.address, &found.to);
    Some(found.onward.answers(&standing, &mut chance))
}

/// What the page of a step knows of its place.
fn standing<'a>(
    market: &Marketplace,
    number: u64,
    step: u64,
    own: &'a str,
    to: &'a str,
) -> (Standing<'a>, crate::chance::Chance) {
    let section = Section::of(number);
    let tongue = market.tongue(section.language);
    let mut chance = market.chance(Purpose::Outside, number * 32 + step);
    let group = tongue.honest(chance.number());
    let title = group
        .and_then(|group| group.path.last().cloned())
        .unwrap_or_default();
    let lines = chance
        .some(&tongue.words.neutral, 2)
        .into_iter()
        .cloned()
        .collect();
    let others = (0..6 + chance.below(6))
        .map(|_| {
            let host = market.host(HostKind::Honest(section.language), chance.below(6));
            (
                format!("http://{host}/p/{}", chance.below(20)),
                host.to_owned(),
            )
        })
        .collect();
    let standing = Standing {
        own,
        to,
        listing: listing::address_of(market, number),
        language: section.language,
        split: market.split,
        title,
        lines,
        label: tongue.phrases.go_on.clone(),
        others,
    };
    (standing, chance)
}

/// Every address that a page or a plan names.
pub(super) fn served(market: &Marketplace) -> impl Iterator<Item = Served> {
    let fixed = fixed_addresses(market).into_iter();
    let listings = (0..market.listings).flat_map(move |number| of_listing(market, number));
    fixed.chain(listings).filter_map(move |(host, target)| {
        let answers = answers(market, &host, &target)?;
        Some(Served {
            host,
            target,
            answers,
        })
    })
}

fn split_address(address: &str) -> Option<(String, String)> {
    let rest = address.strip_prefix("http://")?.split('#').next()?;
    let at = rest.find('/')?;
    Some((rest[..at].to_owned(), rest[at..].to_owned()))
}

/// What belongs to one listing: its page, its pictures, its files and the pages of its way.
fn of_listing(market: &Marketplace, number: u64) -> Vec<(String, String)> {
    let host = market
        .host(HostKind::Storefront(Section::of(number).template), 0)
        .to_owned();
    let mut all = vec![(host.clone(), listing::path_of(number))];
    for place in 1..=4 {
        all.push((host.clone(), format!("/pic/{number}-{place}.svg")));
    }
    if let Some(plan) = market.plan(number) {
        all.extend(
            plan.construct
                .files
                .iter()
                .filter_map(|file| split_address(&file.address)),
        );
        for step in &plan.steps {
            let Some((host, target)) = split_address(&step.address) else {
                continue;
            };
            if matches!(step.onward, Onward::Token(_)) {
                all.push((
                    host.clone(),
                    target.split('?').next().unwrap_or_default().to_owned(),
                ));
            }
            if matches!(step.onward, Onward::Fingerprint) {
                all.push((host.clone(), format!("{target}/t")));
            }
            all.push((host, target));
        }
    }
    if outside::is_decoy(market, number) {
        let forum = market.host(HostKind::Forum, usize::try_from(number % 4).unwrap_or(0));
        all.push((forum.to_owned(), outside::post_path(market, number)));
    }
    all
}

/// What belongs to no listing.
fn fixed_addresses(market: &Marketplace) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for (host, kind) in market.hosts.all() {
        let mut add = |target: String| all.push((host.to_owned(), target));
        add("/robots.txt".to_owned());
        match kind {
            HostKind::Storefront(template) => storefront_addresses(market, template, &mut add),
            HostKind::Shop(_) | HostKind::Honest(_) | HostKind::GatedShop(_) => {
                add("/".to_owned());
                add("/age".to_owned());
                (0..outside::shelf()).for_each(|number| {
                    add(format!("/p/{number}"));
                    add(format!("/i/{number}.svg"));
                });
            }
            HostKind::Press(_) => {
                add("/".to_owned());
                (0..40).for_each(|number| add(format!("/n/{number}")));
            }
            HostKind::Forum => {
                add("/".to_owned());
                (0..market.listings.div_ceil(outside::BLOCK))
                    .for_each(|block| add(format!("/list/{block}")));
            }
            _ => ["/", "/f", "/ns", "/px.gif", "/share", "/verify"]
                .into_iter()
                .for_each(|path| add(path.to_owned())),
        }
    }
    all.extend(
        outside::channels(market)
            .iter()
            .filter_map(|address| split_address(address)),
    );
    all
}

fn storefront_addresses(
    market: &Marketplace,
    template: StorefrontTemplate,
    add: &mut dyn FnMut(String),
) {
    for path in [
        "/",
        "/accept",
        "/sitemap.xml",
        "/ads.json",
        "/static/dot.svg",
    ] {
        add(path.to_owned());
    }
    add(format!(
        "/static/{}-{}.css",
        template.as_str(),
        market.split.as_str()
    ));
    (0..market.listings.div_ceil(SITEMAP)).for_each(|number| add(format!("/sitemap-{number}.xml")));
    for &language in PageLanguage::ALL {
        let lang = language.as_str();
        let section = Section { template, language };
        for corner in ["", "search", "login", "cart", "age", "ads"] {
            add(format!("/{lang}/{corner}"));
        }
        (1..=market.tongue(language).words.footer.len())
            .for_each(|number| add(format!("/{lang}/help/{number}")));
        let leaves = market.tongue(language).leaves();
        (0..leaves.count() / 2).for_each(|number| add(format!("/{lang}/d/{number}")));
        for leaf in 0..leaves.count() {
            add(format!("/{lang}/c/{leaf}"));
            if leaves.is_gated(leaf) {
                continue;
            }
            (2..=page::leaf_pages(market, section, leaf))
                .for_each(|number| add(format!("/{lang}/c/{leaf}?page={number}")));
        }
        (0..numbering::sellers(section.count(market.listings)))
            .for_each(|seller| add(format!("/{lang}/seller/{seller}")));
    }
}
