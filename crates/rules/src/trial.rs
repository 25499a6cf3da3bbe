//! Trials: pages in a few lines, each with the label that a pack must give it.
//!
//! A pack comes with its trials as a program does with its tests. A page is written by what stands
//! where: name, description, breadcrumb, reviews; how such texts are found in a real page is the
//! reader's matter and tested there.

use model::{
    Carrier, HopKind, Language, Link, Market, MedicineLogo, PageFacts, PageKind, PageUrl, Passage,
    Place, Policy, Product, RawHref, Stated, Verdict, Zone,
};
use serde::Deserialize;

use crate::fact_rule::TraderPart;
use crate::pack::{PackError, RulePack};
use crate::source::{PackFile, PackPlace};

/// A file of trials.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Trials {
    #[serde(default)]
    page: Vec<toml::Spanned<Trial>>,
}

/// One page with the label that it must get.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Trial {
    /// What the page is, for people.
    pub is: String,
    /// Policy and category: `illegal A1`, `age-restricted D1`, `compliant`, `unknown`.
    pub expect: String,
    /// Whose law.
    pub market: Market,
    /// The age that the label must state.
    pub min_age: Option<u8>,
    /// Kind of the page.
    kind: String,
    /// Whether it has a price or a control to buy.
    sale: bool,
    title: String,
    name: String,
    heading: String,
    crumbs: String,
    text: String,
    body: Vec<String>,
    reviews: Vec<String>,
    chrome: Vec<String>,
    hidden: Vec<String>,
    items: Vec<String>,
    variants: Vec<String>,
    ratings: Vec<String>,
    considerations: Vec<String>,
    /// Where the common logo for medicines leads; empty for a mere picture of it.
    logo: Option<String>,
    /// The parts of its trader that the page states.
    trader: Vec<TraderPart>,
}

impl Default for Trial {
    fn default() -> Self {
        Self {
            is: String::new(),
            expect: String::new(),
            market: Market::eu(),
            min_age: None,
            kind: PageKind::Listing.as_str().to_owned(),
            sale: true,
            title: String::new(),
            name: String::new(),
            heading: String::new(),
            crumbs: String::new(),
            text: String::new(),
            body: Vec::new(),
            reviews: Vec::new(),
            chrome: Vec::new(),
            hidden: Vec::new(),
            items: Vec::new(),
            variants: Vec::new(),
            ratings: Vec::new(),
            considerations: Vec::new(),
            logo: None,
            trader: Vec::new(),
        }
    }
}

/// How a trial ended.
#[derive(Debug, Clone, PartialEq)]
pub struct TrialResult {
    /// Where the trial is written.
    pub place: PackPlace,
    /// What the page is.
    pub is: String,
    /// What it must get.
    pub expected: String,
    /// What it got: policy and category.
    pub got: String,
    /// Whether that is the same.
    pub passed: bool,
    /// The verdict.
    pub verdict: Verdict,
}

impl RulePack {
    /// Runs every trial of a file.
    ///
    /// # Errors
    /// [`PackError::Invalid`] with the place of what is wrong in the file.
    pub fn try_on(&self, file: PackFile<'_>) -> Result<Vec<TrialResult>, PackError> {
        let trials: Trials = file.read()?;
        let mut results = Vec::with_capacity(trials.page.len());
        for spanned in &trials.page {
            let place = file.place(spanned.span().start);
            let trial = spanned.as_ref();
            let facts = trial.facts().ok_or_else(|| PackError::Invalid {
                place: place.clone(),
                what: format!("`{}` is no kind of page", trial.kind),
                remedy: "write listing, category, article, gate, seller, interstitial or other",
            })?;
            if !self.may_give(&trial.expect) {
                return Err(PackError::Invalid {
                    place,
                    what: format!("`{}` is no label that the pack can give", trial.expect),
                    remedy: "write illegal or age-restricted and the code of a category, compliant, or unknown",
                });
            }
            let verdict = self.label(&facts, &trial.market);
            let got = said(&verdict, trial.wanted_code());
            let aged = trial
                .min_age
                .is_none_or(|min_age| verdict.policy == Policy::AgeRestricted { min_age });
            results.push(TrialResult {
                place,
                is: trial.is.clone(),
                expected: trial.expect.clone(),
                passed: got == trial.expect && aged,
                got,
                verdict,
            });
        }
        Ok(results)
    }

