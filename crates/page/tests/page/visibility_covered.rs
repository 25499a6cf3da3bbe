//! What lies over a link, and what is still not seen once a part of the page is opened.

use model::VisibilityState;

use crate::visibility::{A, assert_states};

/// Pages of a box that is put around a link; `A!` is the link, and `W!` the look of what covers it.
fn pages(cases: &[&str]) -> Vec<String> {
    let whole = |case: &&str| {
        format!("<p>Solid oak.</p>{case}<p>Sent soon.</p>")
            .replace("A!", A)
            .replace("W!", "background:#fff")
    };
    cases.iter().map(whole).collect()
}

/// A link in a box with a sheet of some style over it.
fn under(style: &str) -> String {
    format!("<div style='position:relative'>A!<div style='position:absolute;{style}'></div></div>")
        .replace("A!", A)
}

#[test]
fn a_sheet_covers_however_its_size_is_written() {
    let cases = [
        "top:0;left:0;width:600px;height:40px;background:#fff",
        "top:0;left:0;width:40em;height:3em;background:white",
        "top:0;left:0;width:100vw;height:10vh;background:rgb(255 255 255)",
        "top:0;left:0;width:calc(50% + 50%);height:calc(20px + 30px);background:hsl(0 0% 100%)",
        "top:-5px;left:-5px;width:120%;height:120px;background:#fff",
        "top:0;left:0;min-width:100%;min-height:100%;background:Canvas",
        "inset-block:0;inset-inline:0;background:currentcolor",
        "bottom:0;right:0;width:100%;height:100%;background:#fff",
        "left:50%;top:50%;width:100%;height:100%;background:#fff;transform:translate(-50%,-50%)",
        "top:0;left:0;padding:30px 300px;background:#fff",
        "inset:0;background:linear-gradient(#fff,#eee)",
        "inset:0;box-shadow:inset 0 0 0 100px #fff",
        "inset:0;background:#fff;opacity:.99;pointer-events:none",
    ];
    assert_states(VisibilityState::Hidden, &cases.map(under));
    let seen = [
        "top:0;left:0;width:600px;height:12px;background:#fff",
        "top:0;left:300px;width:600px;height:40px;background:#fff",
        "top:100%;left:0;width:100%;height:100px;background:#fff",
        "inset:0;background:rgba(255,255,255,.5)",
        "inset:0;background:#fff;opacity:.6",
        "inset:0;background:linear-gradient(transparent,#fff)",
        "inset:0;background:linear-gradient(#fff,#fff) no-repeat 0 100%/100% 2px",
        "inset:0;background:#fff;transform:translateX(100%)",
        "inset:0;background:#fff;clip-path:circle(10px at 100% 0)",
        "inset:0;background:#eee;z-index:-1;isolation:isolate",
    ];
    assert_states(VisibilityState::Visible, &seen.map(under));
}

