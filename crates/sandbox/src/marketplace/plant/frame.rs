//! Documents between a page and where it leads: frames, embedded documents, files.

use model::HopKind;

use super::document;
use super::draft::{Draft, escaped};

/// V34: a frame of no size, or hidden.
pub(super) fn hidden_frame(draft: &mut Draft<'_>) {
    draft.kind = HopKind::Frame;
    let href = draft.href();
    let shapes = [
        format!("<iframe src=\"{href}\" width=\"0\" height=\"0\" frameborder=\"0\"></iframe>"),
        format!("<iframe src=\"{href}\" width=\"1\" height=\"1\" style=\"border:0\"></iframe>"),
        format!("<iframe src=\"{href}\" style=\"display:none\"></iframe>"),
        format!(
            "<iframe src=\"{href}\" style=\"position:absolute;left:-4000px;width:600px;height:600px\"></iframe>"
        ),
    ];
    draft.put_one(&shapes);
}

/// V35: an object, an embedded document, or a file that carries the link.
pub(super) fn embedded(draft: &mut Draft<'_>) {
    let href = draft.href();
    let Some(shape) = draft.shape(&[0, 1, 2, 3]) else {
        return;
    };
    let label = escaped(&draft.label());
    match shape {
        0 => {
            draft.kind = HopKind::Embed;
            draft.put(format!(
                "<object data=\"{href}\" type=\"text/html\" width=\"0\" height=\"0\"></object>"
            ));
        }
        1 => {
            draft.kind = HopKind::Embed;
            draft.put(format!(
                "<embed src=\"{href}\" type=\"text/html\" width=\"1\" height=\"1\">"
            ));
        }
        2 => {
            let file = draft.file(".pdf", "application/pdf", document::pdf(&draft.to));
            through(
                draft,
                HopKind::Anchor,
                file,
                &format!("<p><a href=\"@\">{label} (PDF)</a></p>"),
            );
        }
        _ => {
            let file = draft.file(".svg", "image/svg+xml", document::linked_svg(&draft.to));
            through(
                draft,
                HopKind::Embed,
                file,
                "<object data=\"@\" type=\"image/svg+xml\" width=\"60\" height=\"20\"></object>",
            );
        }
    }
}

/// R23: a file that carries a link.
pub(super) fn link_file(draft: &mut Draft<'_>) {
    let label = escaped(&draft.label());
    let Some(shape) = draft.shape(&[0, 1, 2, 3, 4, 5]) else {
        return;
    };
    let to = draft.to.clone();
    let (end, media, body) = match shape {
        0 => (
            ".url",
            "application/internet-shortcut",
            format!("[InternetShortcut]\r\nURL={to}\r\n"),
        ),
        1 => (
            ".vcf",
            "text/vcard",
            format!("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Service\r\nURL:{to}\r\nEND:VCARD\r\n"),
        ),
        2 => (
            ".ics",
            "text/calendar",
            format!(
                "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Sale\r\nURL:{to}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
            ),
        ),
        3 => (
            ".xml",
            "application/rss+xml",
            format!(
                "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>News</title><link>{0}</link><item><title>1</title><link>{0}</link></item></channel></rss>",
                escaped(&to)
            ),
        ),
        4 => (
            ".webloc",
            "application/xml",
            format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?><plist version=\"1.0\"><dict><key>URL</key><string>{}</string></dict></plist>",
                escaped(&to)
            ),
        ),
        _ => (
            ".opml",
            "text/x-opml",
            format!(
                "<?xml version=\"1.0\"?><opml version=\"2.0\"><head><title>L</title></head><body><outline text=\"1\" htmlUrl=\"{}\"/></body></opml>",
                escaped(&to)
            ),
        ),
    };
    let file = draft.file(end, media, body);
    through(
        draft,
        HopKind::Anchor,
        file,
        &format!("<p><a href=\"@\">{label}</a></p>"),
    );
}

/// Links a file that carries the address: the file is a step of its own.
fn through(draft: &mut Draft<'_>, kind: HopKind, file: String, markup: &str) {
    draft.put(markup.replace('@', &escaped(&file)));
    draft.through = Some((file, kind));
}

/// V37: `base` re-roots relative links to another site.
pub(super) fn base(draft: &mut Draft<'_>) {
    let Some((host, path)) = draft
        .to
        .split_once("://")
        .and_then(|(_, rest)| rest.split_once('/'))
    else {
        return;
    };
    let (host, path) = (escaped(host), escaped(path));
    let label = escaped(&draft.label());
    // A document of its own in the description, so that the menus of the listing stay whole.
    let shapes = [
        format!(
            "<!doctype html><base href=\"http://{host}/\"><p><a href=\"{path}\">{label}</a></p>"
        ),
        format!(
            "<!doctype html><html><head><base href=\"//{host}/\" target=\"_top\"></head><body><ul><li><a href=\"{path}\">{label}</a></li></ul></body></html>"
        ),
    ];
    let Some(body) = draft.shape(&shapes) else {
        return;
    };
    let file = draft.file(".html", "text/html; charset=utf-8", body);
    through(
        draft,
        HopKind::Frame,
        file,
        "<iframe src=\"@\" width=\"600\" height=\"200\" frameborder=\"0\"></iframe>",
    );
}

/// R06: the target in a frame that fills the description.
pub(super) fn full_frame(draft: &mut Draft<'_>) {
    draft.kind = HopKind::Frame;
    let href = draft.href();
    let shapes = [
        format!(
            "<iframe src=\"{href}\" width=\"100%\" height=\"2000\" frameborder=\"0\"></iframe>"
        ),
        format!(
            "<iframe src=\"{href}\" style=\"position:fixed;inset:0;width:100vw;height:100vh;border:0\"></iframe>"
        ),
    ];
    draft.put_one(&shapes);
}

/// M13: the description is a document of its own, in a frame, and conceals a link.
pub(in crate::marketplace) fn description(draft: &mut Draft<'_>) {
    let lines: String = draft
        .tongue
        .words
        .neutral
        .iter()
        .map(|line| format!("<p>{}</p>", escaped(line)))
        .collect();
    let own = draft.class();
    let link = draft.anchor("");
    let shapes = [
        format!("<!doctype html><title>1</title>{lines}<div style=\"display:none\">{link}</div>"),
        format!(
            "<!doctype html><style>.{own}{{display:none}}</style><title>1</title>{lines}<p class=\"{own}\">{link}</p>"
        ),
    ];
    let Some(body) = draft.shape(&shapes) else {
        return;
    };
    let file = draft.file(".html", "text/html; charset=utf-8", body);
    through(
        draft,
        HopKind::Frame,
        file,
        "<iframe src=\"@\" width=\"100%\" height=\"400\" frameborder=\"0\"></iframe>",
    );
}
