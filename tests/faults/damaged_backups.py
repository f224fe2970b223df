"""Fifty and more ways in which a backup can be damaged, mixed up or forged."""

import gzip
from collections.abc import Callable, Mapping

from models.base import new_key
from tests.faults.bench import KEYS, MAIN
from tests.faults.damage import (
    Damage,
    bomb_behind_the_end,
    bomb_in_a_frame,
    bomb_in_the_preamble,
    bomb_of_zeros,
    change_frame,
    change_rows,
    cut,
    flip,
    forge_with_other_keys,
    frame_of_impossible_length,
    longer,
    lose_keys,
    lose_main,
    mix,
    mix_with_slip,
    other_digest,
    remake_slip,
    rewrite_preamble,
    seal_for_another,
    seal_in,
    swap,
    write,
)
from welfare.gateways.backup_frames import (
    MAGIC,
    Part,
)

FRAMES: Mapping[str, Callable[[list[bytes]], list[bytes]]] = {
    "a frame is left out": lambda frames: [*frames[:3], *frames[4:]],
    "a frame comes twice": lambda frames: [*frames[:3], frames[2], *frames[3:]],
    "two frames are exchanged": lambda frames: [*frames[:2], frames[3], frames[2], *frames[4:]],
    "the end is left out": lambda frames: frames[:-1],
    "rows follow the end": lambda frames: [*frames, frames[1]],
    "the header is left out": lambda frames: frames[1:],
    "a bit of a row is changed": lambda frames: [
        *frames[:2],
        frames[2][:60] + bytes([frames[2][60] ^ 1]) + frames[2][61:],
        *frames[3:],
    ],
}
CASES: Mapping[str, Damage] = {
    **{
        f"{part} cut at {where}": cut(part, where)
        for part in Part
        for where in (0, 1, 20, 100, 199, 250, 65_828, 0.3, 0.6, 0.9, -17, -1)
    },
    **{
        f"{part} flipped at {where}": flip(part, where)
        for part in Part
        for where in (0, 0.0001, 0.001, 0.01, 0.2, 0.4, 0.6, 0.8, 0.99, 0.99999)
    },
    **{f"{part} with more behind it": longer(part, b"more") for part in Part},
    "main twice over": lambda bench: bench.change(MAIN, lambda content: content * 2),
    "the two files swapped": swap,
    **{f"{part} of another run": mix(part) for part in Part},
    **{f"{part} of another run beside the slip": mix_with_slip(part) for part in Part},
    "no keys": lose_keys,
    "no main file": lose_main,
    "a text file": write(MAIN, b"Dear operator, this is a backup.\n"),
    "an SQLite file": write(MAIN, b"SQLite format 3\0" + bytes(8000)),
    "a gzip file without a seal": write(MAIN, gzip.compress(b"welfare-backup\n")),
    "sealed text": seal_in(MAIN, b"not packed"),
    "sealed nothing": seal_in(MAIN, b""),
    "sealed packed text": seal_in(MAIN, gzip.compress(b"welfare-something\n" * 1000)),
    "sealed packed beginning": seal_in(MAIN, gzip.compress(MAGIC)),
    "a preamble that is no JSON": seal_in(MAIN, gzip.compress(MAGIC + b"[]\n")),
    "keys that are text": seal_in(KEYS, gzip.compress(b"no keys here\n")),
    "sealed for another identity": seal_for_another,
    "of an older form": rewrite_preamble(form=0),
    "of a newer form": rewrite_preamble(form=2),
    "of another run by its preamble": rewrite_preamble(run=new_key().hex),
    "of another key file by its preamble": rewrite_preamble(keys="00" * 8),
    "a preamble with the other part": rewrite_preamble(part="keys"),
    "128 MiB of zeros": bomb_of_zeros,
    "128 MiB in the preamble": bomb_in_the_preamble,
    "128 MiB in a frame": bomb_in_a_frame,
    "a frame of impossible length": frame_of_impossible_length,
    "a second stream behind the end": bomb_behind_the_end,
    "a whole forgery with other keys": forge_with_other_keys,
    **{
        name: lambda bench, change=change: bench.reframe(MAIN, change)
        for name, change in FRAMES.items()
    },
    "one event of the trail too few": change_rows("audit_event", lambda rows: rows[:-1]),
    "one event of the trail twice": change_rows("audit_event", lambda rows: [*rows, rows[0]]),
    "one person too few": change_rows("person", lambda rows: rows[1:]),
    "one key too few": change_rows("person_key", lambda rows: rows[1:]),
    "a row of another shape": change_rows("mission", lambda rows: [b"[1, 2]"]),
    "a row that is no JSON": change_rows("mission", lambda rows: [b"hello"]),
    "a name changed": change_rows(
        "mission", lambda rows: [row.replace(b"River", b"Ocean") for row in rows]
    ),
    "a sealed value changed": change_rows(
        "identity", lambda rows: [row.replace(b"A", b"B", 1) for row in rows]
    ),
    "an unknown table": change_frame(b"Rmission", "mission", "omission"),
    "a table too many in the header": change_frame(b"H", '"name": "mission"', '"name": "omission"'),
    "an unknown kind of column": change_frame(b"H", '"moment"', '"moon"'),
    "a newer version of the tables": change_frame(b"H", '"revision": "0', '"revision": "9'),
    "an impossible version of the tables": change_frame(b"H", '"revision": "0', '"revision": "/'),
    "keys of another site": change_frame(b"H", '"site": "0', '"site": "f', KEYS),
    "keys that are older": change_frame(b"H", '"made_at": "2', '"made_at": "1', KEYS),
    "a manifest with other digests": change_frame(b"E", '"site": [1, "', '"site": [1, "0'),
    "a slip with another digest of main": remake_slip(other_digest(MAIN)),
    "a slip with another digest of keys": remake_slip(other_digest(KEYS)),
    "a slip that is cut off": remake_slip(lambda text: text[:-20]),
    "a slip that is a list": remake_slip(lambda _: "[]"),
}
# What the operator reads, where the sentence matters most.
SENTENCES: Mapping[str, str] = {
    "the two files swapped": "have been swapped",
    "keys of another run": "belongs to another backup",
    "keys of another run beside the slip": "is not the file that",
    "of an older form": "reads form 1",
    "of another key file by its preamble": "made with another key file",
    "sealed for another identity": "for another identity",
    "no keys": "--keys-file",
    "128 MiB of zeros": "not a backup of this program",
    "a whole forgery with other keys": "was changed after it was made",
    "a frame is left out": "was changed after it was made",
    "one event of the trail too few": "more or fewer rows than it says",
    "one event of the trail twice": "do not fit together",
    "one key too few": "more or fewer rows than it says",
    "a name changed": "rows of mission are not those of the backup",
    "a newer version of the tables": "made by a newer version",
    "keys of another site": "belong to another site",
    "keys that are older": "older than the backup",
}
