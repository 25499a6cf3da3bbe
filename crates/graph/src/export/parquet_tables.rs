//! Two tables in Parquet, compressed by Snappy: every column of its own type, lists as lists.

use std::io::{self, Write};
use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::Compression;
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::parser::parse_message_type;

use super::{Cell, CellType, Column, Source};

/// Rows of a group: they are in memory together.
const GROUP: usize = 65_536;

pub(super) fn write<W: Write + Send>(
    source: &dyn Source,
    creator: &str,
    nodes: W,
    edges: W,
) -> io::Result<()> {
    let mut table = Table::begin(nodes, creator, "nodes", &["id"], source.node_columns())?;
    source.nodes(&mut |node| table.push(&[node.id], Some(node.label), node.cells))?;
    table.finish()?;
    let ids = &["id", "source", "target"];
    let mut table = Table::begin(edges, creator, "edges", ids, source.edge_columns())?;
    source.edges(&mut |edge| {
        let ids = [edge.id, edge.source, edge.target];
        table.push(&ids, Some(edge.label), edge.cells)
    })?;
    table.finish()
}

/// What a column of a row group holds so far.
enum Buffer {
    Text(Texts),
    Whole(Vec<i64>),
    Real(Vec<f64>),
    Truth(Vec<bool>),
    /// With where each word's list begins.
    Words(Texts, Vec<i16>),
}

/// Texts end to end: one piece of memory for a row group instead of one for each cell.
#[derive(Default)]
struct Texts {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Texts {
    fn push(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
        self.ends.push(self.bytes.len());
    }

    /// The texts, as Parquet takes them; none are left.
    fn take(&mut self) -> Vec<ByteArray> {
        let bytes = Bytes::from(std::mem::take(&mut self.bytes));
        let mut start = 0;
        let text = |end: usize| {
            let text = bytes.slice(start..end);
            start = end;
            ByteArray::from(text)
        };
        self.ends.drain(..).map(text).collect()
    }
}

/// Values and, for each cell, whether it is there.
struct Filling {
    values: Buffer,
    levels: Vec<i16>,
}

impl Filling {
    fn new(cells: CellType) -> Self {
        Self {
            values: match cells {
                CellType::Text => Buffer::Text(Texts::default()),
                CellType::Whole => Buffer::Whole(Vec::new()),
                CellType::Real => Buffer::Real(Vec::new()),
                CellType::Truth => Buffer::Truth(Vec::new()),
                CellType::Words => Buffer::Words(Texts::default(), Vec::new()),
            },
            levels: Vec::new(),
        }
    }

    /// A cell of another type than its column's is absent.
    fn push(&mut self, cell: &Cell<'_>) {
        let is_there = match (&mut self.values, cell) {
            (Buffer::Text(values), Cell::Text(text)) => {
                values.push(text);
                true
            }
            (Buffer::Whole(values), Cell::Whole(number)) => {
                values.push(i64::try_from(*number).unwrap_or(i64::MAX));
                true
            }
            (Buffer::Real(values), Cell::Real(number)) => {
                values.push(*number);
                true
            }
            (Buffer::Truth(values), Cell::Truth(truth)) => {
                values.push(*truth);
                true
            }
            (Buffer::Words(values, begins), Cell::Words(words)) if !words.is_empty() => {
                for (at, word) in words.iter().enumerate() {
                    values.push(word);
                    begins.push(i16::from(at > 0));
                    self.levels.push(1);
                }
                return;
            }
            (Buffer::Words(_, begins), _) => {
                begins.push(0);
                false
            }
            _ => false,
        };
        self.levels.push(i16::from(is_there));
    }

    /// Writes what is held, and forgets it.
    fn write(&mut self, column: &mut SerializedColumnWriter<'_>) -> Result<(), ParquetError> {
        let levels = Some(&self.levels[..]);
        match &mut self.values {
            Buffer::Text(values) => {
                let column = column.typed::<ByteArrayType>();
                column.write_batch(&values.take(), levels, None)?;
            }
            Buffer::Whole(values) => {
                let column = column.typed::<Int64Type>();
                column.write_batch(values, levels, None)?;
                values.clear();
            }
            Buffer::Real(values) => {
                let column = column.typed::<DoubleType>();
                column.write_batch(values, levels, None)?;
                values.clear();
            }
            Buffer::Truth(values) => {
                let column = column.typed::<BoolType>();
                column.write_batch(values, levels, None)?;
                values.clear();
            }
            Buffer::Words(values, begins) => {
                let column = column.typed::<ByteArrayType>();
                column.write_batch(&values.take(), levels, Some(begins))?;
                begins.clear();
            }
        }
        self.levels.clear();
        Ok(())
    }
}

/// A table in the making.
struct Table<W: Write + Send> {
    writer: SerializedFileWriter<W>,
    ids: Vec<Vec<i64>>,
    label: Filling,
    columns: Vec<Filling>,
    rows: usize,
}

impl<W: Write + Send> Table<W> {
    fn begin(
        out: W,
        creator: &str,
        name: &str,
        ids: &[&str],
        columns: &[Column],
    ) -> io::Result<Self> {
        let schema = parse_message_type(&schema(name, ids, columns))?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(creator.to_owned())
            .build();
        Ok(Self {
            writer: SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties))?,
            ids: vec![Vec::new(); ids.len()],
            label: Filling::new(CellType::Text),
            columns: columns
                .iter()
                .map(|column| Filling::new(column.cells))
                .collect(),
            rows: 0,
        })
    }

    fn push(&mut self, ids: &[u64], label: Option<&str>, cells: &[Cell<'_>]) -> io::Result<()> {
        for (values, id) in self.ids.iter_mut().zip(ids) {
            values.push(i64::try_from(*id).unwrap_or(i64::MAX));
        }
        self.label.push(&Cell::filled(label));
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            column.push(cell);
        }
        self.rows += 1;
        if self.rows == GROUP {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.rows == 0 {
            return Ok(());
        }
        let mut group = self.writer.next_row_group()?;
        for values in &mut self.ids {
            if let Some(mut column) = group.next_column()? {
                let typed = column.typed::<Int64Type>();
                typed.write_batch(values, None, None)?;
                column.close()?;
            }
            values.clear();
        }
        for filling in std::iter::once(&mut self.label).chain(&mut self.columns) {
            if let Some(mut column) = group.next_column()? {
                filling.write(&mut column)?;
                column.close()?;
            }
        }
        group.close()?;
        self.rows = 0;
        Ok(())
    }

    fn finish(mut self) -> io::Result<()> {
        self.flush()?;
        self.writer.into_inner()?.flush()
    }
}

/// The schema in Parquet's own language. Column names are ours, so that it always reads.
fn schema(name: &str, ids: &[&str], columns: &[Column]) -> String {
    let mut schema = format!("message {name} {{\n");
    for id in ids {
        schema.push_str(&format!("  required int64 {id};\n"));
    }
    schema.push_str("  optional binary label (STRING);\n");
    for Column { name, cells } in columns {
        schema.push_str(&match cells {
            CellType::Text => format!("  optional binary {name} (STRING);\n"),
            CellType::Whole => format!("  optional int64 {name};\n"),
            CellType::Real => format!("  optional double {name};\n"),
            CellType::Truth => format!("  optional boolean {name};\n"),
            CellType::Words => format!(
                "  required group {name} (LIST) {{ repeated group list {{ required binary element (STRING); }} }}\n"
            ),
        });
    }
    schema.push_str("}\n");
    schema
}
