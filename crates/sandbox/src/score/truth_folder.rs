//! The truth of a generated marketplace, read back from its folder.

use std::io::{self, BufRead};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use crate::{LookAlike, MarketplaceTruth, PlantedPath, TRUTH_FORMAT, TemplatePlant};

/// Everything that is true of a marketplace.
#[derive(Debug, Clone, PartialEq)]
pub struct TruthFolder {
    /// The marketplace as a whole.
    pub market: MarketplaceTruth,
    /// What is planted, by listing, then target.
    pub paths: Vec<PlantedPath>,
    /// Honest listings that look as if they were not, by listing.
    pub look_alikes: Vec<LookAlike>,
    /// What the templates conceal.
    pub template: Vec<TemplatePlant>,
}

/// Why a truth could not be read.
#[derive(Debug, thiserror::Error)]
pub enum TruthError {
    /// A file of the folder.
    #[error(
        "{file}: {source}: name the folder in which `sandbox generate` or `sandbox truth` wrote the truth"
    )]
    Read {
        /// The file.
        file: PathBuf,
        /// What happened.
        source: io::Error,
    },
    /// A line that is not what it must be.
    #[error("{file}, line {line}: {source}: docs/benchmark.md tells the fields of a truth")]
    Line {
        /// The file.
        file: PathBuf,
        /// Its line, from 1.
        line: usize,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// Another form of truth.
    #[error(
        "{file}: format {found}, and this program reads format {TRUTH_FORMAT}: write the truth anew with it"
    )]
    Format {
        /// The file.
        file: PathBuf,
        /// Its format.
        found: u32,
    },
    /// The same path twice.
    #[error("{file}, line {line}: {listing} leads to {target} in two lines: leave one")]
    Twice {
        /// The file.
        file: PathBuf,
        /// The second line, from 1.
        line: usize,
        /// The listing.
        listing: String,
        /// The target.
        target: String,
    },
    /// A crawl starts nowhere.
    #[error("{file}: `seeds` is empty: name where a crawl starts")]
    NoSeeds {
        /// The file.
        file: PathBuf,
    },
}

impl TruthFolder {
    /// Reads the truth in `folder`, or in the folder `truth` in it. The whole of it is kept in memory:
    /// some 2 KB for each planted path.
    ///
    /// # Errors
    /// [`TruthError`] with the file, the line and the remedy.
    pub fn read(folder: &Path) -> Result<Self, TruthError> {
        let inner = folder.join("truth");
        let folder = if inner.is_dir() { &inner } else { folder };
        let file = folder.join("market.json");
        let market: MarketplaceTruth =
            serde_json::from_reader(open(&file)?).map_err(|source| TruthError::Line {
                line: source.line(),
                file: file.clone(),
                source,
            })?;
        if market.format != TRUTH_FORMAT {
            return Err(TruthError::Format {
                file,
                found: market.format,
            });
        }
        if market.seeds.is_empty() {
            return Err(TruthError::NoSeeds { file });
        }
        let mut paths: Vec<PlantedPath> = lines(folder.join("paths.jsonl"))?;
        refuse_twice(&folder.join("paths.jsonl"), &paths)?;
        paths.sort_by(|a, b| (&a.listing, &a.target).cmp(&(&b.listing, &b.target)));
        Ok(Self {
            market,
            paths,
            look_alikes: lines(folder.join("honest.jsonl"))?,
            template: lines(folder.join("template.jsonl"))?,
        })
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the sandbox reads the truth that it wrote"
)]
fn open(file: &Path) -> Result<io::BufReader<std::fs::File>, TruthError> {
    let opened = std::fs::File::open(file).map_err(|source| TruthError::Read {
        file: file.to_owned(),
        source,
    })?;
    Ok(io::BufReader::new(opened))
}

/// The values of a file with one on each line; empty lines are passed over.
fn lines<T: DeserializeOwned>(file: PathBuf) -> Result<Vec<T>, TruthError> {
    let mut values = Vec::new();
    for (at, line) in open(&file)?.lines().enumerate() {
        let line = line.map_err(|source| TruthError::Read {
            file: file.clone(),
            source,
        })?;
        if line.trim().is_empty() {
            continue;
        }
        let value = serde_json::from_str(&line).map_err(|source| TruthError::Line {
            file: file.clone(),
            line: at + 1,
            source,
        })?;
        values.push(value);
    }
    Ok(values)
}

fn refuse_twice(file: &Path, paths: &[PlantedPath]) -> Result<(), TruthError> {
    let mut known = std::collections::BTreeSet::new();
    for (at, path) in paths.iter().enumerate() {
        if !known.insert((&path.listing, &path.target)) {
            return Err(TruthError::Twice {
                file: file.to_owned(),
                line: at + 1,
                listing: path.listing.to_string(),
                target: path.target.to_string(),
            });
        }
    }
    Ok(())
}
