//! Navigations that a script's text proves: a literal address given to `location`,
//! `window.open` and the like, and forms that a script submits.
//!
//! No script is run. The text is cut into tokens (comments, strings and regular expressions
//! apart), and each navigation is asked whether it stands in the body of a function that needs an
//! act. Functions that are called at once, by a timer, or when the page has loaded need none.

use base64::Engine;
use model::Trigger;

/// A navigation with a literal address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Navigation {
    /// The address as a string.
    pub(crate) href: String,
    /// Whether loading the page is enough.
    pub(crate) trigger: Trigger,
    /// Where it stands in the script.
    pub(crate) at: usize,
}

/// Which form a script submits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FormName {
    /// By id or name.
    Named(String),
    /// By place among the forms.
    Nth(usize),
    /// Not told: the only form, if there is one.
    Some,
}

/// A submission by script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Submission {
    /// The form.
    pub(crate) form: FormName,
    /// Whether loading the page is enough.
    pub(crate) trigger: Trigger,
}

#[derive(Debug, Clone, PartialEq)]
enum Token<'s> {
    Word(&'s str),
    Text(String),
    Mark(u8),
}

struct Lexed<'s> {
    tokens: Vec<(Token<'s>, usize)>,
    /// For each token, whether reaching it needs an act.
    acts: Vec<bool>,
}

/// Longer scripts are libraries; they are left out.
const MAX_SCRIPT: usize = 400_000;

/// The navigations and submissions in a script. `as_handler` says that the whole text runs only
/// when something is done. Linear in the text.
pub(crate) fn read(script: &str, as_handler: bool) -> (Vec<Navigation>, Vec<Submission>) {
    let signs = ["location", "open(", "navigate(", "ubmit("];
    if script.len() > MAX_SCRIPT || !signs.iter().any(|sign| script.contains(sign)) {
        return (Vec::new(), Vec::new());
    }
    let lexed = lex(script);
    let (mut navigations, mut submissions) = (Vec::new(), Vec::new());
    for at in 0..lexed.tokens.len() {
        let trigger = if as_handler || lexed.acts[at] {
            Trigger::Act
        } else {
            Trigger::Load
        };
        if let Some(href) = lexed.navigation(at) {
            navigations.push(Navigation {
                href,
                trigger,
                at: lexed.tokens[at].1,
            });
        }
        if let Some(form) = lexed.submission(at) {
            submissions.push(Submission { form, trigger });
        }
    }
    (navigations, submissions)
}

