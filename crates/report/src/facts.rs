//! The facts of one document, and what the policy says of it, for a person.

use std::io::{self, Write};

use model::{
    AgeGate, Contact, Label, Link, PageFacts, Policy, Product, Proof, Resource, Reveal, Span,
    Technique, Trigger, Visibility,
};

use crate::legible::{begun, legible};

/// Columns of a value that is shown whole; JSON has it all.
const VALUE: usize = 200;
/// Offers of a product that are listed one by one.
const OFFERS: usize = 5;
/// Resources that are listed one by one.
const RESOURCES: usize = 40;

/// One document with what the policy says of it.
#[derive(Debug, Clone, Copy)]
pub struct Inspected<'a> {
    /// What it says.
    pub facts: &'a PageFacts,
    /// The policy that its labels add up to.
    pub policy: Policy,
    /// Its labels.
    pub labels: &'a [Label],
}

/// Writes what a document says: one block for each way out, then resources, gates, contacts,
/// labels and notes. Nothing in it can act on a terminal. O(facts).
///
/// # Errors
///
/// When `out` cannot be written.
pub fn write_facts(inspected: &Inspected<'_>, out: &mut dyn Write) -> io::Result<()> {
    let facts = inspected.facts;
    writeln!(out, "{}", legible(facts.address.as_str()))?;
    writeln!(
        out,
        "{} · {} · {}",
        shown(&facts.title),
        facts.kind,
        inspected.policy.as_str()
    )?;
    let count = facts.links.len();
    writeln!(
        out,
        "\n{count} {}",
        if count == 1 { "link" } else { "links" }
    )?;
    for (number, link) in facts.links.iter().enumerate() {
        write_link(number, link, out)?;
    }
    write_resources(&facts.resources, out)?;
    for gate in &facts.gates {
        write_gate(gate, out)?;
    }
    for product in &facts.products {
        write_product(product, out)?;
    }
    write_trader(facts, out)?;
    for contact in &facts.contacts {
        write_contact(contact, out)?;
    }
    for directive in &facts.directives {
        let agent = directive.agent.as_deref().unwrap_or("all");
        let value = directive
            .value
            .as_deref()
            .map_or_else(String::new, |v| format!(": {v}"));
        let (carrier, name) = (directive.carrier, &directive.name);
        writeln!(
            out,
            "directive: {} for {} ({carrier})",
            shown(&format!("{name}{value}")),
            shown(agent)
        )?;
    }
    for label in inspected.labels {
        write_label(label, out)?;
    }
    for note in &facts.notes {
        writeln!(out, "note: {}", shown(&note.text))?;
    }
    Ok(())
}

/// `number`, state, kind and target; then where it stands; then a line for whatever else is known.
fn write_link(number: usize, link: &Link, out: &mut dyn Write) -> io::Result<()> {
    let target = link.target.as_ref().map(ToString::to_string);
    let written = link.href.as_str();
    writeln!(
        out,
        "{number:>4}  {:<11} {:<17} {}",
        link.visibility.state().as_str(),
        link.kind.as_str(),
        shown(target.as_deref().unwrap_or(written)),
    )?;
    let position = if link.position.is_ordinary() {
        String::new()
    } else {
        format!(", {}", link.position)
    };
    writeln!(
        out,
        "      “{}” in {}, {}, {}{position}",
        shown(&link.text),
        link.carrier,
        link.zone,
        place(link.span),
    )?;
    if target.as_deref().is_some_and(|target| target != written) {
        writeln!(out, "      written {}", shown(written))?;
    }
    if let Visibility::Unknown(why, _) = &link.visibility {
        writeln!(out, "      unknown: {}", shown(why))?;
    }
    if let Visibility::Conditional(reveal, _) = &link.visibility {
        writeln!(out, "      shown by {}", act(*reveal))?;
    }
    write_proofs("", link.visibility.proofs(), out)?;
    write_target(link, out)?;
    write_proofs("script: ", &link.scripted, out)?;
    write_proofs("odd: ", &link.marks, out)?;
    if !link.techniques.is_empty() {
        writeln!(out, "      techniques {}", ids(&link.techniques))?;
    }
    Ok(())
}

