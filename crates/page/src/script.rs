//! Navigations that a script's text proves: a literal address given to `location`,
//! `window.open` and the like, and forms that a script submits.
//!
//! No script is run. The text is cut into tokens (comments, strings and regular expressions
//! apart), and each navigation is asked whether it stands in the body of a function that needs an
//! act. Functions that are called at once, by a timer, or when the page has loaded need none.

use base64::Engine;
use model::Trigger;

use crate::lexer::{Lexed, Token, lex};

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
