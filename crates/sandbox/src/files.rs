//! The files of one site, from a folder or from the binary.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rust_embed::RustEmbed;

use crate::SiteError;

/// The sites that are compiled in.
#[derive(RustEmbed)]
#[folder = "../../fixtures/sites"]
struct Compiled;

/// The files of one site by their path below its folder, with `/` between the parts.
pub(crate) struct SiteFiles {
    name: String,
    files: BTreeMap<String, Cow<'static, [u8]>>,
}

impl SiteFiles {
    /// Reads every file below `folder`. Links are followed, so a loop of links ends in the
    /// operating system's error.
    #[expect(
        clippy::disallowed_methods,
        reason = "the sandbox reads the sites that it serves"
    )]
    pub(crate) fn read(folder: &Path) -> Result<Self, SiteError> {
        let mut files = BTreeMap::new();
        let mut open = vec![(folder.to_path_buf(), String::new())];
        while let Some((directory, prefix)) = open.pop() {
            let failed = |error: std::io::Error| {
                SiteError::of_file(
                    directory.display().to_string(),
                    format!("cannot be read ({error})"),
                    "give the folder of a site, with a site.toml in it",
                )
            };
            for entry in std::fs::read_dir(&directory).map_err(failed)? {
                let entry = entry.map_err(failed)?;
                let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
                if entry.path().is_dir() {
                    open.push((entry.path(), format!("{path}/")));
                } else {
                    let bytes = std::fs::read(entry.path()).map_err(failed)?;
                    files.insert(path, Cow::Owned(bytes));
                }
            }
        }
        let name = folder.file_name().unwrap_or(folder.as_os_str());
        Ok(Self {
            name: name.to_string_lossy().into_owned(),
            files,
        })
    }

    /// The files of the compiled-in site `name`; none when there is no such site.
    pub(crate) fn embedded(name: &str) -> Self {
        let files = Compiled::iter()
            .filter_map(|path| {
                let below = path.strip_prefix(name)?.strip_prefix('/')?.to_owned();
                Some((below, Compiled::get(&path)?.data))
            })
            .collect();
        Self {
            name: name.to_owned(),
            files,
        }
    }

    /// Names of the compiled-in sites, in order.
    pub(crate) fn embedded_names() -> Vec<String> {
        let names: BTreeSet<String> = Compiled::iter()
            .filter_map(|path| Some(path.strip_suffix("/site.toml")?.to_owned()))
            .collect();
        names.into_iter().collect()
    }

    /// Name of the site: that of its folder.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Whether the site has no file at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The bytes of a file.
    pub(crate) fn get(&self, path: &str) -> Option<&[u8]> {
        self.files.get(path).map(AsRef::as_ref)
    }

    /// The text of a file that the site cannot do without.
    pub(crate) fn text(&self, path: &str) -> Result<&str, SiteError> {
        let whole = || format!("{}/{path}", self.name);
        let bytes = self
            .get(path)
            .ok_or_else(|| SiteError::of_file(whole(), "is missing", "write it"))?;
        std::str::from_utf8(bytes)
            .map_err(|_| SiteError::of_file(whole(), "is not UTF-8", "save it as UTF-8"))
    }

    /// The files below `folder` with their paths below it, in order.
    pub(crate) fn below<'a>(
        &'a self,
        folder: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a [u8])> {
        self.files.iter().filter_map(move |(path, bytes)| {
            let below = path.strip_prefix(folder)?.strip_prefix('/')?;
            Some((below, bytes.as_ref()))
        })
    }
}
