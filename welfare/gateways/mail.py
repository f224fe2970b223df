"""Sending mail: the port, a folder to drop letters in (the default), and a real mail server."""

import os
import re
import smtplib
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from pathlib import Path
from typing import Protocol

SECONDS_TO_WAIT = 5
LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
# What a browser's e-mail field takes (WHATWG HTML, "valid email address").
ADDRESS = re.compile(rf"[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{LABEL}(?:\.{LABEL})*")


class MailNotSent(Exception):
    """The letter did not leave. It stays in the outbox and is tried again."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A neutral letter. `message_id` stays the same when it is sent again after a crash."""

    to: str
    subject: str
    body: str
    message_id: str


def is_address(text: str) -> bool:
    """Can mail be sent there? The library for letters stumbles over much else."""
    return ADDRESS.fullmatch(text) is not None


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


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    host: str
    port: int
    sender: str

    def send(self, letter: Letter) -> None:
        message = _message(letter, self.sender)
        try:
            with smtplib.SMTP(self.host, self.port, timeout=SECONDS_TO_WAIT) as post_office:
                post_office.send_message(message)
        except (OSError, smtplib.SMTPException):
            raise MailNotSent("the mail server did not take the letter") from None


def _message(letter: Letter, sender: str) -> EmailMessage:
    if not is_address(letter.to):
        raise MailNotSent("the recipient has no usable address")
    message = EmailMessage(policy=SMTP_POLICY)
    message["From"], message["To"] = sender, letter.to
    message["Subject"], message["Message-ID"] = letter.subject, letter.message_id
    message.set_content(letter.body)
    return message
