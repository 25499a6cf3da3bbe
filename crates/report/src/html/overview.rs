//! The picture of a case: sites of listings, doors, sites of targets, in three columns.
//!
//! The layout is arithmetic: a box has one place in its column, and lines run in the two gutters
//! between the columns alone, so that no line crosses a word. Lengths are in units of the
//! picture's own coordinate system (pixels at full size).

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use model::{PageUrl, Policy};

use super::ways::{Door, Way};
use crate::Report;
use crate::legible::{begun, legible, shortened};
use crate::wording::{counted, grouped, wide};
use crate::{picture, walk};

/// Boxes of a column; what is beyond is one box with a count.
const BOXES: usize = 24;
/// Rows of the table beside the picture.
const ROWS: usize = 200;
const BOX_WIDTH: i32 = 276;
const BOX_HEIGHT: i32 = 62;
const PITCH: i32 = 78;
const GUTTER: i32 = 96;
/// Room for the headings of the columns.
const HEADING: i32 = 30;
const EDGE: i32 = 4;
const HEAD: i32 = 8;
/// Letters of the address font that a box holds, and of the font of roles.
const LETTERS: usize = 34;
const ROLE_LETTERS: usize = 40;

/// The picture, ready to be drawn. Every text in it is escaped by the template.
#[derive(Template)]
#[template(path = "overview.html")]
pub(super) struct Overview {
    width: i32,
    height: i32,
    description: String,
    headings: Vec<Heading>,
    lines: Vec<Line>,
    boxes: Vec<StopBox>,
    rows: Vec<FlowRow>,
    more_rows: String,
    is_summarised: bool,
}

struct Heading {
    x: i32,
    text: &'static str,
}

struct Line {
    path: String,
    head: String,
    weight: &'static str,
    full: String,
}

struct StopBox {
    x: i32,
    y: i32,
    class: &'static str,
    radius: i32,
    role: String,
    name: String,
    told: String,
    full: String,
}

struct FlowRow {
    from: String,
    door: String,
    to: String,
    paths: String,
    listings: String,
}

/// What stands in a box before it has a place.
#[derive(Default)]
struct Stop<'a> {
    paths: u64,
    listings: BTreeSet<&'a PageUrl>,
    targets: BTreeSet<&'a PageUrl>,
    policy: Option<Policy>,
    choke_points: BTreeSet<usize>,
}

/// The boxes of a column, in order; the last one is the rest where there is one.
struct Column<K> {
    kept: Vec<K>,
    places: BTreeMap<K, usize>,
    left_out: usize,
}

impl<K: Ord + Clone> Column<K> {
    /// The weightiest first; ties by name.
    fn of(stops: &BTreeMap<K, Stop<'_>>) -> Self {
        let mut keys: Vec<&K> = stops.keys().collect();
        keys.sort_by_key(|key| std::cmp::Reverse(stops.get(*key).map_or(0, |stop| stop.paths)));
        let room = if keys.len() > BOXES { BOXES - 1 } else { BOXES };
        let left_out = keys.len().saturating_sub(room);
        let kept: Vec<K> = keys.into_iter().take(room).cloned().collect();
        Self {
            places: BTreeMap::new(),
            kept,
            left_out,
        }
        .placed()
    }

    fn placed(mut self) -> Self {
        let places = self.kept.iter().cloned().enumerate();
        self.places = places.map(|(place, key)| (key, place)).collect();
        self
    }

    /// The place of a box; that of the rest for what has none of its own.
    fn place(&self, key: &K) -> usize {
        self.places.get(key).copied().unwrap_or(self.kept.len())
    }

    fn len(&self) -> usize {
        self.kept.len() + usize::from(self.left_out > 0)
    }

    /// Orders the boxes by the mean place of what they are joined with, so that fewer lines cross.
    fn near(mut self, joined: &BTreeMap<K, (u64, u64)>) -> Self {
        self.kept.sort_by_key(|key| {
            let (sum, paths) = joined.get(key).copied().unwrap_or_default();
            sum.saturating_mul(1_000) / paths.max(1)
        });
        self.placed()
    }

