//! Notices under Article 16 of the Digital Services Act.

use std::collections::BTreeSet;

use model::{
    BodyHash, EffectiveClass, Finding, GateStrength, HopKind, PageUrl, Policy, Timestamp, VantageId,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Complaint, Ground, asked_by_marker, complaint, marker};
use crate::walk;

/// Changes with every change that an existing reader would trip over.
const SCHEMA: &str = "sidedoor-notice/1";

/// A notice on one finding or several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// `sidedoor-notice/1`.
    pub schema: String,
    /// Who drafted it: name and version of the program.
    pub generator: String,
    /// Whose law was applied.
    pub market: String,
    /// Name and version of the rule pack.
    pub pack: String,
    /// Who notifies: Article 16(2)(c). Empty where nobody need be named, and nobody is.
    #[serde(default)]
    pub notifier: Notifier,
    /// That the notifier believes it all to be accurate and complete: Article 16(2)(d).
    pub good_faith: String,
    /// By whom the laws below were checked that the rule pack names and nobody checked; empty where there are none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub law_checked: String,
    /// What is notified.
    pub items: Vec<Item>,
}

/// Who notifies.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notifier {
    /// Name.
    pub name: String,
    /// E-mail address.
    pub email: String,
}

/// One finding, as a notice tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Fingerprint of the finding.
    pub fingerprint: String,
    /// Why the content is illegal: Article 16(2)(a).
    pub explanation: String,
    /// The law.
    pub legal_basis: String,
    /// That nobody checked that law for the rule pack, and its source; empty where somebody did.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub legal_review: String,
    /// Exact electronic locations, the listing first: Article 16(2)(b).
    pub locations: Vec<Location>,
    /// What else helps to find the content.
    pub identification: String,
    /// Whether an offence of child sexual abuse is suspected: then no notifier need be named.
    pub suspected_abuse_of_minors: bool,
    /// What proves it.
    pub evidence: Vec<Cited>,
}

/// An exact electronic location.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Location {
    /// What it is to the finding: `listing`, `passage`, `target`.
    pub role: String,
    /// The address.
    pub address: String,
}

/// A piece of evidence, and the record in which a third party finds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cited {
    /// What it shows, in a sentence.
    pub statement: String,
    /// The page.
    pub address: String,
    /// The guise in which it was asked.
    pub vantage: String,
    /// When it was asked, RFC 3339 in UTC.
    pub asked_at: String,
    /// SHA-256 of the decoded body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body_sha256: Option<String>,
    /// `WARC-Record-ID`.
    pub record: String,
    /// The file of evidence, below the case folder.
    pub file: String,
    /// Bytes before it in that file.
    pub offset: u64,
}

impl Cited {
    /// A record that shows what `statement` says.
    #[must_use]
    pub fn new(
        statement: &str,
        (page, vantage): (&PageUrl, VantageId),
        (asked_at, body): (Timestamp, Option<BodyHash>),
        (record, file, offset): (String, String, u64),
    ) -> Self {
        Self {
            statement: statement.to_owned(),
            address: page.to_string(),
            vantage: vantage.to_string(),
            asked_at: asked_at.to_string(),
            body_sha256: body.map(|body| body.to_string()),
            record,
            file,
            offset,
        }
    }
}

impl Notice {
    /// The draft of a notice on `items`; who notifies, and in what belief, is left to be filled in. So is who checked
    /// the laws in `unchecked`, as [`Ground::unchecked_law`] gives them.
    #[must_use]
    pub fn draft(
        generator: &str,
        market: &str,
        pack: &str,
        items: Vec<Item>,
        unchecked: &BTreeSet<String>,
    ) -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            generator: generator.to_owned(),
            market: market.to_owned(),
            pack: pack.to_owned(),
            notifier: Notifier {
                name: marker("name of the person or body that notifies"),
                email: marker("e-mail address of the person or body that notifies"),
            },
            good_faith: marker(
                "a statement of your own that you believe in good faith that the information and the \
                 allegations in this notice are accurate and complete",
            ),
            law_checked: if unchecked.is_empty() {
                String::new()
            } else {
                let laws: Vec<&str> = unchecked.iter().map(String::as_str).collect();
                marker(&format!(
                    "who checked that these laws say what this notice says, and when; the rule pack names them: {}",
                    laws.join(" · ")
                ))
            },
            items,
        }
    }
}

