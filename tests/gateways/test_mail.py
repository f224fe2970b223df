"""Sending mail: into a folder, to a real mail server, and to none at all."""

import email.policy
import socket
import stat
import threading

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from welfare.gateways.mail import (
    FolderMailer,
    Letter,
    MailNotSent,
    PostOffice,
    Safety,
    SmtpMailer,
    is_address,
    post_office,
)

LETTER = Letter(
    "noor@example.org", "You have a message", "Please sign in.\n", "<7@welfare.invalid>"
)
SENDER = "welfare@site.example"


class Postbox:
    """A mail server on this machine that keeps what it is given, or refuses it."""

    def __init__(self):
        self.letters, self.answer = [], "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - the library's name
        if self.answer.startswith("250"):
            self.letters.append(envelope)
        return self.answer


class Here(Controller):
    """Knows the port that the system gave it."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()

    def factory(self):
        return SMTP(self.handler, hostname="localhost")


@pytest.fixture
def postbox():
    return Postbox()


@pytest.fixture
def server(postbox):
    running = Here(postbox, hostname="127.0.0.1", port=0)
    running.start()
    yield running
    running.stop()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_a_letter_reaches_a_real_mail_server(server, postbox):
    SmtpMailer(PostOffice("127.0.0.1", server.port), SENDER).send(LETTER)

    (envelope,) = postbox.letters
    message = email.message_from_bytes(envelope.content, policy=email.policy.default)
    assert (envelope.mail_from, envelope.rcpt_tos) == (SENDER, ["noor@example.org"])
    assert (message["From"], message["To"]) == (SENDER, "noor@example.org")
    assert (message["Subject"], message["Message-ID"]) == (LETTER.subject, LETTER.message_id)
    assert message.get_content().strip() == "Please sign in."


@pytest.mark.parametrize("answer", ["451 later", "550 no such user", "554 no"])
def test_a_letter_that_the_server_refuses_has_not_left(server, postbox, answer):
    postbox.answer = answer

    with pytest.raises(MailNotSent):
        SmtpMailer(PostOffice("127.0.0.1", server.port), SENDER).send(LETTER)


def test_a_letter_to_a_dead_server_has_not_left():
    with pytest.raises(MailNotSent):
        SmtpMailer(PostOffice("127.0.0.1", free_port()), SENDER).send(LETTER)


def test_a_letter_to_something_that_is_no_mail_server_has_not_left():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(5)
        mailer = SmtpMailer(PostOffice("127.0.0.1", listening.getsockname()[1]), SENDER)
        said = hung_up_on(listening, mailer)

    assert said == "the mail server did not take the letter"


def hung_up_on(listening, mailer):
    def hang_up():
        connection, _ = listening.accept()
        connection.close()

    thread = threading.Thread(target=hang_up)
    thread.start()
    with pytest.raises(MailNotSent) as stopped:
        mailer.send(LETTER)
    thread.join()
    return str(stopped.value)


@pytest.mark.parametrize(
    ("where", "office"),
    [
        ("smtp://mail.example", PostOffice("mail.example", 25)),
        ("smtp://mail.example:2525/", PostOffice("mail.example", 2525)),
        ("smtp://[::1]:25", PostOffice("::1", 25)),
        ("smtp+starttls://mail.example", PostOffice("mail.example", 587, Safety.STARTTLS)),
        (
            "smtp+starttls://care%40force.example@mail.example:588",
            PostOffice("mail.example", 588, Safety.STARTTLS, "care@force.example"),
        ),
        ("smtps://post@mail.example", PostOffice("mail.example", 465, Safety.TLS, "post")),
        ("smtps://post:secret@mail.example", None),
        ("file:outbox", None),
        ("smtp://", None),
    ],
)
def test_a_mail_address_says_where_how_safe_and_as_whom(where, office):
    assert post_office(where) == office


def test_the_folder_can_be_asked_whether_it_would_take_a_letter(tmp_path):
    FolderMailer(tmp_path / "not" / "yet", SENDER).greet()
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "outbox").write_text("a file where the folder should be")

    with pytest.raises(MailNotSent):
        FolderMailer(tmp_path / "outbox", SENDER).greet()


def test_a_letter_is_dropped_as_a_whole_file_for_its_owner_only(tmp_path):
    folder = tmp_path / "var" / "outbox"

    FolderMailer(folder, SENDER).send(LETTER)

    (file,) = folder.iterdir()
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert file.name == "7.eml"
    assert message["To"] == "noor@example.org"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_letter_dropped_again_takes_the_place_of_the_first(tmp_path):
    mailer = FolderMailer(tmp_path, SENDER)

    mailer.send(LETTER)
    mailer.send(LETTER)

    assert len(list(tmp_path.iterdir())) == 1


def test_a_folder_that_cannot_be_written_keeps_the_letter_waiting(tmp_path):
    (tmp_path / "outbox").write_text("a file where the folder should be")

    with pytest.raises(MailNotSent):
        FolderMailer(tmp_path / "outbox", SENDER).send(LETTER)


UNUSABLE = [
    "",
    " ",
    "noor",
    "noor@",
    "@example.org",
    "a@b@c",
    "a b@c",
    "a@[",
    "<a@b>",
    '"a"@b',
    "a,b@c",
    "a@b\nBcc: x@y",
    "a@b\r\n",
    "a@b\x00",
    "\udc80@x",
    "m\u00e4rrow@x.org",
    "a@b..c",
    "a@-b",
]


@pytest.mark.parametrize("address", UNUSABLE)
def test_an_address_that_is_none_is_told_and_stops_nothing_else(tmp_path, address):
    letter = Letter(address, "s", "b", "<7@welfare.invalid>")

    assert not is_address(address)
    for mailer in (FolderMailer(tmp_path, SENDER), SmtpMailer(PostOffice("127.0.0.1", 1), SENDER)):
        with pytest.raises(MailNotSent, match="no usable address"):
            mailer.send(letter)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "address", ["a@b", "noor.castellane+duty@mail.example.org", "o'hara@x-y.io"]
)
def test_an_address_that_a_browser_would_take_is_taken(address):
    assert is_address(address)
