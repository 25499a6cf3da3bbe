//! What was asked, seen, found and decided, kept on disk.
//!
//! A case is a folder: `case.sqlite` holds the frontier, the visits and their facts, and
//! `evidence/*.warc.gz` holds every exchange that was answered (WARC/1.1, ISO 28500). A crawl hands
//! over [`Step`]s in its order and each batch of them is kept whole or not at all, so whatever
//! kills the crawl, the case is a prefix of the same sequence and [`CaseFolder::open`] goes on from
//! there.
//!
//! This room reads no clock and makes no random number: two crawls with equal exchanges leave
//! equal cases.

mod capture;
mod chain;
mod commit;
mod coverage;
mod hold;
mod journal;
mod judge;
mod open;
mod pack;
mod packed;
mod provenance;
mod read;
mod record;
mod schema;
mod seal;
mod step;
mod terms;
mod verify;
mod warc;
mod words;

pub use capture::{
    Capture, CaptureError, CaptureFault, CaptureForm, CaptureNote, Found, Led, Shelf,
};
pub use commit::CommitError;
pub use journal::{JOURNAL, Journal, JournalError, NewEntry, decide, decide_all};
pub use judge::{
    Against, Band, Judge, Kin, LearnedMemo, Memo, NAME_SETS, PatternMemo, Verdict, parameter_names,
};
pub use open::{CaseFolder, OpenError, Opened, is_of_case};
pub use packed::PackedVisit;
pub use read::{Counts, ReadError};
pub use record::RecordPlace;
pub use seal::{REPORT, SealError, create_anew, put_report};
pub use step::{
    FoundBy, Likeness, NotOffered, Observed, Offer, Reask, Refused, SetCookie, Step, Waiting, WayOn,
};
pub use terms::{BriefChange, TornTail};
pub use verify::{Doubt, Fault, Flaw, Verified, verify};
pub use warc::EvidenceFault;
