//! What the desk answers: pages, redirections within itself, renderings of kept pages, files.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use bytes::Bytes;

/// What the desk answers.
#[derive(Debug)]
pub(crate) enum Reply {
    /// A page of the desk.
    Page {
        /// Status code.
        status: StatusCode,
        /// The whole document.
        html: String,
        /// The word of its script and style.
        nonce: String,
        /// Seconds after which the browser asks again.
        again_after: Option<u32>,
    },
    /// Go on here, with GET.
    Onward(String),
    /// Whoever asked is let in with this cookie.
    Welcome(String),
    /// A kept page, without scripts and network.
    Rendering {
        /// As it was kept.
        body: Bytes,
        /// Type of the document, with its charset where one was stated.
        kind: String,
    },
    /// A file to be kept.
    File {
        /// What is in it.
        body: Vec<u8>,
        /// Its type.
        kind: &'static str,
        /// Its name.
        name: &'static str,
    },
    /// A sentence, where there is no page: for those who may not see one.
    Sentence {
        /// Status code.
        status: StatusCode,
        /// The sentence.
        text: &'static str,
    },
}

/// What a page of the desk may do: its own script and style, its own frames and forms, and nothing else.
fn own_policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; img-src 'self' data:; \
         connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
}

/// What a kept page may do: be styled by what is in it, and show pictures that are in it.
const RENDERING: &str = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; \
     form-action 'none'; base-uri 'none'; frame-ancestors 'self'";

/// What an answer may do that is no page.
const NOTHING: &str =
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What those see whose browser does not go on by itself.
const WELCOME: &str = "<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\"><title>Sidedoor review</title>\
     <p><a href=\"/\">To the findings</a></p></html>\n";

impl Reply {
    /// A page.
    pub(crate) fn page(status: StatusCode, html: String, nonce: &str) -> Self {
        Self::Page {
            status,
            html,
            nonce: nonce.to_owned(),
            again_after: None,
        }
    }

    /// The answer, with every header field that keeps it where it belongs.
    pub(crate) fn into_response(self) -> Response<Body> {
        let mut fields = HeaderMap::new();
        let mut put = |name: HeaderName, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                fields.insert(name, value);
            }
        };
        put(header::CACHE_CONTROL, "no-store");
        put(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
        // Not `no-referrer`: with it browsers send forms with the origin `null`, which proves nothing. No
        // page of the desk leads elsewhere, and none that does is rendered with this.
        put(header::REFERRER_POLICY, "same-origin");
        put(header::X_DNS_PREFETCH_CONTROL, "off");
        put(
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        );
        put(
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        );
        put(header::CONTENT_SECURITY_POLICY, NOTHING);
        let mut answer = Response::new(Body::empty());
        match self {
            Self::Page {
                status,
                html,
                nonce,
                again_after,
            } => {
                put(header::CONTENT_SECURITY_POLICY, &own_policy(&nonce));
                put(header::CONTENT_TYPE, "text/html; charset=utf-8");
                if let Some(seconds) = again_after {
                    put(header::REFRESH, &seconds.to_string());
                }
                *answer.status_mut() = status;
                *answer.body_mut() = Body::from(html);
            }
            Self::Onward(to) => {
                put(header::LOCATION, &to);
                *answer.status_mut() = StatusCode::SEE_OTHER;
            }
            // No redirect: one that began on another site would not carry a cookie that is strict.
            Self::Welcome(cookie) => {
                put(header::SET_COOKIE, &cookie);
                put(header::REFRESH, "0; url=/");
                put(header::CONTENT_TYPE, "text/html; charset=utf-8");
                *answer.body_mut() = Body::from(WELCOME);
            }
            Self::Rendering { body, kind } => {
                put(header::CONTENT_SECURITY_POLICY, RENDERING);
                put(header::REFERRER_POLICY, "no-referrer");
                put(header::CONTENT_TYPE, &kind);
                *answer.body_mut() = Body::from(body);
            }
            Self::File { body, kind, name } => {
                put(header::CONTENT_TYPE, kind);
                let place = format!("attachment; filename=\"{name}\"");
                put(header::CONTENT_DISPOSITION, &place);
                *answer.body_mut() = Body::from(body);
            }
            Self::Sentence { status, text } => {
                put(header::CONTENT_TYPE, "text/plain; charset=utf-8");
                *answer.status_mut() = status;
                *answer.body_mut() = Body::from(format!("{text}\n"));
            }
        }
        *answer.headers_mut() = fields;
        answer
    }
}
