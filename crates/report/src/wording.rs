//! Sentences and figures that every format words alike.

use model::{
    Change, Coverage, Decision, DirectiveCount, EffectiveClass, Finding, HeldBack, JournalEntry,
    Landings, LawReview, LearnedParameter, PatternCoverage, Policy, ScopeRule, SitemapLoss, Span,
    StopReason, Technique, Unseen,
};

use crate::Report;
use crate::legible::legible;
use crate::outline::BySeverity;

/// The law that restricts the target of a finding, with what the rule pack says of it.
pub(crate) fn law_of(finding: &Finding) -> String {
    law(&finding.legal_basis, finding.legal_review.as_ref())
}

/// A law, with where the rule pack took it from and whether anybody checked it; empty without a law.
#[must_use]
pub fn law(basis: &str, review: Option<&LawReview>) -> String {
    match review {
        Some(review) if !basis.is_empty() => format!("{basis} [{review}]"),
        _ => basis.to_owned(),
    }
}

/// What a report comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Something was found.
    Found,
    /// Nothing was found, but that means little.
    Incomplete,
    /// Nothing was found, and the whole scope was seen.
    Clear,
}

/// What a report comes to, in a sentence.
pub(crate) struct VerdictLine {
    pub(crate) tone: Tone,
    pub(crate) sentence: String,
}

/// The first sentence of every report.
pub(crate) fn verdict(report: &Report<'_>) -> VerdictLine {
    let coverage = report.coverage;
    let whole = coverage.is_whole();
    let (tone, sentence) = match report.findings.len() {
        0 if whole => (
            Tone::Clear,
            format!(
                "Nothing was found, and the whole scope was seen: {}.{}",
                counted(coverage.seen, "page", "pages"),
                beyond(report)
            ),
        ),
        0 if coverage.seen == 0 => (
            Tone::Incomplete,
            "Nothing was found, because nothing was seen: no address of the scope answered. \
             This is no all-clear."
                .to_owned(),
        ),
        0 => (
            Tone::Incomplete,
            "Nothing was found, but part of the scope was not seen: this is no all-clear."
                .to_owned(),
        ),
        found => {
            let rest = if whole {
                "The whole scope was seen."
            } else {
                "Part of the scope was not seen: there may be more."
            };
            let found = counted(wide(found), "finding", "findings");
            (
                Tone::Found,
                format!(
                    "{found}: {}{}. {rest}",
                    severities(report),
                    dismissed(report)
                ),
            )
        }
    };
    VerdictLine { tone, sentence }
}

/// What an empty list of findings leaves open although the scope was seen: a target lies most
/// often beyond it.
fn beyond(report: &Report<'_>) -> String {
    if report.brief.landings == Landings::Record {
        return " Ways out of the scope were recorded and not followed: what lies behind them was \
                not judged."
            .to_owned();
    }
    let unseen = addresses(&report.coverage.unseen_landings);
    if unseen == 0 && report.brief.landings == Landings::Follow && report.coverage.landings > 0 {
        return " Landing pages were not left: a way on from there, by a further click, was not judged \
                (`--landings onward` follows it)."
            .to_owned();
    }
    if unseen == 0 {
        return String::new();
    }
    format!(
        " {} out of scope could not be seen: what lies there was not judged.",
        counted(unseen, "landing page", "landing pages")
    )
}

/// What the pages out of the scope are to the crawl.
pub(crate) const fn landings(landings: Landings) -> &'static str {
    match landings {
        Landings::Follow => "out of scope, landing only",
        Landings::Onward => "out of scope, and a click onward",
        Landings::Record => "out of scope, recorded only",
    }
}

/// How many addresses the parts have in all.
pub(crate) fn addresses(parts: &[Unseen]) -> u64 {
    (parts.iter().map(|part| part.addresses)).fold(0, u64::saturating_add)
}

/// How many of the findings a reviewer dismissed, for the end of a sentence.
fn dismissed(report: &Report<'_>) -> String {
    let findings = report.findings.iter();
    match findings
        .filter(|finding| is_dismissed(report, finding))
        .count()
    {
        0 => String::new(),
        all if all == report.findings.len() => "; a reviewer dismissed all of them".to_owned(),
        some => format!("; a reviewer dismissed {} of them", grouped(wide(some))),
    }
}

/// Whether a reviewer found that a finding is nothing.
pub(crate) fn is_dismissed(report: &Report<'_>, finding: &Finding) -> bool {
    let entry = report.decisions.get(&finding.fingerprint);
    entry.and_then(decision) == Some(Decision::Dismissed)
}

fn severities(report: &Report<'_>) -> String {
    let counts = BySeverity::of(report.findings);
    let words: Vec<String> = (counts.rows().iter())
        .filter(|(_, count)| *count > 0)
        .map(|(word, count)| format!("{} {word}", grouped(wide(*count))))
        .collect();
    words.join(", ")
}

