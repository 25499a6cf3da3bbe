//! What a page declares: `meta`, `link` and the other elements that name addresses which nobody
//! clicks.

use model::{Carrier, HopKind, Link, Note, NoteKind, ResourceKind, Technique, Trigger};

use crate::carriers::Walk;
use crate::carriers::elements::is_media_name;
use crate::carriers::headers::{policy_hosts, rel_kind};
use crate::directives;
use crate::outline::{Index, collapse};
use crate::refresh;

impl Walk<'_, '_> {
    /// A `meta` element: refresh, policy, or an address in its content.
    pub(crate) fn meta(&mut self, index: Index) {
        let Some(content) = self.outline.attr(index, "content") else {
            return;
        };
        let equiv = self.outline.attr(index, "http-equiv").unwrap_or_default();
        if !equiv.is_empty() && self.meta_as_header(index, equiv.trim(), content) {
            return;
        }
        let name = ["property", "name", "itemprop"]
            .iter()
            .find_map(|name| self.outline.attr(index, name));
        let name = name.unwrap_or_default().trim();
        let span = self.outline.span(index);
        directives::of_meta(&mut self.found.directives, name, content, span);
        if name.eq_ignore_ascii_case("robots") {
            if content.to_ascii_lowercase().contains("no") {
                self.found.notes.push(Note {
                    kind: NoteKind::RobotsMeta,
                    text: collapse(content, 200),
                    span,
                });
            }
            return;
        }
        self.meta_address(index, &name.to_ascii_lowercase(), content);
    }

    /// A `meta` that stands for a header; gives whether it was one.
    fn meta_as_header(&mut self, index: Index, equiv: &str, content: &str) -> bool {
        let is = |name: &str| equiv.eq_ignore_ascii_case(name);
        if is("refresh") {
            if let Some(refresh) = refresh::parse(content) {
                let (kind, carrier) = (HopKind::MetaRefresh, Carrier::MetaRefresh);
                let mut link = self.link_on(index, &refresh.href, kind, carrier);
                if refresh.href.is_empty() {
                    // The page itself is loaded again, whatever its base is.
                    link.target = Some(self.address.clone());
                }
                link.trigger = Trigger::Load;
                link.delay_seconds = Some(refresh.delay_seconds);
                self.add(link);
            }
        } else if is("content-security-policy") || is("content-security-policy-report-only") {
            for host in policy_hosts(content) {
                self.resource_on(index, &host, ResourceKind::Policy, Carrier::ContentPolicy);
            }
        } else if is("content-location") || is("link") {
            let href = content.trim().trim_start_matches('<');
            let href = href.split('>').next().unwrap_or_default();
            let link = self.link_on(index, href, HopKind::Alternate, Carrier::MetaUrl);
            self.add(link);
        } else {
            return false;
        }
        true
    }

    /// The addresses in the content of a `meta`: a whole one, or those of a pinned site's tasks.
    fn meta_address(&mut self, index: Index, name: &str, content: &str) {
        let trimmed = content.trim();
        let is_named = matches!(
            name,
            "og:url" | "twitter:url" | "al:web:url" | "url" | "identifier-url" | "application-url"
        ) || (name.starts_with("msapplication-") && name.ends_with("url"));
        if name == "msapplication-task" || name == "apple-itunes-app" || name == "google-play-app" {
            for part in trimmed.split([';', ',']) {
                let Some((key, href)) = part.split_once('=') else {
                    continue;
                };
                match key.trim() {
                    "action-uri" | "app-argument" | "app-url" => {
                        let link = self.link_on(index, href, HopKind::Alternate, Carrier::MetaUrl);
                        self.add(link);
                    }
                    "icon-uri" => {
                        self.resource_on(index, href, ResourceKind::Image, Carrier::MetaUrl);
                    }
                    _ => {}
                }
            }
            return;
        }
        if name.starts_with("msapplication-") && !is_named {
            let is_file = ["logo", "image", "config"]
                .iter()
                .any(|word| name.contains(word));
            if is_file && name != "msapplication-tilecolor" {
                self.resource_on(index, trimmed, ResourceKind::Manifest, Carrier::MetaUrl);
            }
            return;
        }
        let has_scheme = trimmed.contains("://") && !trimmed.contains(char::is_whitespace);
        if !is_named && !has_scheme && !trimmed.starts_with("//") {
            return;
        }
        let is_picture = ["image", "icon", "thumb", "logo", "video", "audio", "photo"]
            .iter()
            .any(|word| name.contains(word))
            && !name.contains("player");
        if is_picture || (!is_named && is_media_name(trimmed)) {
            self.resource_on(index, trimmed, ResourceKind::Media, Carrier::MetaUrl);
            return;
        }
        let kind = if name == "og:url" {
            HopKind::Canonical
        } else {
            HopKind::Alternate
        };
        let link = self.link_on(index, trimmed, kind, Carrier::MetaUrl);
        self.add(link);
    }

    /// A `base` element: what relative references are resolved against.
    pub(crate) fn base_element(&mut self, index: Index) {
        let Some(href) = self.outline.attr(index, "href") else {
            return;
        };
        let mut link = self.link_on(index, href, HopKind::Alternate, Carrier::BaseHref);
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
            link.note(Technique::BASE_HIJACK);
        }
        self.add(link);
    }

    /// A `link` element, by the role that its `rel` gives it.
    pub(crate) fn link_element(&mut self, index: Index) {
        let Some(href) = self.outline.attr(index, "href") else {
            return;
        };
        let link = self.link_on(index, href, HopKind::Alternate, Carrier::LinkRel);
        let has = |word: &str| link.rel.iter().any(|rel| rel == word);
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
                let is_early = has("prerender") || has("prefetch");
                let mut link = link;
                if is_early {
                    link.note(Technique::EARLY_HINT);
                }
                self.add(link);
            }
            None => {
                let loads_as = self.outline.attr(index, "as").unwrap_or_default();
                let kind = role(&link.rel, loads_as);
                self.resource_on(index, href, kind, Carrier::LinkRel);
            }
        }
    }
}

/// What a `link` is for that leads to no document, by its `rel` and `as`.
pub(crate) fn role(rel: &[String], loads_as: &str) -> ResourceKind {
    let has = |word: &str| rel.iter().any(|rel| rel == word);
    if has("stylesheet") {
        return ResourceKind::Stylesheet;
    }
    if rel
        .iter()
        .any(|rel| rel.contains("icon") || rel == "apple-touch-startup-image")
    {
        return ResourceKind::Image;
    }
    if has("manifest") {
        return ResourceKind::Manifest;
    }
    match loads_as {
        "script" | "worker" => ResourceKind::Script,
        "style" => ResourceKind::Stylesheet,
        "image" => ResourceKind::Image,
        "font" => ResourceKind::Font,
        "audio" | "video" | "track" => ResourceKind::Media,
        _ if has("modulepreload") => ResourceKind::Script,
        _ if has("preconnect") || has("dns-prefetch") || has("preload") || has("prefetch") => {
            ResourceKind::Hint
        }
        _ => ResourceKind::Other,
    }
}
