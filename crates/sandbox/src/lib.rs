//! Sandbox: scripted sites on loopback, with their ground truth.
//!
//! A site is a folder of `fixtures/sites`: `site.toml` says which hosts there are and what they
//! answer, to whom and how badly; `expected.json` says what a scan must find, and so what it must
//! not. All hosts of a site share one listener and are told apart by the `Host` header, so a
//! client maps every name to one loopback address and asks `http://market.test/`.
//!
//! The answers are a function of the question alone: no clock, no chance, no memory, unless the
//! script says `times` or `churn`. A site keeps what it must know of a visitor in cookies that the
//! visitor brings. How often each address was asked is counted: [`Sandbox::asked`].
//!
//! Besides, the room generates pages of marketplaces with what a policy should say of each,
//! [`Listings`]; whole markets as graphs, with what is planted in them, [`Market`]; and whole
//! marketplaces as pages that are served from their seed, [`Marketplace`].
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
//!
//! answers = "answers.jsonl"           # a table of many addresses; stands before the first [[host]]
//!
//! [tls]                               # answers TLS too, on the same port
//! certificate = "chain.pem"           # files of the site; valid for the client or not
//! key = "key.pem"
//! ```
//!
//! Conditions: `user_agent_contains`, `user_agent_lacks`, `referrer_contains`, `cookie_contains`,
//! `cookie_lacks`, `query_contains`, `header = { name = "...", contains = "..." }`, and `times = 2`,
//! which holds for the first two questions that meet it: a 429 first, the page then.
//!
//! Misbehaviour:
//!
//! | key | what the server does |
//! |---|---|
//! | `delay_ms` | is silent before the answer |
//! | `slow_header_ms_per_byte`, `slow_body_ms_per_byte` | is silent before every byte |
//! | `drop_after_bytes` | ends the connection within a body whose length it announced |
//! | `endless` | tells the body again and again |
//! | `gzip_bomb_bytes`, `gzip_bomb_ratio` | lets so many bytes follow the body, as gzip; so many of them for one on the wire, about |
//! | `raw` | sends exactly these bytes, each written as one letter up to `\u00FF`; nothing else is added |
//! | `end` | after `raw`: `close` (default), `reset`, or `hang` in silence |
//! | `churn = 7` | gives templates, header fields and `body` a number `{{ churn }}` that differs each time, by this seed |
//! | `headers = { Content-Type = [] }` | sends no such field |
//!
//! A route with `raw` or `slow_header_ms_per_byte` in any of its answers is told byte by byte in all
//! of them, over a plain connection, and knows no other misbehaviour of the body than its slowness.
//!
//! The table of `answers` has a JSON object on each line: `host`, `target` (path, and query where one
//! belongs to the address), and `answers`, a list of `when` (the conditions above), `status`, `headers`
//! (pairs) and `file`. `[[route]]` wins over it, unless its target has a query.
//!
//! Templates are minijinja, escaped where their name ends in `.html`; an undefined name is an
//! error. Besides the built-in filters there is `from_base64`.

mod answer;
mod answers;
mod body;
mod chance;
mod expected;
mod files;
mod goods;
mod listing_page;
mod market;
mod marketplace;
mod score;
mod script;
mod serve;
mod site;
mod template;
mod web;
mod wire;

pub use answer::{End, Misbehavior, Question, Reply};
pub use answers::{KeptAnswer, KeptAnswers};
pub use expected::{Expected, ExpectedFinding};
pub use goods::{GoodsError, PageLanguage, Split, Truth};
pub use listing_page::{ExpectedLabel, GeneratedKind, GeneratedPage, Listings};
pub use market::{
    FEWEST_LISTINGS, MOST_LISTINGS, Market, MarketError, MarketHop, MarketNoise, MarketPage,
    Planted, Planting,
};
pub use marketplace::{
    LookAlike, LookAlikeKind, MOST_MARKETPLACE_LISTINGS, Marketplace, MarketplaceError,
    MarketplaceTruth, NeededVantage, NotANeededVantage, PlantedHop, PlantedPath, PlantedZone,
    Served, ServedAnswer, ServedTechnique, StorefrontTemplate, TRUTH_FORMAT, TemplatePlant,
    served_techniques,
};
pub use score::{
    BreakdownRow, Confusion, Dimension, FalseAlarm, Findings, FindingsError, Interval,
    LookAlikeRow, Missed, Needs, Quality, Score, Share, TruthError, TruthFolder,
};
pub use script::SiteError;
pub use serve::{Sandbox, ServeError};
pub use site::SiteScript;
pub use web::Web;
