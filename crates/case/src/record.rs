//! Where an answer is kept, for whoever wants to read it in the archive itself.

use model::{BodyHash, PageUrl, Purpose, Timestamp, VantageId};
use rusqlite::{OptionalExtension, params};

use crate::open::CaseFolder;
use crate::read::{ReadError, body_hash};
use crate::warc::exchange_record_id;

/// Where the records of an answer are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordPlace {
    /// `WARC-Record-ID` of the response, in angle brackets.
    pub id: String,
    /// The file: `evidence/00001.warc.gz` is 1.
    pub file: u32,
    /// Where its records begin in the file, in bytes.
    pub offset: u64,
    /// SHA-256 of the decoded body.
    pub body: BodyHash,
    /// When it was asked.
    pub asked: Timestamp,
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
                    let Some(file) = row.get(3)? else {
                        return Ok(None);
                    };
                    let (number, asked) = (row.get(0)?, Timestamp::from_millis(row.get(1)?));
                    let date = asked.to_string();
                    let (address, vantage) = (address.as_str(), vantage.as_str());
                    Ok(Some(RecordPlace {
                        id: exchange_record_id(
                            "response", address, vantage, purpose, &date, number,
                        ),
                        file,
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
