//! Rule packs: read from TOML, checked, and made ready to label pages.

use std::collections::BTreeSet;
use std::ops::Range;

use model::{Market, PageFacts, Verdict};
use serde::Deserialize;
use toml::Spanned;

use crate::category::{Category, Status};
use crate::check::{self, Complaint};
use crate::judge::Judge;
use crate::lexicon::{General, Lexicon};
use crate::tally::Reader;

/// The pack that is compiled in.
const EU: &str = include_str!("../packs/eu.toml");

/// Why a rule pack cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// The file says something that no pack may say.
    #[error("{file}:{line}:{column}: {what}; {remedy}")]
    Invalid {
        /// The file as the caller named it.
        file: String,
        /// Line, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
        /// What is wrong.
        what: String,
        /// What to do.
        remedy: &'static str,
    },
    /// The words are too many for one automaton.
    #[error("{file}: the words of the pack make no automaton: {source}; split the pack in two")]
    Automaton {
        /// The file as the caller named it.
        file: String,
        /// What the automaton says.
        source: aho_corasick::BuildError,
    },
}

/// A pack as its file has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PackForm {
    name: Spanned<String>,
    version: Spanned<String>,
    as_of: Spanned<String>,
    #[serde(default)]
    negative: Vec<String>,
    #[serde(default)]
    innocent: Vec<String>,
    #[serde(default)]
    barriers: Vec<String>,
    #[serde(default)]
    age_statements: Vec<String>,
    #[serde(default)]
    commerce: Vec<String>,
    #[serde(default)]
    media: Vec<String>,
    #[serde(default)]
    book_marks: Vec<String>,
    #[serde(default)]
    uses: Vec<String>,
    #[serde(default)]
    reports: Vec<String>,
    #[serde(default)]
    category: Vec<Spanned<Category>>,
}

/// A versioned set of rules, with the automaton of all their words.
#[derive(Debug)]
pub struct RulePack {
    name: String,
    version: String,
    as_of: String,
    negative: Vec<String>,
    categories: Vec<Category>,
    lexicon: Lexicon,
}

impl RulePack {
    /// The pack for the European Union that is compiled in.
    ///
    /// # Errors
    /// As [`RulePack::parse`]; the tests hold that there are none.
    pub fn eu() -> Result<Self, PackError> {
        Self::parse(EU, "packs/eu.toml")
    }

    /// Reads a pack from the text of its file; `file` is named in errors. Builds the automaton,
    /// which takes some milliseconds: do it once.
    ///
    /// # Errors
    /// [`PackError`] with file, line and column of what is wrong, and what to do about it.
    pub fn parse(text: &str, file: &str) -> Result<Self, PackError> {
        let source = Source { text, file };
        let form: PackForm = toml::from_str(text).map_err(|error| source.unreadable(&error))?;
        source.check_header(&form)?;
        source.check_categories(&form.category)?;
        let categories: Vec<Category> =
            form.category.into_iter().map(Spanned::into_inner).collect();
        let general = General {
            negative: &form.negative,
            innocent: &form.innocent,
            barriers: &form.barriers,
            age: &form.age_statements,
            commerce: &form.commerce,
            media: &form.media,
            book_marks: &form.book_marks,
            uses: &form.uses,
            reports: &form.reports,
        };
        let lexicon =
            Lexicon::build(&general, &categories).map_err(|error| PackError::Automaton {
                file: file.to_owned(),
                source: error,
            })?;
        Ok(Self {
            name: form.name.into_inner(),
            version: form.version.into_inner(),
            as_of: form.as_of.into_inner(),
            negative: form.negative,
            categories,
            lexicon,
        })
    }

    /// Name and version, `eu@0.1.0`, as labels and cases keep it.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}@{}", self.name, self.version)
    }

    /// The day, `2026-01-31`, whose law the pack states: rows that do not hold on it are passed
    /// over. The pack says it, not the clock, so that a case is judged alike for ever.
    #[must_use]
    pub fn as_of(&self) -> &str {
        &self.as_of
    }

    /// The categories, in the order of the file.
    pub fn categories(&self) -> impl Iterator<Item = &Category> {
        self.categories.iter()
    }

    /// What is doubtful in the pack, though it can be used.
    #[must_use]
    pub fn check(&self) -> Vec<Complaint> {
        check::complaints(&self.categories, &self.negative, &self.as_of)
    }

    /// What the pack says of a page under the law of `market`, which falls back on the Union's
    /// where it has no row of its own. One pass over the page's texts: linear in their length.
    #[must_use]
    pub fn label(&self, facts: &PageFacts, market: &Market) -> Verdict {
        let reader = Reader {
            lexicon: &self.lexicon,
            categories: &self.categories,
        };
        Judge {
            reader,
            market,
            as_of: &self.as_of,
            pack: self.id(),
        }
        .judge(facts)
    }
}

