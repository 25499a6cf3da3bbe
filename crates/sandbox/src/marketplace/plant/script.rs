//! Addresses and navigation in scripts.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::{HopKind, Technique as T};

use super::Slot;
use super::draft::{Draft, escaped};
use super::expression::{moving, quoted};
use crate::marketplace::host::HostKind;

/// R04 with J01 to J04, J10, J11, J13 or J14 upon it: a script on the page moves the visitor on.
pub(super) fn navigates(draft: &mut Draft<'_>, by: Option<T>) {
    draft.kind = HopKind::ScriptNavigation;
    draft.by(&[T::SCRIPT_REDIRECT]);
    let code = moving(&draft.to.clone(), by, draft.market.split, &mut draft.chance);
    draft.script(&code);
}

/// J05: a script writes the link as markup.
pub(super) fn markup(draft: &mut Draft<'_>) {
    let link = draft.anchor(" style=\"display:none\"");
    draft.by(&[T::DISPLAY_NONE]);
    let (text, own) = (quoted(&link), draft.class());
    let shapes = [
        format!("<script>document.write({text})</script>"),
        format!(
            "<p id=\"{own}\"></p><script>document.getElementById('{own}').innerHTML={text}</script>"
        ),
        format!(
            "<p id=\"{own}\"></p><script>document.getElementById('{own}').insertAdjacentHTML('beforeend',{text})</script>"
        ),
        format!("<script>document.writeln({text})</script>"),
    ];
    draft.put_one(&shapes);
}

/// J06: a script builds the link as an element and follows it.
pub(super) fn element(draft: &mut Draft<'_>) {
    draft.kind = HopKind::ScriptNavigation;
    let to = quoted(&draft.to);
    let shapes = [
        format!(
            "<script>var l=document.createElement('a');l.href={to};document.body.appendChild(l);l.click();</script>"
        ),
        format!(
            "<script>(function(){{var n=document.createElement('a');n.setAttribute('href',{to});n.dispatchEvent(new MouseEvent('click'))}})()</script>"
        ),
    ];
    draft.put_one(&shapes);
}

/// J07: a link without an anchor.
pub(super) fn without_anchor(draft: &mut Draft<'_>) {
    draft.kind = HopKind::ScriptNavigation;
    let (to, label) = (escaped(&quoted(&draft.to)), escaped(&draft.label()));
    let (href, own) = (draft.href(), draft.class());
    let shapes = [
        format!("<div onclick=\"location.href={to}\">{label}</div>"),
        format!(
            "<span class=\"{own}\" data-href=\"{href}\">{label}</span><script>document.querySelector('.{own}').addEventListener('click',function(e){{location=e.currentTarget.dataset.href}})</script>"
        ),
        format!("<table><tr onclick=\"window.location={to}\"><td>{label}</td></tr></table>"),
        format!(
            "<div role=\"link\" tabindex=\"0\" class=\"{own}\" data-url=\"{href}\">{label}</div><script>document.querySelector('.{own}').onclick=function(){{window.open(this.getAttribute('data-url'))}}</script>"
        ),
    ];
    draft.put_one(&shapes);
}

/// J08: a `javascript:` address, or a handler of an event that is no click.
pub(super) fn handler(draft: &mut Draft<'_>) {
    draft.kind = HopKind::ScriptNavigation;
    let (to, label) = (escaped(&quoted(&draft.to)), escaped(&draft.label()));
    let shapes = [
        format!("<a href=\"javascript:void(location.href={to})\">{label}</a>"),
        format!("<p onmouseover=\"location.href={to}\">{label}</p>"),
        format!("<a href=\"javascript:window.open({to})\">{label}</a>"),
        format!(
            "<details ontoggle=\"location.assign({to})\"><summary>{label}</summary><p>1</p></details>"
        ),
    ];
    draft.put_one(&shapes);
}

/// J09: the address is exchanged when it is used.
pub(super) fn swapped(draft: &mut Draft<'_>) {
    let (to, label, own) = (
        escaped(&quoted(&draft.to)),
        escaped(&draft.label()),
        draft.class(),
    );
    let plain = quoted(&draft.to);
    let home = format!("/{}/", draft.tongue.language.as_str());
    let shapes = [
        format!("<a href=\"{home}\" onmousedown=\"this.href={to}\">{label}</a>"),
        format!(
            "<a id=\"{own}\" href=\"{home}\">{label}</a><script>document.getElementById('{own}').addEventListener('mousedown',function(){{this.href={plain}}})</script>"
        ),
    ];
    draft.put_one(&shapes);
}

