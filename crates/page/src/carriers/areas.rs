//! Areas of image maps.

use model::{Carrier, HopKind, Technique, Visibility};

use crate::carriers::{Walk, proof};
use crate::outline::Index;

/// Square pixels of the smallest area that a pointer finds: four by four.
const SMALLEST_AREA: f32 = 16.0;

impl Walk<'_, '_> {
    /// An area of an image map.
    pub(super) fn area(&mut self, index: Index) {
        let Some(href) = self.outline.attr(index, "href") else {
            return;
        };
        let mut link = self.link_on(index, href, HopKind::Area, Carrier::AreaHref);
        link.text = self.anchor_text(index);
        link.visibility = self.area_visibility(index);
        self.add(link);
        self.pings(index);
    }

    /// An area is seen where its image is, and when it has a surface on it.
    fn area_visibility(&self, index: Index) -> Visibility {
        let outline = self.outline;
        let map = outline.lineage(index).find(|&at| outline.name(at) == "map");
        let name = map.and_then(|map| {
            outline
                .attr(map, "name")
                .or_else(|| outline.attr(map, "id"))
        });
        let image = name.and_then(|name| {
            (0..outline.items.len()).find(|&at| {
                outline
                    .attr(at, "usemap")
                    .is_some_and(|usemap| usemap.trim().trim_start_matches('#') == name)
            })
        });
        let tiny = |shows: &str| {
            Visibility::Hidden(vec![proof(
                Technique::TINY_AREA,
                shows,
                outline.span(index),
            )])
        };
        let Some(image) = image else {
            return tiny("area of a map that no image uses");
        };
        let shape = outline
            .attr(index, "shape")
            .unwrap_or("rect")
            .to_ascii_lowercase();
        let numbers: Vec<f32> = outline
            .attr(index, "coords")
            .unwrap_or_default()
            .split([',', ' ', ';'])
            .filter_map(|number| number.trim().parse().ok())
            .collect();
        if shape != "default" && area_px(&shape, &numbers) < SMALLEST_AREA {
            return tiny("area of less than sixteen square pixels");
        }
        let side = |name| {
            outline
                .attr(image, name)
                .and_then(|v| v.trim().parse::<f32>().ok())
        };
        let outside = |at: usize, side: Option<f32>| {
            let least = numbers
                .iter()
                .skip(at)
                .step_by(2)
                .copied()
                .fold(f32::MAX, f32::min);
            side.is_some_and(|side| !numbers.is_empty() && least >= side)
        };
        if shape != "default" && (outside(0, side("width")) || outside(1, side("height"))) {
            return tiny("area outside of its image");
        }
        self.judge.element(image)
    }
}

/// Surface of an area in square pixels.
fn area_px(shape: &str, numbers: &[f32]) -> f32 {
    match (shape, numbers) {
        ("circle" | "circ", [_, _, radius, ..]) => std::f32::consts::PI * radius * radius,
        ("poly" | "polygon", points) if points.len() >= 6 => {
            let points: Vec<(f32, f32)> = points.chunks_exact(2).map(|p| (p[0], p[1])).collect();
            let next = points.iter().cycle().skip(1);
            points
                .iter()
                .zip(next)
                .map(|(a, b)| a.0 * b.1 - b.0 * a.1)
                .sum::<f32>()
                .abs()
                / 2.0
        }
        ("rect" | "rectangle" | "", [left, top, right, bottom, ..]) => {
            (right - left).abs() * (bottom - top).abs()
        }
        _ => 0.0,
    }
}
