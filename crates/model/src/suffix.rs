//! The public suffix list.
//!
//! The list is compiled in as code, once for each crate that asks it. Rooms ask it here, so that there
//! is one.

/// The registrable domain of a host in lower case: `shop.example.co.uk` gives `example.co.uk`.
///
/// A last label that is on no list counts as a public suffix, as the list's own algorithm says. A
/// public suffix alone has none. Costs one look-up; never allocates.
#[must_use]
pub fn registrable_domain(host: &str) -> Option<&str> {
    psl::domain_str(host)
}

/// Whether the host ends in a suffix that stands on the list.
#[must_use]
pub fn has_known_suffix(host: &str) -> bool {
    psl::suffix(host.as_bytes()).is_some_and(|suffix| suffix.is_known())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suffixes_are_those_of_the_list() {
        assert_eq!(
            registrable_domain("shop.example.co.uk"),
            Some("example.co.uk")
        );
        assert_eq!(registrable_domain("co.uk"), None);
        assert_eq!(registrable_domain("a.b.test"), Some("b.test"));
        assert!(has_known_suffix("example.co.uk"));
        assert!(!has_known_suffix("b.test"));
    }
}
