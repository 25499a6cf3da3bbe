//! `sidedoor import graph`: tables of pages and hops → findings, without a crawl.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::Path;

use analysis::market::{Market, MarketFinding, MarketJudgement, MarketPage};
use analysis::networks::{Ground, networks};
use analysis::{Amplification, Settings, Walk};
use anyhow::{Context as _, bail};
use graph::warehouse::{Imported, TableForm, Tables, WarehouseClasses, WarehouseError, import};
use graph::{Class, Warehouse};
use model::{Network, PageId, PageUrl, Policy};
use report::{MarketHop, MarketReport, MarketRow};

use crate::args::GraphImport;
use crate::cuts::{self, rounded};
use crate::exit::ExitStatus;
use crate::output;
use crate::progress::Stages;

/// Reads the tables, judges, and prints.
pub(crate) fn run(args: &GraphImport, is_quiet: bool) -> anyhow::Result<ExitStatus> {
    let mut stages = Stages::new(is_quiet);
    let imported = stages.run("reading the tables", || {
        read(&args.nodes, &args.edges, &args.column)
    })?;
    let warehouse = &imported.warehouse;
    let settings = Settings::default();
    let classes = stages.run("classing the hops", || warehouse.classes(&settings.classes));
    let frozen = stages.run("freezing what is off the template", || {
        warehouse.freeze(&classes)
    })?;
    let pages: Vec<MarketPage> = (0..)
        .zip(&imported.policies)
        .map(|(page, policy)| MarketPage::new(*policy, warehouse.gate(PageId(page))))
        .collect();
    let market = Market {
        graph: &frozen,
        pages: &pages,
        settings: &settings.search,
    };
    let judgement = stages.run("searching hidden paths", || market.judge())?;
    let amplification = stages.run("looking for what amplifies", || {
        let mut leads = vec![false; imported.policies.len()];
        for finding in &judgement.findings {
            leads[finding.listing.index()] = true;
        }
        Amplification::of_warehouse(warehouse, &imported.policies, &|page| leads[page as usize])
    });
    let networks = stages.run("seeking seller networks", || {
        seller_networks(&imported, &classes, &judgement, &settings)
    })?;
    let told = Told {
        networks,
        imported: &imported,
        classes: &classes,
        market,
        amplification,
        because: because(warehouse, &classes, &judgement),
        further: args.further,
        leads: args.leads,
    };
    let report = stages.run("telling them", || told.report(&judgement, &settings))?;
    let written = report::write_market(&report, args.format, &mut output::stdout());
    output::unless_closed(written.map_err(Into::into))?;
    Ok(if judgement.findings.is_empty() {
        ExitStatus::Clean
    } else {
        ExitStatus::Found
    })
}

/// Reads both tables; an error names the file.
pub(super) fn read(
    nodes: &Path,
    edges: &Path,
    mapping: &[graph::warehouse::Mapping],
) -> anyhow::Result<Imported> {
    let (nodes_form, mut nodes_file) = open(nodes)?;
    let (edges_form, mut edges_file) = open(edges)?;
    let tables = Tables {
        nodes: (nodes_form, &mut nodes_file),
        edges: (edges_form, &mut edges_file),
        mapping,
    };
    import(tables).map_err(|wrong| {
        let file = match &wrong {
            WarehouseError::Nodes(_) => nodes,
            WarehouseError::Edges(_) => edges,
        };
        anyhow::Error::new(wrong).context(format!("cannot take {}", file.display()))
    })
}

fn open(path: &Path) -> anyhow::Result<(TableForm, File)> {
    let extension = path.extension().and_then(|extension| extension.to_str());
    let Some(form) = extension.and_then(TableForm::of_extension) else {
        bail!(
            "{} has no known form: end its name in .csv, .jsonl or .parquet",
            path.display()
        );
    };
    let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok((form, file))
}

/// Networks of the sellers in the tables. Redirectors alone join nobody, so that tables which name nothing
/// besides have none.
fn seller_networks(
    imported: &Imported,
    classes: &WarehouseClasses,
    judgement: &MarketJudgement,
    settings: &Settings,
) -> anyhow::Result<Vec<Network>> {
    let warehouse = &imported.warehouse;
    if !warehouse.names_things() {
        return Ok(Vec::new());
    }
    let found: BTreeSet<PageId> = judgement
        .findings
        .iter()
        .map(|found| found.listing)
        .collect();
    let settings = &settings.networks;
    let ground = Ground::of_warehouse(warehouse, classes, &imported.policies, &found, settings);
    // What the table holds was an address when it was read.
    let nowhere = PageUrl::parse("http://unreadable.invalid/")?;
    let address =
        |page| PageUrl::parse(warehouse.address(page)).unwrap_or_else(|_| nowhere.clone());
    Ok(networks(&ground, settings, &address))
}

