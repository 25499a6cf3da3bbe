//! Words of markup and of addresses, for which the case of letters makes no difference.

/// Whether a text begins with a word, whatever the case of its ASCII letters. O(word).
pub(crate) fn begins(text: &str, word: &str) -> bool {
    text.get(..word.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(word))
}

/// Whether the path of an address ends like a name of a kind of file, as in `.svg`, whatever the case. O(endings).
pub(crate) fn is_named(href: &str, endings: &[&str]) -> bool {
    let path = href.split(['?', '#']).next().unwrap_or_default();
    endings.iter().any(|ending| {
        let at = path.len().checked_sub(ending.len());
        at.and_then(|at| path.get(at..))
            .is_some_and(|end| end.eq_ignore_ascii_case(ending))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_makes_no_difference_and_letters_are_not_cut() {
        assert!(begins("HTTPS://x", "https:"));
        assert!(!begins("http", "https"));
        assert!(!begins("é", "x"));
        assert!(is_named("/a/B.SVG?x.png#y", &[".png", ".svg"]));
        assert!(!is_named("svg", &[".svg"]));
        assert!(!is_named("é", &[".é", "x"]));
    }
}
