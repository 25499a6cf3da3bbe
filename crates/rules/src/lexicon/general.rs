//! Words that hold for all categories.

use super::role::Role;
use crate::written::WordList;

/// Words that hold for all categories, by what they are for.
#[derive(Debug, Default)]
pub(crate) struct General {
    pub(crate) negative: WordList,
    pub(crate) innocent: WordList,
    pub(crate) barriers: WordList,
    pub(crate) age: WordList,
    pub(crate) commerce: WordList,
    pub(crate) media: WordList,
    pub(crate) book_marks: WordList,
    pub(crate) uses: WordList,
    pub(crate) reports: WordList,
    pub(crate) absences: WordList,
    pub(crate) absences_after: WordList,
}

impl General {
    /// Adds the words of another pack.
    pub(crate) fn extend(&mut self, other: &Self) {
        self.negative.extend(&other.negative);
        self.innocent.extend(&other.innocent);
        self.barriers.extend(&other.barriers);
        self.age.extend(&other.age);
        self.commerce.extend(&other.commerce);
        self.media.extend(&other.media);
        self.book_marks.extend(&other.book_marks);
        self.uses.extend(&other.uses);
        self.reports.extend(&other.reports);
        self.absences.extend(&other.absences);
        self.absences_after.extend(&other.absences_after);
    }

    /// Every list with the role of its words.
    pub(super) fn by_role(&self) -> [(Role, &WordList); 11] {
        [
            (Role::Negative { category: None }, &self.negative),
            (Role::Innocent, &self.innocent),
            (Role::Barrier, &self.barriers),
            (Role::Age, &self.age),
            (Role::Commerce, &self.commerce),
            (Role::Media, &self.media),
            (Role::BookMark, &self.book_marks),
            (Role::Use, &self.uses),
            (Role::Report, &self.reports),
            (Role::Absence { after: false }, &self.absences),
            (Role::Absence { after: true }, &self.absences_after),
        ]
    }
}
