//! The source of a kept page: escaped text with line numbers, and the constructs marked in it.

use bytes::Bytes;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use model::Span;

/// Bytes of a body that is shown whole; of a longer one only what is around the marks.
const WHOLE: usize = 200 * 1024;
/// Bytes on each side of a mark in a longer body.
const AROUND: usize = 1_500;
/// Bytes in which a document says its own encoding, as browsers look for it.
const SAID_WITHIN: usize = 1024;

/// A construct to be marked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark {
    /// Where it stands, in bytes of the decoded body.
    pub(crate) span: Span,
    /// What it is, in words.
    pub(crate) told: String,
}

/// A line of the source.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Line {
    /// From 1; 0 for what stands in place of bytes that are left out.
    pub(crate) number: usize,
    pub(crate) pieces: Vec<Piece>,
}

/// A part of a line that is marked the same throughout.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) text: String,
    /// Number of its mark from 1; 0 for none.
    pub(crate) mark: usize,
    /// Whether the mark begins here.
    pub(crate) begins: bool,
}

/// The lines of a body with its marks, which come in the order of their places. Marks that lie in others
/// are marked within them. Linear in the body, times the marks that overlap.
pub(crate) fn lines(body: &[u8], content_type: &str, marks: &[Mark]) -> Vec<Line> {
    let encoding = encoding(body, content_type);
    if is_wide(encoding) {
        return unmarked(body, encoding);
    }
    let mut lines = Vec::new();
    let mut number = 1;
    let mut at = 0;
    for (from, to) in windows(body, marks) {
        if from > at {
            number += newlines(&body[at..from]);
            lines.push(left_out(from - at));
        }
        let mut pen = Pen {
            encoding,
            marks,
            line: Line {
                number,
                pieces: Vec::new(),
            },
        };
        for (start, end) in segments(body, from, to, marks) {
            pen.write(&body[start..end], start);
            if body.get(end.wrapping_sub(1)) == Some(&b'\n') {
                number += 1;
                let next = Line {
                    number,
                    pieces: Vec::new(),
                };
                lines.push(std::mem::replace(&mut pen.line, next));
            }
        }
        if !pen.line.pieces.is_empty() {
            lines.push(pen.line);
        }
        at = to;
    }
    if at < body.len() {
        lines.push(left_out(body.len() - at));
    }
    lines
}

/// Writes pieces of one line.
struct Pen<'a> {
    encoding: &'static Encoding,
    marks: &'a [Mark],
    line: Line,
}

impl Pen<'_> {
    fn write(&mut self, bytes: &[u8], at: usize) {
        let covering = self
            .marks
            .iter()
            .enumerate()
            .filter(|(_, mark)| mark.span.start <= at && at + bytes.len() <= mark.span.end);
        let innermost = covering.min_by_key(|(_, mark)| mark.span.end - mark.span.start);
        let (text, _) = self.encoding.decode_without_bom_handling(bytes);
        let text = text.trim_end_matches(['\n', '\r']);
        self.line.pieces.push(Piece {
            text: report::legible_source(text),
            mark: innermost.map_or(0, |(place, _)| place + 1),
            begins: innermost.is_some_and(|(_, mark)| mark.span.start == at),
        });
    }
}

/// The parts between line ends and ends of marks.
fn segments(body: &[u8], from: usize, to: usize, marks: &[Mark]) -> Vec<(usize, usize)> {
    let mut cuts = vec![from, to];
    let ends = marks
        .iter()
        .flat_map(|mark| [mark.span.start, mark.span.end]);
    cuts.extend(ends.filter(|cut| from < *cut && *cut < to));
    let bytes = body[from..to].iter().enumerate();
    cuts.extend(
        bytes
            .filter(|(_, byte)| **byte == b'\n')
            .map(|(place, _)| from + place + 1),
    );
    cuts.sort_unstable();
    cuts.dedup();
    cuts.windows(2).map(|ends| (ends[0], ends[1])).collect()
}

