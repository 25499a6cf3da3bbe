//! Tables of rows: CSV, JSON lines and Parquet, with columns by name.

mod parquet_rows;

use std::cell::Cell;
use std::collections::BTreeSet;
use std::fmt;
use std::io::{self, BufRead, Read};
use std::rc::Rc;
use std::str::FromStr;

use model::NotAPage;

use super::columns::Column;

/// Most bytes of one row: what is longer is no row, but a quote that nobody closed.
const ROW_BYTES: u64 = 16 << 20;
/// Bytes that the reader of CSV may hold beyond the row in hand.
const BUFFER_BYTES: usize = 1 << 18;

/// The form of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableForm {
    /// Comma-separated values (RFC 4180), UTF-8, the first line names the columns.
    Csv,
    /// One JSON object a line.
    JsonLines,
    /// Parquet, not compressed or by Snappy or gzip.
    Parquet,
}

impl TableForm {
    /// The form by the end of a file's name.
    #[must_use]
    pub fn of_extension(extension: &str) -> Option<Self> {
        match extension.to_ascii_lowercase().as_str() {
            "csv" => Some(Self::Csv),
            "jsonl" | "ndjson" => Some(Self::JsonLines),
            "parquet" => Some(Self::Parquet),
            _ => None,
        }
    }
}

/// Another name for a column, as in `url=address`: the table's name, then ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// As the table has it.
    pub theirs: String,
    /// As the schema has it.
    pub ours: String,
}

/// The text maps no column.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// There is no `=`, or nothing on a side of it.
    #[error("`{0}` is not of the form THEIRS=OURS, as in url=address")]
    Form(String),
    /// No table has such a column.
    #[error("`{ours}` is no column of the schema: use one of {known}")]
    Unknown {
        /// What was named.
        ours: String,
        /// The columns that there are.
        known: String,
    },
}

impl FromStr for Mapping {
    type Err = MappingError;

    fn from_str(text: &str) -> Result<Self, MappingError> {
        let parts = text
            .split_once('=')
            .map(|(theirs, ours)| (theirs.trim(), ours.trim()));
        let Some((theirs, ours)) = parts.filter(|(a, b)| !a.is_empty() && !b.is_empty()) else {
            return Err(MappingError::Form(text.to_owned()));
        };
        let columns = super::columns::NODES.iter().chain(super::columns::EDGES);
        let known: BTreeSet<&str> = columns.map(|column| column.name).collect();
        if !known.contains(ours) {
            return Err(MappingError::Unknown {
                ours: ours.to_owned(),
                known: known.into_iter().collect::<Vec<_>>().join(", "),
            });
        }
        Ok(Self {
            theirs: theirs.to_owned(),
            ours: ours.to_owned(),
        })
    }
}

/// Why a table cannot be taken: the row as an editor counts it, the column, and what to do.
#[derive(Debug, thiserror::Error)]
pub struct TableError {
    /// Line of the file; `None` where it is the table as a whole.
    pub row: Option<u64>,
    /// The column, by its name in the table.
    pub column: Option<String>,
    /// What is wrong.
    pub source: Wrong,
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(row) = self.row {
            write!(f, "row {row}, ")?;
        }
        if let Some(column) = &self.column {
            write!(f, "column `{column}`: ")?;
        }
        write!(f, "{}", self.source)
    }
}

/// What is wrong with a table.
#[derive(Debug, thiserror::Error)]
pub enum Wrong {
    /// The bytes cannot be read.
    #[error("cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// It is no CSV, or not UTF-8.
    #[error("is no CSV in UTF-8: {0}")]
    Csv(#[from] csv::Error),
    /// A line is no JSON object.
    #[error("is no JSON object: {0}")]
    Json(#[from] serde_json::Error),
    /// It is no Parquet, is damaged, or is compressed in a way that is not read.
    #[error(
        "cannot be read as Parquet: {0}; write it again with Snappy, gzip or no compression, or as CSV"
    )]
    Parquet(#[from] parquet::errors::ParquetError),
    /// A cell of Parquet is a list, a structure or bytes that are no text.
    #[error("is no text, number or truth value; flatten the column")]
    NoCell,
    /// A JSON document holds no array of ads.
    #[error("is no JSON array of ads, and no object whose field `ads` is one")]
    NoAds,
    /// A row is longer than any row is.
    #[error("is longer than {ROW_BYTES} bytes: a quote before it may not be closed")]
    Long,
    /// A column that must be there is not.
    #[error("is missing; the table has {has}. Name another one for it with --column THEIRS={ours}")]
    Missing {
        /// The schema's name.
        ours: String,
        /// The columns that there are.
        has: String,
    },
    /// Two columns are taken for one.
    #[error("is named twice; name the others otherwise, or map one of them")]
    TwoColumns,
    /// A cell that must be filled is not.
    #[error("is empty; every row must fill it")]
    Empty,
    /// A cell holds no word of the list.
    #[error("`{text}` is not known: {known}")]
    Word {
        /// What the cell holds.
        text: String,
        /// The words that would do.
        known: String,
    },
    /// A cell holds no number, or one out of range.
    #[error("`{text}` is not a number from 0 to {most}")]
    Number {
        /// What the cell holds.
        text: String,
        /// The greatest.
        most: u64,
    },
    /// A cell holds something of another form.
    #[error("`{text}` is not of the form {form}")]
    Form {
        /// What the cell holds, or one item of it.
        text: String,
        /// The form that would do.
        form: &'static str,
    },
    /// A cell holds no absolute http(s) address.
    #[error(
        "`{text}` is not the address of a page: {source}; addresses are absolute, as https://www.example.com/item/1"
    )]
    Address {
        /// What the cell holds.
        text: String,
        /// Why.
        source: NotAPage,
    },
    /// Two rows are one page.
    #[error("`{text}` stands in row {first} already; keep one of the two")]
    Twice {
        /// What the cell holds.
        text: String,
        /// The other row.
        first: u64,
    },
    /// A hop of a page that is not told anew.
    #[error(
        "`{text}` is not told anew: give the page a row in the table of pages, and all its hops here"
    )]
    NotTold {
        /// The cell.
        text: String,
    },
    /// A hop's end is no page.
    #[error("`{text}` is no page of the other table; add a row for it there")]
    NoSuchPage {
        /// What the cell holds.
        text: String,
    },
    /// More than 32 bits number.
    #[error("there are more rows than 32 bits number; split the tables by site")]
    TooMany,
}

