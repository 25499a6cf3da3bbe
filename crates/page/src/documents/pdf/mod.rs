//! PDF documents: link annotations and actions, also in compressed objects, and the addresses that
//! their text spells.
//!
//! Links are taken from every dictionary that carries an action, whatever the page tree says, so
//! that no broken tree hides one. Encrypted documents give what is not encrypted, and a note.

mod file;
mod fonts;
mod objects;
mod text;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use model::{Carrier, HopKind, NoteKind, Place, Proof, RawHref, Technique, Trigger, Visibility};

use crate::documents::finder::{Finder, Way};
use crate::{ReadSettings, images};
use file::File;
use objects::{Dict, Object, text_of};
use text::{PageText, TextReader};

/// The text of at most so many pages is read.
const MAX_PAGES: usize = 1_000;

/// The text of the pages is read up to so many bytes in all.
const MAX_TEXT: usize = 4 << 20;

/// So many times a run of text is compared with the place of an annotation.
const MAX_COMPARED: usize = 50_000_000;

/// At most so many pictures of one document are read.
const MAX_PICTURES: usize = 32;

/// What holds an action.
struct Holder {
    kind: HopKind,
    trigger: Trigger,
    text: String,
    visibility: Visibility,
    path: &'static str,
}

struct Pdf<'f, 'b> {
    file: &'f File<'b>,
    /// Text around each annotation, by the number of its object.
    texts: BTreeMap<u32, String>,
    /// How many runs of text may still be compared with the place of an annotation.
    may_compare: usize,
    /// Actions that something leads to, by the number of their object.
    reached: BTreeSet<u32>,
}

/// Reads a PDF document. Linear in the body and in what its streams inflate to, both bounded.
pub(crate) fn read(finder: &mut Finder<'_>, settings: ReadSettings, body: &[u8]) {
    let file = File::open(body);
    if file
        .trailers
        .iter()
        .any(|trailer| trailer.get("Encrypt").is_some())
    {
        let note = "the document is encrypted; its texts and most of its links are not readable";
        finder.note(NoteKind::Other, note);
    }
    base(finder, &file);
    title(finder, &file);
    let pages = page_texts(&file);
    let mut pdf = Pdf {
        file: &file,
        texts: BTreeMap::new(),
        may_compare: MAX_COMPARED,
        reached: BTreeSet::new(),
    };
    for (dict, page) in &pages {
        pdf.texts_of_annotations(dict, page);
    }
    pdf.links(finder);
    pdf.unreached(finder);
    written(finder, &pages);
    metadata(finder, &file);
    if settings.images {
        pictures(finder, &file, body);
    }
    if file.was_cut.get() {
        let note = "objects or streams beyond the bounds are left out";
        finder.note(NoteKind::Truncated, note);
    }
}

/// `/URI << /Base (…) >>` of the catalog.
fn base(finder: &mut Finder<'_>, file: &File<'_>) {
    let catalogs = file
        .objects
        .values()
        .filter_map(|indirect| match &indirect.object {
            Object::Dict(dict) if dict.is("Type", "Catalog") => Some(dict),
            _ => None,
        });
    for catalog in catalogs {
        let uri = file.dict(catalog.get("URI"));
        if let Some(base) = uri.and_then(|uri| file.text(uri.get("Base")))
            && let Ok(base) = RawHref::new(base).resolve(finder.address)
        {
            finder.base = base;
        }
    }
}

fn title(finder: &mut Finder<'_>, file: &File<'_>) {
    for trailer in &file.trailers {
        if let Some(information) = file.dict(trailer.get("Info"))
            && let Some(title) = file.text(information.get("Title"))
        {
            finder.passage(Place::Title, &title, None);
            finder.title = title;
        }
    }
}

/// The pages with their text, in the order of their objects.
fn page_texts<'f>(file: &'f File<'_>) -> Vec<(&'f Dict, PageText)> {
    let mut reader = TextReader::new(file);
    let mut pages = Vec::new();
    let mut length = 0;
    for indirect in file.objects.values() {
        let Object::Dict(dict) = &indirect.object else {
            continue;
        };
        if dict.is("Type", "Page") && pages.len() < MAX_PAGES {
            let text = if length < MAX_TEXT {
                reader.page(dict)
            } else {
                file.was_cut.set(true);
                PageText::default()
            };
            length += text.runs.iter().map(|run| run.text.len()).sum::<usize>();
            pages.push((dict, text));
        }
    }
    pages
}

/// Addresses that the text of the pages spells.
fn written(finder: &mut Finder<'_>, pages: &[(&Dict, PageText)]) {
    for (_, page) in pages {
        let lines = page.lines();
        if page.is_unreadable {
            let note = "some text is in a font that does not say which characters it shows";
            finder.note(NoteKind::Other, note);
        }
        if !lines.trim().is_empty() {
            finder.passage(Place::Body, &lines, page.at.as_ref());
            finder.written(&lines, None, page.at.as_ref(), Carrier::Text, "pdf/page");
        }
    }
}

