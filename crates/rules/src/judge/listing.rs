//! What a listing says of its goods, which makes it one that can be called compliant.

use model::{ListingFact, NoteKind, PageFacts, Place};

use crate::fold::is_unspaced;
use crate::reading::Reading;
use crate::weights::Standing;

/// Whether a listing was read whole and says enough of its goods to be judged lawful.
pub(super) fn is_whole_listing(facts: &PageFacts, known: &[(ListingFact, bool); 8]) -> bool {
    let mut notes = facts.notes.iter();
    if notes.any(|note| note.kind == NoteKind::Truncated) {
        return false;
    }
    let [(_, named), rest @ ..] = known;
    *named && rest.iter().filter(|(_, known)| *known).count() >= 2
}

/// What a listing says of its goods: first that it names them, which it must.
pub(super) fn known_of_listing(
    facts: &PageFacts,
    texts: &[Reading<'_>],
) -> [(ListingFact, bool); 8] {
    // "Solid oak." is enough; in unspaced scripts four characters say as much.
    let is_long = |text: &str| {
        let letters = || text.chars().filter(|value| value.is_alphabetic());
        letters().count() >= 8 || letters().filter(|&value| is_unspaced(value)).count() >= 4
    };
    let at = |place: Place| texts.iter().any(move |text| text.place == place);
    let says = |of: fn(&model::Product) -> bool| facts.products.iter().any(of);
    let described = texts.iter().any(|text| {
        matches!(text.place, Place::Description | Place::Body | Place::Meta)
            && !text.chrome
            && is_long(text.text)
    });
    let named = texts
        .iter()
        .any(|text| text.standing == Standing::Head && !text.text.trim().is_empty());
    [
        (ListingFact::Name, named),
        (
            ListingFact::Offer,
            facts.offers_sale || says(|product| !product.offers.is_empty()),
        ),
        (ListingFact::Description, described),
        (
            ListingFact::Category,
            at(Place::Breadcrumb) || at(Place::Category),
        ),
        (ListingFact::Brand, says(|product| product.brand.is_some())),
        (ListingFact::Gtin, says(|product| product.gtin.is_some())),
        (
            ListingFact::Seller,
            facts.seller.is_some() || says(|product| product.seller.is_some()),
        ),
        (ListingFact::Picture, at(Place::ImageAlt)),
    ]
}
