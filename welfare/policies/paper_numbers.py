"""The number on a printed form: without signs that look alike, with one that catches slips.

The eight values, each times its place, add up to a multiple of a prime. So one wrong sign, or two
that changed places, never give another number.
"""

import secrets

SIGNS = "234679ACDEFHJKMNPQRTWXY"  # 23 of them, a prime; none is taken for another
DRAWN = 7
LENGTH = DRAWN + 1  # the last one checks the others
GROUP = 4


def new_number() -> str:
    """Drawn, so that nobody can count on to the next form."""
    return with_check("".join(secrets.choice(SIGNS) for _ in range(DRAWN)))


def with_check(drawn: str) -> str:
    """These signs with the one that checks them, in two groups."""
    prime = len(SIGNS)
    check = -_weighed(drawn) * pow(LENGTH, -1, prime) % prime
    return _grouped(drawn + SIGNS[check])


def read_number(text: str) -> str | None:
    """A number as it was typed, whatever its case and gaps; None if there is a slip in it."""
    signs = "".join(sign for sign in text.upper() if sign not in " -\N{EN DASH}")
    if len(signs) != LENGTH or not set(signs) <= set(SIGNS):
        return None
    return _grouped(signs) if _weighed(signs) % len(SIGNS) == 0 else None


def _weighed(signs: str) -> int:
    return sum(place * SIGNS.index(sign) for place, sign in enumerate(signs, start=1))


def _grouped(signs: str) -> str:
    return f"{signs[:GROUP]}-{signs[GROUP:]}"
