//! Folding: text as the matcher reads it, with a way back to the words as the page has them.
//!
//! The plain form is lower case, compatibility-decomposed (NFKD) with accents and invisible
//! characters removed; before each word stands one space, before a clause's first word a line feed
//! as well. Letters, digits and characters of unspaced scripts make words apart (`500mg` is two),
//! so that a term is looked for where words begin and nowhere else. The disguised
//! form undoes what is done to keep a word from being found: letters set apart (`v-o-d-k-a`),
//! digits and signs for letters (`v0dka`), letters of other scripts that look Latin, stars for vowels.
//! The joined form does so for unspaced scripts.

mod apart;
mod disguise;
mod disguised_letters;
mod letters;
mod needed;
mod out;
mod simplified;
mod suspect;

use std::cell::OnceCell;

use model::{Normalization, styled_letter};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use disguise::undisguise;
pub(crate) use letters::is_unspaced;
use letters::{is_invisible, is_whole_ideograph, latin_letters};
use needed::{is_set_apart, single_spaced, undone};
use out::{Out, Traced};
use simplified::simplified;
use suspect::may_be_disguised;

/// Ranges of bytes of the original text.
type Ranges = Vec<(u32, u32)>;

/// One character with the bytes of the original text that it stands for.
#[derive(Debug, Clone, Copy)]
struct Sign {
    value: char,
    start: u32,
    end: u32,
}

/// Where a disguised form reads the original otherwise than the plain one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Change {
    start: u32,
    end: u32,
    /// The fewest characters of a word that is looked for there.
    least: u8,
}

/// Where a disguised text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spelled {
    /// In the name of the goods, where words run together or cut in two are read as well.
    Head,
    Other,
}

/// What the lexicon knows of the words behind disguises.
pub(crate) trait Disguised {
    /// Whether a folded word, or a form of it, is part of a term.
    fn holds(&self, word: &str) -> bool;

    /// Whether a folded word as it stands is.
    fn is_word(&self, word: &str) -> bool;

    /// The word of a term that a folded word respells.
    fn meant(&self, word: &str) -> Option<&str>;

    /// Whether a folded word, or its singular, is a term.
    fn is_term(&self, word: &str) -> bool;

    /// The term of several words that these letters are when its spaces are left out.
    fn phrase(&self, joined: &str) -> Option<&str>;
}

/// Folded text with a way back from every byte of it to the bytes of the original.
#[derive(Debug)]
pub(crate) struct Folded<'t> {
    /// The folded text.
    pub(crate) text: String,
    /// Where a disguised form differs from the plain one, by place.
    changed: Vec<Change>,
    original: &'t str,
    /// For each byte of `text`, first byte and end of the original character. Most texts hold
    /// nothing of interest, so the way back is made when it is first asked for.
    origin: OnceCell<Ranges>,
}

impl<'t> Folded<'t> {
    /// The plain form of `text`. Linear in its length.
    pub(crate) fn plain(text: &'t str) -> Self {
        Self {
            text: plain_into(String::with_capacity(text.len()), text),
            changed: Vec::new(),
            original: text,
            origin: OnceCell::new(),
        }
    }

    /// The disguised form of `text`, or `None` when nothing in it is a word of the lexicon in
    /// disguise. Linear in the length of the text.
    pub(crate) fn undisguised(
        text: &'t str,
        place: Spelled,
        words: &dyn Disguised,
    ) -> Option<Self> {
        if place == Spelled::Other && !may_be_disguised(text) {
            return None;
        }
        let (signs, changed) = undisguise(text, place, words)?;
        Some(Self::of_signs(text, signs, changed))
    }

    /// The form of `text` without signs between the characters of unspaced scripts, or `None` when
    /// there are none. Linear in the length of the text.
    pub(crate) fn joined(text: &'t str) -> Option<Self> {
        let (signs, changed) = apart::joined(text)?;
        Some(Self::of_signs(text, signs, changed))
    }

    fn of_signs(text: &'t str, signs: Vec<Sign>, changed: Vec<Change>) -> Self {
        let mut fold = Fold::into(Traced::with_room(text.len()));
        fold.fold(signs.into_iter());
        Self {
            text: fold.out.text,
            changed,
            original: text,
            origin: OnceCell::from(fold.out.origin),
        }
    }

    /// Whether this is the plain form.
    pub(crate) fn is_plain(&self) -> bool {
        self.changed.is_empty()
    }

    /// Whether a word of so many characters, at the folded bytes `start..end`, is one that the plain
    /// form may not show: it lies on a change, and is long enough to be looked for there.
    pub(crate) fn shows(&self, start: usize, end: usize, characters: usize) -> bool {
        let (start, end) = self.original(start, end);
        self.changed.iter().any(|change| {
            start < change.end as usize
                && (change.start as usize) < end
                && characters >= usize::from(change.least)
        })
    }

