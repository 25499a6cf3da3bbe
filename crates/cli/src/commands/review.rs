//! `sidedoor review`: a person decides, in a browser.

use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;

use anyhow::Context as _;
use case::CaseFolder;
use graph::{HopId, LinkGraph};
use model::{Answer, CategoryCode, EffectiveClass, PageId, PageUrl, Policy, VantageId};
use report::Report;
use review::{Desk, JudgeError, Judged as OnTheDesk, Served};

use crate::args::{JudgeArgs, Review};
use crate::exit::ExitStatus;
use crate::judge::{self, FromEvidence, Judged, Shown};
use crate::output;
use crate::progress::Stages;
use crate::stop;

/// Judges the case and serves the desk until somebody asks it to stop.
pub(crate) fn run(args: &Review) -> anyhow::Result<ExitStatus> {
    let judge_args = JudgeArgs {
        policy: args.policy.clone(),
        ads: args.ads.clone(),
    };
    let first = Laid::judge(args, &judge_args)?;
    let again = (args.clone(), judge_args);
    let desk = Desk::open(
        &args.case,
        Box::new(first),
        Arc::new(move || match Laid::judge(&again.0, &again.1) {
            Ok(laid) => Ok(Box::new(laid)),
            Err(error) => Err(JudgeError(format!("{error:#}"))),
        }),
    )?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("cannot start the desk")?;
    runtime.block_on(async {
        let served = Served::bind(desk, SocketAddr::new(args.bind, args.port)).await?;
        if !args.bind.is_loopback() {
            output::say(
                "warning: the desk can be reached from other machines, and nothing is encrypted: \
                 prefer loopback and a tunnel",
            );
        }
        let entrance = served.entrance()?;
        let mut out = output::stdout();
        // A script that waits for the address must get it at once.
        std::io::Write::write_fmt(&mut out, format_args!("{entrance}\n"))?;
        std::io::Write::flush(&mut out)?;
        drop(out);
        output::say("open this address in a browser, once; stop the desk with Ctrl-C");
        served.run(stop::on_request()).await;
        anyhow::Ok(())
    })?;
    Ok(ExitStatus::Clean)
}

/// A judged case as the desk asks it.
struct Laid {
    case: CaseFolder,
    judged: Judged,
    shown: Shown,
    /// Codes of the categories whose goods are told in words alone.
    text_only: Vec<CategoryCode>,
}

impl Laid {
    fn judge(args: &Review, judge_args: &JudgeArgs) -> anyhow::Result<Self> {
        let case = CaseFolder::open_read_only(&args.case)?;
        let judged = judge::judge(&case, judge_args, &mut Stages::new(true))?;
        let of_minors = judged
            .policy
            .pack
            .categories()
            .filter(|category| category.minors.is_some());
        Ok(Self {
            shown: judged.shown()?,
            text_only: of_minors.map(|category| category.code.clone()).collect(),
            case,
            judged,
        })
    }

    fn snippets(&self) -> FromEvidence<'_> {
        FromEvidence::of(&self.case, &self.judged.scene.graph)
    }
}

impl OnTheDesk for Laid {
    fn lend(&self, then: &mut dyn FnMut(&Report<'_>)) {
        then(&self.judged.report(&self.shown, &self.snippets()));
    }

    fn graph(&self) -> &LinkGraph {
        &self.judged.scene.graph
    }

    fn policy(&self, page: PageId) -> Policy {
        self.judged.scene.policy(page)
    }

    fn class(&self, hop: HopId) -> EffectiveClass {
        self.judged.scene.classes.of(hop).effective
    }

    fn answer(&self, page: &PageUrl, vantage: VantageId) -> Option<Answer> {
        self.snippets()
            .answer(page, vantage)
            .map(Rc::unwrap_or_clone)
    }

    fn categories(&self) -> Vec<(CategoryCode, String)> {
        let categories = self.judged.policy.pack.categories();
        categories
            .map(|category| (category.code.clone(), category.name.clone()))
            .collect()
    }

    fn is_text_only(&self, page: PageId) -> bool {
        let verdict = self.judged.scene.verdicts.get(page.index());
        let label = verdict.and_then(|verdict| verdict.restricted.as_ref());
        let category = label.and_then(|(_, label)| label.category.as_ref());
        category.is_some_and(|code| self.text_only.contains(code))
    }
}
