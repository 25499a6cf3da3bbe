//! Whether the goods that are named are what the page is about.

use model::PageKind;

use super::{Claim, Page};
use crate::category::Subject;
use crate::tally::Tallies;
use crate::weights::Standing;

/// Whether the head speaks of something beside the goods (a rack, a book, a poster) and of the
/// goods in no other way; or one everyday word stands alone on a page that is filed under such
/// things ("The whisky coast" among books).
pub(super) fn is_about_accessory(tallies: &Tallies, claim: Claim<'_>) -> bool {
    let Claim {
        category, tally, ..
    } = claim;
    let general = category.general_negative;
    let beside = is_beside(tallies, claim);
    let filed = general
        && tallies.filed_beside
        && category.subject == Subject::Head
        && tally.strong.len() == 1
        && tally.weak.is_empty()
        && !tally.strong_in(Standing::Category);
    let book = general && !category.media && tallies.is_book();
    filed || book || ((tally.cancelled_in_head || beside) && !tally.plain_in_head())
}

/// Whether nothing in the head makes the goods innocent.
pub(crate) fn has_clean_head(tallies: &Tallies, claim: Claim<'_>) -> bool {
    !claim.tally.cancelled_in_head && !is_beside(tallies, claim)
}

/// Whether the head names something beside the goods, by a word that counts for the category.
fn is_beside(tallies: &Tallies, claim: Claim<'_>) -> bool {
    let negatives = &tallies.head_negatives;
    let general = claim.category.general_negative && negatives.contains(&None);
    general || negatives.contains(&Some(claim.at))
}

/// Whether the page is an offer whose head names the goods by a term that has no other use: a
/// page that sells exactly such a thing need not say so twice.
pub(super) fn is_sure(page: &Page<'_>, tallies: &Tallies, claim: Claim<'_>) -> bool {
    page.facts.kind == PageKind::Listing
        && page.sells
        && claim.tally.sure_in_head
        && has_clean_head(tallies, claim)
}

/// Whether the description offers restricted goods under another name: by two terms, or by one with
/// a weak one or a measure.
pub(super) fn is_described(tallies: &Tallies, claim: Claim<'_>) -> bool {
    let tally = claim.tally;
    let enough = tally.described.len() + tally.weak.len() >= 2 && !tally.described.is_empty();
    // A listing is called compliant for what it is: here any word for things beside the goods tells it.
    let is_thing = tallies.head_negatives.contains(&None);
    (enough || tally.measured) && !is_thing && has_clean_head(tallies, claim)
}
