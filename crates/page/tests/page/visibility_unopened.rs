//! What is closed and not to be opened, drawn without paint, or pulled under another box.

use model::VisibilityState;

use crate::visibility::{A, assert_states};

const HREF: &str = "https://x.example.net/";

#[test]
fn what_nothing_opens_is_hidden() {
    let cases = [
        format!("<details><summary></summary><p>{A}</p></details>"),
        format!("<details><summary> &nbsp; </summary><div>{A}</div></details>"),
        format!("<details><summary style='display:none'>More</summary>{A}</details>"),
        format!("<dialog><p>{A}</p></dialog>"),
        format!("<div popover>{A}</div>"),
        format!("<script src=/shop.js></script><dialog><ul><li>{A}</ul></dialog>"),
    ];
    assert_states(VisibilityState::Hidden, &cases);
}

#[test]
fn what_a_shopper_can_open_is_conditional() {
    let cases = [
        format!("<details><summary>Care</summary><p>{A}</p></details>"),
        format!("<details><p>{A}</p></details>"),
        format!("<details><summary><img src=/more.png alt=More></summary><p>{A}</p></details>"),
        format!("<details><summary><i class=icon-more></i></summary><p>{A}</p></details>"),
        format!("<details><summary aria-label=Care></summary><p>{A}</p></details>"),
        format!(
            "<style>.more summary::before{{content:'More'}}</style><div class=more><details><summary></summary><p>{A}</p></details></div>"
        ),
        format!("<dialog id=care><p>{A}</p></dialog>"),
        format!("<dialog class=sheet><p>{A}</p></dialog>"),
        format!("<dialog>{A}<button>Close</button></dialog>"),
        format!("<div popover>{A}<form method=dialog><input type=submit></form></div>"),
        format!(
            "<dialog>{A}</dialog><script>document.querySelector('dialog').showModal()</script>"
        ),
    ];
    assert_states(VisibilityState::Conditional, &cases);
}

#[test]
fn a_shape_without_paint_shows_no_link() {
    let picture = |svg: &str, shape: &str| {
        format!("<p>Words.</p><svg {svg}><a href='{HREF}'>{shape}</a></svg>")
    };
    let hidden = [
        picture(
            "width=120 height=40",
            "<rect width=60 height=30 fill=none />",
        ),
        picture(
            "viewBox='0 0 9 9'",
            "<circle r=4 fill=transparent stroke=none />",
        ),
        picture(
            "width=120 height=40 fill=none",
            "<g><path d='M0 0h9v9z'/></g>",
        ),
        picture("width=1 height=1", "<rect width=1 height=1 fill=red />"),
    ];
    assert_states(VisibilityState::Hidden, &hidden);
    let visible = [
        picture("width=120 height=40", "<rect width=60 height=30 />"),
        picture(
            "width=24 height=24 fill=none",
            "<path d='M0 0h9' stroke=currentColor />",
        ),
        picture(
            "width=24 height=24 fill=none stroke=black",
            "<path d='M0 0h9v9'/>",
        ),
        picture(
            "width=24 height=24 fill=none",
            "<path fill=red d='M0 0h9v9'/>",
        ),
        picture(
            "width=24 height=24 fill=none class=icon",
            "<path d='M0 0h9v9'/>",
        ),
        picture(
            "width=1 height=1 class=icon style='width:24px;height:24px'",
            "<rect width=1 height=1 />",
        ),
    ];
    assert_states(VisibilityState::Visible, &visible);
}

#[test]
fn a_box_that_is_pulled_under_the_one_before_it_is_hidden() {
    let pulled = |over: &str, under: &str| {
        format!("<div style='{over}'>&nbsp;</div><div style='{under}'>{A}</div>")
    };
    let over = "position:relative;z-index:1;background:#fff;width:400px;height:60px";
    let hidden = [
        pulled(over, "margin-top:-50px;width:200px;height:30px"),
        pulled(over, "margin-top:-60px;width:400px;height:60px"),
        // The box reaches out, and its text does not.
        pulled(over, "margin-top:-50px;width:200px;height:55px"),
        pulled(over, "margin-top:-50px;width:600px;height:30px"),
        pulled(
            "position:relative;z-index:2;background:#eee;height:80px",
            "margin-top:-40px;height:40px",
        ),
    ];
    assert_states(VisibilityState::Hidden, &hidden);
    let seen = [
        // It begins before the cover.
        pulled(over, "margin-top:-70px;width:200px;height:30px"),
        // Its text reaches out below, beside, or stands aside.
        pulled(over, "margin-top:-50px;width:200px;padding-top:45px"),
        pulled(
            over,
            "margin-top:-50px;width:600px;height:30px;text-align:right",
        ),
        pulled(
            over,
            "margin-top:-50px;margin-left:500px;width:200px;height:30px",
        ),
        // The cover is seen through, or is painted before.
        pulled(
            "position:relative;z-index:1;width:400px;height:60px",
            "margin-top:-50px;width:200px;height:30px",
        ),
        pulled(
            over,
            "position:relative;z-index:2;margin-top:-50px;width:200px;height:30px",
        ),
    ];
    assert_states(VisibilityState::Visible, &seen);
}