#[test]
fn a_cover_need_not_stand_beside_the_link() {
    let hidden = pages(&[
        "<div style='position:relative'><div><p>A!</p></div><div><div><i style='position:absolute;inset:0;W!'></i></div></div></div>",
        "<div style='position:relative'><div><i style='position:absolute;inset:0;W!;z-index:1'></i></div><div><b>A!</b></div></div>",
        "<div style='position:relative'>A!<div style='position:absolute;inset:0'><div style='width:100%;height:100%;W!'></div></div></div>",
        "<div style='position:relative'>A!<div style='position:absolute;inset:0'><b style='position:absolute;inset:0;W!'></b></div></div>",
        "<style>.o{position:relative}.k::after{content:'';position:absolute;inset:0;W!}</style><div class=o><p>A!</p><p class=k>Oak</p></div>",
        "<style>.p{position:relative}.p::after{content:'';position:absolute;top:0;left:0;width:500px;height:50px;W!}</style><p class=p>A!</p>",
        "<div style='position:relative'><div style='position:absolute;width:100%;height:100%;W!'></div><p style='margin:0'>A!</p></div>",
    ]);
    assert_states(VisibilityState::Hidden, &hidden);
    let seen = pages(&[
        "<div style='position:relative'><div style='position:relative;z-index:1'><p>A!</p></div><div><i style='position:absolute;inset:0;W!'></i></div></div>",
        "<div style='position:relative'>A!</div><div style='position:relative'><i style='position:absolute;inset:0;W!'></i></div>",
        "<div style='position:relative'>A!<div style='position:absolute;inset:0;opacity:0'><b style='position:absolute;inset:0;W!'></b></div></div>",
        "<div style='position:relative'><div style='height:100px'></div><p>A!</p><div style='position:absolute;top:0;left:0;width:100%;height:100px;W!'></div></div>",
        "<div style='position:relative;text-align:center'>A!<div style='position:absolute;top:0;left:0;width:300px;height:40px;W!'></div></div>",
        "<div style='position:relative;line-height:80px'>A!<div style='position:absolute;top:0;left:0;width:300px;height:30px;W!'></div></div>",
        "<div style='position:relative;text-indent:320px'>A!<div style='position:absolute;top:0;left:0;width:300px;height:30px;W!'></div></div>",
        "<div style='position:relative'><div style='border-top:60px solid #eee'>A!</div><div style='position:absolute;top:0;left:0;width:300px;height:60px;W!'></div></div>",
        "<div dir=rtl style='position:relative'>A!<div style='position:absolute;top:0;left:0;width:300px;height:30px;W!'></div></div>",
    ]);
    assert_states(VisibilityState::Visible, &seen);
}

#[test]
fn what_follows_is_moved_over_the_link() {
    let hidden = pages(&[
        "<div style='height:40px'>A!</div><div style='transform:translateY(-100%);W!;height:40px'></div>",
        "<div style='height:40px'>A!</div><div style='translate:0 -40px;W!;height:40px'></div>",
        "<div style='height:2em'>A!</div><div style='position:relative;top:-2em;W!;height:2em'></div>",
        "<div style='height:40px'>A!</div><div style='position:relative;bottom:40px;W!;height:40px'></div>",
        "<div><div style='height:40px'>A!</div></div><div><div style='position:relative;top:-40px;W!;height:40px'></div></div>",
        "<p>A!</p><div style='position:relative;margin-top:-60px;W!;height:90px'></div>",
        "<div style='height:40px;margin-bottom:-40px'>A!</div><div style='position:relative;W!;height:40px'>Oak</div>",
        "<div style='height:0'>A!</div><div style='position:relative;W!;height:40px'>Oak</div>",
        "<div style='height:40px'>A!</div><div style='position:sticky;top:0;margin-top:-40px;height:40px;W!'></div>",
        "<div style='position:relative'><span style='position:absolute;top:0;left:0'>A!</span><div style='position:relative;W!;height:60px'>Oak</div></div>",
        "<div><span style='position:absolute'>A!</span><div style='position:relative;W!;height:40px'>Oak</div></div>",
        "<div style='float:left;width:100%;height:24px'>A!</div><div style='float:left;position:relative;margin-left:-100%;width:100%;height:24px;W!'></div>",
    ]);
    assert_states(VisibilityState::Hidden, &hidden);
    let seen = pages(&[
        "<p style='margin:0;height:30px'>A!</p><div style='position:relative;top:-5px;W!;height:40px'>Oak</div>",
        "<div style='height:300px'><p>A!</p></div><div style='position:relative;margin-top:-40px;W!;height:200px'>Oak</div>",
        "<p>A!</p><div style='position:relative;W!;height:200px'>Oak</div>",
        "<div style='position:sticky;top:0;W!;height:60px;z-index:10'>Shop</div><p>A!</p>",
        "<div style='height:40px'><span style='position:absolute;z-index:5;W!'>A!</span></div><div style='position:relative;background:#eee;height:300px'>Oak</div>",
        "<div style='float:left;width:200px'>A!</div><div style='float:left;width:200px;position:relative;W!'>Oak</div>",
    ]);
    assert_states(VisibilityState::Visible, &seen);
}

