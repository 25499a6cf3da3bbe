//! What one document says, and where it leads: the facts that `page::read` makes of bytes.

use serde::{Deserialize, Serialize};

use crate::hop::words;
use crate::{
    AgeGate, Carrier, Link, MedicineLogo, PageUrl, Product, RawHref, Technique, Trader, Visibility,
};

/// A half-open range of byte offsets in the body as it was received (decoded from content
/// codings, not from its charset).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

words! {
/// Whose part of the page something stands in.
Zone {
    /// The platform's template: header, navigation, footer.
    Chrome = "chrome",
    /// What a seller writes: description, shop name, variant names.
    Seller = "seller-controlled",
    /// What users write: reviews, questions.
    User = "user-generated",
    /// What advertisers place, and blocks of recommendations.
    Advertising = "advertising",
    /// The structure does not say.
    Unknown = "unknown",
}
}

words! {
/// Where in the source an element stands: one that a well-formed document does not have there was
/// put there by another hand, or is to be overlooked.
Position {
    /// Where a well-formed document has it.
    Ordinary = "ordinary",
    /// Before the start tag of `html`.
    BeforeHtml = "before-html",
    /// Between `<head>` and `</head>`, though it is content.
    InHead = "in-head",
    /// After `</body>`.
    AfterBody = "after-body",
    /// After `</html>`.
    AfterHtml = "after-html",
    /// After a second start tag of `body`.
    SecondBody = "second-body",
}
}

impl Position {
    /// Whether nothing is odd about it.
    #[must_use]
    pub const fn is_ordinary(&self) -> bool {
        matches!(self, Self::Ordinary)
    }

    /// The position of links in facts that were written before positions were.
    pub(crate) const fn unsaid() -> Self {
        Self::Ordinary
    }
}

words! {
/// What kind of page it is, by its structure.
PageKind {
    /// One product on offer.
    Listing = "listing",
    /// A seller's own page.
    Seller = "seller",
    /// A list of listings: a category, a department, a brand.
    Category = "category",
    /// A list of what was found for a query that the page repeats.
    Search = "search",
    /// An age gate and little else.
    Gate = "gate",
    /// A page whose point is to be left: redirect notice, "you are leaving" page.
    Interstitial = "interstitial",
    /// A page that collects ways to other sites: a link-in-bio page, a list of finds, an album.
    Hub = "hub",
    /// An article or a post: news, a blog, a recipe.
    Article = "article",
    /// A cart, or a form that takes an address or a card for an order.
    Checkout = "checkout",
    /// The front page of a site that is none of the others.
    Home = "home",
    /// No structure that says.
    Other = "other",
}
}

impl PageKind {
    /// Whether the page lists goods that others offer, each behind a link of its own.
    #[must_use]
    pub const fn lists_goods(self) -> bool {
        matches!(self, Self::Category | Self::Search)
    }
}

words! {
/// The channel of a contact.
ContactKind {
    /// A mail address.
    Mail = "mail",
    /// A telephone number.
    Phone = "phone",
    /// WhatsApp.
    Whatsapp = "whatsapp",
    /// Telegram.
    Telegram = "telegram",
    /// WeChat.
    Wechat = "wechat",
    /// Signal.
    Signal = "signal",
    /// Discord.
    Discord = "discord",
    /// Snapchat.
    Snapchat = "snapchat",
    /// LINE.
    Line = "line",
    /// QQ.
    Qq = "qq",
    /// An address that takes payments in a cryptocurrency.
    Crypto = "crypto",
    /// Another messenger or network.
    Other = "other",
}
}

/// A handle, phone number or mail address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Channel.
    pub kind: ContactKind,
    /// Normalized handle: what two pages share when they share the contact.
    pub handle: String,
    /// As written.
    pub written: String,
    /// Whether a shopper sees it.
    pub visibility: Visibility,
    /// Whose part of the page it stands in.
    pub zone: Zone,
    /// Where it stands in the body.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub span: Option<Span>,
    /// How it was disguised (spelled out, split, in look-alike letters); sorted, without repeats.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub techniques: Vec<Technique>,
}

