//! `sidedoor sandbox`: scripted sites on loopback.

use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

use anyhow::Context as _;
use sandbox::{Sandbox, SiteScript};

use crate::args::SandboxCommand;
use crate::exit::ExitStatus;
use crate::{output, stop};

/// Runs a subcommand of `sandbox`.
pub(crate) fn run(command: &SandboxCommand) -> anyhow::Result<ExitStatus> {
    match command {
        SandboxCommand::List => {
            let mut out = output::stdout();
            for name in SiteScript::embedded_names() {
                writeln!(out, "{name}")?;
            }
            out.flush()?;
        }
        SandboxCommand::Serve { site, port } => serve(site, *port)?,
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

fn serve(site: &str, port: u16) -> anyhow::Result<()> {
    let script = script(site)?;
    let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
    runtime.block_on(async {
        let sandbox = Sandbox::serve(script, SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await?;
        let addr = sandbox.addr();
        let seeds: Vec<&str> = sandbox
            .expected()
            .seeds
            .iter()
            .map(model::PageUrl::as_str)
            .collect();
        let mut out = output::stdout();
        writeln!(out, "serving {site} on {addr}")?;
        writeln!(
            out,
            "sidedoor scan {} --case my-case --market {} --resolve '*:80:{addr}' --allow-address {addr}",
            seeds.join(" "),
            sandbox.expected().market,
        )?;
        out.flush()?;
        stop::on_request().cancelled().await;
        sandbox.stop().await;
        Ok(())
    })
}
