//! The law behind a label, and the row that decided.

use model::{DecidedBy, Policy};

use super::Claim;
use crate::category::{Category, PolicyRow};

/// The law behind a row, with what rules on facts say; where the page alone does not decide, the
/// words say so.
pub(super) fn legal_basis(claim: Claim<'_>) -> String {
    let Claim { category, row, .. } = claim;
    let stated = row.map_or("", |row| row.legal_basis.as_str());
    let basis = if stated.is_empty() {
        category.legal_basis.as_str()
    } else {
        stated
    };
    let open = row.filter(|row| row.policy() == Policy::Unknown);
    let open = open.map(|row| {
        let status = row.status.as_str();
        format!("{status} in {}: the page alone does not decide", row.market)
    });
    let facts = claim.facts().map(|rule| rule.says.clone());
    let added: Vec<String> = open.into_iter().chain(facts).collect();
    if added.is_empty() {
        basis.to_owned()
    } else {
        format!("{basis} ({})", added.join("; "))
    }
}

/// Which row of which table decided.
pub(super) fn decided_by(category: &Category, row: Option<&PolicyRow>) -> DecidedBy {
    row.map_or(DecidedBy::NoRow, |row| {
        let (source, checked) = category.provenance(row);
        DecidedBy::Row {
            market: row.market.clone(),
            goods: row.goods.clone(),
            status: row.status,
            from: row.from.clone(),
            to: row.to.clone(),
            source: source.to_owned(),
            checked: checked.to_owned(),
        }
    })
}