    /// Where the box at a place begins, in a picture of `height`.
    fn top(&self, place: usize, height: i32) -> i32 {
        let count = i32::try_from(self.len()).unwrap_or(1);
        let own = count * PITCH - (PITCH - BOX_HEIGHT);
        let room = height - HEADING - 2 * EDGE;
        EDGE + HEADING + (room - own) / 2 + i32::try_from(place).unwrap_or(0) * PITCH
    }
}

/// Everything that is counted before anything is drawn.
#[derive(Default)]
struct Flow<'a> {
    from: BTreeMap<String, Stop<'a>>,
    doors: BTreeMap<Door, Stop<'a>>,
    to: BTreeMap<String, Stop<'a>>,
    ways: BTreeMap<(String, Door, String), (u64, BTreeSet<&'a PageUrl>)>,
}

impl<'a> Flow<'a> {
    fn of(ways: &[Way<'a>]) -> Self {
        let mut flow = Self::default();
        for way in ways {
            let first = way.pair.first();
            let from = flow.from.entry(way.from.clone()).or_default();
            let door = flow.doors.entry(way.door.clone()).or_default();
            let to = flow.to.entry(way.to.clone()).or_default();
            for stop in [from, door, to] {
                stop.paths += 1;
                stop.listings.insert(&first.listing);
                stop.targets.insert(&first.target);
                stop.policy = stop.policy.max(Some(first.policy));
                stop.choke_points.extend(&way.passes);
            }
            let key = (way.from.clone(), way.door.clone(), way.to.clone());
            let row = flow.ways.entry(key).or_default();
            row.0 += 1;
            row.1.insert(&first.listing);
        }
        flow
    }

    /// Sums of the doors' places, by which a column beside them is ordered.
    fn joined(
        &self,
        doors: &Column<Door>,
        end: impl Fn(&(String, Door, String)) -> String,
    ) -> BTreeMap<String, (u64, u64)> {
        let mut joined: BTreeMap<String, (u64, u64)> = BTreeMap::new();
        for (key, (paths, _)) in &self.ways {
            let entry = joined.entry(end(key)).or_default();
            entry.0 += wide(doors.place(&key.1)) * paths;
            entry.1 += paths;
        }
        joined
    }
}

impl Overview {
    /// The picture of these ways; `None` where there are none. Linear in the ways, but for sorting.
    pub(super) fn of(report: &Report<'_>, ways: &[Way<'_>]) -> Option<Self> {
        if ways.is_empty() {
            return None;
        }
        let flow = Flow::of(ways);
        let doors = Column::of(&flow.doors);
        let from = Column::of(&flow.from).near(&flow.joined(&doors, |key| key.0.clone()));
        let to = Column::of(&flow.to).near(&flow.joined(&doors, |key| key.2.clone()));
        let tallest = from.len().max(doors.len()).max(to.len());
        let count = i32::try_from(tallest).unwrap_or(1);
        let height = count * PITCH - (PITCH - BOX_HEIGHT) + HEADING + 2 * EDGE;
        let headings = ["Sites of listings", "By which door", "Sites of targets"];
        Some(Self {
            width: 3 * BOX_WIDTH + 2 * GUTTER + 2 * EDGE,
            height,
            description: description(report, &flow),
            headings: (headings.into_iter().zip(0..))
                .map(|(text, column)| Heading {
                    x: left(column),
                    text,
                })
                .collect(),
            lines: lines(&flow, &from, &doors, &to, height),
            boxes: boxes(report, &flow, (&from, &doors, &to), height),
            rows: rows(report, &flow),
            more_rows: match flow.ways.len().saturating_sub(ROWS) {
                0 => String::new(),
                more => counted(wide(more), "more row", "more rows"),
            },
            is_summarised: [from.left_out, doors.left_out, to.left_out] != [0; 3],
        })
    }
}

/// Left edge of a column.
const fn left(column: i32) -> i32 {
    EDGE + column * (BOX_WIDTH + GUTTER)
}

