//! What scripts do with the page itself: they load it again, and set its cookies.

use model::{HopKind, Link, Trigger};

use crate::scripts::of_script;

#[test]
fn a_reload_is_a_way_to_the_page_itself_where_nothing_is_tested_and_nobody_acts() {
    for script in [
        "location.reload()",
        "window.location.reload(true)",
        "setTimeout(function(){document.location.reload()}, 2000)",
        "addEventListener('load', () => location.reload())",
        "history.go(0)",
        "setTimeout(() => window.history.go(), 500)",
        "location.href = location.href",
        "window.location = document.URL",
        "document.location.href = location",
        "location.replace(location.href)",
        "window.location.assign(document.location)",
        "location.href = location.pathname",
        "location = location.pathname + location.search",
        "window.location.href = window.location.href.split('#')[0]",
        "location.replace(location.protocol + '//' + location.host + location.pathname)",
        "location.href = `${location.origin}${location.pathname}`",
        "location.replace(String(location))",
        "document.location.replace(location.toString())",
        "location.search = location.search",
        "location.href = ''",
        "window.open(location.href, '_self')",
        "navigation.navigate(location.href)",
        "var u = location.href; location = u",
        "var u = location.href; location = u + '#x'",
        "var u = location.href; u += '#x'; location.replace(u)",
        "let u; u = document.URL; setTimeout(() => location.replace(u), 100)",
        "var self = document.URL; location.href = self",
        "const { pathname, search } = location; location.assign(pathname + search)",
        "const { href: here } = window.location; location = here.split('#')[0]",
        "var a = location.pathname, b = a; function go() { location = (b) } go()",
        "var l = location; l.reload()",
        "var l = window.location; l.href = l.href",
        "const d = document; location.replace(d.URL)",
        "var w = window; w.location = w.location.href",
        "history.go('0')",
    ] {
        let facts = of_script(script);
        let ways: Vec<_> = (facts.links.iter())
            .filter(|link| link.kind == HopKind::ScriptNavigation)
            .map(|link| (link.target.clone(), link.trigger, link.conditions.len()))
            .collect();
        let itself = (Some(facts.address.clone()), Trigger::Load, 0);
        assert_eq!(ways, [itself], "{script}");
    }
    for script in [
        "window.onpageshow = function (e) { if (e.persisted) location.reload() }",
        "document.getElementById('again').onclick = () => location.reload()",
        "if (!document.cookie) location.reload()",
        "function again(e) { if (!e.persisted) return; location.reload() }\
         addEventListener('pageshow', again)",
        "history.go(-1)",
        "if (seen) history.go(0)",
        "again.onclick = function () { location.href = location.href }",
        "function f(location) { location.href = location.href }",
        "again.onclick = () => location.replace(location.href)",
        "if (seen) location.href = location.pathname",
        "function f(location) { location.replace(location.href) }",
        "window.open(location.href, 'help')",
        "window.open('', '_self')",
        "location.hash = location.hash",
        "location.href = location.pathname + next",
        "location.replace('/next?from=' + location.pathname)",
        "var u = location.href; u = '/next'; location = u",
        "var u = location.href; if (seen) u = '/next'; location = u",
        "var u = location.href; again.onclick = () => { location = u }",
        "var u = location.href; function go(u) { location = u } go('/next')",
        "if (seen) { var u = location.href } location = u",
        "var u = location.href; location = u + next",
        "var u = location.href; window.u = '/next'; location = u",
        "var u = location.hash; location.hash = u",
        "for (const u of [location.href, '/next']) { location = u }",
    ] {
        let facts = of_script(script);
        let mut links = facts.links.iter();
        let is_reload = |link: &Link| link.target.as_ref() == Some(&facts.address);
        assert!(!links.any(is_reload), "{script}: {:?}", facts.links);
    }
}

#[test]
fn a_cookie_that_a_script_sets_for_everybody_is_a_fact_of_the_page() {
    for (script, cookies) in [
        (
            "document.cookie = 'mc=1; path=/'; location.reload()",
            &["mc=1; path=/"][..],
        ),
        (
            "var n = 'm' + 'c'; document.cookie = n + '=' + 1",
            &["mc=1"],
        ),
        (
            "setTimeout(() => { document.cookie = 'a=b' }, 100)",
            &["a=b"],
        ),
        ("document.cookie = 'a=' + Math.random()", &[]),
        (
            "if (navigator.language == 'de') document.cookie = 'a=b'",
            &[],
        ),
        ("ok.onclick = () => { document.cookie = 'consent=1' }", &[]),
        ("var had = document.cookie; document.title = 'a=b'", &[]),
    ] {
        // A page whose scripts lead nowhere is not read for its cookies.
        let facts = of_script(&format!("{script}; location.hash = 'x'"));
        assert_eq!(facts.script_cookies, cookies, "{script}");
    }
}
