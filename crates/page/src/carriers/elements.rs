//! What each element carries.

use model::{
    Carrier, HopKind, Link, Note, NoteKind, ResourceKind, Site, Technique, Trigger, Visibility,
};

use crate::carriers::headers::rel_kind;
use crate::carriers::{Walk, proof};
use crate::outline::Index;
use crate::refresh;
use crate::text_url;
use crate::unwrap::data_url;

impl Walk<'_, '_> {
    /// Takes what one element carries.
    pub(crate) fn element(&mut self, index: Index) {
        if self.found.links.len() >= crate::carriers::MAX_LINKS
            && self.outline.attr(index, "href").is_some()
        {
            // What follows would be left out: the cap is noted, and its cost is saved.
            self.found.is_full();
            return;
        }
        let name = self.outline.name(index);
        match name {
            "a" => self.anchor(index),
            "area" => self.area(index),
            "form" => self.form(index),
            "button" | "input" => self.control(index),
            "iframe" | "frame" | "portal" | "fencedframe" => self.frame(index, name),
            "object" => self.embed(index, "data", Carrier::ObjectData),
            "embed" => self.embed(index, "src", Carrier::EmbedSrc),
            "meta" => self.meta(index),
            "base" => self.base(index),
            "link" => self.link_element(index),
            "script" => self.script(index),
            "noscript" => self.noscript(index),
            "textarea" | "xmp" | "noembed" | "noframes" | "title" => self.raw_text(index),
            "blockquote" | "q" | "del" | "ins" => self.other_attribute(index, "cite"),
            "img" => {
                self.image(index);
                self.other_attribute(index, "longdesc");
            }
            _ => {
                let mathml = self.outline.element(index).is_some_and(|element| {
                    &*element.name.ns == "http://www.w3.org/1998/Math/MathML"
                });
                if mathml && let Some(href) = self.outline.attr(index, "href") {
                    self.anchor_with(index, href, Carrier::MathMl);
                }
            }
        }
        self.attributes(index);
    }

    fn anchor(&mut self, index: Index) {
        let Some(element) = self.outline.element(index) else {
            return;
        };
        let carrier = if &*element.name.ns == "http://www.w3.org/2000/svg" {
            Carrier::SvgA
        } else {
            Carrier::AHref
        };
        if let Some(href) = self.outline.attr(index, "href") {
            self.anchor_with(index, href, carrier);
        }
        if let Some(ping) = self.outline.attr(index, "ping") {
            for href in ping.split_whitespace().take(4) {
                let link = self.link_on(index, href, HopKind::Alternate, Carrier::APing);
                self.add(link);
            }
        }
    }

