//! Age gates: a question for the visitor's age together with a control that answers it.
//!
//! A sentence about age alone ("we do not sell to minors") is no gate, nor is a warning without a
//! control. The words are those of the larger European languages, Chinese and Russian; the
//! structure (a dialog, a form with a date of birth) decides where words leave it open. A page that does
//! nothing but pass its visitor to a service that checks ages is a gate without a question.

mod service;
mod strength;

use std::borrow::Cow;
use std::sync::LazyLock;

use model::{AgeGate, GateForm, GateProof, HopKind, Link, PageUrl, Trigger, Zone};
use regex::Regex;

use crate::outline::{Index, Outline, collapse};
use crate::tags::Tag;

#[expect(
    clippy::unwrap_used,
    reason = "the pattern is a constant that every test compiles"
)]
static QUESTION: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"(?ix)
        \b(?:are|r)\s+you\s+(?:(?:at\s+least|over|above|older\s+than|under|aged?|already|of\s+legal|an?)\s+)*(?:the\s+age\s+of\s+)?(?:\d\d|adult|(?:legal\s+)?(?:drinking\s+|smoking\s+)?age)
        | \bi(?:\s+am|['’]m)\s+(?:at\s+least|over|above|older\s+than|of\s+legal|\d\d)
        | \byou\s+must\s+be\s+(?:at\s+least|over|of\s+legal|\d\d)
        | \b(?:verify|confirm|check|enter|proof\s+of|tell\s+us)\s+(?:(?:that\s+)?you(?:r|\s+are)\s+)?(?:legal\s+)?(?:age|date\s+of\s+birth|birth|(?:over|at\s+least)\s+\d\d)
        | \b(?:over|under|above)\s+(?:the\s+age\s+of\s+)?(?:16|18|19|20|21)\b
        | \b(?:16|18|19|20|21)\s*(?:\+|plus\b|years?\s+(?:of\s+age|old)|or\s+(?:older|over|above)|and\s+(?:older|over))
        | \bdate\s+of\s+birth\b | \bbirth\s?(?:date|day|year)\b | \bage\s+(?:verification|check|gate|confirmation)\b
        | \b(?:bist\s+du|sind\s+sie|ich\s+bin)\s+(?:(?:mindestens|schon|über|älter\s+als|bereits)\s+)*(?:\d\d|volljährig) | \bvolljährig | \bmindestens\s+\d\d\s+jahre | \bgeburtsdatum | \baltersprüfung | \baltersnachweis | \bab\s+18\b
        | \bmayor(?:es)?\s+de\s+(?:edad|\d\d) | \btienes?\s+(?:más\s+de\s+)?\d\d\s+años | \bfecha\s+de\s+nacimiento
        | \bavez[\s-]vous\s+(?:plus\s+de\s+)?\d\d\s+ans | \bplus\s+de\s+\d\d\s+ans | (?:êtes|\bsuis)[\s-](?:vous\s+)?majeure? | \bdate\s+de\s+naissance
        | \bmaggiorenne | \bhai\s+(?:più\s+di|almeno|compiuto)\s+(?:i\s+)?\d\d | \bdata\s+di\s+nascita
        | \bpełnoletni | \bukończone\s+\d\d\s+lat | \b(?:masz|mam)\s+(?:ukończone\s+)?\d\d\s+lat | \bdata\s+urodzenia
        | \bben\s+(?:je|ik)\s+(?:\w+\s+){0,2}\d\d | \b\d\d\s+jaar\s+of\s+ouder | \bmaior\s+de\s+(?:idade|\d\d)
        | (?:är|\ber)\s+du\s+(?:över|over|minst)\s+\d\d
        | (?:年满|已满|满|滿)\s*\d\d | \d\d\s*(?:岁以上|歲以上|歳以上) | 出生日期
        | исполнилось\s+\d\d | старше\s+\d\d | есть\s+\d\d | дата\s+рождения";
    // Boundaries of words by Unicode's letters would take the slow matcher on any text that is not
    // ASCII; no alternative begins or ends with `\b` beside a letter that is not.
    Regex::new(&pattern.replace(r"\b", r"(?-u:\b)")).unwrap()
});