impl Item {
    /// What a notice says of a finding, with the evidence that was looked up for it.
    #[must_use]
    pub fn of(finding: &Finding, ground: &Ground, evidence: Vec<Cited>) -> Self {
        let steps = walk::steps(finding);
        let locations = steps.iter().map(|step| Location {
            role: match step.role {
                walk::Role::Listing => "listing",
                walk::Role::Passage => "passage",
                walk::Role::Target => "target",
            }
            .to_owned(),
            address: step.page.to_string(),
        });
        Self {
            fingerprint: finding.fingerprint.as_str().to_owned(),
            explanation: explanation(finding, ground),
            legal_basis: if ground.legal_basis.is_empty() {
                marker("the law that the content breaks: the rule pack states none")
            } else {
                ground.legal_basis.clone()
            },
            legal_review: match (ground.unchecked_law(), &ground.legal_review) {
                (Some(_), Some(review)) => review.to_string(),
                _ => String::new(),
            },
            locations: locations.collect(),
            identification: identification(finding),
            suspected_abuse_of_minors: ground.is_abuse_of_minors(),
            evidence,
        }
    }
}

fn explanation(finding: &Finding, ground: &Ground) -> String {
    let goods = walk::category(finding);
    let law = match finding.policy {
        Policy::AgeRestricted { min_age } => format!(
            "Such goods ({goods}) may be offered to persons of {min_age} years and above only. The rule pack asks for \
             an age gate of the strength `{}` at least, and national law may ask for more; {}.",
            ground.required_gate.as_str(),
            gate_on_the_way(finding.gate)
        ),
        _ => format!(
            "Such goods ({goods}) may not be offered to consumers. Whether the seller holds a licence or a permit was \
             not examined."
        ),
    };
    let ways: Vec<String> = finding
        .witness
        .hops
        .iter()
        .map(|hop| format!("{} ({})", walk::phrase(hop), hop.because))
        .collect();
    format!(
        "{} {law} The listing itself {}; from it the shopper is led on by {}. Detector: {}, \
         severity {}, confidence {}.",
        sentence(&finding.statement),
        super::seems(finding),
        ways.join("; then "),
        finding.detector,
        finding.severity,
        finding.confidence
    )
}

/// The strongest age gate of a walk, in words that concede nothing.
const fn gate_on_the_way(gate: GateStrength) -> &'static str {
    match gate {
        GateStrength::None => "none was met on the way",
        GateStrength::SelfDeclared => {
            "the strongest on the way takes the visitor's own word for their age and verifies nothing"
        }
        GateStrength::Estimated => "the strongest on the way estimates the visitor's age",
        GateStrength::Verified => {
            "the strongest on the way says that it verifies the visitor's age"
        }
    }
}

/// A statement as a sentence: with a capital and a full stop.
fn sentence(statement: &str) -> String {
    let mut letters = statement.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    let mut text: String = first.chain(letters).collect();
    if !text.ends_with(['.', '!', '?']) {
        text.push('.');
    }
    text
}

/// Where the hop that conceals most stands, for whoever must find it.
fn identification(finding: &Finding) -> String {
    let found = walk::most_covert(&finding.witness.hops, |hop| hop.span.is_some());
    let Some((hop, span)) = found.and_then(|(_, hop)| Some((hop, hop.span?))) else {
        return "The addresses above identify the content.".to_owned();
    };
    let word = match hop.class {
        EffectiveClass::Hidden => "concealed",
        class => class.as_str(),
    };
    let place = format!(
        "stands in the source of {} at bytes {} to {} of the decoded body",
        hop.stands_on(),
        span.start,
        span.end
    );
    match hop.kind {
        HopKind::Promise => format!("The link to the listing, with what it promises, {place}."),
        HopKind::NestedUrl => {
            let inner = &hop.href;
            format!("The {word} hop {place} and carries the address `{inner}` inside of another.")
        }
        _ if hop.href.is_empty() => format!("The {word} hop {place}."),
        _ => format!("The {word} hop {place} and leads to `{}`.", hop.href),
    }
}

/// What is missing in a notice, or wrong with it. An empty list means that it says all that Article 16(2)
/// asks for. Linear.
#[must_use]
pub fn check_notice(notice: &Value) -> Vec<Complaint> {
    checked(notice).err().unwrap_or_default()
}

