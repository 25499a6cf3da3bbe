//! What each element carries.

use html5ever::ns;
use model::{Carrier, HopKind, Link, ResourceKind, Site, Technique, Trigger, Visibility};

use crate::carriers::{Walk, proof};
use crate::outline::Index;
use crate::tags::{Attrs, Tag};
use crate::text_url;
use crate::unwrap::data_url;

impl Walk<'_, '_> {
    /// Takes what one element carries.
    pub(crate) fn element(&mut self, index: Index) {
        let Some(element) = self.outline.element(index) else {
            return;
        };
        let (tag, attrs) = (
            self.outline.items[index].tag,
            self.outline.items[index].attrs,
        );
        if !tag.is(Tag::CARRIER) && !attrs.has(Attrs::OTHER) && element.name.ns == ns!(html) {
            return;
        }
        if self.found.links.len() >= crate::carriers::MAX_LINKS && attrs.has(Attrs::HREF) {
            // What follows would be left out: the cap is noted, and its cost is saved.
            self.found.is_full();
            return;
        }
        let name = element.name();
        match name {
            "a" => self.anchor(index),
            "area" => self.area(index),
            "form" => self.form(index),
            "button" | "input" => self.control(index),
            "iframe" | "frame" | "portal" | "fencedframe" => self.frame(index, name),
            "object" => self.embed(index, "data", Carrier::ObjectData),
            "embed" => self.embed(index, "src", Carrier::EmbedSrc),
            "meta" => self.meta(index),
            "base" => self.base_element(index),
            "link" => self.link_element(index),
            "script" => self.script(index),
            "style" => self.style_element(index),
            "noscript" => self.noscript(index),
            "textarea" | "xmp" | "noembed" | "noframes" | "title" | "plaintext" => {
                self.raw_text(index);
            }
            _ if self.is_foreign(index) => self.foreign(index, name),
            _ => {}
        }
        if attrs.has(Attrs::OTHER) {
            self.attributes(index, name);
        }
    }

    fn anchor(&mut self, index: Index) {
        let Some(element) = self.outline.element(index) else {
            return;
        };
        let carrier = if element.name.ns == ns!(svg) {
            Carrier::SvgA
        } else {
            Carrier::AHref
        };
        // An anchor of SVG may have an `href` of its own and one of XLink; the own one counts, and
        // older readers take the other.
        let hrefs = element
            .attrs
            .iter()
            .filter(|(name, _)| &*name.local == "href");
        for (_, href) in hrefs.take(2) {
            self.anchor_with(index, href, carrier);
        }
        self.pings(index);
    }

    /// Addresses that are told of a click.
    fn pings(&mut self, index: Index) {
        if let Some(ping) = self.outline.attr(index, "ping") {
            for href in ping.split_whitespace().take(4) {
                let mut link = self.link_on(index, href, HopKind::Alternate, Carrier::APing);
                link.note(Technique::NON_ANCHOR_CARRIER);
                self.add(link);
            }
        }
    }

    pub(crate) fn anchor_with(&mut self, index: Index, href: &str, carrier: Carrier) {
        if let Some(code) = javascript_code(href) {
            self.javascript(index, code);
            return;
        }
        let trimmed = href.trim_start();
        if data_url::is_one(trimmed) {
            let visibility = self.judge.anchor(index);
            self.data_document(index, trimmed, &visibility);
        }
        let mut link = self.link_on(index, href, HopKind::Anchor, carrier);
        link.text = self.anchor_text(index);
        link.context = self.context(index);
        link.visibility = self.judge.anchor(index);
        link.marks = self.judge.marks(index);
        link.text_names_other_host = names_other_host(&link);
        if carrier != Carrier::AHref {
            link.note(Technique::FOREIGN_CONTENT);
        }
        link.to_seller = self.is_listing && self.leads_to_seller(index, &link);
        if link.target.as_ref().is_none_or(is_messenger) {
            self.found
                .contacts
                .push((href.trim().to_owned(), index, link.visibility.clone()));
        }
        self.add(link);
    }

