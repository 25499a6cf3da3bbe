//! Rows of a table in Parquet.

use std::sync::Arc;

use bytes::Bytes;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::record::Field;
use parquet::schema::types::Type;

use super::{Cells, Columns, Row, Schema, Table, TableError, Wrong};

impl Table<'_> {
    /// Parquet has its index at the end, so that the table is taken whole, compressed as it is. Rows are
    /// counted from 1. Columns that the schema does not know are not decoded.
    pub(super) fn parquet(
        self,
        take: &mut dyn FnMut(Row<'_>) -> Result<(), TableError>,
    ) -> Result<Columns, TableError> {
        let mut bytes = Vec::new();
        self.input
            .read_to_end(&mut bytes)
            .map_err(TableError::whole)?;
        let reader = SerializedFileReader::new(Bytes::from(bytes)).map_err(unread)?;
        let root = reader.metadata().file_metadata().schema();
        let schema = Schema {
            columns: self.columns,
            mapping: self.mapping,
        };
        let header: csv::StringRecord =
            root.get_fields().iter().map(|field| field.name()).collect();
        let (heads, seen) = schema
            .heads(&header)
            .map_err(|wrong| TableError { row: None, ..wrong })?;
        let known = root.get_fields().iter();
        let known = known.filter(|field| schema.place(field.name()).is_some());
        let wanted = Type::group_type_builder(root.name())
            .with_fields(known.map(Arc::clone).collect())
            .build()
            .map_err(unread)?;
        let places: Vec<usize> = wanted
            .get_fields()
            .iter()
            .filter_map(|field| schema.place(field.name()))
            .collect();
        let rows = reader.get_row_iter(Some(wanted)).map_err(unread)?;
        let mut cells: Vec<Option<String>> = vec![None; heads.names.len()];
        for (number, row) in (1..).zip(rows) {
            let row = row.map_err(|wrong| TableError {
                row: Some(number),
                ..unread(wrong)
            })?;
            for ((_, field), place) in row.get_column_iter().zip(&places) {
                cells[*place] = text_of(field).map_err(|source| TableError {
                    row: Some(number),
                    column: Some(heads.names[*place].clone()),
                    source,
                })?;
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

fn unread(wrong: ParquetError) -> TableError {
    TableError::whole(Wrong::Parquet(wrong))
}

/// A cell as the other forms write it.
fn text_of(field: &Field) -> Result<Option<String>, Wrong> {
    Ok(Some(match field {
        Field::Null => return Ok(None),
        Field::Str(text) => text.clone(),
        Field::Bytes(bytes) => match std::str::from_utf8(bytes.data()) {
            Ok(text) => text.to_owned(),
            Err(_) => return Err(Wrong::NoCell),
        },
        Field::Bool(truth) => truth.to_string(),
        Field::Byte(number) => number.to_string(),
        Field::Short(number) => number.to_string(),
        Field::Int(number) => number.to_string(),
        Field::Long(number) => number.to_string(),
        Field::UByte(number) => number.to_string(),
        Field::UShort(number) => number.to_string(),
        Field::UInt(number) => number.to_string(),
        Field::ULong(number) => number.to_string(),
        // pandas turns whole numbers into these where a cell of the column is empty.
        Field::Float(number) => number.to_string(),
        Field::Double(number) if number.is_nan() => return Ok(None),
        Field::Double(number) => number.to_string(),
        _ => return Err(Wrong::NoCell),
    }))
}
