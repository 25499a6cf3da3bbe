//! `sidedoor sandbox generate` and `sandbox truth`: a marketplace as a site, and what is true of it.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::Context as _;
use sandbox::{Marketplace, MarketplaceError};
use serde::Serialize;

use super::new_or_empty;
use crate::args::{GenerateArgs, MarketplaceArgs};
use crate::output;

/// Listings of the largest marketplace that the usual budgets of a scan see whole.
const WITHIN_BUDGETS: u64 = 5_000;

/// Addresses of a marketplace for each of its listings, and to spare: there are less than four.
const ADDRESSES_EACH: u64 = 10;

/// What a scan of a marketplace needs besides its seeds: ways of several outside pages are followed, and a large
/// marketplace has more addresses than the usual budgets, of which one host alone may have thousands.
pub(super) fn scan_flags(listings: u64) -> String {
    let mut flags = " --landings onward".to_owned();
    if listings > WITHIN_BUDGETS {
        let most = (listings * ADDRESSES_EACH).min(u32::MAX.into());
        for budget in ["pages", "reasks", "landing-addresses", "pattern-addresses"] {
            flags.push_str(&format!(" --{budget} {most}"));
        }
    }
    flags
}

fn marketplace(args: &MarketplaceArgs) -> anyhow::Result<Marketplace> {
    Ok(Marketplace::new(args.listings, args.seed, args.split)?)
}

/// Writes what is true.
pub(super) fn truth(args: &GenerateArgs) -> anyhow::Result<()> {
    new_or_empty(&args.out)?;
    let planted = write_truth(&marketplace(&args.marketplace)?, &args.out)?;
    told(&format!(
        "wrote {planted} planted paths to {}",
        args.out.join("truth").display()
    ))
}

/// Writes every answer, the script of the site and what is true.
pub(super) fn generate(args: &GenerateArgs) -> anyhow::Result<()> {
    new_or_empty(&args.out)?;
    let market = marketplace(&args.marketplace)?;
    let planted = write_truth(&market, &args.out)?;
    let mut table = created(&args.out.join("answers.jsonl"))?;
    let (mut files, mut addresses) = (0_u64, 0_u64);
    for served in market.served() {
        let (line, bodies) = served.kept(files);
        for (path, body) in &bodies {
            let file = args.out.join(path);
            if let Some(folder) = file.parent() {
                std::fs::create_dir_all(folder)
                    .with_context(|| format!("cannot make {}", folder.display()))?;
            }
            std::fs::write(&file, body)
                .with_context(|| format!("cannot write {}", file.display()))?;
        }
        files += bodies.len() as u64;
        addresses += 1;
        line_of(&mut table, &line)?;
    }
    table.flush().context("cannot write answers.jsonl")?;
    write_script(&market, &args.out)?;
    told(&format!(
        "wrote {addresses} addresses and {planted} planted paths to {}",
        args.out.display()
    ))
}

fn told(line: &str) -> anyhow::Result<()> {
    let mut out = output::stdout();
    writeln!(out, "{line}")?;
    out.flush()?;
    Ok(())
}

/// The `site.toml` and `expected.json` of the site.
fn write_script(market: &Marketplace, out: &Path) -> anyhow::Result<()> {
    let mut script = created(&out.join("site.toml"))?;
    writeln!(script, "answers = \"answers.jsonl\"")?;
    for host in market.hosts() {
        writeln!(script, "\n[[host]]\nname = \"{}\"", host.as_str())?;
    }
    script.flush().context("cannot write site.toml")?;
    let path = out.join("expected.json");
    let expected = serde_json::to_vec_pretty(market.expected())?;
    std::fs::write(&path, expected).with_context(|| format!("cannot write {}", path.display()))
}

