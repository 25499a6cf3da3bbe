//! What a tool found: a table or a JSON document, of whatever tool.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead, Read};

use model::{NotAPage, PageUrl, RawHref};
use serde::Deserialize;

/// What a tool says leads where.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Findings {
    /// The tool, by its own name; empty where the file does not say.
    pub tool: String,
    /// How many pages it fetched, if the file says so.
    pub pages: Option<u64>,
    /// How long it took in seconds, if the file says so.
    pub seconds: Option<f64>,
    /// How many findings the file has, repeated ones included.
    pub rows: u64,
    /// Each pair of listing and target, with the detectors that found it, if the file names any.
    pub pairs: BTreeMap<(PageUrl, PageUrl), BTreeSet<String>>,
}

/// Why findings could not be read: where, what and what to do.
#[derive(Debug, thiserror::Error)]
pub enum FindingsError {
    /// The file itself.
    #[error("cannot be read: {0}")]
    Read(#[from] io::Error),
    /// Nothing in it at all.
    #[error(
        "the file is empty: a tool that found nothing writes the header `listing,target` alone, or `[]`"
    )]
    Empty,
    /// Not in UTF-8.
    #[error("the file is in UTF-16: save it as UTF-8")]
    Utf16,
    /// The table has no such column.
    #[error(
        "line 1: no column `{missing}` among {header}: separate columns by commas and name one `{missing}`"
    )]
    NoColumn {
        /// The column that is missing.
        missing: &'static str,
        /// The header, as read.
        header: String,
    },
    /// The table has a column twice.
    #[error("line 1: the column `{0}` is there twice: leave one")]
    ColumnTwice(&'static str),
    /// The table is broken.
    #[error("{0}: write every row with as many fields as the header has, in UTF-8")]
    Table(#[from] csv::Error),
    /// The JSON is broken, or has another form.
    #[error(
        "{0}: write an array of {{\"listing\": …, \"target\": …}}, or an object with such an array under `findings`"
    )]
    Json(#[from] serde_json::Error),
    /// Not the address of a page.
    #[error("{place}, `{field}`: `{text}` is no address of a page ({why}): {remedy}")]
    Address {
        /// Line of the table, or place in the array.
        place: String,
        /// Column or field.
        field: &'static str,
        /// What stands there, its beginning.
        text: String,
        /// What is wrong with it.
        why: String,
        /// What to do.
        remedy: &'static str,
    },
}

impl Findings {
    /// Reads findings in either form: what begins with `[` or `{` is JSON, anything else a table.
    ///
    /// Addresses are brought to the normal form of [`PageUrl`]; one that begins with `/` is taken as
    /// one of the host of `base`. Memory grows with the number of different pairs; time is linear in
    /// the length, times the logarithm of that number.
    ///
    /// # Errors
    /// [`FindingsError`] with the place and the remedy.
    pub fn read(mut source: impl BufRead, base: &PageUrl) -> Result<Self, FindingsError> {
        let mut begun = Vec::new();
        source.by_ref().take(3).read_to_end(&mut begun)?;
        if begun.starts_with(&[0xff, 0xfe]) || begun.starts_with(&[0xfe, 0xff]) {
            return Err(FindingsError::Utf16);
        }
        if begun == [0xef, 0xbb, 0xbf] {
            begun.clear();
        }
        // White space before the first sign tells nothing, and neither reader minds that it is gone;
        // line feeds stay, so that lines keep their numbers.
        let mut first = begun
            .iter()
            .copied()
            .find(|byte| !byte.is_ascii_whitespace());
        while first.is_none() {
            let ahead = source.fill_buf()?;
            if ahead.is_empty() {
                return Err(FindingsError::Empty);
            }
            first = ahead
                .iter()
                .copied()
                .find(|byte| !byte.is_ascii_whitespace());
            begun.extend_from_slice(ahead);
            let taken = ahead.len();
            source.consume(taken);
        }
        let whole = io::Cursor::new(begun).chain(source);
        match first {
            Some(b'[') => Self::from_list(serde_json::from_reader(whole)?, base),
            Some(b'{') => Self::from_document(serde_json::from_reader(whole)?, base),
            _ => Self::from_table(whole, base),
        }
    }

    fn from_table(source: impl Read, base: &PageUrl) -> Result<Self, FindingsError> {
        let mut table = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .from_reader(source);
        let header = table.headers()?.clone();
        let column = |name| column(&header, name);
        let missing = |name| FindingsError::NoColumn {
            missing: name,
            header: shortened(&header.iter().collect::<Vec<_>>().join(", ")),
        };
        let listing = column("listing")?.ok_or_else(|| missing("listing"))?;
        let target = column("target")?.ok_or_else(|| missing("target"))?;
        let detector = column("detector")?;
        let mut findings = Self::default();
        let mut row = csv::StringRecord::new();
        while table.read_record(&mut row)? {
            let line = row.position().map_or(0, csv::Position::line);
            let place = || format!("line {line}");
            let field = |at: usize| row.get(at).unwrap_or_default();
            findings.take(
                address(field(listing), "listing", base, &place)?,
                address(field(target), "target", base, &place)?,
                detector.map(field).unwrap_or_default(),
            );
        }
        Ok(findings)
    }

