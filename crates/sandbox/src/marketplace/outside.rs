//! The web around the storefronts: shops, makers, news, forums, parked names.

use serde::Serialize;

use super::host::HostKind;
use super::listing::{self, money};
use super::page::{self, Card, Entry};
use super::plan::{self, Role};
use super::plant::draft::escaped;
use super::plant::technique::Scheme;
use super::words::Tongue;
use super::{Marketplace, Purpose, slug};
use crate::chance::Chance;
use crate::goods::{Group, PageLanguage, ShopWords};
use crate::listing_page::evasion;

/// Shops of a language that ask nobody's age.
const SHOPS: usize = 6;
/// Pages of goods of each shop.
const SHELF: u64 = 40;
/// Listings of one page of a forum's list.
pub(super) const BLOCK: u64 = 5_000;
/// The step whose name a forum's post has.
const POST: u64 = 31;
/// Channels that accounts of one hand share, in each language.
const CHANNELS: u64 = 12;

/// Restricted goods that somebody offers at an address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Offer {
    pub(super) address: String,
    pub(super) category: String,
    pub(super) evasive: bool,
    pub(super) name: String,
}

/// A channel that leads to an offer.
#[derive(Debug, Clone)]
pub(super) struct Channel {
    pub(super) address: String,
    pub(super) offer: Offer,
}

/// Goods as an outside page shows them.
struct Shown {
    name: String,
    lines: Vec<String>,
    category: String,
    evasive: bool,
    cents: usize,
}

/// The groups that a shop sells, its main one first.
fn groups_of(tongue: &Tongue, shop: usize) -> Vec<&Group> {
    tongue
        .restricted()
        .into_iter()
        .skip(shop % SHOPS)
        .step_by(SHOPS)
        .collect()
}

fn key(language: PageLanguage, shop: usize, number: u64) -> u64 {
    (language as u64) << 40 | (shop as u64) << 32 | number
}

/// What the page `number` of a shop offers.
fn shown(market: &Marketplace, language: PageLanguage, shop: usize, number: u64) -> Option<Shown> {
    let tongue = market.tongue(language);
    let mut chance = market.chance(Purpose::Shop, key(language, shop, number));
    let groups = groups_of(tongue, shop);
    let group = chance.pick(&groups)?;
    Some(dressed(tongue, group, &mut chance))
}

fn dressed(tongue: &Tongue, group: &Group, chance: &mut Chance) -> Shown {
    let evasive = chance.percent(25);
    let way = evasion::draw(tongue.language == PageLanguage::Chinese, chance);
    let goods = chance.pick(&group.goods);
    let about = chance.some(&group.about, 2);
    let texts: Vec<String> = goods
        .map(|goods| goods.text.clone())
        .into_iter()
        .chain(about.into_iter().cloned())
        .collect();
    let name = goods.map_or("", |goods| goods.name.as_str());
    let mut spelled = |text: &str| {
        if evasive {
            evasion::evade(text, way, chance)
        } else {
            evasion::plain(text)
        }
    };
    let name = spelled(name);
    let lines = texts.iter().map(|text| spelled(text)).collect();
    let [least, most] = group.price.map(|euros| euros as usize);
    Shown {
        name,
        lines,
        category: group.category.clone().unwrap_or_default(),
        evasive,
        cents: (least + chance.below(most.saturating_sub(least).max(1))) * 100 + 99,
    }
}

/// An offer of a shop that asks nobody's age, in this language.
pub(super) fn offer(market: &Marketplace, language: PageLanguage, chance: &mut Chance) -> Offer {
    let shop = chance.below(SHOPS);
    let number = chance.number() % SHELF;
    let host = market.host(HostKind::Shop(language), shop);
    let address = format!("http://{host}/p/{number}");
    offered(shown(market, language, shop, number), address)
}

fn offered(shown: Option<Shown>, address: String) -> Offer {
    let Some(shown) = shown else {
        return Offer::default();
    };
    Offer {
        address,
        category: shown.category,
        evasive: shown.evasive,
        name: shown.name,
    }
}

