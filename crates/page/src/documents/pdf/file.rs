//! The objects of a PDF file, found by a scan instead of by its table, so that a broken or hostile
//! table hides nothing. Object streams are opened, within a budget.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::Read;
use std::ops::Range;

use crate::documents::pdf::objects::{
    Dict, Indirect, Object, Reader, find, from_hex, is_space, text_of, whole,
};

/// At most so many objects are made of one file, in all.
const MAX_OBJECTS: usize = 1_000_000;

/// One stream inflates to at most so many bytes.
const MAX_STREAM: u64 = 16 << 20;

/// All readings of streams together take at most so many bytes, and inflate to as many: a stream
/// may be drawn again and again.
const MAX_READ: usize = 64 << 20;

/// At most so many trailers are read.
const MAX_TRAILERS: usize = 200;

/// A chain of references is followed so far.
const MAX_CHAIN: usize = 16;

/// A file whose objects were found.
pub(super) struct File<'b> {
    bytes: &'b [u8],
    /// The indirect objects, by number; of several with one number the last counts.
    pub(super) objects: BTreeMap<u32, Indirect>,
    /// The trailer dictionaries.
    pub(super) trailers: Vec<Dict>,
    /// How many bytes of streams may still be read.
    may_read: Cell<usize>,
    /// How many bytes may still be inflated.
    may_inflate: Cell<usize>,
    /// Whether a bound was reached.
    pub(super) was_cut: Cell<bool>,
    left: usize,
    tried_trailers: usize,
}

impl<'b> File<'b> {
    /// Finds the objects of a file. Linear in the bytes and in what its object streams inflate to.
    pub(super) fn open(bytes: &'b [u8]) -> Self {
        let mut file = Self {
            bytes,
            objects: BTreeMap::new(),
            trailers: Vec::new(),
            may_read: Cell::new(MAX_READ),
            may_inflate: Cell::new(MAX_READ),
            was_cut: Cell::new(false),
            left: MAX_OBJECTS,
            tried_trailers: 0,
        };
        file.scan();
        file.open_object_streams();
        file
    }

    fn scan(&mut self) {
        let mut at = 0;
        loop {
            let object = find(self.bytes, b"obj", at);
            let limit = object.unwrap_or(self.bytes.len());
            self.trailers_in(at..limit);
            let Some(object) = object else { return };
            at = object + 3;
            let Some((number, start)) = number_before(self.bytes, object) else {
                continue;
            };
            let mut reader = Reader::new(self.bytes, at, self.left);
            let Some(value) = reader.object() else {
                self.was_cut.set(self.left == 0);
                continue;
            };
            self.left = reader.left;
            let mut end = reader.at.max(at);
            let mut stream = None;
            if let Object::Dict(dict) = &value
                && let Some(range) = stream_after(self.bytes, end, dict)
            {
                end = range.end;
                stream = Some(range);
                if dict.is("Type", "XRef") {
                    self.trailers.push(dict.clone());
                }
            }
            let indirect = Indirect {
                object: value,
                stream,
                at: start..end,
            };
            self.objects.insert(number, indirect);
            at = end;
        }
    }

    /// Reads the trailers between two objects.
    fn trailers_in(&mut self, range: Range<usize>) {
        let mut at = range.start;
        while self.tried_trailers < MAX_TRAILERS
            && let Some(trailer) = find(&self.bytes[..range.end], b"trailer", at)
        {
            self.tried_trailers += 1;
            let mut reader = Reader::new(self.bytes, trailer + 7, self.left.min(10_000));
            if let Some(Object::Dict(dict)) = reader.object() {
                self.trailers.push(dict);
            }
            at = trailer + 7;
        }
    }

