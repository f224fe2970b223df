"""Kinds of damage to a backup: cut, flipped, swapped, blown up, forged."""

import gzip
import json
import zlib
from collections.abc import Callable

from models.base import new_key
from tests.faults.bench import KEYS, MAIN, Bench, unpacked
from welfare.gateways.backup_frames import (
    DIGEST_BYTES,
    LENGTH_BYTES,
    LONGEST_FRAME,
    MAGIC,
    Part,
    Preamble,
    fingerprint,
    packed,
)
from welfare.gateways.offline_seal import new_identity, open_bytes, seal_bytes

BOMB = 128  # times 1 MiB
Damage = Callable[[Bench], None]


def cut(part: Part, where: float) -> Damage:
    """`where`: from the start, from the end, or as a share."""

    def damage(bench: Bench) -> None:
        size = bench.file(part).stat().st_size
        kept = int(size * where) if 0 < where < 1 else int(where)
        bench.change(part, lambda content: content[:kept])

    return damage


def flip(part: Part, where: float) -> Damage:
    def damage(bench: Bench) -> None:
        place = int(bench.file(part).stat().st_size * where)

        def flipped(content: bytes) -> bytes:
            return content[:place] + bytes([content[place] ^ 0x10]) + content[place + 1 :]

        bench.change(part, flipped)

    return damage


def longer(part: Part, tail: bytes) -> Damage:
    return lambda bench: bench.change(part, lambda content: content + tail)


def swap(bench: Bench) -> None:
    bench.without_slip()
    main, keys = bench.file(MAIN).read_bytes(), bench.file(KEYS).read_bytes()
    bench.file(MAIN).write_bytes(keys)
    bench.file(KEYS).write_bytes(main)


def mix(part: Part) -> Damage:
    return lambda bench: bench.change(part, lambda _: bench.other.path(part).read_bytes())


def mix_with_slip(part: Part) -> Damage:
    def damage(bench: Bench) -> None:
        bench.file(part).write_bytes(bench.other.path(part).read_bytes())

    return damage


def lose_keys(bench: Bench) -> None:
    bench.without_slip()
    bench.file(KEYS).unlink()


def lose_main(bench: Bench) -> None:
    bench.file(MAIN).unlink()


def write(part: Part, content: bytes) -> Damage:
    return lambda bench: bench.change(part, lambda _: content)


def seal_in(part: Part, content: bytes) -> Damage:
    return lambda bench: bench.reseal(part, content)


def seal_for_another(bench: Bench) -> None:
    bench.without_slip()
    plain = open_bytes(bench.file(MAIN).read_bytes(), using=[bench.vault.identity])
    bench.file(MAIN).write_bytes(seal_bytes(plain, to=[new_identity().to_public()]))


def rewrite_preamble(**changes: object) -> Damage:
    def damage(bench: Bench) -> None:
        plain = bench.plain(MAIN)
        end = plain.index(b"\n", len(MAGIC)) + 1
        said = json.loads(plain[len(MAGIC) : end]) | changes
        begin = MAGIC + json.dumps(said).encode() + b"\n"
        bench.reseal(MAIN, gzip.compress(begin + plain[end:]))

    return damage


def preamble_alone(bench: Bench, tail: bytes = b"") -> bytes:
    return Preamble(MAIN, new_key()).written(bench.keys) + tail


def bomb_of_zeros(bench: Bench) -> None:
    """128 MiB, 128 KiB packed."""
    bench.reseal(MAIN, _squeezed(b"", bytes(2**20), BOMB))


def bomb_in_the_preamble(bench: Bench) -> None:
    bench.reseal(MAIN, _squeezed(MAGIC, b" " * 2**20, BOMB))


def bomb_in_a_frame(bench: Bench) -> None:
    length = LONGEST_FRAME.to_bytes(LENGTH_BYTES)
    bench.reseal(MAIN, _squeezed(preamble_alone(bench) + length, bytes(2**20), BOMB))


def frame_of_impossible_length(bench: Bench) -> None:
    bench.reseal(MAIN, gzip.compress(preamble_alone(bench, b"\xff" * 4 + bytes(100))))


def bomb_behind_the_end(bench: Bench) -> None:
    packed_up = open_bytes(bench.file(MAIN).read_bytes(), using=[bench.vault.identity])
    bench.reseal(MAIN, packed_up.rstrip(b"\0") + b"\0\0\0\0" + gzip.compress(bytes(2**20)))


def forge_with_other_keys(bench: Bench) -> None:
    """A whole, well-formed backup by somebody who knows everything but the key file."""
    begin, frames = bench._frames(MAIN)
    bodies = [frame[LENGTH_BYTES:-DIGEST_BYTES] for frame in frames]
    run = Preamble(MAIN, type(new_key())(json.loads(begin[len(MAGIC) :])["run"]))
    forged = unpacked(b"".join(packed(run, bodies, keys=bench.other_keys)))
    mine, theirs = fingerprint(bench.keys), fingerprint(bench.other_keys)
    bench.reseal(MAIN, gzip.compress(forged.replace(theirs.encode(), mine.encode(), 1)))


def change_rows(table: str, change: Callable[[list[bytes]], list[bytes]]) -> Damage:
    """Every digest of the chain is made anew; the manifest stays."""
    begin = b"R" + table.encode() + b"\n"

    def changed(bodies: list[bytes]) -> list[bytes]:
        done = []
        for body in bodies:
            rows = change(body.removeprefix(begin).split(b"\n")) if body.startswith(begin) else None
            if rows is None:
                done.append(body)
            elif rows:
                done.append(begin + b"\n".join(rows))
        return done

    return lambda bench: bench.remake(KEYS if table == "person_key" else MAIN, changed)


def change_frame(kind: bytes, old: str, new: str, part: Part = MAIN) -> Damage:
    def changed(bodies: list[bytes]) -> list[bytes]:
        assert any(old.encode() in body for body in bodies if body.startswith(kind))
        return [
            body.replace(old.encode(), new.encode(), 1) if body.startswith(kind) else body
            for body in bodies
        ]

    return lambda bench: bench.remake(part, changed)


def remake_slip(change: Callable[[str], str]) -> Damage:
    def damage(bench: Bench) -> None:
        bench.backup.slip_path.write_text(change(bench.backup.slip_path.read_text()))

    return damage


def other_digest(part: Part) -> Callable[[str], str]:
    def change(text: str) -> str:
        said = json.loads(text)
        said["files"][part][1] = "0" * 64
        return json.dumps(said)

    return change


def _squeezed(begin: bytes, piece: bytes, times: int) -> bytes:
    squeeze = zlib.compressobj(1, zlib.DEFLATED, 31)
    out = [squeeze.compress(begin)]
    out += [squeeze.compress(piece) for _ in range(times)]
    return b"".join([*out, squeeze.flush()])
