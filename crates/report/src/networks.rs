//! Seller networks in words: the same in every format.

use model::{Member, MemberKind, Network, Tie};

use crate::legible::{legible, shortened};
use crate::walk;
use crate::wording::{counted, grouped, wide};

/// Networks that are shown; all are in the JSON report.
pub(crate) const SHOWN: usize = 20;
/// Members of one network that are named.
const MEMBERS: usize = 12;
/// Ties of one network that are named.
const TIES: usize = 6;
/// Columns of a name that a page chose.
const NAME: usize = 80;

/// A network in sentences.
pub(crate) struct NetworkWords {
    /// What it is.
    pub(crate) head: String,
    /// Its members, one each; what is left out is counted in the last.
    pub(crate) members: Vec<String>,
    /// Its weightiest ties, one each.
    pub(crate) ties: Vec<String>,
    /// What cutting the weakest tie does.
    pub(crate) weakest: String,
}

/// What stands in them.
pub(crate) const NOTE: &str = "Sellers and pages that share rare things of more than one sort, and that touch a \
                               finding or a restricted page.";

/// The networks that touch a finding or a restricted page, in order.
pub(crate) fn touched(networks: &[Network]) -> Vec<&Network> {
    let all = networks.iter();
    all.filter(|network| network.is_touched()).collect()
}

/// A network in words.
pub(crate) fn words(network: &Network) -> NetworkWords {
    let mut members: Vec<String> = network.members.iter().take(MEMBERS).map(member).collect();
    if let Some(more @ 1..) = network.members.len().checked_sub(MEMBERS) {
        members.push(format!("and {} more", grouped(wide(more))));
    }
    let mut ties: Vec<String> = (network.ties.iter().take(TIES))
        .map(|of| tie(of, network))
        .collect();
    let in_all = network.ties_in_all.max(wide(network.ties.len()));
    if let Some(more @ 1..) = in_all.checked_sub(wide(TIES)) {
        ties.push(format!("and {} more", grouped(more)));
    }
    NetworkWords {
        head: format!(
            "{} joined by {}",
            counted(wide(network.members.len()), "party", "parties"),
            counted(in_all, "tie", "ties"),
        ),
        members,
        ties,
        weakest: weakest(network),
    }
}

/// A text of a page, on one line and not too long.
fn plain(text: &str) -> String {
    shortened(&legible(text), NAME)
}

fn name(member: &Member) -> String {
    match member.kind {
        MemberKind::Seller => format!(
            "seller “{}” on {}",
            plain(&member.name),
            plain(member.site.as_str())
        ),
        MemberKind::Site => format!("site {}", plain(member.site.as_str())),
        MemberKind::Page => format!(
            "page {}",
            plain(&format!(
                "{}{}",
                walk::host(&member.page),
                walk::path(&member.page)
            ))
        ),
    }
}

fn member(member: &Member) -> String {
    let mut said = format!(
        "{}: {}",
        name(member),
        counted(member.pages, "page", "pages")
    );
    if member.found > 0 {
        let listings = counted(member.found, "listing", "listings");
        said.push_str(&format!(", {listings} with findings"));
    }
    if member.restricted > 0 {
        said.push_str(&format!(", {} restricted", grouped(member.restricted)));
    }
    said
}

fn tie(tie: &Tie, network: &Network) -> String {
    let mut said = format!("{} {}", tie.kind, plain(&tie.what));
    if tie.count > 1 {
        said.push_str(&format!(" and {} more", grouped(tie.count - 1)));
    }
    let held = wide(tie.members.len());
    let of = wide(network.members.len());
    said.push_str(&format!(
        ": {} of {} here, {} in all; weight {:.2}",
        grouped(held),
        grouped(of),
        grouped(tie.holders),
        tie.weight
    ));
    said
}

fn weakest(network: &Network) -> String {
    let cut = &network.weakest;
    let Some(weakest) = network.ties.get(cut.tie) else {
        return String::new();
    };
    let named = format!("{} {}", weakest.kind, plain(&weakest.what));
    match cut.parts.as_slice() {
        [] | [_] => format!("Without the weakest tie, {named}, it holds together all the same."),
        parts => {
            let sizes: Vec<String> = parts.iter().map(|part| grouped(wide(part.len()))).collect();
            format!(
                "Without the weakest tie, {named}, it falls apart into parts of {}.",
                sizes.join(", ")
            )
        }
    }
}
