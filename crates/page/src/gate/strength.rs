//! How strong a gate is: by its fields, by what its choices lead to, and by its words only where no
//! choice is left that asks for nothing but a click.

use std::cmp::Reverse;
use std::sync::LazyLock;

use model::{GateProof, GateSign, GateStrength, PageUrl, RawHref};
use regex::Regex;

use super::service::{Behind, asked_by, behind};
use super::{ESTIMATED, VERIFIED, label_of};
use crate::outline::{Index, Outline, collapse};
use crate::tags::Tag;

#[expect(
    clippy::unwrap_used,
    reason = "the pattern is a constant that every test compiles"
)]
static REFUSES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix) ^\W* (?:no|nein|non|nie|nee|nej|n[aã]o|нет|否|不是|未|离开|離開|いいえ
        |leave|exit|quit|go\s+back|cancel|salir|sortir|quitter|esci|verlassen|wyjd[zź]|opuś[cć]
        |under|below|younger|unter|moins|menor|minor|minderjährig|(?:i\s+am|i['’]m)\s+(?:under|not|below)
        |ich\s+bin\s+(?:unter|nicht|noch)|j['’]ai\s+moins|soy\s+menor|tengo\s+menos|sono\s+minorenne|nie\s+mam)(?:\W|$)",
    )
    .unwrap()
});

#[expect(
    clippy::unwrap_used,
    reason = "the pattern is a constant that every test compiles"
)]
static SAYS_SO: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix) (?:^|\W) (?:yes|ja|oui|s[ií]|tak|sim|да|是|はい|enter|entrer|entrar|entra|eintreten|betreten|wejd[zź]|войти|进入|ok|okay
        |i\s+am|i['’]m|ich\s+bin|je\s+suis|soy|sono|jestem|mam|over\s+\d\d|\d\d\s*\+)(?:\W|$) | \d\d\s*(?:岁|歲|歳) | 已满 | 年满",
    )
    .unwrap()
});

/// What a gate comes to.
pub(super) struct Judged {
    pub(super) strength: GateStrength,
    pub(super) proofs: Vec<GateProof>,
}

/// A control of a gate.
struct Choice {
    at: Index,
    label: String,
    to: To,
}

/// What a choice does.
#[derive(Debug, PartialEq, Eq)]
enum To {
    /// It leads to an address, with what it says there.
    Place(String, String),
    /// It leads to what checks.
    Check(Behind, String),
    /// It does what its attributes name, in the page.
    Act(String),
    /// A script that is not read decides.
    Unsaid,
}

/// Judges a gate. O(nodes below it, at most 3,000, and bytes of the page's scripts).
pub(super) fn judge(
    outline: &Outline<'_>,
    container: Index,
    about: &str,
    address: &PageUrl,
) -> Judged {
    let choices = choices(outline, container, address);
    let mut checks = checks(outline, container, address);
    let has_check = !checks.is_empty();
    // The easiest way through decides.
    let is_open = choices.iter().any(|choice| {
        let is_known = matches!(choice.to, To::Place(..) | To::Act(_));
        says_so(&choice.label) && (is_known || (choice.to == To::Unsaid && !has_check))
    });
    if let Some(proof) = same_place(outline, &choices) {
        return of(vec![(GateStrength::None, proof)]);
    }
    if is_open {
        checks.clear();
    } else {
        for (pattern, sign) in [
            (&*VERIFIED, GateSign::DocumentNamed),
            (&*ESTIMATED, GateSign::FaceNamed),
        ] {
            if let Some(hit) = pattern.find(about) {
                checks.push((
                    strength_of(sign),
                    proof(outline, container, sign, hit.as_str()),
                ));
            }
        }
    }
    declared(outline, container, &choices, &mut checks);
    of(checks)
}

fn of(mut found: Vec<(GateStrength, GateProof)>) -> Judged {
    found.sort_by_key(|(strength, _)| Reverse(*strength));
    found.truncate(MOST_PROOFS);
    Judged {
        strength: found
            .first()
            .map_or(GateStrength::SelfDeclared, |(strength, _)| *strength),
        proofs: found.into_iter().map(|(_, proof)| proof).collect(),
    }
}

/// Proofs that are kept of a gate.
const MOST_PROOFS: usize = 4;

