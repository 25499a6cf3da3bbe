//! Which page answers which address, and what holds for all of them.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Method, Response, StatusCode, header};
use axum::routing::{MethodRouter, get, post};

use crate::answer::Reply;
use crate::ask::{Ask, Fields};
use crate::desk::Desk;
use crate::frame::Trouble;
use crate::guard::Guard;
use crate::secret::Secret;
use crate::{around, bulk, captured, decide, export, finding, journal, judging, labels, list};

/// Bytes of a form: a reason of ten thousand letters, each written as up to twelve.
const FORM_BYTES: usize = 256 * 1024;
/// A request that is not answered by then gets an answer that says so.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);
/// Where a token is exchanged for a session.
const ENTER: &str = "/enter";

/// A page: what is asked of the desk, answered.
type Page = fn(&Arc<Desk>, &Ask) -> Result<Reply, Trouble>;

/// What every request needs.
#[derive(Debug, Clone)]
struct Counter {
    desk: Arc<Desk>,
    guard: Guard,
}

/// The address at which a token lets in.
pub(crate) fn entrance(host: &str, token: &Secret) -> String {
    format!("http://{host}{ENTER}?token={}", token.reveal())
}

/// Every page.
pub(crate) fn router(desk: Arc<Desk>, guard: Guard) -> Router {
    Router::new()
        .route("/", shows(list::show))
        .route("/finding/{fingerprint}", shows(finding::show))
        .route("/decide", keeps(decide::keep))
        .route("/bulk", shows(bulk::show).post(handler(bulk::keep)))
        .route("/page", shows(captured::show))
        .route("/rendering", shows(captured::rendering))
        .route("/label", keeps(labels::keep))
        .route("/around", shows(around::show))
        .route("/decisions", shows(journal::show))
        .route("/decisions.jsonl", shows(export::lines))
        .route("/decisions.csv", shows(export::table))
        .route("/judge", shows(judging::show).post(handler(judging::begin)))
        .route("/invite", keeps(frame_invite))
        .route("/leave", keeps(leave))
        .fallback(handler(nowhere))
        .with_state(Counter { desk, guard })
}

fn shows(page: Page) -> MethodRouter<Counter> {
    get(handler(page))
}

fn keeps(page: Page) -> MethodRouter<Counter> {
    post(handler(page))
}

type Answering = std::pin::Pin<Box<dyn Future<Output = Response<Body>> + Send>>;

fn handler(
    page: Page,
) -> impl Fn(State<Counter>, Request) -> Answering + Clone + Send + Sync + 'static {
    move |State(counter), request| Box::pin(answer(counter, request, page))
}

/// Answers a request: guards first, then the session, then the form's word, then the page.
async fn answer(counter: Counter, request: Request, page: Page) -> Response<Body> {
    let changes = request.method() == Method::POST;
    let reply = match tokio::time::timeout(ANSWER_WITHIN, replied(counter, request, page)).await {
        Ok(reply) => reply,
        Err(_) => Reply::Sentence {
            status: StatusCode::SERVICE_UNAVAILABLE,
            text: if changes {
                "This took too long, and what was sent may still be kept. Look at the trail of decisions \
                 before you send it again."
            } else {
                "This took too long. Ask again, or for less."
            },
        },
    };
    reply.into_response()
}

