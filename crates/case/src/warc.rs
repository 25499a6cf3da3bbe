//! Evidence: exchanges as WARC/1.1 (ISO 28500), one gzip member for each record.
//!
//! Names of header fields are written as they are in the model, in lower case; what the archive
//! adds is in title case (`Content-Length`, `X-Archive-Orig-Transfer-Encoding`). Readers of HTTP do
//! not care, and it makes the way back exact.

pub(crate) mod cdx;
mod file;
mod http;
mod read;
mod record;

pub(crate) use file::{Draft, Evidence, Stretch, exchange_record_id, file_name, file_path};
pub(crate) use http::find;
pub use read::EvidenceFault;
pub(crate) use read::{Evident, Unanswered, read_description, read_exchange, read_unanswered};
pub(crate) use record::base32;
