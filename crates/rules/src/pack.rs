//! Rule packs: read from TOML, checked, and made ready to label pages.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use model::{CategoryCode, Market, PageFacts, Verdict};
use serde::Deserialize;
use toml::Spanned;

use crate::category::Category;
use crate::check::{self, Complaint};
use crate::each_core;
use crate::explain::{self, Explanation};
use crate::heard::Reader;
use crate::judge::Judge;
use crate::lexicon::{General, Lexicon};
use crate::source::{PackFile, PackPlace, Taken};
use crate::weights::Weights;
use crate::written::{self, WordList};

/// The pack that is compiled in: its head first, then its categories by group.
const EU: &[PackFile<'static>] = &[
    PackFile {
        name: "packs/eu/pack.toml",
        text: include_str!("../packs/eu/pack.toml"),
    },
    PackFile {
        name: "packs/eu/health.toml",
        text: include_str!("../packs/eu/health.toml"),
    },
    PackFile {
        name: "packs/eu/drugs.toml",
        text: include_str!("../packs/eu/drugs.toml"),
    },
    PackFile {
        name: "packs/eu/tobacco-alcohol-gambling.toml",
        text: include_str!("../packs/eu/tobacco-alcohol-gambling.toml"),
    },
    PackFile {
        name: "packs/eu/adult.toml",
        text: include_str!("../packs/eu/adult.toml"),
    },
    EU_MINORS,
    PackFile {
        name: "packs/eu/weapons-explosives.toml",
        text: include_str!("../packs/eu/weapons-explosives.toml"),
    },
    PackFile {
        name: "packs/eu/counterfeit.toml",
        text: include_str!("../packs/eu/counterfeit.toml"),
    },
    PackFile {
        name: "packs/eu/documents-finance.toml",
        text: include_str!("../packs/eu/documents-finance.toml"),
    },
    PackFile {
        name: "packs/eu/surveillance.toml",
        text: include_str!("../packs/eu/surveillance.toml"),
    },
    PackFile {
        name: "packs/eu/nature-heritage.toml",
        text: include_str!("../packs/eu/nature-heritage.toml"),
    },
    PackFile {
        name: "packs/eu/dangerous-products.toml",
        text: include_str!("../packs/eu/dangerous-products.toml"),
    },
    PackFile {
        name: "packs/eu/hate-fake.toml",
        text: include_str!("../packs/eu/hate-fake.toml"),
    },
];

/// A file of its own, so that a crawl can ask where a branch ends without reading the others.
const EU_MINORS: PackFile<'static> = PackFile {
    name: "packs/eu/minors.toml",
    text: include_str!("../packs/eu/minors.toml"),
};

/// Why a rule pack cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// The file says something that no pack may say.
    #[error("{place}: {what}; {remedy}")]
    Invalid {
        /// Where.
        place: PackPlace,
        /// What is wrong.
        what: String,
        /// What to do.
        remedy: &'static str,
    },
    /// No file was given.
    #[error("a pack needs a file with its name, version and day; give one")]
    NoFile,
    /// Two packs have a category of one code.
    #[error(
        "{there}: category {code} of {other} is in {one} too, at {here}; give one of them another code"
    )]
    CodeTwice {
        /// The code.
        code: CategoryCode,
        /// The pack that had it first.
        one: String,
        /// Where it has it.
        here: Box<PackPlace>,
        /// The pack that has it again.
        other: String,
        /// Where that has it.
        there: Box<PackPlace>,
    },
    /// The weights that are compiled in cannot be read.
    #[error("packs/weights.toml: {0}; mend the file, and build anew")]
    Weights(#[from] toml::de::Error),
}

