//! Lists: hosts, sites, addresses and article numbers that somebody has already judged.
//!
//! An authority's list of unlawful pharmacies, a platform's own labels: what they say of an address
//! outranks what the rules make of its words, and every label says which line of which file
//! decided.

use std::collections::BTreeMap;

use model::{
    CategoryCode, Confidence, DecidedBy, GateStrength, Label, Market, Match, PageFacts, PageUrl,
    Place, Policy, RuleId, Severity, Verdict,
};

use crate::pack::RulePack;

/// Why a list cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// A line is no entry.
    #[error("{file}:{line}: {what}; {remedy}")]
    Line {
        /// The file.
        file: String,
        /// Line, from 1.
        line: usize,
        /// What is wrong.
        what: String,
        /// What to do.
        remedy: &'static str,
    },
    /// The file is no table.
    #[error("{file}:{line}: {what}; write plain lines, or a table with commas and a head")]
    Table {
        /// The file.
        file: String,
        /// Line, from 1.
        line: u64,
        /// What the reader of tables says.
        what: String,
    },
}

/// What a list is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Labels of single addresses, by the platform itself.
    Platform,
    /// Entries that all mean one policy.
    Policy(Policy),
}

/// Where an entry stands.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    kind: Kind,
    policy: Policy,
    category: Option<CategoryCode>,
    /// Place of the file in `files`.
    file: usize,
    line: usize,
    source: String,
}

/// Every list of a judgement. Looking an address up costs a few searches of an ordered map for each
/// segment of its path.
#[derive(Debug, Clone, Default)]
pub struct Lists {
    files: Vec<String>,
    /// By address, whole.
    addresses: BTreeMap<String, Entry>,
    /// By the beginning of an address, ending at a `/`.
    prefixes: BTreeMap<String, Entry>,
    /// By host, of it and every host below it.
    hosts: BTreeMap<String, Entry>,
    /// By GTIN, of 14 digits.
    gtins: BTreeMap<String, Entry>,
}

