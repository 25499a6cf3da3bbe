//! The judge: from the tally of a page to its labels.
//!
//! A label above unknown needs two independent signals of one category, or one structured
//! statement; a page that sells, or says that it is for adults; and the goods must be what the
//! page is about. One signal alone is kept as an unknown label, so that an auditor sees it.

use std::collections::BTreeMap;

use model::{
    Confidence, DecidedBy, GateStrength, Label, Market, NoteKind, PageFacts, PageKind, Place,
    Policy, Severity, Verdict, Zone,
};

use crate::category::{Category, PolicyRow, Subject};
use crate::fold::is_unspaced;
use crate::heard::Reader;
use crate::minors;
use crate::promise;
use crate::reading::{Reading, path_words, readings};
use crate::statement;
use crate::tally::{Sum, Tallies, Tally};
use crate::weights::Standing;

/// What a page is judged by.
pub(crate) struct Judge<'p> {
    pub(crate) reader: Reader<'p>,
    pub(crate) market: &'p Market,
    pub(crate) as_of: &'p str,
    /// The pack of each category.
    pub(crate) packs: &'p [String],
    /// The whole pack.
    pub(crate) id: &'p str,
}

/// Why the words of a category make no label above unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shortfall {
    /// The page is an age gate.
    Gate,
    /// The page offers nothing for sale.
    NoOffer,
    /// The signals sum up to less than is needed.
    Signals {
        /// Their sum.
        sum: u32,
        /// What is needed.
        needed: u32,
    },
    /// The goods are named, and are not what the page is about.
    NotTheSubject,
    /// The page is about a thing beside the goods: a rack, a book, a poster.
    Beside,
}

/// Every signal of a category, by what it weighs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Signals {
    /// Words.
    pub(crate) words: Sum,
    /// An age that the page states.
    pub(crate) age: u32,
    /// A head that leaves no doubt.
    pub(crate) sure: u32,
    /// A spelling that honest pages have no need of.
    pub(crate) evasion: u32,
    /// A structured statement.
    pub(crate) statement: u32,
    /// Most goods of a category page are of the category: what their names weigh over the words.
    pub(crate) listed: u32,
}

impl Signals {
    /// All of it.
    pub(crate) const fn total(&self) -> u32 {
        self.words.total() + self.age + self.sure + self.evasion + self.statement + self.listed
    }
}

/// What was read of a page, before it is judged.
pub(crate) struct Case<'f> {
    pub(crate) page: Page<'f>,
    pub(crate) tallies: Tallies,
    /// What a lawful listing should say, with whether it does.
    pub(crate) known: [(&'static str, bool); 8],
}

/// What holds for the whole page, whatever the category.
pub(crate) struct Page<'f> {
    pub(crate) facts: &'f PageFacts,
    pub(crate) sells: bool,
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
    /// Whether the goods of the category are what the page lists: more than half of few, two
    /// fifths of many. Names of goods are missed more often than they are misread.
    fn mostly(&self, category: usize) -> bool {
        let count = self.of_category.get(&category).copied().unwrap_or(0);
        let half = count >= 2 && 2 * count > self.total;
        half || (count >= 4 && 5 * count >= 2 * self.total)
    }
}

