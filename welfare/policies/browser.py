"""From where somebody comes: what a request tells about the browser, as plain values."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Browser:
    """`token` and `known` are what its cookies hold; `kind` is coarse, such as "Firefox, Android".

    `known` is the token of a browser in which somebody has signed in before.
    """

    network: str = ""
    token: str = ""
    known: str = ""
    kind: str | None = None