/// A rule pack: what the policy is for pages, in one file, or in several of which this is the
/// first.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(title = "Rule pack"))]
#[serde(deny_unknown_fields)]
pub(crate) struct PackForm {
    /// Small letters, digits, hyphens.
    #[cfg_attr(test, schemars(with = "String"))]
    pub(crate) name: Spanned<String>,
    /// Three numbers.
    #[cfg_attr(test, schemars(with = "String"))]
    pub(crate) version: Spanned<String>,
    /// The day whose law the pack states, `2026-01-31`.
    #[cfg_attr(test, schemars(with = "String"))]
    pub(crate) as_of: Spanned<String>,
    /// What signals count for; those of packs/weights.toml when left out.
    weights: Option<Weights>,
    /// Words that make any term beside them innocent.
    #[serde(default)]
    negative: WordList,
    /// Phrases that contain a term or a negative word and mean neither.
    #[serde(default)]
    innocent: WordList,
    /// Words that part a term from a negative word after it.
    #[serde(default)]
    barriers: WordList,
    /// Phrases by which a page says that it is for adults.
    #[serde(default)]
    age_statements: WordList,
    /// Words that speak of buying.
    #[serde(default)]
    commerce: WordList,
    /// Words of a name or title that say that a book or a film is on offer.
    #[serde(default)]
    media: WordList,
    /// Words on the page of a book.
    #[serde(default)]
    book_marks: WordList,
    /// Words that say what a thing is for: the goods after them are not on offer.
    #[serde(default)]
    uses: WordList,
    /// Words of news and courts.
    #[serde(default)]
    reports: WordList,
    /// Words right before a term that say that the goods have none of it.
    #[serde(default)]
    absences: WordList,
    /// Words right after a term that say so.
    #[serde(default)]
    absences_after: WordList,
    /// Hosts of authorities to which the common logo for medicines may lead, and all hosts below
    /// them.
    #[serde(default)]
    authorities: WordList,
    /// Categories.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "Vec<Category>"))]
    category: Vec<Spanned<Category>>,
}

/// A further file of a pack.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PartForm {
    #[serde(default)]
    category: Vec<Spanned<Category>>,
}

impl PackForm {
    /// Parts the form into what the pack keeps.
    fn taken_apart(self, categories: &mut Vec<Spanned<Category>>) -> (General, Option<Weights>) {
        categories.extend(self.category);
        let general = General {
            negative: self.negative,
            innocent: self.innocent,
            barriers: self.barriers,
            age: self.age_statements,
            commerce: self.commerce,
            media: self.media,
            book_marks: self.book_marks,
            uses: self.uses,
            reports: self.reports,
            absences: self.absences,
            absences_after: self.absences_after,
        };
        (general, self.weights)
    }
}

/// Where a category stands: which file, from which byte on.
#[derive(Debug, Clone, Copy)]
struct Origin {
    file: usize,
    at: usize,
}

/// A versioned set of rules, with all their words ready to be looked for.
#[derive(Debug)]
pub struct RulePack {
    id: String,
    as_of: String,
    general: General,
    weights: Weights,
    /// Hosts of authorities for medicines.
    authorities: WordList,
    categories: Vec<Category>,
    /// The pack that each category comes from, and its place there.
    packs: Vec<String>,
    origins: Vec<Origin>,
    files: Vec<(Cow<'static, str>, Cow<'static, str>)>,
    lexicon: Lexicon,
}

impl RulePack {
    /// The pack for the European Union that is compiled in.
    ///
    /// # Errors
    /// As [`RulePack::parse`]; the tests hold that there are none.
    pub fn eu() -> Result<Self, PackError> {
        let borrowed = |file: &PackFile<'static>| (file.name.into(), file.text.into());
        Self::of_files(EU, EU.iter().map(borrowed).collect())
    }

    /// The category of the built-in pack for goods that sexualize minors, without the rest.
    pub(crate) fn eu_category_of_minors() -> Result<Option<Category>, PackError> {
        let form: PartForm = EU_MINORS.read()?;
        let mut all = form.category.into_iter().map(Spanned::into_inner);
        Ok(all.find(|category| category.minors.is_some()))
    }

