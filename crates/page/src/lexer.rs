//! A script cut into tokens, and which of them are reached without an act.

/// A token of a script.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Token<'s> {
    /// A name, a keyword or a number.
    Word(&'s str),
    /// A string.
    Text(String),
    /// Any other character.
    Mark(u8),
}

/// A script cut into tokens.
pub(crate) struct Lexed<'s> {
    /// Tokens, with their offsets.
    pub(crate) tokens: Vec<(Token<'s>, usize)>,
    /// For each token, whether reaching it needs an act.
    pub(crate) acts: Vec<bool>,
}

/// Cuts a script into tokens. Linear in the text.
pub(crate) fn lex(script: &str) -> Lexed<'_> {
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