    fn anchor_with(&mut self, index: Index, href: &str, carrier: Carrier) {
        let trimmed = href.trim_start();
        if trimmed
            .get(..11)
            .is_some_and(|head| head.eq_ignore_ascii_case("javascript:"))
        {
            self.javascript(index, &trimmed[11..]);
            return;
        }
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
        link.context = self.outline.text_below(index, 300);
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
            return text;
        }
        ["value", "alt", "aria-label"]
            .iter()
            .find_map(|name| self.outline.attr(control, name))
            .map(|text| crate::outline::collapse(text, 200))
            .unwrap_or_default()
    }

    fn control(&mut self, index: Index) {
        let Some(action) = self.outline.attr(index, "formaction") else {
            return;
        };
        let mut link = self.link_on(index, action, HopKind::Form, Carrier::FormactionAttribute);
        link.text = self.outline.text_below(index, 200);
        if link.text.is_empty() {
            link.text = self
                .outline
                .attr(index, "value")
                .unwrap_or_default()
                .chars()
                .take(200)
                .collect();
        }
        link.visibility = self.judge.element(index);
        self.add(link);
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
            self.found
                .resource(href, &self.base.clone(), ResourceKind::Other);
            return;
        }
        let mut link = self.link_on(index, href, HopKind::Embed, carrier);
        link.trigger = Trigger::Load;
        link.visibility = self.judge.element(index);
        self.add(link);
    }

    fn meta(&mut self, index: Index) {
        let content = self.outline.attr(index, "content").unwrap_or_default();
        let equiv = self.outline.attr(index, "http-equiv").unwrap_or_default();
        if equiv.trim().eq_ignore_ascii_case("refresh") {
            if let Some(refresh) =
                refresh::parse(content).filter(|refresh| !refresh.href.is_empty())
            {
                let mut link = self.link_on(
                    index,
                    &refresh.href,
                    HopKind::MetaRefresh,
                    Carrier::MetaRefresh,
                );
                link.trigger = Trigger::Load;
                link.delay_seconds = Some(refresh.delay_seconds);
                self.add(link);
            }
            return;
        }
        let name = self
            .outline
            .attr(index, "property")
            .or_else(|| self.outline.attr(index, "name"));
        let name = name.unwrap_or_default().trim().to_ascii_lowercase();
        match name.as_str() {
            "og:url" | "twitter:url" | "al:web:url" => {
                let kind = if name == "og:url" {
                    HopKind::Canonical
                } else {
                    HopKind::Alternate
                };
                let link = self.link_on(index, content, kind, Carrier::MetaUrl);
                self.add(link);
            }
            "robots" if content.to_ascii_lowercase().contains("no") => {
                self.found.notes.push(Note {
                    kind: NoteKind::RobotsMeta,
                    text: crate::outline::collapse(content, 200),
                    span: self.outline.span(index),
                });
            }
            _ => {}
        }
    }

    fn base(&mut self, index: Index) {
        let Some(href) = self.outline.attr(index, "href") else {
            return;
        };
        let link = self.link_on(index, href, HopKind::Alternate, Carrier::BaseHref);
        let mut link = link;
        link.target = link.href.resolve(self.address).ok();
        let elsewhere = link
            .target
            .as_ref()
            .filter(|target| target.site() != self.address.site());
        if let Some(target) = elsewhere {
            self.found.notes.push(Note {
                kind: NoteKind::BaseElsewhere,
                text: format!("base re-roots relative links to {}", target.site()),
                span: link.span,
            });
        }
        self.add(link);
    }

    fn link_element(&mut self, index: Index) {
        let Some(href) = self.outline.attr(index, "href") else {
            return;
        };
        let link = self.link_on(index, href, HopKind::Alternate, Carrier::LinkRel);
        match rel_kind(&link.rel) {
            Some(HopKind::Canonical) => {
                let link = Link {
                    kind: HopKind::Canonical,
                    carrier: Carrier::LinkCanonical,
                    ..link
                };
                self.add(link);
            }
            Some(_) => {
                self.add(link);
            }
            None => {
                let has = |word: &str| link.rel.iter().any(|rel| rel == word);
                let kind = if has("stylesheet") {
                    ResourceKind::Stylesheet
                } else if has("icon") || has("apple-touch-icon") {
                    ResourceKind::Image
                } else {
                    ResourceKind::Other
                };
                self.found.resource(href, &self.base.clone(), kind);
            }
        }
    }

    fn image(&mut self, index: Index) {
        if let Some(src) = self.outline.attr(index, "src") {
            self.found
                .resource(src, &self.base.clone(), ResourceKind::Image);
        }
    }

    fn other_attribute(&mut self, index: Index, attribute: &str) {
        let Some(href) = self
            .outline
            .attr(index, attribute)
            .filter(|href| is_reference(href))
        else {
            return;
        };
        let mut link = self.link_on(index, href, HopKind::Alternate, Carrier::OtherAttribute);
        link.text = self.outline.text_below(index, 200);
        self.add(link);
    }

    /// Handlers and data attributes, on any element.
    fn attributes(&mut self, index: Index) {
        let Some(element) = self.outline.element(index) else {
            return;
        };
        for (name, value) in element.attrs() {
            if value.len() < 4 {
                continue;
            }
            if name.starts_with("on") {
                self.handler(index, name, value);
            } else if name.starts_with("data-") {
                self.data_attribute(index, name, value);
            }
        }
    }

    /// An absolute address in a `data-*` attribute that is not the place of a picture or a script.
    fn data_attribute(&mut self, index: Index, name: &str, value: &str) {
        let lower = value
            .trim_start()
            .get(..8)
            .unwrap_or(value)
            .to_ascii_lowercase();
        let absolute = lower.starts_with("http://")
            || lower.starts_with("https://")
            || lower.starts_with("//");
        let resource = [
            "src",
            "image",
            "img",
            "thumb",
            "poster",
            "srcset",
            "bg",
            "background",
            "icon",
            "api",
            "endpoint",
        ]
        .iter()
        .any(|word| name.contains(word));
        if !absolute || resource || is_media_name(value) || value.trim().contains(' ') {
            return;
        }
        // What the element links anyway is said once.
        if self
            .outline
            .attr(index, "href")
            .is_some_and(|href| href.trim() == value.trim())
        {
            return;
        }
        let mut link = self.link_on(
            index,
            value,
            HopKind::ScriptNavigation,
            Carrier::DataAttribute,
        );
        link.text = self.anchor_text(index);
        link.context = self.context(index);
        link.visibility = self.judge.anchor(index);
        self.add(link);
    }
}

fn told(side: Option<f32>) -> String {
    side.map_or_else(|| "?".to_owned(), |side| side.to_string())
}

/// Whether a reference names something to load: not empty, not a fragment, not a script.
fn is_reference(href: &str) -> bool {
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
    let host = target.host();
    matches!(
        host.as_str().trim_start_matches("www."),
        "wa.me"
            | "t.me"
            | "telegram.me"
            | "api.whatsapp.com"
            | "chat.whatsapp.com"
            | "web.whatsapp.com"
    )
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