    /// Whether a label of these words is one of the pack.
    fn may_give(&self, expected: &str) -> bool {
        match expected.split_once(' ') {
            Some((policy, code)) => {
                matches!(policy, "illegal" | "age-restricted")
                    && self.categories().any(|category| category.code.0 == code)
            }
            None => matches!(expected, "compliant" | "unknown"),
        }
    }
}

/// Policy and category of a verdict; of several categories the one that is asked for, else the
/// first.
fn said(verdict: &Verdict, wanted: &str) -> String {
    let policy = verdict.policy.as_str();
    if !verdict.policy.is_restricted() {
        return policy.to_owned();
    }
    let of_policy = verdict
        .labels
        .iter()
        .filter(|label| label.policy.as_str() == policy);
    let codes: Vec<&str> = of_policy
        .filter_map(|label| Some(label.category.as_ref()?.0.as_str()))
        .collect();
    let code = codes.iter().find(|code| **code == wanted).or(codes.first());
    format!("{policy} {}", code.copied().unwrap_or_default())
}

impl Trial {
    /// The category that is expected.
    fn wanted_code(&self) -> &str {
        self.expect.split(' ').nth(1).unwrap_or_default()
    }

    /// The facts of such a page; `None` when its kind is none.
    fn facts(&self) -> Option<PageFacts> {
        let mut facts = PageFacts::empty(PageUrl::parse("https://market.example/p/1").ok()?);
        facts.kind = *PageKind::ALL
            .iter()
            .find(|kind| kind.as_str() == self.kind)?;
        facts.offers_sale = self.sale;
        facts.title.clone_from(&self.title);
        facts.language = Some(Language("en".to_owned()));
        facts.ratings.clone_from(&self.ratings);
        if !self.considerations.is_empty() || !self.variants.is_empty() {
            facts.products.push(Product {
                name: Some(self.name.clone()),
                adult_considerations: self.considerations.clone(),
                variants: self.variants.clone(),
                ..Product::default()
            });
        }
        facts.medicine_logo = self.logo.as_ref().map(|target| MedicineLogo {
            target: PageUrl::parse(target).ok(),
            shows: "the common logo".to_owned(),
            span: None,
        });
        for part in &self.trader {
            *part.of(&mut facts.trader) = Some(Stated {
                text: "stated".to_owned(),
                span: None,
                holds: None,
            });
        }
        facts.passages = self.passages();
        facts.links = self.items.iter().filter_map(|text| item(text)).collect();
        Some(facts)
    }

    fn passages(&self) -> Vec<Passage> {
        let one = std::slice::from_ref;
        let all: [(Place, Zone, &[String], bool); 11] = [
            (Place::Body, Zone::Chrome, &self.chrome, true),
            (Place::Title, Zone::Unknown, one(&self.title), true),
            (Place::Breadcrumb, Zone::Unknown, one(&self.crumbs), true),
            (Place::Heading, Zone::Unknown, one(&self.heading), true),
            (Place::Heading, Zone::Unknown, one(&self.name), true),
            (Place::ProductName, Zone::Seller, one(&self.name), true),
            (Place::Description, Zone::Seller, one(&self.text), true),
            (Place::Description, Zone::Seller, &self.hidden, false),
            (Place::Body, Zone::Unknown, &self.body, true),
            (Place::Review, Zone::User, &self.reviews, true),
            (Place::AnchorText, Zone::Unknown, &self.items, true),
        ];
        let written = all.into_iter().flat_map(|(place, zone, texts, shown)| {
            let texts = texts.iter().filter(|text| !text.is_empty());
            texts.map(move |text| Passage {
                place,
                zone,
                text: text.clone(),
                shown,
                span: None,
            })
        });
        written.collect()
    }
}

fn item(text: &str) -> Option<Link> {
    let target = PageUrl::parse("https://market.example/item").ok()?;
    Some(Link {
        text: text.to_owned(),
        ..Link::new(
            RawHref::new("/item"),
            Some(target),
            HopKind::Anchor,
            Carrier::AHref,
        )
    })
}
