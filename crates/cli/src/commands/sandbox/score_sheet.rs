//! A score as tables for people.

use std::collections::BTreeMap;

use report::{Sheet, SheetMark, SheetPart, SheetRow, SheetTile};
use sandbox::{Dimension, Interval, Needs, Quality, Score, Share};

/// The sheet, with up to `examples` missed paths of each technique and as many false alarms of each kind of
/// listing.
pub(super) fn of(score: &Score, examples: usize) -> Sheet {
    let mut parts = vec![
        three_figures(score),
        qualities(score),
        needs(score),
        look_alikes(score),
    ];
    parts.push(confusion(score));
    for (dimension, rows) in &score.breakdowns {
        let (heading, about) = words_of(*dimension);
        parts.push(SheetPart {
            heading: heading.to_owned(),
            about: about.to_owned(),
            columns: titles(&[
                "",
                "paths",
                "found",
                "recall",
                "95 % interval",
                "apart: found of",
            ]),
            is_words: false,
            rows: (rows.iter())
                .map(|row| SheetRow {
                    cells: cells([
                        row.key.clone(),
                        row.found.of.to_string(),
                        row.found.hits.to_string(),
                        share(row.found),
                        interval(row.found.interval()),
                        of_apart(row.apart),
                    ]),
                    mark: mark(row.found),
                })
                .collect(),
        });
    }
    parts.push(missed(score, examples));
    parts.push(false_by_detector(score));
    parts.push(false_alarms(score, examples));
    parts.retain(|part| !part.rows.is_empty());
    Sheet {
        title: match score.tool.as_str() {
            "" => "Score on a generated marketplace".to_owned(),
            tool => format!("Score of {tool} on a generated marketplace"),
        },
        lead: lead(score),
        tiles: tiles(score),
        parts,
        generator: crate::output::GENERATOR.to_owned(),
    }
}

fn lead(score: &Score) -> Vec<String> {
    let mut lead = vec![format!(
        "{} listings, seed {}, half {}. {} findings, which are {} different pairs of listing and target.",
        score.listings, score.seed, score.split, score.rows, score.pairs
    )];
    if score.template_found.of > 0 {
        lead.push(format!(
            "Of {} targets that templates conceal, {} were named, in {} pairs that count neither as right nor as false.",
            score.template_found.of, score.template_found.hits, score.template_pairs
        ));
    }
    if score.shared_pairs > 0 {
        lead.push(format!(
            "{} pairs are of listings that lead over their seller's page where another listing of that seller has the record; they count neither as right nor as false.",
            score.shared_pairs
        ));
    }
    if let Some(seconds) = score.seconds {
        lead.push(format!("The tool took {seconds:.1} seconds."));
    }
    lead
}

fn tiles(score: &Score) -> Vec<SheetTile> {
    let quality = score.of_pairs;
    let mut tiles = vec![
        tile(
            "Precision",
            share(quality.precision()),
            quality.precision().interval(),
        ),
        tile(
            "Recall",
            share(quality.recall()),
            quality.recall().interval(),
        ),
        tile("F1", number(quality.f1()), quality.f1_interval()),
        SheetTile {
            label: "False alarms per 1,000 honest listings".to_owned(),
            value: score
                .alarms_per_thousand()
                .map_or_else(nothing, |alarms| format!("{alarms:.2}")),
            note: per_thousand(score.honest_flagged.interval()),
        },
    ];
    if let Some(pages) = score.pages {
        tiles.push(SheetTile {
            label: "Pages fetched per path found".to_owned(),
            value: score
                .pages_per_hit
                .map_or_else(nothing, |pages| format!("{pages:.1}")),
            note: format!("{pages} pages"),
        });
    }
    tiles
}

fn tile(label: &str, value: String, within: Option<Interval>) -> SheetTile {
    SheetTile {
        label: label.to_owned(),
        value,
        note: interval(within),
    }
}

fn three_figures(score: &Score) -> SheetPart {
    let mut rows = Vec::new();
    for (unit, quality) in [("pairs", score.of_pairs), ("listings", score.of_listings)] {
        for (name, share_of) in [
            ("precision", quality.precision()),
            ("recall", quality.recall()),
        ] {
            rows.push(SheetRow {
                cells: cells([
                    format!("{name}, {unit}"),
                    share(share_of),
                    interval(share_of.interval()),
                ]),
                mark: mark(share_of),
            });
        }
        rows.push(SheetRow {
            cells: cells([
                format!("F1, {unit}"),
                number(quality.f1()),
                interval(quality.f1_interval()),
            ]),
            mark: quality.f1().zip(quality.f1_interval()).map(marked),
        });
    }
    SheetPart {
        heading: "Precision, recall and F1".to_owned(),
        about: "Of planted paths that every guise sees without a browser. A pair is a listing and the target of its path; \
                a planted listing is met by whatever target is named for it."
            .to_owned(),
        columns: titles(&["", "figure", "95 % interval"]),
        is_words: false,
        rows,
    }
}

