//! Pictures: codes in them and addresses in their metadata, when that is asked for.

use std::io::Write;

use base64::Engine;
use model::{Carrier, HopKind, PageFacts, VisibilityState};
use proptest::prelude::*;

use crate::reading::reading;

const CODE: &[u8] = include_bytes!("pictures/code.png");

fn facts_of(kind: &str, body: &[u8], images: bool) -> PageFacts {
    let picture = reading(body).with_type(kind);
    let facts = if images {
        picture.with_images().facts()
    } else {
        picture.facts()
    };
    assert!(facts.links.iter().all(|link| link.span.is_some()));
    facts
}

fn codes(facts: &PageFacts) -> Vec<&str> {
    let codes = facts.links.iter().filter(|link| link.kind == HopKind::Qr);
    let mut codes: Vec<_> = codes
        .map(|link| link.target.as_ref().unwrap().as_str())
        .collect();
    codes.sort_unstable();
    codes
}

fn written(facts: &PageFacts) -> Vec<&str> {
    let written = facts
        .links
        .iter()
        .filter(|link| link.kind == HopKind::TextUrl);
    written
        .map(|link| {
            assert_eq!(link.carrier, Carrier::Image);
            assert_eq!(link.visibility.state(), VisibilityState::Unknown);
            link.target.as_ref().unwrap().as_str()
        })
        .collect()
}

#[test]
fn a_code_is_read_from_every_format_of_pixels() {
    for (name, picture) in [
        ("png", CODE),
        ("interlaced png", include_bytes!("pictures/interlaced.png")),
        ("png with alpha", include_bytes!("pictures/text.png")),
        ("jpeg", include_bytes!("pictures/code.jpg")),
        ("interlaced gif", include_bytes!("pictures/code.gif")),
        ("inverted", include_bytes!("pictures/inverted.png")),
        ("one pixel a module", include_bytes!("pictures/tiny.png")),
    ] {
        let facts = facts_of("", picture, true);
        assert_eq!(
            codes(&facts),
            ["https://qr.example.net/A"],
            "{name}: {:?}",
            facts.notes
        );
    }
    let four = facts_of("image/png", include_bytes!("pictures/four.png"), true);
    let expected = ["a", "b", "c", "d"].map(|name| format!("https://{name}.example.net/"));
    assert_eq!(codes(&four), expected);
}

#[test]
fn bar_codes_are_read_however_they_lie() {
    for (name, picture) in [
        ("upright", &include_bytes!("pictures/code128.png")[..]),
        (
            "turned by half",
            include_bytes!("pictures/code128-turned.jpg"),
        ),
        ("lying", include_bytes!("pictures/code128-lying.png")),
        ("negative", include_bytes!("pictures/code128-negative.png")),
    ] {
        let facts = facts_of("", picture, true);
        assert_eq!(codes(&facts), ["https://bar.example.net/A1"], "{name}");
    }
    let facts = facts_of("", include_bytes!("pictures/code39.png"), true);
    assert_eq!(codes(&facts), ["http://bar.example.net/B"]);
    for (picture, holds) in [
        (&include_bytes!("pictures/code128-c.png")[..], "0123456789A"),
        (include_bytes!("pictures/ean13.png"), "4006381333931"),
    ] {
        let facts = facts_of("", picture, true);
        let note = format!("a code in a picture holds “{holds}”");
        assert!(
            facts.notes.iter().any(|known| known.text == note),
            "{holds}"
        );
        assert_eq!(codes(&facts), [""; 0], "{holds}");
    }
}

#[test]
fn a_picture_is_not_read_unless_asked() {
    let facts = facts_of("image/png", CODE, false);
    assert_eq!(facts.links, []);
    assert_eq!(facts.notes.len(), 2);
}

#[test]
fn metadata_of_every_format_is_read() {
    for (picture, expected) in [
        (
            &include_bytes!("pictures/text.png")[..],
            &["png", "zip", "itxt"][..],
        ),
        (include_bytes!("pictures/code.jpg"), &["photo"]),
        (include_bytes!("pictures/code.gif"), &["gif"]),
        (include_bytes!("pictures/exif.jpg"), &["exif", "xp"]),
        (include_bytes!("pictures/exif.webp"), &["exif", "xp", "xmp"]),
    ] {
        let facts = facts_of("", picture, true);
        let expected: Vec<_> = expected
            .iter()
            .map(|name| format!("http://{name}.example.org/"))
            .collect();
        let mut found = written(&facts);
        found.sort_unstable();
        let mut expected: Vec<_> = expected.iter().map(String::as_str).collect();
        expected.sort_unstable();
        assert_eq!(found, expected);
    }
    let mut behind = CODE.to_vec();
    behind.extend(b"a message: hidden.example.org");
    let facts = facts_of("", &behind, true);
    assert_eq!(written(&facts), ["http://hidden.example.org/"]);
    let span = facts.links.last().unwrap().span.unwrap();
    assert_eq!(span.start, CODE.len());
}

