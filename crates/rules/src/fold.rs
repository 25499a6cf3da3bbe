//! Folding: text as the matcher reads it, with a way back to the words as the page has them.
//!
//! The plain form is lower case, compatibility-decomposed (NFKD) with accents and invisible
//! characters removed; words are separated by one space, clauses by one line feed. The disguised
//! form undoes what is done to keep a word from being found: letters set apart (`v-o-d-k-a`),
//! digits and signs for letters (`v0dka`), letters of other scripts that look Latin.

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

/// Folded text with, for every byte of it, the bytes of the original that it came from.
#[derive(Debug, Default)]
pub(crate) struct Folded {
    /// The folded text.
    pub(crate) text: String,
    /// For each byte of `text`, first byte and end of the original character.
    origin: Vec<(u32, u32)>,
    /// Ranges of the original that the disguised form reads otherwise than the plain one.
    pub(crate) changed: Ranges,
}

impl Folded {
    /// The plain form of `text`. Linear in its length.
    pub(crate) fn plain(text: &str) -> Self {
        let mut folded = Self::with_room(text.len());
        folded.fold(signs_of(text));
        folded
    }

    /// The disguised form of `text`, or `None` when nothing in it looks disguised. `one` is the
    /// letter that the digit 1 stands for. Linear in the length of the text.
    pub(crate) fn undisguised(text: &str, one: char) -> Option<Self> {
        if !may_be_disguised(text) {
            return None;
        }
        let (signs, changed) = undisguise(text, one)?;
        let mut folded = Self::with_room(text.len());
        folded.fold(signs.into_iter());
        folded.changed = changed;
        Some(folded)
    }

    /// The original bytes behind the folded bytes `start..end`, which must not be empty.
    pub(crate) fn original(&self, start: usize, end: usize) -> (usize, usize) {
        let first = self.origin.get(start).map_or(0, |&(first, _)| first);
        let last = self.origin.get(end - 1).map_or(first, |&(_, last)| last);
        (first as usize, last as usize)
    }

    fn with_room(bytes: usize) -> Self {
        Self {
            text: String::with_capacity(bytes),
            origin: Vec::with_capacity(bytes),
            changed: Vec::new(),
        }
    }

    fn push(&mut self, value: char, sign: Sign) {
        self.text.push(value);
        for _ in 0..value.len_utf8() {
            self.origin.push((sign.start, sign.end));
        }
    }

    fn last(&self) -> Option<u8> {
        self.text.as_bytes().last().copied()
    }

    /// Separates words (`' '`) or clauses (`'\n'`); never more than one separator in a row.
    fn separate(&mut self, by: char, sign: Sign) {
        match self.last() {
            None | Some(b'\n') => {}
            Some(b' ') => {
                if by == '\n' {
                    self.text.pop();
                    self.origin.pop();
                    self.push('\n', sign);
                }
            }
            Some(_) => self.push(by, sign),
        }
    }

    fn fold(&mut self, signs: impl Iterator<Item = Sign>) {
        let mut signs = signs.peekable();
        let mut before = ' ';
        while let Some(sign) = signs.next() {
            let next = signs.peek().map_or(' ', |next| next.value);
            self.fold_one(before, sign, next);
            before = sign.value;
        }
        if matches!(self.last(), Some(b' ' | b'\n')) {
            self.text.pop();
            self.origin.pop();
        }
    }

