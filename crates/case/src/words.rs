//! The words of the model, read back from a table.

use rusqlite::types::Type;
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::Error;

/// Reads the word of an enum of the model in a column; `column` is for the error alone.
pub(crate) fn word<T: for<'de> Deserialize<'de>>(text: &str, column: usize) -> rusqlite::Result<T> {
    let reader: serde::de::value::StrDeserializer<'_, Error> = text.into_deserializer();
    T::deserialize(reader).map_err(|wrong| damaged(column, wrong))
}

/// Reads a value that has a text form in a column.
pub(crate) fn parsed<T>(text: &str, column: usize) -> rusqlite::Result<T>
where
    T: std::str::FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    text.parse().map_err(|wrong| damaged(column, wrong))
}

/// The error of a column whose text is not what this crate wrote.
pub(crate) fn damaged(
    column: usize,
    wrong: impl std::error::Error + Send + Sync + 'static,
) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(wrong))
}
