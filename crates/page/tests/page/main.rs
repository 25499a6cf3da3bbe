//! Documents and what their facts say.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test stops where its fixture is wrong, and some need a clock and the fixtures"
)]

mod carriers;
mod documents;
mod facts;
mod honest_pages;
mod hostile;
mod images;
mod kinds;
mod pdf;
mod reading;
mod scripts;
mod scripts_bounded;
mod scripts_staying;
mod trader;
mod visibility;
mod visibility_covered;
mod visibility_layout;
mod visibility_unopened;
