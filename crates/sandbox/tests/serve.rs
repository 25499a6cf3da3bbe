//! The server as a client on a plain socket sees it.

#![expect(
    clippy::disallowed_methods,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may fail loudly, and this one writes sites to read"
)]

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use sidedoor_sandbox::{Sandbox, ServeError, SiteScript};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const EXPECTED: &str =
    r#"{"story":"A test.","seeds":["http://a.test/"],"scope":"site","market":"EU","findings":[]}"#;

fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn site(script: &str, files: &[(&str, &str)]) -> Result<SiteScript, sidedoor_sandbox::SiteError> {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "site.toml", script);
    write(folder.path(), "expected.json", EXPECTED);
    for (path, text) in files {
        write(folder.path(), path, text);
    }
    SiteScript::read(folder.path())
}

async fn serve(script: &str, files: &[(&str, &str)]) -> Sandbox {
    let site = site(script, files).unwrap_or_else(|error| panic!("{error}"));
    Sandbox::serve(site, SocketAddr::from(([127, 0, 0, 1], 0)))
        .await
        .unwrap()
}

/// Asks and reads to the end of the connection, or up to a mebibyte.
async fn ask(sandbox: &Sandbox, host: &str, target: &str, fields: &str) -> String {
    let mut stream = TcpStream::connect(sandbox.addr()).await.unwrap();
    let request =
        format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n{fields}Connection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let mut piece = [0; 8192];
    while answer.len() < 1 << 20 {
        match stream.read(&mut piece).await {
            Ok(0) | Err(_) => break,
            Ok(size) => answer.extend_from_slice(&piece[..size]),
        }
    }
    String::from_utf8_lossy(&answer).into_owned()
}

const TWO_HOSTS: &str = r#"
[[host]]
name = "a.test"
pages = "a"

[[host]]
name = "b.test"
pages = "b"
"#;

#[tokio::test]
async fn hosts_share_a_listener_and_are_told_apart_by_name() {
    let files = [("a/index.html", "<p>A</p>"), ("b/index.html", "<p>B</p>")];
    let sandbox = serve(TWO_HOSTS, &files).await;
    assert!(ask(&sandbox, "a.test", "/", "").await.ends_with("<p>A</p>"));
    assert!(
        ask(&sandbox, "B.test:80", "/", "")
            .await
            .ends_with("<p>B</p>")
    );
    assert!(
        ask(&sandbox, "c.test", "/", "")
            .await
            .starts_with("HTTP/1.1 421")
    );
    assert!(
        ask(&sandbox, "a.test", "/no", "")
            .await
            .starts_with("HTTP/1.1 404")
    );
    sandbox.stop().await;
}

#[tokio::test]
async fn files_answer_at_their_paths_with_their_types() {
    let files = [
        ("a/shop/index.html", "<p>shop</p>"),
        ("a/shop/mug.html", "<p>mug</p>"),
        ("a/main.css", "p{color:red}"),
        ("b/index.html", ""),
    ];
    let sandbox = serve(TWO_HOSTS, &files).await;
    assert!(
        ask(&sandbox, "a.test", "/shop/", "")
            .await
            .contains("<p>shop")
    );
    assert!(
        ask(&sandbox, "a.test", "/shop/mug", "")
            .await
            .contains("<p>mug")
    );
    let css = ask(&sandbox, "a.test", "/main.css", "").await;
    assert!(css.contains("content-type: text/css"), "{css}");
}

#[tokio::test]
async fn an_answer_depends_on_who_asks() {
    let script = r#"
[[host]]
name = "a.test"
[[route]]
host = "a.test"
path = "/"
body = "for people"
[[route.when]]
user_agent_contains = "Googlebot"
body = "for crawlers"
[[route.when]]
cookie_contains = "adult=1"
referrer_contains = "a.test"
status = 302
headers = { Location = "/in", Set-Cookie = ["x=1", "y=2"] }
"#;
    let sandbox = serve(script, &[]).await;
    assert!(
        ask(&sandbox, "a.test", "/", "")
            .await
            .ends_with("for people")
    );
    let bot = ask(&sandbox, "a.test", "/", "User-Agent: Googlebot/2.1\r\n").await;
    assert!(bot.ends_with("for crawlers"));
    let cookie = "Cookie: adult=1\r\nReferer: http://a.test/gate\r\n";
    let moved = ask(&sandbox, "a.test", "/", cookie).await;
    assert!(moved.starts_with("HTTP/1.1 302") && moved.contains("location: /in"));
    assert!(moved.contains("set-cookie: x=1") && moved.contains("set-cookie: y=2"));
}

