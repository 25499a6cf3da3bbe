//! Who trades, as labels and their values say it: in a box of the seller, in an imprint, in the frame
//! of the page. A value counts only in a form that such a value has; whose it is, and whether it is
//! true, is for others to find out.

mod labels;
mod vat;

use std::sync::LazyLock;

use model::{Stated, Trader};
use regex::Regex;

pub(crate) use labels::{Part, STRONG};
pub(crate) use vat::vat_holds;

use crate::outline::{Index, Outline, collapse, first};
use crate::tags::Tag;

/// A place in the read text where a strong label may stand.
pub(crate) type Hit = (std::ops::Range<usize>, Part);

/// Strong labels that are looked at, and boxes.
const MOST_HITS: usize = 64;
const MOST_BOXES: usize = 4;

/// Bytes of text in the largest box around a label.
const BOX: usize = 1_500;

/// Adds what the labels of a page say to what its structured data does. O(hits), each with at most
/// one box of a few hundred nodes.
pub(crate) fn read(outline: &Outline<'_>, hits: &[Hit], trader: &mut Trader) {
    let text = outline.read_text();
    let stands = |hit: &&Hit| {
        let before = text[..hit.0.start].chars().next_back();
        let own = text[hit.0.clone()].chars().next();
        !own.is_some_and(|c| c.is_ascii()) || before.is_none_or(|c| !c.is_alphanumeric())
    };
    let mut boxes: Vec<Index> = Vec::new();
    let hits: Vec<&Hit> = hits.iter().filter(stands).take(MOST_HITS).collect();
    for (number, (range, part)) in hits.iter().copied().enumerate() {
        let later = hits.get(number + 1..).unwrap_or_default();
        let next = later.iter().find(|(_, other)| other != part);
        let Some(label) = Label::at(outline, range, next.map(|(range, _)| range.start)) else {
            continue;
        };
        let found = match part {
            Part::Vat(country) => label.vat(*country, trader),
            Part::Register => label.register(trader),
            Part::Manufacturer => label.free(&mut trader.manufacturer),
            Part::Responsible => label.free(&mut trader.responsible_person),
            Part::Imprint => label.is_heading() || label.in_line(trader),
            Part::Name | Part::Address | Part::Email | Part::Phone => false,
        };
        let has_box = found && matches!(part, Part::Vat(_) | Part::Register | Part::Imprint);
        let around = label.around();
        if has_box && boxes.len() < MOST_BOXES && !boxes.contains(&around) {
            boxes.push(around);
            in_box(outline, around, trader);
        }
        if found && *part == Part::Imprint && label.is_heading() {
            label.lines(trader);
        }
    }
}

/// A label with the place of its text.
struct Label<'o, 't> {
    outline: &'o Outline<'t>,
    /// Where in the read text it stands.
    range: std::ops::Range<usize>,
    /// Where the next label of another kind begins.
    until: usize,
    /// The text node.
    node: Index,
    /// The block around it.
    block: Index,
}

impl<'o, 't> Label<'o, 't> {
    fn at(
        outline: &'o Outline<'t>,
        range: &std::ops::Range<usize>,
        next: Option<usize>,
    ) -> Option<Self> {
        let node = outline.read_at(range.start)?;
        let block = outline
            .lineage(node)
            .skip(1)
            .find(|&at| outline.is(at, Tag::BLOCK))?;
        Some(Self {
            outline,
            range: range.clone(),
            until: next.unwrap_or(usize::MAX),
            node,
            block,
        })
    }

    fn stated(&self, text: &str) -> Stated {
        Stated {
            text: collapse(text, 300),
            span: self.outline.span(self.node),
            holds: None,
        }
    }