async fn replied(counter: Counter, request: Request, page: Page) -> Reply {
    let Counter { desk, guard } = counter;
    let (head, body) = request.into_parts();
    let refused = |text| Reply::Sentence {
        status: StatusCode::FORBIDDEN,
        text,
    };
    let Some(host) = guard.host(&head.headers).map(str::to_owned) else {
        return refused(
            "This desk answers under its own address only: open what the terminal printed.",
        );
    };
    if !Guard::is_own(&head.method, &host, &head.headers) {
        return refused("This did not come from a page of the desk.");
    }
    let query = Fields::read(head.uri.query().unwrap_or_default().as_bytes());
    let port = host
        .rsplit_once(':')
        .map_or("", |(_, port)| port)
        .to_owned();
    if head.uri.path() == ENTER {
        // What only looks ahead, as programs do that show a link, must not use the invitation up.
        if head.method != Method::GET {
            return Reply::Sentence {
                status: StatusCode::METHOD_NOT_ALLOWED,
                text: "An invitation is opened with GET.",
            };
        }
        return enter(&desk, &query, &port);
    }
    let key = cookie(&head.headers, &port).unwrap_or_default();
    let Some(visitor) = desk.sessions().visitor(&key) else {
        return Reply::Sentence {
            status: StatusCode::UNAUTHORIZED,
            text: "Nobody is let in without an invitation: open the address that the terminal \
                   printed, once, or ask a reviewer who is in for a new one.",
        };
    };
    let Ok(nonce) = Ask::nonce() else {
        return no_random();
    };
    let Ok(body) = axum::body::to_bytes(body, FORM_BYTES).await else {
        return Reply::Sentence {
            status: StatusCode::PAYLOAD_TOO_LARGE,
            text: "The form is too large, or did not arrive whole. Nothing was kept.",
        };
    };
    let form = Fields::read(&body);
    if head.method == Method::POST && !desk.sessions().is_form_of(&visitor, form.of("form")) {
        return refused("The form is not of this session. Load its page again. Nothing was kept.");
    }
    let ask = Ask {
        path: head.uri.path().to_owned(),
        host,
        query,
        form,
        visitor,
        nonce,
    };
    shown(desk, ask, page).await
}

/// Makes the page on a thread where it may read the disk.
async fn shown(desk: Arc<Desk>, ask: Ask, page: Page) -> Reply {
    let made = tokio::task::spawn_blocking(move || {
        page(&desk, &ask).unwrap_or_else(|trouble| trouble.shown(&desk, &ask))
    });
    made.await.unwrap_or(Reply::Sentence {
        status: StatusCode::INTERNAL_SERVER_ERROR,
        text: "This page could not be made; the desk itself goes on.",
    })
}

/// Exchanges a token for a session.
fn enter(desk: &Desk, query: &Fields, port: &str) -> Reply {
    let mut sessions = desk.sessions();
    match sessions.enter(query.of("token")) {
        Ok(Some(key)) => Reply::Welcome(format!(
            "{}={}; HttpOnly; SameSite=Strict; Path=/",
            name_of_cookie(port),
            key.reveal()
        )),
        Ok(None) => Reply::Sentence {
            status: StatusCode::UNAUTHORIZED,
            text: "This invitation was used, or never was one. Start the desk again, or ask a reviewer \
                   who is in for a new one.",
        },
        Err(_) => no_random(),
    }
}

const fn no_random() -> Reply {
    Reply::Sentence {
        status: StatusCode::INTERNAL_SERVER_ERROR,
        text: "The system gives no random numbers, without which nobody is let in.",
    }
}

/// Cookies know hosts and no ports: two desks of one machine must not take each other's.
fn name_of_cookie(port: &str) -> String {
    format!("sidedoor-review-{port}")
}

fn cookie(headers: &axum::http::HeaderMap, port: &str) -> Option<String> {
    let name = name_of_cookie(port);
    (headers.get_all(header::COOKIE).iter())
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(given, _)| *given == name)
        .map(|(_, value)| value.to_owned())
}

/// Makes an invitation for another reviewer.
fn frame_invite(desk: &Arc<Desk>, ask: &Ask) -> Result<Reply, Trouble> {
    let token = desk.sessions().invite()?;
    crate::frame::invitation(desk, ask, &entrance(&ask.host, &token))
}

/// Ends the session.
fn leave(desk: &Arc<Desk>, ask: &Ask) -> Result<Reply, Trouble> {
    desk.sessions().leave(&ask.visitor);
    Ok(Reply::Sentence {
        status: StatusCode::OK,
        text: "You have left the desk. What was decided is kept.",
    })
}

fn nowhere(_: &Arc<Desk>, _: &Ask) -> Result<Reply, Trouble> {
    Err(Trouble::nothing("no page of the desk has this address"))
}