    fn from_list(list: Vec<Written>, base: &PageUrl) -> Result<Self, FindingsError> {
        let mut findings = Self::default();
        for (number, written) in list.into_iter().enumerate() {
            let place = || format!("finding {}", number + 1);
            findings.take(
                address(&written.listing, "listing", base, &place)?,
                address(&written.target, "target", base, &place)?,
                &written.detector.unwrap_or_default(),
            );
        }
        Ok(findings)
    }

    fn from_document(document: Document, base: &PageUrl) -> Result<Self, FindingsError> {
        let seen = document.summary.unwrap_or_default();
        let of_report = || Some(seen.pages_seen? + seen.landings_seen.unwrap_or(0));
        Ok(Self {
            tool: document.tool.or(document.generator).unwrap_or_default(),
            pages: document.pages.and_then(Pages::count).or_else(of_report),
            seconds: document.seconds.filter(|seconds| *seconds >= 0.0),
            ..Self::from_list(document.findings, base)?
        })
    }

    fn take(&mut self, listing: PageUrl, target: PageUrl, detector: &str) {
        self.rows += 1;
        let detectors = self.pairs.entry((listing, target)).or_default();
        if !detector.is_empty() && !detectors.contains(detector) {
            detectors.insert(detector.to_owned());
        }
    }
}

/// A finding as it stands in JSON; what else it has is left alone.
#[derive(Deserialize)]
struct Written {
    listing: String,
    target: String,
    detector: Option<String>,
}

/// A tool's own document, or a report of this program.
#[derive(Deserialize)]
struct Document {
    tool: Option<String>,
    generator: Option<String>,
    pages: Option<Pages>,
    seconds: Option<f64>,
    summary: Option<Seen>,
    findings: Vec<Written>,
}

/// Under `pages` a report of this program has an object: how many pages carry each policy.
#[derive(Deserialize)]
#[serde(untagged)]
enum Pages {
    Fetched(u64),
    Otherwise(serde::de::IgnoredAny),
}

impl Pages {
    const fn count(self) -> Option<u64> {
        match self {
            Self::Fetched(count) => Some(count),
            Self::Otherwise(_) => None,
        }
    }
}

#[derive(Deserialize, Default)]
struct Seen {
    pages_seen: Option<u64>,
    landings_seen: Option<u64>,
}

/// The place of a column by its name, in whatever case.
fn column(header: &csv::StringRecord, name: &'static str) -> Result<Option<usize>, FindingsError> {
    let mut places = (header.iter().enumerate())
        .filter(|(_, title)| title.eq_ignore_ascii_case(name))
        .map(|(place, _)| place);
    let first = places.next();
    match places.next() {
        Some(_) => Err(FindingsError::ColumnTwice(name)),
        None => Ok(first),
    }
}

fn address(
    text: &str,
    field: &'static str,
    base: &PageUrl,
    place: &dyn Fn() -> String,
) -> Result<PageUrl, FindingsError> {
    let text = text.trim();
    let read = if text.starts_with('/') {
        RawHref::new(text).resolve(base)
    } else {
        PageUrl::parse(text)
    };
    read.map_err(|why| FindingsError::Address {
        place: place(),
        field,
        text: shortened(text),
        remedy: match why {
            NotAPage::Unparsable(_) => {
                "write it whole, as in `http://shop.test/item/1`, or from `/` on for the market's own host"
            }
            NotAPage::OtherScheme(_) => {
                "leave out what is no page, and name the page behind it where there is one"
            }
        },
        why: why.to_string(),
    })
}

