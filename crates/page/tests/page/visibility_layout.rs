//! What takes more than one declaration: layers, scopes, animations, covers, boxes that cut.

use model::VisibilityState;

use crate::visibility::{A, assert_states, link};

fn with(css: &str, html: &str) -> String {
    format!("<style>{css}</style>{}", html.replace("A!", A))
}

#[test]
fn what_several_declarations_hide_is_hidden() {
    let cases = [
        with(
            "@layer a,b;@layer b{.x{display:none}}@layer a{p.x.x{display:block}}",
            "<p class=x>A!",
        ),
        with(
            "@scope (.c){p{display:none}}",
            "<div class=c><p>A!</p></div>",
        ),
        with("@supports not (foo:bar){.x{display:none}}", "<p class=x>A!"),
        with(
            "@keyframes k{to{opacity:0}}.x{animation:k 1s forwards}",
            "<p class=x>A!",
        ),
        with(
            "@keyframes k{to{opacity:1}}.x{opacity:0;animation:k 1s 9999s both}",
            "<p class=x>A!",
        ),
        with(
            ".c{position:relative}.c::after{content:'';position:absolute;inset:0;background:#fff}",
            "<p class=c>A!",
        ),
        with(
            "",
            "<div style='height:50px;overflow:hidden'><div style='margin-top:80px'>A!</div></div>",
        ),
        with(
            "",
            "<div style='background:#dde'><p style='position:relative;z-index:-1'>A!</p></div>",
        ),
        with(
            "",
            "<table><colgroup><col style='visibility:collapse'></colgroup><tr><td>A!</table>",
        ),
        with(
            "",
            "<div><template shadowrootmode=open><p>own</p></template>A!</div>",
        ),
        with(
            "",
            "<p style='mask-image:linear-gradient(transparent,transparent)'>A!</p>",
        ),
        with(
            "",
            "<div style='transform:rotateY(180deg);backface-visibility:hidden'>A!</div>",
        ),
        with("", "<marquee width=1 height=1>A!</marquee>"),
        with(
            ".f{-webkit-text-fill-color:transparent}",
            "<p class=f style='text-decoration:none'>A!</p>",
        ),
        with(".\\68 ex{d\\69splay:none}", "<p class=hex>A!</p>"),
        with(
            ".o{.i{display:block} display:inline; & .i{display:none}}",
            "<div class=o><p class=i>A!</p></div>",
        ),
        with(
            ".b{position:relative;height:50px}.a{position:absolute;top:0;left:0}\
             .c{position:absolute;top:0;left:0;width:100%;height:50px;background:#fff}",
            "<div class=b><span class=a>A!</span><div class=c>Sizes vary</div></div>",
        ),
        with(
            "",
            "<style>@import 'data:text/css,.x%7Bdisplay:none%7D';</style><p class=x>A!</p>",
        ),
    ];
    assert_states(VisibilityState::Hidden, &cases);
}

#[test]
fn what_several_declarations_show_is_visible() {
    let cases = [
        with(
            ".x{display:inline}@layer a{p.x.x{display:none}}",
            "<p class=x>A!",
        ),
        with("@starting-style{.x{opacity:0}}", "<p class=x>A!"),
        with("a{transform:scale(0);width:0;overflow:hidden}", "<p>A!</p>"),
        with(".x{display:contents;opacity:0}", "<p class=x>A!"),
        with(
            ".x{display:none} .x{display:nonsense} p.x{all:unset}",
            "<p class=x>A!",
        ),
        with(
            "",
            "<div style='height:0;overflow:hidden'><p style='position:absolute;top:90px'>A!</p></div>",
        ),
        with(
            "",
            "<div style='height:60px;overflow:auto'><p style='margin-top:100px'>A!</p></div>",
        ),
        with(
            ".h{position:relative;isolation:isolate}.h::before{content:'';position:absolute;inset:0;background:#123;z-index:-1}a{color:#fff}",
            "<div class=h>A!</div>",
        ),
        with(
            ".g{background:linear-gradient(red,blue);background-clip:text;color:transparent}",
            "<p>A!</p>",
        ),
    ];
    assert_states(VisibilityState::Visible, &cases);
}

