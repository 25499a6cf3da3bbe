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
mod needed;
mod out;
mod simplified;

use std::cell::OnceCell;

use model::Normalization;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use disguise::{may_be_disguised, undisguise};
use needed::{is_set_apart, single_spaced, undone};
use out::{Out, Traced};
use simplified::simplified;

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

/// Characters without a look of their own that may stand inside a word.
fn is_invisible(value: char) -> bool {
    matches!(value,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
}

/// Latin letters that Unicode does not decompose.
fn latin_letters(value: char) -> Option<&'static str> {
    Some(match value {
        'ł' | 'Ł' => "l",
        'ø' | 'Ø' => "o",
        'đ' | 'Đ' | 'ð' | 'Ð' => "d",
        'ß' | 'ẞ' => "ss",
        'æ' | 'Æ' => "ae",
        'œ' | 'Œ' => "oe",
        'ı' => "i",
        'þ' | 'Þ' => "th",
        _ => return None,
    })
}

/// The letter in a filled circle or square, between brackets, or in the form of a small capital: such
/// letters Unicode takes apart otherwise, or not at all.
fn styled_letter(value: char) -> Option<char> {
    const SMALL_CAPITALS: &str = "aᴀbʙcᴄdᴅeᴇfꜰgɢhʜiɪjᴊkᴋlʟmᴍnɴoᴏpᴘrʀsꜱtᴛuᴜvᴠwᴡyʏzᴢ";
    let first = match value {
        '\u{249c}'..='\u{24b5}' => '\u{249c}',
        '\u{1f150}'..='\u{1f169}' => '\u{1f150}',
        '\u{1f170}'..='\u{1f189}' => '\u{1f170}',
        '\u{262}'..='\u{29f}' | '\u{1d00}'..='\u{1d22}' | '\u{a730}'..='\u{a731}' => {
            let mut letters = SMALL_CAPITALS.chars();
            let at = SMALL_CAPITALS.chars().position(|it| it == value)?;
            return letters.nth(at.checked_sub(1)?);
        }
        _ => return None,
    };
    char::from_digit(value as u32 - first as u32 + 10, 36)
}

/// Whether a character is written without spaces between words.
pub(crate) fn is_unspaced(value: char) -> bool {
    matches!(value, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}' | '\u{e00}'..='\u{e7f}')
}

