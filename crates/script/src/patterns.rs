//! Regular expressions, as far as they are regular: what needs backtracking stays unknown.

use std::rc::Rc;

use regex::Regex;

use crate::heap::Kind;
use crate::machine::{Cut, MAX_TEXT, Machine};
use crate::value::{Made, Taint, Text, Value, first};

/// Expressions that one page's scripts may compile.
const MAX_PATTERNS: u32 = 300;

/// What is looked for.
pub(crate) enum Pattern {
    /// `\bword\b`, which packers ask for by the hundred.
    Word(String),
    /// Any other expression.
    Regex(Regex),
}

impl Pattern {
    fn find_at(&self, text: &str, from: usize) -> Option<(usize, usize)> {
        match self {
            Self::Regex(regex) => regex
                .find_at(text, from)
                .map(|found| (found.start(), found.end())),
            Self::Word(word) => {
                let is_word =
                    |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
                let bytes = text.as_bytes();
                let mut at = from;
                while let Some(offset) = text.get(at..)?.find(word.as_str()) {
                    let (start, end) = (at + offset, at + offset + word.len());
                    let before = start.checked_sub(1).and_then(|at| bytes.get(at));
                    if !is_word(before) && !is_word(bytes.get(end)) {
                        return Some((start, end));
                    }
                    at = end;
                }
                None
            }
        }
    }

    fn groups(&self, text: &str, start: usize) -> Vec<Option<String>> {
        match self {
            Self::Word(_) => Vec::new(),
            Self::Regex(regex) => match regex.captures_at(text, start) {
                Some(found) => found
                    .iter()
                    .skip(1)
                    .map(|group| group.map(|group| group.as_str().to_owned()))
                    .collect(),
                None => Vec::new(),
            },
        }
    }
}

/// The pieces of a text between the places of a pattern.
pub(crate) fn split(pattern: &Pattern, text: &str) -> Vec<String> {
    let mut pieces = Vec::new();
    let (mut from, mut at) = (0, 0);
    while let Some((start, end)) = pattern.find_at(text, at) {
        if end == start {
            let Some(c) = text.get(end..).and_then(|rest| rest.chars().next()) else {
                break;
            };
            at = end + c.len_utf8();
            if start == 0 {
                continue;
            }
        } else {
            at = end;
        }
        pieces.push(text.get(from..start).unwrap_or_default().to_owned());
        from = end;
    }
    pieces.push(text.get(from..).unwrap_or_default().to_owned());
    pieces
}

impl<'a> Machine<'a> {
    /// A compiled expression; `None` when it is not regular, or there are too many.
    pub(crate) fn pattern(&mut self, pattern: &str, flags: &str) -> Option<Pattern> {
        let inner = pattern
            .strip_prefix("\\b")
            .and_then(|rest| rest.strip_suffix("\\b"));
        if let Some(word) = inner
            && !flags.contains('i')
            && !word.is_empty()
            && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        {
            return Some(Pattern::Word(word.to_owned()));
        }
        self.patterns += 1;
        if self.patterns > MAX_PATTERNS
            || pattern.len() > 1_000
            || !self.spend(200 + pattern.len() * 8)
        {
            self.cut(Cut::Steps);
            return None;
        }
        let mut translated = String::from("(?");
        // Classes such as `\w` are ASCII in scripts.
        translated.push_str(if flags.contains('i') { "i" } else { "" });
        translated.push_str(if flags.contains('m') { "m" } else { "" });
        translated.push_str(if flags.contains('s') { "s" } else { "" });
        if translated.len() == 2 {
            translated.clear();
        } else {
            translated.push(')');
        }
        let ascii = pattern
            .replace("\\d", "[0-9]")
            .replace("\\/", "/")
            .replace("(?<", "(?P<")
            .replace("[^]", "(?s:.)");
        // A class inside of a class stays as it is.
        let ascii = if pattern.contains('[') {
            pattern.replace("\\/", "/")
        } else {
            ascii
        };
        translated.push_str(&ascii);
        regex::RegexBuilder::new(&translated)
            .size_limit(1 << 20)
            .dfa_size_limit(1 << 20)
            .nest_limit(60)
            .build()
            .ok()
            .map(Pattern::Regex)
    }

    fn pattern_of(&mut self, value: &Value<'a>) -> Option<(Pattern, bool)> {
        let Value::Object(id) = value else {
            return None;
        };
        let (pattern, flags) = match self.get(*id).map(|object| &object.kind) {
            Some(Kind::Pattern(pattern, flags)) => (pattern.clone(), flags.clone()),
            _ => return None,
        };
        let is_global = flags.contains('g');
        self.pattern(&pattern, &flags)
            .map(|pattern| (pattern, is_global))
    }

