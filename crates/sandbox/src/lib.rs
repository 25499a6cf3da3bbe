//! Sandbox: scripted sites on loopback, with their ground truth.
//!
//! A site is a folder of `fixtures/sites`: `site.toml` says which hosts there are and what they
//! answer, to whom and how badly; `expected.json` says what a scan must find, and so what it must
//! not. All hosts of a site share one listener and are told apart by the `Host` header, so a
//! client maps every name to one loopback address and asks `http://market.test/`.
//!
//! The answers are a function of the question alone: no clock, no chance, no memory. A site keeps
//! what it must know of a visitor in cookies that the visitor brings.
//!
//! This room never names `page`: the product must not be tested with its own parser.
//!
//! # The form of `site.toml`
//!
//! ```toml
//! data = ["data/goods.toml"]          # tables that templates see as `data`
//!
//! [[host]]
//! name = "market.test"
//! pages = "market"                    # each file below answers at its path: market/index.html
//!                                     # at `/`, market/mug.html at `/mug`, market/a.css at `/a.css`
//!
//! [[route]]                           # wins over `pages` and `expand`
//! host = "go.market.test"
//! path = "/out"                       # exact; a trailing `*` matches every path that begins so
//! status = 302                        # default 200
//! headers = { Location = "{{ request.query.url | default('/') }}" }
//!
//! [[route.when]]                      # the first that applies answers instead
//! user_agent_contains = "Googlebot"   # all conditions given must hold
//! file = "market/bot.html"            # or `body = "..."`, or `template = "..."` with `values = {}`
//!
//! [[expand]]                          # one page for each row
//! host = "market.test"
//! path = "/item/{{ row.id }}"
//! rows = "data.goods"                 # an expression over `data`
//! template = "templates/item.html"    # sees `row` and `data`
//! ```
//!
//! Conditions: `user_agent_contains`, `user_agent_lacks`, `referrer_contains`, `cookie_contains`,
//! `cookie_lacks`, `query_contains`, `header = { name = "...", contains = "..." }`.
//! Misbehaviour: `delay_ms`, `slow_body_ms_per_byte`, `drop_after_bytes`, `endless`,
//! `gzip_bomb_bytes`.
//!
//! Templates are minijinja, escaped where their name ends in `.html`; an undefined name is an
//! error. Besides the built-in filters there is `from_base64`.

mod answer;
mod body;
mod expected;
mod files;
mod script;
mod serve;
mod site;
mod template;

pub use answer::{Misbehavior, Question, Reply};
pub use expected::{Expected, ExpectedFinding};
pub use script::SiteError;
pub use serve::{Sandbox, ServeError};
pub use site::SiteScript;