/// The front page of such a shop, which shows goods of its main group.
pub(super) fn front(
    market: &Marketplace,
    language: PageLanguage,
    chance: &mut Chance,
) -> Option<Offer> {
    let shop = chance.below(SHOPS);
    let host = market.host(HostKind::Shop(language), shop);
    let group = *groups_of(market.tongue(language), shop).first()?;
    Some(Offer {
        address: format!("http://{host}/"),
        category: group.category.clone()?,
        evasive: false,
        name: group.path.last().cloned().unwrap_or_default(),
    })
}

/// The post that tells what `listing` really is.
pub(super) fn post(market: &Marketplace, listing: u64) -> Option<Offer> {
    let host = market.host(HostKind::Forum, usize::try_from(listing % 4).unwrap_or(0));
    let name = slug::slug(market.slug_key(), listing, POST);
    Some(offered(
        promised(market, listing),
        format!("http://{host}/t/{name}"),
    ))
}

fn promised(market: &Marketplace, listing: u64) -> Option<Shown> {
    let language = super::numbering::Section::of(listing).language;
    let tongue = market.tongue(language);
    let mut chance = market.chance(Purpose::Shop, 1 << 62 | listing);
    let groups = tongue.restricted();
    let group = chance.pick(&groups)?;
    Some(dressed(tongue, group, &mut chance))
}

/// One of the channels that accounts of one hand share.
pub(super) fn channel(
    market: &Marketplace,
    language: PageLanguage,
    chance: &mut Chance,
) -> Option<Channel> {
    numbered_channel(market, language, chance.number() % CHANNELS)
}

fn numbered_channel(market: &Marketplace, language: PageLanguage, number: u64) -> Option<Channel> {
    if number >= CHANNELS {
        return None;
    }
    let host = market.host(HostKind::Channel, usize::try_from(number).unwrap_or(0));
    let mut chance = market.chance(Purpose::Outside, key(language, 0, number));
    Some(Channel {
        address: format!("http://{host}/@{}-{number}", language.as_str()),
        offer: offer(market, language, &mut chance),
    })
}

#[derive(Debug, Default, Serialize)]
struct View<'a> {
    lang: &'static str,
    site: &'a str,
    title: String,
    layout: String,
    menu: Vec<Entry>,
    number: u64,
    price: String,
    lines: Vec<String>,
    cards: Vec<Card>,
    words: Option<&'a ShopWords>,
    head: String,
    top: String,
    body: String,
    bottom: String,
}

fn view<'a>(tongue: &'a Tongue, host: &'a str, title: &str) -> View<'a> {
    View {
        lang: tongue.language.as_str(),
        site: host,
        title: title.to_owned(),
        words: Some(&tongue.words.words),
        ..View::default()
    }
}

fn entries(list: &[(&str, &str)]) -> Vec<Entry> {
    list.iter()
        .map(|(name, href)| Entry {
            name: (*name).to_owned(),
            href: (*href).to_owned(),
        })
        .collect()
}

fn number_in(path: &str, before: &str) -> Option<u64> {
    path.strip_prefix(before)?.parse().ok()
}

fn plain_card(name: String, href: String, price: String) -> Card {
    Card {
        name,
        href,
        src: String::new(),
        price,
    }
}

/// A page of a shop that asks nobody's age.
pub(super) fn shop(
    market: &Marketplace,
    language: PageLanguage,
    shop: usize,
    path: &str,
) -> Option<String> {
    let tongue = market.tongue(language);
    let host = market.host(HostKind::Shop(language), shop);
    if path == "/" {
        let group = *groups_of(tongue, shop).first()?;
        let title = group.path.last()?;
        let mut view = view(tongue, host, title);
        view.lines = group
            .about
            .iter()
            .map(|line| evasion::plain(line))
            .collect();
        view.cards = (0..SHELF)
            .filter_map(|number| Some((number, shown(market, language, shop, number)?)))
            .filter(|(_, shown)| Some(&shown.category) == group.category.as_ref())
            .take(10)
            .map(|(number, shown)| {
                plain_card(
                    shown.name,
                    format!("/p/{number}"),
                    money(shown.cents, language),
                )
            })
            .collect();
        return Some(page::render_outside(market, &view));
    }
    let number = number_in(path, "/p/").filter(|number| *number < SHELF)?;
    let goods = shown(market, language, shop, number)?;
    let mut view = view(tongue, host, &goods.name);
    view.menu = entries(&[(&tongue.words.words.home, "/")]);
    view.number = number;
    view.price = money(goods.cents, language);
    view.lines = goods.lines;
    view.cards = (1..5)
        .map(|step| (number + step * 7) % SHELF)
        .filter_map(|other| Some((other, shown(market, language, shop, other)?)))
        .map(|(other, shown)| {
            plain_card(
                shown.name,
                format!("/p/{other}"),
                money(shown.cents, language),
            )
        })
        .collect();
    Some(page::render_outside(market, &view))
}

