//! The picture of a choke point: the hub in the centre, listings on the rim to its left, targets to
//! its right.
//!
//! Few pages have their addresses beside them, at equal heights on an arc; many have numbers in
//! discs on rings, and a key. Both are arithmetic on counts, linear in the pages, so that no two
//! labels can overlap. Lengths are in units of the picture's own coordinate system.

use std::collections::BTreeMap;
use std::f64::consts::PI;

use askama::Template;
use model::PageUrl;

use super::overview::bare;
use super::view::CARDS_SHOWN;
use super::ways::Way;
use crate::cuts::{CHOKE_POINTS, ChokeRow};
use crate::legible::{columns, shortened};
use crate::wording::{counted, grouped, wide};
use crate::{Report, picture};

/// Pages of either side that are drawn; what is beyond is counted.
const LISTINGS: usize = 240;
const TARGETS: usize = 60;
/// Pages of either side that have their addresses in the picture.
const NAMED: usize = 14;
/// Columns of an address in the picture, and their width in its font of 11 px.
const LETTERS: usize = 36;
const LETTER: f64 = 6.8;
/// Height of a label, and from one to the next.
const LABEL_HEIGHT: f64 = 16.0;
const PITCH: f64 = 23.0;
const HUB: f64 = 34.0;
/// Half the width of a mark with a number, and from ring to ring, and along a ring.
const DISC: f64 = 12.0;
const RING: f64 = 29.0;
const STEP: f64 = 28.0;
const FIRST_RING: f64 = 100.0;
const EDGE: f64 = 16.0;

/// A box that holds words, by its upper left corner and its measures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Area {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

/// A mark, seen from the hub, with the box of its label.
#[derive(Debug, Clone, Copy)]
struct Place {
    x: f64,
    y: f64,
    label: Area,
}

/// Which side of the hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

impl Side {
    const fn sign(self) -> f64 {
        match self {
            Self::Left => -1.0,
            Self::Right => 1.0,
        }
    }

    /// Angle that its marks may take, in radians.
    const fn arc(self) -> f64 {
        match self {
            Self::Left => PI * 0.88,
            Self::Right => PI * 0.76,
        }
    }
}

/// Places of pages whose addresses, of so many columns each, stand beside them.
fn named(side: Side, letters: &[usize], radius: f64) -> Vec<Place> {
    let middle = (number(letters.len()) - 1.0) / 2.0;
    let place = |(index, letters): (usize, &usize)| {
        let y = (number(index) - middle) * PITCH;
        let x = side.sign() * (radius * radius - y * y).max(0.0).sqrt();
        let width = number(*letters) * LETTER;
        let beside = x + side.sign() * (DISC + 2.0);
        let label = Area {
            x: if side == Side::Left {
                beside - width
            } else {
                beside
            },
            y: y - LABEL_HEIGHT / 2.0,
            width,
            height: LABEL_HEIGHT,
        };
        Place { x, y, label }
    };
    letters.iter().enumerate().map(place).collect()
}

/// The radius of an arc that holds so many named pages.
fn radius_of(named: usize) -> f64 {
    let half = (number(named) - 1.0).max(0.0) / 2.0 * PITCH;
    (half * 1.15 + 20.0).max(150.0)
}

/// Places of pages that have a number each, on as many rings as it takes.
fn numbered(side: Side, count: usize) -> Vec<Place> {
    let mut places = Vec::with_capacity(count);
    let mut radius = FIRST_RING;
    while places.len() < count {
        let mut room = 1;
        while number(room + 1) * STEP <= side.arc() * radius {
            room += 1;
        }
        let here = room.min(count - places.len());
        let step = side.arc() / number(room);
        for index in 0..here {
            let angle = (number(index) - (number(here) - 1.0) / 2.0) * step;
            let (x, y) = (side.sign() * radius * angle.cos(), radius * angle.sin());
            let label = Area {
                x: x - DISC,
                y: y - DISC,
                width: 2.0 * DISC,
                height: 2.0 * DISC,
            };
            places.push(Place { x, y, label });
        }
        radius += RING;
    }
    places
}