#[test]
fn a_script_that_only_clicks_a_link_reveals_nothing() {
    let script = "addEventListener('load',function(){document.getElementById('h').click();b.style.color='red'})";
    let html = format!("<div id=h style='display:none'>{A}</div><script>{script}</script>");
    assert!(link(&html).visibility.is_hidden());
}

#[test]
fn a_container_query_leaves_it_open() {
    let html = with(
        "@container (min-width:1px){.x{display:none}}",
        "<p class=x>A!",
    );
    assert_eq!(link(&html).visibility.state(), VisibilityState::Unknown);
}

#[test]
fn what_is_odd_about_a_visible_link_is_a_mark() {
    for (technique, html) in [
        ("V25", "<p style='pointer-events:none'>A!</p>"),
        ("V48", "<div inert>A!</div>"),
        ("V44", "<div style='margin-top:60000px'>A!</div>"),
    ] {
        let link = link(&with("", html));
        assert_eq!(link.visibility.state(), VisibilityState::Visible, "{html}");
        let marks: Vec<String> = link.marks.iter().map(|m| m.technique.to_string()).collect();
        assert_eq!(marks, [technique], "{html}");
    }
}

#[test]
fn what_stands_in_front_of_a_nested_rule_comes_before_it() {
    let cases = [
        with(
            ".m{& .s{display:none;@media (width>=1px){display:block}}}",
            "<div class=m><p class=s>A!</p></div>",
        ),
        with(
            ".f{-webkit-text-fill-color:#333;color:transparent}",
            "<p class=f>A!</p>",
        ),
        with(
            ".o{overflow:hidden}.m{margin-top:-40px;height:20px}",
            "<div class=o><p>Text</p><p>Text</p><p class=m>A!</p></div>",
        ),
    ];
    assert_states(VisibilityState::Visible, &cases);
}

#[test]
fn a_rule_for_a_host_says_nothing_of_other_elements() {
    let html = "<x-bar><template shadowrootmode=open><style>:host{display:none}</style>\
                <p>own</p></template></x-bar><p>A!</p>";
    assert_states(VisibilityState::Visible, &[with("", html)]);
}

const SLIDES: &str = ".o{overflow:hidden}.t{display:flex;width:300%}.t>p{width:33.333%}\
    .r{display:flex}.r>p{flex:0 0 100%}.w{display:flex}.w>p{width:100%}";

#[test]
fn a_slide_behind_the_first_is_turned_to() {
    let cases = [
        with(
            SLIDES,
            "<div class=o><div class=t><p>B</p><p>A!</p><p>B</p></div></div>",
        ),
        with(
            SLIDES,
            "<div class=o><div class=r><p>B</p><p>B</p><p>A!</p></div></div>",
        ),
    ];
    let cases = cases.map(|case| case.replace("<p>B", "<p><a href='/other'>other page</a>"));
    assert_states(VisibilityState::Conditional, &cases);
    let two = with(
        SLIDES,
        "<div class=o><div class=r><p>1</p><p>A!</p></div></div>",
    );
    assert_states(VisibilityState::Unknown, &[two]);
    let shown = [
        with(
            SLIDES,
            "<div class=o><div class=t><p>A!</p><p>2</p><p>3</p></div></div>",
        ),
        with(SLIDES, "<div class=t><p>1</p><p>2</p><p>A!</p></div>"),
        with(
            SLIDES,
            "<div class=o><div class=r style='overflow-x:auto'><p>1</p><p>2</p><p>A!</p></div></div>",
        ),
        // Items that may shrink share the row.
        with(
            SLIDES,
            "<div class=o><div class=w><p>1</p><p>2</p><p>A!</p></div></div>",
        ),
    ];
    assert_states(VisibilityState::Visible, &shown);
}

