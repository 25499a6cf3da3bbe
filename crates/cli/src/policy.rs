//! The policy that is applied: rule packs, lists, a platform's own labels, and whose law.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Context as _, bail};
use case::Journal;
use model::{BodyHash, Market, PageFacts, PageUrl, Policy, Verdict};
use rules::{Lists, PackFile, RulePack};

use crate::args::PolicyArgs;

/// So many labels of reviewers are told one by one.
const LABELS_TOLD: usize = 5;

/// The name by which the built-in pack is asked for.
const BUILT_IN: &str = "eu";

/// A list of one policy: `illegal=FILE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ListArg {
    policy: Policy,
    file: PathBuf,
}

impl FromStr for ListArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (word, file) = text
            .split_once('=')
            .ok_or("write it as POLICY=FILE, such as illegal=pharmacies.txt")?;
        let policy = rules::policy_named(word).ok_or_else(|| {
            format!(
                "`{word}` is no policy: illegal, age-restricted, age-restricted:16, compliant or unknown"
            )
        })?;
        Ok(Self {
            policy,
            file: PathBuf::from(file),
        })
    }
}

/// Packs and lists, read and ready.
#[derive(Debug)]
pub(crate) struct AppliedPolicy {
    pub(crate) pack: RulePack,
    lists: Lists,
    /// What lists were given, each with its digest and its number of entries, in sentences.
    pub(crate) notes: Vec<String>,
}

impl AppliedPolicy {
    /// Reads what the arguments name; without any the built-in pack alone.
    pub(crate) fn of(args: &PolicyArgs) -> anyhow::Result<Self> {
        let mut lists = Lists::default();
        let mut notes = Vec::new();
        for list in &args.list {
            let (name, text, digest) = read(&list.file, "the list")?;
            let entries = lists.add_policy(list.policy, &name, &text)?;
            let policy = list.policy.as_str();
            notes.push(format!(
                "List {name} (SHA-256 {digest}): {entries} entries that say {policy}."
            ));
        }
        for file in &args.labels {
            let (name, text, digest) = read(file, "the labels")?;
            let entries = lists.add_labels(&name, &text)?;
            notes.push(format!(
                "The platform's own labels {name} (SHA-256 {digest}): {entries}; they outrank the rules."
            ));
        }
        let pack = packs(&args.pack)?;
        if let Some(market) = &args.market {
            must_be_known(&pack, market)?;
        }
        Ok(Self { pack, lists, notes })
    }

    /// Takes the labels that reviewers gave pages of the case: they outrank rules, lists and the platform's
    /// own labels.
    pub(crate) fn take_labels(&mut self, journal: &Journal) -> anyhow::Result<()> {
        let labels = journal.labels();
        if labels.is_empty() {
            return Ok(());
        }
        let mut table = csv::Writer::from_writer(Vec::new());
        table.write_record(["address", "policy", "category", "source"])?;
        for (address, (label, entry)) in &labels {
            let category = label.category.as_ref().map_or("", |code| &code.0);
            let source = format!("{}, {}: {}", entry.reviewer, entry.at, entry.reason);
            table.write_record([address.as_str(), &word(label.policy), category, &source])?;
        }
        let text = String::from_utf8(table.into_inner()?)?;
        self.lists.add_labels(case::JOURNAL, &text)?;
        let told = labels
            .iter()
            .take(LABELS_TOLD)
            .map(|(address, (label, entry))| {
                format!(
                    "{address} is {}, says {} ({})",
                    word(label.policy),
                    entry.reviewer,
                    entry.reason
                )
            });
        let mut told: Vec<String> = told.collect();
        if let Some(more @ 1..) = labels.len().checked_sub(LABELS_TOLD) {
            told.push(format!("and {more} more"));
        }
        self.notes.push(format!(
            "Reviewers gave {} a label, which outranks the rules: {}.",
            report::counted(labels.len() as u64, "page", "pages"),
            told.join("; ")
        ));
        Ok(())
    }

    /// What packs and lists say of a page.
    pub(crate) fn label(&self, facts: &PageFacts, market: &Market) -> Verdict {
        let mut verdict = self.pack.label(facts, market);
        self.lists.decide(&mut verdict, facts, &self.pack, market);
        verdict
    }

