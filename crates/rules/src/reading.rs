//! Readings: the texts of a page that may speak for a label, each with its standing.

use std::borrow::Cow;
use std::collections::BTreeSet;

use model::{Match, PageFacts, PageKind, PageUrl, Passage, Place, Product, RuleId, Span, Zone};

use crate::fold::Folded;
use crate::weights::{Standing, Weights};

/// One text of a page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading<'f> {
    /// The text.
    pub(crate) text: &'f str,
    /// Where it stands.
    pub(crate) place: Place,
    /// What it weighs.
    pub(crate) standing: Standing,
    /// How many bytes of it belong to the beginning of the description.
    pub(crate) opening: usize,
    /// Whether it is part of the platform's template.
    pub(crate) chrome: bool,
    /// Where the text begins in its passage, and how long that passage is, in bytes.
    within: (usize, usize),
    /// Where the passage stands in the body.
    span: Option<Span>,
}

/// How much of a description is its beginning, in bytes.
const OPENING_BYTES: usize = 240;

impl<'f> Reading<'f> {
    fn new(text: &'f str, place: Place, standing: Standing) -> Self {
        Self {
            text,
            place,
            standing,
            opening: 0,
            chrome: false,
            within: (0, text.len()),
            span: None,
        }
    }

    fn of(passage: &'f Passage, standing: Standing) -> Self {
        Self {
            span: passage.span,
            chrome: passage.zone == Zone::Chrome,
            ..Self::new(&passage.text, passage.place, standing)
        }
    }

    /// The name of one item of a category page.
    pub(crate) fn item(name: &'f str) -> Self {
        Self::new(name, Place::ProductName, Standing::Head)
    }

    /// Words beside a link, which are read as a text of their own.
    pub(crate) fn beside(words: &'f str, place: Place) -> Self {
        Self::new(words, place, Standing::Body)
    }

    /// Whether it is one of the template's own words, which speak for no category: all of them
    /// but its breadcrumb and its title.
    pub(crate) fn is_template(&self) -> bool {
        self.chrome && self.standing == Standing::Aside
    }

    /// The part `start..end` of the text, which keeps its way back to the body.
    fn part(self, start: usize, end: usize, standing: Standing) -> Self {
        Self {
            text: self.text.get(start..end).unwrap_or(""),
            standing,
            within: (self.within.0 + start, self.within.1),
            ..self
        }
    }

    /// The words behind the folded bytes `start..end` as a match of `rule`.
    ///
    /// The span is that of the very words when the passage's bytes are its text's (no character
    /// references, no collapsed white space), else that of the passage.
    pub(crate) fn found(
        &self,
        folded: &Folded<'_>,
        start: usize,
        end: usize,
        rule: RuleId,
    ) -> Match {
        let (first, last) = folded.original(start, end);
        let exact = |span: Span| {
            if span.end.saturating_sub(span.start) == self.within.1 {
                let begin = span.start + self.within.0;
                Span {
                    start: begin + first,
                    end: begin + last,
                }
            } else {
                span
            }
        };
        Match {
            rule,
            text: self.text.get(first..last).unwrap_or("").to_owned(),
            place: self.place,
            span: self.span.map(exact),
            normalized: folded.normalizations(first, last),
        }
    }

    /// Whether the original bytes up to `end` lie in the beginning of the description.
    pub(crate) fn opens_with(&self, end: usize) -> bool {
        end <= self.opening
    }
}

/// Every text of the page that a shopper can read, in the order of the page; structured data
/// last. Texts of the platform's template and of advertisers are left out, but for the title and
/// the breadcrumb. Linear in the number of passages.
pub(crate) fn readings<'f>(
    facts: &'f PageFacts,
    path: &'f str,
    weights: &'f Weights,
) -> Vec<Reading<'f>> {
    let mut gathered = Gathered::new(facts, weights);
    for (at, passage) in facts.passages.iter().enumerate() {
        if passage.shown && !passage.text.is_empty() {
            gathered.add_passage(at, passage);
        }
    }
    if !gathered.saw_title {
        gathered.add_title(Reading::new(&facts.title, Place::Title, Standing::Head));
    }
    let own = if facts.kind.lists_goods() { 0 } else { 1 };
    for (at, product) in facts.products.iter().enumerate() {
        gathered.add_product(product, at < own);
    }
    let standing = weights.standing(Place::Url);
    gathered
        .readings
        .push(Reading::new(path, Place::Url, standing));
    gathered.readings
}

/// The words of an address: its path, decoded.
pub(crate) fn path_words(address: &PageUrl) -> Cow<'_, str> {
    percent_encoding::percent_decode_str(address.as_url().path()).decode_utf8_lossy()
}

