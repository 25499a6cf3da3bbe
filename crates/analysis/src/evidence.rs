//! From hops to findings: witness, evidence, severity and confidence.

use graph::{Because, HopId, PageNode, Seen};
use model::{
    Confidence, DecidedBy, DetectorId, EffectiveClass, Evidence, EvidenceKind, Finding,
    Fingerprint, HopKind, Label, PageId, PageUrl, Policy, Severity, Span, Technique, VantageId,
    WitnessHop, WitnessPath, Zone,
};

use crate::Scene;
use crate::hidden_path::HiddenPath;

/// What a detector states.
pub(crate) struct Statement<'a> {
    pub detector: DetectorId,
    pub statement: String,
    pub listing: PageId,
    pub target: PageId,
    pub hops: &'a [HopId],
}

impl<'a> Statement<'a> {
    /// What is stated of a hidden path, by a walk that has its ends.
    pub(crate) const fn of_path(
        detector: DetectorId,
        path: &HiddenPath,
        hops: &'a [HopId],
        statement: String,
    ) -> Self {
        Self {
            detector,
            statement,
            listing: path.listing,
            target: path.target,
            hops,
        }
    }

    /// The finding, with the target's own label; `None` when it has none, or there are no hops.
    pub(crate) fn finding(self, scene: &Scene) -> Option<Finding> {
        let (vantage, label) = scene.verdicts[self.target.index()].restricted.as_ref()?;
        self.finding_by(scene, *vantage, label)
    }

    /// The finding, by a label that was given to the target, or to what it promises.
    pub(crate) fn finding_by(
        self,
        scene: &Scene,
        vantage: VantageId,
        label: &Label,
    ) -> Option<Finding> {
        let graph = &scene.graph;
        let hops: Vec<WitnessHop> = self
            .hops
            .iter()
            .map(|hop| witness_hop(scene, *hop))
            .collect();
        let listing = graph.page(self.listing);
        let target = graph.page(self.target);
        let kinds: Vec<HopKind> = hops.iter().map(|hop| hop.kind).collect();
        let witness = WitnessPath { hops };
        witness.hops.first()?;
        let mut evidence = Vec::new();
        if let Some((seen_by, label)) = beginning(scene, self.listing) {
            matches_of(
                EvidenceKind::Listing,
                listing,
                *seen_by,
                label,
                &mut evidence,
            );
        }
        for hop in self.hops {
            concealments(scene, *hop, &mut evidence);
        }
        matches_of(EvidenceKind::Target, target, vantage, label, &mut evidence);
        also_restricted(scene, self.target, label, &mut evidence);
        let after = self.hops.iter().map(|hop| graph.page(graph.ends(*hop).1));
        evidence.extend(std::iter::once(listing).chain(after).filter_map(orphan));
        let gate = self
            .hops
            .iter()
            .map(|hop| graph.page(graph.ends(*hop).1).gate)
            .fold(listing.gate, Ord::max);
        Some(Finding {
            detector: self.detector,
            severity: severity(label, &witness),
            confidence: confidence(scene, self.listing, label, self.hops),
            fingerprint: Fingerprint::of(self.detector, &listing.address, &target.site, &kinds),
            statement: self.statement,
            listing: listing.address.clone(),
            listing_policy: listing_policy(scene, self.listing),
            target: target.address.clone(),
            policy: label.policy,
            category: label.category.clone(),
            category_name: label.name.clone(),
            legal_basis: label.legal_basis.clone(),
            legal_review: label.law_review(),
            expression: witness.expression(),
            cost: rounded(witness.cost()),
            chance: rounded(scene.chances[self.listing.index()]),
            gate,
            witness,
            evidence,
        })
    }
}

pub(crate) fn witness_hop(scene: &Scene, id: HopId) -> WitnessHop {
    let graph = &scene.graph;
    let (source, target) = graph.ends(id);
    let (hop, class) = (graph.hop(id), scene.classes.of(id));
    let fan_out = scene.classes.fan_out(source, class.effective).max(1);
    let search = &scene.settings.search;
    // A walk round a gate may use the site's menus; they cost what an overt hop does.
    let constant = search.constant(class.effective).unwrap_or(search.overt);
    WitnessHop {
        source: graph.page(source).address.clone(),
        target: graph.page(target).address.clone(),
        kind: hop.kind,
        carrier: hop.carrier,
        class: class.effective,
        because: class.because.to_string(),
        visibility: hop.visibility.state(),
        proofs: hop.proofs().cloned().collect(),
        status: hop.status,
        href: hop.href.to_string(),
        text: hop.text.to_string(),
        span: hop.span,
        vantages: hop.vantages.to_vec(),
        missing_from: hop.missing_from.to_vec(),
        fan_out,
        cost: rounded(f64::from(fan_out).ln() + constant),
    }
}

/// Six digits after the point: what the search counts in, and the same on every machine.
pub(crate) fn rounded(number: f64) -> f64 {
    (number * 1e6).round() / 1e6
}

/// The visit of a page in one guise, else its first.
pub(crate) fn visit_by(page: &PageNode, vantage: VantageId) -> Option<&Seen> {
    page.seen
        .iter()
        .find(|seen| seen.vantage == vantage)
        .or_else(|| page.seen.first())
}

