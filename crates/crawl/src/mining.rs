//! Reservations against text and data mining that stand in a file of the origin (`/.well-known/tdmrep.json`, the
//! W3C's TDM Reservation Protocol): asked once, kept as evidence, and said of each page that they are for.
//! Nobody here obeys them; whoever uses the case must know them.

use std::sync::Arc;

use dashmap::DashMap;
use model::{
    Answer, Directive, DirectiveCarrier, Exchange, Origin, PageUrl, Purpose, RawHref, Reply,
    Unreachable,
};
use serde_json::Value;

use crate::asking::answer;
use crate::follow::landed;
use crate::once::Side;
use crate::robots::path_of;
use crate::robots_file::Pattern;
use crate::room::EXEMPT;
use crate::worker::Worker;

/// Where the file stands.
const FILE: &str = "/.well-known/tdmrep.json";
/// Rules of one file that are read.
const RULES: usize = 200;
/// Letters of a policy's address that are kept.
const POLICY: usize = 2_048;

/// What the word for a file that was not read stands under.
const NOT_READ: &str = "not-read";

/// The files of a crawl, as far as they were read.
#[derive(Debug, Default)]
pub(crate) struct Reservations {
    files: DashMap<Origin, Arc<File>>,
}

/// What a file says.
#[derive(Debug, Default, PartialEq, Eq)]
struct File {
    rules: Vec<Rule>,
    /// What happened, where it could not be read, or not to its end.
    lost: Option<String>,
}

/// What is reserved, and where.
#[derive(Debug, PartialEq, Eq)]
struct Rule {
    location: Pattern,
    reservation: String,
    policy: Option<String>,
}

/// What the file of its origin says of a page. What was asked for it and is not in the case yet is added to
/// `side`.
pub(crate) async fn directives(worker: &Worker, page: &PageUrl, side: &mut Side) -> Vec<Directive> {
    let Ok(at) = RawHref::new(FILE).resolve(page) else {
        return Vec::new();
    };
    // The exchange is asked for each time: the first page to be committed takes it along.
    // It is small, and the page has its room already: it never waits for more.
    let mut own = Side::of(EXEMPT);
    let landed = landed(worker, at, Purpose::Mining, None, &mut own).await;
    side.exchanges.extend(own.exchanges);
    let files = &worker.reservations.files;
    let origin = page.origin();
    let known = files.get(&origin).map(|file| Arc::clone(&file));
    let file = match (known, landed) {
        (Some(file), _) => file,
        (None, Ok(exchange)) => keep(files, origin, File::of(&exchange)),
        (None, Err(lost)) => keep(files, origin, File::lost(lost.word())),
    };
    file.directives(&path_of(page))
}

fn keep(files: &DashMap<Origin, Arc<File>>, origin: Origin, file: File) -> Arc<File> {
    Arc::clone(&files.entry(origin).or_insert_with(|| Arc::new(file)))
}

impl File {
    fn lost(what: String) -> Self {
        Self {
            lost: Some(what),
            ..Self::default()
        }
    }

    /// Of the exchange for it. That there is none is no loss.
    fn of(exchange: &Exchange) -> Self {
        let Some(answer) = answer(exchange) else {
            return Self::lost(match &exchange.reply {
                Reply::Declined(why) => why.to_string(),
                // A capture, or another case, knows of no file.
                Reply::Unreachable(Unreachable::NotRecorded) => return Self::default(),
                Reply::Unreachable(why) => why.to_string(),
                Reply::Answered(_) => String::new(),
            });
        };
        match answer.status {
            200..=299 => Self::read(answer),
            404 | 410 => Self::default(),
            status => Self::lost(format!("status {status}")),
        }
    }

