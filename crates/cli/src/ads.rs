//! The repository of advertisements that a case is judged with.

use std::path::Path;

use analysis::detectors::JudgedAd;
use anyhow::{Context as _, bail};
use graph::warehouse::{AdForm, read_ads};
use model::{Ad, BodyHash, Market, PageFacts, PageKind, Passage, Place, Product, Zone};

use crate::policy::AppliedPolicy;

/// Advertisements, with where they were read.
#[derive(Debug, Clone, Default)]
pub(crate) struct AdRepository {
    ads: Vec<Ad>,
    /// File and digest; empty where none was given.
    source: String,
}

impl AdRepository {
    /// Reads a file.
    pub(crate) fn read(path: &Path) -> anyhow::Result<Self> {
        let bytes = std::fs::read(path)
            .with_context(|| format!("cannot read the ad repository {}", path.display()))?;
        Self::parse(&path.display().to_string(), &bytes)
    }

    /// Reads what a file of that name holds.
    pub(crate) fn parse(name: &str, bytes: &[u8]) -> anyhow::Result<Self> {
        let extension = Path::new(name).extension().and_then(|end| end.to_str());
        let Some(form) = extension.and_then(AdForm::of_extension) else {
            bail!(
                "the ad repository {name} has no known form: end its name in .csv, .json, .jsonl or .parquet"
            );
        };
        let ads = read_ads(form, &mut &*bytes)
            .with_context(|| format!("cannot take the ad repository {name}"))?;
        let source = format!("{name} (SHA-256 {})", BodyHash::of(bytes));
        Ok(Self { ads, source })
    }

    /// What the policy says of the goods that each ad names.
    pub(crate) fn judge(&self, policy: &AppliedPolicy, market: &Market) -> Vec<JudgedAd> {
        let judged = |ad: &Ad| JudgedAd {
            verdict: policy.label(&facts(ad), market),
            ad: ad.clone(),
        };
        self.ads.iter().map(judged).collect()
    }

    /// What a reader must know of it, given how many ads land on pages of the case; `None` where none was
    /// given.
    pub(crate) fn note(&self, landed: usize) -> Option<String> {
        if self.source.is_empty() {
            return None;
        }
        let (source, ads) = (&self.source, self.ads.len());
        let mut note =
            format!("Ad repository {source}: {landed} of {ads} ads land on pages of this case.");
        if landed < ads {
            note.push_str(
                " The landing pages of the others were not seen: give their addresses as seeds.",
            );
        }
        Some(note)
    }
}

/// An ad as the facts of a page that offers what it names: the rules read pages.
fn facts(ad: &Ad) -> PageFacts {
    let passage = |place, text: &str| Passage {
        place,
        zone: Zone::Seller,
        text: text.to_owned(),
        shown: true,
        span: None,
    };
    let name = ad.product.as_deref().unwrap_or(&ad.content);
    let mut passages = vec![
        passage(Place::ProductName, name),
        passage(Place::Description, &ad.content),
    ];
    let subject = ad.subject.as_deref();
    passages.extend(subject.map(|subject| passage(Place::Category, subject)));
    PageFacts {
        kind: PageKind::Listing,
        title: name.to_owned(),
        products: vec![Product {
            name: Some(name.to_owned()),
            description: Some(ad.content.clone()),
            brand: ad.brand.clone(),
            category: ad.subject.clone(),
            gtin: ad.gtin.clone(),
            ..Product::default()
        }],
        seller: ad.on_behalf_of.clone(),
        offers_sale: true,
        passages,
        ..PageFacts::empty(ad.page.clone())
    }
}