#[test]
fn cells_of_a_grid_lie_over_each_other() {
    let hidden = pages(&[
        "<div style='display:grid;grid-template-areas:\"x\"'><div style='grid-area:x'>A!</div><div style='grid-area:x;W!'></div></div>",
        "<div style='display:grid'><div style='grid-row:1/-1;grid-column:1/-1'>A!</div><div style='grid-row:1/-1;grid-column:1/-1;W!'></div></div>",
        "<div style='display:grid;grid-template-columns:1fr 1fr'><div style='grid-area:1/1/2/2'>A!</div><div style='grid-area:1/1/2/3;W!'></div></div>",
    ]);
    assert_states(VisibilityState::Hidden, &hidden);
    let seen = pages(&[
        "<div style='display:grid'><div style='grid-area:1/1;height:200px'>A!</div><div style='grid-area:1/1;W!;align-self:end'>Oak</div></div>",
        "<div style='display:grid;place-items:end start'><div style='grid-area:1/1;height:200px'>A!</div><div style='grid-area:1/1;W!'>Oak</div></div>",
        "<div style='display:grid'><div style='grid-area:1/1'>A!</div><div style='grid-area:1/2;W!'>Oak</div></div>",
        "<div style='display:grid'><div style='grid-row:1'>A!</div><div style='grid-row:1;W!'>Oak</div></div>",
    ]);
    assert_states(VisibilityState::Visible, &seen);
}

/// Parts of a page that an ordinary act shows; `X!` is what is in them.
const OPENED: [&str; 6] = [
    "<details><summary>Care</summary>X!</details>",
    "<details><summary>Care</summary><details><summary>More</summary>X!</details></details>",
    "<style>.p{display:none}#t:checked~.p{display:block}</style><input type=checkbox id=t><label for=t>More</label><div class=p>X!</div>",
    "<style>.p{display:none}.p:target{display:block}</style><a href='#more'>More</a><div class=p id=more>X!</div>",
    "<style>.p{max-height:0;overflow:hidden}.acc.open .p{max-height:500px}</style><section class=acc><h3>Care</h3><div class=p>X!</div></section>",
    "<style>.p{visibility:hidden}.m:hover .p{visibility:visible}</style><div class=m>Menu<div class=p>X!</div></div>",
];

#[test]
fn what_stays_unseen_in_what_is_opened_is_hidden() {
    let inner = [
        "<a href='https://x.example.net/'><img src='data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7' width=1 height=1></a>",
        "<a href='https://x.example.net/'></a>",
        "<p style='font-size:0'>A!</p>",
        "<div style='font-size:1px'>A!</div>",
        "<p style='background:#fff'><a href='https://x.example.net/' style='color:#fff'>other shop</a></p>",
        "<p style='position:absolute;left:-9999px'>A!</p>",
        "<div style='position:relative'>A!<div style='position:absolute;inset:0;background:#fff'></div></div>",
        "<div style='height:50px;overflow:hidden'><div style='margin-top:80px'>A!</div></div>",
    ];
    let within = |outer: &str, inner: &str| outer.replace("X!", &inner.replace("A!", A));
    for outer in OPENED {
        assert_states(
            VisibilityState::Hidden,
            &inner.map(|inner| within(outer, inner)),
        );
    }
}

#[test]
fn what_is_seen_once_it_is_opened_is_conditional() {
    let cases = OPENED.map(|outer| outer.replace("X!", &format!("<p>{A}</p>")));
    assert_states(VisibilityState::Conditional, &cases);
    let recolored = format!(
        "<style>.p{{display:none}}.p a{{color:#fff}}.p.open{{display:block;background:#222}}</style>\
         <div class=p><p>{A}</p></div>"
    );
    assert_states(VisibilityState::Conditional, &[recolored]);
}