/// The text of a pack with its name: what errors are placed in.
#[derive(Clone, Copy)]
struct Source<'t> {
    text: &'t str,
    file: &'t str,
}

impl Source<'_> {
    fn invalid(self, at: usize, what: String, remedy: &'static str) -> PackError {
        let before = self.text.get(..at).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        PackError::Invalid {
            file: self.file.to_owned(),
            line,
            column,
            what,
            remedy,
        }
    }

    fn unreadable(self, error: &toml::de::Error) -> PackError {
        let at = error.span().map_or(0, |span| span.start);
        let what = error.message().replace('\n', " ");
        self.invalid(at, what, "docs/rule-packs.md lists every field of a pack")
    }

    fn check_header(self, form: &PackForm) -> Result<(), PackError> {
        let name = form.name.as_ref();
        if !is_kebab(name) {
            let what = format!("`{name}` is no name of a pack");
            return Err(self.invalid(
                form.name.span().start,
                what,
                "use small letters, digits and hyphens",
            ));
        }
        let version = form.version.as_ref();
        let numbers: Vec<&str> = version.split('.').collect();
        if numbers.len() != 3 || numbers.iter().any(|number| number.parse::<u32>().is_err()) {
            let what = format!("`{version}` is no version");
            return Err(self.invalid(
                form.version.span().start,
                what,
                "write three numbers, such as 0.1.0",
            ));
        }
        if !is_day(form.as_of.as_ref()) {
            let what = format!("`{}` is no day", form.as_of.as_ref());
            return Err(self.invalid(form.as_of.span().start, what, "write it as 2026-01-31"));
        }
        Ok(())
    }

    fn check_categories(self, categories: &[Spanned<Category>]) -> Result<(), PackError> {
        let mut codes = BTreeSet::new();
        let mut rules = BTreeSet::new();
        for spanned in categories {
            let category = spanned.as_ref();
            let code = &category.code;
            if code.0.is_empty() || !code.0.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                let what = format!("`{code}` is no code of a category");
                return Err(self.in_category(
                    spanned.span(),
                    what,
                    "use letters and digits, such as D1",
                ));
            }
            if !codes.insert(code.0.to_ascii_lowercase()) {
                let what = format!("category {code} is there twice");
                return Err(self.in_category(
                    spanned.span(),
                    what,
                    "merge the two, or give one another code",
                ));
            }
            self.check_policy(spanned)?;
            for weak in &category.weak {
                if !is_kebab(&weak.id) || !rules.insert(weak.id.clone()) {
                    let what = format!(
                        "category {code}: rule id `{}` is no kebab-case word, or there twice",
                        weak.id
                    );
                    return Err(self.in_category(
                        spanned.span(),
                        what,
                        "give every weak group an id of its own",
                    ));
                }
            }
        }
        Ok(())
    }

    fn check_policy(self, spanned: &Spanned<Category>) -> Result<(), PackError> {
        let category = spanned.as_ref();
        for row in &category.policy {
            if row.status == Status::AgeRestricted && row.min_age.is_none() {
                let what = format!(
                    "category {}, market {}: an age restriction without an age",
                    category.code, row.market
                );
                return Err(self.in_category(spanned.span(), what, "add `min_age` in years"));
            }
            let days = [&row.from, &row.to];
            if let Some(day) = days.into_iter().flatten().find(|day| !is_day(day)) {
                let what = format!(
                    "category {}, market {}: `{day}` is no day",
                    category.code, row.market
                );
                return Err(self.in_category(spanned.span(), what, "write it as 2026-01-31"));
            }
        }
        Ok(())
    }

    fn in_category(self, span: Range<usize>, what: String, remedy: &'static str) -> PackError {
        self.invalid(span.start, what, remedy)
    }
}

fn is_kebab(word: &str) -> bool {
    !word.is_empty()
        && word
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// Whether the text has the form of a day, `2026-01-31`.
fn is_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let in_range = |part: &str, from: u8, to: u8| {
        part.len() == 2
            && part
                .parse::<u8>()
                .is_ok_and(|number| (from..=to).contains(&number))
    };
    parts.len() == 3
        && parts[0].len() == 4
        && parts[0].bytes().all(|byte| byte.is_ascii_digit())
        && in_range(parts[1], 1, 12)
        && in_range(parts[2], 1, 31)
}