/// J12: a script of another host decides.
pub(super) fn remote(draft: &mut Draft<'_>) {
    draft.kind = HopKind::ScriptNavigation;
    draft.browser = true;
    let code = format!(
        "window.go=function(u){{location.href=u}};go({});",
        quoted(&draft.to)
    );
    let data = format!("{{\"to\":{}}}", quoted(&draft.to));
    match draft.shape(&[0, 1]) {
        Some(0) => {
            let file = draft.remote(
                HostKind::Scripts,
                ".js",
                "text/javascript; charset=utf-8",
                code,
            );
            draft.put(format!("<script src=\"{file}\"></script>"));
        }
        _ => {
            let file = draft.remote(HostKind::Scripts, ".json", "application/json", data);
            draft.script(&format!("fetch({}).then(function(r){{return r.json()}}).then(function(d){{location.href=d.to}})", quoted(&file)));
        }
    }
}

/// J15: a service worker answers with the target.
pub(super) fn worker(draft: &mut Draft<'_>) {
    draft.kind = HopKind::ScriptNavigation;
    draft.browser = true;
    let code = format!(
        "self.addEventListener('fetch',function(e){{if(e.request.url.indexOf('more')>0)e.respondWith(Response.redirect({}))}});",
        quoted(&draft.to)
    );
    let file = draft.file(".js", "text/javascript; charset=utf-8", code);
    let label = escaped(&draft.label());
    let shapes = [
        format!(
            "<a href=\"more\">{label}</a><script>navigator.serviceWorker.register({})</script>",
            quoted(&file)
        ),
        format!(
            "<script>if('serviceWorker' in navigator)navigator.serviceWorker.register({},{{scope:'./'}})</script><a href=\"?more\">{label}</a>",
            quoted(&file)
        ),
    ];
    draft.put_one(&shapes);
}

/// J16: the link stands in a closed shadow root that a script fills from an answer.
pub(super) fn closed_shadow(draft: &mut Draft<'_>) {
    draft.browser = true;
    let link = draft.anchor("");
    let own = draft.class();
    let file = quoted(&draft.file(".txt", "text/plain; charset=utf-8", link));
    let shapes = [
        format!(
            "<div id=\"{own}\"></div><script>var s=document.getElementById('{own}').attachShadow({{mode:'closed'}});fetch({file}).then(function(r){{return r.text()}}).then(function(t){{s.innerHTML=t}})</script>"
        ),
        format!(
            "<x-note id=\"{own}\"></x-note><script>customElements.define('x-note',class extends HTMLElement{{connectedCallback(){{var s=this.attachShadow({{mode:'closed'}});fetch({file}).then(r=>r.text()).then(t=>{{s.innerHTML=t}})}}}})</script>"
        ),
    ];
    draft.put_one(&shapes);
}

/// J17: the address lies in the memory of a WebAssembly module, each byte changed by one bit.
pub(super) fn wasm(draft: &mut Draft<'_>) {
    draft.kind = HopKind::ScriptNavigation;
    draft.browser = true;
    let Some(key) = draft.shape(&[1_u8, 2, 4, 8]) else {
        return;
    };
    let file = quoted(&draft.file(".wasm", "application/wasm", module(&draft.to, key)));
    let count = draft.to.len();
    draft.script(&format!("WebAssembly.instantiateStreaming(fetch({file})).then(function(m){{var b=new Uint8Array(m.instance.exports.m.buffer,0,{count});location.href=Array.from(b,function(n){{return String.fromCharCode(n^{key})}}).join('')}})"));
}

/// A module with one page of memory, exported as `m`, that begins with `text`, each byte changed by
/// `key`. The form is that of the core specification 1.0, section 5.
fn module(text: &str, key: u8) -> Vec<u8> {
    let mut bytes = b"\0asm\x01\0\0\0".to_vec();
    bytes.extend([5, 3, 1, 0, 1]);
    bytes.extend([7, 5, 1, 1, b'm', 2, 0]);
    let mut data = vec![1, 0, 0x41, 0, 0x0b];
    data.extend(leb(text.len()));
    data.extend(text.bytes().map(|byte| byte ^ key));
    bytes.push(11);
    bytes.extend(leb(data.len()));
    bytes.extend(data);
    bytes
}

