//! `sidedoor rules evaluate`: how well a pack labels a folder of labelled pages.
//!
//! The folder has `expected.csv` with the columns `file`, `policy` and `category`, and where wanted
//! `language`, `kind` and `evasive`, by which the figures are broken down. Nothing is trained or
//! tuned here: every page is read and labelled as a scan would.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

use anyhow::{Context as _, bail};
use model::{Headers, Market, PageFacts, PageUrl, Policy, Verdict};
use page::Document;
use rules::{Explanation, Shortfall};
use serde::{Deserialize, Serialize};

use crate::args::PolicyArgs;
use crate::exit::ExitStatus;
use crate::output;
use crate::policy::{self, AppliedPolicy};

/// A line of `expected.csv`.
#[derive(Debug, Deserialize)]
struct Expected {
    file: String,
    policy: String,
    #[serde(default)]
    category: String,
    #[serde(default)]
    language: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    evasive: String,
}

/// Counts of right and wrong labels.
#[derive(Debug, Clone, Copy, Default, Serialize)]
struct Counts {
    pages: u64,
    hits: u64,
    misses: u64,
    false_alarms: u64,
}

impl Counts {
    fn precision(self) -> Option<f64> {
        ratio(self.hits, self.hits + self.false_alarms)
    }

    fn recall(self) -> Option<f64> {
        ratio(self.hits, self.hits + self.misses)
    }

    fn f1(self) -> Option<f64> {
        ratio(
            2 * self.hits,
            2 * self.hits + self.misses + self.false_alarms,
        )
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of pages are far below 2^52"
)]
fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// The figures of an evaluation.
#[derive(Debug, Default, Serialize)]
struct Figures {
    /// Restricted or not, whatever the category.
    restricted: Counts,
    /// Restricted and of the right category.
    exact: Counts,
    /// Compliant or not.
    compliant: Counts,
    /// By category, right when policy and category are.
    category: BTreeMap<String, Counts>,
    /// By language, restricted or not.
    language: BTreeMap<String, Counts>,
    /// By kind of page, restricted or not.
    kind: BTreeMap<String, Counts>,
    /// By spelling, restricted or not.
    spelling: BTreeMap<String, Counts>,
    /// False alarms by what was said and what the page is: `A1 of A8`.
    alarms: BTreeMap<String, u64>,
    /// Missed pages by kind and by what fell short in their category.
    missed: BTreeMap<String, u64>,
    /// Pages that were labelled wrongly, in words.
    #[serde(skip)]
    wrong: Vec<String>,
}

/// Reads and labels every page, and prints the figures.
pub(crate) fn run(
    folder: &Path,
    args: &PolicyArgs,
    misses: usize,
    json: bool,
) -> anyhow::Result<ExitStatus> {
    let policy = AppliedPolicy::of(args)?;
    let market = args.market();
    if let Some(note) = policy::fallback(&policy.pack, &market) {
        output::say(&note);
    }
    let list = folder.join("expected.csv");
    let mut reader = csv::Reader::from_path(&list).with_context(|| {
        format!(
            "cannot read {}; it needs the columns file, policy, category",
            list.display()
        )
    })?;
    let mut figures = Figures::default();
    for (at, row) in reader.deserialize().enumerate() {
        let expected: Expected =
            row.with_context(|| format!("{}: line {}", list.display(), at + 2))?;
        let Some(wanted) = rules::policy_named(&expected.policy) else {
            bail!(
                "{}: line {}: `{}` is no policy; write illegal, age-restricted, compliant or unknown",
                list.display(),
                at + 2,
                expected.policy
            );
        };
        let facts = facts(&folder.join(&expected.file), &expected.file)?;
        let verdict = policy.label(&facts, &market);
        figures.count(&expected, wanted, &verdict);
        if wanted.is_restricted() && !verdict.policy.is_restricted() {
            let why = shortfall(&policy.pack.explain(&facts, &market), &expected.category);
            let kind = or_none(&expected.kind);
            *figures.missed.entry(format!("{kind}: {why}")).or_default() += 1;
        }
    }
    let mut out = output::stdout();
    if json {
        serde_json::to_writer_pretty(&mut out, &figures)?;
        writeln!(out)?;
    } else {
        figures.write(policy.pack.id(), &market, misses, &mut out)?;
    }
    out.flush()?;
    Ok(ExitStatus::Clean)
}

/// What a file says.
fn facts(path: &Path, name: &str) -> anyhow::Result<PageFacts> {
    let body = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut address = url::Url::parse("http://labelled.invalid/")?;
    address.set_path(name);
    let address = PageUrl::parse(address.as_str())?;
    Ok(page::read(&Document {
        address: &address,
        status: 200,
        headers: &Headers::default(),
        body: &body,
        cut: false,
        sheets: &[],
        scripts: &[],
    }))
}