struct Gathered<'f> {
    readings: Vec<Reading<'f>>,
    weights: &'f Weights,
    kind: PageKind,
    /// Headings that may still count as the page's subject.
    headings: usize,
    /// Whether only headings of the template are left to be the subject.
    only_chrome_headings: bool,
    /// Passages of the breadcrumb before this place are its first steps.
    crumbs_from: usize,
    saw_title: bool,
    /// Bytes of the description's beginning that no text has had yet.
    opening_left: usize,
    /// No text is marked as the description of what a listing offers.
    has_no_description: bool,
    /// Folded words of the product's name and the first heading.
    name_words: Vec<String>,
    /// The product's name and the first heading, folded.
    names: Vec<String>,
    /// The same as they are written.
    written: Vec<&'f str>,
    /// Texts of the links of a listing.
    linked: BTreeSet<&'f str>,
}

/// How many bytes may follow a name that is repeated: a number, as pictures have.
const NUMBER_BYTES: usize = 12;

impl<'f> Gathered<'f> {
    fn new(facts: &'f PageFacts, weights: &'f Weights) -> Self {
        let places = |place: Place| {
            let all = facts.passages.iter().enumerate();
            all.filter(move |(_, passage)| passage.shown && passage.place == place)
        };
        // What parts the steps of a breadcrumb may be a passage of its own.
        let is_step = |text: &str| text.chars().any(char::is_alphanumeric);
        let crumbs = places(Place::Breadcrumb).filter(|(_, it)| is_step(&it.text));
        let crumbs: Vec<usize> = crumbs.map(|(at, _)| at).collect();
        let first_heading = places(Place::Heading).find(|(_, it)| it.zone != Zone::Chrome);
        let names = places(Place::ProductName).map(|(_, it)| it.text.as_str());
        let stated = facts
            .products
            .iter()
            .filter_map(|product| product.name.as_deref());
        let heading = first_heading.iter().map(|(_, it)| it.text.as_str());
        let names: Vec<&str> = names.take(1).chain(stated.take(1)).chain(heading).collect();
        Self {
            readings: Vec::with_capacity(facts.passages.len() + 4),
            weights,
            kind: facts.kind,
            headings: if matches!(
                facts.kind,
                PageKind::Listing | PageKind::Category | PageKind::Search | PageKind::Article
            ) {
                1
            } else {
                2
            },
            only_chrome_headings: first_heading.is_none(),
            crumbs_from: crumbs.len().checked_sub(2).map_or(0, |from| crumbs[from]),
            saw_title: false,
            opening_left: OPENING_BYTES,
            has_no_description: facts.kind == PageKind::Listing
                && places(Place::Description).next().is_none()
                && facts
                    .products
                    .iter()
                    .all(|product| product.description.is_none()),
            name_words: names.iter().copied().flat_map(long_words).collect(),
            written: names.clone(),
            linked: if facts.kind == PageKind::Listing {
                facts.links.iter().map(|link| link.text.as_str()).collect()
            } else {
                BTreeSet::new()
            },
            names: names
                .iter()
                .map(|name| Folded::plain(name).text.trim().to_owned())
                .collect(),
        }
    }

    fn add_passage(&mut self, at: usize, passage: &'f Passage) {
        let place = passage.place;
        if place == Place::Title {
            self.saw_title = true;
            self.add_title(Reading::of(passage, Standing::Head));
            return;
        }
        let template = matches!(passage.zone, Zone::Chrome);
        let standing = match place {
            _ if passage.zone == Zone::Advertising => return,
            Place::Breadcrumb => return self.add_crumb(at, passage),
            Place::Heading if template && !self.only_chrome_headings => return,
            Place::AnchorText | Place::Body | Place::ImageAlt | Place::Review if template => {
                // The template may say that the shop is for adults, and nothing else.
                Standing::Aside
            }
            _ if passage.zone == Zone::User => Standing::Aside,
            // The names of the goods that a category lists are not what the page is about.
            Place::ProductName if self.kind.lists_goods() => Standing::Body,
            Place::Heading => self.heading_standing(),
            // What says the name again says nothing new.
            Place::ImageAlt | Place::Meta | Place::Body if self.repeats_name(&passage.text) => {
                Standing::Head
            }
            // The picture of other goods, beside the link to them.
            Place::ImageAlt if self.is_linked(&passage.text) => Standing::Aside,
            place => self.weights.standing(place),
        };
        let mut reading = Reading::of(passage, standing);
        // A plain page has its description in its first paragraphs, each line of which may be a passage.
        let plain = place == Place::Body
            && standing == Standing::Body
            && self.has_no_description
            && reading.text.chars().filter(|it| it.is_alphabetic()).count() >= 8;
        if place == Place::Description || plain {
            self.open(&mut reading);
        }
        self.readings.push(reading);
    }

