//! The judge: from the tally of a page to its labels.
//!
//! A label above unknown needs two independent signals of one category, or one structured
//! statement; a page that sells, or says that it is for adults; and the goods must be what the
//! page is about. One signal alone is kept as an unknown label, so that an auditor sees it.

use std::collections::BTreeMap;

use model::{
    Confidence, GateStrength, Label, Market, NoteKind, PageFacts, PageKind, Place, Policy,
    Severity, Verdict, Zone,
};

use crate::category::{Category, Subject};
use crate::fold::is_unspaced;
use crate::promise;
use crate::reading::{Reading, Standing, readings};
use crate::statement;
use crate::tally::{Reader, Tallies, Tally};

/// What a page is judged by.
pub(crate) struct Judge<'p> {
    pub(crate) reader: Reader<'p>,
    pub(crate) market: &'p Market,
    pub(crate) as_of: &'p str,
    pub(crate) pack: String,
}

/// What holds for the whole page, whatever the category.
struct Page<'f> {
    facts: &'f PageFacts,
    sells: bool,
    has_head: bool,
    items: Items,
}

/// The goods that a category page lists.
#[derive(Default)]
struct Items {
    total: usize,
    of_category: BTreeMap<usize, usize>,
}

impl Items {
    /// Whether more than half of the goods are of the category.
    fn mostly(&self, category: usize) -> bool {
        let count = self.of_category.get(&category).copied().unwrap_or(0);
        count >= 2 && 2 * count > self.total
    }
}

