//! From a case to a judgement: facts → graph, facts → labels, both → findings.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::time::SystemTime;

use analysis::{Judgement, Scene, Settings, Stage};
use case::{Capture, CaseFolder, Journal, ReadError, RecordPlace};
use graph::LinkGraph;
use model::{
    Answer, Brief, Change, Coverage, Decision, DirectiveCount, Finding, Fingerprint, JournalEntry,
    Market, PageId, PageUrl, Purpose, Reply, Span, Timestamp, Unreachable, VantageId, VisitId,
};
use report::{Format, Place, Record, Report, Snippet, Snippets};

use crate::ads::AdRepository;
use crate::args::{JudgeArgs, PolicyArgs};
use crate::commands;
use crate::cuts;
use crate::labelled::Labelled;
use crate::output;
use crate::policy::{self, AppliedPolicy};
use crate::progress::Stages;

/// Where a case keeps whose law it was last judged by.
const MARKET: &str = "market";

/// Where a case keeps when it was sealed without a seal of before.
const SEALED_ANEW: &str = "sealed_anew";

/// Characters of context on each side of a snippet.
const AROUND: usize = 90;
/// Bytes of the marked part of a snippet that are shown.
const MARKED: usize = 400;

/// A case with everything that was derived from it.
pub(crate) struct Judged {
    pub(crate) brief: Brief,
    pub(crate) market: Market,
    /// By which it was judged.
    pub(crate) policy: AppliedPolicy,
    pub(crate) coverage: Coverage,
    pub(crate) scene: Scene,
    pub(crate) judgement: Judgement,
    pub(crate) notes: Vec<String>,
    pub(crate) directives: Vec<DirectiveCount>,
    /// The decisions that stand, by finding.
    pub(crate) decisions: BTreeMap<Fingerprint, JournalEntry>,
}

/// Whose law: the flag, else that of the last judgement, else the Union's.
pub(crate) fn market(args: &PolicyArgs, case: &CaseFolder) -> anyhow::Result<Market> {
    if let Some(market) = &args.market {
        return Ok(market.clone());
    }
    let kept = case.setting(MARKET)?;
    Ok(kept
        .and_then(|value| serde_json::from_value(value).ok())
        .unwrap_or_else(Market::eu))
}

/// Whether a case is at rest and remembers that it is judged by this law, so that nothing must be written.
pub(crate) fn is_settled(case: &CaseFolder, market: &Market) -> anyhow::Result<bool> {
    let is_kept = case.setting(MARKET)? == Some(serde_json::to_value(market)?);
    Ok(is_kept && case.is_sealed())
}

/// Remembers whose law a case is judged by, seals it, and opens it again to be read: whatever becomes of the
/// judgement, the case has its seal.
pub(crate) fn settle(mut case: CaseFolder, market: &Market) -> anyhow::Result<CaseFolder> {
    case.put_setting(MARKET, &serde_json::to_value(market)?)?;
    let folder = case.folder().to_owned();
    commands::seal(case);
    Ok(CaseFolder::open_read_only(&folder)?)
}

/// When a case was sealed by a judgement that found it without a seal, in order.
pub(crate) fn sealed_anew(case: &CaseFolder) -> anyhow::Result<Vec<Timestamp>> {
    let kept = case.setting(SEALED_ANEW)?;
    Ok(kept
        .map(serde_json::from_value)
        .transpose()?
        .unwrap_or_default())
}

/// Notes that a case without a seal is about to get one. Its writer may have been killed; or somebody took the seal
/// away.
pub(crate) fn note_sealed_anew(case: &mut CaseFolder) -> anyhow::Result<()> {
    let mut all = sealed_anew(case)?;
    all.push(Timestamp::from(SystemTime::now()));
    Ok(case.put_setting(SEALED_ANEW, &serde_json::to_value(all)?)?)
}

/// Judges a case.
pub(crate) fn judge(
    case: &CaseFolder,
    args: &JudgeArgs,
    stages: &mut Stages,
) -> anyhow::Result<Judged> {
    let ads = args.ads.as_deref().map(AdRepository::read).transpose()?;
    judge_with(case, args, &ads.unwrap_or_default(), stages)
}

