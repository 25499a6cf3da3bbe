//! One document, from a file, from stdin or from the network, with what came with it.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use fetch::{Fetch as _, Live, LiveSettings};
use model::{Ask, Budget, Headers, PageFacts, PageUrl, Purpose, Reply, Vantage, VantageId};
use page::{Document, LinkedScript, ReadSettings, Sheet};

use crate::args::DocumentArgs;
use crate::output;
use crate::secrets;
use crate::settings::guard;

/// A document with what came with it.
struct Given {
    address: PageUrl,
    status: u16,
    headers: Headers,
    body: Vec<u8>,
    is_cut: bool,
}

/// Reads one document, as a crawl would.
pub(crate) fn read(args: &DocumentArgs) -> anyhow::Result<PageFacts> {
    let scheme = args.document.split_once("://").map(|(scheme, _)| scheme);
    let is_address = scheme.is_some_and(|scheme| {
        scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
    });
    let mut given = if is_address {
        from_network(args)?
    } else {
        from_file(args)?
    };
    if let Some(stated) = &args.content_type {
        let headers = &mut given.headers.0;
        headers.retain(|(name, _)| name != "content-type");
        headers.push(("content-type".to_owned(), stated.clone()));
    }
    let sheets = args
        .css
        .iter()
        .map(|path| {
            let text = text_of(path, "stylesheet")?;
            Ok(Sheet {
                address: None,
                text,
            })
        })
        .collect::<anyhow::Result<Vec<_>>>()?;
    let scripts = args
        .js
        .iter()
        .map(|path| {
            let text = text_of(path, "script")?;
            Ok(LinkedScript {
                address: None,
                text,
            })
        })
        .collect::<anyhow::Result<Vec<_>>>()?;
    let document = Document {
        address: &given.address,
        status: given.status,
        headers: &given.headers,
        body: &given.body,
        cut: given.is_cut,
        sheets: &sheets,
        scripts: &scripts,
    };
    let settings = ReadSettings {
        images: args.images,
    };
    Ok(page::read_with(&document, settings))
}

/// The text of a file that came with a page.
fn text_of(path: &Path, what: &str) -> anyhow::Result<String> {
    let bytes = std::fs::read(path)
        .with_context(|| format!("cannot read the {what} {}", path.display()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn from_file(args: &DocumentArgs) -> anyhow::Result<Given> {
    let (body, is_cut) = if args.document == "-" {
        begin_of(std::io::stdin(), "stdin")?
    } else {
        let file =
            File::open(&args.document).with_context(|| format!("cannot read {}", args.document))?;
        begin_of(file, &args.document)?
    };
    let base = match &args.base {
        Some(base) => PageUrl::parse(base)
            .with_context(|| format!("the base `{base}` is no http(s) address"))?,
        None => PageUrl::parse("http://document.invalid/")?,
    };
    let mut headers = Headers::default();
    for line in &args.header {
        let Some((name, value)) = line.split_once(':') else {
            bail!("the header `{line}` has no colon; write it as `Name: value`");
        };
        headers
            .0
            .push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
    }
    if let Some(kind) = type_of_name(&args.document)
        && headers.first("content-type").is_none()
    {
        let line = ("content-type".to_owned(), kind.to_owned());
        headers.0.push(line);
    }
    Ok(Given {
        address: base,
        status: args.status,
        headers,
        body,
        is_cut,
    })
}

/// The type that a file's name tells, for types that no first bytes tell.
fn type_of_name(name: &str) -> Option<&'static str> {
    let ending = Path::new(name).extension()?.to_str()?.to_ascii_lowercase();
    match ending.as_str() {
        "css" => Some("text/css"),
        "js" | "mjs" => Some("text/javascript"),
        "json" | "webmanifest" => Some("application/json"),
        "txt" | "csv" | "tsv" => Some("text/plain"),
        _ => None,
    }
}

/// As much of a document as a crawl would read, and whether there is more.
fn begin_of(document: impl Read, name: &str) -> anyhow::Result<(Vec<u8>, bool)> {
    let most = Budget::default().body_bytes;
    let mut body = Vec::new();
    document
        .take(most.saturating_add(1))
        .read_to_end(&mut body)
        .with_context(|| format!("cannot read {name}"))?;
    let is_cut = u64::try_from(body.len()).is_ok_and(|length| length > most);
    if is_cut {
        body.truncate(usize::try_from(most).unwrap_or(usize::MAX));
        output::say(&format!(
            "note: only the first {most} bytes of {name} are read"
        ));
    }
    Ok((body, is_cut))
}

fn from_network(args: &DocumentArgs) -> anyhow::Result<Given> {
    let address = PageUrl::parse(&args.document)
        .with_context(|| format!("`{}` is no http(s) address", args.document))?;
    let live = Live::new(LiveSettings {
        guard: guard(args.allow_address.clone()),
        resolve: args.resolve.clone(),
        secrets: Arc::new(secrets::of(&args.secrets)?),
        ..LiveSettings::default()
    })?;
    let ask = Ask::new(
        address.clone(),
        Vantage::standard(VantageId::Desktop),
        Purpose::Page,
    );
    let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
    match runtime.block_on(live.fetch(ask)).reply {
        Reply::Answered(answer) => Ok(Given {
            address,
            status: answer.status,
            headers: answer.headers,
            body: answer.body.to_vec(),
            is_cut: answer.cut.is_some(),
        }),
        Reply::Declined(why) => bail!(
            "{address} was not asked: {why}; if the address is yours, allow it with --allow-address"
        ),
        Reply::Unreachable(why) => bail!("{address} gave no answer: {why}"),
    }
}
