//! `sidedoor export`: the link graph for other programs.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;

use analysis::Settings;
use anyhow::{Context as _, bail};
use case::CaseFolder;
use graph::export::{
    self, CaseGraph, EntityGraph, ExportError, PageMark, Selection, SiteEntityGraph, SiteGraph,
    Source, WarehouseGraph,
};
use graph::{EntityKind, HopId};
use model::{PageId, PageUrl, Policy};

use crate::args::{EntityKinds, Export};
use crate::commands::import_graph;
use crate::exit::ExitStatus;
use crate::judge::{self, Judged};
use crate::output::{self, GENERATOR, create};
use crate::progress::Stages;

/// Judges what is there, for policies and classes, and writes its graph.
pub(crate) fn run(args: &Export) -> anyhow::Result<ExitStatus> {
    if args.format.is_tables() && args.out.is_none() {
        bail!(
            "{} is two files: name their folder with --out",
            args.format.as_str()
        );
    }
    if let Some(out) = args.out.as_ref().filter(|_| args.format.is_tables())
        && out.extension().is_some()
    {
        output::say(&format!(
            "note: {} is two files, nodes and edges; {} is the folder around them",
            args.format.as_str(),
            out.display()
        ));
    }
    match (&args.case, &args.nodes, &args.edges) {
        (Some(case), _, _) => of_case(args, case)?,
        (None, Some(nodes), Some(edges)) => of_tables(args, nodes, edges)?,
        _ => bail!("name a case with --case, or two tables with --nodes and --edges"),
    }
    Ok(ExitStatus::Clean)
}

fn of_tables(args: &Export, nodes: &Path, edges: &Path) -> anyhow::Result<()> {
    let imported = import_graph::read(nodes, edges, &args.column)?;
    let classes = imported.warehouse.classes(&Settings::default().classes);
    write(
        args,
        &WarehouseGraph {
            warehouse: &imported.warehouse,
            classes: &classes,
            policies: &imported.policies,
        },
    )
}

fn of_case(args: &Export, case: &Path) -> anyhow::Result<()> {
    let case = CaseFolder::open_read_only(case)?;
    let judged = judge::judge(&case, &args.judge, &mut Stages::new(true))?;
    let (paths, on_paths) = paths(&judged);
    let mark = |page| mark(&judged, &paths, page);
    let selection = selection(args, &judged, &on_paths)?;
    let whole = CaseGraph {
        graph: &judged.scene.graph,
        classes: &judged.scene.classes,
        mark: &mark,
        is_on_path: &|hop| on_paths.contains(&hop),
        selection: selection.as_ref(),
    };
    if args.only_hidden_paths && on_paths.is_empty() {
        output::say("the case has no hidden path: what is written is empty");
    }
    let Some(EntityKinds(kinds)) = &args.entities else {
        return match args.by_site {
            true => write(args, &SiteGraph::of_case(&whole)),
            false => write(args, &whole),
        };
    };
    let entities = judged.scene.entities();
    if args.by_site {
        write(args, &SiteEntityGraph::of_case(&whole, &entities, kinds))?;
    } else {
        let graph = EntityGraph {
            case: &whole,
            entities: &entities,
            kinds,
        };
        write(args, &graph)?;
    }
    let contacts = entities.iter().map(|(_, entity)| entity.kind());
    let contacts = contacts.filter(|kind| *kind == EntityKind::Contact).count();
    if contacts > 0 && !kinds.contains(&EntityKind::Contact) {
        output::say(&format!(
            "{contacts} contacts that pages name are left out; --entities=all writes them"
        ));
    }
    Ok(())
}

/// How many hidden paths begin and end at each page, and the hops of their witnesses.
fn paths(judged: &Judged) -> (BTreeMap<PageId, (u64, u64)>, BTreeSet<HopId>) {
    let mut ends: BTreeMap<PageId, (u64, u64)> = BTreeMap::new();
    let mut hops = BTreeSet::new();
    for path in &judged.scene.paths {
        ends.entry(path.listing).or_default().0 += 1;
        ends.entry(path.target).or_default().1 += 1;
        hops.extend(path.hops());
    }
    (ends, hops)
}

fn mark(judged: &Judged, paths: &BTreeMap<PageId, (u64, u64)>, page: PageId) -> PageMark {
    let verdict = &judged.scene.verdicts[page.index()];
    let label = verdict.restricted.as_ref().map(|(_, label)| label);
    let (from, to) = paths.get(&page).copied().unwrap_or_default();
    PageMark {
        policy: verdict.policy().as_str(),
        min_age: match verdict.policy() {
            Policy::AgeRestricted { min_age } => Some(min_age),
            _ => None,
        },
        category: label.and_then(|label| label.category.clone()),
        chance: judged.scene.chances[page.index()],
        hidden_paths_from: from,
        hidden_paths_to: to,
    }
}

/// What is written of the graph; `None` is all of it.
fn selection(
    args: &Export,
    judged: &Judged,
    on_paths: &BTreeSet<HopId>,
) -> anyhow::Result<Option<Selection>> {
    let graph = &judged.scene.graph;
    if args.only_hidden_paths {
        return Ok(Some(Selection::of_hops(graph, on_paths.iter().copied())));
    }
    let Some(address) = &args.around else {
        return Ok(None);
    };
    let page = PageUrl::parse(address)
        .with_context(|| format!("`{address}` is no address; begin it with http:// or https://"))?;
    let Some(page) = graph.find(&page) else {
        bail!("{page} is no page of the case: `sidedoor export --format jsonl` lists them");
    };
    Ok(Some(Selection::around(graph, page, args.hops)))
}

fn write(args: &Export, source: &dyn Source) -> anyhow::Result<()> {
    let form = args.format;
    let told = |written: Result<(), ExportError>, place: &str| {
        written.with_context(|| format!("cannot write to {place}"))
    };
    match &args.out {
        None => {
            let written = export::write_file(source, form, GENERATOR, &mut output::stdout());
            output::unless_closed(told(written, "stdout"))
        }
        Some(folder) if form.is_tables() => {
            std::fs::create_dir_all(folder)
                .with_context(|| format!("cannot make the folder {}", folder.display()))?;
            let table = |name: &str| create(&folder.join(format!("{name}.{}", form.as_str())));
            let written =
                export::write_tables(source, form, GENERATOR, table("nodes")?, table("edges")?);
            told(written, &folder.display().to_string())
        }
        Some(path) => {
            let mut out = create(path)?;
            let written = export::write_file(source, form, GENERATOR, &mut out);
            told(written, &path.display().to_string())?;
            Ok(out.flush()?)
        }
    }
}