impl TableError {
    pub(super) fn whole(source: impl Into<Wrong>) -> Self {
        Self {
            row: None,
            column: None,
            source: source.into(),
        }
    }

    fn row(row: u64, source: impl Into<Wrong>) -> Self {
        Self {
            row: Some(row),
            column: None,
            source: source.into(),
        }
    }
}

/// A row of a table.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    /// Line of the file.
    pub(super) number: u64,
    cells: Cells<'a>,
    heads: &'a Heads,
}

#[derive(Clone, Copy)]
enum Cells<'a> {
    Csv(&'a csv::StringRecord),
    Named(&'a [Option<String>]),
}

impl<'a> Row<'a> {
    /// What a cell holds; `None` when it is empty or not there.
    pub(super) fn cell(&self, column: usize) -> Option<&'a str> {
        let text = match self.cells {
            Cells::Csv(record) => record.get(self.heads.places[column]?)?,
            Cells::Named(cells) => cells[column].as_deref()?,
        };
        (!text.is_empty()).then_some(text)
    }

    /// What a cell that must be filled holds.
    pub(super) fn filled(&self, column: usize) -> Result<&'a str, TableError> {
        self.cell(column)
            .ok_or_else(|| self.wrong(column, Wrong::Empty))
    }

    /// What is wrong with a cell.
    pub(super) fn wrong(&self, column: usize, source: Wrong) -> TableError {
        TableError {
            row: Some(self.number),
            column: Some(self.heads.names[column].clone()),
            source,
        }
    }
}

/// The columns of the schema in one table.
#[derive(Debug)]
struct Heads {
    /// Their names in the table.
    names: Vec<String>,
    /// Their places in a row of CSV.
    places: Vec<Option<usize>>,
}

/// A table to read, with what its columns are called.
pub(super) struct Table<'a> {
    pub(super) form: TableForm,
    pub(super) input: &'a mut dyn Read,
    pub(super) columns: &'static [Column],
    pub(super) mapping: &'a [Mapping],
}

/// What was seen of the columns of a table.
#[derive(Debug, Default)]
pub(super) struct Columns {
    /// Columns that the schema does not know, by their names.
    pub(super) unknown: BTreeSet<String>,
    /// Columns of the schema that some row fills, by place.
    pub(super) known: Vec<bool>,
}