/// Evidence out of one visit.
pub(crate) fn of_visit(
    kind: EvidenceKind,
    statement: String,
    page: &PageUrl,
    seen: &Seen,
    span: Option<Span>,
) -> Evidence {
    Evidence {
        kind,
        statement,
        page: page.clone(),
        visit: seen.visit,
        vantage: seen.vantage,
        body: seen.body(),
        span,
        seen_at: seen.at,
    }
}

/// That only a sitemap led to a page, if so: by its first visit.
pub(crate) fn orphan(page: &PageNode) -> Option<Evidence> {
    let seen = page.seen.first().filter(|_| page.orphan)?;
    let statement = format!(
        "{}: only a sitemap names the page, no link",
        Technique::ORPHAN_PAGE
    );
    let kind = EvidenceKind::Orphan;
    Some(of_visit(kind, statement, &page.address, seen, None))
}

pub(crate) fn matches_of(
    kind: EvidenceKind,
    page: &PageNode,
    vantage: VantageId,
    label: &Label,
    evidence: &mut Vec<Evidence>,
) {
    let Some(seen) = visit_by(page, vantage) else {
        return;
    };
    let mut say = |statement, span| {
        evidence.push(of_visit(kind, statement, &page.address, seen, span));
    };
    if label.matches.is_empty() {
        let (policy, pack) = (label.policy.as_str(), &label.pack);
        say(
            format!("labelled {policy} by {pack}{}", rests_on(label)),
            None,
        );
    }
    if label.policy.is_restricted() && !label.legal_basis.is_empty() {
        let (policy, basis) = (label.policy.as_str(), &label.legal_basis);
        say(format!("{policy} under {}: {basis}", law(label)), None);
    }
    for found in &label.matches {
        let statement = format!("“{}” in {} ({})", found.text, found.place, goods(label));
        say(statement, found.span);
    }
}

/// What makes other offers of the site of a target restricted, where they are why it is: a piece of evidence each.
fn neighbors(scene: &Scene, label: &Label, evidence: &mut Vec<Evidence>) {
    let DecidedBy::Site { such_as, .. } = &label.decided_by else {
        return;
    };
    let pages = such_as.iter().filter_map(|page| scene.graph.find(page));
    for page in pages {
        let Some((vantage, label)) = &scene.verdicts[page.index()].restricted else {
            continue;
        };
        let node = scene.graph.page(page);
        if let Some(seen) = visit_by(node, *vantage) {
            let first = label.matches.first();
            let word =
                first.map_or_else(String::new, |it| format!(": “{}” in {}", it.text, it.place));
            let statement = format!("its site offers {}{word}", goods(label));
            let span = first.and_then(|it| it.span);
            evidence.push(of_visit(
                EvidenceKind::Target,
                statement,
                &node.address,
                seen,
                span,
            ));
        }
    }
}

/// What else restricts a target: other categories, and other offers of its site; a piece of evidence each.
pub(crate) fn also_restricted(
    scene: &Scene,
    target: PageId,
    label: &Label,
    evidence: &mut Vec<Evidence>,
) {
    neighbors(scene, label, evidence);
    let page = scene.graph.page(target);
    let others = scene.verdicts[target.index()].also.iter();
    for (vantage, other) in others.filter(|(_, other)| other.category != label.category) {
        let Some(seen) = visit_by(page, *vantage) else {
            continue;
        };
        let first = other.matches.first();
        let word = first.map_or_else(String::new, |it| format!(", “{}” in {}", it.text, it.place));
        let more = match other.matches.len() {
            0 | 1 => String::new(),
            many => format!(" and {} more", many - 1),
        };
        let statement = format!(
            "also {} as {}{word}{more}; under {}: {}",
            other.policy.as_str(),
            goods(other),
            law(other),
            other.legal_basis
        );
        let span = first.and_then(|it| it.span);
        evidence.push(of_visit(
            EvidenceKind::Target,
            statement,
            &page.address,
            seen,
            span,
        ));
    }
}

/// Whose law a label applies: that of its market, or of the Union where the pack has no row of the market.
fn law(label: &Label) -> String {
    let market = &label.market;
    match &label.decided_by {
        DecidedBy::Row { market: row, .. } if row != market => {
            format!(
                "the law of {row}, taken for {market}, of which the rule pack has no row for it"
            )
        }
        _ => format!("the law of {market}"),
    }
}

/// On what a label without matching words rests, for the end of a sentence.
fn rests_on(label: &Label) -> String {
    match &label.decided_by {
        DecidedBy::Facts { says } if !says.is_empty() => {
            let says: Vec<&str> = says.iter().map(|fact| fact.as_str()).collect();
            format!(
                ": a listing that tells its {}, and nothing on it is restricted",
                says.join(", ")
            )
        }
        DecidedBy::Site {
            offers,
            restricted,
            of,
            ..
        } => format!(
            ": {restricted} of the {offers} offers that were seen on its site are restricted by what they say ({}); \
             what this one is says nothing that the rules know",
            of.join(", ")
        ),
        DecidedBy::List {
            file, line, entry, ..
        } => format!(": the list {file} has {entry} in line {line}"),
        DecidedBy::Platform { file, line, source } => {
            let source = match source.trim() {
                "" => String::new(),
                source => format!(" ({source})"),
            };
            format!(": line {line} of {file} says so of this address{source}")
        }
        DecidedBy::Facts { .. } | DecidedBy::Row { .. } | DecidedBy::NoRow => String::new(),
    }
}

