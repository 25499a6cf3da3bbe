//! One technique a snippet: what hides is told, and what only looks like hiding is not.

use model::{Link, VisibilityState};

use crate::reading::{links_to, reading};

pub(crate) fn link(html: &str) -> Link {
    let facts = reading(&format!("<!doctype html><title>t</title>{html}")).facts();
    let found = links_to(&facts, "https://x.example.net/").next();
    found.unwrap_or_else(|| panic!("no link in {html}")).clone()
}

pub(crate) const A: &str = "<a href='https://x.example.net/'>other shop</a>";

fn around(css: &str) -> String {
    format!("<style>{css}</style><p>Words.</p><div class=k>{A}</div>")
}

fn on_anchor(style: &str, content: &str) -> String {
    format!("<p>Words <a style='{style}' href='https://x.example.net/'>{content}</a></p>")
}

fn hidden_failure(technique: &str, html: &str) -> Option<String> {
    let link = link(html);
    let techniques: Vec<String> = link
        .visibility
        .techniques()
        .iter()
        .map(ToString::to_string)
        .collect();
    let told = techniques.iter().any(|t| t == technique);
    (!link.visibility.is_hidden() || !told)
        .then(|| format!("{technique} is not told, {:?}: {html}", link.visibility))
}

fn assert_hidden(technique: &str, html: &str) {
    assert_eq!(hidden_failure(technique, html), None);
}