    /// Whether the folded bytes `start..end` lie on something that is read otherwise than it is written.
    pub(crate) fn differs(&self, start: usize, end: usize) -> bool {
        self.shows(start, end, usize::MAX)
    }

    /// The original bytes behind the folded bytes `start..end`, which must not be empty.
    pub(crate) fn original(&self, start: usize, end: usize) -> (usize, usize) {
        let origin = self.origin.get_or_init(|| {
            let mut fold = Fold::into(Traced::with_room(self.original.len()));
            fold.fold(signs_of(self.original));
            fold.out.origin
        });
        let first = origin.get(start).map_or(0, |&(first, _)| first);
        let last = origin.get(end - 1).map_or(first, |&(_, last)| last);
        (first as usize, last as usize)
    }

    /// What had to be undone to read the original bytes `start..end`, each once.
    pub(crate) fn normalizations(&self, start: usize, end: usize) -> Vec<Normalization> {
        let words = self.original.get(start..end).unwrap_or("");
        let disguised = self
            .changed
            .iter()
            .any(|change| start < change.end as usize && (change.start as usize) < end);
        let mut needed: Vec<Normalization> = words
            .chars()
            .filter_map(|value| undone(value, disguised))
            .collect();
        if (disguised && single_spaced(words)) || is_set_apart(words) {
            needed.push(Normalization::Separators);
        }
        needed.sort_unstable();
        needed.dedup();
        needed
    }
}

/// Adds the plain form of `text` to `out`. Linear in its length.
pub(crate) fn plain_into(out: String, text: &str) -> String {
    let mut fold = Fold::into(out);
    fold.fold(signs_of(text));
    fold.out
}

/// What the last character was: words end where it changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Nothing, or a separator.
    Separator,
    Letter,
    /// Digits, and the signs that belong to numbers.
    Number,
    /// Of a script without spaces.
    Unspaced,
}

/// Follows characters of unspaced scripts that are set apart one by one, which nobody does but to
/// keep a word from being found.
#[derive(Debug, Default)]
struct Alone {
    /// How many stand together since the last other character.
    run: usize,
}

impl Alone {
    /// Whether a character is a sign that sets single characters apart, to be passed over.
    fn parts(&mut self, before: char, value: char, next: char) -> bool {
        if is_unspaced(value) {
            self.run += 1;
            return false;
        }
        let parts = matches!(value, ' ' | '-' | '_' | '*' | '·' | '.' | '~' | '+')
            && is_unspaced(before)
            && is_unspaced(next)
            && self.run == 1;
        self.run = 0;
        parts
    }
}

/// The folding itself.
struct Fold<O> {
    out: O,
    last: Kind,
}

impl<O: Out> Fold<O> {
    const fn into(out: O) -> Self {
        Self {
            out,
            last: Kind::Separator,
        }
    }

    /// Adds a character of a word.
    fn push(&mut self, value: char, sign: Sign) {
        let kind = if value.is_ascii_alphabetic() {
            Kind::Letter
        } else if value.is_ascii() {
            Kind::Number
        } else if is_unspaced(value) {
            Kind::Unspaced
        } else if value.is_alphabetic() {
            Kind::Letter
        } else {
            Kind::Number
        };
        if kind != self.last && !self.out.text().ends_with(' ') {
            self.out.push(' ', sign);
        }
        self.last = kind;
        self.out.push(value, sign);
    }

    /// Separates words (`' '`) or clauses (`'\n'`); never more than one separator in a row.
    fn separate(&mut self, by: char, sign: Sign) {
        self.last = Kind::Separator;
        let bytes = self.out.text().len();
        match self.out.text().as_bytes().last() {
            None | Some(b'\n') => {}
            Some(b' ') => {
                if by == '\n' {
                    self.out.truncate(bytes - 1);
                    self.out.push('\n', sign);
                }
            }
            Some(_) => self.out.push(by, sign),
        }
    }

    fn fold(&mut self, signs: impl Iterator<Item = Sign>) {
        let mut signs = signs.peekable();
        let mut before = ' ';
        let mut alone = Alone::default();
        while let Some(sign) = signs.next() {
            if sign.value.is_ascii_alphanumeric() {
                self.push(sign.value.to_ascii_lowercase(), sign);
            } else {
                let next = signs.peek().map_or(' ', |next| next.value);
                if alone.parts(before, sign.value, next) {
                    continue;
                }
                self.fold_one(before, sign, next);
            }
            before = sign.value;
        }
        let bytes = self.out.text().trim_end_matches([' ', '\n']).len();
        self.out.truncate(bytes);
    }