/// Addresses in the metadata: the information dictionary and XMP.
fn metadata(finder: &mut Finder<'_>, file: &File<'_>) {
    let first = finder.found.links.len();
    for trailer in &file.trailers {
        let Some(information) = file.dict(trailer.get("Info")) else {
            continue;
        };
        for (key, value) in information.0.iter().take(64) {
            if let Some(text) = file.text(Some(value)) {
                let path = format!("pdf/info/{}", key.chars().take(40).collect::<String>());
                finder.written(&text, None, None, Carrier::Pdf, &path);
            }
        }
    }
    for indirect in file.objects.values() {
        if let (Object::Dict(dict), Some(range)) = (&indirect.object, &indirect.stream)
            && dict.is("Type", "Metadata")
            && let Some(xmp) = file.stream(dict, range)
        {
            let text = String::from_utf8_lossy(&xmp);
            crate::images::xmp(finder, &text, range, Carrier::Pdf);
        }
    }
    for link in &mut finder.found.links[first..] {
        link.visibility = crate::images::metadata_of(link.span);
    }
}

/// Codes in the pictures of the document that are stored as JPEG.
fn pictures(finder: &mut Finder<'_>, file: &File<'_>, body: &[u8]) {
    let pictures = file.objects.values().filter_map(|indirect| {
        let (Object::Dict(dict), Some(range)) = (&indirect.object, &indirect.stream) else {
            return None;
        };
        let is_plain = dict.is("Subtype", "Image") && dict.is("Filter", "DCTDecode");
        is_plain.then_some(range.clone())
    });
    for range in pictures.take(MAX_PICTURES) {
        let start = range.start;
        if let Some(bytes) = body.get(range.clone()) {
            let picture = images::look(bytes);
            images::take(finder, &picture, range, |at| {
                start + at.start..start + at.end
            });
        }
    }
}