/// The notice as it stands, or what is missing in it or wrong.
fn checked(notice: &Value) -> Result<Notice, Vec<Complaint>> {
    let mut complaints = Vec::new();
    if notice["schema"] != SCHEMA {
        let remedy = format!("draft one by `sidedoor notice`; its schema is {SCHEMA}");
        return Err(vec![complaint(
            "schema",
            "is no notice of this program",
            remedy,
        )]);
    }
    let none = Vec::new();
    let items = notice["items"].as_array().unwrap_or(&none);
    if items.is_empty() {
        complaints.push(complaint(
            "items",
            "is empty",
            "notify at least one finding",
        ));
    }
    for (at, item) in items.iter().enumerate() {
        check_item(&format!("items[{at}]"), item, &mut complaints);
    }
    if !is_nobody_asked_for(items) {
        check_notifier(&notice["notifier"], &mut complaints);
    }
    let remedy =
        "state in your own words that you believe in good faith that it is accurate and complete";
    check_text("good_faith", &notice["good_faith"], remedy, &mut complaints);
    let law_checked = &notice["law_checked"];
    let is_unchecked = |item: &Value| {
        item["legal_review"]
            .as_str()
            .is_some_and(|it| !it.is_empty())
    };
    if items.iter().any(is_unchecked) || law_checked.is_string() {
        let remedy =
            "say who checked that the laws named below say what this notice says, and when";
        check_text("law_checked", law_checked, remedy, &mut complaints);
    }
    if !complaints.is_empty() {
        return Err(complaints);
    }
    let remedy =
        "keep the fields of the draft as `sidedoor notice` wrote it, and fill in what it asks for";
    Notice::deserialize(notice)
        .map_err(|error| vec![complaint("the notice", error.to_string(), remedy)])
}

/// Whether an offence of child sexual abuse is suspected in all that is notified: then the notifier need not
/// be named.
fn is_nobody_asked_for(items: &[Value]) -> bool {
    let is_suspected = |item: &Value| item["suspected_abuse_of_minors"] == true;
    !items.is_empty() && items.iter().all(is_suspected)
}

/// The notice that a person has filled in. Where the notifier need not be named and is not, the name is
/// empty. Linear.
///
/// # Errors
/// What [`check_notice`] complains of.
pub fn filled_notice(document: &Value) -> Result<Notice, Vec<Complaint>> {
    let mut notice = checked(document)?;
    for text in [&mut notice.notifier.name, &mut notice.notifier.email] {
        if asked_by_marker(text).is_some() {
            text.clear();
        }
    }
    Ok(notice)
}

fn check_notifier(notifier: &Value, complaints: &mut Vec<Complaint>) {
    check_text(
        "notifier.name",
        &notifier["name"],
        "give your name",
        complaints,
    );
    let before = complaints.len();
    let (place, remedy) = (
        "notifier.email",
        "give an e-mail address at which you can be reached",
    );
    check_text(place, &notifier["email"], remedy, complaints);
    let text = notifier["email"].as_str().unwrap_or_default();
    let is_mail = text.trim().split_once('@').is_some_and(|(name, host)| {
        let has_space = |part: &str| part.contains(char::is_whitespace);
        !name.is_empty()
            && !has_space(name)
            && !host.contains('@')
            && !has_space(host)
            && host.contains('.')
            && host.split('.').all(|label| !label.is_empty())
    });
    if complaints.len() == before && !is_mail {
        complaints.push(complaint(place, "is no e-mail address", remedy));
    }
}

fn check_item(place: &str, item: &Value, complaints: &mut Vec<Complaint>) {
    let at = |name: &str| format!("{place}.{name}");
    let remedy = "say why the content is illegal";
    check_text(&at("explanation"), &item["explanation"], remedy, complaints);
    let remedy = "name the law that the content breaks";
    check_text(&at("legal_basis"), &item["legal_basis"], remedy, complaints);
    let none = Vec::new();
    let locations = item["locations"].as_array().unwrap_or(&none);
    if locations.is_empty() {
        complaints.push(complaint(
            &at("locations"),
            "is empty",
            "give the exact addresses",
        ));
    }
    for (number, location) in locations.iter().enumerate() {
        let address = location["address"].as_str().unwrap_or_default();
        if PageUrl::parse(address).is_err() {
            let place = at(&format!("locations[{number}].address"));
            complaints.push(complaint(
                &place,
                "is no exact address",
                "give an http(s) address",
            ));
        }
    }
}

fn check_text(place: &str, value: &Value, remedy: &str, complaints: &mut Vec<Complaint>) {
    let text = value.as_str().unwrap_or_default();
    if text.trim().is_empty() {
        complaints.push(complaint(place, "is empty", remedy));
    } else if let Some(asked) = asked_by_marker(text) {
        complaints.push(complaint(place, "is still to be filled in", asked));
    }
}