/// The question that the evidence of a listing answers.
pub(crate) fn why_listing(policy: Policy) -> String {
    match policy {
        Policy::Compliant => "Why the listing counts as compliant".to_owned(),
        Policy::AgeRestricted { min_age } => {
            format!("Why the listing counts as age-restricted: lawful from {min_age} on")
        }
        Policy::Illegal | Policy::Unknown => "What is known of the listing".to_owned(),
    }
}

/// What a listing is that is not compliant and where a hidden path begins all the same.
pub(crate) fn lawful_from_an_age(policy: Policy) -> Option<String> {
    match policy {
        Policy::AgeRestricted { min_age } => Some(format!(
            "age-restricted itself: its goods are lawful from {min_age} on, those at the end of the path at no age"
        )),
        Policy::Compliant | Policy::Illegal | Policy::Unknown => None,
    }
}

/// Why the crawl ended, in a sentence.
pub(crate) const fn stop(stop: StopReason) -> &'static str {
    match stop {
        StopReason::FrontierEmpty => "The crawl ended because nothing was left to visit.",
        StopReason::PagesSpent => "The crawl stopped early: its budget of pages was spent.",
        StopReason::BytesSpent => "The crawl stopped early: its budget of bytes was spent.",
        StopReason::WallSpent => "The crawl stopped early: its budget of time was spent.",
        StopReason::Cancelled => "The crawl was cancelled before it was through.",
        StopReason::Unfinished => "The crawl has not ended: it was killed, or is still at work.",
    }
}

/// How much of the scope was seen, in a sentence.
pub(crate) fn extent(coverage: &Coverage) -> &'static str {
    match (coverage.is_whole(), coverage.seen) {
        (true, _) => "The whole scope was seen.",
        (false, 0) => "No address of the scope answered.",
        (false, _) => "Part of the scope was not seen.",
    }
}

/// What was lost of a sitemap.
pub(crate) fn sitemap(loss: &SitemapLoss) -> String {
    let told = match unseen(&loss.why) {
        "" => loss.why.clone(),
        meaning => format!("{}: {meaning}", loss.why),
    };
    match loss.entries {
        0 => told,
        entries => format!("{told} ({entries} left out)"),
    }
}

/// What a reason for not seeing an address means; empty for a word that explains itself.
pub(crate) fn unseen(why: &str) -> &'static str {
    match why {
        "robots" => "robots.txt forbids it, or could not be had",
        "address" => "the address leads to a network that is not allowed",
        "port" => "the port belongs to another protocol, and browsers do not ask it",
        "scope" => "beyond what the scope and its landing policy allow",
        "endless-redirects" => "more redirects in a row than the budget allows",
        "redirect-loop" => "it leads round in a circle of redirects",
        "self-redirect" => "it leads to itself",
        "cookie-check" => {
            "it leads to itself with another cookie each time, and three did not pass it"
        }
        "no-location" => "a redirect that does not say where to",
        "not-followed" => "a 3xx status that no browser follows",
        "other-scheme" => "it leads to what is no page of the web, such as a script",
        "broken-target" => "where it leads is no address",
        "sitemap-files" => {
            "more sitemaps than are read of an origin; given is the first of the rest"
        }
        "sitemap-entries" => "more entries than are taken",
        "sitemap-nesting" => "indexes within indexes, deeper than is read",
        "sitemap-truncated" => "it ends before it is closed",
        "no-sitemap" => "what was answered is no sitemap",
        "depth" => "more clicks from a seed than the budget allows",
        "variant" => {
            "differs from addresses that were asked in a session id or a tracking parameter alone"
        }
        "pattern" => "of a pattern whose pages brought nothing new, beyond its budget",
        "site" => "of a site of which the budget takes no more addresses",
        "path" => "a path that repeats itself, or has too many segments",
        "address-length" => "longer than any address is; given are the pages where they stand",
        "links-of-a-page" => {
            "at least one, behind the first 5,000 links of a page; given are the pages"
        }
        "dns" => "the name does not resolve",
        "dns-failed" => "no name server could say where the name leads",
        "connect" => "no connection could be made",
        "tls" => "no secure connection could be made",
        "tls-expired" => "the certificate is out of date",
        "tls-other-name" => "the certificate is for another name",
        "tls-untrusted" => "the certificate is not signed by a trusted authority",
        "timeout" => "no answer in time",
        "reset" => "the connection ended before the answer",
        "protocol" => "the answer was no valid HTTP",
        "headers-too-large" => "the header fields are over their budget",
        "not-recorded" => "the replayed case has no answer to this question",
        "reask-budget" => "the budget of the other vantages was spent",
        "waiting" => "known, and not yet visited when the crawl stopped",
        _ => "",
    }
}

