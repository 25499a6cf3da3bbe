//! Disguises undone: letters set apart, digits and signs for letters, letters of other scripts, stars
//! for vowels, letters said again and again.
//!
//! A text is cut at white space. A part of it, or a run of single letters, is read in every way in
//! which it might be meant, and the first that is a word of the lexicon is taken.

use std::borrow::Cow;

use super::disguised_letters::{
    Code, as_it_looks, collapsed, is_picture, is_rare_sign, is_separator, leet, look_alike,
    with_vowels, without_signs,
};
use super::suspect::{is_inner, is_suspect};
use super::{Change, Disguised, Fold, Sign, Spelled, is_invisible, narrow, signs_of};

/// The fewest letters of a word that is looked for behind a disguise.
const LEAST: u8 = 4;

/// The fewest of one whose letters are set apart, or of two scripts, which honest pages do to no word.
const LEAST_SURE: u8 = 3;

/// The fewest letters of a word that is cut in two by a space, or by signs that words have none of.
const LEAST_CUT: usize = 6;

/// The fewest letters of words that are run together, or of one that is cut in two by a space.
const LEAST_RUN: usize = 7;

/// A stretch of tokens that is read otherwise than it is written.
struct Found {
    from: usize,
    to: usize,
    plain: Vec<Sign>,
    least: u8,
}

/// The signs of `text` with disguises undone, and where that changed something; `None` when nothing
/// that became a word of the lexicon changed. Linear in the length of the text.
pub(super) fn undisguise(
    text: &str,
    place: Spelled,
    words: &dyn Disguised,
) -> Option<(Vec<Sign>, Vec<Change>)> {
    let tokens: Vec<(usize, &str)> = tokens_of(text).collect();
    let mut found: Vec<Found> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let run = single_letters(&tokens[at..]);
        let (mut to, mut read) = if run >= usize::from(LEAST_SURE) {
            let to = at + run;
            (to, read_run(&tokens[at..to], words))
        } else {
            (at + 1, read_token(tokens[at], words))
        };
        if read.is_none() && place == Spelled::Head {
            (to, read) = match read_cut(&tokens[at..], words) {
                Some(plain) => (at + 2, Some((plain, LEAST))),
                None => (to, read_together(tokens[at], words)),
            };
        }
        if let Some((plain, least)) = read {
            found.push(Found {
                from: at,
                to,
                plain,
                least,
            });
        }
        at = to;
    }
    (!found.is_empty()).then(|| rewritten(&tokens, found))
}

/// All tokens, with those that were undone in their place.
fn rewritten(tokens: &[(usize, &str)], found: Vec<Found>) -> (Vec<Sign>, Vec<Change>) {
    let mut signs = Vec::new();
    let mut changed = Vec::new();
    let mut add = |of: &mut dyn Iterator<Item = Sign>| {
        signs.extend(of);
        if let Some(last) = signs.last() {
            signs.push(space_after(*last));
        }
    };
    let mut at = 0;
    for Found {
        from,
        to,
        plain,
        least,
    } in found
    {
        for &token in &tokens[at..from] {
            add(&mut signs_in(token));
        }
        add(&mut plain.into_iter());
        let (start, _) = tokens[from];
        let (last, word) = tokens[to - 1];
        changed.push(Change {
            start: narrow(start),
            end: narrow(last + word.len()),
            least,
        });
        at = to;
    }
    for &token in &tokens[at..] {
        add(&mut signs_in(token));
    }
    (signs, changed)
}

/// A space that stands for no character.
const fn space_after(last: Sign) -> Sign {
    Sign {
        value: ' ',
        start: last.end,
        end: last.end,
    }
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

/// How many tokens at the beginning are one letter each, with the signs between that are a token of
/// their own. Punctuation may stand about them.
fn single_letters(tokens: &[(usize, &str)]) -> usize {
    let mut run = 0;
    for (at, (_, token)) in tokens.iter().enumerate() {
        if around_letter(token) {
            run = at + 1;
        } else if at != run || run == 0 || !is_mere_sign(token) {
            break;
        }
    }
    run
}

/// Whether a token is a sign or a picture, and no word.
fn is_mere_sign(token: &str) -> bool {
    let mut values = token.chars().filter(|&value| !is_invisible(value));
    token.len() <= 12
        && values
            .all(|value| value.is_ascii_punctuation() || is_picture(value) || is_separator(value))
}

/// The folded letters of a token that is one word of letters, without the punctuation about it; what
/// most tokens of a name are, so this is cheap. `None` for any other token.
fn letters_of(token: &str) -> Option<Cow<'_, str>> {
    let core = token.trim_matches(|value: char| value.is_ascii_punctuation());
    if core.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return (!core.is_empty()).then_some(Cow::Borrowed(core));
    }
    if core.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return Some(Cow::Owned(core.to_ascii_lowercase()));
    }
    if !core.chars().all(char::is_alphabetic) || core.chars().any(super::is_unspaced) {
        return None;
    }
    Some(Cow::Owned(folded(&signs_of(core).collect::<Vec<_>>())))
}

