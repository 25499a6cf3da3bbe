//! What stands around the content on every page of a storefront, and the pages of lists.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior, Value};
use serde::Serialize;

use super::host::HostKind;
use super::listing;
use super::numbering::{self, Section};
use super::plan::{self, Role};
use super::plant::Slot;
use super::plant::draft::escaped;
use super::truth::{LookAlikeKind, StorefrontTemplate};
use super::{Marketplace, Purpose};
use crate::goods::{GoodsError, PageLanguage, Split};

#[derive(Debug, Clone, Serialize)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) href: String,
}

#[derive(Debug, Serialize)]
pub(super) struct Picture {
    pub(super) src: String,
    pub(super) alt: String,
}

#[derive(Debug, Serialize)]
pub(super) struct Card {
    pub(super) name: String,
    pub(super) href: String,
    pub(super) src: String,
    pub(super) price: String,
}

#[derive(Debug, Serialize)]
struct MenuEntry {
    name: String,
    href: String,
    leaves: Vec<Entry>,
}

/// What every page of a storefront has.
#[derive(Debug, Serialize)]
pub(super) struct Chrome {
    kind: &'static str,
    lang: &'static str,
    site: &'static str,
    title: String,
    home: String,
    path: String,
    address: String,
    theme: String,
    flipped: bool,
    c: Value,
    words: Value,
    phrases: Value,
    menu: Vec<MenuEntry>,
    pub(super) crumbs: Vec<Entry>,
    footer: Vec<Entry>,
    languages: Vec<Entry>,
    pub(super) head: String,
    pub(super) top: String,
    pub(super) aside: String,
    pub(super) bottom: String,
    pub(super) after: String,
}

const TEMPLATES: &[(&str, &str)] = &[
    ("classic", include_str!("../../storefront/classic.html")),
    ("utility", include_str!("../../storefront/utility.html")),
    ("table", include_str!("../../storefront/table.html")),
    ("outside", include_str!("../../storefront/outside.html")),
];

/// Cards of one page of a list.
const PAGE: u64 = 24;

/// The templates, compiled.
pub(super) fn environment() -> Result<Environment<'static>, GoodsError> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::Html);
    environment.set_syntax(
        SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .build()?,
    );
    for (name, source) in TEMPLATES {
        environment.add_template(name, source)?;
    }
    Ok(environment)
}

/// A page from its view. A template that does not render is a fault of the generator: its text is the
/// page, so that no test of the pages passes over it.
pub(super) fn render(
    market: &Marketplace,
    template: StorefrontTemplate,
    view: &impl Serialize,
) -> String {
    rendered(market, template.as_str(), view)
}

/// The same with the template of outside pages.
pub(super) fn render_outside(market: &Marketplace, view: &impl Serialize) -> String {
    rendered(market, "outside", view)
}

fn rendered(market: &Marketplace, name: &str, view: &impl Serialize) -> String {
    market
        .environment
        .get_template(name)
        .and_then(|template| template.render(Value::from(Serde(view))))
        .map_or_else(
            |error| format!("the template {name} does not render: {error:#}"),
            // A slash needs no escape; people write none.
            |html| html.replace("&#x2f;", "/"),
        )
}