/// The classes of the hops of all pages that a witness passes, with their reasons.
fn because(
    warehouse: &Warehouse,
    classes: &WarehouseClasses,
    judgement: &MarketJudgement,
) -> BTreeMap<u32, Class> {
    let mut passed: Vec<PageId> = judgement
        .findings
        .iter()
        .flat_map(|finding| {
            let within = finding.witness.hops.iter().map(|hop| PageId(hop.1));
            std::iter::once(finding.listing).chain(within)
        })
        .collect();
    passed.sort_unstable();
    passed.dedup();
    let mut because = BTreeMap::new();
    warehouse.tell(classes, passed, |hop, class| {
        because.insert(hop, class);
    });
    because
}

/// What a report is made of.
struct Told<'a> {
    networks: Vec<Network>,
    imported: &'a Imported,
    classes: &'a WarehouseClasses,
    market: Market<'a>,
    amplification: Amplification,
    because: BTreeMap<u32, Class>,
    further: usize,
    leads: usize,
}

impl Told<'_> {
    fn report(
        &self,
        judgement: &MarketJudgement,
        settings: &Settings,
    ) -> anyhow::Result<MarketReport> {
        let policies = &self.imported.policies;
        let count = |is_wanted: fn(&Policy) -> bool| {
            policies.iter().filter(|policy| is_wanted(policy)).count() as u64
        };
        let taken = self.classes.taken();
        let total = judgement.findings.len() as u64;
        let classes = self.classes.counts().into_iter();
        Ok(MarketReport {
            generator: output::GENERATOR.to_owned(),
            settings: serde_json::to_value(settings)?,
            pages: policies.len() as u64,
            listings: count(|policy| *policy == Policy::Compliant),
            restricted: count(|policy| policy.is_restricted()),
            hops: u64::from(self.imported.warehouse.hop_count()),
            classes: classes
                .map(|(class, hops)| (class.as_str(), hops))
                .collect(),
            taken_by_slot: taken.by_slot,
            taken_by_target: taken.by_target,
            touched: judgement.effort.touched,
            with_a_walk: judgement.effort.with_a_walk,
            findings: judgement
                .findings
                .iter()
                .map(|found| self.row(found))
                .collect(),
            leads: judgement
                .leads(&self.market, self.leads)
                .into_iter()
                .map(|(page, chance)| (self.address(page), rounded(chance)))
                .collect(),
            cuts: cuts::of(&judgement.cuts, total, &self.amplification, &|page| {
                self.address(page)
            }),
            networks: self.networks.clone(),
            notes: self.imported.notes.clone(),
        })
    }

    fn address(&self, page: PageId) -> String {
        self.imported.warehouse.address(page).to_owned()
    }

    fn row(&self, finding: &MarketFinding) -> MarketRow {
        let witness = &finding.witness;
        let asked = (self.further > 0).then(|| {
            let count = self.further + 1;
            self.market.further(finding.listing, finding.target, count)
        });
        let further = asked.iter().flat_map(|further| &further.walks);
        let further = further
            .filter(|walk| *walk != witness)
            .take(self.further)
            .map(|walk| {
                walk.hops
                    .iter()
                    .map(|hop| self.address(PageId(hop.1)))
                    .collect()
            })
            .collect();
        MarketRow {
            listing: self.address(finding.listing),
            target: self.address(finding.target),
            policy: self.imported.policies[finding.target.index()].as_str(),
            expression: witness.hops.iter().map(|hop| hop.2.letter()).collect(),
            cost: millionths(witness.cost),
            chance: rounded(finding.chance),
            inherits: finding.inherits.map(|page| self.address(page)),
            witness: self.hops(finding.listing, witness),
            further,
            further_is_all: asked.map(|further| further.is_all),
        }
    }

    fn hops(&self, listing: PageId, walk: &Walk) -> Vec<MarketHop> {
        let warehouse = &self.imported.warehouse;
        let mut source = listing;
        let mut hops = Vec::new();
        for (_, target, class, cost) in &walk.hops {
            let is_it =
                |number: u32, to: PageId| to.0 == *target && self.classes.of(number) == *class;
            let hop = warehouse
                .ways_out(source)
                .find(|hop| is_it(hop.number, hop.target));
            let Some(hop) = hop else { break };
            let because = self.because.get(&hop.number);
            hops.push(MarketHop {
                source: self.address(source),
                target: self.address(hop.target),
                kind: hop.kind.as_str(),
                class: class.as_str(),
                because: because
                    .map(|class| class.because.to_string())
                    .unwrap_or_default(),
                visibility: hop.visibility.as_str(),
                slot: hop.slot.map(str::to_owned),
                status: hop.status,
                fan_out: self.market.fan_out(source, *class),
                cost: millionths(*cost),
            });
            source = hop.target;
        }
        hops
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "costs are far below 2^52 millionths"
)]
fn millionths(cost: u64) -> f64 {
    cost as f64 / 1e6
}
