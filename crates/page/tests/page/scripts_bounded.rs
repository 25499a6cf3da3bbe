//! Scripts that are made to cost too much: bounded depth, work and memory, and a note of what was cut.

use model::PageFacts;

use crate::scripts::{TARGET, facts, of_script, to};

/// Reads on a thread with the stack of a worker, so that a recursion without bound is seen.
fn on_a_small_stack(html: String) -> PageFacts {
    std::thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(move || facts(&html))
        .unwrap()
        .join()
        .unwrap()
}

#[test]
fn nesting_without_end_does_no_harm() {
    let n = 100_000;
    let many = |piece: &str| piece.repeat(n);
    for script in [
        format!("{}1{}", many("("), many(")")),
        format!("{}1{}", many("["), many("]")),
        many("{"),
        many("!"),
        format!("{}1", many("!")),
        format!("{}1", many("- ")),
        format!("{}1", many("typeof ")),
        format!("{}a", many("new ")),
        format!("a{}", many("+a")),
        format!("location=a{}", many("+'a'")),
        format!("a{}", many("||a")),
        format!("a{}", many("**a")),
        format!("a{}", many(".b")),
        format!("a{}", many("()")),
        format!("a{}", many("[0]")),
        format!("{}1", many("a=")),
        format!("{}1", many("a=>")),
        format!("{}1", many("a?b:")),
        format!("{}1", many("a?")),
        many("if(a)"),
        many("if(a)b;else "),
        many("if(a){b}else "),
        many("for(;;)"),
        many("while(a)"),
        many("do "),
        many("a:"),
        many("function a(){"),
        many("a(function(){"),
        many("`${"),
        many("class a extends "),
        many("x={a:"),
        many("(a,b=>{"),
        many("for(;;)a,b=>{"),
        many("!!!!a("),
        many("with(a)"),
        many("try{"),
        many("async()=>"),
        many("[a=b,"),
        many("x={}/((((("),
        many("++/(/;("),
        many("for await(a of b)/\"/;("),
        many("a\n"),
        many("a;"),
        many("'"),
        many("/*"),
        many("<!--`"),
    ] {
        let html = format!("<script>location=1;{script}</script>");
        let facts = on_a_small_stack(html);
        assert!(to(&facts, TARGET).is_empty());
    }
}

#[test]
fn what_just_passes_the_bound_is_parsed_on_a_small_stack() {
    for n in [100, 150, 158] {
        for (open, close) in [
            ("(", ")"),
            ("[", "]"),
            ("(a||b&&c|d^e&f==g<h<<i+j*", ")"),
            ("{", "}"),
            ("a(function(){", "})"),
            ("`${", "}`"),
            ("if(a)", ""),
            ("!", ""),
            ("a=>", ""),
            ("a?b:", ""),
            ("x={a:", "}"),
            ("class{a=", "}"),
            ("(a={b:[", "]})"),
            ("for(;;)", ""),
            ("async()=>", ""),
            ("new ", ""),
            ("(async(a=", ")=>1)"),
        ] {
            let script = format!("{}1{}", open.repeat(n), close.repeat(n));
            on_a_small_stack(format!("<script>location=1;{script}</script>"));
        }
    }
}

#[test]
fn work_without_end_is_cut_with_a_note() {
    for script in [
        "location;while(true){}",
        "location;for(;;){a.push(1)}",
        "location;function f(){f();f()}f()",
        "location;var s='a';while(1)s+=s",
        "location;var a=[1];for(var x of a)a.push(x,x)",
        "location;var s='eval(s)';eval(s)",
        "location;[1].map(function f(){return [1].map(f)})",
        "location;'a'.repeat(1e9)",
        "location;var o={};o.a=o;for(var i=0;i<1e9;i++){o=o.a}",
        "location;function t(){setTimeout(t,1)}t()",
        "location;var a=[];a[0]=a;location=a+''",
        "location;new Array(1e8).join('a')",
        "location;var f=function(){return f};f()()()()()",
    ] {
        let facts = on_a_small_stack(format!("<script>{script}</script>"));
        assert!(facts.links.len() < 10, "{script}");
    }
    let facts = of_script("location;while(true){x++}location='https://x.example.net/'");
    assert!(
        facts.notes.iter().any(|note| note.text.contains("steps")),
        "{:?}",
        facts.notes
    );
}

#[test]
fn a_script_that_is_not_parsed_is_searched_and_noted() {
    let deep = format!(
        "location.href='https://x.example.net/';{}",
        "(".repeat(1_000)
    );
    let facts = of_script(&deep);
    assert_eq!(to(&facts, TARGET).len(), 1);
    assert!(
        facts
            .notes
            .iter()
            .any(|note| note.text.contains("literal addresses"))
    );
}