    /// The text from behind the label on, at most so many characters.
    fn behind(&self, most: usize) -> &'o str {
        let text = self.outline.read_text();
        first(&text[self.range.end..], most)
    }

    fn vat(&self, country: Option<&str>, trader: &mut Trader) -> bool {
        let behind = self.behind(90);
        let starts = behind
            .char_indices()
            .zip(std::iter::once(' ').chain(behind.chars()))
            .filter(|((_, c), before)| c.is_alphanumeric() && !before.is_alphanumeric())
            .map(|((at, _), _)| at)
            .take(8);
        // "NIF" is what Portugal calls its number, too.
        let portuguese = (country == Some("ES")).then_some("PT");
        let found = starts
            .flat_map(|at| [(at, country), (at, portuguese)])
            .find_map(|(at, country)| {
                let written = vat::vat_in(&behind[at..], country)?;
                let whole = country.map(|country| format!("{country}{written}"));
                let holds = vat_holds(&written).or_else(|| vat_holds(&whole?));
                Some((written, holds))
            });
        let Some((written, holds)) = found else {
            return false;
        };
        if trader.vat.is_none() {
            let stated = self.stated(&written);
            trader.vat = Some(Stated { holds, ..stated });
        }
        true
    }

    fn register(&self, trader: &mut Trader) -> bool {
        let text = self.outline.read_text();
        let line = self.line();
        let end = line
            .end
            .min(self.range.end + first(&text[self.range.end..], 120).len());
        let value = text
            .get(self.range.start..end.max(self.range.end))
            .unwrap_or_default();
        let rest = text.get(self.range.end..line.end).unwrap_or_default();
        let value = if has_digits(value, 4) {
            value.to_owned()
        } else if rest.contains(char::is_alphabetic) && rest.trim().len() > 12 {
            // The court alone; its number stands behind a label of its own.
            return false;
        } else {
            let Some(next) = self.next_block() else {
                return false;
            };
            format!("{value} {next}")
        };
        let found = has_digits(&value, 4) && value.len() <= 300;
        if found && trader.register.is_none() {
            trader.register = Some(self.stated(value.trim_end_matches([' ', '|', ','])));
        }
        found
    }

    /// A value of any form behind a label that stands at the beginning of its text and is followed by
    /// a colon, or by nothing.
    fn free(&self, place: &mut Option<Stated>) -> bool {
        let begins = self.outline.read_range(self.node).is_some_and(|own| {
            let before = &self.outline.read_text()[own.start..self.range.start];
            before.trim().len() <= 24 && !before.contains(['.', ','])
        });
        let line = self.line();
        let text = self.outline.read_text();
        let rest = text.get(self.range.end..line.end).unwrap_or_default();
        // What is left of the label: the end of a word, what it is in brackets.
        let colon = rest.char_indices().find(|(_, c)| matches!(c, ':' | '：'));
        let value = match colon {
            Some((at, colon)) if at <= 40 => rest[at + colon.len_utf8()..].to_owned(),
            _ if rest.trim().len() <= 24 => String::new(),
            _ => return false,
        };
        if !begins {
            return false;
        }
        let value = if value.trim().is_empty() {
            self.next_block().unwrap_or_default()
        } else {
            value
        };
        let value = value.trim();
        let fits = (2..=300).contains(&value.len()) && value.chars().any(char::is_alphabetic);
        if fits && place.is_none() {
            *place = Some(self.stated(value));
        }
        fits
    }

    /// Whether the label is all that its block says, or all but a few words.
    fn is_heading(&self) -> bool {
        let whole = self.outline.read_range(self.block);
        let is_link = self
            .outline
            .lineage(self.node)
            .take(3)
            .any(|at| self.outline.is(at, Tag::ANCHOR));
        !is_link && whole.is_some_and(|whole| whole.len() <= 60)
    }

    /// The rest of the line behind the label: up to a line break, the end of the block, or the next
    /// label.
    fn line(&self) -> std::ops::Range<usize> {
        let block = self.outline.read_range(self.block).unwrap_or(0..0);
        let breaks = (self.node + 1..self.outline.items[self.block].end)
            .take(200)
            .filter(|&at| self.outline.is(at, Tag::BR))
            .filter_map(|at| self.outline.read_range(at));
        let end = breaks
            .map(|range| range.start)
            .find(|&start| start > self.range.end + 1)
            .unwrap_or(block.end)
            .min(block.end)
            .min(self.until);
        self.range.end..end.max(self.range.end)
    }

    /// The text of the element behind the block.
    fn next_block(&self) -> Option<String> {
        let outline = self.outline;
        // A cell or a term may hold its label in a block of its own.
        let cell = outline
            .lineage(self.block)
            .take(3)
            .find(|&at| matches!(outline.name(at), "td" | "th" | "dt"));
        let from = cell.unwrap_or(self.block);
        let parent = outline.parent(from)?;
        let end = outline.items[parent].end;
        let mut at = outline.items[from].end;
        while at < end {
            if outline.element(at).is_some() {
                let text = outline.text_below(at, 300);
                if !text.is_empty() {
                    return Some(text.into_owned());
                }
            }
            at = outline.items[at].end;
        }
        None
    }

    /// The largest box around the label that is no larger than such boxes are.
    fn around(&self) -> Index {
        let outline = self.outline;
        let fits = |at: &Index| {
            outline
                .read_range(*at)
                .is_some_and(|range| range.len() <= BOX)
        };
        let above = outline.lineage(self.block).take(8).take_while(fits);
        above.last().unwrap_or(self.block)
    }

    /// Name and address behind the label and a colon, in one breath: up to the place behind a postal code.
    fn in_line(&self, trader: &mut Trader) -> bool {
        let text = self.outline.read_text();
        let block = self.outline.read_range(self.block).unwrap_or(0..0);
        let rest = text.get(self.range.end..block.end).unwrap_or_default();
        let Some((label, said)) = first(rest, 250).split_once([':', '：']) else {
            return false;
        };
        let Some(code) = POSTCODE.find(said).filter(|_| label.trim().len() <= 24) else {
            return false;
        };
        let place = &said[code.end()..];
        let end = place.find(['.', ',', ';', '|', '·', '•', '\n', ':']);
        let whole = &said[..code.end() + end.unwrap_or(place.len())];
        let Some((name, address)) = whole.split_once([',', ';', '|', '·', '•', '\n']) else {
            return false;
        };
        let (name, address) = (name.trim(), address.trim());
        // What is longer is a sentence.
        if name.is_empty() || name.split_whitespace().count() > 10 {
            return false;
        }
        trader.name.get_or_insert_with(|| self.stated(name));
        trader.address.get_or_insert_with(|| self.stated(address));
        if let Some(mail) = EMAIL.find(place) {
            trader
                .email
                .get_or_insert_with(|| self.stated(mail.as_str()));
        }
        true
    }

    /// Name and address in the lines below a heading: a line that ends with the form of a company, and
    /// what follows up to a postal code.
    fn lines(&self, trader: &mut Trader) {
        let outline = self.outline;
        let below = outline.items[self.block].end..outline.items.len();
        let mut lines = below
            .take(60)
            .filter_map(|at| Some((at, outline.text(at)?.trim())))
            .filter(|(at, line)| !line.is_empty() && !outline.items[*at].is_unread)
            .take(12)
            .skip_while(|(_, line)| line.len() > 120 || !COMPANY.is_match(line));
        let Some((at, name)) = lines.next() else {
            return;
        };
        let say = |at: Index, text: &str| Stated {
            text: collapse(text, 300),
            span: outline.span(at),
            holds: None,
        };
        trader.name.get_or_insert_with(|| say(at, name));
        let mut parts: Vec<&str> = Vec::new();
        for (_, line) in lines.take(5) {
            parts.push(line);
            if POSTCODE.is_match(line) {
                let address = parts.join(", ");
                trader.address.get_or_insert_with(|| say(at, &address));
                return;
            }
        }
    }
}

