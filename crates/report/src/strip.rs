//! A walk drawn as a strip of hops for a terminal.

use std::io;

use anstyle::{AnsiColor, Style as Ink};
use model::{EffectiveClass, Finding, Policy, WitnessHop};

use crate::legible::{begun, columns, legible, shortened};
use crate::text::Pen;
use crate::walk::{self, Role, Step};
use crate::wording;

const INDENT: &str = "      ";

/// Draws the witness of `finding`.
pub(crate) fn draw(pen: &mut Pen<'_>, finding: &Finding) -> io::Result<()> {
    let steps = walk::steps(finding);
    let end = steps.len() - 1;
    for (index, step) in steps.iter().enumerate() {
        draw_page(pen, finding, step)?;
        match step.hop {
            Some(hop) => draw_hop(pen, hop)?,
            None if index < end => {
                let gap = pen.paint(Ink::new().dimmed(), "?  no hop is recorded here");
                pen.line(&format!("{INDENT}  {gap}"))?;
            }
            None => {}
        }
    }
    Ok(())
}

fn draw_page(pen: &mut Pen<'_>, finding: &Finding, step: &Step<'_>) -> io::Result<()> {
    let (mark, ink) = match step.role {
        Role::Listing => {
            let role = format!("← {}", walk::role_of_listing(finding));
            (role, Ink::new().dimmed())
        }
        Role::Passage => (String::new(), Ink::new()),
        Role::Target => (mark_of_target(finding), ink_of_policy(finding.policy)),
    };
    let room = pen.width.saturating_sub(INDENT.len());
    let mark = begun(&mark, room / 2);
    let room = room.saturating_sub(columns(&mark) + 3);
    let host = shortened(&walk::host(step.page), room * 3 / 5);
    let path = shortened(
        &walk::path(step.page),
        room.saturating_sub(columns(&host) + 2),
    );
    let host = pen.paint(Ink::new().bold(), &host);
    let mark = pen.paint(ink, &mark);
    pen.line(format!("{INDENT}{host}  {path}   {mark}").trim_end())
}

fn mark_of_target(finding: &Finding) -> String {
    let policy = walk::policy(finding.policy).to_uppercase();
    match walk::category(finding) {
        category if category.is_empty() => format!("← {policy}"),
        category => format!("← {policy} · {category}"),
    }
}

fn draw_hop(pen: &mut Pen<'_>, hop: &WitnessHop) -> io::Result<()> {
    let ink = ink_of_class(hop.class);
    let bar = pen.paint(ink, bar(hop.class));
    let prefix = format!("{INDENT}  {bar}  ");
    let room = pen.width.saturating_sub(INDENT.len() + 5);

    let phrase = walk::phrase(hop);
    let mut about = format!(" · {}", hop.carrier);
    if let Some(span) = hop.span {
        about.push_str(&format!(" · {}", wording::span(span)));
    }
    if !hop.text.trim().is_empty() {
        about.push_str(&format!(" · text “{}”", legible(&hop.text)));
    }
    let about = begun(&about, room.saturating_sub(columns(&phrase)));
    let phrase = pen.paint(ink, &phrase);
    pen.line(&format!("{prefix}{phrase}{about}"))?;
    for proof in &hop.proofs {
        let technique = proof.technique.to_string();
        let place = (proof.span)
            .filter(|_| room > 60)
            .map_or_else(String::new, |span| format!("   {}", wording::span(span)));
        let room = room.saturating_sub(technique.len() + 1 + columns(&place));
        let shows = shortened(&legible(&proof.shows), room.max(16));
        let technique = pen.paint(Ink::new().bold(), &technique);
        let place = pen.paint(Ink::new().dimmed(), &place);
        pen.line(&format!("{prefix}{technique} {shows}{place}"))?;
    }
    if hop.proofs.is_empty() && !hop.because.trim().is_empty() {
        let because = begun(&legible(&hop.because), room);
        let because = pen.paint(Ink::new().dimmed(), &because);
        pen.line(&format!("{prefix}{because}"))?;
    }
    if !hop.missing_from.is_empty() {
        let seen = format!(
            "shown to {}, not to {}",
            words(&hop.vantages),
            words(&hop.missing_from)
        );
        pen.line(&format!("{prefix}{}", begun(&seen, room)))?;
    }
    let head = pen.paint(ink, "▼");
    pen.line(&format!("{INDENT}  {head}"))
}

/// The names of vantages, with commas.
pub(crate) fn words(vantages: &[model::VantageId]) -> String {
    let words: Vec<&str> = vantages.iter().map(|vantage| vantage.as_str()).collect();
    if words.is_empty() {
        "nobody".to_owned()
    } else {
        words.join(", ")
    }
}

/// The line of a class: the same strokes as in the picture of the HTML report.
const fn bar(class: EffectiveClass) -> &'static str {
    match class {
        EffectiveClass::Hidden => "┊",
        EffectiveClass::Masked => "╎",
        EffectiveClass::Forced => "║",
        EffectiveClass::Overt | EffectiveClass::Lateral | EffectiveClass::Navigation => "│",
    }
}

const fn ink_of_class(class: EffectiveClass) -> Ink {
    match class {
        EffectiveClass::Hidden => AnsiColor::Red.on_default().bold(),
        EffectiveClass::Masked => AnsiColor::Yellow.on_default().bold(),
        EffectiveClass::Forced => AnsiColor::Magenta.on_default().bold(),
        EffectiveClass::Overt | EffectiveClass::Lateral | EffectiveClass::Navigation => Ink::new(),
    }
}

const fn ink_of_policy(policy: Policy) -> Ink {
    match policy {
        Policy::Illegal => AnsiColor::Red.on_default().bold(),
        Policy::AgeRestricted { .. } => AnsiColor::Yellow.on_default().bold(),
        Policy::Compliant => AnsiColor::Green.on_default(),
        Policy::Unknown => Ink::new().dimmed(),
    }
}