    fn fold_one(&mut self, before: char, sign: Sign, next: char) {
        let value = sign.value;
        if value.is_ascii_alphanumeric() {
            self.push(value.to_ascii_lowercase(), sign);
        } else if value.is_ascii() {
            self.punctuate(before, value, next, sign);
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
        let trimmed = self.text.trim_end_matches(' ');
        if !trimmed.ends_with(|last: char| last.is_ascii_digit()) {
            self.separate(' ', sign);
            return;
        }
        let keep = trimmed.len();
        self.text.truncate(keep);
        self.origin.truncate(keep);
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

/// A quick look: most texts need no second form. False only when there is nothing to undo.
fn may_be_disguised(text: &str) -> bool {
    if !text.is_ascii() {
        return true;
    }
    let letter = |byte: u8| byte.is_ascii_alphabetic();
    let bytes = text.as_bytes();
    let inside = |it: &[u8]| {
        letter(it[0]) && !letter(it[1]) && !it[1].is_ascii_whitespace() && letter(it[2])
    };
    let beside = |it: &[u8]| {
        let sign = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'@' | b'$');
        (letter(it[0]) && sign(it[1])) || (sign(it[0]) && letter(it[1]))
    };
    let apart = |it: &[u8]| {
        let space = |byte: u8| byte.is_ascii_whitespace();
        letter(it[0]) && space(it[1]) && letter(it[2]) && space(it[3]) && letter(it[4])
    };
    bytes.windows(3).any(inside) || bytes.windows(2).any(beside) || bytes.windows(5).any(apart)
}

/// The signs of `text` with disguises undone, and the original ranges where that changed
/// something; `None` when nothing changed.
fn undisguise(text: &str, one: char) -> Option<(Vec<Sign>, Ranges)> {
    let tokens = tokens_of(text);
    let mut signs = Vec::new();
    let mut changed = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let run = single_letters(&tokens[at..]);
        if run >= 4 {
            let letters = tokens[at..at + run].iter();
            signs.extend(letters.filter_map(|token| letter_for(token[0], one)));
            changed.push((tokens[at][0].start, tokens[at + run - 1][0].end));
            at += run;
        } else {
            if let Some(plain) = undisguised_token(&tokens[at], one) {
                signs.extend(plain);
                changed.push((tokens[at][0].start, end_of(&tokens[at])));
            } else {
                signs.extend_from_slice(&tokens[at]);
            }
            at += 1;
        }
        if let Some(last) = signs.last() {
            let space = Sign {
                value: ' ',
                start: last.end,
                end: last.end,
            };
            signs.push(space);
        }
    }
    (!changed.is_empty()).then_some((signs, changed))
}

fn end_of(token: &[Sign]) -> u32 {
    token.last().map_or(0, |sign| sign.end)
}

/// The words between white space, none of them empty.
fn tokens_of(text: &str) -> Vec<Vec<Sign>> {
    let mut tokens = vec![Vec::new()];
    for sign in signs_of(text) {
        if sign.value.is_whitespace() {
            tokens.push(Vec::new());
        } else if let Some(token) = tokens.last_mut()
            && !is_invisible(sign.value)
        {
            token.push(sign);
        }
    }
    tokens.retain(|token| !token.is_empty());
    tokens
}

/// How many tokens at the beginning are one letter each.
fn single_letters(tokens: &[Vec<Sign>]) -> usize {
    let is_single = |token: &&Vec<Sign>| {
        token.len() == 1 && token[0].value.is_alphanumeric() && !is_unspaced(token[0].value)
    };
    tokens.iter().take_while(is_single).count()
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
        '.' | '-' | '_' | '*' | '·' | '|' | '~' | '\'' | '+' | '•' | '‐' | '‑' | '/' => {
            return None;
        }
        other if other.is_ascii() || !other.is_alphabetic() || is_unspaced(other) => other,
        other => look_alike(other).unwrap_or(other),
    };
    Some(Sign { value, ..sign })
}

/// The Latin letter that a letter of another script looks like, by the confusables of Unicode
/// Technical Standard 39.
fn look_alike(value: char) -> Option<char> {
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
fn undisguised_token(token: &[Sign], one: char) -> Option<Vec<Sign>> {
    let letters = token
        .iter()
        .filter(|sign| sign.value.is_alphabetic())
        .count();
    if letters < 2 || token.len() < 4 || token.iter().all(|sign| sign.value.is_ascii_alphabetic()) {
        return None;
    }
    let first = token.iter().position(|sign| is_inner(sign.value))?;
    let last = token.iter().rposition(|sign| is_inner(sign.value))?;
    let core = &token[first..=last];
    let plain: Vec<Sign> = core
        .iter()
        .filter_map(|&sign| letter_for(sign, one))
        .collect();
    let differs = plain.len() != core.len()
        || plain
            .iter()
            .zip(core)
            .any(|(new, old)| new.value != old.value);
    differs.then(|| [&token[..first], &plain, &token[last + 1..]].concat())
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
            "wodka zoladkowa"
        );
        assert_eq!(Folded::plain("ＶＯＤＫＡ　４０％").text, "vodka 40%");
        assert_eq!(
            Folded::plain("Straße, Bœuf – Viagra™100").text,
            "strasse\nboeuf\nviagra 100"
        );
    }

    #[test]
    fn numbers_keep_their_signs() {
        assert_eq!(
            Folded::plain("18+ 1:1 0,0 % 0.7l").text,
            "18+ 1:1 0.0% 0.7l"
        );
        assert_eq!(
            Folded::plain("Jack Daniel's d'alcool").text,
            "jack daniels d alcool"
        );
    }

    #[test]
    fn disguises_are_undone_in_a_second_form() {
        let undone = |text: &str| Folded::undisguised(text, 'i').map(|folded| folded.text);
        assert_eq!(
            undone("buy v-o-d-k-a now").as_deref(),
            Some("buy vodka now")
        );
        assert_eq!(undone("v i a g r a").as_deref(), Some("viagra"));
        assert_eq!(
            undone("c1al1s v0dka vi@gra").as_deref(),
            Some("cialis vodka viagra")
        );
        assert_eq!(undone("сосаіnе").as_deref(), Some("cocaine"));
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
