//! `sidedoor notice` and `sidedoor statement`: drafts for the Digital Services Act, and their checks.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::net::IpAddr;
use std::path::Path;

use anyhow::{Context as _, bail};
use case::CaseFolder;
use model::{Finding, GateStrength, LawReview, PageUrl, VantageId, VisitId};
use report::dsa::{self, Cited, Complaint, Ground, Item, Notice};
use serde_json::{Value, json};

use crate::args::{
    ChosenArgs, FilledCommand, FilledNoticeCommand, JudgeArgs, NoticeArgs, NoticeFormat,
    StatementArgs,
};
use crate::exit::ExitStatus;
use crate::judge::{self, Judged};
use crate::output;
use crate::progress::Stages;

/// Indentation of the report that finds fault with a document.
const INDENT: &str = "  ";

/// Drafts a notice, or checks one.
pub(crate) fn notice(args: &NoticeArgs) -> anyhow::Result<ExitStatus> {
    match &args.command {
        Some(FilledNoticeCommand::Check { file }) => return checked(file, dsa::check_notice),
        Some(FilledNoticeCommand::Print { file, out }) => return printed(file, out.as_deref()),
        None => {}
    }
    let chosen = Chosen::of(&args.chosen)?;
    let mut items = Vec::new();
    let mut unchecked = BTreeSet::new();
    let mut made_up = BTreeSet::new();
    for (finding, ground) in chosen.findings(&args.chosen)? {
        if dsa::is_illegal(finding, &ground) {
            note_hosts(finding, &mut made_up);
            let evidence = chosen.cited(finding)?;
            unchecked.extend(ground.unchecked_law());
            items.push(Item::of(finding, &ground, evidence));
            continue;
        }
        let why = format!(
            "finding {}: its target is {} and the gate on the way is as strong as the law asks; a notice under \
             Article 16 is for illegal content",
            finding.fingerprint.as_str(),
            finding.policy.as_str()
        );
        if !args.chosen.all {
            bail!("{why}; use `sidedoor statement` where your terms forbid it");
        }
        output::say(&format!("left out: {why}"));
    }
    say_made_up(&made_up);
    if items.is_empty() {
        bail!("no finding of the case is about illegal content: there is nothing to notify");
    }
    let judged = &chosen.judged;
    let notice = Notice::draft(
        output::GENERATOR,
        judged.market.as_str(),
        judged.policy.pack.id(),
        items,
        &unchecked,
    );
    output::write(args.chosen.out.as_deref(), &mut |out| match args.format {
        NoticeFormat::Html => Ok(dsa::write_letter(&notice, out)?),
        NoticeFormat::Json => written(&serde_json::to_value(&notice)?, out),
    })?;
    Ok(ExitStatus::Clean)
}

/// Notes the hosts of a finding that nobody can own.
fn note_hosts(finding: &Finding, made_up: &mut BTreeSet<String>) {
    let hops = finding.witness.hops.iter();
    let pages = hops.flat_map(|hop| [&hop.source, &hop.target]);
    let hosts = pages
        .chain([&finding.listing])
        .map(|page| page.host().as_str().to_owned());
    made_up.extend(hosts.filter(|host| is_made_up(host)));
}

/// Says that addresses are under names which nobody can own: what is told of them reaches nobody.
fn say_made_up(hosts: &BTreeSet<String>) {
    if hosts.is_empty() {
        return;
    }
    let mut told: Vec<&str> = hosts.iter().take(3).map(String::as_str).collect();
    let more = format!("and {} more", hosts.len().saturating_sub(3));
    if hosts.len() > 3 {
        told.push(&more);
    }
    let count = report::counted(hosts.len() as u64, "host", "hosts");
    output::say(&format!(
        "note: {count} can be reached from this machine alone, or by nobody ({}): a made-up page is no matter for such \
         a document",
        told.join(", ")
    ));
}

