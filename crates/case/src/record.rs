//! Where an answer is kept, for whoever wants to read it in the archive itself.

use model::{BodyHash, PageUrl, Purpose, Timestamp, VantageId};
use rusqlite::{OptionalExtension, params};

use crate::open::{CaseFolder, EVIDENCE};
use crate::read::{ReadError, body_hash};
use crate::warc::{exchange_record_id, file_name};

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
        let purpose = Purpose::Page.as_str();
        let found = self
            .base
            .prepare_cached(
                "SELECT id, started, body_sha256, file, offset FROM exchange
                 WHERE address = ?1 AND purpose = ?2 AND vantage = ?3 AND try = 0
                 ORDER BY id LIMIT 1",
            )?
            .query_row(
                params![address.as_str(), purpose, vantage.as_str()],
                |row| {
                    let Some(file) = row.get::<_, Option<u32>>(3)? else {
                        return Ok(None);
                    };
                    let (number, asked) = (row.get(0)?, Timestamp::from_millis(row.get(1)?));
                    let date = asked.to_string();
                    let (address, vantage) = (address.as_str(), vantage.as_str());
                    Ok(Some(RecordPlace {
                        id: exchange_record_id(
                            "response", address, vantage, purpose, &date, number,
                        ),
                        file: evidence_file(file),
                        offset: row.get(4)?,
                        body: body_hash(row, 2)?,
                        asked,
                    }))
                },
            )
            .optional()?;
        Ok(found.flatten())
    }
}
