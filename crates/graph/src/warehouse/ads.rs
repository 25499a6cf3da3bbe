//! Reads the repository of advertisements that Article 39 of Regulation (EU) 2022/2065 asks very large
//! platforms to keep: CSV, JSON lines, or one JSON array. The columns are told in docs/cli.md.

use std::collections::BTreeMap;
use std::io::Read;

use model::{Ad, PageUrl};

use super::columns::{Column, optional, required};
use super::table::{Row, Table, TableError, TableForm, Wrong};

/// The form of an ad repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdForm {
    /// A table.
    Table(TableForm),
    /// One JSON array of objects, or an object whose field `ads` is one.
    Json,
}

impl AdForm {
    /// The form by the end of a file's name.
    #[must_use]
    pub fn of_extension(extension: &str) -> Option<Self> {
        if extension.eq_ignore_ascii_case("json") {
            return Some(Self::Json);
        }
        TableForm::of_extension(extension).map(Self::Table)
    }
}

const ADS: &[Column] = &[
    required("id"),
    required("landing"),
    required("content"),
    optional("page"),
    optional("product"),
    optional("brand"),
    optional("subject"),
    optional("gtin"),
    optional("on_behalf_of"),
    optional("paid_by"),
    optional("from"),
    optional("until"),
    optional("parameters"),
    optional("reach"),
];

/// Places in [`ADS`].
mod ad {
    pub(super) const ID: usize = 0;
    pub(super) const LANDING: usize = 1;
    pub(super) const CONTENT: usize = 2;
    pub(super) const PAGE: usize = 3;
    pub(super) const PRODUCT: usize = 4;
    pub(super) const BRAND: usize = 5;
    pub(super) const SUBJECT: usize = 6;
    pub(super) const GTIN: usize = 7;
    pub(super) const ON_BEHALF_OF: usize = 8;
    pub(super) const PAID_BY: usize = 9;
    pub(super) const FROM: usize = 10;
    pub(super) const UNTIL: usize = 11;
    pub(super) const PARAMETERS: usize = 12;
    pub(super) const REACH: usize = 13;
}

/// Reads a repository; the ads in the order of their ids. In a JSON array the row is the place of the
/// object, from 1.
///
/// Linear in the input, which one JSON array holds in memory whole.
///
/// # Errors
/// [`TableError`] says which row and column, and what to do.
pub fn read_ads(form: AdForm, input: &mut dyn Read) -> Result<Vec<Ad>, TableError> {
    let mut lines;
    let (form, input): (TableForm, &mut dyn Read) = match form {
        AdForm::Table(form) => (form, input),
        AdForm::Json => {
            lines = std::io::Cursor::new(as_lines(input)?);
            (TableForm::JsonLines, &mut lines)
        }
    };
    let mut ads: BTreeMap<String, (u64, Ad)> = BTreeMap::new();
    let table = Table {
        form,
        input,
        columns: ADS,
        mapping: &[],
    };
    table.for_each(&mut |row| {
        let ad = read(row)?;
        if let Some((first, _)) = ads.get(&ad.id) {
            let (text, first) = (ad.id, *first);
            return Err(row.wrong(ad::ID, Wrong::Twice { text, first }));
        }
        ads.insert(ad.id.clone(), (row.number, ad));
        Ok(())
    })?;
    Ok(ads.into_values().map(|(_, ad)| ad).collect())
}

/// The objects of a JSON document, one a line.
fn as_lines(input: &mut dyn Read) -> Result<Vec<u8>, TableError> {
    let mut text = Vec::new();
    input.read_to_end(&mut text).map_err(TableError::whole)?;
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text);
    let document: serde_json::Value = serde_json::from_slice(text).map_err(TableError::whole)?;
    let objects = match document {
        serde_json::Value::Array(objects) => objects,
        serde_json::Value::Object(mut fields) => match fields.remove("ads") {
            Some(serde_json::Value::Array(objects)) => objects,
            _ => return Err(TableError::whole(Wrong::NoAds)),
        },
        _ => return Err(TableError::whole(Wrong::NoAds)),
    };
    let mut lines = Vec::with_capacity(text.len());
    for object in objects {
        serde_json::to_writer(&mut lines, &object).map_err(TableError::whole)?;
        lines.push(b'\n');
    }
    Ok(lines)
}

fn read(row: Row<'_>) -> Result<Ad, TableError> {
    let id = row.filled(ad::ID)?.to_owned();
    let text = |column| row.cell(column).map(str::to_owned);
    Ok(Ad {
        page: match row.cell(ad::PAGE) {
            Some(page) => address(row, ad::PAGE, page)?,
            None => page_of(row, &id)?,
        },
        landing: address(row, ad::LANDING, row.filled(ad::LANDING)?)?,
        content: row.filled(ad::CONTENT)?.to_owned(),
        product: text(ad::PRODUCT),
        brand: text(ad::BRAND),
        subject: text(ad::SUBJECT),
        gtin: gtin(row)?,
        on_behalf_of: text(ad::ON_BEHALF_OF),
        paid_by: text(ad::PAID_BY),
        from: text(ad::FROM),
        until: text(ad::UNTIL),
        parameters: text(ad::PARAMETERS),
        reach: text(ad::REACH),
        id,
    })
}

fn address(row: Row<'_>, column: usize, text: &str) -> Result<PageUrl, TableError> {
    PageUrl::parse(text).map_err(|source| {
        let text = text.to_owned();
        row.wrong(column, Wrong::Address { text, source })
    })
}

/// An address for an ad that has no page of its own.
fn page_of(row: Row<'_>, id: &str) -> Result<PageUrl, TableError> {
    let mut page = String::from("http://ad-repository.invalid/");
    for byte in id.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => page.push(char::from(byte)),
            other => page.push_str(&format!("%{other:02X}")),
        }
    }
    address(row, ad::ID, &page)
}

fn gtin(row: Row<'_>) -> Result<Option<String>, TableError> {
    let Some(text) = row.cell(ad::GTIN) else {
        return Ok(None);
    };
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if !matches!(digits.len(), 8 | 12 | 13 | 14) {
        let (text, form) = (text.to_owned(), "8, 12, 13 or 14 digits");
        return Err(row.wrong(ad::GTIN, Wrong::Form { text, form }));
    }
    Ok(Some(digits))
}
