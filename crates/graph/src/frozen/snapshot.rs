//! Writes and reads binary snapshots of a graph.
//!
//! | bytes | what |
//! |---|---|
//! | 8 | `\x89SDG\r\n\x1a\n` |
//! | 4 | version, 1 |
//! | 4, 4 | nodes n, hops m |
//! | 4 (n + 1), 4 m, m | forwards: where the hops of each node begin; targets; labels |
//! | 4 (n + 1), 4 m, m | backwards: the same, with sources |
//! | 4 | CRC-32 of everything before |
//!
//! Numbers are little-endian. A label holds the class in its upper three bits (0 hidden, 1 masked, 2 forced,
//! 3 overt, 4 lateral, 5 navigation) and the step of the weight in the lower five.

use std::io::{self, Read, Write};

use crc32fast::Hasher;
use thiserror::Error;

use super::{Frozen, HopLabel, MOST_NODES, Side};

const MAGIC: [u8; 8] = *b"\x89SDG\r\n\x1a\n";
const VERSION: u32 = 1;
/// Bytes that are read or written at once; a multiple of four.
const BLOCK: usize = 1 << 16;
/// Elements for which room is made before any was read; memory that is not touched costs nothing.
const FIRST: usize = 1 << 24;

/// Why a snapshot was not read.
#[derive(Debug, Error)]
pub enum SnapshotError {
    /// It could not be read.
    #[error("reading the snapshot")]
    Read(#[source] io::Error),
    /// It ends too early.
    #[error("the snapshot ends after {bytes} bytes, before it is complete: write it again")]
    Truncated {
        /// How many bytes there were.
        bytes: u64,
    },
    /// It is none.
    #[error("this is no snapshot of a frozen graph")]
    Foreign,
    /// It is of another version.
    #[error("the snapshot has version {0}, this program reads {VERSION}: write it again")]
    Version(u32),
    /// It was changed since it was written.
    #[error("the snapshot is damaged at byte {at}: {fault}; write it again")]
    Damaged {
        /// Where it was noticed.
        at: u64,
        /// What is wrong.
        fault: Damage,
    },
}

/// What is wrong with a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Damage {
    /// More nodes than a graph can have.
    #[error("it claims more nodes than a graph can have")]
    TooManyNodes,
    /// The hops of the nodes overlap or leave gaps.
    #[error("the hops of its nodes overlap or leave gaps")]
    Starts,
    /// A hop leads out of the nodes.
    #[error("a hop leads out of its nodes")]
    OutOfRange,
    /// A label has no class.
    #[error("a hop has a class that is none")]
    NoClass,
    /// The checksum differs.
    #[error("its checksum differs")]
    Checksum,
}

/// Writes a snapshot: 10 bytes for each hop, 8 for each node. Equal graphs give equal bytes.
///
/// # Errors
///
/// Those of `out`.
pub fn write(graph: &Frozen, out: impl Write) -> io::Result<()> {
    let mut out = Summed {
        inner: out,
        sum: Hasher::new(),
        bytes: 0,
    };
    out.write_all(&MAGIC)?;
    for number in [VERSION, graph.node_count(), graph.hop_count()] {
        out.write_all(&number.to_le_bytes())?;
    }
    let mut block = Vec::with_capacity(BLOCK);
    for side in [&graph.forward, &graph.backward] {
        for numbers in [&side.starts, &side.ends] {
            for part in numbers.chunks(BLOCK / 4) {
                block.clear();
                block.extend(part.iter().flat_map(|number| number.to_le_bytes()));
                out.write_all(&block)?;
            }
        }
        for part in side.labels.chunks(BLOCK) {
            block.clear();
            block.extend(part.iter().map(|label| label.byte()));
            out.write_all(&block)?;
        }
    }
    let sum = out.sum.finalize().to_le_bytes();
    out.inner.write_all(&sum)?;
    out.inner.flush()
}

