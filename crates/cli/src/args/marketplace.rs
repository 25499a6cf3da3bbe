//! Arguments of generated marketplaces.

use std::path::PathBuf;

use sandbox::Split;

use super::split;

/// Which marketplace.
#[derive(Debug, clap::Args)]
pub(crate) struct MarketplaceArgs {
    /// How many listings.
    #[arg(long, value_name = "N")]
    pub(crate) listings: u64,
    /// The same seed makes the same marketplace on every machine.
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Half of words, shapes and combinations: `dev` to tune on, `test` to measure on.
    #[arg(long, value_name = "HALF", default_value = "dev", value_parser = split())]
    pub(crate) split: Split,
}

/// `sandbox serve`.
#[derive(Debug, clap::Args)]
pub(crate) struct ServeArgs {
    /// Name of an embedded site, or a folder with a site.toml.
    #[arg(
        value_name = "NAME-OR-DIR",
        default_value = "marketplace",
        conflicts_with = "listings"
    )]
    pub(crate) site: String,
    /// Serve a generated marketplace of so many listings instead, from its seed.
    #[arg(long, value_name = "N")]
    pub(crate) listings: Option<u64>,
    /// Seed of the generated marketplace.
    #[arg(long, value_name = "S", default_value_t = 1, requires = "listings")]
    pub(crate) seed: u64,
    /// Half of words, shapes and combinations of the generated marketplace.
    #[arg(long, value_name = "HALF", default_value = "dev", value_parser = split(), requires = "listings")]
    pub(crate) split: Split,
    /// Port on loopback; 0 for any.
    #[arg(long, default_value_t = 0)]
    pub(crate) port: u16,
}

/// `sandbox generate` and `sandbox truth`.
#[derive(Debug, clap::Args)]
pub(crate) struct GenerateArgs {
    #[command(flatten)]
    pub(crate) marketplace: MarketplaceArgs,
    /// Folder to write to; must be new or empty.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
}
