//! Arguments of graphs that are judged without a crawl, and of generated ones.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::str::FromStr;

use ::graph::EntityKind;
use ::graph::export::Form;

use super::{JudgeArgs, form, market_format};

#[derive(Debug, clap::Args)]
pub(crate) struct Export {
    /// The case folder.
    #[arg(long, value_name = "DIR", required_unless_present = "nodes", conflicts_with_all = ["nodes", "edges"])]
    pub(crate) case: Option<PathBuf>,
    /// Instead of a case, a table of pages as `import graph` takes it.
    #[arg(long, value_name = "FILE", requires = "edges")]
    pub(crate) nodes: Option<PathBuf>,
    /// And its table of hops.
    #[arg(long, value_name = "FILE", requires = "nodes")]
    pub(crate) edges: Option<PathBuf>,
    /// A column of yours that stands for one of the schema, as in `url=address`; may be given more
    /// than once.
    #[arg(long, value_name = "YOURS=OURS", requires = "nodes")]
    pub(crate) column: Vec<::graph::warehouse::Mapping>,
    /// Form of the graph.
    #[arg(long, value_name = "FORMAT", value_parser = form())]
    pub(crate) format: Form,
    /// Only the hops of the hidden paths' witnesses, and the pages at their ends.
    #[arg(long, conflicts_with_all = ["around", "nodes"])]
    pub(crate) only_hidden_paths: bool,
    /// Only the pages around this address, and the hops between them.
    #[arg(long, value_name = "ADDRESS", conflicts_with = "nodes")]
    pub(crate) around: Option<String>,
    /// How many hops around it, in either direction.
    #[arg(long, value_name = "N", default_value_t = 2, requires = "around")]
    pub(crate) hops: u32,
    /// Sites instead of pages: a node for each, an edge for each class of hops between two.
    #[arg(long, conflicts_with = "nodes")]
    pub(crate) by_site: bool,
    /// And what the pages name, as nodes, with an edge for each mention (with --by-site, one from each
    /// site that names it, with their count): `all`, or kinds with commas
    /// between them: seller, affiliate, tracking, contact, image, ad, promise, code. Without a value,
    /// all but contacts, which may be people's own.
    #[arg(long, value_name = "KINDS", num_args = 0..=1, require_equals = true, default_missing_value = IMPERSONAL, conflicts_with = "nodes")]
    pub(crate) entities: Option<EntityKinds>,
    /// File to write (default: stdout), or folder for the two tables of csv and parquet.
    #[arg(long, short, value_name = "PATH")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) judge: JudgeArgs,
}

/// What `--entities` is without a value.
const IMPERSONAL: &str = "seller,affiliate,tracking,image,ad,promise,code";

/// Kinds of entities.
#[derive(Debug, Clone)]
pub(crate) struct EntityKinds(pub(crate) BTreeSet<EntityKind>);

impl FromStr for EntityKinds {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "all" {
            return Ok(Self(EntityKind::ALL.iter().copied().collect()));
        }
        let kind = |word: &str| {
            let known = EntityKind::ALL.iter().find(|kind| kind.as_str() == word);
            known.copied().ok_or_else(|| {
                let kinds: Vec<&str> = EntityKind::ALL.iter().map(|kind| kind.as_str()).collect();
                format!(
                    "`{word}` is no kind; there are {}, and all",
                    kinds.join(", ")
                )
            })
        };
        Ok(Self(text.split(',').map(kind).collect::<Result<_, _>>()?))
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct GraphImport {
    /// The table of pages: .csv, .jsonl or .parquet.
    #[arg(long, value_name = "FILE")]
    pub(crate) nodes: PathBuf,
    /// The table of hops: .csv, .jsonl or .parquet.
    #[arg(long, value_name = "FILE")]
    pub(crate) edges: PathBuf,
    /// A column of yours that stands for one of the schema, as in `url=address`; may be given more
    /// than once.
    #[arg(long, value_name = "YOURS=OURS")]
    pub(crate) column: Vec<::graph::warehouse::Mapping>,
    /// Tell up to so many walks of each finding besides its witness.
    #[arg(long, value_name = "K", default_value_t = 0)]
    pub(crate) further: usize,
    /// Tell up to so many listings that are no findings and may end on a restricted page all the same.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) leads: usize,
    /// Form of the result on stdout.
    #[arg(long, default_value = "text", value_name = "FORMAT", value_parser = market_format())]
    pub(crate) format: report::MarketFormat,
}

#[derive(Debug, clap::Args)]
pub(crate) struct MarketGraphArgs {
    /// How many compliant listings.
    #[arg(long, value_name = "N", default_value_t = 400_000)]
    pub(crate) listings: u32,
    /// Markets of the same seed are the same on every machine.
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Share of the concealed links that are recorded as shown.
    #[arg(long, value_name = "SHARE", default_value_t = 0.0, value_parser = share)]
    pub(crate) missed: f64,
    /// How many times as many honest listings as usual carry a concealed link to an outside page.
    #[arg(long, value_name = "TIMES", default_value_t = 1.0, value_parser = times)]
    pub(crate) false_concealed: f64,
    /// How many times as many honest pages as usual link to restricted ones openly.
    #[arg(long, value_name = "TIMES", default_value_t = 1.0, value_parser = times)]
    pub(crate) restricted_links: f64,
    /// Folder for nodes.csv, edges.csv and truth.csv; must be new or empty.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
}

/// A number from 0 to 1.
fn share(text: &str) -> Result<f64, String> {
    let share = times(text)?;
    (share <= 1.0)
        .then_some(share)
        .ok_or_else(|| "a share lies between 0 and 1".to_owned())
}

/// A number that is not negative.
fn times(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|times: &f64| times.is_finite() && *times >= 0.0)
        .ok_or_else(|| "not a number from 0 on".to_owned())
}