#[expect(clippy::cast_precision_loss, reason = "counts of marks are small")]
fn number(count: usize) -> f64 {
    count as f64
}

/// The picture of a choke point, ready to be drawn. Every text in it is escaped by the template.
#[derive(Template)]
#[template(path = "radial.html")]
pub(super) struct Radial {
    /// Its row in the table of choke points.
    pub(super) number: usize,
    pub(super) page: String,
    told: String,
    origin: String,
    width: String,
    height: String,
    hub_edge: String,
    is_named: bool,
    marks: Vec<Mark>,
    more: String,
    key: Vec<KeyRow>,
}

struct Mark {
    class: &'static str,
    hop: &'static str,
    x: String,
    y: String,
    start_x: String,
    start_y: String,
    is_square: bool,
    /// Where the words begin or end.
    label_x: String,
    anchor: &'static str,
    label: String,
    full: String,
}

struct KeyRow {
    label: String,
    page: String,
    /// Number of the first card about it; 0 for none.
    card: usize,
}

/// A page on the rim.
struct Rim<'a> {
    page: &'a PageUrl,
    class: &'static str,
    hop: &'static str,
    pair: usize,
}

/// The pictures of the first choke points.
pub(super) fn radials(report: &Report<'_>, ways: &[Way<'_>]) -> Vec<Radial> {
    let points = report.cuts.choke_points.iter().take(CHOKE_POINTS);
    (points.enumerate())
        .filter_map(|(place, point)| Radial::of(point, place, ways))
        .collect()
}

impl Radial {
    /// The picture of one choke point; `None` where no witness passes it. Linear in the ways.
    fn of(point: &ChokeRow, place: usize, ways: &[Way<'_>]) -> Option<Self> {
        let (mut listings, mut targets) = (BTreeMap::new(), BTreeMap::new());
        for way in ways.iter().filter(|way| way.passes.contains(&place)) {
            gather(point, way, &mut listings, &mut targets);
        }
        if listings.is_empty() {
            return None;
        }
        let (listings, more_listings) = first(listings, LISTINGS);
        let (targets, more_targets) = first(targets, TARGETS);
        let is_named = listings.len().max(targets.len()) <= NAMED;
        let mut more = Vec::new();
        for (count, one, many) in [
            (more_listings, "more listing", "more listings"),
            (more_targets, "more target", "more targets"),
        ] {
            if count > 0 {
                more.push(format!("+{}", counted(wide(count), one, many)));
            }
        }
        let words = |rim: &[Rim<'_>]| -> Vec<String> {
            let bare = rim.iter().map(|rim| bare(rim.page.as_str()));
            bare.map(|address| shortened(&address, LETTERS)).collect()
        };
        let (left, right) = places(is_named, &words(&listings), &words(&targets));
        let frame = Frame::around(left.iter().chain(&right));
        let mut picture = Self {
            number: place + 1,
            page: bare(&point.page),
            told: told(point, &listings, &targets, more_listings, more_targets),
            origin: format!("{:.0} {:.0}", frame.x, frame.y),
            width: format!("{:.0}", frame.width),
            height: format!("{:.0}", frame.height),
            hub_edge: format!("{HUB:.0}"),
            is_named,
            marks: Vec::new(),
            more: more.join(", "),
            key: Vec::new(),
        };
        picture.draw(Side::Left, &listings, &left);
        picture.draw(Side::Right, &targets, &right);
        Some(picture)
    }

    fn draw(&mut self, side: Side, rim: &[Rim<'_>], places: &[Place]) {
        for (index, (rim, place)) in rim.iter().zip(places).enumerate() {
            let label = match side {
                Side::Left => grouped(wide(index + 1)),
                Side::Right => format!("T{}", index + 1),
            };
            let length = place.x.hypot(place.y).max(1.0);
            let full = bare(rim.page.as_str());
            let (label_x, anchor) = match (self.is_named, side) {
                (false, _) => (place.x, "middle"),
                (true, Side::Left) => (place.label.x + place.label.width, "end"),
                (true, Side::Right) => (place.label.x, "start"),
            };
            self.marks.push(Mark {
                class: rim.class,
                hop: rim.hop,
                x: format!("{:.1}", place.x),
                y: format!("{:.1}", place.y),
                start_x: format!("{:.1}", place.x / length * HUB),
                start_y: format!("{:.1}", place.y / length * HUB),
                is_square: side == Side::Right,
                label_x: format!("{label_x:.1}"),
                anchor,
                label: if self.is_named {
                    shortened(&full, LETTERS)
                } else {
                    label.clone()
                },
                full: full.clone(),
            });
            self.key.push(KeyRow {
                label,
                page: shortened(&full, 160),
                card: if rim.pair <= CARDS_SHOWN { rim.pair } else { 0 },
            });
        }
    }
}

/// Puts listing and target of a way among the others, by the first pair that has them.
fn gather<'a>(
    point: &ChokeRow,
    way: &Way<'a>,
    listings: &mut BTreeMap<&'a PageUrl, Rim<'a>>,
    targets: &mut BTreeMap<&'a PageUrl, Rim<'a>>,
) {
    let first = way.pair.first();
    let hops = &first.witness.hops;
    let style =
        |hop: Option<&model::WitnessHop>| hop.map_or("overt", |hop| picture::style_of(hop.class));
    let rim = |page, class, hop| Rim {
        page,
        class,
        hop,
        pair: way.pair.number,
    };
    (listings.entry(&first.listing))
        .or_insert_with(|| rim(&first.listing, "listing", style(hops.first())));
    if first.target.as_str() != point.page {
        let leaving = hops.iter().find(|hop| hop.source.as_str() == point.page);
        let class = picture::class_of(first.policy);
        (targets.entry(&first.target)).or_insert_with(|| rim(&first.target, class, style(leaving)));
    }
}

/// The first of a side by the order of the report, and how many there are beyond.
fn first<'a>(all: BTreeMap<&'a PageUrl, Rim<'a>>, room: usize) -> (Vec<Rim<'a>>, usize) {
    let mut all: Vec<Rim<'_>> = all.into_values().collect();
    all.sort_by_key(|rim| rim.pair);
    let more = all.len().saturating_sub(room);
    all.truncate(room);
    (all, more)
}