/// The same with advertisements that are at hand.
pub(crate) fn judge_with(
    case: &CaseFolder,
    args: &JudgeArgs,
    ads: &AdRepository,
    stages: &mut Stages,
) -> anyhow::Result<Judged> {
    stages.begin("reading the rule packs");
    let mut policy = AppliedPolicy::of(&args.policy)?;
    let journal = Journal::read(case.folder())?;
    policy.take_labels(&journal)?;
    let market = market(&args.policy, case)?;
    if let Some(note) = policy::fallback(&policy.pack, &market) {
        output::say(&note);
    }
    let Labelled {
        graph,
        seen,
        directives,
    } = Labelled::of(case, &policy, &market, stages)?;
    let brief = case.brief().clone();
    let mut begun = |stage: Stage| stages.begin(stage.as_str());
    let scene = Scene::staged(graph, &seen, Settings::default(), &mut begun)
        .with_ads(ads.judge(&policy, &market));
    let judgement = analysis::analyze_staged(&scene, &mut begun);
    stages.end();
    let coverage = case.coverage()?;
    let mut notes = notes(case, &coverage)?;
    notes.extend(capture_notes(&case.captures()?));
    notes.extend(policy::fallback(&policy.pack, &market));
    notes.extend(policy.notes.iter().cloned());
    notes.extend(ads.note(scene.landings().iter().flatten().count()));
    Ok(Judged {
        decisions: journal
            .findings()
            .into_iter()
            .map(|(fingerprint, (_, entry))| (fingerprint, entry.clone()))
            .collect(),
        notes,
        directives: directives.counts(),
        brief,
        market,
        policy,
        coverage,
        scene,
        judgement,
    })
}

/// What a reader must know besides: in words, with the remedy.
pub(crate) fn notes(case: &CaseFolder, coverage: &Coverage) -> Result<Vec<String>, ReadError> {
    let mut notes = Vec::new();
    for change in case.brief_changes()? {
        notes.push(format!(
            "After visit {} the crawl went on with {} = {}; before it was {}.",
            change.visit, change.field, change.after, change.before
        ));
    }
    for torn in case.torn()? {
        notes.push(format!(
            "After visit {} the crawl was torn off: {} bytes of a commit that had not ended were cut \
             off {}, and what they held was asked again.",
            torn.visit, torn.bytes, torn.file
        ));
    }
    if case.brief().robots == model::Robots::Ignore {
        notes.push("robots.txt was not asked for, as the brief says.".to_owned());
    }
    let unseen = coverage.unseen.iter().chain(&coverage.unseen_landings);
    if unseen
        .clone()
        .any(|part| part.why == model::Declined::Address.as_str())
    {
        notes.push(
            "Some addresses lead to special-purpose networks and were refused: allow the very \
             address with --allow-address if it is yours."
                .to_owned(),
        );
    }
    if coverage.seen == 0
        && coverage
            .unseen
            .iter()
            .any(|part| Unreachable::ALL.iter().any(|why| why.as_str() == part.why))
    {
        notes.push(
            "No seed answered: check that the site is up and the address is right.".to_owned(),
        );
    }
    if case.brief().is_made_up() {
        notes.push(
            "Every seed stands under a name that is reserved for tests (RFC 6761): these are made-up \
             pages, and nobody offers what they say."
                .to_owned(),
        );
    }
    Ok(notes)
}

/// What was imported, in words: each file with its digest, and what is wrong with it.
pub(crate) fn capture_notes(captures: &[Capture]) -> Vec<String> {
    captures
        .iter()
        .map(|capture| {
            let mut note = format!(
                "Imported from {} (SHA-256 {}): {} answers.",
                capture.file, capture.sha256, capture.answers
            );
            for (what, times) in &capture.faults {
                let first = capture.notes.iter().find(|note| note.what == *what);
                note.push_str(&format!(" {}: {times}", what.as_str()));
                if let Some(first) = first {
                    note.push_str(&format!(" (first at byte {})", first.at));
                }
                note.push('.');
            }
            note
        })
        .collect()
}