#[expect(
    clippy::unwrap_used,
    reason = "the pattern is a constant that every test compiles"
)]
static ANSWER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)
        \b(?:yes|enter|i\s+am|i['’]m|i\s+agree|agree|confirm|verify|proceed|continue|submit|over\s+\d\d|\d\d\s*\+|leave|exit|no|start|scan|upload
        |ja|nein|bestätigen|eintreten|weiter|betreten|sí|si|entrar|confirmar|acceder|salir|oui|non|entrer|confirmer|continuer|quitter
        |entra|conferma|esci|tak|nie|wejdź|wejdz|potwierdzam|potwierdź|dalej|nee|sim|da)\b
        | 进入 | 確認 | 确认 | 是 | 同意 | はい | \bда\b | войти | подтвер",
    )
    .unwrap()
});

#[expect(
    clippy::unwrap_used,
    reason = "the pattern is a constant that every test compiles"
)]
static VERIFIED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)
        \b(?:id|identity)[\s-](?:card|document|verification|check|scan) | \b(?:photo|government|valid)\s+(?:\w+\s+)?id\b | \bpassport\b | \bdriver['’]?s?\s+licen[cs]e
        | \be-?id\b | \bbank\s?id\b | \bitsme\b | \bpersonalausweis | \bausweis | \breisepass | \bpostident | \bvideoident | \bpi[eè]ce\s+d['’]identité | \bcarte\s+d['’]identité
        | \bdocumento\s+(?:de\s+identidad|d['’]identità) | \bcarta\s+d['’]identità | \bspid\b | \bdn[ie]\b | \bdow[oó]d\w*\s+osobist | \bmobywatel
        | \bage[\s-]verification\s+(?:service|provider|partner) | \b(?:third[\s-]party|independent)\s+(?:age|verification) | \bverified\s+(?:by|with|through) | \bcredit\s+card\s+check
        | 身份证 | 身分證 | паспорт",
    )
    .unwrap()
});

#[expect(
    clippy::unwrap_used,
    reason = "the pattern is a constant that every test compiles"
)]
static ESTIMATED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?ix) \b(?:face|facial|selfie|gesicht\w*|visage|rostro|viso|twarz\w*)\b [^.]{0,80} \b(?:age|estimat\w*|scan|schätz\w*|alter|âge|edad|età|wiek)\b | \bage\s+estimation\b | \bestimat\w+\s+(?:your\s+)?age\b").unwrap()
});

#[expect(
    clippy::unwrap_used,
    reason = "the pattern is a constant that every test compiles"
)]
static AGE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?:^|\D)(16|18|19|20|21|25)(?:\D|$)").unwrap());

/// At most so many blocks are asked; a page has few texts about age.
const MAX_BLOCKS: usize = 4_000;

/// Gates that are judged: each looks through the scripts of the page.
const MAX_GATES: usize = 8;