#[expect(
    clippy::unwrap_used,
    reason = "the pattern is a constant that every test compiles"
)]
static COMPANY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?x)(?:^|[\s,(]) (?: GmbH(?:\s&\sCo\.?\sKG)? | mbH | UG(?:\s\(haftungsbeschränkt\))? | AG | KG | OHG | GbR | e\.\s?K\. | SE | SARL | SASU? | EURL
        | S\.?L\.?U?\.? | S\.?A\.? | S\.?[rR]\.?[lL]\.?S?\.? | S\.?p\.?A\.? | [sS]p\.\s?z\s?o\.\s?o\. | Ltd\.? | Limited | LLC | Inc\.? | PLC | B\.?V\.? ) (?:\s.{0,30})?$ | 公司",
    )
    .unwrap()
});

#[expect(
    clippy::unwrap_used,
    reason = "the pattern is a constant that every test compiles"
)]
static POSTCODE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?-u:\b)(?:[A-Z]{1,2}-)?(?:\d{5}|\d{4}|\d\d-\d{3})\s\p{L}|(?-u:\b)[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}(?-u:\b)|(?-u:\b)\d{6}(?-u:\b)")
        .unwrap()
});

#[expect(
    clippy::unwrap_used,
    reason = "the pattern is a constant that every test compiles"
)]
static EMAIL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?-u)[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}")
        .unwrap()
});

