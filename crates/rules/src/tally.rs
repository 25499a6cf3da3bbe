//! The tally: what a page's words say for each category.

use std::collections::{BTreeMap, BTreeSet};

use model::{Match, Place, RuleId};

use crate::category::{Category, Counts, Sure};
use crate::fold::Folded;
use crate::lexicon::{Hit, Lexicon, Role, distance};
use crate::reading::{Reading, Standing};

/// How many matches a label keeps: enough for an auditor, bounded for a hostile page.
const MATCHES_KEPT: usize = 16;

/// How many words may lie between a term and a word that makes it innocent.
const NEGATIVE_WORDS: usize = 3;

/// How many words before a term may say what the thing on offer is for.
const USE_WORDS: usize = 12;

/// How many words may lie between a strong term and a measure of the goods.
const MEASURE_WORDS: usize = 8;

/// How long a text may be that is the label of a control, in bytes.
const CONTROL_BYTES: usize = 40;

/// What speaks for one category.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Standings in which each strong term was found, by the term's place in the lexicon.
    pub(crate) strong: BTreeMap<usize, BTreeSet<Standing>>,
    /// Weak terms found with their context.
    pub(crate) weak: BTreeMap<usize, BTreeSet<Standing>>,
    /// A term in the head was made innocent by its neighbour.
    pub(crate) cancelled_in_head: bool,
    /// The strong terms of the head that were.
    pub(crate) cancelled: BTreeSet<usize>,
    /// Measures without a context word beside them.
    pub(crate) loose: BTreeSet<usize>,
    /// The head holds a term that has no other use, or the description begins with one.
    pub(crate) sure_in_head: bool,
    /// Strong terms that the description offers, rather than says what a thing is for.
    pub(crate) described: BTreeSet<usize>,
    /// Such a term stands in the beginning of the description, with a telling measure beside it.
    pub(crate) measured: bool,
    /// The description begins with a strong term.
    pub(crate) opening: bool,
    /// A strong term is a phrase, or a weak pair that counts as strong: commerce by itself.
    pub(crate) telling: bool,
    /// A structured statement speaks for it.
    pub(crate) statement: bool,
    /// The evidence.
    pub(crate) matches: Vec<Match>,
}

impl Tally {
    /// Whether a strong or a supported weak term has this standing.
    pub(crate) fn stands_in(&self, standing: Standing) -> bool {
        let mut all = self.strong.values().chain(self.weak.values());
        all.any(|standings| standings.contains(&standing))
    }

    /// Whether a strong term has this standing.
    pub(crate) fn strong_in(&self, standing: Standing) -> bool {
        self.strong
            .values()
            .any(|standings| standings.contains(&standing))
    }

    /// Strong terms that are heard: asides are, beside a word in the head.
    fn heard(&self) -> impl Iterator<Item = impl Iterator<Item = Standing>> {
        let beside = self.stands_in(Standing::Head);
        self.strong.values().map(move |standings| {
            let all = standings.iter().copied();
            all.filter(move |&standing| beside || standing != Standing::Aside)
        })
    }

    /// Distinct strong terms that are heard.
    pub(crate) fn distinct(&self) -> usize {
        self.heard()
            .filter_map(|mut standings| standings.next())
            .count()
    }

    /// Standings of strong terms that are heard.
    pub(crate) fn standings(&self) -> usize {
        self.heard().flatten().collect::<BTreeSet<_>>().len()
    }

    /// Independent signals: each distinct strong term is one, each further standing is one, each
    /// supported weak term is one. None without a strong term.
    pub(crate) fn signals(&self) -> usize {
        match self.distinct() {
            0 => 0,
            distinct => {
                let measured = self.weak.is_empty()
                    && !self.loose.is_empty()
                    && self.strong_in(Standing::Head);
                let more = self.standings().saturating_sub(1) + self.weak.len();
                distinct + more + usize::from(measured)
            }
        }
    }