/// Writes the four files of the truth; gives the number of planted paths.
fn write_truth(market: &Marketplace, out: &Path) -> anyhow::Result<usize> {
    let folder = out.join("truth");
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("cannot make {}", folder.display()))?;
    let path = folder.join("market.json");
    let whole = serde_json::to_vec_pretty(&market.truth()?)?;
    std::fs::write(&path, whole).with_context(|| format!("cannot write {}", path.display()))?;
    let paths = sorted(market.planted(), |path| {
        (path.listing.clone(), path.target.clone())
    })?;
    lines(&folder.join("paths.jsonl"), &paths)?;
    let honest = sorted(market.look_alikes(), |one| (one.listing.clone(), one.kind))?;
    lines(&folder.join("honest.jsonl"), &honest)?;
    lines(&folder.join("template.jsonl"), &market.template_plants()?)?;
    Ok(paths.len())
}

fn sorted<T, K: Ord>(
    all: impl Iterator<Item = Result<T, MarketplaceError>>,
    key: impl FnMut(&T) -> K,
) -> anyhow::Result<Vec<T>> {
    let mut all = all.collect::<Result<Vec<T>, _>>()?;
    all.sort_by_cached_key(key);
    Ok(all)
}

fn lines<T: Serialize>(path: &Path, rows: &[T]) -> anyhow::Result<()> {
    let mut file = created(path)?;
    for row in rows {
        line_of(&mut file, row)?;
    }
    file.flush()
        .with_context(|| format!("cannot write {}", path.display()))
}

fn line_of<T: Serialize>(out: &mut impl Write, row: &T) -> anyhow::Result<()> {
    serde_json::to_writer(&mut *out, row)?;
    writeln!(out)?;
    Ok(())
}

fn created(path: &Path) -> anyhow::Result<BufWriter<File>> {
    let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(BufWriter::new(file))
}

#[cfg(test)]
mod tests {
    use sandbox::{SiteScript, Split};

    use super::*;

    fn args(out: &Path, listings: u64) -> GenerateArgs {
        GenerateArgs {
            marketplace: MarketplaceArgs {
                listings,
                seed: 5,
                split: Split::Dev,
            },
            out: out.to_owned(),
        }
    }

    #[test]
    fn what_is_generated_is_a_site_with_its_truth() {
        let out = tempfile::tempdir().unwrap();
        generate(&args(out.path(), 70)).unwrap();
        let site = SiteScript::read(out.path()).unwrap();
        let market: sandbox::MarketplaceTruth =
            serde_json::from_slice(&std::fs::read(out.path().join("truth/market.json")).unwrap())
                .unwrap();
        assert_eq!(market.listings, 70);
        assert_eq!(site.hosts().len(), market.hosts.len());
    }

    #[test]
    fn the_lines_of_the_truth_are_sorted_and_as_many_as_it_says() {
        let out = tempfile::tempdir().unwrap();
        truth(&args(out.path(), 3_000)).unwrap();
        let read =
            |name: &str| std::fs::read_to_string(out.path().join("truth").join(name)).unwrap();
        let market: sandbox::MarketplaceTruth = serde_json::from_str(&read("market.json")).unwrap();
        let listings: Vec<model::PageUrl> = read("paths.jsonl")
            .lines()
            .map(|line| {
                serde_json::from_str::<sandbox::PlantedPath>(line)
                    .unwrap()
                    .listing
            })
            .collect();
        assert!(listings.is_sorted());
        assert_eq!(listings.len() as u64, market.planted);
        let honest: Vec<model::PageUrl> = read("honest.jsonl")
            .lines()
            .map(|line| {
                serde_json::from_str::<sandbox::LookAlike>(line)
                    .unwrap()
                    .listing
            })
            .collect();
        assert!(honest.is_sorted() && honest.len() > 1_000);
        assert!(honest.iter().all(|one| !listings.contains(one)));
    }

    #[test]
    fn a_large_marketplace_is_scanned_with_budgets_that_see_it_whole() {
        assert_eq!(scan_flags(5_000), " --landings onward");
        assert_eq!(
            scan_flags(50_000),
            " --landings onward --pages 500000 --reasks 500000 --landing-addresses 500000 --pattern-addresses 500000"
        );
    }

    #[test]
    fn a_folder_in_use_is_not_written_to() {
        let out = tempfile::tempdir().unwrap();
        std::fs::write(out.path().join("mine"), "kept").unwrap();
        assert!(truth(&args(out.path(), 70)).is_err());
        assert!(generate(&args(out.path(), 70)).is_err());
    }
}