words! {
/// Where in a page a piece of text stands: it decides what a term in it weighs.
Place {
    /// `title`.
    Title = "title",
    /// `h1` to `h6`.
    Heading = "heading",
    /// Name of the product, by structured data or by its place on a listing.
    ProductName = "product-name",
    /// Breadcrumb.
    Breadcrumb = "breadcrumb",
    /// Category of the product, by structured data.
    Category = "category",
    /// Name of a variant or option.
    Variant = "variant",
    /// Description of the product.
    Description = "description",
    /// Review, question or answer.
    Review = "review",
    /// Text of a link.
    AnchorText = "anchor-text",
    /// Alternative text of an image.
    ImageAlt = "image-alt",
    /// `meta` description and keywords.
    Meta = "meta",
    /// The path of the page's own address.
    Url = "url",
    /// Any other text.
    Body = "body",
}
}

/// A piece of text with its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// Where it stands.
    pub place: Place,
    /// Whose part of the page it stands in.
    pub zone: Zone,
    /// The text, white space collapsed.
    pub text: String,
    /// Whether a shopper can read it: false when it is proven hidden.
    pub shown: bool,
    /// Where it stands in the body.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub span: Option<Span>,
}

words! {
/// What a resource is used for.
ResourceKind {
    /// A stylesheet.
    Stylesheet = "stylesheet",
    /// A script.
    Script = "script",
    /// An image.
    Image = "image",
    /// Sound, film or subtitles.
    Media = "media",
    /// A font.
    Font = "font",
    /// A web app manifest, an icon of a pinned site, browser configuration.
    Manifest = "manifest",
    /// A host or document that a browser is told to prepare for.
    Hint = "hint",
    /// A host that a policy or a report names.
    Policy = "policy",
    /// Anything else that a browser loads by itself.
    Other = "other",
}
}

/// A reference to something that a browser loads and that is no document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    /// As written.
    pub href: RawHref,
    /// Where it is; `None` when that is no http(s) address.
    pub target: Option<PageUrl>,
    /// What it is used for.
    pub kind: ResourceKind,
    /// The construct that carries it, where that is known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub carrier: Option<Carrier>,
    /// The start tag, or the text, that carries it; `None` for a header.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub span: Option<Span>,
}

words! {
/// What a note is about.
NoteKind {
    /// The body was cut at a budget: the facts are those of its beginning.
    Truncated = "truncated",
    /// The charset was guessed or contradicts itself.
    Charset = "charset",
    /// The bytes are no document that this reader knows.
    NotADocument = "not-a-document",
    /// More links than the cap; the rest is left out.
    TooManyLinks = "too-many-links",
    /// Nested deeper than the cap; the rest is read flat.
    TooDeep = "too-deep",
    /// More style rules than are matched: visibility may be unknown.
    TooManyRules = "too-many-rules",
    /// A stylesheet that was not given: visibility may be unknown.
    MissingStylesheet = "missing-stylesheet",
    /// `base` points to another site.
    BaseElsewhere = "base-elsewhere",
    /// The page asks robots not to index or follow.
    RobotsMeta = "robots-meta",
    /// Structured data that does not parse.
    BrokenStructuredData = "broken-structured-data",
    /// A meta rating or an RTA label.
    Rating = "rating",
    /// Anything else worth knowing.
    Other = "other",
}
}

/// Something about the document that a reader of its facts must know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// What it is about.
    pub kind: NoteKind,
    /// A sentence.
    pub text: String,
    /// Where it stands in the body.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub span: Option<Span>,
}

words! {
/// Where a directive stands.
DirectiveCarrier {
    /// The header field `X-Robots-Tag`.
    RobotsHeader = "x-robots-tag",
    /// `meta name=robots`, or the name of a robot.
    RobotsMeta = "meta-robots",
    /// The header fields of a reservation against text and data mining.
    MiningHeader = "tdm-header",
    /// The `meta` elements of such a reservation.
    MiningMeta = "tdm-meta",
    /// The file of the origin for such reservations, `/.well-known/tdmrep.json`.
    MiningFile = "tdm-file",
}
}

