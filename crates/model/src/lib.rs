//! The nouns that every room of Sidedoor speaks.
//!
//! Nothing here does I/O, parses HTML or knows a graph. The types are shared by value or by
//! reference between the rooms, and their serde forms are stable: a snapshot test in
//! `crates/model/tests/serde_forms.rs` fails when one changes.
//!
//! What the web does wrong is data here ([`Outcome`], [`Note`]); what we do wrong is an error in
//! the room that did it.

mod ad;
mod address;
mod brief;
mod coverage;
mod decision;
mod destination;
mod dsa;
mod exchange;
mod facts;
mod finding;
mod gate;
mod hash;
mod headers;
mod hop;
mod key;
mod label;
mod link;
mod network;
mod normal;
mod part;
mod pattern;
mod plain;
mod product;
mod shown;
mod styled;
mod suffix;
mod technique;
mod time;
mod trader;
mod vantage;
mod visibility;
mod visit;

pub use ad::Ad;
pub use address::{Host, NotAPage, Origin, PageId, PageUrl, RawHref, Site};
pub use brief::{Brief, Budget, Landings, Politeness, Robots, Scope, ScopeRule, Sitemaps};
pub use coverage::{
    Coverage, HeldBack, LearnedParameter, PatternCoverage, SitemapFault, SitemapLoss, StopReason,
    Unseen, Variants,
};
pub use decision::{Change, Decision, GivenLabel, JournalEntry};
pub use destination::names_destination;
pub use dsa::{StatementCategory, StatementClass, StatementKeyword};
pub use exchange::{Answer, Ask, BodyCut, Exchange, HttpVersion, Purpose, Reply};
pub use facts::{
    Contact, ContactKind, Directive, DirectiveCarrier, DirectiveCount, Language, Note, NoteKind,
    PageFacts, PageKind, Passage, Place, Position, Resource, ResourceKind, Span, Zone,
};
pub use finding::{
    Confidence, DetectorId, Evidence, EvidenceKind, Finding, Fingerprint, Indicator, Severity,
    WitnessHop, WitnessPath,
};
pub use gate::{AgeGate, GateForm, GateProof, GateSign, GateStrength};
pub use hash::BodyHash;
pub use headers::{DeclaredType, Headers};
pub use hop::{Carrier, Condition, EffectiveClass, HopKind, Layer, Trigger};
pub use key::{AddressKey, VariantKind, variant_parameter, variant_rules_version};
pub use label::{
    CategoryCode, DecidedBy, Label, LawReview, ListingFact, Market, Match, Normalization,
    NotAMarket, Policy, PolicyStatus, PromiseLabel, RuleId, Verdict,
};
pub use link::{Affiliation, Link};
pub use network::{Cut, Member, MemberKind, Network, Strand, Tie, TieKind};
pub use part::{VariablePart, variable_parts};
pub use pattern::{PatternPiece, pattern_path, pattern_pieces};
pub use product::{Audience, Offer, PriceRange, Product, ProductSource};
pub use shown::{Difference, Goods, GoodsFact};
pub use styled::styled_letter;
pub use suffix::{has_known_suffix, registrable_domain};
pub use technique::{NotATechnique, Technique};
pub use time::Timestamp;
pub use trader::{MedicineLogo, Stated, Trader};
pub use vantage::{Cookies, LanguageTag, NotAVantage, Referral, Vantage, VantageId};
pub use visibility::{Proof, Reveal, Visibility, VisibilityState};
pub use visit::{ChainEnd, Declined, Outcome, Unreachable, Visit, VisitId};