impl<'f> Pdf<'f, '_> {
    fn texts_of_annotations(&mut self, page: &Dict, text: &PageText) {
        for annotation in self.file.items(page.get("Annots")).iter().take(10_000) {
            if let Object::Ref(number) = annotation
                && let Some(dict) = self.file.dict(Some(annotation))
                && dict.is("Subtype", "Link")
                && let Some(rectangle) = self.rectangle(dict)
            {
                let Some(left) = self.may_compare.checked_sub(text.runs.len()) else {
                    self.file.was_cut.set(true);
                    return;
                };
                self.may_compare = left;
                self.texts.insert(*number, text.within(rectangle));
            }
        }
    }

    fn rectangle(&self, annotation: &Dict) -> Option<[f64; 4]> {
        let items = self.file.items(annotation.get("Rect"));
        let corner = |at: usize| self.file.number(items.get(at));
        let (x, y, x2, y2) = (corner(0)?, corner(1)?, corner(2)?, corner(3)?);
        Some([x.min(x2), y.min(y2), x.max(x2), y.max(y2)])
    }

    /// Every dictionary that holds an action.
    fn links(&mut self, finder: &mut Finder<'_>) {
        for (number, indirect) in &self.file.objects {
            let mut open: Vec<&'f Object> = vec![&indirect.object];
            while let Some(object) = open.pop() {
                match object {
                    Object::Array(items) => open.extend(items.iter().rev()),
                    Object::Dict(dict) => {
                        let own = std::ptr::eq(object, &raw const indirect.object);
                        self.holder(finder, dict, own.then_some(*number), &indirect.at);
                        open.extend(dict.0.iter().rev().map(|(_, value)| value));
                    }
                    _ => {}
                }
            }
        }
    }

    fn holder(
        &mut self,
        finder: &mut Finder<'_>,
        dict: &'f Dict,
        number: Option<u32>,
        at: &Range<usize>,
    ) {
        let words = |key: &str| self.file.text(dict.get(key)).unwrap_or_default();
        let is_link = dict.is("Subtype", "Link");
        let mut holder = Holder {
            kind: HopKind::Anchor,
            trigger: Trigger::Act,
            text: String::new(),
            visibility: Visibility::Visible,
            path: "pdf/action",
        };
        if is_link || dict.get("Rect").is_some() {
            holder.path = if is_link {
                "pdf/page/link"
            } else {
                "pdf/page/field"
            };
            holder.visibility = self.visibility(dict, finder.span(at));
            holder.text = number
                .and_then(|number| self.texts.get(&number).cloned())
                .filter(|text| !text.trim().is_empty())
                .unwrap_or_else(|| {
                    let named = ["Contents", "TU", "T"].map(words);
                    named
                        .into_iter()
                        .find(|text| !text.is_empty())
                        .unwrap_or_default()
                });
        } else if dict.get("Title").is_some() {
            holder.path = "pdf/outline";
            holder.text = words("Title");
        }
        for key in ["A", "PA"] {
            self.action(finder, dict.get(key), &holder, at);
        }
        // What happens without an act: when the document or a page opens.
        let at_load = Holder {
            kind: HopKind::ScriptNavigation,
            trigger: Trigger::Load,
            path: "pdf/open",
            text: String::new(),
            visibility: Visibility::Visible,
        };
        self.action(finder, dict.get("OpenAction"), &at_load, at);
        if let Some(additional) = self.file.dict(dict.get("AA")) {
            for (event, action) in additional.0.iter().take(32) {
                let opens = matches!(event.as_str(), "O" | "PO" | "PV" | "PI");
                let holder = if opens { &at_load } else { &holder };
                self.action(finder, Some(action), holder, at);
            }
        }
    }

    /// Whether a reader sees an annotation: by its flags and by its area (12.5.3).
    fn visibility(&self, annotation: &Dict, span: model::Span) -> Visibility {
        let flags = self.file.number(annotation.get("F")).unwrap_or(0.0);
        let has = |bit: f64| (flags / bit).rem_euclid(2.0) >= 1.0;
        let shows = if has(2.0) || has(32.0) {
            "an annotation with the flag Hidden or NoView"
        } else {
            match self.rectangle(annotation) {
                Some([left, low, right, high]) if right - left < 1.0 || high - low < 1.0 => {
                    "an annotation of less than one unit"
                }
                _ => return Visibility::Visible,
            }
        };
        Visibility::Hidden(vec![Proof {
            technique: Technique::EMBEDDED_DOCUMENT,
            shows: shows.to_owned(),
            span: Some(span),
        }])
    }

    /// An action and those that follow it.
    fn action(
        &mut self,
        finder: &mut Finder<'_>,
        action: Option<&'f Object>,
        holder: &Holder,
        at: &Range<usize>,
    ) {
        let mut next: Vec<&'f Object> = action.into_iter().collect();
        let mut steps = 0;
        while let Some(action) = next.pop() {
            steps += 1;
            if steps > 32 {
                return;
            }
            let mut place = at.clone();
            if let Object::Ref(number) = action {
                self.reached.insert(*number);
                if let Some(indirect) = self.file.objects.get(number) {
                    place = indirect.at.clone();
                }
            }
            let Some(dict) = self.file.dict(Some(action)) else {
                continue;
            };
            self.way(finder, dict, holder, &place);
            next.extend(self.file.items(dict.get("Next")));
        }
    }

    /// Where one action leads.
    fn way(&self, finder: &mut Finder<'_>, action: &Dict, holder: &Holder, at: &Range<usize>) {
        let Some(Object::Name(kind)) = self.file.resolve(action.get("S")) else {
            return;
        };
        // A text, or a file specification.
        let named = |key: &str| match self.file.resolve(action.get(key)) {
            Some(Object::Dict(file)) => ["UF", "F", "URL"]
                .iter()
                .find_map(|key| self.file.text(file.get(key))),
            other => self.file.text(other),
        };
        let (href, kind) = match kind.as_str() {
            "URI" => (named("URI"), holder.kind),
            "SubmitForm" | "ImportData" => (named("F"), HopKind::Form),
            "GoToR" | "Launch" | "GoToE" => (named("F"), holder.kind),
            "JavaScript" => {
                self.script(finder, action, at);
                return;
            }
            _ => return,
        };
        let Some(href) = href else { return };
        let place = finder.add(&Way {
            href: &href,
            kind,
            carrier: Carrier::Pdf,
            text: &holder.text,
            at: Some(at.clone()),
            path: holder.path,
        });
        let Some(place) = place else { return };
        for link in finder.found.links.iter_mut().skip(place) {
            link.trigger = holder.trigger;
            link.visibility = holder.visibility.clone();
        }
    }

    /// Addresses in a script of the document.
    fn script(&self, finder: &mut Finder<'_>, action: &Dict, at: &Range<usize>) {
        let code = action.get("JS");
        let in_stream = code.and_then(|code| self.file.stream_of(code));
        let in_stream = in_stream.map(|(_, code, _)| text_of(&code));
        let Some(code) = in_stream.or_else(|| self.file.text(code)) else {
            return;
        };
        let first = finder.found.links.len();
        finder.written(&code, None, Some(at), Carrier::Script, "pdf/script");
        for link in &mut finder.found.links[first..] {
            let why = "a script of the document decides".to_owned();
            link.visibility = Visibility::Unknown(why, Vec::new());
        }
    }

    /// Actions that nothing leads to.
    fn unreached(&self, finder: &mut Finder<'_>) {
        for (number, indirect) in &self.file.objects {
            if let Object::Dict(dict) = &indirect.object
                && dict.is("S", "URI")
                && !self.reached.contains(number)
            {
                let why = "nothing in the document leads to this action".to_owned();
                let holder = Holder {
                    kind: HopKind::Anchor,
                    trigger: Trigger::Act,
                    text: String::new(),
                    visibility: Visibility::Unknown(why, Vec::new()),
                    path: "pdf/action",
                };
                self.way(finder, dict, &holder, &indirect.at);
            }
        }
    }
}
