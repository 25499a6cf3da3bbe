// What every target does with its bytes.

// The tests read documents in the same way, and check the same laws of any facts.
#[path = "../../tests/page/reading.rs"]
#[expect(dead_code, reason = "the targets need less than the tests")]
mod reading;

/// Reads `body` as an answer of type `content_type`, twice.
pub fn check(content_type: &str, body: &[u8]) {
    let document = reading::reading(body).with_type(content_type).with_images();
    assert_eq!(document.facts(), document.facts());
}