fn description(report: &Report<'_>, flow: &Flow<'_>) -> String {
    let paths: u64 = flow.from.values().map(|stop| stop.paths).sum();
    let is_direct = |door: &Door| matches!(door, Door::Direct(_));
    let (direct, doors): (Vec<_>, Vec<_>) =
        flow.doors.iter().partition(|(door, _)| is_direct(door));
    let directly: u64 = direct.iter().map(|(_, stop)| stop.paths).sum();
    let by = match (doors.len(), directly) {
        (0, _) => "directly".to_owned(),
        (doors, 0) => format!("by {}", counted(wide(doors), "door", "doors")),
        (doors, some) => format!(
            "by {}, {} of them directly,",
            counted(wide(doors), "door", "doors"),
            grouped(some)
        ),
    };
    let mut told = format!(
        "{} from {} {by} to {}.",
        counted(paths, "hidden path leads", "hidden paths lead"),
        counted(wide(flow.from.len()), "site", "sites"),
        counted(wide(flow.to.len()), "site", "sites"),
    );
    let busiest =
        (doors.into_iter()).max_by_key(|(door, stop)| (stop.paths, std::cmp::Reverse(*door)));
    if let Some((door, stop)) = busiest {
        told.push_str(&format!(
            " {} {}: {}.",
            counted(stop.paths, "of them passes", "of them pass"),
            name_of(report, door, 120),
            counted(wide(stop.listings.len()), "listing", "listings"),
        ));
    }
    told
}

/// A door in words.
fn name_of(report: &Report<'_>, door: &Door, letters: usize) -> String {
    match door {
        Door::ChokePoint(place) => {
            let page = report.cuts.choke_points.get(*place);
            shortened(
                &page.map(|point| bare(&point.page)).unwrap_or_default(),
                letters,
            )
        }
        Door::Site(site) => shortened(site, letters),
        Door::Direct(_) => "no page between".to_owned(),
    }
}

/// An address without its scheme.
pub(super) fn bare(address: &str) -> String {
    let bare = address.split_once("://").map_or(address, |(_, rest)| rest);
    legible(bare)
}

fn lines(
    flow: &Flow<'_>,
    from: &Column<String>,
    doors: &Column<Door>,
    to: &Column<String>,
    height: i32,
) -> Vec<Line> {
    let (mut to_doors, mut to_targets) = (BTreeMap::new(), BTreeMap::new());
    for ((site, door, target), (paths, _)) in &flow.ways {
        let (start, middle, end) = (from.place(site), doors.place(door), to.place(target));
        *to_doors.entry((start, middle)).or_insert(0) += paths;
        *to_targets.entry((middle, end)).or_insert(0) += paths;
    }
    let first = to_doors.into_iter().map(|((start, end), paths)| {
        line(0, from.top(start, height), doors.top(end, height), paths)
    });
    let second = to_targets
        .into_iter()
        .map(|((start, end), paths)| line(1, doors.top(start, height), to.top(end, height), paths));
    first.chain(second).collect()
}

/// A line from a box of a column to one of the next, broader for more paths.
fn line(column: i32, start: i32, end: i32, paths: u64) -> Line {
    let (x, y) = (left(column) + BOX_WIDTH + 2, start + BOX_HEIGHT / 2);
    let (to_x, to_y) = (left(column + 1) - 2, end + BOX_HEIGHT / 2);
    let (middle, last) = (i32::midpoint(x, to_x), to_x - HEAD + 1);
    Line {
        path: format!("M{x} {y}C{middle} {y} {middle} {to_y} {last} {to_y}"),
        head: format!("M{to_x} {to_y}l-{HEAD} -5v10z"),
        weight: match paths {
            0..10 => "few",
            10..100 => "tens",
            100..1_000 => "hundreds",
            _ => "thousands",
        },
        full: counted(paths, "hidden path", "hidden paths"),
    }
}