    /// Whether the head names the goods plainly: by a term that is nowhere in the head made
    /// innocent, or that the description repeats.
    pub(crate) fn plain_in_head(&self) -> bool {
        self.strong.iter().any(|(entry, standings)| {
            standings.contains(&Standing::Head)
                && (!self.cancelled.contains(entry) || standings.contains(&Standing::Body))
        })
    }

    pub(crate) fn keep(&mut self, found: Match) {
        let known = self.matches.iter().any(|old| {
            old.place == found.place && old.span == found.span && old.text == found.text
        });
        if !known && self.matches.len() < MATCHES_KEPT {
            self.matches.push(found);
        }
    }
}

/// What a page's words say.
#[derive(Debug, Default)]
pub(crate) struct Tallies {
    /// By the category's place in the pack.
    pub(crate) by_category: BTreeMap<usize, Tally>,
    /// The page says, outside the template, that it is for adults.
    pub(crate) adult: bool,
    /// Its markup says so, or an age gate.
    pub(crate) adult_by_markup: bool,
    /// The template says so.
    pub(crate) adult_in_chrome: bool,
    /// Negative words in the head: of all categories (`None`) or of one.
    pub(crate) head_negatives: BTreeSet<Option<usize>>,
    /// The page is filed under something that only speaks of the goods (books, glassware).
    pub(crate) filed_beside: bool,
    /// The head speaks of buying.
    pub(crate) commerce_in_head: bool,
    /// Any text speaks of buying.
    pub(crate) commerce: bool,
    /// A text of few words speaks of buying: a control, a label of one.
    pub(crate) control: bool,
    /// The name or the title says that the page offers a book or a film.
    pub(crate) media: bool,
    /// Marks of a book's page.
    pub(crate) book_marks: BTreeSet<usize>,
    /// Words of news and courts.
    pub(crate) reports: BTreeSet<usize>,
}

impl Tallies {
    /// Whether the page offers a book or a film.
    pub(crate) fn is_book(&self) -> bool {
        self.media || self.book_marks.len() >= 2
    }
}

/// The words of a pack with its categories: what a text is read with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'p> {
    pub(crate) lexicon: &'p Lexicon,
    pub(crate) categories: &'p [Category],
}

impl Reader<'_> {
    /// Adds what one text says.
    pub(crate) fn read(self, reading: &Reading<'_>, tallies: &mut Tallies) {
        self.read_form(reading, &Folded::plain(reading.text), tallies);
        let ones: &[char] = if reading.text.contains('1') {
            &['i', 'l']
        } else {
            &['i']
        };
        for &one in ones {
            if let Some(folded) = Folded::undisguised(reading.text, one) {
                self.read_form(reading, &folded, tallies);
            }
        }
    }

    fn read_form(self, reading: &Reading<'_>, folded: &Folded, tallies: &mut Tallies) {
        let hits = self.lexicon.scan(folded);
        if hits.is_empty() {
            return;
        }
        let heard = Heard {
            reader: self,
            reading,
            folded,
            hits: &hits,
        };
        for &hit in &hits {
            for role in self.lexicon.roles(hit) {
                heard.count(hit, role, tallies);
            }
        }
    }
}

/// A strong term that was found.
struct Term {
    category: usize,
    rule: RuleId,
    telling: bool,
    sure: bool,
}

/// One form of one text, with its hits.
struct Heard<'a> {
    reader: Reader<'a>,
    reading: &'a Reading<'a>,
    folded: &'a Folded,
    hits: &'a [Hit],
}