/// A page of a shop without restricted goods.
pub(super) fn honest(
    market: &Marketplace,
    language: PageLanguage,
    shop: usize,
    path: &str,
) -> Option<String> {
    let tongue = market.tongue(language);
    let host = market.host(HostKind::Honest(language), shop);
    let goods = |number: u64| {
        let group = tongue.honest(number + shop as u64)?;
        let mut chance = market.chance(Purpose::Honest, key(language, shop, number));
        let goods = chance.pick(&group.goods)?;
        let cents = 100 * (group.price[0] as usize + chance.below(20)) + 99;
        Some((
            evasion::plain(&goods.name),
            evasion::plain(&goods.text),
            cents,
        ))
    };
    if path == "/" {
        let mut view = view(tongue, host, host);
        view.lines = tongue.words.neutral.clone();
        view.cards = (0..8)
            .filter_map(|number| {
                goods(number).map(|(name, _, cents)| {
                    plain_card(name, format!("/p/{number}"), money(cents, language))
                })
            })
            .collect();
        return Some(page::render_outside(market, &view));
    }
    let number = number_in(path, "/p/").filter(|number| *number < 20)?;
    let (name, text, cents) = goods(number)?;
    let mut view = view(tongue, host, &name);
    view.menu = entries(&[(&tongue.words.words.home, "/")]);
    view.number = number;
    view.price = money(cents, language);
    view.lines = vec![text];
    Some(page::render_outside(market, &view))
}

/// A page of news, or a recipe.
pub(super) fn press(market: &Marketplace, language: PageLanguage, path: &str) -> Option<String> {
    let tongue = market.tongue(language);
    let words = &tongue.words;
    let stories: Vec<_> = words.news.iter().chain(&words.recipes).collect();
    if path == "/" {
        let mut view = view(tongue, &words.press, &words.press);
        view.cards = (0..)
            .zip(&stories)
            .map(|(number, story): (u64, _)| {
                plain_card(story.title.clone(), format!("/n/{number}"), String::new())
            })
            .collect();
        return Some(page::render_outside(market, &view));
    }
    let number = number_in(path, "/n/")?;
    let story = stories.get(usize::try_from(number).ok()?)?;
    let mut view = view(tongue, &words.press, &story.title);
    view.menu = entries(&[(&words.press, "/")]);
    view.lines.clone_from(&story.paragraphs);
    view.head = "<meta property=\"og:type\" content=\"article\">\n".to_owned();
    Some(page::render_outside(market, &view))
}

/// The page at which an age must be proven, at a shop or on a storefront: nothing passes it but a paper.
pub(super) fn gate(market: &Marketplace, language: PageLanguage, host: &str) -> String {
    let tongue = market.tongue(language);
    let phrases = &tongue.phrases;
    let check = market.host(HostKind::AgeCheck, 0);
    let mut view = view(tongue, host, &phrases.age);
    view.body = format!(
        "<form action=\"http://{check}/verify\" method=\"post\"><label>{0} <input name=\"document\"></label> <label><input type=\"date\" name=\"birth\"></label> <button>{1}</button></form>\n<p><a href=\"/\">{2}</a></p>\n",
        escaped(&phrases.age),
        escaped(&phrases.age_yes),
        escaped(&phrases.age_no),
    );
    page::render_outside(market, &view)
}

/// A page with a title and lines.
pub(super) fn note(
    market: &Marketplace,
    language: PageLanguage,
    host: &str,
    title: &str,
    lines: Vec<String>,
    body: String,
) -> String {
    let mut view = view(market.tongue(language), host, title);
    view.lines = lines;
    view.body = body;
    page::render_outside(market, &view)
}

