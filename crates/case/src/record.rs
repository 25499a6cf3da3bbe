//! Where an answer is kept, for whoever wants to read it in the archive itself.

use model::{BodyHash, Exchange, PageUrl, Purpose, Timestamp, VantageId, VisitId};
use rusqlite::{OptionalExtension, Row, params};

use crate::open::{CaseFolder, EVIDENCE};
use crate::read::{ReadError, address, body_hash};
use crate::warc::{exchange_record_id, file_name};
use crate::words::word;

/// Where the records of an answer are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordPlace {
    /// `WARC-Record-ID` of the response, in angle brackets.
    pub id: String,
    /// The file, within the folder of the case: `evidence/00001.warc.gz`.
    pub file: String,
    /// Where its records begin in the file, in bytes.
    pub offset: u64,
    /// SHA-256 of the decoded body.
    pub body: BodyHash,
    /// When it was asked.
    pub asked: Timestamp,
}

/// The name of a file of evidence as seen from the folder of the case.
pub(crate) fn evidence_file(number: u32) -> String {
    format!("{EVIDENCE}/{}", file_name(number))
}

impl CaseFolder {
    /// Where the answer that [`exchange`](Self::exchange) gives for a page is kept; `None` where nothing
    /// answered. Reads the database alone.
    ///
    /// # Errors
    /// [`ReadError::Base`].
    pub fn record(
        &self,
        address: &PageUrl,
        vantage: VantageId,
    ) -> Result<Option<RecordPlace>, ReadError> {
        let found = self
            .base
            .prepare_cached(
                "SELECT id, started, body_sha256, file, offset, address, vantage, purpose FROM exchange
                 WHERE address = ?1 AND purpose = ?2 AND vantage = ?3 AND try = 0
                 ORDER BY id LIMIT 1",
            )?
            .query_row(
                params![address.as_str(), Purpose::Page.as_str(), vantage.as_str()],
                place,
            )
            .optional()?;
        Ok(found.flatten())
    }

    /// Where the answer is kept that a visit was given; `None` where nothing answered, or there is no such visit.
    /// Reads the database alone.
    ///
    /// # Errors
    /// [`ReadError::Base`].
    pub fn record_of(&self, visit: VisitId) -> Result<Option<RecordPlace>, ReadError> {
        let found = self
            .base
            .prepare_cached(
                "SELECT e.id, e.started, e.body_sha256, e.file, e.offset, e.address, e.vantage, e.purpose
                 FROM visit v JOIN exchange e ON e.id = v.exchange WHERE v.id = ?1",
            )?
            .query_row(params![visit.0], place)
            .optional()?;
        Ok(found.flatten())
    }

    /// Reads the answer that a visit was given, and compares its body with the digest that was kept; `None` where
    /// nothing answered, or there is no such visit.
    ///
    /// # Errors
    /// As [`exchange`](Self::exchange).
    pub fn exchange_of(&self, visit: VisitId) -> Result<Option<Exchange>, ReadError> {
        let found = self
            .base
            .prepare_cached(
                "SELECT e.address, e.vantage, e.purpose
                 FROM visit v JOIN exchange e ON e.id = v.exchange WHERE v.id = ?1",
            )?
            .query_row(params![visit.0], |row| {
                let vantage: VantageId = word(&row.get::<_, String>(1)?, 1)?;
                let purpose: Purpose = word(&row.get::<_, String>(2)?, 2)?;
                Ok((address(row, 0)?, vantage, purpose))
            })
            .optional()?;
        match found {
            Some((address, vantage, purpose)) => self.exchange(&address, vantage, purpose),
            None => Ok(None),
        }
    }
}

/// The place of an exchange of which id, start, digest, file, offset, address, vantage and purpose were selected.
fn place(row: &Row<'_>) -> rusqlite::Result<Option<RecordPlace>> {
    let Some(file) = row.get::<_, Option<u32>>(3)? else {
        return Ok(None);
    };
    let (number, asked) = (row.get(0)?, Timestamp::from_millis(row.get(1)?));
    let text = |column: usize| row.get_ref(column)?.as_str().map_err(rusqlite::Error::from);
    Ok(Some(RecordPlace {
        id: exchange_record_id(
            "response",
            text(5)?,
            text(6)?,
            text(7)?,
            &asked.to_string(),
            number,
        ),
        file: evidence_file(file),
        offset: row.get(4)?,
        body: body_hash(row, 2)?,
        asked,
    }))
}
