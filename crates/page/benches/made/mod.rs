//! Generated pages in the manner of a shop: a menu, style rules, cards, a description, a footer.

use std::fmt::Write as _;

/// A page of about `size` bytes, without scripts that can navigate.
pub(crate) fn shop_page(size: usize) -> Vec<u8> {
    plain(size, false)
}

/// A page of about `size` bytes.
pub(crate) fn plain(size: usize, with_scripts: bool) -> Vec<u8> {
    let mut page = String::with_capacity(size + 10_000);
    page.push_str(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Enamel mug, blue rim</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><link rel=\"canonical\" href=\"/item/1\">\
         <meta property=\"og:url\" content=\"https://market.example/item/1\"><style>",
    );
    let rules = (size / 2_500).clamp(12, 160);
    for rule in 0..rules {
        let _ = write!(
            page,
            ".c{rule}{{margin:0 4px;padding:{}px;color:#2{}3}}.c{rule}:hover .sub{{display:block}}.menu .c{rule}>li{{float:left}}",
            rule % 9,
            rule % 10
        );
    }
    page.push_str(
        ".sub{display:none;position:absolute}.sr-only{position:absolute;width:1px;height:1px;overflow:hidden;clip:rect(0,0,0,0)}\
         @media (max-width:600px){.wide{display:none}}</style></head><body><header><nav class=\"menu\"><ul class=\"c1\">",
    );
    for entry in 0..12 {
        let _ = write!(
            page,
            "<li class=\"c{entry}\"><a href=\"/category/{entry}\">Category {entry}</a><ul class=\"sub\"><li><a href=\"/category/{entry}/new\">New</a></li><li><a href=\"/category/{entry}/sale\">Sale</a></li></ul></li>"
        );
    }
    page.push_str("</ul></nav></header><main><h1>Enamel mug, blue rim</h1><p class=\"price\">12.50</p><div itemprop=\"description\">");
    let mut card = 0;
    while page.len() < size.saturating_sub(900) {
        card += 1;
        if card % 3 == 0 {
            let _ = write!(
                page,
                "<p class=\"c{}\">Fired twice at eight hundred degrees, this mug keeps its rim for years; number {card} of the series weighs {} grams and comes in a box of plain board. Wash it by hand.</p>",
                card % rules,
                200 + card % 90
            );
        } else {
            let _ = write!(
                page,
                "<div class=\"card c{} wide\"><a class=\"c{}\" href=\"/item/{card}?from=list&amp;pos={card}\"><img src=\"/img/{card}.jpg\" alt=\"Mug {card}\" width=\"200\" height=\"200\"><span class=\"name\">Mug number {card}</span></a><span class=\"sr-only\">rated four of five</span><button type=\"button\" class=\"buy\">Add</button></div>",
                card % rules,
                (card * 7) % rules
            );
        }
        if with_scripts && card % 40 == 0 {
            let _ = write!(
                page,
                "<script>(function(w,d){{var s=d.createElement('script');s.async=true;s.src='https://metrics.example/t.js?id={card}';d.head.appendChild(s);w.q=w.q||[];w.q.push(['set','page',location.pathname]);function go(n){{if(n>3){{location.href='/item/'+n}}return n*2}}d.addEventListener('click',function(e){{go(e.detail)}})}})(window,document);</script>"
            );
        }
    }
    page.push_str("</div></main><footer><ul><li><a href=\"/help\">Help</a></li><li><a href=\"/terms\">Terms</a></li></ul></footer></body></html>");
    page.into_bytes()
}
