//! The picture of what is around a page, with the same as a list.

use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;
use model::{EffectiveClass, PageId, PageUrl};

use crate::answer::Reply;
use crate::ask::{Ask, address};
use crate::captured;
use crate::desk::{Desk, Standing};
use crate::frame::{Frame, Here, Trouble};
use crate::neighbourhood::{BOX, Layout, Neighbourhood, Node, Opened, Placed, Rest, Side};

/// Letters of an address in a box.
const LETTERS: usize = 30;

#[derive(Template)]
#[template(path = "around.html")]
struct AroundPage {
    frame: Frame,
    page: String,
    source: String,
    width: i32,
    height: i32,
    description: String,
    boxes: Vec<BoxView>,
    lines: Vec<LineView>,
    rests: Vec<RestView>,
    rows: Vec<RowView>,
    is_full: bool,
    first: String,
}

/// A page in the picture.
struct BoxView {
    id: String,
    x: i32,
    y: i32,
    width: i32,
    height: i32,
    class: String,
    role: String,
    host: String,
    path: String,
    full: String,
    /// Where its link leads: opened or closed; empty where nothing is beyond it.
    toggle: String,
    /// What its link opens, in words.
    beyond: String,
    is_open: bool,
}

struct LineView {
    class: &'static str,
    path: String,
    head: String,
    x: i32,
    y: i32,
    anchor: &'static str,
    word: &'static str,
    kinds: String,
    full: String,
}

struct RestView {
    x: i32,
    y: i32,
    line: String,
    told: String,
    more: String,
    act: String,
}

/// The same as a row of a table.
struct RowView {
    side: &'static str,
    distance: usize,
    page: String,
    policy: String,
    policy_style: &'static str,
    class: &'static str,
    class_style: &'static str,
    kinds: String,
    source: String,
    centre: String,
    toggle: String,
    act: &'static str,
}

/// Makes addresses of this page.
struct Links<'a> {
    page: &'a PageUrl,
    opened: &'a Opened,
}

impl Links<'_> {
    fn to(&self, opened: &Opened) -> String {
        address(
            "/around",
            &[
                ("address", self.page.as_str()),
                ("open", &Opened::written(&opened.pages)),
                ("more", &Opened::written(&opened.more)),
            ],
        )
    }

    fn toggle(&self, page: PageId) -> String {
        format!("{}#page-{}", self.to(&self.opened.toggled(page)), page.0)
    }

    fn more(&self, page: PageId) -> String {
        format!("{}#page-{}", self.to(&self.opened.with_more(page)), page.0)
    }
}

/// The page.
pub(crate) fn show(desk: &Arc<Desk>, ask: &Ask) -> Result<Reply, Trouble> {
    let frame = Frame::of(desk, ask, Here::Pages, "Around a page")?;
    let asked = captured::asked(ask)?;
    let standing = desk.standing();
    let graph = standing.judged.graph();
    let id = graph.find(&asked);
    let id = id.ok_or(Trouble::nothing("the case has no page of this address"))?;
    let opened = Opened::read(ask.query.of("open"), ask.query.of("more"));
    let links = Links {
        page: &asked,
        opened: &opened,
    };
    let around = Neighbourhood::of(&*standing.judged, id, &opened);
    let layout = around.layout();
    let page = AroundPage {
        frame,
        page: report::legible(asked.as_str()),
        source: address("/page", &[("address", asked.as_str())]),
        width: layout.width,
        height: layout.height,
        description: description(&around),
        boxes: boxes(&standing, &layout, &links),
        lines: layout.placed.iter().filter_map(line).collect(),
        rests: layout
            .rests
            .iter()
            .map(|rest| rest_view(rest, &links))
            .collect(),
        rows: rows(&standing, &around, &links),
        is_full: around.is_full,
        first: if opened == Opened::default() {
            String::new()
        } else {
            links.to(&Opened::default())
        },
    };
    Ok(Reply::page(StatusCode::OK, page.render()?, &ask.nonce))
}

fn description(around: &Neighbourhood) -> String {
    format!(
        "{} here; it leads to {}.",
        report::counted(around.into.neighbours as u64, "page leads", "pages lead"),
        report::counted(around.out_of.neighbours as u64, "page", "pages"),
    )
}

fn boxes(standing: &Standing, layout: &Layout<'_>, links: &Links<'_>) -> Vec<BoxView> {
    (layout.placed.iter())
        .map(|placed| {
            let node = placed.node;
            let page = standing.judged.graph().page(node.page);
            let policy = standing.judged.policy(node.page);
            let (host, path) = parts(&page.address);
            let is_middle = placed.from.is_none();
            let can_open = !is_middle && !node.is_stub && (node.is_open || node.neighbours > 0);
            let mut class = report::policy_style(policy).to_owned();
            class.push_str(if node.is_stub { " stub" } else { "" });
            class.push_str(if is_middle { " middle" } else { "" });
            BoxView {
                id: if node.is_stub {
                    String::new()
                } else {
                    format!("page-{}", node.page.0)
                },
                x: placed.x,
                y: placed.y,
                width: BOX.0,
                height: BOX.1,
                class,
                role: report::policy_words(policy),
                full: report::legible(page.address.as_str()),
                toggle: if can_open {
                    links.toggle(node.page)
                } else {
                    String::new()
                },
                beyond: beyond(placed),
                is_open: node.is_open,
                host: report::shortened(&host, LETTERS),
                path: report::shortened(&path, LETTERS),
            }
        })
        .collect()
}