fn qualities(score: &Score) -> SheetPart {
    let row = |name: &str, quality: Quality| SheetRow {
        cells: cells([
            name.to_owned(),
            quality.recall().of.to_string(),
            quality.hits.to_string(),
            quality.false_alarms.to_string(),
            share(quality.precision()),
            share(quality.recall()),
            number(quality.f1()),
        ]),
        mark: None,
    };
    SheetPart {
        heading: "What is counted".to_owned(),
        about: "False ones are the same in the rows of pairs, and in those of listings.".to_owned(),
        columns: titles(&["", "planted", "found", "false", "precision", "recall", "F1"]),
        is_words: false,
        rows: vec![
            row(
                "pairs that need neither browser nor vantage",
                score.of_pairs,
            ),
            row("pairs that need no browser", score.of_pairs_without_browser),
            row("all pairs", score.of_all_pairs),
            row("listings that need neither", score.of_listings),
            row("all planted listings", score.of_all_listings),
        ],
    }
}

fn needs(score: &Score) -> SheetPart {
    let row = |(needs, found): &(Needs, Share)| SheetRow {
        cells: cells([
            match needs {
                Needs::Nothing => "nothing",
                Needs::Vantage => "another vantage",
                Needs::Browser => "a browser",
            }
            .to_owned(),
            found.of.to_string(),
            found.hits.to_string(),
            share(*found),
            interval(found.interval()),
        ]),
        mark: mark(*found),
    };
    SheetPart {
        heading: "By what it takes to see them".to_owned(),
        about: "Planted paths; in the tables below those of the second and third row stand apart."
            .to_owned(),
        columns: titles(&["takes", "paths", "found", "recall", "95 % interval"]),
        is_words: false,
        rows: score.needs.iter().map(row).collect(),
    }
}

fn look_alikes(score: &Score) -> SheetPart {
    let row = |name: &str, flagged: Share| SheetRow {
        cells: cells([
            name.to_owned(),
            flagged.of.to_string(),
            flagged.hits.to_string(),
            flagged
                .value()
                .map_or_else(nothing, |share| format!("{:.2}", share * 1_000.0)),
            per_thousand(flagged.interval()),
        ]),
        mark: mark(flagged),
    };
    let mut rows = vec![row("all honest listings", score.honest_flagged)];
    rows.extend(
        score
            .look_alikes
            .iter()
            .map(|one| row(one.kind, one.flagged)),
    );
    SheetPart {
        heading: "False alarms on honest listings".to_owned(),
        about:
            "Listings that were flagged with a pair that is not planted, by what they look like."
                .to_owned(),
        columns: titles(&["kind", "listings", "flagged", "per 1,000", "95 % interval"]),
        is_words: false,
        rows,
    }
}

fn confusion(score: &Score) -> SheetPart {
    let counts = score.confusion;
    let rows = [
        ("planted, found", counts.planted_found),
        (
            "planted, found with another target",
            counts.planted_with_another_target,
        ),
        ("planted, missed", counts.planted_missed),
        (
            "planted, missed, and needs a browser or a vantage",
            counts.planted_missed_apart,
        ),
        ("honest, flagged", counts.honest_flagged),
        ("look-alike, flagged", counts.look_alike_flagged),
        (
            "honest, flagged with what the template conceals alone",
            counts.template_alone,
        ),
        (
            "without a record, flagged with a way that it shares with its seller's planted listing alone",
            counts.shared_alone,
        ),
        ("honest, silent", counts.honest_silent),
        (
            "flagged, and no listing of the marketplace",
            counts.elsewhere_flagged,
        ),
    ];
    SheetPart {
        heading: "Confusion".to_owned(),
        about: "Each listing stands in one row.".to_owned(),
        columns: titles(&["", "listings"]),
        is_words: false,
        rows: (rows.iter())
            .map(|(name, count)| SheetRow {
                cells: cells([(*name).to_owned(), count.to_string()]),
                mark: None,
            })
            .collect(),
    }
}

