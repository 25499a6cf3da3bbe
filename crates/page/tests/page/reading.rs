//! How a test reads a document: what it does not say is as an ordinary answer has it.

use model::{Headers, Link, NoteKind, PageFacts, PageUrl, Span, Trigger};
use sidedoor_page::{Document, LinkedScript, ReadSettings, Sheet, read_with};

/// Begins the reading of a body that came without header fields from
/// `https://market.example.com/item/1`.
pub(crate) fn reading<B: AsRef<[u8]> + ?Sized>(body: &B) -> Reading<'_> {
    Reading {
        address: address("https://market.example.com/item/1"),
        status: 200,
        headers: Headers::default(),
        body: body.as_ref(),
        sheets: Vec::new(),
        scripts: Vec::new(),
        settings: ReadSettings::default(),
    }
}

/// A document and all that its facts depend on.
pub(crate) struct Reading<'b> {
    address: PageUrl,
    status: u16,
    headers: Headers,
    body: &'b [u8],
    sheets: Vec<Sheet>,
    scripts: Vec<LinkedScript>,
    settings: ReadSettings,
}

impl Reading<'_> {
    /// The document stands at this address.
    pub(crate) fn at(mut self, text: &str) -> Self {
        self.address = address(text);
        self
    }

    /// It came with this status code.
    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// One header field more.
    pub(crate) fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.0.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Its type is stated; an empty one is not.
    pub(crate) fn with_type(self, content_type: &str) -> Self {
        if content_type.is_empty() {
            return self;
        }
        self.with_header("content-type", content_type)
    }

    /// The stylesheet at this address is given.
    pub(crate) fn with_sheet(mut self, text_of: &str, text: &str) -> Self {
        self.sheets.push(Sheet {
            address: Some(address(text_of)),
            text: text.to_owned(),
        });
        self
    }

    /// The script at this address is given.
    pub(crate) fn with_script(mut self, text_of: &str, text: &str) -> Self {
        self.scripts.push(LinkedScript {
            address: Some(address(text_of)),
            text: text.to_owned(),
        });
        self
    }

    /// A script that the document links to is given, without its address.
    pub(crate) fn with_script_by_hand(mut self, text: &str) -> Self {
        self.scripts.push(LinkedScript {
            address: None,
            text: text.to_owned(),
        });
        self
    }

    /// Pictures are read as well.
    pub(crate) fn with_images(mut self) -> Self {
        self.settings.images = true;
        self
    }

    /// What the document says; the laws that hold of any facts are checked.
    pub(crate) fn facts(&self) -> PageFacts {
        let document = Document {
            address: &self.address,
            status: self.status,
            headers: &self.headers,
            body: self.body,
            cut: false,
            sheets: &self.sheets,
            scripts: &self.scripts,
        };
        let facts = read_with(&document, self.settings);
        check_laws(&facts, self.body.len());
        facts
    }
}

fn address(text: &str) -> PageUrl {
    PageUrl::parse(text).unwrap()
}

/// Every span lies in the body, and a link that is inside of another follows it.
fn check_laws(facts: &PageFacts, body_bytes: usize) {
    let links = facts.links.iter().map(|link| link.span);
    let proofs = facts
        .links
        .iter()
        .flat_map(|link| link.visibility.proofs().iter().map(|proof| proof.span));
    let contacts = facts.contacts.iter().map(|contact| contact.span);
    let passages = facts.passages.iter().map(|passage| passage.span);
    let notes = facts.notes.iter().map(|note| note.span);
    let spans = links
        .chain(proofs)
        .chain(contacts)
        .chain(passages)
        .chain(notes);
    for Span { start, end } in spans.flatten() {
        assert!(
            start <= end && end <= body_bytes,
            "{start}..{end} of {body_bytes}"
        );
    }
    for (place, link) in facts.links.iter().enumerate() {
        assert!(link.inside.is_none_or(|outer| outer < place), "{link:?}");
    }
}

/// The target of a link, or its reference where there is none.
pub(crate) fn target(link: &Link) -> &str {
    link.target
        .as_ref()
        .map_or(link.href.as_str(), PageUrl::as_str)
}

/// How a link leads out: `anchor by a[href]`, or `frame by iframe[src] at load`.
pub(crate) fn way(link: &Link) -> String {
    let forced = if link.trigger == Trigger::Load {
        " at load"
    } else {
        ""
    };
    format!("{} by {}{forced}", link.kind, link.carrier)
}

/// Every link as `anchor by feed to https://shop.example/: its text`.
pub(crate) fn ways(facts: &PageFacts) -> Vec<String> {
    let told = facts.links.iter().map(|link| {
        let colon = if link.text.is_empty() { "" } else { ": " };
        format!("{} to {}{colon}{}", way(link), target(link), link.text)
    });
    told.collect()
}

/// The links that lead to an address.
pub(crate) fn links_to<'f>(facts: &'f PageFacts, to: &str) -> impl Iterator<Item = &'f Link> {
    facts.links.iter().filter(move |link| {
        let there = link.target.as_ref();
        there.is_some_and(|target| target.as_str() == to)
    })
}

/// The addresses of what is loaded with a document.
pub(crate) fn resources(facts: &PageFacts) -> Vec<&str> {
    let targets = facts.resources.iter().filter_map(|r| r.target.as_ref());
    targets.map(PageUrl::as_str).collect()
}

/// Whether there is a note of this kind.
pub(crate) fn is_noted(facts: &PageFacts, kind: NoteKind) -> bool {
    facts.notes.iter().any(|note| note.kind == kind)
}