/// A word that a space cuts in two ("mari huana").
fn read_cut(tokens: &[(usize, &str)], words: &dyn Disguised) -> Option<Vec<Sign>> {
    let [first, second, ..] = tokens else {
        return None;
    };
    if !second.1.starts_with(char::is_alphabetic) || !first.1.ends_with(char::is_alphabetic) {
        return None;
    }
    let (start, end) = (letters_of(first.1)?, letters_of(second.1)?);
    if start.len() < 2 || end.len() < 2 || start.len() + end.len() < LEAST_RUN {
        return None;
    }
    let whole = [start, end].concat();
    let is_word = words.is_word(&whole);
    is_word.then(|| signs_in(*first).chain(signs_in(*second)).collect())
}

/// A word of a term in another spelling, or words of one that are run together ("fakepassport").
fn read_together(token: (usize, &str), words: &dyn Disguised) -> Option<(Vec<Sign>, u8)> {
    let letters = letters_of(token.1)?;
    if letters.len() < LEAST.into() || words.is_word(&letters) {
        return None;
    }
    if letters.len() > LEAST_RUN && words.phrase(&letters).is_some() {
        let plain: Vec<Sign> = signs_in(token).collect();
        return Some((in_words(&letters, &plain, words)?, LEAST));
    }
    let meant = words.meant(&letters)?.chars();
    let start = narrow(token.0);
    let end = narrow(token.0 + token.1.len());
    let read = meant.map(|value| Sign { value, start, end });
    Some((read.collect(), LEAST))
}

/// Whether a token is one letter, with punctuation about it or without.
fn around_letter(token: &str) -> bool {
    // No letter with its punctuation has more bytes.
    if token.len() > 12 {
        return false;
    }
    let is_letter = |value: char| {
        let joins = matches!(value, '\'' | '’');
        joins || (value.is_alphanumeric() && !super::is_unspaced(value))
    };
    let mut letters = 0;
    for value in token.chars().filter(|&value| !is_invisible(value)) {
        if is_letter(value) {
            letters += 1;
            if letters > 1 {
                return false;
            }
        } else if !value.is_ascii_punctuation() {
            return false;
        }
    }
    letters == 1
}

/// The Latin letter that a sign stands for inside a disguised word; without a code digits are digits.
fn letter_for(sign: Sign, code: Option<Code>) -> Option<Sign> {
    let value = match (code.and_then(|code| leet(sign.value, code)), sign.value) {
        (Some(letter), _) => letter,
        (None, separator) if is_separator(separator) || is_picture(separator) => return None,
        (None, other) if other.is_ascii() || !other.is_alphabetic() => other,
        (None, other) => look_alike(other).unwrap_or(other),
    };
    Some(Sign { value, ..sign })
}

/// Words and phrases of more letters than these are not looked for in a run of single ones, so that a page of such
/// runs is read in time that grows with it.
const LONGEST: usize = 48;

/// What a run of single letters says: the words of the lexicon in it, the longest first from the
/// left, apart from what is between them.
fn read_run(tokens: &[(usize, &str)], words: &dyn Disguised) -> Option<(Vec<Sign>, u8)> {
    let letters = || tokens.iter().flat_map(|&token| signs_in(token));
    let codes = [None, Some(Code::of('i')), Some(Code::of('l'))];
    let read = codes.iter().find_map(|&code| {
        let plain: Vec<Sign> = letters()
            .filter_map(|sign| letter_for(sign, code))
            .collect();
        Some((spelled_apart(&plain, words)?, LEAST_SURE))
    });
    read.or_else(|| {
        let (plain, _) = without_signs(&letters().collect::<Vec<_>>())?;
        Some((spelled_apart(&plain, words)?, LEAST_SURE))
    })
}

/// Letters in one go, with spaces where words of the lexicon begin and end; `None` when there is none.
fn spelled_apart(plain: &[Sign], words: &dyn Disguised) -> Option<Vec<Sign>> {
    let folded: Vec<String> = plain
        .iter()
        .map(|&sign| match folded(&[sign]) {
            // What is no letter ends a word.
            none if none.is_empty() => "\n".to_owned(),
            letter => letter,
        })
        .collect();
    let mut out: Vec<Sign> = Vec::with_capacity(plain.len() + 4);
    let mut any = false;
    let mut at = 0;
    while at < plain.len() {
        let most = plain.len().min(at + LONGEST);
        let longest = (at + usize::from(LEAST_SURE)..=most).rev().find_map(|to| {
            Some((
                to,
                in_words(&folded[at..to].concat(), &plain[at..to], words)?,
            ))
        });
        if let Some((to, read)) = longest {
            out.extend(out.last().copied().map(space_after));
            out.extend(read);
            out.extend(out.last().copied().map(space_after));
            any = true;
            at = to;
        } else {
            out.push(plain[at]);
            at += 1;
        }
    }
    any.then_some(out)
}