    fn open_object_streams(&mut self) {
        let streams: Vec<(Dict, Range<usize>)> = self
            .objects
            .values()
            .filter_map(|indirect| match (&indirect.object, &indirect.stream) {
                (Object::Dict(dict), Some(range)) if dict.is("Type", "ObjStm") => {
                    Some((dict.clone(), range.clone()))
                }
                _ => None,
            })
            .collect();
        for (dict, range) in streams {
            let Some(content) = self.stream(&dict, &range) else {
                continue;
            };
            let count = self.size(dict.get("N")).min(content.len());
            let first = self.size(dict.get("First"));
            let mut header = Reader::new(&content, 0, 2 * count + 16);
            let mut places = Vec::new();
            for _ in 0..count {
                match (header.object(), header.object()) {
                    (Some(Object::Number(number)), Some(Object::Number(offset))) => {
                        places.push((whole(number), first.saturating_add(size(offset))));
                    }
                    _ => break,
                }
            }
            for (number, offset) in places {
                let mut reader = Reader::new(&content, offset, self.left);
                let Some(object) = reader.object() else {
                    self.was_cut.set(self.was_cut.get() || self.left == 0);
                    continue;
                };
                self.left = reader.left;
                self.objects.entry(number).or_insert(Indirect {
                    object,
                    stream: None,
                    at: range.clone(),
                });
            }
        }
    }

    /// What an object is behind its references; `None` for a circle or a missing one.
    pub(super) fn resolve<'f>(&'f self, object: Option<&'f Object>) -> Option<&'f Object> {
        let mut object = object?;
        for _ in 0..MAX_CHAIN {
            match object {
                Object::Ref(number) => object = &self.objects.get(number)?.object,
                other => return Some(other),
            }
        }
        None
    }

    /// A dictionary behind its references.
    pub(super) fn dict<'f>(&'f self, object: Option<&'f Object>) -> Option<&'f Dict> {
        match self.resolve(object)? {
            Object::Dict(dict) => Some(dict),
            _ => None,
        }
    }

    /// The items of an array, or the one object that stands in its place.
    pub(super) fn items<'f>(&'f self, object: Option<&'f Object>) -> &'f [Object] {
        match self.resolve(object) {
            Some(Object::Array(items)) => items,
            Some(other) => std::slice::from_ref(other),
            None => &[],
        }
    }