impl Judged {
    /// Whether a reviewer decided that nothing follows from a finding.
    pub(crate) fn is_dismissed(&self, finding: &Finding) -> bool {
        self.decisions
            .get(&finding.fingerprint)
            .is_some_and(|entry| {
                matches!(
                    entry.change,
                    Change::Finding {
                        decision: Decision::Dismissed,
                        ..
                    }
                )
            })
    }

    /// Writes the report of the judgement.
    pub(crate) fn write(
        &self,
        case: &CaseFolder,
        format: Format,
        style: report::Style,
        out: &mut dyn std::io::Write,
    ) -> anyhow::Result<()> {
        let shown = self.shown()?;
        let snippets = FromEvidence::of(case, &self.scene.graph);
        report::write(&self.report(&shown, &snippets), format, style, out)?;
        out.flush()?;
        Ok(())
    }

    /// What a report shows besides the judgement itself.
    pub(crate) fn shown(&self) -> anyhow::Result<Shown> {
        let mut pages: BTreeMap<String, u64> = BTreeMap::new();
        for (page, node) in self.scene.graph.pages() {
            if !node.seen.is_empty() {
                let word = self.scene.policy(page).as_str().to_owned();
                *pages.entry(word).or_default() += 1;
            }
        }
        let listings: BTreeSet<PageId> = self.scene.paths.iter().map(|path| path.listing).collect();
        Ok(Shown {
            settings: serde_json::to_value(&self.scene.settings)?,
            pages,
            cuts: cuts::of(
                &self.judgement.cuts,
                u64::try_from(listings.len())?,
                &self.judgement.amplification,
                &|page| self.scene.graph.page(page).address.to_string(),
            ),
            hops: u64::try_from(self.scene.graph.hop_count())?,
        })
    }

    /// The report of the judgement.
    pub(crate) fn report<'a>(&'a self, shown: &'a Shown, snippets: &'a dyn Snippets) -> Report<'a> {
        Report {
            generator: output::GENERATOR,
            brief: &self.brief,
            market: &self.market,
            pack: self.policy.pack.id(),
            settings: &shown.settings,
            coverage: &self.coverage,
            findings: &self.judgement.findings,
            indicators: &self.judgement.indicators,
            cuts: &shown.cuts,
            decisions: &self.decisions,
            networks: &self.judgement.networks,
            pages: &shown.pages,
            directives: &self.directives,
            hops: shown.hops,
            notes: &self.notes,
            snippets,
        }
    }
}

/// What a report shows besides the judgement itself: counted once.
pub(crate) struct Shown {
    settings: serde_json::Value,
    pages: BTreeMap<String, u64>,
    cuts: report::CutsReport,
    hops: u64,
}

/// Reads the words around a span from the case's evidence.
pub(crate) struct FromEvidence<'a> {
    case: &'a CaseFolder,
    graph: &'a LinkGraph,
    /// The exchange that was read last: what is asked of one page is asked in a row.
    last: RefCell<Option<Kept>>,
    /// Pages whose evidence cannot be read, each told once.
    lost: RefCell<BTreeSet<(PageUrl, VantageId)>>,
}

/// A page as one vantage was answered, and who that was.
struct Kept {
    page: PageUrl,
    vantage: VantageId,
    answer: Option<Rc<Answer>>,
}

impl<'a> FromEvidence<'a> {
    /// Of a case and its graph.
    pub(crate) fn of(case: &'a CaseFolder, graph: &'a LinkGraph) -> Self {
        Self {
            case,
            graph,
            last: RefCell::default(),
            lost: RefCell::default(),
        }
    }

    /// The answer of a page; `None` where there is none, or it cannot be read, which is told once.
    pub(crate) fn answer(&self, page: &PageUrl, vantage: VantageId) -> Option<Rc<Answer>> {
        if let Some(kept) = &*self.last.borrow()
            && kept.page == *page
            && kept.vantage == vantage
        {
            return kept.answer.clone();
        }
        let answer = match self.case.exchange(page, vantage, Purpose::Page) {
            Ok(exchange) => exchange.and_then(|exchange| match exchange.reply {
                Reply::Answered(answer) => Some(Rc::new(answer)),
                Reply::Declined(_) | Reply::Unreachable(_) => None,
            }),
            Err(error) => {
                self.lose(page, vantage, error.into());
                None
            }
        };
        *self.last.borrow_mut() = Some(Kept {
            page: page.clone(),
            vantage,
            answer: answer.clone(),
        });
        answer
    }