/// The classes of a storefront: the halves share none.
fn classes(split: Split, template: StorefrontTemplate) -> Value {
    const ROLES: &[(&str, &str, &str)] = &[
        ("page", "page", "canvas"),
        ("skip", "skip-link", "jump"),
        ("header", "site-header", "masthead"),
        ("logo", "logo", "wordmark"),
        ("search", "search-box", "finder"),
        ("tools", "tools", "account-links"),
        ("menu", "main-menu", "departments"),
        ("drop", "submenu", "flyout"),
        ("crumbs", "breadcrumb", "trail"),
        ("main", "content", "primary"),
        ("product", "product", "offer"),
        ("gallery", "gallery", "photos"),
        ("title", "product-title", "offer-name"),
        ("rating", "rating", "stars"),
        ("price", "price", "cost"),
        ("buy", "buy-box", "purchase"),
        ("seller", "seller-box", "merchant"),
        ("description", "description", "about-item"),
        ("details", "details", "specs"),
        ("reviews", "reviews", "opinions"),
        ("review", "review", "opinion"),
        ("questions", "questions", "asked"),
        ("links", "sub-links", "branches"),
        ("grid", "product-grid", "shelf"),
        ("card", "product-card", "tile"),
        ("pages", "pagination", "pager"),
        ("text", "text", "prose"),
        ("also", "recommendations", "more-like-this"),
        ("footer", "site-footer", "imprint-bar"),
        ("languages", "languages", "tongues"),
        ("cookies", "cookie-bar", "privacy-note"),
        ("gap", "gap-4", "gap-8"),
        ("bar", "#003366", "#5a2a0c"),
    ];
    let mut all: std::collections::BTreeMap<&str, &str> = ROLES
        .iter()
        .map(|(role, dev, test)| {
            let class = match split {
                Split::Dev => dev,
                Split::Test => test,
            };
            (*role, *class)
        })
        .collect();
    if template == StorefrontTemplate::Utility {
        // Utility classes say how, not what.
        let (page, buy, search) = match split {
            Split::Dev => (
                "bg-white text-slate-900",
                "bg-emerald-600 text-white",
                "bg-slate-100",
            ),
            Split::Test => (
                "bg-stone-50 text-stone-800",
                "bg-amber-700 text-stone-50",
                "bg-stone-200",
            ),
        };
        all.extend([
            ("page", page),
            ("buy", buy),
            ("search", search),
            ("drop", "z-50 shadow"),
            ("header", "bg-inherit"),
        ]);
    }
    Value::from(Serde(&all))
}

const fn site_name(split: Split, template: StorefrontTemplate) -> &'static str {
    match (split, template) {
        (Split::Dev, StorefrontTemplate::Classic) => "Harbour & Lane",
        (Split::Dev, StorefrontTemplate::Utility) => "Quaymart",
        (Split::Dev, StorefrontTemplate::Table) => "Old Pier Bazaar",
        (Split::Test, StorefrontTemplate::Classic) => "Thistlemarket",
        (Split::Test, StorefrontTemplate::Utility) => "Fernwick",
        (Split::Test, StorefrontTemplate::Table) => "Gorse Fair",
    }
}

/// The name of a leaf: its group and its band of prices.
pub(super) fn leaf_name(market: &Marketplace, language: PageLanguage, leaf: u64) -> String {
    let tongue = market.tongue(language);
    let leaves = tongue.leaves();
    if leaves.is_gated(leaf) {
        return format!("{} {}", tongue.phrases.adults, leaf - leaves.open() + 1);
    }
    let Some(group) = tongue.honest(leaf / 2) else {
        return String::new();
    };
    let [least, most] = group.price;
    let middle = least + most.saturating_sub(least) / 2;
    let sign = if leaf.is_multiple_of(2) { "<" } else { "≥" };
    let last = group.path.last().map_or("", String::as_str);
    format!("{last} {sign} {middle} €")
}

fn leaf_entry(market: &Marketplace, language: PageLanguage, leaf: u64) -> Entry {
    Entry {
        name: leaf_name(market, language, leaf),
        href: format!("/{}/c/{leaf}", language.as_str()),
    }
}

/// Departments with their leaves; the last one is for adults.
fn menu(market: &Marketplace, language: PageLanguage) -> Vec<MenuEntry> {
    let tongue = market.tongue(language);
    let leaves = tongue.leaves();
    (0..leaves.count() / 2)
        .map(|department| MenuEntry {
            name: department_name(market, language, department),
            href: format!("/{}/d/{department}", language.as_str()),
            leaves: (2 * department..2 * department + 2)
                .map(|leaf| leaf_entry(market, language, leaf))
                .collect(),
        })
        .collect()
}