/// A page of a forum: its front page, a list of posts, or a post.
pub(super) fn forum(market: &Marketplace, forum: u64, path: &str) -> Option<String> {
    let tongue = market.tongue(PageLanguage::English);
    let host = market.host(HostKind::Forum, usize::try_from(forum).unwrap_or(0));
    let blocks = market.listings.div_ceil(BLOCK);
    if path == "/" {
        let mut view = view(tongue, host, host);
        view.cards = (0..blocks)
            .map(|block| {
                plain_card(
                    format!("{}", block + 1),
                    format!("/list/{block}"),
                    String::new(),
                )
            })
            .collect();
        return Some(page::render_outside(market, &view));
    }
    if let Some(block) = number_in(path, "/list/").filter(|block| *block < blocks) {
        let mut view = view(tongue, host, host);
        view.cards = posts(market, forum, block)
            .map(|listing| {
                let name = slug::slug(market.slug_key(), listing, POST);
                plain_card(format!("#{listing}"), format!("/t/{name}"), String::new())
            })
            .collect();
        return Some(page::render_outside(market, &view));
    }
    let (listing, step) = slug::of_slug(market.slug_key(), path.strip_prefix("/t/")?)?;
    if step != POST || listing % 4 != forum || !is_decoy(market, listing) {
        return None;
    }
    let language = super::numbering::Section::of(listing).language;
    let goods = promised(market, listing)?;
    let tongue = market.tongue(language);
    let address = listing::address_of(market, listing);
    let mut view = view(tongue, host, &goods.name);
    view.lines = std::iter::once(format!("{} {}", tongue.phrases.promise, goods.name))
        .chain(goods.lines)
        .collect();
    view.body = format!("<p><a href=\"{address}\">{address}</a></p>\n");
    Some(page::render_outside(market, &view))
}

/// The listings of a block that a forum has a post of.
pub(super) fn posts(market: &Marketplace, forum: u64, block: u64) -> impl Iterator<Item = u64> {
    let end = ((block + 1) * BLOCK).min(market.listings);
    (block * BLOCK..end).filter(move |listing| listing % 4 == forum && is_decoy(market, *listing))
}

/// The path of the post of a decoy.
pub(super) fn post_path(market: &Marketplace, listing: u64) -> String {
    format!("/t/{}", slug::slug(market.slug_key(), listing, POST))
}

/// Whether somebody promises something else of `listing`.
pub(super) fn is_decoy(market: &Marketplace, listing: u64) -> bool {
    listing < market.listings
        && plan::role(market, listing) == Role::Planted
        && market
            .plan(listing)
            .is_some_and(|plan| plan.scheme == Some(Scheme::Decoy))
}

/// A channel's page: `/@de-3` leads to its offer, among harmless links.
pub(super) fn channel_page(market: &Marketplace, number: usize, path: &str) -> Option<String> {
    let (tag, ours) = path.strip_prefix("/@")?.split_once('-')?;
    let language = *PageLanguage::ALL
        .iter()
        .find(|language| language.as_str() == tag)?;
    let ours: u64 = ours.parse().ok()?;
    let channel = numbered_channel(market, language, ours)?;
    let host = market.host(HostKind::Channel, number);
    if channel.address != format!("http://{host}{path}") {
        return None;
    }
    let tongue = market.tongue(language);
    let mut view = view(tongue, host, path.trim_start_matches('/'));
    view.lines = tongue.words.neutral.iter().take(1).cloned().collect();
    let honest = market.host(HostKind::Honest(language), number);
    view.body = format!(
        "<ul><li><a href=\"http://{honest}/\">{honest}</a></li><li><a href=\"{}\">{}</a></li></ul>\n",
        channel.offer.address,
        escaped(&channel.offer.name)
    );
    Some(page::render_outside(market, &view))
}

/// Numbers of the channels that there are.
pub(super) fn channels(market: &Marketplace) -> Vec<String> {
    PageLanguage::ALL
        .iter()
        .flat_map(|language| {
            (0..CHANNELS).filter_map(|number| numbered_channel(market, *language, number))
        })
        .map(|channel| channel.address)
        .collect()
}

/// Pages of goods of a shop.
pub(super) const fn shelf() -> u64 {
    SHELF
}