impl Table<'_> {
    /// Gives every row to `take`, in order.
    pub(super) fn for_each(
        self,
        take: &mut dyn FnMut(Row<'_>) -> Result<(), TableError>,
    ) -> Result<Columns, TableError> {
        match self.form {
            TableForm::Csv => self.csv(take),
            TableForm::JsonLines => self.json_lines(take),
            TableForm::Parquet => self.parquet(take),
        }
    }

    fn csv(
        self,
        take: &mut dyn FnMut(Row<'_>) -> Result<(), TableError>,
    ) -> Result<Columns, TableError> {
        let left = Rc::new(Cell::new(0));
        let bounded = Bounded {
            input: &mut *self.input,
            left: Rc::clone(&left),
        };
        let whole_row = ROW_BYTES + BUFFER_BYTES as u64;
        left.set(whole_row);
        let mut reader = csv::ReaderBuilder::new()
            .buffer_capacity(BUFFER_BYTES)
            .from_reader(bounded);
        let header = reader
            .headers()
            .map_err(|source| TableError::row(1, unlong(source)))?;
        let schema = Schema {
            columns: self.columns,
            mapping: self.mapping,
        };
        let (heads, seen) = schema.heads(header)?;
        let mut record = csv::StringRecord::new();
        loop {
            left.set(whole_row);
            let number = reader.position().line();
            let more = reader.read_record(&mut record).map_err(|source| {
                TableError::row(row_of(&source).unwrap_or(number), unlong(source))
            })?;
            if !more {
                return Ok(seen);
            }
            take(Row {
                number: record.position().map_or(number, csv::Position::line),
                cells: Cells::Csv(&record),
                heads: &heads,
            })?;
        }
    }

    fn json_lines(
        self,
        take: &mut dyn FnMut(Row<'_>) -> Result<(), TableError>,
    ) -> Result<Columns, TableError> {
        let schema = Schema {
            columns: self.columns,
            mapping: self.mapping,
        };
        let heads = Heads {
            names: schema.names(),
            places: Vec::new(),
        };
        let mut seen = Columns {
            unknown: BTreeSet::new(),
            known: vec![false; self.columns.len()],
        };
        let mut input = io::BufReader::with_capacity(BUFFER_BYTES, self.input);
        let mut line = Vec::new();
        let mut cells: Vec<Option<String>> = Vec::new();
        for number in 1.. {
            line.clear();
            let read = (&mut input)
                .take(ROW_BYTES + 1)
                .read_until(b'\n', &mut line)
                .map_err(|source| TableError::row(number, source))?;
            if read == 0 {
                break;
            }
            if line.len() as u64 > ROW_BYTES {
                return Err(TableError::row(number, Wrong::Long));
            }
            if line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            let object: serde_json::Map<String, serde_json::Value> =
                serde_json::from_slice(&line).map_err(|source| TableError::row(number, source))?;
            cells.clear();
            cells.resize(heads.names.len(), None);
            for (theirs, value) in object {
                let Some(place) = schema.place(&theirs) else {
                    seen.unknown.insert(theirs);
                    continue;
                };
                seen.known[place] = true;
                cells[place] = match value {
                    serde_json::Value::Null => None,
                    serde_json::Value::String(text) => Some(text),
                    other => Some(other.to_string()),
                };
            }
            take(Row {
                number,
                cells: Cells::Named(&cells),
                heads: &heads,
            })?;
        }
        Ok(seen)
    }
}

/// The columns that are looked for, and what they are called.
#[derive(Clone, Copy)]
struct Schema<'a> {
    columns: &'static [Column],
    mapping: &'a [Mapping],
}

impl Schema<'_> {
    /// The place in the schema of a column of the table.
    fn place(&self, theirs: &str) -> Option<usize> {
        let theirs = theirs.trim().trim_start_matches('\u{feff}');
        let mapped = self.mapping.iter().find(|mapping| mapping.theirs == theirs);
        let ours = mapped.map_or(theirs, |mapping| mapping.ours.as_str());
        self.columns.iter().position(|column| column.name == ours)
    }

    /// The names of the columns as they are told before the table is read.
    fn names(&self) -> Vec<String> {
        let name = |column: &Column| {
            let mapped = self
                .mapping
                .iter()
                .find(|mapping| mapping.ours == column.name);
            mapped
                .map_or(column.name, |mapping| mapping.theirs.as_str())
                .to_owned()
        };
        self.columns.iter().map(name).collect()
    }

    /// Finds the columns in the header of a CSV.
    fn heads(&self, header: &csv::StringRecord) -> Result<(Heads, Columns), TableError> {
        let mut heads = Heads {
            names: self.names(),
            places: vec![None; self.columns.len()],
        };
        let mut seen = Columns {
            unknown: BTreeSet::new(),
            known: vec![false; self.columns.len()],
        };
        let wrong = |column: &str, source| TableError {
            row: Some(1),
            column: Some(column.to_owned()),
            source,
        };
        for (at, theirs) in header.iter().enumerate() {
            match self.place(theirs) {
                Some(place) if seen.known[place] => return Err(wrong(theirs, Wrong::TwoColumns)),
                Some(place) => {
                    heads.places[place] = Some(at);
                    theirs.trim().clone_into(&mut heads.names[place]);
                    seen.known[place] = true;
                }
                None => {
                    seen.unknown.insert(theirs.trim().to_owned());
                }
            }
        }
        for (place, column) in self.columns.iter().enumerate() {
            if column.is_required && !seen.known[place] {
                let has: Vec<&str> = header.iter().collect();
                let missing = Wrong::Missing {
                    ours: column.name.to_owned(),
                    has: has.join(", "),
                };
                return Err(wrong(&heads.names[place], missing));
            }
        }
        Ok((heads, seen))
    }
}

fn row_of(error: &csv::Error) -> Option<u64> {
    error.position().map(csv::Position::line)
}

/// A row beyond the bound is told as that, not as a failure of the disk.
fn unlong(error: csv::Error) -> Wrong {
    match error.kind() {
        csv::ErrorKind::Io(source) if source.kind() == io::ErrorKind::FileTooLarge => Wrong::Long,
        _ => Wrong::Csv(error),
    }
}

/// Reads no more than what is left for the row in hand.
struct Bounded<R> {
    input: R,
    left: Rc<Cell<u64>>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left.get() == 0 {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let read = self.input.read(buffer)?;
        self.left.set(self.left.get().saturating_sub(read as u64));
        Ok(read)
    }
}
