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

/// Keeps a label, and judges again where that is asked for.
pub(crate) fn keep(desk: &Arc<Desk>, ask: &Ask) -> Result<Reply, Trouble> {
    let typed = Typed::of(&ask.form);
    desk.sessions().name(&ask.visitor, &typed.reviewer);
    let page = PageUrl::parse(ask.form.of("address"))
        .map_err(|error| Trouble::Unfit(format!("nothing was kept: {error}")))?;
    let label = match label(ask) {
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
fn label(ask: &Ask) -> Result<Option<GivenLabel>, String> {
    let word = ask.form.of("label");
    let policy = match word {
        UNDONE => return Ok(None),
        "illegal" => Policy::Illegal,
        "compliant" => Policy::Compliant,
        "unknown" => Policy::Unknown,
        "age-restricted" => {
            let age = ask.form.of("min_age").trim();
            let min_age = age.parse().ok().filter(|age| (1..=99).contains(age));
            Policy::AgeRestricted {
                min_age: min_age.ok_or_else(|| {
                    format!("Nothing was kept: “{age}” is no age; give the years, such as 18.")
                })?,
            }
        }
        _ => return Err("Nothing was kept: choose a label.".to_owned()),
    };
    let category = ask.form.of("category").trim();
    if category.chars().count() > 40 {
        return Err("Nothing was kept: a category is given by its code, such as C2.".to_owned());
    }
    Ok(Some(GivenLabel {
        policy,
        category: (policy.is_restricted() && !category.is_empty())
            .then(|| CategoryCode(category.to_owned())),
    }))
}
