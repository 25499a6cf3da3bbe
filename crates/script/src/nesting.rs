//! How deeply a script is nested, before a parser that recurses is let loose on it.
//!
//! One pass over the bytes cuts the text into tokens just far enough to know strings, comments,
//! templates and regular expressions apart from code, and adds up everything that makes a parser
//! of recursive descent call itself: open brackets, statements that wait for their body, and
//! operators that wait for their right side. Where the text does not tell a regular expression
//! from a division, what it may hide is counted, too.

/// Deeper than this, a script is not parsed.
pub(crate) const MAX_NESTING: u32 = 160;

/// More signs than this inside of what may or may not be a regular expression, and the script is
/// not parsed.
const MAX_HIDDEN: u32 = 80;

/// What a token leaves behind for the next one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Prev {
    /// Nothing yet, an operator, an opening bracket or a keyword: an operand must follow.
    Operator,
    /// The end of an operand.
    Operand,
    /// `)` after `if (…`: a statement follows.
    Head,
    /// `}`.
    Brace,
    /// `;`.
    End,
    /// `,`.
    Comma,
}

/// One open bracket, with what is pending in it.
#[derive(Clone, Copy, Default)]
struct Level {
    open: u8,
    is_head: bool,
    statements: u32,
    expressions: u32,
    unaries: u32,
    choices: u32,
}

impl Level {
    const fn pending(&self) -> u32 {
        self.statements + self.expressions + self.unaries
    }
}

struct Scan<'s> {
    bytes: &'s [u8],
    at: usize,
    is_module: bool,
    levels: Vec<Level>,
    now: Level,
    /// What is pending in all levels but the present one, and their number.
    outer: u32,
    hidden: u32,
    prev: Prev,
    line_began: bool,
    words: [&'s [u8]; 2],
    /// The token before the last word.
    before_word: (Prev, u8),
    last: u8,
}

/// Whether a parser may read the script without running out of stack. Linear in the text; stops at
/// the first place that is too deep.
pub(crate) fn is_bounded(script: &str, is_module: bool) -> bool {
    let mut scan = Scan {
        bytes: script.as_bytes(),
        at: 0,
        is_module,
        levels: Vec::new(),
        now: Level::default(),
        outer: 0,
        hidden: 0,
        prev: Prev::Operator,
        line_began: true,
        words: [b"", b""],
        before_word: (Prev::Operator, 0),
        last: 0,
    };
    if script.starts_with("#!") {
        scan.skip_line();
    }
    while scan.at < scan.bytes.len() {
        scan.token();
        let depth = scan.outer + scan.now.pending();
        if depth > MAX_NESTING || scan.hidden > MAX_HIDDEN {
            return false;
        }
    }
    true
}

const fn is_word_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$' | b'#' | b'\\' | b'@') || b >= 0x80
}

impl<'s> Scan<'s> {
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn starts(&self, sign: &[u8]) -> bool {
        self.bytes[self.at..].starts_with(sign)
    }

    fn token(&mut self) {
        let c = self.peek(0);
        match c {
            b'\n' | b'\r' => {
                self.line_began = true;
                self.at += 1;
            }
            b' ' | b'\t' | 0x0b | 0x0c => self.at += 1,
            0xe2 if self.starts(b"\xe2\x80\xa8") || self.starts(b"\xe2\x80\xa9") => {
                self.line_began = true;
                self.at += 3;
            }
            0xef if self.starts(b"\xef\xbb\xbf") => self.at += 3,
            0xc2 if self.peek(1) == 0xa0 => self.at += 2,
            b'/' if self.peek(1) == b'/' => self.skip_line(),
            b'/' if self.peek(1) == b'*' => self.block_comment(),
            b'<' if !self.is_module && self.starts(b"<!--") => self.skip_line(),
            b'-' if !self.is_module && self.line_began && self.starts(b"-->") => self.skip_line(),
            _ => {
                self.settle(c);
                self.code(c);
                self.line_began = false;
                self.last = c;
            }
        }
    }

    fn skip_line(&mut self) {
        while self.at < self.bytes.len() {
            if matches!(self.peek(0), b'\n' | b'\r')
                || self.starts(b"\xe2\x80\xa8")
                || self.starts(b"\xe2\x80\xa9")
            {
                return;
            }
            self.at += 1;
        }
    }

    fn block_comment(&mut self) {
        let from = self.at + 2;
        let body = self.bytes.get(from..).unwrap_or_default();
        let length = body.windows(2).position(|pair| pair == b"*/");
        let end = length.map_or(self.bytes.len(), |length| from + length + 2);
        let body = &self.bytes[self.at..end];
        self.line_began |= body.iter().any(|&b| b == b'\n' || b == b'\r');
        self.at = end;
    }

