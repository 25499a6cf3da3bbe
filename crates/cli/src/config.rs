//! `sidedoor.toml`: the same words as the flags, which outrank it.

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use model::{Landings, Market, ScopeRule, Severity, Sitemaps, VantageId};
use serde::Deserialize;

/// The name that is looked for in the working folder.
const FILE: &str = "sidedoor.toml";

/// What the file may say. Every key is optional; an unknown key is an error.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct Config {
    pub(crate) seeds: Vec<String>,
    pub(crate) case: Option<PathBuf>,
    pub(crate) scope: Option<ScopeRule>,
    pub(crate) exclude: Vec<String>,
    pub(crate) pages: Option<NonZeroU32>,
    pub(crate) depth: Option<u32>,
    pub(crate) redirects: Option<u32>,
    pub(crate) retries: Option<u32>,
    pub(crate) reasks: Option<u32>,
    pub(crate) variants: Option<u32>,
    pub(crate) site_addresses: Option<u32>,
    pub(crate) landing_addresses: Option<u32>,
    pub(crate) pattern_addresses: Option<u32>,
    pub(crate) endless_addresses: Option<u32>,
    pub(crate) wall: Option<u64>,
    pub(crate) timeout: Option<u64>,
    pub(crate) body_bytes: Option<u64>,
    pub(crate) delay: Option<u64>,
    pub(crate) per_host: Option<NonZeroU32>,
    pub(crate) concurrency: Option<NonZeroU32>,
    pub(crate) landings: Option<Landings>,
    pub(crate) vantage: Vec<VantageId>,
    pub(crate) door_vantage: Vec<VantageId>,
    pub(crate) no_cookies: bool,
    pub(crate) sitemaps: Option<Sitemaps>,
    pub(crate) ignore_robots: bool,
    pub(crate) rotate: Option<u64>,
    pub(crate) operator: Option<String>,
    pub(crate) allow_address: Vec<String>,
    pub(crate) resolve: Vec<String>,
    pub(crate) market: Option<Market>,
    pub(crate) pack: Option<PathBuf>,
    pub(crate) fail_on: Option<Severity>,
    /// Where it was read.
    #[serde(skip)]
    file: PathBuf,
}

impl Config {
    /// Reads the file that was named, or `sidedoor.toml` of the working folder if it is there.
    pub(crate) fn read(named: Option<&Path>) -> anyhow::Result<Self> {
        let path = named.unwrap_or_else(|| Path::new(FILE));
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self::default());
            }
            Err(error) => {
                return Err(error)
                    .with_context(|| format!("cannot read the settings file {}", path.display()));
            }
        };
        let read: Self = toml::from_str(&text)
            .map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))?;
        Ok(Self {
            file: path.to_owned(),
            ..read
        })
    }

    /// A key of the file, for an error about its value.
    pub(crate) fn place_of(&self, key: &str) -> String {
        format!("{key} in {}", self.file.display())
    }
}