#[test]
fn what_is_lifted_over_the_edge_of_a_box_that_cuts_is_hidden() {
    let css = ".o{overflow:hidden}.m{margin-top:-90px}.p{padding-top:80px}";
    assert_states(
        VisibilityState::Hidden,
        &[
            with(css, "<div class=o><p class=m>A!</p></div>"),
            with(
                css,
                "<div class=o> <div><p class=m><b>A!</b></p></div></div>",
            ),
        ],
    );
    let long = "a word ".repeat(200);
    assert_states(
        VisibilityState::Visible,
        &[
            with(css, "<div class=o><p>Text</p><p class=m>A!</p></div>"),
            with(css, &format!("<div class=o>{long}<p class=m>A!</p></div>")),
            with(
                css,
                "<div class=o><div class=p><p class=m>A!</p></div></div>",
            ),
            with(css, &format!("<div class=o><p class=m>{long} A!</p></div>")),
            with(css, "<div class=o><div class=m><img src=x> A!</div></div>"),
            with(css, "<div><p class=m>A!</p></div>"),
        ],
    );
}

#[test]
fn what_sinks_behind_the_ground_of_a_sibling_is_hidden() {
    let css = ".s{position:relative;z-index:0}.s>b{position:absolute;inset:0;z-index:-1}\
        .s>p{margin:0;height:60px;background:#fff}.f>p{height:10px}.n>p{background:none}";
    let hidden = with(css, "<div class=s><b>A!</b><p>Text</p></div>");
    assert_states(VisibilityState::Hidden, &[hidden]);
    let shown = [
        with(css, "<div class='s f'><b>A!</b><p>Text</p></div>"),
        with(css, "<div class='s n'><b>A!</b><p>Text</p></div>"),
        with(
            css,
            "<div class=s><i>Text<br><br></i><b>A!</b><p>Text</p></div>",
        ),
    ];
    assert_states(VisibilityState::Visible, &shown);
}

#[test]
fn the_sheet_of_a_shadow_tree_holds_in_it_alone() {
    let tree = |css: &str, html: &str| {
        with(
            "",
            &format!(
                "<x-bar><template shadowrootmode=open><style>{css}</style>{html}</template></x-bar>"
            ),
        )
    };
    assert_states(
        VisibilityState::Hidden,
        &[
            tree("p{display:none}", "<p>A!</p>"),
            tree(":host > p{display:none}", "<p>A!</p>"),
            tree("::slotted(p){opacity:0}", "<slot></slot>")
                .replace("</x-bar>", &format!("<p>{A}</p></x-bar>")),
        ],
    );
    assert_states(
        VisibilityState::Conditional,
        &[tree(
            "p{display:none}:host([open]) p{display:block}",
            "<p>A!</p>",
        )],
    );
    assert_states(
        VisibilityState::Visible,
        &[
            tree("p{display:none}", "<slot></slot>")
                .replace("</x-bar>", &format!("</x-bar><p>{A}</p>")),
            with(
                "p{display:none}",
                "<x-bar><template shadowrootmode=open><p>A!</p></template></x-bar>",
            ),
        ],
    );
}

#[test]
fn what_is_checked_at_first_can_be_unchecked() {
    let css = "input:checked ~ p{display:none}";
    let checked = with(
        css,
        "<input type=checkbox checked id=t><label for=t>More</label><p>A!</p>",
    );
    assert_states(VisibilityState::Conditional, &[checked]);
    let unchecked = with(css, "<input type=checkbox><p>A!</p>");
    assert_states(VisibilityState::Visible, &[unchecked]);
    let by_default = with(
        "input:default ~ p{display:none}",
        "<input type=checkbox checked><p>A!</p>",
    );
    assert_states(VisibilityState::Hidden, &[by_default]);
}
