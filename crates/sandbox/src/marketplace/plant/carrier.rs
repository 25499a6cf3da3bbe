//! What carries an address on a page, other than a plain link under a veil.

use model::{HopKind, Technique as T};

use super::Slot;
use super::document;
use super::draft::{Draft, escaped};

/// V03: the `hidden` attribute, on the link or on a box around it.
pub(super) fn hidden_attribute(draft: &mut Draft<'_>) {
    let link = draft.anchor("");
    let own = draft.anchor(" hidden");
    let shapes = [
        format!("<p>{own}</p>"),
        format!("<div hidden>{link}</div>"),
        format!("<section hidden=\"hidden\"><p>{link}</p></section>"),
        format!("<div hidden=\"\"><ul><li>{link}</li></ul></div>"),
    ];
    draft.put_one(&shapes);
}

/// V20: an anchor of nothing, of a blank or of one mark.
pub(super) fn tiny_anchor(draft: &mut Draft<'_>) {
    let Some(text) = draft.shape(&[".", "&nbsp;", "", "&#8201;", ",", "\u{00b7}"]) else {
        return;
    };
    let line = draft.line();
    let href = draft.href();
    draft.put(format!(
        "<p>{}<a href=\"{href}\">{text}</a></p>",
        escaped(line.trim_end_matches(['.', '。']))
    ));
}

/// V21: a picture of one pixel as the link.
pub(super) fn pixel_image(draft: &mut Draft<'_>) {
    let Some(shape) = draft.shape(&[0, 1, 2, 3]) else {
        return;
    };
    let href = draft.href();
    let pixel = match shape {
        0 => "<img src=\"data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7\" width=\"1\" height=\"1\" alt=\"\">".to_owned(),
        1 => {
            let file = draft.file(".gif", "image/gif", document::pixel());
            format!("<img src=\"{file}\" width=\"1\" height=\"1\" alt=\"\">")
        }
        2 => {
            let file = draft.file(".gif", "image/gif", document::pixel());
            format!("<img src=\"{file}\" style=\"width:1px;height:1px\" alt=\"\">")
        }
        _ => {
            let file = draft.file(".gif", "image/gif", document::pixel());
            format!("<img src=\"{file}\" width=\"0\" height=\"0\" alt=\"\" border=\"0\">")
        }
    };
    draft.put(format!("<a href=\"{href}\">{pixel}</a>"));
}

/// V22: an area of an image map without a surface worth the name.
pub(super) fn tiny_area(draft: &mut Draft<'_>) {
    draft.kind = HopKind::Area;
    let Some(coords) = draft.shape(&[
        "shape=\"rect\" coords=\"10,10,11,11\"",
        "shape=\"rect\" coords=\"900,900,980,960\"",
        "shape=\"circle\" coords=\"40,40,0\"",
        "shape=\"poly\" coords=\"5,5,5,5,5,5\"",
    ]) else {
        return;
    };
    let (map, href) = (draft.class(), draft.href());
    let picture = draft.file(".svg", "image/svg+xml", document::drawing(draft.listing));
    draft.put(format!("<img src=\"{picture}\" width=\"400\" height=\"300\" alt=\"\" usemap=\"#{map}\"><map name=\"{map}\"><area {coords} href=\"{href}\" alt=\"\"></map>"));
}

