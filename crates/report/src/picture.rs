//! A walk drawn as a picture: boxes for pages, arrows for hops, laid out left to right in rows.
//!
//! The layout is arithmetic on a fixed grid, so that the same walk gives the same picture. All
//! lengths are in units of the picture's own coordinate system (pixels at full size).

use askama::Template;
use model::{EffectiveClass, Finding, Policy, WitnessHop};

use crate::legible::{begun, legible, shortened};
use crate::walk::{self, Role, Step};
use crate::wording;

const EDGE: i32 = 4;
const BOX_HEIGHT: i32 = 66;
const HEAD: i32 = 9;

/// Measures of a grid.
#[derive(Debug, Clone, Copy)]
struct Grid {
    columns: usize,
    box_width: i32,
    across: i32,
    down: i32,
}

/// How wide the reader's page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// A screen or a sheet of paper: three boxes in a row.
    Wide,
    /// A telephone: one box in a row.
    Narrow,
}

impl Reading {
    /// Three boxes in a row keep the text legible when the picture is scaled to a sheet of A4.
    const fn grid(self) -> Grid {
        match self {
            Self::Wide => Grid {
                columns: 3,
                box_width: 232,
                across: 138,
                down: 70,
            },
            Self::Narrow => Grid {
                columns: 1,
                box_width: 300,
                across: 0,
                down: 66,
            },
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Wide => "wide",
            Self::Narrow => "narrow",
        }
    }
}

/// A picture, ready to be drawn. Every text in it is escaped by the template.
#[derive(Template)]
#[template(path = "picture.html")]
pub(crate) struct Picture {
    id: String,
    reading: &'static str,
    width: i32,
    height: i32,
    title: String,
    description: String,
    boxes: Vec<PageBox>,
    arrows: Vec<Arrow>,
}

struct PageBox {
    x: i32,
    y: i32,
    width: i32,
    text_x: i32,
    role_y: i32,
    host_y: i32,
    path_y: i32,
    class: &'static str,
    role: String,
    host: String,
    path: String,
    full: String,
}

struct Arrow {
    class: &'static str,
    line: String,
    head: String,
    full: String,
    labels: Vec<ArrowLabel>,
}

struct ArrowLabel {
    x: i32,
    y: i32,
    class: &'static str,
    anchor: &'static str,
    text: String,
}

impl Picture {
    /// Lays out the witness of `finding`; `id` is unique in the document. Linear in the hops.
    pub(crate) fn of(finding: &Finding, id: String, reading: Reading) -> Self {
        let steps = walk::steps(finding);
        let grid = reading.grid();
        let rows = i32::try_from(steps.len().div_ceil(grid.columns)).unwrap_or(1);
        let columns = i32::try_from(grid.columns.min(steps.len())).unwrap_or(1);
        Self {
            id,
            reading: reading.word(),
            width: columns * grid.box_width + (columns - 1) * grid.across + 2 * EDGE,
            height: rows * BOX_HEIGHT + (rows - 1) * grid.down + 2 * EDGE,
            title: format!(
                "Path from {} to {}",
                walk::host(&finding.listing),
                walk::host(&finding.target)
            ),
            description: description(&steps, finding),
            boxes: (steps.iter().enumerate())
                .map(|(index, step)| page_box(grid, index, step, finding))
                .collect(),
            arrows: (steps.iter().enumerate().take(steps.len() - 1))
                .map(|(index, step)| arrow(grid, index, step.hop))
                .collect(),
        }
    }
}

impl Grid {
    /// Upper left corner of the box at a place of the walk.
    fn corner(self, index: usize) -> (i32, i32) {
        let column = i32::try_from(index % self.columns).unwrap_or(0);
        let row = i32::try_from(index / self.columns).unwrap_or(0);
        (
            EDGE + column * (self.box_width + self.across),
            EDGE + row * (BOX_HEIGHT + self.down),
        )
    }

    /// Characters of the picture's address font that a box holds.
    fn letters(self) -> usize {
        usize::try_from((self.box_width - 24) * 10 / 72).unwrap_or(20)
    }

    /// Characters of the picture's label font that stand beside an arrow from box to box.
    fn letters_across(self) -> usize {
        usize::try_from(self.across * 10 / 56).unwrap_or(20)
    }
}

