//! Addresses in scripts, disguised: expressions that give an address, and statements that go there.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::Technique as T;

use crate::chance::Chance;
use crate::goods::Split;
use crate::marketplace::plant::draft::shape_of;

/// A text as a script has it, in double quotes.
pub(super) fn quoted(text: &str) -> String {
    // A JSON string is a string of ECMAScript; `<` must not end the element.
    serde_json::Value::from(text)
        .to_string()
        .replace('<', "\\u003c")
}

/// J01: the address put together from pieces, as an expression.
fn pieces(to: &str, split: Split, chance: &mut Chance) -> String {
    let third = to.len() / 3;
    let cut = |at: usize| {
        (at..to.len())
            .find(|place| to.is_char_boundary(*place))
            .unwrap_or(to.len())
    };
    let (one, two) = (cut(third), cut(2 * third));
    let (a, b, c) = (
        quoted(&to[..one]),
        quoted(&to[one..two]),
        quoted(&to[two..]),
    );
    let turned: String = to.chars().rev().collect();
    let parts: Vec<String> = to.split('/').map(quoted).collect();
    let shapes = [
        format!("{a}+{b}+{c}"),
        format!("[{a},{b},{c}].join('')"),
        format!("{}.split('').reverse().join('')", quoted(&turned)),
        format!("[{}].join('/')", parts.join(",")),
    ];
    one_of(&shapes, split, chance)
}

pub(super) fn one_of(shapes: &[String], split: Split, chance: &mut Chance) -> String {
    shape_of(split, shapes, chance).unwrap_or_default()
}

/// J02: the address decoded.
fn decoded(to: &str, split: Split, chance: &mut Chance) -> String {
    let percent: String = to.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let turned: String = STANDARD.encode(to).chars().rev().collect();
    let shapes = [
        format!("atob({})", quoted(&STANDARD.encode(to))),
        format!("decodeURIComponent({})", quoted(&percent)),
        format!("unescape({})", quoted(&percent)),
        format!("atob({}.split('').reverse().join(''))", quoted(&turned)),
    ];
    one_of(&shapes, split, chance)
}

/// J03: the address made of character codes.
fn codes(to: &str, split: Split, chance: &mut Chance) -> String {
    let plain: Vec<String> = to.bytes().map(|byte| byte.to_string()).collect();
    let mixed: Vec<String> = to.bytes().map(|byte| (byte ^ 7).to_string()).collect();
    let moved: Vec<String> = to
        .bytes()
        .map(|byte| (u16::from(byte) + 3).to_string())
        .collect();
    let hexadecimal: String = to.bytes().map(|byte| format!("\\x{byte:02x}")).collect();
    let shapes = [
        format!("String.fromCharCode({})", plain.join(",")),
        format!(
            "[{}].map(function(n){{return String.fromCharCode(n^7)}}).join('')",
            mixed.join(",")
        ),
        format!("\"{hexadecimal}\""),
        format!(
            "(function(l){{var s='';for(var i=0;i<l.length;i++)s+=String.fromCharCode(l[i]-3);return s}})([{}])",
            moved.join(",")
        ),
    ];
    one_of(&shapes, split, chance)
}

/// J04: code that unpacks itself, which navigates to the address.
fn packed(to: &str, split: Split, chance: &mut Chance) -> String {
    let code = format!("location.href='{to}'");
    let (words, numbered) = by_numbers(&code);
    let table: Vec<String> = [to, "location", "href"]
        .iter()
        .map(|text| quoted(text))
        .collect();
    let shapes = [
        format!(
            "eval(function(p,a,c,k,e,d){{while(c--)if(k[c])p=p.replace(new RegExp('\\\\b'+c.toString(a)+'\\\\b','g'),k[c]);return p}}({},36,{},{}.split('|'),0,{{}}))",
            quoted(&numbered),
            words.len(),
            quoted(&words.join("|"))
        ),
        format!(
            "(function(){{var _0x=[{}];window[_0x[1]][_0x[2]]=_0x[0]}})()",
            table.join(",")
        ),
        format!("eval(atob({}))", quoted(&STANDARD.encode(&code))),
        format!(
            "(function(){{var t=[{}];t.push(t.shift());window[t[0]][t[1]]=t[2]}})()",
            table.join(",")
        ),
    ];
    one_of(&shapes, split, chance)
}

