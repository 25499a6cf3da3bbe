//! `sidedoor export`: the link graph for other programs.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context as _, bail};
use case::CaseFolder;

use crate::args::{Export, GraphFormat};
use crate::exit::ExitStatus;
use crate::judge::{self, Judged};
use crate::output;
use crate::progress::Stages;

/// Judges the case, for policies and classes, and writes its graph.
pub(crate) fn run(args: &Export) -> anyhow::Result<ExitStatus> {
    let case = CaseFolder::open_read_only(&args.case)?;
    let judged = judge::judge(&case, &args.judge, &mut Stages::new(true))?;
    match (args.format, &args.out) {
        (GraphFormat::Csv, None) => bail!("csv is two files: name their folder with --out"),
        (GraphFormat::Csv, Some(folder)) => tables(&judged, folder)
            .with_context(|| format!("cannot write the tables in {}", folder.display()))?,
        (format, None) => one_file(&judged, format, &mut output::stdout())
            .context("cannot write the graph to stdout")?,
        (format, Some(path)) => one_file(&judged, format, &mut create(path)?)
            .with_context(|| format!("cannot write {}", path.display()))?,
    }
    Ok(ExitStatus::Clean)
}

fn tables(judged: &Judged, folder: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let (mut nodes, mut edges) = (
        create(&folder.join("nodes.csv"))?,
        create(&folder.join("edges.csv"))?,
    );
    graph::write_csv(
        &judged.scene.graph,
        &judged.scene.classes,
        &|page| judged.column(page),
        &mut nodes,
        &mut edges,
    )?;
    nodes.flush()?;
    edges.flush()?;
    Ok(())
}

fn one_file(judged: &Judged, format: GraphFormat, out: &mut dyn Write) -> anyhow::Result<()> {
    let (graph, classes) = (&judged.scene.graph, &judged.scene.classes);
    if format == GraphFormat::Dot {
        let policy = |page| judged.column(page).policy;
        graph::write_dot(graph, classes, &policy, out)?;
    } else {
        graph::write_node_link(graph, classes, &|page| judged.column(page), out)?;
    }
    out.flush()?;
    Ok(())
}

fn create(path: &Path) -> anyhow::Result<BufWriter<File>> {
    let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(BufWriter::new(file))
}
