//! RFC 6962 Merkle trees: the hashes of the log, and of every other list that the ledger commits to.
//!
//! All verification in this project ends in [`verify_inclusion`] and [`verify_consistency`]: proofs
//! of exactly the right length, an index below the size, nothing left over. The whole tree is never
//! held: [`Edge`] keeps the right edge (a few dozen hashes), [`TileEdge`] the partial tiles that the
//! next batch continues, and everything else is read from tiles.
//!
//! | file | knows |
//! |---|---|
//! | `node` | complete subtrees, roots of ranges, where hashes come from |
//! | `inclusion`, `consistency` | the two proofs: made and verified |
//! | `edge` | appending leaves and the root of the tree so far |
//! | `tile`, `tile_text`, `tile_edge`, `bundle` | the C2SP tlog-tiles layout: coordinates, their text, appending, entry bundles |

mod bundle;
mod consistency;
mod edge;
mod inclusion;
mod node;
mod tile;
mod tile_edge;
mod tile_text;

#[cfg(test)]
mod oracle_tests;
#[cfg(test)]
mod vector_tests;

pub use bundle::{
    BundleError, EntryBundle, EntryTooLong, MAX_BUNDLE_LEN, MAX_STORED_ENTRY_LEN, append_bundles,
    bundles_between,
};
pub use consistency::{
    ConsistencyError, ConsistencyProof, MAX_CONSISTENCY_PROOF_LEN, prove_consistency,
    verify_consistency,
};
pub use edge::Edge;
pub use inclusion::{
    InclusionError, InclusionProof, MAX_INCLUSION_PROOF_LEN, prove_inclusion, root_from_inclusion,
    verify_inclusion,
};
pub use node::{
    HashSource, LeafSlice, NodeBeyondTree, NodeId, ProofTooLong, ProveError, root_of_leaves,
    tree_root,
};
pub use tile::{
    HASHES_PER_TILE, InvalidTile, Tile, TileId, TileSpan, TileWidth, WrongTileLength, tiles_between,
};
pub use tile_edge::{TileEdge, TileEdgeError};
pub use tile_text::{MAX_TILE_TEXT_LEN, TileTextError, decode_tile_number, encode_tile_number};