pub(crate) fn assert_states(expected: VisibilityState, cases: &[String]) {
    let failures: Vec<String> = cases
        .iter()
        .map(|html| (link(html), html))
        .filter(|(link, _)| link.visibility.state() != expected)
        .map(|(link, html)| format!("{:?}: {html}", link.visibility))
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn assert_state(expected: VisibilityState, html: &str) {
    let link = link(html);
    assert_eq!(
        link.visibility.state(),
        expected,
        "{:?}: {html}",
        link.visibility
    );
}

#[test]
fn each_technique_is_proven() {
    let cases = [
        ("V01", around(".k{display:none}")),
        ("V01", on_anchor("display:none", "x y")),
        ("V01", around("div.k{display:none!important} .k{display:block}")),
        ("V01", around(".k{--d:none;display:var(--d)}")),
        ("V01", around("@media screen{.k{display:none}}")),
        ("V01", around(".k{DISPLAY:NONE}")),
        ("V02", around(".k{visibility:hidden}")),
        ("V02", around(".k{visibility:collapse}")),
        ("V03", format!("<div hidden>{A}</div>")),
        ("V04", around(".k{opacity:0}")),
        ("V04", format!("<div style='opacity:.2'><div style='opacity:.2'>{A}</div></div>")),
        ("V04", around(".k{filter:opacity(0)}")),
        ("V05", around(".k{content-visibility:hidden}")),
        ("V06", around(".k{height:0;overflow:hidden}")),
        ("V06", around(".k{width:1px;height:1px;overflow:hidden;position:absolute}")),
        ("V07", around(".k{max-height:0;overflow:hidden}")),
        ("V08", around(".k{position:absolute;clip:rect(0,0,0,0)}")),
        ("V09", around(".k{clip-path:inset(50%)}")),
        ("V09", around(".k{clip-path:circle(0)}")),
        ("V11", around(".k{position:absolute;left:-9999px}")),
        ("V11", around(".k{position:fixed;top:-2000px}")),
        ("V11", around(".k{position:absolute;inset:0 auto auto -3000px}")),
        ("V11", around(".k{position:absolute;left:calc(-1 * 9999px)}")),
        ("V12", around(".k{margin-left:-9999px}")),
        ("V12", around(".k{margin:-5000px 0 0}")),
        ("V13", on_anchor("text-indent:-9999px;display:block", "other shop")),
        ("V14", around(".k{transform:scale(0)}")),
        ("V14", around(".k{transform:translateX(-9999px)}")),
        ("V14", around(".k{scale:0}")),
        ("V14", around(".k{zoom:0}")),
        ("V16", around(".k{font-size:0}")),
        ("V16", on_anchor("font-size:1px", "other shop")),
        ("V16", around(".k{font:0/0 a}")),
        ("V18", on_anchor("color:#fff", "other shop")),
        ("V18", around(".k{background:#000} .k a{color:#010101}")),
        ("V18", on_anchor("color:transparent", "other shop")),
        ("V18", around(".k a{color:rgba(0,0,0,.01)}")),
        ("V18", on_anchor("-webkit-text-fill-color:transparent", "other shop")),
        ("V20", on_anchor("", "")),
        ("V20", on_anchor("", "&nbsp;\u{200b}")),
        ("V20", on_anchor("", ".")),
        ("V21", on_anchor("", "<img src=p.gif width=1 height=1>")),
        ("V22", "<img usemap='#m' src=i.png width=100 height=100><map name=m><area shape=rect coords='0,0,1,1' href='https://x.example.net/'></map>".to_owned()),
        ("V22", "<img usemap='#m' src=i.png width=100 height=100><map name=m><area shape=rect coords='200,0,300,50' href='https://x.example.net/'></map>".to_owned()),
        ("V30", format!("<template>{A}</template>")),
        ("V31", format!("<!-- {A} -->")),
        ("V32", format!("<textarea>{A}</textarea>")),
        ("V34", "<iframe width=0 height=0 src='https://x.example.net/'></iframe>".to_owned()),
        ("V34", "<iframe style='display:none' src='https://x.example.net/'></iframe>".to_owned()),
        ("V01", on_anchor("", "<span style='display:none'>other shop</span>")),
        // Rules that would show it in another place, or that have lost already, reveal nothing.
        (
            "V01",
            format!("<style>.card .title{{display:block}}</style><div class=card><div class=x style='display:none'>{A}</div></div>"),
        ),
        (
            "V01",
            format!("<style>.x:hover{{display:block}}</style><div class=x style='display:none'>{A}</div>"),
        ),
        (
            "V01",
            format!("<style>.c .t{{display:block}} .t{{display:none!important}}</style><div class=c><div class=t>{A}</div></div>"),
        ),
        (
            "V01",
            format!("<a href='#main'>Skip</a><main id=main><div style='display:none'>{A}</div></main>"),
        ),
    ];
    let failures: Vec<String> = cases
        .iter()
        .filter_map(|(technique, html)| hidden_failure(technique, html))
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn what_is_seen_is_not_called_hidden() {
    let cases = [
        around(".k{color:red}"),
        around("@media print{.k{display:none}}"),
        around(".other{display:none}"),
        around(".k{visibility:hidden} .k a{visibility:visible}"),
        format!("<div hidden style='display:block'>{A}</div>"),
        around(".k{opacity:.6}"),
        around(".k{content-visibility:auto}"),
        on_anchor("width:0;height:0;overflow:hidden", "other shop"),
        around(".k{height:0}"),
        around(".k{height:0;padding-bottom:56%;overflow:hidden}"),
        around(".k{clip:rect(0,0,0,0)}"),
        around(".k{clip-path:inset(0)}"),
        around(".k{left:-9999px}"),
        around(".k{position:absolute;left:-20px}"),
        around(".k{position:relative;left:-1200px;width:4800px}"),
        on_anchor("text-indent:-9999px;display:block;background:url(logo.png)", "other shop"),
        around(".k{transform:translate(-50%,-50%);position:absolute;left:50%;top:50%}"),
        around(".k{font-size:0} .k a{font-size:14px}"),
        around("body{background:#222} .k a{color:#fff}"),
        on_anchor("color:#fff;background-image:url(x.png)", "<img src=a.png>"),
        on_anchor("", "›"),
        on_anchor("", "1"),
        on_anchor("", "<code>--</code>"),
        on_anchor("", "<code class=xref><span>_</span></code>"),
        on_anchor("", "<img src=logo.png alt=Shop>"),
        on_anchor("", "<svg viewBox='0 0 10 10'></svg>"),
        "<a aria-label='Shop' href='https://x.example.net/'><i class=icon></i></a>".to_owned(),
        "<style>.icon::before{content:'\\f09a'}</style><a href='https://x.example.net/'><i class=icon></i></a>".to_owned(),
        "<style>.card{position:relative}.card a{position:absolute;inset:0}</style><div class=card>Card<a href='https://x.example.net/'></a></div>".to_owned(),
        "<iframe width=560 height=315 src='https://x.example.net/'></iframe>".to_owned(),
        "<img usemap='#m' src=i.png><map name=m><area shape=rect coords='0,0,50,50' href='https://x.example.net/'></map>".to_owned(),
        format!("<details open><summary>S</summary>{A}</details>"),
        format!("<details><summary>{A}</summary>words</details>"),
        format!("<style>@keyframes up{{to{{opacity:1}}}} .k{{opacity:0;animation:up .5s forwards}}</style><div class=k>{A}</div>"),
        "<style>.sr{position:absolute;width:1px;height:1px;overflow:hidden;clip:rect(0,0,0,0)}</style><a href='https://x.example.net/'>Shop <span class=sr>opens in a new tab</span></a>".to_owned(),
    ];
    assert_states(VisibilityState::Visible, &cases);
}

#[test]
fn what_an_act_reveals_is_conditional() {
    let cases = [
        format!("<details><summary>More</summary>{A}</details>"),
        format!("<dialog id=care>{A}</dialog>"),
        format!("<button popovertarget=p>Menu</button><div popover id=p>{A}</div>"),
        around("@media (max-width:600px){.k{display:none}}"),
        format!(
            "<style>li ul{{display:none}} li:hover ul{{display:block}}</style><ul><li><span>Menu</span><ul><li>{A}</li></ul></li></ul>"
        ),
        format!(
            "<style>.panel{{display:none}} .panel.open{{display:block}}</style><div class=panel>{A}</div>"
        ),
        format!(
            "<style>.nav .sub{{visibility:hidden}} .nav.is-open .sub{{visibility:visible}}</style><div class=nav><div class=sub>{A}</div></div>"
        ),
        format!("<button aria-controls=m>Menu</button><div id=m style='display:none'>{A}</div>"),
        format!(
            "<button data-bs-target='#c'>More</button><style>.collapse:not(.show){{display:none}}</style><div id=c class=collapse>{A}</div>"
        ),
        format!("<a href='#t2'>Tab 2</a><div id=t2 style='display:none'>{A}</div>"),
        format!(
            "<style>#t:checked~.m{{display:block}}.m{{display:none}}</style><input type=checkbox id=t><label for=t>Menu</label><div class=m>{A}</div>"
        ),
        format!(
            "<style>.tip{{opacity:0}} .w:focus-within .tip{{opacity:1}}</style><div class=w tabindex=0>T<div class=tip>{A}</div></div>"
        ),
        format!(
            "<style>.skip{{position:absolute;left:-9999px}}.skip:focus{{left:0}}</style><div>{}</div>",
            A.replace("<a ", "<a class=skip ")
        ),
        format!(
            "<button role=tab>1</button><button role=tab>2</button><div role=tabpanel hidden>{A}</div>"
        ),
        format!(
            "<style>.s{{display:none}}.s.first{{display:block}}</style><div><div class='s first'>1</div><div class=s>{A}</div><div class=s>3</div></div>"
        ),
        format!("<noscript>{A}</noscript>"),
    ];
    assert_states(VisibilityState::Conditional, &cases);
}

#[test]
fn text_that_is_hidden_in_a_box_of_a_size_is_hidden_and_an_empty_box_is_an_area_to_click() {
    let css = "a{display:block;height:12px;overflow:hidden;white-space:nowrap}";
    assert_hidden(
        "V13",
        &format!("<style>{css} a{{text-indent:-9999px}}</style>{A}"),
    );
    assert_state(
        VisibilityState::Visible,
        &format!("<style>{css}</style><a href='https://x.example.net/'></a>"),
    );
}

#[test]
fn what_is_declared_for_a_root_or_a_body_reaches_its_links() {
    assert_hidden(
        "V01",
        &format!("<style>:root{{--d:none}} .k{{display:var(--d)}}</style><p class=k>{A}</p>"),
    );
    assert_hidden(
        "V18",
        &format!(
            "<style>:root{{--p:#fdfdfb}} body{{background:var(--p)}} a{{color:var(--p)}}</style>{A}"
        ),
    );
    assert_hidden(
        "V18",
        &format!("<body bgcolor='#FFFFFF' link='#FFFFFF'>{A}"),
    );
    assert_hidden(
        "V18",
        "<p style='color:#fff'><a style='color:currentColor' href='https://x.example.net/'>x y</a>",
    );
    assert_hidden("V01", &format!("<p style='display:/**/none'>{A}</p>"));
}

#[test]
fn a_picture_of_one_pixel_is_none_however_its_size_is_told() {
    let anchor = |image: &str| format!("<a href='https://x.example.net/'>{image}</a>");
    assert_hidden(
        "V21",
        &anchor("<img src=x.png style='width:1px;height:1px'>"),
    );
    let gif = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";
    assert_hidden("V21", &anchor(&format!("<img src='{gif}'>")));
    let lazy = anchor(&format!("<img src='{gif}' data-src=real.jpg>"));
    assert_state(VisibilityState::Visible, &lazy);
    assert_state(VisibilityState::Visible, &anchor("<img src=x.png>"));
}

#[test]
fn what_a_script_library_shows_is_conditional() {
    let slides = "<style>.slide{display:none} .slick-initialized .slide{display:block}</style>";
    assert_state(
        VisibilityState::Conditional,
        &format!("{slides}<div class=slide>{A}</div><script src=/slick.js></script>"),
    );
    let alpine = "<style>[x-cloak]{display:none!important}</style>";
    assert_state(
        VisibilityState::Conditional,
        &format!("{alpine}<div x-show=open x-cloak>{A}</div>"),
    );
}

#[test]
fn a_color_that_is_inherited_hides_as_one_that_is_declared() {
    assert_hidden(
        "V18",
        &format!("<style>p{{color:#fff}} a{{color:inherit}}</style><p>{A}</p>"),
    );
    assert_state(
        VisibilityState::Visible,
        &format!("<style>p{{color:#fff}}</style><p>{A}</p>"),
    );
}

#[test]
fn a_missing_stylesheet_makes_what_is_seen_unknown_and_leaves_a_proof() {
    let sheet = "<link rel=stylesheet href=/s.css>";
    assert_state(VisibilityState::Unknown, &format!("{sheet}{A}"));
    assert_state(
        VisibilityState::Unknown,
        &format!("{sheet}<a class=icon href='https://x.example.net/'></a>"),
    );
    assert_state(
        VisibilityState::Unknown,
        &format!(
            "{sheet}<div class=k><a style='color:#fff' href='https://x.example.net/'>x y</a></div>"
        ),
    );
    assert_hidden(
        "V01",
        &format!("{sheet}<div style='display:none'>{A}</div>"),
    );
}

#[test]
fn a_stylesheet_that_is_given_decides() {
    let html = format!("<link rel=stylesheet href=/s.css><div class=k>{A}</div>");
    let seen = |css| {
        let page = reading(&html).with_sheet("https://market.example.com/s.css", css);
        let facts = page.facts();
        facts.links[0].visibility.state()
    };
    assert_eq!(seen(".k{display:none}"), VisibilityState::Hidden);
    assert_eq!(seen(".k{color:red}"), VisibilityState::Visible);
}

#[test]
fn a_proof_names_the_declaration_and_its_place() {
    let html = "<!doctype html><title>t</title><style>b{color:red} .k{display:none}</style><div class=k><a href='https://x.example.net/'>x</a></div>";
    let found = reading(html).facts().links;
    let proof = &found[0].visibility.proofs()[0];
    assert_eq!(proof.shows, "display:none from .k");
    let span = proof.span.unwrap();
    assert_eq!(html[span.start..span.end].trim(), ".k{display:none}");
    let span = found[0].span.unwrap();
    assert_eq!(
        &html[span.start..span.end],
        "<a href='https://x.example.net/'>"
    );
}
