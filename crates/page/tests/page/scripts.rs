//! What scripts do with a visitor, by their text alone.

use model::{Carrier, Condition, HopKind, Link, PageFacts, Technique, Trigger, VisibilityState};

use crate::reading::{Reading, links_to, reading, resources};

pub(crate) const TARGET: &str = "https://x.example.net/";

fn page(html: &str) -> Reading<'_> {
    reading(html).at("https://shop.test/p")
}

pub(crate) fn facts(html: &str) -> PageFacts {
    page(html).facts()
}

pub(crate) fn of_script(script: &str) -> PageFacts {
    facts(&format!("<body><script>{script}</script></body>"))
}

pub(crate) fn to<'f>(facts: &'f PageFacts, target: &str) -> Vec<&'f Link> {
    links_to(facts, target)
        .filter(|link| link.kind != HopKind::NestedUrl)
        .collect()
}

/// Whether a link to the target takes the visitor along by itself.
fn is_forced(facts: &PageFacts) -> bool {
    let links = to(facts, TARGET);
    links.iter().any(|link| link.trigger == Trigger::Load)
}

fn has(link: &Link, technique: Technique) -> bool {
    link.scripted
        .iter()
        .any(|proof| proof.technique == technique)
}

/// Ways to write a navigation at load; the target is always the same.
const AT_LOAD: &[&str] = &[
    "location='https://x.example.net/'",
    "location.href='https://x.example.net/'",
    "window.location=\"https://x.example.net/\"",
    "window.location.href=`https://x.example.net/`",
    "document.location='https://x.example.net/'",
    "document.location.replace('https://x.example.net/')",
    "self.location.assign('https://x.example.net/')",
    "top.location='https://x.example.net/'",
    "parent.location.href='https://x.example.net/'",
    "window['location']='https://x.example.net/'",
    "window['loc'+'ation']['hr'+'ef']='https://x.example.net/'",
    "location['replace']('https://x.example.net/')",
    "window.open('https://x.example.net/','_self')",
    "open('https://x.example.net/')",
    "navigation.navigate('https://x.example.net/')",
    "location='ht'+'tps://x.exa'+'mple.net/'",
    "var a='https://',b='x.example.net',c='/';location=a+b+c",
    "let h='x.example.net';location=`https://${h}/`",
    "location=['https:','','x.example.net',''].join('/')",
    "location='/ten.elpmaxe.x//:sptth'.split('').reverse().join('')",
    "location=atob('aHR0cHM6Ly94LmV4YW1wbGUubmV0Lw==')",
    "location=window.atob('aHR0cHM6Ly94LmV4YW1wbGUubmV0Lw')",
    "location=unescape('%68%74%74%70%73%3A%2F%2Fx.example.net%2F')",
    "location=decodeURIComponent('https%3A%2F%2Fx.example.net%2F')",
    "location=decodeURIComponent(escape('https://x.example.net/'))",
    "location=String.fromCharCode(104,116,116,112,115,58,47,47,120,46,101,120,97,109,112,108,101,46,110,101,116,47)",
    "location=String.fromCodePoint(...[104,116,116,112,115])+'://x.example.net/'",
    "location=[104,116,116,112,115].map(function(c){return String.fromCharCode(c)}).join('')+'://x.example.net/'",
    "location='\\x68\\x74\\x74\\x70\\x73://x.example.net/'",
    "location='\\u0068ttps://x.example.net/'",
    "location='hxxps://x.example.net/'.replace('xx','tt')",
    "location='https#//x.example.net/'.replace(/#/g,':')",
    "location='zzhttps://x.example.net/zz'.slice(2,-2)",
    "location='zzhttps://x.example.net/'.substr(2)",
    "location='zzhttps://x.example.net/'.substring(2)",
    "var o={u:{v:'https://x.example.net/'}};location=o.u.v",
    "var l=['a','https://x.example.net/'];location.href=l[1]",
    "function f(){return 'https://x.example.net/'}location=f()",
    "function f(h){return 'https://'+h+'/'}location=f('x.example.net')",
    "const f=h=>`https://${h}/`;location=f('x.example.net')",
    "var o={h:'x.example.net',u:function(){return 'https://'+this.h+'/'}};location=o.u()",
    "class A{constructor(h){this.h=h}go(){location='https://'+this.h+'/'}}new A('x.example.net').go()",
    "function A(h){this.h=h}A.prototype.u=function(){return 'https://'+this.h+'/'};location=new A('x.example.net').u()",
    "var s='',k='iuuqt;00y/fybnqmf/ofu0';for(var i=0;i<k.length;i++)s+=String.fromCharCode(k.charCodeAt(i)-1);location=s",
    "var d=[105,117,117,113,114,59,46,46,121,47,100,121,96,108,113,109,100,47,111,100,117,46],s='';for(var i=0;i<d.length;i++){s+=String.fromCharCode(d[i]^1)}location=s",
    "location='uggcf://k.rknzcyr.arg/'.replace(/[a-z]/g,function(c){return String.fromCharCode((c.charCodeAt(0)-97+13)%26+97)})",
    "eval(\"location='https://x.example.net/'\")",
    "eval(atob('bG9jYXRpb249J2h0dHBzOi8veC5leGFtcGxlLm5ldC8n'))",
    "new Function(\"location='https://x.example.net/'\")()",
    "Function('u','location=u')",
    "setTimeout(\"location='https://x.example.net/'\",100)",
    "setTimeout(function(){location='https://x.example.net/'},3000)",
    "setTimeout(()=>location.replace('https://x.example.net/'),0)",
    "setInterval(function(){location='https://x.example.net/'},10)",
    "window.onload=function(){location='https://x.example.net/'}",
    "document.addEventListener('DOMContentLoaded',()=>{location='https://x.example.net/'})",
    "(function(){location='https://x.example.net/'})()",
    "(()=>{location='https://x.example.net/'})()",
    "!function(w){w.location='https://x.example.net/'}(window)",
    "[]['constructor']['constructor'](\"location='https://x.example.net/'\")()",
    "$(function(){location='https://x.example.net/'})",
    "$(document).ready(function(){location='https://x.example.net/'})",
    "var a=document.createElement('a');a.href='https://x.example.net/';document.body.appendChild(a);a.click()",
    "var a=document.createElement('a');a.setAttribute('href','https://x.example.net/');a.click()",
    "var f=document.createElement('form');f.action='https://x.example.net/';document.body.appendChild(f);f.submit()",
    "document.write('<meta http-equiv=refresh content=\"0;url=https://x.example.net/\">')",
    "document.write('<script>location=\"https://x.example.net/\"<\\/script>')",
    "document.write('<ifr'+'ame src=\"https://x.example.net/\"></iframe>')",
    "var i=document.createElement('iframe');i.src='https://x.example.net/';document.body.append(i)",
    "document.body.innerHTML='<iframe src=https://x.example.net/></iframe>'",
    "document.getElementById('b').insertAdjacentHTML('beforeend','<iframe src=https://x.example.net/></iframe>')",
    "location.href='javascript:location=\"https://x.example.net/\"'",
    "try{location='https://x.example.net/'}catch(e){}",
    "switch(1){case 1:location='https://x.example.net/'}",
    "var u;u=u||'https://x.example.net/';location=u",
    "location=1?'https://x.example.net/':'/a'",
    "with(document){location='https://x.example.net/'}",
    "Reflect.set(window,'location','https://x.example.net/')",
    "location.replace.call(location,'https://x.example.net/')",
    "var go=location.assign.bind(location);go('https://x.example.net/')",
    "location=JSON.parse('{\"u\":\"https://x.example.net/\"}').u",
    "location=new URL('/','https://x.example.net/').href",
    "eval(function(p,a,c,k,e,d){e=function(c){return c};if(!''.replace(/^/,String)){while(c--){d[c]=k[c]||c}k=[function(e){return d[e]}];e=function(){return'\\\\w+'};c=1};while(c--){if(k[c]){p=p.replace(new RegExp('\\\\b'+e(c)+'\\\\b','g'),k[c])}}return p}('0=\\'1://2.3.4/\\'',5,5,'location|https|x|example|net'.split('|'),0,{}))",
    "var _0xa=['net/','https://x.','example.'];(function(a,n){var s=function(k){while(--k){a.push(a.shift())}};s(++n)}(_0xa,1));var _0xb=function(i){i=i-0;return _0xa[i]};location=_0xb('0x0')+_0xb('0x1')+_0xb('0x2')",
];

