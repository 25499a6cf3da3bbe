// What every target does with its bytes: reads them as a body and checks what must hold of any facts.

use model::{Headers, PageUrl};
use page::{Document, read};

/// Reads `body` as an answer of type `content_type`, twice, and checks the laws of the reader.
pub fn check(content_type: &str, body: &[u8]) {
    let Ok(address) = PageUrl::parse("https://market.test/listing/1") else {
        return;
    };
    let headers = Headers(vec![("content-type".to_owned(), content_type.to_owned())]);
    let document = Document {
        address: &address,
        status: 200,
        headers: &headers,
        body,
        cut: false,
        sheets: &[],
        scripts: &[],
    };
    let facts = read(&document);
    let spans = facts.links.iter().filter_map(|link| link.span);
    for span in spans.chain(facts.passages.iter().filter_map(|passage| passage.span)) {
        assert!(span.start <= span.end && span.end <= body.len(), "{span:?}");
    }
    for (place, link) in facts.links.iter().enumerate() {
        assert!(link.inside.is_none_or(|outer| outer < place));
    }
    assert_eq!(facts, read(&document));
}