    /// What the lists alone say of an address that gave no facts.
    pub(crate) fn of_address(&self, address: &PageUrl, market: &Market) -> Option<Verdict> {
        self.lists.of(address, &self.pack, market)
    }
}

/// That a pack has no row for a market, so that the Union's rows decide; `None` where it has some.
pub(crate) fn fallback(pack: &RulePack, market: &Market) -> Option<String> {
    let markets = pack.markets();
    (!markets.contains(market)).then(|| {
        format!(
            "No row of {} is for the market {market}: the rows of the Union (EU) decide instead. It has rows for {}.",
            pack.id(),
            in_a_row(&markets)
        )
    })
}

/// Refuses a market that is neither a country of ISO 3166-1 nor one that a pack has rows for: nobody means it.
pub(crate) fn must_be_known(pack: &RulePack, market: &Market) -> anyhow::Result<()> {
    let markets = pack.markets();
    let code = market.as_str();
    if code == Market::eu().as_str()
        || markets.contains(market)
        || rust_iso3166::from_alpha2(code).is_some()
    {
        return Ok(());
    }
    let meant = match code {
        "UK" => "the code of the United Kingdom is GB".to_owned(),
        "EL" => "the code of Greece is GR".to_owned(),
        _ => format!("{} has rows for {}", pack.id(), in_a_row(&markets)),
    };
    bail!("the market {market} is no country of ISO 3166-1: {meant}")
}

fn in_a_row(markets: &BTreeSet<&Market>) -> String {
    let codes: Vec<&str> = markets.iter().map(|market| market.as_str()).collect();
    codes.join(", ")
}

/// A policy as lists write it, with its age.
pub(crate) fn word(policy: Policy) -> String {
    match policy {
        Policy::AgeRestricted { min_age } => format!("age-restricted:{min_age}"),
        other => other.as_str().to_owned(),
    }
}

/// The packs that are named, joined in this order; the built-in one when none is.
pub(crate) fn packs(named: &[PathBuf]) -> anyhow::Result<RulePack> {
    let (first, rest) = match named.split_first() {
        None => return RulePack::eu().context("the built-in rule pack"),
        Some(all) => all,
    };
    let mut joined = pack(first)?;
    for path in rest {
        joined = joined.join(pack(path)?)?;
    }
    Ok(joined)
}

/// One pack: the built-in one by its name, a file, or a folder with a `pack.toml` and further
/// files of categories.
fn pack(path: &Path) -> anyhow::Result<RulePack> {
    if path == Path::new(BUILT_IN) {
        return RulePack::eu().context("the built-in rule pack");
    }
    let mut files = Vec::new();
    for file in files_of(path)? {
        let (name, text, _) = read(&file, "the rule pack")?;
        files.push((name, text));
    }
    let files: Vec<PackFile<'_>> = files
        .iter()
        .map(|(name, text)| PackFile { name, text })
        .collect();
    Ok(RulePack::parse(&files)?)
}

/// The files of a pack, the one with its head first.
fn files_of(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let head = path.join("pack.toml");
    if !head.is_file() {
        bail!(
            "the folder {} has no pack.toml; put name, version and as_of of the pack there",
            path.display()
        );
    }
    let mut parts = Vec::new();
    for entry in
        std::fs::read_dir(path).with_context(|| format!("cannot read {}", path.display()))?
    {
        let file = entry?.path();
        if file.extension().is_some_and(|it| it == "toml") && file != head {
            parts.push(file);
        }
    }
    parts.sort();
    parts.insert(0, head);
    Ok(parts)
}

/// Name, text and digest of a file.
fn read(file: &Path, what: &str) -> anyhow::Result<(String, String, String)> {
    let bytes =
        std::fs::read(file).with_context(|| format!("cannot read {what} {}", file.display()))?;
    let digest = BodyHash::of(&bytes).to_string();
    let text = String::from_utf8(bytes)
        .with_context(|| format!("{what} {} is no UTF-8; save it as UTF-8", file.display()))?;
    Ok((file.display().to_string(), text, digest))
}
