//! Detectors as rules: what each looks for, where it may be wrong, and what to do.

use model::Severity;
use serde_json::{Value, json};

use super::level;
use crate::Report;

/// A detector in words, short for `docs/detectors.md`.
pub(super) struct Rule {
    /// Id of the detector.
    pub(super) id: &'static str,
    /// Its name in the form that SARIF likes.
    name: &'static str,
    /// In a sentence.
    short: &'static str,
    /// What it looks for.
    full: &'static str,
    /// Where it may be wrong, and how to see that.
    doubt: &'static str,
    /// Words to sort by.
    tags: &'static [&'static str],
}

/// Every detector; a test compares the list with `docs/detectors.md`.
pub(super) const ALL: &[Rule] = &[
    Rule {
        id: "hidden-path",
        name: "HiddenPath",
        short: "A listing leads to a restricted page by a concealed way.",
        full: "A walk from a listing that is labelled compliant to a page that is labelled illegal or \
               age-restricted, or from a listing that is labelled age-restricted to an illegal page, with at least one hop that is hidden, masked or forced. Shown links, \
               menus and templates are no part of it.",
        doubt: "A hidden link may lead to a page that an honest page names as well. Look at the \
                concealed hop in the body, at the spans that are named, and at the words that made \
                the target restricted.",
        tags: &["concealment", "path"],
    },
    Rule {
        id: "decoy-listing",
        name: "DecoyListing",
        short: "Another site promises restricted goods behind a listing that looks harmless.",
        full: "A page on another site promises restricted goods in the words at a link, and the link \
               leads, directly or through redirects, to a listing that is labelled compliant.",
        doubt: "A wrong link may have been pasted, or a sold-out item replaced. Compare the words at \
                the link with the listing.",
        tags: &["promise", "off-site"],
    },
    Rule {
        id: "age-gate-bypass",
        name: "AgeGateBypass",
        short: "An age-restricted page can be reached without passing its age gate.",
        full: "An age-restricted page has an age gate of the strength that the policy asks for, and a \
               way leads to it from an entry of the market that does not pass the gate.",
        doubt: "A gate that a script lays over every page is not seen in the markup of each. Walk the \
                way in a fresh browser profile.",
        tags: &["age-gate", "minors"],
    },
    Rule {
        id: "cloaked-link",
        name: "CloakedLink",
        short: "A hop of a hidden path is shown to some visitors only.",
        full: "A hidden path one of whose hops is there for some vantages, while the others were \
               answered and led nowhere near. Where links lead is compared, never bytes.",
        doubt: "A page may rotate its links. Compare what each vantage was given, the second visit of \
                the primary one included.",
        tags: &["cloaking", "path"],
    },
    Rule {
        id: "laundered-redirect",
        name: "LaunderedRedirect",
        short: "A hidden path uses an open redirector to borrow the name of its host.",
        full: "A hidden path one of whose hops is an address that carries its destination in itself, \
               moves its visitor there, and belongs to another site than the destination.",
        doubt: "The redirector may check destinations and have allowed this one. Ask whoever runs it.",
        tags: &["redirect", "path"],
    },
    Rule {
        id: "affiliate-door",
        name: "AffiliateDoor",
        short: "A paid link leads to a harmless listing behind which restricted goods stand.",
        full: "A page of another site links to a compliant listing by an address that pays whoever \
               sends visitors, and from the listing a hidden path of at most three hops leads to a \
               restricted page.",
        doubt: "The affiliate may know nothing of the seller's link: the finding says who is paid, not \
                who planned it.",
        tags: &["affiliate", "off-site", "path"],
    },
    Rule {
        id: "orphan-listing",
        name: "OrphanListing",
        short: "A listing that no page of its site shows is the beginning of a hidden path.",
        full: "A compliant listing that no page of its own site leads to, only a sitemap or pages of \
               other sites, and from which a hidden path begins.",
        doubt: "Where part of the site was not seen, a page that shows the listing may be there. Read \
                the notifications on coverage.",
        tags: &["orphan", "path"],
    },
    Rule {
        id: "hijacked-template",
        name: "HijackedTemplate",
        short: "The template of a site carries a concealed hop to a restricted page.",
        full: "One covert hop that the template of a site repeats on its pages and that leads to a \
               restricted page on another site. It is told once, by the first page that carries it.",
        doubt: "A campaign of one seller with very many listings looks alike where pages do not name \
                their sellers.",
        tags: &["template", "injection"],
    },
    Rule {
        id: "off-platform-contact",
        name: "OffPlatformContact",
        short: "Several sellers give a contact that a restricted page gives as well.",
        full: "One contact, outside of the platform's own parts, stands on compliant listings of two \
               sellers or more and on a restricted page. What very many sellers have is an agency's or \
               the platform's, and is none.",
        doubt: "Honest sellers may share an assistant, or somebody else's page may misuse a number. A \
                contact is no sale: ask by it, or look at who answers.",
        tags: &["contact", "off-site"],
    },
    Rule {
        id: "ad-landing-mismatch",
        name: "AdLandingMismatch",
        short: "An advertisement lands on restricted goods, or on others than it names.",
        full: "An advertisement of goods that nothing restricts lands, itself or by redirects, on a \
               restricted page, or on a listing of another product than it names. The ads come from a \
               repository by the fields of Article 39(2) of Regulation (EU) 2022/2065.",
        doubt: "The landing page may have changed after the ad: compare its period with the time of \
                the visit.",
        tags: &["advertising", "off-site"],
    },
];

/// The rule of a detector.
pub(super) fn named(id: &str) -> Option<&'static Rule> {
    ALL.iter().find(|rule| rule.id == id)
}

/// The descriptor of a detector; one that has no words here has its id alone.
pub(super) fn descriptor(id: &'static str, report: &Report<'_>) -> Value {
    let worst = report.findings.iter().filter(|it| it.detector.0 == id);
    let worst = worst.map(|it| it.severity).max();
    let default = level(worst.unwrap_or(Severity::High));
    let Some(rule) = named(id) else {
        return json!({ "id": id, "defaultConfiguration": { "level": default } });
    };
    let help = format!("{} Where it may be wrong: {}", rule.full, rule.doubt);
    let markdown = format!(
        "**What.** {}\n\n**Where it may be wrong.** {}\n\nThe level of a result comes from the severity \
         of the category that its target belongs to.",
        rule.full, rule.doubt
    );
    json!({
        "id": rule.id,
        "name": rule.name,
        "shortDescription": { "text": rule.short },
        "fullDescription": { "text": rule.full },
        "help": { "text": help, "markdown": markdown },
        "defaultConfiguration": { "level": default },
        "properties": { "tags": rule.tags },
    })
}
