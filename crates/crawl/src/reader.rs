//! What the crawl needs of a reader of documents.

use std::sync::Arc;

use model::{Answer, PageFacts, PageUrl};
use page::{Document, Sheet};

/// Says where a branch of the web ends for the sake of others: pages of which nothing more may be asked
/// than the text that was read. It must be cheap, since it is asked of every page, and depend on the facts
/// alone, so that a crawl can be repeated.
pub trait BranchEnd: Send + Sync + 'static {
    /// Whether no link of the page is followed, and no further guise asks for it.
    fn is_end(&self, facts: &PageFacts) -> bool;
}

/// Reads documents. Both questions may take long on a large body, which is then read on the
/// blocking pool.
pub(crate) trait Reader: Send + Sync + 'static {
    /// Addresses of the stylesheets that the document names, in order; none where it is no HTML.
    fn stylesheets(&self, address: &PageUrl, answer: &Answer) -> Vec<PageUrl>;

    /// What the document says, given the text of its stylesheets.
    fn read(&self, address: &PageUrl, answer: &Answer, sheets: Vec<(PageUrl, String)>)
    -> PageFacts;

    /// Whether a branch ends at the page with these facts; see [`BranchEnd`].
    fn ends_branch(&self, _facts: &PageFacts) -> bool {
        false
    }
}

/// The reader of room `page`.
#[derive(Debug)]
pub(crate) struct PageReader;

impl Reader for PageReader {
    fn stylesheets(&self, address: &PageUrl, answer: &Answer) -> Vec<PageUrl> {
        page::stylesheet_links(address, &answer.headers, &answer.body)
    }

    fn read(
        &self,
        address: &PageUrl,
        answer: &Answer,
        sheets: Vec<(PageUrl, String)>,
    ) -> PageFacts {
        let sheets: Vec<_> = sheets
            .into_iter()
            .map(|(address, text)| Sheet {
                address: Some(address),
                text,
            })
            .collect();
        page::read(&Document {
            address,
            status: answer.status,
            headers: &answer.headers,
            body: &answer.body,
            cut: answer.cut.is_some(),
            sheets: &sheets,
            scripts: &[],
        })
    }
}

/// The reader of room `page`, with what ends a branch.
pub(crate) struct BranchReader(pub(crate) Arc<dyn BranchEnd>);

impl Reader for BranchReader {
    fn stylesheets(&self, address: &PageUrl, answer: &Answer) -> Vec<PageUrl> {
        PageReader.stylesheets(address, answer)
    }

    fn read(
        &self,
        address: &PageUrl,
        answer: &Answer,
        sheets: Vec<(PageUrl, String)>,
    ) -> PageFacts {
        PageReader.read(address, answer, sheets)
    }

    fn ends_branch(&self, facts: &PageFacts) -> bool {
        self.0.is_end(facts)
    }
}