/// Finds the age gates of a page. `words` is the number of words on it, `has_product` whether it
/// is about one or lists several, `hits` where a question may begin.
///
/// Cost: one scan of the read text for the words that each question has, and more only for the
/// blocks around them.
pub(crate) fn find(
    outline: &Outline<'_>,
    zones: &[Zone],
    address: &PageUrl,
    words: usize,
    has_product: bool,
    hits: &[usize],
) -> Vec<AgeGate> {
    let mut gates: Vec<(Index, AgeGate)> = Vec::new();
    let mut asked = 0;
    let mut last_block = None;
    for index in 0..outline.items.len() {
        let Some(text) = outline.text(index).filter(|text| text.trim().len() > 4) else {
            continue;
        };
        let item = &outline.items[index];
        if item.in_template || outline.is(item.parent, Tag::UNREAD) {
            continue;
        }
        let block = outline
            .lineage(index)
            .skip(1)
            .find(|&at| outline.is(at, Tag::BLOCK))
            .unwrap_or(0);
        // The texts of one block are asked together.
        let is_short = text.len() < 200;
        if is_short && last_block.replace(block) == Some(block) {
            continue;
        }
        asked += 1;
        if asked > MAX_BLOCKS {
            break;
        }
        let range = outline.read_range(if is_short { block } else { index });
        if let Some(range) = range {
            let next = hits.partition_point(|&hit| hit < range.start);
            if hits.get(next).is_none_or(|&hit| hit >= range.end) {
                continue;
            }
        }
        let whole = if is_short {
            outline.text_below(block, 400)
        } else {
            collapse(text, 400).into()
        };
        let Some(hit) = QUESTION.find(&whole) else {
            continue;
        };
        let Some((container, is_layer)) = container(outline, index, zones, words, has_product)
        else {
            continue;
        };
        if gates.iter().any(|(known, _)| *known == container) {
            continue;
        }
        if gates.len() == MAX_GATES {
            break;
        }
        let about = outline.text_below(container, 1_500);
        let form = if is_layer && (words > 150 || has_product) {
            GateForm::Layer
        } else {
            GateForm::Page
        };
        let min_age = AGE.captures(&about).and_then(|c| c[1].parse().ok());
        let judged = strength::judge(outline, container, &about, address);
        gates.push((
            container,
            AgeGate {
                strength: judged.strength,
                form,
                min_age,
                shows: collapse(hit.as_str(), 200),
                span: outline.span(block),
                proofs: judged.proofs,
            },
        ));
    }
    gates.into_iter().map(|(_, gate)| gate).collect()
}

/// One of these is in each text that [`QUESTION`] matches: a cheap test before the long one. White
/// space is collapsed before, and letters outside of ASCII are left out or stand in both cases.
pub(crate) const STEMS: &[&str] = &[
    "r you ",
    "i am ",
    "i'm ",
    "i’m ",
    "must be ",
    " age",
    "age ver",
    "age che",
    "age gat",
    "age con",
    "birth",
    "over ",
    "or over",
    "d over",
    "under 1",
    "under 2",
    "above 1",
    "above 2",
    "or above",
    "least ",
    "older",
    "year",
    "plus",
    "6+",
    "8+",
    "9+",
    "0+",
    "1+",
    "6 +",
    "8 +",
    "9 +",
    "0 +",
    "1 +",
    "bist du ",
    "sind sie ",
    "ich bin ",
    "vollj",
    "mindestens ",
    "geburtsdat",
    "alterspr",
    "altersnach",
    "ab 18",
    "mayor",
    "tiene",
    "nacimiento",
    "avez",
    "majeur",
    "naissance",
    "maggiorenne",
    "hai ",
    "nascita",
    "noletni",
    "czone ",
    "masz ",
    "mam ",
    "urodzenia",
    "ben je ",
    "ben ik ",
    "of ouder",
    "maior",
    "r du ",
    "满",
    "滿",
    "以上",
    "出生日期",
    "сполнилось",
    "СПОЛНИЛОСЬ",
    "тарше",
    "ТАРШЕ",
    "сть ",
    "СТЬ ",
    "ождения",
    "ОЖДЕНИЯ",
];

/// The smallest box around a question that holds an answer: a dialog, a form, or, on a page that
/// has little else, the page. Gives whether it is a layer.
fn container(
    outline: &Outline<'_>,
    index: Index,
    zones: &[Zone],
    words: usize,
    has_product: bool,
) -> Option<(Index, bool)> {
    let little_else = words <= 150 && !has_product;
    for at in outline.lineage(index).skip(1).take(12) {
        let name = outline.name(at);
        let layer = is_layer(outline, at);
        let is_page = matches!(name, "body" | "html");
        if !layer && name != "form" && !little_else {
            continue;
        }
        if is_page && !little_else {
            return None;
        }
        if !layer && zones[index] == Zone::Chrome && !little_else {
            continue;
        }
        if has_answer(outline, at) {
            // A form with a date of birth in a long page is a registration, not a gate.
            if !layer && !little_else && name == "form" {
                let inputs = outline
                    .below(at)
                    .filter(|&i| {
                        outline.name(i) == "input"
                            && !matches!(
                                outline.attr(i, "type"),
                                Some("hidden" | "submit" | "button")
                            )
                    })
                    .count();
                if inputs > 4 || outline.text_below(at, 800).split_whitespace().count() > 60 {
                    return None;
                }
            }
            let any_layer = layer
                || outline
                    .lineage(at)
                    .take(6)
                    .any(|above| is_layer(outline, above));
            return Some((at, any_layer || name == "form"));
        }
    }
    None
}

