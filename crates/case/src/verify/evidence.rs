//! Are the files of evidence, byte by byte and record by record, what was committed?

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use model::{BodyHash, PageUrl, Timestamp};
use rusqlite::Row;

use super::{Doubt, Flaw, Verified};
use crate::open::{BASE, CaseFolder, EVIDENCE};
use crate::read::{address, stretch_at};
use crate::seal::digest_of;
use crate::warc::{
    Evident, Stretch, Unanswered, file_path, read_description, read_exchange, read_unanswered,
};

/// The version of the tables from which on every stretch of the evidence has its digest.
const STRETCHES: usize = 3;

/// Checks every file that the case knows.
pub(super) fn check(case: &CaseFolder, found: &mut Verified) {
    match crate::open::evidence_files(&case.base) {
        Ok(files) => {
            for (number, kept) in files {
                FileCheck::new(case, number, kept).run(found);
            }
        }
        Err(wrong) => found.add(BASE, None, Flaw::Base(wrong.to_string())),
    }
}

/// One file under check.
struct FileCheck<'case> {
    case: &'case CaseFolder,
    number: u32,
    /// Its length by the database.
    kept: u64,
    path: PathBuf,
    /// Its path from the folder of the case on.
    name: PathBuf,
}

/// What the database says of the records of one exchange.
struct Named {
    address: PageUrl,
    started: Timestamp,
    status: Option<u16>,
    body: Option<String>,
    /// Outcome and reason, as the record of an exchange without an answer has them.
    why: String,
    stretch: Stretch,
    /// Where its payload is, if that is another exchange's.
    original: Option<Stretch>,
}

impl<'case> FileCheck<'case> {
    fn new(case: &'case CaseFolder, number: u32, kept: u64) -> Self {
        Self {
            case,
            number,
            kept,
            path: case.evidence_file(number),
            name: file_path(Path::new(EVIDENCE), number),
        }
    }

    fn run(&self, found: &mut Verified) {
        match fs::metadata(&self.path) {
            Ok(file) if file.len() < self.kept => {
                let flaw = Flaw::Short {
                    found: file.len(),
                    kept: self.kept,
                };
                found.add(&self.name, None, flaw);
            }
            Ok(file) => self.tail(file.len() - self.kept, found),
            Err(wrong) if wrong.kind() == io::ErrorKind::NotFound => {
                found.add(&self.name, None, Flaw::Missing);
                return;
            }
            Err(wrong) => {
                found.add(&self.name, None, Flaw::Disk(wrong));
                return;
            }
        }
        found.files += 1;
        let before = found.faults.len();
        let records = self.records(found);
        let stretches = self.stretches(before, found);
        if let Err(wrong) = records.and(stretches) {
            found.add(BASE, None, Flaw::Base(wrong.to_string()));
        }
    }

    /// What stands behind the last commit: a torn tail, unless the case came to an end.
    fn tail(&self, extra: u64, found: &mut Verified) {
        if extra == 0 {
            return;
        }
        if found.seal.is_some() {
            found.add(&self.name, Some((self.kept, extra)), Flaw::Long { extra });
        } else {
            found.doubts.push(Doubt::Tail {
                file: self.name.clone(),
                bytes: extra,
            });
        }
    }

    /// Every record in the file: it is named by one exchange, and they lie end to end.
    fn records(&self, found: &mut Verified) -> rusqlite::Result<()> {
        let mut select = self.case.base.prepare_cached(
            "SELECT e.address, e.started, e.status, e.body_sha256, e.file, e.offset, e.bytes,
                o.file, o.offset, o.bytes, e.outcome, coalesce(e.why, '')
             FROM exchange e LEFT JOIN revisit r ON r.exchange = e.id
                LEFT JOIN exchange o ON o.id = r.original
             WHERE e.file = ?1 ORDER BY e.offset, e.id",
        )?;
        let mut rows = select.query([self.number])?;
        let mut next = 0;
        while let Some(row) = rows.next()? {
            let named = named(row)?;
            let Stretch { offset, bytes, .. } = named.stretch;
            self.between(next, offset, found);
            found.exchanges += 1;
            self.exchange(&named, found);
            next = offset.saturating_add(bytes);
        }
        self.between(next, self.kept, found);
        Ok(())
    }

    /// What lies between two exchanges: nothing, or at the beginning the description of the file.
    fn between(&self, from: u64, to: u64, found: &mut Verified) {
        if from == to {
            return;
        }
        let span = (from.min(to), from.abs_diff(to));
        if from > 0 || to < from {
            found.add(&self.name, Some(span), Flaw::Unnamed);
            return;
        }
        let stretch = Stretch {
            file: self.number,
            offset: from,
            bytes: to,
        };
        if let Err(fault) = read_description(&self.path, stretch) {
            found.add(&self.name, Some(span), Flaw::Description(fault));
        }
    }