impl Judge<'_> {
    /// The verdict on a page.
    pub(crate) fn judge(&self, facts: &PageFacts) -> Verdict {
        let texts = readings(facts);
        let mut tallies = Tallies::default();
        for reading in &texts {
            self.reader.read(reading, &mut tallies);
        }
        statement::count(facts, self.reader.categories, &mut tallies);
        let page = Page {
            facts,
            sells: sells(facts, &tallies),
            has_head: texts.iter().any(|text| text.standing == Standing::Head),
            items: self.items(facts, &tallies),
        };
        let mut labels = self.labels(&page, &tallies);
        if !self.is_explained(&tallies, &labels) || facts.kind != PageKind::Listing {
            // Something prominent is unexplained, or the page is no listing: not compliant.
        } else if is_whole_listing(facts, &texts) {
            labels.push(self.compliant(facts));
        }
        labels
            .iter_mut()
            .for_each(|label| label.matches.shrink_to_fit());
        labels.sort_by(|one, other| {
            let key = |label: &Label| {
                (
                    std::cmp::Reverse(weight(label.policy)),
                    label.category.clone(),
                )
            };
            key(one).cmp(&key(other))
        });
        let policy = labels.first().map_or(Policy::Unknown, |label| label.policy);
        Verdict {
            policy,
            labels,
            promises: promise::promises(self, facts),
        }
    }

    /// One label for each category that has a live signal.
    fn labels(&self, page: &Page<'_>, tallies: &Tallies) -> Vec<Label> {
        let spoken = tallies.by_category.iter();
        spoken
            .filter(|(_, tally)| !tally.strong.is_empty() || tally.statement)
            .map(|(&at, tally)| {
                let category = &self.reader.categories[at];
                let policy = self.policy(category);
                let sure = self.confidence(page, tallies, at, tally, policy);
                let (policy, confidence) =
                    sure.map_or((Policy::Unknown, Confidence::Low), |sure| (policy, sure));
                self.label(category, policy, confidence, tally.matches.clone())
            })
            .collect()
    }

    /// The policy of a category in the market.
    pub(crate) fn policy(&self, category: &Category) -> Policy {
        let row = category.row(self.market, self.as_of);
        row.map_or(Policy::Unknown, |row| row.policy())
    }

    /// A label of a category. The legal basis says why a policy is unknown.
    pub(crate) fn label(
        &self,
        category: &Category,
        policy: Policy,
        confidence: Confidence,
        matches: Vec<model::Match>,
    ) -> Label {
        let row = category.row(self.market, self.as_of);
        let stated = row.map_or("", |row| row.legal_basis.as_str());
        let basis = if stated.is_empty() {
            category.legal_basis.as_str()
        } else {
            stated
        };
        let undecided = row.filter(|row| row.policy() == Policy::Unknown);
        let legal_basis = undecided.map_or_else(
            || basis.to_owned(),
            |row| {
                format!(
                    "{basis} ({} in {}: the page alone does not decide)",
                    row.status.as_str(),
                    row.market
                )
            },
        );
        Label {
            policy,
            category: Some(category.code.clone()),
            name: category.name.clone(),
            market: self.market.clone(),
            pack: self.pack.clone(),
            legal_basis,
            severity: category.severity,
            confidence,
            required_gate: category.required_gate,
            matches,
        }
    }

    /// How sure the page is about goods of the category, or `None` when it is not sure enough.
    fn confidence(
        &self,
        page: &Page<'_>,
        tallies: &Tallies,
        at: usize,
        tally: &Tally,
        policy: Policy,
    ) -> Option<Confidence> {
        if page.facts.kind == PageKind::Gate {
            return None;
        }
        if tally.statement {
            return Some(Confidence::High);
        }
        let adult = tallies.adult || tallies.adult_in_chrome;
        let offers = page.sells || (adult && page.facts.kind != PageKind::Article);
        if !offers {
            return None;
        }
        // An age that the page itself states speaks for age-restricted goods in its head.
        let aged = matches!(policy, Policy::AgeRestricted { .. })
            && tallies.adult
            && tally.strong_in(Standing::Head);
        // The names of most goods on a category page are heard wherever they stand.
        let listed = page.items.mostly(at);
        let heard = if listed {
            tally.strong.len() + 1
        } else {
            tally.signals()
        };
        let signals = heard + usize::from(aged) + usize::from(is_sure(page, tallies, at, tally));
        if signals < 2 || !self.is_subject(page, tallies, at, tally) {
            return None;
        }
        let broad = listed || tally.standings() + usize::from(aged) >= 2;
        Some(if signals >= 3 && broad {
            Confidence::High
        } else {
            Confidence::Medium
        })
    }

    /// Whether the page is about goods of the category.
    fn is_subject(&self, page: &Page<'_>, tallies: &Tallies, at: usize, tally: &Tally) -> bool {
        let category = &self.reader.categories[at];
        if is_about_accessory(tallies, at, tally, category) {
            return false;
        }
        let in_head = tally.stands_in(Standing::Head);
        if page.facts.kind == PageKind::Category {
            let enough = page.items.total < 3 || page.items.of_category.contains_key(&at);
            return page.items.mostly(at) || (in_head && enough);
        }
        let filed = tally.stands_in(Standing::Category) && tally.signals() >= 3;
        let opens = match page.facts.kind {
            PageKind::Listing => tally.opening && tally.distinct() >= 2,
            PageKind::Article | PageKind::Category => false,
            _ => tally.distinct() >= 3 || !page.has_head,
        };
        let measured = page.facts.kind == PageKind::Listing
            && tally.measured
            && !tallies.filed_beside
            && has_clean_head(tallies, at, tally);
        in_head || filed || measured || (category.subject == Subject::Page && opens)
    }

    /// What share of a category page's goods is restricted. Looked at only where a word was found.
    fn items(&self, facts: &PageFacts, tallies: &Tallies) -> Items {
        let mut items = Items::default();
        if facts.kind != PageKind::Category || tallies.by_category.is_empty() {
            return items;
        }
        for name in item_names(facts) {
            let mut tallies = Tallies::default();
            self.reader.read(&Reading::item(name), &mut tallies);
            items.total += 1;
            for (at, tally) in tallies.by_category {
                if !tally.strong.is_empty() {
                    *items.of_category.entry(at).or_default() += 1;
                }
            }
        }
        items
    }

    /// Whether nothing prominent is left unexplained: no label of restricted goods, none that
    /// would be one in another market, no strong term in the head or category.
    fn is_explained(&self, tallies: &Tallies, labels: &[Label]) -> bool {
        let sure = labels
            .iter()
            .any(|label| label.confidence > Confidence::Low);
        let lone = tallies.by_category.iter().any(|(&at, tally)| {
            let category = &self.reader.categories[at];
            self.policy(category).is_restricted()
                && (tally.strong_in(Standing::Head)
                    || tally.strong_in(Standing::Category)
                    || is_described(tallies, at, tally))
                && !is_about_accessory(tallies, at, tally, category)
        });
        !sure && !lone && !tallies.adult_by_markup
    }

    fn compliant(&self, facts: &PageFacts) -> Label {
        Label {
            policy: Policy::Compliant,
            category: None,
            name: String::new(),
            market: self.market.clone(),
            pack: self.pack.clone(),
            legal_basis: String::new(),
            severity: Severity::Low,
            confidence: if facts.products.is_empty() {
                Confidence::Medium
            } else {
                Confidence::High
            },
            required_gate: GateStrength::None,
            matches: Vec::new(),
        }
    }
}

/// Illegal before age-restricted before compliant before unknown.
const fn weight(policy: Policy) -> u8 {
    match policy {
        Policy::Unknown => 0,
        Policy::Compliant => 1,
        Policy::AgeRestricted { .. } => 2,
        Policy::Illegal => 3,
    }
}

/// Whether the head speaks of something beside the goods (a rack, a book, a poster) and of the
/// goods in no other way; or one everyday word stands alone on a page that is filed under such
/// things ("The whisky coast" among books).
fn is_about_accessory(tallies: &Tallies, at: usize, tally: &Tally, category: &Category) -> bool {
    let negatives = &tallies.head_negatives;
    let general = category.general_negative;
    let beside = (general && negatives.contains(&None)) || negatives.contains(&Some(at));
    let filed = general
        && tallies.filed_beside
        && category.subject == Subject::Head
        && tally.strong.len() == 1
        && tally.weak.is_empty()
        && !tally.strong_in(Standing::Category);
    let book = general && !category.media && tallies.is_book();
    filed || book || ((tally.cancelled_in_head || beside) && !tally.plain_in_head())
}

