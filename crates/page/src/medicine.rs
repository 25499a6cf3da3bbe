//! The common logo of those who sell medicines at a distance (Implementing Regulation (EU) No
//! 699/2014): a picture that is it by its name, or by the words "click to verify if this website is
//! operating legally" in a language of the Union. Whether it leads to an authority is policy.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use model::{MedicineLogo, PageUrl, RawHref};
use regex::Regex;

use crate::outline::{Index, Outline, collapse};
use crate::tags::{Attrs, Tag};

/// What the words of the logo say: to verify, and that it is legal, by language.
#[expect(
    clippy::unwrap_used,
    reason = "the pattern is a constant that every test compiles"
)]
static WORDS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?xi) verify.{0,60}legal | überprüf.{0,60}legal | legalität.{0,60}(?:klick|prüf) | vérifi.{0,60}légal | (?:verific|comprob).{0,60}legal
        | control.{0,60}lega | sprawdz.{0,80}(?:legaln|zgodnie\sz\sprawem) | kontroll.{0,60}lagli | kontroll.{0,60}lovlig | (?:kontrollér|tjek).{0,60}lovlig
        | (?:ověř|overi|overte).{0,80}(?:zákon|legáln) | провер.{0,80}(?:закон|легал) | (?:ελέγξ|επαληθ).{0,80}νόμιμ | tarkist.{0,60}lailli
        | ellenőr.{0,80}(?:jogszer|törvény) | preveri.{0,80}zakonit | provjeri.{0,80}zakonit | kontrolli.{0,60}seadusli | pārbaud.{0,60}likum
        | patikrin.{0,60}teisėt | ivverifik.{0,60}legal | (?:seiceáil|fíor).{0,60}dleathach",
    )
    .unwrap()
});

/// One of these is in all such words: a cheap test before the long one.
#[expect(
    clippy::unwrap_used,
    reason = "the stems are constants that every test builds"
)]
static STEMS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let stems = [
        "lega",
        "légal",
        "zákon",
        "legál",
        "закон",
        "легал",
        "νόμιμ",
        "jogszer",
        "törvény",
        "lovlig",
        "laglig",
        "lailli",
        "zakonit",
        "seadus",
        "likum",
        "teis",
        "dleath",
        "prawem",
    ];
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build(stems)
        .unwrap()
});

/// File names that are of the logo and of nothing else.
#[expect(
    clippy::unwrap_used,
    reason = "the pattern is a constant that every test compiles"
)]
static NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?xi-u) (?:eu|european|ue)[-_.]?(?:common)[-_.]?logo | common[-_.]?logo[-_.]?(?:eu|pharm|medic)? | versandhandel[a-z]*[-_.]?(?:logo|register|siegel)? | versandapotheke[a-z]*[-_.]?(?:logo|siegel)
        | eu[-_.]?(?:pharmac|apothek|medicin|otc|versand)[a-z]*[-_.]?logo | dimdi | logo[-_.]?(?:eu|ue)?[-_.]?(?:pharmacie|farmaci|farmac|apothek|medicin)[a-z]*[-_.]?(?:en[-_.]?ligne|online|eu|ue)
        | logo[-_.]?(?:comune|commun|comun)[-_.]?(?:eu|ue|europ)",
    )
    .unwrap()
});

/// Names that flags and funds have, too.
#[expect(
    clippy::unwrap_used,
    reason = "the pattern is a constant that every test compiles"
)]
static WEAK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:^|[^a-z])(?:eu|ue)[-_.]?logo|logo[-_.]?(?:eu|ue)(?:[^a-z]|$)").unwrap()
});

/// What stands beside a logo that only its name shows: something of medicines or a register.
#[expect(
    clippy::unwrap_used,
    reason = "the pattern is a constant that every test compiles"
)]
static BESIDE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)pharm|farma|apothe|apote[ck]|medic|médic|m[eé]dicam|leki|lék|lieč|gyógy|arznei|versandh|verif|regist").unwrap()
});