/// An unsigned number in LEB128.
fn leb(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = u8::try_from(number & 0x7f).unwrap_or(0);
        number >>= 7;
        if number == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

/// J18: the address in a block of data that a script reads.
pub(super) fn data(draft: &mut Draft<'_>) {
    draft.kind = HopKind::ScriptNavigation;
    let (to, own, label) = (quoted(&draft.to), draft.class(), escaped(&draft.label()));
    let shapes = [
        format!(
            "<script type=\"application/json\" id=\"{own}\">{{\"offer\":{{\"url\":{to}}}}}</script><button onclick=\"location.href=JSON.parse(document.getElementById('{own}').textContent).offer.url\">{label}</button>"
        ),
        format!(
            "<div id=\"{own}\" data-props=\"{}\">{label}</div><script>var d=document.getElementById('{own}');d.onclick=function(){{location=JSON.parse(d.dataset.props).next}}</script>",
            escaped(&format!("{{\"next\":{to}}}"))
        ),
    ];
    draft.put_one(&shapes);
}

/// J19: a style that a script adds hides the link.
pub(super) fn injected(draft: &mut Draft<'_>) {
    let (own, link) = (draft.class(), draft.anchor(""));
    let shapes = [
        format!(
            "<div id=\"{own}\">{link}</div><script>document.write('<style>#{own}{{display:none}}</style>')</script>"
        ),
        format!(
            "<div id=\"{own}\">{link}</div><script>var s=document.createElement('style');s.textContent='#{own}{{position:absolute;left:-4000px}}';document.head.appendChild(s)</script>"
        ),
    ];
    draft.put_one(&shapes);
}

/// R02: the page refreshes itself, by its head or by a header field.
pub(super) fn refresh(draft: &mut Draft<'_>) {
    let (to, href) = (draft.to.clone(), draft.href());
    let Some(shape) = draft.shape(&[0, 1, 2, 3]) else {
        return;
    };
    draft.kind = HopKind::MetaRefresh;
    match shape {
        0 => draft.put_in(
            Slot::Head,
            format!("<meta http-equiv=\"refresh\" content=\"2;url={href}\">"),
        ),
        1 => draft.put(format!(
            "<meta http-equiv=\"Refresh\" content=\"0; URL='{href}'\">"
        )),
        2 => {
            draft.kind = HopKind::RefreshHeader;
            draft
                .construct
                .headers
                .push(("Refresh", format!("3; url={to}")));
        }
        _ => draft.put(format!("<meta http-equiv=refresh content=4,{href}>")),
    }
}

/// R05: a form that submits itself.
pub(super) fn auto_form(draft: &mut Draft<'_>) {
    draft.kind = HopKind::Form;
    let (href, own) = (draft.href(), draft.class());
    let shapes = [
        format!(
            "<form id=\"{own}\" action=\"{href}\" method=\"get\"></form><script>document.getElementById('{own}').submit()</script>"
        ),
        format!(
            "<form name=\"{0}\" action=\"{href}\"><input type=\"hidden\" name=\"r\" value=\"1\"></form><script>document.forms['{0}'].requestSubmit()</script>",
            own
        ),
    ];
    draft.put_one(&shapes);
}

/// R14: a document inside of an address.
pub(super) fn data_document(draft: &mut Draft<'_>) {
    let link = draft.anchor("");
    let document = format!("<p>{link}</p>");
    let percent: String = document
        .bytes()
        .map(|byte| format!("%{byte:02X}"))
        .collect();
    let label = escaped(&draft.label());
    let shapes = [
        format!(
            "<iframe srcdoc=\"{}\" width=\"300\" height=\"60\"></iframe>",
            escaped(&document)
        ),
        format!("<a href=\"data:text/html,{percent}\">{label}</a>"),
        format!(
            "<iframe src=\"data:text/html;base64,{}\" width=\"300\" height=\"60\"></iframe>",
            STANDARD.encode(&document)
        ),
        format!(
            "<object data=\"data:text/html,{percent}\" type=\"text/html\" width=\"300\" height=\"60\"></object>"
        ),
    ];
    draft.put_one(&shapes);
}