impl Heard<'_> {
    fn count(&self, hit: Hit, role: &Role, tallies: &mut Tallies) {
        let in_head = self.reading.standing == Standing::Head;
        match role {
            Role::Age if self.reading.chrome => tallies.adult_in_chrome = true,
            Role::Age => tallies.adult = true,
            Role::Commerce => {
                tallies.commerce = true;
                tallies.commerce_in_head |= in_head;
                tallies.control |= self.reading.text.len() <= CONTROL_BYTES;
            }
            Role::Negative { category } if in_head => {
                tallies.head_negatives.insert(*category);
            }
            Role::Negative { category: None } if self.reading.standing == Standing::Category => {
                tallies.filed_beside = true;
            }
            Role::Media if self.names_the_page() && !self.is_extra(hit) => tallies.media = true,
            Role::BookMark if self.reading.standing == Standing::Body => {
                tallies.book_marks.insert(hit.entry);
            }
            Role::Report => {
                tallies.reports.insert(hit.entry);
            }
            Role::Strong {
                category,
                language,
                sure,
            } if self.may_speak() => {
                let code = self.code(*category);
                let term = Term {
                    category: *category,
                    rule: RuleId(format!("{code}-terms-{language}")),
                    telling: self.reader.lexicon.is_phrase(hit),
                    sure: *sure,
                };
                self.count_strong(hit, term, tallies);
            }
            Role::Weak { category, group } if self.may_speak() => {
                self.count_weak(hit, *category, *group, tallies);
            }
            _ => {}
        }
    }

    /// The template's own words speak for no category, but for its breadcrumb, and its title.
    fn may_speak(&self) -> bool {
        !(self.reading.chrome && self.reading.standing == Standing::Aside)
    }

    fn code(&self, category: usize) -> String {
        self.reader.categories[category].code.0.to_ascii_lowercase()
    }

    /// Whether the text is the name, the title or the category of what the page offers.
    fn names_the_page(&self) -> bool {
        matches!(self.reading.standing, Standing::Head | Standing::Category)
            || self.reading.place == Place::Title
    }

    /// Whether the word names something that comes with the goods ("vodka with recipe book").
    fn is_extra(&self, hit: Hit) -> bool {
        self.hits
            .iter()
            .any(|&other| other.start < hit.start && self.has_role(other, &Role::Barrier))
    }

    fn has_role(&self, hit: Hit, role: &Role) -> bool {
        self.reader.lexicon.roles(hit).contains(role)
    }

    /// Whether the description offers the goods at `hit`, rather than says what a thing is for.
    fn is_offered(&self, hit: Hit) -> bool {
        let is_use = |other: &Hit| {
            other.start < hit.start
                && self.has_role(*other, &Role::Use)
                && distance(&self.folded.text, *other, hit)
                    .is_some_and(|(words, _)| words <= USE_WORDS)
        };
        self.reading.standing == Standing::Body
            && matches!(
                self.reading.place,
                Place::Description | Place::Body | Place::Meta
            )
            && !self.hits.iter().any(is_use)
    }

    /// Whether a telling measure of the category, or any, stands beside the strong term.
    fn has_measure(&self, hit: Hit, category: usize, any: bool) -> bool {
        self.near(hit, MEASURE_WORDS).any(|(other, between)| {
            let mut roles = self.reader.lexicon.roles(other).iter();
            between.is_some()
                && roles.any(|role| match role {
                    Role::Weak {
                        category: of,
                        group,
                    } if *of == category => {
                        let weak = &self.reader.categories[category].weak[*group];
                        weak.telling || (any && weak.measure)
                    }
                    _ => false,
                })
        })
    }

    fn count_strong(&self, hit: Hit, term: Term, tallies: &mut Tallies) {
        let Term {
            category,
            rule,
            telling,
            sure,
        } = term;
        let tally = tallies.by_category.entry(category).or_default();
        if self.is_cancelled(hit, category) {
            if self.reading.standing == Standing::Head {
                tally.cancelled_in_head = true;
                tally.cancelled.insert(hit.entry);
            }
            return;
        }
        let (_, last) = self.folded.original(hit.start, hit.end);
        let opens = self.reading.opens_with(last);
        if self.is_offered(hit) {
            tally.described.insert(hit.entry);
            // A description that begins with the goods has nothing else to say of them.
            let begins = opens && hit.start == 0;
            tally.sure_in_head |= begins && sure;
            tally.measured |= begins && (sure || self.has_measure(hit, category, true));
            tally.measured |= opens && self.has_measure(hit, category, false);
        }
        tally.sure_in_head |= sure && self.reading.standing == Standing::Head;
        let standing = self.reading.standing;
        tally.strong.entry(hit.entry).or_default().insert(standing);
        tally.telling |= telling;
        tally.opening |= opens;
        tally.keep(self.reading.found(self.folded, hit.start, hit.end, rule));
    }

    fn count_weak(&self, hit: Hit, category: usize, group: usize, tallies: &mut Tallies) {
        let weak = &self.reader.categories[category].weak[group];
        if !self.has_context(hit, category, group, weak.within) {
            if weak.measure && self.reading.standing == Standing::Body {
                let tally = tallies.by_category.entry(category).or_default();
                tally.loose.insert(hit.entry);
            }
            return;
        }
        let rule = RuleId(weak.id.clone());
        if weak.counts == Counts::Strong {
            let term = Term {
                category,
                rule,
                telling: true,
                sure: weak.telling && self.reader.categories[category].sure != Sure::None,
            };
            self.count_strong(hit, term, tallies);
            return;
        }
        let tally = tallies.by_category.entry(category).or_default();
        if self.is_cancelled(hit, category) {
            tally.cancelled_in_head |= self.reading.standing == Standing::Head;
            return;
        }
        tally
            .weak
            .entry(hit.entry)
            .or_default()
            .insert(self.reading.standing);
        tally.keep(self.reading.found(self.folded, hit.start, hit.end, rule));
    }

    /// Whether a context word of the group, or a strong term of the category that is not innocent
    /// itself, stands nearby.
    fn has_context(&self, hit: Hit, category: usize, group: usize, within: usize) -> bool {
        let supports = |other: Hit| {
            self.reader
                .lexicon
                .roles(other)
                .iter()
                .any(|role| match role {
                    Role::Context {
                        category: of,
                        group: at,
                    } => (*of, *at) == (category, group),
                    Role::Strong { category: of, .. } => {
                        *of == category && !self.is_cancelled(other, category)
                    }
                    _ => false,
                })
        };
        self.near(hit, within)
            .any(|(other, between)| between.is_some() && supports(other))
    }

    /// Hits of other words at most `within` words away, with whether a clause ends between; `None`
    /// for those that share characters with the hit, as words of unspaced scripts do.
    fn near(&self, hit: Hit, within: usize) -> impl Iterator<Item = (Hit, Option<bool>)> {
        let others = self
            .hits
            .iter()
            .filter(move |other| other.entry != hit.entry);
        others.filter_map(
            move |&other| match distance(&self.folded.text, hit, other) {
                None => Some((other, None)),
                Some((words, clause_ends)) => {
                    (words <= within).then_some((other, Some(clause_ends)))
                }
            },
        )
    }

    /// Whether a neighbour in the same clause makes the term innocent; or, in the head, a general
    /// negative word anywhere before it: what comes first there is the thing itself
    /// ("T-shirt 'Save water, drink beer'").
    fn is_cancelled(&self, hit: Hit, category: usize) -> bool {
        let general = self.reader.categories[category].general_negative;
        let negates = |other: Hit, of: Option<usize>| {
            let roles = self.reader.lexicon.roles(other);
            roles.contains(&Role::Negative { category: of })
        };
        let is_thing = |other: &Hit| other.end <= hit.start && negates(*other, None);
        if general && self.reading.standing == Standing::Head && self.hits.iter().any(is_thing) {
            return true;
        }
        self.near(hit, NEGATIVE_WORDS).any(|(other, clause_ends)| {
            // "red [wine] vinegar": an innocent phrase that shares a word with the term.
            if clause_ends.is_none() && self.has_role(other, &Role::Innocent) {
                return true;
            }
            clause_ends != Some(true)
                && ((general && negates(other, None)) || negates(other, Some(category)))
                && !self.is_barred(hit, other)
        })
    }

    /// Whether a barrier ("with", "inkl.") stands between a term and a later negative word.
    fn is_barred(&self, hit: Hit, negative: Hit) -> bool {
        self.hits.iter().any(|&other| {
            (hit.end..negative.start).contains(&other.start)
                && self.reader.lexicon.roles(other).contains(&Role::Barrier)
        })
    }
}
