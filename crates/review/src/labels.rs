//! Correcting the label of a page. The next judgement honours it.

use std::sync::Arc;

use axum::http::StatusCode;
use case::{NewEntry, decide};
use model::{CategoryCode, Change, GivenLabel, PageUrl, Policy};

use crate::answer::Reply;
use crate::ask::{Ask, address};
use crate::captured;
use crate::decide::{Typed, kept};
use crate::desk::{Desk, now};
use crate::frame::Trouble;
use crate::judging;

/// The word that takes a label back.
const UNDONE: &str = "undone";
/// Characters of a wrong word that are shown.
const SHOWN: usize = 60;

/// Keeps a label, and judges again where that is asked for.
pub(crate) fn keep(desk: &Arc<Desk>, ask: &Ask) -> Result<Reply, Trouble> {
    let typed = Typed::of(&ask.form);
    desk.sessions().name(&ask.visitor, &typed.reviewer);
    let page = PageUrl::parse(ask.form.of("address"))
        .map_err(|error| Trouble::Unfit(format!("nothing was kept: {error}")))?;
    let categories = {
        let standing = desk.standing();
        if standing.judged.graph().find(&page).is_none() {
            return Err(Trouble::nothing(
                "the case has no page of this address; nothing was kept",
            ));
        }
        standing.judged.categories()
    };
    let label = match label(ask, &categories) {
        Ok(label) => label,
        Err(wrong) => {
            let typed = Typed { wrong, ..typed };
            return captured::page(desk, ask, &page, &typed, StatusCode::UNPROCESSABLE_ENTITY);
        }
    };
    let new = NewEntry {
        at: now(),
        reviewer: typed.reviewer.clone(),
        change: Change::Page {
            address: page.clone(),
            label,
        },
        reason: typed.reason.clone(),
    };
    match decide(desk.folder(), new, ask.form.number("seen").or(Some(0))) {
        Ok(entry) if ask.form.has("judge") => {
            judging::start(desk)?;
            let kept = kept(&[entry]);
            Ok(Reply::Onward(address("/judge", &[("kept", &kept)])))
        }
        Ok(entry) => Ok(Reply::Onward(address(
            "/page",
            &[("address", page.as_str()), ("kept", &kept(&[entry]))],
        ))),
        Err(error) => {
            let (typed, status) = typed.refused(error)?;
            captured::page(desk, ask, &page, &typed, status)
        }
    }
}

/// The label that a form names; `None` takes one back.
fn label(ask: &Ask, categories: &[(CategoryCode, String)]) -> Result<Option<GivenLabel>, String> {
    let policy = match ask.form.of("label") {
        UNDONE => return Ok(None),
        "illegal" => Policy::Illegal,
        "compliant" => Policy::Compliant,
        "unknown" => Policy::Unknown,
        "age-restricted" => Policy::AgeRestricted {
            min_age: min_age(ask.form.of("min_age").trim())?,
        },
        _ => return Err("Nothing was kept: choose a label.".to_owned()),
    };
    let category = match ask.form.of("category").trim() {
        "" => None,
        _ if !policy.is_restricted() => None,
        text => Some(category(text, categories)?),
    };
    Ok(Some(GivenLabel { policy, category }))
}

fn min_age(text: &str) -> Result<u8, String> {
    let age = text.parse().ok().filter(|age| (1..=99).contains(age));
    age.ok_or_else(|| {
        format!(
            "Nothing was kept: “{}” is no age; give the years, such as 18.",
            legible(text)
        )
    })
}

/// The category of a code. A label of one that the rule pack does not have would change nothing.
fn category(text: &str, categories: &[(CategoryCode, String)]) -> Result<CategoryCode, String> {
    let mut codes = categories.iter().map(|(code, _)| code);
    let found = codes.find(|code| code.0.eq_ignore_ascii_case(text));
    found.cloned().ok_or_else(|| {
        format!(
            "Nothing was kept: “{}” is no category of the rule pack. Choose one by its code, such as those that \
             the field offers, or leave the field empty.",
            legible(text)
        )
    })
}

/// What was typed, as it may be shown.
fn legible(text: &str) -> String {
    report::shortened(&report::legible(text), SHOWN)
}
