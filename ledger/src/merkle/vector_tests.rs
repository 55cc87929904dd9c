//! The field's own vectors: transparency-dev's RFC 6962 probes, and a whole log of 15 entries.
#![expect(clippy::unwrap_used, reason = "tests may panic")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Deserialize;

use crate::{
    digest::{DIGEST_LEN, LeafHash, NodeHash, RootHash},
    merkle::{
        EntryBundle, TileEdge, TileSpan, TileWidth, append_bundles, bundles_between,
        verify_consistency, verify_inclusion,
    },
    position::{LeafIndex, TreeSize},
};

/// The shared vectors, or none on a machine that does not have them.
fn vectors(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/vectors").join(name);
    if !path.is_dir() {
        println!("skipped: {name} vectors are not here");
        return None;
    }
    Some(path)
}

/// All `.json` files below a folder.
fn json_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(json_files(&path));
        } else if path.extension().is_some_and(|ext| ext == "json") {
            files.push(path);
        }
    }
    files
}

/// The hash in a vector's field. One of another length is no hash: every decoder of ours refuses it.
fn hash(text: &str) -> Option<[u8; DIGEST_LEN]> {
    STANDARD.decode(text).unwrap().try_into().ok()
}

fn proof(hashes: &Option<Vec<String>>) -> Option<Vec<NodeHash>> {
    let hashes = hashes.iter().flatten();
    hashes.map(|text| hash(text).map(NodeHash::from_bytes)).collect()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Inclusion {
    leaf_idx: u64,
    tree_size: u64,
    root: String,
    leaf_hash: String,
    proof: Option<Vec<String>>,
    desc: String,
    want_err: bool,
}

impl Inclusion {
    fn holds(&self) -> bool {
        let parts = (|| {
            let index = LeafIndex::new(self.leaf_idx).ok()?;
            let size = TreeSize::new(self.tree_size).ok()?;
            let leaf = LeafHash::from_bytes(hash(&self.leaf_hash)?);
            Some((leaf, index, size, proof(&self.proof)?, RootHash::from_bytes(hash(&self.root)?)))
        })();
        parts.is_some_and(|(leaf, index, size, proof, root)| {
            verify_inclusion(leaf, index, size, &proof, root).is_ok()
        })
    }
}

#[test]
fn every_inclusion_vector_has_the_wanted_verdict() {
    let Some(folder) = vectors("merkle/inclusion") else { return };
    let files = json_files(&folder);
    for file in &files {
        let vector: Inclusion = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
        assert_eq!(vector.holds(), !vector.want_err, "{}: {}", file.display(), vector.desc);
    }
    assert_eq!(files.len(), 98);
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Consistency {
    size1: u64,
    size2: u64,
    root1: String,
    root2: String,
    proof: Option<Vec<String>>,
    desc: String,
    #[serde(rename = "wantErr")]
    want_err: bool,
}

impl Consistency {
    fn holds(&self) -> bool {
        let parts = (|| {
            let old_root = RootHash::from_bytes(hash(&self.root1)?);
            let new_root = RootHash::from_bytes(hash(&self.root2)?);
            let (old, new) = (TreeSize::new(self.size1).ok()?, TreeSize::new(self.size2).ok()?);
            Some((old, old_root, new, new_root, proof(&self.proof)?))
        })();
        parts.is_some_and(|(old, old_root, new, new_root, proof)| {
            verify_consistency(old, old_root, new, new_root, &proof).is_ok()
        })
    }
}

#[test]
fn every_consistency_vector_has_the_wanted_verdict() {
    let Some(folder) = vectors("merkle/consistency") else { return };
    let files = json_files(&folder);
    for file in &files {
        let vector: Consistency = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
        // One vector wants acceptance of equal roots that are 12 bytes long: no root of ours can be.
        let no_hashes = vector.desc == "sizes are equal (one) and proof is empty";
        let wanted = !vector.want_err && !no_hashes;
        assert_eq!(vector.holds(), wanted, "{}: {}", file.display(), vector.desc);
    }
    assert_eq!(files.len(), 98);
}

/// The root in the third line of a checkpoint.
fn checkpoint_root(log: &Path, size: u64) -> RootHash {
    let text = fs::read_to_string(log.join(format!("checkpoint.{size}"))).unwrap();
    RootHash::from_bytes(hash(text.lines().nth(2).unwrap()).unwrap())
}

fn tile_file(log: &Path, level: &str, width: u64) -> Vec<u8> {
    fs::read(log.join("tile").join(level).join(format!("000.p/{width}"))).unwrap()
}

#[test]
fn the_log_of_fifteen_entries_is_reproduced_byte_for_byte_one_by_one() {
    let Some(log) = vectors("tlog-15") else { return };
    let bundle = tile_file(&log, "entries", 15);
    let bundle = EntryBundle::parse(&bundle, TileWidth::new(15).unwrap()).unwrap();
    let mut edge = TileEdge::empty();
    let mut stored = Vec::new();
    assert_eq!(edge.root(), checkpoint_root(&log, 0));
    for (entry, size) in bundle.entries().iter().zip(1..) {
        let bundles = append_bundles(edge.size(), &stored, &[entry]).unwrap();
        let (next, tiles) = edge.append(&[LeafHash::of(entry)]).unwrap();
        assert_eq!(next.root(), checkpoint_root(&log, size));
        assert_eq!(
            tiles.iter().map(|t| t.id().to_string()).collect::<Vec<_>>(),
            [format!("0/000.p/{size}")]
        );
        assert_eq!(tiles[0].to_bytes(), tile_file(&log, "0", size));
        let span = TileSpan::new(0, TileWidth::new(size).unwrap()).unwrap();
        assert_eq!(bundles, [(span, tile_file(&log, "entries", size))]);
        edge = next;
        stored = tile_file(&log, "entries", size);
    }
    assert_eq!(edge.size().get(), 15);
}

#[test]
fn the_log_of_fifteen_entries_is_reproduced_from_any_size_to_any_larger() {
    let Some(log) = vectors("tlog-15") else { return };
    let all = tile_file(&log, "entries", 15);
    let all = EntryBundle::parse(&all, TileWidth::new(15).unwrap()).unwrap();
    for old in 0..15u64 {
        let size = TreeSize::new(old).unwrap();
        let edge = TileEdge::load(size, checkpoint_root(&log, old), |tile| {
            fs::read(log.join(format!("tile/{tile}")))
        });
        let edge = edge.unwrap();
        for new in old + 1..=15 {
            let entries = &all.entries()[old as usize..new as usize];
            let leaves: Vec<_> = entries.iter().map(|e| LeafHash::of(e)).collect();
            let (next, tiles) = edge.append(&leaves).unwrap();
            assert_eq!(next.root(), checkpoint_root(&log, new));
            assert_eq!(tiles[0].to_bytes(), tile_file(&log, "0", new));
            let spans: Vec<_> = bundles_between(size, next.size()).collect();
            assert_eq!(spans, [tiles[0].id().span()]);
        }
    }
}