    /// Reads a pack from the text of its files, of which the first has its head: name, version,
    /// day and general words; the others have categories only. Sorts all words, which takes
    /// some milliseconds: do it once.
    ///
    /// # Errors
    /// [`PackError`] with file, line and column of what is wrong, and what to do about it.
    pub fn parse(files: &[PackFile<'_>]) -> Result<Self, PackError> {
        let owned =
            |file: &PackFile<'_>| (file.name.to_owned().into(), file.text.to_owned().into());
        Self::of_files(files, files.iter().map(owned).collect())
    }

    fn of_files(
        files: &[PackFile<'_>],
        kept: Vec<(Cow<'static, str>, Cow<'static, str>)>,
    ) -> Result<Self, PackError> {
        let (&head, parts) = files.split_first().ok_or(PackError::NoFile)?;
        let form: PackForm = head.read()?;
        head.check_header(&form)?;
        let mut taken = Taken::default();
        head.check_categories(&form.category, &mut taken)?;
        let id = format!("{}@{}", form.name.as_ref(), form.version.as_ref());
        let as_of = form.as_of.as_ref().clone();
        let mut spanned = Vec::new();
        let authorities = form.authorities.clone();
        let (general, weights) = form.taken_apart(&mut spanned);
        let mut origins: Vec<Origin> = of_file(0, &spanned).collect();
        for (file, (part, form)) in parts.iter().zip(read_parts(parts)).enumerate() {
            let form = form?;
            part.check_categories(&form.category, &mut taken)?;
            origins.extend(of_file(file + 1, &form.category));
            spanned.extend(form.category);
        }
        let categories: Vec<Category> = spanned.into_iter().map(Spanned::into_inner).collect();
        let weights = weights.map_or_else(Weights::usual, Ok)?;
        Ok(Self {
            lexicon: Lexicon::build(&general, &categories),
            packs: vec![id.clone(); categories.len()],
            files: kept,
            id,
            as_of,
            general,
            weights,
            authorities,
            categories,
            origins,
        })
    }

    /// Adds the categories and the general words of another pack. The weights and the day stay
    /// those of this one.
    ///
    /// # Errors
    /// [`PackError::CodeTwice`] when both have a category of one code.
    pub fn join(mut self, other: Self) -> Result<Self, PackError> {
        for (at, category) in other.categories.iter().enumerate() {
            let is_same = |old: &Category| old.code.0.eq_ignore_ascii_case(&category.code.0);
            if let Some(old) = self.categories.iter().position(is_same) {
                return Err(PackError::CodeTwice {
                    code: category.code.clone(),
                    one: self.packs[old].clone(),
                    here: Box::new(self.place(old, None)),
                    other: other.packs[at].clone(),
                    there: Box::new(other.place(at, None)),
                });
            }
        }
        self.id = format!("{}+{}", self.id, other.id);
        self.general.extend(&other.general);
        self.authorities.extend(&other.authorities);
        let files = self.files.len();
        self.origins.extend(other.origins.into_iter().map(|origin| {
            let file = origin.file + files;
            Origin { file, ..origin }
        }));
        self.files.extend(other.files);
        self.packs.extend(other.packs);
        self.categories.extend(other.categories);
        self.lexicon = Lexicon::build(&self.general, &self.categories);
        Ok(self)
    }

    /// Name and version, `eu@0.1.0`, as labels and cases keep it; of several packs, with `+`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The day, `2026-01-31`, whose law the pack states: rows that do not hold on it are passed
    /// over. The pack says it, not the clock, so that a case is judged alike for ever.
    #[must_use]
    pub fn as_of(&self) -> &str {
        &self.as_of
    }

    /// What signals count for.
    #[must_use]
    pub const fn weights(&self) -> &Weights {
        &self.weights
    }

    /// The categories, in the order of the files.
    pub fn categories(&self) -> impl Iterator<Item = &Category> {
        self.categories.iter()
    }

    /// The markets that rows of the pack are for. In any other the Union's rows decide.
    #[must_use]
    pub fn markets(&self) -> BTreeSet<&Market> {
        let rows = self.categories.iter().flat_map(|category| &category.policy);
        rows.map(|row| &row.market).collect()
    }

    /// How many words the lexicon has, of all languages and roles.
    #[must_use]
    pub fn words(&self) -> usize {
        self.lexicon.len()
    }

    /// What is doubtful in the pack, though it can be used, by file and line. `everyday` are
    /// texts, beside sentences that are compiled in, in which no strong term with one use should
    /// occur.
    #[must_use]
    pub fn check<'t>(&self, everyday: impl IntoIterator<Item = &'t str>) -> Vec<Complaint> {
        check::complaints(self, everyday)
    }

    /// What the pack says of a page under the law of `market`, which falls back on the Union's
    /// where it has no row of its own. One pass over the page's texts: linear in their length.
    #[must_use]
    pub fn label(&self, facts: &PageFacts, market: &Market) -> Verdict {
        self.judge(market, None).judge(facts)
    }

    /// The verdict with its reasons: what each signal weighs, what falls short, and without which
    /// words the verdict would be another. Costs one labelling for each word found.
    #[must_use]
    pub fn explain(&self, facts: &PageFacts, market: &Market) -> Explanation {
        explain::explain(facts, |muted| self.judge(market, muted))
    }

    fn judge<'p>(&'p self, market: &'p Market, muted: Option<usize>) -> Judge<'p> {
        Judge {
            reader: Reader {
                lexicon: &self.lexicon,
                categories: &self.categories,
                weights: &self.weights,
                muted,
            },
            market,
            as_of: &self.as_of,
            authorities: &self.authorities,
            packs: &self.packs,
            id: &self.id,
        }
    }

    /// Hosts to which the common logo for medicines may lead.
    pub(crate) const fn authorities(&self) -> &WordList {
        &self.authorities
    }

    /// The general words.
    pub(crate) const fn general(&self) -> &General {
        &self.general
    }

    /// The words, ready to scan.
    pub(crate) const fn lexicon(&self) -> &Lexicon {
        &self.lexicon
    }

    /// Where a category stands; where a word of it stands, as far as the file has it as it is.
    pub(crate) fn place(&self, category: usize, word: Option<&str>) -> PackPlace {
        let origin = self.origins.get(category);
        let (file, at) = origin.map_or((0, 0), |origin| (origin.file, origin.at));
        let (name, text) = self
            .files
            .get(file)
            .map_or(("", ""), |(name, text)| (name.as_ref(), text.as_ref()));
        let next = self
            .origins
            .get(category + 1)
            .filter(|next| next.file == file)
            .map_or(text.len(), |next| next.at);
        let found = word.and_then(|word| written::find(text.get(at..next)?, word));
        PackFile { name, text }.place(at + found.unwrap_or(0))
    }
}

/// Reads the further files of a pack on every core, each taking the next: reading TOML is a good part of what
/// loading a pack costs.
fn read_parts(parts: &[PackFile<'_>]) -> Vec<Result<PartForm, PackError>> {
    let next = AtomicUsize::new(0);
    let read_on = |_| {
        let mut read = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(part) = parts.get(at) else {
                return read;
            };
            read.push((at, part.read()));
        }
    };
    let of_cores = each_core::each(0..each_core::cores().min(parts.len()), read_on);
    let mut read: Vec<_> = of_cores.into_iter().flatten().collect();
    read.sort_by_key(|&(at, _)| at);
    read.into_iter().map(|(_, form)| form).collect()
}

fn of_file(file: usize, categories: &[Spanned<Category>]) -> impl Iterator<Item = Origin> {
    categories.iter().map(move |category| Origin {
        file,
        at: category.span().start,
    })
}
