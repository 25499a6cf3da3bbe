//! What was seen in a case: labelled on every core, joined in the order of the case.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::thread::{self, Scope, ScopedJoinHandle};

use case::{CaseFolder, PackedVisit, ReadError};
use graph::{Builder, LinkGraph};
use model::{Market, PageFacts, PageUrl, Policy, VantageId, Verdict, Visit};

use crate::directives::Directives;
use crate::policy::AppliedPolicy;
use crate::progress::Stages;

/// Visits of one thread that are handed over together, and bytes of their facts as they are packed: what is
/// handed over stands unpacked in memory, some ten times as large, while the next is made.
const TOGETHER: usize = 64;
const TOGETHER_BYTES: usize = 1 << 20;

/// What was seen, joined and labelled, and not yet judged.
pub(crate) struct Labelled {
    /// Pages and hops.
    pub(crate) graph: LinkGraph,
    /// What the policy says of each page, by guise: labels above unknown, those that one signal more would
    /// make, and promises.
    pub(crate) seen: BTreeMap<PageUrl, Vec<(VantageId, Verdict)>>,
    /// What pages ask of robots.
    pub(crate) directives: Directives,
}

impl Labelled {
    /// Reads every visit once; the facts of a page are dropped when its hops and its labels are taken. Facts are
    /// unpacked and labelled on as many threads as the machine has cores, and taken in the order of the
    /// case, so that the outcome does not depend on them.
    pub(crate) fn of(
        case: &CaseFolder,
        policy: &AppliedPolicy,
        market: &Market,
        stages: &mut Stages,
    ) -> anyhow::Result<Self> {
        stages.begin_counted("labelling what was seen", case.counts()?.visits);
        let mut joining = Joining {
            primary: case.brief().vantages.first().copied(),
            builder: Builder::default(),
            seen: BTreeMap::new(),
            directives: Directives::default(),
        };
        let judge = |packed| Read::of(packed, policy, market);
        thread::scope(|scope| -> Result<(), ReadError> {
            let mut hands = Hands {
                scope,
                judge: &judge,
                threads: thread::available_parallelism().map_or(1, NonZero::get),
                at_work: Vec::new(),
            };
            let (mut together, mut bytes) = (Vec::new(), 0);
            let mut take = |read| {
                stages.step();
                joining.take(read);
            };
            case.for_each_packed_visit::<ReadError>(0, &mut |packed| {
                bytes += packed.bytes();
                together.push(packed);
                if together.len() >= TOGETHER * hands.threads || bytes >= TOGETHER_BYTES {
                    bytes = 0;
                    hands.give(std::mem::take(&mut together), &mut take)?;
                }
                Ok(())
            })?;
            hands.give(together, &mut take)?;
            hands.give(Vec::new(), &mut take)
        })?;
        stages.begin("joining the graph");
        let graph = joining.builder.finish(&case.brief().seeds);
        let mut seen = joining.seen;
        for (_, page) in graph.pages() {
            // What a list says holds of an address that nobody asked as well.
            if !seen.contains_key(&page.address)
                && let Some(verdict) = policy.of_address(&page.address, market)
            {
                let of_page = vec![(VantageId::Desktop, verdict)];
                seen.insert(page.address.clone(), of_page);
            }
        }
        Ok(Self {
            graph,
            seen,
            directives: joining.directives,
        })
    }
}

/// A visit, unpacked and labelled.
struct Read {
    visit: Visit,
    facts: Option<PageFacts>,
    /// Not of a second visit, which is there to see what churns; evidence names the first.
    verdict: Option<Verdict>,
}

impl Read {
    fn of(packed: PackedVisit, policy: &AppliedPolicy, market: &Market) -> Result<Self, ReadError> {
        let facts = packed.facts()?;
        let visit = packed.visit;
        let to_label = facts.as_ref().filter(|_| !visit.again);
        let verdict = to_label.map(|facts| {
            let mut verdict = policy.label(facts, market);
            // That nothing is known of a page is most of its verdict, and nothing to the scene.
            let counts =
                |label: &model::Label| label.policy != Policy::Unknown || label.near.is_some();
            verdict.labels.retain(counts);
            verdict
        });
        Ok(Self {
            visit,
            facts,
            verdict,
        })
    }
}

/// The threads at work on what was given last.
struct Hands<'s, 'e, J> {
    scope: &'s Scope<'s, 'e>,
    judge: &'s J,
    threads: usize,
    at_work: Vec<ScopedJoinHandle<'s, Vec<Result<Read, ReadError>>>>,
}

impl<'s, J> Hands<'s, '_, J>
where
    J: Fn(PackedVisit) -> Result<Read, ReadError> + Sync,
{
    /// Gives the threads what they are to read, and takes what they were given before, in its order.
    fn give(
        &mut self,
        visits: Vec<PackedVisit>,
        take: &mut dyn FnMut(Read),
    ) -> Result<(), ReadError> {
        let share = visits.len().div_ceil(self.threads).max(1);
        let mut visits = visits.into_iter();
        let mut begun = Vec::with_capacity(self.threads);
        while visits.len() > 0 {
            let of_one: Vec<PackedVisit> = visits.by_ref().take(share).collect();
            let judge = self.judge;
            let read = move || of_one.into_iter().map(judge).collect();
            begun.push(self.scope.spawn(read));
        }
        for done in std::mem::replace(&mut self.at_work, begun) {
            for read in done.join().unwrap_or_else(|panic| resume_unwind(panic)) {
                take(read?);
            }
        }
        Ok(())
    }
}

/// What was taken so far.
struct Joining {
    primary: Option<VantageId>,
    builder: Builder,
    seen: BTreeMap<PageUrl, Vec<(VantageId, Verdict)>>,
    directives: Directives,
}

impl Joining {
    fn take(&mut self, read: Read) {
        let Read {
            visit,
            facts,
            verdict,
        } = read;
        if let Some(facts) = &facts
            && visit.in_scope
            && !visit.again
            && Some(visit.vantage) == self.primary
        {
            self.directives.add(facts);
        }
        if let Some(verdict) = verdict
            && (!verdict.labels.is_empty() || !verdict.promises.is_empty())
        {
            let of_page = self.seen.entry(visit.address.clone()).or_default();
            of_page.push((visit.vantage, verdict));
        }
        self.builder.add(visit, facts);
    }
}