fn boxes(
    report: &Report<'_>,
    flow: &Flow<'_>,
    (from, doors, to): (&Column<String>, &Column<Door>, &Column<String>),
    height: i32,
) -> Vec<StopBox> {
    let mut boxes = Vec::new();
    for (place, site) in from.kept.iter().enumerate() {
        let told = flow.from.get(site).map(|stop| {
            let listings = counted(wide(stop.listings.len()), "listing", "listings");
            format!("{listings}, {}", paths(stop.paths))
        });
        let at = (left(0), from.top(place, height));
        boxes.push(boxed(at, ("listing", 6), "listings", site, told));
    }
    for (place, door) in doors.kept.iter().enumerate() {
        let at = (left(1), doors.top(place, height));
        let told = flow.doors.get(door).map(|stop| paths(stop.paths));
        let (looks, role) = match door {
            Door::ChokePoint(place) => (("choke", 28), format!("choke point {}", place + 1)),
            Door::Site(_) => (("passage", 6), "pages of".to_owned()),
            Door::Direct(_) => (("direct", 6), "directly".to_owned()),
        };
        let name = name_of(report, door, usize::MAX);
        boxes.push(boxed(at, looks, &role, &name, told));
    }
    for (place, site) in to.kept.iter().enumerate() {
        let Some(stop) = flow.to.get(site) else {
            continue;
        };
        let policy = stop.policy.unwrap_or(Policy::Unknown);
        let pages = counted(wide(stop.targets.len()), "page", "pages");
        let at = (left(2), to.top(place, height));
        let looks = (picture::class_of(policy), 6);
        let told = Some(format!("{pages}, {}", paths(stop.paths)));
        boxes.push(boxed(at, looks, &walk::policy(policy), site, told));
    }
    for (column, left_out, at, rest) in [
        (
            0,
            from.left_out,
            from.top(from.kept.len(), height),
            beyond(&flow.from, from),
        ),
        (
            1,
            doors.left_out,
            doors.top(doors.kept.len(), height),
            beyond(&flow.doors, doors),
        ),
        (
            2,
            to.left_out,
            to.top(to.kept.len(), height),
            beyond(&flow.to, to),
        ),
    ] {
        if left_out > 0 {
            let name = format!("+{} more", grouped(wide(left_out)));
            let told = Some(paths(rest));
            boxes.push(boxed(
                (left(column), at),
                ("rest", 6),
                "the rest",
                &name,
                told,
            ));
        }
    }
    boxes
}

/// Paths of what has no box of its own.
fn beyond<K: Ord + Clone>(stops: &BTreeMap<K, Stop<'_>>, column: &Column<K>) -> u64 {
    let left_out = stops
        .iter()
        .filter(|(key, _)| !column.places.contains_key(*key));
    left_out.map(|(_, stop)| stop.paths).sum()
}

fn paths(count: u64) -> String {
    counted(count, "hidden path", "hidden paths")
}

fn boxed(
    (x, y): (i32, i32),
    (class, radius): (&'static str, i32),
    role: &str,
    name: &str,
    told: Option<String>,
) -> StopBox {
    StopBox {
        x,
        y,
        class,
        radius,
        role: begun(role, ROLE_LETTERS),
        name: shortened(name, LETTERS),
        told: begun(&told.unwrap_or_default(), ROLE_LETTERS),
        full: name.to_owned(),
    }
}

fn rows(report: &Report<'_>, flow: &Flow<'_>) -> Vec<FlowRow> {
    let mut ways: Vec<_> = flow.ways.iter().collect();
    ways.sort_by_key(|(_, (paths, _))| std::cmp::Reverse(*paths));
    ways.into_iter()
        .take(ROWS)
        .map(|((from, door, to), (paths, listings))| FlowRow {
            from: from.clone(),
            door: match door {
                Door::ChokePoint(place) => {
                    format!("choke point {}: {}", place + 1, name_of(report, door, 160))
                }
                _ => name_of(report, door, 160),
            },
            to: to.clone(),
            paths: grouped(*paths),
            listings: grouped(wide(listings.len())),
        })
        .collect()
}