/// Whether nothing in the head makes the goods innocent.
fn has_clean_head(tallies: &Tallies, at: usize, tally: &Tally) -> bool {
    let negatives = &tallies.head_negatives;
    !tally.cancelled_in_head && !negatives.contains(&None) && !negatives.contains(&Some(at))
}

/// Whether the page is an offer whose head names the goods by a term that has no other use: a
/// page that sells exactly such a thing need not say so twice.
fn is_sure(page: &Page<'_>, tallies: &Tallies, at: usize, tally: &Tally) -> bool {
    page.facts.kind == PageKind::Listing
        && page.sells
        && tally.sure_in_head
        && has_clean_head(tallies, at, tally)
}

/// Whether the description offers restricted goods under another name: by two terms, or by one with
/// a weak one or a measure.
fn is_described(tallies: &Tallies, at: usize, tally: &Tally) -> bool {
    let enough = tally.described.len() + tally.weak.len() >= 2 && !tally.described.is_empty();
    (enough || tally.measured) && has_clean_head(tallies, at, tally)
}

/// Whether the page offers something for sale. An article does by a product with an offer, or by
/// a head that speaks of buying: a price for a subscription is no offer of what it is about.
fn sells(facts: &PageFacts, tallies: &Tallies) -> bool {
    let offered = facts
        .products
        .iter()
        .any(|product| !product.offers.is_empty());
    match facts.kind {
        PageKind::Gate => false,
        PageKind::Listing | PageKind::Category => true,
        _ if is_report(facts, tallies) => false,
        PageKind::Article => offered || (facts.offers_sale && tallies.commerce_in_head),
        _ => offered || facts.offers_sale,
    }
}

/// Whether a page without products, controls and prices of their own speaks as news do: a price in
/// a sentence of theirs is no offer.
fn is_report(facts: &PageFacts, tallies: &Tallies) -> bool {
    let is_price = |text: &str| {
        text.len() <= 24
            && text.bytes().any(|byte| byte.is_ascii_digit())
            && text.contains(['€', '$', '£', '¥', 'ł'])
    };
    let mut shown = facts.passages.iter().filter(|passage| passage.shown);
    tallies.reports.len() >= 2
        && facts.products.is_empty()
        && !tallies.control
        && !tallies.commerce_in_head
        && !shown.any(|passage| is_price(&passage.text))
}

/// Names of the goods on a category page: by structured data, by place, else by their links.
fn item_names(facts: &PageFacts) -> Vec<&str> {
    let stated: Vec<&str> = facts
        .products
        .iter()
        .filter_map(|product| product.name.as_deref())
        .collect();
    if stated.len() >= 3 {
        return stated;
    }
    let placed: Vec<&str> = facts
        .passages
        .iter()
        .filter(|passage| passage.shown && passage.place == Place::ProductName)
        .map(|passage| passage.text.as_str())
        .collect();
    if placed.len() >= 3 {
        return placed;
    }
    let of_goods = facts.links.iter().filter(|link| {
        !matches!(link.zone, Zone::Chrome | Zone::Advertising) && link.text.chars().count() >= 4
    });
    of_goods.map(|link| link.text.as_str()).collect()
}

/// Whether a listing was read whole and says enough of its goods to be judged lawful.
fn is_whole_listing(facts: &PageFacts, texts: &[Reading<'_>]) -> bool {
    if facts
        .notes
        .iter()
        .any(|note| note.kind == NoteKind::Truncated)
    {
        return false;
    }
    // "Solid oak." is enough; in unspaced scripts four characters say as much.
    let is_long = |text: &str| {
        let letters = || text.chars().filter(|value| value.is_alphabetic());
        letters().count() >= 8 || letters().filter(|&value| is_unspaced(value)).count() >= 4
    };
    let at = |place: Place| texts.iter().any(move |text| text.place == place);
    let says = |of: fn(&model::Product) -> bool| facts.products.iter().any(of);
    let described = texts.iter().any(|text| {
        matches!(text.place, Place::Description | Place::Body | Place::Meta)
            && !text.chrome
            && is_long(text.text)
    });
    let known = [
        facts.offers_sale || says(|product| !product.offers.is_empty()),
        described,
        at(Place::Breadcrumb) || at(Place::Category),
        says(|product| product.brand.is_some()),
        says(|product| product.gtin.is_some()),
        facts.seller.is_some() || says(|product| product.seller.is_some()),
        at(Place::ImageAlt),
    ];
    let named = texts
        .iter()
        .any(|text| text.standing == Standing::Head && !text.text.trim().is_empty());
    named && known.into_iter().filter(|&known| known).count() >= 2
}