    fn exchange(&self, named: &Named, found: &mut Verified) {
        let budget = &self.case.brief.budget;
        let longest = budget.body_bytes.max(budget.wire_bytes);
        let span = Some((named.stretch.offset, named.stretch.bytes));
        let address = Box::new(named.address.clone());
        if named.status.is_none() {
            match read_unanswered(&self.path, named.stretch) {
                Err(fault) => found.add(&self.name, span, Flaw::Record { address, fault }),
                Ok(read) => {
                    if let Some(what) = named.disagreement_unanswered(&read) {
                        found.add(&self.name, span, Flaw::Disagreement { address, what });
                    }
                }
            }
            return;
        }
        let original = named
            .original
            .map(|at| (self.case.evidence_file(at.file), at));
        let original = original.as_ref().map(|(path, at)| (path.as_path(), *at));
        match read_exchange(&self.path, named.stretch, original, longest) {
            Err(fault) => found.add(&self.name, span, Flaw::Record { address, fault }),
            Ok(read) => {
                if let Some(what) = named.disagreement(&read) {
                    found.add(&self.name, span, Flaw::Disagreement { address, what });
                }
            }
        }
    }

    /// Every stretch has its digest, and they lie end to end. A stretch in which a record was found
    /// damaged (a fault from `before` on) is not told again.
    fn stretches(&self, before: usize, found: &mut Verified) -> rusqlite::Result<()> {
        if self.case.version < STRETCHES {
            if !found.doubts.contains(&Doubt::NoStretches) {
                found.doubts.push(Doubt::NoStretches);
            }
            return Ok(());
        }
        let mut select = self.case.base.prepare_cached(
            "SELECT offset, bytes, sha256 FROM stretch WHERE file = ?1 ORDER BY offset",
        )?;
        let mut rows = select.query([self.number])?;
        let mut next: u64 = 0;
        while let Some(row) = rows.next()? {
            let (offset, bytes): (u64, u64) = (row.get(0)?, row.get(1)?);
            let kept: String = row.get(2)?;
            if offset != next {
                let span = (offset.min(next), offset.abs_diff(next));
                found.add(&self.name, Some(span), Flaw::Gap);
            }
            next = offset.saturating_add(bytes);
            let is_told = found.faults.iter().skip(before).any(|fault| {
                fault.file == self.name
                    && fault
                        .span
                        .is_some_and(|(start, length)| start >= offset && start + length <= next)
            });
            match digest_of(&self.path, offset, bytes) {
                Ok(digest) if digest.to_string() == kept => found.bytes += bytes,
                Ok(_) if is_told => {}
                Ok(_) => found.add(&self.name, Some((offset, bytes)), Flaw::Stretch),
                Err(wrong) => found.add(&self.name, None, Flaw::Disk(wrong)),
            }
        }
        if next != self.kept {
            let span = (next.min(self.kept), next.abs_diff(self.kept));
            found.add(&self.name, Some(span), Flaw::Gap);
        }
        Ok(())
    }
}

fn named(row: &Row<'_>) -> rusqlite::Result<Named> {
    Ok(Named {
        address: address(row, 0)?,
        started: Timestamp::from_millis(row.get(1)?),
        status: row.get(2)?,
        body: row.get(3)?,
        why: format!(
            "outcome: {}\r\nwhy: {}\r\n",
            row.get_ref(10)?.as_str()?,
            row.get_ref(11)?.as_str()?
        ),
        stretch: stretch_at(row, 4)?.ok_or(rusqlite::Error::InvalidQuery)?,
        original: stretch_at(row, 7)?,
    })
}

impl Named {
    /// The same for an exchange without an answer.
    fn disagreement_unanswered(&self, read: &Unanswered) -> Option<&'static str> {
        if read.address != self.address.as_str() {
            Some("address")
        } else if read.date != self.started.to_string() {
            Some("time")
        } else if read.block.starts_with(self.why.as_bytes()) {
            None
        } else {
            Some("reason")
        }
    }

    /// The first thing that the evidence says otherwise.
    fn disagreement(&self, read: &Evident) -> Option<&'static str> {
        if read.address != self.address.as_str() {
            Some("address")
        } else if read.date != self.started.to_string() {
            Some("time")
        } else if Some(read.status) != self.status {
            Some("status")
        } else if Some(BodyHash::of(&read.body).to_string()) != self.body {
            Some("body")
        } else {
            None
        }
    }
}