pub(crate) fn concealments(scene: &Scene, id: HopId, evidence: &mut Vec<Evidence>) {
    let (source, _) = scene.graph.ends(id);
    let (page, hop) = (scene.graph.page(source), scene.graph.hop(id));
    let class = scene.classes.of(id);
    let is_covert = match class.effective {
        EffectiveClass::Overt | EffectiveClass::Lateral => false,
        EffectiveClass::Navigation => {
            class.because == Because::Template && hop.visibility.is_hidden()
        }
        EffectiveClass::Hidden | EffectiveClass::Masked | EffectiveClass::Forced => true,
    };
    if !is_covert || hop.kind == HopKind::Promise {
        return;
    }
    let Some(seen) = hop
        .vantages
        .first()
        .and_then(|vantage| visit_by(page, *vantage))
    else {
        return;
    };
    let statement = format!("{}: {}", class.effective, class.because);
    evidence.push(of_visit(
        EvidenceKind::Concealment,
        statement,
        &page.address,
        seen,
        hop.span,
    ));
    for proof in hop.proofs() {
        evidence.push(of_visit(
            EvidenceKind::Concealment,
            format!("{}: {}", proof.technique, proof.shows),
            &page.address,
            seen,
            proof.span,
        ));
    }
}

/// The category's own severity; one less where nothing is concealed and nobody is forced, but the
/// way is only masked.
pub(crate) fn severity(label: &Label, witness: &WitnessPath) -> Severity {
    let is_covert = witness
        .hops
        .iter()
        .any(|hop| matches!(hop.class, EffectiveClass::Hidden | EffectiveClass::Forced));
    match label.severity {
        severity if is_covert => severity,
        Severity::Critical => Severity::High,
        Severity::High => Severity::Medium,
        Severity::Medium | Severity::Low => Severity::Low,
    }
}

/// What a page is by the label by which a hidden path may begin there; else by its verdict.
fn listing_policy(scene: &Scene, page: PageId) -> Policy {
    beginning(scene, page).map_or_else(|| scene.policy(page), |(_, label)| label.policy)
}

/// The label by which a hidden path may begin at a page.
fn beginning(scene: &Scene, page: PageId) -> Option<&(VantageId, Label)> {
    scene.verdicts[page.index()].beginning(scene.graph.page(page))
}

/// The weakest of the two labels and of the proofs on the walk.
fn confidence(scene: &Scene, listing: PageId, target: &Label, hops: &[HopId]) -> Confidence {
    let listing =
        beginning(scene, listing).map_or(Confidence::Medium, |(_, label)| label.confidence);
    hops.iter()
        .map(|hop| confidence_of_hop(scene, *hop))
        .fold(listing.min(target.confidence), Ord::min)
}

pub(crate) fn confidence_of_hop(scene: &Scene, id: HopId) -> Confidence {
    let hop = scene.graph.hop(id);
    match scene.classes.of(id).because {
        // That a host's home is where its mail leads is more than what is written.
        Because::Unlinked if hop.zone == Zone::Seller && hop.kind != HopKind::Contact => {
            Confidence::High
        }
        Because::Unlinked
        | Because::TextNamesOther
        | Because::ScriptedAway
        | Because::BlindButton
        | Because::ScriptedAtLoad
        | Because::SomeVantagesOnly
        | Because::Promised => Confidence::Medium,
        _ => Confidence::High,
    }
}

/// What is on offer at a page, for a sentence.
pub(crate) fn offer_of(scene: &Scene, page: PageId) -> String {
    scene.verdicts[page.index()]
        .restricted
        .as_ref()
        .map_or_else(|| "restricted goods".to_owned(), |(_, label)| goods(label))
}

/// What the listing is where a hidden path begins, for a sentence.
pub(crate) fn listing_of(scene: &Scene, page: PageId) -> String {
    if scene.is_listing(page) {
        "a compliant listing".to_owned()
    } else {
        format!("a listing of {}", offer_of(scene, page))
    }
}

/// Policy and category of a label, for a sentence.
pub(crate) fn goods(label: &Label) -> String {
    match &label.category {
        Some(code) => format!("{} goods ({code} {})", label.policy.as_str(), label.name),
        None if matches!(label.decided_by, DecidedBy::Site { .. }) => {
            format!("an offer among {} goods", label.policy.as_str())
        }
        None => format!("a {} page", label.policy.as_str()),
    }
}

/// Vantages for a sentence.
pub(crate) fn list(vantages: &[VantageId]) -> String {
    vantages
        .iter()
        .map(|vantage| vantage.as_str())
        .collect::<Vec<_>>()
        .join(", ")
}
