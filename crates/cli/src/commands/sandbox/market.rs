//! `sidedoor sandbox graph`: a generated market as tables of pages and hops, and its truth.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use anyhow::Context as _;
use sandbox::{Market, MarketNoise};

use super::new_or_empty;
use crate::args::MarketGraphArgs;
use crate::output;

/// Writes the tables, and how many rows they have.
pub(super) fn run(args: &MarketGraphArgs) -> anyhow::Result<()> {
    new_or_empty(&args.out)?;
    let noise = MarketNoise {
        missed: args.missed,
        false_concealed: args.false_concealed,
        restricted_links: args.restricted_links,
    };
    let market = Market::new(args.listings, args.seed, noise)?;
    std::fs::create_dir_all(&args.out)
        .with_context(|| format!("cannot make {}", args.out.display()))?;
    let pages = table(&args.out, "nodes.csv", |out| market.write_nodes(out))?;
    let hops = table(&args.out, "edges.csv", |out| market.write_edges(out))?;
    let planted = table(&args.out, "truth.csv", |out| market.write_truth(out))?;
    let mut stdout = output::stdout();
    writeln!(
        stdout,
        "wrote {pages} pages, {hops} hops and {planted} planted ways to {}",
        args.out.display()
    )?;
    stdout.flush()?;
    Ok(())
}

fn table(
    folder: &Path,
    name: &str,
    fill: impl FnOnce(&mut dyn Write) -> io::Result<u64>,
) -> anyhow::Result<u64> {
    let path = folder.join(name);
    let rows = File::create(&path).and_then(|mut file| fill(&mut file));
    rows.with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_of_a_market_have_a_row_for_each_page_hop_and_way() {
        let out = tempfile::tempdir().unwrap();
        let args = MarketGraphArgs {
            listings: 500,
            seed: 3,
            missed: 0.0,
            false_concealed: 1.0,
            restricted_links: 1.0,
            out: out.path().to_owned(),
        };
        run(&args).unwrap();
        let market = Market::new(500, 3, MarketNoise::default()).unwrap();
        let rows = |name: &str| {
            let table = csv::Reader::from_path(out.path().join(name)).unwrap();
            table.into_records().map(Result::unwrap).count()
        };
        assert_eq!(rows("nodes.csv"), market.page_count() as usize);
        assert_eq!(rows("edges.csv"), market.hops().count());
        assert_eq!(rows("truth.csv"), market.planted().count());
        assert!(run(&args).is_err(), "the folder is in use");
    }
}