#[test]
fn a_navigation_at_load_is_found_however_it_is_written() {
    let mut missed = Vec::new();
    for script in AT_LOAD {
        if !is_forced(&of_script(script)) {
            missed.push(*script);
        }
    }
    // A function that only exists runs never.
    let expected = ["Function('u','location=u')"];
    assert_eq!(
        missed,
        expected,
        "{} of {}",
        AT_LOAD.len() - missed.len(),
        AT_LOAD.len()
    );
}

/// Ways to write a navigation that needs an act.
const ON_ACT: &[&str] = &[
    "function go(){location='https://x.example.net/'}",
    "document.body.onclick=function(){location='https://x.example.net/'}",
    "document.getElementById('b').addEventListener('click',()=>{location='https://x.example.net/'})",
    "document.querySelectorAll('tr').forEach(function(r){r.onclick=function(){location='https://x.example.net/'}})",
    "$('.row').on('click',function(){window.open('https://x.example.net/')})",
    "$('.row').click(function(){window.open(atob('aHR0cHM6Ly94LmV4YW1wbGUubmV0Lw=='))})",
    "document.getElementById('buy').onmousedown=function(){this.href='https://x.example.net/'}",
    "document.getElementById('buy').href='https://x.example.net/'",
    "document.write('<a href=\"https://x.example.net/\">x</a>')",
    "document.querySelector('#d').innerHTML='<a href=https://x.example.net/>x</a>'",
    "var a=document.createElement('a');a.href='https://x.example.net/';a.textContent='x';document.body.appendChild(a)",
    "window.addEventListener('popstate',function(){location='https://x.example.net/'})",
    "document.body.addEventListener('touchstart',function(){setTimeout(function(){location='https://x.example.net/'},10)})",
];

