//! `sidedoor rules test`: pages with the label that a pack must give them.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use rules::PackFile;

use crate::exit::ExitStatus;
use crate::output;
use crate::policy;

/// Runs the tests of every file; ends with [`ExitStatus::Found`] when one fails.
pub(crate) fn run(tests: &[PathBuf], packs: &[PathBuf]) -> anyhow::Result<ExitStatus> {
    let pack = policy::packs(packs)?;
    let mut files = Vec::new();
    for path in tests {
        files.extend(files_of(path)?);
    }
    let mut out = output::stdout();
    let (mut passed, mut failed) = (0usize, 0usize);
    for file in &files {
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("cannot read the tests {}", file.display()))?;
        let name = file.display().to_string();
        let results = pack.try_on(PackFile {
            name: &name,
            text: &text,
        })?;
        for result in results {
            if result.passed {
                passed += 1;
                continue;
            }
            failed += 1;
            writeln!(
                out,
                "{}: {}: expected {}, got {}",
                result.place, result.is, result.expected, result.got
            )?;
            for label in &result.verdict.labels {
                let words: Vec<String> = label
                    .matches
                    .iter()
                    .map(|found| format!("“{}” in {}", found.text, found.place))
                    .collect();
                let code = label.category.as_ref().map_or("", |code| code.0.as_str());
                writeln!(
                    out,
                    "    {} {code}: {}",
                    label.policy.as_str(),
                    words.join(", ")
                )?;
            }
        }
    }
    writeln!(
        out,
        "{}: {passed} of {} tests passed",
        pack.id(),
        passed + failed
    )?;
    out.flush()?;
    Ok(if failed == 0 {
        ExitStatus::Clean
    } else {
        ExitStatus::Found
    })
}

/// The file, or every TOML file of the folder, by name.
fn files_of(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in
        std::fs::read_dir(path).with_context(|| format!("cannot read {}", path.display()))?
    {
        let file = entry?.path();
        if file.extension().is_some_and(|it| it == "toml") {
            files.push(file);
        }
    }
    files.sort();
    if files.is_empty() {
        anyhow::bail!(
            "the folder {} has no tests; write some in a file that ends in .toml",
            path.display()
        );
    }
    Ok(files)
}