/// What a page asks of those who read it by program: not to index it, not to follow its links, not
/// to mine it. Recorded, and followed by nobody here: that is for the reader of the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Directive {
    /// Where it stands.
    pub carrier: DirectiveCarrier,
    /// The robot that it is for, in lower case; all when there is none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub agent: Option<String>,
    /// What is asked, in lower case: `noindex`, `max-snippet`, `tdm-reservation`, `tdm-policy`; or `not-read`,
    /// where the file of the origin could not be had, with what happened as its value.
    pub name: String,
    /// Its value, as written.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub value: Option<String>,
    /// The start tag that carries it; `None` for a header.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub span: Option<Span>,
}

/// A directive, and the pages that carry it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectiveCount {
    /// Where it stands.
    pub carrier: DirectiveCarrier,
    /// The robot that it is for; all when there is none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub agent: Option<String>,
    /// What is asked.
    pub name: String,
    /// Its value, as written.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub value: Option<String>,
    /// How many pages carry it.
    pub pages: u64,
    /// The first few of them, in the order of the crawl.
    pub examples: Vec<PageUrl>,
}

/// A language tag as the page states it (`lang`, `Content-Language`), in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Language(pub String);

/// The facts of one document. Any bytes give facts; there is no failing document, only notes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PageFacts {
    /// The address that was read.
    pub address: PageUrl,
    /// `title`, white space collapsed.
    #[serde(default)]
    pub title: String,
    /// Stated language.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub language: Option<Language>,
    /// Kind by structure.
    pub kind: PageKind,
    /// The address that the page claims for itself.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub claimed_canonical: Option<PageUrl>,
    /// Every way out, in document order; headers first.
    pub links: Vec<Link>,
    /// What a browser loads besides.
    #[serde(default)]
    pub resources: Vec<Resource>,
    /// Handles, phone numbers, mail addresses.
    #[serde(default)]
    pub contacts: Vec<Contact>,
    /// Age gates.
    #[serde(default)]
    pub gates: Vec<AgeGate>,
    /// Products by structured data.
    #[serde(default)]
    pub products: Vec<Product>,
    /// `meta name=rating` values, as written.
    #[serde(default)]
    pub ratings: Vec<String>,
    /// Who sells, by structured data or the link to the seller's page.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub seller: Option<String>,
    /// Who trades, as far as the page identifies them.
    #[serde(skip_serializing_if = "Trader::is_empty", default)]
    pub trader: Trader,
    /// The common logo of those who sell medicines at a distance, where the page shows it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub medicine_logo: Option<MedicineLogo>,
    /// Whether the page offers to sell: a price, or a control to buy or order.
    #[serde(default)]
    pub offers_sale: bool,
    /// What it asks of robots and miners, in document order; headers first.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub directives: Vec<Directive>,
    /// The cookies that its scripts set when it loads, whatever comes: as `document.cookie` is given them, in
    /// order, at most 16; none of a page whose scripts have no word that leads a visitor anywhere.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub script_cookies: Vec<String>,
    /// The text, by place.
    #[serde(default)]
    pub passages: Vec<Passage>,
    /// What a reader of these facts must know.
    #[serde(default)]
    pub notes: Vec<Note>,
}

impl PageFacts {
    /// Facts of a document that says nothing.
    #[must_use]
    pub fn empty(address: PageUrl) -> Self {
        Self {
            address,
            title: String::new(),
            language: None,
            kind: PageKind::Other,
            claimed_canonical: None,
            links: Vec::new(),
            resources: Vec::new(),
            contacts: Vec::new(),
            gates: Vec::new(),
            products: Vec::new(),
            ratings: Vec::new(),
            seller: None,
            trader: Trader::default(),
            medicine_logo: None,
            offers_sale: false,
            directives: Vec::new(),
            script_cookies: Vec::new(),
            passages: Vec::new(),
            notes: Vec::new(),
        }
    }
}
