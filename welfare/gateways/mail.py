"""Sending mail: the port, a folder to drop letters in (the default), and a real mail server."""

import os
import re
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from enum import StrEnum
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit

SECONDS_TO_WAIT = 5
LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
# What a browser's e-mail field takes (WHATWG HTML, "valid email address").
ADDRESS = re.compile(rf"[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{LABEL}(?:\.{LABEL})*")


# What a mail server says of an address that does not exist or takes no mail (RFC 5321, 4.2.3).
# Its other refusals, and those of policy (5.7), may be about us: then no address is at fault.
REFUSED = frozenset({550, 551, 553})
POLICY = b"5.7."


class MailNotSent(Exception):
    """The letter did not leave. It stays in the outbox and is tried again."""


class MailRefused(MailNotSent):
    """The recipient's own address was refused, for good: trying again is of no use."""


class Safety(StrEnum):
    """How the way to a mail server is guarded."""

    NONE = "smtp"
    STARTTLS = "smtp+starttls"
    TLS = "smtps"


USUAL_PORT: Mapping[Safety, int] = {Safety.NONE: 25, Safety.STARTTLS: 587, Safety.TLS: 465}


@dataclass(frozen=True, slots=True)
class Letter:
    """A neutral letter. `message_id` stays the same when it is sent again after a crash."""

    to: str
    subject: str
    body: str
    message_id: str


@dataclass(frozen=True, slots=True)
class PostOffice:
    """Where a mail server is and as whom we come to it; an empty user signs in as nobody."""

    host: str
    port: int
    safety: Safety = Safety.NONE
    user: str = ""


def is_address(text: str) -> bool:
    """Can mail be sent there? The library for letters stumbles over much else."""
    return ADDRESS.fullmatch(text) is not None


def post_office(where: str) -> PostOffice | None:
    """From smtp://HOST:PORT and its like; None if it is no such address or holds a password."""
    try:
        parts = urlsplit(where)
        port = parts.port  # asking for it raises ValueError for what is no port
    except ValueError:
        return None
    if parts.scheme not in list(Safety) or not _is_bare(parts) or port == 0:
        return None
    safety = Safety(parts.scheme)
    user = unquote(parts.username or "")
    return PostOffice(parts.hostname or "", port or USUAL_PORT[safety], safety, user)


class Mailer(Protocol):
    def send(self, letter: Letter) -> None:
        """Hand the letter over for good, or raise MailNotSent."""


@dataclass(frozen=True, slots=True)
class FolderMailer:
    """Drops each letter as a file, for sites without a mail server and for trying out."""

    folder: Path
    sender: str

    def send(self, letter: Letter) -> None:
        name = letter.message_id.strip("<>").split("@")[0]
        message = _message(letter, self.sender)
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            waiting = self.folder / f".{name}.part"
            with waiting.open("wb") as file:
                file.write(bytes(message))
                file.flush()
                os.fsync(file.fileno())  # handed over for good, also if the power fails now
            waiting.replace(self.folder / f"{name}.eml")  # a reader never sees half a letter
        except OSError:
            raise MailNotSent("the outbox folder cannot be written") from None

    def greet(self) -> None:
        """Raises MailNotSent where no letter could be dropped."""
        place = next(each for each in (self.folder, *self.folder.parents) if each.exists())
        if not place.is_dir() or not os.access(place, os.W_OK):
            raise MailNotSent("the outbox folder cannot be written")


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """`trust` says whose certificates are believed; without it, those the system believes."""

    office: PostOffice
    sender: str
    password: str = field(default="", repr=False)
    trust: ssl.SSLContext | None = field(default=None, repr=False)

    def send(self, letter: Letter) -> None:
        message = _message(letter, self.sender)
        try:
            with self._opened() as server:
                self._sign_in(server)
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as refused:
            raise _refusal(refused) from None
        except (OSError, ValueError, smtplib.SMTPException):  # ValueError: it spoke no mail
            raise MailNotSent("the mail server did not take the letter") from None

    def greet(self) -> None:
        """Come in and leave again without a letter. Raises MailNotSent."""
        try:
            with self._opened() as server:
                self._sign_in(server)
                server.noop()
        except (OSError, ValueError, smtplib.SMTPException):
            raise MailNotSent("the mail server does not greet or refuses the sign-in") from None

    def _opened(self) -> smtplib.SMTP:
        if self.office.safety is not Safety.TLS:
            return smtplib.SMTP(self.office.host, self.office.port, timeout=SECONDS_TO_WAIT)
        return smtplib.SMTP_SSL(
            self.office.host, self.office.port, timeout=SECONDS_TO_WAIT, context=self._trusting()
        )

    def _sign_in(self, server: smtplib.SMTP) -> None:
        """Never a word of ours before the way is safe: a server without TLS is refused."""
        if self.office.safety is Safety.STARTTLS:
            server.starttls(context=self._trusting())
        if self.office.user:
            server.login(self.office.user, self.password)

    def _trusting(self) -> ssl.SSLContext:
        return self.trust or ssl.create_default_context()


def _refusal(refused: smtplib.SMTPRecipientsRefused) -> MailNotSent:
    answers = refused.recipients.values()
    if all(code in REFUSED and POLICY not in words for code, words in answers):
        return MailRefused("the mail server does not know the recipient")
    return MailNotSent("the mail server did not take the letter")


def _is_bare(parts: SplitResult) -> bool:
    """A host, perhaps a user, and nothing else."""
    return (
        bool(parts.hostname)
        and parts.password is None
        and parts.path in ("", "/")
        and not parts.query
        and not parts.fragment
        and ("@" not in parts.netloc or bool(parts.username))
    )


def _message(letter: Letter, sender: str) -> EmailMessage:
    if not is_address(letter.to):
        raise MailRefused("the recipient has no usable address")
    message = EmailMessage(policy=SMTP_POLICY)
    message["From"], message["To"] = sender, letter.to
    message["Subject"], message["Message-ID"] = letter.subject, letter.message_id
    message.set_content(letter.body)
    return message