/// The patterns of which addresses were held back, in their order; at most ten.
pub(crate) fn patterns_held_back(held_back: &HeldBack) -> Vec<&PatternCoverage> {
    let patterns = held_back.patterns.iter();
    patterns
        .filter(|pattern| pattern.set_back + pattern.declined > 0)
        .take(10)
        .collect()
}

/// What became of the addresses of a pattern.
pub(crate) fn pattern(pattern: &PatternCoverage) -> String {
    let why = match &pattern.why {
        Some(why) => format!(" ({})", legible(why)),
        None => String::new(),
    };
    format!(
        "{} answered, {} set back, {} not asked{why}",
        counted(pattern.asked, "page", "pages"),
        grouped(pattern.set_back),
        grouped(pattern.declined),
    )
}

/// Why a part of an address counts as a session id, or did.
pub(crate) fn learned(learned: &LearnedParameter) -> String {
    let what = match learned.parameter.starts_with('/') {
        true => "The token",
        false => "The parameter",
    };
    let of = format!("{what} {} of {}", learned.parameter, learned.host);
    match &learned.against {
        Some(against) => format!(
            "{of} counted as a session id until {against} showed other content; \
             what was not asked because of it was taken up again."
        ),
        None => {
            format!("{of} is a session id: its values never repeat over pages of equal content.")
        }
    }
}

/// How much was not looked at in search of session ids; `None` where everything was.
pub(crate) fn sessions_cut(held_back: &HeldBack) -> Option<String> {
    let cut = held_back.sessions_cut;
    (cut > 0).then(|| {
        let parts = counted(cut, "part of an address was", "parts of addresses were");
        format!("{parts} not looked at in search of session ids: there are too many of them.")
    })
}

/// Directives in a report on paper; all of them stand in the JSON.
const DIRECTIVES: usize = 10;

/// What pages ask of robots and of those who mine them, a line each: how many pages, and what. At most ten.
pub(crate) fn directives(directives: &[DirectiveCount]) -> Vec<(u64, String)> {
    let told = |one: &DirectiveCount| {
        let value = one
            .value
            .as_deref()
            .map_or_else(String::new, |value| format!(": {value}"));
        let agent = one
            .agent
            .as_deref()
            .map_or_else(String::new, |agent| format!(" for {agent}"));
        let what = legible(&format!("{}{value}{agent}", one.name));
        (one.pages, format!("{what} ({})", one.carrier))
    };
    directives.iter().take(DIRECTIVES).map(told).collect()
}

/// The rule of the scope, in words.
pub(crate) const fn scope(rule: ScopeRule) -> &'static str {
    match rule {
        ScopeRule::Site => "every host of each seed’s site",
        ScopeRule::Host => "each seed’s host and port",
        ScopeRule::PathPrefix => "each seed’s host, below the directory of its path",
    }
}

/// What a class means to a shopper.
pub(crate) const fn class(class: EffectiveClass) -> &'static str {
    match class {
        EffectiveClass::Hidden => {
            "The shopper is not shown the way: it is concealed, or shown to some visitors only."
        }
        EffectiveClass::Masked => "The shopper sees the way, but not where it leads.",
        EffectiveClass::Forced => "The shopper is moved without an act: redirect, refresh, frame.",
        EffectiveClass::Overt => "Visible and honest, to another site or out of a seller’s zone.",
        EffectiveClass::Lateral => "From a listing to its seller’s page.",
        EffectiveClass::Navigation => "The site’s own menus, and links of its template.",
    }
}