/// Places of both sides.
fn places(is_named: bool, listings: &[String], targets: &[String]) -> (Vec<Place>, Vec<Place>) {
    if is_named {
        let widths =
            |words: &[String]| -> Vec<usize> { words.iter().map(|word| columns(word)).collect() };
        let radius = radius_of(listings.len().max(targets.len()));
        (
            named(Side::Left, &widths(listings), radius),
            named(Side::Right, &widths(targets), radius),
        )
    } else {
        (
            numbered(Side::Left, listings.len()),
            numbered(Side::Right, targets.len()),
        )
    }
}

impl Area {
    /// What a picture must show: the hub and every label.
    fn around<'p>(places: impl Iterator<Item = &'p Place>) -> Self {
        let (mut left, mut top, mut right, mut bottom) = (-HUB, -HUB, HUB, HUB);
        for place in places {
            left = left.min(place.label.x);
            top = top.min(place.label.y);
            right = right.max(place.label.x + place.label.width);
            bottom = bottom.max(place.label.y + place.label.height);
        }
        Self {
            x: left - EDGE,
            y: top - EDGE,
            width: right - left + 2.0 * EDGE,
            height: bottom - top + 2.0 * EDGE,
        }
    }
}

/// The frame of a picture.
type Frame = Area;

fn told(
    point: &ChokeRow,
    listings: &[Rim<'_>],
    targets: &[Rim<'_>],
    more_listings: usize,
    more_targets: usize,
) -> String {
    let from = counted(wide(listings.len() + more_listings), "listing", "listings");
    let to = match targets.len() + more_targets {
        0 => "it is restricted itself".to_owned(),
        count => format!("on to {}", counted(wide(count), "target", "targets")),
    };
    let cut = counted(point.listings(), "listing", "listings");
    let least = if point.cut.is_some() { "" } else { "at least " };
    format!("Hidden paths from {from} arrive here, {to}. Closing it cuts off {least}{cut}.")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn overlap(a: &Area, b: &Area) -> bool {
        // A hundredth, because corners that touch are computed twice.
        let apart = |start: f64, length: f64, other: f64| start + length <= other + 0.01;
        !(apart(a.x, a.width, b.x)
            || apart(b.x, b.width, a.x)
            || apart(a.y, a.height, b.y)
            || apart(b.y, b.height, a.y))
    }

    /// Whether two marks of a picture of numbers touch: they are round, or turned to the eye alike.
    fn touch(a: &Place, b: &Place) -> bool {
        (a.x - b.x).hypot(a.y - b.y) < 2.0 * DISC
    }

    /// The box of a number of three digits and a letter, in the middle of its mark.
    fn digits(place: &Place) -> Area {
        Area {
            x: place.x - 11.0,
            y: place.y - 5.0,
            width: 22.0,
            height: 10.0,
        }
    }

    fn pairs<T>(all: &[T]) -> impl Iterator<Item = (&T, &T)> {
        all.iter()
            .enumerate()
            .flat_map(|(index, a)| all[index + 1..].iter().map(move |b| (a, b)))
    }

    proptest! {
        #[test]
        fn no_two_addresses_of_a_picture_overlap(
            left in prop::collection::vec(1..=LETTERS, 1..=NAMED),
            right in prop::collection::vec(1..=LETTERS, 0..=NAMED),
        ) {
            let words = |letters: &[usize]| -> Vec<String> {
                letters.iter().map(|count| "a".repeat(*count)).collect()
            };
            let (left, right) = places(true, &words(&left), &words(&right));
            let hub = Area { x: -HUB, y: -HUB, width: 2.0 * HUB, height: 2.0 * HUB };
            let mut labels: Vec<Area> = left.iter().chain(&right).map(|place| place.label).collect();
            labels.push(hub);
            for (a, b) in pairs(&labels) {
                prop_assert!(!overlap(a, b), "{a:?} {b:?}");
            }
        }

        #[test]
        fn no_two_numbers_of_a_picture_overlap(listings in 1_usize..=300, targets in 0_usize..=300) {
            let words = |count| vec![String::new(); count];
            let (mut marks, right) = places(false, &words(listings), &words(targets));
            marks.extend(right);
            prop_assert_eq!(marks.len(), listings + targets);
            for (a, b) in pairs(&marks) {
                prop_assert!(!touch(a, b), "{a:?} {b:?}");
                prop_assert!(!overlap(&digits(a), &digits(b)), "{a:?} {b:?}");
            }
            for mark in &marks {
                prop_assert!(mark.x.hypot(mark.y) > HUB + DISC);
            }
        }

        #[test]
        fn a_picture_shows_everything_that_it_places(left in 1..=LISTINGS, right in 0..=TARGETS) {
            let words = |count| vec!["a".repeat(20); count];
            let is_named = left.max(right) <= NAMED;
            let (left, right) = places(is_named, &words(left), &words(right));
            let frame = Area::around(left.iter().chain(&right));
            for Place { label, .. } in left.iter().chain(&right) {
                prop_assert!(label.x >= frame.x && label.y >= frame.y);
                prop_assert!(label.x + label.width <= frame.x + frame.width);
                prop_assert!(label.y + label.height <= frame.y + frame.height);
            }
        }
    }

    #[test]
    fn a_picture_of_three_hundred_pages_fits_a_sheet() {
        let words = |count| vec![String::new(); count];
        let (left, right) = places(false, &words(LISTINGS), &words(TARGETS));
        let frame = Area::around(left.iter().chain(&right));
        assert!(frame.width < 900.0 && frame.height < 1_000.0, "{frame:?}");
    }
}
