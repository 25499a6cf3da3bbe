//! Spellings that a person reads and a search for words does not find.

use crate::chance::Chance;

/// One way to spell a word evasively.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Evasion {
    /// Characters without width between the letters.
    ZeroWidth,
    /// Soft hyphens, which show at the end of a line only.
    SoftHyphen,
    /// Letters of other scripts that look the same.
    Homoglyph,
    /// Signs between the letters.
    Separator,
    /// Digits and signs for letters.
    Leet,
    /// The wide forms of letters.
    FullWidth,
    /// Spaces between the letters.
    Spaced,
    /// Traditional forms of simplified characters.
    Variant,
}

const LATIN: &[Evasion] = &[
    Evasion::ZeroWidth,
    Evasion::SoftHyphen,
    Evasion::Homoglyph,
    Evasion::Separator,
    Evasion::Leet,
    Evasion::FullWidth,
    Evasion::Spaced,
];

const CHINESE: &[Evasion] = &[
    Evasion::ZeroWidth,
    Evasion::Separator,
    Evasion::FullWidth,
    Evasion::Spaced,
    Evasion::Variant,
];

/// Draws a way of evasion that the script allows.
pub(crate) fn draw(chinese: bool, chance: &mut Chance) -> Evasion {
    let ways = if chinese { CHINESE } else { LATIN };
    chance.pick(ways).copied().unwrap_or(Evasion::Separator)
}

/// The text without the braces that mark its telling words.
pub(crate) fn plain(text: &str) -> String {
    text.replace(['{', '}'], "")
}