/// A technique in a few words; empty for one that has none here.
#[must_use]
pub fn technique(technique: Technique) -> &'static str {
    match technique {
        Technique::DISPLAY_NONE => "not displayed",
        Technique::VISIBILITY_HIDDEN => "invisible",
        Technique::HIDDEN_ATTRIBUTE => "hidden attribute",
        Technique::OPACITY => "transparent",
        Technique::CONTENT_VISIBILITY => "content not rendered",
        Technique::ZERO_SIZE | Technique::MAX_SIZE_ZERO => "box without size",
        Technique::CLIP_RECT | Technique::CLIP_PATH => "clipped away",
        Technique::OFFSCREEN => "off the canvas",
        Technique::NEGATIVE_MARGIN => "pulled off the canvas",
        Technique::TEXT_INDENT => "text pushed out",
        Technique::TRANSFORM => "transformed away",
        Technique::FONT_SIZE => "unreadably small",
        Technique::SAME_COLOR => "color of its background",
        Technique::TINY_ANCHOR => "empty anchor",
        Technique::PIXEL_IMAGE => "one-pixel image",
        Technique::TINY_AREA => "tiny map area",
        Technique::CONDITIONAL_CSS => "hidden by media rule",
        Technique::STATE_CSS => "shown in a state only",
        Technique::CLOSED_DETAILS => "closed disclosure",
        Technique::NOSCRIPT => "noscript content",
        Technique::TEMPLATE => "template content",
        Technique::COMMENT => "HTML comment",
        Technique::NOT_RENDERED => "never rendered",
        Technique::HIDDEN_FRAME => "hidden frame",
        Technique::NON_ANCHOR_CARRIER => "carrier is no anchor",
        Technique::BASE_HIJACK => "base re-roots links",
        Technique::HTTP_REDIRECT => "HTTP redirect",
        Technique::REFRESH => "refresh",
        Technique::SCRIPT_REDIRECT => "script redirect",
        Technique::AUTO_SUBMIT => "self-submitting form",
        Technique::FRAME => "framed",
        Technique::NESTED_URL => "nested address",
        Technique::ENCODED_URL => "encoded address",
        Technique::PATH_URL => "address in a path",
        Technique::FRAGMENT_URL => "address in a fragment",
        Technique::OPEN_REDIRECTOR => "open redirector",
        Technique::SHORTENER => "shortener",
        Technique::PROXIED => "proxy in front",
        Technique::DATA_DOCUMENT => "document in an address",
        Technique::APP_SCHEME => "app's address",
        Technique::HOMOGRAPH => "look-alike host",
        Technique::TEXT_TARGET_MISMATCH => "text names another host",
        Technique::TEXT_URL => "unlinked address",
        Technique::SPELLED_URL => "spelled-out address",
        Technique::CONTACT => "contact handle",
        Technique::USER_AGENT_CLOAKING => "cloaked by user agent",
        Technique::DECOY_LISTING => "decoy listing",
        _ => "",
    }
}

/// A number with its thousands grouped: `11,658`.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number with the noun that fits it.
#[must_use]
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!(
        "{} {}",
        grouped(number),
        if number == 1 { one } else { many }
    )
}

/// A length as a number for people.
pub(crate) fn wide(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// Bytes in the greatest binary unit that leaves a number of at least one.
pub(crate) fn bytes(number: u64) -> String {
    const UNITS: [&str; 5] = ["KiB", "MiB", "GiB", "TiB", "PiB"];
    if number < 1024 {
        return counted(number, "byte", "bytes");
    }
    let mut scaled = number as f64;
    let mut unit = "";
    for next in UNITS {
        if scaled < 1024.0 {
            break;
        }
        scaled /= 1024.0;
        unit = next;
    }
    format!("{scaled:.1} {unit}")
}

/// A chance in percent.
pub(crate) fn chance(chance: f64) -> String {
    let percent = chance * 100.0;
    if !percent.is_finite() {
        "unknown".to_owned()
    } else if percent > 0.0 && percent < 0.1 {
        "< 0.1 %".to_owned()
    } else {
        format!("{percent:.1} %")
    }
}

/// A cost. The sum of no costs is minus zero, which nobody wants to read.
pub(crate) fn cost(cost: f64) -> String {
    format!("{:.2}", cost + 0.0)
}

/// A place in a body.
#[must_use]
pub fn span(span: Span) -> String {
    format!("bytes {}–{}", span.start, span.end)
}

/// What a reviewer decided of a finding; `None` for an entry about something else.
pub(crate) fn decision(entry: &JournalEntry) -> Option<Decision> {
    match &entry.change {
        Change::Finding { decision, .. } => Some(*decision),
        Change::Page { .. } => None,
    }
}

/// Who decided, when and why.
pub(crate) fn decided_by(entry: &JournalEntry) -> String {
    format!(
        "by {} at {}: {}",
        legible(&entry.reviewer),
        entry.at,
        legible(&entry.reason)
    )
}

/// What a reviewer decided, in a sentence; empty for an entry about something else.
pub(crate) fn decided(entry: &JournalEntry) -> String {
    decision(entry)
        .map(|decision| format!("{decision} {}", decided_by(entry)))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        assert_eq!(grouped(7), "7");
        assert_eq!(grouped(1_234), "1,234");
        assert_eq!(grouped(11_658_000), "11,658,000");
    }

    #[test]
    fn a_chance_that_is_small_is_not_called_none() {
        assert_eq!(chance(0.0), "0.0 %");
        assert_eq!(chance(0.000_01), "< 0.1 %");
        assert_eq!(chance(0.421), "42.1 %");
        assert_eq!(chance(f64::NAN), "unknown");
    }

    #[test]
    fn bytes_have_a_unit_of_their_size() {
        assert_eq!(bytes(1), "1 byte");
        assert_eq!(bytes(1536), "1.5 KiB");
        assert_eq!(bytes(64 << 30), "64.0 GiB");
    }
}