/// What a missed page lacks to get the label of its category.
fn shortfall(explanation: &Explanation, category: &str) -> &'static str {
    let mut categories = explanation.categories.iter();
    let own = categories.find(|reasons| category.is_empty() || reasons.code.0 == category);
    match own.map(|reasons| (&reasons.outcome, reasons.has_innocent_terms)) {
        None => "no word of the category",
        Some((Err(Shortfall::Gate), _)) => "the page is a gate",
        Some((Err(Shortfall::NoOffer), _)) => "no offer",
        Some((Err(Shortfall::Signals { sum: 0, .. }), true)) => "its words are taken out",
        Some((Err(Shortfall::Signals { sum: 0, .. }), false)) => "weak words alone",
        Some((Err(Shortfall::Signals { .. }), _)) => "too few signals",
        Some((Err(Shortfall::NotTheSubject), _)) => "not the subject",
        Some((Err(Shortfall::Beside), _)) => "a thing beside the goods",
        Some((Err(Shortfall::GivesWay { .. }), _)) => "it gives way to another category",
        Some((Ok(_), _)) => "a row that does not restrict",
    }
}

fn or_none(text: &str) -> String {
    if text.is_empty() { "(none)" } else { text }.to_owned()
}

impl Figures {
    fn count(&mut self, expected: &Expected, wanted: Policy, verdict: &Verdict) {
        let truth = wanted.is_restricted();
        let codes: Vec<&str> = verdict
            .labels
            .iter()
            .filter(|label| label.policy.is_restricted())
            .filter_map(|label| Some(label.category.as_ref()?.0.as_str()))
            .collect();
        let category = expected.category.as_str();
        // Goods whose policy depends on the country are right by any label of their category.
        let is_contested = !truth && !category.is_empty() && codes.contains(&category);
        let said = verdict.policy.is_restricted() && !is_contested;
        let is_exact = said && truth && (category.is_empty() || codes.contains(&category));
        add(&mut self.restricted, truth, said);
        add(&mut self.exact, truth, is_exact || (said && !truth));
        add(
            &mut self.compliant,
            wanted == Policy::Compliant,
            verdict.policy == Policy::Compliant,
        );
        add(
            self.language
                .entry(or_none(&expected.language))
                .or_default(),
            truth,
            said,
        );
        add(
            self.kind.entry(or_none(&expected.kind)).or_default(),
            truth,
            said,
        );
        let is_evasive = matches!(expected.evasive.as_str(), "true" | "yes" | "1");
        let spelling = if is_evasive { "evasive" } else { "plain" };
        add(
            self.spelling.entry(spelling.to_owned()).or_default(),
            truth,
            said,
        );
        if truth {
            let of = self.category.entry(or_none(category)).or_default();
            add(of, true, is_exact);
        }
        if said && !is_exact {
            let code = codes.first().copied().unwrap_or("(none)");
            let alarm = format!("{code} of {}", or_none(category));
            *self.alarms.entry(alarm).or_default() += 1;
            self.category
                .entry(code.to_owned())
                .or_default()
                .false_alarms += 1;
        }
        if truth != said || (truth && !is_exact) {
            let words = verdict.labels.iter().flat_map(|label| &label.matches);
            let words: Vec<&str> = words.take(5).map(|found| found.text.as_str()).collect();
            self.wrong.push(format!(
                "{}: expected {} {category}, got {} {} by {words:?}",
                expected.file,
                expected.policy,
                verdict.policy.as_str(),
                codes.join(" ")
            ));
        }
    }

    fn write(
        &self,
        pack: &str,
        market: &Market,
        misses: usize,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        writeln!(out, "{pack} in {market}, {} pages", self.restricted.pages)?;
        write_head(out)?;
        write_row("restricted", self.restricted, out)?;
        write_row("restricted, and of the category", self.exact, out)?;
        write_row("compliant", self.compliant, out)?;
        for (name, table) in [
            ("language", &self.language),
            ("kind", &self.kind),
            ("spelling", &self.spelling),
            ("category", &self.category),
        ] {
            writeln!(out)?;
            for (key, counts) in table {
                write_row(&format!("{name} {key}"), *counts, out)?;
            }
        }
        for (name, table) in [("alarm", &self.alarms), ("missed", &self.missed)] {
            writeln!(out)?;
            for (key, count) in table {
                writeln!(out, "{:<60}{count:>8}", format!("{name} {key}"))?;
            }
        }
        let honest = self.restricted.pages - self.restricted.hits - self.restricted.misses;
        writeln!(
            out,
            "\nfalse alarms: {} of {honest} pages that are not restricted",
            self.restricted.false_alarms
        )?;
        for line in self.wrong.iter().take(misses) {
            writeln!(out, "{line}")?;
        }
        Ok(())
    }
}

/// Counts one page under a question: what is true, and what was said.
fn add(counts: &mut Counts, truth: bool, said: bool) {
    counts.pages += 1;
    match (truth, said) {
        (true, true) => counts.hits += 1,
        (true, false) => counts.misses += 1,
        (false, true) => counts.false_alarms += 1,
        (false, false) => {}
    }
}

fn write_head(out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "{:<36}{:>8}{:>8}{:>8}{:>8}{:>11}{:>9}{:>7}",
        "", "pages", "hits", "misses", "alarms", "precision", "recall", "F1"
    )
}

fn write_row(name: &str, counts: Counts, out: &mut dyn Write) -> io::Result<()> {
    let figure = |value: Option<f64>| value.map_or("-".to_owned(), |it| format!("{it:.3}"));
    writeln!(
        out,
        "{name:<36}{:>8}{:>8}{:>8}{:>8}{:>11}{:>9}{:>7}",
        counts.pages,
        counts.hits,
        counts.misses,
        counts.false_alarms,
        figure(counts.precision()),
        figure(counts.recall()),
        figure(counts.f1())
    )
}