    /// An array of objects. Many servers answer every address with a page: that is no file either.
    fn read(answer: &Answer) -> Self {
        let is_page = answer.body.trim_ascii_start().starts_with(b"<");
        if let Some(cut) = answer.cut {
            return Self::lost(format!("body cut: {cut}"));
        }
        let Ok(Value::Array(rules)) = serde_json::from_slice(&answer.body) else {
            return if is_page {
                Self::default()
            } else {
                Self::lost("no-tdmrep".to_owned())
            };
        };
        let lost = (rules.len() > RULES).then(|| "tdmrep-rules".to_owned());
        let mut rules: Vec<Rule> = rules.iter().take(RULES).filter_map(Rule::of).collect();
        // The longest pattern that matches decides, as in robots.txt; of the same length, the first one.
        rules.sort_by_key(|rule| std::cmp::Reverse(rule.location.length()));
        Self { rules, lost }
    }

    fn directives(&self, path: &str) -> Vec<Directive> {
        let directive = |name: &str, value: &str| Directive {
            carrier: DirectiveCarrier::MiningFile,
            agent: None,
            name: name.to_owned(),
            value: Some(value.to_owned()),
            span: None,
        };
        let mut said = Vec::new();
        let decides = self.rules.iter().find(|rule| rule.location.matches(path));
        if let Some(rule) = decides {
            said.push(directive("tdm-reservation", &rule.reservation));
            let policy = rule.policy.as_deref();
            said.extend(policy.map(|policy| directive("tdm-policy", policy)));
        }
        said.extend(self.lost.as_deref().map(|lost| directive(NOT_READ, lost)));
        said
    }
}

impl Rule {
    /// `None` for what has no location or no reservation.
    fn of(value: &Value) -> Option<Self> {
        let text = |name: &str| value.get(name)?.as_str();
        let reservation = match value.get("tdm-reservation")? {
            Value::Number(number) => number.to_string(),
            Value::String(written) => written.chars().take(8).collect(),
            _ => return None,
        };
        let location = text("location")?;
        // Some write locations without the slash that every path begins with.
        let location = match location.starts_with(['/', '*']) {
            true => location.to_owned(),
            false => format!("/{location}"),
        };
        Some(Self {
            location: Pattern::new(&location)?,
            reservation,
            policy: text("tdm-policy").map(|policy| policy.chars().take(POLICY).collect()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::web::{answered, exchange_with};

    fn said(reply: Reply, path: &str) -> Vec<String> {
        let file = File::of(&exchange_with(reply));
        let tell = |one: Directive| format!("{} {}", one.name, one.value.unwrap_or_default());
        file.directives(path).into_iter().map(tell).collect()
    }

    #[test]
    fn the_longest_location_that_matches_decides() {
        let file = r#"[
            {"location": "/", "tdm-reservation": 1, "tdm-policy": "https://a.test/policy.json"},
            {"location": "/open/", "tdm-reservation": 0},
            {"location": "/*.pdf$", "tdm-reservation": "1"},
            {"location": 7, "tdm-reservation": 1}, {"location": "/x"}, "other"
        ]"#;
        let told = |path: &str| said(answered(200, &[], file), path);
        let all = ["tdm-reservation 1", "tdm-policy https://a.test/policy.json"];
        assert_eq!(told("/goods?id=7"), all);
        assert_eq!(told("/open/goods"), ["tdm-reservation 0"]);
        assert_eq!(told("/a/b.pdf"), ["tdm-reservation 1"]);
    }

    #[test]
    fn what_cannot_be_read_is_said_and_what_is_not_there_is_no_loss() {
        for (reply, expected) in [
            (answered(404, &[], ""), None),
            (answered(200, &[], "<!doctype html><p>Home"), None),
            (answered(200, &[], "[]"), None),
            (answered(200, &[], "{}"), Some("not-read no-tdmrep")),
            (answered(200, &[], "[{"), Some("not-read no-tdmrep")),
            (answered(503, &[], ""), Some("not-read status 503")),
            (
                Reply::Unreachable(model::Unreachable::Timeout),
                Some("not-read timeout"),
            ),
        ] {
            let told = said(reply.clone(), "/");
            assert_eq!(told.first().map(String::as_str), expected, "{reply:?}");
        }
        let many = format!(
            "[{}]",
            vec![r#"{"location":"/","tdm-reservation":1}"#; 300].join(",")
        );
        let told = said(answered(200, &[], &many), "/");
        assert_eq!(told, ["tdm-reservation 1", "not-read tdmrep-rules"]);
    }
}
