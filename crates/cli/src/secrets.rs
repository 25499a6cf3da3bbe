//! Secrets for one's own hosts, from files and the environment: never from the command line, which
//! other users of the machine can read.

use std::path::Path;

use anyhow::{Context as _, bail};
use fetch::Secrets;

use crate::args::SecretArgs;

/// Reads what the flags name.
pub(crate) fn of(args: &SecretArgs) -> anyhow::Result<Secrets> {
    let mut secrets = Secrets::default();
    if let Some(path) = &args.cookies {
        let added = secrets.add_cookies(&text(path, "cookies")?);
        added.with_context(|| format!("the cookies file {}", path.display()))?;
    }
    if let Some(path) = &args.headers {
        let added = secrets.add_fields(&text(path, "header fields")?);
        added.with_context(|| format!("the file of header fields {}", path.display()))?;
    }
    for given in &args.basic {
        let Some((host, place)) = given.split_once('=') else {
            bail!("`--basic` takes HOST=VARIABLE or HOST=@FILE, and no password");
        };
        let credentials = match place.strip_prefix('@') {
            Some(path) => text(Path::new(path), "name and password")?,
            None => variable(place)?,
        };
        secrets.add_basic(host, &credentials)?;
    }
    Ok(secrets)
}

fn text(path: &Path, what: &str) -> anyhow::Result<String> {
    std::fs::read_to_string(path)
        .with_context(|| format!("cannot read the {what} in {}", path.display()))
}

/// The name of the variable is not told: it may be a password in the wrong place.
fn variable(name: &str) -> anyhow::Result<String> {
    std::env::var(name).context(
        "the environment variable that `--basic` names is not set; write HOST=VARIABLE, with \
         name:password in the variable",
    )
}