/// Reads a snapshot, and no byte more. Memory grows with what was read, not with what is claimed.
///
/// The two directions are each checked for what could lead out of the graph; that they hold the
/// same hops is what the checksum tells.
///
/// # Errors
///
/// It cannot be read, ends too early, is of another kind or version, or was changed.
pub fn read(input: impl Read) -> Result<Frozen, SnapshotError> {
    let mut input = Reader {
        inner: Summed {
            inner: input,
            sum: Hasher::new(),
            bytes: 0,
        },
        block: vec![0; BLOCK],
    };
    let mut magic = [0; MAGIC.len()];
    input.fill(&mut magic)?;
    if magic != MAGIC {
        return Err(SnapshotError::Foreign);
    }
    let version = input.number()?;
    if version != VERSION {
        return Err(SnapshotError::Version(version));
    }
    let (nodes, hops) = (input.number()?, input.number()?);
    if nodes > MOST_NODES {
        return Err(input.damage(Damage::TooManyNodes));
    }
    let forward = input.side(nodes, hops)?;
    let backward = input.side(nodes, hops)?;
    let sum = input.inner.sum.clone().finalize();
    if input.number()? != sum {
        return Err(input.damage(Damage::Checksum));
    }
    Ok(Frozen { forward, backward })
}

/// What passes bytes on and sums them up.
struct Summed<T> {
    inner: T,
    sum: Hasher,
    bytes: u64,
}

impl<T: Write> Summed<T> {
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.sum.update(bytes);
        self.inner.write_all(bytes)
    }
}

impl<T: Read> Summed<T> {
    /// Fills `bytes`.
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), SnapshotError> {
        let mut filled = 0;
        while filled < bytes.len() {
            match self.inner.read(&mut bytes[filled..]) {
                Ok(0) => {
                    let bytes = self.bytes + filled as u64;
                    return Err(SnapshotError::Truncated { bytes });
                }
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(SnapshotError::Read(error)),
            }
        }
        self.bytes += filled as u64;
        self.sum.update(bytes);
        Ok(())
    }
}

struct Reader<R> {
    inner: Summed<R>,
    block: Vec<u8>,
}

impl<R: Read> Reader<R> {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), SnapshotError> {
        self.inner.fill(bytes)
    }

    fn damage(&self, fault: Damage) -> SnapshotError {
        SnapshotError::Damaged {
            at: self.inner.bytes,
            fault,
        }
    }

    fn number(&mut self) -> Result<u32, SnapshotError> {
        let mut bytes = [0; 4];
        self.fill(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn side(&mut self, nodes: u32, hops: u32) -> Result<Side, SnapshotError> {
        let (starts, _) = self.numbers(nodes as usize + 1)?;
        if starts.first() != Some(&0) || starts.last() != Some(&hops) || !starts.is_sorted() {
            return Err(self.damage(Damage::Starts));
        }
        let (ends, greatest) = self.numbers(hops as usize)?;
        if hops > 0 && greatest >= nodes {
            return Err(self.damage(Damage::OutOfRange));
        }
        let labels = self.labels(hops as usize)?;
        Ok(Side {
            starts,
            ends,
            labels,
        })
    }

    /// Numbers, and the greatest of them: each block is looked at while it is in the cache.
    fn numbers(&mut self, length: usize) -> Result<(Vec<u32>, u32), SnapshotError> {
        let mut numbers = Vec::new();
        let mut greatest = 0;
        while numbers.len() < length {
            make_room(&mut numbers, length);
            let begin = numbers.len();
            let part = 4 * (length - begin).min(BLOCK / 4);
            self.inner.fill(&mut self.block[..part])?;
            let words = self.block[..part].as_chunks::<4>().0;
            numbers.extend(words.iter().map(|word| u32::from_le_bytes(*word)));
            greatest = numbers[begin..].iter().copied().fold(greatest, u32::max);
        }
        Ok((numbers, greatest))
    }

    fn labels(&mut self, length: usize) -> Result<Vec<HopLabel>, SnapshotError> {
        let mut labels = Vec::new();
        while labels.len() < length {
            make_room(&mut labels, length);
            let part = (length - labels.len()).min(BLOCK);
            self.inner.fill(&mut self.block[..part])?;
            let read = HopLabel::from_bytes(&self.block[..part]);
            labels.extend(read.ok_or_else(|| self.damage(Damage::NoClass))?);
        }
        Ok(labels)
    }
}

/// Makes room for what is to come, up to twice of what has come; in the end exactly for all.
fn make_room<T>(list: &mut Vec<T>, length: usize) {
    if list.len() == list.capacity() {
        let room = length.min(FIRST.max(2 * list.len()));
        list.reserve_exact(room - list.len());
    }
}