/// The words of a piece of code, and the code with their numbers (base 36) in their places.
fn by_numbers(code: &str) -> (Vec<String>, String) {
    let mut words: Vec<String> = Vec::new();
    let mut numbered = String::new();
    let mut word = String::new();
    for letter in code.chars().chain(['\0']) {
        if letter.is_ascii_alphanumeric() || letter == '_' {
            word.push(letter);
            continue;
        }
        if !word.is_empty() {
            let at = words
                .iter()
                .position(|one| *one == word)
                .unwrap_or_else(|| {
                    words.push(word.clone());
                    words.len() - 1
                });
            numbered += &base_36(at);
            word.clear();
        }
        if letter != '\0' {
            numbered.push(letter);
        }
    }
    (words, numbered)
}

fn base_36(mut number: usize) -> String {
    let mut digits = Vec::new();
    loop {
        digits.push(char::from_digit(u32::try_from(number % 36).unwrap_or(0), 36).unwrap_or('0'));
        number /= 36;
        if number == 0 {
            break;
        }
    }
    digits.iter().rev().collect()
}

/// The address as an expression, disguised by one of J01 to J03 or plain, with what disguises it.
pub(super) fn expression(to: &str, by: Option<T>, split: Split, chance: &mut Chance) -> String {
    match by {
        Some(T::SCRIPT_CONCATENATION) => pieces(to, split, chance),
        Some(T::SCRIPT_DECODING) => decoded(to, split, chance),
        Some(T::SCRIPT_CHAR_CODES) => codes(to, split, chance),
        _ => quoted(to),
    }
}

/// R04: a statement that navigates to an expression.
pub(super) fn navigation(expression: &str, split: Split, chance: &mut Chance) -> String {
    let shapes = [
        format!("location.href={expression};"),
        format!("window.location.replace({expression});"),
        format!("top.location={expression};"),
        format!("document.location.assign({expression});"),
        format!("window.location={expression};"),
        format!("self.location.href={expression};"),
    ];
    one_of(&shapes, split, chance)
}

/// J10: the statement waits for a timer, a scroll or idleness.
fn gated(code: &str, split: Split, chance: &mut Chance) -> String {
    let shapes = [
        format!("setTimeout(function(){{{code}}},2500);"),
        format!("window.addEventListener('scroll',function(){{{code}}},{{once:true}});"),
        format!("requestIdleCallback(function(){{{code}}});"),
        format!("document.addEventListener('visibilitychange',function(){{{code}}});"),
    ];
    one_of(&shapes, split, chance)
}

/// J13: the statement depends on what the browser keeps.
fn stored(code: &str, split: Split, chance: &mut Chance) -> String {
    let shapes = [
        format!("if(localStorage.getItem('n')){{{code}}}else{{localStorage.setItem('n','1')}}"),
        format!("if(document.cookie.indexOf('n=1')>=0){{{code}}}document.cookie='n=1';"),
        format!("if(sessionStorage.n){{{code}}}sessionStorage.n=1;"),
        format!("if(document.referrer.indexOf('search')>=0){{{code}}}"),
    ];
    one_of(&shapes, split, chance)
}

/// J14: the statement depends on the device.
fn checked(code: &str, split: Split, chance: &mut Chance) -> String {
    let shapes = [
        format!("if(!navigator.webdriver&&navigator.plugins.length){{{code}}}"),
        format!("if(screen.width<800){{{code}}}"),
        format!(
            "if(Intl.DateTimeFormat().resolvedOptions().timeZone.indexOf('Europe')===0){{{code}}}"
        ),
        format!("if('ontouchstart' in window){{{code}}}"),
    ];
    one_of(&shapes, split, chance)
}

/// J11: the statement waits for the way back.
fn trapped(code: &str, split: Split, chance: &mut Chance) -> String {
    let shapes = [
        format!("history.pushState(1,'');addEventListener('popstate',function(){{{code}}});"),
        format!("location.hash='a';addEventListener('hashchange',function(){{{code}}});"),
    ];
    one_of(&shapes, split, chance)
}

/// The code of a script that moves a visitor on, in the manner of `by`.
pub(super) fn moving(to: &str, by: Option<T>, split: Split, chance: &mut Chance) -> String {
    if by == Some(T::SCRIPT_PACKER) {
        return packed(to, split, chance);
    }
    let address = expression(to, by, split, chance);
    let code = navigation(&address, split, chance);
    match by {
        Some(T::SCRIPT_GATED) => gated(&code, split, chance),
        Some(T::STORAGE_GATED) => stored(&code, split, chance),
        Some(T::ENVIRONMENT_CHECK) => checked(&code, split, chance),
        Some(T::HISTORY_TRAP) => trapped(&code, split, chance),
        _ => code,
    }
}