#[test]
fn a_navigation_that_needs_an_act_is_found_and_not_forced() {
    for script in ON_ACT {
        let facts = of_script(script);
        let links = to(&facts, TARGET);
        assert!(!links.is_empty(), "not found: {script}");
        assert!(
            links.iter().all(|link| link.trigger == Trigger::Act),
            "forced: {script}"
        );
    }
}

#[test]
fn handlers_and_javascript_addresses_call_what_the_scripts_define() {
    for html in [
        "<script>function go(h){location='https://'+h+'/'}</script><p onclick=\"go('x.example.net')\">x</p>",
        "<script>var u='https://x.example.net/'</script><div onclick='location=u'>x</div>",
        "<a href=\"javascript:void(open('https://x.example.net/'))\">x</a>",
        "<a href='#' data-u='aHR0cHM6Ly94LmV4YW1wbGUubmV0Lw==' onclick='location=atob(this.dataset.u)'>x</a>",
        "<div id=d data-go='https://x.example.net/#'></div><p onclick=\"location=document.getElementById('d').getAttribute('data-go')\">x</p>",
        "<p ondblclick='window.open(`https://x.example.net/`)'>x</p>",
    ] {
        let facts = facts(html);
        let links = to(&facts, TARGET);
        let handlers =
            |link: &&&Link| matches!(link.carrier, Carrier::EventHandler | Carrier::JavascriptUrl);
        let link = links
            .iter()
            .find(handlers)
            .unwrap_or_else(|| panic!("{html}: {:?}", facts.links));
        assert_eq!(link.trigger, Trigger::Act, "{html}");
        assert!(has(link, Technique::SCRIPT_HANDLER), "{html}");
    }
}

#[test]
fn handlers_that_run_by_themselves_are_forced() {
    for html in [
        "<body onload=\"location='https://x.example.net/'\">",
        "<img src=x onerror=\"location='https://x.example.net/'\">",
        "<input autofocus onfocus=\"location='https://x.example.net/'\">",
        "<details open ontoggle=\"location='https://x.example.net/'\">x</details>",
        "<iframe src=\"javascript:top.location='https://x.example.net/'\"></iframe>",
        "<form id=f action='https://x.example.net/'></form><body onload=\"document.getElementById('f').submit()\">",
        "<form name=f action='https://x.example.net/'></form><script>setTimeout(function(){document.f.submit()},1)</script>",
        "<form action='https://x.example.net/'><button id=b>x</button></form><script>document.getElementById('b').click()</script>",
        "<a id=a href='https://x.example.net/'>x</a><script>document.getElementById('a').click()</script>",
        "<p id=p hidden>aHR0cHM6Ly94LmV4YW1wbGUubmV0Lw==</p><script>location=atob(document.getElementById('p').textContent)</script>",
    ] {
        let facts = facts(html);
        assert!(is_forced(&facts), "{html}: {:?}", facts.links);
    }
}