impl Lexed<'_> {
    fn word(&self, at: usize) -> Option<&str> {
        match self.tokens.get(at) {
            Some((Token::Word(word), _)) => Some(word),
            _ => None,
        }
    }

    fn mark(&self, at: usize) -> Option<u8> {
        match self.tokens.get(at) {
            Some((Token::Mark(mark), _)) => Some(*mark),
            _ => None,
        }
    }

    fn before(&self, at: usize, back: usize) -> Option<&(Token<'_>, usize)> {
        self.tokens.get(at.checked_sub(back)?)
    }

    /// Whether the word at `at` is a property of something other than a window or a document.
    fn is_foreign_property(&self, at: usize) -> bool {
        if !matches!(self.before(at, 1), Some((Token::Mark(b'.'), _))) {
            return matches!(
                self.before(at, 1),
                Some((Token::Word("var" | "let" | "const" | "function"), _))
            );
        }
        !matches!(
            self.before(at, 2),
            Some((
                Token::Word(
                    "window"
                        | "self"
                        | "top"
                        | "parent"
                        | "document"
                        | "globalThis"
                        | "opener"
                        | "this"
                        | "frames"
                ),
                _
            ))
        )
    }

    /// The literal address of a navigation that begins at token `at`.
    fn navigation(&self, at: usize) -> Option<String> {
        let word = self.word(at)?;
        match word {
            "location" if !self.is_foreign_property(at) => {
                let mut next = at + 1;
                if self.mark(next) == Some(b'.') {
                    match self.word(next + 1)? {
                        "href" => next += 2,
                        "replace" | "assign" if self.mark(next + 2) == Some(b'(') => {
                            return self.literal(next + 3);
                        }
                        _ => return None,
                    }
                }
                let assigns = self.mark(next) == Some(b'=') && self.mark(next + 1) != Some(b'=');
                assigns.then(|| self.literal(next + 1))?
            }
            "open" | "navigate" if self.mark(at + 1) == Some(b'(') => {
                let owner = match self.before(at, 1) {
                    Some((Token::Mark(b'.'), _)) => self.before(at, 2),
                    _ => None,
                };
                let ours = match owner {
                    Some((Token::Word(owner), _)) => {
                        matches!(
                            *owner,
                            "window" | "self" | "top" | "parent" | "navigation" | "globalThis"
                        )
                    }
                    None => {
                        word == "open"
                            && !matches!(
                                self.before(at, 1),
                                Some((Token::Word(_) | Token::Mark(b'.'), _))
                            )
                    }
                    _ => false,
                };
                ours.then(|| self.literal(at + 2))?
            }
            _ => None,
        }
    }

    /// A string, a sum of strings, or a string in a decoding function, beginning at token `at`.
    /// What is added after an absolute address with a path does not change where it leads.
    fn literal(&self, at: usize) -> Option<String> {
        let (mut text, mut next) = self.operand(at)?;
        while self.mark(next) == Some(b'+') {
            match self.operand(next + 1) {
                Some((more, after)) => {
                    text.push_str(&more);
                    next = after;
                }
                None => {
                    let host_and_path = text
                        .split_once("//")
                        .is_some_and(|(_, rest)| rest.contains('/'));
                    return host_and_path.then_some(text);
                }
            }
        }
        (!text.trim().is_empty() && text.len() < 4_000).then_some(text)
    }

    fn operand(&self, at: usize) -> Option<(String, usize)> {
        match self.tokens.get(at)? {
            (Token::Text(text), _) => Some((text.clone(), at + 1)),
            (Token::Mark(b'('), _) => {
                let (text, next) = self.operand(at + 1)?;
                (self.mark(next) == Some(b')')).then_some((text, next + 1))
            }
            (Token::Word(name), _) => {
                let (name, at) = match *name {
                    "window" | "self" if self.mark(at + 1) == Some(b'.') => {
                        (self.word(at + 2)?, at + 2)
                    }
                    name => (name, at),
                };
                let (Some(b'('), Some((Token::Text(text), _)), Some(b')')) = (
                    self.mark(at + 1),
                    self.tokens.get(at + 2),
                    self.mark(at + 3),
                ) else {
                    return None;
                };
                Some((decode_call(name, text)?, at + 4))
            }
            (Token::Mark(_), _) => None,
        }
    }

    /// The form of a `.submit()` whose word stands at token `at`.
    fn submission(&self, at: usize) -> Option<FormName> {
        if !matches!(self.word(at)?, "submit" | "requestSubmit") || self.mark(at + 1) != Some(b'(')
        {
            return None;
        }
        if !matches!(self.before(at, 1), Some((Token::Mark(b'.'), _))) {
            return None;
        }
        match &self.before(at, 2)?.0 {
            Token::Word("forms" | "document" | "this") => Some(FormName::Some),
            Token::Word(name) => Some(FormName::Named((*name).to_owned())),
            // `getElementById('x')`, `forms[0]`, `forms['x']`, `querySelector('#x')`, `$('#x')`.
            Token::Mark(b')' | b']') => match &self.before(at, 3)?.0 {
                Token::Text(text) => {
                    let name = text.trim_start_matches(['#', '.']);
                    let name = name.strip_prefix("form#").unwrap_or(name);
                    Some(if name == "form" {
                        FormName::Some
                    } else {
                        FormName::Named(name.to_owned())
                    })
                }
                Token::Word(number) => Some(number.parse().map_or(FormName::Some, FormName::Nth)),
                Token::Mark(_) => Some(FormName::Some),
            },
            _ => Some(FormName::Some),
        }
    }
}

fn decode_call(name: &str, text: &str) -> Option<String> {
    match name {
        "atob" => {
            let compact: String = text
                .chars()
                .filter(|c| !c.is_whitespace() && *c != '=')
                .collect();
            let bytes = base64::engine::general_purpose::STANDARD_NO_PAD
                .decode(compact)
                .ok()?;
            String::from_utf8(bytes).ok()
        }
        "decodeURIComponent" | "decodeURI" | "unescape" => Some(
            percent_encoding::percent_decode_str(text)
                .decode_utf8()
                .ok()?
                .into_owned(),
        ),
        "String" | "encodeURI" => Some(text.to_owned()),
        _ => None,
    }
}