/// V23: covered by an opaque box, or behind its own ground.
pub(super) fn covered(draft: &mut Draft<'_>) {
    let Some(shape) = draft.shape(&[0, 1, 2, 3]) else {
        return;
    };
    let markup = match shape {
        0 => format!(
            "<div style=\"position:relative;width:300px;height:40px\">{}<div style=\"position:absolute;left:0;top:0;width:300px;height:40px;background:#fff;z-index:5\"></div></div>",
            draft.anchor(" style=\"position:absolute;left:0;top:0\"")
        ),
        1 => format!(
            "<div style=\"position:relative;z-index:0;background:#fff\">{}<div style=\"position:relative;background:#fff;height:40px;width:100%\"></div></div>",
            draft.anchor(" style=\"position:absolute;left:0;top:0;z-index:-1\"")
        ),
        2 => format!(
            "<div style=\"background:#ffffff\"><div style=\"position:relative;z-index:1;background:#ffffff;height:60px;width:400px\"><span>&nbsp;</span></div><div style=\"margin-top:-50px;height:30px;width:200px\">{}</div></div>",
            draft.anchor("")
        ),
        _ => format!(
            "<div style=\"position:relative;width:240px;height:30px\">{}<img src=\"data:image/gif;base64,R0lGODlhAQABAIAAAP///////yH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==\" alt=\"\" style=\"position:absolute;inset:0;width:240px;height:30px;background:#fff\"></div>",
            draft.anchor("")
        ),
    };
    draft.put(markup);
}

/// V24: a transparent link laid over other content.
pub(super) fn overlay(draft: &mut Draft<'_>) {
    let href = draft.href();
    let line = escaped(draft.line());
    let Some(shape) = draft.shape(&[0, 1, 2, 3]) else {
        return;
    };
    let own = draft.class();
    let markup = match shape {
        0 => format!(
            "<div style=\"position:relative\"><p>{line}</p><a href=\"{href}\" style=\"position:absolute;inset:0;opacity:0;z-index:20\">{line}</a></div>"
        ),
        1 => format!(
            "<div style=\"position:relative\"><p>{line}</p><a href=\"{href}\" aria-label=\"\" style=\"position:absolute;left:0;top:0;width:100%;height:100%;z-index:9\"></a></div>"
        ),
        2 => format!(
            "<a href=\"{href}\" style=\"position:fixed;left:0;top:0;width:100vw;height:100vh;opacity:0;z-index:9999\">&nbsp;</a><p>{line}</p>"
        ),
        _ => format!(
            "<style>.{own}{{position:relative}}.{own} a::after{{content:'';position:absolute;inset:0}}.{own} a{{color:transparent}}</style><div class=\"{own}\"><p>{line}</p><a href=\"{href}\">.</a></div>"
        ),
    };
    draft.put(markup);
}

/// V28: closed `details`, `dialog` or popover without anything that opens it.
pub(super) fn closed(draft: &mut Draft<'_>) {
    let link = draft.anchor("");
    let shapes = [
        format!("<dialog><p>{link}</p></dialog>"),
        format!("<div popover>{link}</div>"),
        format!("<details><summary></summary><p>{link}</p></details>"),
        format!("<details><summary style=\"display:none\">.</summary>{link}</details>"),
    ];
    draft.put_one(&shapes);
}

/// V29: `noscript`.
pub(super) fn noscript(draft: &mut Draft<'_>) {
    let link = draft.anchor("");
    let shapes = [
        format!("<noscript>{link}</noscript>"),
        format!("<noscript><div><p>{link}</p></div></noscript>"),
    ];
    draft.put_one(&shapes);
}

/// V30: `template`, or a child that a shadow root leaves out.
pub(super) fn template(draft: &mut Draft<'_>) {
    let link = draft.anchor("");
    let shapes = [
        format!("<template>{link}</template>"),
        format!("<div><template shadowrootmode=\"open\"><p>&nbsp;</p></template>{link}</div>"),
        format!("<template id=\"t\"><ul><li>{link}</li></ul></template>"),
        format!(
            "<section><template shadowrootmode=\"open\"><slot name=\"main\"></slot></template><p>{link}</p></section>"
        ),
    ];
    draft.put_one(&shapes);
}

/// V31: a comment.
pub(super) fn comment(draft: &mut Draft<'_>) {
    let link = draft.anchor("");
    let to = draft.to.clone();
    let shapes = [
        format!("<!-- {link} -->"),
        format!("<!--[if lt IE 7]>{link}<![endif]-->"),
        format!("<!-- {to} -->"),
        format!("<!-- <div><p>{link}</p></div> -->"),
    ];
    draft.put_one(&shapes);
}