    fn lose(&self, page: &PageUrl, vantage: VantageId, error: anyhow::Error) {
        if self.lost.borrow_mut().insert((page.clone(), vantage)) {
            output::warn(&error);
        }
    }
}

fn kept_at(place: RecordPlace) -> Place {
    Place {
        id: place.id,
        file: place.file,
        offset: place.offset,
        body: place.body,
        asked_at: place.asked,
    }
}

impl Snippets for FromEvidence<'_> {
    fn record(&self, page: &PageUrl, vantage: VantageId) -> Option<Record> {
        let answer = self.answer(page, vantage)?;
        let place = match self.case.record(page, vantage) {
            Ok(place) => place?,
            Err(error) => {
                self.lose(page, vantage, error.into());
                return None;
            }
        };
        Some(Record {
            place: kept_at(place),
            status: answer.status,
            headers: answer.headers.clone(),
        })
    }

    fn place(&self, visit: VisitId) -> Option<Place> {
        match self.case.record_of(visit) {
            Ok(place) => place.map(kept_at),
            Err(error) => {
                output::warn(&error.into());
                None
            }
        }
    }

    fn visit(&self, page: &PageUrl, vantage: VantageId) -> Option<VisitId> {
        let page = self.graph.find(page)?;
        let seen = self.graph.page(page).seen.iter();
        let mut seen = seen.filter(|seen| seen.vantage == vantage);
        seen.next().map(|seen| seen.visit)
    }

    fn seller(&self, page: &PageUrl) -> Option<String> {
        let page = self.graph.find(page)?;
        self.graph.page(page).seller.clone()
    }

    fn snippet(&self, page: &PageUrl, vantage: VantageId, span: Span) -> Option<Snippet> {
        let answer = self.answer(page, vantage)?;
        let body = &answer.body;
        let marked = body.get(span.start..span.end)?;
        let before = &body[first_word(body, span.start.saturating_sub(AROUND))..span.start];
        let after = &body[span.end..last_word(body, (span.end + AROUND).min(body.len()))];
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let mut shown = text(&marked[..marked.len().min(MARKED)]);
        if marked.len() > MARKED {
            shown.push('…');
        }
        Some(Snippet {
            before: text(before),
            marked: shown,
            after: text(after),
        })
    }
}

/// Bytes of a word cut in two that are left out beside a snippet; longer ones are shown in part.
const WORD: usize = 30;

/// Where the first whole word begins at or after a place, for a snippet that must begin somewhere.
fn first_word(body: &[u8], at: usize) -> usize {
    let cuts_a_word = at > 0 && !body[at - 1].is_ascii_whitespace();
    let rest = &body[at..(at + WORD).min(body.len())];
    let blank = rest.iter().position(u8::is_ascii_whitespace);
    at + blank.filter(|_| cuts_a_word).unwrap_or(0)
}

/// Where the last whole word ends at or before a place.
fn last_word(body: &[u8], at: usize) -> usize {
    let cuts_a_word = body.get(at).is_some_and(|byte| !byte.is_ascii_whitespace());
    let rest = &body[at.saturating_sub(WORD)..at];
    let blank = rest.iter().rposition(u8::is_ascii_whitespace);
    blank
        .filter(|_| cuts_a_word)
        .map_or(at, |blank| at - rest.len() + blank)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snippet_begins_and_ends_with_whole_words_where_it_can() {
        let body = b"one two three four";
        assert_eq!(&body[first_word(body, 5)..], b" three four");
        assert_eq!(&body[first_word(body, 4)..], b"two three four");
        assert_eq!(first_word(body, 0), 0);
        assert_eq!(first_word(body, 16), 16, "no word begins behind it");
        assert_eq!(&body[..last_word(body, 10)], b"one two");
        assert_eq!(&body[..last_word(body, 7)], b"one two");
        assert_eq!(last_word(body, body.len()), body.len());
        assert_eq!(last_word(body, 2), 2, "no word ends before it");
        let long = [b'x'; 200];
        assert_eq!((first_word(&long, 90), last_word(&long, 90)), (90, 90));
    }
}