fn lex(script: &str) -> Lexed<'_> {
    let bytes = script.as_bytes();
    let mut tokens: Vec<(Token<'_>, usize)> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let c = bytes[at];
        match c {
            b'/' if bytes.get(at + 1) == Some(&b'/') => {
                at += bytes[at..]
                    .iter()
                    .position(|&b| b == b'\n')
                    .unwrap_or(bytes.len() - at);
            }
            b'/' if bytes.get(at + 1) == Some(&b'*') => {
                at = script[at + 2..]
                    .find("*/")
                    .map_or(bytes.len(), |end| at + 4 + end);
            }
            b'/' if begins_expression(tokens.last().map(|token| &token.0)) => {
                at = regex_end(bytes, at);
            }
            b'"' | b'\'' | b'`' => {
                let (text, end) = string(script, at);
                tokens.push((Token::Text(text), at));
                at = end;
            }
            _ if c.is_ascii_alphanumeric() || matches!(c, b'_' | b'$') || c >= 0x80 => {
                let end = bytes[at..]
                    .iter()
                    .position(|&b| {
                        !(b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$') || b >= 0x80)
                    })
                    .map_or(bytes.len(), |n| at + n);
                tokens.push((Token::Word(&script[at..end]), at));
                at = end;
            }
            _ => {
                if !c.is_ascii_whitespace() {
                    tokens.push((Token::Mark(c), at));
                }
                at += 1;
            }
        }
    }
    let acts = acts(&tokens);
    Lexed { tokens, acts }
}

fn begins_expression(before: Option<&Token<'_>>) -> bool {
    match before {
        None | Some(Token::Word("return" | "typeof" | "case")) => true,
        Some(Token::Mark(mark)) => !matches!(mark, b')' | b']' | b'}'),
        _ => false,
    }
}