/// Whether a host is under a name that RFC 2606, RFC 6761 and RFC 6762 reserve, or is an address of its own.
fn is_made_up(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or_default();
    let ip = host.trim_matches(['[', ']']).parse::<IpAddr>();
    matches!(last, "test" | "example" | "invalid" | "localhost" | "local")
        || ["example.com", "example.net", "example.org"]
            .iter()
            .any(|site| host == *site || host.ends_with(&format!(".{site}")))
        || ip.is_ok_and(|ip| match ip {
            IpAddr::V4(ip) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
            IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local(),
        })
}

/// Drafts statements of reasons, or checks some.
pub(crate) fn statement(args: &StatementArgs) -> anyhow::Result<ExitStatus> {
    if let Some(FilledCommand::Check { file }) = &args.command {
        return checked(file, dsa::check_statements);
    }
    let chosen = Chosen::of(&args.chosen)?;
    let market = &chosen.judged.market;
    let mut made_up = BTreeSet::new();
    let mut drafts: Vec<Value> = (chosen.findings(&args.chosen)?.iter())
        .map(|(finding, ground)| {
            note_hosts(finding, &mut made_up);
            dsa::statement(finding, ground, market)
        })
        .collect();
    say_made_up(&made_up);
    if drafts.is_empty() {
        bail!("the case has no finding that stands: there is nothing to state reasons for");
    }
    tell_apart(&mut drafts);
    if drafts.len() > dsa::MOST_AT_ONCE {
        bail!(
            "the transparency database takes {} statements at once, and these are {}: name the findings in parts",
            dsa::MOST_AT_ONCE,
            drafts.len()
        );
    }
    let document = if drafts.len() == 1 {
        drafts.remove(0)
    } else {
        json!({ "statements": drafts })
    };
    output::write(args.chosen.out.as_deref(), &mut |out| {
        written(&document, out)
    })?;
    Ok(ExitStatus::Clean)
}

/// Gives statements about findings of one fingerprint ids of their own: the database takes each id once.
fn tell_apart(drafts: &mut [Value]) {
    let mut ids: BTreeMap<String, u32> = BTreeMap::new();
    for draft in drafts {
        let id = draft["puid"].as_str().unwrap_or_default().to_owned();
        let count = ids.entry(id.clone()).or_default();
        *count += 1;
        if *count > 1 {
            draft["puid"] = json!(format!("{id}-{count}"));
        }
    }
}

/// A case that was judged.
struct Chosen {
    case: CaseFolder,
    judged: Judged,
}

impl Chosen {
    fn of(args: &ChosenArgs) -> anyhow::Result<Self> {
        let folder = args.case.as_deref().context("name the case with --case")?;
        if let Some(out) = args.out.as_deref().filter(|out| out.exists()) {
            bail!(
                "{} is there already, and what a person filled in would be lost; name another file, or remove it",
                out.display()
            );
        }
        if args.fingerprints.is_empty() && !args.all {
            bail!("name findings by their fingerprints, as the report has them, or give --all");
        }
        let case = CaseFolder::open_read_only(folder)?;
        if case.breaks_its_seal()? {
            output::say(
                "note: the case is not as it was sealed; `sidedoor verify --case` tells what differs, and whoever is \
                 notified may ask",
            );
        }
        let judge_args = JudgeArgs {
            policy: args.policy.clone(),
            ads: None,
        };
        Ok(Self {
            judged: judge::judge(&case, &judge_args, &mut Stages::new(true))?,
            case,
        })
        .inspect(|chosen: &Self| {
            let market = &chosen.judged.market;
            if !dsa::applies_in(market) {
                output::say(&format!(
                    "note: the Digital Services Act does not apply in {market}: name a market of the Union with --market"
                ));
            }
        })
    }

