//! Hops: one step a visitor takes from page to page.

use serde::{Deserialize, Serialize};

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$vmeta])* #[serde(rename = $word)] $variant,)* }

        impl $name {
            /// Every variant, in the order of declaration.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The word that reports and exports use.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
pub(crate) use words;

words! {
/// The kind of a hop: what a visitor does, or what is done to a visitor.
HopKind {
    /// `a[href]`, in HTML, SVG or MathML.
    Anchor = "anchor",
    /// An area of an image map.
    Area = "area",
    /// A form or a button with an action.
    Form = "form",
    /// `iframe`, `frame`, `srcdoc` children.
    Frame = "frame",
    /// `embed`, `object`.
    Embed = "embed",
    /// A 3xx answer with a `Location`.
    HttpRedirect = "http-redirect",
    /// A `Refresh` header.
    RefreshHeader = "refresh-header",
    /// `meta http-equiv=refresh`.
    MetaRefresh = "meta-refresh",
    /// A navigation that a script performs, proven from its text.
    ScriptNavigation = "script-navigation",
    /// An address unwrapped from a parameter, a path or a fragment of another.
    NestedUrl = "nested-url",
    /// An address that is written, not linked.
    TextUrl = "text-url",
    /// A handle, phone number or mail address.
    Contact = "contact",
    /// A code in a picture.
    Qr = "qr",
    /// `rel=canonical`: a claim.
    Canonical = "canonical",
    /// `rel=alternate` and the like: a claim.
    Alternate = "alternate",
    /// A link in a block of recommendations.
    Recommendation = "recommendation",
    /// A link in an advertisement.
    Ad = "ad",
    /// An outside page says what a listing "really" is; points from the listing to that page.
    Promise = "promise",
}
}

words! {
/// The construct of the document, or of the answer, that carries a link.
Carrier {
    /// `a[href]`.
    AHref = "a[href]",
    /// `a[ping]`.
    APing = "a[ping]",
    /// `area[href]`.
    AreaHref = "area[href]",
    /// `svg a[href]` or `a[xlink:href]`.
    SvgA = "svg-a[href]",
    /// MathML `[href]`.
    MathMl = "mathml[href]",
    /// `form[action]`.
    FormAction = "form[action]",
    /// `button[formaction]` or `input[formaction]`.
    FormactionAttribute = "[formaction]",
    /// `iframe[src]`.
    IframeSrc = "iframe[src]",
    /// `iframe[srcdoc]`: the link stands in the child document.
    IframeSrcdoc = "iframe[srcdoc]",
    /// `frame[src]`.
    FrameSrc = "frame[src]",
    /// `portal[src]` or `fencedframe[src]`.
    PortalSrc = "portal[src]",
    /// `object[data]`.
    ObjectData = "object[data]",
    /// `embed[src]`.
    EmbedSrc = "embed[src]",
    /// `meta[http-equiv=refresh]`.
    MetaRefresh = "meta[refresh]",
    /// `base[href]`.
    BaseHref = "base[href]",
    /// `link[rel=canonical]`.
    LinkCanonical = "link[canonical]",
    /// `link[rel=alternate]`, `amphtml`, `next`, `prev` ...
    LinkRel = "link[rel]",
    /// `meta[property=og:url]` and the like.
    MetaUrl = "meta[url]",
    /// A `Location` header.
    LocationHeader = "header:location",
    /// A `Refresh` header.
    RefreshHeader = "header:refresh",
    /// A `Link` header.
    LinkHeader = "header:link",
    /// A URL in structured data (JSON-LD, microdata, RDFa).
    StructuredData = "structured-data",
    /// `noscript` content, read as HTML.
    Noscript = "noscript",
    /// `template` content.
    Template = "template",
    /// A comment, read as HTML.
    Comment = "comment",
    /// An `on*` attribute.
    EventHandler = "event-handler",
    /// A `javascript:` address.
    JavascriptUrl = "javascript-url",
    /// Text of a script element.
    Script = "script",
    /// A `data-*` attribute that holds an address.
    DataAttribute = "data-attribute",
    /// Text that a person reads.
    Text = "text",
    /// Text of an attribute that a person may read (`alt`, `title`, `aria-label`).
    AttributeText = "attribute-text",
    /// A query value, path or fragment of another link of the page.
    InsideUrl = "inside-url",
    /// A document inside of a `data:` address.
    DataUrl = "data-url",
    /// `cite`, `longdesc` and other historic attributes.
    OtherAttribute = "other-attribute",
    /// A control that belongs to a form elsewhere on the page (`button[form]`, `input[form]`).
    FormOwner = "[form]",
    /// An SVG animation that sets an `href` (`set`, `animate`).
    SvgAnimation = "svg-animate[href]",
    /// Any other reference in SVG (`use`, `image`, `textPath`).
    SvgReference = "svg[href]",
    /// A declarative shadow root: the link stands in its content.
    ShadowRoot = "shadow-root",
    /// A comment that old browsers read under a condition.
    ConditionalComment = "conditional-comment",
    /// Text that reads as markup where browsers show none (`textarea`, `xmp`, `title`).
    RawText = "raw-text",
    /// The bytes, where the tree has no such reference.
    RawBytes = "raw-bytes",
    /// A `Content-Location` header.
    ContentLocationHeader = "header:content-location",
    /// Any other header that names an address.
    OtherHeader = "header:other",
    /// A content security policy, in a header or a `meta`.
    ContentPolicy = "content-security-policy",
    /// A block of JSON that scripts read.
    JsonData = "json-data",
    /// `script[type=speculationrules]`.
    SpeculationRules = "speculation-rules",
    /// `script[type=importmap]`.
    ImportMap = "import-map",
    /// `src` and the like: what a browser loads for an element.
    SourceAttribute = "[src]",
    /// `srcset` or `imagesrcset`.
    Srcset = "[srcset]",
    /// `url()`, `image-set()` or `@import` of a style sheet, or text in one that is served on its own.
    StyleSheet = "stylesheet",
    /// `url()` in a `style` attribute.
    StyleAttribute = "style-attribute",
    /// Text that a style sheet writes (`content`).
    StyleContent = "stylesheet-content",
    /// A picture: a code in it, or its metadata.
    Image = "image",
    /// An item of a feed (RSS, Atom, JSON Feed).
    Feed = "feed",
    /// An entry of a sitemap or of an index of sitemaps.
    Sitemap = "sitemap",
    /// An outline of an OPML list.
    Opml = "opml",
    /// An attribute or an element of any other XML document.
    Xml = "xml",
    /// A link annotation or an action of a PDF document.
    Pdf = "pdf",
    /// A string of a JSON document.
    Json = "json",
    /// A link file: `.url`, `.webloc`, `.desktop`.
    LinkFile = "link-file",
    /// A property of a vCard or of a calendar.
    Card = "card",
    /// An entry of a playlist.
    Playlist = "playlist",
}
}

words! {
/// What takes the visitor along.
Trigger {
    /// A click, a submit, or typing an address.
    Act = "act",
    /// Nothing but loading the page.
    Load = "load",
}
}

words! {
/// What a script tests before it takes a visitor along.
Condition {
    /// The user agent, platform or vendor.
    UserAgent = "user-agent",
    /// The page that the visitor comes from.
    Referrer = "referrer",
    /// Cookies, local storage, the window's name.
    Storage = "storage",
    /// Language or time zone.
    Language = "language",
    /// Size of the screen or window, or a media query.
    Screen = "screen",
    /// Signs of automation.
    Automation = "automation",
    /// The time.
    Time = "time",
    /// Query, fragment or path of the page's own address.
    Address = "address",
    /// The answer of a server.
    Answer = "server-answer",
    /// The visitor's answer to a dialog.
    Dialog = "dialog",
}
}

words! {
/// One layer that was taken off an address to find the one nested in it.
Layer {
    /// A query value.
    Query = "query",
    /// A path.
    Path = "path",
    /// A fragment.
    Fragment = "fragment",
    /// Percent encoding, beyond that of the carrier.
    Percent = "percent",
    /// Base64, either alphabet.
    Base64 = "base64",
    /// Hex digits.
    Hex = "hex",
    /// ROT13.
    Rot13 = "rot13",
    /// Reversed text.
    Reversed = "reversed",
    /// A JSON string.
    Json = "json",
    /// Without scheme: protocol-relative, or a bare host.
    Schemeless = "schemeless",
    /// A parameter of a path segment (`;name=value`).
    Matrix = "matrix",
    /// The name of a host that spells another (`shop-example-com.translate.goog`).
    HostName = "host-name",
    /// An app's address, or what it falls back to.
    AppScheme = "app-scheme",
    /// Base32.
    Base32 = "base32",
    /// Compressed: gzip, zlib or raw deflate.
    Deflate = "deflate",
    /// The claims of a JSON web token.
    Jwt = "jwt",
    /// A prefix of another's making before the encoded text.
    Prefix = "prefix",
}
}

words! {
/// Effective class of a hop: what it is to a shopper on this page. See docs/architecture.md and
/// the docstring of `graph::classes`.
EffectiveClass {
    /// The shopper is not shown it.
    Hidden = "hidden",
    /// The shopper sees it, and not where it leads.
    Masked = "masked",
    /// The shopper is moved without an act.
    Forced = "forced",
    /// Visible and honest, to another site or out of a seller's zone.
    Overt = "overt",
    /// From a listing to its seller's page.
    Lateral = "lateral",
    /// The site's own menus, and the template's links.
    Navigation = "navigation",
}
}

impl EffectiveClass {
    /// The letter that stands for it in a path's expression.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::Hidden => 'H',
            Self::Masked => 'M',
            Self::Forced => 'F',
            Self::Overt => 'O',
            Self::Lateral => 'L',
            Self::Navigation => 'N',
        }
    }

    /// Whether the shopper is not shown where the hop leads, or is not asked: hidden, masked or forced.
    #[must_use]
    pub const fn is_covert(self) -> bool {
        matches!(self, Self::Hidden | Self::Masked | Self::Forced)
    }
}