impl Judge<'_> {
    /// The verdict on a page.
    pub(crate) fn judge(&self, facts: &PageFacts) -> Verdict {
        self.decide(&self.read(facts))
    }

    /// Reads a page: every text of it once.
    pub(crate) fn read<'f>(&self, facts: &'f PageFacts) -> Case<'f> {
        let path = path_words(&facts.address);
        let texts = readings(facts, &path, self.reader.weights);
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
        Case {
            known: known_of_listing(facts, &texts),
            page,
            tallies,
        }
    }

    /// The verdict on what was read.
    pub(crate) fn decide(&self, case: &Case<'_>) -> Verdict {
        let (page, tallies) = (&case.page, &case.tallies);
        let facts = page.facts;
        let mut labels = self.labels(page, tallies);
        labels.extend(minors::label(self, page.facts, &labels));
        if !self.is_explained(tallies, &labels) || facts.kind != PageKind::Listing {
            // Something prominent is unexplained, or the page is no listing: not compliant.
        } else if is_whole_listing(facts, &case.known) {
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
                let policy = self.policy(at, tally);
                let (policy, confidence) = self
                    .confidence(page, tallies, at, tally)
                    .map_or((Policy::Unknown, Confidence::Low), |sure| (policy, sure));
                self.label(at, tally, policy, confidence)
            })
            .collect()
    }

    /// The row of a category that decides in the market for the goods that were named.
    pub(crate) fn row(&self, at: usize, tally: &Tally) -> Option<&PolicyRow> {
        let category = &self.reader.categories[at];
        let names: Vec<&str> = category.goods.keys().map(String::as_str).collect();
        let goods: Vec<&str> = tally
            .named_goods()
            .filter_map(|kind| names.get(kind).copied())
            .collect();
        category.row(self.market, self.as_of, &goods)
    }

    /// The policy of a category in the market.
    pub(crate) fn policy(&self, at: usize, tally: &Tally) -> Policy {
        self.row(at, tally)
            .map_or(Policy::Unknown, PolicyRow::policy)
    }

    /// A label of a category. The legal basis says why a policy is unknown.
    pub(crate) fn label(
        &self,
        at: usize,
        tally: &Tally,
        policy: Policy,
        confidence: Confidence,
    ) -> Label {
        let category = &self.reader.categories[at];
        let row = self.row(at, tally);
        Label {
            policy,
            category: Some(category.code.clone()),
            name: category.name.clone(),
            market: self.market.clone(),
            pack: self.packs[at].clone(),
            legal_basis: legal_basis(category, row),
            decided_by: decided_by(category, row),
            statement: category.dsa.clone(),
            severity: category.severity,
            confidence,
            required_gate: category.required_gate,
            matches: tally.matches.clone(),
        }
    }

    /// What speaks for a category, and what it weighs.
    pub(crate) fn signals(
        &self,
        page: &Page<'_>,
        tallies: &Tallies,
        at: usize,
        tally: &Tally,
    ) -> Signals {
        let weights = self.reader.weights;
        let words = tally.sum(weights);
        let policy = self.policy(at, tally);
        let weigh = |holds: bool, weight: u32| u32::from(holds) * weight;
        // The names of most goods on a category page are heard wherever they stand.
        let named = u32::try_from(tally.strong.len() + 1).unwrap_or(u32::MAX) * weights.strong;
        let listed = if page.items.mostly(at) {
            named.saturating_sub(words.total())
        } else {
            0
        };
        Signals {
            words,
            // An age that the page itself states speaks for age-restricted goods in its head.
            age: weigh(is_aged(tallies, tally, policy), weights.age),
            sure: weigh(is_sure(page, tallies, at, tally), weights.sure),
            evasion: weigh(tally.evasive_in_head, weights.evasion),
            statement: weigh(tally.statement, weights.statement),
            listed,
        }
    }

    /// How sure the page is about goods of the category, or why it is not sure enough.
    pub(crate) fn confidence(
        &self,
        page: &Page<'_>,
        tallies: &Tallies,
        at: usize,
        tally: &Tally,
    ) -> Result<Confidence, Shortfall> {
        if page.facts.kind == PageKind::Gate {
            return Err(Shortfall::Gate);
        }
        if tally.statement {
            return Ok(Confidence::High);
        }
        if !page.sells && !page.items.mostly(at) && !self.is_offer_itself(page, tallies, at) {
            return Err(Shortfall::NoOffer);
        }
        let weights = self.reader.weights;
        let signals = self.signals(page, tallies, at, tally);
        let sum = signals.total();
        if sum < weights.needed {
            return Err(Shortfall::Signals {
                sum,
                needed: weights.needed,
            });
        }
        self.subject(page, tallies, at, tally)?;
        let aged = usize::from(signals.age > 0);
        let broad = page.items.mostly(at) || tally.standings() + aged >= 2;
        Ok(if sum >= weights.confident && broad {
            Confidence::High
        } else {
            Confidence::Medium
        })
    }

    /// Whether a page without a price is an offer all the same: what adult media and games of
    /// chance offer is the page; and who says in their own words that a page is for adults, not in
    /// the template's, says that it is more than a report.
    fn is_offer_itself(&self, page: &Page<'_>, tallies: &Tallies, at: usize) -> bool {
        let content = self.reader.categories[at].content && tallies.adult_in_chrome;
        (content || tallies.adult)
            && page.facts.kind != PageKind::Article
            && !is_report(page.facts, tallies)
    }

    /// That the page is about goods of the category, or why not.
    fn subject(
        &self,
        page: &Page<'_>,
        tallies: &Tallies,
        at: usize,
        tally: &Tally,
    ) -> Result<(), Shortfall> {
        if is_about_accessory(tallies, at, tally, &self.reader.categories[at]) {
            return Err(Shortfall::Beside);
        }
        let is_subject = self.is_subject(page, tallies, at, tally);
        is_subject.then_some(()).ok_or(Shortfall::NotTheSubject)
    }

    fn is_subject(&self, page: &Page<'_>, tallies: &Tallies, at: usize, tally: &Tally) -> bool {
        let category = &self.reader.categories[at];
        let in_head = tally.stands_in(Standing::Head);
        if page.items.mostly(at) {
            return true;
        }
        if page.facts.kind.lists_goods() {
            let enough = page.items.total < 3 || page.items.of_category.contains_key(&at);
            return in_head && enough;
        }
        let weights = self.reader.weights;
        let filed =
            tally.stands_in(Standing::Category) && tally.sum(weights).total() >= weights.confident;
        let opens = match page.facts.kind {
            PageKind::Listing => tally.opening && tally.distinct() >= 2,
            PageKind::Article | PageKind::Category | PageKind::Search => false,
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
        if tallies.by_category.is_empty() {
            return items;
        }
        let names = match facts.kind {
            kind if kind.lists_goods() => item_names(facts),
            // The front page of a shop, or a list whose structure says nothing: goods have prices.
            PageKind::Home | PageKind::Other => priced(facts),
            _ => return items,
        };
        for name in names {
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
            self.policy(at, tally).is_restricted()
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
            pack: self.id.to_owned(),
            legal_basis: String::new(),
            decided_by: DecidedBy::Facts,
            statement: None,
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

/// Whether the page states an age, and its head names goods that have one.
fn is_aged(tallies: &Tallies, tally: &Tally, policy: Policy) -> bool {
    matches!(policy, Policy::AgeRestricted { .. })
        && tallies.adult
        && tally.strong_in(Standing::Head)
}

/// The law behind a row; where the page alone does not decide, the words say so.
fn legal_basis(category: &Category, row: Option<&PolicyRow>) -> String {
    let stated = row.map_or("", |row| row.legal_basis.as_str());
    let basis = if stated.is_empty() {
        category.legal_basis.as_str()
    } else {
        stated
    };
    match row.filter(|row| row.policy() == Policy::Unknown) {
        None => basis.to_owned(),
        Some(row) => format!(
            "{basis} ({} in {}: the page alone does not decide)",
            row.status.as_str(),
            row.market
        ),
    }
}

/// Which row of which table decided.
fn decided_by(category: &Category, row: Option<&PolicyRow>) -> DecidedBy {
    row.map_or(DecidedBy::NoRow, |row| {
        let (source, checked) = category.provenance(row);
        DecidedBy::Row {
            market: row.market.clone(),
            goods: row.goods.clone(),
            status: row.status,
            from: row.from.clone(),
            to: row.to.clone(),
            source: source.to_owned(),
            checked: checked.to_owned(),
        }
    })
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
        PageKind::Listing | PageKind::Category | PageKind::Search => true,
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

/// Texts of links that state a price, when there are four or more of them.
fn priced(facts: &PageFacts) -> Vec<&str> {
    let has_price = |text: &str| {
        text.contains(['€', '$', '£', '¥', 'ł', '￥']) && text.bytes().any(|it| it.is_ascii_digit())
    };
    let texts = facts.links.iter().map(|link| link.text.as_str());
    let priced: Vec<&str> = texts.filter(|text| has_price(text)).collect();
    if priced.len() >= 4 {
        priced
    } else {
        Vec::new()
    }
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
fn is_whole_listing(facts: &PageFacts, known: &[(&str, bool); 8]) -> bool {
    let mut notes = facts.notes.iter();
    if notes.any(|note| note.kind == NoteKind::Truncated) {
        return false;
    }
    let [(_, named), rest @ ..] = known;
    *named && rest.iter().filter(|(_, known)| *known).count() >= 2
}

/// What a listing says of its goods: first that it names them, which it must.
fn known_of_listing(facts: &PageFacts, texts: &[Reading<'_>]) -> [(&'static str, bool); 8] {
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
    let named = texts
        .iter()
        .any(|text| text.standing == Standing::Head && !text.text.trim().is_empty());
    [
        ("name", named),
        (
            "offer",
            facts.offers_sale || says(|product| !product.offers.is_empty()),
        ),
        ("description", described),
        ("category", at(Place::Breadcrumb) || at(Place::Category)),
        ("brand", says(|product| product.brand.is_some())),
        ("gtin", says(|product| product.gtin.is_some())),
        (
            "seller",
            facts.seller.is_some() || says(|product| product.seller.is_some()),
        ),
        ("picture", at(Place::ImageAlt)),
    ]
}
