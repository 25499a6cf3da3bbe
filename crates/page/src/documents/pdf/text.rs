//! The text that content streams draw, with its place on the page (ISO 32000-1, 9.4). Widths of
//! glyphs are not known, so a run of text is placed by where it begins.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;
use std::rc::Rc;

use crate::documents::pdf::file::File;
use crate::documents::pdf::fonts::Font;
use crate::documents::pdf::objects::{Dict, Object, Reader, find, is_space};

/// The contents of all pages together are read up to so many operands and operators.
const MAX_TOKENS: usize = 5_000_000;

/// At most so many operators of one page are obeyed.
const MAX_OPERATORS: usize = 200_000;

/// At most so many forms are drawn on one page.
const MAX_FORMS: usize = 64;

/// At most so many fonts of one document are read.
const MAX_FONTS: usize = 256;

/// A piece of text that is drawn at once.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Run {
    /// Where it begins.
    pub(super) x: f64,
    /// Its base line.
    pub(super) y: f64,
    /// Its characters.
    pub(super) text: String,
}

/// The text of one page.
#[derive(Debug, Default)]
pub(super) struct PageText {
    /// Runs in the order in which they are drawn.
    pub(super) runs: Vec<Run>,
    /// Where the first content stream stands in the body.
    pub(super) at: Option<Range<usize>>,
    /// Whether some text has no map to characters.
    pub(super) is_unreadable: bool,
}

impl PageText {
    /// The text, with line breaks where the base line changes.
    pub(super) fn lines(&self) -> String {
        let mut text = String::new();
        let mut last: Option<f64> = None;
        for run in &self.runs {
            if last.is_some_and(|y| (y - run.y).abs() > 1.0) {
                text.push('\n');
            }
            last = Some(run.y);
            text.push_str(&run.text);
        }
        text
    }

    /// What is drawn within a rectangle.
    pub(super) fn within(&self, [left, low, right, high]: [f64; 4]) -> String {
        let inside = |run: &&Run| {
            run.x >= left - 2.0 && run.x <= right && run.y >= low - 2.0 && run.y <= high + 1.0
        };
        let words: Vec<&str> = self
            .runs
            .iter()
            .filter(inside)
            .take(200)
            .map(|run| run.text.as_str())
            .collect();
        words.concat()
    }
}

/// A matrix `[a b c d e f]`.
type Matrix = [f64; 6];

const IDENTITY: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// First `m`, then `n`.
fn times(m: &Matrix, n: &Matrix) -> Matrix {
    [
        m[0] * n[0] + m[1] * n[2],
        m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2],
        m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4],
        m[4] * n[1] + m[5] * n[3] + n[5],
    ]
}

struct Content<'f> {
    bytes: Vec<u8>,
    resources: Option<&'f Dict>,
    matrix: Matrix,
}

/// Reads the texts of pages; fonts are kept from page to page.
pub(super) struct TextReader<'f, 'b> {
    file: &'f File<'b>,
    /// By the place of its dictionary, which has no other name where it is no object of its own.
    fonts: BTreeMap<*const Dict, Rc<Font>>,
    /// The font of what has none.
    plain: Rc<Font>,
    /// How many operands and operators may still be read.
    left: usize,
}

impl<'f, 'b> TextReader<'f, 'b> {
    /// A reader for a file.
    pub(super) fn new(file: &'f File<'b>) -> Self {
        Self {
            file,
            fonts: BTreeMap::new(),
            plain: Rc::default(),
            left: MAX_TOKENS,
        }
    }

    /// The text of a page.
    pub(super) fn page(&mut self, page: &'f Dict) -> PageText {
        let mut text = PageText::default();
        let mut bytes = Vec::new();
        for content in self.file.items(page.get("Contents")).iter().take(256) {
            if let Some((_, part, at)) = self.file.stream_of(content) {
                bytes.extend(part);
                bytes.push(b'\n');
                text.at.get_or_insert(at);
            }
        }
        // `Contents` that is one stream resolves to a dictionary, not to its reference.
        if bytes.is_empty()
            && let Some((_, part, at)) = page
                .get("Contents")
                .and_then(|one| self.file.stream_of(one))
        {
            bytes = part;
            text.at = Some(at);
        }
        let mut work = VecDeque::from([Content {
            bytes,
            resources: self.inherited(page, "Resources"),
            matrix: IDENTITY,
        }]);
        let mut forms = 0;
        let mut operators = MAX_OPERATORS;
        while let Some(content) = work.pop_front() {
            for drawn in self.draw(&content, &mut text, &mut operators) {
                forms += 1;
                if forms <= MAX_FORMS {
                    work.push_back(drawn);
                }
            }
        }
        text
    }

    /// A dictionary of a page, or of the nodes above it.
    fn inherited(&self, page: &'f Dict, key: &str) -> Option<&'f Dict> {
        let mut node = page;
        for _ in 0..16 {
            if let Some(found) = self.file.dict(node.get(key)) {
                return Some(found);
            }
            node = self.file.dict(node.get("Parent"))?;
        }
        None
    }

    /// Obeys the operators of one content; gives the forms that it draws.
    fn draw(
        &mut self,
        content: &Content<'f>,
        text: &mut PageText,
        operators: &mut usize,
    ) -> Vec<Content<'f>> {
        let mut reader = Reader::new(&content.bytes, 0, self.left);
        let mut state = State::new(content.matrix, Rc::clone(&self.plain));
        let mut operands: Vec<Object> = Vec::new();
        let mut forms = Vec::new();
        while let Some(object) = reader.object() {
            let Object::Word(operator) = object else {
                if operands.len() < 64 {
                    operands.push(object);
                }
                continue;
            };
            let Some(left) = operators.checked_sub(1) else {
                break;
            };
            *operators = left;
            match operator.as_str() {
                "Tf" => {
                    if let Some(Object::Name(name)) = operands.first() {
                        state.font = self.font(content.resources, name);
                    }
                }
                "Do" => {
                    if let Some(Object::Name(name)) = operands.first()
                        && forms.len() < MAX_FORMS
                    {
                        forms.extend(self.form(content.resources, name, &state.matrix));
                    }
                }
                "BI" => reader.at = after_inline_image(&content.bytes, reader.at),
                other => state.obey(other, &operands, text),
            }
            operands.clear();
        }
        self.left = reader.left;
        if self.left == 0 {
            self.file.was_cut.set(true);
        }
        forms
    }

