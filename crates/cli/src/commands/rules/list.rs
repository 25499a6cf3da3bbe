//! `sidedoor rules list`: the categories of a pack with their policy in a market.

use std::io::{self, Write};

use model::{Market, Policy};
use rules::{Category, PolicyRow, RulePack, WordList};

use crate::args::PolicyArgs;
use crate::exit::ExitStatus;
use crate::output;
use crate::policy;

/// Prints a line for each category, or every row as Markdown.
pub(crate) fn run(args: &PolicyArgs, markdown: bool) -> anyhow::Result<ExitStatus> {
    let pack = policy::packs(&args.pack)?;
    let mut out = output::stdout();
    if markdown {
        write_tables(&pack, &mut out)?;
    } else {
        let market = args.market();
        policy::must_be_known(&pack, &market)?;
        if let Some(note) = policy::fallback(&pack, &market) {
            writeln!(out, "{note}")?;
            output::say(&note);
        }
        write_lines(&pack, &market, &mut out)?;
    }
    out.flush()?;
    Ok(ExitStatus::Clean)
}

fn write_lines(pack: &RulePack, market: &Market, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "{} in {market}, by the law of {}",
        pack.id(),
        pack.as_of()
    )?;
    for category in pack.categories() {
        let row = category.row(market, pack.as_of(), &[]);
        let status = row.map_or("no row".to_owned(), said);
        writeln!(
            out,
            "{:<4}{:<52} {status:<24} {}",
            category.code.0, category.name, category.severity
        )?;
        for kind in category.goods.keys() {
            let row = category.row(market, pack.as_of(), &[kind]);
            if let Some(row) = row.filter(|row| row.goods.is_some()) {
                writeln!(out, "    {:<52} {}", format!("  {kind}"), said(row))?;
            }
        }
    }
    Ok(())
}

/// Status with its age.
fn said(row: &PolicyRow) -> String {
    match row.policy() {
        Policy::AgeRestricted { min_age } => format!("{} {min_age}", row.status),
        _ => row.status.to_string(),
    }
}

fn write_tables(pack: &RulePack, out: &mut dyn Write) -> io::Result<()> {
    for category in pack.categories() {
        write_table(category, out)?;
    }
    Ok(())
}

fn write_table(category: &Category, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n### {} {}\n", category.code, category.name)?;
    writeln!(
        out,
        "Group: {}. Severity: {}. Gate: {}.",
        category.group,
        category.severity,
        gate(category)
    )?;
    writeln!(out, "Law: {}.", cell(&category.legal_basis))?;
    writeln!(
        out,
        "Source: {}. Checked: {}.",
        cell(&category.source),
        cell(&category.checked)
    )?;
    if let Some(class) = &category.dsa {
        let words = class.additions.iter().map(|it| it.as_str());
        let words = words.chain(class.keywords.iter().map(|it| it.as_str()));
        let words: Vec<String> = words.map(|word| format!("`{word}`")).collect();
        writeln!(
            out,
            "Statement of reasons: `{}`; {}.",
            class.category.as_str(),
            words.join(", ")
        )?;
    }
    let taxonomy: Vec<String> = category
        .statements
        .taxonomy
        .iter()
        .map(ToString::to_string)
        .collect();
    if !taxonomy.is_empty() {
        writeln!(out, "Google Product Taxonomy: {}.", taxonomy.join(", "))?;
    }
    let terms: usize = category.terms.values().map(WordList::len).sum();
    let languages: Vec<&str> = category.terms.keys().map(String::as_str).collect();
    writeln!(out, "Terms: {terms} in {}.\n", languages.join(", "))?;
    writeln!(
        out,
        "| market | goods | status | from | to | law | source | checked |"
    )?;
    writeln!(out, "|---|---|---|---|---|---|---|---|")?;
    for row in &category.policy {
        let (source, checked) = category.provenance(row);
        writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {} | {} |",
            row.market,
            row.goods.as_deref().unwrap_or(""),
            said(row),
            row.from.as_deref().unwrap_or(""),
            row.to.as_deref().unwrap_or(""),
            cell(&row.legal_basis),
            cell(source),
            cell(checked)
        )?;
    }
    Ok(())
}

fn gate(category: &Category) -> String {
    serde_json::to_value(category.required_gate)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

/// Text in a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
