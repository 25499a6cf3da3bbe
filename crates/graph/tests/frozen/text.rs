//! Edge lists.

use std::io::BufReader;

use model::EffectiveClass;
use proptest::prelude::*;
use sidedoor_graph::Frozen;
use sidedoor_graph::frozen::text::{self, Fault, TextError, TextSettings};
use sidedoor_graph::frozen::{BuildError, FrozenHop, HopLabel, Weight};

use crate::made::web;

fn read(text: &str) -> Result<Frozen, TextError> {
    text::read(text.as_bytes(), TextSettings::default())
}

/// Line, column and fault of a list that is not read.
fn fault(text: &str) -> (u64, usize, Fault) {
    match read(text).unwrap_err() {
        TextError::Line {
            line,
            column,
            fault,
        } => (line, column, fault),
        other => panic!("{other}"),
    }
}

proptest! {
    #[test]
    fn a_list_that_was_written_is_read_back(web in web(9, 40), buffer in 1_usize..40) {
        let graph = web.freeze();
        let mut list = Vec::new();
        text::write(&graph, &mut list).unwrap();
        let settings = TextSettings { nodes: Some(web.nodes), ..TextSettings::default() };
        // Lines are found again wherever a buffer ends.
        let read = text::read(BufReader::with_capacity(buffer, list.as_slice()), settings);
        prop_assert_eq!(read.unwrap(), graph);
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = text::read(bytes.as_slice(), TextSettings::default());
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "[0-9HNx#.\\- \t\r\n]{0,200}", buffer in 1_usize..20) {
        let whole = read(&text);
        let parts = text::read(BufReader::with_capacity(buffer, text.as_bytes()), TextSettings::default());
        match (whole, parts) {
            (Ok(whole), Ok(parts)) => prop_assert_eq!(whole, parts),
            (Err(whole), Err(parts)) => prop_assert_eq!(whole.to_string(), parts.to_string()),
            (whole, parts) => prop_assert!(false, "{:?} against {:?}", whole, parts),
        }
    }
}

#[test]
fn a_list_has_comments_blanks_classes_and_weights() {
    let list = "# a list\n% more\n\n 0\t1 \r\n1 2 H\n2 0 masked 4\n   \n2 1 N 1e-3";
    let graph = read(list).unwrap();
    let hops: Vec<FrozenHop> = graph.hops().map(|(_, hop)| hop).collect();
    let hop = |source, target, class, weight| FrozenHop {
        source,
        target,
        label: HopLabel::new(class, weight),
    };
    let expected = [
        hop(0, 1, EffectiveClass::Overt, Weight::NONE),
        hop(1, 2, EffectiveClass::Hidden, Weight::NONE),
        hop(2, 0, EffectiveClass::Masked, Weight::of(4.0)),
        hop(2, 1, EffectiveClass::Navigation, Weight::of(0.001)),
    ];
    assert_eq!(hops, expected);
}

#[test]
fn a_fault_is_named_with_its_line_and_column() {
    assert_eq!(fault("0 1\n0 x\n"), (2, 3, Fault::NotANode));
    assert_eq!(fault("# c\n\n  7"), (3, 4, Fault::NoTarget));
    assert_eq!(fault("0 1 H\n1 0 hide"), (2, 5, Fault::NotAClass));
    assert_eq!(fault("0 1 H nine"), (1, 7, Fault::NotAWeight));
    assert_eq!(fault("0 1 H inf"), (1, 7, Fault::NotAWeight));
    assert_eq!(fault("0 1 H 2 3"), (1, 9, Fault::TooMuch));
    assert_eq!(fault("0 4294967296"), (1, 3, Fault::NotANode));
    assert_eq!(fault("0 4294967294"), (1, 3, Fault::NotANode));
    assert_eq!(fault("-1 0"), (1, 1, Fault::NotANode));
    assert_eq!(
        fault("0 11111111111111111111111111"),
        (1, 3, Fault::NotANode)
    );
    let said = read("0 1\n0 x\n").unwrap_err().to_string();
    assert!(
        said.starts_with("line 2, column 3: a node must be"),
        "{said}"
    );
}

#[test]
fn a_node_beyond_those_that_were_said_is_a_fault() {
    let settings = TextSettings {
        nodes: Some(2),
        ..TextSettings::default()
    };
    let refused = text::read("0 1\n1 2\n".as_bytes(), settings).unwrap_err();
    let TextError::Line { line, fault, .. } = refused else {
        panic!("{refused}")
    };
    assert_eq!(line, 2);
    assert!(matches!(
        fault,
        Fault::Build(BuildError::OutOfRange { nodes: 2, .. })
    ));
}

#[test]
fn a_line_without_end_is_a_fault_and_a_comment_without_end_is_not() {
    let endless = "7".repeat(100_000);
    assert!(matches!(
        fault(&format!("0 1\n0 {}1", " ".repeat(5_000))),
        (2, _, Fault::TooLong)
    ));
    assert!(matches!(fault(&format!("0 1\n{endless}")), (2, _, _)));
    let comment = format!("0 1\n#{endless}\n1 0\n0 x");
    for buffer in [10, 8_192, 1_000_000] {
        let reader = BufReader::with_capacity(buffer, comment.as_bytes());
        let refused = text::read(reader, TextSettings::default()).unwrap_err();
        assert!(
            refused.to_string().starts_with("line 4, column 3"),
            "{refused}"
        );
    }
}

#[test]
fn one_great_number_does_not_take_the_memory() {
    assert!(matches!(
        read("0 4000000000\n"),
        Err(TextError::Sparse {
            greatest: 4_000_000_000,
            hops: 1
        })
    ));
    assert_eq!(read("0 1000000\n").unwrap().node_count(), 1_000_001);
}

#[test]
fn numbers_of_every_length_are_read() {
    let list = "0 9\n10 99\n100 999\n1000 9999\n10000 99999\n100000 999999\n1000000 9999999\n\
                10000000 11999999\n0000000001 2\n";
    let settings = TextSettings {
        nodes: Some(12_000_000),
        ..TextSettings::default()
    };
    let graph = text::read(list.as_bytes(), settings).unwrap();
    let read: Vec<(u32, u32)> = graph
        .hops()
        .map(|(_, hop)| (hop.source, hop.target))
        .collect();
    let mut expected = vec![(0, 9), (1, 2)];
    expected.extend((1..7).map(|zeros| (10_u32.pow(zeros), 10_u32.pow(zeros + 1) - 1)));
    expected.push((10_000_000, 11_999_999));
    assert_eq!(read, expected);
}