impl Lists {
    /// Whether there is nothing to look up.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.addresses.is_empty()
            && self.prefixes.is_empty()
            && self.hosts.is_empty()
            && self.gtins.is_empty()
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.addresses.len() + self.prefixes.len() + self.hosts.len() + self.gtins.len()
    }

    /// Reads a list of one policy. Every line is a host or a site (`shop.example`, which stands
    /// for what is below it as well), the beginning of an address (`https://x.example/shop/`), an
    /// address, or a GTIN; `#` begins a comment. A file whose first line has a column `entry` is
    /// a table with commas, with the columns `entry`, and where wanted `category` and `source`.
    /// Returns the number of entries.
    ///
    /// # Errors
    /// [`ListError`] with file, line and remedy for a line that is no entry.
    pub fn add_policy(
        &mut self,
        policy: Policy,
        file: &str,
        text: &str,
    ) -> Result<usize, ListError> {
        let before = self.len();
        let rows = Rows::read(file, text, "entry")?;
        let at = self.add_file(file);
        for row in rows.0 {
            let entry = Entry {
                kind: Kind::Policy(policy),
                policy,
                category: row.category.map(CategoryCode),
                file: at,
                line: row.line,
                source: row.source,
            };
            self.add(file, &row.key, entry)?;
        }
        Ok(self.len() - before)
    }

    /// Reads a platform's own labels: a table with commas and the columns `address`, `policy`
    /// (`illegal`, `age-restricted`, `age-restricted:16`, `compliant`, `unknown`), and where wanted
    /// `category` and `source`. They outrank rules and lists. Returns the number of labels.
    ///
    /// # Errors
    /// [`ListError`] with file, line and remedy.
    pub fn add_labels(&mut self, file: &str, text: &str) -> Result<usize, ListError> {
        let before = self.len();
        let rows = Rows::read(file, text, "address")?;
        let at = self.add_file(file);
        for row in rows.0 {
            let wrong = |what: String, remedy| ListError::Line {
                file: file.to_owned(),
                line: row.line,
                what,
                remedy,
            };
            let stated = row.policy.as_deref().unwrap_or("");
            let policy = policy_named(stated).ok_or_else(|| {
                wrong(
                    format!("`{stated}` is no policy"),
                    "write illegal, age-restricted, age-restricted:16, compliant or unknown",
                )
            })?;
            let address = PageUrl::parse(&row.key).map_err(|_| {
                wrong(
                    format!("`{}` is no http(s) address", row.key),
                    "write it whole, with its scheme",
                )
            })?;
            let entry = Entry {
                kind: Kind::Platform,
                policy,
                category: row.category.map(CategoryCode),
                file: at,
                line: row.line,
                source: row.source,
            };
            self.addresses.insert(address.to_string(), entry);
        }
        Ok(self.len() - before)
    }

    fn add_file(&mut self, file: &str) -> usize {
        self.files.push(file.to_owned());
        self.files.len() - 1
    }

    /// The first of equal entries stays; a platform's own label is never replaced.
    fn add(&mut self, file: &str, key: &str, entry: Entry) -> Result<(), ListError> {
        if key.contains("://") {
            let address = PageUrl::parse(key).map_err(|_| ListError::Line {
                file: file.to_owned(),
                line: entry.line,
                what: format!("`{key}` is no http(s) address"),
                remedy: "write it with http:// or https://",
            })?;
            let text = address.to_string();
            let map = if text.ends_with('/') {
                &mut self.prefixes
            } else {
                &mut self.addresses
            };
            map.entry(text).or_insert(entry);
        } else if let Some(gtin) = gtin(key) {
            self.gtins.entry(gtin).or_insert(entry);
        } else if let Some(host) = host(key) {
            self.hosts.entry(host).or_insert(entry);
        } else {
            return Err(ListError::Line {
                file: file.to_owned(),
                line: entry.line,
                what: format!("`{key}` is no host, address or GTIN"),
                remedy: "write shop.example, https://shop.example/path/, or 8 to 14 digits",
            });
        }
        Ok(())
    }

    /// The entry for an address, and the words of the list that matched.
    fn of_address(&self, address: &PageUrl) -> Option<(&Entry, String)> {
        let text = address.without_root().to_string();
        if let Some(entry) = self.addresses.get(&text) {
            return Some((entry, text));
        }
        let path = text.split(['?', '#']).next().unwrap_or(&text);
        let slashes = path.rmatch_indices('/').map(|(at, _)| &path[..=at]);
        for prefix in slashes {
            if let Some(entry) = self.prefixes.get(prefix) {
                return Some((entry, prefix.to_owned()));
            }
        }
        let host = address.host_text();
        let below = host.match_indices('.').map(|(at, _)| &host[at + 1..]);
        std::iter::once(host)
            .chain(below)
            .find_map(|host| Some((self.hosts.get(host)?, host.to_owned())))
    }

    fn of_products(&self, facts: &PageFacts) -> Option<(&Entry, String)> {
        let stated = facts
            .products
            .iter()
            .filter_map(|product| product.gtin.as_deref());
        stated
            .filter_map(gtin)
            .find_map(|number| Some((self.gtins.get(&number)?, number.clone())))
    }

    /// The verdict on an address that may never have been asked, by the lists alone.
    #[must_use]
    pub fn of(&self, address: &PageUrl, pack: &RulePack, market: &Market) -> Option<Verdict> {
        let (entry, matched) = self.of_address(address)?;
        let label = self.label(entry, matched, pack, market);
        Some(Verdict {
            policy: label.policy,
            labels: vec![label],
            promises: Vec::new(),
        })
    }

    /// Puts what the lists say of a page over what the rules say: a platform's own label decides;
    /// of a list and the rules the stricter does. What the rules found stays below.
    pub fn decide(
        &self,
        verdict: &mut Verdict,
        facts: &PageFacts,
        pack: &RulePack,
        market: &Market,
    ) {
        let of_address = self.of_address(&facts.address);
        let Some((entry, matched)) = of_address.or_else(|| self.of_products(facts)) else {
            return;
        };
        let label = self.label(entry, matched, pack, market);
        let outranks = match entry.kind {
            Kind::Platform => true,
            Kind::Policy(policy) => policy >= verdict.policy,
        };
        if outranks {
            verdict.policy = label.policy;
            if entry.kind == Kind::Platform {
                // What is below a platform's own label is kept for its reader, and decides nothing.
                verdict.labels.retain(|below| below.policy != label.policy);
            }
            verdict.labels.insert(0, label);
        } else {
            verdict.labels.push(label);
        }
    }

    fn label(&self, entry: &Entry, matched: String, pack: &RulePack, market: &Market) -> Label {
        let file = self.files.get(entry.file).cloned().unwrap_or_default();
        let of = |code: &CategoryCode| pack.categories().find(|it| it.code == *code);
        let category = entry.category.as_ref().and_then(of);
        let (line, source) = (entry.line, entry.source.clone());
        let (rule, decided_by) = match entry.kind {
            Kind::Platform => ("platform-label", DecidedBy::Platform { file, line, source }),
            Kind::Policy(_) => (
                "list",
                DecidedBy::List {
                    file,
                    line,
                    entry: matched.clone(),
                    source,
                },
            ),
        };
        Label {
            policy: entry.policy,
            category: entry.category.clone(),
            name: category.map_or_else(String::new, |it| it.name.clone()),
            market: market.clone(),
            pack: pack.id().to_owned(),
            legal_basis: category.map_or_else(String::new, |it| it.legal_basis.clone()),
            decided_by,
            statement: category.and_then(|it| it.dsa.clone()),
            severity: category.map_or(Severity::High, |it| it.severity),
            confidence: Confidence::High,
            near: None,
            required_gate: category.map_or(GateStrength::None, |it| it.required_gate),
            matches: vec![Match {
                rule: RuleId(rule.to_owned()),
                text: matched,
                place: Place::Url,
                span: None,
                normalized: Vec::new(),
            }],
        }
    }
}

