//! Hearing: one text of a page, word by word, into the tallies.

use model::{Match, Place, RuleId};

use crate::category::{Category, Counts, Subject, Sure};
use crate::fold::{Folded, Spelled};
use crate::lexicon::{Hit, Lexicon, Role, neighbours};
use crate::reading::Reading;
use crate::tally::{Pair, Tallies};
use crate::weights::{Standing, Weights};

/// How many words may lie between a term and a word that makes it innocent.
const NEGATIVE_WORDS: usize = 3;

/// How many words before a term may say what the thing on offer is for.
const USE_WORDS: usize = 12;

/// How many words may lie between a strong term and a measure of the goods.
const MEASURE_WORDS: usize = 8;

/// How long a text may be that is the label of a control, in bytes.
const CONTROL_BYTES: usize = 40;

/// The words of a pack with its categories: what a text is read with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'p> {
    pub(crate) lexicon: &'p Lexicon,
    pub(crate) categories: &'p [Category],
    pub(crate) weights: &'p Weights,
    /// A word that is not heard: to see what the verdict would be without it.
    pub(crate) muted: Option<usize>,
}

impl Reader<'_> {
    /// Adds what one text says.
    pub(crate) fn read(self, reading: &Reading<'_>, tallies: &mut Tallies) {
        self.read_form(reading, &Folded::plain(reading.text), tallies);
        for folded in self.disguised_forms(reading) {
            self.read_form(reading, &folded, tallies);
        }
    }

    /// The forms of a text that undo its disguises. What the template says speaks for no category, so
    /// that no disguise of it matters.
    fn disguised_forms<'t>(self, reading: &Reading<'t>) -> impl Iterator<Item = Folded<'t>> {
        let text = (!reading.is_template()).then_some(reading.text);
        // A title repeats the heading or the name.
        let named = reading.standing == Standing::Head && reading.place != Place::Title;
        let named = if named { Spelled::Head } else { Spelled::Other };
        let undisguised = text.and_then(|text| Folded::undisguised(text, named, self.lexicon));
        undisguised.into_iter().chain(text.and_then(Folded::joined))
    }

    /// Adds the weak terms of one text whose context stands in another field of the page.
    pub(crate) fn read_across(self, reading: &Reading<'_>, pairs: &[Pair], tallies: &mut Tallies) {
        let plain = std::iter::once(Folded::plain(reading.text));
        for folded in plain.chain(self.disguised_forms(reading)) {
            let hits = self.hits(&folded);
            let heard = Heard::of(self, reading, &folded, &hits);
            for hit in hits.iter().filter(|hit| !hit.shown) {
                for role in self.lexicon.roles(*hit) {
                    if let Role::Weak { category, group } = *role {
                        heard.count_across(*hit, category, group, pairs, tallies);
                    }
                }
            }
        }
    }

    /// What of the lexicon is in a form of a text.
    fn hits(self, folded: &Folded<'_>) -> Vec<Hit> {
        let mut hits = self.lexicon.scan(folded);
        if let Some(muted) = self.muted {
            hits.retain(|hit| hit.entry != muted);
        }
        hits
    }

    fn read_form(self, reading: &Reading<'_>, folded: &Folded<'_>, tallies: &mut Tallies) {
        let hits = self.hits(folded);
        if hits.is_empty() {
            return;
        }
        let heard = Heard::of(self, reading, folded, &hits);
        for &hit in &hits {
            for role in self.lexicon.roles(hit) {
                // A weak term that the plain form shows may have its context in disguise.
                let beside = |group: &Role| heard.is_beside_disguise(hit, group);
                if !hit.shown || beside(role) {
                    heard.count(hit, role, tallies);
                }
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
    /// Whether it is a term of the list, rather than a pair that counts as one.
    listed: bool,
    standing: Standing,
}

/// One form of one text, with its hits.
struct Heard<'a> {
    reader: Reader<'a>,
    reading: &'a Reading<'a>,
    folded: &'a Folded<'a>,
    hits: &'a [Hit],
    /// Where the first general negative word ends.
    first_thing: Option<usize>,
    /// Where the first barrier begins.
    first_barrier: Option<usize>,
}

impl<'a> Heard<'a> {
    fn of(
        reader: Reader<'a>,
        reading: &'a Reading<'a>,
        folded: &'a Folded<'a>,
        hits: &'a [Hit],
    ) -> Self {
        let of_all = |role: Role| {
            let mut having = hits.iter();
            having.find(|hit| reader.lexicon.has_role(**hit, role))
        };
        Self {
            first_thing: of_all(Role::Negative { category: None }).map(|hit| hit.end),
            first_barrier: of_all(Role::Barrier).map(|hit| hit.start),
            reader,
            reading,
            folded,
            hits,
        }
    }
}

impl Heard<'_> {
    fn count(&self, hit: Hit, role: &Role, tallies: &mut Tallies) {
        if self.reading.standing == Standing::Category
            && let Role::Strong { category, .. }
            | Role::Weak { category, .. }
            | Role::Context { category, .. } = role
        {
            tallies.filed.insert(*category);
        }
        let in_head = self.reading.standing == Standing::Head;
        match role {
            // The text of a link speaks of another page, or of the platform's terms.
            Role::Age if self.reading.chrome || self.reading.place == Place::AnchorText => {
                tallies.adult_in_chrome = true;
            }
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
            } if !self.reading.is_template() => {
                let code = self.code(*category);
                let language = self.reader.lexicon.language(*language);
                let term = Term {
                    category: *category,
                    rule: RuleId(format!("{code}-terms-{language}")),
                    telling: self.reader.lexicon.is_phrase(hit),
                    sure: *sure,
                    listed: true,
                    standing: self.reading.standing,
                };
                self.count_strong(hit, term, tallies);
            }
            Role::Weak { category, group } if !self.reading.is_template() => {
                self.count_weak(hit, *category, *group, tallies);
            }
            Role::Context { category, group } => {
                if let Some(field) = self.field(hit).filter(|_| !self.is_spoken_away(hit)) {
                    tallies.halves.contexts.push((*category, *group, field));
                }
            }
            _ => {}
        }
    }

    /// Whether a context of a weak term lies on what this form of the text reads otherwise.
    fn is_beside_disguise(&self, hit: Hit, role: &Role) -> bool {
        let Role::Weak { category, group } = *role else {
            return false;
        };
        let within = self.reader.categories[category].weak[group].within;
        let context = Role::Context { category, group };
        self.near(hit, within).any(|(other, _)| {
            self.has_role(other, context) && self.folded.differs(other.start, other.end)
        })
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
        self.first_barrier.is_some_and(|start| start < hit.start)
    }

    /// The field of the page's own goods that a word stands in: their head, their category, or what
    /// the description begins with. What stands further down may speak of anything.
    fn field(&self, hit: Hit) -> Option<Standing> {
        match self.reading.standing {
            field @ (Standing::Head | Standing::Category) => Some(field),
            Standing::Body if self.reading.place == Place::Variant => Some(Standing::Body),
            Standing::Body if self.reading.opening > 0 => {
                let (_, last) = self.folded.original(hit.start, hit.end);
                self.reading.opens_with(last).then_some(Standing::Body)
            }
            _ => None,
        }
    }

    /// Whether a description says of a word that the goods have none of it, or are for it.
    fn is_spoken_away(&self, hit: Hit) -> bool {
        self.reading.standing == Standing::Body
            && self.near(hit, USE_WORDS).any(|(other, between)| {
                let is_use = other.start < hit.start && self.has_role(other, Role::Use);
                between == Some(false) && (is_use || self.says_absent(hit, other))
            })
    }

    fn has_role(&self, hit: Hit, role: Role) -> bool {
        self.reader.lexicon.has_role(hit, role)
    }

    /// Whether the description offers the goods at `hit`, rather than says what a thing is for.
    fn is_offered(&self, hit: Hit) -> bool {
        let is_use = |(other, between): (Hit, Option<bool>)| {
            other.start < hit.start && between.is_some() && self.has_role(other, Role::Use)
        };
        self.reading.standing == Standing::Body
            && matches!(
                self.reading.place,
                Place::Description | Place::Body | Place::Meta
            )
            && !self.near(hit, USE_WORDS).any(is_use)
    }

    /// Whether a telling measure of the category, or any, stands beside the strong term.
    fn has_measure(&self, hit: Hit, category: usize, any: bool) -> bool {
        self.near(hit, MEASURE_WORDS).any(|(other, between)| {
            let mut roles = self.reader.lexicon.roles(other);
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
            listed,
            standing,
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
            // A description that begins with the goods has nothing else to say of them; nor has one that
            // names at its beginning what no lawful goods are described by.
            let of_page = self.reader.categories[category].subject == Subject::Page;
            let begins = opens && (hit.start <= 1 || (sure && listed && of_page));
            tally.sure_in_head |= begins && sure;
            tally.measured |= begins && (sure || self.has_measure(hit, category, true));
            tally.measured |= opens && self.has_measure(hit, category, false);
        }
        let found = self.found(hit, rule);
        if standing == Standing::Noted {
            tally.keep(found);
            return;
        }
        let in_head = standing == Standing::Head;
        tally.sure_in_head |= sure && in_head;
        tally.evasive_in_head |= in_head && found.normalized.iter().any(|it| it.is_evasive());
        for kind in self.reader.lexicon.goods(hit.entry, category) {
            let known = tally.goods.entry(kind).or_insert(standing);
            *known = standing.min(*known);
        }
        let entry = self.one_of_equals(hit, category);
        tally.strong.entry(entry).or_default().insert(standing);
        tally.telling |= telling;
        tally.opening |= opens;
        tally.keep(found);
    }

    /// A singular and its plural may both be terms: on the very same words they are one.
    fn one_of_equals(&self, hit: Hit, category: usize) -> usize {
        let is_equal = |other: &Hit| {
            let mut roles = self.reader.lexicon.roles(*other);
            (other.start, other.end) == (hit.start, hit.end)
                && roles.any(
                    |role| matches!(role, Role::Strong { category: of, .. } if *of == category),
                )
        };
        let first = self.hits.partition_point(|other| other.start < hit.start);
        let equal = self.hits[first..].iter().find(|other| is_equal(other));
        equal.map_or(hit.entry, |equal| equal.entry)
    }

    /// The words of a hit as evidence.
    fn found(&self, hit: Hit, rule: RuleId) -> Match {
        self.reading.found(self.folded, hit.start, hit.end, rule)
    }

    fn count_weak(&self, hit: Hit, category: usize, group: usize, tallies: &mut Tallies) {
        let weak = &self.reader.categories[category].weak[group];
        if !self.has_context(hit, category, group, weak.within) {
            if weak.measure && self.reading.standing == Standing::Body {
                let tally = tallies.by_category.entry(category).or_default();
                tally.loose.insert(hit.entry);
            }
            if let Some(field) = self.field(hit) {
                tallies.halves.weak.push((category, group, field));
            }
            return;
        }
        self.count_pair(hit, category, group, self.reading.standing, tallies);
    }

    /// A weak term whose context stands in another field weighs what the weaker of the two places
    /// does.
    fn count_across(
        &self,
        hit: Hit,
        category: usize,
        group: usize,
        pairs: &[Pair],
        tallies: &mut Tallies,
    ) {
        let within = self.reader.categories[category].weak[group].within;
        let Some(field) = self.field(hit) else { return };
        let is_of =
            |pair: &&Pair| (pair.category, pair.group, pair.field) == (category, group, field);
        let Some(pair) = pairs.iter().find(is_of) else {
            return;
        };
        if self.has_context(hit, category, group, within) {
            return;
        }
        self.count_pair(hit, category, group, pair.weaker(), tallies);
        let tally = tallies.by_category.entry(category).or_default();
        tally.half_in_head |= pair.is_in_head() && !tally.matches.is_empty();
    }

    /// A weak term with its context, of the standing that the two have together.
    fn count_pair(
        &self,
        hit: Hit,
        category: usize,
        group: usize,
        standing: Standing,
        tallies: &mut Tallies,
    ) {
        let weak = &self.reader.categories[category].weak[group];
        let rule = RuleId(weak.id.clone());
        if weak.counts == Counts::Strong {
            let is_sure = weak.telling && self.reader.categories[category].sure != Sure::None;
            let term = Term {
                category,
                rule,
                telling: true,
                sure: is_sure && standing == self.reading.standing,
                listed: false,
                standing,
            };
            self.count_strong(hit, term, tallies);
            return;
        }
        let tally = tallies.by_category.entry(category).or_default();
        if self.is_cancelled(hit, category) {
            tally.cancelled_in_head |= self.reading.standing == Standing::Head;
            return;
        }
        if standing == Standing::Noted {
            return;
        }
        tally.weak.entry(hit.entry).or_default().insert(standing);
        tally.keep(self.found(hit, rule));
    }

    /// Whether a context word of the group, or a strong term of the category that is not innocent
    /// itself, stands nearby.
    fn has_context(&self, hit: Hit, category: usize, group: usize, within: usize) -> bool {
        let supports = |other: Hit| {
            self.reader.lexicon.roles(other).any(|role| match role {
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
        let others = neighbours(self.hits, hit, within);
        let others = others.filter(move |other| other.entry != hit.entry);
        others.filter_map(move |other| match hit.distance(other) {
            None => Some((other, None)),
            Some((words, clause_ends)) => (words <= within).then_some((other, Some(clause_ends))),
        })
    }

    /// Whether a neighbour in the same clause makes the term innocent; or, in the head, a general
    /// negative word anywhere before it: what comes first there is the thing itself
    /// ("T-shirt 'Save water, drink beer'").
    fn is_cancelled(&self, hit: Hit, category: usize) -> bool {
        let general = self.reader.categories[category].general_negative;
        let negates =
            |other: Hit, of: Option<usize>| self.has_role(other, Role::Negative { category: of });
        let after_thing = self.first_thing.is_some_and(|end| end <= hit.start);
        if general && self.reading.standing == Standing::Head && after_thing {
            return true;
        }
        self.near(hit, NEGATIVE_WORDS).any(|(other, clause_ends)| {
            if clause_ends == Some(false) && self.says_absent(hit, other) {
                return true;
            }
            // "red [wine] vinegar": an innocent phrase that shares a word with the term.
            if clause_ends.is_none() && self.has_role(other, Role::Innocent) {
                return true;
            }
            clause_ends != Some(true)
                && ((general && negates(other, None)) || negates(other, Some(category)))
                && !self.is_barred(hit, other)
        })
    }

    /// Whether the neighbour says that the goods have none of it ("without antibiotics",
    /// "antibiotic-free"): it must stand right beside the term, for what is sold without a
    /// prescription is not sold without pills.
    fn says_absent(&self, hit: Hit, other: Hit) -> bool {
        let after = other.start > hit.start;
        let is_beside = hit.distance(other).is_some_and(|(words, _)| words <= 1);
        is_beside && self.has_role(other, Role::Absence { after })
    }

    /// Whether a barrier ("with", "inkl.") stands between a term and a later negative word.
    fn is_barred(&self, hit: Hit, negative: Hit) -> bool {
        self.near(hit, NEGATIVE_WORDS).any(|(other, _)| {
            (hit.end..negative.start).contains(&other.start) && self.has_role(other, Role::Barrier)
        })
    }
}