fn department_name(market: &Marketplace, language: PageLanguage, department: u64) -> String {
    let tongue = market.tongue(language);
    if department * 2 >= tongue.leaves().open() {
        return tongue.phrases.adults.clone();
    }
    tongue
        .honest(department)
        .and_then(|group| group.path.first().cloned())
        .unwrap_or_default()
}

/// The chrome of a page of `section` at `path`.
pub(super) fn chrome(
    market: &Marketplace,
    section: Section,
    path: &str,
    kind: &'static str,
    title: &str,
) -> Chrome {
    let tongue = market.tongue(section.language);
    let lang = section.language.as_str();
    let theme = format!("{}-{}", section.template.as_str(), market.split.as_str());
    Chrome {
        kind,
        lang,
        site: site_name(market.split, section.template),
        title: title.to_owned(),
        home: format!("/{lang}/"),
        path: path.to_owned(),
        address: format!("{}{path}", listing::storefront(market, section)),
        theme,
        flipped: market.split == Split::Test,
        c: classes(market.split, section.template),
        words: Value::from(Serde(&tongue.words.words)),
        phrases: Value::from(Serde(&tongue.phrases)),
        menu: menu(market, section.language),
        crumbs: Vec::new(),
        footer: footer(market, section.language),
        languages: PageLanguage::ALL
            .iter()
            .map(|language| Entry {
                name: language.as_str().to_owned(),
                href: format!("/{}/", language.as_str()),
            })
            .collect(),
        head: String::new(),
        top: String::new(),
        aside: String::new(),
        bottom: bottom(market, section),
        after: String::new(),
    }
}

fn footer(market: &Marketplace, language: PageLanguage) -> Vec<Entry> {
    let lines = &market.tongue(language).words.footer;
    (1..)
        .zip(lines)
        .map(|(number, name)| Entry {
            name: name.clone(),
            href: format!("/{}/help/{number}", language.as_str()),
        })
        .collect()
}

/// What a storefront's template has at the end of every page: a tracker, and on the table storefront what
/// was put there by somebody else.
fn bottom(market: &Marketplace, section: Section) -> String {
    let tracker = market.host(HostKind::Tracker, section.template as usize);
    let mut bottom = match section.template {
        StorefrontTemplate::Classic => format!(
            "<noscript><iframe src=\"http://{tracker}/ns?id=GT-1\" height=\"0\" width=\"0\" style=\"display:none;visibility:hidden\"></iframe></noscript>\n"
        ),
        StorefrontTemplate::Utility => format!(
            "<noscript><img height=\"1\" width=\"1\" style=\"display:none\" src=\"http://{tracker}/px.gif\" alt=\"\"></noscript>\n"
        ),
        StorefrontTemplate::Table => {
            format!("<img src=\"http://{tracker}/px.gif\" width=\"1\" height=\"1\" alt=\"\">\n")
        }
    };
    if let Some(offer) = plan::hijacked(market, section) {
        let place = match market.split {
            Split::Dev => "position:absolute;left:-8421px",
            Split::Test => "position:fixed;top:-5003px",
        };
        bottom += &format!(
            "<div style=\"{place}\"><a href=\"{}\">{}</a></div>\n",
            offer.address,
            escaped(&offer.name)
        );
    }
    bottom
}

/// The way from the front page to a listing.
pub(super) fn crumbs(market: &Marketplace, section: Section, listing: u64) -> Vec<Entry> {
    let tongue = market.tongue(section.language);
    let leaf = tongue.leaves().leaf(Section::turn(listing));
    let lang = section.language.as_str();
    vec![
        Entry {
            name: tongue.words.words.home.clone(),
            href: format!("/{lang}/"),
        },
        Entry {
            name: department_name(market, section.language, leaf / 2),
            href: format!("/{lang}/d/{}", leaf / 2),
        },
        leaf_entry(market, section.language, leaf),
    ]
}