const fn strength_of(sign: GateSign) -> GateStrength {
    match sign {
        GateSign::SamePlace => GateStrength::None,
        GateSign::Choice | GateSign::BirthDate => GateStrength::SelfDeclared,
        GateSign::FaceNamed | GateSign::Camera => GateStrength::Estimated,
        GateSign::DocumentNamed | GateSign::Upload | GateSign::Service | GateSign::Wallet => {
            GateStrength::Verified
        }
    }
}

fn proof(outline: &Outline<'_>, at: Index, sign: GateSign, shows: &str) -> GateProof {
    GateProof {
        sign,
        shows: collapse(shows, 200),
        span: outline.span(at),
    }
}

fn says_so(label: &str) -> bool {
    !REFUSES.is_match(label) && SAYS_SO.is_match(label)
}

fn choices(outline: &Outline<'_>, container: Index, address: &PageUrl) -> Vec<Choice> {
    let mut choices = Vec::new();
    for at in outline.below(container).take(3_000) {
        let is_control = match outline.name(at) {
            "button" | "a" => true,
            "input" => matches!(
                outline.attr(at, "type"),
                Some("submit" | "button" | "image")
            ),
            _ => outline.attr(at, "role") == Some("button"),
        };
        if is_control && choices.len() < 16 {
            let label = label_of(outline, at).into_owned();
            let to = to(outline, at, address);
            choices.push(Choice { at, label, to });
        }
    }
    choices
}

/// What a control does.
fn to(outline: &Outline<'_>, at: Index, address: &PageUrl) -> To {
    let attr = |name| {
        outline
            .attr(at, name)
            .map(str::trim)
            .filter(|value| !value.is_empty())
    };
    let click = attr("onclick").unwrap_or_default();
    if outline.is(at, Tag::ANCHOR)
        && let Some(href) = attr("href")
        && !href.starts_with('#')
        && !href.to_ascii_lowercase().starts_with("javascript:")
    {
        return led(href, click.to_owned(), address);
    }
    if let Some(found) = named_in(click) {
        return led(found, String::new(), address);
    }
    let acts: Vec<&str> = [Some(click).filter(|it| !it.is_empty()), attr("href")]
        .into_iter()
        .flatten()
        .filter(|act| *act != "#")
        .collect();
    let element = outline.element(at);
    let named = element
        .into_iter()
        .flat_map(|element| element.attrs())
        .filter(|(name, _)| {
            name.starts_with("data-") || matches!(*name, "popovertarget" | "commandfor" | "command")
        });
    let named: Vec<String> = named
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    if !acts.is_empty() || !named.is_empty() {
        return To::Act(format!("{} {}", acts.join(" "), named.join(" ")));
    }
    submitted(outline, at, address)
}

/// Where an address leads, with what else is said there.
fn led(href: &str, said: String, address: &PageUrl) -> To {
    if let Some(found) = behind(href, address) {
        return To::Check(found, href.to_owned());
    }
    let target = RawHref::new(href).resolve(address);
    target.map_or(To::Unsaid, |target| {
        // An empty query asks for nothing.
        let place = target.as_str().trim_end_matches('?');
        To::Place(place.to_owned(), said)
    })
}

/// What a control that acts by nothing but its form does.
fn submitted(outline: &Outline<'_>, at: Index, address: &PageUrl) -> To {
    let attr = |name| {
        outline
            .attr(at, name)
            .map(str::trim)
            .filter(|value| !value.is_empty())
    };
    let submits = !matches!(attr("type"), Some("button" | "reset")) && !outline.is(at, Tag::ANCHOR);
    let form = outline
        .lineage(at)
        .skip(1)
        .take(12)
        .find(|&above| outline.name(above) == "form");
    let Some(form) = form.filter(|_| submits) else {
        return To::Unsaid;
    };
    let is_scripted = outline
        .heads
        .iter()
        .any(|&head| outline.name(head) == "script")
        || outline.attr(form, "onsubmit").is_some();
    let target = attr("formaction").or_else(|| outline.attr(form, "action"));
    let said = format!(
        "{}={}",
        attr("name").unwrap_or_default(),
        attr("value").unwrap_or_default()
    );
    if outline
        .attr(form, "method")
        .is_some_and(|method| method.eq_ignore_ascii_case("dialog"))
    {
        return if is_scripted {
            To::Unsaid
        } else {
            To::Act("closes the dialog".to_owned())
        };
    }
    // A script may tell two buttons apart that are sent alike.
    if target.is_none() && is_scripted {
        return To::Unsaid;
    }
    let said = if is_scripted {
        format!("{said} {at}")
    } else {
        said
    };
    led(target.unwrap_or_default(), said, address)
}

