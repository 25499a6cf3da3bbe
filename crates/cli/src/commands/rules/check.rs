//! `sidedoor rules check`: what is wrong in a pack, with its place.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use rules::Gravity;

use crate::exit::ExitStatus;
use crate::output;
use crate::policy;

/// Prints complaints and a summary. A pack that cannot be used is an error; one with warnings ends
/// with [`ExitStatus::Found`].
pub(crate) fn run(
    packs: &[PathBuf],
    everyday: &[PathBuf],
    with_notes: bool,
) -> anyhow::Result<ExitStatus> {
    let pack = policy::packs(packs)?;
    let mut texts = Vec::new();
    for path in everyday {
        gather(path, &mut texts)?;
    }
    let complaints = pack.check(texts.iter().map(String::as_str));
    let (warnings, notes): (Vec<_>, Vec<_>) = complaints
        .iter()
        .partition(|complaint| complaint.gravity == Gravity::Warning);
    let mut out = output::stdout();
    let shown = complaints
        .iter()
        .filter(|complaint| with_notes || complaint.gravity == Gravity::Warning);
    for complaint in shown {
        writeln!(out, "{complaint}")?;
    }
    writeln!(
        out,
        "{}: {} categories, {} words; {} warnings, {} notes{}",
        pack.id(),
        pack.categories().count(),
        pack.words(),
        warnings.len(),
        notes.len(),
        if notes.is_empty() || with_notes {
            ""
        } else {
            " (--notes tells them)"
        }
    )?;
    out.flush()?;
    Ok(if warnings.is_empty() {
        ExitStatus::Clean
    } else {
        ExitStatus::Found
    })
}

/// The text of a file, or of every file in a folder.
fn gather(path: &Path, texts: &mut Vec<String>) -> anyhow::Result<()> {
    let cannot = || format!("cannot read the everyday text {}", path.display());
    if path.is_dir() {
        let mut entries = Vec::new();
        for entry in std::fs::read_dir(path).with_context(cannot)? {
            entries.push(entry?.path());
        }
        entries.sort();
        for entry in entries {
            gather(&entry, texts)?;
        }
    } else {
        let bytes = std::fs::read(path).with_context(cannot)?;
        texts.push(String::from_utf8_lossy(&bytes).into_owned());
    }
    Ok(())
}