    /// The findings that are asked for, each with what the policy says of its target, in the order of
    /// the analysis.
    fn findings(&self, args: &ChosenArgs) -> anyhow::Result<Vec<(&Finding, Ground)>> {
        let all = &self.judged.judgement.findings;
        for asked in &args.fingerprints {
            if !all.iter().any(|it| it.fingerprint.as_str() == asked) {
                bail!(
                    "`{asked}` is the fingerprint of no finding of this case: `sidedoor report --format csv` lists them"
                );
            }
        }
        let is_chosen = |finding: &&Finding| {
            args.all || (args.fingerprints.iter()).any(|it| it == finding.fingerprint.as_str())
        };
        let mut chosen: Vec<&Finding> = all.iter().filter(is_chosen).collect();
        for finding in chosen.iter().filter(|_| !args.all) {
            if let Some(entry) = self.judged.decisions.get(&finding.fingerprint)
                && self.judged.is_dismissed(finding)
            {
                output::say(&format!(
                    "note: finding {} was dismissed by {} at {} ({}); it is drafted because you name it",
                    finding.fingerprint.as_str(),
                    report::legible(&entry.reviewer),
                    entry.at,
                    report::legible(&entry.reason)
                ));
            }
        }
        if args.all {
            // Several detectors may tell one walk: it is notified, and decided, once.
            let mut told = BTreeSet::new();
            chosen.retain(|finding| told.insert((&finding.listing, &finding.target)));
            // What a reviewer found to be nothing is not held against anybody, unless it is named.
            let before = chosen.len();
            chosen.retain(|finding| !self.judged.is_dismissed(finding));
            if before > chosen.len() {
                let left_out =
                    report::counted((before - chosen.len()) as u64, "finding", "findings");
                output::say(&format!("left out: {left_out} that a reviewer dismissed"));
            }
        }
        Ok(chosen
            .into_iter()
            .map(|finding| (finding, self.ground(finding)))
            .collect())
    }

    /// What the policy says of the target: by its label, else by the category that the finding names.
    fn ground(&self, finding: &Finding) -> Ground {
        let scene = &self.judged.scene;
        let page = scene.graph.find(&finding.target);
        let verdict = page.and_then(|page| scene.verdicts[page.index()].restricted.as_ref());
        if let Some((_, label)) = verdict {
            return Ground {
                legal_basis: label.legal_basis.clone(),
                legal_review: label.law_review(),
                class: label.statement.clone(),
                required_gate: label.required_gate,
            };
        }
        let mut categories = self.judged.policy.pack.categories();
        let category = categories.find(|it| Some(&it.code) == finding.category.as_ref());
        match category {
            Some(category) => Ground {
                legal_basis: category.legal_basis.clone(),
                legal_review: Some(LawReview {
                    source: category.source.clone(),
                    checked: category.checked.clone(),
                }),
                class: category.dsa.clone(),
                required_gate: category.required_gate,
            },
            None => Ground {
                legal_basis: String::new(),
                legal_review: None,
                class: None,
                required_gate: GateStrength::None,
            },
        }
    }

    /// The records of what supports a finding, each once: the evidence, then every page of the walk.
    fn cited(&self, finding: &Finding) -> anyhow::Result<Vec<Cited>> {
        let graph = &self.judged.scene.graph;
        let visit_of = |page: &PageUrl, vantage: VantageId| {
            let seen = &graph.page(graph.find(page)?).seen;
            let first = seen.iter().find(|seen| seen.vantage == vantage)?;
            Some(first.visit)
        };
        let evidence = (finding.evidence.iter())
            .map(|it| (it.statement.clone(), &it.page, it.vantage, it.visit));
        let hops = finding.witness.hops.iter().flat_map(|hop| {
            let what = format!("{} {} to {}", hop.class, hop.kind, hop.target);
            hop.vantages.iter().filter_map(move |&vantage| {
                let visit = visit_of(hop.stands_on(), vantage)?;
                Some((what.clone(), hop.stands_on(), vantage, visit))
            })
        });
        let mut cited: Vec<Cited> = Vec::new();
        for (statement, page, vantage, visit) in evidence.chain(hops) {
            if let Some(one) = self.record(&statement, (page, vantage), visit)?
                && !cited.contains(&one)
            {
                cited.push(one);
            }
        }
        Ok(cited)
    }