#[test]
fn what_is_tested_on_the_way_is_told() {
    use Condition::{Address, Automation, Dialog, Language, Referrer, Screen, Storage, UserAgent};
    for (test, condition) in [
        ("/bot/i.test(navigator.userAgent)", UserAgent),
        ("navigator.userAgent.indexOf('Mobile')>-1", UserAgent),
        ("document.referrer.indexOf('google')!=-1", Referrer),
        ("document.cookie.indexOf('seen=')<0", Storage),
        ("!localStorage.getItem('seen')", Storage),
        ("!localStorage.seen", Storage),
        ("navigator.language.slice(0,2)==='de'", Language),
        (
            "Intl.DateTimeFormat().resolvedOptions().timeZone=='Europe/Berlin'",
            Language,
        ),
        ("screen.width<800", Screen),
        ("window.innerWidth>1", Screen),
        ("matchMedia('(max-width:600px)').matches", Screen),
        ("!navigator.webdriver", Automation),
        ("location.search.includes('go')", Address),
        ("confirm('Go?')", Dialog),
    ] {
        for script in [
            format!("if({test}){{location='{TARGET}'}}"),
            format!("({test})&&(location='{TARGET}')"),
            format!("location=({test})?'{TARGET}':'/a'"),
            format!("(function(){{if({test})return;location='{TARGET}'}})()"),
            format!("var t={test};if(t)setTimeout(function(){{location='{TARGET}'}},9)"),
        ] {
            let facts = of_script(&script);
            let links = to(&facts, TARGET);
            let link = links
                .first()
                .unwrap_or_else(|| panic!("not found: {script}"));
            let is_told = link.conditions == [condition] || script.starts_with("location=(");
            assert!(is_told, "{script}: {:?}", link.conditions);
            assert_eq!(link.trigger, Trigger::Load, "{script}");
        }
    }
}

#[test]
fn the_folding_that_was_needed_is_the_proof() {
    for (script, technique) in [
        (
            "location='https:'+'//x.example.net/'",
            Technique::SCRIPT_CONCATENATION,
        ),
        (
            "location=atob('aHR0cHM6Ly94LmV4YW1wbGUubmV0Lw==')",
            Technique::SCRIPT_DECODING,
        ),
        (
            "location=String.fromCharCode(104)+'ttps://x.example.net/'",
            Technique::SCRIPT_CHAR_CODES,
        ),
        (
            "eval(\"location='https://x.example.net/'\")",
            Technique::SCRIPT_PACKER,
        ),
        (
            "document.write('<a href=https://x.example.net/>x</a>')",
            Technique::SCRIPT_MARKUP,
        ),
        (
            "var a=document.createElement('a');a.href='https://x.example.net/';a.click()",
            Technique::SCRIPT_ELEMENT,
        ),
        (
            "document.getElementById('l').onmousedown=function(){this.href='https://x.example.net/'}",
            Technique::HREF_SWAP,
        ),
        (
            "setTimeout(function(){location='https://x.example.net/'},5000)",
            Technique::SCRIPT_GATED,
        ),
        (
            "window.onscroll=function(){location='https://x.example.net/'}",
            Technique::SCRIPT_GATED,
        ),
        (
            "window.onpopstate=function(){location='https://x.example.net/'}",
            Technique::HISTORY_TRAP,
        ),
        (
            "if(!localStorage.x)location='https://x.example.net/'",
            Technique::STORAGE_GATED,
        ),
        (
            "if(!navigator.webdriver)location='https://x.example.net/'",
            Technique::ENVIRONMENT_CHECK,
        ),
        (
            "fetch('/u').then(function(r){location='https://x.example.net/'})",
            Technique::REMOTE_SCRIPT,
        ),
        (
            "location='https://x.example.net/'",
            Technique::SCRIPT_REDIRECT,
        ),
        (
            "var f=document.createElement('form');f.action='https://x.example.net/';f.submit()",
            Technique::AUTO_SUBMIT,
        ),
    ] {
        let facts = of_script(script);
        let links = to(&facts, TARGET);
        assert!(
            links.iter().any(|link| has(link, technique)),
            "{script}: {:?}",
            facts.links
        );
    }
}

#[test]
fn a_timer_tells_its_delay() {
    let facts = of_script("setTimeout(function(){location='https://x.example.net/'},5000)");
    assert_eq!(to(&facts, TARGET)[0].delay_seconds, Some(5));
}