/// The letters as they are when they are a word of the lexicon, with spaces when they are a phrase of
/// it without its own.
fn in_words(joined: &str, plain: &[Sign], words: &dyn Disguised) -> Option<Vec<Sign>> {
    let is_part = joined.len() >= usize::from(LEAST) && words.holds(joined);
    if is_part || words.is_term(joined) {
        return Some(plain.to_vec());
    }
    let phrase = words.phrase(joined)?;
    let mut letters = plain.iter();
    let mut out = Vec::with_capacity(phrase.len());
    for value in phrase.chars() {
        if value == ' ' {
            out.extend(out.last().copied().map(space_after));
        } else {
            out.push(*letters.next()?);
        }
    }
    out.extend(letters);
    Some(out)
}

/// The folded letters of signs, without a space before them.
fn folded(plain: &[Sign]) -> String {
    let mut fold = Fold::into(String::with_capacity(plain.len() + 1));
    fold.fold(plain.iter().copied());
    fold.out.trim_start().to_owned()
}

/// Whether one of the words that signs make is of the lexicon.
fn holds_word(plain: &[Sign], words: &dyn Disguised) -> bool {
    let text = folded(plain);
    let mut of_text = text.split([' ', '\n']);
    of_text.any(|word| word.len() >= usize::from(LEAST_SURE) && words.holds(word))
}

/// A token with its disguise undone, and the fewest letters that a word in it must have; `None` when
/// no way to read it makes a word.
fn read_token(token: (usize, &str), words: &dyn Disguised) -> Option<(Vec<Sign>, u8)> {
    if !is_suspect(token.1) {
        return None;
    }
    let signs: Vec<Sign> = signs_in(token).collect();
    let first = signs.iter().position(|sign| is_inner(sign.value))?;
    let last = signs.iter().rposition(|sign| is_inner(sign.value))?;
    let core = &signs[first..=last];
    let least = if is_of_two_scripts(core) {
        LEAST_SURE
    } else {
        LEAST
    };
    if core.len() < usize::from(least) {
        return None;
    }
    let (core, least) = readings(core, least, words).next()?;
    Some(([&signs[..first], &core, &signs[last + 1..]].concat(), least))
}

/// The ways to read the inner signs of a token that make a word of the lexicon.
fn readings<'s>(
    core: &'s [Sign],
    least: u8,
    words: &'s dyn Disguised,
) -> impl Iterator<Item = (Vec<Sign>, u8)> + 's {
    let has = move |value: char| core.iter().any(|sign| sign.value == value);
    let codes = codes(core);
    // A hyphen may part letters, or join two words of which one is disguised.
    let hyphens: &[Option<char>] = if has('-') {
        &[None, Some(' ')]
    } else {
        &[None]
    };
    let shown = folded(core);
    let plain = hyphens.iter().flat_map(move |&hyphen| {
        let shown = shown.clone();
        codes.clone().filter_map(move |code| {
            let plain = undone(core, code, hyphen)?;
            let letters = folded(&plain);
            // "e-liquid" is spelled as it should be, though "eliquid" may be a word as well.
            if words.phrase(&letters) == Some(shown.as_str()) {
                return None;
            }
            let apart = plain.len() * 2 == core.len() + 1 && plain.len() >= 3;
            let least = if apart { LEAST_SURE } else { least };
            if holds_word(&plain, words) {
                return Some((plain, least));
            }
            let set_apart = hyphen.is_none() && plain.len() < core.len();
            let read = set_apart.then(|| in_words(&letters, &plain, words));
            Some((read.flatten()?, least))
        })
    });
    let starred = with_vowels(core).filter(|plain| {
        let letters = folded(plain);
        words.is_term(&letters) || (letters.len() >= LEAST_CUT && words.holds(&letters))
    });
    let looks = as_it_looks(core).into_iter();
    let said_once = collapsed(core)
        .chain(looks)
        .filter(|plain| holds_word(plain, words));
    let others = starred.chain(said_once).map(move |plain| (plain, least));
    plain.chain(signs_dropped(core, words)).chain(others)
}