/// The parts of the body that are shown, in order and apart from each other.
fn windows(body: &[u8], marks: &[Mark]) -> Vec<(usize, usize)> {
    if body.len() <= WHOLE {
        return vec![(0, body.len())];
    }
    let mut windows: Vec<(usize, usize)> = vec![(0, boundary(body, AROUND))];
    for mark in marks {
        let from = boundary(body, mark.span.start.saturating_sub(AROUND));
        let to = boundary(body, (mark.span.end + AROUND).min(body.len()));
        match windows.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => windows.push((from, to)),
        }
    }
    windows
}

/// The next place from `at` on where no letter of UTF-8 is cut in two.
fn boundary(body: &[u8], at: usize) -> usize {
    let rest = body.get(at..).unwrap_or_default();
    let inside = rest.iter().take(3).take_while(|byte| **byte & 0xC0 == 0x80);
    (at + inside.count()).min(body.len())
}

fn newlines(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte == b'\n').count()
}

fn left_out(bytes: usize) -> Line {
    let piece = Piece {
        text: format!(
            "… {} left out …",
            report::counted(bytes as u64, "byte", "bytes")
        ),
        ..Piece::default()
    };
    Line {
        number: 0,
        pieces: vec![piece],
    }
}

/// A body whose letters take two bytes: bytes tell no lines there.
fn unmarked(body: &[u8], encoding: &'static Encoding) -> Vec<Line> {
    let shown = &body[..body.len().min(WHOLE)];
    let (text, _) = encoding.decode_with_bom_removal(shown);
    let mut lines: Vec<Line> = (text.lines().zip(1..))
        .map(|(line, number)| Line {
            number,
            pieces: vec![Piece {
                text: report::legible_source(line),
                ..Piece::default()
            }],
        })
        .collect();
    if shown.len() < body.len() {
        lines.push(left_out(body.len() - shown.len()));
    }
    lines
}

/// Whether letters take two bytes.
pub(crate) fn is_wide(encoding: &'static Encoding) -> bool {
    encoding == UTF_16LE || encoding == UTF_16BE
}

/// Elements for which browsers open connections that no policy stops: `<link rel=preconnect>` and
/// `rel=dns-prefetch` by what they are, frames ahead of being refused. A connection tells a shop that
/// somebody looks.
const REACHING: [&[u8]; 5] = [b"<link", b"<iframe", b"<frame", b"<fencedframe", b"<portal"];

/// A document without elements that reach out, and every other byte as it was; what is written in two bytes
/// a letter becomes UTF-8.
///
/// Everything else is left to the content security policy. The name of an element is written in ASCII
/// letters in every encoding that browsers read, so that it is enough to look for these. Linear.
pub(crate) fn quieted(body: &Bytes, content_type: &str) -> Bytes {
    let encoding = encoding(body, content_type);
    let mut bytes = if is_wide(encoding) {
        encoding.decode(body).0.into_owned().into_bytes()
    } else {
        body.to_vec()
    };
    let mut at = 0;
    while let Some(found) = bytes.iter().skip(at).position(|byte| *byte == b'<') {
        at += found;
        let rest = bytes.get_mut(at..).unwrap_or_default();
        let reaches = REACHING.iter().any(|name| {
            let same = rest.get(..name.len());
            same.is_some_and(|same| same.eq_ignore_ascii_case(name))
        });
        if let Some(letter) = rest.get_mut(2).filter(|_| reaches) {
            *letter = b'-';
        }
        at += 1;
    }
    bytes.into()
}

/// The encoding of a body: by its first bytes, its header, what it says itself; else UTF-8.
pub(crate) fn encoding(body: &[u8], content_type: &str) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(body) {
        return encoding;
    }
    let own = String::from_utf8_lossy(&body[..body.len().min(SAID_WITHIN)]);
    charset(content_type)
        .or_else(|| charset(&own))
        .and_then(|label| Encoding::for_label(label.as_bytes()))
        .unwrap_or(UTF_8)
}