#[test]
fn a_linked_script_that_is_given_is_read() {
    let html = "<script src=/app.js></script>";
    let script = "location='https://x.example.net/'";
    let facts = page(html)
        .with_script("https://shop.test/app.js", script)
        .facts();
    assert_eq!(to(&facts, TARGET)[0].trigger, Trigger::Load);
    assert!(to(&self::facts(html), TARGET).is_empty());
}

#[test]
fn scripts_given_by_hand_stand_for_the_linked_ones_in_their_order() {
    let html = "<script src=/a.js></script><script src=https://cdn.test/b.js></script>";
    let facts = page(html)
        .with_script_by_hand("var where='https://x.example.net/'")
        .with_script_by_hand("location=where")
        .facts();
    assert_eq!(to(&facts, TARGET).len(), 1);
    let one = page("<script src=/a.js></script>")
        .with_script_by_hand("var where='/b'")
        .with_script_by_hand("location='https://x.example.net/'")
        .facts();
    assert!(to(&one, TARGET).is_empty(), "only one is linked");
}

#[test]
fn what_scripts_ask_for_is_a_resource_and_no_hop() {
    for script in [
        "fetch('https://x.example.net/')",
        "navigator.sendBeacon('https://x.example.net/','a')",
        "var x=new XMLHttpRequest();x.open('GET','https://x.example.net/');x.send()",
        "var s=document.createElement('script');s.src='https://x.example.net/';document.head.appendChild(s)",
        "navigator.serviceWorker.register('https://x.example.net/')",
        "import('https://x.example.net/')",
    ] {
        let facts = of_script(script);
        assert!(resources(&facts).contains(&TARGET), "{script}");
        assert!(to(&facts, TARGET).is_empty(), "{script}: {:?}", facts.links);
    }
}

#[test]
fn a_style_that_a_script_adds_hides_what_it_names() {
    let adds = [
        "var s=document.createElement('style');s.innerHTML='#q7{display:none}';document.head.appendChild(s)",
        "document.write('<style>#q7{display:none}</style>')",
        "document.head.insertAdjacentHTML('beforeend','<STYLE media=all>#q7 a{opacity:0}</STYLE>')",
    ];
    for script in adds {
        let html = format!(
            "<div id=q7><a href='https://x.example.net/'>x</a></div><script>{script}</script>"
        );
        let facts = facts(&html);
        let link = to(&facts, TARGET)[0];
        assert_eq!(link.visibility.state(), VisibilityState::Hidden, "{script}");
        let techniques = link.visibility.techniques();
        assert!(techniques.contains(&Technique::INJECTED_STYLE), "{script}");
    }
    let on_click = "b.onclick=function(){document.body.insertAdjacentHTML('beforeend','<style>#q7{display:none}</style>')}";
    let html = format!(
        "<div id=q7><a href='https://x.example.net/'>x</a></div><script>{on_click}</script>"
    );
    assert_eq!(
        to(&facts(&html), TARGET)[0].visibility.state(),
        VisibilityState::Visible
    );
}

#[test]
fn addresses_in_blocks_of_data_are_claims() {
    let html = "<script type=application/json id=__NEXT_DATA__>{\"u\":\"https:\\/\\/x.example.net\\/\"}</script>";
    let facts = facts(html);
    let link = to(&facts, TARGET)[0];
    assert_eq!(
        (link.kind, link.carrier),
        (HopKind::Alternate, Carrier::JsonData)
    );
}