/// Whether a page of the storefront links to `listing`.
pub(super) fn is_listed(market: &Marketplace, listing: u64) -> bool {
    !plan::is_orphan(market, listing)
}

/// Whether only adults may see `listing`.
pub(super) fn is_gated(market: &Marketplace, listing: u64) -> bool {
    plan::role(market, listing) == Role::LookAlike(LookAlikeKind::GatedGoods)
}

#[derive(Debug, Serialize)]
struct ListView {
    #[serde(flatten)]
    chrome: Chrome,
    intro: String,
    links: Vec<Entry>,
    cards: Vec<Card>,
    pages: Vec<Entry>,
}

/// A page of text.
pub(super) fn plain(
    market: &Marketplace,
    section: Section,
    path: &str,
    title: &str,
    html: String,
) -> String {
    let view = ListView {
        chrome: chrome(market, section, path, "text", title),
        intro: html,
        links: Vec::new(),
        cards: Vec::new(),
        pages: Vec::new(),
    };
    render(market, section.template, &view)
}

/// The front page of a storefront in one language: departments, leaves and some listings.
pub(super) fn front(market: &Marketplace, section: Section) -> String {
    let tongue = market.tongue(section.language);
    let path = format!("/{}/", section.language.as_str());
    let count = section.count(market.listings);
    let mut chance = market.chance(Purpose::Page, 1 << 60 | section.language as u64);
    let mut cards = Vec::new();
    for _ in 0..12.min(count) {
        let one = section.listing(chance.number() % count.max(1));
        if is_listed(market, one) && !is_gated(market, one) {
            cards.push(listing::card(market, one));
        }
    }
    let leaves = tongue.leaves();
    let mut chrome = chrome(market, section, &path, "list", &tongue.words.words.home);
    chrome.head += "<link rel=\"alternate\" type=\"application/json\" href=\"/ads.json\">\n";
    let view = ListView {
        chrome,
        intro: format!(
            "<p>{}</p>\n",
            escaped(tongue.words.neutral.first().map_or("", String::as_str))
        ),
        links: (0..leaves.count())
            .map(|leaf| leaf_entry(market, section.language, leaf))
            .collect(),
        cards,
        pages: Vec::new(),
    };
    render(market, section.template, &view)
}

/// The page of a department: its leaves.
pub(super) fn department(market: &Marketplace, section: Section, number: u64) -> Option<String> {
    let leaves = market.tongue(section.language).leaves();
    if number >= leaves.count() / 2 {
        return None;
    }
    let path = format!("/{}/d/{number}", section.language.as_str());
    let title = department_name(market, section.language, number);
    let mut cards = Vec::new();
    for leaf in (2 * number..2 * number + 2).filter(|leaf| !leaves.is_gated(*leaf)) {
        cards.extend(leaf_cards(market, section, leaf, 0).into_iter().take(4));
    }
    let view = ListView {
        chrome: chrome(market, section, &path, "list", &title),
        intro: String::new(),
        links: (2 * number..2 * number + 2)
            .map(|leaf| leaf_entry(market, section.language, leaf))
            .collect(),
        cards,
        pages: Vec::new(),
    };
    Some(render(market, section.template, &view))
}

fn leaf_cards(market: &Marketplace, section: Section, leaf: u64, page: u64) -> Vec<Card> {
    let leaves = market.tongue(section.language).leaves();
    let count = leaves.count_in(leaf, section.count(market.listings));
    (page * PAGE..((page + 1) * PAGE).min(count))
        .map(|place| section.listing(leaves.turn(leaf, place)))
        .filter(|one| is_listed(market, *one))
        .map(|one| listing::card(market, one))
        .collect()
}

