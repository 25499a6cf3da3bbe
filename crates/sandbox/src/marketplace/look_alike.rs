//! Honest listings that look as if they were not.

use super::host::HostKind;
use super::numbering::Section;
use super::plan::{self, Plan, Step};
use super::plant::draft::{Draft, escaped};
use super::plant::onward::Onward;
use super::plant::{Slot, text, wrap};
use super::truth::LookAlikeKind as K;
use super::{Marketplace, Purpose, listing, slug};

/// How many of a thousand honest listings look like what. What the templates have on every page comes on
/// top of it: concealed submenus, trackers, share buttons.
pub(super) const WEIGHTS: &[(K, usize)] = &[
    (K::GatedPartner, 15),
    (K::NearMiss, 40),
    (K::SisterMenu, 20),
    (K::Accordion, 40),
    (K::Accessible, 30),
    (K::HiddenHonest, 20),
    (K::Tracker, 60),
    (K::ShareButtons, 50),
    (K::DisclosedAffiliate, 20),
    (K::LongChain, 10),
    (K::ShortLink, 20),
    (K::LoginReturn, 20),
    (K::ParkedDomain, 6),
    (K::MedicineNews, 10),
    (K::ServiceContact, 30),
    (K::CommentedOut, 30),
    (K::ScriptNavigation, 20),
    (K::PlainAddress, 20),
    (K::Advertisement, 20),
    (K::AppCode, 10),
];

/// What is put onto an honest listing of this kind.
pub(super) fn plan(market: &Marketplace, listing: u64, kind: K) -> Plan {
    let chance = market.chance(Purpose::Plan, listing);
    let mut draft = plan::draft(market, listing, chance);
    draft.to = honest_address(&mut draft);
    let steps = match kind {
        K::LongChain => chain(&mut draft, 5),
        K::ShortLink => chain(&mut draft, 1),
        _ => Vec::new(),
    };
    put(&mut draft, kind);
    plan::finished(draft, steps, None, None)
}

/// A page of an honest shop in the listing's language.
fn honest_address(draft: &mut Draft<'_>) -> String {
    let (shop, number) = (draft.chance.below(6), draft.chance.below(20));
    let host = draft
        .market
        .host(HostKind::Honest(draft.tongue.language), shop);
    format!("http://{host}/p/{number}")
}

/// Redirects to where the draft leads: moves of a site, a campaign, a language, as honest sites have them.
fn chain(draft: &mut Draft<'_>, count: u64) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut to = draft.to.clone();
    for place in (0..count).rev() {
        let onward = if place == 0 {
            Onward::Short(301)
        } else {
            Onward::Http(if place % 2 == 0 { 301 } else { 302 })
        };
        let kind = match place {
            0 => HostKind::Shortener,
            1 => HostKind::Network,
            _ => HostKind::Honest(draft.tongue.language),
        };
        let host = draft.market.host(
            kind,
            draft.chance.below(6) + usize::try_from(place).unwrap_or(0),
        );
        let name = slug::slug(draft.market.slug_key(), draft.listing, place);
        let address = format!("http://{host}/{name}");
        steps.push(Step {
            address: address.clone(),
            onward,
            to: std::mem::replace(&mut to, address),
        });
    }
    steps.reverse();
    draft.to = to;
    steps
}

fn put(draft: &mut Draft<'_>, kind: K) {
    match kind {
        // What is sold is the look-alike.
        K::GatedGoods | K::NearMiss => {}
        K::LongChain | K::ShortLink => {
            let link = draft.anchor("");
            draft.put(format!("<p>{link}</p>"));
        }
        K::GatedPartner
        | K::ParkedDomain
        | K::MedicineNews
        | K::PlainAddress
        | K::DisclosedAffiliate
        | K::LoginReturn
        | K::Advertisement => linked(draft, kind),
        K::SisterMenu | K::Accordion | K::Accessible | K::HiddenHonest => concealed(draft, kind),
        _ => machinery(draft, kind),
    }
}

/// Plain links to honest pages that could be mistaken.
fn linked(draft: &mut Draft<'_>, kind: K) {
    let language = draft.tongue.language;
    let number = draft.chance.below(6);
    let phrases = &draft.tongue.phrases;
    let (market, lang) = (draft.market, language.as_str());
    match kind {
        K::GatedPartner => {
            let host = market.host(HostKind::GatedShop(language), number);
            draft.put(format!(
                "<p><a href=\"http://{host}/p/{number}\">{host}</a> (18+)</p>"
            ));
        }
        K::ParkedDomain => {
            let host = market.host(HostKind::Parked, number);
            draft.put(format!("<p><a href=\"http://{host}/\">www.{host}</a></p>"));
        }
        K::MedicineNews => {
            let host = market.host(HostKind::Press(language), 0);
            draft.put(format!(
                "<p><a href=\"http://{host}/n/{number}\">{host}</a></p>"
            ));
        }
        K::PlainAddress => {
            let to = escaped(&draft.to);
            draft.put(format!("<p>{to}</p>"));
        }
        K::DisclosedAffiliate => {
            let host = market.host(HostKind::Network, number);
            let to = wrap::percent(&draft.to);
            let text = escaped(&phrases.partner);
            draft.put(format!("<p><a href=\"http://{host}/c?aff={number}&amp;url={to}\" rel=\"sponsored nofollow\">{host}</a> <small>{text}</small></p>"));
        }
        K::LoginReturn => {
            let back = wrap::percent(&listing::path_of(draft.listing));
            let text = escaped(&phrases.sign_in);
            draft.put(format!(
                "<p><a href=\"/{lang}/login?next={back}\">{text}</a></p>"
            ));
        }
        _ => {
            draft.slot = Slot::Aside;
            let (href, text) = (draft.href(), escaped(&phrases.sponsored));
            draft.put(format!(
                "<div><small>{text}</small> <a href=\"{href}\" rel=\"sponsored\">{text}</a></div>"
            ));
        }
    }
}

