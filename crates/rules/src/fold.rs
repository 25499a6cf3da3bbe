//! Folding: text as the matcher reads it, with a way back to the words as the page has them.
//!
//! The plain form is lower case, compatibility-decomposed (NFKD) with accents and invisible
//! characters removed; before each word stands one space, before a clause's first word a line feed
//! as well. Letters, digits and characters of unspaced scripts make words apart (`500mg` is two),
//! so that a term is looked for where words begin and nowhere else. The disguised
//! form undoes what is done to keep a word from being found: letters set apart (`v-o-d-k-a`),
//! digits and signs for letters (`v0dka`), letters of other scripts that look Latin.

use std::cell::OnceCell;

use model::Normalization;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_security::confusable_detection::skeleton;

/// Ranges of bytes of the original text.
type Ranges = Vec<(u32, u32)>;

/// One character with the bytes of the original text that it stands for.
#[derive(Debug, Clone, Copy)]
struct Sign {
    value: char,
    start: u32,
    end: u32,
}

/// Folded text with a way back from every byte of it to the bytes of the original.
#[derive(Debug)]
pub(crate) struct Folded<'t> {
    /// The folded text.
    pub(crate) text: String,
    /// Ranges of the original that the disguised form reads otherwise than the plain one.
    pub(crate) changed: Ranges,
    original: &'t str,
    /// For each byte of `text`, first byte and end of the original character. Most texts hold
    /// nothing of interest, so the way back is made when it is first asked for.
    origin: OnceCell<Ranges>,
}

impl<'t> Folded<'t> {
    /// The plain form of `text`. Linear in its length.
    pub(crate) fn plain(text: &'t str) -> Self {
        let mut fold = Fold::into(String::with_capacity(text.len()));
        fold.fold(signs_of(text));
        Self {
            text: fold.out,
            changed: Vec::new(),
            original: text,
            origin: OnceCell::new(),
        }
    }

