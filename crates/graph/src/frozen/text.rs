//! Reads edge lists: `source target [class [weight]]` on each line.
//!
//! Fields are separated by spaces or tabs. Sources and targets are numbers of nodes, counted from 0.
//! A class is its letter or its word (`H` or `hidden`), a weight a number above zero. Empty lines
//! and lines that begin with `#` or `%` are passed over.

use std::io::{self, BufRead, Write};

use memchr::{memchr, memrchr};
use model::EffectiveClass;
use thiserror::Error;

use super::{BuildError, Frozen, FrozenBuilder, FrozenHop, HopLabel, MOST_NODES, Weight};

/// The longest line, in bytes.
const LONGEST_LINE: usize = 4096;
/// Nodes that a list may name without a hop for each 16 of them.
const FREE_NODES: u64 = 1 << 20;
/// Beyond those, nodes for each hop of the list.
const NODES_PER_HOP: u64 = 16;

/// What is taken for granted of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextSettings {
    /// How many nodes there are; by default one more than the greatest number.
    pub nodes: Option<u32>,
    /// Class of a hop that names none.
    pub class: EffectiveClass,
}

impl Default for TextSettings {
    fn default() -> Self {
        Self {
            nodes: None,
            class: EffectiveClass::Overt,
        }
    }
}

/// Why a list was not read.
#[derive(Debug, Error)]
pub enum TextError {
    /// It could not be read.
    #[error("reading the list")]
    Read(#[from] io::Error),
    /// More nodes were said to be there than a graph can have.
    #[error(transparent)]
    Nodes(BuildError),
    /// A line is not as it must be.
    #[error("line {line}, column {column}: {fault}")]
    Line {
        /// Number of the line, from 1.
        line: u64,
        /// Byte of the line at which the fault begins, from 1.
        column: usize,
        /// What is wrong.
        fault: Fault,
    },
    /// Numbers of nodes are so great that the list cannot be numbered from 0.
    #[error(
        "the greatest node is {greatest} in a list of {hops} hops: number nodes from 0 without gaps, or say how many there are"
    )]
    Sparse {
        /// The greatest number.
        greatest: u32,
        /// Hops of the list.
        hops: u64,
    },
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Fault {
    /// A field is not a whole number that fits 32 bits.
    #[error("a node must be a whole number from 0 to {}", MOST_NODES - 1)]
    NotANode,
    /// There is no target.
    #[error("the line has a source and no target: write `source target [class [weight]]`")]
    NoTarget,
    /// A class that is not one.
    #[error(
        "a class is one of H, M, F, O, L, N, or hidden, masked, forced, overt, lateral, navigation"
    )]
    NotAClass,
    /// A weight that is not one.
    #[error("a weight is a number above zero")]
    NotAWeight,
    /// A fifth field.
    #[error("the line goes on after the weight: write `source target [class [weight]]`")]
    TooMuch,
    /// The line is too long.
    #[error("the line has more than {LONGEST_LINE} bytes: is this an edge list?")]
    TooLong,
    /// The graph cannot have the hop.
    #[error(transparent)]
    Build(#[from] BuildError),
}

/// Reads a list. O(bytes) and the cost of [`Frozen::build`].
///
/// # Errors
///
/// The list cannot be read, a line is not as it must be, or the greatest node is beyond a million and
/// beyond 16 for each hop where the number of nodes was not said.
pub fn read(mut input: impl BufRead, settings: TextSettings) -> Result<Frozen, TextError> {
    let mut lines = Lines::new(settings)?;
    // A line that the last buffer began, and whether it is a comment of which nothing is kept.
    let mut begun: Vec<u8> = Vec::new();
    let mut is_comment = false;
    loop {
        let buffer = match input.fill_buf() {
            Ok([]) => break,
            Ok(buffer) => buffer,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error.into()),
        };
        let taken = buffer.len();
        let mut rest = buffer;
        if !begun.is_empty() || is_comment {
            let past = memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
            let (head, tail) = rest.split_at(past);
            if !is_comment {
                begun.extend_from_slice(head);
            }
            if head.ends_with(b"\n") {
                lines.read_all(&begun)?;
                lines.line += u64::from(is_comment);
                begun.clear();
                is_comment = false;
            }
            rest = tail;
        }
        let past = memrchr(b'\n', rest).map_or(0, |at| at + 1);
        lines.read_all(&rest[..past])?;
        begun.extend_from_slice(&rest[past..]);
        input.consume(taken);
        if begun.len() > LONGEST_LINE {
            if !is_comment_line(&begun) {
                lines.line += 1;
                return Err(lines.fault(LONGEST_LINE, Fault::TooLong));
            }
            is_comment = true;
            begun.clear();
        }
    }
    lines.read_all(&begun)?;
    lines.finish()
}

