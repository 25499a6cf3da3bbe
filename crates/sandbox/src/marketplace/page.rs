//! What stands around the content on every page of a storefront.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior, Value};
use serde::Serialize;

use super::Marketplace;
use super::host::HostKind;
use super::listing;
use super::numbering::Section;
use super::plan::{self, Role};
use super::plant::draft::escaped;
use super::record;
use super::truth::{LookAlikeKind, StorefrontTemplate};
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

pub(super) fn leaf_entry(market: &Marketplace, language: PageLanguage, leaf: u64) -> Entry {
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

pub(super) fn department_name(
    market: &Marketplace,
    language: PageLanguage,
    department: u64,
) -> String {
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
    if let Some(offer) = record::hijacked(market, section) {
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