/// The text with the words in braces spelled evasively, and without the braces.
pub(crate) fn evade(text: &str, way: Evasion, chance: &mut Chance) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (marked, after) = after.split_once('}').unwrap_or((after, ""));
        out.push_str(before);
        for (place, word) in marked.split(' ').enumerate() {
            if place > 0 {
                out.push(' ');
            }
            out.push_str(&evade_word(word, way, chance));
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// A word spelled in this way; in another where this one would leave it as it is.
fn evade_word(word: &str, way: Evasion, chance: &mut Chance) -> String {
    let letters = word.chars().count();
    // A word of two letters stays readable in no other spelling, unless its letters are words.
    if letters < 2 || (letters == 2 && word.is_ascii()) {
        return word.to_owned();
    }
    let spelled = match way {
        Evasion::ZeroWidth => between(
            word,
            &['\u{200b}', '\u{200c}', '\u{200d}', '\u{2060}'],
            chance,
        ),
        Evasion::SoftHyphen => between(word, &['\u{ad}'], chance),
        Evasion::Homoglyph => replaced(word, homoglyph, chance),
        Evasion::Separator => separated(word, chance),
        Evasion::Leet => replaced(word, leet, chance),
        Evasion::FullWidth => word.chars().map(full_width).collect(),
        Evasion::Spaced => joined(word, ' '),
        Evasion::Variant => word.chars().map(variant).collect(),
    };
    if spelled == word {
        separated(word, chance)
    } else {
        spelled
    }
}

/// One of `signs` in about half of the gaps, and in the first one for certain.
fn between(word: &str, signs: &[char], chance: &mut Chance) -> String {
    let mut out = String::new();
    for (place, letter) in word.chars().enumerate() {
        if (place == 1 || (place > 1 && chance.percent(50)))
            && let Some(sign) = chance.pick(signs)
        {
            out.push(*sign);
        }
        out.push(letter);
    }
    out
}

/// A sign in every gap, or in the middle alone.
fn separated(word: &str, chance: &mut Chance) -> String {
    const SIGNS: &[char] = &['.', '-', '*', '_', '·', '/'];
    let sign = chance.pick(SIGNS).copied().unwrap_or('.');
    if chance.percent(60) {
        return joined(word, sign);
    }
    let middle = word.chars().count() / 2;
    let mut out = String::new();
    for (place, letter) in word.chars().enumerate() {
        if place == middle {
            out.push(sign);
        }
        out.push(letter);
    }
    out
}

fn joined(word: &str, sign: char) -> String {
    let mut out = String::new();
    for (place, letter) in word.chars().enumerate() {
        if place > 0 {
            out.push(sign);
        }
        out.push(letter);
    }
    out
}

/// Most letters that have a stand-in get it, the first one for certain.
fn replaced(word: &str, stand_in: fn(char) -> Option<char>, chance: &mut Chance) -> String {
    let mut first = true;
    word.chars()
        .map(|letter| match stand_in(letter) {
            Some(other) if first || chance.percent(70) => {
                first = false;
                other
            }
            _ => letter,
        })
        .collect()
}

/// A Cyrillic or Greek letter of the same look.
fn homoglyph(letter: char) -> Option<char> {
    Some(match letter {
        'a' => 'а',
        'c' => 'с',
        'e' => 'е',
        'i' => 'і',
        'o' => 'о',
        'p' => 'р',
        's' => 'ѕ',
        'x' => 'х',
        'y' => 'у',
        'A' => 'А',
        'B' => 'В',
        'C' => 'С',
        'E' => 'Е',
        'H' => 'Н',
        'I' => 'І',
        'K' => 'Κ',
        'M' => 'М',
        'O' => 'О',
        'P' => 'Р',
        'S' => 'Ѕ',
        'T' => 'Т',
        'X' => 'Х',
        _ => return None,
    })
}

/// A digit or sign that people read as the letter.
fn leet(letter: char) -> Option<char> {
    Some(match letter.to_ascii_lowercase() {
        'a' => '4',
        'e' => '3',
        'i' => '1',
        'o' => '0',
        's' => '5',
        't' => '7',
        _ => return None,
    })
}

/// The wide form of a printable ASCII character.
fn full_width(letter: char) -> char {
    if letter.is_ascii_graphic() {
        char::from_u32(u32::from(letter) + 0xfee0).unwrap_or(letter)
    } else {
        letter
    }
}

/// The traditional form of a simplified character, of those that the vocabulary marks.
fn variant(letter: char) -> char {
    const SIMPLIFIED: &str = "药烟电剂减壮阳枪弹证护钞击气听窃头针复网盗号单评赌纳龟农处购丝扰钓锁鱼岛强马麦罗兰苏绝伪币银业类烧黄红鸦尔宾达标签货礼带监录机虫杀灭钢飞镖笔党卫万欧国旧冲动发雾话频视订阅满赞关筹码体酱厂";
    const TRADITIONAL: &str = "藥煙電劑減壯陽槍彈證護鈔擊氣聽竊頭針複網盜號單評賭納龜農處購絲擾釣鎖魚島強馬麥羅蘭蘇絕偽幣銀業類燒黃紅鴉爾賓達標簽貨禮帶監錄機蟲殺滅鋼飛鏢筆黨衛萬歐國舊衝動發霧話頻視訂閱滿讚關籌碼體醬廠";
    SIMPLIFIED
        .chars()
        .zip(TRADITIONAL.chars())
        .find(|(simplified, _)| *simplified == letter)
        .map_or(letter, |(_, traditional)| traditional)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_changes_the_marked_word_and_nothing_else() {
        let mut chance = Chance::at(7, 0);
        for &way in LATIN {
            let spelled = evade("Fine {vodka} here", way, &mut chance);
            assert!(!spelled.contains("vodka"), "{way:?}: {spelled}");
            assert!(spelled.starts_with("Fine ") && spelled.ends_with(" here"));
        }
        for &way in CHINESE {
            let spelled = evade("新款{电子烟}套装", way, &mut chance);
            assert!(!spelled.contains("电子烟"), "{way:?}: {spelled}");
            assert!(spelled.starts_with("新款") && spelled.ends_with("套装"));
        }
    }

    #[test]
    fn plain_text_has_no_marks() {
        assert_eq!(plain("Fine {vodka} here"), "Fine vodka here");
    }
}