/// What is known about where it leads, and when.
fn write_target(link: &Link, out: &mut dyn Write) -> io::Result<()> {
    if !link.layers.is_empty() {
        let layers: Vec<&str> = link.layers.iter().map(|layer| layer.as_str()).collect();
        let from = link.inside.map(|inside| format!(" of link {inside}"));
        writeln!(
            out,
            "      taken out{}: {}",
            from.unwrap_or_default(),
            layers.join(" → ")
        )?;
    }
    write_proofs("disguise: ", &link.disguises, out)?;
    if link.text_names_other_host {
        writeln!(out, "      its text names another host")?;
    }
    if let Some(affiliation) = &link.affiliation {
        let parts = [
            affiliation
                .network
                .as_ref()
                .map(|network| format!("network {}", shown(network))),
            affiliation
                .id
                .as_ref()
                .map(|id| format!("id {}", shown(id))),
            affiliation
                .target
                .as_ref()
                .map(|target| format!("to {}", shown(target.as_str()))),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        writeln!(out, "      commission: {}", parts.join(", "))?;
    }
    let mut happens = vec![format!("trigger {}", link.trigger)];
    if let Some(seconds) = link.delay_seconds {
        happens.push(format!("after {seconds} s"));
    }
    if !link.conditions.is_empty() {
        let tests: Vec<&str> = link.conditions.iter().map(|test| test.as_str()).collect();
        happens.push(format!("tests {}", tests.join(", ")));
    }
    if happens.len() > 1 || link.trigger != Trigger::Act {
        writeln!(out, "      {}", happens.join(", "))?;
    }
    Ok(())
}

fn write_proofs(before: &str, proofs: &[Proof], out: &mut dyn Write) -> io::Result<()> {
    for proof in proofs {
        let at = proof
            .span
            .map(|span| format!(" (bytes {}–{})", span.start, span.end));
        writeln!(
            out,
            "      {before}{} {}{}",
            proof.technique,
            shown(&proof.shows),
            at.unwrap_or_default()
        )?;
    }
    Ok(())
}

fn write_resources(resources: &[Resource], out: &mut dyn Write) -> io::Result<()> {
    if resources.is_empty() {
        return Ok(());
    }
    let count = resources.len();
    let word = if count == 1 { "resource" } else { "resources" };
    writeln!(out, "\n{count} {word}")?;
    for resource in resources.iter().take(RESOURCES) {
        let target = resource.target.as_ref().map(ToString::to_string);
        let carrier = resource.carrier.map(|carrier| format!(" in {carrier}"));
        writeln!(
            out,
            "      {:<11} {}{}",
            resource.kind.as_str(),
            shown(target.as_deref().unwrap_or(resource.href.as_str())),
            carrier.unwrap_or_default(),
        )?;
    }
    if resources.len() > RESOURCES {
        let more = resources.len() - RESOURCES;
        writeln!(out, "      and {more} more; JSON has them all")?;
    }
    Ok(())
}

fn write_gate(gate: &AgeGate, out: &mut dyn Write) -> io::Result<()> {
    let age = gate.min_age.map(|age| format!(", from {age}"));
    writeln!(
        out,
        "\nage gate: {}{}, {}",
        gate.strength.as_str(),
        age.unwrap_or_default(),
        shown(&gate.shows)
    )?;
    for proof in &gate.proofs {
        let (sign, shows) = (proof.sign, shown(&proof.shows));
        writeln!(out, "      {sign}: {shows}, {}", place(proof.span))?;
    }
    Ok(())
}

/// What structured data says of a product: one line for its name, one for each thing besides.
fn write_product(product: &Product, out: &mut dyn Write) -> io::Result<()> {
    let name = product.name.as_deref().unwrap_or("without a name");
    writeln!(out, "\nproduct: {}, {}", shown(name), place(product.span))?;
    let mut line = |what: &str, text: &str| writeln!(out, "      {what}: {}", shown(text));
    for (what, text) in [
        ("brand", &product.brand),
        ("category", &product.category),
        ("seller", &product.seller),
    ] {
        if let Some(text) = text {
            line(what, text)?;
        }
    }
    if let Some(gtin) = &product.gtin {
        let holds = match product.gtin_holds {
            Some(true) => ", its check digit holds",
            Some(false) => ", its check digit does not hold",
            None => "",
        };
        line("article number", &format!("{gtin}{holds}"))?;
    }
    for offer in product.offers.iter().take(OFFERS) {
        let parts = [&offer.price, &offer.currency, &offer.availability];
        let parts: Vec<&str> = parts.into_iter().filter_map(|it| it.as_deref()).collect();
        line("offer", &parts.join(" "))?;
    }
    if product.offers.len() > OFFERS {
        line("offers", &format!("{} in all", product.offers.len()))?;
    }
    if let Some(range) = &product.prices {
        let end = |end: &Option<String>| end.clone().unwrap_or_else(|| "?".to_owned());
        let count = range.count.map(|count| format!(", {count} offers"));
        let text = format!(
            "{} to {}{}",
            end(&range.low),
            end(&range.high),
            count.unwrap_or_default()
        );
        line("range of prices", &text)?;
    }
    if !product.variants.is_empty() {
        line("variants", &product.variants.join(", "))?;
    }
    if let Some(age) = product.min_age {
        line("for those of at least", &format!("{age} years"))?;
    }
    if let Some(friendly) = product.is_family_friendly {
        line("family friendly", if friendly { "yes" } else { "no" })?;
    }
    if !product.adult_considerations.is_empty() {
        line(
            "adult considerations",
            &product.adult_considerations.join(", "),
        )?;
    }
    Ok(())
}

/// Who trades, and the logo of those who sell medicines.
fn write_trader(facts: &PageFacts, out: &mut dyn Write) -> io::Result<()> {
    for (what, stated) in facts.trader.parts() {
        let Some(stated) = stated else { continue };
        let holds = match stated.holds {
            Some(true) => ", its check digits hold",
            Some(false) => ", its check digits do not hold",
            None => "",
        };
        let (text, at) = (shown(&stated.text), place(stated.span));
        writeln!(out, "trader: {what} {text}{holds}, {at}")?;
    }
    if let Some(logo) = &facts.medicine_logo {
        let target = logo
            .target
            .as_ref()
            .map_or("nowhere", |target| target.as_str());
        let (shows, at) = (shown(&logo.shows), place(logo.span));
        writeln!(
            out,
            "medicine logo: {shows}, leads to {}, {at}",
            shown(target)
        )?;
    }
    Ok(())
}

fn write_contact(contact: &Contact, out: &mut dyn Write) -> io::Result<()> {
    write!(
        out,
        "contact: {} {} ({}, {}",
        contact.kind,
        shown(&contact.handle),
        contact.visibility.state().as_str(),
        contact.zone,
    )?;
    if contact.written != contact.handle {
        write!(out, ", written “{}”", shown(&contact.written))?;
    }
    if !contact.techniques.is_empty() {
        write!(out, ", techniques {}", ids(&contact.techniques))?;
    }
    writeln!(out, ")")
}

fn write_label(label: &Label, out: &mut dyn Write) -> io::Result<()> {
    let category = label
        .category
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default();
    writeln!(
        out,
        "label: {} {category} {} ({}, {})",
        label.policy.as_str(),
        label.name,
        label.confidence,
        label.pack
    )?;
    for found in &label.matches {
        writeln!(out, "      “{}” in {}", shown(&found.text), found.place)?;
    }
    Ok(())
}

/// The act that shows what is hidden.
fn act(reveal: Reveal) -> &'static str {
    match reveal {
        Reveal::Disclosure => "opening a disclosure",
        Reveal::Control => "a control of the page",
        Reveal::State => "hovering, focus or the address's fragment",
        Reveal::Breakpoint => "another width or medium",
        Reveal::NoScript => "a browser without script",
        Reveal::Accessibility => "the keyboard or a screen reader",
    }
}

fn ids(techniques: &[Technique]) -> String {
    let ids: Vec<String> = techniques.iter().map(ToString::to_string).collect();
    ids.join(" ")
}

fn place(span: Option<Span>) -> String {
    span.map_or_else(
        || "no place in the body".to_owned(),
        |span| format!("bytes {}–{}", span.start, span.end),
    )
}

fn shown(text: &str) -> String {
    begun(&legible(text), VALUE)
}
