//! Everyday text: sentences of recipes, shops, news, gardens and journeys in the seven languages of
//! the pack, written for this purpose. A term that is said to need no context, and stands in one of
//! them, will stand on many an honest page.

/// The sentences by language, one a line.
const TEXTS: [&str; 7] = [
    include_str!("../everyday/de.txt"),
    include_str!("../everyday/en.txt"),
    include_str!("../everyday/es.txt"),
    include_str!("../everyday/fr.txt"),
    include_str!("../everyday/it.txt"),
    include_str!("../everyday/pl.txt"),
    include_str!("../everyday/zh.txt"),
];

/// Every sentence, in the order of the languages' codes.
pub(crate) fn sentences() -> impl Iterator<Item = &'static str> {
    TEXTS.into_iter().flat_map(str::lines)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_sentence_is_there_once_and_says_something() {
        let all: Vec<&str> = sentences().collect();
        let distinct: BTreeSet<&str> = all.iter().copied().collect();
        assert_eq!(all.len(), distinct.len());
        let short: Vec<&&str> = all
            .iter()
            .filter(|text| text.chars().count() < 12)
            .collect();
        assert!(short.is_empty(), "{short:?}");
        assert!(TEXTS.iter().all(|text| text.lines().count() >= 50));
    }
}