/// The codes by which the inner signs of a token may be read.
fn codes(core: &[Sign]) -> impl Iterator<Item = Option<Code>> + Clone {
    let values = core.iter().map(|sign| sign.value);
    let (rare, two) = values.fold((false, false), |(rare, two), value| {
        let is_two = matches!(value, '1' | '|');
        (rare || is_rare_sign(value), two || is_two)
    });
    let ones = [Some('i'), two.then_some('l')].into_iter().flatten();
    let usual = ones.clone().map(|one| Some(Code::of(one)));
    let rarely = ones.map(|one| Some(Code { one, rare: true }));
    let rarely = rarely.filter(move |_| rare);
    std::iter::once(None).chain(usual).chain(rarely)
}

/// The letters of a token without any signs between them, when they make one word of the lexicon.
fn signs_dropped(core: &[Sign], words: &dyn Disguised) -> Option<(Vec<Sign>, u8)> {
    let (plain, apart) = without_signs(core)?;
    let letters = folded(&plain);
    let least = if apart { LEAST_SURE.into() } else { LEAST_CUT };
    if letters.len() < least || letters.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if apart {
        return Some((in_words(&letters, &plain, words)?, LEAST_SURE));
    }
    words.is_word(&letters).then_some((plain, LEAST))
}

/// The signs with digits and signs for letters undone, or `None` when there are none.
fn undone(core: &[Sign], code: Option<Code>, hyphen: Option<char>) -> Option<Vec<Sign>> {
    let plain: Vec<Sign> = core
        .iter()
        .filter_map(|&sign| match hyphen {
            Some(value) if sign.value == '-' => Some(Sign { value, ..sign }),
            _ => letter_for(sign, code),
        })
        .collect();
    let mut both = plain.iter().zip(core);
    let differs = plain.len() != core.len() || both.any(|(new, old)| new.value != old.value);
    differs.then_some(plain)
}

/// Whether letters of another script that look Latin stand among Latin ones.
fn is_of_two_scripts(core: &[Sign]) -> bool {
    let has = |holds: fn(char) -> bool| core.iter().any(|sign| holds(sign.value));
    has(|value| value.is_ascii_alphabetic()) && has(|value| look_alike(value).is_some())
}

#[cfg(test)]
mod tests {
    use crate::fold::{Disguised, Folded, Spelled};

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

    fn undo_to(cases: &[(&str, &str)]) {
        for (text, read) in cases {
            assert_eq!(undone(text).as_deref(), Some(*read), "{text}");
        }
    }

    #[test]
    fn disguises_are_undone_in_a_second_form() {
        undo_to(&[
            ("buy v-o-d-k-a now", " buy vodka now"),
            ("v i a g r a", " viagra"),
            ("c1al1s v0dka vi@gra", " cialis vodka viagra"),
            ("сосаіnе Іbuprofen", " cocaine ibuprofen"),
            ("74b4k P0r/no-Portal", " tabak porno portal"),
        ]);
        assert_eq!(undone("plain words only, 50ml e-mail"), None);
    }

    #[test]
    fn words_of_a_phrase_are_parted_again() {
        undo_to(&[
            ("G r e y G o o s e vodka", " grey goose vodka"),
            ("a v o d k a", " a vodka"),
            ("(v i a g r a, v o d k a)", " viagra\n vodka"),
            ("f u o c h i d ' a r t i f i c i o", " fuochi d artificio"),
            ("e-·l-i-q-u-i-d", " e liquid"),
        ]);
    }

    #[test]
    fn stars_pictures_and_letters_said_again_are_undone() {
        undo_to(&[
            ("best v*pe", " best vape"),
            ("ib*prof*n 400", " ibuprofen 400"),
            ("v🍃o🍃d🍃k🍃a", " vodka"),
            ("voooodka viagraaa", " vodka viagra"),
        ]);
    }

    #[test]
    fn rare_signs_brackets_and_looks_are_undone() {
        undo_to(&[
            ("ta8ak ciali5", " tabak cialis"),
            ("¢ocaine", " cocaine"),
            ("viag[r]a", " viagra"),
            ("v,o,d,k,a", " vodka"),
            ("v, o, d, k, a", " vodka"),
            ("v – o – d – k – a", " vodka"),
            ("ciaIis", " cialis"),
        ]);
    }

    #[test]
    fn a_name_is_read_with_words_cut_in_two_run_together_and_respelled() {
        undo_to(&[
            ("ibu profen 400", " ibuprofen 400"),
            ("greygoose 1l", " grey goose 1 l"),
            ("viagara", " viagra"),
        ]);
    }

    #[test]
    fn short_words_are_undone_only_where_every_letter_is_set_apart() {
        assert_eq!(undone("L.S.D").as_deref(), Some(" lsd"));
        assert_eq!(undone("g i n").as_deref(), Some(" gin"));
        assert_eq!(undone("G1N 4X"), None);
        assert_eq!(undone("gіn").as_deref(), Some(" gin"));
        assert_eq!(undone("1Р-LЅD").as_deref(), Some(" 1 p lsd"));
    }
}
