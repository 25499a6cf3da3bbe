//! Where words go: results to stdout, everything else to stderr.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;

use anyhow::{Context as _, bail};
use report::Style;
use tracing_subscriber::EnvFilter;

/// Name and version of the program, as documents name who made them.
pub(crate) const GENERATOR: &str = concat!("sidedoor ", env!("CARGO_PKG_VERSION"));

/// Bytes that wait for the disk.
const WAITING: usize = 1 << 18;

/// Sends logs to stderr: warnings by default, more with each `-v`; `RUST_LOG` outranks both.
pub(crate) fn start_logs(verbose: u8, quiet: bool) {
    let level = match (quiet, verbose) {
        (true, _) => "error",
        (false, 0) => "warn",
        (false, 1) => "info",
        (false, _) => "debug",
    };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(level));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .with_target(false)
        .init();
}

/// Prints an error with its causes on stderr.
pub(crate) fn complain(error: &anyhow::Error) {
    say(&format!("sidedoor: {}", with_causes(error)));
}

/// Prints an error that changes nothing but what can be shown.
pub(crate) fn warn(error: &anyhow::Error) {
    say(&format!("warning: {}", with_causes(error)));
}

fn with_causes(error: &anyhow::Error) -> String {
    let mut text = String::new();
    let mut last = String::new();
    for cause in error.chain() {
        let cause = cause.to_string();
        // Errors that quote their source are not repeated, and neither are those that their source
        // quotes in full.
        if last.contains(&cause) {
            continue;
        }
        if !last.is_empty() && cause.contains(&last) {
            text.truncate(text.len() - last.len());
            text.push_str(&cause);
            last = cause;
            continue;
        }
        if !last.is_empty() {
            text.push_str(": ");
        }
        text.push_str(&cause);
        last = cause;
    }
    text
}

/// Prints one line on stderr. A closed stderr is nobody's loss.
pub(crate) fn say(line: &str) {
    let _ = writeln!(anstream::stderr(), "{line}");
}

/// Whether the reader of stdout went away, which is success.
pub(crate) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let kind = cause
            .downcast_ref::<io::Error>()
            .map(io::Error::kind)
            .or_else(|| {
                let written = cause.downcast_ref::<report::WriteError>()?;
                written
                    .is_broken_pipe()
                    .then_some(io::ErrorKind::BrokenPipe)
            })
            .or_else(|| {
                let export = cause.downcast_ref::<graph::export::ExportError>()?;
                Some(export.source.kind())
            })
            .or_else(|| {
                let json = cause.downcast_ref::<serde_json::Error>()?;
                json.io_error_kind()
            });
        kind == Some(io::ErrorKind::BrokenPipe)
    })
}

/// What became of writing to stdout, where a reader who went away is no failure.
pub(crate) fn unless_closed(written: anyhow::Result<()>) -> anyhow::Result<()> {
    match written {
        Err(error) if is_broken_pipe(&error) => Ok(()),
        other => other,
    }
}

/// Stdout, buffered.
pub(crate) fn stdout() -> BufWriter<io::StdoutLock<'static>> {
    BufWriter::new(io::stdout().lock())
}

/// A new file, buffered; one that is there is written over, unless it belongs to a case.
pub(crate) fn create(path: &Path) -> anyhow::Result<BufWriter<File>> {
    if case::is_of_case(path) {
        bail!(
            "{} belongs to a case, and what a case holds is written by crawls and decisions alone: name another file",
            path.display()
        );
    }
    let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(BufWriter::with_capacity(WAITING, file))
}

/// Writes to a file, or to stdout.
pub(crate) fn write(
    path: Option<&Path>,
    content: &mut dyn FnMut(&mut dyn Write) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let Some(path) = path else {
        let mut out = stdout();
        content(&mut out)?;
        return Ok(out.flush()?);
    };
    let told = || format!("cannot write {}", path.display());
    let mut out = create(path)?;
    content(&mut out).with_context(told)?;
    out.flush().with_context(told)
}

/// The style of a terminal report on stdout: color where a person looks and `NO_COLOR` is not set.
pub(crate) fn style() -> Style {
    let choice = anstream::AutoStream::choice(&io::stdout());
    Style {
        color: choice != anstream::ColorChoice::Never,
        width: std::env::var("COLUMNS")
            .ok()
            .and_then(|columns| columns.parse().ok())
            .unwrap_or_else(|| Style::default().width),
    }
}