    /// The disguised form of `text`, or `None` when nothing in it is a word in disguise by
    /// `is_word`, which is asked of single words in lower case. `one` is the letter that the
    /// digit 1 stands for. Linear in the length of the text.
    pub(crate) fn undisguised(
        text: &'t str,
        one: char,
        is_word: &dyn Fn(&str) -> bool,
    ) -> Option<Self> {
        if !may_be_disguised(text) {
            return None;
        }
        let (signs, changed) = undisguise(text, one, is_word)?;
        let mut fold = Fold::into(Traced::with_room(text.len()));
        fold.fold(signs.into_iter());
        Some(Self {
            text: fold.out.text,
            changed,
            original: text,
            origin: OnceCell::from(fold.out.origin),
        })
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
            .any(|&(first, last)| start < last as usize && (first as usize) < end);
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

/// What had to be undone of one character of a word.
fn undone(value: char, disguised: bool) -> Option<Normalization> {
    match value {
        '\u{ad}' => Some(Normalization::SoftHyphens),
        _ if is_invisible(value) => Some(Normalization::Invisible),
        '0' | '1' | '3' | '4' | '5' | '7' | '@' | '$' | '!' if disguised => {
            Some(Normalization::Leetspeak)
        }
        _ if disguised && is_separator(value) => Some(Normalization::Separators),
        _ if value.is_ascii() || is_unspaced(value) => None,
        _ if !std::iter::once(value)
            .nfc()
            .eq(std::iter::once(value).nfkc()) =>
        {
            Some(Normalization::Compatibility)
        }
        _ if disguised && look_alike(value).is_some() => Some(Normalization::LookAlikes),
        _ => None,
    }
}

/// Whether letters stand one by one, with spaces between.
fn single_spaced(words: &str) -> bool {
    let mut parts = words.split_whitespace();
    words.contains(char::is_whitespace) && parts.all(|part| part.chars().count() == 1)
}

/// Whether signs stand between characters of an unspaced script.
fn is_set_apart(words: &str) -> bool {
    let mut last = [' '; 2];
    words.chars().any(|value| {
        let [first, sign] = last;
        last = [sign, value];
        is_unspaced(first) && !is_unspaced(sign) && !sign.is_alphanumeric() && is_unspaced(value)
    })
}

/// Where folded text goes: text alone, or with the way back.
trait Out {
    fn text(&self) -> &str;
    fn push(&mut self, value: char, sign: Sign);
    fn truncate(&mut self, bytes: usize);
}

impl Out for String {
    fn text(&self) -> &str {
        self
    }

    fn push(&mut self, value: char, _: Sign) {
        self.push(value);
    }

    fn truncate(&mut self, bytes: usize) {
        self.truncate(bytes);
    }
}

/// Folded text with the way back.
struct Traced {
    text: String,
    origin: Ranges,
}

impl Traced {
    fn with_room(bytes: usize) -> Self {
        Self {
            text: String::with_capacity(bytes),
            origin: Vec::with_capacity(bytes),
        }
    }
}

impl Out for Traced {
    fn text(&self) -> &str {
        &self.text
    }

    fn push(&mut self, value: char, sign: Sign) {
        self.text.push(value);
        for _ in 0..value.len_utf8() {
            self.origin.push((sign.start, sign.end));
        }
    }

    fn truncate(&mut self, bytes: usize) {
        self.text.truncate(bytes);
        self.origin.truncate(bytes);
    }
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
            self.push(value, sign);
        } else if is_invisible(value) {
            // An invisible character inside a word is there to break it: it is nothing.
        } else if let Some(latin) = latin_letters(value) {
            for letter in latin.chars() {
                self.push(letter, sign);
            }
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

/// Whether a character is written without spaces between words.
pub(crate) fn is_unspaced(value: char) -> bool {
    matches!(value, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}' | '\u{e00}'..='\u{e7f}')
}

/// Whether a character is one of the common ideographs, which no normalization takes apart.
const fn is_whole_ideograph(value: char) -> bool {
    matches!(value, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}')
}

/// A quick look: most texts need no second form. False only when there is nothing to undo.
fn may_be_disguised(text: &str) -> bool {
    let mut last = [b' '; 4];
    for byte in text.bytes() {
        let [.., third, second, first] = last;
        if is_letter(byte) {
            let parted = is_letter(second) && is_sign(first);
            let apart = first == b' ' && is_letter(second) && third == b' ' && is_letter(last[0]);
            if parted || apart || is_letter_sign(first) {
                return true;
            }
        } else if is_letter_sign(byte) && is_letter(first) {
            return true;
        }
        last = [third, second, first, byte];
    }
    !text.is_ascii() && text.chars().any(is_odd_in_latin)
}

/// A letter, or a part of one.
const fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte >= 0x80
}

/// A sign that may part letters.
const fn is_sign(byte: u8) -> bool {
    byte.is_ascii() && !byte.is_ascii_alphabetic() && !byte.is_ascii_whitespace()
}

/// A sign or a digit that may stand for a letter.
const fn is_letter_sign(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'@' | b'$')
}

/// Whether a character is one that Latin and unspaced scripts have no use for within words:
/// letters of other scripts, and signs that may stand between letters.
fn is_odd_in_latin(value: char) -> bool {
    match value {
        '\0'..='\u{b6}' | '\u{b8}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => false,
        '·' | '•' | '‐' | '‑' => true,
        _ => !is_unspaced(value) && value.is_alphabetic(),
    }
}

/// The signs of `text` with disguises undone, and the original ranges where that changed
/// something; `None` when nothing that became a word of the lexicon changed.
fn undisguise(
    text: &str,
    one: char,
    is_word: &dyn Fn(&str) -> bool,
) -> Option<(Vec<Sign>, Ranges)> {
    let tokens: Vec<(usize, &str)> = tokens_of(text).collect();
    let mut found: Vec<(usize, usize, Vec<Sign>)> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let run = single_letters(&tokens[at..]);
        if run >= 4 {
            let letters = tokens[at..at + run]
                .iter()
                .flat_map(|&token| signs_in(token));
            let plain: Vec<Sign> = letters.filter_map(|sign| letter_for(sign, one)).collect();
            keep_words(&mut found, (at, at + run), plain, is_word);
            at += run;
        } else {
            // A hyphen may part letters, or join two words of which one is disguised.
            for hyphen in [None, Some(' ')] {
                let before = found.len();
                if let Some(plain) = undisguised_token(tokens[at], one, hyphen) {
                    keep_words(&mut found, (at, at + 1), plain, is_word);
                }
                if found.len() > before || !tokens[at].1.contains('-') {
                    break;
                }
            }
            at += 1;
        }
    }
    (!found.is_empty()).then(|| rewritten(&tokens, found))
}

/// Keeps what was undone when it holds a word of the lexicon.
fn keep_words(
    found: &mut Vec<(usize, usize, Vec<Sign>)>,
    (from, to): (usize, usize),
    plain: Vec<Sign>,
    is_word: &dyn Fn(&str) -> bool,
) {
    let mut fold = Fold::into(String::with_capacity(plain.len()));
    fold.fold(plain.iter().copied());
    let mut words = fold.out.split([' ', '\n']);
    if words.any(|word| !word.is_empty() && is_word(word)) {
        found.push((from, to, plain));
    }
}

/// All tokens, with those that were undone in their place.
fn rewritten(
    tokens: &[(usize, &str)],
    found: Vec<(usize, usize, Vec<Sign>)>,
) -> (Vec<Sign>, Ranges) {
    let mut signs = Vec::new();
    let mut changed = Vec::new();
    let mut add = |of: &mut dyn Iterator<Item = Sign>| {
        signs.extend(of);
        if let Some(last) = signs.last() {
            let end: u32 = last.end;
            signs.push(Sign {
                value: ' ',
                start: end,
                end,
            });
        }
    };
    let mut at = 0;
    for (from, to, plain) in found {
        for &token in &tokens[at..from] {
            add(&mut signs_in(token));
        }
        add(&mut plain.into_iter());
        let (start, _) = tokens[from];
        let (last, word) = tokens[to - 1];
        changed.push((narrow(start), narrow(last + word.len())));
        at = to;
    }
    for &token in &tokens[at..] {
        add(&mut signs_in(token));
    }
    (signs, changed)
}