    /// Closes what the token before has ended, now that the next one is known to begin with `c`.
    fn settle(&mut self, c: u8) {
        let ends = match self.prev {
            Prev::End => !self.next_is(&[b"else"]),
            Prev::Brace => is_word_byte(c) && !self.continues(),
            Prev::Operand => {
                let fresh = is_word_byte(c) || matches!(c, b'"' | b'\'' | b'{');
                self.line_began && fresh && !self.continues()
            }
            _ => false,
        };
        if ends {
            self.now = Level {
                open: self.now.open,
                is_head: self.now.is_head,
                ..Level::default()
            };
        }
    }

    fn next_is(&self, words: &[&[u8]]) -> bool {
        words.iter().any(|word| {
            self.starts(word)
                && !is_word_byte(self.bytes.get(self.at + word.len()).copied().unwrap_or(0))
        })
    }

    fn continues(&self) -> bool {
        self.next_is(&[
            b"else",
            b"while",
            b"catch",
            b"finally",
            b"in",
            b"instanceof",
            b"of",
            b"extends",
            b"from",
            b"as",
        ])
    }

    fn code(&mut self, c: u8) {
        match c {
            b'(' | b'[' | b'{' => self.open(c),
            b')' | b']' | b'}' => self.close(),
            b'"' | b'\'' => self.string(c),
            b'`' => {
                self.at += 1;
                self.template();
            }
            b'/' => self.slash(),
            b';' => {
                self.at += 1;
                self.prev = Prev::End;
                self.now.expressions = 0;
                self.now.unaries = 0;
                self.now.choices = 0;
            }
            b',' => {
                self.at += 1;
                self.prev = Prev::Comma;
                self.now.expressions = 0;
                self.now.unaries = 0;
                self.now.choices = 0;
            }
            b'0'..=b'9' => self.number(),
            b'.' if self.peek(1).is_ascii_digit() && self.prev != Prev::Operand => self.number(),
            _ if is_word_byte(c) => self.word(),
            _ => self.operator(c),
        }
    }

    fn open(&mut self, c: u8) {
        let head = |word: &[u8]| matches!(word, b"if" | b"while" | b"for" | b"with");
        let after_word = self.last != b'.' && is_word_byte(self.last);
        let is_head = c == b'('
            && after_word
            && self.before_word.1 != b'.'
            && (head(self.words[1]) || (self.words[1] == b"await" && self.words[0] == b"for"));
        self.push(c, is_head);
        self.at += 1;
    }

    fn push(&mut self, open: u8, is_head: bool) {
        self.outer += self.now.pending() + 1;
        self.levels.push(self.now);
        self.now = Level {
            open,
            is_head,
            ..Level::default()
        };
        self.prev = Prev::Operator;
    }

    fn close(&mut self) {
        let c = self.peek(0);
        self.at += 1;
        let closed = self.now;
        if let Some(outer) = self.levels.pop() {
            self.now = outer;
            self.outer -= self.now.pending() + 1;
        }
        if closed.open == b'`' {
            self.template();
            return;
        }
        self.prev = match c {
            b'}' => Prev::Brace,
            b')' if closed.is_head => Prev::Head,
            _ => Prev::Operand,
        };
    }

    fn string(&mut self, quote: u8) {
        self.at += 1;
        while self.at < self.bytes.len() {
            match self.peek(0) {
                b'\\' => self.at += 1 + usize::from(self.peek(1) == b'\r' && self.peek(2) == b'\n'),
                b'\n' | b'\r' => break,
                c if c == quote => {
                    self.at += 1;
                    break;
                }
                _ => {}
            }
            self.at += 1;
        }
        self.at = self.at.min(self.bytes.len());
        self.prev = Prev::Operand;
    }

    /// The text of a template up to its end or to the next `${`.
    fn template(&mut self) {
        while self.at < self.bytes.len() {
            match self.peek(0) {
                b'\\' => self.at += 1,
                b'`' => {
                    self.at += 1;
                    self.prev = Prev::Operand;
                    return;
                }
                b'$' if self.peek(1) == b'{' => {
                    self.at += 2;
                    self.push(b'`', false);
                    return;
                }
                _ => {}
            }
            self.at += 1;
        }
        self.at = self.at.min(self.bytes.len());
    }

    fn slash(&mut self) {
        let contextual = is_word_byte(self.last)
            && self.before_word.1 != b'.'
            && matches!(self.words[1], b"yield" | b"await" | b"of");
        let is_unsure = self.prev == Prev::Brace || contextual;
        if self.prev == Prev::Operand && !is_unsure {
            self.at += 1;
            self.operate();
            if self.peek(0) == b'=' {
                self.now.expressions += 1;
                self.at += 1;
            }
            return;
        }
        let from = self.at;
        self.regex();
        if is_unsure {
            for &b in &self.bytes[from..self.at] {
                self.hidden += match b {
                    b'"' | b'\'' | b'`' => MAX_HIDDEN + 1,
                    b'(' | b'[' | b'{' | b'!' | b'~' | b'=' | b'?' | b':' | b'+' | b'-' | b'*' => 1,
                    _ => 0,
                };
            }
        }
        self.prev = Prev::Operand;
    }