/// What stands after the first `charset=`.
pub(crate) fn charset(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let (_, rest) = lower.split_once("charset")?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let rest = rest.trim_start_matches(['"', '\'']);
    let is_label = |letter: char| letter.is_ascii_alphanumeric() || "-_:.+".contains(letter);
    let end = rest.find(|letter| !is_label(letter)).unwrap_or(rest.len());
    (end > 0).then(|| rest[..end].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(start: usize, end: usize) -> Mark {
        Mark {
            span: Span { start, end },
            told: String::new(),
        }
    }

    fn text(lines: &[Line]) -> String {
        let lines = lines.iter().map(|line| {
            let pieces = line.pieces.iter().map(|piece| match piece.mark {
                0 => piece.text.clone(),
                mark if piece.begins => format!("[{mark}:{}]", piece.text),
                mark => format!("[{mark}…{}]", piece.text),
            });
            format!("{} {}", line.number, pieces.collect::<String>())
        });
        lines.collect::<Vec<_>>().join("|")
    }

    #[test]
    fn marks_stand_where_their_bytes_do_over_lines_and_within_each_other() {
        let body = b"<p>one\n<a x=1>two\nthree</a> four";
        let shown = lines(body, "text/html", &[mark(7, 27), mark(10, 13)]);
        assert_eq!(
            text(&shown),
            "1 <p>one|2 [1:<a ][2:x=1][1…>two]|3 [1…three</a>] four"
        );
    }

    #[test]
    fn a_long_body_is_shown_around_its_marks_with_its_own_line_numbers() {
        let mut body = "a line of text\n".repeat(40_000).into_bytes();
        let at = 300_000;
        body[at..at + 4].copy_from_slice(b"MARK");
        let shown = lines(&body, "", &[mark(at, at + 4)]);
        let line = shown
            .iter()
            .find(|line| line.pieces.iter().any(|piece| piece.mark == 1))
            .unwrap();
        assert_eq!(line.number, 1 + at / 15);
        assert!(shown.len() < 500, "{}", shown.len());
        assert_eq!(shown.iter().filter(|line| line.number == 0).count(), 2);
    }

    #[test]
    fn a_body_is_read_in_the_encoding_that_it_has() {
        let latin = b"caf\xe9 \x80";
        assert_eq!(
            text(&lines(latin, "text/html; charset=windows-1252", &[])),
            "1 café €"
        );
        let said = b"<meta charset='windows-1251'>\xcf";
        assert!(text(&lines(said, "text/html", &[])).ends_with('П'));
        assert!(text(&lines("ü".as_bytes(), "text/html", &[])).ends_with('ü'));
        let wide = b"\xff\xfea\0\n\0b\0";
        assert_eq!(text(&lines(wide, "", &[mark(0, 2)])), "1 a|2 b");
        assert_eq!(lines(b"", "", &[]), Vec::new());
    }

    #[test]
    fn no_element_of_a_rendering_reaches_out_in_any_encoding() {
        let rendered = |body: &[u8]| quieted(&Bytes::copy_from_slice(body), "text/html");
        assert_eq!(
            rendered(b"<link rel=x><LINK/rel=y><p>a link<li>\xe9<iFrame src=z></iframe><lin"),
            &b"<l-nk rel=x><L-NK/rel=y><p>a link<li>\xe9<i-rame src=z></iframe><lin"[..]
        );
        let wide: Vec<u8> = (std::iter::once(0xFEFF).chain("<link>\u{fc}".encode_utf16()))
            .flat_map(u16::to_be_bytes)
            .collect();
        assert_eq!(rendered(&wide), "<l-nk>\u{fc}".as_bytes());
    }

    #[test]
    fn nothing_in_a_source_turns_the_reading_direction() {
        let shown = text(&lines("\u{202e}evil\u{200b}".as_bytes(), "", &[]));
        assert_eq!(shown, "1 ‹U+202E›evil‹U+200B›");
    }
}
