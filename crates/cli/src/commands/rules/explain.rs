//! `sidedoor rules explain`: what of a page matched, what it weighed, what would change it.

use std::io::{self, Write};

use model::{DecidedBy, Label, Match, Policy};
use rules::{CategoryReasons, Explanation, Shortfall, SignalKind};

use crate::args::{DocumentArgs, PolicyArgs};
use crate::document;
use crate::exit::ExitStatus;
use crate::output;
use crate::policy::{self, AppliedPolicy};

/// Reads the page, labels it, and prints the reasons.
pub(crate) fn run(document: &DocumentArgs, args: &PolicyArgs) -> anyhow::Result<ExitStatus> {
    let facts = document::read(document)?;
    let policy = AppliedPolicy::of(args)?;
    let market = args.market();
    let explanation = policy.pack.explain(&facts, &market);
    let verdict = policy.label(&facts, &market);
    let mut out = output::stdout();
    writeln!(
        out,
        "{}: {} by {} in {market}",
        facts.address,
        named(verdict.policy),
        policy.pack.id()
    )?;
    if let Some(note) = policy::fallback(&policy.pack, &market) {
        writeln!(out, "  {note}")?;
        output::say(&note);
    }
    writeln!(
        out,
        "  a page of kind {}; {} for sale; {} that it is for adults",
        explanation.kind,
        if explanation.sells {
            "it offers something"
        } else {
            "it offers nothing"
        },
        if explanation.adult {
            "it says"
        } else {
            "it does not say"
        },
    )?;
    if verdict != explanation.verdict
        && let Some(label) = verdict.deciding()
    {
        writeln!(out, "  decided by {}", decided(&label.decided_by))?;
    }
    for reasons in &explanation.categories {
        write_category(reasons, &mut out)?;
    }
    write_known(&explanation, &verdict.labels, &mut out)?;
    write_changes(&explanation, &mut out)?;
    out.flush()?;
    Ok(ExitStatus::Clean)
}

/// A policy with its age.
fn named(policy: Policy) -> String {
    match policy {
        Policy::AgeRestricted { min_age } => format!("age-restricted from {min_age}"),
        other => other.as_str().to_owned(),
    }
}

fn decided(by: &DecidedBy) -> String {
    match by {
        DecidedBy::Row {
            market,
            goods,
            status,
            from,
            to,
            source,
            checked,
        } => {
            let goods = goods.as_ref().map_or(String::new(), |it| format!(", {it}"));
            let from = from
                .as_ref()
                .map_or(String::new(), |it| format!(", from {it}"));
            let to = to.as_ref().map_or(String::new(), |it| format!(", to {it}"));
            format!(
                "the row {market}{goods}{from}{to}: {status} (source: {source}; checked: {checked})"
            )
        }
        DecidedBy::NoRow => "no row: none holds for the market nor for the Union".to_owned(),
        DecidedBy::Facts { .. } => {
            "its own facts: a listing that says enough, and nothing restricted".to_owned()
        }
        DecidedBy::Site { .. } => "what else its site offers".to_owned(),
        DecidedBy::List {
            file,
            line,
            entry,
            source,
        } => format!("the list {file}, line {line}: {entry} {source}"),
        DecidedBy::Platform { file, line, source } => {
            format!("the platform's own label in {file}, line {line} {source}")
        }
    }
}

fn write_category(reasons: &CategoryReasons, out: &mut dyn Write) -> io::Result<()> {
    let counted = reasons.signals.iter();
    let counted = counted.filter(|(kind, _)| *kind != SignalKind::Indicators);
    let sum: u32 = counted.map(|(_, weight)| weight).sum();
    writeln!(
        out,
        "\n{} {}: {}",
        reasons.code,
        reasons.name,
        match &reasons.outcome {
            Ok(confidence) => format!("yes, with {confidence} confidence"),
            Err(shortfall) => format!("no: {}", lacking(shortfall)),
        }
    )?;
    writeln!(
        out,
        "  would be {} by {}",
        named(reasons.policy),
        decided(&reasons.decided_by)
    )?;
    for (kind, weight) in &reasons.signals {
        writeln!(out, "  {weight:>3}  {}", kind.as_str())?;
    }
    writeln!(out, "  {sum:>3}  together; {} are needed", reasons.needed)?;
    if reasons.has_innocent_terms {
        writeln!(out, "  a word beside a term of the head made it innocent")?;
    }
    for (id, says) in &reasons.facts {
        writeln!(out, "      {says}, by {id}")?;
    }
    for found in &reasons.matches {
        write_match(found, out)?;
    }
    Ok(())
}

fn write_match(found: &Match, out: &mut dyn Write) -> io::Result<()> {
    let words: String = found.text.chars().flat_map(char::escape_debug).collect();
    write!(
        out,
        "      “{words}” in {} by {}",
        found.place, found.rule.0
    )?;
    if let Some(span) = found.span {
        write!(out, ", bytes {}..{}", span.start, span.end)?;
    }
    if !found.normalized.is_empty() {
        let needed: Vec<&str> = found.normalized.iter().map(|it| it.as_str()).collect();
        write!(out, ", undone: {}", needed.join(", "))?;
    }
    writeln!(out)
}

fn lacking(shortfall: &Shortfall) -> String {
    match shortfall {
        Shortfall::Gate => "the page is an age gate, and no offer itself".to_owned(),
        Shortfall::NoOffer => "the page offers nothing for sale".to_owned(),
        Shortfall::Signals { sum, needed } => {
            format!(
                "{sum} of {needed}: one more signal of {} would do",
                needed - sum
            )
        }
        Shortfall::NotTheSubject => "named, but not what the page is about".to_owned(),
        Shortfall::Beside => "the page is about a thing beside such goods".to_owned(),
        Shortfall::GivesWay { to } => format!("it gives way to {to}, which the page is about"),
    }
}

fn write_known(explanation: &Explanation, labels: &[Label], out: &mut dyn Write) -> io::Result<()> {
    let of = |wanted: bool| {
        let all = explanation.known.iter();
        let names: Vec<&str> = all
            .filter(|(_, known)| *known == wanted)
            .map(|(fact, _)| fact.as_str())
            .collect();
        names.join(", ")
    };
    let is_compliant = labels.iter().any(|label| label.policy == Policy::Compliant);
    writeln!(
        out,
        "\nFor a compliant listing it says: {}; it does not say: {}{}",
        of(true),
        of(false),
        if is_compliant {
            ". That is enough."
        } else {
            "."
        }
    )
}

fn write_changes(explanation: &Explanation, out: &mut dyn Write) -> io::Result<()> {
    if explanation.without.is_empty() {
        return writeln!(
            out,
            "No word alone would change the verdict by its absence."
        );
    }
    for (word, policy) in &explanation.without {
        writeln!(
            out,
            "Without “{word}” the page would be {}.",
            named(*policy)
        )?;
    }
    Ok(())
}