/// V32: inside an element that renders no links.
pub(super) fn not_rendered(draft: &mut Draft<'_>) {
    let link = draft.anchor("");
    let shapes = [
        format!("<textarea style=\"display:none\">{link}</textarea>"),
        format!("<script type=\"text/x-template\">{link}</script>"),
        format!("<canvas width=\"10\" height=\"10\">{link}</canvas>"),
        format!("<video width=\"10\" height=\"10\">{link}</video>"),
        format!(
            "<object type=\"image/svg+xml\" data=\"/static/dot.svg\" width=\"4\" height=\"4\">{link}</object>"
        ),
        format!("<iframe src=\"about:blank\" width=\"2\" height=\"2\">{link}</iframe>"),
    ];
    draft.put_one(&shapes);
}

/// V33: a link in SVG or MathML.
pub(super) fn foreign(draft: &mut Draft<'_>) {
    let href = draft.href();
    let shapes = [
        format!(
            "<svg width=\"1\" height=\"1\" viewBox=\"0 0 1 1\"><a href=\"{href}\"><rect width=\"1\" height=\"1\" fill=\"none\"/></a></svg>"
        ),
        format!(
            "<svg width=\"120\" height=\"20\" viewBox=\"0 0 0 0\"><a xlink:href=\"{href}\"><text y=\"12\">+</text></a></svg>"
        ),
        format!(
            "<svg width=\"20\" height=\"20\"><a><set attributeName=\"href\" to=\"{href}\"/><circle r=\"1\" fill=\"none\"/></a></svg>"
        ),
        format!("<math><mtext href=\"{href}\">.</mtext></math>"),
    ];
    draft.put_one(&shapes);
}

/// V36: a button or a form as the carrier.
pub(super) fn non_anchor(draft: &mut Draft<'_>) {
    draft.kind = HopKind::Form;
    let (href, label) = (draft.href(), escaped(&draft.label()));
    let shapes = [
        format!(
            "<form action=\"{href}\" method=\"get\"><button type=\"submit\">{label}</button></form>"
        ),
        format!(
            "<form action=\"#\"><button formaction=\"{href}\" formmethod=\"get\">{label}</button></form>"
        ),
        format!("<form action=\"{href}\"><input type=\"submit\" value=\"{label}\"></form>"),
        format!(
            "<form action=\"{href}\"><input type=\"image\" src=\"/static/dot.svg\" alt=\"{label}\" width=\"90\" height=\"24\"></form>"
        ),
    ];
    draft.put_one(&shapes);
}

/// V38: a marquee too small or too fast to read.
pub(super) fn marquee(draft: &mut Draft<'_>) {
    let link = draft.anchor("");
    let shapes = [
        format!("<marquee width=\"1\" height=\"1\" scrollamount=\"8000\">{link}</marquee>"),
        format!("<marquee height=\"2\" scrolldelay=\"1\" scrollamount=\"9000\">{link}</marquee>"),
    ];
    draft.put_one(&shapes);
}

/// V41: an address that a style sheet writes.
pub(super) fn generated(draft: &mut Draft<'_>) {
    draft.kind = HopKind::TextUrl;
    let own = draft.class();
    let to = draft.to.clone();
    let shapes = [
        format!("<style>.{own}::after{{content:\"{to}\"}}</style><p class=\"{own}\"></p>"),
        format!(
            "<style>.{own}::before{{content:\"\\201e {to}\"}}</style><span class=\"{own}\">&nbsp;</span>"
        ),
    ];
    draft.put_one(&shapes);
}

/// V42: an address whose shown order differs from its written order.
pub(super) fn reordered(draft: &mut Draft<'_>) {
    draft.kind = HopKind::TextUrl;
    let turned: String = draft.to.chars().rev().collect();
    let turned = escaped(&turned);
    let shapes = [
        format!("<p><bdo dir=\"rtl\">{turned}</bdo></p>"),
        format!("<p><span style=\"unicode-bidi:bidi-override;direction:rtl\">{turned}</span></p>"),
    ];
    draft.put_one(&shapes);
}