#[test]
fn a_picture_inside_of_a_page_is_read_with_its_element() {
    let data = base64::engine::general_purpose::STANDARD.encode(CODE);
    let page = format!("<!doctype html><p>scan <img alt=x src='data:image/png;base64,{data}'>");
    let facts = facts_of("text/html", page.as_bytes(), true);
    assert_eq!(codes(&facts), ["https://qr.example.net/A"]);
    let link = facts
        .links
        .iter()
        .find(|link| link.kind == HopKind::Qr)
        .unwrap();
    let span = link.span.unwrap();
    assert!(page[span.start..].starts_with("<img"));
    assert_eq!(link.context, "scan");
    assert_eq!(
        codes(&facts_of("text/html", page.as_bytes(), false)),
        [""; 0]
    );
}

fn png_chunk(kind: &[u8], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap().to_be_bytes();
    [&length[..], kind, content, &[0; 4]].concat()
}

#[test]
fn texts_that_inflate_without_end_are_left_out_with_a_note() {
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(&vec![b'x'; 1 << 20]).unwrap();
    let text = [b"Comment\0\0".to_vec(), packer.finish().unwrap()].concat();
    let body = [CODE[..8].to_vec(), png_chunk(b"zTXt", &text).repeat(2_000)].concat();
    let facts = facts_of("image/png", &body, true);
    let is_told = |note: &model::Note| note.text.contains("beyond the bounds");
    assert!(facts.notes.iter().any(is_told), "{:?}", facts.notes);
}

#[test]
fn metadata_in_metadata_has_its_own_place() {
    let packet = b"<x:xmpmeta><a>see xmp.example.org</a></x:xmpmeta>";
    // One entry, of the tag for XMP, whose value stands behind the directory.
    let mut tiff = b"II*\0\x08\0\0\0\x01\0\xBC\x02\x01\0".to_vec();
    tiff.extend(u32::try_from(packet.len()).unwrap().to_le_bytes());
    tiff.extend(26_u32.to_le_bytes());
    tiff.extend([0; 4]);
    tiff.extend(packet);
    let body = [CODE[..8].to_vec(), png_chunk(b"eXIf", &tiff)].concat();
    let facts = facts_of("image/png", &body, true);
    let span = facts.links[0].span.unwrap();
    assert_eq!(&body[span.start..span.end], packet);
}

#[test]
fn a_picture_of_a_giant_size_is_not_decoded() {
    let mut giant = CODE.to_vec();
    giant[16..24].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
    let mut wide = include_bytes!("pictures/code.gif").to_vec();
    let frame = wide.iter().position(|&byte| byte == 0x2C).unwrap();
    wide[frame + 5..frame + 9].fill(0xFF);
    for body in [giant, wide] {
        let start = std::time::Instant::now();
        let facts = facts_of("", &body, true);
        assert!(start.elapsed().as_secs() < 20);
        let noted = facts
            .notes
            .iter()
            .any(|note| note.text.contains("not decoded"));
        assert!(noted, "{:?}", facts.notes);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Any damage to a picture gives facts.
    #[test]
    fn a_damaged_picture_gives_facts(
        which in 0_usize..6,
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..24),
        keep in any::<prop::sample::Index>(),
    ) {
        let pictures: [&[u8]; 6] = [
            CODE,
            include_bytes!("pictures/interlaced.png"),
            include_bytes!("pictures/exif.jpg"),
            include_bytes!("pictures/code.gif"),
            include_bytes!("pictures/exif.webp"),
            include_bytes!("pictures/text.png"),
        ];
        let mut body = pictures[which].to_vec();
        for (at, byte) in damage {
            let at = at.index(body.len());
            body[at] = byte;
        }
        body.truncate(keep.index(body.len()) + 1);
        let _ = facts_of("image/png", &body, true);
    }
}