    /// Lets a text of the description have what is left of its beginning.
    fn open(&mut self, reading: &mut Reading<'f>) {
        reading.opening = self.opening_left;
        self.opening_left = self.opening_left.saturating_sub(reading.text.len());
    }

    fn repeats_name(&self, text: &str) -> bool {
        let text = text.trim();
        self.written.iter().any(|name| {
            let rest = text.strip_prefix(name.trim());
            rest.is_some_and(|rest| rest.len() <= NUMBER_BYTES) && !name.trim().is_empty()
        })
    }

    /// Whether a link of the listing says the same, first or alone.
    fn is_linked(&self, text: &str) -> bool {
        let mut from = self.linked.range(text..);
        !text.is_empty() && from.next().is_some_and(|link| link.starts_with(text))
    }

    fn heading_standing(&mut self) -> Standing {
        if self.headings == 0 {
            return Standing::Body;
        }
        self.headings -= 1;
        self.weights.standing(Place::Heading)
    }

    /// Only the last two steps of a breadcrumb say what the goods are: the first ones are
    /// departments, which hold accessories as well.
    fn add_crumb(&mut self, at: usize, passage: &'f Passage) {
        let reading = Reading::of(passage, self.weights.standing(Place::Breadcrumb));
        if at < self.crumbs_from {
            return;
        }
        let start = last_steps(&passage.text);
        let end = passage.text.len();
        // The last step is often the page's own name again, which says nothing new.
        let own = last_step(&passage.text);
        let repeated = Folded::plain(passage.text[own..].trim()).text;
        if self.names.iter().any(|name| *name == repeated.trim()) {
            self.readings.push(reading.part(own, end, Standing::Head));
            if start < own {
                self.readings
                    .push(reading.part(start, own, reading.standing));
            }
            return;
        }
        self.readings
            .push(reading.part(start, end, reading.standing));
    }

    /// A title often ends in the name of the shop. Its first part is the subject; a later part is
    /// only when it shares a word with the product's name or the first heading.
    fn add_title(&mut self, reading: Reading<'f>) {
        for (index, (start, end)) in parts(reading.text).into_iter().enumerate() {
            let part = reading.part(start, end, Standing::Head);
            let names = || long_words(part.text).any(|word| self.name_words.contains(&word));
            let standing = if index == 0 || names() {
                Standing::Head
            } else {
                Standing::Body
            };
            self.readings.push(Reading {
                standing,
                chrome: false,
                ..part
            });
        }
    }

    fn add_product(&mut self, product: &'f Product, own: bool) {
        let head = if own { Standing::Head } else { Standing::Body };
        if let Some(name) = &product.name {
            self.readings
                .push(Reading::new(name, Place::ProductName, head));
        }
        if !own {
            return;
        }
        if let Some(category) = &product.category {
            let reading = Reading::new(category, Place::Category, Standing::Category);
            let start = last_steps(category);
            self.readings
                .push(reading.part(start, category.len(), Standing::Category));
        }
        if let Some(text) = &product.description {
            let mut reading = Reading::new(text, Place::Description, Standing::Body);
            if self.opening_left == OPENING_BYTES {
                self.open(&mut reading);
            }
            self.readings.push(reading);
        }
        for variant in &product.variants {
            self.readings
                .push(Reading::new(variant, Place::Variant, Standing::Body));
        }
    }
}

/// Folded words of four letters and more.
fn long_words(text: &str) -> impl Iterator<Item = String> {
    let folded = Folded::plain(text).text;
    let words: Vec<String> = folded
        .split([' ', '\n'])
        .filter(|word| word.len() >= 4)
        .map(str::to_owned)
        .collect();
    words.into_iter()
}

/// Where the last two steps of a breadcrumb begin.
fn last_steps(text: &str) -> usize {
    step_from_end(text, 1)
}

/// Where the last step of a breadcrumb begins.
fn last_step(text: &str) -> usize {
    step_from_end(text, 0)
}

fn step_from_end(text: &str, skipped: usize) -> usize {
    let is_step = |value: char| matches!(value, '>' | '›' | '»' | '→' | '|' | '/');
    let mut steps = text
        .char_indices()
        .rev()
        .filter(|&(_, value)| is_step(value));
    steps
        .nth(skipped)
        .map_or(0, |(at, value)| at + value.len_utf8())
}

/// The parts of a title, between ` | `, ` - ` and the like.
fn parts(title: &str) -> Vec<(usize, usize)> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, value) in title.char_indices() {
        let spaced = title[..at].ends_with(' ') && title[at + value.len_utf8()..].starts_with(' ');
        if value == '|' || (spaced && matches!(value, '-' | '–' | '—' | '·' | '•' | '»' | ':'))
        {
            parts.push((start, at));
            start = at + value.len_utf8();
        }
    }
    parts.push((start, title.len()));
    parts.retain(|&(start, end)| !title[start..end].trim().is_empty());
    parts
}