/// V43: hidden by a collapsed row or column.
pub(super) fn table_row(draft: &mut Draft<'_>) {
    let link = draft.anchor("");
    let shapes = [
        format!(
            "<table><tr><td>1</td></tr><tr style=\"visibility:collapse\"><td>{link}</td></tr></table>"
        ),
        format!(
            "<table><colgroup><col><col style=\"visibility:collapse\"></colgroup><tr><td>1</td><td>{link}</td></tr></table>"
        ),
        format!(
            "<table><tr><td>A</td></tr><tbody style=\"visibility:collapse\"><tr><td>{link}</td></tr></tbody></table>"
        ),
        format!("<table><tr hidden><td>{link}</td></tr><tr><td>2</td></tr></table>"),
    ];
    draft.put_one(&shapes);
}

/// V45: a dense block of links of two pixels, one of which is meant.
pub(super) fn link_cloud(draft: &mut Draft<'_>) {
    let link = draft.anchor("");
    let home = format!("/{}/", draft.tongue.language.as_str());
    let words: Vec<String> = draft
        .tongue
        .words
        .menu
        .iter()
        .map(|word| escaped(word))
        .collect();
    let cloud: String = words
        .iter()
        .map(|word| format!("<a href=\"{home}\">{word}</a> "))
        .collect();
    let size = draft
        .shape(&["1px", "2px", "1.5px", "3px"])
        .unwrap_or("2px");
    draft.put(format!(
        "<div style=\"font-size:{size};line-height:{size}\">{cloud}{link} {cloud}</div>"
    ));
}

/// V47: a reference that only a lenient reader of the bytes sees.
pub(super) fn differential(draft: &mut Draft<'_>) {
    let href = draft.href();
    let shapes = [
        format!("<a href=\"#top\" href=\"{href}\">.</a>"),
        format!("<p></p/><a/href=\"{href}\"/><i></i>"),
        format!("</a href=\"{href}\">"),
        format!("<p title=\"x\"<a href=\"{href}\">&nbsp;</p>"),
    ];
    draft.put_one(&shapes);
}

/// V48: out of reach of keyboards and of those who hear a page.
pub(super) fn unreachable(draft: &mut Draft<'_>) {
    let link = draft.anchor("");
    let bare = draft.anchor(" tabindex=\"-1\" aria-hidden=\"true\"");
    let shapes = [format!("<div inert>{link}</div>"), bare];
    draft.put_one(&shapes);
}

/// R03, R18, R24: an address that the answer or the head of the page states besides.
pub(super) fn stated(draft: &mut Draft<'_>, technique: T) {
    draft.by(&[technique]);
    let (to, href) = (draft.to.clone(), draft.href());
    let head = |draft: &mut Draft<'_>, markup: String| draft.put_in(Slot::Head, markup);
    let Some(shape) = draft.shape(&[0, 1, 2, 3]) else {
        return;
    };
    match (technique, shape) {
        (T::HEADER_LINK, 0 | 1) => draft
            .construct
            .headers
            .push(("Link", format!("<{to}>; rel=\"alternate\""))),
        (T::HEADER_LINK, _) => draft
            .construct
            .headers
            .push(("Link", format!("<{to}>; rel=\"next\""))),
        (T::EARLY_HINT, 0 | 1) => head(
            draft,
            format!(
                "<script type=\"speculationrules\">{{\"prerender\":[{{\"urls\":[\"{to}\"]}}]}}</script>"
            ),
        ),
        (T::EARLY_HINT, _) => head(
            draft,
            format!(
                "<link rel=\"prerender\" href=\"{href}\"><link rel=\"prefetch\" href=\"{href}\">"
            ),
        ),
        (_, 0 | 2) => head(
            draft,
            format!(
                "<meta property=\"og:see_also\" content=\"{href}\"><link rel=\"alternate\" href=\"{href}\">"
            ),
        ),
        _ => head(
            draft,
            format!("<link rel=\"alternate\" hreflang=\"x-default\" href=\"{href}\">"),
        ),
    }
}
