//! Exchanges that pages share, through their redirects: stylesheets and sitemaps.

use std::sync::Arc;

use model::{Exchange, PageUrl, Purpose};

use crate::once::{NoRoom, Side};
use crate::robots::redirect;
use crate::worker::Worker;

/// Redirects that are followed.
const REDIRECTS: usize = 5;

/// The exchange to which `address` leads, each step of the way obeying robots.txt; `None` when one of
/// them must not be asked, or the way is longer than five redirects. Waits for room where memory is
/// short.
pub(crate) async fn landed(
    worker: &Worker,
    address: PageUrl,
    purpose: Purpose,
    referrer: Option<&PageUrl>,
    side: &mut Side,
) -> Option<Arc<Exchange>> {
    let mut next = Some(address);
    for _ in 0..=REDIRECTS {
        let asked = next.take()?;
        if worker.refusal(&asked, side).await.is_some() {
            return None;
        }
        let exchange = loop {
            let (asker, asked) = (&worker.asker, asked.clone());
            let answer = worker.once.ask(asker, asked, purpose, referrer, side).await;
            match answer {
                Ok(exchange) => break exchange,
                Err(NoRoom) => asker.room.opens_to(side.place).await,
            }
        };
        next = redirect(&exchange);
        if next.is_none() {
            return Some(exchange);
        }
    }
    None
}