/// Whether a character is one of the common ideographs, which no normalization takes apart.
const fn is_whole_ideograph(value: char) -> bool {
    matches!(value, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}')
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

    /// A lexicon of a few terms.
    struct Few(&'static [&'static str]);

    impl Disguised for Few {
        fn holds(&self, word: &str) -> bool {
            self.0
                .iter()
                .any(|term| term.split(' ').any(|part| part == word))
        }

        fn is_word(&self, word: &str) -> bool {
            self.holds(word)
        }

        fn meant(&self, word: &str) -> Option<&str> {
            (word == "viagara").then_some("viagra")
        }

        fn is_term(&self, word: &str) -> bool {
            self.0.contains(&word)
        }

        fn phrase(&self, joined: &str) -> Option<&str> {
            let mut terms = self.0.iter().filter(|term| term.contains(' '));
            terms.find(|term| term.replace(' ', "") == joined).copied()
        }
    }

    fn undone(text: &str) -> Option<String> {
        const FEW: Few = Few(&[
            "vodka",
            "viagra",
            "cialis",
            "cocaine",
            "tabak",
            "porno portal",
            "grey goose",
            "e liquid",
            "lsd",
            "gin",
            "vape",
            "ibuprofen",
            "1 p lsd",
            "fuochi d artificio",
        ]);
        Folded::undisguised(text, Spelled::Head, &FEW).map(|folded| folded.text)
    }

    #[test]
    fn disguises_are_undone_in_a_second_form() {
        for (text, read) in [
            ("buy v-o-d-k-a now", " buy vodka now"),
            ("v i a g r a", " viagra"),
            ("c1al1s v0dka vi@gra", " cialis vodka viagra"),
            ("сосаіnе Іbuprofen", " cocaine ibuprofen"),
            ("74b4k P0r/no-Portal", " tabak porno portal"),
        ] {
            assert_eq!(undone(text).as_deref(), Some(read), "{text}");
        }
        assert_eq!(undone("plain words only, 50ml e-mail"), None);
    }

    #[test]
    fn words_of_a_phrase_are_parted_again() {
        for (text, read) in [
            ("G r e y G o o s e vodka", " grey goose vodka"),
            ("a v o d k a", " a vodka"),
            ("(v i a g r a, v o d k a)", " viagra\n vodka"),
            ("f u o c h i d ' a r t i f i c i o", " fuochi d artificio"),
            ("e-·l-i-q-u-i-d", " e liquid"),
        ] {
            assert_eq!(undone(text).as_deref(), Some(read), "{text}");
        }
    }

    #[test]
    fn stars_pictures_and_letters_said_again_are_undone() {
        for (text, read) in [
            ("best v*pe", " best vape"),
            ("ib*prof*n 400", " ibuprofen 400"),
            ("v🍃o🍃d🍃k🍃a", " vodka"),
            ("voooodka viagraaa", " vodka viagra"),
        ] {
            assert_eq!(undone(text).as_deref(), Some(read), "{text}");
        }
    }

    #[test]
    fn rare_signs_brackets_and_looks_are_undone() {
        for (text, read) in [
            ("ta8ak ciali5", " tabak cialis"),
            ("¢ocaine", " cocaine"),
            ("viag[r]a", " viagra"),
            ("v,o,d,k,a", " vodka"),
            ("v, o, d, k, a", " vodka"),
            ("v – o – d – k – a", " vodka"),
            ("ciaIis", " cialis"),
        ] {
            assert_eq!(undone(text).as_deref(), Some(read), "{text}");
        }
    }

    #[test]
    fn a_name_is_read_with_words_cut_in_two_run_together_and_respelled() {
        for (text, read) in [
            ("ibu profen 400", " ibuprofen 400"),
            ("greygoose 1l", " grey goose 1 l"),
            ("viagara", " viagra"),
        ] {
            assert_eq!(undone(text).as_deref(), Some(read), "{text}");
        }
    }

    #[test]
    fn letters_in_circles_squares_and_small_capitals_are_letters() {
        assert_eq!(
            Folded::plain("🅥🅞🅓🅚🅐 ᴠᴏᴅᴋᴀ 🆅odka").text,
            " vodka vodka vodka"
        );
    }

    #[test]
    fn characters_in_two_halves_or_between_brackets_are_joined() {
        let joined = |text: &str| Folded::joined(text).map(|folded| folded.text);
        assert_eq!(joined("电子火因").as_deref(), Some(" 电子烟"));
        assert_eq!(joined("【电】【子】【烟】").as_deref(), Some(" 电子烟"));
    }

    #[test]
    fn short_words_are_undone_only_where_every_letter_is_set_apart() {
        assert_eq!(undone("L.S.D").as_deref(), Some(" lsd"));
        assert_eq!(undone("g i n").as_deref(), Some(" gin"));
        assert_eq!(undone("G1N 4X"), None);
        assert_eq!(undone("gіn").as_deref(), Some(" gin"));
        assert_eq!(undone("1Р-LЅD").as_deref(), Some(" 1 p lsd"));
    }

    #[test]
    fn signs_between_characters_of_unspaced_scripts_are_dropped() {
        let joined = |text: &str| Folded::joined(text).map(|folded| folded.text);
        assert_eq!(
            joined("新款电 子 烟套装").as_deref(),
            Some(" 新款电子烟套装")
        );
        assert_eq!(joined("电子-烟").as_deref(), Some(" 电子烟"));
        assert_eq!(joined("红酒 开瓶器"), None);
    }

    #[test]
    fn a_short_word_across_a_sign_of_lists_is_none() {
        let folded = Folded::joined("手机/枪灰色").unwrap();
        let at = folded.text.find("机枪").unwrap();
        assert!(!folded.shows(at, at + "机枪".len(), 2));
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
