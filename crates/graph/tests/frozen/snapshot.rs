//! Snapshots: what was written is read, and nothing else is.

use proptest::prelude::*;
use sidedoor_graph::Frozen;
use sidedoor_graph::frozen::snapshot::{self, Damage, SnapshotError};

use crate::made::web;

fn written(graph: &Frozen) -> Vec<u8> {
    let mut bytes = Vec::new();
    snapshot::write(graph, &mut bytes).unwrap();
    bytes
}

fn read(bytes: &[u8]) -> Result<Frozen, SnapshotError> {
    snapshot::read(bytes)
}

proptest! {
    #[test]
    fn a_snapshot_that_was_written_is_read_back(web in web(9, 40)) {
        let graph = web.freeze();
        let mut bytes = written(&graph);
        prop_assert_eq!(bytes.len(), 24 + graph.bytes());
        // No byte behind it is touched.
        bytes.extend(b"more");
        let mut rest = bytes.as_slice();
        prop_assert_eq!(snapshot::read(&mut rest).unwrap(), graph);
        prop_assert_eq!(rest, b"more");
    }

    #[test]
    fn a_flipped_bit_is_found(web in web(9, 40), at in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let mut bytes = written(&web.freeze());
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        prop_assert!(read(&bytes).is_err());
    }

    #[test]
    fn a_snapshot_that_was_cut_is_found(web in web(9, 40), at in any::<prop::sample::Index>()) {
        let bytes = written(&web.freeze());
        let cut = at.index(bytes.len());
        let is_truncated = matches!(
            read(&bytes[..cut]),
            Err(SnapshotError::Truncated { bytes }) if bytes == cut as u64
        );
        prop_assert!(is_truncated);
    }

    #[test]
    fn no_bytes_behind_a_true_head_make_the_reader_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..200),
        nodes in 0_u32..20,
        hops in 0_u32..20,
    ) {
        let mut file = b"\x89SDG\r\n\x1a\n\x01\0\0\0".to_vec();
        file.extend(nodes.to_le_bytes());
        file.extend(hops.to_le_bytes());
        file.extend(bytes);
        prop_assert!(read(&file).is_err());
    }
}

#[test]
fn another_kind_of_file_is_refused() {
    assert!(matches!(
        read(b"0 1\n1 2\n2 3\n"),
        Err(SnapshotError::Foreign)
    ));
    assert!(matches!(
        read(b""),
        Err(SnapshotError::Truncated { bytes: 0 })
    ));
}

#[test]
fn another_version_is_refused_and_named() {
    let mut bytes = written(&Frozen::build(1, []).unwrap());
    bytes[8] = 2;
    let refused = read(&bytes).unwrap_err();
    assert!(matches!(refused, SnapshotError::Version(2)));
    assert!(refused.to_string().contains("version 2"));
}

/// 48 GB are claimed, and nothing of the kind is allocated: the machine would not have them.
#[test]
fn claims_that_the_file_does_not_hold_take_no_memory() {
    let mut bytes = b"\x89SDG\r\n\x1a\n\x01\0\0\0".to_vec();
    bytes.extend(4_000_000_000_u32.to_le_bytes());
    bytes.extend(u32::MAX.to_le_bytes());
    assert!(matches!(
        read(&bytes),
        Err(SnapshotError::Truncated { bytes: 20 })
    ));
    bytes.splice(12..16, u32::MAX.to_le_bytes());
    assert!(matches!(
        read(&bytes),
        Err(SnapshotError::Damaged {
            fault: Damage::TooManyNodes,
            ..
        })
    ));
}

/// A checksum is no secret: what it fits is looked at all the same.
#[test]
fn a_hop_out_of_the_nodes_is_found_under_a_true_checksum() {
    let forge = |words: &[u32], labels: &[u8]| {
        let mut bytes = b"\x89SDG\r\n\x1a\n".to_vec();
        for word in words {
            bytes.extend(word.to_le_bytes());
        }
        bytes.extend(labels);
        read(&bytes).unwrap_err()
    };
    let damage = |error| match error {
        SnapshotError::Damaged { fault, .. } => fault,
        other => panic!("{other}"),
    };
    // Version, nodes, hops, starts, target.
    assert_eq!(
        damage(forge(&[1, 2, 1, 0, 1, 1, 2], &[0])),
        Damage::OutOfRange
    );
    assert_eq!(damage(forge(&[1, 2, 1, 0, 2, 1, 0], &[0])), Damage::Starts);
    assert_eq!(damage(forge(&[1, 2, 1, 1, 1, 1, 0], &[0])), Damage::Starts);
    assert_eq!(damage(forge(&[1, 2, 1, 0, 1, 0, 0], &[0])), Damage::Starts);
    assert_eq!(
        damage(forge(&[1, 2, 1, 0, 1, 1, 0], &[0xC0])),
        Damage::NoClass
    );
}