    /// A number behind its references.
    pub(super) fn number(&self, object: Option<&Object>) -> Option<f64> {
        match self.resolve(object)? {
            Object::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// A text behind its references.
    pub(super) fn text(&self, object: Option<&Object>) -> Option<String> {
        match self.resolve(object)? {
            Object::Text(text) => Some(text_of(text)),
            _ => None,
        }
    }

    fn size(&self, object: Option<&Object>) -> usize {
        self.number(object).map_or(0, size)
    }

    /// The content of a stream that a reference leads to, with its dictionary.
    pub(super) fn stream_of(&self, object: &Object) -> Option<(&Dict, Vec<u8>, Range<usize>)> {
        let mut object = object;
        for _ in 0..MAX_CHAIN {
            let Object::Ref(number) = object else {
                return None;
            };
            let indirect = self.objects.get(number)?;
            if let (Object::Dict(dict), Some(range)) = (&indirect.object, &indirect.stream) {
                return Some((dict, self.stream(dict, range)?, indirect.at.clone()));
            }
            object = &indirect.object;
        }
        None
    }

    /// The content of a stream, with its filters taken off; `None` when one is not known, or when
    /// streams were read too much.
    pub(super) fn stream(&self, dict: &Dict, range: &Range<usize>) -> Option<Vec<u8>> {
        let raw = self.bytes.get(range.clone())?;
        let Some(left) = self.may_read.get().checked_sub(raw.len()) else {
            self.was_cut.set(true);
            return None;
        };
        self.may_read.set(left);
        let mut content = raw.to_vec();
        let filters = self.items(dict.get("Filter").or_else(|| dict.get("F")));
        let parameters = self.items(dict.get("DecodeParms").or_else(|| dict.get("DP")));
        for (place, filter) in filters.iter().take(4).enumerate() {
            let Some(Object::Name(name)) = self.resolve(Some(filter)) else {
                return None;
            };
            content = match name.as_str() {
                "FlateDecode" | "Fl" => {
                    let flat = self.inflate(&content);
                    match self.dict(parameters.get(place)) {
                        Some(parameters) => self.without_predictor(flat, parameters),
                        None => flat,
                    }
                }
                "ASCIIHexDecode" | "AHx" => from_hex(
                    content
                        .split(|&byte| byte == b'>')
                        .next()
                        .unwrap_or_default(),
                ),
                "ASCII85Decode" | "A85" => from_ascii85(&content),
                _ => return None,
            };
        }
        Some(content)
    }

    /// Inflates within the budget. What comes before a defect counts.
    fn inflate(&self, deflated: &[u8]) -> Vec<u8> {
        let most = MAX_STREAM.min(u64::try_from(self.may_inflate.get()).unwrap_or(u64::MAX));
        let mut flat = Vec::new();
        let mut decoder = flate2::read::ZlibDecoder::new(deflated).take(most);
        let outcome = decoder.read_to_end(&mut flat);
        if outcome.is_err() && flat.is_empty() {
            // A broken header in front of sound data.
            let rest = deflated.get(2..).unwrap_or_default();
            let mut decoder = flate2::read::DeflateDecoder::new(rest).take(most);
            if decoder.read_to_end(&mut flat).is_err() {
                flat.shrink_to_fit();
            }
        }
        if u64::try_from(flat.len()).is_ok_and(|length| length >= most) {
            self.was_cut.set(true);
        }
        self.may_inflate
            .set(self.may_inflate.get().saturating_sub(flat.len()));
        flat
    }

    /// Takes off a predictor of PNG (ISO 32000-1, 7.4.4.4).
    fn without_predictor(&self, flat: Vec<u8>, parameters: &Dict) -> Vec<u8> {
        if self.number(parameters.get("Predictor")).unwrap_or(1.0) < 10.0 {
            return flat;
        }
        let or = |key, other: usize| match self.size(parameters.get(key)) {
            0 => other,
            known => known.min(100_000),
        };
        let bits = or("BitsPerComponent", 8) * or("Colors", 1);
        let row = (or("Columns", 1) * bits).div_ceil(8);
        crate::images::png::unfilter(&flat, row, bits.div_ceil(8))
    }
}

fn size(number: f64) -> usize {
    usize::try_from(whole(number)).unwrap_or(usize::MAX)
}

/// The object number in `12 0 obj`, and where it starts.
fn number_before(bytes: &[u8], obj: usize) -> Option<(u32, usize)> {
    let mut at = obj;
    let mut field = || -> Option<(u32, usize)> {
        let spaces = bytes[..at].iter().rev().take_while(|&&byte| is_space(byte));
        let end = at - spaces.take(8).count();
        let digits = bytes[..end].iter().rev().take(10);
        let digits = digits.take_while(|byte| byte.is_ascii_digit()).count();
        at = end - digits;
        let text = std::str::from_utf8(&bytes[at..end]).ok()?;
        Some((text.parse().ok()?, at))
    };
    field()?;
    field()
}

/// The bytes of the stream that follows a dictionary.
fn stream_after(bytes: &[u8], at: usize, dict: &Dict) -> Option<Range<usize>> {
    let lead = bytes[at..]
        .iter()
        .take(16)
        .take_while(|&&byte| is_space(byte))
        .count();
    let rest = bytes[at + lead..].strip_prefix(b"stream")?;
    let start = bytes.len() - rest.len();
    let start = match rest {
        [b'\r', b'\n', ..] => start + 2,
        [b'\n' | b'\r', ..] => start + 1,
        _ => start,
    };
    if let Some(Object::Number(length)) = dict.get("Length") {
        let end = start.saturating_add(size(*length));
        let tail = bytes.get(end..).unwrap_or_default();
        let lead = tail
            .iter()
            .take(4)
            .take_while(|&&byte| is_space(byte))
            .count();
        if tail[lead..].starts_with(b"endstream") {
            return Some(start..end);
        }
    }
    Some(start..find(bytes, b"endstream", start).unwrap_or(bytes.len()))
}

fn from_ascii85(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut group: Vec<u32> = Vec::with_capacity(5);
    for &byte in text {
        match byte {
            b'~' => break,
            b'z' if group.is_empty() => bytes.extend([0; 4]),
            b'!'..=b'u' => group.push(u32::from(byte - b'!')),
            _ => {}
        }
        if group.len() == 5 {
            bytes.extend(word85(&group).to_be_bytes());
            group.clear();
        }
    }
    if group.len() > 1 {
        let kept = group.len() - 1;
        group.resize(5, 84);
        bytes.extend(word85(&group).to_be_bytes().into_iter().take(kept));
    }
    bytes
}

fn word85(group: &[u32]) -> u32 {
    group.iter().fold(0_u32, |word, &digit| {
        word.wrapping_mul(85).wrapping_add(digit)
    })
}