struct Lines {
    builder: FrozenBuilder,
    settings: TextSettings,
    /// Lines begun so far.
    line: u64,
}

impl Lines {
    fn new(settings: TextSettings) -> Result<Self, TextError> {
        let nodes = settings.nodes.unwrap_or(0) as usize;
        Ok(Self {
            builder: FrozenBuilder::new(nodes).map_err(TextError::Nodes)?,
            settings,
            line: 0,
        })
    }

    fn fault(&self, at: usize, fault: Fault) -> TextError {
        TextError::Line {
            line: self.line,
            column: at + 1,
            fault,
        }
    }

    /// Reads whole lines; only the last may lack its end.
    fn read_all(&mut self, bytes: &[u8]) -> Result<(), TextError> {
        let mut rest = bytes;
        while !rest.is_empty() {
            self.line += 1;
            let length = self
                .read_line(rest)
                .map_err(|(at, fault)| self.fault(at, fault))?;
            rest = &rest[length..];
        }
        Ok(())
    }

    /// Reads the line that `bytes` begins with, and says how long it is; or where it is at fault.
    fn read_line(&mut self, bytes: &[u8]) -> Result<usize, (usize, Fault)> {
        let Some((source, target, length)) = plain_line(bytes) else {
            return self.read_any_line(bytes);
        };
        let label = HopLabel::new(self.settings.class, Weight::NONE);
        self.take(source, target, label)?;
        Ok(length)
    }

    /// The same for any line.
    fn read_any_line(&mut self, bytes: &[u8]) -> Result<usize, (usize, Fault)> {
        let mut at = skip_blanks(bytes, 0);
        match bytes.get(at) {
            None => return Ok(at),
            Some(b'\n') => return Ok(at + 1),
            Some(b'#' | b'%') => return Ok(memchr(b'\n', bytes).map_or(bytes.len(), |end| end + 1)),
            Some(_) => {}
        }
        let (source, past) = node(bytes, at)?;
        at = skip_blanks(bytes, past);
        if is_end(bytes, at) {
            return Err((at, Fault::NoTarget));
        }
        let (target, past) = node(bytes, at)?;
        at = skip_blanks(bytes, past);
        let mut label = HopLabel::new(self.settings.class, Weight::NONE);
        if !is_end(bytes, at) {
            (label, at) = label_at(bytes, at)?;
        }
        if at > LONGEST_LINE {
            return Err((LONGEST_LINE, Fault::TooLong));
        }
        self.take(source, target, label)?;
        Ok(bytes.len().min(at + 1))
    }

    fn take(&mut self, source: u32, target: u32, label: HopLabel) -> Result<(), (usize, Fault)> {
        let hop = FrozenHop {
            source,
            target,
            label,
        };
        let taken = match self.settings.nodes {
            Some(_) => self.builder.push(hop),
            None => self.builder.push_growing(hop),
        };
        taken.map_err(|error| (0, error.into()))
    }

    fn finish(self) -> Result<Frozen, TextError> {
        let (nodes, hops) = (self.builder.node_count(), self.builder.hop_count() as u64);
        let most = FREE_NODES + NODES_PER_HOP * hops;
        if self.settings.nodes.is_none() && u64::from(nodes) > most {
            return Err(TextError::Sparse {
                greatest: nodes - 1,
                hops,
            });
        }
        Ok(self.builder.finish())
    }
}

const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r')
}

fn is_comment_line(bytes: &[u8]) -> bool {
    matches!(bytes.get(skip_blanks(bytes, 0)), Some(b'#' | b'%'))
}

fn skip_blanks(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).copied().is_some_and(is_blank) {
        at += 1;
    }
    at
}

fn is_end(bytes: &[u8], at: usize) -> bool {
    bytes.get(at).is_none_or(|byte| *byte == b'\n')
}

