//! Where in an address a session id may stand, and what is left of the address without it.

use model::{PageUrl, VariablePart, VariantKind, names_destination, variable_parts};
use url::Position;

use crate::likeness::{Mix, hash_of};

/// What stands between the names of parts whose values change together.
pub(super) const AND: &str = " & ";
/// Digits of a number that may count pages.
const COUNTER: usize = 7;
/// Characters of the shortest value of a session id.
const SHORTEST: usize = 4;
/// Parts of one address whose values may change together.
const TOGETHER: usize = 4;

/// A part of an address that may be a session id, or is one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) name: super::Name,
    pub(super) value: u64,
    /// The address without it, and without what is known to be a session id or for tracking.
    pub(super) base: u64,
    /// Whether it is one by the list of rules.
    pub(super) is_ruled: bool,
}

/// The parts of an address that may be session ids or are: each of them, and, where there are two to four of
/// which nothing is known, all of these together.
pub(super) fn places(
    address: &PageUrl,
    has_learned: impl Fn(&str) -> bool,
    is_kept: impl Fn(&str) -> bool,
) -> Vec<Place> {
    let parts = variable_parts(address);
    if parts.is_empty() {
        return Vec::new();
    }
    let (mut out, mut open): (Vec<_>, Vec<_>) = (Vec::new(), Vec::new());
    for part in &parts {
        let is_ruled = part.kind.is_some() && !is_kept(&part.name);
        if is_ruled {
            out.push(part);
        } else if part.kind.is_none() && names_destination(part.value) {
            // It says where the page leads on to. Whatever its pages look like, it tells no visits apart.
        } else if has_learned(&part.name) {
            out.push(part);
        } else if part.kind.is_none() && may_be(part) {
            open.push(part);
        }
    }
    let host = address.host_text();
    let rest = &address.as_url()[Position::BeforePath..];
    let place = |name: &str, value, without: &[&VariablePart<'_>], is_ruled| Place {
        name: (host.to_owned(), name.to_owned()),
        value,
        base: base(rest, &out, without),
        is_ruled,
    };
    let sessions = out
        .iter()
        .filter(|part| part.kind != Some(VariantKind::Tracking));
    let mut places: Vec<Place> = sessions
        .map(|part| place(&part.name, hash_of(part.value), &[], part.kind.is_some()))
        .collect();
    places.extend(
        open.iter()
            .map(|part| place(&part.name, hash_of(part.value), &[part], false)),
    );
    if (2..=TOGETHER).contains(&open.len()) {
        let names: Vec<&str> = open.iter().map(|part| part.name.as_ref()).collect();
        let mut value = Mix::default();
        open.iter().for_each(|part| value.text(part.value));
        places.push(place(&names.join(AND), value.end(), &open, false));
    }
    places
}

/// Small numbers are none: the numbers of pages do not repeat either, and pages behind the last one look alike.
fn may_be(part: &VariablePart<'_>) -> bool {
    let value = part.value;
    let is_counter = value.len() <= COUNTER && value.bytes().all(|byte| byte.is_ascii_digit());
    value.len() >= SHORTEST && !is_counter && !part.name.contains(AND)
}

fn base(rest: &str, out: &[&VariablePart<'_>], without: &[&VariablePart<'_>]) -> u64 {
    let mut cuts: Vec<_> = out.iter().chain(without).map(|part| &part.at).collect();
    cuts.sort_unstable_by_key(|at| at.start);
    let mut base = Mix::default();
    let mut from = 0;
    for at in cuts {
        base.text(rest.get(from..at.start).unwrap_or_default());
        from = at.end;
    }
    base.text(rest.get(from..).unwrap_or_default());
    base.end()
}