/// Finds the logo. O(elements); names and words are looked at for pictures in links, titles of drawings
/// and links with a title or a background only.
pub(crate) fn logo(outline: &Outline<'_>, base: &PageUrl) -> Option<MedicineLogo> {
    let mut found: Option<MedicineLogo> = None;
    for (index, item) in outline.items.iter().enumerate() {
        let is_labelled = item.tag.is(Tag::ANCHOR) && item.attrs.has(Attrs::READ | Attrs::STYLE);
        if !(item.tag.is(Tag::IMG | Tag::TITLE) || is_labelled) || item.in_template {
            continue;
        }
        let said = Said::of(outline, index);
        let link = outline
            .lineage(index)
            .take(6)
            .find(|&at| outline.is(at, Tag::ANCHOR));
        let href = link.and_then(|at| outline.attr(at, "href"));
        let Some(shows) = said.shows(href) else {
            continue;
        };
        let target = href.and_then(|href| RawHref::new(href).resolve(base).ok());
        let is_better = found
            .as_ref()
            .is_none_or(|known| known.target.is_none() && target.is_some());
        if is_better {
            found = Some(MedicineLogo {
                target,
                shows: collapse(shows, 200),
                span: outline.span(index),
            });
        }
    }
    found
}

/// What an element says of the picture that it shows.
struct Said<'t> {
    words: [&'t str; 3],
    file: &'t str,
}

impl<'t> Said<'t> {
    fn of(outline: &Outline<'t>, index: Index) -> Self {
        let attr = |name| outline.attr(index, name).unwrap_or_default();
        let item = &outline.items[index];
        if item.tag.is(Tag::IMG) {
            let read = |name| {
                outline
                    .attr_of(index, Attrs::READ, name)
                    .unwrap_or_default()
            };
            return Self {
                words: [read("alt"), read("title"), read("aria-label")],
                file: match file_of(attr("src")) {
                    "" => source_of(outline, index),
                    file => file,
                },
            };
        }
        if item.tag.is(Tag::TITLE) {
            let drawn = outline
                .lineage(index)
                .take(4)
                .any(|at| outline.name(at) == "svg");
            let text = outline.below(index).next().and_then(|at| outline.text(at));
            return Self {
                words: [text.filter(|_| drawn).unwrap_or_default(), "", ""],
                file: "",
            };
        }
        let style = outline
            .attr_of(index, Attrs::STYLE, "style")
            .unwrap_or_default();
        let url = style.split_once("url(").map_or("", |(_, rest)| {
            rest.split(')')
                .next()
                .unwrap_or_default()
                .trim_matches(['"', '\'', ' '])
        });
        // A link with words of its own is no picture; one with a background, or a label, may be.
        Self {
            words: ["title", "aria-label", ""].map(|name| {
                outline
                    .attr_of(index, Attrs::READ, name)
                    .unwrap_or_default()
            }),
            file: file_of(url),
        }
    }

    /// What shows that it is the logo.
    fn shows(&self, href: Option<&str>) -> Option<&'t str> {
        let says = |text: &&str| {
            (16..300).contains(&text.len()) && STEMS.is_match(*text) && WORDS.is_match(text)
        };
        if let Some(words) = self.words.iter().copied().find(|text| says(text)) {
            return Some(words);
        }
        if self.file.is_empty() {
            return None;
        }
        if NAME.is_match(self.file) {
            return Some(self.file);
        }
        let beside = || {
            let words = self.words.iter().any(|words| BESIDE.is_match(words));
            words || href.is_some_and(|href| BESIDE.is_match(href))
        };
        (href.is_some() && WEAK.is_match(self.file) && beside()).then_some(self.file)
    }
}

/// The file of the first source of the `picture` around an image, which may be a blank itself.
fn source_of<'t>(outline: &Outline<'t>, image: Index) -> &'t str {
    let parent = outline.items[image].parent;
    if outline.name(parent) != "picture" {
        return "";
    }
    let mut sources = outline.children(parent).take(8);
    let set = sources.find_map(|at| outline.attr(at, "srcset"));
    file_of(
        set.unwrap_or_default()
            .split_whitespace()
            .next()
            .unwrap_or_default(),
    )
}

/// The name of a file in an address, when it may be of a logo: each of the names has one of these
/// letters' sequences.
fn file_of(src: &str) -> &str {
    let path = src.split(['?', '#']).next().unwrap_or_default();
    if src.starts_with("data:") || path.len() > 500 {
        return "";
    }
    let name = path.rsplit('/').next().unwrap_or_default();
    let has = |word: &[u8]| {
        name.as_bytes()
            .windows(word.len())
            .any(|part| part.eq_ignore_ascii_case(word))
    };
    if has(b"logo") || has(b"versand") || has(b"dimdi") {
        name
    } else {
        ""
    }
}
