"""Reads a log over HTTP with nothing of this project: aics-tlog, an independent reader of C2SP logs.

    python3 check.py URL VKEY DIRECTORY

DIRECTORY holds the signed checkpoint of every published size, each in a file named by its size. For
each of them: the signature, every tile and entry bundle of that size, the inclusion proof of every
entry, and the consistency proof from every smaller published size. For the largest: the consistency
proof from every size, published or not. Exit code 0: all of it holds. 1: something does not.
"""

import sys
from multiprocessing import Pool
from pathlib import Path

from aics_tlog import (
    HttpTileReader,
    MerkleTree,
    VerifiedTileReader,
    audit_tiles,
    consistency_proof_from_tiles,
    inclusion_proof_from_tiles,
    parse_note,
    parse_vkey,
    tree_root_from_tiles,
    verify_checkpoint,
    verify_consistency,
    verify_leaf_inclusion,
)


class Wrong(Exception):
    """Something does not hold."""


def tree_of(message: bytes, vkey: str) -> tuple[int, bytes]:
    """Size and root of a checkpoint that the log signed."""
    key = parse_vkey(vkey)
    verified = verify_checkpoint(parse_note(message), key, expected_origin=key.name)
    if not verified.ok:
        raise Wrong(f"a checkpoint: {verified.error}")
    return verified.size, verified.root


def published(directory: str, vkey: str) -> list[tuple[int, bytes]]:
    trees = []
    for file in Path(directory).iterdir():
        size, root = tree_of(file.read_bytes(), vkey)
        if str(size) != file.name:
            raise Wrong(f"{file.name} is of size {size}")
        trees.append((size, root))
    if not trees:
        raise Wrong(f"no checkpoints in {directory}")
    return sorted(trees)


def check_extends(reader, tree: tuple[int, bytes], old: tuple[int, bytes]) -> None:
    proof = consistency_proof_from_tiles(reader, old[0], tree[0])
    if not verify_consistency(old[0], tree[0], old[1], tree[1], proof):
        raise Wrong(f"size {tree[0]} does not extend size {old[0]}")


def check_size(url: str, trees: list[tuple[int, bytes]]) -> tuple[int, int]:
    """Checks the last of some published trees, alone and against the others."""
    size, root = tree = trees[-1]
    files = HttpTileReader(url, proxies={})
    # Without the fallback to a full tile, which hides a partial one that is gone or wrong.
    audit_tiles(OwnWidths(files), size, root)
    reader = VerifiedTileReader(files, size, root)
    if tree_root_from_tiles(reader, size) != root:
        raise Wrong(f"the tiles of size {size} give another root")
    for index in range(size):
        proof = inclusion_proof_from_tiles(reader, index, size)
        if not verify_leaf_inclusion(reader.entry(index), index, size, proof, root):
            raise Wrong(f"entry {index} is not included at size {size}")
    for old in trees:
        check_extends(reader, tree, old)
    return size, len(trees)


class OwnWidths:
    """A reader that has each tile in the width that was asked for first."""

    def __init__(self, files: HttpTileReader) -> None:
        self.files = files
        self.asked: set[tuple] = set()

    def first(self, *place) -> None:
        if place in self.asked:
            raise Wrong(f"{place} was not there in its own width")
        self.asked.add(place)

    def read_tile(self, level: int, index: int, width: int | None) -> bytes | None:
        self.first("tile", level, index)
        return self.files.read_tile(level, index, width)

    def read_entry_bundle(self, index: int, width: int | None) -> bytes | None:
        self.first("bundle", index)
        return self.files.read_entry_bundle(index, width)


def check_every_size(url: str, tree: tuple[int, bytes]) -> int:
    """Checks consistency from each size there could have been, whose root the entries give."""
    size, root = tree
    reader = VerifiedTileReader(HttpTileReader(url, proxies={}), size, root)
    entries = MerkleTree(reader.entry(index) for index in range(size))
    for old in range(1, size + 1):
        check_extends(reader, tree, (old, entries.root(old)))
    return size


def work(task: tuple) -> tuple[int, int]:
    url, trees, every = task
    if every:
        return 0, check_every_size(url, trees[-1])
    return check_size(url, trees)


def main(url: str, vkey: str, directory: str) -> None:
    trees = published(directory, vkey)
    newest = tree_of(HttpTileReader(url, proxies={}).read_checkpoint(), vkey)
    if newest != trees[-1]:
        raise Wrong(f"the checkpoint is of size {newest[0]}, the last one published of {trees[-1][0]}")
    tasks = [(url, trees[: count + 1], False) for count in range(len(trees))]
    tasks.append((url, trees, True))
    with Pool() as pool:
        # The first that fails ends it.
        counts = list(pool.imap(work, tasks))
    inclusion, consistency = (sum(column) for column in zip(*counts, strict=True))
    print(f"{len(trees)} sizes, {inclusion} inclusion proofs, {consistency} consistency proofs")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        print(__doc__, file=sys.stderr)
        sys.exit(64)
    try:
        main(*sys.argv[1:])
    except (Wrong, ValueError, OSError) as error:
        print(f"check: {error}", file=sys.stderr)
        sys.exit(1)
