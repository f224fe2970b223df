"""Sealing to a key that is kept offline (the age format): what leaves the machine stays shut.

The site knows only public keys (`age1…`). What they seal is opened with the identity
(`AGE-SECRET-KEY-1…`) that lies in a safe. Each 64 KiB is authenticated, and so is the end.
"""

import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Protocol, TypeAlias

import pyrage
from pyrage import x25519

IDENTITY_MARK = "AGE-SECRET-KEY-1"
LONGEST_IDENTITY_FILE = 64 * 1024
Identity: TypeAlias = x25519.Identity
Recipient: TypeAlias = x25519.Recipient


class OfflineSealProblem(Exception):
    """Something cannot be sealed or opened; the sentence is for the operator."""


class Sink(Protocol):
    """Takes plaintext as it is opened. It is worth nothing until `open_stream` has returned."""

    def write(self, content: bytes, /) -> object: ...


def recipient(text: str) -> Recipient:
    """One public key. Raises OfflineSealProblem."""
    try:
        return Recipient.from_str(text.strip())
    except pyrage.RecipientError:
        raise OfflineSealProblem(
            "A public key for backups is not valid. It starts with age1; "
            "`age-keygen` prints it beside the secret identity."
        ) from None


def recipients(listed: str) -> tuple[Recipient, ...]:
    """The public keys of a setting, separated by commas. Raises OfflineSealProblem."""
    return tuple(recipient(each) for each in listed.split(",") if each.strip())


def new_identity() -> Identity:
    return Identity.generate()


def identity(text: str) -> Identity:
    """One secret identity. Raises OfflineSealProblem, and never repeats what it was given."""
    try:
        return Identity.from_str(text.strip())
    except pyrage.IdentityError:
        raise OfflineSealProblem(
            "This is not an identity. One line of it starts with AGE-SECRET-KEY-1."
        ) from None


def read_identities(path: Path) -> tuple[Identity, ...]:
    """The identities in a file as `age-keygen` writes it. Raises OfflineSealProblem."""
    try:
        with path.open("rb") as file:
            content = file.read(LONGEST_IDENTITY_FILE).decode()
    except (OSError, UnicodeDecodeError):
        raise OfflineSealProblem(f"The identity file {path} cannot be read.") from None
    lines = [line.strip() for line in content.splitlines()]
    found = tuple(identity(line) for line in lines if line.startswith(IDENTITY_MARK))
    if not found:
        raise OfflineSealProblem(
            f"There is no identity in {path}. One line of it starts with AGE-SECRET-KEY-1."
        )
    return found


def seal_bytes(plain: bytes, *, to: Sequence[Recipient]) -> bytes:
    """For small things. Raises OfflineSealProblem if there is nobody to seal to."""
    sealed = io.BytesIO()
    seal_stream([plain], sealed, to=to)
    return sealed.getvalue()


def open_bytes(sealed: bytes, *, using: Sequence[Identity]) -> bytes:
    """All of it, or OfflineSealProblem."""
    plain = io.BytesIO()
    open_stream(io.BytesIO(sealed), plain, using=using)
    return plain.getvalue()


def seal_stream(pieces: Iterable[bytes], target: Sink, *, to: Sequence[Recipient]) -> None:
    """Seal the pieces in order, holding one at a time. Errors of either side come through."""
    if not to:
        raise OfflineSealProblem("There is no public key to seal to.")
    source, drain = _Source(pieces), _Drain(target)
    try:
        pyrage.encrypt_io(source, drain, list(to))
    except (pyrage.EncryptError, OSError):
        _raise_own(source, drain)
        raise OfflineSealProblem("This could not be sealed.") from None


def open_stream(source: BinaryIO, target: Sink, *, using: Sequence[Identity]) -> None:
    """Hand the plaintext to the target, piece by piece. Raises OfflineSealProblem.

    Whoever calls this throws away what the target has got if it does not return: a file
    that was cut off or changed shows only when its end is reached.
    """
    given, drain = _Reader(source), _Drain(target)
    try:
        pyrage.decrypt_io(given, drain, list(using))
    except (pyrage.DecryptError, OSError) as problem:
        _raise_own(given, drain)
        if "No matching keys" in str(problem):
            raise OfflineSealProblem("This was sealed for another identity.") from None
        raise OfflineSealProblem("This is damaged, cut off, or was never sealed.") from None


class _Stream(io.RawIOBase):
    """Remembers what went wrong on our side: the library keeps only its words."""

    problem: BaseException | None = None


class _Source(_Stream):
    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces: Iterator[bytes] = iter(pieces)
        self._left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes; empty only at the end."""
        try:
            while not self._left:
                self._left = memoryview(next(self._pieces))
        except StopIteration:
            return b""
        except BaseException as problem:
            self.problem = problem
            raise
        taken = self._left if size < 0 else self._left[:size]
        self._left = self._left[len(taken) :]
        return bytes(taken)


class _Reader(_Stream):
    def __init__(self, source: BinaryIO) -> None:
        self._source = source

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        try:
            return self._source.read(size)
        except BaseException as problem:
            self.problem = problem
            raise


class _Drain(_Stream):
    """Stays open when the library is done with it: the caller has to flush the target."""

    def __init__(self, target: Sink) -> None:
        self._target = target

    def writable(self) -> bool:
        return True

    def write(self, content: bytes, /) -> int:  # type: ignore[override]
        try:
            self._target.write(content)
        except BaseException as problem:
            self.problem = problem
            raise
        return len(content)


def _raise_own(*streams: _Stream) -> None:
    for stream in streams:
        if stream.problem is not None:
            raise stream.problem