/// A policy by its word; an age restriction may state its age, 18 when it states none.
#[must_use]
pub fn policy_named(word: &str) -> Option<Policy> {
    match word.trim().split_once(':') {
        Some(("age-restricted", age)) => {
            let min_age = age.trim().parse().ok()?;
            Some(Policy::AgeRestricted { min_age })
        }
        Some(_) => None,
        None => match word.trim() {
            "illegal" => Some(Policy::Illegal),
            "age-restricted" => Some(Policy::AgeRestricted { min_age: 18 }),
            "compliant" => Some(Policy::Compliant),
            "unknown" => Some(Policy::Unknown),
            _ => None,
        },
    }
}

/// A GTIN of 8, 12, 13 or 14 digits whose check digit holds, filled up to 14 (GS1 General
/// Specifications, 7.9.1).
fn gtin(text: &str) -> Option<String> {
    let digits: Vec<u32> = text
        .chars()
        .map(|value| value.to_digit(10))
        .collect::<Option<_>>()?;
    if !matches!(digits.len(), 8 | 12 | 13 | 14) {
        return None;
    }
    let weighted = digits.iter().rev().enumerate();
    let sum: u32 = weighted
        .map(|(at, digit)| digit * if at % 2 == 0 { 1 } else { 3 })
        .sum();
    sum.is_multiple_of(10).then(|| format!("{text:0>14}"))
}

/// A host, or a site, in the form in which addresses have it.
fn host(text: &str) -> Option<String> {
    if text.contains(['/', ' ', '@']) || !text.contains('.') {
        return None;
    }
    let bare = text.strip_prefix("*.").unwrap_or(text);
    let address = PageUrl::parse(&format!("http://{bare}/")).ok()?;
    Some(address.host_text().to_owned())
}

/// A line of a list.
struct Row {
    line: usize,
    key: String,
    policy: Option<String>,
    category: Option<String>,
    source: String,
}

/// The lines of a list, plain or a table.
struct Rows(Vec<Row>);

impl Rows {
    fn read(file: &str, text: &str, key: &str) -> Result<Self, ListError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let first = text.lines().next().unwrap_or("").to_ascii_lowercase();
        let is_table = first.split(',').any(|name| name.trim() == key);
        if is_table {
            Self::table(file, text, key)
        } else if key == "address" {
            Err(ListError::Line {
                file: file.to_owned(),
                line: 1,
                what: "the first line names no column `address`".to_owned(),
                remedy: "begin with `address,policy,category,source`",
            })
        } else {
            Ok(Self::plain(text))
        }
    }

    fn plain(text: &str) -> Self {
        let lines = text.lines().enumerate().map(|(at, line)| {
            let key = line.split(" #").next().unwrap_or("").trim();
            (at + 1, key)
        });
        let entries = lines.filter(|(_, key)| !key.is_empty() && !key.starts_with('#'));
        Self(
            entries
                .map(|(line, key)| Row {
                    line,
                    key: key.to_owned(),
                    policy: None,
                    category: None,
                    source: String::new(),
                })
                .collect(),
        )
    }

    fn table(file: &str, text: &str, key: &str) -> Result<Self, ListError> {
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .flexible(true)
            .comment(Some(b'#'))
            .from_reader(text.as_bytes());
        let wrong = |error: &csv::Error| ListError::Table {
            file: file.to_owned(),
            line: error.position().map_or(1, csv::Position::line),
            what: error.to_string(),
        };
        let head = reader.headers().map_err(|error| wrong(&error))?.clone();
        let column = |name: &str| head.iter().position(|it| it.eq_ignore_ascii_case(name));
        let (policy, category, source) = (column("policy"), column("category"), column("source"));
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| wrong(&error))?;
            let cell = |at: Option<usize>| {
                let text = record.get(at?)?;
                (!text.is_empty()).then(|| text.to_owned())
            };
            let line = record.position().map_or(0, csv::Position::line);
            if let Some(key) = cell(column(key)) {
                rows.push(Row {
                    line: usize::try_from(line).unwrap_or(usize::MAX),
                    key,
                    policy: cell(policy),
                    category: cell(category),
                    source: cell(source).unwrap_or_default(),
                });
            }
        }
        Ok(Self(rows))
    }
}