    pub(crate) fn replace(
        &mut self,
        text: &Rc<Text>,
        name: &str,
        arguments: &[Value<'a>],
    ) -> Value<'a> {
        let first = first(arguments);
        let by = arguments.get(1).cloned().unwrap_or(Value::Undefined);
        let taint = first.taint().with(by.taint()).with(text.taint);
        let pattern = match &first {
            Value::Object(_) => self.pattern_of(&first),
            Value::Text(needle) if !needle.hole && !needle.text.is_empty() => {
                Regex::new(&regex::escape(&needle.text))
                    .ok()
                    .map(|regex| (Pattern::Regex(regex), name == "replaceAll"))
            }
            Value::Text(_) => return Value::Text(Rc::clone(text)),
            _ => None,
        };
        let Some((pattern, all)) = pattern else {
            return Value::Unknown(taint);
        };
        let mut result = String::with_capacity(text.text.len());
        let mut made = text.made;
        let (mut from, mut at) = (0, 0);
        while let Some((start, end)) = pattern.find_at(&text.text, at) {
            if !self.spend(2) || result.len() > MAX_TEXT {
                self.cut(Cut::Size);
                return Value::Unknown(taint);
            }
            let piece = text.text.get(start..end).unwrap_or_default().to_owned();
            let groups = pattern.groups(&text.text, start);
            let new = self.replacement(&by, &piece, &groups, start);
            let Some(new) = new else {
                return Value::Unknown(taint);
            };
            made = made.with(new.made).with(Made::REWRITTEN);
            result.push_str(text.text.get(from..start).unwrap_or_default());
            result.push_str(&new.text);
            from = end;
            at = end;
            if start == end {
                match text.text.get(end..).and_then(|rest| rest.chars().next()) {
                    Some(c) => at = end + c.len_utf8(),
                    None => break,
                }
            }
            if !all {
                break;
            }
        }
        result.push_str(text.text.get(from..).unwrap_or_default());
        Value::made(result, made)
    }

    /// What a match is replaced by; `None` when that is not known.
    fn replacement(
        &mut self,
        by: &Value<'a>,
        piece: &str,
        groups: &[Option<String>],
        start: usize,
    ) -> Option<Rc<Text>> {
        if self.is_function(by) || matches!(by, Value::Native(_)) {
            let mut given = vec![Value::text(piece)];
            for group in groups {
                given.push(group.clone().map_or(Value::Undefined, Value::text));
            }
            given.push(Value::Number(start as f64));
            let value = self.call(by, Value::Undefined, given);
            let text = self.text_of(&value);
            return (!text.hole).then_some(text);
        }
        let text = self.text_of(by);
        if text.hole {
            return None;
        }
        if !text.text.contains('$') {
            return Some(text);
        }
        let mut result = String::new();
        let mut chars = text.text.chars().peekable();
        while let Some(c) = chars.next() {
            match (c, chars.peek().copied()) {
                ('$', Some('&')) => {
                    chars.next();
                    result.push_str(piece);
                }
                ('$', Some('$')) => {
                    chars.next();
                    result.push('$');
                }
                ('$', Some(digit)) if digit.is_ascii_digit() => {
                    chars.next();
                    let at = digit.to_digit(10).unwrap_or(0) as usize;
                    match at.checked_sub(1).and_then(|at| groups.get(at)) {
                        Some(group) => result.push_str(group.as_deref().unwrap_or_default()),
                        None => {
                            result.push('$');
                            result.push(digit);
                        }
                    }
                }
                _ => result.push(c),
            }
        }
        Some(Rc::new(Text::made(result, text.made)))
    }

    pub(crate) fn matches(
        &mut self,
        text: &Text,
        name: &str,
        arguments: &[Value<'a>],
    ) -> Value<'a> {
        let first = first(arguments);
        let found = match &first {
            Value::Text(needle) if !needle.hole => {
                let source = needle.text.clone();
                self.pattern(&source, "").map(|pattern| (pattern, false))
            }
            _ => self.pattern_of(&first),
        };
        let Some((pattern, all)) = found else {
            return Value::Unknown(first.taint());
        };
        if name == "search" {
            let at = pattern.find_at(&text.text, 0);
            return Value::Number(at.map_or(-1.0, |(start, _)| start as f64));
        }
        let Some((start, end)) = pattern.find_at(&text.text, 0) else {
            return Value::Null;
        };
        let made = text.made.with(Made::REWRITTEN);
        if !all || name == "matchAll" {
            if name == "matchAll" {
                return Value::Unknown(Taint::NONE);
            }
            let mut items = vec![Value::made(
                text.text.get(start..end).unwrap_or_default(),
                made,
            )];
            for group in pattern.groups(&text.text, start) {
                items.push(group.map_or(Value::Undefined, |group| Value::made(group, made)));
            }
            return self.array(items);
        }
        let mut items = Vec::new();
        let mut at = 0;
        while let Some((start, end)) = pattern.find_at(&text.text, at) {
            if !self.spend(2) {
                return Value::Unknown(Taint::NONE);
            }
            items.push(Value::made(
                text.text.get(start..end).unwrap_or_default(),
                made,
            ));
            at = end;
            if start == end {
                match text.text.get(end..).and_then(|rest| rest.chars().next()) {
                    Some(c) => at = end + c.len_utf8(),
                    None => break,
                }
            }
        }
        self.array(items)
    }

    pub(crate) fn pattern_method(
        &mut self,
        pattern: &str,
        flags: &str,
        name: &str,
        arguments: &[Value<'a>],
    ) -> Value<'a> {
        let first = first(arguments);
        let text = self.text_of(&first);
        if text.hole {
            return Value::Unknown(text.taint);
        }
        let compiled = self.pattern(pattern, flags);
        match (name, compiled) {
            // The state of a global expression is not followed.
            (_, Some(_)) if flags.contains('g') && name == "exec" => Value::Unknown(Taint::NONE),
            ("test", Some(pattern)) => Value::Bool(pattern.find_at(&text.text, 0).is_some()),
            ("exec", Some(_)) => {
                let object = self.object(Kind::Pattern(pattern.to_owned(), flags.to_owned()));
                self.matches(&text, "match", &[object])
            }
            ("toString", _) => Value::text(format!("/{pattern}/{flags}")),
            _ => Value::Unknown(Taint::NONE),
        }
    }
}
