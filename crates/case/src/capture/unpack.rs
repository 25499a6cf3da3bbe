//! Bytes of a capture, unpacked where they are packed, with a way on behind what is broken.

use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;

/// The first bytes of a gzip member.
const MAGIC: [u8; 3] = [0x1F, 0x8B, 0x08];

/// Bytes to which that many packed ones may grow: far beyond any archive of pages, and a bound on
/// what a bomb costs.
const fn most(packed: u64) -> u64 {
    (256 << 20) + packed.saturating_mul(200)
}

/// Counts what is read, and takes a few bytes back.
pub(super) struct Counted<R> {
    from: R,
    at: u64,
    /// Bytes that were put back, and how many of them were read again.
    back: Vec<u8>,
    again: usize,
}

impl<R: BufRead> Counted<R> {
    fn put_back(&mut self, bytes: &[u8]) {
        self.back = bytes.to_vec();
        self.again = 0;
        self.at = self.at.saturating_sub(bytes.len() as u64);
    }
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let ready = self.fill_buf()?;
        let read = ready.len().min(into.len());
        into[..read].copy_from_slice(&ready[..read]);
        self.consume(read);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.again < self.back.len() {
            return Ok(&self.back[self.again..]);
        }
        self.from.fill_buf()
    }

    fn consume(&mut self, bytes: usize) {
        self.at += bytes as u64;
        if self.again < self.back.len() {
            self.again += bytes;
        } else {
            self.from.consume(bytes);
        }
    }
}

/// A file that is plain, or one gzip member, or many end to end.
pub(super) struct Unpacked<R: BufRead> {
    state: State<R>,
    /// Where the member that is being read begins.
    member: u64,
    /// Bytes that were unpacked.
    unpacked: u64,
}

enum State<R: BufRead> {
    Plain(Counted<R>),
    Packed(Box<GzDecoder<Counted<R>>>),
    /// At the end, or between two states.
    Over,
}

impl<R: BufRead> Unpacked<R> {
    /// Looks at the first bytes to see whether they are packed.
    pub(super) fn new(from: R) -> io::Result<Self> {
        let mut from = Counted {
            from,
            at: 0,
            back: Vec::new(),
            again: 0,
        };
        let is_packed = from.fill_buf()?.starts_with(&MAGIC[..2]);
        Ok(Self {
            state: if is_packed {
                State::Packed(Box::new(GzDecoder::new(from)))
            } else {
                State::Plain(from)
            },
            member: 0,
            unpacked: 0,
        })
    }

    /// Where reading is: in the file for a plain one, else the beginning of the member.
    pub(super) fn at(&self) -> u64 {
        match &self.state {
            State::Plain(from) => from.at,
            _ => self.member,
        }
    }

    /// Whether the bytes are not packed.
    pub(super) fn is_plain(&self) -> bool {
        matches!(self.state, State::Plain(_))
    }

    /// After an error: goes on at the next gzip member, if there is one. Reads forward only.
    pub(super) fn recover(&mut self) -> bool {
        let State::Packed(decoder) = std::mem::replace(&mut self.state, State::Over) else {
            return false;
        };
        let mut from = decoder.into_inner();
        let mut seen = 0;
        let mut byte = [0];
        while seen < MAGIC.len() {
            match from.read(&mut byte) {
                Ok(1) if byte[0] == MAGIC[seen] => seen += 1,
                Ok(1) => seen = usize::from(byte[0] == MAGIC[0]),
                _ => return false,
            }
        }
        from.put_back(&MAGIC);
        self.member = from.at;
        self.state = State::Packed(Box::new(GzDecoder::new(from)));
        true
    }

    /// The member is read: goes on with the next one, or is over.
    fn next_member(&mut self) -> io::Result<()> {
        if let State::Packed(decoder) = std::mem::replace(&mut self.state, State::Over) {
            let mut from = decoder.into_inner();
            // Some writers fill up with zeros.
            while from.fill_buf()?.first() == Some(&0) {
                from.consume(1);
            }
            if !from.fill_buf()?.is_empty() {
                self.member = from.at;
                self.state = State::Packed(Box::new(GzDecoder::new(from)));
            }
        }
        Ok(())
    }
}

impl<R: BufRead> Read for Unpacked<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if into.is_empty() {
            return Ok(0);
        }
        loop {
            match &mut self.state {
                State::Plain(from) => return from.read(into),
                State::Over => return Ok(0),
                State::Packed(decoder) => match decoder.read(into)? {
                    0 => self.next_member()?,
                    read => {
                        self.unpacked += read as u64;
                        if self.unpacked > most(decoder.get_ref().at) {
                            self.state = State::Over;
                            return Err(io::ErrorKind::InvalidData.into());
                        }
                        return Ok(read);
                    }
                },
            }
        }
    }
}