/// Whether a box is laid over the page: a dialog by element, role, or the usual words.
fn is_layer(outline: &Outline<'_>, at: Index) -> bool {
    if outline.name(at) == "dialog"
        || matches!(outline.attr(at, "role"), Some("dialog" | "alertdialog"))
        || outline.attr(at, "aria-modal") == Some("true")
    {
        return true;
    }
    ["class", "id"].iter().any(|name| {
        let value = outline
            .attr(at, name)
            .unwrap_or_default()
            .to_ascii_lowercase();
        value.split(|c: char| !c.is_alphanumeric()).any(|word| {
            matches!(
                word,
                "modal"
                    | "overlay"
                    | "popup"
                    | "lightbox"
                    | "dialog"
                    | "gate"
                    | "agegate"
                    | "splash"
                    | "interstitial"
                    | "age"
                    | "ageverification"
                    | "backdrop"
            )
        })
    })
}

fn has_answer(outline: &Outline<'_>, container: Index) -> bool {
    let mut controls = 0;
    for at in outline.below(container).take(3_000) {
        let name = outline.name(at);
        let is_control = match name {
            "button" | "a" => true,
            "input" => matches!(
                outline.attr(at, "type"),
                Some("submit" | "button" | "checkbox" | "date" | "image")
            ),
            _ => outline.attr(at, "role") == Some("button"),
        };
        if !is_control {
            continue;
        }
        controls += 1;
        if controls > 12 {
            return false;
        }
        let label = label_of(outline, at);
        if ANSWER.is_match(&label) || outline.attr(at, "type") == Some("date") {
            return true;
        }
    }
    false
}

/// What a control says of itself.
fn label_of<'t>(outline: &'t Outline<'_>, at: Index) -> Cow<'t, str> {
    let text = outline.text_below(at, 80);
    if !text.is_empty() {
        return text;
    }
    let image = || {
        outline
            .below(at)
            .take(8)
            .find_map(|inner| outline.attr(inner, "alt"))
    };
    let mut said = ["value", "aria-label", "title"].iter();
    said.find_map(|name| outline.attr(at, name))
        .or_else(image)
        .unwrap_or_default()
        .into()
}

/// The gate that a page is by nothing but where it passes its visitor: to a service that checks ages,
/// by a redirect, a frame or a form that sends itself. `is_bare` is whether the page has little
/// else; a redirect needs no page. O(links).
pub(crate) fn passed_on(links: &[Link], address: &PageUrl, is_bare: bool) -> Option<AgeGate> {
    let moves = |link: &&Link| match link.kind {
        HopKind::HttpRedirect => true,
        HopKind::RefreshHeader | HopKind::MetaRefresh | HopKind::Frame => is_bare,
        HopKind::ScriptNavigation | HopKind::Form => is_bare && link.trigger == Trigger::Load,
        _ => false,
    };
    let mut passing = links.iter().filter(moves);
    passing.find_map(|link| {
        let found = service::is_for_age(link.href.as_str(), address)?;
        let shows = collapse(link.href.as_str(), 200);
        Some(AgeGate {
            strength: strength::of_behind(found),
            form: GateForm::Page,
            min_age: None,
            shows: shows.clone(),
            span: link.span,
            proofs: vec![GateProof {
                sign: found.sign(),
                shows,
                span: link.span,
            }],
        })
    })
}
