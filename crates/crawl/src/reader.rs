//! What the crawl needs of a reader of documents.

use model::{Answer, PageFacts, PageUrl};
use page::{Document, Sheet};

/// Reads documents. Both questions may take long on a large body, which is then read on the
/// blocking pool.
pub(crate) trait Reader: Send + Sync + 'static {
    /// Addresses of the stylesheets that the document names, in order; none where it is no HTML.
    fn stylesheets(&self, address: &PageUrl, answer: &Answer) -> Vec<PageUrl>;

    /// What the document says, given the text of its stylesheets.
    fn read(&self, address: &PageUrl, answer: &Answer, sheets: Vec<(PageUrl, String)>)
    -> PageFacts;
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
