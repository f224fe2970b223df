"""Which questions of a longer form were asked on a shorter one, so that nobody answers twice.

Only where the words, the options and the time asked about are the same. PC-PTSD-5 and PCL-5, or
K6 and K10, resemble each other and still ask different things: nothing is carried between them.
"""

from collections.abc import Mapping
from types import MappingProxyType

from models.instruments.definition import ids

Answers = Mapping[str, int | None]

# Longer form to shorter forms, each with its items: id on the longer form to id on the shorter.
CARRIED: Mapping[str, Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "audit": {"audit-c": {item: item for item in ids(1, 3)}},
        "gad-7": {"gad-2": {item: item for item in ids(1, 2)}},
        "phq-8": {"phq-2": {item: item for item in ids(1, 2)}},
        "phq-9": {
            "phq-2": {item: item for item in ids(1, 2)},
            "phq-8": {item: item for item in ids(1, 8)},
        },
    }
)


def carried(code: str, answers_by_instrument: Mapping[str, Answers]) -> dict[str, int | None]:
    """The items of form `code` that shorter forms have settled, with their answers.

    "Prefer not to answer" (None) is an answer and is carried; what was never asked is not.
    """
    return {
        item: given[asked]
        for shorter, same in CARRIED.get(code, {}).items()
        if (given := answers_by_instrument.get(shorter)) is not None
        for item, asked in same.items()
        if asked in given
    }
