//! Pages of sellers.

use crate::outline::Outline;
use crate::tags::Attrs;

/// Cues of a seller's own page: the path, or the class of the main heading's surroundings.
pub(super) fn seller_cue(outline: &Outline<'_>, address: &model::PageUrl) -> bool {
    let path = address.as_url().path().to_ascii_lowercase();
    let segments: Vec<&str> = path.split('/').filter(|s| !s.is_empty()).collect();
    let by_path = segments.len() >= 2
        && segments.len() <= 4
        && segments[..segments.len() - 1]
            .iter()
            .rev()
            .take(1)
            .any(|s| {
                matches!(
                    *s,
                    "seller"
                        | "sellers"
                        | "store"
                        | "stores"
                        | "vendor"
                        | "vendors"
                        | "merchant"
                        | "merchants"
                        | "profile"
                        | "usr"
                        | "user"
                        | "member"
                        | "people"
                        | "verkaeufer"
                        | "vendeur"
                        | "vendedor"
                )
            });
    let by_class = || {
        (0..outline.items.len())
            .filter(|&at| matches!(outline.name(at), "body" | "main" | "h1"))
            .any(|at| {
                let mut near = outline.lineage(at).take(2);
                near.any(|near| {
                    let says = Attrs::CLASS | Attrs::TYPED;
                    if !outline.items[near].attrs.has(says) {
                        return false;
                    }
                    let class = format!(
                        "{} {}",
                        outline.attr(near, "class").unwrap_or_default(),
                        outline.attr(near, "itemtype").unwrap_or_default()
                    );
                    let class = class.to_ascii_lowercase();
                    [
                        "seller-profile",
                        "shop-profile",
                        "store-profile",
                        "vendor-profile",
                        "seller-page",
                        "shop-page",
                        "store-page",
                        "profilepage",
                    ]
                    .iter()
                    .any(|word| class.contains(word))
                })
            })
    };
    by_path || by_class()
}