fn regex_end(bytes: &[u8], mut at: usize) -> usize {
    let mut in_class = false;
    at += 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'\n' => return at,
            b'[' => in_class = true,
            b']' => in_class = false,
            b'/' if !in_class => return at + 1,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

/// A string literal and where it ends. A template with `${` keeps what is before it.
fn string(script: &str, start: usize) -> (String, usize) {
    let quote = char::from(script.as_bytes()[start]);
    let mut text = String::new();
    let mut chars = script[start + 1..].char_indices();
    while let Some((offset, c)) = chars.next() {
        match c {
            _ if c == quote => return (text, start + 1 + offset + 1),
            '\n' if quote != '`' => return (text, start + 1 + offset),
            '\\' => {
                let Some((_, escaped)) = chars.next() else {
                    break;
                };
                let digits = match escaped {
                    'x' => 2,
                    'u' => 4,
                    _ => 0,
                };
                if digits > 0 {
                    let rest = chars.as_str();
                    let code = rest
                        .get(..digits)
                        .and_then(|hex| u32::from_str_radix(hex, 16).ok());
                    if let Some(c) = code.and_then(char::from_u32) {
                        text.push(c);
                        for _ in 0..digits {
                            chars.next();
                        }
                    }
                } else {
                    match escaped {
                        'n' => text.push('\n'),
                        't' => text.push('\t'),
                        'r' | '\n' => {}
                        other => text.push(other),
                    }
                }
            }
            _ => text.push(c),
        }
    }
    (text, script.len())
}

/// For each token, whether it stands in a function that runs only on an act.
fn acts(tokens: &[(Token<'_>, usize)]) -> Vec<bool> {
    let matching = matching_brackets(tokens);
    let mut acts = vec![false; tokens.len()];
    let mut bodies: Vec<(usize, usize, Option<&str>)> = Vec::new();
    for at in 0..tokens.len() {
        let Some(close) = matching[at] else { continue };
        let (Token::Mark(b'{'), _) = &tokens[at] else {
            continue;
        };
        if let Some(head) = function_head(tokens, &matching, at) {
            let name = match (&tokens.get(head), tokens.get(head + 1)) {
                (Some((Token::Word("function"), _)), Some((Token::Word(name), _))) => Some(*name),
                _ => None,
            };
            if !runs_by_itself(tokens, head, close) {
                bodies.push((at, close, name));
            }
        }
    }
    // Arrow functions without braces, to the end of the bracket that they stand in.
    for at in 1..tokens.len() {
        let arrow = tokens[at].0 == Token::Mark(b'>') && tokens[at - 1].0 == Token::Mark(b'=');
        if arrow && !matches!(tokens.get(at + 1), Some((Token::Mark(b'{'), _))) {
            let head = arrow_head(tokens, &matching, at - 1);
            if !runs_by_itself(tokens, head, at) {
                let end = (at + 1..tokens.len())
                    .take(200)
                    .find(|&i| {
                        matches!(tokens[i].0, Token::Mark(b')' | b',' | b';'))
                            && matching[i].is_none()
                    })
                    .unwrap_or(tokens.len() - 1);
                bodies.push((at, end, None));
            }
        }
    }
    for &(start, end, _) in &bodies {
        acts[start..=end.min(tokens.len() - 1)].fill(true);
    }
    // A function that code of the page's own calls by name runs, too.
    let called: Vec<&str> = (0..tokens.len())
        .filter(|&at| !acts[at])
        .filter_map(
            |at| match (&tokens[at].0, at.checked_sub(1).map(|b| &tokens[b].0)) {
                (Token::Word(_), Some(Token::Word("function") | Token::Mark(b'.'))) => None,
                (Token::Word(name), before) => {
                    let call = matches!(tokens.get(at + 1), Some((Token::Mark(b'('), _)));
                    let handed =
                        matches!(before, Some(Token::Mark(b'(' | b'='))) && is_timed(tokens, at);
                    (call || handed).then_some(*name)
                }
                _ => None,
            },
        )
        .collect();
    for (start, end, name) in bodies {
        let inside_another = start > 0 && acts[start - 1];
        if name.is_some_and(|name| called.contains(&name)) && !inside_another {
            acts[start..=end].fill(false);
        }
    }
    acts
}

fn matching_brackets(tokens: &[(Token<'_>, usize)]) -> Vec<Option<usize>> {
    let mut open: Vec<usize> = Vec::new();
    let mut matching = vec![None; tokens.len()];
    for (at, (token, _)) in tokens.iter().enumerate() {
        match token {
            Token::Mark(b'(' | b'{' | b'[') => open.push(at),
            Token::Mark(b')' | b'}' | b']') => {
                if let Some(start) = open.pop() {
                    matching[start] = Some(at);
                }
            }
            _ => {}
        }
    }
    matching
}

/// The token with which the function begins whose body opens at `brace`; `None` for other blocks.
fn function_head(
    tokens: &[(Token<'_>, usize)],
    matching: &[Option<usize>],
    brace: usize,
) -> Option<usize> {
    let before = brace.checked_sub(1)?;
    match &tokens[before].0 {
        Token::Mark(b'>') => Some(arrow_head(tokens, matching, before.checked_sub(1)?)),
        Token::Mark(b')') => {
            let open = (0..before)
                .rev()
                .take(400)
                .find(|&at| matching[at] == Some(before))?;
            let word = open.checked_sub(1)?;
            match &tokens[word].0 {
                Token::Word("if" | "for" | "while" | "switch" | "with" | "catch") => None,
                Token::Word("function") => Some(word),
                Token::Word(_) => Some(match word.checked_sub(1).map(|at| &tokens[at].0) {
                    Some(Token::Word("function")) => word - 1,
                    _ => word,
                }),
                _ => None,
            }
        }
        _ => None,
    }
}

fn arrow_head(tokens: &[(Token<'_>, usize)], matching: &[Option<usize>], equals: usize) -> usize {
    let Some(before) = equals.checked_sub(1) else {
        return equals;
    };
    if tokens[before].0 == Token::Mark(b')') {
        return (0..before)
            .rev()
            .take(400)
            .find(|&at| matching[at] == Some(before))
            .unwrap_or(before);
    }
    before
}

/// Whether a function that begins at `head` and ends at `close` runs without an act: called where
/// it is written, by a timer, or when the page has loaded.
fn runs_by_itself(tokens: &[(Token<'_>, usize)], head: usize, close: usize) -> bool {
    let after = |n: usize| tokens.get(close + n).map(|token| &token.0);
    let called = matches!(
        (after(1), after(2)),
        (Some(Token::Mark(b'(')), _) | (Some(Token::Mark(b')')), Some(Token::Mark(b'(')))
    );
    called || is_timed(tokens, head)
}

/// Whether the function at `head` is handed to a timer or to a load event.
fn is_timed(tokens: &[(Token<'_>, usize)], head: usize) -> bool {
    let back = |n: usize| head.checked_sub(n).map(|at| &tokens[at].0);
    match back(1) {
        Some(Token::Mark(b'(')) => matches!(
            back(2),
            Some(Token::Word(
                "setTimeout"
                    | "setInterval"
                    | "requestAnimationFrame"
                    | "ready"
                    | "$"
                    | "jQuery"
                    | "queueMicrotask"
            ))
        ),
        Some(Token::Mark(b'=')) => matches!(back(2), Some(Token::Word("onload" | "onpageshow"))),
        Some(Token::Mark(b',')) => match (back(2), back(3), back(4)) {
            (
                Some(Token::Text(event)),
                Some(Token::Mark(b'(')),
                Some(Token::Word("addEventListener" | "on")),
            ) => {
                matches!(event.as_str(), "load" | "DOMContentLoaded" | "pageshow")
            }
            _ => false,
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(script: &str) -> Vec<(String, Trigger)> {
        let (navigations, _) = read(script, false);
        navigations
            .into_iter()
            .map(|n| (n.href, n.trigger))
            .collect()
    }

    #[test]
    fn literal_navigations_are_found_with_their_trigger() {
        let load = |href: &str| vec![(href.to_owned(), Trigger::Load)];
        let act = |href: &str| vec![(href.to_owned(), Trigger::Act)];
        for (script, expected) in [
            ("location.href='/a'", load("/a")),
            ("window.location = \"/a\";", load("/a")),
            ("top.location.replace('/a')", load("/a")),
            ("document.location.assign(`/a`)", load("/a")),
            ("window.open('/a','_blank')", load("/a")),
            ("location='ht'+'tp://b/'+'x'", load("http://b/x")),
            ("location=atob('aHR0cDovL2Iv')", load("http://b/")),
            ("if(x){location='/a'}", load("/a")),
            ("function go(){location='/a'}", act("/a")),
            ("function go(){location='/a'} go();", load("/a")),
            ("(function(){location='/a'})()", load("/a")),
            ("setTimeout(function(){location='/a'},5)", load("/a")),
            ("setTimeout(()=>{location='/a'},5)", load("/a")),
            ("window.onload=function(){location='/a'}", load("/a")),
            (
                "document.addEventListener('DOMContentLoaded',()=>{location='/a'})",
                load("/a"),
            ),
            (
                "b.addEventListener('click',function(){location.href='/a'})",
                act("/a"),
            ),
            ("b.onclick=()=>location.href='/a'", act("/a")),
            ("location='https://b/x?u='+y", load("https://b/x?u=")),
        ] {
            assert_eq!(found(script), expected, "{script}");
        }
    }

    #[test]
    fn what_is_no_navigation_is_none() {
        for script in [
            "if(location.href=='/a'){}",
            "// location='/a'",
            "var s=\"location='/a'\"",
            "x.location='/a'",
            "location=y",
            "location='https://'+h",
            "xhr.open('GET','/a')",
            "var r=/location='a'/",
        ] {
            assert_eq!(found(script), [], "{script}");
        }
    }

    #[test]
    fn submissions_name_their_form() {
        for (script, form) in [
            ("document.forms[0].submit()", FormName::Nth(0)),
            (
                "document.getElementById('f').submit()",
                FormName::Named("f".into()),
            ),
            ("document.f.submit()", FormName::Named("f".into())),
            (
                "document.querySelector('form').requestSubmit()",
                FormName::Some,
            ),
        ] {
            let (_, submissions) = read(script, false);
            assert_eq!(
                submissions,
                [Submission {
                    form,
                    trigger: Trigger::Load
                }],
                "{script}"
            );
        }
    }
}
