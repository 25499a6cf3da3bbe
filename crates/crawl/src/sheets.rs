//! The stylesheets of a page: asked once for each address, obeying robots.txt, and given to the
//! reader as text.

use model::{Answer, PageUrl, Purpose};

use crate::asking::answer;
use crate::follow::landed;
use crate::once::Side;
use crate::worker::Worker;

/// Stylesheets of one page that are asked; a reader notes those that are missing.
const SHEETS: usize = 16;
/// Decoded bytes of the stylesheets of one page after which no more are asked.
const PAGE_BYTES: usize = 8 << 20;
/// Decoded bytes of a stylesheet that is read.
const SHEET_BYTES: usize = 2 << 20;

/// The texts of the stylesheets at `addresses`, as far as they may be and can be had. Exchanges
/// that the case does not have yet are added to `side`.
pub(crate) async fn texts(
    worker: &Worker,
    page: &PageUrl,
    addresses: Vec<PageUrl>,
    side: &mut Side,
) -> Vec<(PageUrl, String)> {
    let mut texts: Vec<(PageUrl, String)> = Vec::new();
    for address in addresses.into_iter().take(SHEETS) {
        let read: usize = texts.iter().map(|(_, text)| text.len()).sum();
        if read > PAGE_BYTES {
            break;
        }
        if texts.iter().all(|(known, _)| *known != address)
            && let Some(text) = text(worker, page, address.clone(), side).await
        {
            texts.push((address, text));
        }
    }
    texts
}

/// The text of one stylesheet, through its redirects.
async fn text(
    worker: &Worker,
    page: &PageUrl,
    address: PageUrl,
    side: &mut Side,
) -> Option<String> {
    let exchange = landed(worker, address, Purpose::Stylesheet, Some(page), side)
        .await
        .ok()?;
    answer(&exchange)
        .filter(|answer| is_sheet(answer))
        .map(decode)
}

/// Whether a browser would take the answer for a stylesheet, and it is whole and not too large: half
/// a sheet would show what the other half hides.
fn is_sheet(answer: &Answer) -> bool {
    let kind = answer.headers.declared_types().next();
    let is_css =
        kind.is_none_or(|kind| matches!(kind.essence.as_str(), "" | "text/css" | "text/plain"));
    answer.cut.is_none()
        && is_css
        && (200..300).contains(&answer.status)
        && answer.body.len() <= SHEET_BYTES
}

/// Decodes as UTF-8 where that is possible, else byte for byte: what counts in a stylesheet is
/// ASCII.
fn decode(answer: &Answer) -> String {
    match std::str::from_utf8(&answer.body) {
        Ok(text) => text.trim_start_matches('\u{feff}').to_owned(),
        Err(_) => answer.body.iter().copied().map(char::from).collect(),
    }
}

#[cfg(test)]
mod tests {
    use model::{BodyCut, Reply};

    use super::is_sheet;
    use crate::tests::web::answered;

    #[test]
    fn half_a_stylesheet_is_none_whatever_cut_it() {
        let Reply::Answered(mut sheet) = answered(200, &[("content-type", "text/css")], "a{}")
        else {
            panic!("no answer");
        };
        assert!(is_sheet(&sheet));
        for cut in BodyCut::ALL {
            sheet.cut = Some(*cut);
            assert!(!is_sheet(&sheet), "{cut}");
        }
    }
}