/// The beginning of a text that may be of any length.
fn shortened(text: &str) -> String {
    const SHOWN: usize = 120;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base() -> PageUrl {
        PageUrl::parse("http://market.test/").unwrap()
    }

    fn read(text: &str) -> Findings {
        Findings::read(text.as_bytes(), &base()).unwrap()
    }

    fn refused(text: &[u8]) -> String {
        Findings::read(text, &base()).unwrap_err().to_string()
    }

    fn pairs(findings: &Findings) -> Vec<(&str, &str)> {
        let pairs = findings.pairs.keys();
        pairs
            .map(|(listing, target)| (listing.as_str(), target.as_str()))
            .collect()
    }

    const PAIR: (&str, &str) = ("http://market.test/a", "http://shop.test/b");

    #[test]
    fn a_table_and_a_list_and_a_document_say_the_same() {
        for text in [
            "listing,target\nhttp://market.test/a,http://shop.test/b\n",
            "\u{feff}id,Target,LISTING\r\n7,\"http://shop.test/b\",http://market.test/a\r\n",
            r#"[{"listing":"http://market.test/a","target":"http://shop.test/b","more":[1]}]"#,
            " \n{\"findings\":[{\"listing\":\"/a\",\"target\":\"http://shop.test/b\"}]}\n",
        ] {
            assert_eq!(pairs(&read(text)), [PAIR], "{text}");
        }
    }

    #[test]
    fn spellings_of_one_address_are_one_pair() {
        let findings = read(
            "listing,target\n\
             http://market.test/a,http://shop.test/b\n\
             HTTP://MARKET.TEST:80/x/../a#top,http://user@SHOP.test/b\n\
             /a,//shop.test/b\n\
             http://market.test/%61,http://shop.test/b\n",
        );
        assert_eq!((findings.rows, pairs(&findings)), (4, vec![PAIR]));
    }

    #[test]
    fn a_name_in_another_script_is_compared_in_its_ascii_form() {
        let findings =
            read("listing,target\nhttp://bücher.test/ä,http://xn--bcher-kva.test/%C3%A4\n");
        let [(listing, target)] = pairs(&findings)[..] else {
            panic!("one pair");
        };
        assert_eq!(listing, target);
    }

    #[test]
    fn a_document_tells_the_tool_and_its_cost() {
        let findings = read(r#"{"tool":"spider","pages":12,"seconds":1.5,"findings":[]}"#);
        assert_eq!(findings.tool, "spider");
        assert_eq!((findings.pages, findings.seconds), (Some(12), Some(1.5)));
    }

    #[test]
    fn a_report_of_this_program_is_read_as_it_is() {
        let findings = read(
            r#"{"schema":"sidedoor-report/1","generator":"sidedoor 0.1.0",
            "summary":{"pages_seen":40,"landings_seen":3},"pages":{"compliant":39},
            "findings":[{"detector":"hidden-path","listing":"http://market.test/a","target":"http://shop.test/b"},
            {"detector":"cloaked-link","listing":"http://market.test/a","target":"http://shop.test/b"}]}"#,
        );
        assert_eq!((findings.pages, findings.rows), (Some(43), 2));
        let detectors: Vec<_> = findings.pairs.values().flatten().collect();
        assert_eq!(detectors, ["cloaked-link", "hidden-path"]);
    }

    #[test]
    fn a_tool_that_found_nothing_says_so() {
        for text in ["listing,target\n", "[]", "{\"findings\":[]}"] {
            assert_eq!(read(text).rows, 0);
        }
        assert!(refused(b"").contains("empty"));
        assert!(refused(b"\xef\xbb\xbf \r\n").contains("empty"));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place_and_a_remedy() {
        let told = refused(b"listing,target\n/a,http://shop.test/\n/a,shop.test/b\n");
        assert!(
            told.starts_with("line 3, `target`: `shop.test/b`"),
            "{told}"
        );
        assert!(told.contains("write it whole"), "{told}");
        let told = refused(br#"[{"listing":"/a","target":"mailto:x@y.test"}]"#);
        assert!(told.starts_with("finding 1, `target`"), "{told}");
        let told = refused(b"listing;target\n/a;/b\n");
        assert!(
            told.contains("no column `listing` among listing;target"),
            "{told}"
        );
        let told = refused(b"listing,target,listing\n");
        assert!(told.contains("`listing` is there twice"), "{told}");
        let told = refused(b"listing,target\n/a,http://shop.test/,more\n");
        assert!(told.contains("line: 2"), "{told}");
        let told = refused(b"listing,target\n/a,http://shop.test/\xff\n");
        assert!(told.contains("UTF-8"), "{told}");
        assert!(refused(b"\xff\xfel\0i\0").contains("UTF-16"));
        for text in [
            "[{\"listing\":\"/a\"}]",
            "{\"found\":[]}",
            "{\"findings\":[{\"listing\":7,\"target\":\"/\"}]}",
            "[{\"listing\":\"/a\",\"target\":\"/b\"}",
            "[] []",
        ] {
            let told = refused(text.as_bytes());
            assert!(told.contains("line 1 column"), "{told}");
        }
        let deep = "[".repeat(100_000);
        assert!(refused(deep.as_bytes()).contains("line 1"));
    }

    #[test]
    fn a_long_text_is_told_by_its_beginning() {
        let text = format!("listing,target\n/a,{}\n", "ü".repeat(1_000_000));
        assert!(refused(text.as_bytes()).len() < 1_000);
    }
}