fn has_digits(text: &str, least: usize) -> bool {
    text.bytes().filter(u8::is_ascii_digit).take(least).count() == least
}

/// The value of a part in its form, where a text has it.
fn in_form(part: Part, text: &str) -> Option<String> {
    let text =
        text.trim_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '：' | '|' | ','));
    let fits = match part {
        Part::Email => return EMAIL.find(text).map(|hit| hit.as_str().to_owned()),
        Part::Phone => {
            let end = text.find(|c: char| !(c.is_ascii_digit() || " +-()/.\u{a0}".contains(c)));
            let number = text[..end.unwrap_or(text.len())].trim();
            return (has_digits(number, 6) && number.len() <= 40).then(|| number.to_owned());
        }
        Part::Address => text.chars().count() >= 6 && has_digits(text, 1),
        Part::Name => {
            text.chars().any(char::is_alphabetic) && !text.contains(['@', '<']) && text.len() <= 120
        }
        _ => false,
    };
    (fits && (2..=300).contains(&text.len())).then(|| text.to_owned())
}

/// Reads the weak labels, and the links to mail and telephone, of a box.
fn in_box(outline: &Outline<'_>, around: Index, trader: &mut Trader) {
    for at in outline.below(around).take(600) {
        if outline.is(at, Tag::ANCHOR) {
            let href = outline.attr(at, "href").unwrap_or_default().trim();
            let said = href
                .split_once(':')
                .map(|(scheme, rest)| (scheme.to_ascii_lowercase(), rest));
            if let Some((scheme, rest)) = said {
                let rest = rest.split('?').next().unwrap_or_default();
                let (part, place) = match scheme.as_str() {
                    "mailto" => (Part::Email, &mut trader.email),
                    "tel" => (Part::Phone, &mut trader.phone),
                    _ => continue,
                };
                put(outline, at, in_form(part, rest), place);
            }
            continue;
        }
        let Some(text) = outline.text(at).filter(|_| !outline.items[at].is_unread) else {
            continue;
        };
        let text = text.trim();
        let colon = text.char_indices().find(|(_, c)| matches!(c, ':' | '：'));
        let (label, rest) = match colon {
            Some((end, colon)) => (&text[..end], &text[end + colon.len_utf8()..]),
            None => (text, ""),
        };
        if label.len() > 40 {
            continue;
        }
        let Some(part) = labels::weak(label) else {
            continue;
        };
        let place = match part {
            Part::Name => &mut trader.name,
            Part::Address => &mut trader.address,
            Part::Email => &mut trader.email,
            Part::Phone => &mut trader.phone,
            _ => continue,
        };
        let value = if rest.trim().is_empty() {
            following(outline, at)
        } else {
            rest.to_owned()
        };
        put(outline, at, in_form(part, &collapse(&value, 300)), place);
    }
}

fn put(outline: &Outline<'_>, at: Index, text: Option<String>, place: &mut Option<Stated>) {
    if let Some(text) = text.filter(|_| place.is_none()) {
        *place = Some(Stated {
            text,
            span: outline.span(at),
            holds: None,
        });
    }
}

/// What stands behind a label that is all of its text: the rest of its line, else the next block.
fn following(outline: &Outline<'_>, node: Index) -> String {
    let own = outline.read_range(node).unwrap_or(0..0);
    let Some(label) = Label::at(outline, &(own.end.saturating_sub(1)..own.end), None) else {
        return String::new();
    };
    let label = Label { node, ..label };
    let rest = outline.read_text().get(label.line()).unwrap_or_default();
    let rest = rest.trim_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '：'));
    if rest.is_empty() {
        label.next_block().unwrap_or_default()
    } else {
        rest.to_owned()
    }
}