/// The first absolute address in the code of a handler.
fn named_in(code: &str) -> Option<&str> {
    let from = code.find("https://").or_else(|| code.find("http://"))?;
    let rest = &code[from..];
    let end = rest
        .find(['\'', '"', ' ', ')', '`', ';'])
        .unwrap_or(rest.len());
    Some(&rest[..end])
}

/// That whoever refuses is led to where whoever consents is.
fn same_place(outline: &Outline<'_>, choices: &[Choice]) -> Option<GateProof> {
    let (refuse, consent): (Vec<&Choice>, Vec<&Choice>) = choices
        .iter()
        .filter(|choice| super::ANSWER.is_match(&choice.label) || REFUSES.is_match(&choice.label))
        .partition(|choice| REFUSES.is_match(&choice.label));
    let first = consent.first()?;
    let is_same = !refuse.is_empty()
        && first.to != To::Unsaid
        && refuse.iter().all(|choice| choice.to == first.to);
    let shows = match &first.to {
        To::Place(place, _) => place,
        To::Check(_, href) => href,
        To::Act(act) => act.trim(),
        To::Unsaid => return None,
    };
    let refusing = refuse.first()?;
    is_same.then(|| proof(outline, refusing.at, GateSign::SamePlace, shows))
}

/// What a visitor only says: a date of birth, or a click.
fn declared(
    outline: &Outline<'_>,
    container: Index,
    choices: &[Choice],
    found: &mut Vec<(GateStrength, GateProof)>,
) {
    let below = outline.below(container).take(3_000);
    let date = below.clone().find(|&at| {
        matches!(outline.name(at), "input" | "select")
            && (outline.attr(at, "type") == Some("date")
                || outline
                    .attr(at, "autocomplete")
                    .is_some_and(|fills| fills.starts_with("bday"))
                || ["name", "id"].iter().any(|name| {
                    let name = outline
                        .attr(at, name)
                        .unwrap_or_default()
                        .to_ascii_lowercase();
                    name == "dob"
                        || name.contains("birth")
                        || name.contains("geburt")
                        || name.contains("naissance")
                        || name.contains("nacimiento")
                        || name.contains("nascita")
                        || name.contains("urodz")
                }))
    });
    let sign = match (date, choices.iter().find(|choice| says_so(&choice.label))) {
        (Some(at), _) => Some((at, GateSign::BirthDate, "date of birth")),
        (None, Some(choice)) => Some((choice.at, GateSign::Choice, choice.label.as_str())),
        (None, None) => None,
    };
    if let Some((at, sign, shows)) = sign {
        found.push((strength_of(sign), proof(outline, at, sign, shows)));
    }
}

/// What of a gate, and of the page's scripts, checks an age.
fn checks(
    outline: &Outline<'_>,
    container: Index,
    address: &PageUrl,
) -> Vec<(GateStrength, GateProof)> {
    let mut found = Vec::new();
    for at in outline.below(container).take(3_000) {
        let href = match outline.name(at) {
            "form" => outline.attr(at, "action"),
            "iframe" | "script" => outline.attr(at, "src"),
            "a" => outline.attr(at, "href"),
            "button" => outline.attr(at, "onclick").and_then(named_in),
            "input" if outline.attr(at, "type") == Some("file") => {
                let takes_face = outline.attr(at, "capture") == Some("user");
                let sign = if takes_face {
                    GateSign::Camera
                } else {
                    GateSign::Upload
                };
                found.push((
                    strength_of(sign),
                    proof(outline, at, sign, "a file of the visitor"),
                ));
                None
            }
            _ => None,
        };
        if let Some((href, to)) = href.and_then(|href| Some((href, behind(href, address)?))) {
            found.push((of_behind(to), proof(outline, at, to.sign(), href)));
        }
    }
    for &at in &outline.heads {
        if outline.name(at) != "script" {
            continue;
        }
        let codes = outline.below(at).filter_map(|text| outline.text(text));
        for code in codes.take(4) {
            if let Some((sign, word)) = asked_by(code) {
                found.push((strength_of(sign), proof(outline, at, sign, word)));
            }
        }
    }
    found
}

pub(super) const fn of_behind(to: Behind) -> GateStrength {
    match to {
        Behind::Estimate => GateStrength::Estimated,
        Behind::Service | Behind::Wallet => GateStrength::Verified,
    }
}
