//! The text of a pack's file: what is wrong with it is told with file, line, column and remedy.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use model::PolicyStatus;
use toml::Spanned;

use crate::category::Category;
use crate::fact_rule::Fact;
use crate::pack::{PackError, PackForm};

/// One file of a pack: its name, for errors, and its text.
#[derive(Debug, Clone, Copy)]
pub struct PackFile<'t> {
    /// As the caller knows it.
    pub name: &'t str,
    /// TOML.
    pub text: &'t str,
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PackPlace {
    /// The file.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl std::fmt::Display for PackPlace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// Codes and rule ids that are taken.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    /// Each where it was first taken.
    codes: BTreeMap<String, PackPlace>,
    rules: BTreeSet<String>,
}

impl PackFile<'_> {
    /// The place of a byte.
    pub(crate) fn place(self, at: usize) -> PackPlace {
        let before = self.text.get(..at).unwrap_or(self.text);
        PackPlace {
            file: self.name.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before.rsplit('\n').next().unwrap_or("").chars().count() + 1,
        }
    }

    fn invalid(self, at: usize, what: String, remedy: &'static str) -> PackError {
        PackError::Invalid {
            place: self.place(at),
            what,
            remedy,
        }
    }

    /// What TOML, or the form of a pack, makes of the text.
    pub(crate) fn read<T: serde::de::DeserializeOwned>(self) -> Result<T, PackError> {
        toml::from_str(self.text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            let what = error.message().replace('\n', " ");
            self.invalid(at, what, "docs/rule-packs.md lists every field of a pack")
        })
    }

    pub(crate) fn check_header(self, form: &PackForm) -> Result<(), PackError> {
        let name = form.name.as_ref();
        if !is_kebab(name) {
            return Err(self.invalid(
                form.name.span().start,
                format!("`{name}` is no name of a pack"),
                "use small letters, digits and hyphens",
            ));
        }
        let version = form.version.as_ref();
        let numbers: Vec<&str> = version.split('.').collect();
        if numbers.len() != 3 || numbers.iter().any(|number| number.parse::<u32>().is_err()) {
            return Err(self.invalid(
                form.version.span().start,
                format!("`{version}` is no version"),
                "write three numbers, such as 0.1.0",
            ));
        }
        if !is_day(form.as_of.as_ref()) {
            return Err(self.invalid(
                form.as_of.span().start,
                format!("`{}` is no day", form.as_of.as_ref()),
                "write it as 2026-01-31",
            ));
        }
        Ok(())
    }

    pub(crate) fn check_categories(
        self,
        categories: &[Spanned<Category>],
        taken: &mut Taken,
    ) -> Result<(), PackError> {
        for spanned in categories {
            let category = spanned.as_ref();
            let code = &category.code;
            if code.0.is_empty() || !code.0.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                return Err(self.in_category(
                    spanned.span(),
                    format!("`{code}` is no code of a category"),
                    "use letters and digits, such as D1",
                ));
            }
            let place = self.place(spanned.span().start);
            if let Some(first) = taken.codes.insert(code.0.to_ascii_lowercase(), place) {
                return Err(self.in_category(
                    spanned.span(),
                    format!("category {code} is there twice, first at {first}"),
                    "merge the two, or give one another code",
                ));
            }
            self.check_policy(spanned)?;
            self.check_facts(spanned)?;
            let weak = category.weak.iter().map(|weak| &weak.id);
            for id in weak.chain(category.facts.iter().map(|rule| &rule.id)) {
                if !is_kebab(id) || !taken.rules.insert(id.clone()) {
                    return Err(self.in_category(
                        spanned.span(),
                        format!(
                            "category {code}: rule id `{id}` is no kebab-case word, or there twice"
                        ),
                        "give every weak group and every rule on a fact an id of its own",
                    ));
                }
            }
        }
        Ok(())
    }

    fn check_policy(self, spanned: &Spanned<Category>) -> Result<(), PackError> {
        let category = spanned.as_ref();
        for row in &category.policy {
            let of = format!("category {}, market {}", category.code, row.market);
            let complain = |what: String, remedy| {
                Err(self.in_category(spanned.span(), format!("{of}: {what}"), remedy))
            };
            if row.status == PolicyStatus::AgeRestricted && row.min_age.is_none() {
                return complain(
                    "an age restriction without an age".to_owned(),
                    "add `min_age` in years",
                );
            }
            if let Some(goods) = &row.goods
                && !category.goods.contains_key(goods)
            {
                return complain(
                    format!("`{goods}` are no goods of the category"),
                    "name them under [category.goods], with their terms",
                );
            }
            let days = [&row.from, &row.to];
            if let Some(day) = days.into_iter().flatten().find(|day| !is_day(day)) {
                return complain(format!("`{day}` is no day"), "write it as 2026-01-31");
            }
        }
        Ok(())
    }

    fn check_facts(self, spanned: &Spanned<Category>) -> Result<(), PackError> {
        let category = spanned.as_ref();
        for rule in &category.facts {
            let of = format!("category {}, rule `{}`", category.code, rule.id);
            let complain = |what: &str, remedy| {
                Err(self.in_category(spanned.span(), format!("{of}: {what}"), remedy))
            };
            let is_of_trader = rule.fact == Fact::TraderLacks;
            if is_of_trader && rule.parts.is_empty() {
                return complain(
                    "no part is named that the trader lacks",
                    "name some in `parts`, such as name and address",
                );
            }
            if !is_of_trader && !rule.parts.is_empty() {
                return complain("a logo has no `parts`", "take them out");
            }
            let goods = rule.goods.as_ref();
            if goods.is_some_and(|goods| !category.goods.contains_key(goods)) {
                return complain(
                    "its goods are none of the category",
                    "name them under [category.goods]; a list without terms will do",
                );
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