#[tokio::test]
async fn a_redirector_decodes_its_parameter_and_templates_escape_theirs() {
    let script = r#"
[[host]]
name = "a.test"
[[route]]
host = "a.test"
path = "/go/*"
status = 302
headers = { Location = "{{ request.query.t | default('') | from_base64 }}" }
[[route]]
host = "a.test"
path = "/out"
template = "templates/out.html"
values = { title = "Leaving" }
"#;
    let page = "{{ page.title }}: {{ request.query.url | default('') }}";
    let sandbox = serve(script, &[("templates/out.html", page)]).await;
    let moved = ask(&sandbox, "a.test", "/go/x?t=aHR0cDovL2IudGVzdC8", "").await;
    assert!(moved.contains("location: http://b.test/"), "{moved}");
    let out = ask(&sandbox, "a.test", "/out?url=%3Cscript%3E", "").await;
    assert!(out.ends_with("Leaving: &lt;script&gt;"), "{out}");
}

#[tokio::test]
async fn one_template_makes_a_page_for_each_row() {
    let script = r#"
data = ["goods.toml"]
[[host]]
name = "a.test"
[[expand]]
host = "a.test"
path = "/item/{{ row.id }}"
rows = "data.goods"
template = "templates/item.html"
"#;
    let files = [
        (
            "goods.toml",
            "[[goods]]\nid = 1\nname = \"Mug\"\n[[goods]]\nid = 2\nname = \"Cup & saucer\"\n",
        ),
        (
            "templates/item.html",
            "{% for one in data.goods %}{{ one.id }},{% endfor %}{{ row.name }}",
        ),
    ];
    let sandbox = serve(script, &files).await;
    assert!(
        ask(&sandbox, "a.test", "/item/2", "")
            .await
            .ends_with("1,2,Cup &amp; saucer")
    );
}

#[tokio::test]
async fn bodies_misbehave_as_scripted() {
    let script = r#"
[[host]]
name = "a.test"
[[route]]
host = "a.test"
path = "/cut"
body = "0123456789"
drop_after_bytes = 4
[[route]]
host = "a.test"
path = "/endless"
endless = true
[[route]]
host = "a.test"
path = "/slow"
body = "abc"
slow_body_ms_per_byte = 5
delay_ms = 5
[[route]]
host = "a.test"
path = "/bomb"
gzip_bomb_bytes = 50_000_000
"#;
    let sandbox = serve(script, &[]).await;
    let cut = ask(&sandbox, "a.test", "/cut", "").await;
    assert!(
        cut.contains("content-length: 10") && cut.ends_with("\r\n\r\n0123"),
        "{cut}"
    );
    assert!(ask(&sandbox, "a.test", "/endless", "").await.len() >= 1 << 20);
    assert!(ask(&sandbox, "a.test", "/slow", "").await.contains('c'));
    let bomb = ask(&sandbox, "a.test", "/bomb", "").await;
    assert!(bomb.contains("content-encoding: gzip") && bomb.len() < 1 << 20);
}

#[tokio::test]
async fn stopping_does_not_wait_for_a_body_without_end() {
    let script =
        "[[host]]\nname = \"a.test\"\n[[route]]\nhost = \"a.test\"\npath = \"/\"\nendless = true\n";
    let sandbox = serve(script, &[]).await;
    let mut stream = TcpStream::connect(sandbox.addr()).await.unwrap();
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")
        .await
        .unwrap();
    let stopped = tokio::time::timeout(Duration::from_secs(5), sandbox.stop());
    stopped.await.unwrap();
}

#[tokio::test]
async fn only_loopback_is_served() {
    let site = site(TWO_HOSTS, &[("a/index.html", ""), ("b/index.html", "")]).unwrap();
    let refused = Sandbox::serve(site, SocketAddr::from(([0, 0, 0, 0], 0))).await;
    assert!(matches!(refused, Err(ServeError::NotLoopback(_))));
}

#[test]
fn errors_name_file_and_line() {
    let host = "[[host]]\nname = \"a.test\"\n";
    let route = |rest: &str| format!("{host}[[route]]\nhost = \"a.test\"\npath = \"/\"\n{rest}");
    let line = |script: &str| site(script, &[]).unwrap_err();
    for (script, at, part) in [
        ("[[host]\n".to_owned(), 1, ""),
        (format!("{host}pages = \"none\"\n"), 3, "no file is below"),
        (route("file = \"no.html\"\n"), 6, "no such file"),
        (route("status = 99\n"), 6, "no final status"),
        (route("colour = 1\n"), 6, "unknown field"),
        (route("[[route.when]]\nbody = \"x\"\n"), 6, "no condition"),
        (
            route("").replace("host = \"a.test\"", "host = \"b.test\""),
            4,
            "no host",
        ),
        (
            route("headers = { Location = \"{{ nothing }}\" }\n"),
            5,
            "does not render",
        ),
    ] {
        let error = line(&script);
        assert!(error.file.ends_with("/site.toml"), "{error}");
        assert_eq!(error.line, Some(at), "{error}");
        assert!(error.problem.contains(part), "{error}");
    }
    let unknown = SiteScript::embedded("no-such-site").unwrap_err();
    assert!(unknown.remedy.contains("hidden-path-"), "{unknown}");
}

