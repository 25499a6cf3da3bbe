//! PDF documents: their links and what their text spells.

use std::io::Write;

use model::{NoteKind, PageFacts};
use proptest::prelude::*;

use crate::reading::{is_noted, reading, ways};

fn facts(body: &[u8]) -> PageFacts {
    reading(body)
        .at("https://market.example.com/doc.pdf")
        .with_type("application/pdf")
        .with_images()
        .facts()
}

fn deflated(content: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(content).unwrap();
    packer.finish().unwrap()
}

fn stream(number: u32, dict: &str, content: &[u8]) -> Vec<u8> {
    let packed = deflated(content);
    let length = packed.len();
    let mut object =
        format!("{number} 0 obj\n<< {dict} /Filter /FlateDecode /Length {length} >>\nstream\r\n")
            .into_bytes();
    object.extend(packed);
    object.extend(b"\nendstream\nendobj\n");
    object
}

fn document(parts: &[&[u8]]) -> Vec<u8> {
    let mut body = b"%PDF-1.7\n".to_vec();
    for part in parts {
        body.extend_from_slice(part);
    }
    body.extend(b"trailer << /Root 1 0 R >>\n%%EOF");
    body
}

const PAGE: &[u8] = b"1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj
2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 /Resources << /Font << /F1 9 0 R >> >> >> endobj
3 0 obj << /Type /Page /Parent 2 0 R /Annots [4 0 R] /Contents 5 0 R >> endobj
9 0 obj << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> endobj
";

#[test]
fn a_link_annotation_is_an_anchor_with_the_text_under_it() {
    let annotation = b"4 0 obj << /Type /Annot /Subtype /Link /Rect [100 700 200 720] /A << /S /URI /URI (https://a.example.net/\\(x\\)) >> >> endobj\n";
    let content = b"BT /F1 12 Tf 100 705 Td (Click here) Tj 0 -40 Td [(visit shop.exam) -20 (ple.org) -300 (now)] TJ ET";
    let body = document(&[PAGE, annotation, &stream(5, "", content)]);
    let facts = facts(&body);
    assert_eq!(
        ways(&facts),
        [
            "anchor by pdf to https://a.example.net/(x): Click here",
            "text-url by text to http://shop.example.org/: shop.example.org",
        ]
    );
    let span = facts.links[0].span.unwrap();
    assert_eq!(
        &body[span.start..span.end],
        annotation.strip_suffix(b" endobj\n").unwrap()
    );
    assert_eq!(
        facts.passages[0].text,
        "Click here visit shop.example.org now"
    );
}

#[test]
fn links_in_compressed_objects_are_found() {
    let inner = b"4 0 6 96 << /Subtype /Link /Rect [0 0 50 50] /A 6 0 R >>";
    let mut objects = inner.to_vec();
    let first = 9;
    objects.resize(first + 96, b' ');
    objects.extend(b"<< /S /URI /URI <68747470733A2F2F622E6578616D706C652E6E65742F> >>");
    let body = document(&[PAGE, &stream(7, "/Type /ObjStm /N 2 /First 9", &objects)]);
    assert_eq!(
        ways(&facts(&body)),
        ["anchor by pdf to https://b.example.net/"]
    );
}

#[test]
fn text_in_a_font_with_its_own_codes_is_read() {
    let map = b"1 begincodespacerange <0000> <FFFF> endcodespacerange 2 beginbfchar <0003> <002E> <0009> <002F> endbfchar
1 beginbfrange <0010> <0029> <0061> endbfrange";
    let font = b"9 0 obj << /Type /Font /Subtype /Type0 /Encoding /Identity-H /ToUnicode 8 0 R >> endobj\n";
    let code = |c: char| match c {
        '.' => 3,
        '/' => 9,
        letter => u32::from(letter) - u32::from('a') + 0x10,
    };
    let shown: String = "shop.example.org/x"
        .chars()
        .map(|c| format!("{:04X}", code(c)))
        .collect();
    let content = format!("q .5 0 0 -.5 0 800 cm BT /F1 9 Tf 1 0 0 1 10 10 Tm <{shown}> Tj ET Q");
    let body = document(&[
        PAGE,
        font,
        &stream(8, "", map),
        &stream(5, "", content.as_bytes()),
    ]);
    assert_eq!(
        ways(&facts(&body)),
        ["text-url by text to http://shop.example.org/x: shop.example.org/x"]
    );
}

#[test]
fn a_hidden_annotation_and_an_action_at_opening_are_told() {
    let body = document(&[
        b"1 0 obj << /Type /Catalog /OpenAction << /S /URI /URI (https://open.example.net/) >> /URI << /Base (https://base.example.net/d/) >> >> endobj\n",
        b"4 0 obj << /Subtype /Link /F 2 /Rect [0 0 9 9] /A << /S /URI /URI (rel) >> >> endobj\n",
        b"5 0 obj << /Subtype /Link /Rect [0 0 0 0] /A << /S /URI /URI (https://dot.example.net/) >> >> endobj\n",
        b"6 0 obj << /S /URI /URI (https://lost.example.net/) >> endobj\n",
        b"7 0 obj << /Title (Chapter) /A << /S /JavaScript /JS (app.launchURL\\('https://js.example.net/'\\)) >> >> endobj\n",
        b"8 0 obj << /Subtype /Widget /Rect [0 0 9 9] /TU (Send) /A << /S /SubmitForm /F << /FS /URL /F (https://form.example.net/) >> >> >> endobj\n",
    ]);
    let facts = facts(&body);
    let states = facts.links.iter().map(|link| link.visibility.state());
    let told = ways(&facts).into_iter().zip(states);
    let told: Vec<String> = told
        .map(|(way, state)| format!("{} {way}", state.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            "visible script-navigation by pdf at load to https://open.example.net/",
            "hidden anchor by pdf to https://base.example.net/d/rel",
            "hidden anchor by pdf to https://dot.example.net/",
            "unknown text-url by script to https://js.example.net/: https://js.example.net/",
            "visible form by pdf to https://form.example.net/: Send",
            "unknown anchor by pdf to https://lost.example.net/",
        ]
    );
}

