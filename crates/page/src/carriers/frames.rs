//! Documents that a page shows in itself: frames, objects, embeds.

use model::{Carrier, HopKind, ResourceKind, Technique, Trigger, Visibility};

use crate::ascii::is_named;
use crate::carriers::elements::{is_media_name, is_reference};
use crate::carriers::{Walk, proof};
use crate::outline::Index;
use crate::unwrap::data_url;

impl Walk<'_, '_> {
    /// A frame: its address, the document in its `srcdoc`, or the code in its address.
    pub(super) fn frame(&mut self, index: Index, name: &str) {
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
        // What stands in the element is for browsers without frames, and there is none.
        self.raw_text(index);
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

    /// An object or an embed.
    pub(super) fn embed(&mut self, index: Index, attribute: &str, carrier: Carrier) {
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
        // A drawing that is embedded is a document, and its links are followed; as a picture it is none.
        let is_drawing = kind.starts_with("image/svg") || is_named(href, &[".svg"]);
        let is_media =
            kind.starts_with("image/") || kind.contains("flash") || kind.starts_with("video/");
        if !is_drawing && (is_media || is_media_name(href)) {
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

fn told(side: Option<f32>) -> String {
    side.map_or_else(|| "?".to_owned(), |side| side.to_string())
}