    fn fold_one(&mut self, before: char, sign: Sign, next: char) {
        let value = sign.value;
        if value.is_ascii() {
            self.punctuate(before, value, next, sign);
        } else if is_whole_ideograph(value) {
            self.push(simplified(value), sign);
        } else if is_invisible(value) {
            // An invisible character inside a word is there to break it: it is nothing.
        } else if let Some(latin) = latin_letters(value) {
            for letter in latin.chars() {
                self.push(letter, sign);
            }
        } else if let Some(letter) = styled_letter(value) {
            self.push(letter, sign);
        } else if matches!(value, '™' | '®' | '©' | '℠') {
            self.separate(' ', sign);
        } else {
            for part in std::iter::once(value).nfkd() {
                if part.is_alphanumeric() {
                    for lower in part.to_lowercase() {
                        self.push(lower, sign);
                    }
                } else if !is_combining_mark(part) {
                    self.punctuate(before, part, next, sign);
                }
            }
        }
    }

    fn punctuate(&mut self, before: char, value: char, next: char, sign: Sign) {
        match value {
            '.' | ',' if before.is_ascii_digit() && next.is_ascii_digit() => self.push('.', sign),
            ':' | '/' if before.is_ascii_digit() && next.is_ascii_digit() => self.push(value, sign),
            '+' if before.is_ascii_digit() => self.push('+', sign),
            '%' => self.percent(sign),
            '\'' | '’' | '`' | '´' if before.is_alphabetic() && matches!(next, 's' | 'S') => {}
            '-' | '–' | '—' if before.is_whitespace() => self.separate('\n', sign),
            ',' | ';' | '.' | '!' | '?' | '|' | '(' | ')' | '[' | ']' | '{' | '}' | ':' | '/'
            | '"' | '<' | '>' | '=' | '\\' | '•' | '·' | '—' | '–' | '。' | '、' | '，' | '«'
            | '»' | '“' | '”' | '→' | '›' | '【' | '】' => self.separate('\n', sign),
            _ => self.separate(' ', sign),
        }
    }

    /// A per cent sign belongs to the number before it, with or without a space between.
    fn percent(&mut self, sign: Sign) {
        let trimmed = self.out.text().trim_end_matches(' ');
        if !trimmed.ends_with(|last: char| last.is_ascii_digit()) {
            self.separate(' ', sign);
            return;
        }
        let keep = trimmed.len();
        self.out.truncate(keep);
        self.last = Kind::Number;
        self.push('%', sign);
    }
}

fn signs_of(text: &str) -> impl Iterator<Item = Sign> {
    text.char_indices().map(|(start, value)| Sign {
        value,
        start: narrow(start),
        end: narrow(start + value.len_utf8()),
    })
}

/// Offsets are kept in 32 bits: a passage is cut long before it reaches 4 GiB.
fn narrow(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_case_and_invisible_characters_fold_away() {
        assert_eq!(
            Folded::plain("Wo\u{ad}\u{200b}DKA Żołądkowa").text,
            " wodka zoladkowa"
        );
        assert_eq!(Folded::plain("ＶＯＤＫＡ　４０％").text, " vodka 40%");
        assert_eq!(
            Folded::plain("Straße, Bœuf – Viagra™100").text,
            " strasse\n boeuf\n viagra 100"
        );
    }

    #[test]
    fn numbers_keep_their_signs() {
        assert_eq!(
            Folded::plain("18+ 1:1 0,0 % 0.7l").text,
            " 18+ 1:1 0.0% 0.7 l"
        );
        assert_eq!(
            Folded::plain("Jack Daniel's d'alcool").text,
            " jack daniels d alcool"
        );
    }

    #[test]
    fn characters_of_unspaced_scripts_that_stand_one_by_one_are_joined() {
        assert_eq!(
            Folded::plain("现货 伏 特·加, 包邮").text,
            " 现货 伏特加\n 包邮"
        );
        assert_eq!(Folded::plain("红酒 开瓶器").text, " 红酒 开瓶器");
    }

    #[test]
    fn letters_in_circles_squares_and_small_capitals_are_letters() {
        assert_eq!(
            Folded::plain("🅥🅞🅓🅚🅐 ᴠᴏᴅᴋᴀ 🆅odka").text,
            " vodka vodka vodka"
        );
    }

    #[test]
    fn the_way_back_gives_the_words_of_the_page() {
        let text = "Ein Wö\u{200b}dka";
        let folded = Folded::plain(text);
        let at = folded.text.find("wodka").unwrap();
        let (start, end) = folded.original(at, at + 5);
        assert_eq!(&text[start..end], "Wö\u{200b}dka");
    }
}