    fn regex(&mut self) {
        let mut in_class = false;
        self.at += 1;
        while self.at < self.bytes.len() {
            match self.peek(0) {
                b'\\' => self.at += 1,
                b'\n' | b'\r' => return,
                b'[' => in_class = true,
                b']' => in_class = false,
                b'/' if !in_class => {
                    self.at += 1;
                    while is_word_byte(self.peek(0)) {
                        self.at += 1;
                    }
                    return;
                }
                _ => {}
            }
            self.at += 1;
        }
        self.at = self.at.min(self.bytes.len());
    }

    fn number(&mut self) {
        while is_word_byte(self.peek(0)) || self.peek(0) == b'.' {
            self.at += 1;
        }
        self.prev = Prev::Operand;
    }

    fn word(&mut self) {
        let from = self.at;
        while is_word_byte(self.peek(0)) {
            self.at += 1;
        }
        let word = &self.bytes[from..self.at];
        self.before_word = (self.prev, self.last);
        self.words = [self.words[1], word];
        self.prev = Prev::Operand;
        if self.before_word.1 == b'.' {
            return;
        }
        match word {
            b"if" | b"for" | b"while" | b"do" | b"with" | b"else" => {
                self.now.statements += 1;
                self.prev = Prev::Operator;
            }
            b"typeof" | b"void" | b"delete" | b"new" | b"await" => {
                self.now.unaries += 1;
                self.prev = if word == b"await" {
                    Prev::Operand
                } else {
                    Prev::Operator
                };
            }
            b"extends" => {
                self.now.expressions += 1;
                self.prev = Prev::Operator;
            }
            b"yield" => self.now.expressions += 1,
            b"return" | b"throw" | b"case" | b"in" | b"instanceof" | b"default" => {
                self.prev = Prev::Operator;
            }
            _ => {}
        }
    }

    /// A binary operator closes the prefix operators before it.
    fn operate(&mut self) {
        if self.prev == Prev::Operand {
            self.now.unaries = 0;
        }
        self.prev = Prev::Operator;
    }

    fn operator(&mut self, c: u8) {
        let (next, after) = (self.peek(1), self.peek(2));
        let follows_operand = self.prev == Prev::Operand;
        let mut length = 1;
        match c {
            b'=' if next == b'=' => {
                length = 2 + usize::from(after == b'=');
                self.operate();
            }
            b'=' => {
                length = 1 + usize::from(next == b'>');
                self.now.expressions += 1;
                self.prev = Prev::Operator;
            }
            b'!' if next == b'=' && follows_operand => {
                length = 2 + usize::from(after == b'=');
                self.operate();
            }
            b'!' | b'~' => {
                self.now.unaries += 1;
                self.prev = Prev::Operator;
            }
            b'+' | b'-' if next == c => {
                length = 2;
                // After an operand on the same line it belongs to that operand.
                if !follows_operand || self.line_began {
                    self.now.unaries += 1;
                    self.prev = Prev::Operator;
                }
            }
            b'+' | b'-' if !follows_operand => {
                self.now.unaries += 1;
                self.prev = Prev::Operator;
            }
            b'*' if next == b'*' => {
                length = 2;
                self.now.expressions += 1;
                self.prev = Prev::Operator;
            }
            b'?' if next == b'.' && !after.is_ascii_digit() => {
                self.prev = Prev::Operator;
            }
            b'?' if next == b'?' => {
                length = 2;
                self.operate();
            }
            b'?' => {
                self.now.expressions += 1;
                self.now.choices += 1;
                self.prev = Prev::Operator;
            }
            b':' => self.colon(),
            b'.' => self.prev = Prev::Operator,
            b'<' | b'>' => {
                // `>=` compares, `>>=` assigns; both may count.
                self.operate();
                if next == c && self.bytes[self.at..].iter().take(4).any(|&b| b == b'=') {
                    self.now.expressions += 1;
                }
                while self.peek(length) == c || (self.peek(length) == b'=' && length < 4) {
                    length += 1;
                    if self.peek(length - 1) == b'=' {
                        break;
                    }
                }
            }
            _ => {
                self.operate();
                if next == c {
                    length = 2;
                }
            }
        }
        self.at += length;
    }

    fn colon(&mut self) {
        if self.now.choices > 0 {
            self.now.choices -= 1;
        } else if is_word_byte(self.last)
            && self.before_word.0 != Prev::Comma
            && self.words[0] != b"case"
        {
            self.now.statements += 1;
        }
        self.prev = Prev::Operator;
    }
}