#[test]
fn an_encrypted_document_and_a_cut_one_give_what_they_can() {
    let mut body = document(&[
        b"4 0 obj << /Subtype /Link /A << /S /URI /URI (https://a.example.net/) >> >> endobj\n",
    ]);
    body.extend(b"\ntrailer << /Encrypt 5 0 R >>");
    let found = facts(&body);
    let notes: Vec<_> = found.notes.iter().map(|note| note.text.as_str()).collect();
    assert!(
        notes.iter().any(|note| note.contains("encrypted")),
        "{notes:?}"
    );
    let cut = b"%PDF-1.4\n4 0 obj << /Subtype /Link /A << /S /URI /URI (https://a.example.net/";
    assert_eq!(facts(cut).links.len(), 1);
}

#[test]
fn hostile_documents_take_bounded_time_and_memory() {
    let bomb = vec![b' '; 20 << 20];
    let circle = b"1 0 obj 2 0 R endobj 2 0 obj 1 0 R endobj 3 0 obj << /Type /Page /Parent 3 0 R /Contents 1 0 R /Annots 2 0 R >> endobj 4 0 obj << /A 5 0 R >> endobj 5 0 obj << /S /URI /URI (x) /Next 5 0 R >> endobj\n";
    let form = b"BT /F1 1 Tf ET /X Do /X Do /X Do";
    let resources = b"3 0 obj << /Type /Page /Contents 5 0 R /Resources << /XObject << /X 5 0 R >> >> >> endobj\n";
    let bombs: Vec<Vec<u8>> = (10..15)
        .map(|n| stream(n, "/Type /ObjStm /N 9 /First 9", &bomb))
        .collect();
    let bombs: Vec<&[u8]> = bombs.iter().map(Vec::as_slice).collect();
    // One stream that draws itself again and again, fonts without a number, annotations over runs.
    let drawn = b"0 ".repeat(500_000).as_slice().to_vec();
    let again = [b"/X Do ".repeat(64), drawn].concat();
    let fonts = b"3 0 obj << /Type /Page /Contents 5 0 R /Resources << /Font << /F << /Subtype /Type0 /ToUnicode 6 0 R >> >> >> >> endobj\n";
    let map = [
        b"1 beginbfrange <0000> <FFFF> <0000> endbfrange ".to_vec(),
        b" ".repeat(500_000),
    ]
    .concat();
    let links = format!(
        "3 0 obj << /Type /Page /Contents 5 0 R /Annots [{}] >> endobj\n4 0 obj << /Subtype /Link /Rect [0 0 1 1] >> endobj\n",
        "4 0 R ".repeat(10_000)
    );
    let pages: String = (20..60)
        .map(|n| format!("{n} 0 obj << /Type /Page /Contents 5 0 R /Annots 61 0 R >> endobj\n"))
        .collect();
    for body in [
        document(&[resources, &stream(5, "/Subtype /Form", &again)]),
        document(&[
            fonts,
            &stream(5, "", &b"/F 1 Tf ".repeat(50_000)),
            &stream(6, "", &map),
        ]),
        document(&[
            links.as_bytes(),
            pages.as_bytes(),
            &stream(5, "", &b"(a) Tj ".repeat(20_000)),
        ]),
        document(&bombs),
        document(&[circle]),
        document(&[resources, &stream(5, "/Subtype /Form", form)]),
        document(&["1 0 obj << ".repeat(50_000).as_bytes()]),
        document(&["1 0 obj [".repeat(50_000).as_bytes()]),
        document(&["1 0 obj (".repeat(50_000).as_bytes()]),
        document(&["1 0 obj <<>> stream ".repeat(100_000).as_bytes()]),
        document(&["<".repeat(2_000_000).as_bytes()]),
    ] {
        let start = std::time::Instant::now();
        let found = facts(&body);
        let seconds = start.elapsed().as_secs();
        assert!(seconds < 60, "{} bytes: {seconds} s", body.len());
        assert!(!found.notes.is_empty());
    }
    let cut = facts(&document(&bombs));
    assert!(is_noted(&cut, NoteKind::Truncated));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Any bytes behind the mark give facts.
    #[test]
    fn any_document_gives_facts(parts in prop::collection::vec(prop_oneof![
        prop::sample::select(vec![
            "1 0 obj", "2 0 obj", "endobj", "<<", ">>", "[", "]", "(", ")", "<", ">", "/A", "/S /URI", "/URI", "/Type /Page",
            "/Contents 1 0 R", "/Annots [1 0 R 2 0 R]", "/Subtype /Link", "/Rect [0 0 1 1]", "1 0 R", "2 0 R", "stream\n", "endstream",
            "/Filter /FlateDecode", "/Type /ObjStm /N 3 /First 4", "/Length 9", "(https://a.example/)", "trailer", "/Parent", "\\",
            "BT", "/F1 1 Tf", "Tj", "/Next 1 0 R", "/Kids", "-1", "99999999999", "/DecodeParms << /Predictor 12 /Columns 9 >>", "/ASCII85Decode",
        ]).prop_map(|part| part.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..6),
    ], 0..60)) {
        let parts: Vec<&[u8]> = parts.iter().flat_map(|part| [part.as_slice(), b" "]).collect();
        let _ = facts(&document(&parts));
    }
}
