//! Brings hops into the order of their sources, or of their targets.
//!
//! A counting sort: hops are counted by key, and each is written where its key's hops go, in the order
//! in which they came. Writing to places that are far apart waits for memory at nearly every hop: 81 ns
//! against 20 ns on a market with 11 million hops. So where keys are scattered, hops first go by
//! slabs into buckets of neighboring keys, and from there to places that are near each other. Where keys
//! are local already, as those of a crawl in the order of addresses are, that would take twice as
//! long; which way to go is measured on a sample. Both ways give the same bytes.

use std::ops::Range;

use super::{HopLabel, Side, Weight, count};
use model::EffectiveClass;

/// Hops in some order, each with a key by which it is to be sorted.
pub(super) trait Keyed {
    /// How many hops.
    fn len(&self) -> usize;
    /// Calls `f` with key, other end and label of the hops at `range`, in order.
    fn for_each(&self, range: Range<usize>, f: impl FnMut(u32, u32, HopLabel));
}

/// Neighboring keys of one bucket: their hops fit the cache, 20 each being some 400 KB.
const BUCKET: u32 = 1 << 12;
/// The most buckets, so that the ends that are written to stay in the cache.
const BUCKETS: u32 = 1 << 11;
/// The least hops of one slab, 8 bytes each.
const SLAB: usize = 1 << 20;

/// Sorts hops by key, keeping the order of those with the same. `nodes` is above every key.
///
/// Time O(n + m). Memory beside the result: nothing where keys are local, otherwise 8 bytes for each
/// hop of a slab, which is the greater of a million hops and an eighth of all.
pub(super) fn sort_by_key(nodes: u32, hops: &impl Keyed) -> Side {
    let mut starts = vec![0_u32; nodes as usize + 1];
    hops.for_each(0..hops.len(), |key, _, _| starts[key as usize + 1] += 1);
    let mut sum = 0;
    for start in &mut starts {
        sum += *start;
        *start = sum;
    }
    let mut side = Side {
        starts,
        ends: vec![0; hops.len()],
        labels: vec![NO_LABEL; hops.len()],
    };
    if are_scattered(hops) {
        let slab = SLAB.max(hops.len() / 8);
        let mut begin = 0;
        let mut buckets = Buckets::new(nodes, slab.min(hops.len()));
        while begin < hops.len() {
            let range = begin..hops.len().min(begin + slab);
            begin = range.end;
            buckets.fill(hops, range);
            buckets.for_each(|key, end, label| side.put(key, end, label));
        }
    } else {
        hops.for_each(0..hops.len(), |key, end, label| side.put(key, end, label));
    }
    // Each start was moved on to its end, which is the start of the next.
    side.starts.rotate_right(1);
    side.starts[0] = 0;
    side
}

impl Side {
    /// Writes a hop to the next place of its key, and moves the key's start on.
    fn put(&mut self, key: u32, end: u32, label: HopLabel) {
        let next = &mut self.starts[key as usize];
        let place = *next as usize;
        *next += 1;
        self.ends[place] = end;
        self.labels[place] = label;
    }
}

/// Hops of one slab, by bucket.
struct Buckets {
    shift: u32,
    next: Vec<u32>,
    /// The lower bits of the key, the other end and the label, packed: 24 bits are enough for the keys
    /// of one of 2,048 buckets.
    hops: Vec<u64>,
    filled: usize,
}

impl Buckets {
    fn new(nodes: u32, slab: usize) -> Self {
        let width = BUCKET.max((nodes / BUCKETS).next_power_of_two());
        let shift = width.trailing_zeros();
        Self {
            shift,
            next: vec![0; (nodes >> shift) as usize + 2],
            hops: vec![0; slab],
            filled: 0,
        }
    }

    fn fill(&mut self, hops: &impl Keyed, range: Range<usize>) {
        self.filled = range.len();
        self.next.fill(0);
        hops.for_each(range.clone(), |key, _, _| {
            self.next[(key >> self.shift) as usize + 1] += 1;
        });
        let mut sum = 0;
        for next in &mut self.next {
            sum += *next;
            *next = sum;
        }
        let lower = (1 << self.shift) - 1;
        hops.for_each(range, |key, end, label| {
            let next = &mut self.next[(key >> self.shift) as usize];
            let place = *next as usize;
            *next += 1;
            let packed = pack(end, label);
            self.hops[place] = u64::from(key & lower) << 40 | packed;
        });
        // Each bucket's place was moved on to its end, which is the start of the next.
    }

    /// Calls `f` with the hops, bucket by bucket, each as it was filled.
    fn for_each(&self, mut f: impl FnMut(u32, u32, HopLabel)) {
        let mut begin = 0;
        for (bucket, end) in (0..).zip(&self.next) {
            let first: u32 = bucket << self.shift;
            for packed in &self.hops[begin..*end as usize] {
                let (end, label) = unpack(*packed & 0xFF_FFFF_FFFF);
                f(first + count((*packed >> 40) as usize), end, label);
            }
            begin = *end as usize;
        }
    }
}

/// An end and a label, in the lower 40 bits; in the order of both.
pub(super) fn pack(end: u32, label: HopLabel) -> u64 {
    u64::from(end) << 8 | u64::from(label.byte())
}

/// What [`pack`] packed.
#[expect(clippy::cast_possible_truncation, reason = "32 bits and 8")]
pub(super) fn unpack(packed: u64) -> (u32, HopLabel) {
    let label = HopLabel::from_byte(packed as u8).unwrap_or(NO_LABEL);
    ((packed >> 8) as u32, label)
}

/// What stands where a label is to be written.
const NO_LABEL: HopLabel = HopLabel::new(EffectiveClass::Navigation, Weight::NONE);

/// Lines of the small cache that stands for the machine's when locality is measured.
const LINES: usize = 1 << 10;
/// Neighboring keys of one line.
const LINE_SHIFT: u32 = 4;
/// Hops of one window of the sample, and how many windows there are.
const WINDOW: usize = 1 << 14;
const WINDOWS: usize = 16;

/// Whether more than an eighth of the hops of a sample go to keys that were not written near lately.
fn are_scattered(hops: &impl Keyed) -> bool {
    if hops.len() < SLAB {
        return false;
    }
    let mut lines = vec![u32::MAX; LINES];
    let mut missed = 0_usize;
    let step = hops.len() / WINDOWS;
    for window in 0..WINDOWS {
        let begin = window * step;
        hops.for_each(begin..begin + WINDOW.min(step), |key, _, _| {
            let line = key >> LINE_SHIFT;
            let slot = line.wrapping_mul(0x9E37_79B1) >> 22;
            if lines[slot as usize] != line {
                lines[slot as usize] = line;
                missed += 1;
            }
        });
    }
    missed > WINDOWS * WINDOW / 8
}

/// A side whose hops are to be sorted by the other end.
pub(super) struct Turned<'a>(pub(super) &'a Side);

impl Keyed for Turned<'_> {
    fn len(&self) -> usize {
        self.0.ends.len()
    }

    fn for_each(&self, range: Range<usize>, mut f: impl FnMut(u32, u32, HopLabel)) {
        let side = self.0;
        if range.is_empty() {
            return;
        }
        let first = side
            .starts
            .partition_point(|start| *start as usize <= range.start);
        let mut node = count(first) - 1;
        let mut at = range.start;
        while at < range.end {
            let past = range.end.min(side.starts[node as usize + 1] as usize);
            for (end, label) in side.ends[at..past].iter().zip(&side.labels[at..past]) {
                f(*end, node, *label);
            }
            at = past;
            node += 1;
        }
    }
}