/// How many pages are beyond a page, for those who hear its link.
fn beyond(placed: &Placed<'_>) -> String {
    let count = placed.node.neighbours as u64;
    match placed.side {
        Side::Out => report::counted(count, "page it leads to", "pages it leads to"),
        Side::In => report::counted(count, "page that leads to it", "pages that lead to it"),
    }
}

fn parts(page: &PageUrl) -> (String, String) {
    let text = report::legible(page.as_str());
    let bare = text
        .split_once("://")
        .map_or(text.as_str(), |(_, rest)| rest);
    match bare.find('/') {
        Some(at) => (bare[..at].to_owned(), bare[at..].to_owned()),
        None => (bare.to_owned(), String::new()),
    }
}

/// The line between a page and the one nearer to the middle, in the direction of the hop.
fn line(placed: &Placed<'_>) -> Option<LineView> {
    let from = placed.from?;
    let ways = placed.node.ways.as_ref()?;
    let (start, end) = match placed.side {
        Side::Out => (from, (placed.x, placed.y)),
        Side::In => ((placed.x, placed.y), from),
    };
    let (x1, y1) = (start.0 + BOX.0 + 2, start.1 + BOX.1 / 2);
    let (x2, y2) = (end.0 - 2, end.1 + BOX.1 / 2);
    // The words stand beside the page that is farther from the middle, where lines are apart.
    let (x, anchor) = match placed.side {
        Side::Out => (placed.x - 14, "end"),
        Side::In => (placed.x + BOX.0 + 6, "start"),
    };
    Some(LineView {
        class: report::class_style(ways.class),
        path: curve((x1, y1), (x2 - 8, y2), placed.side),
        head: format!("M{x2} {y2}l-9 -5v10z"),
        x,
        y: placed.y + BOX.1 / 2,
        anchor,
        word: ways.class.as_str(),
        kinds: report::shortened(&ways.kinds, 17),
        full: format!("{}: {}", ways.class, ways.kinds),
    })
}

/// Units within which a line bends, beside the page nearer to the middle; the rest of it is straight, so that
/// words stand clear of other lines.
const BEND: i32 = 40;

/// A line from left to right, of which one end is nearer to the middle.
fn curve(from: (i32, i32), to: (i32, i32), side: Side) -> String {
    let (bend, rest) = match side {
        Side::Out => (from.0 + BEND, String::new()),
        Side::In => (to.0 - BEND, format!("H{}", to.0 - BEND)),
    };
    let middle = match side {
        Side::Out => i32::midpoint(from.0, bend),
        Side::In => i32::midpoint(bend, to.0),
    };
    let end = match side {
        Side::Out => bend,
        Side::In => to.0,
    };
    format!(
        "M{} {}{rest}C{middle} {} {middle} {} {end} {}H{}",
        from.0, from.1, from.1, to.1, to.1, to.0
    )
}

fn rest_view(rest: &Rest, links: &Links<'_>) -> RestView {
    let (own, box_of_page) = (rest.y + BOX.1 / 2, rest.from.1 + BOX.1 / 2);
    let line = match rest.side {
        Side::Out => curve(
            (rest.from.0 + BOX.0 + 2, box_of_page),
            (rest.x - 2, own),
            rest.side,
        ),
        Side::In => curve(
            (rest.x + 112, own),
            (rest.from.0 - 2, box_of_page),
            rest.side,
        ),
    };
    let count = report::grouped(rest.count as u64);
    RestView {
        x: rest.x,
        y: rest.y,
        line,
        more: if links.opened.more.contains(&rest.page.0) {
            String::new()
        } else {
            links.more(rest.page)
        },
        act: format!("+{count} more pages: show more of them"),
        told: format!("+{count} more"),
    }
}

fn rows(standing: &Standing, around: &Neighbourhood, links: &Links<'_>) -> Vec<RowView> {
    let mut rows = Vec::new();
    for (tree, side) in [(&around.into, "leads here"), (&around.out_of, "is led to")] {
        for next in &tree.beyond {
            add_row(standing, next, side, 1, links, &mut rows);
        }
    }
    rows
}

fn add_row(
    standing: &Standing,
    node: &Node,
    side: &'static str,
    distance: usize,
    links: &Links<'_>,
    rows: &mut Vec<RowView>,
) {
    let page = standing.judged.graph().page(node.page);
    let policy = standing.judged.policy(node.page);
    let class = (node.ways.as_ref()).map_or(EffectiveClass::Overt, |ways| ways.class);
    let can_open = !node.is_stub && (node.is_open || node.neighbours > 0);
    let text = page.address.as_str();
    rows.push(RowView {
        side,
        distance,
        page: report::shortened(&report::legible(text), 140),
        policy: report::policy_words(policy),
        policy_style: report::policy_style(policy),
        class: class.as_str(),
        class_style: report::class_style(class),
        kinds: (node.ways.as_ref())
            .map_or(String::new(), |ways| report::shortened(&ways.kinds, 80)),
        source: address("/page", &[("address", text)]),
        centre: address("/around", &[("address", text)]),
        toggle: if can_open {
            links.toggle(node.page)
        } else {
            String::new()
        },
        act: if node.is_open { "close" } else { "open" },
    });
    for next in &node.beyond {
        add_row(standing, next, side, distance + 1, links, rows);
    }
}