/// How many pages a leaf has: one at least.
pub(super) fn leaf_pages(market: &Marketplace, section: Section, leaf: u64) -> u64 {
    let leaves = market.tongue(section.language).leaves();
    leaves
        .count_in(leaf, section.count(market.listings))
        .div_ceil(PAGE)
        .max(1)
}

/// A page of a leaf, counted from 0.
pub(super) fn leaf(market: &Marketplace, section: Section, leaf: u64, page: u64) -> Option<String> {
    let leaves = market.tongue(section.language).leaves();
    let pages = leaf_pages(market, section, leaf);
    if leaf >= leaves.count() || page >= pages {
        return None;
    }
    let base = format!("/{}/c/{leaf}", section.language.as_str());
    let path = page_path(&base, page);
    let title = leaf_name(market, section.language, leaf);
    let view = ListView {
        chrome: chrome(market, section, &path, "list", &title),
        intro: String::new(),
        links: Vec::new(),
        cards: leaf_cards(market, section, leaf, page),
        pages: pager(&base, page, pages),
    };
    Some(render(market, section.template, &view))
}

fn page_path(base: &str, page: u64) -> String {
    if page == 0 {
        base.to_owned()
    } else {
        format!("{base}?page={}", page + 1)
    }
}

/// Links to pages near and far, so that no page is many clicks away.
fn pager(base: &str, page: u64, pages: u64) -> Vec<Entry> {
    let mut numbers: std::collections::BTreeSet<u64> = [0, pages - 1].into();
    for distance in [1, 2, 10, 50, 200] {
        numbers.insert(page.saturating_sub(distance));
        numbers.insert((page + distance).min(pages - 1));
    }
    numbers.remove(&page);
    numbers
        .into_iter()
        .map(|number| Entry {
            name: (number + 1).to_string(),
            href: page_path(base, number),
        })
        .collect()
}

/// The page of a seller.
pub(super) fn seller(market: &Marketplace, section: Section, seller: u64) -> Option<String> {
    let count = section.count(market.listings);
    if seller >= numbering::sellers(count) {
        return None;
    }
    let tongue = market.tongue(section.language);
    let path = format!("/{}/seller/{seller}", section.language.as_str());
    let title = listing::seller_name(market, section, seller);
    let about: String = plan::on_seller_page(market, section, seller)
        .iter()
        .map(|plan| plan.construct.in_slot(Slot::About))
        .collect();
    let view = ListView {
        chrome: chrome(market, section, &path, "list", &title),
        intro: format!(
            "<div class=\"about\"><p>{}</p>\n{about}</div>\n",
            escaped(tongue.words.neutral.last().map_or("", String::as_str))
        ),
        links: Vec::new(),
        cards: numbering::turns_of_seller(seller)
            .filter(|turn| *turn < count)
            .map(|turn| section.listing(turn))
            .filter(|one| is_listed(market, *one) && !is_gated(market, *one))
            .map(|one| listing::card(market, one))
            .collect(),
        pages: Vec::new(),
    };
    Some(render(market, section.template, &view))
}

/// What the search finds: some listings that the words choose, by no understanding of them.
pub(super) fn search(market: &Marketplace, section: Section, query: &str) -> String {
    let path = format!("/{}/search", section.language.as_str());
    let count = section.count(market.listings);
    let number = query
        .bytes()
        .fold(7_u64, |all, byte| all.wrapping_mul(31) ^ u64::from(byte));
    let mut chance = market.chance(Purpose::Page, 1 << 61 ^ number);
    let cards = (0..8.min(count))
        .map(|_| section.listing(chance.number() % count.max(1)))
        .filter(|one| is_listed(market, *one) && !is_gated(market, *one))
        .map(|one| listing::card(market, one))
        .collect();
    let title = &market.tongue(section.language).words.words.search;
    let view = ListView {
        chrome: chrome(market, section, &path, "list", title),
        intro: String::new(),
        links: Vec::new(),
        cards,
        pages: Vec::new(),
    };
    render(market, section.template, &view)
}