    fn font(&mut self, resources: Option<&'f Dict>, name: &str) -> Rc<Font> {
        let file = self.file;
        let fonts = resources.and_then(|dict| file.dict(dict.get("Font")));
        let Some(dict) = fonts.and_then(|fonts| file.dict(fonts.get(name))) else {
            return Rc::clone(&self.plain);
        };
        if self.fonts.len() >= MAX_FONTS && !self.fonts.contains_key(&std::ptr::from_ref(dict)) {
            file.was_cut.set(true);
            return Rc::clone(&self.plain);
        }
        let font = self.fonts.entry(dict);
        Rc::clone(font.or_insert_with(|| Rc::new(Font::of(file, dict))))
    }

    fn form(
        &self,
        resources: Option<&'f Dict>,
        name: &str,
        matrix: &Matrix,
    ) -> Option<Content<'f>> {
        let forms = self.file.dict(resources?.get("XObject"))?;
        let object = forms.get(name)?;
        let dict = self.file.dict(Some(object))?;
        if !dict.is("Subtype", "Form") {
            return None;
        }
        let (_, bytes, _) = self.file.stream_of(object)?;
        let own = matrix_of(self.file.items(dict.get("Matrix")));
        Some(Content {
            bytes,
            resources: self.file.dict(dict.get("Resources")).or(resources),
            matrix: own.map_or(*matrix, |own| times(&own, matrix)),
        })
    }
}

/// Behind `EI` of an inline image.
fn after_inline_image(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(found) = find(bytes, b"EI", at) {
        let before = found.checked_sub(1).map(|before| bytes[before]);
        let after = bytes.get(found + 2);
        if before.is_some_and(is_space) && after.is_none_or(|&byte| is_space(byte)) {
            return found + 2;
        }
        at = found + 2;
    }
    bytes.len()
}

fn matrix_of(objects: &[Object]) -> Option<Matrix> {
    let mut matrix = IDENTITY;
    if objects.len() < 6 {
        return None;
    }
    for (to, from) in matrix.iter_mut().zip(objects) {
        let Object::Number(number) = from else {
            return None;
        };
        *to = *number;
    }
    Some(matrix)
}

/// The state of drawing that decides where text stands.
struct State {
    matrix: Matrix,
    saved: Vec<Matrix>,
    text: Matrix,
    line: Matrix,
    leading: f64,
    font: Rc<Font>,
}

impl State {
    fn new(matrix: Matrix, font: Rc<Font>) -> Self {
        Self {
            matrix,
            saved: Vec::new(),
            text: IDENTITY,
            line: IDENTITY,
            leading: 0.0,
            font,
        }
    }

    fn obey(&mut self, operator: &str, operands: &[Object], into: &mut PageText) {
        let number = |at: usize| match operands.get(at) {
            Some(Object::Number(number)) => *number,
            _ => 0.0,
        };
        match operator {
            "q" if self.saved.len() < 64 => self.saved.push(self.matrix),
            "Q" => self.matrix = self.saved.pop().unwrap_or(self.matrix),
            "cm" => {
                if let Some(matrix) = matrix_of(operands) {
                    self.matrix = times(&matrix, &self.matrix);
                }
            }
            "BT" => (self.text, self.line) = (IDENTITY, IDENTITY),
            "TL" => self.leading = number(0),
            "Td" => self.next_line(number(0), number(1)),
            "TD" => {
                self.leading = -number(1);
                self.next_line(number(0), number(1));
            }
            "T*" => self.next_line(0.0, -self.leading),
            "Tm" => {
                if let Some(matrix) = matrix_of(operands) {
                    (self.text, self.line) = (matrix, matrix);
                }
            }
            "Tj" | "TJ" => self.show(operands.first(), into),
            "'" => {
                self.next_line(0.0, -self.leading);
                self.show(operands.first(), into);
            }
            "\"" => {
                self.next_line(0.0, -self.leading);
                self.show(operands.get(2), into);
            }
            _ => {}
        }
    }

    fn next_line(&mut self, x: f64, y: f64) {
        self.line = times(&[1.0, 0.0, 0.0, 1.0, x, y], &self.line);
        self.text = self.line;
    }

    fn show(&self, object: Option<&Object>, into: &mut PageText) {
        let mut text = String::new();
        let parts = match object {
            Some(Object::Array(parts)) => parts.as_slice(),
            Some(one) => std::slice::from_ref(one),
            None => return,
        };
        for part in parts {
            match part {
                Object::Text(codes) => match self.font.text(codes) {
                    Some(known) => text.push_str(&known),
                    None => into.is_unreadable = true,
                },
                // A wide gap between glyphs is a space.
                Object::Number(gap) if *gap < -180.0 && !text.ends_with(' ') => text.push(' '),
                _ => {}
            }
        }
        let place = times(&self.text, &self.matrix);
        if !text.is_empty() {
            into.runs.push(Run {
                x: place[4],
                y: place[5],
                text,
            });
        }
    }
}