const A_HOST: &str = "[[host]]\nname = \"a.test\"\n";

fn route(path: &str, rest: &str) -> String {
    format!("[[route]]\nhost = \"a.test\"\npath = \"{path}\"\n{rest}\n")
}

#[tokio::test]
async fn raw_bytes_are_sent_as_they_are() {
    let script = [
        A_HOST,
        &route(
            "/odd",
            "raw = \"HTTP/9.9 what\\r\\nX\\u00FF\\r\\n\\r\\nbody\"",
        ),
        &route("/reset", "raw = \"HTTP/1.1 200 OK\\r\\n\"\nend = \"reset\""),
        &route("/drip", "body = \"abc\"\nslow_header_ms_per_byte = 1"),
        &route("/", "body = \"plain\""),
    ]
    .concat();
    let sandbox = serve(&script, &[]).await;
    let mut stream = TcpStream::connect(sandbox.addr()).await.unwrap();
    let request = b"GET /odd HTTP/1.1\r\nHost: a.test\r\n\r\n";
    stream.write_all(request).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    assert_eq!(answer, b"HTTP/9.9 what\r\nX\xFF\r\n\r\nbody");
    assert_eq!(
        ask(&sandbox, "a.test", "/reset", "").await,
        "HTTP/1.1 200 OK\r\n"
    );
    let begun = std::time::Instant::now();
    let dripped = ask(&sandbox, "a.test", "/drip", "").await;
    assert!(dripped.starts_with("HTTP/1.1 200") && dripped.ends_with("\r\n\r\nabc"));
    assert!(
        begun.elapsed() > Duration::from_millis(90),
        "a header of 90 bytes"
    );
    assert!(ask(&sandbox, "a.test", "/", "").await.ends_with("plain"));
}

#[tokio::test]
async fn an_answer_may_change_with_the_times_it_is_told_and_is_counted() {
    let script = format!(
        "{A_HOST}{}[[route.when]]\ntimes = 2\nstatus = 429\nheaders = {{ Retry-After = \"1\" }}\n{}",
        route("/", "body = \"at last\""),
        route("/churn", "body = \"<p>{{ churn }}</p>\"\nchurn = 7"),
    );
    let answers = async || {
        let sandbox = serve(&script, &[]).await;
        for _ in 0..2 {
            let told = ask(&sandbox, "a.test", "/", "").await;
            assert!(told.starts_with("HTTP/1.1 429") && told.contains("retry-after: 1"));
        }
        assert!(ask(&sandbox, "a.test", "/", "").await.ends_with("at last"));
        assert_eq!(sandbox.asked("a.test", "/"), 3);
        assert_eq!(sandbox.asked("a.test", "/no"), 0);
        let mut churned = Vec::new();
        for _ in 0..3 {
            let told = ask(&sandbox, "a.test", "/churn", "").await;
            churned.push(told.split("\r\n\r\n").last().unwrap().to_owned());
        }
        churned
    };
    let churned = answers().await;
    assert!(
        churned[0] != churned[1] && churned[1] != churned[2],
        "{churned:?}"
    );
    assert_eq!(churned, answers().await, "by the seed");
}

#[tokio::test]
async fn a_bomb_has_the_ratio_that_was_chosen() {
    let bomb = "gzip_bomb_bytes = 10_000_000\nbody = \"<p>First</p>\"";
    let script = [
        A_HOST,
        &route("/", bomb),
        &route("/fifty", &format!("{bomb}\ngzip_bomb_ratio = 50")),
    ]
    .concat();
    let sandbox = serve(&script, &[]).await;
    let most = ask(&sandbox, "a.test", "/", "").await.len();
    let fifty = ask(&sandbox, "a.test", "/fifty", "").await.len();
    assert!(most < 120_000, "{most}");
    // Bytes that are no UTF-8 count three times in a text.
    assert!((200_000..700_000).contains(&fifty), "{fifty}");
}

#[tokio::test]
async fn a_type_can_be_left_out() {
    let script = format!("{A_HOST}{}", route("/", "headers = { Content-Type = [] }"));
    let sandbox = serve(&script, &[]).await;
    let told = ask(&sandbox, "a.test", "/", "").await;
    assert!(
        !told.to_ascii_lowercase().contains("content-type"),
        "{told}"
    );
}

#[test]
fn raw_letters_that_are_no_bytes_are_an_error_of_the_script() {
    let error = site(&format!("{A_HOST}{}", route("/", "raw = \"€\"")), &[]).unwrap_err();
    assert_eq!(
        (error.line, error.problem.contains("no byte")),
        (Some(6), true)
    );
}