/// The words between white space, each with its first byte.
fn tokens_of(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    let parts = text.split_inclusive(char::is_whitespace).map(move |part| {
        let start = at;
        at += part.len();
        (start, part.trim_end())
    });
    parts.filter(|(_, token)| !token.is_empty())
}

/// The characters of a token that have a look.
fn signs_in((at, token): (usize, &str)) -> impl Iterator<Item = Sign> {
    let moved = signs_of(token).map(move |sign| Sign {
        value: sign.value,
        start: sign.start + narrow(at),
        end: sign.end + narrow(at),
    });
    moved.filter(|sign| !is_invisible(sign.value))
}

/// How many tokens at the beginning are one letter each.
fn single_letters(tokens: &[(usize, &str)]) -> usize {
    let is_single = |&&(_, token): &&(usize, &str)| {
        let mut seen = token.chars().filter(|&value| !is_invisible(value));
        let first = seen.next();
        first.is_some_and(|value| value.is_alphanumeric() && !is_unspaced(value))
            && seen.next().is_none()
    };
    tokens.iter().take_while(is_single).count()
}

/// Whether a sign between letters may be there to part them.
const fn is_separator(value: char) -> bool {
    matches!(
        value,
        '.' | '-' | '_' | '*' | '·' | '|' | '~' | '\'' | '+' | '•' | '‐' | '‑' | '/'
    )
}

/// The Latin letter that a sign stands for inside a disguised word.
fn letter_for(sign: Sign, one: char) -> Option<Sign> {
    let value = match sign.value {
        '0' => 'o',
        '1' => one,
        '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        sign if is_separator(sign) => return None,
        other if other.is_ascii() || !other.is_alphabetic() || is_unspaced(other) => other,
        other => look_alike(other).unwrap_or(other),
    };
    Some(Sign { value, ..sign })
}

/// The Latin letter that a letter of another script looks like, by the confusables of Unicode
/// Technical Standard 39.
fn look_alike(value: char) -> Option<char> {
    // Latin letters with marks are themselves.
    if matches!(value, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}') {
        return None;
    }
    if std::iter::once(value)
        .nfkd()
        .next()
        .is_some_and(|base| base.is_ascii())
    {
        return None;
    }
    let mut buffer = [0; 4];
    let mut shape = skeleton(value.encode_utf8(&mut buffer));
    let first = shape.next().filter(char::is_ascii_alphabetic)?;
    shape.next().is_none().then_some(first)
}

/// The token with its disguise undone, or `None` when it has none: all in letters, a number, or
/// signs at its ends only.
fn undisguised_token(token: (usize, &str), one: char, hyphen: Option<char>) -> Option<Vec<Sign>> {
    if token.1.len() < 4 || token.1.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return None;
    }
    let signs: Vec<Sign> = signs_in(token).collect();
    let letters = signs.iter().filter(|sign| sign.value.is_alphabetic());
    if letters.count() < 2 || signs.len() < 4 {
        return None;
    }
    let first = signs.iter().position(|sign| is_inner(sign.value))?;
    let last = signs.iter().rposition(|sign| is_inner(sign.value))?;
    let core = &signs[first..=last];
    let plain: Vec<Sign> = core
        .iter()
        .filter_map(|&sign| match hyphen {
            Some(value) if sign.value == '-' => Some(Sign { value, ..sign }),
            _ => letter_for(sign, one),
        })
        .collect();
    let differs = plain.len() != core.len()
        || plain
            .iter()
            .zip(core)
            .any(|(new, old)| new.value != old.value);
    differs.then(|| [&signs[..first], &plain, &signs[last + 1..]].concat())
}

/// Whether a sign at the end of a token may be part of a disguised word.
fn is_inner(value: char) -> bool {
    value.is_alphanumeric() || matches!(value, '@' | '$')
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
    fn disguises_are_undone_in_a_second_form() {
        let undone = |text: &str| {
            let known = |word: &str| !matches!(word, "plain" | "pornoportal");
            Folded::undisguised(text, 'i', &known).map(|folded| folded.text)
        };
        assert_eq!(
            undone("buy v-o-d-k-a now").as_deref(),
            Some(" buy vodka now")
        );
        assert_eq!(undone("v i a g r a").as_deref(), Some(" viagra"));
        assert_eq!(
            undone("c1al1s v0dka vi@gra").as_deref(),
            Some(" cialis vodka viagra")
        );
        assert_eq!(undone("сосаіnе").as_deref(), Some(" cocaine"));
        assert_eq!(
            undone("74b4k P0r/no-Portal").as_deref(),
            Some(" tabak porno portal")
        );
        assert_eq!(undone("plain words only"), None);
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