/// Source, target and length of a line of nothing but two numbers of at most seven digits and one blank
/// between them: nearly all that lists consist of.
fn plain_line(bytes: &[u8]) -> Option<(u32, u32, usize)> {
    let (source, digits) = short_number(bytes)?;
    let (blank, rest) = bytes.get(digits..)?.split_first()?;
    let (target, more) = short_number(rest)?;
    let is_plain = matches!(blank, b' ' | b'\t') && rest.get(more) == Some(&b'\n');
    is_plain.then_some((source, target, digits + more + 2))
}

/// A number of one to seven digits and how many they are, without a branch for each: eight bytes are
/// looked at as one word (Lemire, "Quickly parsing eight digits", 2018).
fn short_number(bytes: &[u8]) -> Option<(u32, usize)> {
    let word = u64::from_le_bytes(*bytes.first_chunk()?);
    let digits = word ^ 0x3030_3030_3030_3030;
    // The upper bit of each byte that is no digit. What a byte carries over spoils only those behind it.
    let others = (digits.wrapping_add(0x7676_7676_7676_7676) | digits) & 0x8080_8080_8080_8080;
    let length = others.trailing_zeros() / 8;
    if !(1..=7).contains(&length) {
        return None;
    }
    let mut value = digits << (64 - 8 * length);
    value = (value.wrapping_mul(2_561) >> 8) & 0x00FF_00FF_00FF_00FF;
    value = (value.wrapping_mul(6_553_601) >> 16) & 0x0000_FFFF_0000_FFFF;
    value = value.wrapping_mul(42_949_672_960_001) >> 32;
    Some((u32::try_from(value).ok()?, length as usize))
}

/// The number of a node at a place, and where it ends.
fn node(bytes: &[u8], begin: usize) -> Result<(u32, usize), (usize, Fault)> {
    let mut value = 0_u64;
    let mut at = begin;
    while let Some(digit) = bytes.get(at).map(|byte| byte.wrapping_sub(b'0'))
        && digit < 10
    {
        value = value.wrapping_mul(10).wrapping_add(u64::from(digit));
        at += 1;
    }
    let is_whole = is_end(bytes, at) || is_blank(bytes[at]);
    // Ten digits cannot overflow.
    match u32::try_from(value) {
        Ok(node) if is_whole && (1..=10).contains(&(at - begin)) && node < MOST_NODES => {
            Ok((node, at))
        }
        _ => Err((begin, Fault::NotANode)),
    }
}

/// The field at a place.
fn field(bytes: &[u8], begin: usize) -> &[u8] {
    let rest = &bytes[begin..];
    let length = rest
        .iter()
        .position(|byte| is_blank(*byte) || *byte == b'\n');
    &rest[..length.unwrap_or(rest.len())]
}

/// Class and weight at a place, and the end of the line.
fn label_at(bytes: &[u8], begin: usize) -> Result<(HopLabel, usize), (usize, Fault)> {
    let word = field(bytes, begin);
    let class = class_of(word).ok_or((begin, Fault::NotAClass))?;
    let mut at = skip_blanks(bytes, begin + word.len());
    let mut weight = Weight::NONE;
    if !is_end(bytes, at) {
        let word = field(bytes, at);
        weight = weight_of(word).ok_or((at, Fault::NotAWeight))?;
        at = skip_blanks(bytes, at + word.len());
        if !is_end(bytes, at) {
            return Err((at, Fault::TooMuch));
        }
    }
    Ok((HopLabel::new(class, weight), at))
}

fn class_of(word: &[u8]) -> Option<EffectiveClass> {
    let is_it = |class: &EffectiveClass| match word {
        [letter] => char::from(*letter) == class.letter(),
        _ => word == class.as_str().as_bytes(),
    };
    EffectiveClass::ALL.iter().copied().find(is_it)
}

fn weight_of(word: &[u8]) -> Option<Weight> {
    let weight: f64 = std::str::from_utf8(word).ok()?.parse().ok()?;
    (weight.is_finite() && weight > 0.0).then(|| Weight::of(weight))
}

/// Writes the list that [`read`] reads back: one hop on each line, with its class's letter and its
/// weight, if it has one.
///
/// # Errors
///
/// Those of `out`.
pub fn write(graph: &Frozen, mut out: impl Write) -> io::Result<()> {
    for (_, hop) in graph.hops() {
        let (source, target) = (hop.source, hop.target);
        let letter = hop.label.class().letter();
        match hop.label.weight().value() {
            Some(weight) => writeln!(out, "{source}\t{target}\t{letter}\t{weight}")?,
            None => writeln!(out, "{source}\t{target}\t{letter}")?,
        }
    }
    Ok(())
}