    fn area(&mut self, index: Index) {
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

    fn form(&mut self, index: Index) {
        let action = self.outline.attr(index, "action").unwrap_or_default();
        if action.trim().is_empty() {
            self.found.forms.push((index, None));
            return;
        }
        let mut link = self.link_on(index, action, HopKind::Form, Carrier::FormAction);
        link.text = self.submit_text(index);
        link.context = self.outline.text_below(index, 300).into_owned();
        link.visibility = self.judge.element(index);
        let place = self.add(link);
        self.found.forms.push((index, place));
    }

    fn submit_text(&self, form: Index) -> String {
        let is_submit = |at: &Index| {
            let kind = self.outline.attr(*at, "type").unwrap_or_default();
            match self.outline.name(*at) {
                "button" => !matches!(kind, "button" | "reset"),
                "input" => matches!(kind, "submit" | "image"),
                _ => false,
            }
        };
        let Some(control) = self.outline.below(form).take(2_000).find(is_submit) else {
            return String::new();
        };
        let text = self.outline.text_below(control, 200);
        if !text.is_empty() {
            return text.into_owned();
        }
        ["value", "alt", "aria-label"]
            .iter()
            .find_map(|name| self.outline.attr(control, name))
            .map(|text| crate::outline::collapse(text, 200))
            .unwrap_or_default()
    }

    /// A control that sends a form: to an address of its own, or from outside of the form.
    fn control(&mut self, index: Index) {
        if let Some(form) = self.outline.attr(index, "form")
            && self.found.owners.len() < MAX_OWNERS
            && self.sends(index)
        {
            self.found.owners.push((index, form.trim().to_owned()));
        }
        let Some(action) = self.outline.attr(index, "formaction") else {
            return;
        };
        let mut link = self.link_on(index, action, HopKind::Form, Carrier::FormactionAttribute);
        link.text = self.control_text(index);
        link.visibility = self.judge.element(index);
        link.note(Technique::NON_ANCHOR_CARRIER);
        self.add(link);
    }

    fn sends(&self, index: Index) -> bool {
        let kind = self.outline.attr(index, "type").unwrap_or_default();
        match self.outline.name(index) {
            "button" => !matches!(kind, "button" | "reset"),
            _ => matches!(kind, "submit" | "image"),
        }
    }

    fn control_text(&self, index: Index) -> String {
        let text = self.anchor_text(index);
        if !text.is_empty() {
            return text;
        }
        ["value", "alt", "aria-label"]
            .iter()
            .find_map(|name| self.outline.attr(index, name))
            .map(|text| crate::outline::collapse(text, 200))
            .unwrap_or_default()
    }

    /// Controls that send a form which stands elsewhere: the way out is where the control is.
    pub(crate) fn form_owners(&mut self) {
        for (control, id) in std::mem::take(&mut self.found.owners) {
            let form = self
                .found
                .forms
                .iter()
                .find(|(at, _)| self.outline.attr(*at, "id") == Some(id.as_str()));
            let Some(&(form, Some(_))) = form else {
                continue;
            };
            let is_inside = self.outline.below(form).contains(&control);
            if is_inside || self.outline.attr(control, "formaction").is_some() {
                continue;
            }
            let action = self.outline.attr(form, "action").unwrap_or_default();
            let mut link = self.link_on(control, action, HopKind::Form, Carrier::FormOwner);
            link.text = self.control_text(control);
            link.visibility = self.judge.element(control);
            link.note(Technique::NON_ANCHOR_CARRIER);
            self.add(link);
        }
    }

    fn frame(&mut self, index: Index, name: &str) {
        let visibility = self.frame_visibility(index);
        let (attribute, carrier) = match name {
            "iframe" => ("src", Carrier::IframeSrc),
            "frame" => ("src", Carrier::FrameSrc),
            _ => ("src", Carrier::PortalSrc),
        };
        let src = self.outline.attr(index, attribute).unwrap_or_default();
        if let Some(html) = self.outline.attr(index, "srcdoc") {
            self.srcdoc(index, html, &visibility);
        } else if is_reference(src) {
            let mut link = self.link_on(index, src, HopKind::Frame, carrier);
            link.text = crate::outline::collapse(
                self.outline.attr(index, "title").unwrap_or_default(),
                200,
            );
            link.trigger = if name == "portal" {
                Trigger::Act
            } else {
                Trigger::Load
            };
            link.visibility = visibility;
            self.add(link);
        } else if let Some((scheme, code)) = src.trim_start().split_once(':')
            && scheme.eq_ignore_ascii_case("javascript")
        {
            self.javascript(index, code);
        } else {
            self.data_document(index, src, &visibility);
        }
    }

    fn frame_visibility(&self, index: Index) -> Visibility {
        let side = |name: &str| {
            let value = self.outline.attr(index, name)?.trim();
            value.trim_end_matches("px").parse::<f32>().ok()
        };
        let style = crate::css::declaration::declarations(
            self.outline.attr(index, "style").unwrap_or_default(),
        );
        let styled = |property| {
            let units = crate::css::values::Units::initial();
            let found = style.iter().rev().find(|d| d.property == Some(property))?;
            crate::css::values::length(&found.value, units)?.px()
        };
        use crate::css::declaration::Property::{Height, Width};
        let width = styled(Width).or_else(|| side("width"));
        let height = styled(Height).or_else(|| side("height"));
        let span = self.outline.span(index);
        if let Some(shows) = self.frameset_side(index) {
            return Visibility::Hidden(vec![proof(Technique::HIDDEN_FRAME, &shows, span)]);
        }
        if [width, height].into_iter().flatten().any(|px| px <= 1.0) {
            let shows = format!("frame of {}×{}", told(width), told(height));
            return Visibility::Hidden(vec![proof(Technique::HIDDEN_FRAME, &shows, span)]);
        }
        match self.judge.element(index) {
            Visibility::Hidden(mut proofs) => {
                proofs.push(proof(Technique::HIDDEN_FRAME, "the frame is hidden", span));
                Visibility::Hidden(proofs)
            }
            other => other,
        }
    }

    /// The side of nothing that a frameset gives to a frame.
    fn frameset_side(&self, index: Index) -> Option<String> {
        let set = self.outline.parent(index)?;
        if self.outline.name(index) != "frame" || self.outline.name(set) != "frameset" {
            return None;
        }
        let frames = |at: &Index| matches!(self.outline.name(*at), "frame" | "frameset");
        let place = self
            .outline
            .children(set)
            .filter(frames)
            .take(64)
            .position(|at| at == index)?;
        ["rows", "cols"].iter().find_map(|name| {
            let sides = self.outline.attr(set, name)?;
            let side = sides.split(',').nth(place)?.trim();
            let is_nothing = matches!(side.trim_end_matches(['%', '*']), "0" | "1");
            (is_nothing && !side.ends_with("1*") && side != "1%")
                .then(|| format!("frame of a frameset with {name} {sides}"))
        })
    }

    fn embed(&mut self, index: Index, attribute: &str, carrier: Carrier) {
        if let Some(href) = self
            .outline
            .attr(index, attribute)
            .filter(|href| data_url::is_one(href))
        {
            let visibility = self.judge.element(index);
            self.data_document(index, href, &visibility);
            return;
        }
        let Some(href) = self
            .outline
            .attr(index, attribute)
            .filter(|href| is_reference(href))
        else {
            return;
        };
        let kind = self.outline.attr(index, "type").unwrap_or_default();
        let is_media =
            kind.starts_with("image/") || kind.contains("flash") || kind.starts_with("video/");
        if is_media || is_media_name(href) {
            self.resource_on(index, href, ResourceKind::Media, carrier);
            return;
        }
        let mut link = self.link_on(index, href, HopKind::Embed, carrier);
        link.trigger = Trigger::Load;
        link.visibility = self.judge.element(index);
        link.note(Technique::EMBEDDED_DOCUMENT);
        self.add(link);
    }
}

/// At most so many controls outside of their forms count.
const MAX_OWNERS: usize = 200;

/// What follows `javascript:`, as a browser reads the scheme: white space and control characters
/// before it and line breaks and tabs within count for nothing.
pub(crate) fn javascript_code(href: &str) -> Option<&str> {
    let mut rest = href.trim_start_matches(|c: char| c <= ' ');
    if !rest.starts_with(['j', 'J']) {
        return None;
    }
    for letter in "javascript:".chars() {
        rest = rest.trim_start_matches(['\t', '\n', '\r']);
        let first = rest.chars().next()?;
        if !first.eq_ignore_ascii_case(&letter) {
            return None;
        }
        rest = &rest[first.len_utf8()..];
    }
    Some(rest)
}

fn told(side: Option<f32>) -> String {
    side.map_or_else(|| "?".to_owned(), |side| side.to_string())
}

/// Whether a reference names something to load: not empty, not a fragment, not a script.
pub(crate) fn is_reference(href: &str) -> bool {
    let trimmed = href.trim();
    let lower = trimmed.get(..11).unwrap_or(trimmed).to_ascii_lowercase();
    !trimmed.is_empty()
        && !trimmed.starts_with('#')
        && !["about:", "data:", "javascript:", "blob:"]
            .iter()
            .any(|scheme| lower.starts_with(scheme))
}

/// Whether a reference ends like the name of a picture, a sound, a film, a script or a sheet.
pub(crate) fn is_media_name(href: &str) -> bool {
    let path = href
        .split(['?', '#'])
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    [
        ".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg", ".ico", ".css", ".js", ".mjs",
        ".woff", ".woff2", ".ttf", ".mp4", ".webm", ".mp3", ".swf", ".bmp", ".json",
    ]
    .iter()
    .any(|ending| path.ends_with(ending))
}

/// Whether an address is that of a person on a messenger.
pub(crate) fn is_messenger(target: &model::PageUrl) -> bool {
    crate::contact::is_messenger(target.host().as_str())
}

/// Surface of an image-map area in square pixels.
/// Square pixels of the smallest area that a pointer finds: four by four.
const SMALLEST_AREA: f32 = 16.0;

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

/// Whether an anchor shows one host and leads to another site.
fn names_other_host(link: &Link) -> bool {
    let Some(target) = &link.target else {
        return false;
    };
    let Some(shown) = text_url::shown_host(&link.text) else {
        return false;
    };
    Site::of(&shown) != Site::of(target)
}