fn description(steps: &[Step<'_>], finding: &Finding) -> String {
    let mut sentence = String::new();
    for step in steps {
        let page = shortened(
            &format!("{}{}", walk::host(step.page), walk::path(step.page)),
            120,
        );
        sentence.push_str(&page);
        if let Some(hop) = step.hop {
            sentence.push_str(&format!(", then {} to ", walk::phrase(hop)));
        } else if step.role != Role::Target {
            sentence.push_str(", then a hop that is not recorded to ");
        }
    }
    sentence.push_str(&format!(", which is {}.", walk::policy(finding.policy)));
    sentence
}

fn page_box(grid: Grid, index: usize, step: &Step<'_>, finding: &Finding) -> PageBox {
    let (x, y) = grid.corner(index);
    let (class, role) = match step.role {
        Role::Listing => ("listing", walk::role_of_listing(finding)),
        Role::Passage => ("passage", "on the way".to_owned()),
        Role::Target => (class_of(finding.policy), role_of_target(finding)),
    };
    PageBox {
        x,
        y,
        width: grid.box_width,
        text_x: x + 12,
        role_y: y + 18,
        host_y: y + 37,
        path_y: y + 54,
        class,
        role: begun(&role, grid.letters() + 2),
        host: shortened(&walk::host(step.page), grid.letters()),
        path: shortened(&walk::path(step.page), grid.letters()),
        full: step.page.as_str().to_owned(),
    }
}

fn role_of_target(finding: &Finding) -> String {
    match &finding.category {
        Some(code) => format!("{} · {}", walk::policy(finding.policy), legible(&code.0)),
        None => walk::policy(finding.policy),
    }
}

/// The style class of a policy.
#[must_use]
pub const fn class_of(policy: Policy) -> &'static str {
    match policy {
        Policy::Illegal => "illegal",
        Policy::AgeRestricted { .. } => "restricted",
        Policy::Compliant => "compliant",
        Policy::Unknown => "unknown",
    }
}

/// The style class of an effective class.
#[must_use]
pub const fn style_of(class: EffectiveClass) -> &'static str {
    match class {
        EffectiveClass::Hidden => "hidden",
        EffectiveClass::Masked => "masked",
        EffectiveClass::Forced => "forced",
        EffectiveClass::Overt | EffectiveClass::Lateral | EffectiveClass::Navigation => "overt",
    }
}

/// The arrow that leaves the box at `index` for the next one.
fn arrow(grid: Grid, index: usize, hop: Option<&WitnessHop>) -> Arrow {
    let (from, to) = (grid.corner(index), grid.corner(index + 1));
    let lines = hop.map_or_else(|| ["not recorded".to_owned(), String::new()], label);
    let same_row = from.1 == to.1;
    let (line, head, labels) = if same_row {
        straight(grid, from, to.0, lines)
    } else {
        elbow(grid, from, to, lines)
    };
    Arrow {
        class: hop.map_or("gap", |hop| style_of(hop.class)),
        line,
        head,
        full: hop.map_or_else(
            || "no hop is recorded here".to_owned(),
            |hop| format!("{}: {}", walk::phrase(hop), legible(&hop.because)),
        ),
        labels: labels
            .into_iter()
            .filter(|label| !label.text.is_empty())
            .collect(),
    }
}

/// What is written at an arrow: what the shopper meets, and by what technique.
fn label(hop: &WitnessHop) -> [String; 2] {
    let mut techniques: Vec<_> = hop.proofs.iter().map(|proof| proof.technique).collect();
    techniques.sort_unstable();
    techniques.dedup();
    let below = match techniques.as_slice() {
        [] if !hop.missing_from.is_empty() => "not to all vantages".to_owned(),
        [] => String::new(),
        [one] => format!("{one} {}", wording::technique(*one)),
        [one, two] => format!("{one} · {two}"),
        [one, two, rest @ ..] => format!("{one} · {two} · {} more", rest.len()),
    };
    [walk::phrase(hop), below]
}

fn straight(
    grid: Grid,
    from: (i32, i32),
    to_x: i32,
    [phrase, technique]: [String; 2],
) -> (String, String, Vec<ArrowLabel>) {
    let start = from.0 + grid.box_width + 3;
    let end = to_x - 3;
    let y = from.1 + BOX_HEIGHT / 2;
    let middle = i32::midpoint(start, end);
    let written = |y, class, text: &str| ArrowLabel {
        x: middle,
        y,
        class,
        anchor: "middle",
        text: begun(text, grid.letters_across()),
    };
    let (class, kind) = phrase.split_once(' ').unwrap_or((&phrase, ""));
    (
        format!("M{start} {y}H{}", end - HEAD + 1),
        format!("M{end} {y}l-{HEAD} -5v10z",),
        vec![
            written(y - 21, "class", class),
            written(y - 8, "kind", kind),
            written(y + 17, "technique", &technique),
        ],
    )
}

fn elbow(
    grid: Grid,
    from: (i32, i32),
    to: (i32, i32),
    [phrase, technique]: [String; 2],
) -> (String, String, Vec<ArrowLabel>) {
    let arrival = to.0 + 30;
    let leaving = if grid.columns == 1 {
        arrival
    } else {
        from.0 + grid.box_width / 2
    };
    let start = from.1 + BOX_HEIGHT + 3;
    let end = to.1 - 3;
    let channel = i32::midpoint(start, end);
    let written = |y, class, text: &str| ArrowLabel {
        x: arrival + 16,
        y,
        class,
        anchor: "start",
        text: begun(text, 42),
    };
    let line = if leaving == arrival {
        format!("M{leaving} {start}V{}", end - HEAD + 1)
    } else {
        format!("M{leaving} {start}V{channel}H{arrival}V{}", end - HEAD + 1)
    };
    (
        line,
        format!("M{arrival} {end}l-5 -{HEAD}h10z"),
        vec![
            written(channel - 6, "class", &phrase),
            written(channel + 13, "technique", &technique),
        ],
    )
}