    /// The record of a visit, once it has been read and has the digest that was kept.
    fn record(
        &self,
        statement: &str,
        (page, vantage): (&PageUrl, VantageId),
        visit: VisitId,
    ) -> anyhow::Result<Option<Cited>> {
        let damaged = || {
            format!(
                "the record of {} as {vantage} cannot be cited: `sidedoor verify --case` tells what is damaged",
                report::legible(page.as_str())
            )
        };
        self.case.exchange_of(visit).with_context(damaged)?;
        let record = self.case.record_of(visit)?;
        Ok(record.map(|it| {
            Cited::new(
                statement,
                (page, vantage),
                (it.asked, Some(it.body)),
                (
                    it.id.trim_matches(['<', '>']).to_owned(),
                    it.file,
                    it.offset,
                ),
            )
        }))
    }
}

/// Checks a document, and says what is wrong with it on stdout.
fn checked(file: &Path, check: fn(&Value) -> Vec<Complaint>) -> anyhow::Result<ExitStatus> {
    let complaints = check(&read(file)?);
    tell(file, &complaints, &mut output::stdout())?;
    Ok(if complaints.is_empty() {
        ExitStatus::Clean
    } else {
        ExitStatus::Unusable
    })
}

/// Writes a notice that was filled in as HTML; one that is not complete is told on stderr instead.
fn printed(file: &Path, out: Option<&Path>) -> anyhow::Result<ExitStatus> {
    let whole = |path: &Path| path.canonicalize().ok();
    if out.is_some_and(|out| whole(out).is_some() && whole(out) == whole(file)) {
        bail!(
            "{} would be written over with its own print; name another file with --out",
            file.display()
        );
    }
    match dsa::filled_notice(&read(file)?) {
        Ok(notice) => {
            output::write(out, &mut |out| Ok(dsa::write_letter(&notice, out)?))?;
            Ok(ExitStatus::Clean)
        }
        Err(complaints) => {
            let mut told = Vec::new();
            tell(file, &complaints, &mut told)?;
            output::say(String::from_utf8_lossy(&told).trim_end());
            Ok(ExitStatus::Unusable)
        }
    }
}

/// A document that a person wrote.
fn read(file: &Path) -> anyhow::Result<Value> {
    let name = file.display();
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {name}"))?;
    // Some editors put a mark of the encoding before what they write.
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    serde_json::from_str(text).with_context(|| format!("{name} is no JSON"))
}

/// Says what is wrong with a document, and how much.
fn tell(file: &Path, complaints: &[Complaint], out: &mut dyn Write) -> anyhow::Result<()> {
    for Complaint {
        field,
        wrong,
        remedy,
    } in complaints
    {
        let (field, wrong) = (report::legible(field), report::legible(wrong));
        writeln!(out, "{field} {wrong}\n{INDENT}{remedy}")?;
    }
    let told = match complaints.len() {
        0 => "complete".to_owned(),
        1 => "1 field is missing or wrong".to_owned(),
        many => format!("{many} fields are missing or wrong"),
    };
    writeln!(out, "{}: {told}", file.display())?;
    Ok(out.flush()?)
}

fn written(document: &Value, out: &mut dyn Write) -> anyhow::Result<()> {
    serde_json::to_writer_pretty(&mut *out, document)?;
    Ok(out.write_all(b"\n")?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_about_findings_of_one_fingerprint_have_ids_of_their_own() {
        let mut drafts = ["a", "b", "a", "a"].map(|id| json!({ "puid": id }));
        tell_apart(&mut drafts);
        let ids: Vec<&str> = drafts.iter().filter_map(|it| it["puid"].as_str()).collect();
        assert_eq!(ids, ["a", "b", "a-2", "a-3"]);
    }
}