/// Scripts of honest pages.
const HONEST: &[&str] = &[
    "window.dataLayer=window.dataLayer||[];function gtag(){dataLayer.push(arguments)}gtag('js',new Date());gtag('config','G-X')",
    "(function(w,d,s,l,i){w[l]=w[l]||[];w[l].push({'gtm.start':new Date().getTime(),event:'gtm.js'});var f=d.getElementsByTagName(s)[0],j=d.createElement(s),dl=l!='dataLayer'?'&l='+l:'';j.async=true;j.src='https://tags.example.com/gtm.js?id='+i+dl;f.parentNode.insertBefore(j,f)})(window,document,'script','dataLayer','GTM-X')",
    "!function(f,b,e,v,n,t,s){if(f.fbq)return;n=f.fbq=function(){n.callMethod?n.callMethod.apply(n,arguments):n.queue.push(arguments)};t=b.createElement(e);t.async=!0;t.src=v;s=b.getElementsByTagName(e)[0];s.parentNode.insertBefore(t,s)}(window,document,'script','https://connect.example.com/en_US/fbevents.js')",
    "if(top!==self){top.location=self.location}",
    "if(window.top!=window.self)window.top.location.href=window.self.location.href",
    "if(location.protocol!=='https:')location.href='https:'+location.href.substring(location.protocol.length)",
    "document.querySelector('select').onchange=function(){location=this.value}",
    "var p=new URLSearchParams(location.search);if(p.get('next'))location.href=p.get('next')",
    "function go(url){window.location.href=url}",
    "fetch('/api/me').then(r=>r.json()).then(d=>{if(d.redirect)location.href=d.redirect})",
    "window.addEventListener('popstate',function(e){render(location.pathname)})",
    "history.pushState({},'','/a');history.replaceState(null,'',location.pathname)",
    "document.documentElement.className=document.documentElement.className.replace('no-js','js')",
    "var a=document.createElement('a');a.href=someUrl;var host=a.hostname",
    "const b=new Blob(['x']);const a=document.createElement('a');a.href=URL.createObjectURL(b);a.download='x.csv';a.click()",
    "document.getElementById('share').onclick=function(){navigator.share({url:location.href})}",
    "var x=location.hash;if(x=='#top')scrollTo(0,0)",
    "$('#menu').on('click',function(e){e.preventDefault();$(this).toggleClass('open')})",
    "document.querySelectorAll('[data-toggle]').forEach(function(b){b.addEventListener('click',function(){document.querySelector(b.dataset.toggle).hidden=false})})",
    "var i=new Image();i.src='https://stats.example.com/p.gif?u='+encodeURIComponent(location.href)",
    "if('serviceWorker' in navigator){navigator.serviceWorker.register('/sw.js')}",
    "var t=document.createElement('div');t.innerHTML='<p>'+name+'</p>';document.body.appendChild(t)",
    "document.cookie='a=b';localStorage.setItem('a','b');location.reload()",
    "var mail='info'+'@'+'shop.test';document.getElementById('m').textContent=mail",
    "for(var c,t=[],n=0;n<256;n++){c=n;for(var k=0;k<8;k++)c=1&c?3988292384^c>>>1:c>>>1;t[n]=c}",
    "const r={'/':home,'/a':about};function route(){(r[location.pathname]||home)()}window.onhashchange=route;route()",
    "setInterval(function(){document.getElementById('clock').textContent=new Date().toLocaleTimeString()},1000)",
    "xhr.open('GET','/x');xhr.onload=function(){if(xhr.status==401)location.href='/login'};xhr.send()",
    "var w=window.open('','_blank','width=1');w.document.title='x'",
];

#[test]
fn honest_scripts_lead_to_no_other_site() {
    for script in HONEST {
        let facts = of_script(script);
        let away: Vec<_> = facts
            .links
            .iter()
            .filter(|link| {
                // What a server decides about its own site is no trick.
                let is_away = link.target.as_ref() != Some(&facts.address);
                let forced = is_away && link.trigger == Trigger::Load && link.conditions.is_empty();
                let elsewhere = link
                    .target
                    .as_ref()
                    .is_some_and(|t| t.host().as_str() != "shop.test");
                forced || elsewhere
            })
            .collect();
        assert!(away.is_empty(), "{script}: {away:#?}");
        let cut = facts
            .notes
            .iter()
            .any(|note| note.text.contains("script") || note.text.contains("steps"));
        assert!(!cut, "{script}: {:?}", facts.notes);
    }
    assert!(HONEST.len() >= 20);
}

#[test]
fn what_is_no_navigation_is_none() {
    for script in [
        "if(location.href=='https://x.example.net/'){}",
        "// location='https://x.example.net/'",
        "/* location='https://x.example.net/' */",
        "var s=\"location='https://x.example.net/'\"",
        "x.location='https://x.example.net/'",
        "if(false)location='https://x.example.net/'",
        "function f(location){location='https://x.example.net/'}f()",
        "var r=/location='https://'/",
        "console.log('https://x.example.net/')",
        "location='https://'+host",
        "location=base+'https://x.example.net/'",
        "return;location='https://x.example.net/'",
    ] {
        let facts = of_script(script);
        assert!(to(&facts, TARGET).is_empty(), "{script}: {:?}", facts.links);
    }
}