const fn words_of(dimension: Dimension) -> (&'static str, &'static str) {
    match dimension {
        Dimension::Technique => (
            "By technique",
            "A path stands in the row of each of its techniques, so a row also tells how its company does.",
        ),
        Dimension::Stacked => ("By number of techniques", ""),
        Dimension::Hops => ("By number of hops", ""),
        Dimension::Language => ("By language of the listing", ""),
        Dimension::Category => ("By category of the target", ""),
        Dimension::Policy => ("By policy of the target", ""),
        Dimension::Template => ("By template of the listing", ""),
        Dimension::Zone => ("By the part of the page it begins in", ""),
        Dimension::Spelling => ("By spelling of the target", ""),
        Dimension::Vantage => (
            "By vantage",
            "All of these are counted apart; those that need a browser besides are among them.",
        ),
    }
}

/// What was missed, by technique; paths that need something are told apart.
fn missed(score: &Score, examples: usize) -> SheetPart {
    let mut shown: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for missed in &score.missed {
        for technique in &missed.techniques {
            let places = shown.entry(technique).or_default();
            if places.len() < examples {
                places.push(format!("{} → {}", missed.listing, missed.target));
            }
        }
    }
    let techniques = score
        .breakdowns
        .iter()
        .find(|(dimension, _)| *dimension == Dimension::Technique);
    let rows = techniques.map_or(&[][..], |(_, rows)| rows);
    SheetPart {
        heading: "What was missed".to_owned(),
        about: String::new(),
        columns: titles(&["technique", "missed", "missed apart", "the first of them"]),
        is_words: true,
        rows: (rows.iter())
            .map(|row| {
                (
                    row,
                    row.found.of - row.found.hits,
                    row.apart.of - row.apart.hits,
                )
            })
            .filter(|(_, missed, apart)| missed + apart > 0)
            .map(|(row, missed, apart)| SheetRow {
                cells: cells([
                    row.key.clone(),
                    missed.to_string(),
                    apart.to_string(),
                    shown
                        .get(row.key.as_str())
                        .map(|places| places.join("; "))
                        .unwrap_or_default(),
                ]),
                mark: None,
            })
            .collect(),
    }
}

fn false_by_detector(score: &Score) -> SheetPart {
    SheetPart {
        heading: "False pairs by detector".to_owned(),
        about: "As the findings name them; a pair of several stands in each of their rows."
            .to_owned(),
        columns: titles(&["detector", "false pairs"]),
        is_words: false,
        rows: (score.false_by_detector.iter())
            .map(|(detector, count)| SheetRow {
                cells: cells([detector.clone(), count.to_string()]),
                mark: None,
            })
            .collect(),
    }
}

fn false_alarms(score: &Score, examples: usize) -> SheetPart {
    let mut shown: BTreeMap<&str, usize> = BTreeMap::new();
    let mut rows = Vec::new();
    for alarm in &score.false_alarms {
        let count = shown.entry(alarm.listing_is).or_default();
        *count += 1;
        if *count <= examples {
            rows.push(SheetRow {
                cells: cells([
                    alarm.listing_is.to_owned(),
                    alarm.listing.clone(),
                    alarm.target.clone(),
                    alarm.detectors.join(", "),
                ]),
                mark: None,
            });
        }
    }
    rows.sort_by(|a, b| a.cells.cmp(&b.cells));
    SheetPart {
        heading: "Some false pairs".to_owned(),
        about: "The first of each kind of listing.".to_owned(),
        columns: titles(&["listing is", "listing", "target", "detectors"]),
        is_words: true,
        rows,
    }
}

fn titles(titles: &[&str]) -> Vec<String> {
    titles.iter().map(|title| (*title).to_owned()).collect()
}

fn cells<const N: usize>(cells: [String; N]) -> Vec<String> {
    cells.into()
}

fn nothing() -> String {
    "–".to_owned()
}

pub(super) fn number(value: Option<f64>) -> String {
    value.map_or_else(nothing, |value| format!("{value:.3}"))
}

pub(super) fn share(share: Share) -> String {
    number(share.value())
}

fn of_apart(share: Share) -> String {
    if share.of == 0 {
        String::new()
    } else {
        format!("{} of {}", share.hits, share.of)
    }
}

pub(super) fn interval(within: Option<Interval>) -> String {
    within.map_or_else(nothing, |within| {
        format!("{:.3} to {:.3}", within.low, within.high)
    })
}

pub(super) fn per_thousand(within: Option<Interval>) -> String {
    within.map_or_else(nothing, |within| {
        format!(
            "{:.2} to {:.2}",
            within.low * 1_000.0,
            within.high * 1_000.0
        )
    })
}

pub(super) fn mark(share: Share) -> Option<SheetMark> {
    share.value().zip(share.interval()).map(marked)
}

pub(super) fn marked((value, within): (f64, Interval)) -> SheetMark {
    SheetMark {
        value,
        low: within.low,
        high: within.high,
    }
}