/// Links that are concealed at first, or for good, and lead nowhere bad.
fn concealed(draft: &mut Draft<'_>, kind: K) {
    let own = draft.class();
    let (href, label) = (draft.href(), escaped(&draft.label()));
    let lang = draft.tongue.language.as_str();
    match kind {
        K::SisterMenu => {
            draft.slot = Slot::Bottom;
            let links: String = (0..5)
                .map(|number| draft.market.host(HostKind::Sister, number))
                .map(|host| format!("<li><a href=\"http://{host}/\">{host}</a></li>"))
                .collect();
            let text = escaped(&draft.tongue.phrases.sisters);
            draft.put(format!("<nav class=\"{own}\" style=\"display:none\"><b>{text}</b><ul>{links}</ul></nav>"));
        }
        K::Accordion => {
            let text = escaped(&draft.tongue.words.words.details);
            let shapes = [
                format!("<details><summary>{text}</summary><p><a href=\"{href}\">{label}</a></p></details>"),
                format!("<button aria-expanded=\"false\" aria-controls=\"{own}\">{text}</button><div id=\"{own}\" hidden><a href=\"{href}\">{label}</a></div>"),
                format!("<style>.{own} ul{{display:none}}.{own}:hover ul{{display:block}}</style><div class=\"{own}\">{text}<ul><li><a href=\"{href}\">{label}</a></li></ul></div>"),
                format!("<input type=\"checkbox\" id=\"{own}\"><label for=\"{own}\">{text}</label><style>#{own}~p.x{{max-height:0;overflow:hidden}}#{own}:checked~p.x{{max-height:none}}</style><p class=\"x\"><a href=\"{href}\">{label}</a></p>"),
            ];
            let places = [0, 1, 2, 3];
            if let Some(place) = draft.shape(&places) {
                draft.put(shapes[place].clone());
            }
        }
        K::Accessible => draft.put(format!("<style>.{own}{{position:absolute;width:1px;height:1px;overflow:hidden;clip:rect(0,0,0,0)}}.{own}:focus{{position:static;width:auto;height:auto;clip:auto}}</style><a class=\"{own}\" href=\"/{lang}/help/1\">{label}</a><p><a href=\"{href}\">{label}<span class=\"{own}\"> ({lang})</span></a></p>")),
        _ => {
            let style = draft.shape(&["display:none", "position:absolute;left:-9999px", "visibility:hidden", "font-size:0"]).unwrap_or("display:none");
            draft.put(format!("<div style=\"{style}\"><a href=\"{href}\">{label}</a></div>"));
        }
    }
}

/// Trackers, buttons, scripts, codes and contacts as honest pages have them.
fn machinery(draft: &mut Draft<'_>, kind: K) {
    let market = draft.market;
    let own = draft.class();
    let (href, label) = (draft.href(), escaped(&draft.label()));
    let lang = draft.tongue.language.as_str();
    let number = draft.chance.below(6);
    match kind {
        K::Tracker => {
            draft.slot = Slot::Bottom;
            let host = market.host(HostKind::Tracker, number);
            draft.put(format!("<iframe src=\"http://{host}/f?l={}\" width=\"1\" height=\"1\" style=\"border:0\"></iframe>", draft.listing));
        }
        K::ShareButtons => {
            draft.slot = Slot::Aside;
            let address = wrap::percent(&listing::address_of(market, draft.listing));
            let host = market.host(HostKind::Social, number);
            draft.put(format!("<div class=\"{own}\"><a href=\"http://{host}/share?url={address}\" rel=\"nofollow\">{host}</a></div>"));
        }
        K::ServiceContact => {
            let section = Section::of(draft.listing);
            let host = listing::storefront(market, section).replace("http://www.", "").replace("http://shop.", "");
            let text = escaped(&draft.tongue.phrases.service);
            draft.put(format!("<p>{text} +49 30 555 01{:02}, service@{host}</p>", draft.listing % 100));
        }
        K::CommentedOut => draft.put(format!("<!-- <p><a href=\"{href}\">{label}</a></p> --><noscript><a href=\"/{lang}/help/2\">{label}</a></noscript>")),
        K::ScriptNavigation => draft.put(format!("<div role=\"link\" onclick=\"location.href='/{lang}/help/1'\">{label}</div><script>if(location.hash==='#q')location.replace('/{lang}/help/2');</script>")),
        K::AppCode => text::coded_picture(draft),
        _ => {}
    }
}
