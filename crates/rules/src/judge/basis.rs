//! The law behind a label, and the row that decided.

use model::{DecidedBy, Policy};

use crate::category::{Category, PolicyRow};

/// The law behind a row; where the page alone does not decide, the words say so.
pub(super) fn legal_basis(category: &Category, row: Option<&PolicyRow>) -> String {
    let stated = row.map_or("", |row| row.legal_basis.as_str());
    let basis = if stated.is_empty() {
        category.legal_basis.as_str()
    } else {
        stated
    };
    match row.filter(|row| row.policy() == Policy::Unknown) {
        None => basis.to_owned(),
        Some(row) => format!(
            "{basis} ({} in {}: the page alone does not decide)",
            row.status.as_str(),
            row.market
        ),
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
