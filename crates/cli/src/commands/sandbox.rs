//! `sidedoor sandbox`: scripted sites on loopback, generated pages with their labels, and generated
//! markets with what is planted in them.

mod ablation;
mod market;
mod marketplace;
mod score;
mod score_sheet;

use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

use anyhow::Context as _;
use sandbox::{GeneratedPage, Listings, Marketplace, Sandbox, SiteScript, Web};

use crate::args::{ListingsArgs, SandboxCommand, ServeArgs};
use crate::exit::ExitStatus;
use crate::{output, stop};

/// Runs a subcommand of `sandbox`.
pub(crate) fn run(command: &SandboxCommand, is_quiet: bool) -> anyhow::Result<ExitStatus> {
    match command {
        SandboxCommand::List => {
            let mut out = output::stdout();
            for name in SiteScript::embedded_names() {
                writeln!(out, "{name}")?;
            }
            out.flush()?;
        }
        SandboxCommand::Serve(args) => serve(args)?,
        SandboxCommand::Generate(args) => marketplace::generate(args)?,
        SandboxCommand::Truth(args) => marketplace::truth(args)?,
        SandboxCommand::Listings(args) => listings(args)?,
        SandboxCommand::Graph(args) => market::run(args)?,
        SandboxCommand::Score(args) => score::run(args)?,
        SandboxCommand::Ablation(args) => ablation::run(args, is_quiet)?,
    }
    Ok(ExitStatus::Clean)
}

/// A folder with a script, or the name of an embedded site.
pub(crate) fn script(site: &str) -> anyhow::Result<SiteScript> {
    let folder = Path::new(site);
    Ok(if folder.is_dir() {
        SiteScript::read(folder)?
    } else {
        SiteScript::embedded(site)?
    })
}

fn serve(args: &ServeArgs) -> anyhow::Result<()> {
    let (web, name, flags) = match args.listings {
        Some(listings) => {
            let market = Marketplace::new(listings, args.seed, args.split)?;
            let name = format!("{listings} listings");
            (Web::from(market), name, marketplace::scan_flags(listings))
        }
        None => (
            Web::from(script(&args.site)?),
            args.site.clone(),
            String::new(),
        ),
    };
    let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
    runtime.block_on(async {
        let at = SocketAddr::from((Ipv4Addr::LOCALHOST, args.port));
        let sandbox = Sandbox::serve(web, at).await?;
        let addr = sandbox.addr();
        let seeds: Vec<&str> = sandbox
            .expected()
            .seeds
            .iter()
            .map(model::PageUrl::as_str)
            .collect();
        let mut out = output::stdout();
        writeln!(out, "serving {name} on {addr}")?;
        writeln!(
            out,
            "sidedoor scan {} --case my-case --market {}{flags} --resolve '*:80:{addr}' --allow-address {addr}",
            seeds.join(" "),
            sandbox.expected().market,
        )?;
        out.flush()?;
        stop::on_request().cancelled().await;
        sandbox.stop().await;
        Ok(())
    })
}

/// Writes the pages of a set, and what each must be labeled, one page after the other.
fn listings(args: &ListingsArgs) -> anyhow::Result<()> {
    let out = &args.out;
    new_or_empty(out)?;
    let set = Listings::load(args.split, args.language)?;
    std::fs::create_dir_all(out.join("pages"))
        .with_context(|| format!("cannot make {}", out.display()))?;
    let truth = out.join("expected.csv");
    let mut table = csv::Writer::from_path(&truth)
        .with_context(|| format!("cannot write {}", truth.display()))?;
    table.write_record(["file", "policy", "category", "language", "kind", "evasive"])?;
    for index in 0..args.count {
        let page = set.page(args.seed, index)?;
        let file = out.join(&page.path);
        std::fs::write(&file, &page.html)
            .with_context(|| format!("cannot write {}", file.display()))?;
        table.write_record(row(&page))?;
    }
    table
        .flush()
        .with_context(|| format!("cannot write {}", truth.display()))?;
    let mut stdout = output::stdout();
    writeln!(stdout, "wrote {} pages and {}", args.count, truth.display())?;
    stdout.flush()?;
    Ok(())
}

/// What is generated is not mixed with what is there.
fn new_or_empty(out: &Path) -> anyhow::Result<()> {
    let is_used = std::fs::read_dir(out).is_ok_and(|mut entries| entries.next().is_some());
    if is_used {
        anyhow::bail!("{} is not empty: name a new folder", out.display());
    }
    Ok(())
}

fn row(page: &GeneratedPage) -> [&str; 6] {
    let label = &page.expected;
    [
        &page.path,
        label.policy.as_str(),
        label
            .category
            .as_ref()
            .map_or("", |category| category.0.as_str()),
        label.language.as_str(),
        label.kind.as_str(),
        if label.evasive { "true" } else { "false" },
    ]
}

#[cfg(test)]
mod tests {
    use sandbox::Split;

    use super::*;

    fn args(out: &Path) -> ListingsArgs {
        ListingsArgs {
            count: 30,
            seed: 3,
            split: Split::Dev,
            language: None,
            out: out.to_owned(),
        }
    }

    #[test]
    fn every_row_names_a_page_that_is_there() {
        let out = tempfile::tempdir().unwrap();
        listings(&args(out.path())).unwrap();
        let mut table = csv::Reader::from_path(out.path().join("expected.csv")).unwrap();
        let files: Vec<String> = table
            .records()
            .map(|record| record.unwrap()[0].to_owned())
            .collect();
        assert_eq!(files.len(), 30);
        assert!(files.iter().all(|file| out.path().join(file).is_file()));
        let kept = std::fs::read_dir(out.path().join("pages")).unwrap();
        assert_eq!(kept.count(), 30);
    }

    #[test]
    fn a_folder_in_use_is_not_written_to() {
        let out = tempfile::tempdir().unwrap();
        std::fs::write(out.path().join("mine"), "kept").unwrap();
        assert!(listings(&args(out.path())).is_err());
        assert_eq!(std::fs::read_dir(out.path()).unwrap().count(), 1);
    }
}
