"""Recomputes a spot check's sample with nothing of this project: hashlib, and cryptography for Ed25519.

    python3 sample.py POPULATION LOG TRUST

POPULATION is the file of `issuer sample fix --out`, LOG the directory of the public log, TRUST the
trust file. Prints the round, how many rounds were missed, and the indices in the order of their rank.
Exit code 1: something does not hold.
"""

import base64
import json
import sys
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ISSUANCE, ANCHOR, HEAD, POPULATION = 2, 5, 6, 1


def cbor(data: bytes, at: int = 0):
    """One item of the few kinds that occur, and where it ends."""
    major, more = data[at] >> 5, data[at] & 31
    at += 1
    if major == 7:
        return None, at
    if more < 24:
        value = more
    else:
        width = 1 << (more - 24)
        value, at = int.from_bytes(data[at : at + width], "big"), at + width
    if major == 0:
        return value, at
    if major == 1:
        return -1 - value, at
    if major in (2, 3):
        raw = data[at : at + value]
        return (raw if major == 2 else raw.decode()), at + value
    if major == 4:
        items = []
        for _ in range(value):
            item, at = cbor(data, at)
            items.append(item)
        return items, at
    raise ValueError(f"CBOR of major type {major}")


def entries(log: Path, size: int) -> list[bytes]:
    found = []
    for number in range((size + 255) // 256):
        name = f"{number % 1000:03}"
        while number >= 1000:
            number //= 1000
            name = f"x{number % 1000:03}/{name}"
        width = min(256, size - len(found))
        path = log / "tile/entries" / name
        data = (path if width == 256 else Path(f"{path}.p") / str(width)).read_bytes()
        at = 0
        while at < len(data):
            length = int.from_bytes(data[at : at + 2], "big")
            found.append(data[at + 2 : at + 2 + length])
            at += 2 + length
    return found


def root(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1."""
    if len(leaves) == 1:
        return sha256(b"\0" + leaves[0]).digest()
    half = 1 << ((len(leaves) - 1).bit_length() - 1)
    return sha256(b"\1" + root(leaves[:half]) + root(leaves[half:])).digest()


def note(path: Path, log: list[bytes]) -> tuple[str, int, dict]:
    """Text, size and signatures of a checkpoint of this tree."""
    text, lines = path.read_text().split("\n\n", 1)
    _, size, stated = text.split("\n")
    if base64.b64decode(stated) != root(log[: int(size)]):
        raise ValueError(f"{path} is of another tree")
    signatures = {}
    for line in lines.splitlines():
        _, name, signature = line.split(" ")
        raw = base64.b64decode(signature)
        signatures[name, raw[:4].hex()] = raw[4:]
    return text + "\n", int(size), signatures


def main(population: str, log: str, trust: str) -> None:
    file, log = json.loads(Path(population).read_text()), Path(log)
    record = base64.b64decode(file["record"])
    (_, _, fixed_at, announced, witness, wanted, indices), end = cbor(record)
    size = int((log / "checkpoint").read_text().split("\n")[1])
    tree = entries(log, size)
    note(log / "checkpoint", tree)

    anchor, _ = cbor(tree[file["anchor"]])
    if end != len(record) or anchor != [ANCHOR, POPULATION, sha256(record).digest()]:
        raise ValueError("the anchor commits to something else")
    if not fixed_at <= file["anchor"] <= announced - 2 or indices[-1] >= fixed_at:
        raise ValueError("fixed too late")
    if witness not in Path(trust).read_text():
        raise ValueError("the trust file does not name this witness")
    name, key_id, key = witness.split("+", 2)
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(key)[1:])

    missed, issued, own_batch = 0, False, True
    for index in range(file["anchor"] + 1, size):
        kind = cbor(tree[index])[0][0]
        issued = issued or kind == ISSUANCE
        if kind != HEAD:
            continue
        is_round = issued and not own_batch and index + 1 >= announced
        issued, own_batch = False, False
        if not is_round:
            continue
        text, of_size, signatures = note(log / "checkpoints" / str(index + 1), tree)
        cosignature = signatures.get((name, key_id))
        if of_size != index + 1:
            raise ValueError("a checkpoint of another size")
        if cosignature is None:
            missed += 1
            continue
        time = int.from_bytes(cosignature[:8], "big")
        key.verify(cosignature[8:], f"cosignature/v1\ntime {time}\n{text}".encode())
        seed = sha256(cosignature).digest()
        ranked = sorted(indices, key=lambda one: sha256(seed + one.to_bytes(8, "big")).digest())
        print(json.dumps({"round": index + 1, "missed": missed, "indices": ranked[:wanted]}))
        return
    raise ValueError("there is no round yet")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Exception as error:  # whatever fails, the sample is not confirmed
        print(f"sample: {type(error).__name__} {error}", file=sys.stderr)
        sys.exit(1)
