//! Ordinary pages, as shops build them: nothing on them is called hidden.

use crate::reading::reading;

fn hidden_links(html: &str) -> Vec<String> {
    let facts = reading(html).at("https://shop.example.com/").facts();
    facts
        .links
        .iter()
        .filter(|link| link.visibility.is_hidden())
        .map(|link| format!("{} {:?}", link.href, link.visibility.proofs()))
        .collect()
}

#[test]
fn a_mega_menu_hides_nothing() {
    let html = r#"<style>.mega{position:relative}.mega .panel{visibility:hidden;opacity:0;position:absolute;top:100%}
      .mega:hover .panel,.mega:focus-within .panel{visibility:visible;opacity:1}</style>
      <nav><ul><li class=mega><a href=/a>Lamps</a><div class=panel><a href=/a/1>Desk</a><a href=https://partner.example.org/>Partner</a></div></ul></nav>"#;
    assert_eq!(hidden_links(html), [] as [String; 0]);
}

#[test]
fn accordions_tabs_and_drawers_hide_nothing() {
    let html = r##"<style>.collapse:not(.show){display:none}.fade:not(.show){opacity:0}.tab-content>.tab-pane{display:none}.tab-content>.active{display:block}
      .drawer{position:fixed;left:-300px;width:300px}.drawer.is-open{left:0}.acc-body{max-height:0;overflow:hidden}.acc.open .acc-body{max-height:500px}</style>
      <button data-bs-toggle=collapse data-bs-target="#one">More</button><div id=one class=collapse><a href=/1>1</a></div>
      <ul role=tablist><li><a role=tab href="#t1">A</a><li><a role=tab href="#t2">B</a></ul>
      <div class=tab-content><div class="tab-pane active" id=t1><a href=/t1>t</a></div><div class="tab-pane fade" id=t2><a href=/t2>t</a></div></div>
      <aside class=drawer><a href=/d>Drawer</a></aside>
      <section class=acc><h3>Q</h3><div class=acc-body><a href=/q>A</a></div></section>"##;
    assert_eq!(hidden_links(html), [] as [String; 0]);
}

#[test]
fn carousels_and_cookie_banners_hide_nothing() {
    let html = r##"<style>.slides{overflow:hidden}.track{transform:translate3d(-1280px,0,0);width:5120px}.slide{float:left}
      .fader .s{display:none}.fader .s:first-child{display:block}</style>
      <div class=slides><div class=track><div class=slide><a href=/1><img src=1.jpg></a></div><div class=slide><a href=/2><img src=2.jpg></a></div></div></div>
      <div class=fader><div class=s><a href=/a>1</a></div><div class=s><a href=/b>2</a></div><div class=s><a href=/c>3</a></div></div>
      <div id=cookies style="display:none"><p>We use cookies. <a href=/privacy>More</a></p><button>OK</button></div>
      <script>if(!localStorage.ok){document.getElementById('cookies').style.display='block'}
      document.querySelector('#cookies button').addEventListener('click',function(){})</script>"##;
    assert_eq!(hidden_links(html), [] as [String; 0]);
}

#[test]
fn accessible_text_icons_and_cards_hide_nothing() {
    let html = r##"<style>.sr-only{position:absolute;width:1px;height:1px;overflow:hidden;clip:rect(0,0,0,0)}.sr-only-focusable:focus{position:static;width:auto;height:auto;clip:auto}
      .logo{display:block;width:120px;height:40px;text-indent:-9999px;background:url(logo.svg)}
      .hero{position:relative}.hero .caption{position:absolute;color:#fff}.stretched::after{content:"";position:absolute;inset:0}
      .btn{background:#123;color:#fff}.grad{background:linear-gradient(red,blue);-webkit-background-clip:text;color:transparent}</style>
      <a class="sr-only sr-only-focusable" href="#main">Skip</a><a class=logo href=/>Shop</a>
      <a href=/cart><svg></svg><span class=sr-only>Cart</span></a>
      <div class=hero><img src=h.jpg><div class=caption><a href=/sale style="color:#fff">Sale</a></div></div>
      <div class=card>Card <a class=stretched href=/card></a></div>
      <a class=btn href=/buy>Buy</a><a class=grad href=/g>Gradient</a><a href=/next>›</a>"##;
    assert_eq!(hidden_links(html), [] as [String; 0]);
}
